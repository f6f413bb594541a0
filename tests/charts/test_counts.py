from __future__ import annotations

import pandas as pd
import pytest

from sxedu_analysis import charts

# A file that another test left open is closed whenever it is collected: no fault of a chart.
pytestmark = pytest.mark.filterwarnings("error", "default::ResourceWarning")


def test_magnitudes_show_the_largest_and_no_targets(facts: pd.DataFrame) -> None:
    table = charts.plotted(charts.magnitudes(facts, top_n=3))
    assert table["indicator"].tolist() == ["enrolment", "joined", "drill"]


def test_persons_and_person_times_do_not_share_an_axis(facts: pd.DataFrame) -> None:
    persons, times = charts.magnitudes(facts).figure.axes
    assert persons.get_xlabel().startswith("人（")
    assert times.get_xlabel().startswith("人次")
    assert persons.get_xlim() == times.get_xlim()


def test_one_kind_of_count_alone_is_a_title_too(facts: pd.DataFrame) -> None:
    axes = charts.magnitudes(facts[facts["counting_unit"] == "person"], lang="en")
    assert axes.figure.texts[0].get_text().startswith("Largest count")


def test_topics_stack_results_and_targets(facts: pd.DataFrame, topics: pd.DataFrame) -> None:
    axes = charts.facts_by_topic(facts, topics)
    ends = {round(bar.get_x() + bar.get_width()) for bar in axes.patches if bar.get_width()}
    table = charts.plotted(axes)
    assert ends >= set(table["results"] + table["targets"])
