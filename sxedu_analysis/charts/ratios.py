"""Charts of ratios that have a unit: money per award or per head, attendances per event.

A panel a unit: yuan per award and yuan per person have no length in common.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from sxedu_analysis.charts import chosen, theme, words
from sxedu_analysis.charts import rows as chart_rows
from sxedu_analysis.charts.numbers import unit_name
from sxedu_analysis.charts.rows import AXIS, MARK


@theme.drawn
def amounts(measures: pd.DataFrame, *, lang: str = "zh", place: str = "", source: str = "") -> Axes:
    """Amounts of money per award, per student or per school: a panel for each, from zero, with bounds.

    Parameters
    ----------
    measures : DataFrame
        As `load_measures` returns it; derived rows whose kind starts with amount_per are drawn.
    lang, place, source : str
        Language, place and period, and source as they are to be printed.
    """
    kinds = [kind for kind in measures["kind"].unique() if str(kind).startswith("amount_per")]
    rows = chosen.known(measures, kinds)
    if rows.empty:
        return words.empty(
            lang, "没有可算人均或次均的金额", "No amount per head or award can be derived", place, source
        )
    measure = words.say(lang, "金额除以人次、人数等", "Amounts of money over awards, persons and the like")
    remark = words.say(
        lang,
        "按人次不等于按人：单位不同的各用各的刻度，不作比较。",
        "Per award is not per person: each unit has a scale of its own, and they are not compared.",
    )
    several = len(rows["kind"].unique()) > 1
    return _by_unit(rows, lang, place, source, measure, remark if several else "")


@theme.drawn
def attendances_per_event(
    measures: pd.DataFrame, *, lang: str = "zh", place: str = "", source: str = ""
) -> Axes:
    """Attendances per event as bars from zero, with bounds; persons per event apart.

    Parameters
    ----------
    measures : DataFrame
        As `load_measures` returns it; derived rows counted per event are drawn.
    lang, place, source : str
        Language, place and period, and source as they are to be printed.
    """
    rows = chosen.known(measures, ["attendances_per_event", "persons_per_event"])
    if rows.empty:
        return words.empty(
            lang, "没有可算每场人次的数字", "No attendance per event can be derived", place, source
        )
    measure = words.say(lang, "每场活动的人次", "Attendances per event")
    return _by_unit(rows, lang, place, source, measure, "")


def _by_unit(rows: pd.DataFrame, lang: str, place: str, source: str, measure: str, remark: str) -> Axes:
    groups = _groups(rows, lang)
    across = chart_rows.abreast([group for _, group in groups])
    laid = chart_rows.aligned(
        [
            chart_rows.lay_out(
                list(group[f"name_{lang}"]),
                [words.with_bounds(row, lang, unit=False) for _, row in group.iterrows()],
                room=theme.room(across),
            )
            for _, group in groups
        ]
    )
    _, panels = theme.canvas(*(one.panel(0.1, AXIS) for one in laid), across=across)
    for axes, (unit, group), placed in zip(panels, groups, laid, strict=True):
        chart_rows.write(axes, placed)
        top = max(chart_rows.finite_high(row) for _, row in group.iterrows())
        for (_, row), y in zip(group.iterrows(), placed.marks, strict=True):
            axes.barh(y, row["value"], height=MARK, color=theme.OWN)
            chart_rows.whisker(axes, row, y)
        chart_rows.from_zero(axes, top, unit[:1].upper() + unit[1:], lang)
    title = _title(groups, lang)
    theme.frame(
        panels[0],
        title,
        words.join(lang, measure, place),
        words.note(lang, source, words.BOUNDS_NOTE[lang], remark),
    )
    every = pd.concat([group for _, group in groups], ignore_index=True)
    lines = [f"{row[f'name_{lang}']} {words.with_bounds(row, lang)}" for _, row in every.iterrows()]
    return theme.describe(panels[0], words.alt(title, lines, lang), chosen.measure_table(every))


def _groups(rows: pd.DataFrame, lang: str) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each unit, the units in the order in which the measures first appear."""
    units = rows.apply(unit_name, axis=1, lang=lang)
    kinds = rows["kind"].astype(str)
    return [
        (str(units[group.index[0]]), group.reset_index(drop=True))
        for _, group in rows.groupby(kinds + " " + units, sort=False)
    ]


def _title(groups: Sequence[tuple[str, pd.DataFrame]], lang: str) -> str:
    """One unit: its highest and its lowest. Several: the first of each, which are not ranked."""
    chosen = [group.iloc[0] for _, group in groups[:2]]
    if len(groups) == 1 and len(groups[0][1]) > 1:
        chosen.append(groups[0][1].iloc[-1])
    said = []
    for number, row in enumerate(chosen):
        name = str(row[f"name_{lang}"])
        said.append(
            (words.in_sentence(name, lang) if number else name)
            + words.say(lang, "", ": ")
            + words.quoted(row, lang)
        )
    return words.say(lang, "，", "; ").join(said)
