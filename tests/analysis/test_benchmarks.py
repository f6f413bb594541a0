"""Benchmarks: apart from the counties, with year, scope and source; and what is not published."""

from __future__ import annotations

from sxedu_analysis.analysis.benchmarks import load_benchmarks, load_missing
from sxedu_analysis.analysis.gaps import load_gaps
from sxedu_analysis.analysis.neighbours import (
    official_benchmarks,
)


def test_benchmarks_are_apart_and_say_year_and_scope() -> None:
    table = load_benchmarks()
    assert set(table["kind"]) == {"nation", "province", "prefecture", "standard", "elsewhere"}
    assert (table["year"] != "").all()
    assert (table["scope_en"] != "").all()
    assert (table["scope_zh"] != "").all()
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    assert (table[["source_zh", "source_en"]] != "").all().all()
    assert set(table["trust"]) <= {"high", "medium-high", "medium"}
    both = table[table["source_id"] == "census_county_2020; county_yearbook_2021"]
    assert set(both["trust"]) <= {"medium-high"}
    amounts = official_benchmarks("student_aid_per_award")
    assert amounts["value"].tolist()[:4] == [250, 312.5, 500, 625]
    ranked = set(load_gaps("341324", None, "all")["comparator"])
    assert not ranked & set(table.loc[table["kind"] != "elsewhere", "adcode"])


def test_what_is_missing_names_where_to_look() -> None:
    table = load_missing("341324")
    assert (table["publication_zh"] != "").all()
    assert "pupil_teacher_ratio_primary" in set(table["indicator"])
    assert len(load_missing()) >= len(table)
