from __future__ import annotations

from collections.abc import Callable

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from sxedu_analysis import charts
from sxedu_analysis.charts import theme

# A file that another test left open is closed whenever it is collected: no fault of a chart.
pytestmark = pytest.mark.filterwarnings("error", "default::ResourceWarning")

Draw = Callable[..., Axes]
Words = Callable[[Axes], list[str]]


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


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_every_chart_says_finding_place_and_source_in_its_language(
    draw: dict[str, Draw], words: Words, name: str, lang: str
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
    wide = [draw[name](lang=lang, place="甲县，2023年", source="甲县报告") for lang in ("zh", "en")]
    for axes in [*wide, *map(theme.narrow, wide)]:
        assert axes is not None
        figure = theme.figure_of(axes)
        figure.draw_without_rendering()
        boxes = {
            f"{number} {line}": box
            for number, text in enumerate(figure.findobj(plt.Text))
            if text.get_text() and text.get_visible()
            for line, box in _lines_of(text)
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


def _lines_of(text: plt.Text) -> list[tuple[str, Bbox]]:
    """Each line of a text with its box: beside a short last line there is room for a number."""
    lines, box = text.get_text().split("\n"), text.get_window_extent()
    if len(lines) == 1:
        return [(lines[0], box)]
    tall = box.height / len(lines)
    places = []
    for number, line in enumerate(lines):
        wide = theme.width_of(line, text.get_size()) * text.figure.dpi
        places.append((line, Bbox.from_bounds(box.x0, box.y1 - tall * (number + 1), wide, tall * 0.98)))
    return places


@pytest.mark.parametrize("name", NAMES)
def test_a_phone_can_read_every_word(draw: dict[str, Draw], name: str) -> None:
    for lang in ("zh", "en"):
        axes = draw[name](lang=lang, place="甲县，2023年", source="甲县报告")
        slim = theme.narrow(axes)
        assert slim is not None
        assert theme.alt_text(slim) == theme.alt_text(axes)
        pd.testing.assert_frame_equal(theme.plotted(slim), theme.plotted(axes))
        # 345 px is what a 390 px screen leaves within a figure's frame; 174 mm what an A4 page does.
        assert _smallest(slim) * 345 / (slim.figure.get_figwidth() * 72) >= 11
        assert _smallest(axes) * 174 / 25.4 / axes.figure.get_figwidth() >= 7.5
        assert 12 <= _smallest(axes) * 900 / (axes.figure.get_figwidth() * 72) <= 14


def _smallest(axes: Axes) -> float:
    """Size of the smallest text of a figure, in points."""
    figure = theme.figure_of(axes)
    return min(text.get_size() for text in figure.findobj(plt.Text) if text.get_text())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_not_found_is_said_and_does_not_fail(
    facts: pd.DataFrame,
    topics: pd.DataFrame,
    measures: pd.DataFrame,
    findings: pd.DataFrame,
    words: Words,
    lang: str,
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
        said = "\n".join(words(axes))
        # What was not recognised may still be in the report: the chart may not say that it is not.
        assert ("未识别到" if lang == "zh" else "None recognised") in said
        assert "报告没有" not in said
        assert "Not reported" not in said
        assert charts.plotted(axes).empty


def test_every_name_of_the_wing_is_in_a_room() -> None:
    assert all(callable(getattr(charts, name)) for name in charts.__all__)


def test_unknown_name_of_the_wing() -> None:
    with pytest.raises(AttributeError, match="no attribute 'pie'"):
        charts.pie  # noqa: B018
