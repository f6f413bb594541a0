"""A researcher's own figures: ten faults are ten lines; sound figures join the project's."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sxedu_analysis.analysis.benchmarks import load_missing
from sxedu_analysis.analysis.figure_faults import OPTIONAL, REQUIRED
from sxedu_analysis.analysis.gaps import load_gaps
from sxedu_analysis.analysis.own_figures import (
    FiguresError,
    figures_in_use,
    keep_figures,
    own_figures_dir,
    read_figures,
)
from sxedu_analysis.foundation.errors import InputError

HEADER = (
    "adcode,indicator,year,value,unit,low,high,status,"
    "source_title,source_publisher,source_year,population,caveat_zh"
)
SOURCE = "公报,统计局,2021"
SOUND = f"341182,mean_years_schooling_all,2020,8.72,year,,,,{SOURCE},,"
T = "341182"
# One row a fault: what is planted, and the line's beginning.
FAULTS = [
    (f"341399,resident_population,2020,5,person,,,,{SOURCE},,", "row 2, adcode: '341399'"),
    (f"{T},resident_populations,2020,5,person,,,,{SOURCE},,", "row 3, indicator: 'resident_populations' is"),
    (f"{T},resident_population,20,5,person,,,,{SOURCE},,", "row 4, year: '20' is no year"),
    (f"{T},resident_population,2020,50万,person,,,,{SOURCE},,", "row 5, value: '50万' is no number"),
    (f"{T},gdp,2020,2460000,万元,,,,{SOURCE},,", "row 6, unit: '万元'; allowed is 'yuan'"),
    (f"{T},mean_years_schooling_men,2020,8.9,year,9.0,9.1,,{SOURCE},,", "row 7, low: 9.0 is above the value"),
    (f"{T},illiteracy_rate_15_plus,2020,120,percent,,,,{SOURCE},,", "row 8, value: 120 per cent"),
    (f"{T},primary_enrolment,2020,4,person,,,reportet,{SOURCE},,", "row 9, status: 'reportet' (did you mean"),
    (f"{T},general_secondary_enrolment,2020,3,person,,,,,统计局,2021,,", "row 10, source_title: is empty"),
    (f"{T},population_aged_5_9,2020,-5,person,,,,{SOURCE},,", "row 11, value: -5 is below zero"),
]  # fmt: skip


def write(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_ten_planted_faults_are_all_listed(tmp_path: Path) -> None:
    path = write(tmp_path, *(row for row, _ in FAULTS))
    with pytest.raises(FiguresError) as caught:
        read_figures(path)
    faults = caught.value.faults
    assert len(faults) == 10
    for fault, (_, words) in zip(faults, FAULTS, strict=True):
        assert fault.startswith(words)
        assert "; allowed is " in fault
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (f"{T},resident_population,2020,5.5,person,,,,{SOURCE},,", "value: 5.5 of a count"),
        (f"{T},resident_population,2020,5,person,4,,,{SOURCE},,", "high: is empty beside the other bound"),
        (f"{T},resident_population,2020,5,person,4,4,,{SOURCE},,", "high: 4 is below the value 5"),
        (f"{T},education_workers_sample,2020,5,person,,,,{SOURCE},,", "low: is empty"),
        (f"{T},resident_population,2020,5,person,,,not_published,{SOURCE},,", "value: '5' where the status"),
        (f"{T},resident_population,2020,5,person,,,,{SOURCE},other,", "population: 'other' is another"),
        (f"{T},resident_population,2020,5,person,,,,公报,,2021,,", "source_publisher: is empty"),
        (f"{T},resident_population,2020,5,person,,,,{SOURCE}", "another number of cells"),
        (f"{SOUND}\n{SOUND}", "is in row 2 already"),
        (f"{T},illiteracy_rate_15_plus,2020,99,percent,98,200,,{SOURCE},,", "high: 200 per cent"),
        (f"{T},resident_population,2099,5,person,,,,公报,统计局,,,", "year: '2099' is no year that has come"),
        (f"{T},resident_population,2020,5,person,,,,公报,统计局,2099,,", "source_year: '2099' is no year"),
        (f"{T},resident_population,2022,5,person,,,,{SOURCE},,", "year: 2022 is after its source, of 2021"),
        (f"{T},gdp,2020,24600000000,yuan,,,,{SOURCE},,", "published: is empty, and the value alone does not"),
    ],
)  # fmt: skip
def test_each_fault_is_told(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(FiguresError) as caught:
        read_figures(write(tmp_path, row))
    assert len(caught.value.faults) == 1
    assert words in caught.value.faults[0]


def test_a_repeated_row_is_told_in_its_place(tmp_path: Path) -> None:
    wrong = SOUND.replace("8.72", "x")
    with pytest.raises(FiguresError) as caught:
        read_figures(write(tmp_path, SOUND, SOUND, wrong, SOUND.replace("2020", "2019").replace("8.72", "y")))
    assert [fault.split(":")[0] for fault in caught.value.faults] == [
        "row 3, adcode", "row 4, value", "row 4, adcode", "row 5, value",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (HEADER.replace("unit,", ""), "unit: column is missing"),
        (HEADER.replace("caveat_zh", "caveats_zh"), "caveats_zh: no such column (did you mean 'caveat_zh'?)"),
        (HEADER.replace("caveat_zh", "status"), "status: column is there twice"),
    ],
)
def test_a_wrong_header_is_told(tmp_path: Path, header: str, words: str) -> None:
    with pytest.raises(FiguresError, match="fault") as caught:
        read_figures(write(tmp_path, SOUND, header=header))
    assert any(words in fault for fault in caught.value.faults)


def test_a_file_that_is_no_table_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_figures(tmp_path / "none.csv")
    with pytest.raises(FiguresError, match="no rows"):
        read_figures(write(tmp_path))
    path = tmp_path / "mine.csv"
    path.write_bytes(b"\x00\x01\x02\x03" * 50)
    with pytest.raises(InputError, match="is not a text file; save it as CSV UTF-8"):
        read_figures(path)
    path.write_text(f'{HEADER}\n"open', encoding="utf-8")
    with pytest.raises(InputError, match="no CSV"):
        read_figures(path)


PRINTED = "adcode,indicator,year,value,unit,published,source_title,source_publisher,source_year"


@pytest.mark.parametrize(
    ("indicator", "value", "unit", "published", "low", "high"),
    [
        ("gdp", "61934000000", "yuan", "619.34亿元", 61933500000, 61934500000),
        ("gdp", "61934000000", "yuan", "61934 million yuan", 61933500000, 61934500000),
        ("general_public_budget_expenditure", "10086760000", "yuan", "1008676万元", 10086755000, 10086765000),
        ("registered_population", "1410900", "person", "141.09万人", 1410850, 1410950),
        ("registered_population", "1410900", "person", '"1,410,900人"', 1410900, 1410900),
        ("mean_years_schooling_all", "8.5", "year", "8.50年", 8.495, 8.505),
        ("illiteracy_rate_15_plus", "100", "percent", "100%", 99.5, 100),
    ],
)
def test_bounds_are_half_a_unit_of_the_last_digit_printed(
    tmp_path: Path, indicator: str, value: str, unit: str, published: str, low: float, high: float
) -> None:
    row = f"{T},{indicator},2020,{value},{unit},{published},公报,统计局,"
    [figure] = read_figures(write(tmp_path, row, header=PRINTED)).to_dict("records")
    assert (figure["low"], figure["high"]) == pytest.approx((low, high))
    assert figure["interval_kind"] == ("exact" if low == high else "rounding")
    assert figure["source_id"] == "统计局: 公报"


@pytest.mark.parametrize(
    ("published", "words"),
    [
        ("619.43亿元", "'619.43亿元' is not the value 61934000000"),
        ("619.34万元", "'619.34万元' is not the value 61934000000"),
        ("约619亿元", "'约619亿元' is no figure"),
    ],
)
def test_what_is_printed_has_to_be_the_value(tmp_path: Path, published: str, words: str) -> None:
    row = f"{T},gdp,2020,61934000000,yuan,{published},公报,统计局,2021"
    with pytest.raises(FiguresError) as caught:
        read_figures(write(tmp_path, row, header=PRINTED))
    assert len(caught.value.faults) == 1
    assert words in caught.value.faults[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_read_in_the_encodings_that_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, SOUND)
    expected = read_figures(path)
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    pd.testing.assert_frame_equal(read_figures(path), expected)


def test_what_is_brought_is_no_longer_missing(tmp_path: Path) -> None:
    assert "pupil_teacher_ratio_primary" in set(load_missing("341324")["indicator"])
    row = "341324,pupil_teacher_ratio_primary,2023,17.5,person_per_person,,,,公报,统计局,2024,,"
    keep_figures(write(tmp_path, row))
    assert "pupil_teacher_ratio_primary" not in set(load_missing("341324")["indicator"])
    assert "pupil_teacher_ratio_primary" in load_missing("341323")["indicator"].tolist()


def test_bounds_come_from_the_digits_where_none_are_given(tmp_path: Path) -> None:
    rows = [
        SOUND,
        f"341182,resident_population,2020,556600,person,,,,{SOURCE},,",
        f"341182,education_workers_sample,2020,500,person,450,550,,{SOURCE},,",
        f"341182,primary_enrolment,2020,,person,,,not_published,{SOURCE},,",
        f"341182,general_secondary_enrolment,2020,30000,person,29500,30500,,{SOURCE},part,只有公办",
    ]
    table = read_figures(write(tmp_path, *rows)).set_index("indicator")
    assert table.loc["mean_years_schooling_all", ["low", "high"]].tolist() == pytest.approx([8.715, 8.725])
    assert table.loc["resident_population", "interval_kind"] == "exact"
    assert table.loc["education_workers_sample", "interval_kind"] == "sampling"
    assert table.loc["primary_enrolment", "status"] == "not_published"
    assert table.loc["general_secondary_enrolment", "caveat_en"] == "只有公办"
    assert table.loc["resident_population", "source_id"] == "统计局: 公报 (2021)"


def test_own_figures_make_another_county_comparable_and_may_be_kept(tmp_path: Path) -> None:
    path = write(tmp_path, SOUND)
    gaps = load_gaps("341182", "mean_years_schooling", ["341324"], figures=path)
    assert gaps["difference"].round(2).tolist() == [-0.27]
    assert "341182" in set(
        load_gaps("341324", "mean_years_schooling", ["341182"], figures=path)["comparator"]
    )
    assert not own_figures_dir().exists()
    assert keep_figures(path) == keep_figures(path)
    assert load_gaps("341182", "mean_years_schooling", ["341324"])["status"].tolist() == ["compared"]
    assert keep_figures(own_figures_dir() / "mine.csv").exists()
    other = write(tmp_path, SOUND.replace("8.72", "8.73"))
    with pytest.raises(InputError, match="another file of this name"):
        keep_figures(other)


def test_the_example_of_the_readme_is_read(tmp_path: Path, repository: Path) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    path = tmp_path / "mine.csv"
    path.write_text(readme.partition("```csv\n")[2].partition("```")[0], encoding="utf-8")
    [figure] = read_figures(path).to_dict("records")
    assert (figure["low"], figure["high"]) == (24685000000, 24695000000)
    for column in (*REQUIRED, *OPTIONAL):
        assert f"`{column}`" in readme.partition("### A CSV of your own figures")[2]


def test_an_own_figure_stands_in_for_the_projects(tmp_path: Path) -> None:
    path = write(tmp_path, SOUND.replace("341182", "341324"))
    table = figures_in_use(path)
    mine = table[(table["adcode"] == "341324") & (table["indicator"] == "mean_years_schooling_all")]
    assert mine["value"].tolist() == [8.72]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    own_figures_dir().parent.mkdir(parents=True)
    own_figures_dir().write_text("a file", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        keep_figures(write(tmp_path, SOUND))
