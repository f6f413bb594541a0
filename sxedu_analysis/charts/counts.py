"""Charts of what a report counts: how many persons and person-times, and how many figures on each topic."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullFormatter

from sxedu_analysis.charts import rows as chart_rows
from sxedu_analysis.charts import theme
from sxedu_analysis.charts.numbers import plain, stated_text
from sxedu_analysis.charts.rows import AXIS, HEADING
from sxedu_analysis.charts.words import BOUNDS_NOTE, alt, empty, in_sentence, join, note, say

_COLOURS = {"person": theme.OWN, "person_time": theme.WARM}
_TICK = 0.9
"""Inches from one power of ten to the next that its label wants."""
_BAR, _LONG = 0.14, 8
"""Height of a topic's bar in inches; topics from which on they stand in two panels."""
_HEADINGS = {"person": ("人", "Persons"), "person_time": ("人次", "Person-times")}


@theme.drawn
def magnitudes(
    facts: pd.DataFrame, *, lang: str = "zh", place: str = "", source: str = "", top_n: int = 20
) -> Axes:
    """Counts of persons, and apart from them of person-times, on logarithmic scales, each with its bounds.

    Parameters
    ----------
    facts : DataFrame
        As `load_facts` returns it; results counted in person and person_time are drawn.
    lang, place, source : str
        Language, place and period, and source as they are to be printed.
    top_n : int
        How many to draw, from the largest down.

    Returns
    -------
    matplotlib Axes
    """
    name = f"name_{lang}"
    shown = facts[facts["counting_unit"].isin(list(_COLOURS)) & (facts["basis"] != "target")]
    shown = shown[shown["value"] > 0].sort_values(["value", "start"], ascending=[False, True]).head(top_n)
    if shown.empty:
        return empty(lang, "没有按人或人次计的结果", "No result counted in persons", place, source)
    shown = shown.reset_index(drop=True)
    groups = [(unit, shown[shown["counting_unit"] == unit]) for unit in _COLOURS]
    groups = [(unit, group) for unit, group in groups if len(group)]
    across = len(groups) if theme.is_wide() else 1
    room = theme.room(across)
    written = [
        (list(group[name]), [stated_text(row, lang) for _, row in group.iterrows()]) for _, group in groups
    ]
    beside = all(chart_rows.fit_beside(*one, room) for one in written)
    laid = chart_rows.aligned([chart_rows.lay_out(*one, room=room, beside=beside) for one in written])
    _, panels = theme.canvas(*(one.panel(HEADING, AXIS) for one in laid), across=across)
    for axes, (unit, group), placed in zip(panels, groups, laid, strict=True):
        words = _HEADINGS[unit][lang == "en"]
        chart_rows.write(axes, placed)
        chart_rows.heading(axes, words, placed)
        _logarithmic(axes, shown, lang, say(lang, f"{words}（对数刻度）", f"{words} (logarithmic scale)"))
        for (_, row), y in zip(group.iterrows(), placed.marks, strict=True):
            colour = _COLOURS[unit]
            axes.axhline(y, color=theme.HAIRLINE, lw=1.2, zorder=1)
            chart_rows.whisker(axes, row, y, colour)
            axes.plot(row["value"], y, "o", ms=7, color=colour, mec="white", mew=0.8, zorder=5)
    firsts = [_said(group.iloc[0], lang) for _, group in groups]
    if len(firsts) == 2:
        title = say(
            lang, f"人数最大的是{firsts[0]}，人次最大的是{firsts[1]}", "Largest counts: " + "; ".join(firsts)
        )
    else:
        title = say(lang, f"最大的是{firsts[0]}", f"Largest count: {firsts[0]}")
    measure = say(lang, "报告所载的人数与人次", "Persons and person-times in the report")
    remark = say(
        lang, "人次不是人数：一人可计多次。", "A person-time is not a person: one person may count often."
    )
    theme.frame(panels[0], title, join(lang, measure, place), note(lang, source, remark, BOUNDS_NOTE[lang]))
    table = shown[["indicator", "name_zh", "name_en", "counting_unit", "value", "low", "high", "raw"]]
    lines = [f"{row[name]} {stated_text(row, lang)}" for _, row in shown.iterrows()]
    return theme.describe(panels[0], alt(title, lines, lang), table)


def _said(row: pd.Series, lang: str) -> str:
    return f"{in_sentence(row[f'name_{lang}'], lang)}{say(lang, '', ', ')}{stated_text(row, lang)}"


