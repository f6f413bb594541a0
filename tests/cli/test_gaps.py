"""`sxedu gaps`: the table, and mistakes answered in a line each."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest

from sxedu_analysis.cli import main

FAULTY = """adcode,indicator,year,value,unit,source_title,source_publisher,source_year
341399,resident_population,2020,5,person,t,p,2021
341182,resident_populations,2020,5,person,t,p,2021
341182,resident_population,20,5,person,t,p,2021
341182,resident_population,2020,50万,person,t,p,2021
341182,gdp,2020,2460000,万元,t,p,2021
341182,mean_years_schooling_men,2020,-8.9,year,t,p,2021
341182,illiteracy_rate_15_plus,2020,120,percent,t,p,2021
341182,primary_enrolment,2020,4.5,person,t,p,2021
341182,general_secondary_enrolment,2020,3,person,,p,2021
341182,population_aged_5_9,2020,5,person,t,p,21
"""


def test_the_table_is_printed_as_csv(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["gaps", "341324", "--comparators", "adjacent", "--format", "csv"]) == 0
    out = capfdbinary.readouterr().out
    assert b"\r" not in out
    table = pd.read_csv(io.BytesIO(out), dtype={"comparator": str})
    assert table["comparator"].nunique() == 5
    assert table["measure"].nunique() == 14


def test_json_one_measure_chosen_counties(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    arguments = ["gaps", "341323", "--comparators", "341324", "--measure", "staff", "--format", "json"]
    assert main(arguments) == 0
    [row] = json.loads(capfdbinary.readouterr().out)
    assert row["rank_zh"] == "2个县区中居第1至第2位"
    assert row["distinct"] is False


def test_ten_faults_are_ten_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(FAULTY, encoding="utf-8")
    assert main(["gaps", "341182", "--comparators", "341324", "--figures", str(path)]) == 2
    captured = capsys.readouterr()
    *faults, last = captured.err.splitlines()
    assert captured.out == ""
    assert [fault.split(",")[0] for fault in faults] == [f"mine.csv: row {n}" for n in range(2, 12)]
    assert last == "sxedu: mine.csv has 10 faults; mend them all and try again"


def test_own_figures_are_used_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.csv"
    header = FAULTY.splitlines()[0]
    path.write_text(f"{header}\n341182,mean_years_schooling_all,2020,8.72,year,t,p,2021\n", encoding="utf-8")
    call = ["gaps", "341182", "--comparators", "341324", "--measure", "mean_years_schooling"]
    assert main(call) == 2
    assert "no figures of 明光市" in capsys.readouterr().err
    assert main([*call, "--figures", str(path), "--keep"]) == 0
    assert "kept" in capsys.readouterr().err
    assert main(call) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["341399"], "no county has the adcode 341399"),
        (["110101"], "no figures of 东城区"),
        (["341324", "--comparators", "341324"], "no county but the home county 泗县 (341324) is among them"),
        (["341324", "--period", "2031"], "has no figures of '2031' for this; give one of"),
        (["341324", "--keep"], "--keep needs a file"),
        (["341324", "--measure", "nothing"], "unknown measure 'nothing'"),
        (["341324", "--figures", "none.csv"], "cannot be read"),
    ],
)
def test_a_mistake_is_one_line(arguments, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gaps", *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_the_help_gives_examples_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gaps", "--help"]) == 0
    assert "\n    sxedu gaps 341324 --comparators adjacent\n" in capsys.readouterr().out
