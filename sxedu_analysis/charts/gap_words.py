"""What charts of gaps say: titles that claim no more than bounds allow, values to honest digits, notes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from sxedu_analysis.analysis.gap_measures import load_gap_measures, load_gap_themes
from sxedu_analysis.charts.numbers import bounds_text, place_of, plain, with_unit
from sxedu_analysis.charts.words import in_sentence, note, say

_FINEST = {"years": -2, "percentage_points": -2, "per_hundred": -1, "own": -2}
_PADDED = ("years", "percentage_points", "per_hundred")
"""Kinds of measures that are published with decimals, also where these are zeros."""
SETS = {
    "adjacent": ("相邻县区", "adjacent counties"),
    "same_city": ("同市县区", "counties of its prefecture"),
    "all": ("有数字的县区", "counties with figures"),
}
"""Sets of comparators -> what they are called in a title."""


def set_name(comparators: str | Sequence[str], lang: str) -> str:
    """What a set of comparators is called.

    Examples
    --------
    >>> set_name("adjacent", "zh"), set_name("341323,340322", "en")
    ('相邻县区', 'chosen counties')
    """
    chosen = SETS.get(comparators) if isinstance(comparators, str) else None
    return (chosen or ("所选县区", "chosen counties"))[lang == "en"]


def others_name(gaps: pd.DataFrame, comparators: str | Sequence[str], lang: str) -> str:
    """What the comparators are called: the set, or the one county that there is."""
    if len(set(gaps["comparator"])) == 1:
        return str(gaps[f"comparator_{lang}"].iloc[0])
    return say(lang, set_name(comparators, lang), f"the {set_name(comparators, lang)}")


def printed(
    value: float,
    low: float,
    high: float,
    gap: str,
    lang: str,
    *,
    unit: str = "",
    kind: str = "",
    signed: bool = False,
) -> str:
    """A value of a gap measure to honest digits: three figures of money, the digits published of a rate.

    Examples
    --------
    >>> printed(8.99, 8.985, 8.995, "years", "zh", unit="年")
    '8.99年'
    >>> printed(9.0, 8.995, 9.005, "years", "zh", unit="年")
    '9.00年'
    >>> printed(49106.01, 49105.97, 49106.05, "yuan", "en")
    '49,100'
    >>> printed(-0.18, -0.19, -0.17, "years", "en", signed=True)
    '−0.18'
    """
    if gap == "yuan":
        place = math.floor(math.log10(abs(value))) - 2 if value else 0
    else:
        known = place_of(low, high)
        # Beside its interval an estimate from a sample keeps one digit more, so that two can be told apart.
        place = _FINEST[gap] if known is None else max(known - (kind == "sampling"), _FINEST[gap])
    digits = plain(abs(value), lang, place)
    if gap in _PADDED and place < 0 and "." not in digits:
        # 9.00 is as good as 9.83, and stands in one column with it.
        digits += "." + "0" * -place
    text = with_unit(digits, unit, lang)
    if value < 0:
        return f"−{text}"
    return f"+{text}" if signed and value > 0 else text


def printed_bounds(low: float, high: float, gap: str, lang: str) -> str:
    """The bounds of a value of a gap measure; of money only where they show in its three figures.

    Examples
    --------
    >>> printed_bounds(8.985, 8.995, "years", "zh"), printed_bounds(49105.97, 49106.05, "yuan", "en")
    ('8.985–8.995', '')
    """
    if gap == "yuan" and high - low < 10.0 ** (math.floor(math.log10(high)) - 2):
        return ""
    return bounds_text(low, high, lang)


def quoted(row: pd.Series, lang: str, prefix: str = "") -> str:
    """A row's value as it is printed in a chart; of its comparator with that prefix."""
    value, low, high = (row[f"{prefix}{end}"] for end in ("value", "low", "high"))
    return printed(
        value, low, high, row["gap"], lang, unit=short_unit(row, lang), kind=row[f"{prefix}interval_kind"]
    )


def short_unit(row: pd.Series, lang: str) -> str:
    """The unit as it stands behind a number in a chart: the full one is in the panel's heading."""
    unit = str(row[f"unit_{lang}"])
    return unit if unit == "%" else {"元/人": "元", "年": "年"}.get(unit, "") if lang == "zh" else ""


def compared(gaps: pd.DataFrame) -> pd.DataFrame:
    """The rows that hold two values of one year and population."""
    return gaps[(gaps["status"] == "compared") & gaps["value"].notna()]


def notable(gaps: pd.DataFrame, most: int = 2) -> pd.DataFrame:
    """The measures that a headline names, one row each: which are told is computed, not chosen.

    First the key figures, in their order, then what lies farthest from its median in proportion; a measure
    whose rank the bounds leave open only where there are no others.
    """
    rows = compared(gaps).drop_duplicates("measure")
    order = {one.measure: one.key_figure for one in load_gap_measures().values() if one.key_figure}
    median = rows["median"].abs()
    far = rows["median_difference"].abs().div(median.where(median > 0)).fillna(0)
    ranked = rows.assign(
        open_rank=rows["rank_low"] != rows["rank_high"],
        key=rows["measure"].map(order).fillna(len(order) + 1),
        near=-far,
    ).sort_values(["open_rank", "key", "near"], kind="stable")
    return rows.loc[ranked.index[:most]]


