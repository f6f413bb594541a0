"""Batches: bad reports beside good ones, resuming, and what survives a kill."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from sxedu_analysis.analysis.extract_plan import find_files
from sxedu_analysis.foundation.errors import InputError, ParameterError
from sxedu_analysis.production import batch, batch_files, batch_report, batch_workers, parameters
from sxedu_analysis.production.batch import run_batch
from sxedu_analysis.production.batch_plan import Found, Task, find_reports
from sxedu_analysis.reading.formats import REPORT_ENDINGS

NOTEBOOK = "05_consistency"
TEXT = "（虚构文本）全县义务教育阶段在校生{n}人，参加课后服务{m}人。"


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    for number in range(3):
        write_report(folder, number)
    return folder


def write_report(folder: Path, number: int) -> None:
    text = TEXT.format(n=11200 + number, m=10500 + number)
    (folder / f"synthetic_{number}.txt").write_text(text, encoding="utf-8")


def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do tasks in this process: what is tested is not the processes."""
    monkeypatch.setattr(
        batch, "on_processes", lambda tasks, workers: (batch_report.run_task(task) for task in tasks)
    )


def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notebooks that need no kernel; returns the list of those executed."""
    ran: list[str] = []

    def execute(name: str, given: dict[str, str], **_: object) -> object:
        ran.append(f"{given['report_id']} {name}")
        return new_notebook(cells=[new_code_cell(f"# {given['report_id']} {name}", id="x")])

    monkeypatch.setattr(batch_report, "execute_notebook", execute)
    here(monkeypatch)
    return ran


def statuses(out: Path) -> dict[tuple[str, str], str]:
    with (out / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        return {(row["report"], row["notebook"]): row["status"] for row in csv.DictReader(stream)}


def contents(out: Path) -> dict[str, str]:
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file() and path.name != "manifest.csv"
    }


def command(source: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "sxedu_analysis.cli", "batch", str(source), "--out", str(out), *more]


def test_bad_reports_stop_nothing(reports: Path, tmp_path: Path) -> None:
    (reports / "bad.docx").write_bytes(b"no document")
    (reports / "empty.txt").write_text("没有数字。", encoding="utf-8")
    done = run_batch(reports, tmp_path / "out", notebooks=[NOTEBOOK], workers=2)
    assert done.counts == {"ok": 3, "refused": 2}
    assert [row["report"] for row in done.bad] == ["bad", "empty"]
    assert str(tmp_path) not in (tmp_path / "out/manifest.csv").read_text(encoding="utf-8")
    executed = nbformat.read(tmp_path / f"out/synthetic_0/notebooks/{NOTEBOOK}.ipynb", as_version=4)
    assert str(tmp_path) not in nbformat.writes(executed)
    page = (tmp_path / "out/index.html").read_text(encoding="utf-8")
    assert "bad.docx" in page
    assert 'data-key="93.7' in page


def test_a_failing_notebook_is_kept_with_its_error(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = [new_code_cell('lang = "zh"'), new_code_cell("1 / 0")]
    cells[0].metadata["tags"] = ["parameters"]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), tmp_path / "broken.ipynb")
    monkeypatch.setattr(
        "sxedu_analysis.production.execute.notebook_path", lambda _: tmp_path / "broken.ipynb"
    )
    here(monkeypatch)
    done = run_batch(reports / "synthetic_0.txt", tmp_path / "out", notebooks=[NOTEBOOK])
    assert [(row["status"], row["failing_cell"]) for row in done.rows] == [("failed", 2)]
    assert "ZeroDivisionError" in done.rows[0]["error"]
    kept = (tmp_path / f"out/synthetic_0/notebooks/{NOTEBOOK}.ipynb").read_text(encoding="utf-8")
    assert "ZeroDivisionError" in kept


@pytest.mark.parametrize("text", ["", "{", '{"cells": 1}'])
def test_a_corrupt_notebook_is_a_row(
    text: str, reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.ipynb").write_text(text)
    monkeypatch.setattr(
        "sxedu_analysis.production.execute.notebook_path", lambda _: tmp_path / "broken.ipynb"
    )
    here(monkeypatch)
    done = run_batch(reports / "synthetic_0.txt", tmp_path / "out", notebooks=[NOTEBOOK])
    assert done.counts == {"failed": 1}


def test_what_is_done_is_skipped_by_content(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran, out = quick(monkeypatch), tmp_path / "out"
    run_batch(reports, out)
    before, first = contents(out), len(ran)
    assert run_batch(reports, out).counts == {"skipped": first}
    assert len(ran) == first
    assert contents(out) == before
    # Touched is not changed; changed is; a result somebody spoilt is no result; a new language is new.
    os.utime(reports / "synthetic_0.txt")
    write_report(reports, 7)
    shutil.move(reports / "synthetic_7.txt", reports / "synthetic_1.txt")
    (out / f"synthetic_2/notebooks/{NOTEBOOK}.ipynb").write_text("spoilt")
    (out / "synthetic_2/batch.json.part").write_text("{")
    run_batch(reports, out)
    assert Counter(line.split()[0] for line in ran[first:]) == {
        "synthetic_1.txt": len(parameters.list_notebooks()),
        "synthetic_2.txt": 1,
    }
    (out / "synthetic_0/batch.json").write_text("[torn")
    assert run_batch(reports, out).counts["ok"] == len(parameters.list_notebooks())
    assert run_batch(reports, out, lang="en").counts == {"ok": first}


def test_pages_are_written_when_asked_for_and_never_older_than_their_notebooks(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran, out = quick(monkeypatch), tmp_path / "out"
    one, folder = reports / "synthetic_0.txt", out / "synthetic_0"
    run_batch(one, out, formats=["html", "pdf"], lang="en")
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    assert 'href="synthetic_0/index.html"' in (out / "index.html").read_text(encoding="utf-8")
    assert not list(folder.rglob("*.charts.json"))
    before, first = contents(out), len(ran)
    run_batch(one, out, formats=["pdf", "html"], lang="en")
    assert (contents(out), len(ran)) == (before, first)
    # A run that was stopped before the pages were made: they are made again, of notebooks that are.
    (folder / "index.html").write_text("older")
    run_batch(one, out, formats=["html"], lang="en")
    assert contents(out) == before
    # Another text: its notebooks alone are asked for, and the old pages are gone.
    one.write_text(TEXT.format(n=9999, m=9000), encoding="utf-8")
    run_batch(one, out, lang="en")
    assert not (folder / "index.html").exists()
    assert not (folder / "report.pdf").exists()


def test_a_full_disk_is_a_row_or_one_line(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    write = batch_files.write

    def full(path: Path, content: str | bytes) -> None:
        if path.suffix == ".ipynb":
            raise OSError(28, "No space left on device")
        write(path, content)

    monkeypatch.setattr(batch_report, "write", full)
    done = run_batch(reports, tmp_path / "out", notebooks=[NOTEBOOK])
    assert done.counts == {"failed": 3}
    assert "No space left" in done.rows[0]["error"]
    monkeypatch.setattr(
        batch_files, "write", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with pytest.raises(InputError, match="no space left"):
        run_batch(reports, tmp_path / "out", notebooks=[NOTEBOOK])
    monkeypatch.setattr(batch_files, "write", write)
    monkeypatch.setattr(batch_report, "write", write)
    assert run_batch(reports, tmp_path / "out", notebooks=[NOTEBOOK]).counts == {"ok": 3}


def test_a_small_disk_fills_up(reports: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a tmpfs cannot be mounted here: needs the right to mount")
    try:
        ran = subprocess.run(
            command(reports, small / "out", "--notebooks", NOTEBOOK),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode in (1, 2)
        assert "Traceback" not in ran.stderr
        assert "space" in ran.stderr.lower()
        for path in (small / "out").rglob("*.ipynb"):
            nbformat.read(path, as_version=4)
        subprocess.run(["mount", "-o", "remount,size=16m", str(small)], check=True)
        assert run_batch(reports, small / "out", notebooks=[NOTEBOOK]).bad == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def kernels_of(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def test_killed_clients_and_workers_and_resumed_equals_uninterrupted(
    reports: Path, tmp_path: Path, repository: Path
) -> None:
    environment = os.environ | {"PYTHONPATH": str(repository)}
    arguments = ("--notebooks", f"02_coverage,{NOTEBOOK}", "--workers", "2")
    out = tmp_path / "out"
    client = subprocess.Popen(command(reports, out, *arguments), env=environment, stderr=subprocess.DEVNULL)
    wait_for(lambda: list(out.glob("*/batch.json")))
    family = kernels_of(client.pid)
    client.send_signal(signal.SIGKILL)
    client.wait()
    wait_for(lambda: not [one for one in family if one.is_running() and one.status() != "zombie"], seconds=20)

    client = subprocess.Popen(command(reports, out, *arguments), env=environment, stdout=subprocess.DEVNULL)
    wait_for(lambda: any("spawn_main" in " ".join(one.cmdline()) for one in kernels_of(client.pid)))
    worker = next(one for one in kernels_of(client.pid) if "spawn_main" in " ".join(one.cmdline()))
    worker.kill()
    assert client.wait(timeout=300) == 0
    assert not list(out.rglob(".sxedu-part-*"))
    whole = tmp_path / "whole"
    subprocess.run(command(reports, whole, *arguments), env=environment, check=True)
    assert contents(out) == contents(whole)
    assert {key: value.replace("skipped", "ok") for key, value in statuses(out).items()} == statuses(whole)


def wait_for(true: object, seconds: float = 120) -> None:
    last = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < last
        time.sleep(0.02)


def test_a_worker_that_dies_twice_costs_its_own_report_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_workers, "_work", dies)
    task = Task(Found("x", "x.txt", Path("x.txt")), str(tmp_path), (NOTEBOOK,), (), "zh", None, 1, "")
    [done] = batch_workers.on_processes([task], 1)
    assert done.rows[0]["error"] == "x: the worker process died twice"


def dies(pipe: object, scratch: str) -> None:
    os._exit(1)


def test_a_batch_and_an_extraction_find_the_same_files_in_a_folder(tmp_path: Path) -> None:
    """A .doc that was passed over would be missing from the results without a word."""
    for ending in (*REPORT_ENDINGS, ".jpg", ".md"):
        (tmp_path / f"r{ending}").write_text("x", encoding="utf-8")
    wanted = sorted(f"r{ending}" for ending in REPORT_ENDINGS)
    assert {".doc", ".shtml"} < set(REPORT_ENDINGS)
    assert sorted(one.file for one in find_reports(tmp_path)) == wanted
    assert sorted(one.file for one in find_files(tmp_path)[0]) == wanted


def test_sources(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    for name in ("a/x.txt", "a/b/x.txt", "a/.hidden.txt", "a/~$x.docx", "a/x.xlsx"):
        (tmp_path / name).write_text("1")
    assert [(one.name, one.file) for one in find_reports(tmp_path)] == [
        ("x", "a/x.txt"),
        ("x-2", "a/b/x.txt"),
    ]
    assert len(list(find_reports(str(tmp_path / "**/*.txt")))) == 2
    (tmp_path / "list.csv").write_text("file,report_id\na/x.txt,341324-2023H1\n,\na/b/x.txt,\n")
    assert [one.name for one in find_reports(tmp_path / "list.csv")] == ["341324-2023H1", "x"]
    (tmp_path / "wrong.csv").write_text("fille\nx\n")
    (tmp_path / "empty").mkdir()
    for source, told in (
        ("wrong.csv", "did you mean"),
        ("empty", "holds no report"),
        ("none", "does not exist"),
    ):
        with pytest.raises(InputError, match=told):
            list(find_reports(tmp_path / source))


def test_an_extraction_is_a_source(reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sxedu_analysis.analysis.extract import extract

    quick(monkeypatch)
    (reports / "bad.docx").write_bytes(b"no document")
    extract(reports, tmp_path / "facts.parquet", workers=1)
    # Changed since it was extracted: what the facts say is not what would be shown.
    write_report(reports, 9)
    shutil.move(reports / "synthetic_9.txt", reports / "synthetic_2.txt")
    done = run_batch(tmp_path / "facts.parquet", tmp_path / "out", notebooks=[NOTEBOOK])
    assert done.counts == {"ok": 2, "refused": 2}
    assert [row["report"] for row in done.bad] == ["bad", "synthetic_2"]
    assert "cannot be read" in done.bad[1]["error"]
    (tmp_path / "facts.reports.parquet").unlink()
    with pytest.raises(InputError, match="sxedu extract"):
        run_batch(tmp_path / "facts.parquet", tmp_path / "out")


def test_an_unreadable_folder_is_a_row(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    (reports / "locked").mkdir(mode=0)
    # Root may read every folder: what the system would tell others is told to it too.
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "locked" and may(path, mode))
    assert run_batch(reports, tmp_path / "out", notebooks=[NOTEBOOK]).counts == {"ok": 3, "refused": 1}


def test_a_folder_in_the_place_of_a_report_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    (tmp_path / "list.csv").write_text("file\nfolder\nnone.txt\n")
    (tmp_path / "folder").mkdir()
    assert run_batch(tmp_path / "list.csv", tmp_path / "out", notebooks=[NOTEBOOK]).counts == {"refused": 2}


def test_wrong_calls_are_told(reports: Path, tmp_path: Path) -> None:
    for wrong in (
        {"lang": "fr"},
        {"formats": ["doc"]},
        {"workers": 0},
        {"notebooks": ["x"]},
        {"engine": "x"},
    ):
        with pytest.raises(ParameterError):
            run_batch(reports, tmp_path / "out", **wrong)
    (tmp_path / "file").write_text("")
    for wrong, told in (("file", "is a file"), ("file/out", "cannot be written")):
        with pytest.raises(InputError, match=told):
            run_batch(reports, tmp_path / wrong)


def test_a_cluster_does_the_same_and_survives_a_killed_worker(reports: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True
    ) as cluster:
        import threading

        def kill() -> None:
            wait_for(lambda: list((tmp_path / "out").glob("*/tables")))
            os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        done = run_batch(reports, tmp_path / "out", scheduler=cluster.scheduler_address, notebooks=[NOTEBOOK])
        killer.join()
    assert not done.bad
    run_batch(reports, tmp_path / "whole", notebooks=[NOTEBOOK])
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_no_scheduler_is_one_line(reports: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(ParameterError, match="no Dask scheduler"):
        run_batch(reports, tmp_path / "out", scheduler="tcp://127.0.0.1:9", notebooks=[NOTEBOOK])
    assert not (tmp_path / "out").exists()


def test_three_bad_among_synthetic_reports_and_two_kills(repository: Path) -> None:
    """`benchmarks/interrupted.py`, which does it with 200 reports, with six."""
    script = [sys.executable, str(repository / "benchmarks/interrupted.py")]
    ran = subprocess.run(
        [*script, "--reports", "6", "--notebooks", NOTEBOOK],
        env=os.environ | {"PYTHONPATH": str(repository)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "the same result: True" in ran.stdout
