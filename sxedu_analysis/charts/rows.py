"""Rows of a chart: a name and its number on a line of text, the mark on a line of its own below.

A name beside its bar leaves a phone no room for the bar; above it, both have the whole width. Heights are in
inches and so is the vertical axis, from the top down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sxedu_analysis.charts import theme
from sxedu_analysis.charts.numbers import over_whole, plain

MARK, GAP = 0.19, 0.13
TICKS, AXIS, HEADING = 0.24, 0.42, 0.34
"""Room below a panel for tick labels, for these and the axis title, and above it for a heading."""
_LINE = theme.LABEL * theme.LINE / 72


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the rows of a panel stand: a name, a number, and the height of the mark between rows."""

    names: list[str]
    numbers: list[str]
    tops: list[float]
    number_tops: list[float]
    marks: list[float]
    height: float


def lay_out(names: Sequence[str], numbers: Sequence[str], *, mark: float = MARK) -> Rows:
    """Place rows one below the other; a number shares the last line of its name where there is room."""
    wrapped, tops, number_tops, marks = [], [], [], []
    y = 0.06
    for name, number in zip(names, numbers, strict=True):
        lines = theme.wrap(name, theme.LABEL, theme.ROOM).split("\n")
        fits = theme.width_of(lines[-1] + number) + 0.16 <= theme.ROOM
        tops.append(y)
        number_tops.append(y + (len(lines) - fits) * _LINE)
        y = number_tops[-1] + _LINE
        marks.append(y + 0.02 + mark / 2)
        y += mark + GAP
        wrapped.append("\n".join(lines))
    return Rows(wrapped, list(numbers), tops, number_tops, marks, y)


def write(axes: Axes, rows: Rows, *, colour: str = theme.INK) -> None:
    """Write the names to the left and the numbers to the right, and turn the axes top down."""
    across = axes.get_yaxis_transform()
    for name, number, top, number_top in zip(
        rows.names, rows.numbers, rows.tops, rows.number_tops, strict=True
    ):
        axes.text(0, top, name, transform=across, va="top", linespacing=1.08, color=theme.INK)
        axes.text(1, number_top, number, transform=across, va="top", ha="right", color=colour)
    axes.set_ylim(rows.height, 0)
    axes.set_yticks([])


def heading(axes: Axes, text: str) -> None:
    """What a panel shows, above it and set off from the panel before."""
    axes.annotate(
        text,
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 4),
        textcoords="offset points",
        va="bottom",
        size=theme.LABEL,
        color=theme.MUTED,
    )
    axes.axhline(0, color=theme.HAIRLINE, lw=0.9, zorder=0)


def scale(axes: Axes, ticks: Sequence[float], labels: Sequence[str], title: str = "") -> None:
    """Ticks of the horizontal axis, the outer labels kept within the canvas."""
    axes.set_xticks(list(ticks), list(labels))
    width = axes.get_position().width * theme.WIDTH
    for tick, label in zip(ticks, axes.get_xticklabels(), strict=True):
        across = axes.transAxes.inverted().transform(axes.transData.transform((tick, 0)))[0]
        half = theme.width_of(label.get_text(), theme.SMALL) / 2 / width
        if across < half:
            label.set_horizontalalignment("left")
        elif across > 1 - half:
            label.set_horizontalalignment("right")
    if title:
        axes.set_xlabel(title, loc="left", labelpad=2)


def from_zero(axes: Axes, top: float, title: str, lang: str) -> None:
    """A scale from zero to a little over the largest number, with round ticks."""
    axes.set_xlim(0, top * 1.03 if top > 0 else 1)
    ticks = [
        tick for tick in MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(0, top) if 0 <= tick <= top * 1.03
    ]
    scale(axes, ticks, [plain(tick, lang) for tick in ticks], title)


def finite_high(row: pd.Series) -> float:
    """Where a mark ends: at its upper bound, or at its value if it has none."""
    return float(row["value"] if math.isinf(row["high"]) else row["high"])


def whisker(axes: Axes, row: pd.Series, y: float, colour: str = theme.INK) -> None:
    """The bounds of a mark, where they are apart."""
    ends = (row["low"], finite_high(row))
    if ends[0] < ends[1]:
        axes.plot(ends, [y, y], color=colour, lw=1.5, solid_capstyle="butt", zorder=4)
        for end in ends:
            axes.plot([end, end], [y - 0.055, y + 0.055], color=colour, lw=1.2, zorder=4)


def known(measures: pd.DataFrame, kinds: Sequence[str]) -> pd.DataFrame:
    """The measures of some kinds that have a value and are results, the highest first."""
    has = measures["status"].isin(["derived", "reported"]) & measures["value"].notna()
    rows = measures[has & measures["kind"].isin(list(kinds)) & (measures["basis"] != "target")]
    return rows.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)


def within_whole(measures: pd.DataFrame) -> pd.DataFrame:
    """The measures but for coverages and shares above 100 per cent, whose figures contradict each other."""
    above = [over_whole(row) for row in measures.to_dict("records")]
    return measures[~pd.Series(above, index=measures.index, dtype=bool)]


def measure_table(rows: pd.DataFrame) -> pd.DataFrame:
    """What of measures a chart exports."""
    return rows[["measure", "name_zh", "name_en", "value", "low", "high", "unit_zh", "unit_en", "formula"]]
