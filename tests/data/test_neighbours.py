"""data/neighbours: every figure traces to a source, nothing of low trust, what is not published is a row."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from sxedu_analysis.analysis.benchmarks import load_benchmarks
from sxedu_analysis.analysis.claims import load_claims
from sxedu_analysis.analysis.figure_faults import COUNTED
from sxedu_analysis.analysis.gap_measures import load_gap_measures, load_gap_themes
from sxedu_analysis.analysis.gaps import load_gaps
from sxedu_analysis.analysis.neighbours import (
    load_figures,
    load_places,
    load_publications,
    load_published_indicators,
    load_sources,
    neighbours_of,
    sampling_bounds,
)
from sxedu_analysis.analysis.published import read_published
from sxedu_analysis.reading.counties import load_counties

PLACES = load_places()
COMPARED = sorted(PLACES.loc[PLACES["kind"] == "compared", "adcode"])


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    return load_figures()


def test_every_figure_traces_to_a_source_and_a_place_in_it(figures: pd.DataFrame) -> None:
    reported = figures[figures["status"] == "reported"]
    sources = load_sources().set_index("source_id")
    assert set(reported["source_id"]) <= set(sources.index)
    assert (reported["locator"] != "").all()
    named = sources[["title_zh", "title_en", "publisher", "table", "read_at", "licence"]]
    assert (named != "").all().all()
    benchmarks = load_benchmarks()
    assert {code for cell in benchmarks["source_id"] for code in cell.split("; ")} <= set(sources.index)


def test_nothing_of_low_trust_is_entered() -> None:
    assert set(load_sources()["trust"]) <= {"high", "medium-high", "medium"}


def test_what_is_not_published_is_empty_and_says_where_it_would_stand(figures: pd.DataFrame) -> None:
    silent = figures[figures["status"] == "not_published"]
    assert silent[["value", "low", "high"]].isna().all().all()
    assert set(silent["settled_by"]) <= set(load_publications()["publication"])
    wanted = {"pupil_teacher_ratio_primary", "full_time_teachers_primary", "student_learning_results"}
    for code in COMPARED:
        assert wanted <= set(silent.loc[silent["adcode"] == code, "indicator"]), code


def test_a_district_is_never_looked_for_in_the_yearbook_of_counties(figures: pd.DataFrame) -> None:
    places = load_places()
    districts = places.loc[places["level"] == "district", "adcode"]
    assert "county_yearbook_later" not in set(figures.loc[figures["adcode"].isin(districts), "settled_by"])


@pytest.mark.parametrize(
    ("benchmark", "value", "width"),
    [
        ("national_education_share_of_budget_2022", 15.07, 0.01),
        ("national_total_expenditure_per_primary_pupil_2022", 15240, 1),
        ("national_total_expenditure_per_junior_pupil_2022", 21469, 1),
        ("national_total_expenditure_per_primary_pupil_2023", 15895, 1),
        ("national_total_expenditure_per_junior_pupil_2023", 22054, 1),
        ("national_large_classes_primary_2022", 0.48, 0.01),
        ("national_large_classes_junior_secondary_2022", 0.40, 0.01),
        ("national_junior_teachers_bachelor_2022", 91.71, 0.01),
        ("national_nine_year_retention_2022", 95.5, 0.1),
    ],
)
def test_national_values_that_no_county_publishes_are_benchmarks(
    benchmark: str, value: float, width: float
) -> None:
    row = load_benchmarks().set_index("benchmark").loc[benchmark]
    assert (row["kind"], row["adcode"], row["measure"], row["value"]) == ("nation", "100000", "", value)
    assert (row["low"] + row["high"]) / 2 == pytest.approx(value)
    assert row["high"] - row["low"] == pytest.approx(width)
    assert benchmark.endswith(row["year"])
    assert load_sources().set_index("source_id").at[row["source_id"], "read_at"]


def test_aid_per_award_elsewhere_is_the_amount_over_the_awards(figures: pd.DataFrame) -> None:
    mine = figures[figures["adcode"] == "410183"].set_index("indicator")
    amount, awards = mine.loc["student_aid_amount_term"], mine.loc["student_aid_awards_term"]
    row = load_benchmarks().set_index("benchmark").loc["xinmi_aid_per_award"]
    assert row["value"] == round(amount["value"] / awards["value"], 4)
    # Bounds are rounded outwards, to the digits of the value.
    assert row["low"] == math.floor(1e4 * amount["low"] / awards["value"]) / 1e4
    assert row["high"] == math.ceil(1e4 * amount["high"] / awards["value"]) / 1e4


def test_bounds_hold_the_value_and_counts_are_exact(figures: pd.DataFrame) -> None:
    reported = figures[figures["status"] == "reported"]
    assert (reported["low"] <= reported["value"]).all()
    assert (reported["value"] <= reported["high"]).all()
    exact = reported["interval_kind"] == "exact"
    assert (reported.loc[exact, "low"] == reported.loc[exact, "high"]).all()
    assert (reported.loc[~exact, "low"] < reported.loc[~exact, "high"]).all()


def test_bounds_are_those_of_the_figure_as_it_was_read(figures: pd.DataFrame) -> None:
    reported = figures[figures["status"] == "reported"]
    summed = reported["locator"].str.contains("+", regex=False)
    assert (reported.loc[summed, "published"] == "").all()
    for row in reported[~summed].itertuples():
        read = read_published(row.published, counted=row.unit in COUNTED)
        assert read is not None, row
        assert read.value == pytest.approx(row.value)
        if row.interval_kind != "sampling" and "taken as rounded" not in row.locator:
            assert (read.low, read.high) == pytest.approx((row.low, row.high)), row
        else:
            assert row.low <= read.low <= read.high <= row.high


def test_output_that_a_source_rounds_further_than_its_unit_has_the_wider_bounds(
    figures: pd.DataFrame,
) -> None:
    gdp = figures[(figures["indicator"] == "gdp") & (figures["year"] == "2020")].set_index(
        ["adcode", "source_id"]
    )
    for code in ("320324", "321324"):
        row = gdp.loc[(code, "county_yearbook_2021")]
        assert row["high"] - row["low"] == 1_000_000
        parts = figures[(figures["adcode"] == code) & figures["indicator"].str.startswith("value_added")]
        assert (parts["value"] % 1_000_000 == 0).all()


def test_what_holds_of_a_source_stands_with_it_and_follows_its_figures_only(figures: pd.DataFrame) -> None:
    assert "inferred" in load_gaps("341324", "gdp_per_head")["caveats_en"].iloc[0]
    assert not load_gaps("341324", "schooling")["caveats_en"].str.contains("inferred").any()
    others = figures["source_id"].where(
        figures["source_id"] != "county_yearbook_2021", "bureau: bulletin (2021)"
    )
    elsewhere = load_gaps("341324", "gdp_per_head", figures=figures.assign(source_id=others))
    assert not elsewhere["caveats_en"].str.contains("inferred").any()


def test_every_source_is_named_among_the_data_sources(repository: Path) -> None:
    text = (repository / "DATA_SOURCES.md").read_text(encoding="utf-8")
    for row in load_sources().itertuples():
        title = row.title_zh if row.title_zh == row.title_en else f"{row.title_zh} ({row.title_en})"
        line = f"| {title} | {row.publisher} | {row.year or 'not said'} | {row.licence} | {row.trust} |"
        assert line in text, f"DATA_SOURCES.md lacks the line\n{line}"


def test_years_of_schooling_keep_the_two_decimals_that_the_census_prints(figures: pd.DataFrame) -> None:
    rows = figures[figures["indicator"].str.startswith("mean_years")]
    assert ((rows["high"] - rows["low"]).round(6) == 0.01).all()


def test_sampling_bounds_are_those_of_the_documented_formula(figures: pd.DataFrame) -> None:
    table = figures[figures["year"] == "2020"].drop_duplicates(["adcode", "indicator"])
    wide = table.pivot_table(index="adcode", columns="indicator", values="value")
    for row in figures[figures["interval_kind"] == "sampling"].itertuples():
        place = wide.loc[row.adcode]
        fraction = place["family_households_long_form"] / place["family_households"]
        assert (row.low, row.high) == pytest.approx(sampling_bounds(row.value, fraction), abs=0.06)


def test_units_and_populations_are_the_indicators_own_or_carry_a_caveat(figures: pd.DataFrame) -> None:
    indicators = load_published_indicators().set_index("indicator")
    for row in figures.itertuples():
        assert row.unit == indicators.at[row.indicator, "unit"]
        if row.population != indicators.at[row.indicator, "population"]:
            assert row.caveat_zh
            assert row.caveat_en


def test_two_sources_of_one_figure_agree(figures: pd.DataFrame) -> None:
    reported = figures[figures["status"] == "reported"]
    for key, group in reported.groupby(["adcode", "indicator", "year"]):
        assert group["low"].max() <= group["high"].min(), key


def test_places_are_named_as_in_the_list_of_counties() -> None:
    names = load_counties().set_index("adcode")["name"]
    places = load_places().set_index("adcode")
    for code, name in places.loc[places["level"].isin(["county", "district"]), "name_zh"].items():
        assert names[code] == name
    assert places["name_en"].is_unique


def test_the_borders_are_those_that_are_known() -> None:
    assert neighbours_of("341324") == ["320324", "321302", "321324", "340322", "341323"]
    assert "340323" not in neighbours_of("341324")
    # All of them, and the rest of its city, are compared.
    assert {"341324", *neighbours_of("341324"), "341302", "341321", "341322"} <= set(COMPARED)


def test_measures_are_told_in_both_languages_and_use_what_is_entered(figures: pd.DataFrame) -> None:
    themes = set(load_gap_themes()["theme"])
    reported = set(figures.loc[figures["status"] == "reported", "indicator"])
    for one in load_gap_measures().values():
        assert one.theme in themes
        assert set(one.parts) <= reported
        assert one.caveats_zh
        assert one.caveats_en
        assert one.caveats_en.isascii() or not any("\u4e00" <= char <= "\u9fff" for char in one.caveats_en)


def test_loaded_tables_say_what_they_promise() -> None:
    gaps = load_gaps("341324")
    assert gaps["caveats_zh"].str.endswith("。").all()
    assert gaps["caveats_en"].str.endswith(".").all()
    assert len(load_claims("341324-2023H1")) == 1
