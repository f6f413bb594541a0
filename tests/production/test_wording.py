from __future__ import annotations

import pytest

import sxedu_analysis as sx
from sxedu_analysis.analysis import load_locations
from sxedu_analysis.production.wording import (
    about,
    paragraphs,
    period_text,
    place_text,
    sentence_parts,
    source_line,
)


def test_every_fact_is_placed_in_its_paragraph_of_the_original() -> None:
    report = sx.load_report("341324-2023H1")
    known = paragraphs(report, load_locations(report))
    for _, fact in sx.load_facts(report).iterrows():
        words = place_text(fact, report, known, "zh")
        assert words.startswith("原文第")
        assert words.endswith(f"字符{fact['source_start']}–{fact['source_end']}")


def test_a_file_is_placed_in_itself(county_file) -> None:
    report = sx.load_report(county_file)
    fact = sx.load_facts(report).iloc[0]
    start, end = fact["start"], fact["end"]
    assert place_text(fact, report, {}, "en") == f"file, paragraph 3, characters {start}–{end}"
    assert report.text[start:end] == fact["raw"]
    assert about(report, "en")["place"] == ""
    assert source_line(report, "en") == report.title


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [
        ("2023H1", "2023年上半年", "first half of 2023"),
        ("2023Q3", "2023年第三季度", "third quarter of 2023"),
        ("2023", "2023年", "2023"),
        ("", "", ""),
    ],
)
def test_periods(period: str, zh: str, en: str) -> None:
    assert (period_text(period, "zh"), period_text(period, "en")) == (zh, en)


def test_sentences_are_cut_at_their_numbers_and_nowhere_else() -> None:
    text = "一。共5所，7人。"
    parts = sentence_parts(text, "共5所，7人。", [(6, 8), (3, 5), (3, 5)])
    assert parts == [("共", False), ("5所", True), ("，", False), ("7人", True), ("。", False)]
    assert sentence_parts(text, "共5所，7人。", []) == [("共5所，7人。", False)]
    assert sentence_parts(text, "别处", [(3, 5)]) == [("别处", False)]
