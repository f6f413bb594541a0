"""The chart of all gaps at a glance: a home county in colour among its comparators in grey."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from sxedu_analysis.charts import rows as chart_rows
from sxedu_analysis.charts import theme
from sxedu_analysis.charts.gap_words import (
    bounds_note,
    compared,
    others_name,
    printed,
    profile_title,
    quoted,
    set_name,
    short_unit,
)
from sxedu_analysis.charts.words import alt, say

_STRIP = 0.2
A_DOT = 0.03
"""Share of a row's width that a dot covers: bounds wider than that are drawn."""


def nothing_to_draw(title: str, lang: str, source: str) -> Axes:
    """A figure that says in its title why there is nothing in it."""
    _, (axes,) = theme.canvas(theme.Panel(0.6))
    axes.set_xticks([])
    axes.set_yticks([])
    theme.frame(axes, title, "", bounds_note(lang, set(), source=source))
    return theme.describe(axes, title, pd.DataFrame())


@theme.drawn
def gap_profile(
    gaps: pd.DataFrame, *, comparators: str | Sequence[str] = "adjacent", lang: str = "zh", source: str = ""
) -> Axes:
    """Every measure at a glance: the home county among its comparators, from their lowest to their highest.

    Parameters
    ----------
    gaps : DataFrame
        As `load_gaps` returns it; rows that are compared are drawn.
    comparators : str or list of str
        The set of comparators, for the title.
    lang, source : str
        Language, and source as it is to be printed.
    """
    rows = compared(gaps)
    if rows.empty:
        return nothing_to_draw(
            say(lang, "没有录入可比的公开数字", "No comparable published figures are entered"), lang, source
        )
    codes = list(rows["measure"].drop_duplicates())
    names = [str(rows.loc[rows["measure"] == code, f"name_{lang}"].iloc[0]) for code in codes]
    placed = chart_rows.lay_out(
        names, [_value_and_rank(rows[rows["measure"] == code].iloc[0], lang) for code in codes], mark=_STRIP
    )
    _, (axes,) = theme.canvas(placed.panel(above=0.22))
    chart_rows.write(axes, placed, colour=theme.OWN)
    table, lines = [], []
    for y, code in zip(placed.marks, codes, strict=True):
        group = rows[rows["measure"] == code]
        first = group.iloc[0]
        ends = [first["low"], first["high"], *group["comparator_low"], *group["comparator_high"]]
        values = [first["value"], *group["comparator_value"]]
        low, high = min(ends), max(ends)
        span = (high - low) or 1.0

        def at(value: float, low: float = low, span: float = span) -> float:
            return float((value - low) / span)

        axes.plot([0, 1], [y, y], color=theme.HAIRLINE, lw=1.2, zorder=1)
        axes.plot([at(first["median"])] * 2, [y - 0.09, y + 0.09], color=theme.INK, lw=1.4, zorder=3)
        for _, row in group.iterrows():
            ends_at = [at(row["comparator_low"]), at(row["comparator_high"])]
            if row["comparator_interval_kind"] == "sampling" or ends_at[1] - ends_at[0] > A_DOT:
                axes.plot(ends_at, [y, y], color=theme.OTHER, lw=1.4, zorder=2, alpha=0.7)
            axes.plot(
                at(row["comparator_value"]), y, "o", ms=6, color=theme.OTHER, mec="white", mew=0.6, zorder=4
            )
            table.append(plotted_row(row, row["comparator"], "comparator_"))
        axes.plot([at(first["low"]), at(first["high"])], [y, y], color=theme.OWN, lw=2.4, zorder=5)
        axes.plot(at(first["value"]), y, "o", ms=9, color=theme.OWN, mec="white", mew=0.9, zorder=6)
        table.append(plotted_row(first, first["adcode"], ""))
        least, most = (
            printed(end, end, end, first["gap"], lang, unit=short_unit(first, lang))
            for end in (min(values), max(values))
        )
        for x, text, side in ((-0.03, least, "right"), (1.03, most, "left")):
            axes.text(x, y, text, va="center", ha=side, size=theme.SMALL, color=theme.MUTED)
        lines.append(f"{first[f'name_{lang}']} {quoted(first, lang)} {first[f'rank_{lang}']}")
    inches = axes.get_position().width * theme.width()
    axes.annotate(
        say(lang, "数值 · 位次", "Value · rank"),
        (1 + placed.right / inches, 1),
        xycoords="axes fraction",
        xytext=(0, 2),
        textcoords="offset points",
        ha="right",
        va="bottom",
        size=theme.SMALL,
        color=theme.MUTED,
    )
    axes.set_xlim(-0.2, 1.2)
    axes.set_xticks([])
    home = str(rows.iloc[0][f"place_{lang}"])
    others = set_name(comparators, lang).capitalize()
    if len(set(gaps["comparator"])) == 1:
        others = others_name(gaps, comparators, lang)
    for colour, size, words in (
        (theme.OWN, 9, home),
        (theme.OTHER, 6, others),
    ):
        axes.plot([], [], "o", ms=size, color=colour, label=words)
    axes.plot([], [], "|", ms=10, mew=1.3, color=theme.INK, label=say(lang, "中位数", "Their median"))
    title = profile_title(gaps, comparators, lang)
    subtitle = say(
        lang,
        "每行从各县区（连同上下限）的最低到最高，位次由高到低，高不等于好",
        "Each row runs from the lowest to the highest of the counties, bounds included. "
        "Ranks count from the highest; higher need not be better",
    )
    kinds = set(rows["interval_kind"]) | set(rows["comparator_interval_kind"])
    remarks = bounds_note(
        lang,
        kinds,
        say(lang, "区间重叠的不分先后。", "Where bounds overlap, ranks are ranges."),
        source=source,
        effect=True,
    )
    theme.frame(axes, title, subtitle, remarks, legend=True)
    return theme.describe(axes, alt(title, lines, lang), pd.DataFrame(table))


def _value_and_rank(row: pd.Series, lang: str) -> str:
    return f"{quoted(row, lang)} · {_rank(row)}"


def _rank(row: pd.Series) -> str:
    low, high, count = int(row["rank_low"]), int(row["rank_high"]), int(row["ranked"])
    return f"{low}/{count}" if low == high else f"{low}–{high}/{count}"


def plotted_row(row: pd.Series, adcode: str, prefix: str) -> dict[str, object]:
    """What a chart plots of a row: the home county's side, or its comparator's with that prefix."""
    side = "comparator" if prefix else "place"
    return {
        "measure": row["measure"],
        "adcode": adcode,
        "name_zh": row[f"{side}_zh"],
        "name_en": row[f"{side}_en"],
        "period": row["period"],
        "value": row[f"{prefix}value"],
        "low": row[f"{prefix}low"],
        "high": row[f"{prefix}high"],
        "interval_kind": row[f"{prefix}interval_kind"],
        "kind": "comparator" if prefix else "home",
    }
