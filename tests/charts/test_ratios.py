from __future__ import annotations

import pandas as pd
import pytest

from sxedu_analysis import charts

# A file that another test left open is closed whenever it is collected: no fault of a chart.
pytestmark = pytest.mark.filterwarnings("error", "default::ResourceWarning")


def test_each_unit_has_an_axis_of_its_own(measures: pd.DataFrame) -> None:
    axes = charts.amounts(measures)
    assert [panel.get_xlabel() for panel in axes.figure.axes] == ["元/人次", "元/人"]
    assert [len(panel.patches) for panel in axes.figure.axes] == [1, 1]
    assert all(panel.get_xlim()[0] == 0 for panel in axes.figure.axes)
    per_award = charts.amounts(measures[measures["kind"] == "amount_per_award"], lang="en")
    assert len(per_award.figure.axes) == 1
    assert "not compared" not in per_award.figure.texts[-1].get_text()


def test_one_unit_is_ranked_and_several_are_not(measures: pd.DataFrame) -> None:
    title = charts.attendances_per_event(measures).figure.texts[0].get_text().replace("\n", "")
    assert title == "每场赛事人次约1480人次/场，每场演练人次约152人次/场"
    measures.loc[measures["measure"] == "per_talk", ["kind", "unit_zh"]] = ["persons_per_event", "人/场"]
    axes = charts.attendances_per_event(measures)
    assert [panel.get_xlabel() for panel in axes.figure.axes] == ["人次/场", "人/场"]
    assert "约628人/场" in axes.figure.texts[0].get_text().replace("\n", "")
