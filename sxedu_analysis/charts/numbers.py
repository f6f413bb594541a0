"""How facts and measures are printed, everywhere; how a number is, `foundation.printing` has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sxedu_analysis.analysis.measure_words import limits_only, measure_text, over_whole, unit_name
from sxedu_analysis.foundation.printing import (
    at_limit,
    bounds_text,
    one_of,
    place_of,
    plain,
    value_text,
    with_unit,
)

__all__ = [
    "LANGUAGES",
    "at_limit",
    "bounds_text",
    "limits_only",
    "measure_text",
    "one_of",
    "over_whole",
    "place_of",
    "plain",
    "stated_text",
    "unit_name",
    "value_text",
    "with_unit",
]

LANGUAGES = ("zh", "en")

_QUALIFIERS = {
    "exact": ("", ""),
    "about": ("约", "about "),
    "at_least": ("至少", "at least "),
    "more_than": ("超过", "more than "),
    "at_most": ("至多", "at most "),
    "less_than": ("不到", "less than "),
    "range": ("", ""),
}


def stated_text(fact: Mapping[str, Any], lang: str = "zh") -> str:
    r"""What a fact states: in the words of the report in Chinese, put into English else.

    A unit that the report writes before the number is set behind it, where a reader of a list looks for it:
    after the name 参与人次 a 人次1.12万 would say it twice.

    Parameters
    ----------
    fact : mapping with raw, value, low, high, qualifier, counting_unit and optionally unit_en

    Examples
    --------
    >>> fact = dict(raw="7.8万余人", value=78_000, low=78_000, high=79_000, qualifier="more_than",
    ...             counting_unit="person")
    >>> stated_text(fact, "zh"), stated_text(fact, "en").replace("\xa0", " ")
    ('7.8万余人', 'more than 78,000 persons')
    >>> stated_text(dict(raw="人次1.12万", unit="人次"), "zh")
    '1.12万人次'
    """
    if lang == "zh":
        raw, written = str(fact["raw"]), str(fact.get("unit") or "")
        return f"{raw.removeprefix(written)}{written}" if written and raw.startswith(written) else raw
    unit = unit_name(fact, lang)
    if fact["qualifier"] == "range":
        return with_unit(f"{plain(fact['low'], lang)}–{plain(fact['high'], lang)}", unit, lang)
    word = _QUALIFIERS.get(str(fact["qualifier"]), ("", ""))[1]
    return word + with_unit(plain(fact["value"], lang), unit, lang)
