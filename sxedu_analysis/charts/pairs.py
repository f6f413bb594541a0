"""The chart of two figures of one report that do not sit well together, each as it is stated."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes

from sxedu_analysis.charts import rows as chart_rows
from sxedu_analysis.charts import theme
from sxedu_analysis.charts.numbers import stated_text, unit_name
from sxedu_analysis.charts.rows import AXIS, HEADING, MARK
from sxedu_analysis.charts.words import WEIGHTS, alt, empty, in_sentence, join, note, say

_AT_ODDS = {
    "part_larger_than_whole": ("部分大于整体", "A part larger than its whole"),
    "figures_disagree": ("可能同指一事的两个数字", "Two figures, perhaps for one matter"),
    "same_number_other_unit": ("同一个数，两种单位", "One number in two units"),
    "target_beside_result": ("结果与目标，不能算完成率", "A result and a target: no completion rate"),
}
_TWO_SERIES = ("两个数字，可能是两项统计", "Two figures, perhaps of two series")
"""What disagreeing figures are called where even their units as written differ."""
_ON_ONE_SCALE = ("part_larger_than_whole", "figures_disagree")
"""Findings whose two figures measure one thing, so that two lengths may stand side by side."""
_FINDING = ["finding", "kind", "weight", "title_zh", "title_en"]
_COLUMNS = [
    "indicator",
    "name_zh",
    "name_en",
    "raw",
    "value",
    "low",
    "high",
    "qualifier",
    "counting_unit",
    "unit",
]


def pairs(findings: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """The findings about exactly two figures, with both: what `conflicting_pairs` shows.

    Returns
    -------
    DataFrame, one row per finding: finding, kind, weight, title_zh, title_en; on_one_scale, whether the two
    measure one thing in one unit as it is written (起 and 条 may count two things); and for first and second
    name_zh, name_en, raw, value, low, high and units.
    """
    columns = [*_COLUMNS, *(column for column in ("unit_en", "start") if column in facts)]
    by_code = facts.drop_duplicates("indicator").set_index("indicator", drop=False)
    found = []
    for _, finding in findings[findings["kind"].isin(list(_AT_ODDS))].iterrows():
        codes = [code for code in str(finding["indicators"]).split(";") if code]
        if len(codes) != 2 or codes[0] == codes[1] or not set(codes) <= set(by_code.index):
            continue
        first, second = (by_code.loc[code, columns] for code in codes)
        row = {key: finding[key] for key in _FINDING}
        row["on_one_scale"] = bool(
            finding["kind"] in _ON_ONE_SCALE
            and all(first[name] == second[name] for name in ("counting_unit", "unit"))
            and all(math.isfinite(fact["value"]) and fact["value"] >= 0 for fact in (first, second))
        )
        for role, fact in (("first", first), ("second", second)):
            row |= {f"{role}_{column}": fact[column] for column in columns}
        found.append(row)
    wanted = [*_FINDING, "on_one_scale"]
    wanted += [f"{role}_{column}" for role in ("first", "second") for column in columns]
    return pd.DataFrame(found, columns=wanted)


def drawable(table: pd.DataFrame) -> bool:
    """Whether so many pairs (as `pairs` gives them) can be drawn that a chart says more than a table."""
    return int(table["on_one_scale"].sum()) > 1


@theme.drawn
def conflicting_pairs(
    findings: pd.DataFrame, facts: pd.DataFrame, *, lang: str = "zh", place: str = "", source: str = ""
) -> Axes:
    """Two figures of one report that do not sit well together: a panel a pair, both figures as stated.

    Bars are drawn only where the two measure one thing in one unit, on that pair's own scale. Of all other
    pairs only the numbers are set down: two lengths would draw the quotient that must not be taken.

    Parameters
    ----------
    findings : DataFrame
        As `load_findings` returns it; those about exactly two figures are shown.
    facts : DataFrame
        As `load_facts` returns it.
    lang, place, source : str
        Language, place and period, and source as they are to be printed.
    """
    table = pairs(findings, facts)
    if table.empty:
        return empty(lang, "没有两个数字相互抵触", "No two figures are at odds", place, source)
    across = 2 if theme.is_wide() and len(table) > 1 else 1
    laid = []
    for _, row in table.iterrows():
        both = [side(row, role) for role in ("first", "second")]
        laid.append(
            chart_rows.lay_out(
                [str(fact[f"name_{lang}"]) for fact in both],
                [stated_text(fact, lang) for fact in both],
                mark=MARK if row["on_one_scale"] else -0.08,
                room=theme.room(across),
            )
        )
    _, panels = theme.canvas(
        *(
            placed.panel(HEADING, AXIS if row["on_one_scale"] else 0.0)
            for placed, (_, row) in zip(laid, table.iterrows(), strict=True)
        ),
        across=across,
    )
    for axes, placed, (_, row) in zip(panels, laid, table.iterrows(), strict=True):
        chart_rows.write(axes, placed)
        chart_rows.heading(axes, pair_heading(row, lang), placed)
        axes.set_xticks([])
        if row["on_one_scale"]:
            _bars(axes, row, placed, lang)
    apart = int((~table["on_one_scale"]).sum())
    title = _title(table, lang)
    measure = say(
        lang, "同一报告中不相称的两个数字", "Two figures of one report that do not sit well together"
    )
    remarks = [
        say(
            lang,
            "不相称不等于有误：两个数字可能口径不同。",
            "At odds does not mean wrong: the two may be defined differently.",
        ),
        say(lang, "没有一对可以相除。", "None of the pairs may be divided."),
    ]
    if apart:
        remarks.append(
            say(
                lang,
                "单位或口径不同的两个数只列出，不画成长短。",
                "Two figures of different units or scopes are only stated, not drawn as lengths.",
            )
        )
    theme.frame(panels[0], title, join(lang, measure, place), note(lang, source, *remarks))
    lines = [
        f"{pair_heading(row, lang)}{say(lang, '：', ': ')}"
        + say(lang, "，", ", ").join(
            f"{fact[f'name_{lang}']} {stated_text(fact, lang)}"
            for fact in (side(row, "first"), side(row, "second"))
        )
        for _, row in table.iterrows()
    ]
    return theme.describe(panels[0], alt(title, lines, lang), table)


def pair_heading(row: pd.Series, lang: str) -> str:
    """What a pair is, with the weight that the finding itself has."""
    kind, weight = _AT_ODDS[row["kind"]], WEIGHTS.get(str(row["weight"]))
    words = kind[lang == "en"]
    if row["kind"] == "figures_disagree" and not row["on_one_scale"]:
        words = _TWO_SERIES[lang == "en"]
    return f"{weight[lang == 'en']}{say(lang, '：', ': ')}{in_sentence(words, lang)}" if weight else words


def _title(table: pd.DataFrame, lang: str) -> str:
    """One pair: its finding. Several: how many of each weight."""
    if len(table) == 1:
        return str(table.iloc[0][f"title_{lang}"])
    counts = table["weight"].value_counts()
    listed = [
        f"{words[0]}{counts[weight]}对" if lang == "zh" else f"{words[1].lower()} {counts[weight]}"
        for weight, words in WEIGHTS.items()
        if counts.get(weight, 0)
    ]
    return say(
        lang,
        f"{len(table)}对数字不相称：{'，'.join(listed)}",
        f"{len(table)} pairs of figures at odds: {', '.join(listed)}",
    )


def _bars(axes: Axes, row: pd.Series, placed: chart_rows.Rows, lang: str) -> None:
    both = [side(row, role) for role in ("first", "second")]
    for fact, y, colour in zip(both, placed.marks, (theme.OWN, theme.WARM), strict=True):
        axes.barh(y, fact["value"], height=MARK, color=colour)
        chart_rows.whisker(axes, fact, y)
    units = list(dict.fromkeys(unit_name(fact, lang) for fact in both))
    top = max(chart_rows.finite_high(fact) for fact in both)
    words = say(lang, "、".join(units), ", ".join(units))
    chart_rows.from_zero(axes, top, words[:1].upper() + words[1:], lang)


def side(row: pd.Series, role: str) -> pd.Series:
    """One figure of a pair, as a fact."""
    prefix = f"{role}_"
    return pd.Series({key.removeprefix(prefix): row[key] for key in row.index if key.startswith(prefix)})
