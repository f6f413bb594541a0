from __future__ import annotations

import pandas as pd
import pytest

from sxedu_analysis import charts
from sxedu_analysis.charts.pairs import pairs

# A file that another test left open is closed whenever it is collected: no fault of a chart.
pytestmark = pytest.mark.filterwarnings("error", "default::ResourceWarning")


def test_only_two_of_one_thing_are_drawn_as_lengths(findings: pd.DataFrame, facts: pd.DataFrame) -> None:
    axes = charts.conflicting_pairs(findings, facts, lang="en")
    table = charts.plotted(axes)
    assert table["finding"].tolist() == ["f01", "f02", "f03"]
    assert table["on_one_scale"].tolist() == [True, False, False]
    panels = axes.figure.axes
    assert [[bar.get_width() for bar in panel.patches] for panel in panels] == [[123, 152], [], []]
    assert all(panel.get_xlim()[0] == 0 for panel in panels[:1])


def test_each_pair_has_the_weight_of_its_finding_and_none_is_said_to_be_divisible(
    findings: pd.DataFrame, facts: pd.DataFrame, words
) -> None:
    axes = charts.conflicting_pairs(findings, facts, lang="en")
    assert axes.figure.texts[0].get_text() == "3 pairs of figures at odds: contradiction 1, question 2"
    said = words(axes)
    assert "Contradiction: a part larger than its whole" in said
    assert "Question: two figures, perhaps of two series" in said
    assert "None of the pairs may be divided." in " ".join(" ".join(said).split())
    milder = charts.conflicting_pairs(findings.assign(weight="caution"), facts, lang="zh")
    assert milder.figure.texts[0].get_text() == "3对数字不相称：慎用3对"


def test_figures_in_one_unit_are_drawn_to_disagree(findings: pd.DataFrame, facts: pd.DataFrame) -> None:
    alike = facts.assign(unit=facts["unit"].replace("条", "起"))
    assert pairs(findings, alike)["on_one_scale"].tolist() == [True, True, False]


def test_no_quotient_of_a_pair_is_kept_or_drawn(findings: pd.DataFrame, facts: pd.DataFrame, words) -> None:
    axes = charts.conflicting_pairs(findings, facts)
    assert "relative" not in charts.plotted(axes)
    assert not any("=100" in word or "＝100" in word for word in words(axes))


def test_a_result_and_a_target_are_stated_and_not_measured_against_each_other(
    findings: pd.DataFrame, facts: pd.DataFrame, words
) -> None:
    beside = findings.head(1).assign(kind="target_beside_result", indicators="disputes;disputes_seen")
    assert pairs(beside, facts)["on_one_scale"].tolist() == [False]
    axes = charts.conflicting_pairs(beside, facts)
    assert not axes.patches
    assert {"436起", "536余条"} <= set(words(axes))


def test_one_pair_is_its_own_title(findings: pd.DataFrame, facts: pd.DataFrame) -> None:
    one = charts.conflicting_pairs(findings.head(1), facts, lang="en")
    assert one.figure.texts[0].get_text() == "A part larger than its whole"


def test_a_finding_on_one_figure_is_no_pair(findings: pd.DataFrame, facts: pd.DataFrame) -> None:
    twice = findings.head(1).assign(indicators="schools;schools")
    assert pairs(twice, facts).empty
