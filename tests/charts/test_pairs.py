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
    assert table["on_one_scale"].tolist() == [True, True, False]
    panels = axes.figure.axes
    assert [[bar.get_width() for bar in panel.patches] for panel in panels] == [[123, 152], [436, 536], []]
    assert all(panel.get_xlim()[0] == 0 for panel in panels[:2])
    assert axes.figure.texts[0].get_text().startswith("3 pairs of figures to check; 1 of them")


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
