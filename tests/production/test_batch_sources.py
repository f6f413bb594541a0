"""Batches: what a source says of its reports, what their folders are called, and what is nobody's report."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sxedu_analysis.analysis.extract import extract
from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.production import batch_report
from sxedu_analysis.production.batch import run_batch
from sxedu_analysis.production.batch_plan import find_reports, task_for
from sxedu_analysis.reading.reports import ABOUT, load_report
from tests.production.test_batch import NOTEBOOK, quick, reports, write_report

__all__ = ["reports"]


def names(source: Path, out: Path | None = None) -> list[str]:
    return [one.name for one in find_reports(source, out)]


def facts_of(folder: Path) -> dict[str, str]:
    with (folder / "tables/facts.csv").open(encoding="utf-8", newline="") as stream:
        return next(csv.DictReader(stream))


def test_names_are_unique_whatever_comes(tmp_path: Path) -> None:
    rows = ("a,s0", "a,s1", "a-2,s2", "A,s3", "index.html,s4", "Manifest.csv,s5", "batch.json,s6", "///,s7")
    (tmp_path / "list.csv").write_text("report_id,file\n" + "".join(f"{row}.txt\n" for row in rows))
    found = names(tmp_path / "list.csv")
    assert found[:3] == ["a", "a-3", "a-2"]
    assert len({name.casefold() for name in found}) == len(rows)
    assert not {"index.html", "manifest.csv", "batch.json"} & {name.casefold() for name in found}
    for name in ("x/report.txt", "y/report.txt", "report-2.txt"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text("1")
    assert names(tmp_path / "in") == ["report-2", "report", "report-3"]


def test_a_folder_of_somebody_else_is_left_alone(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran, out = quick(monkeypatch), tmp_path / "out"
    out.mkdir()
    for name in ("index.html", ".part-1"):
        (out / name).write_text("mine")
    with pytest.raises(InputError, match="holds no earlier batch"):
        run_batch(reports, out, notebooks=[NOTEBOOK])
    assert not ran
    assert {path.name: path.read_text() for path in out.iterdir()} == {
        "index.html": "mine",
        ".part-1": "mine",
    }
    # In a batch's own folder, too, somebody may keep something.
    done = run_batch(reports, tmp_path / "ours", notebooks=[NOTEBOOK])
    kept = tmp_path / "ours/synthetic_9"
    kept.mkdir()
    (kept / ".part-1").write_text("mine")
    write_report(reports, 9)
    done = run_batch(reports, tmp_path / "ours", notebooks=[NOTEBOOK])
    assert [(row["report"], row["status"]) for row in done.bad] == [("synthetic_9", "refused")]
    assert [path.name for path in kept.iterdir()] == [".part-1"]


def test_results_are_no_reports(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    with pytest.raises(InputError, match="is the folder of the reports"):
        run_batch(reports, reports)
    for out in ("out", "other"):
        assert run_batch(reports, reports / out, notebooks=[NOTEBOOK]).counts == {"ok": 3}
    (reports / "page").mkdir()
    (reports / "page/run_card.json").write_text('{"made_by": "sxedu_analysis"}')
    (reports / "page/copy.txt").write_text("1")
    assert len(names(reports, reports / "out")) == 3
    assert len(names(Path(f"{reports}/**/*.txt"), reports / "out")) == 3


def test_what_a_manifest_says_reaches_tables_and_notebooks(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran, out = quick(monkeypatch), tmp_path / "out"
    (reports / "list.csv").write_text(
        "file,report_id,adcode,period\n"
        "synthetic_0.txt,341324-2023H1,,\nsynthetic_1.txt,,341324,2023h2\nsynthetic_2.txt,mine,341321,2022\n"
    )
    assert run_batch(reports / "list.csv", out, notebooks=[NOTEBOOK]).counts == {"ok": 3}
    wanted = {
        "341324-2023H1": ("341324-2023H1", "341324", "2023H1"),
        "341324-2023H2": ("341324-2023H2", "341324", "2023H2"),
        "mine": ("mine", "341321", "2022"),
    }
    for folder, said in wanted.items():
        assert (out / folder / "tables/gaps.csv").is_file()
        [copy] = (out / folder / "notebooks").glob("*.txt")
        report = load_report(copy)
        assert (report.report_id, report.adcode, report.period) == said
        row = facts_of(out / folder)
        assert (row["report_id"], row["adcode"], row["period"]) == said
    # Another county is another result; a manifest that says no more takes back what it said.
    (reports / "list.csv").write_text("file,report_id\nsynthetic_2.txt,mine\n")
    before = len(ran)
    run_batch(reports / "list.csv", out, notebooks=[NOTEBOOK])
    assert len(ran) == before + 1
    assert facts_of(out / "mine")["adcode"] != "341321"


def test_a_wrong_row_of_a_manifest_is_refused_with_its_reason(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    (reports / "list.csv").write_text(
        "file,report_id,adcode,period\n"
        "synthetic_0.txt,,999999,\nsynthetic_1.txt,,,2023Q9\nsynthetic_2.txt,341324-2023H1,341321,\n"
    )
    done = run_batch(reports / "list.csv", tmp_path / "out", notebooks=[NOTEBOOK])
    assert done.counts == {"refused": 3}
    for row, told in zip(done.bad, ("999999", "2023Q9", "341324-2023H1"), strict=True):
        assert told in row["error"]


def test_an_extraction_says_of_which_county_a_report_is(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    (reports / "list.csv").write_text("file,adcode,period\nsynthetic_0.txt,341324,2023H1\n")
    extract(reports / "list.csv", reports / "facts.parquet", workers=1)
    run_batch(reports / "facts.parquet", tmp_path / "out", notebooks=[NOTEBOOK])
    row = facts_of(tmp_path / "out/341324-2023H1")
    assert (row["report_id"], row["adcode"], row["period"]) == ("341324-2023H1", "341324", "2023H1")


def test_manifests_as_spreadsheets_write_them(tmp_path: Path) -> None:
    text = "file,report_id\n甲.txt,某县\n"
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        (tmp_path / "list.csv").write_bytes(text.encode(encoding))
        assert names(tmp_path / "list.csv") == ["某县"]
    for text, told in (
        ("file;adcode\nx.txt;1\n", "parted by semicolons"),
        ("file,adcode\n", "names no file"),
        ("file\nx\0.txt\n", "is not a text file"),
    ):
        (tmp_path / "list.csv").write_text(text)
        with pytest.raises(InputError, match=told):
            names(tmp_path / "list.csv")


def test_what_stands_beside_a_file_is_taken_for_what_it_is(reports: Path) -> None:
    for wrong in ("[]", "{", '{"report_id": ""}'):
        (reports / f"synthetic_0.txt{ABOUT}").write_text(wrong)
        assert load_report(reports / "synthetic_0.txt").report_id == "synthetic_0"


def test_a_refused_task_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("file,period\nnone.txt,x\n")
    [one] = find_reports(tmp_path / "list.csv")
    done = batch_report.run_task(task_for(one, tmp_path, [NOTEBOOK]))
    assert "is no period" in done.rows[0]["error"]
