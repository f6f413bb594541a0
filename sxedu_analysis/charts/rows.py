"""Rows of a chart: name, mark and number on one line; on a phone, the mark on a line of its own below.

A name beside its bar leaves a phone no room for the bar; above it, both have the whole width. Heights are in
inches and so is the vertical axis, from the top down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sxedu_analysis.charts import theme
from sxedu_analysis.charts.numbers import plain

MARK, GAP = 0.19, 0.13
TICKS, AXIS, HEADING = 0.24, 0.42, 0.34
"""Room below a panel for tick labels, for these and the axis title, and above it for a heading."""
_LINE = theme.LABEL * theme.LINE / 72
_ABREAST, _NAMES, _NAMES_OF_HALF, _BETWEEN = 6.0, 0.37, 0.6, 0.07
"""Inches from which a row stands on one line; the shares of a whole and of half a page that names may take;
what is between rows."""
_LEAST_MARK = 1.6
"""Inches that a mark wants beside its name and its number."""
_SHORT = 3
"""Rows of a panel that is short enough to stand beside another."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the rows of a panel stand: a name, a number, and the height of the mark between rows.

    Where names and numbers stand beside the marks, `left` and `right` are the inches that they take.
    """

    names: list[str]
    numbers: list[str]
    tops: list[float]
    number_tops: list[float]
    marks: list[float]
    height: float
    left: float = 0.0
    right: float = 0.0

    def panel(self, above: float = 0.0, below: float = 0.0) -> theme.Panel:
        """The panel that they fill."""
        return theme.Panel(self.height, above, below, self.left, self.right)


def lay_out(
    names: Sequence[str],
    numbers: Sequence[str],
    *,
    mark: float = MARK,
    room: float | None = None,
    beside: bool | None = None,
) -> Rows:
    """Place rows one below the other: on one line each, or the mark below where a line has no room for it.

    Where the mark is below, a number shares the last line of its name if there is room. Without a mark
    (a height of nothing or less) the two share a line in any case.

    Parameters
    ----------
    names, numbers : sequence of str
        One of each a row.
    mark : float
        Height of the mark in inches.
    room : float, optional
        Width of the panel; the whole of the figure by default.
    beside : bool, optional
        Whether name, mark and number stand on one line; by default where the panel has room for it.
    """
    room = theme.room() if room is None else room
    if beside is None:
        beside = room >= _ABREAST
    if mark > 0 and beside:
        return _abreast(names, numbers, mark, room)
    wrapped, tops, number_tops, marks = [], [], [], []
    y = 0.06
    for name, number in zip(names, numbers, strict=True):
        lines = theme.wrap(name, theme.LABEL, room).split("\n")
        fits = theme.width_of(lines[-1] + number) + 0.16 <= room
        tops.append(y)
        number_tops.append(y + (len(lines) - fits) * _LINE)
        y = number_tops[-1] + _LINE
        marks.append(y + 0.02 + mark / 2)
        y += mark + GAP
        wrapped.append("\n".join(lines))
    return Rows(wrapped, list(numbers), tops, number_tops, marks, y)


def _abreast(names: Sequence[str], numbers: Sequence[str], mark: float, room: float) -> Rows:
    share = _NAMES if room >= _ABREAST else _NAMES_OF_HALF
    left = min(max(map(theme.width_of, names)), share * room)
    right = max(map(theme.width_of, numbers))
    wrapped, tops, number_tops, marks = [], [], [], []
    y = 0.04
    for name in names:
        lines = theme.wrap(name, theme.LABEL, left + 0.02)
        tall = (lines.count("\n") + 1) * _LINE
        middle = y + max(tall, mark) / 2
        tops.append(middle - tall / 2)
        number_tops.append(middle - _LINE / 2)
        marks.append(middle)
        y += max(tall, mark) + _BETWEEN
        wrapped.append(lines)
    return Rows(wrapped, list(numbers), tops, number_tops, marks, y, left + 0.18, right + 0.18)


def fit_beside(names: Sequence[str], numbers: Sequence[str], room: float) -> bool:
    """Whether names and numbers leave a mark enough of a panel that is not the whole page wide."""
    taken = max(map(theme.width_of, names)) + max(map(theme.width_of, numbers)) + 0.36
    return theme.is_wide() and room - taken >= _LEAST_MARK


def aligned(panels: Sequence[Rows]) -> list[Rows]:
    """The rows of panels one below the other, their marks between the same two edges."""
    left, right = (max(getattr(one, side) for one in panels) for side in ("left", "right"))
    return [replace(one, left=left, right=right) for one in panels]


def abreast(groups: Sequence[Sequence[object]]) -> int:
    """How many panels stand side by side: two where all are short, so that none leaves half a page empty."""
    return 2 if theme.is_wide() and len(groups) > 1 and max(map(len, groups)) <= _SHORT else 1


def write(axes: Axes, rows: Rows, *, colour: str = theme.INK) -> None:
    """Write the names to the left and the numbers to the right, and turn the axes top down."""
    across = axes.get_yaxis_transform()
    inches = axes.get_position().width * theme.width()
    left, right = -rows.left / inches, 1 + rows.right / inches
    for name, number, top, number_top in zip(
        rows.names, rows.numbers, rows.tops, rows.number_tops, strict=True
    ):
        axes.text(left, top, name, transform=across, va="top", linespacing=1.08, color=theme.INK)
        axes.text(right, number_top, number, transform=across, va="top", ha="right", color=colour)
    axes.set_ylim(rows.height, 0)
    axes.set_yticks([])


def heading(axes: Axes, text: str, rows: Rows) -> None:
    """What a panel shows, above its names, and a line between the two."""
    inches = axes.get_position().width * theme.width()
    ends = -rows.left / inches, 1 + rows.right / inches
    axes.annotate(
        text,
        (ends[0], 1),
        xycoords="axes fraction",
        xytext=(0, 4),
        textcoords="offset points",
        va="bottom",
        size=theme.LABEL,
        color=theme.MUTED,
    )
    axes.plot(ends, [1, 1], transform=axes.transAxes, color=theme.HAIRLINE, lw=0.9, zorder=0, clip_on=False)


def scale(axes: Axes, ticks: Sequence[float], labels: Sequence[str], title: str = "") -> None:
    """Ticks of the horizontal axis, the outer labels kept within the canvas."""
    axes.set_xticks(list(ticks), list(labels))
    place = axes.get_position()
    edge, width = theme.EDGE / theme.width(), theme.width()
    for tick, label in zip(ticks, axes.get_xticklabels(), strict=True):
        within = axes.transAxes.inverted().transform(axes.transData.transform((tick, 0)))[0]
        across = place.x0 + within * place.width
        half = theme.width_of(label.get_text(), theme.SMALL) / 2 / width
        if across - half < edge:
            label.set_horizontalalignment("left")
        elif across + half > 1 - edge:
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
