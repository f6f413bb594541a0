from __future__ import annotations

import pandas as pd
import pytest

from sxedu_analysis import charts

# A file that another test left open is closed whenever it is collected: no fault of a chart.
pytestmark = pytest.mark.filterwarnings("error", "default::ResourceWarning")


def test_rates_are_marked_by_what_would_meet_them(facts: pd.DataFrame, words) -> None:
    axes = charts.target_rates(facts)
    faces = [line.get_markerfacecolor() for line in axes.lines if line.get_marker() == "o"]
    assert faces.count("white") == 1
    assert "≥ 40%" in words(axes)
    full = facts[facts["indicator"] == "t_staff"]
    assert charts.target_rates(full, lang="en").figure.texts[0].get_text().startswith("All 1 target")


def test_counts_of_different_things_are_not_drawn_as_lengths(facts: pd.DataFrame, words) -> None:
    axes = charts.target_counts(facts)
    assert not any(panel.patches or len(panel.lines) > 1 for panel in axes.figure.axes)
    assert {"15公里", "65个"} <= set(words(axes))
    assert {"事项与设施，单位个", "长度，单位公里"} <= set(words(axes))
    one = charts.target_counts(facts[facts["counting_unit"] != "length"], lang="en")
    assert one.figure.texts[0].get_text() == "1 targets in numbers"


@pytest.mark.parametrize("draw", [charts.target_rates, charts.target_counts])
def test_targets_belong_to_the_period_after_the_report(facts: pd.DataFrame, draw) -> None:
    told = {"place": "甲县，2023年上半年"}
    said = draw(facts.assign(period="2023H1"), **told).figure.texts[1].get_text().replace("\n", "")
    assert said.startswith("计划期（2023年下半年）的目标")
    assert said.endswith("所据报告：甲县，2023年上半年")
    assert draw(facts, lang="en").figure.texts[1].get_text().startswith("Targets of the plan")
    english = draw(facts.assign(period="2023"), lang="en").figure.texts[1].get_text()
    assert english.startswith("Targets planned for 2024")
