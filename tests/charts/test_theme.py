from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from sxedu_analysis import charts
from sxedu_analysis.charts import theme

# A file that another test left open is closed whenever it is collected: no fault of a chart.
pytestmark = pytest.mark.filterwarnings("error", "default::ResourceWarning")


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


@theme.drawn
def _two_panels():
    _, panels = theme.canvas(theme.Panel(1.0, above=0.3), theme.Panel(2.0, below=0.4, left=1.0))
    theme.frame(panels[0], "标题很长" * 20, "副题", "注")
    return theme.describe(panels[0], "标题", pd.DataFrame())


def test_panels_keep_the_inches_they_ask_for() -> None:
    figure = theme.figure_of(_two_panels())
    width, height = figure.get_size_inches()
    first, second = (axes.get_position() for axes in figure.axes)
    assert (first.height * height, second.height * height) == pytest.approx((1.0, 2.0))
    assert (first.width * width, second.width * width) == pytest.approx((theme.room(), theme.room() - 1.0))
    assert second.y1 <= first.y0


@pytest.mark.parametrize(
    "text", ["义务教育在校生", "Students in after-school services", "about 1,476 (92.9–94.6 %)"]
)
def test_the_width_of_a_line_is_near_what_is_drawn(text: str) -> None:
    figure = plt.figure(figsize=(10, 1), dpi=100)
    drawn = figure.text(0, 0.5, text, size=theme.LABEL, family=theme.font_families())
    figure.draw_without_rendering()
    inches = drawn.get_window_extent().width / figure.dpi
    assert theme.width_of(text) == pytest.approx(inches, rel=0.1)


@theme.drawn
def _three_abreast():
    _, panels = theme.canvas(theme.Panel(2.0), theme.Panel(1.0), theme.Panel(0.5), across=2)
    theme.frame(panels[0], "标题", "副题", "注")
    return theme.describe(panels[0], "标题", pd.DataFrame())


def test_a_panel_goes_to_the_column_that_is_shorter() -> None:
    first, second, third = (axes.get_position() for axes in _three_abreast().figure.axes)
    assert second.x0 == third.x0 > first.x1
    assert third.y1 == pytest.approx(second.y0)
    assert first.y1 == pytest.approx(second.y1)


def test_a_figure_that_is_none_of_ours_has_no_narrow_one() -> None:
    axes = plt.figure().add_subplot()
    assert theme.narrow(axes) is None
    assert not theme.nothing_in(axes)
