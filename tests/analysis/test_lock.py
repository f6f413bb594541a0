"""One run at a time writes a place, and one that was killed blocks nobody."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sxedu_analysis.analysis import lock
from sxedu_analysis.analysis.extract import extract
from sxedu_analysis.analysis.lock import locked
from sxedu_analysis.foundation.errors import InputError

HOLD = """
import sys
from pathlib import Path
from sxedu_analysis.analysis.lock import locked

with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder_of(place: Path) -> subprocess.Popen[str]:
    """Another process that holds the place."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.txt").write_text("学校12所。", encoding="utf-8")
    return folder


def test_a_second_run_is_told_who_writes(reports: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / "facts.parquet"
    with holder_of(out) as holder:
        with pytest.raises(InputError) as told:
            extract(reports, out, workers=1)
        assert str(told.value) == (
            f"{out}: is being written by another run (process {holder.pid}); "
            "wait until it has ended, or give another --out"
        )
        assert names(out.parent) == ["facts.parquet.lock"]  # nothing was begun
        # Another place is free.
        assert extract(reports, tmp_path / "other.parquet", workers=1).reports == 1
        holder.communicate("")
    assert extract(reports, out, workers=1).reports == 1
    assert not [name for name in names(out.parent) if "lock" in name]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_killed_run_blocks_nobody(reports: Path, tmp_path: Path) -> None:
    out = tmp_path / "facts.parquet"
    with holder_of(out) as holder:
        holder.send_signal(signal.SIGKILL)
    assert (tmp_path / "facts.parquet.lock").exists()
    assert extract(reports, out, workers=1).reports == 1
    assert names(tmp_path) == [
        "facts.parquet", "facts.quantities.parquet", "facts.reports.parquet", "reports"
    ]  # fmt: skip


def test_a_failed_run_lets_go(tmp_path: Path) -> None:
    place = tmp_path / "facts.parquet"
    with pytest.raises(RuntimeError), locked(place):
        raise RuntimeError
    with locked(place):
        assert (tmp_path / "facts.parquet.lock").read_text() == str(os.getpid())
    assert not list(tmp_path.iterdir())


def test_a_lock_that_was_taken_away_meanwhile_is_taken_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "facts.parquet"
    opened = lock._opened
    calls = []

    def slow(beside: Path) -> int:
        file = opened(beside)
        calls.append(file)
        if len(calls) == 1:
            beside.unlink()  # by the run that ended between our opening and locking
        return file

    monkeypatch.setattr(lock, "_opened", slow)
    with locked(place):
        assert len(calls) == 2
        # It is the file that others find, so they are kept out.
        with pytest.raises(InputError, match="being written by another run"):
            opened(tmp_path / "facts.parquet.lock")


def test_a_file_system_without_locks_is_written_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")

    def none(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    with locked(tmp_path / "facts.parquet"):
        pass
    monkeypatch.setattr(
        fcntl, "flock", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "Input/output error"))
    )
    with pytest.raises(InputError, match="cannot be written: Input/output error; give another --out"):
        locked(tmp_path / "facts.parquet").__enter__()


def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError) as told:
        locked(tmp_path / "file" / "facts.parquet").__enter__()
    assert "cannot be written" in str(told.value)
    assert "\n" not in str(told.value)
