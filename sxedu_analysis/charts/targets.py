"""Charts of targets: of the plan, not of the period that the report is on."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from sxedu_analysis.charts import rows as chart_rows
from sxedu_analysis.charts import theme
from sxedu_analysis.charts.numbers import plain, stated_text, with_unit
from sxedu_analysis.charts.rows import HEADING, TICKS
from sxedu_analysis.charts.words import alt, empty, in_sentence, note, plan_of, say
from sxedu_analysis.foundation.units import COUNTING_UNITS

_RATES = ("以百分比表示", "in per cent")
_COUNTS = ("以数量表示", "as counts")


_NAMED_RATES = 2
"""How many rates the title names."""


@theme.drawn
def target_rates(facts: pd.DataFrame, *, lang: str = "zh", place: str = "", source: str = "") -> Axes:
    """Targets stated in per cent: where each begins, and that it goes up from there.

    Parameters
    ----------
    facts : DataFrame
        As `load_facts` returns it; targets counted in per cent are drawn.
    lang, place, source : str
        Language, place and period of the report, and source as they are to be printed.
    """
    rows = facts[(facts["basis"] == "target") & (facts["counting_unit"] == "percent")]
    rows = _plain_names(rows.sort_values("value", ascending=False, kind="stable").reset_index(drop=True))
    if rows.empty:
        return empty(lang, "没有以百分比表示的目标", "No target is stated in per cent", place, source)
    placed = chart_rows.lay_out(
        list(rows[f"name_{lang}"]), [_target_text(row, lang) for _, row in rows.iterrows()]
    )
    _, (axes,) = theme.canvas(placed.panel(below=TICKS))
    chart_rows.write(axes, placed)
    for (_, row), y in zip(rows.iterrows(), placed.marks, strict=True):
        axes.plot([0, 100], [y, y], color=theme.HAIRLINE, lw=1.2, zorder=1)
        if row["value"] < 100:
            axes.plot(
                [row["value"], 100],
                [y, y],
                color=theme.OWN,
                lw=5,
                alpha=0.35,
                solid_capstyle="butt",
                zorder=2,
            )
        face = "white" if row["qualifier"] == "more_than" else theme.OWN
        axes.plot(row["value"], y, "o", ms=8, mfc=face, mec=theme.OWN, mew=1.8, zorder=4, clip_on=False)
    axes.set_xlim(0, 102)
    chart_rows.scale(axes, [0, 25, 50, 75, 100], [f"{n}%" for n in (0, 25, 50, 75, 100)])
    full = int((rows["value"] >= 100).sum())
    # They have no base in common: which is the highest or lowest says nothing, so the first are named.
    named = [
        f"{in_sentence(row[f'name_{lang}'], lang)} {_target_text(row, lang)}" for _, row in rows.iterrows()
    ]
    more = len(named) - _NAMED_RATES
    told = say(lang, "；", "; ").join(named[:_NAMED_RATES])
    if more > 0:
        told += say(lang, f"；另有{more}项", f"; {more} more")
    title = say(lang, f"计划的比率目标：{told}", f"Rates that the plan sets: {told}")
    if full == len(rows):
        title = say(lang, f"{full}项比率目标都是100%", f"All {full} target rates are 100 %")
    remark = say(
        lang,
        "实心点含该值（以上、达到），空心点不含（超）；色带为目标允许的范围。",
        "A filled dot includes its value (at least), a hollow one does not (more than); "
        "the band is what would meet it.",
    )
    theme.frame(axes, title, _measure(facts, _RATES, place, lang), note(lang, source, remark))
    table = rows[["indicator", "name_zh", "name_en", "value", "low", "high", "qualifier", "raw"]]
    lines = [f"{row[f'name_{lang}']} {_target_text(row, lang)}" for _, row in rows.iterrows()]
    return theme.describe(axes, alt(title, lines, lang), table)


@theme.drawn
def target_counts(facts: pd.DataFrame, *, lang: str = "zh", place: str = "", source: str = "") -> Axes:
    """Targets stated as counts, set down by counting unit.

    Schools, kilometres and lessons have no length in common, and two things counted in items have none
    either: the numbers are set as they are stated, without bars.

    Parameters
    ----------
    facts : DataFrame
        As `load_facts` returns it; targets not counted in per cent are shown.
    lang, place, source : str
        Language, place and period of the report, and source as they are to be printed.
    """
    rows = facts[
        (facts["basis"] == "target") & (facts["counting_unit"] != "percent") & facts["value"].notna()
    ]
    if rows.empty:
        return empty(lang, "没有以数量表示的目标", "No target is stated as a count", place, source)
    rows = _plain_names(rows.sort_values("value", ascending=False, kind="stable"))
    order = [unit for unit in COUNTING_UNITS if (rows["counting_unit"] == unit).any()]
    groups = [rows[rows["counting_unit"] == unit].reset_index(drop=True) for unit in order]
    across = 2 if theme.is_wide() and len(groups) > 1 else 1
    laid = [
        chart_rows.lay_out(
            list(group[f"name_{lang}"]),
            [stated_text(row, lang) for _, row in group.iterrows()],
            mark=-0.08,
            room=theme.room(across),
        )
        for group in groups
    ]
    _, panels = theme.canvas(*(one.panel(HEADING) for one in laid), across=across)
    for axes, unit, group, placed in zip(panels, order, groups, laid, strict=True):
        chart_rows.write(axes, placed, colour=theme.OWN)
        chart_rows.heading(axes, _unit_heading(unit, group, lang), placed)
        axes.set_xticks([])
    title = say(
        lang,
        f"{len(rows)}项数量目标，分属{len(order)}种计数单位，彼此不比大小",
        f"{len(rows)} targets in numbers, of {len(order)} kinds of counting unit, not to be ranked",
    )
    if len(order) == 1:
        title = say(lang, f"{len(rows)}项数量目标", f"{len(rows)} targets in numbers")
    remark = say(
        lang,
        "各项计的不是同一样东西，所以只列数字，不画长短。",
        "Each counts something else: the numbers are stated, not drawn as lengths.",
    )
    theme.frame(panels[0], title, _measure(facts, _COUNTS, place, lang), note(lang, source, remark))
    every = pd.concat(groups, ignore_index=True)
    table = every[["indicator", "name_zh", "name_en", "counting_unit", "value", "low", "high", "unit", "raw"]]
    lines = [f"{row[f'name_{lang}']} {stated_text(row, lang)}" for _, row in every.iterrows()]
    return theme.describe(panels[0], alt(title, lines, lang), table)


_COUNTED = {
    "person": "人数",
    "person_time": "人次",
    "school": "学校",
    "class": "班级",
    "seat": "学位",
    "yuan": "金额",
    "event": "活动与课",
    "item": "事项与设施",
    "place": "地点",
    "area": "面积",
    "length": "长度",
    "duration": "时长",
}
"""What a counting unit counts, in Chinese, where 个 may be an item as well as a place."""


def _unit_heading(unit: str, group: pd.DataFrame, lang: str) -> str:
    """A counting unit, in Chinese with the words that the report itself counts in."""
    zh, en = COUNTING_UNITS[unit]
    written = "、".join(str(one) for one in group["unit"].dropna().unique() if one) or zh
    counted = f"{_COUNTED[unit]}，单位{written}" if unit in _COUNTED else f"单位{written}"
    return say(lang, counted, en[:1].upper() + en[1:])


def _measure(facts: pd.DataFrame, kind: tuple[str, str], place: str, lang: str) -> str:
    """What is planned is for later; what tells of it is the report of its own period."""
    plan = plan_of(facts, lang)
    measure = say(lang, f"{plan}的目标，{kind[0]}", f"Targets {plan}, {kind[1]}")
    if not place:
        return measure
    return say(lang, f"{measure}；所据报告：{place}", f"{measure}; from the report on {place}")


def _plain_names(rows: pd.DataFrame) -> pd.DataFrame:
    """Names without the remark that they are targets, which the chart's title makes."""
    remark = r"\s*[（(](?:目标|计划|target|plan)[）)]$"
    names = {name: rows[name].str.replace(remark, "", regex=True) for name in ("name_zh", "name_en")}
    return rows.assign(**names)


def _target_text(row: pd.Series, lang: str) -> str:
    sign = {"at_least": "≥ ", "more_than": "> ", "at_most": "≤ ", "less_than": "< "}.get(
        str(row["qualifier"]), ""
    )
    return sign + with_unit(plain(row["value"], lang), "%", lang)
