from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

import sxedu_analysis as sx
from sxedu_analysis.classroom.cards import Card
from sxedu_analysis.classroom.exploration import Exploration, image
from sxedu_analysis.classroom.panel import Panel
from sxedu_analysis.foundation.errors import InputError

REPORT = "341324-2023H1"
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def exploration() -> Exploration:
    return Exploration(sx.load_report(REPORT))


@pytest.fixture
def panel() -> Panel:
    made = sx.explore(REPORT)
    assert isinstance(made, Panel)
    return made


def test_topics_and_search_leave_what_fits(panel: Panel) -> None:
    every = len(panel.indicator.options)
    panel.topic.value = "nutrition"
    assert [key for _, key in panel.indicator.options] == [
        "measure:nutrition_meal_share",
        "measure:nutrition_meal_school_coverage",
        "measure:meal_students_per_school",
        "fact:nutrition_meal_schools",
        "fact:nutrition_meal_students",
    ]
    # A search looks at names in both languages, codes, and the words of the text; all words must be there.
    panel.topic.value = "all"
    for words in ("7.8万余人", "meal STUDENTS fact", "营养餐受益"):
        panel.search.value = words.replace(" fact", "")
        assert "fact:nutrition_meal_students" in [key for _, key in panel.indicator.options], words
        assert len(panel.indicator.options) < every


def test_a_fact_is_shown_in_its_sentence_with_a_chart(panel: Panel) -> None:
    panel.indicator.value = "fact:drill_attendances"
    assert "<mark>10.5万人次</mark>" in panel.sentence.value
    assert "场均演练人次" in panel.chart.value
    assert panel.comparison.value == ""
    panel.comparators.value = "adjacent"
    assert "单个数字不与别处比较" in panel.comparison.value


def test_a_measure_is_shown_with_the_sentences_it_rests_on(panel: Panel) -> None:
    panel.indicator.value = "measure:nutrition_meal_share"
    assert "69.3–70.9%" in panel.sentence.value
    for number in ("7.8万余人", "11.2万人"):
        assert f"<mark>{number}</mark>" in panel.sentence.value
    panel.comparators.value = "adjacent"
    assert "没有可比的" in panel.comparison.value


def test_a_published_measure_is_shown_among_the_comparators_chosen(panel: Panel) -> None:
    panel.indicator.value = "published:mean_years_schooling"
    assert panel.chart.value == ""
    adjacent = panel.comparison.value
    assert "<img" in adjacent
    assert "中位数" in adjacent
    panel.comparators.value = "all"
    assert panel.comparison.value != adjacent


def test_nothing_found_says_so_and_leaves_nothing_of_before(panel: Panel) -> None:
    panel.search.value = "no such thing"
    assert panel.indicator.value is None
    assert "没有找到" in panel.sentence.value
    assert panel.chart.value == panel.comparison.value == ""
    panel.comparators.value = "all"
    assert panel.comparison.value == ""


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("measure:after_school_participation", "其余约7000人"),
        ("measure:student_aid_per_award", "次均资助额约400元/人次"),
        ("measure:attendances_per_drill", "场均演练人次约152人次/场"),
        ("measure:student_fitness_rate_target", "≥ 40%"),
        ("measure:outreach_sessions_per_teacher", "9000余名"),
        ("fact:target_fitness_trail_length", "15公里"),
        ("fact:discipline_violations_found", "12人"),
        ("fact:tutoring_inspection_officers", "100余名"),
        ("fact:parent_letters_distributed", "99个数字中"),
    ],
)
def test_each_kind_of_item_has_a_chart_that_suits_it(exploration: Exploration, key: str, words: str) -> None:
    html, told = image(exploration.draw(exploration.item(key)))
    assert words in told
    assert html.startswith("<img")


def test_charts_in_the_panel_are_drawn_for_the_room_they_have(panel: Panel, exploration: Exploration) -> None:
    # A chart of a page's width, shrunk into half of one or onto a phone, has letters of five pixels.
    panel.indicator.value = "measure:nutrition_meal_share"
    assert "width:25.9rem;max-width:100%" in panel.chart.value
    panel.indicator.value = "published:mean_years_schooling"
    assert "width:25.9rem;max-width:100%" in panel.comparison.value
    html, _ = image(exploration.draw(exploration.item("measure:nutrition_meal_share")))
    assert "width:56.9rem" in html


def test_without_a_reader_who_can_choose_all_stands_there_at_once(panel: Panel) -> None:
    still = sx.explore(REPORT, live=False)
    assert isinstance(still, Card)
    bundle = panel._repr_mimebundle_()
    assert bundle["text/html"] == still.html
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "义务教育在校生数" in still.text
    assert 'class="jupyter-widgets' not in still.html


def test_without_ipywidgets_it_is_still_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert isinstance(sx.explore(REPORT, "en"), Card)


def test_a_file_without_a_county_is_explored_too_and_hostile_text_stays_text(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text(f"{HOSTILE}全县有义务教育学校45所。{HOSTILE}", encoding="utf-8")
    panel = sx.explore(file, "en")
    assert isinstance(panel, Panel)
    assert "published" not in "".join(key for _, key in panel.indicator.options)
    panel.indicator.value = "fact:compulsory_schools"
    assert "&lt;script&gt;" in panel.sentence.value
    assert "<script" not in panel.sentence.value + panel.chart.value


def test_no_language_but_the_two() -> None:
    with pytest.raises(InputError, match="give zh or en"):
        sx.explore(REPORT, "fr")
