from __future__ import annotations

import pandas as pd
import pytest

from sxedu_analysis import charts

# A file that another test left open is closed whenever it is collected: no fault of a chart.
pytestmark = pytest.mark.filterwarnings("error", "default::ResourceWarning")


def bars(axes) -> list[tuple[float, float]]:
    return [(bar.get_x(), round(bar.get_width(), 2)) for bar in axes.patches]


def test_coverage_bars_start_at_zero_and_carry_bounds(measures: pd.DataFrame) -> None:
    axes = charts.coverage_bars(measures)
    assert axes.get_xlim()[0] == 0
    assert {start for start, _ in bars(axes)} == {0}
    assert {93.75, 100.0} == {width for _, width in bars(axes)}
    whiskers = [tuple(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2]
    assert (92.89, 94.62) in whiskers
    assert charts.plotted(axes)["measure"].tolist() == ["school_share", "joined_share", "meal_share"]


def test_a_share_is_no_shortfall(measures: pd.DataFrame, words) -> None:
    axes = charts.coverage_bars(measures, lang="en")
    apart = axes.figure.axes[1]
    # No pale rest up to 100 per cent, which would say that the others should have been reached.
    assert bars(apart) == [(0, 69.64)]
    assert any(word.startswith("Shares, not coverage") for word in words(axes))
    assert "69" not in axes.figure.texts[0].get_text()


def test_shares_alone_are_drawn_too(measures: pd.DataFrame) -> None:
    axes = charts.coverage_bars(measures[measures["kind"] == "share"])
    assert len(axes.figure.axes) == 1
    assert "占比，不是覆盖率" in charts.alt_text(axes)


def test_coverage_that_the_report_only_states_is_told_apart(measures: pd.DataFrame, words) -> None:
    measures.loc[measures["measure"] == "school_share", ["kind", "status"]] = ["stated_complete", "reported"]
    axes = charts.coverage_bars(measures, lang="en")
    assert "Stated by the report" in words(axes)
    assert axes.figure.texts[0].get_text().startswith("After-school participation")
    colours = {handle.get_color() for handle in axes.get_legend_handles_labels()[0]}
    assert len(colours) == 2


def test_reached_of_eligible_gives_the_remainder_its_own_bounds(facts: pd.DataFrame) -> None:
    table = charts.plotted(charts.reached_of_eligible(facts, "joined", "enrolment")).set_index("part")
    assert table.loc["remainder", ["value", "low", "high"]].tolist() == [7000, 6000, 8000]