def in_figures(row: pd.Series, lang: str, *, counted: bool = True, alone: bool = False) -> str:
    """One comparison in words: measure, value, rank, and the median that it stands beside.

    No word of it says which way is better. `counted` says from which end ranks count; where the row's
    comparator stands `alone`, it is no median and is named.
    """
    rank = str(row[f"rank_{lang}"])
    name, value = in_sentence(str(row[f"name_{lang}"]), lang), _with_spoken_unit(row, "", lang)
    beside = _with_spoken_unit(row, "comparator_" if alone else "median", lang)
    other = (
        str(row[f"comparator_{lang}"]) if alone else say(lang, "其余县区的中位数为", "median of the others")
    )
    if lang == "zh":
        return f"{name}{value}，{'由高到低' if counted else ''}在{rank}，{other}{beside}"
    return f"{name} {value}, {rank}{' from the highest' if counted else ''} ({other} {beside})"


def _with_spoken_unit(row: pd.Series, which: str, lang: str) -> str:
    """The home county's value, its comparator's or the median, with the unit that a sentence needs."""
    ends = ("median", "median_low", "median_high") if which == "median" else ("value", "low", "high")
    value, low, high = (row[end if which == "median" else f"{which}{end}"] for end in ends)
    kind = str(row["comparator_interval_kind" if which == "comparator_" else "interval_kind"])
    unit = str(row[f"unit_{lang}"])
    # The name says per what.
    spoken = unit.partition("/")[0] if lang == "zh" else unit.partition(" per ")[0]
    return printed(
        value,
        low,
        high,
        row["gap"],
        lang,
        unit=spoken if which != "median" or lang == "zh" else ("%" if unit == "%" else ""),
        kind=kind,
    )


def figures_in_words(gaps: pd.DataFrame, lang: str, most: int = 2) -> str:
    """The notable comparisons of some gaps, one after the other."""
    rows = notable(gaps, most)
    others = compared(gaps).groupby("measure").size()
    said = [
        in_figures(row, lang, counted=not place, alone=others[row["measure"]] == 1)
        for place, (_, row) in enumerate(rows.iterrows())
    ]
    return say(lang, "；", "; ").join(said)


def profile_title(gaps: pd.DataFrame, comparators: str | Sequence[str], lang: str) -> str:
    """What stands out of the home county among its comparators: named, with value, rank and median."""
    home = compared(gaps).iloc[0][f"place_{lang}"]
    return f"{home}{say(lang, '：', ': ')}{figures_in_words(gaps, lang)}"


def theme_title(gaps: pd.DataFrame, comparators: str | Sequence[str], lang: str) -> str:
    """The finding of a theme: of several measures those that stand out, of one its rank."""
    rows = compared(gaps)
    if rows.empty:
        return say(lang, "没有录入可比的公开数字", "No comparable published figures are entered")
    if len(rows.drop_duplicates("measure")) == 1:
        return _measure_title(rows, comparators, lang)
    themes = load_gap_themes().set_index("theme")[f"name_{lang}"]
    name = themes.get(rows.iloc[0]["theme"], say(lang, "报告里的指标", "Measures of the reports"))
    return f"{name}{say(lang, '：', ': ')}{figures_in_words(gaps, lang)}"


def _measure_title(rows: pd.DataFrame, comparators: str | Sequence[str], lang: str) -> str:
    first = rows.iloc[0]
    name, home, unit = str(first[f"name_{lang}"]), first[f"place_{lang}"], str(first[f"unit_{lang}"])
    value, others = quoted(first, lang), set_name(comparators, lang)
    level = int((~rows["distinct"].astype(bool)).sum())
    if lang == "en" and unit != "%":
        value = f"{value} {unit}"
    elif lang == "zh" and unit == "人":
        value = f"{value}人"
    if level == len(rows):
        whose = others_name(rows, comparators, lang)
        if len(rows) > 1:
            whose = say(lang, f"有数字的{whose}", f"{whose} that have figures")
        return say(
            lang,
            f"{name}：{home}{value}，与{whose}分不出高下",
            f"{name}: {home}, {value}, cannot be told apart from {whose}",
        )
    if level:
        return say(
            lang,
            f"{name}：{home}{value}，与{len(rows)}个有数字的{others}中的{level}个分不出高下",
            f"{name}: {home}, {value}, cannot be told apart from {level} of the {len(rows)} {others} "
            "that have figures",
        )
    return say(
        lang,
        f"{name}：{home}{value}，由高到低在{first['rank_zh']}",
        f"{name}: {home} is {first['rank_en']} from the highest, with {value}",
    )


def bounds_note(lang: str, kinds: set[str], *more: str, source: str = "", effect: bool = False) -> str:
    """The note under a chart: what its lines are, what else to know, and the source.

    `effect` names the assumption behind a sampling interval, where no caveat of a measure does.
    """
    remarks = []
    if "rounding" in kinds:
        remarks.append(
            say(
                lang,
                "四舍五入留下的上下限，比圆点宽的才画成横线。",
                "Bounds that rounding leaves are drawn as lines where they are wider than a dot.",
            )
        )
    if "sampling" in kinds:
        remarks.append(
            say(
                lang,
                f"抽样数的横线为95%置信区间（住户样本{'，设计效应假定为1.5' if effect else ''}）。",
                "Lines of sample figures are 95 % confidence intervals (a sample of households"
                f"{'; design effect assumed to be 1.5' if effect else ''}).",
            )
        )
    return note(lang, source, *remarks, *more)


def each_once(caveats: pd.Series, lang: str) -> str:
    """The caveats of a chart, each sentence once."""
    mark = "。" if lang == "zh" else ". "
    sentences = [s.strip().rstrip(".。") for text in caveats for s in str(text).split(mark) if s.strip()]
    joined = mark.join(dict.fromkeys(sentences))
    return f"{joined}{mark.strip()}" if joined else ""
