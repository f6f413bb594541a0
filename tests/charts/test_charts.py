from __future__ import annotations

from collections.abc import Callable

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.axes import Axes

from sxedu_analysis import charts
from sxedu_analysis.charts import theme

pytestmark = pytest.mark.filterwarnings("error")

Draw = Callable[..., Axes]


@pytest.fixture
def draw(
    facts: pd.DataFrame, topics: pd.DataFrame, measures: pd.DataFrame, findings: pd.DataFrame
) -> dict[str, Draw]:
    return {
        "magnitudes": lambda **told: charts.magnitudes(facts, **told),
        "facts_by_topic": lambda **told: charts.facts_by_topic(facts, topics, **told),
        "coverage_bars": lambda **told: charts.coverage_bars(measures, **told),
        "reached_of_eligible": lambda **told: charts.reached_of_eligible(
            facts, "joined", "enrolment", **told
        ),
        "amounts": lambda **told: charts.amounts(measures, **told),
        "attendances_per_event": lambda **told: charts.attendances_per_event(measures, **told),
        "conflicting_pairs": lambda **told: charts.conflicting_pairs(findings, facts, **told),
        "target_rates": lambda **told: charts.target_rates(facts, **told),
        "target_counts": lambda **told: charts.target_counts(facts, **told),
    }


NAMES = [
    "magnitudes",
    "facts_by_topic",
    "coverage_bars",
    "reached_of_eligible",
    "amounts",
    "attendances_per_event",
    "conflicting_pairs",
    "target_rates",
    "target_counts",
]


def words(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.figure.findobj(plt.Text) if text.get_text()]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_every_chart_says_finding_place_and_source_in_its_language(
    draw: dict[str, Draw], name: str, lang: str
) -> None:
    axes = draw[name](lang=lang, place="甲县，2023年", source="甲县报告")
    said = "\n".join(words(axes)).replace("\n", "")
    assert "甲县，2023年" in said
    assert "甲县报告" in said
    title = axes.figure.texts[0].get_text()
    assert any(character.isdigit() for character in title)
    own = "".join(words(axes)).replace("甲县，2023年", "").replace("甲县报告", "")
    chinese = any("\u4e00" <= character <= "\u9fff" for character in own)
    assert chinese == (lang == "zh")
    assert theme.alt_text(axes).startswith(title.replace("\n", "")[:5])
    # A glyph that no font holds is a warning, and a warning is an error here.
    assert theme.image_bytes(axes).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", NAMES)
def test_no_text_leaves_the_canvas_or_covers_another(draw: dict[str, Draw], name: str) -> None:
    for lang in ("zh", "en"):
        axes = draw[name](lang=lang, place="甲县，2023年", source="甲县报告")
        figure = axes.figure
        figure.draw_without_rendering()
        boxes = {
            f"{number} {text.get_text()}": text.get_window_extent()
            for number, text in enumerate(figure.findobj(plt.Text))
            if text.get_text() and text.get_visible()
        }
        for label, box in boxes.items():
            assert box.x0 >= figure.bbox.x0 - 1, label
            assert box.x1 <= figure.bbox.x1 + 1, label
        labels = list(boxes)
        for first in range(len(labels)):
            for second in range(first + 1, len(labels)):
                assert not boxes[labels[first]].overlaps(boxes[labels[second]]), (
                    labels[first],
                    labels[second],
                )


