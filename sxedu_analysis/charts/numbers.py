"""How numbers are printed, everywhere: 10.5万 or 105,000, with digits no finer than the bounds.

A value is printed to the place of the first digit of the width of its bounds, the bounds one digit finer:
93.75 [92.89, 94.62] is "about 94 % (92.9–94.6 %)". An exact value keeps what it has, up to two decimals.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sxedu_analysis.foundation.units import COUNTING_UNITS

LANGUAGES = ("zh", "en")

_SCALES = ((10**8, "亿"), (10**4, "万"))
_NO_BREAK = "\u00a0"
_QUALIFIERS = {
    "exact": ("", ""),
    "about": ("约", "about "),
    "at_least": ("至少", "at least "),
    "more_than": ("超过", "more than "),
    "at_most": ("至多", "at most "),
    "less_than": ("不到", "less than "),
    "range": ("", ""),
}


def place_of(low: float, high: float) -> int | None:
    """The power of ten that the bounds leave as last honest digit; None if they are equal or open.

    Examples
    --------
    >>> place_of(92.89, 94.62), place_of(104_500, 105_500), place_of(12, 12)
    (0, 3, None)
    """
    width = high - low
    if not math.isfinite(width) or width <= 0:
        return None
    # 1000.0000000001 and 999.9999999999 are both a width of 1000.
    return math.floor(math.log10(width) + 1e-9)


def plain(value: float, lang: str = "zh", place: int | None = None) -> str:
    """A number with thousands marks (en) or 万 and 亿 (zh), rounded to a power of ten if one is given.

    Examples
    --------
    >>> plain(105_000, "zh"), plain(105_000, "en"), plain(4_830_000, "zh", 4)
    ('10.5万', '105,000', '483万')
    >>> plain(93.75, "en", 0), plain(0.5, "zh"), plain(12 / 11, "en")
    ('94', '0.5', '1.09')
    """
    number = Decimal(repr(float(value)))
    step = Decimal(1).scaleb(-2 if place is None else place)
    number = (number / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    suffix = ""
    decimals = 0 if place is None or number == int(number) == Decimal(repr(float(value))) else max(0, -place)
    if lang == "zh":
        for scale, sign in _SCALES:
            if abs(number) >= scale:
                number, suffix = number / scale, sign
                decimals = 0 if place is None else max(0, len(str(scale)) - 1 - place)
                break
    if place is None:
        text = f"{number.normalize():f}"
        whole, _, part = text.partition(".")
    else:
        whole, _, part = f"{number:.{decimals}f}".partition(".")
    if lang == "en" or not suffix:
        sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
        # Four digits stay together in Chinese, where a comma may be an enumeration's.
        whole = sign + (f"{int(digits):,}" if lang == "en" else digits)
    return (f"{whole}.{part}" if part else whole) + suffix


def with_unit(number: str, unit: str, lang: str = "zh") -> str:
    """A printed number and its unit: no space in Chinese, an unbreakable one in English."""
    unit = "%" if unit in ("%", "per cent", "percent") else unit
    if not unit:
        return number
    return f"{number}{unit}" if lang == "zh" else f"{number}{_NO_BREAK}{unit}"


def value_text(value: float, low: float, high: float, lang: str = "zh", unit: str = "") -> str:
    """A value as it may be quoted: ``约94%``, or without 约 where it is exact.

    Examples
    --------
    >>> value_text(93.75, 92.89, 94.62, "zh", "%"), value_text(628.25, 628.25, 628.25, "zh", "人次/场")
    ('约94%', '628.25人次/场')
    >>> value_text(40, 40, float("inf"), "zh", "%")
    '至少40%'
    """
    if math.isinf(high):
        return ("至少" if lang == "zh" else "at least ") + with_unit(plain(low, lang), unit, lang)
    place = place_of(low, high)
    about = "" if place is None else ("约" if lang == "zh" else "about ")
    return about + with_unit(plain(value, lang, place), unit, lang)


def bounds_text(low: float, high: float, lang: str = "zh", unit: str = "") -> str:
    """The bounds as they may be quoted: ``92.9–94.6%``; 精确 / exact where they are equal.

    Examples
    --------
    >>> bounds_text(92.89, 94.62, "zh", "%"), bounds_text(104_500, 105_500, "zh")
    ('92.9–94.6%', '10.45万–10.55万')
    >>> bounds_text(12, 12, "en"), bounds_text(40, float("inf"), "zh", "%")
    ('exact', '≥ 40%')
    """
    if math.isinf(high):
        return "≥ " + with_unit(plain(low, lang), unit, lang)
    place = place_of(low, high)
    if place is None:
        return "精确" if lang == "zh" else "exact"
    # One digit finer than the value, but a person is not split.
    finer = place - 1 if place > 0 or not (float(low).is_integer() and float(high).is_integer()) else 0
    while finer < place and all(round(end / 10**finer) % 10 == 0 for end in (low, high)):
        finer += 1
    ends = f"{plain(low, lang, finer)}–{plain(high, lang, finer)}"
    return with_unit(ends, unit, lang)


def stated_text(fact: Mapping[str, Any], lang: str = "zh") -> str:
    r"""What a fact states: in the words of the report in Chinese, put into English else.

    Parameters
    ----------
    fact : mapping with raw, value, low, high, qualifier, counting_unit and optionally unit_en

    Examples
    --------
    >>> fact = dict(raw="7.8万余人", value=78_000, low=78_000, high=79_000, qualifier="more_than",
    ...             counting_unit="person")
    >>> stated_text(fact, "zh"), stated_text(fact, "en").replace("\xa0", " ")
    ('7.8万余人', 'more than 78,000 persons')
    """
    if lang == "zh":
        return str(fact["raw"])
    unit = unit_name(fact, lang)
    if fact["qualifier"] == "range":
        return with_unit(f"{plain(fact['low'], lang)}–{plain(fact['high'], lang)}", unit, lang)
    word = _QUALIFIERS.get(str(fact["qualifier"]), ("", ""))[1]
    return word + with_unit(plain(fact["value"], lang), unit, lang)


def unit_name(row: Mapping[str, Any], lang: str = "zh") -> str:
    """Unit of a fact or measure in the reader's language, from its own columns or its counting unit."""
    own = row.get(f"unit_{lang}")
    if isinstance(own, str) and own:
        return "%" if own in ("per cent", "percent") else own
    code = str(row.get("counting_unit", ""))
    if code in ("percent", "") or code not in COUNTING_UNITS:
        return "%" if code == "percent" else str(row.get("unit", "") or "")
    return str(row["unit"]) if lang == "zh" and row.get("unit") else COUNTING_UNITS[code][lang == "en"]
