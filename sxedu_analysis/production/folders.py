"""Output folders that are there whole or not at all: written beside their place, then moved to it."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sxedu_analysis.foundation.errors import InputError


def check_target(target: Path, is_ours: Callable[[Path], bool], kind: str) -> None:
    """Refuse to write where something else lies.

    Parameters
    ----------
    target : Path
        A folder that may be new, empty, or hold an earlier output of the same kind.
    is_ours : callable
        Whether a folder holds an earlier output.
    kind : str
        What that output is called: report, figures.

    Raises
    ------
    InputError
        If it is a file, or a folder that holds anything else.
    """
    if not target.exists():
        return
    if not target.is_dir():
        raise InputError("is a file, not a folder", where=str(target), mend="give another --out")
    if any(target.iterdir()) and not is_ours(target):
        raise InputError(
            f"is not empty and holds no earlier {kind}", where=str(target), mend="give a new or empty folder"
        )


@contextmanager
def written_beside(target: Path) -> Iterator[Path]:
    """An empty folder on the target's own disk, which takes the target's place once all is written.

    Whatever goes wrong before that leaves the target as it was, and nothing beside it.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    try:
        beside = _make_beside(target)
    except OSError as error:
        raise _unwritable(target, error) from None
    try:
        yield beside
        move(beside, target)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            raise
        raise _unwritable(target, error) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _make_beside(target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "Permission denied")
    beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    beside.chmod(0o755)
    return beside


def _unwritable(target: Path, error: OSError) -> InputError:
    reason = (error.strerror or str(error)).lower()
    if isinstance(error, FileNotFoundError):
        # The parent was made or was there: such a place (as /proc) takes no new folders.
        reason = f"{target.parent} takes no new folders"
    return InputError(
        f"cannot be written ({reason})", where=str(target), mend="give a folder you may write to"
    )


def move(beside: Path, target: Path) -> None:
    """Put a finished folder in the place of an earlier one, which comes back if that fails."""
    if not target.exists():
        beside.rename(target)
        return
    old = beside.with_name(f"{beside.name}-old")
    target.rename(old)
    try:
        beside.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
