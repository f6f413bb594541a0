"""What charts say: their two languages, their notes, their words for those who do not see them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import pandas as pd

from sxedu_analysis.charts.numbers import (
    at_limit,
    bounds_text,
    limits_only,
    measure_text,
    plain,
    unit_name,
    with_unit,
)
from sxedu_analysis.charts.periods import next_period

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BOUNDS_NOTE = {
    "zh": "横线为四舍五入与措辞留下的上下限，不是置信区间。",
    "en": "Whiskers are the bounds that rounding and wording leave, not confidence intervals.",
}
WEIGHTS = {
    "contradiction": ("矛盾", "Contradiction"),
    "question": ("疑问", "Question"),
    "caution": ("慎用", "Caution"),
    "note": ("提示", "Note"),
}
"""What a finding's weight is called, the gravest first."""


def say(lang: str, zh: str, en: str) -> str:
    """The one of two texts that is in the reader's language."""
    return zh if lang == "zh" else en


def join(lang: str, *parts: str) -> str:
    """Parts of a subtitle, those that there are."""
    return ("，" if lang == "zh" else ", ").join(part for part in parts if part)


def note(lang: str, source: str, *remarks: str) -> str:
    """The foot of a chart: its remarks, and where its numbers come from."""
    origin = f"{say(lang, '来源：', 'Source: ')}{source}{say(lang, '。', '.')}" if source else ""
    said = ("" if lang == "zh" else " ").join(remark for remark in remarks if remark)
    return "\n".join(part for part in (said, origin) if part)


def alt(title: str, lines: list[str], lang: str) -> str:
    """A chart in words: its finding, then a phrase a mark."""
    return title + say(lang, "。", ". ") + say(lang, "；", "; ").join(lines) + say(lang, "。", ".")


def quoted(row: pd.Series, lang: str) -> str:
    """A measure's value with its unit, to honest digits; a stated rate as the bare number it is."""
    return _stated(row, lang, None) or measure_text(row, lang)


def with_bounds(row: pd.Series, lang: str, *, unit: bool = True) -> str:
    """A value and its bounds, with the unit or (where the axis names it) without."""
    name = unit_name(row, lang) if unit else ""
    value = _stated(row, lang, name) or measure_text(row, lang, name)
    limit = at_limit(row["value"], row["low"], row["high"]) and row.get("status") != "reported"
    if math.isinf(row["high"]) or row["low"] == row["high"] or limit or limits_only(row):
        return value
    text = bounds_text(row["low"], row["high"], lang, "%" if name == "%" else "")
    return f"{value}{say(lang, f'（{text}）', f' ({text})')}"


def _stated(row: pd.Series, lang: str, unit: str | None) -> str:
    """A rate that the report states as a bare number, 100 %, which is not about so much."""
    if row.get("status") != "reported" or not re.fullmatch(r"[\d.]+[%％]", str(row.get("numerator_raw"))):
        return ""
    return with_unit(plain(row["value"], lang), unit_name(row, lang) if unit is None else unit, lang)


def in_sentence(name: str, lang: str) -> str:
    """A name inside a sentence: in English without its capital, unless it is an acronym.

    Examples
    --------
    >>> in_sentence("Aid per award", "en"), in_sentence("GDP per head", "en"), in_sentence("次均资助额", "zh")
    ('aid per award', 'GDP per head', '次均资助额')
    """
    return name if lang == "zh" or name[1:2].isupper() else name[:1].lower() + name[1:]


def plan_of(facts: pd.DataFrame, lang: str) -> str:
    """What the targets of a report are: those of its plan, which is for the period after the report's own."""
    periods = facts["period"].dropna().astype(str).unique() if "period" in facts else []
    following = next_period(periods[0], lang) if len(periods) == 1 else ""
    if lang == "zh":
        return f"计划期（{following}）" if following else "计划期"
    return f"planned for {following}" if following else "of the plan"


def empty(lang: str, zh: str, en: str, place: str, source: str) -> Axes:
    """A figure that says what was not found: a gap is a result too, and no reason to fail.

    What was not found need not be missing from the report: the codebook may not know how it is worded.
    """
    # These are words that pages want too: only who draws waits a second for matplotlib and seaborn.
    from sxedu_analysis.charts import theme

    why = say(
        lang,
        "未识别到（报告可能未载，也可能措辞未收录）",
        "None recognised (not reported, or worded in a way the codebook does not know)",
    )
    _, (axes,) = theme.canvas(theme.Panel(0.9))
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(
        0.5,
        0.5,
        theme.wrap(why, theme.LABEL, theme.room()),
        ha="center",
        va="center",
        transform=axes.transAxes,
        size=theme.LABEL,
        color=theme.MUTED,
        linespacing=1.5,
    )
    title = say(lang, zh, en)
    theme.frame(axes, title, place, note(lang, source))
    words = f"{title}{say(lang, '。', '. ')}{why}{say(lang, '。', '.')}"
    return theme.describe(axes, words, pd.DataFrame())
