"""sxedu add and sxedu extract: what a user sees of them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import sxedu_analysis as sx
from sxedu_analysis.cli import main

TEXT = "灵璧县教体局2023年上半年工作总结\n全县义务阶段学校学生总数12.5万人，参加课后服务10.5万人。\n"


@pytest.fixture
def report(isolated: Path) -> Path:
    path = isolated / "总结.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_add_prints_the_id_and_the_report_is_known_by_it(
    report: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["add", str(report), "--adcode", "341323", "--period", "2023H1"]) == 0
    assert capfdbinary.readouterr() == (b"341323-2023H1\n", b"")
    assert main(["add", str(report), "--adcode", "341323", "--period", "2023H1"]) == 0
    out, err = capfdbinary.readouterr()
    assert out == b"341323-2023H1\n"
    assert err == b"sxedu: 341323-2023H1 has this file already; nothing was changed\n"
    assert main(["facts", "341323-2023H1"]) == 0
    facts = pd.read_csv(io.BytesIO(capfdbinary.readouterr().out), dtype={"adcode": str})
    assert set(facts["adcode"]) == {"341323"}
    assert main(["measures", "341323-2023H1", "--format", "json"]) == 0
    measures = json.loads(capfdbinary.readouterr().out.decode())
    assert {row["status"] for row in measures} >= {"derived", "not_reported"}


def test_guesses_are_told_on_stderr(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add", str(report)]) == 0
    out, err = capsys.readouterr()
    assert out == "341323-2023H1\n"
    assert err.splitlines() == [
        "sxedu: note: adcode 341323 (灵璧县) is guessed from the title; give --adcode to be sure",
        "sxedu: note: period 2023H1 is guessed from the title; give --period to be sure",
    ]


def test_another_data_dir_is_named(
    report: Path, isolated: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["add", str(report), "--data-dir", "mine"]) == 0
    mine = isolated / "mine"
    assert f"sxedu: set SXEDU_DATA={mine} or give --data-dir {mine} to use it" in capsys.readouterr().err
    assert main(["facts", "341323-2023H1"]) == 2
    assert main(["facts", "341323-2023H1", "--data-dir", "mine"]) == 0
    assert main(["facts", "341323-2023H1"]) == 2, "for one command only"
    monkeypatch.setenv("SXEDU_DATA", "mine")
    assert sx.list_reports() == ["341323-2023H1", "341324-2023H1"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["add", "missing.txt"], "missing.txt: does not exist"),
        (["add", "总结.txt", "--adcode", "341329"], "did you mean 341323 安徽省宿州市灵璧县?"),
        (["add", "总结.txt", "--period", "2023H3"], "period: '2023H3' is no period"),
        (["add", "总结.txt", "--adcode", "341324"], "is not the file that is registered as 341324-2023H1"),
        (["extract", "missing", "--out", "a.parquet"], "missing: does not exist"),
        (["extract", "总结.txt", "--out", "a.csv"], "a.csv: is no Parquet file's name"),
        (["extract", "总结.txt"], "Missing option '--out'"),
        (["extract", "总结.txt", "--out", "a.parquet", "--workers", "0"], "0 is not in the range"),
    ],
)
def test_mistakes_are_one_line_and_exit_code_2(
    report: Path, arguments: list[str], line: str, capsys: pytest.CaptureFixture[str], user_data: Path
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert line in err
    assert not user_data.exists()
    assert [path.name for path in report.parent.iterdir()] == ["总结.txt"]


def test_extract_tells_what_it_wrote_and_what_it_could_not_read(
    report: Path, isolated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = isolated / "reports"
    folder.mkdir()
    report.rename(folder / "a.txt")
    assert main(["extract", "reports", "--out", "facts.parquet"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    facts, quantities = sx.load_facts(folder / "a.txt"), sx.load_quantities(folder / "a.txt")
    tables = f"{len(facts)} facts in facts.parquet, {len(quantities)} quantities in facts.quantities.parquet"
    note = "note: adcode and period of 1 file is guessed from the title; a manifest states them"
    assert err == f"1 report: {tables}\n{note}\n"
    (folder / "empty.txt").touch()
    (folder / "photo.jpg").touch()
    assert main(["extract", "reports", "--out", "facts.parquet", "--workers", "1"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"1 report (1 of them read before): {tables}",
        note,
        "passed over, since reports are of other kinds: 1 .jpg",
        "1 could not be read:",
        "  empty.txt: is empty; give a file with the report in it",
    ]
    assert len(sx.load_facts(source="facts.parquet")) == len(facts) > 0


def test_extract_as_a_process_with_workers(report: Path, isolated: Path) -> None:
    folder = isolated / "reports"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(TEXT, encoding="utf-8")
    (folder / "c.txt").touch()
    command = [sys.executable, "-m", "sxedu_analysis.cli", "extract", "reports", "--out", "o/facts.parquet"]
    done = subprocess.run([*command, "--workers", "2"], capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stdout == b""
    assert b"2 reports" in done.stderr
    assert b"Traceback" not in done.stderr
    counted = sx.query("select count(*) as n from facts", "o/facts.parquet")
    assert counted.at[0, "n"] == 2 * len(sx.load_facts(folder / "a.txt"))
