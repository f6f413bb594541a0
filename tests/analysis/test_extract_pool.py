"""Processes that work, die, or are stopped: whatever comes, none is left and nobody waits for one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from sxedu_analysis.analysis.extract import extract
from sxedu_analysis.analysis.extract_pool import work

pytestmark = pytest.mark.usefixtures("interruptible")

GUARD = 60
"""Seconds after which a process that should have ended is taken to hang; no test waits for them to pass."""

posix = pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")


def halve(number: int) -> int:
    if number == 13:
        os._exit(1)
    if number % 2:
        raise ValueError(f"{number} is odd")
    return number // 2


@pytest.mark.parametrize("workers", [1, 3])
def test_every_task_is_done_also_those_after_a_death(workers: int) -> None:
    done = work(halve, [2, 13, 4, 13, 6], workers)
    assert sorted(done, key=str) == [(13, None), (13, None), (2, 1), (4, 2), (6, 3)]


def test_what_a_task_raises_is_raised_here() -> None:
    with pytest.raises(ValueError, match="3 is odd"):
        list(work(halve, [3, 2], 2))


# `sxedu extract`, but of three reports the first is read, and then the others for ever; or its processes
# never come to an end of their imports.
PATIENT = """
import sys, time
from pathlib import Path
from sxedu_analysis.analysis import extract_parts, extract_plan
from sxedu_analysis.cli import main

read_part = extract_parts._read_part

def patient(task, *, parts, codebook):
    if not task[0].number:
        return read_part(task, parts=parts, codebook=codebook)
    while not list(parts.glob("0*")):
        time.sleep(0.05)
    (parts / ".half").mkdir(exist_ok=True)
    Path("reading").touch()
    time.sleep(600)

extract_parts._read_part = patient
extract_plan.PART_REPORTS = 1
if __name__ == "__main__":
    sys.exit(main(["extract", "reports", "--out", "facts.parquet", "--workers", sys.argv[1]]))
elif sys.argv[2] == "starting":
    Path("starting").touch()
    time.sleep(600)
"""


def started(folder: Path, workers: str, at: str) -> subprocess.Popen[str]:
    """Such a run, in a group of its own, when it has come to where it stays."""
    (folder / "reports").mkdir()
    for name in "abc":
        (folder / "reports" / f"{name}.txt").write_text("学校12所。", encoding="utf-8")
    (folder / "patient.py").write_text(PATIENT, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "patient.py", workers, at],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    for _ in range(20 * GUARD):
        if (folder / at).exists() or process.poll() is not None:
            break
        time.sleep(0.05)
    assert (folder / at).exists(), process.communicate(timeout=GUARD)
    return process


@posix
@pytest.mark.parametrize(
    ("workers", "at", "pressed"),
    [
        ("1", "reading", "group group"),
        ("2", "reading", "group"),
        ("2", "reading", "parent"),
        ("2", "reading", "parent group group group"),
        ("2", "starting", "group group"),
    ],
)
def test_ctrl_c_ends_it_however_often_it_is_pressed(
    tmp_path: Path, workers: str, at: str, pressed: str
) -> None:
    process = started(tmp_path, workers, at)
    try:
        for whom in pressed.split():
            if process.poll() is None:
                (os.killpg if whom == "group" else os.kill)(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=GUARD)
    finally:
        with suppress(ProcessLookupError):  # nothing of it is left, as it should be
            os.killpg(process.pid, signal.SIGKILL)
    assert (process.returncode, out, err.strip()) == (130, "", "sxedu: stopped")
    # No table, no lock, nothing half written.
    assert [path.name for path in tmp_path.glob("facts*")] == ["facts.parquet.parts"]
    kept = [path.name for path in (tmp_path / "facts.parquet.parts").iterdir()]
    assert len(kept) == (at == "reading"), kept
    assert not any(name.startswith(".") for name in kept)
    done = extract(tmp_path / "reports", tmp_path / "facts.parquet", workers=1)
    assert (done.reports, done.already) == (3, len(kept))
    assert not (tmp_path / "facts.parquet.parts").exists()


@posix
def test_no_process_outlives_the_interrupt(tmp_path: Path) -> None:
    process = started(tmp_path, "2", "reading")
    try:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=GUARD)
        for _ in range(20 * GUARD):  # Python's resource tracker ends a moment after it
            if not has_members(process.pid):
                break
            time.sleep(0.05)
        assert not has_members(process.pid)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def has_members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
