from __future__ import annotations

import inspect
import math
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

import sxedu_analysis as sx
from sxedu_analysis.analysis import extract_parts, extract_plan, store
from sxedu_analysis.analysis.extract import extract
from sxedu_analysis.analysis.facts import FACT_COLUMNS
from sxedu_analysis.foundation.errors import InputError

# Of the kind that the codebook binds.
SENTENCE = "全县义务阶段学校学生总数{n}万人，参加课后服务10.5万人，学校123所。"
HOSTILE = [
    "<script>alert(1)</script>3所",
    "=cmd()|'/C calc' 3所",
    "{{ 7*7 }}3所",
    "%run 3所",
    "'; DROP TABLE facts; --3所",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    (folder / "2022").mkdir(parents=True)
    for number, name in enumerate(["341322-2022.txt", "a.txt", "b.txt", "2022/a.txt"], 1):
        lines = ["泗县教体局2022年工作总结", SENTENCE.format(n=number + 10)]
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return folder


def rows(table: str, out: Path) -> pd.DataFrame:
    return sx.query(f"select * from {table}", out)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_three_tables_beside_each_other(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / "facts.parquet"
    done = extract(folder, out, workers=1)
    assert names(out.parent) == ["facts.parquet", "facts.quantities.parquet", "facts.reports.parquet"]
    assert (done.reports, done.already, done.failed, done.passed_over) == (4, 0, (), {})
    reports = rows("reports", out)
    assert reports.columns.tolist() == list(store.TABLES["reports"])
    assert reports["file"].tolist() == ["2022/a.txt", "341322-2022.txt", "a.txt", "b.txt"]
    assert reports["report_id"].tolist() == ["2022_a", "341322-2022", "a", "b"]
    # What nobody stated is guessed from the title, and said to be.
    assert reports["adcode"].tolist() == ["341324", "341322", "341324", "341324"]
    assert set(reports["period"]) == {"2022"}
    assert reports["guessed"].tolist() == ["adcode period", "", "adcode period", "adcode period"]
    assert done.guessed == 3
    assert done.quantities == reports["quantities"].sum() == len(rows("quantities", out))
    assert done.facts == reports["facts"].sum() == len(rows("facts", out)) > 0


def test_what_is_stated_is_not_guessed_and_a_sentence_is_no_title(tmp_path: Path) -> None:
    lines = {
        "adcode": "灵璧县教育局2023年工作总结",
        "period": "灵璧县教育局2023年工作总结",
        "sentence": "2023年，灵璧县有学校12所。",
        "nothing": "工作总结",
    }
    for name, line in lines.items():
        (tmp_path / f"{name}.txt").write_text(f"{line}\n{SENTENCE.format(n=12)}", encoding="utf-8")
    manifest = tmp_path / "manifest.csv"
    manifest.write_text(
        "file,adcode,period\nadcode.txt,341321,\nperiod.txt,,2022H1\nsentence.txt,,\nnothing.txt,,\n"
    )
    out = tmp_path / "facts.parquet"
    assert extract(manifest, out, workers=1).guessed == 2
    columns = ["report_id", "adcode", "period", "guessed"]
    assert rows("reports", out)[columns].to_numpy().tolist() == [
        ["adcode", "341321", "2023", "period"],
        ["period", "341323", "2022H1", "adcode"],
        ["sentence", "", "", ""],
        ["nothing", "", "", ""],
    ]
    facts = rows("facts", out).groupby("report_id")[["adcode", "period"]].agg(set)
    assert facts.loc["period"].tolist() == [{"341323"}, {"2022H1"}]


def test_tables_of_another_version_are_read_anew(folder: Path, tmp_path: Path) -> None:
    """They may lack a column; nothing of them is taken."""
    out = tmp_path / "facts.parquet"
    extract(folder, out, workers=1)
    old = rows("reports", out).drop(columns="guessed").assign(key="of another version")
    (tmp_path / "facts.reports.parquet").write_bytes(store.parquet_bytes(old))
    done = extract(folder, out, workers=1)
    assert (done.reports, done.already, done.guessed) == (4, 0, 3)


def test_rows_are_what_one_report_gives(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "facts.parquet"
    extract(folder, out, workers=1)
    facts = sx.load_facts(source=out)
    assert facts.columns.tolist() == [*FACT_COLUMNS, "file"]
    one = facts[facts["file"] == "341322-2022.txt"].drop(columns="file").reset_index(drop=True)
    pd.testing.assert_frame_equal(one, sx.load_facts(folder / "341322-2022.txt"))
    quantities = rows("quantities", out).query("file == 'a.txt'").reset_index(drop=True)
    expected = sx.load_quantities(folder / "a.txt")
    for column in expected.columns:
        assert quantities[column].tolist() == pytest.approx(expected[column].tolist(), nan_ok=True)


def test_processes_give_the_same_as_one(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract_plan, "PART_REPORTS", 1)
    extract(folder, tmp_path / "one.parquet", workers=1)
    extract(folder, tmp_path / "two.parquet", workers=2)
    for table in store.TABLES:
        pd.testing.assert_frame_equal(
            rows(table, tmp_path / "one.parquet"), rows(table, tmp_path / "two.parquet")
        )


def test_bad_files_are_listed_and_skipped(folder: Path, tmp_path: Path) -> None:
    (folder / "empty.txt").touch()
    (folder / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100)
    (folder / "~$a.docx").write_bytes(b"lock")
    (folder / "photo.jpg").write_bytes(b"x")
    (folder / "README").write_bytes(b"x")
    done = extract(folder, tmp_path / "facts.parquet", workers=1)
    assert done.reports == 4
    assert done.passed_over == {".jpg": 1, "no ending": 1}
    assert [file for file, _ in done.failed] == ["empty.txt", "old.doc"]
    assert done.failed[0][1] == "empty.txt: is empty; give a file with the report in it"
    assert "legacy Word" in done.failed[1][1]
    failed = sx.query("select file, reason from reports where status = 'failed'", tmp_path / "facts.parquet")
    assert list(failed.itertuples(index=False, name=None)) == list(done.failed)


def test_whatever_goes_wrong_in_one_report_stops_no_other(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = extract_parts.report_columns

    def fragile(report: sx.Report, file: str, **options: object) -> extract_parts.Columns:
        if file == "a.txt":
            raise RuntimeError("two\nlines")
        return tables(report, file, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(extract_parts, "report_columns", fragile)
    done = extract(folder, tmp_path / "facts.parquet", workers=1)
    assert done.failed == (("a.txt", "a.txt: could not be analysed: RuntimeError: two lines"),)
    assert done.reports == 3
    # What failed is tried again, and nothing else.
    monkeypatch.setattr(extract_parts, "report_columns", tables)
    done = extract(folder, tmp_path / "facts.parquet", workers=1)
    assert (done.reports, done.already, done.failed) == (4, 3, ())
    assert rows("reports", tmp_path / "facts.parquet")["file"].is_monotonic_increasing


def test_only_what_changed_is_read_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "facts.parquet"
    extract(folder, out, workers=1)
    assert extract(folder, out, workers=1).already == 4
    (folder / "a.txt").write_text(SENTENCE.format(n=77), encoding="utf-8")
    (folder / "b.txt").unlink()
    (folder / "new.txt").write_text(SENTENCE.format(n=99), encoding="utf-8")
    done = extract(folder, out, workers=1)
    assert (done.reports, done.already) == (4, 2)
    extract(folder, tmp_path / "fresh.parquet", workers=1)
    for table in store.TABLES:
        pd.testing.assert_frame_equal(rows(table, out), rows(table, tmp_path / "fresh.parquet"))


def test_other_rules_mean_reading_again(folder: Path, tmp_path: Path, repository: Path) -> None:
    out, codebook = tmp_path / "facts.parquet", tmp_path / "codebook"
    extract(folder, out, workers=1)
    codebook.mkdir()
    for path in (repository / "data" / "codebook").iterdir():
        (codebook / path.name).write_bytes(path.read_bytes())
    with (codebook / "context.yaml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert extract(folder, out, codebook=codebook, workers=1).already == 0


def test_a_run_that_was_stopped_goes_on_where_it_was(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract_plan, "PART_REPORTS", 1)
    out = tmp_path / "facts.parquet"
    read = extract_parts._read_part
    calls = []

    def stopped(task: list[extract_plan.Planned], **options: object) -> int:
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(task)
        return read(task, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(extract_parts, "_read_part", stopped)
    with pytest.raises(KeyboardInterrupt):
        extract(folder, out, workers=1)
    assert not out.exists()
    monkeypatch.setattr(extract_parts, "_read_part", read)
    done = extract(folder, out, workers=1)
    assert (done.reports, done.already) == (4, 2)
    assert rows("reports", out)["file"].is_monotonic_increasing
    assert not (tmp_path / "facts.parquet.parts").exists()


def test_a_kill_between_moving_the_tables_is_mended_by_the_next_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "facts.parquet"
    extract(folder, out, workers=1)
    (folder / "a.txt").write_text(SENTENCE.format(n=77), encoding="utf-8")
    move = os.replace

    def torn(source: Path, target: Path) -> None:
        if target == out:
            raise KeyboardInterrupt
        move(source, target)

    monkeypatch.setattr(os, "replace", torn)
    with pytest.raises(KeyboardInterrupt):
        extract(folder, out, workers=1)
    monkeypatch.setattr(os, "replace", move)
    assert extract(folder, out, workers=1).already == 4
    extract(folder, tmp_path / "fresh.parquet", workers=1)
    for table in store.TABLES:
        pd.testing.assert_frame_equal(rows(table, out), rows(table, tmp_path / "fresh.parquet"))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_sigkill_leaves_parts_that_the_next_run_uses(tmp_path: Path) -> None:
    folder, out = tmp_path / "reports", tmp_path / "facts.parquet"
    folder.mkdir()
    for number in range(120):
        text = "\n".join([SENTENCE.format(n=number)] * 400)
        (folder / f"{number:03d}.txt").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "sxedu_analysis.cli", "extract", str(folder), "--out", str(out)]
    process = subprocess.Popen([*command, "--workers", "2"], stderr=subprocess.DEVNULL)
    parts = tmp_path / "facts.parquet.parts"
    for _ in range(1200):
        if process.poll() is not None or (
            parts.exists() and any(path.name[0] != "." for path in parts.iterdir())
        ):
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not out.exists()
    done = extract(folder, out, workers=1)
    assert done.reports == 120
    assert done.already > 0
    assert rows("reports", out)["file"].tolist() == [f"{number:03d}.txt" for number in range(120)]
    assert sx.query("select count(*) as n from quantities", out).at[0, "n"] == done.quantities


def test_a_file_that_kills_its_reader_is_found_and_listed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = []

    def fragile(
        read: Callable[[list[extract_plan.Planned]], int], tasks: list[list[extract_plan.Planned]], _: int
    ) -> Iterator[tuple[list[extract_plan.Planned], int | None]]:
        """Does in this process what processes do, and has no result where one would die."""
        for task in tasks:
            if any(one.file == "a.txt" for one in task):
                killed.append(len(task))
                yield task, None
            else:
                yield task, read(task)

    monkeypatch.setattr(extract_parts, "work", fragile)
    monkeypatch.setattr(extract_plan, "PART_REPORTS", 2)
    done = extract(folder, tmp_path / "facts.parquet", workers=2)
    assert killed == [2, 1]
    assert done.reports == 3
    assert done.failed == (("a.txt", "a.txt: whatever reads it crashes; give the report in another format"),)


def test_a_manifest_says_what_each_file_is(folder: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.csv"
    manifest.write_bytes(
        "file,adcode,period,county,note\n"
        "reports/a.txt,341323,2022h1,,x\n"
        "reports/b.txt,340222,2022,繁昌县,\n"
        ",,,,\n"
        "reports/2022/a.txt,341329,2022,,\n"
        "reports/341322-2022.txt,341321,22,,\n"
        "reports/missing.txt,341321,2022,,\n"
        "reports/../reports/b.txt,341323,2022H1,,\n".encode("gb18030")
    )
    done = extract(manifest, tmp_path / "facts.parquet", workers=1)
    reports = rows("reports", tmp_path / "facts.parquet")
    assert reports["report_id"].tolist()[:2] == ["341323-2022H1", "340222-2022"]
    reasons = [reason for _, reason in done.failed]
    assert len(reasons) == 4
    assert "manifest.csv line 5: no county has the adcode 341329" in reasons[0]
    assert "manifest.csv line 6: '22' is no period" in reasons[1]
    assert reasons[2] == "reports/missing.txt: does not exist; check the path"
    assert "has the report_id 341323-2022H1, as reports/a.txt has" in reasons[3]
    assert set(sx.load_facts(source=tmp_path / "facts.parquet")["adcode"]) == {"341323", "340222"}


def test_a_glob_and_a_single_file_are_sources_too(folder: Path, tmp_path: Path) -> None:
    done = extract(str(folder / "*.txt"), tmp_path / "facts.parquet", workers=1)
    assert done.reports == 3
    assert extract(folder / "a.txt", tmp_path / "one.parquet", workers=1).reports == 1


def test_registered_reports_keep_their_id(folder: Path, tmp_path: Path) -> None:
    from sxedu_analysis.reading.registered import add_report

    added = add_report(folder / "a.txt", adcode="341323", period="2022")
    done = extract(added.folder.parent, tmp_path / "facts.parquet", workers=1)
    assert done.passed_over == {".yaml": 1}
    assert rows("reports", tmp_path / "facts.parquet")["report_id"].tolist() == ["341323-2022"]
    counted = sx.query("select report_id, count(*) as facts from facts group by 1 order by 1")
    assert counted["report_id"].tolist() == ["341323-2022", "341324-2023H1"]


@pytest.mark.parametrize(
    ("source", "out", "line"),
    [
        ("missing", "facts.parquet", "missing: does not exist; give a folder, a glob or a CSV manifest"),
        ("missing*", "facts.parquet", "missing*: holds no report files"),
        ("nothing", "facts.parquet", "nothing: holds no report files"),
        ("bad.csv", "facts.parquet", "bad.csv: has no column 'file' (did you mean 'files'?)"),
        ("twice.csv", "facts.parquet", "twice.csv: names a.txt in line 2 and again in line 3"),
        ("headless.csv", "facts.parquet", "headless.csv: names no file"),
        ("reports", "facts.csv", "facts.csv: is no Parquet file's name"),
        ("reports", "folder.parquet", "folder.parquet: is a folder"),
        ("reports", "other.parquet", "other.parquet: exists, and sxedu extract did not write it"),
        ("reports", "bad.csv/facts.parquet", "cannot be written"),
        ("reports", "broken.parquet", "broken.reports.parquet: is no table that sxedu extract wrote"),
    ],
)
def test_what_cannot_be_extracted_is_one_line(
    folder: Path, isolated: Path, source: str, out: str, line: str
) -> None:
    (isolated / "nothing").mkdir()
    (isolated / "folder.parquet").mkdir()
    (isolated / "other.parquet").write_bytes(b"mine")
    for name in ("broken.parquet", "broken.quantities.parquet", "broken.reports.parquet"):
        (isolated / name).write_bytes(b"mine")
    (isolated / "bad.csv").write_text("files,adcode\nx,y\n", encoding="utf-8")
    (isolated / "twice.csv").write_text("file\na.txt\na.txt\n", encoding="utf-8")
    (isolated / "headless.csv").write_text("file\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        extract(source, out, workers=1)
    assert line in str(error.value)
    assert (isolated / "other.parquet").read_bytes() == b"mine"
    assert (isolated / "broken.reports.parquet").read_bytes() == b"mine"


def test_a_text_stays_text(tmp_path: Path) -> None:
    folder = tmp_path / "it's <b>"
    folder.mkdir()
    (folder / "'; --.txt").write_text("\n".join(HOSTILE), encoding="utf-8")
    out = tmp_path / "it's.parquet"
    assert extract(folder, out, workers=1).reports == 1
    sentences = rows("quantities", out)["sentence"]
    assert [line for line in HOSTILE if any(line in one for one in sentences)] == HOSTILE
    assert rows("reports", out)["title"].tolist() == [HOSTILE[0]]
    assert rows("reports", out)["file"].tolist() == ["'; --.txt"]


def test_a_lone_surrogate_is_one_sign_still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x学校12所", encoding="utf-8")
    monkeypatch.setattr(extract_parts, "read_text", lambda path: ("\ud800学校12所", path.read_bytes()))
    extract(path, tmp_path / "facts.parquet", workers=1)
    assert rows("quantities", tmp_path / "facts.parquet")[["start", "sentence"]].to_numpy().tolist() == [
        [3, "\ufffd学校12所"]
    ]


def test_a_file_that_changes_meanwhile_is_not_taken_for_what_it_was(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract_parts, "read_text", lambda path: ("学校12所", b"other bytes"))
    done = extract(folder / "a.txt", tmp_path / "facts.parquet", workers=1)
    assert done.failed == (("a.txt", "a.txt: has changed while it was read; run the same command again"),)


def test_values_survive(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("学校不少于12所，“1530”安全教育。", encoding="utf-8")
    extract(tmp_path / "a.txt", tmp_path / "facts.parquet", workers=1)
    quantities = rows("quantities", tmp_path / "facts.parquet")
    assert quantities.at[0, "high"] == math.inf
    assert quantities["value"].isna().tolist() == [False, True]


def test_the_questions_of_the_docstring_run(folder: Path, tmp_path: Path) -> None:
    """Each of the three statements, as it stands there."""
    out = tmp_path / "facts.parquet"
    extract(folder, out, workers=1)
    statements = re.findall(
        r"::\n\n((?: {8}.*\n)+)", inspect.getdoc(store.query).replace("\n    ", "\n        ") + "\n"
    )
    assert len(statements) == 3
    for statement in statements:
        sx.query(statement, out)
    shares = sx.query(statements[0], None)
    assert shares["name"].tolist() == ["泗县"]
    # Also of files that nobody registered.
    assert sorted(sx.query(statements[0], out)["name"]) == ["泗县"] * 3 + ["萧县"]
    assert shares.at[0, "low"] < shares.at[0, "share"] < shares.at[0, "high"]


def test_a_wrong_statement_is_one_line(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r'^query: .*"valeu" not found.*"value".*; the tables are facts'):
        sx.query("select valeu from facts")
    with pytest.raises(InputError, match=r"nothing.parquet: does not exist; write it with: sxedu extract"):
        sx.query("select 1", tmp_path / "nothing.parquet")
    with pytest.raises(InputError, match="give a report_id, or source=FILE"):
        sx.load_facts()


def test_progress_is_drawn_on_stderr_for_a_terminal_only(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extract(folder, tmp_path / "facts.parquet", workers=1, progress=True)
    assert capsys.readouterr() == ("", "")


def test_a_text_without_a_full_stop_stops_no_run(folder: Path, tmp_path: Path) -> None:
    """Each of its numbers carried all of it: the tables of one such file were larger than the memory."""
    (folder / "z.txt").write_text("学校1所，" * 20_000, encoding="utf-8")
    out = tmp_path / "facts.parquet"
    assert extract(folder, out, workers=1).failed == ()
    found = rows("quantities where file = 'z.txt'", out)
    assert len(found) == 20_000
    assert found["sentence"].str.len().max() <= 1000


def test_a_part_that_cannot_be_written_is_one_line(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(store, "write_table", full)
        with pytest.raises(InputError, match=r"cannot be written: .*No space left on device; make room"):
            extract(folder, tmp_path / "facts.parquet", workers=1)
    assert extract(folder, tmp_path / "facts.parquet", workers=1).reports == 4


def test_what_a_report_states_twice_is_kept_twice_and_found(tmp_path: Path) -> None:
    """In the store as in the findings: by the documented question, and with the same two places."""
    folder = tmp_path / "reports"
    folder.mkdir()
    twice = "义务教育在校生2万人，学校12所。\n义务教育在校生4万人。"
    (folder / "twice.txt").write_text(twice, encoding="utf-8")
    (folder / "rounded.txt").write_text("义务教育在校生3万人。义务教育在校生2.98万人。", encoding="utf-8")
    out = tmp_path / "facts.parquet"
    extract(folder, out, workers=1)
    facts = sx.load_facts(source=out).query("file == 'twice.txt'")
    assert facts["raw"].tolist() == ["2万人", "4万人"]
    assert len(set(facts["indicator"])) == 1

    documented = inspect.getdoc(store.query) or ""
    (question,) = re.findall(r"^2\. .*? ::\n\n(.*?)\n\n3\.", documented, re.MULTILINE | re.DOTALL)
    answer = sx.query(question, out)
    assert answer[["report_id", "one", "another", "times"]].to_numpy().tolist() == [
        ["twice", "2万人", "4万人", 2]
    ]
    findings = sx.load_findings(folder / "twice.txt").query("rule == 'indicator_stated_twice'")
    assert findings["starts"].tolist() == [";".join(map(str, facts["start"]))]
    assert sx.load_findings(folder / "rounded.txt").query("rule == 'indicator_stated_twice'").empty
