"""Files of a batch: there or not, never half; and a full disk told in one line."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sxedu_analysis.foundation.errors import InputError

_PART = ".part-"


def make_folder(folder: Path) -> None:
    """Make a folder that can be written to.

    Raises
    ------
    InputError
        If it cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise unwritable(folder, error) from None


def unwritable(folder: Path, error: OSError) -> InputError:
    """What to say when the system does not let us write."""
    reason = (error.strerror or str(error)).lower()
    return InputError(
        f"cannot be written ({reason})",
        where=str(folder),
        mend="make room or give another --out; run it again",
    )


def write(path: Path, content: str | bytes) -> None:
    """Write a file beside its place and move it there: whoever looks finds the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(prefix=_PART, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
        os.chmod(part, 0o644)
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def tidy(folder: Path) -> None:
    """Take away what a killed run had begun to write."""
    for part in folder.rglob(f"{_PART}*"):
        part.unlink(missing_ok=True)
