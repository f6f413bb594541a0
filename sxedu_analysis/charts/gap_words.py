"""What charts of gaps say: titles that claim no more than bounds allow, values to honest digits, notes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from sxedu_analysis.analysis.gap_measures import load_gap_themes
from sxedu_analysis.charts.numbers import bounds_text, place_of, plain, with_unit
from sxedu_analysis.charts.words import note, say

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
    ('8.985–8.995', 'finer than the digits shown')
    """
    if gap == "yuan" and high - low < 10.0 ** (math.floor(math.log10(high)) - 2):
        return say(lang, "比所列位数还细", "finer than the digits shown")
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


def profile_title(gaps: pd.DataFrame, comparators: str | Sequence[str], lang: str) -> str:
    """How many measures are above, below, or not to be told apart from the comparators' median.

    A median rests on the comparators that have the figure: where that is not all of them, the title says so.
    """
    rows = compared(gaps)
    sizes = rows.groupby("measure").size()
    least, most, all_of_them = int(sizes.min()), int(sizes.max()), gaps["comparator"].nunique()
    others, some = set_name(comparators, lang), f"{least}" if least == most else f"{least}–{most}"
    if all_of_them == 1:
        median = others_name(gaps, comparators, lang)
    elif least == all_of_them:
        median = say(lang, f"{least}个{others}的中位数", f"the median of the {least} {others}")
    elif most == 1:
        median = say(
            lang,
            f"{all_of_them}个{others}中唯一有数字的",
            f"the only one of {all_of_them} {others} that has figures",
        )
    else:
        median = say(
            lang,
            f"{all_of_them}个{others}中有数字的{some}个的中位数",
            f"the median of the {some} of {all_of_them} {others} that have figures",
        )
    found = _beside_median(rows, median, lang)
    return f"{found[0].upper()}{found[1:]}"


def theme_title(gaps: pd.DataFrame, comparators: str | Sequence[str], lang: str) -> str:
    """The finding of a theme: of several measures how many are above or below, of one its rank."""
    rows = compared(gaps)
    if rows.empty:
        return say(lang, "没有录入可比的公开数字", "No comparable published figures are entered")
    if len(rows.drop_duplicates("measure")) == 1:
        return _measure_title(rows, comparators, lang)
    themes = load_gap_themes().set_index("theme")[f"name_{lang}"]
    name = themes.get(rows.iloc[0]["theme"], say(lang, "报告里的指标", "Measures of the reports"))
    median = others_name(gaps, comparators, lang)
    if len(set(gaps["comparator"])) > 1:
        median = say(lang, f"有数字的{median}的中位数", f"the median of {median} that have figures")
    found = _beside_median(rows, median, lang)
    return f"{name}{say(lang, '：', ': ')}{found}"


def _beside_median(rows: pd.DataFrame, median: str, lang: str) -> str:
    """On how many measures the home county is above or below `median`, as it is called."""
    one_each = rows.drop_duplicates("measure")
    above = int((one_each["median_difference_low"] > 1e-9).sum())
    below = int((one_each["median_difference_high"] < -1e-9).sum())
    level = len(one_each) - above - below
    home = one_each.iloc[0][f"place_{lang}"]
    if not above and not below:
        return say(
            lang,
            f"{home}与{median}分不出高下",
            f"{home} cannot be told apart from {median}",
        )
    # What is so of no measure is not said, and the median is named once.
    sides = [one for one in ((above, "高于", "above"), (below, "低于", "below")) if one[0]]
    (count, zh_side, en_side), *further = sides
    zh = f"{len(one_each)}项中，{home}有{count}项{zh_side}{median}"
    en = f"on {count} of {len(one_each)} measures {home} is {en_side} {median}"
    for count, zh_side, en_side in further:
        zh, en = f"{zh}，{count}项{zh_side}", f"{en}, on {count} {en_side} it"
    if level:
        zh, en = f"{zh}，{level}项分不出高下", f"{en}; on {level} the two cannot be told apart"
    return say(lang, zh, en)


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
        f"{name}：{home}{value}，由高到低是{first['rank_zh']}",
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
                "四舍五入留下的界限，比圆点宽的才画成横线。",
                "Limits that rounding leaves are drawn as lines where they are wider than a dot.",
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
