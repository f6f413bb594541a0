"""Files of a batch: there or not, never half; which are its own; and a full disk told in one line."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.production.folders import check_target

MANIFEST, INDEX, RECORD, RUN_CARD = "manifest.csv", "index.html", "batch.json", "run_card.json"
"""`batch.json` says in the folder of a batch that it is one; in that of a report, what of it is done."""

OWN_NAMES = (MANIFEST, INDEX, RECORD)
"""What a batch writes beside the folders of its reports: no report's folder may be called so."""

_PART = ".sxedu-part-"
_MADE_BY = {"made_by": "sxedu_analysis"}


def make_folder(folder: Path) -> None:
    """Make a folder for a batch, or take one that holds an earlier batch, and see that it can be written to.

    Raises
    ------
    InputError
        If it cannot, or holds anything else.
    """
    check_target(folder, lambda one: _says_ours(one / RECORD), "batch")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write(folder / RECORD, json.dumps(_MADE_BY) + "\n")
    except OSError as error:
        raise unwritable(folder, error) from None


def is_output(folder: Path) -> bool:
    """Whether a folder holds what the package made: a batch, or the pages of a report."""
    return _says_ours(folder / RECORD) or _says_ours(folder / RUN_CARD)


def _says_ours(path: Path) -> bool:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("made_by") == _MADE_BY["made_by"]


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
    """Take away what a killed run had begun to write for a report, and nothing else."""
    for place in (folder, folder / "tables", folder / "notebooks"):
        for part in place.glob(f"{_PART}*"):
            part.unlink(missing_ok=True)
