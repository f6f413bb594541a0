"""One function a chart: a dataframe in, Axes out.

Every chart says its finding in the title, computed from the frame it is given; its measure, place and period
below; its source, and what the whiskers are, at the foot. All take `lang` (zh or en), `place` (place and
period, as they are to be printed) and `source`.
"""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from sxedu_analysis.charts import theme
from sxedu_analysis.charts.numbers import (
    bounds_text,
    plain,
    stated_text,
    unit_name,
    value_text,
    with_unit,
)
from sxedu_analysis.foundation.interval import Interval
from sxedu_analysis.foundation.units import COUNTING_UNITS

_ROW = 0.36
_LABEL_EMS = 17.0

_COVERAGES = ("coverage", "stated_complete", "reported_rate")
_AT_ODDS = ("part_larger_than_whole", "figures_disagree", "same_number_other_unit", "target_beside_result")
_BOUNDS_NOTE = {
    "zh": "横线为四舍五入与措辞留下的上下界，不是置信区间。",
    "en": "Whiskers are the limits that rounding and wording leave, not confidence intervals.",
}


def _say(lang: str, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


def _join(lang: str, *parts: str) -> str:
    return ("，" if lang == "zh" else ", ").join(part for part in parts if part)


def _note(lang: str, source: str, *remarks: str) -> str:
    origin = f"{_say(lang, '来源：', 'Source: ')}{source}{_say(lang, '。', '.')}" if source else ""
    return "\n".join(part for part in (("" if lang == "zh" else " ").join(remarks), origin) if part)


def _quoted(row: pd.Series, lang: str) -> str:
    return value_text(row["value"], row["low"], row["high"], lang, unit_name(row, lang))


def _with_bounds(row: pd.Series, lang: str) -> str:
    unit = unit_name(row, lang)
    if math.isinf(row["high"]) or row["low"] == row["high"]:
        return _quoted(row, lang)
    text = bounds_text(row["low"], row["high"], lang, "%" if unit == "%" else "")
    return f"{_quoted(row, lang)}{_say(lang, f'（{text}）', f' ({text})')}"


def _alt(title: str, lines: list[str], lang: str) -> str:
    return title + _say(lang, "。", ". ") + _say(lang, "；", "; ").join(lines) + _say(lang, "。", ".")


def _row_labels(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(range(len(names)), [theme.wrap(name, 10.5, _LABEL_EMS * 10.5 / 72) for name in names])
    for label in axes.get_yticklabels():
        label.set_linespacing(1.15)
    axes.set_ylim(len(names) - 0.4, -0.6)


def _finite_high(row: pd.Series) -> float:
    return row["value"] if math.isinf(row["high"]) else row["high"]


def _whisker(axes: Axes, row: pd.Series, y: float, colour: str = theme.INK) -> None:
    if row["low"] < _finite_high(row):
        axes.plot(
            [row["low"], _finite_high(row)], [y, y], color=colour, lw=1.6, solid_capstyle="butt", zorder=4
        )
        for end in (row["low"], _finite_high(row)):
            axes.plot([end, end], [y - 0.13, y + 0.13], color=colour, lw=1.2, zorder=4)


def _empty(lang: str, zh: str, en: str, place: str, source: str) -> Axes:
    """A figure that says what the report does not: a gap is a result too, and no reason to fail."""
    _, axes = theme.canvas(0.9)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(
        0.5,
        0.5,
        _say(lang, "报告未载", "Not reported"),
        ha="center",
        va="center",
        transform=axes.transAxes,
        size=12,
        color=theme.MUTED,
    )
    title = _say(lang, zh, en)
    theme.frame(axes, title, place, _note(lang, source))
    return theme.describe(axes, title, pd.DataFrame())


def _height(names: list[str], extra: float = 0.55) -> float:
    lines = [theme.wrap(name, 10.5, _LABEL_EMS * 10.5 / 72).count("\n") for name in names]
    return sum(_ROW + 0.14 * more for more in lines) + extra


@theme.drawn
def magnitudes(
    facts: pd.DataFrame, *, lang: str = "zh", place: str = "", source: str = "", top_n: int = 20
) -> Axes:
    """Counts of persons and of person-times on one logarithmic scale, each with its bounds.

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
    shown = facts[facts["counting_unit"].isin(["person", "person_time"]) & (facts["basis"] != "target")]
    shown = shown[shown["value"] > 0].sort_values(["value", "start"], ascending=[False, True]).head(top_n)
    if shown.empty:
        return _empty(lang, "报告没有按人或人次计的结果", "No result counted in persons", place, source)
    shown = shown.reset_index(drop=True)
    colours = {"person": theme.OWN, "person_time": theme.WARM}
    _, axes = theme.canvas(_height(list(shown[name])))
    axes.set_xscale("log")
    low = 10 ** math.floor(math.log10(shown["value"].min()))
    axes.set_xlim(low * 0.8, shown["value"].max() * 9)
    ticks = [10**n for n in range(round(math.log10(low)), math.floor(math.log10(shown["value"].max())) + 1)]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(FixedLocator([]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: plain(x, lang)))
    axes.grid(axis="x", lw=0.8)
    for y, row in shown.iterrows():
        colour = colours[row["counting_unit"]]
        _whisker(axes, row, y, colour)
        axes.plot(row["value"], y, "o", ms=7.5, color=colour, mec="white", mew=0.8, zorder=5)
        axes.annotate(
            stated_text(row, lang),
            (_finite_high(row), y),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            size=9.5,
            color=theme.INK,
        )
    for unit, colour in colours.items():
        if (shown["counting_unit"] == unit).any():
            axes.plot([], [], "o", ms=7.5, color=colour, label=COUNTING_UNITS[unit][lang == "en"])
    _row_labels(axes, list(shown[name]))
    axes.set_xlabel(_say(lang, "人或人次（对数刻度）", "Persons or person-times (logarithmic scale)"))
    best = {unit: group.iloc[0] for unit, group in shown.groupby("counting_unit", observed=True)}
    firsts = [
        f"{_in_sentence(row[name], lang)}{_say(lang, '', ', ')}{stated_text(row, lang)}"
        for _, row in sorted(best.items())
    ]
    if len(firsts) == 2:
        title = _say(
            lang, f"人数最大的是{firsts[0]}，人次最大的是{firsts[1]}", "Largest counts: " + "; ".join(firsts)
        )
    else:
        title = _say(lang, f"最大的是{firsts[0]}", f"Largest count: {firsts[0]}")
    measure = _say(lang, "报告所载的人数与人次", "Persons and person-times in the report")
    note = _note(
        lang,
        source,
        _say(
            lang, "人次不是人数：一人可计多次。", "A person-time is not a person: one person may count often."
        ),
        _BOUNDS_NOTE[lang],
    )
    theme.frame(axes, title, _join(lang, measure, place), note, legend=True)
    table = shown[["indicator", "name_zh", "name_en", "counting_unit", "value", "low", "high", "raw"]]
    lines = [f"{row[name]} {stated_text(row, lang)}" for _, row in shown.iterrows()]
    return theme.describe(axes, _alt(title, lines, lang), table)


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
        return _empty(lang, "没有可归入专题的数字", "No figure belongs to a topic", place, source)
    kind = facts["basis"].map(lambda basis: "targets" if basis == "target" else "results")
    counts = pd.crosstab(facts["topic"], kind).reindex(columns=["results", "targets"], fill_value=0)
    table = topics.merge(counts, left_on="topic", right_index=True)
    table["all"] = table["results"] + table["targets"]
    table = table.sort_values(["all", "order"], ascending=[False, True]).reset_index(drop=True)
    names = list(table[f"name_{lang}"])
    _, axes = theme.canvas(_height(names, 0.2))
    axes.barh(
        table.index, table["results"], height=0.62, color=theme.OWN, label=_say(lang, "结果", "Results")
    )
    axes.barh(
        table.index,
        table["targets"],
        left=table["results"],
        height=0.62,
        color=theme.OTHER,
        label=_say(lang, "目标", "Targets"),
    )
    for y, row in table.iterrows():
        text = (
            f"{row['results']} + {row['targets']}" if row["targets"] and row["results"] else f"{row['all']}"
        )
        axes.annotate(text, (row["all"], y), xytext=(6, 0), textcoords="offset points", va="center", size=9.5)
    axes.set_xticks([])
    axes.set_xlim(0, table["all"].max() * 1.14)
    axes.axvline(0, color=theme.OTHER, lw=0.8)
    _row_labels(axes, names)
    first = table.iloc[0]
    total, targets = int(table["all"].sum()), int(table["targets"].sum())
    title = _say(
        lang,
        f"{total}个数字中，{first['name_zh']}占{first['all']}个；{targets}个是目标",
        f"Of {total} figures, {first['all']} are on {first['name_en'].lower()}; {targets} are targets",
    )
    measure = _say(lang, "报告各专题的数字个数", "Number of figures by topic")
    theme.frame(axes, title, _join(lang, measure, place), _note(lang, source), legend=True)
    lines = [f"{row[f'name_{lang}']} {row['results']} + {row['targets']}" for _, row in table.iterrows()]
    return theme.describe(
        axes, _alt(title, lines, lang), table[["topic", "name_zh", "name_en", "results", "targets"]]
    )


def _derived(measures: pd.DataFrame, kinds: tuple[str, ...]) -> pd.DataFrame:
    known = measures["status"].isin(["derived", "reported"]) & measures["value"].notna()
    rows = measures[known & measures["kind"].isin(kinds) & (measures["basis"] != "target")]
    return rows.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)


def _measure_table(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[["measure", "name_zh", "name_en", "value", "low", "high", "unit_zh", "unit_en", "formula"]]


def _extremes(rows: pd.DataFrame, lang: str) -> str:
    """Highest and lowest, named with their values: the title of a ranking."""
    first, last = rows.iloc[0], rows.iloc[-1]
    gap = _say(lang, "", ": ")
    best = f"{first[f'name_{lang}']}{gap}{_quoted(first, lang)}"
    if len(rows) == 1:
        return best
    return (
        f"{best}{_say(lang, '，', '; ')}{_in_sentence(last[f'name_{lang}'], lang)}{gap}{_quoted(last, lang)}"
    )


@theme.drawn
def coverage_bars(measures: pd.DataFrame, *, lang: str = "zh", place: str = "", source: str = "") -> Axes:
    """Coverage ratios as bars from 0 to 100 per cent, their bounds as whiskers.

    Parameters
    ----------
    measures : DataFrame
        As `load_measures` returns it; coverages are drawn, those that the report only states in grey.
    lang, place, source : str
        Language, place and period, and source as they are to be printed.
    """
    rows = _derived(measures, _COVERAGES)
    if rows.empty:
        return _empty(lang, "报告没有可算覆盖率的数字", "No coverage ratio can be derived", place, source)
    names = list(rows[f"name_{lang}"])
    _, axes = theme.canvas(_height(names))
    top = max(100.0, rows["high"].replace(math.inf, 0).max())
    axes.barh(rows.index, 100, height=0.6, color="#eef1f4")
    computed = rows["kind"] == "coverage"
    for chosen, colour, words in (
        (computed, theme.OWN, _say(lang, "由两个数字算得", "Computed from two figures")),
        (~computed, theme.OTHER, _say(lang, "报告直接陈述", "Stated by the report")),
    ):
        if chosen.any():
            axes.barh(rows.index[chosen], rows["value"][chosen], height=0.6, color=colour, label=words)
    for y, row in rows.iterrows():
        _whisker(axes, row, y)
        axes.annotate(
            _with_bounds(row, lang),
            (max(100.0, _finite_high(row)), y),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            size=9.5,
        )
    axes.set_xlim(0, top * _say_width(lang, 1.42, 1.52))
    axes.set_xticks([0, 25, 50, 75, 100], [f"{n}%" for n in (0, 25, 50, 75, 100)])
    axes.set_xlabel(_say(lang, "覆盖率（%）", "Coverage (per cent)"), loc="left")
    _row_labels(axes, names)
    title = _extremes(rows[computed] if computed.any() else rows, lang)
    measure = _say(
        lang, "覆盖率：实际惠及占应惠及的百分比", "Coverage: those reached as a share of those who should be"
    )
    note = _note(lang, source, _BOUNDS_NOTE[lang])
    theme.frame(
        axes, title, _join(lang, measure, place), note, legend=bool(computed.any() and (~computed).any())
    )
    lines = [f"{row[f'name_{lang}']} {_with_bounds(row, lang)}" for _, row in rows.iterrows()]
    return theme.describe(axes, _alt(title, lines, lang), _measure_table(rows))


def _say_width(lang: str, zh: float, en: float) -> float:
    return zh if lang == "zh" else en


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
        return _empty(
            lang, "报告没有这一对数字", "The report does not give this pair of figures", place, source
        )
    part, whole = by_code.loc[numerator], by_code.loc[denominator]
    a, b = (Interval(row["value"], row["low"], row["high"]) for row in (part, whole))
    rest = b - a
    unit = unit_name(part, lang)
    rows = pd.DataFrame(
        {
            "part": ["reached", "remainder", "eligible"],
            "indicator": [numerator, "", denominator],
            "value": [a.value, rest.value, b.value],
            "low": [a.low, rest.low, b.low],
            "high": [a.high, rest.high, b.high],
            "unit": unit,
        }
    )
    _, axes = theme.canvas(1.5)
    axes.barh(0, b.value, height=0.5, color=theme.PALE)
    axes.barh(0, a.value, height=0.5, color=theme.OWN)
    _whisker(axes, part, 0)
    _whisker(axes, whole, 0)
    axes.text(a.value * 0.02, 0, stated_text(part, lang), va="center", color="white", size=13)
    axes.annotate(
        f"{part[f'name_{lang}']}",
        (0, -0.25),
        xytext=(0, 5),
        textcoords="offset points",
        va="bottom",
        color=theme.OWN,
        size=10.5,
    )
    remainder = value_text(rest.value, rest.low, rest.high, lang, unit)
    limits = bounds_text(rest.low, rest.high, lang)
    words = _say(lang, f"其余{remainder}", f"Remainder: {remainder}")
    if rest.low < rest.high:
        words += _say(lang, f"（{limits}）", f" ({limits})")
    axes.annotate(
        words,
        (b.value, -0.25),
        xytext=(0, 5),
        textcoords="offset points",
        va="bottom",
        ha="right",
        color=theme.INK,
        size=10.5,
    )
    axes.set_ylim(0.45, -0.75)
    axes.set_xlim(0, max(b.high if math.isfinite(b.high) else b.value, a.value) * 1.02)
    axes.set_yticks([])
    ticks = [tick for tick in MaxNLocator(5).tick_values(0, b.value) if tick <= b.value]
    axes.set_xticks(ticks, [plain(tick, lang) for tick in ticks])
    axes.set_xlabel(_say(lang, f"数量（{unit}）", unit[:1].upper() + unit[1:]), loc="left")
    share = (a / b).scaled(100)
    shown = value_text(share.value, share.low, share.high, lang, "%")
    title = _say(
        lang,
        f"{whole['name_zh']}{whole['raw']}，其中{part['name_zh']}{part['raw']}，{shown}",
        f"{part['name_en']}: {stated_text(part, lang)} of {stated_text(whole, lang)}, {shown}",
    )
    measure = _say(lang, f"整条为{whole['name_zh']}", f"The whole bar: {_lower_first(whole['name_en'])}")
    theme.frame(axes, title, _join(lang, measure, place), _note(lang, source, _BOUNDS_NOTE[lang]))
    return theme.describe(axes, _alt(title, [words], lang), rows)


def _in_sentence(name: str, lang: str) -> str:
    return name if lang == "zh" else _lower_first(name)


def _lower_first(text: str) -> str:
    """An English name inside a sentence: without its capital, unless it is an acronym."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _dots(rows: pd.DataFrame, lang: str, xlabel: str, *, bars: bool) -> Axes:
    names = list(rows[f"name_{lang}"])
    _, axes = theme.canvas(_height(names))
    for y, row in rows.iterrows():
        if bars:
            axes.barh(y, row["value"], height=0.58, color=theme.OWN)
            _whisker(axes, row, y)
        else:
            axes.plot([0, row["low"]], [y, y], color=theme.HAIRLINE, lw=1.2, zorder=1)
            _whisker(axes, row, y, theme.OWN)
            axes.plot(row["value"], y, "o", ms=8.5, color=theme.OWN, mec="white", mew=0.8, zorder=5)
        axes.annotate(
            _with_bounds(row, lang),
            (_finite_high(row), y),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            size=9.5,
        )
    axes.set_xlim(0, max(_finite_high(row) for _, row in rows.iterrows()) * _say_width(lang, 1.62, 1.95))
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    top = max(_finite_high(row) for _, row in rows.iterrows())
    ticks = [tick for tick in axes.xaxis.get_major_locator().tick_values(0, top) if 0 <= tick <= top * 1.05]
    axes.set_xticks(ticks, [plain(tick, lang) for tick in ticks])
    axes.axvline(0, color=theme.OTHER, lw=0.8)
    axes.set_xlabel(xlabel, loc="left")
    _row_labels(axes, names)
    return axes


@theme.drawn
def amounts(measures: pd.DataFrame, *, lang: str = "zh", place: str = "", source: str = "") -> Axes:
    """Amounts of money per award, per student or per school as dots on a scale from zero, with bounds.

    Parameters
    ----------
    measures : DataFrame
        As `load_measures` returns it; derived rows whose kind starts with amount_per are drawn.
    lang, place, source : str
        Language, place and period, and source as they are to be printed.
    """
    kinds = tuple(kind for kind in measures["kind"].unique() if str(kind).startswith("amount_per"))
    rows = _derived(measures, kinds)
    if rows.empty:
        return _empty(
            lang, "报告没有可算人均或次均的金额", "No amount per head or award can be derived", place, source
        )
    axes = _dots(rows, lang, _say(lang, "元", "Yuan"), bars=False)
    title = _extremes(rows, lang)
    measure = _say(lang, "半年金额除以人次或人数", "Half-year amounts over awards or persons")
    remark = _say(
        lang,
        "按人次不等于按人：单位不同的两行不作比较。",
        "Per award is not per person: rows of different units are not compared.",
    )
    theme.frame(axes, title, _join(lang, measure, place), _note(lang, source, _BOUNDS_NOTE[lang], remark))
    lines = [f"{row[f'name_{lang}']} {_with_bounds(row, lang)}" for _, row in rows.iterrows()]
    return theme.describe(axes, _alt(title, lines, lang), _measure_table(rows))


@theme.drawn
def attendances_per_event(
    measures: pd.DataFrame, *, lang: str = "zh", place: str = "", source: str = ""
) -> Axes:
    """Attendances per event as bars from zero, with bounds.

    Parameters
    ----------
    measures : DataFrame
        As `load_measures` returns it; derived rows counted per event are drawn.
    lang, place, source : str
        Language, place and period, and source as they are to be printed.
    """
    rows = _derived(measures, ("attendances_per_event", "persons_per_event"))
    if rows.empty:
        return _empty(
            lang, "报告没有可算每场人次的数字", "No attendance per event can be derived", place, source
        )
    axes = _dots(rows, lang, _say(lang, "人次/场", "Person-times per event"), bars=True)
    title = _extremes(rows, lang)
    measure = _say(lang, "每场活动的人次", "Attendances per event")
    theme.frame(axes, title, _join(lang, measure, place), _note(lang, source, _BOUNDS_NOTE[lang]))
    lines = [f"{row[f'name_{lang}']} {_with_bounds(row, lang)}" for _, row in rows.iterrows()]
    return theme.describe(axes, _alt(title, lines, lang), _measure_table(rows))


def pairs(findings: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """The findings about exactly two figures, with both: what `conflicting_pairs` draws.

    Returns
    -------
    DataFrame, one row per finding: finding, title_zh, title_en, and for first and second name_zh, name_en,
    raw, value; relative, the second in per cent of the first.
    """
    columns = [
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
    columns += [column for column in ("unit_en",) if column in facts]
    by_code = facts.drop_duplicates("indicator").set_index("indicator", drop=False)
    rows = []
    at_odds = findings[findings["kind"].isin(_AT_ODDS)]
    for _, finding in at_odds.iterrows():
        codes = [code for code in str(finding["indicators"]).split(";") if code]
        if len(codes) != 2 or codes[0] == codes[1] or not set(codes) <= set(by_code.index):
            continue
        first, second = (by_code.loc[code, columns] for code in codes)
        if not first["value"] or not 1 / 3 <= second["value"] / first["value"] <= 3:
            continue
        row = {key: finding[key] for key in ("finding", "title_zh", "title_en")}
        for role, fact in (("first", first), ("second", second)):
            row |= {f"{role}_{column}": fact[column] for column in columns}
        rows.append(row | {"relative": 100 * second["value"] / first["value"]})
    wanted = ["finding", "title_zh", "title_en"]
    wanted += [f"{role}_{column}" for role in ("first", "second") for column in columns] + ["relative"]
    return pd.DataFrame(rows, columns=wanted)


def _distance(relative: pd.Series) -> pd.Series:
    return (relative - 100).abs()


@theme.drawn
def conflicting_pairs(
    findings: pd.DataFrame, facts: pd.DataFrame, *, lang: str = "zh", place: str = "", source: str = ""
) -> Axes:
    """Two figures of one report that do not sit well together: the second against the first, set to 100.

    Parameters
    ----------
    findings : DataFrame
        As `load_findings` returns it; those about exactly two figures of comparable size are drawn.
    facts : DataFrame
        As `load_facts` returns it.
    lang, place, source : str
        Language, place and period, and source as they are to be printed.
    """
    table = pairs(findings, facts)
    table = table.sort_values("relative", key=_distance, ascending=False, kind="stable").reset_index(
        drop=True
    )
    if table.empty:
        return _empty(lang, "没有两个数字相互抵触", "No two figures are at odds", place, source)
    titles = list(table[f"title_{lang}"])
    _, axes = theme.canvas(0.86 * len(table) + 0.5)
    span = max(abs(table["relative"] - 100).max(), 5)
    for y, row in table.iterrows():
        first, second = (
            {key.removeprefix(f"{role}_"): row[key] for key in table.columns if key.startswith(role)}
            for role in ("first", "second")
        )
        for fact, colour, side in ((first, theme.OWN, -1), (second, theme.WARM, 1)):
            axes.text(
                100 + side * span * 1.85,
                y - 0.2,
                theme.wrap(fact[f"name_{lang}"], 10, 3.2),
                size=10,
                va="bottom",
                ha="left" if side < 0 else "right",
                color=colour,
                linespacing=1.15,
            )
        axes.plot([100, row["relative"]], [y, y], color=theme.OTHER, lw=2.2, zorder=2)
        axes.plot(100, y, "o", ms=9, color=theme.OWN, mec="white", zorder=5)
        axes.plot(row["relative"], y, "o", ms=9, color=theme.WARM, mec="white", zorder=4)
        left, right = ((first, theme.OWN, 100), (second, theme.WARM, row["relative"]))
        if row["relative"] < 100:
            left, right = right, left
        for (fact, colour, at), side in ((left, -1), (right, 1)):
            axes.annotate(
                stated_text(fact, lang),
                (at, y),
                xytext=(11 * side, 0),
                textcoords="offset points",
                va="center",
                ha="right" if side < 0 else "left",
                color=colour,
                size=11,
            )
    axes.set_xlim(100 - span * 1.85, 100 + span * 1.85)
    axes.set_ylim(len(table) - 0.5, -0.72)
    axes.set_yticks([])
    ticks = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(100 - span, 100 + span)
    ticks = [tick for tick in ticks if abs(tick - 100) <= 1.85 * span]
    axes.set_xticks(ticks, [plain(tick, lang) for tick in ticks])
    axes.grid(axis="x", lw=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel(_say(lang, "相对大小（前一个数字＝100）", "Relative size (the first figure = 100)"))
    widest = table.iloc[0]
    title = _say(
        lang,
        f"{len(table)}对数字需要核实；相差最大的一对：{widest['first_raw']}与{widest['second_raw']}",
        f"{len(table)} pairs of figures to check; farthest apart: "
        f"{_pair_text(widest, 'first', lang)} and {_pair_text(widest, 'second', lang)}",
    )
    if len(table) == 1:
        title = titles[0]
    measure = _say(
        lang, "同一报告中不相称的两个数字", "Two figures of one report that do not sit well together"
    )
    remark = _say(
        lang,
        "不相称不等于有误：两个数字可能口径不同。",
        "At odds does not mean wrong: the two may be defined differently.",
    )
    theme.frame(axes, title, _join(lang, measure, place), _note(lang, source, remark))
    lines = [
        f"{row[f'title_{lang}']}: {_pair_text(row, 'first', lang)} / {_pair_text(row, 'second', lang)}"
        for _, row in table.iterrows()
    ]
    return theme.describe(axes, _alt(title, lines, lang), table)


def _pair_text(row: pd.Series, role: str, lang: str) -> str:
    return stated_text(
        {key.removeprefix(f"{role}_"): row[key] for key in row.index if key.startswith(role)}, lang
    )


@theme.drawn
def target_rates(facts: pd.DataFrame, *, lang: str = "zh", place: str = "", source: str = "") -> Axes:
    """Targets stated in per cent: where each begins, and that it goes up from there.

    Parameters
    ----------
    facts : DataFrame
        As `load_facts` returns it; targets counted in per cent are drawn.
    lang, place, source : str
        Language, place and period, and source as they are to be printed.
    """
    rows = facts[(facts["basis"] == "target") & (facts["counting_unit"] == "percent")]
    rows = _plain_names(rows.sort_values("value", ascending=False, kind="stable").reset_index(drop=True))
    if rows.empty:
        return _empty(lang, "报告没有以百分比表示的目标", "No target is stated in per cent", place, source)
    names = list(rows[f"name_{lang}"])
    _, axes = theme.canvas(_height(names))
    for y, row in rows.iterrows():
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
        axes.plot(row["value"], y, "o", ms=9, mfc=face, mec=theme.OWN, mew=1.8, zorder=4, clip_on=False)
        axes.annotate(
            _target_text(row, lang),
            (100, y),
            xytext=(12, 0),
            textcoords="offset points",
            va="center",
            size=10,
        )
    axes.set_xlim(0, _say_width(lang, 124, 138))
    axes.set_xticks([0, 25, 50, 75, 100], [f"{n}%" for n in (0, 25, 50, 75, 100)])
    axes.set_xlabel(_say(lang, "目标值（%）", "Target (per cent)"), loc="left")
    _row_labels(axes, names)
    full = int((rows["value"] >= 100).sum())
    lowest = rows.iloc[-1]
    title = _say(
        lang,
        f"{len(rows)}项比率目标，最低的是{lowest['name_zh']}：{_target_text(lowest, lang)}",
        f"{len(rows)} target rates; the lowest is {_lower_first(lowest['name_en'])}: "
        f"{_target_text(lowest, lang)}",
    )
    if full == len(rows):
        title = _say(lang, f"{full}项比率目标都是100%", f"All {full} target rates are 100 %")
    measure = _say(lang, "以百分比表示的计划目标", "Planned targets in per cent")
    remark = _say(
        lang,
        "实心点含该值（以上、达到），空心点不含（超）；色带为目标允许的范围。",
        "A filled dot includes its value (at least), a hollow one does not (more than); "
        "the band is what would meet it.",
    )
    theme.frame(axes, title, _join(lang, measure, place), _note(lang, source, remark))
    table = rows[["indicator", "name_zh", "name_en", "value", "low", "high", "qualifier", "raw"]]
    lines = [f"{row[f'name_{lang}']} {_target_text(row, lang)}" for _, row in rows.iterrows()]
    return theme.describe(axes, _alt(title, lines, lang), table)


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


@theme.drawn
def target_counts(facts: pd.DataFrame, *, lang: str = "zh", place: str = "", source: str = "") -> Axes:
    """Targets stated as counts, on a scale from zero, each labelled in its own unit.

    Parameters
    ----------
    facts : DataFrame
        As `load_facts` returns it; targets not counted in per cent are drawn.
    lang, place, source : str
        Language, place and period, and source as they are to be printed.
    """
    rows = facts[
        (facts["basis"] == "target") & (facts["counting_unit"] != "percent") & facts["value"].notna()
    ]
    rows = _plain_names(rows.sort_values("value", ascending=False, kind="stable").reset_index(drop=True))
    if rows.empty:
        return _empty(lang, "报告没有以数量表示的目标", "No target is stated as a count", place, source)
    names = list(rows[f"name_{lang}"])
    _, axes = theme.canvas(_height(names, 0.2))
    for y, row in rows.iterrows():
        axes.plot([0, row["value"]], [y, y], color=theme.OTHER, lw=1.6, zorder=1)
        axes.plot(row["value"], y, "o", ms=8.5, color=theme.OWN, mec="white", mew=0.8, zorder=3)
        axes.annotate(
            stated_text(row, lang),
            (row["value"], y),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            size=9.5,
        )
    axes.set_xlim(0, rows["value"].max() * _say_width(lang, 1.2, 1.42))
    axes.set_xticks([])
    axes.axvline(0, color=theme.OTHER, lw=0.8)
    _row_labels(axes, names)
    first = rows.iloc[0]
    title = _say(
        lang,
        f"{len(rows)}项数量目标，最大的是{first['name_zh']}：{first['raw']}",
        f"{len(rows)} targets in numbers; the largest is {_lower_first(first['name_en'])}: "
        f"{stated_text(first, lang)}",
    )
    measure = _say(
        lang, "以数量表示的计划目标，单位见各行", "Planned targets as counts, each in its own unit"
    )
    theme.frame(axes, title, _join(lang, measure, place), _note(lang, source))
    table = rows[["indicator", "name_zh", "name_en", "value", "low", "high", "unit", "raw"]]
    lines = [f"{row[f'name_{lang}']} {stated_text(row, lang)}" for _, row in rows.iterrows()]
    return theme.describe(axes, _alt(title, lines, lang), table)
