"""Gaps: differences with bounds, the common period, refusals, the comparators."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sxedu_analysis.analysis.gap_measures import choose_measures, load_gap_measures
from sxedu_analysis.analysis.gaps import agree, gap, load_gaps
from sxedu_analysis.analysis.neighbours import (
    comparator_set,
    load_figures,
    neighbours_of,
    place_name,
    sampling_bounds,
)
from sxedu_analysis.analysis.place_values import common_period, values_of
from sxedu_analysis.foundation.errors import InputError, ParameterError, UnitError
from sxedu_analysis.reading.registered import add_report

HOMES = ["341324", "341323", "321324", "340322", "341302"]


@pytest.mark.parametrize("home", HOMES)
def test_a_gap_is_the_negative_of_the_gap_seen_from_there(home: str) -> None:
    others = [code for code in HOMES if code != home]
    here = load_gaps(home, None, others).set_index(["measure", "comparator"])
    for other in others:
        there = load_gaps(other, None, [home]).set_index(["measure", "comparator"])
        for measure in load_gap_measures():
            if (measure, other) not in here.index or here.loc[(measure, other), "status"] != "compared":
                continue
            one, two = here.loc[(measure, other)], there.loc[(measure, home)]
            assert one["difference"] == pytest.approx(-two["difference"])
            assert one["difference_low"] == pytest.approx(-two["difference_high"])
            assert one["ratio"] * two["ratio"] == pytest.approx(1)
            assert one["distinct"] == two["distinct"]
            assert one["ranked"] == len(others) + 1 - (here.loc[measure, "status"] != "compared").sum()


def test_the_order_of_the_figures_changes_nothing() -> None:
    figures = load_figures()
    shuffled = figures.sample(frac=1, random_state=341324)
    one = load_gaps("341324", None, "all", figures=figures)
    pd.testing.assert_frame_equal(one, load_gaps("341324", None, "all", figures=shuffled))


def test_values_lie_inside_their_bounds_and_the_two_kinds_of_bounds_are_told_apart() -> None:
    gaps = load_gaps("341324", None, "all")
    known = gaps[gaps["status"] == "compared"]
    for name in ("", "comparator_", "difference_", "ratio_", "median_", "median_difference_"):
        value = {"": "value", "comparator_": "comparator_value"}.get(name, name.rstrip("_"))
        assert (known[f"{name}low"] <= known[value]).all(), name
        assert (known[value] <= known[f"{name}high"]).all(), name
    kinds = known.groupby("measure")["interval_kind"].agg(set)
    assert kinds["education_workers_per_100_children"] == {"sampling"}
    assert kinds["mean_years_schooling"] == kinds["schooling_sex_gap"] == {"rounding"}
    assert kinds["share_aged_5_14"] == {"exact"}


def test_what_the_figures_say_of_the_county_of_the_report() -> None:
    gaps = load_gaps("341324").drop_duplicates("measure").set_index("measure")
    assert gaps["rank_en"]["mean_years_schooling"] == "second of six"
    assert gaps["rank_en"]["education_workers_per_100_children"] == "second to sixth of six"
    assert gaps["value"]["education_workers_per_100_children"] == pytest.approx(8.26, abs=0.005)
    assert gaps["median_difference"]["mean_years_schooling"] == pytest.approx(0.10)
    assert gaps["value"]["share_aged_0_14"] == pytest.approx(24.18, abs=0.01)
    assert "not education expenditure" in gaps["caveats_en"]["budget_expenditure_per_student"]


def test_shares_computed_from_counts_agree_with_those_published() -> None:
    figures = load_figures()
    published = figures[figures["indicator"] == "published_share_aged_0_14"]
    [measure] = choose_measures(["share_aged_0_14"])
    for row in published.itertuples():
        computed = values_of(measure, [row.adcode], figures)[row.adcode].interval
        assert row.low - 1e-6 <= computed.value <= row.high + 1e-6, row.adcode


def test_what_is_not_published_is_a_row_with_its_reason() -> None:
    gaps = load_gaps("341324", "gdp_per_head", "adjacent").set_index("comparator")
    district = gaps.loc["321302"]
    assert district["status"] == "not_published"
    assert district["settled_by"] == "city_yearbooks"
    assert "not in the sources searched" in district["reason_en"]
    assert "所查资料里没有" in district["reason_zh"]
    assert pd.isna(district["difference"])
    assert gaps["ranked"].unique().tolist() == [5]


def test_a_neighbour_without_figures_is_named_not_passed_over() -> None:
    gaps = load_gaps("341323", "mean_years_schooling").set_index("comparator")
    assert gaps.loc["320312", "status"] == "no_figures"
    assert gaps.loc["320312", "comparator_en"] == "Tongshan District"


def test_a_part_of_a_district_is_compared_with_its_caveat() -> None:
    gaps = load_gaps("341324", "mean_years_schooling", "same_city").set_index("comparator")
    assert gaps.loc["341302", "status"] == "compared"
    assert "107,603" in gaps.loc["341302", "caveats_en"]
    assert "107,603" not in gaps.loc["341323", "caveats_en"]


def figure(adcode: str, year: str, population: str = "residents_15_plus", caveat: str = "") -> dict:
    return {
        "adcode": adcode,
        "indicator": "mean_years_schooling_all",
        "year": year,
        "value": 9.0,
        "low": 8.995,
        "high": 9.005,
        "unit": "year",
        "published": "9.00年",
        "interval_kind": "rounding",
        "status": "reported",
        "population": population,
        "source_id": "x",
        "locator": "",
        "settled_by": "",
        "caveat_zh": caveat,
        "caveat_en": caveat,
    }


def test_other_years_and_other_populations_are_refused() -> None:
    table = pd.DataFrame(
        [
            figure("341324", "2020"),
            figure("341323", "2010"),
            figure("340322", "2020", "residents_25_plus"),
            figure("321324", "2020", "residents_25_plus", "only those over 25"),
        ]
    )
    others = ["341323", "340322", "321324"]
    gaps = load_gaps("341324", "mean_years_schooling", others, figures=table).set_index("comparator")
    assert gaps["status"].to_dict() == {"321324": "compared", "340322": "refused", "341323": "refused"}
    assert gaps.loc["341323", "reason_en"] == "the years do not agree: 2020 against 2010"
    assert "populations" in gaps.loc["340322", "reason_en"]
    assert "only those over 25" in gaps.loc["321324", "caveats_en"]
    assert gaps["ranked"].unique().tolist() == [2]
    [measure] = choose_measures(["mean_years_schooling"])
    values = values_of(measure, ["341324", *others], table)
    for other in ("341323", "340322"):
        with pytest.raises(UnitError, match="cannot be compared"):
            gap(values["341324"], values[other])
    assert gap(values["341324"], values["321324"]).value == 0
    assert agree(values["341324"], values["341323"]).status == "refused"


def test_a_newer_figure_does_not_undo_the_comparison() -> None:
    # The home county has 2020 and 2023, one neighbour both, the others 2020 alone or something newer alone.
    table = pd.DataFrame(
        [
            *(figure("341324", year) for year in ("2020", "2023")),
            *(figure("341323", year) for year in ("2020", "2023")),
            figure("340322", "2020"),
            figure("321324", "2022"),
        ]
    )
    others = ["341323", "340322", "321324"]
    gaps = load_gaps("341324", "mean_years_schooling", others, figures=table).set_index("comparator")
    assert set(gaps["period"]) == {"2020"}
    assert gaps["status"].to_dict() == {"321324": "refused", "340322": "compared", "341323": "compared"}
    assert set(gaps["newer_periods"]) == {"2023"}
    assert gaps["comparator_newer_periods"].to_dict() == {"321324": "2022", "340322": "", "341323": "2023"}
    assert "Newer figures of Sixian County (2023) are left aside" in gaps.loc["340322", "caveats_en"]
    assert "Lingbi" not in gaps.loc["340322", "caveats_en"]
    assert "灵璧县有较新的数字（2023）" in gaps.loc["341323", "caveats_zh"]
    # Of years that serve as many comparators, the latest: of the pair alone, 2023.
    [pair] = load_gaps("341324", "mean_years_schooling", ["341323"], figures=table).to_dict("records")
    assert (pair["period"], pair["newer_periods"], pair["status"]) == ("2023", "", "compared")
    chosen = load_gaps("341324", "mean_years_schooling", others, figures=table, period="2023")
    assert chosen["status"].tolist() == ["refused", "refused", "compared"]


@given(st.sets(st.integers(2018, 2023), min_size=1), st.lists(st.sets(st.integers(2018, 2023)), max_size=4))
def test_the_common_year_is_the_one_that_serves_the_most_and_of_these_the_latest(
    mine: set[int], theirs: list[set[int]]
) -> None:
    codes = ["341323", "340322", "321324", "320324"][: len(theirs)]
    rows = [("341324", year) for year in mine]
    rows += [(code, year) for code, years in zip(codes, theirs, strict=True) for year in years]
    table = pd.DataFrame([figure(code, str(year)) for code, year in rows])
    [measure] = choose_measures(["mean_years_schooling"])
    found = int(common_period(measure, "341324", codes, table))
    served = {year: sum(year in years for years in theirs) for year in mine}
    assert found == max(mine, key=lambda year: (served[year], year))


def test_a_report_is_compared_at_the_period_that_others_have_too(tmp_path: Path) -> None:
    text = "全县义务阶段学校学生总数12.5万人，参加课后服务10.0万人。"
    for adcode, period in (("341323", "2023H1"), ("341324", "2024H1")):
        register(tmp_path, adcode, text, period)
    [row] = load_gaps("341324", "after_school_participation", ["341323"]).to_dict("records")
    assert (row["period"], row["status"], row["newer_periods"]) == ("2023H1", "compared", "2024H1")


def test_a_place_without_an_english_name_has_its_code() -> None:
    gaps = load_gaps("341324", "mean_years_schooling", ["110101"])
    assert gaps["comparator_zh"].tolist() == ["东城区"]
    assert gaps["comparator_en"].tolist() == ["adcode 110101"]


def test_a_denominator_that_may_be_zero_is_refused() -> None:
    rows = [figure("341324", "2020") | {"indicator": "gdp"}, figure("341324", "2020")]
    rows[1] |= {"indicator": "resident_population", "value": 0.0, "low": 0.0, "high": 0.0}
    [measure] = choose_measures(["gdp_per_head"])
    assert values_of(measure, ["341324"], pd.DataFrame(rows))["341324"].status == "refused"


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("341399",), InputError, "no county has the adcode 341399"),
        (("341300",), InputError, "宿州市, no county"),
        (("110101",), InputError, "no figures of 东城区"),
        (("341324", "mean_year_schooling"), ParameterError, "did you mean 'mean_years_schooling'"),
        (("341324", ""), ParameterError, "no measure is given"),
        (("341324", None, "adjacnt"), ParameterError, "did you mean 'adjacent'"),
        (("341324", None, []), ParameterError, "no set of comparators"),
        (("341324", None, ["340100"]), InputError, "no county"),
        (("341324", None, ["341324"]), ParameterError, "no county but the home county"),
        (("410183", None, "adjacent"), InputError, "no figures of 新密市"),
    ],
)
def test_a_wrong_call_is_answered_in_one_line(arguments, error, words: str) -> None:
    with pytest.raises(error) as caught:
        load_gaps(*arguments)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_adjacent_is_refused_where_borders_are_not_entered() -> None:
    with pytest.raises(ParameterError, match="borders of 铜山区"):
        comparator_set("320312", "adjacent")


def test_borders_are_mutual_and_sets_never_hold_the_home_county() -> None:
    for home in HOMES:
        assert all(home in neighbours_of(other) for other in neighbours_of(home))
        for chosen in ("adjacent", "same_city", "all", [*HOMES]):
            assert home not in comparator_set(home, chosen)
    assert comparator_set("341324", "341323，340322") == ["340322", "341323"]
    assert len(comparator_set("341324", "all")) == 9
    assert place_name("999999") == "999999"


def test_a_report_over_older_children_has_a_measure_and_a_caveat_of_its_own() -> None:
    code = "report_enrolment_per_100_children_2020"
    assert code not in set(load_gaps("341324")["measure"])
    gaps = load_gaps("341324", code)
    assert gaps["period"].iloc[0] == "2023H1/2020"
    assert gaps["value"].iloc[0] == pytest.approx(83.26, abs=0.01)
    assert "two dates" in gaps["caveats_en"].iloc[0]
    assert set(gaps["status"]) == {"no_figures"}


def register(tmp_path: Path, adcode: str, text: str, period: str = "2023H1") -> str:
    path = tmp_path / f"{adcode}-{period}.txt"
    path.write_text(f"教体局{period}工作总结\n{text}", encoding="utf-8")
    return add_report(path, adcode=adcode, period=period).report_id


def test_registered_reports_are_compared_like_for_like(tmp_path: Path) -> None:
    text = "全县义务阶段学校学生总数12.5万人，参加课后服务10.0万人。"
    register(tmp_path, "341323", text)
    register(tmp_path, "340322", text, "2022H1")
    register(tmp_path, "321324", "全县有学校12所。")
    gaps = load_gaps("341324", "after_school_participation").set_index("comparator")
    assert gaps.loc["341323", "comparator_value"] == pytest.approx(80)
    assert gaps.loc["341323", "difference"] == pytest.approx(13.75)
    assert gaps.loc["341323", "gap"] == "percentage_points"
    assert gaps.loc["340322", "status"] == "refused"
    # That the reader did not understand it says nothing of what is published.
    assert gaps.loc["321324", "status"] == "not_recognised"
    assert gaps.loc["321324", "reason_en"] == "not recognised in the report"
    assert gaps.loc["320324", "status"] == "no_figures"
    across = load_gaps("341324", "report_enrolment_per_100_children_2020").set_index("comparator")
    assert across.loc["341323", "status"] == "compared"
    assert across.loc["321324", "status"] == "not_recognised"


def test_a_report_whose_figures_conflict_is_refused(tmp_path: Path) -> None:
    text = "全县义务阶段学校学生总数12.5万人。全县义务阶段学校学生总数15.5万人。参加课后服务10.0万人。"
    register(tmp_path, "341323", text)
    for code in ("after_school_participation", "report_enrolment_per_100_children_2020"):
        gaps = load_gaps("341324", code).set_index("comparator")
        assert gaps.loc["341323", "status"] == "refused", code
        assert "conflict" in gaps.loc["341323", "reason_en"]


def test_a_report_over_figures_that_are_not_entered_says_what_is_lacking(tmp_path: Path) -> None:
    register(tmp_path, "110101", "全区义务阶段学校学生总数12.5万人。")
    gaps = load_gaps("341324", "report_enrolment_per_100_children_2020", ["110101"])
    assert gaps["status"].tolist() == ["no_figures"]
    assert "entered" in gaps["reason_en"].iloc[0]


def test_a_county_that_is_known_only_by_its_report_can_be_the_home(tmp_path: Path) -> None:
    register(tmp_path, "110101", "全区义务阶段学校学生总数12.5万人，参加课后服务10.0万人。")
    gaps = load_gaps("110101", "after_school_participation", ["341324"])
    assert gaps["status"].tolist() == ["compared"]


def test_the_sampling_interval_is_that_of_the_formula() -> None:
    low, high = sampling_bounds(100, 0.1)
    assert (high - low) / 2 == pytest.approx(1.96 * (1.5 * 0.9 * 100) ** 0.5)
    assert sampling_bounds(1, 0.1)[0] == 0
    narrow = sampling_bounds(100, 0.1, design_effect=1)
    assert narrow[0] > low