def _logarithmic(axes: Axes, shown: pd.DataFrame, lang: str, title: str) -> None:
    """One range for all panels, so that an order of magnitude is the same length in each."""
    low = math.floor(math.log10(shown["value"].min()))
    high = max(math.ceil(math.log10(shown["value"].max())), low + 1)
    axes.set_xscale("log")
    axes.set_xlim(10**low * 0.8, 10**high * 1.25)
    ticks = [10.0**n for n in range(low, high + 1)]
    between = axes.get_position().width * theme.width() / (high - low + 0.2)
    if between < _TICK:
        # All of them would run into each other.
        ticks = ticks[::2]
    axes.xaxis.set_minor_locator(FixedLocator([]))
    axes.xaxis.set_minor_formatter(NullFormatter())
    chart_rows.scale(axes, ticks, [plain(tick, lang) for tick in ticks], title)
    for tick in ticks:
        axes.axvline(tick, color=theme.HAIRLINE, lw=0.8, zorder=0)


@theme.drawn
def facts_by_topic(
    facts: pd.DataFrame, topics: pd.DataFrame, *, lang: str = "zh", place: str = "", source: str = ""
) -> Axes:
    """How many figures the report gives on each topic: results, and targets set for later.

    Parameters
    ----------
    facts : DataFrame
        As `load_facts` returns it.
    topics : DataFrame
        As `load_topics` returns it: topic, name_zh, name_en, order.
    lang, place, source : str
        Language, place and period, and source as they are to be printed.
    """
    if facts.empty:
        return empty(lang, "没有可归入专题的数字", "No figure belongs to a topic", place, source)
    kind = facts["basis"].map(lambda basis: "targets" if basis == "target" else "results")
    counts = pd.crosstab(facts["topic"], kind).reindex(columns=["results", "targets"], fill_value=0)
    table = topics.merge(counts, left_on="topic", right_index=True)
    table["all"] = table["results"] + table["targets"]
    table = table.sort_values(["all", "order"], ascending=[False, True]).reset_index(drop=True)
    axes = _draw_topics(table, lang)
    first = table.iloc[0]
    total, targets = int(table["all"].sum()), int(table["targets"].sum())
    title = say(
        lang,
        f"{total}个数字中，{first['name_zh']}占{first['all']}个；{targets}个是目标",
        f"Of {total} figures, {first['all']} are on {first['name_en'].lower()}; {targets} are targets",
    )
    measure = say(lang, "报告各专题的数字个数", "Number of figures by topic")
    theme.frame(axes, title, join(lang, measure, place), note(lang, source), legend=True)
    lines = [f"{row[f'name_{lang}']} {row['results']} + {row['targets']}" for _, row in table.iterrows()]
    return theme.describe(
        axes, alt(title, lines, lang), table[["topic", "name_zh", "name_en", "results", "targets"]]
    )


def _draw_topics(table: pd.DataFrame, lang: str) -> Axes:
    """Bars of topics; a long list in two panels side by side where there is room, on one scale."""
    across = 2 if theme.is_wide() and len(table) > _LONG else 1
    half = -(-len(table) // across)
    parts = [table.iloc[at : at + half] for at in range(0, len(table), half)]
    laid = [
        chart_rows.lay_out(
            list(part[f"name_{lang}"]),
            [_topic_number(row) for _, row in part.iterrows()],
            mark=_BAR,
            room=theme.room(across),
            beside=theme.is_wide(),
        )
        for part in parts
    ]
    _, panels = theme.canvas(*(placed.panel() for placed in chart_rows.aligned(laid)), across=across)
    for axes, part, placed in zip(panels, parts, chart_rows.aligned(laid), strict=True):
        chart_rows.write(axes, placed)
        left = pd.Series(0, index=part.index)
        for column, colour, words in (
            ("results", theme.OWN, say(lang, "结果", "Results")),
            ("targets", theme.OTHER, say(lang, "目标", "Targets")),
        ):
            axes.barh(placed.marks, part[column], left=left, height=_BAR, color=colour, label=words)
            left = part[column]
        axes.set_xticks([])
        axes.set_xlim(0, table["all"].max() * 1.01)
    return panels[0]


def _topic_number(row: pd.Series) -> str:
    return f"{row['results']} + {row['targets']}" if row["targets"] and row["results"] else f"{row['all']}"
