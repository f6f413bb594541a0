"""Charts of coverage: ratios that should reach 100 per cent, shares that need not, one closely."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sxedu_analysis.charts import chosen, theme
from sxedu_analysis.charts import rows as chart_rows
from sxedu_analysis.charts.numbers import at_limit, bounds_text, plain, stated_text, unit_name, value_text
from sxedu_analysis.charts.rows import AXIS, HEADING, MARK, TICKS
from sxedu_analysis.charts.words import (
    BOUNDS_NOTE,
    alt,
    empty,
    in_sentence,
    join,
    note,
    quoted,
    say,
    with_bounds,
)
from sxedu_analysis.foundation.interval import Interval

COVERAGES = ("coverage", "stated_complete", "reported_rate")
SHARES = ("share",)
"""Kinds of measures in per cent: those whose denominator is all that should be reached, and the others."""
_ONE_BAR = 6.0
"""Inches that a bar alone takes at most: its name and its number are not to be a page apart."""


@theme.drawn
def coverage_bars(measures: pd.DataFrame, *, lang: str = "zh", place: str = "", source: str = "") -> Axes:
    """Coverage ratios as bars from 0 to 100 per cent, their bounds as whiskers.

    A part larger than its whole is no coverage: it is left out, and the note says so. A share whose
    denominator is not the population to be reached stands in a panel of its own, without the
    rest of the bar that would make it look like a shortfall.

    Parameters
    ----------
    measures : DataFrame
        As `load_measures` returns it; coverages are drawn, those that the report only states in grey, and
        measures of kind `share` apart from them.
    lang, place, source : str
        Language, place and period, and source as they are to be printed.
    """
    every = [chosen.known(measures, kinds) for kinds in (COVERAGES, SHARES)]
    groups = [chosen.within_whole(rows) for rows in every]
    coverages, shares = groups
    left_out = sum(map(len, every)) - sum(map(len, groups))
    if coverages.empty and shares.empty:
        return empty(lang, "没有可算覆盖率的数字", "No coverage ratio can be derived", place, source)
    names = (
        say(lang, "覆盖率（以应惠及对象为100%）", "Coverage (100 % = all who should be reached)"),
        say(lang, "占比，不是覆盖率：本不必到100%", "Shares, not coverage: they need not reach 100 %"),
    )
    shown = [(rows, name) for rows, name in zip(groups, names, strict=True) if len(rows)]
    laid = chart_rows.aligned(
        [
            chart_rows.lay_out(
                list(rows[f"name_{lang}"]), [with_bounds(row, lang) for _, row in rows.iterrows()]
            )
            for rows, _ in shown
        ]
    )
    _, panels = theme.canvas(*(one.panel(HEADING, TICKS + 0.06) for one in laid))
    for axes, (rows, name), placed in zip(panels, shown, laid, strict=True):
        chart_rows.write(axes, placed)
        chart_rows.heading(axes, name, placed)
        for (_, row), y in zip(rows.iterrows(), placed.marks, strict=True):
            if row["kind"] not in SHARES:
                axes.barh(y, 100, height=MARK, color="#eef1f4")
            colour = theme.OWN if row["kind"] in ("coverage", *SHARES) else theme.OTHER
            axes.barh(y, row["value"], height=MARK, color=colour)
            chart_rows.whisker(axes, row, y)
        top = max(100.0, rows["high"].replace(math.inf, 0).max())
        axes.set_xlim(0, top * 1.01)
        chart_rows.scale(axes, [0, 25, 50, 75, 100], [f"{n}%" for n in (0, 25, 50, 75, 100)])
    computed = coverages[coverages["kind"] == "coverage"]
    stated = len(coverages) > len(computed) > 0
    if stated:
        for colour, words in (
            (theme.OWN, say(lang, "由两个数字算得", "Computed from two figures")),
            (theme.OTHER, say(lang, "报告直接陈述", "Stated by the report")),
        ):
            panels[0].plot([], [], "s", ms=8, color=colour, label=words)
    title = _ends(next(rows for rows in (computed, coverages, shares) if len(rows)), lang)
    measure = say(lang, "报告所载的覆盖率与占比", "Coverage ratios and shares in the report")
    if shares.empty:
        measure = say(
            lang,
            "覆盖率：实际惠及占应惠及的百分比",
            "Coverage: those reached in per cent of those who should be",
        )
    remark = say(
        lang,
        f"另有{left_out}项部分大于整体，数字矛盾，不画，见发现。",
        f"{left_out} more with a part larger than its whole: contradictory, not drawn, see the findings.",
    )
    remark = remark if left_out else ""
    theme.frame(
        panels[0],
        title,
        join(lang, measure, place),
        note(lang, source, BOUNDS_NOTE[lang], remark),
        legend=stated,
    )
    drawn = pd.concat([rows for rows, _ in shown], ignore_index=True)
    lines = []
    for rows, name in shown:
        said = [f"{row[f'name_{lang}']} {with_bounds(row, lang)}" for _, row in rows.iterrows()]
        said[0] = f"{name}{say(lang, '：', ': ')}{said[0]}"
        lines += said
    return theme.describe(panels[0], alt(title, lines, lang), chosen.measure_table(drawn))


def _ends(rows: pd.DataFrame, lang: str) -> str:
    """Highest and lowest, named with their values: the title of a ranking in one unit."""
    gap = say(lang, "", ": ")
    first, last = rows.iloc[0], rows.iloc[-1]
    best = f"{first[f'name_{lang}']}{gap}{quoted(first, lang)}"
    if len(rows) == 1:
        return best
    return f"{best}{say(lang, '，', '; ')}{in_sentence(last[f'name_{lang}'], lang)}{gap}{quoted(last, lang)}"


@theme.drawn
def reached_of_eligible(
    facts: pd.DataFrame,
    numerator: str,
    denominator: str,
    *,
    lang: str = "zh",
    place: str = "",
    source: str = "",
) -> Axes:
    """Those reached inside those who should be, and the remainder, each with its bounds.

    Parameters
    ----------
    facts : DataFrame
        As `load_facts` returns it.
    numerator, denominator : str
        Indicator codes of the reached and of the eligible, in one counting unit.
    lang, place, source : str
        Language, place and period, and source as they are to be printed.
    """
    by_code = facts.drop_duplicates("indicator").set_index("indicator")
    if not {numerator, denominator} <= set(by_code.index):
        return empty(lang, "没有这一对数字", "This pair of figures was not found", place, source)
    part, whole = by_code.loc[numerator], by_code.loc[denominator]
    a, b = (Interval(row["value"], row["low"], row["high"]) for row in (part, whole))
    rest = b - a
    unit = unit_name(part, lang)
    table = pd.DataFrame(
        {
            "part": ["reached", "remainder", "eligible"],
            "indicator": [numerator, "", denominator],
            "value": [a.value, rest.value, b.value],
            "low": [a.low, rest.low, b.low],
            "high": [a.high, rest.high, b.high],
            "unit": unit,
        }
    )
    limit = any(at_limit(one.value, one.low, one.high) for one in (a, b))
    remainder = _between(rest, limit, lang, unit)
    if rest.low < rest.high and not limit:
        limits = bounds_text(rest.low, rest.high, lang)
        remainder += say(lang, f"（{limits}）", f" ({limits})")
    names = [str(part[f"name_{lang}"]), say(lang, "其余", "Remainder")]
    # Both lines above one bar: the reached, and what is left.
    room = min(theme.room(), _ONE_BAR)
    laid = chart_rows.lay_out(names, [stated_text(part, lang), remainder], mark=0.0, room=room)
    _, (axes,) = theme.canvas(theme.Panel(laid.height + 0.4, below=AXIS, right=theme.room() - room))
    chart_rows.write(axes, laid)
    y = laid.height + 0.17
    axes.set_ylim(laid.height + 0.4, 0)
    axes.barh(y, b.value, height=0.34, color=theme.PALE)
    axes.barh(y, a.value, height=0.34, color=theme.OWN)
    for row in (part, whole):
        chart_rows.whisker(axes, row, y)
    axes.set_xlim(0, max(b.high if math.isfinite(b.high) else b.value, a.value) * 1.02)
    ticks = [tick for tick in MaxNLocator(4).tick_values(0, b.value) if tick <= b.value]
    chart_rows.scale(
        axes,
        ticks,
        [plain(tick, lang, like=ticks[-1]) for tick in ticks],
        say(lang, f"数量（{unit}）", unit[:1].upper() + unit[1:]),
    )
    share = (a / b).scaled(100)
    shown = _between(share, limit, lang, "%")
    title = say(
        lang,
        f"{whole['name_zh']}{stated_text(whole, lang)}，"
        f"其中{part['name_zh']}{stated_text(part, lang)}，{shown}",
        f"{part['name_en']}: {stated_text(part, lang)} of {stated_text(whole, lang)}, {shown}",
    )
    if a.value > b.value:
        title = say(
            lang,
            f"{part['name_zh']}{stated_text(part, lang)}大于{whole['name_zh']}{stated_text(whole, lang)}，"
            "数字矛盾，不是覆盖率",
            f"{part['name_en']}, {stated_text(part, lang)}, exceed {in_sentence(whole['name_en'], lang)}, "
            f"{stated_text(whole, lang)}: contradictory, no coverage",
        )
    measure = say(
        lang,
        f"整条为{whole['name_zh']}，深色为{part['name_zh']}",
        f"The whole bar: {in_sentence(whole['name_en'], lang)}; dark: {in_sentence(part['name_en'], lang)}",
    )
    theme.frame(axes, title, join(lang, measure, place), note(lang, source, BOUNDS_NOTE[lang]))
    words = f"{names[1]}{say(lang, '', ': ')}{remainder}"
    return theme.describe(axes, alt(title, [words], lang), table)


def _between(number: Interval, limit: bool, lang: str, unit: str) -> str:
    """A computed number; what rests on a limit as its bounds."""
    if limit and number.low < number.high < math.inf:
        return bounds_text(number.low, number.high, lang, unit)
    return value_text(number.value, number.low, number.high, lang, unit)
