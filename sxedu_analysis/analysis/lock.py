"""One writer at a time: a lock on a file's place, which ends with the process that holds it."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sxedu_analysis.foundation.errors import InputError

_HELD = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the place of a file for this process, by a lock file beside it (and make its folder).

    The system ends the lock with the process, so one that was killed blocks nobody.

    Raises
    ------
    InputError
        If another process holds it (says which), or the place cannot be written.
    """
    beside = path.with_name(path.name + ".lock")
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        file = _opened(beside)
        while not _same(file, beside):
            # Whoever held it took it away between our opening and locking it: there is another by now.
            os.close(file)
            file = _opened(beside)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"cannot be written: {reason}", where=str(path), mend="give another --out") from None
    try:
        os.truncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        yield
    finally:
        with suppress(OSError):  # Windows removes no open file: there it stays, and locks nothing
            beside.unlink()
        os.close(file)


def _opened(beside: Path) -> int:
    """The lock file, open and locked."""
    file = os.open(beside, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _lock(file)
    except OSError as error:
        holder = os.read(file, 20).decode("ascii", "replace").strip()
        os.close(file)
        if error.errno not in _HELD:
            raise
        raise InputError(
            f"is being written by another run{f' (process {holder})' if holder else ''}",
            where=str(beside.with_suffix("")),
            mend="wait until it has ended, or give another --out",
        ) from None
    return file


def _same(file: int, beside: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), beside.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _lock(file: int) -> None:
        # Beyond what is written there, so that others can read whose it is.
        os.lseek(file, 1000, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(file: int) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            # Some network file systems have no locks: there one writes as before.
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
                raise