def test_coverage_bars_start_at_zero_and_carry_bounds(measures: pd.DataFrame) -> None:
    axes = charts.coverage_bars(measures)
    assert axes.get_xlim()[0] == 0
    assert all(bar.get_x() == 0 for bar in axes.patches)
    widths = {round(bar.get_width(), 2) for bar in axes.patches}
    assert {93.75, 69.64, 100.0} <= widths
    whiskers = [tuple(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2]
    assert (92.89, 94.62) in whiskers
    assert charts.plotted(axes)["measure"].tolist()[1] == "joined_share"


def test_coverage_that_the_report_only_states_is_told_apart(measures: pd.DataFrame) -> None:
    measures.loc[measures["measure"] == "school_share", ["kind", "status"]] = ["stated_complete", "reported"]
    axes = charts.coverage_bars(measures, lang="en")
    assert "Stated by the report" in words(axes)
    assert axes.figure.texts[0].get_text().startswith("After-school participation")


def test_reached_of_eligible_gives_the_remainder_its_own_bounds(facts: pd.DataFrame) -> None:
    table = charts.plotted(charts.reached_of_eligible(facts, "joined", "enrolment")).set_index("part")
    assert table.loc["remainder", ["value", "low", "high"]].tolist() == [7000, 6000, 8000]


def test_magnitudes_show_the_largest_and_no_targets(facts: pd.DataFrame) -> None:
    table = charts.plotted(charts.magnitudes(facts, top_n=3))
    assert table["indicator"].tolist() == ["enrolment", "joined", "drill"]


def test_one_kind_of_count_alone_is_a_title_too(facts: pd.DataFrame) -> None:
    axes = charts.magnitudes(facts[facts["counting_unit"] == "person"], lang="en")
    assert axes.figure.texts[0].get_text().startswith("Largest count")


def test_pairs_hold_two_figures_of_comparable_size(findings: pd.DataFrame, facts: pd.DataFrame) -> None:
    axes = charts.conflicting_pairs(findings, facts, lang="en")
    table = charts.plotted(axes)
    assert table["finding"].tolist() == ["f01", "f02", "f03"]
    assert table["relative"].round(1).tolist() == [123.6, 122.9, 100.0]
    one = charts.conflicting_pairs(findings.head(1), facts, lang="en")
    assert one.figure.texts[0].get_text() == "A part larger than its whole"


def test_pairs_smaller_second(findings: pd.DataFrame, facts: pd.DataFrame) -> None:
    turned = findings.head(1).assign(indicators="mealschools;schools")
    assert charts.plotted(charts.conflicting_pairs(turned, facts))["relative"].round().tolist() == [81]


def test_rates_are_marked_by_what_would_meet_them(facts: pd.DataFrame) -> None:
    axes = charts.target_rates(facts)
    faces = [line.get_markerfacecolor() for line in axes.lines if line.get_marker() == "o"]
    assert faces.count("white") == 1
    assert "≥ 40%" in words(axes)
    full = facts[facts["indicator"] == "t_staff"]
    assert charts.target_rates(full, lang="en").figure.texts[0].get_text().startswith("All 1 target")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_not_reported_is_said_and_does_not_fail(
    facts: pd.DataFrame, topics: pd.DataFrame, measures: pd.DataFrame, findings: pd.DataFrame, lang: str
) -> None:
    none, nothing = facts.head(0), measures.head(0)
    drawn = [
        charts.magnitudes(none, lang=lang),
        charts.facts_by_topic(none, topics, lang=lang),
        charts.coverage_bars(nothing, lang=lang),
        charts.reached_of_eligible(facts, "joined", "nowhere", lang=lang),
        charts.amounts(nothing, lang=lang),
        charts.attendances_per_event(nothing, lang=lang),
        charts.conflicting_pairs(findings.head(0), none, lang=lang),
        charts.target_rates(none, lang=lang),
        charts.target_counts(none, lang=lang),
    ]
    for axes in drawn:
        assert ("报告未载" if lang == "zh" else "Not reported") in words(axes)
        assert charts.plotted(axes).empty


def test_drawing_leaves_the_sessions_settings_alone(facts: pd.DataFrame) -> None:
    before = plt.rcParams["font.family"]
    charts.magnitudes(facts)
    assert plt.rcParams["font.family"] == before


def test_seaborns_theme_keeps_the_chinese_font() -> None:
    with plt.rc_context():
        charts.use_theme()
        assert plt.rcParams["font.family"][0] == "Noto Sans SC"


def test_saved_figures_are_the_same_bytes_twice(facts: pd.DataFrame, tmp_path) -> None:
    first = [path.read_bytes() for path in charts.save(charts.magnitudes(facts), tmp_path / "a" / "one")]
    second = [path.read_bytes() for path in charts.save(charts.magnitudes(facts), tmp_path / "b" / "one")]
    assert first == second
    assert b"<dc:date>" not in first[1]
    assert first[2].startswith(b"indicator,name_zh")


def test_unknown_name_of_the_wing() -> None:
    with pytest.raises(AttributeError, match="no attribute 'pie'"):
        charts.pie  # noqa: B018
