"""Batches that are stopped: what is told of them, and what they leave behind."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sxedu_analysis.production import batch, batch_report
from sxedu_analysis.production.batch import run_batch
from sxedu_analysis.production.batch_plan import Task
from sxedu_analysis.production.batch_report import Done
from tests.production.test_batch import NOTEBOOK, command, kernels_of, quick, reports, statuses, wait_for

__all__ = ["reports"]

pytestmark = pytest.mark.usefixtures("interruptible")


def stopping(tasks: list[Task], _: int) -> Iterator[Done]:
    """Two reports, then Ctrl-C."""
    yield batch_report.run_task(tasks[0])
    yield batch_report.run_task(tasks[1])
    raise KeyboardInterrupt


def test_a_stopped_batch_tells_what_is_done(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    out = tmp_path / "out"
    run_batch(reports, out, notebooks=[NOTEBOOK])
    monkeypatch.setattr(batch, "on_processes", stopping)
    with pytest.raises(KeyboardInterrupt):
        run_batch(reports, out, notebooks=[NOTEBOOK])
    # The third is of the run before: this one has not looked at it.
    assert [name for name, _ in statuses(out)] == ["synthetic_0", "synthetic_1"]
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "还有 1 份没有做" in page
    assert "synthetic_2" not in page


def test_the_manifest_is_written_meanwhile(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    monkeypatch.setattr(batch, "TELL_EVERY", 0)
    seen: list[int] = []

    def watched(tasks: list[Task], _: int) -> Iterator[Done]:
        for task in tasks:
            seen.append(len(statuses(tmp_path / "out")))
            yield batch_report.run_task(task)

    monkeypatch.setattr(batch, "on_processes", watched)
    run_batch(reports, tmp_path / "out", notebooks=[NOTEBOOK])
    assert seen == [0, 1, 2]


@pytest.mark.parametrize("ended", ["done", "interrupted", "killed"])
def test_nothing_stays_in_the_folder_for_temporary_files(
    ended: str, reports: Path, tmp_path: Path, repository: Path
) -> None:
    # Short, as a socket's path must be.
    scratch, out = Path(tempfile.mkdtemp(prefix="sx-", dir="/tmp")), tmp_path / "out"
    environment = os.environ | {"PYTHONPATH": str(repository), "TMPDIR": str(scratch)}
    source = reports / "synthetic_0.txt" if ended == "done" else reports
    client = subprocess.Popen(
        command(source, out, "--notebooks", NOTEBOOK, "--workers", "1"),
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    if ended != "done":
        wait_for(lambda: list(scratch.glob("*/pymp-*")))
        family = kernels_of(client.pid)
        client.send_signal(signal.SIGINT if ended == "interrupted" else signal.SIGKILL)
        wait_for(lambda: not [one for one in family if one.is_running() and one.status() != "zombie"])
    _, told = client.communicate(timeout=100)
    if ended == "interrupted":
        assert client.returncode == 130
        assert "run the same command again to go on" in told
        assert "Traceback" not in told
        assert (out / "manifest.csv").is_file()
    else:
        assert client.returncode == (0 if ended == "done" else -signal.SIGKILL)
    scratch.rmdir()
