"""Measures and ratios: their values, bounds and places, and what is refused."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sxedu_analysis.analysis import load_facts, load_measures, ratio
from sxedu_analysis.analysis.facts import FACT_COLUMNS
from sxedu_analysis.analysis.measures import MEASURE_COLUMNS, RATIO_COLUMNS
from sxedu_analysis.foundation.errors import CodebookError
from sxedu_analysis.foundation.paths import data_dir

OURS = "341324-2023H1"


def facts_of(*facts: tuple[str, float, float, float], report_id: str = "r") -> pd.DataFrame:
    """A facts table with these indicators, values and bounds."""
    rows = [
        {
            "report_id": report_id,
            "indicator": code,
            "value": value,
            "low": low,
            "high": high,
            "raw": f"{value:g}",
            "start": 10 * number,
            "end": 10 * number + 5,
        }
        for number, (code, value, low, high) in enumerate(facts)
    ]
    return pd.DataFrame(rows, columns=list(FACT_COLUMNS)).astype(FACT_COLUMNS)


@pytest.fixture(scope="module")
def measures() -> pd.DataFrame:
    return load_measures(OURS).set_index("measure")


@pytest.mark.parametrize(
    ("measure", "value", "low", "high", "unit", "status"),
    [
        ("after_school_participation", 93.75, 92.89, 94.62, "%", "derived"),
        ("after_school_school_coverage", 100, 100, 100, "%", "reported"),
        ("student_aid_per_award", 402.5, 386.0, 420.43, "元/人次", "derived"),
        ("student_aid_per_enrolled_student", 43.12, 42.89, 43.36, "元/人", "derived"),
        ("nutrition_meal_share", 69.64, 69.33, 70.85, "%", "derived"),
        ("students_per_school", 910.57, 906.50, 914.63, "人/所", "derived"),
        ("meal_students_per_school", 513.16, 513.16, 519.74, "人/所", "derived"),
        ("fitness_training_attendances_per_session", 1120, 1115, 1125, "人次/场", "derived"),
        ("sports_attendances_per_event", 1476.19, 1452.38, 1500, "人次/场", "derived"),
        ("safety_consultation_attendances_per_event", 628.25, 628.25, 628.25, "人次/场", "derived"),
        ("attendances_per_drill", 152.17, 151.45, 152.90, "人次/场", "derived"),
        ("drills_per_school", 5.61, 5.61, 5.61, "场次/所", "derived"),
        ("outreach_sessions_per_teacher", 2.75, 2.75, 2.75, "场次/人", "derived"),
        ("sanctioned_persons_per_violation", 1.09, 1.09, 1.09, "人/起", "derived"),
        ("counselling_room_rate_target", 90, 90, 100, "%", "reported"),
        ("psychology_teacher_rate_target", 100, 99.5, 100, "%", "reported"),
        ("student_fitness_rate_target", 40, 40, 100, "%", "reported"),
        ("disabled_children_enrolment_rate_target", 96, 96, 100, "%", "reported"),
    ],
)
def test_the_reports_measures(measures, measure, value, low, high, unit, status):
    row = measures.loc[measure]
    assert row[["value", "low", "high"]].tolist() == pytest.approx([value, low, high], abs=0.006)
    assert (row["unit_zh"], row["status"]) == (unit, status)


def test_each_input_leads_back_to_the_text(measures):
    facts = load_facts(OURS).set_index("start")
    for row in measures.itertuples():
        for side in ("numerator", "denominator"):
            start = getattr(row, f"{side}_start")
            if getattr(row, side) == "":
                assert pd.isna(start)
                continue
            fact = facts.loc[start]
            assert fact["indicator"] == getattr(row, side)
            assert fact["raw"] == getattr(row, f"{side}_raw")
            assert fact["source_start"] == getattr(row, f"{side}_source_start")


def test_columns_and_key_figures(measures):
    assert ["measure", *measures.columns] == [
        "measure",
        *[name for name in MEASURE_COLUMNS if name != "measure"],
    ]
    keys = measures["key_figure"].dropna().sort_values()
    assert keys.tolist() == list(range(1, len(keys) + 1))
    for name in ("name", "unit", "formula", "meaning", "caveats"):
        assert (measures[f"{name}_zh"] != "").all()
        assert (measures[f"{name}_en"] != "").all()


def test_a_text_without_facts_reports_nothing(file_with):
    table = load_measures(file_with("没有数字。"))
    assert set(table["status"]) == {"not_reported"}
    assert table["value"].isna().all()
    assert {name: str(kind) for name, kind in table.dtypes.items()} == MEASURE_COLUMNS


def test_school_coverage_by_statement_and_by_counts(file_with):
    stated = load_measures(file_with("全区20所义务教育学校都全部提供课后服务。", "a.txt")).set_index(
        "measure"
    )
    row = stated.loc["after_school_school_coverage"]
    assert (row["value"], row["kind"], row["status"]) == (100, "stated_complete", "reported")
    assert row["numerator_raw"] == row["denominator_raw"] == "20所"
    counted = load_measures(file_with("全区20所义务教育学校，18所学校开展课后服务。", "b.txt")).set_index(
        "measure"
    )
    row = counted.loc["after_school_school_coverage"]
    assert (row["value"], row["kind"], row["status"]) == (90, "coverage", "derived")
    silent = load_measures(file_with("全区20所义务教育学校。", "c.txt")).set_index("measure")
    assert silent.at["after_school_school_coverage", "status"] == "not_reported"
    assert silent.at["nutrition_meal_school_coverage", "status"] == "not_reported"


def test_meal_schools_alone_are_no_coverage(file_with):
    table = load_measures(file_with("县里30所学校实施营养改善计划。")).set_index("measure")
    assert table.at["nutrition_meal_school_coverage", "status"] == "not_reported"


def test_facts_that_exclude_each_other_give_no_measure(file_with):
    text = "义务教育在校生3万人，参加课后服务2.5万人。\n另一处写义务教育在校生5万人。"
    row = load_measures(file_with(text)).set_index("measure").loc["after_school_participation"]
    assert row["status"] == "conflicting"
    assert pd.isna(row["value"])


def test_of_facts_that_may_be_equal_the_most_precise_counts(file_with):
    text = "义务教育在校生3万人，参加课后服务2.5万人。\n义务教育在校生30120人。"
    row = load_measures(file_with(text)).set_index("measure").loc["after_school_participation"]
    assert row["denominator_raw"] == "30120人"
    assert row["status"] == "derived"


def test_a_reported_rate_stated_twice_differently(file_with):
    text = "智慧学校覆盖率达60%。智慧学校覆盖率达80%。"
    row = load_measures(file_with(text)).set_index("measure").loc["smart_school_coverage_reported"]
    assert row["status"] == "conflicting"


def test_a_misspelt_indicator():
    with pytest.raises(CodebookError, match="did you mean 'compulsory_enrolment'"):
        ratio(load_facts(OURS), "after_school_participants", "compulsory_enrollment")


def test_a_frequency_is_given_to_who_asks_for_one():
    table = ratio(
        load_facts(OURS),
        "drill_attendances",
        "compulsory_enrolment",
        kind="frequency",
        caveat="levels not stated",
    )
    row = table.iloc[0]
    assert (row["value"], row["unit_zh"], row["kind"]) == (0.9375, "人次/人", "frequency")
    assert row["caveat_zh"] == row["caveat_en"] == "levels not stated"


def test_several_reports_and_one_that_lacks_a_fact():
    one = facts_of(
        ("after_school_participants", 90, 90, 90), ("compulsory_enrolment", 100, 100, 100), report_id="a"
    )
    two = facts_of(("compulsory_enrolment", 100, 100, 100), report_id="b")
    three = facts_of(
        ("after_school_participants", 50, 50, 50), ("compulsory_enrolment", 0, 0, 0), report_id="c"
    )
    table = ratio(pd.concat([one, two, three]), "after_school_participants", "compulsory_enrolment")
    assert table["report_id"].tolist() == ["a", "c"]
    assert table["value"].tolist()[0] == 90
    assert table["status"].tolist() == ["derived", "conflicting"]


def test_an_empty_frame_gives_an_empty_frame():
    table = ratio(facts_of(), "after_school_participants", "compulsory_enrolment")
    assert table.empty
    assert {name: str(kind) for name, kind in table.dtypes.items()} == RATIO_COLUMNS


numbers = st.floats(1, 1e8)


@given(numbers, numbers, st.floats(0, 0.3), st.floats(0, 0.3))
def test_bounds_hold_the_value_and_shares_stop_at_a_hundred(part, whole, spread, other):
    facts = facts_of(
        ("after_school_participants", part, part * (1 - spread), part * (1 + spread)),
        ("compulsory_enrolment", whole, whole * (1 - other), whole * (1 + other)),
    )
    row = ratio(facts, "after_school_participants", "compulsory_enrolment").iloc[0]
    assert row["low"] <= row["value"] <= row["high"]
    assert row["value"] == pytest.approx(100 * part / whole)
    assert row["high"] <= 100 or row["value"] > 100


@given(st.permutations(range(4)))
def test_row_order_changes_nothing(order):
    facts = facts_of(
        ("after_school_participants", 90, 85, 95),
        ("compulsory_enrolment", 100, 95, 105),
        ("compulsory_enrolment", 101, 101, 101),
        ("after_school_participants", 88, 88, 89),
    )
    expected = ratio(facts, "after_school_participants", "compulsory_enrolment")
    shuffled = ratio(facts.iloc[list(order)], "after_school_participants", "compulsory_enrolment")
    assert shuffled.equals(expected)


def test_a_floor_has_no_upper_bound():
    facts = facts_of(("student_aid_amount", 1000, 1000, float("inf")), ("student_aid_awards", 10, 10, 10))
    assert ratio(facts, "student_aid_amount", "student_aid_awards")["high"].tolist() == [float("inf")]


def test_a_target_that_is_no_share_is_not_cut(tmp_path, file_with):
    folder = shutil.copytree(data_dir() / "codebook", tmp_path / "codebook")
    path = folder / "measures.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    entry = dict(
        content["measures"]["student_fitness_rate_target"], numerator="target_public_kindergartens_built"
    )
    content["measures"] = {"kindergartens_target": entry}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    text = "二、下半年工作计划\n新建公办幼儿园120所。"
    assert load_measures(file_with(text), codebook=folder)["value"].tolist() == [120]


def test_a_measure_of_the_codebook_brings_its_caveats():
    row = ratio(load_facts(OURS), "student_aid_amount", "compulsory_enrolment").iloc[0]
    assert "半年" in row["caveat_zh"]
    assert "half-year" in row["caveat_en"]


def test_a_rate_that_is_stated_without_its_counts_is_reported(file_with):
    measures = load_measures(file_with("课后服务参与率97.8%。")).set_index("measure")
    rate = measures.loc["after_school_participation"]
    assert (rate["status"], rate["kind"], rate["formula"]) == ("reported", "reported_rate", "stated")
    assert (rate["value"], rate["low"], rate["high"]) == pytest.approx((97.8, 97.75, 97.85))
    assert rate["numerator_raw"] == "97.8%"
    # Where the counts are there too, they are divided, and the statement is checked against them.
    both = "义务教育在校生11.2万人，参加课后服务10.5万人，课后服务参与率97.8%。"
    rate = load_measures(file_with(both)).set_index("measure").loc["after_school_participation"]
    assert (rate["status"], round(rate["value"], 2)) == ("derived", 93.75)
