from __future__ import annotations

import importlib.util
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import sxedu_analysis as sx
from sxedu_analysis.cli import main, sxedu
from sxedu_analysis.foundation.errors import ExecutionError


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "sxedu_analysis.cli", *arguments]
    return subprocess.run(command, capture_output=True, cwd=cwd, check=False)


@pytest.mark.parametrize("table", ["quantities", "facts", "measures"])
def test_csv_alone_on_standard_output(table: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main([table, "341324-2023H1"]) == 0
    out, err = capfdbinary.readouterr()
    assert err == b""
    assert b"\r" not in out
    read = pd.read_csv(io.BytesIO(out))
    loaded = getattr(sx, f"load_{table}")("341324-2023H1")
    assert read.columns.tolist() == loaded.columns.tolist()
    assert len(read) == len(loaded)


def test_a_table_as_parquet(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    import duckdb

    assert main(["facts", "--format", "parquet"]) == 0
    path = tmp_path / "facts.parquet"
    path.write_bytes(capfdbinary.readouterr().out)
    read = duckdb.sql(f"SELECT raw, low, start FROM '{path}'").df()
    loaded = sx.load_facts("341324-2023H1")
    assert read["raw"].tolist() == loaded["raw"].tolist()
    assert read["low"].tolist() == loaded["low"].tolist()
    assert read["start"].tolist() == loaded["start"].tolist()


def test_audit_prints_the_findings_as_json(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["audit", "--format", "json"]) == 0
    rows = json.loads(capfdbinary.readouterr().out.decode("utf-8"))
    assert [row["finding"] for row in rows] == sx.load_findings("341324-2023H1")["finding"].tolist()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["report", "missing.txt"], "missing.txt: does not exist"),
        (["facts", "empty.txt"], "empty.txt: is empty"),
        (["audit", "plain.txt"], "plain.txt: holds no figures"),
        (["report", "341324-2023H2"], "did you mean '341324-2023H1'?"),
        (["report", "--out", "plain.txt"], "plain.txt: is a file, not a folder"),
        (["report", "--out", "plain.txt/x"], "cannot be written"),
        (["report", "--lang", "de"], "'de' is not one of 'zh', 'en'. Try 'sxedu report --help'."),
        (["reprot"], "Did you mean 'report'?"),
        (["facts", "--frmt", "csv"], "Did you mean '--format'?"),
        (["facts", "a", "b"], "unexpected extra argument"),
        (["verify"], "Missing argument 'ORIGINAL'"),
        (["verify", "missing.txt"], "missing.txt: does not exist"),
        (["run", "2_coverage"], "no notebook '2_coverage' (did you mean '02_coverage'?)"),
        (["run", "02_coverage", "-p", "langg", "en"], "unknown parameter 'langg' (did you mean 'lang'?)"),
        (["run", "01_report_figures", "-p", "top_n", "many"], "top_n: must be int, not str 'many'"),
        (["run", "02_coverage", "-p", "lang"], "'-p' requires 2 arguments"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_code_2(
    arguments: list[str], line: str, isolated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (isolated / "empty.txt").touch()
    (isolated / "plain.txt").write_text("没有数字的一段话。", encoding="utf-8")
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert line in err
    assert sorted(path.name for path in isolated.iterdir()) == ["empty.txt", "plain.txt"]


def test_report_prints_the_page_to_open(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sxedu_analysis.production import report

    monkeypatch.setattr(
        report, "make_report", lambda loaded, *given, **_: Path("/".join([loaded.report_id, *given]))
    )
    assert main(["report", "--out", "b", "--lang", "en"]) == 0
    assert capsys.readouterr().out == "341324-2023H1/b/en\n"


@pytest.mark.parametrize(
    "command",
    ["report", "figures", "run", "quantities", "facts", "measures", "audit", "gaps", "add", "verify", "lab"],
)
def test_the_data_folder_may_be_named_wherever_a_report_id_is_given(command: str) -> None:
    assert any("--data-dir" in option.opts for option in sxedu.commands[command].params)


@pytest.mark.parametrize("before", [None, "theirs"])
def test_a_data_folder_counts_for_the_kernels_of_one_command(
    before: str | None, isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sxedu_analysis.production import execute

    monkeypatch.delenv("SXEDU_DATA")
    if before:
        monkeypatch.setenv("SXEDU_DATA", before)
    seen: list[str | None] = []
    monkeypatch.setattr(execute, "run_notebook", lambda *_: seen.append(os.environ["SXEDU_DATA"]))
    assert main(["run", "02_coverage", "--data-dir", "mine"]) == 0
    assert seen == [str(isolated / "mine")]
    assert os.environ.get("SXEDU_DATA") == before


def test_run_reads_parameters_as_they_are_typed(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    from sxedu_analysis.production import execute

    monkeypatch.setattr(execute, "run_notebook", lambda *given: given)
    call = [
        "run",
        "notebooks/01_report_figures.ipynb",
        "-p",
        "top_n",
        "5",
        "-p",
        "lang",
        "en",
        "--out",
        "x.ipynb",
    ]
    assert main(call) == 0
    assert capsys.readouterr().out == "('01_report_figures', {'top_n': 5, 'lang': 'en'}, 'x.ipynb')\n"


def test_a_text_the_codebook_hardly_knows_is_told_in_one_line(
    isolated: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sxedu_analysis.production import report

    monkeypatch.setattr(report, "_write", lambda *_: None)
    (isolated / "a.txt").write_text("工作总结\n种树200棵，修路15公里，养鸡300只。\n", encoding="utf-8")
    assert main(["report", "a.txt"]) == 0
    assert capsys.readouterr().err.startswith("sxedu: note: 3 quantities, 0 recognised: ")
    assert main(["report"]) == 0
    assert capsys.readouterr().err == ""


def test_a_failing_notebook_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sxedu_analysis.production import report

    def fail(*_: object, **__: object) -> None:
        raise ExecutionError("cell 3 failed: ValueError: x", where="02_coverage.ipynb")

    monkeypatch.setattr(report, "make_report", fail)
    assert main(["report"]) == 2
    assert capsys.readouterr().err == "sxedu: 02_coverage.ipynb: cell 3 failed: ValueError: x\n"


def test_verify_lists_what_was_checked(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    from sxedu_analysis import analysis

    checks = pd.DataFrame({"check": ["sha256", "length"], "passed": [True, False], "detail": ["x", "y"]})
    monkeypatch.setattr(analysis, "verify_original", lambda *_, **__: checks)
    assert main(["verify", "original.txt"]) == 0
    assert capsys.readouterr().out.splitlines() == ["ok  sha256: x", "FAILED  length: y"]


def test_lab_without_jupyterlab_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["lab"]) == 2
    assert capsys.readouterr().err == ("sxedu: JupyterLab is not installed; run: make lab\n")


def test_lab_hands_on_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    from sxedu_analysis.production import workbench

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(workbench, "open_lab", lambda: 5)
    with pytest.raises(SystemExit) as caught:
        main(["lab"])
    assert caught.value.code == 5


def test_help_teaches_by_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert main(["--help"]) == 0
    assert main(["facts", "--help"]) == 0
    assert main(["--version"]) == 0
    out = capsys.readouterr().out
    assert "\n    sxedu report county.txt --lang en" in out, "examples keep their lines"
    assert "\\b" not in out
    assert "sxedu facts county.txt > facts.csv" in out
    assert f"sxedu, version {sx.__version__}" in out


def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    heavy = "{'pandas', 'matplotlib', 'papermill'}"
    code = f"import sys, sxedu_analysis.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_reader_that_has_had_enough_is_no_error() -> None:
    command = f"{sys.executable} -m sxedu_analysis.cli quantities 341324-2023H1"
    script = f"set -o pipefail; {command} | head -c 10 >/dev/null"
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_real_process_ends_with_2_and_one_line(tmp_path: Path) -> None:
    done = run("report", "missing.txt", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.count(b"\n") == 1


def test_an_abort_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    import click

    from sxedu_analysis import cli

    def abort(**_: object) -> None:
        raise click.Abort

    monkeypatch.setattr(cli.sxedu, "main", abort)
    assert main([]) == 130
    assert capsys.readouterr().err == "sxedu: stopped\n"
