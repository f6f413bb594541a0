"""How numbers are printed, everywhere: 10.5万 or 105,000, with digits no finer than the bounds.

A value is printed to the place of the first digit of the width of its bounds, the bounds one digit finer:
93.75 [92.89, 94.62] is "about 94 % (92.9–94.6 %)". Where that would put the value outside its own bounds it
gets more digits: 91.4 [91.3, 93.4] is not "about 91 %". An exact value keeps what it has, up to two decimals.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
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
    # Two ways of computing one number differ in the sixteenth digit: that is no width.
    if not math.isfinite(width) or width <= 1e-12 * max(abs(low), abs(high)):
        return None
    # 1000.0000000001 and 999.9999999999 are both a width of 1000.
    return math.floor(math.log10(width) + 1e-9)


def plain(value: float, lang: str = "zh", place: int | None = None, *, like: float | None = None) -> str:
    """A number with thousands marks (en) or 万 and 亿 (zh), rounded to a power of ten if one is given.

    Parameters
    ----------
    value : float
    lang : str
        zh or en.
    place : int, optional
        Power of ten of the last digit; without it two decimals at most, and two digits of a small number.
    like : float, optional
        A number whose 万 or 亿 this one is to share, so that both ends of a range have one scale.

    Examples
    --------
    >>> plain(105_000, "zh"), plain(105_000, "en"), plain(4_830_000, "zh", 4)
    ('10.5万', '105,000', '483万')
    >>> plain(93.75, "en", 0), plain(0.5, "zh"), plain(12 / 11, "en"), plain(0.0137, "en")
    ('94', '0.5', '1.09', '0.014')
    >>> plain(9_000, "zh", 3, like=10_000)
    '0.9万'
    """
    exact = Decimal(repr(float(value)))
    number = _rounded(exact, _finest(exact) if place is None else place)
    size = abs(number) if like is None else abs(Decimal(repr(float(like))))
    scale, suffix = next((one for one in _SCALES if lang == "zh" and size >= one[0]), (1, ""))
    if not number:
        scale, suffix = 1, ""
    number /= scale
    if place is None:
        text = f"{number.normalize():f}"
    elif suffix:
        text = f"{number:.{max(0, len(str(scale)) - 1 - place)}f}"
    else:
        # A whole number has no decimals to show, whatever its bounds are.
        text = f"{number:.{0 if number == int(number) == exact else max(0, -place)}f}"
    whole, _, part = text.partition(".")
    if lang == "en" or not suffix:
        sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
        # Four digits stay together in Chinese, where a comma may be an enumeration's.
        whole = sign + (f"{int(digits):,}" if lang == "en" else digits)
    return (f"{whole}.{part}" if part else whole) + suffix


def _rounded(number: Decimal, place: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    step = Decimal(1).scaleb(place)
    return (number / step).quantize(Decimal(1), rounding) * step


def _finest(number: Decimal) -> int:
    """Two decimals, more only where a number that is not zero would be left with less than two digits."""
    return min(-2, number.adjusted() - 1) if number else -2


def _bounds_place(low: float, high: float, place: int) -> int:
    """The last digit of printed bounds: one finer than the value's, but a person is not split."""
    finer = place - 1 if place > 0 or not (float(low).is_integer() and float(high).is_integer()) else 0
    while finer < place and all(round(end / 10**finer) % 10 == 0 for end in (low, high)):
        finer += 1
    return finer


def _quotable(value: float, low: float, high: float, place: int) -> tuple[Decimal, int]:
    """A value rounded to no more digits than it takes to stay within its bounds, true and printed."""
    exact, *ends = (Decimal(repr(float(number))) for number in (value, low, high))
    finer = _bounds_place(low, high, place)
    printed = [_rounded(end, finer) for end in ends]
    floor, ceiling = max(ends[0], printed[0]), min(ends[1], printed[1])
    last = min(place, finer) - 1
    for digits in range(place, last - 1, -1):
        number = _rounded(exact, digits)
        if floor <= number <= ceiling:
            return number, digits
    # A value on its own bound (69.333… of [69.333…, 70.9]) is rounded into the bounds, not out of them.
    return _rounded(exact, last, ROUND_CEILING if exact - floor < ceiling - exact else ROUND_FLOOR), last


def over_whole(row: Mapping[str, Any]) -> bool:
    """Whether a computed coverage or share is above 100 per cent: the part is larger than its whole.

    Then the two figures do not belong together, and their quotient says nothing of how far a service reaches.

    Examples
    --------
    >>> over_whole({"kind": "coverage", "value": 123.6}), over_whole({"kind": "coverage", "value": 100.0})
    (True, False)
    >>> over_whole({"kind": "events_per_school", "value": 560.0})
    False
    """
    return row.get("kind") in ("coverage", "share") and bool(row["value"] > 100)


def with_unit(number: str, unit: str, lang: str = "zh") -> str:
    """A printed number and its unit: no space in Chinese, an unbreakable one in English."""
    unit = "%" if unit in ("%", "per cent", "percent") else unit
    if not unit:
        return number
    if lang == "zh":
        return f"{number}{unit}"
    return f"{number}{_NO_BREAK}{one_of(unit) if number == '1' else unit}"


def one_of(unit: str) -> str:
    """One of an English unit, which the tables name in the plural: its first noun.

    Examples
    --------
    >>> one_of("lessons per person"), one_of("societies"), one_of("classes"), one_of("boxes"), one_of("%")
    ('lesson per person', 'society', 'class', 'box', '%')
    """
    noun, space, rest = unit.partition(" per ")
    for plural, one in (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x")):
        if noun.endswith(plural):
            return noun.removesuffix(plural) + one + space + rest
    one = noun if noun.endswith("ss") else noun.removesuffix("s")
    return one + space + rest


def value_text(value: float, low: float, high: float, lang: str = "zh", unit: str = "") -> str:
    """A value as it may be quoted: ``约94%``, or without 约 where it is exact.

    Examples
    --------
    >>> value_text(93.75, 92.89, 94.62, "zh", "%"), value_text(628.25, 628.25, 628.25, "zh", "人次/场")
    ('约94%', '628.25人次/场')
    >>> value_text(40, 40, float("inf"), "zh", "%"), value_text(91.4, 91.3, 93.4, "zh", "%")
    ('至少40%', '约91.4%')
    """
    if math.isinf(high):
        return ("至少" if lang == "zh" else "at least ") + with_unit(_floor(low, lang), unit, lang)
    place = place_of(low, high)
    if place is None:
        return with_unit(plain(value, lang), unit, lang)
    number, digits = _quotable(value, low, high, place)
    return ("约" if lang == "zh" else "about ") + with_unit(plain(float(number), lang, digits), unit, lang)


def bounds_text(low: float, high: float, lang: str = "zh", unit: str = "") -> str:
    """The bounds as they may be quoted: ``92.9–94.6%``; 精确 / exact where they are equal.

    Examples
    --------
    >>> bounds_text(92.89, 94.62, "zh", "%"), bounds_text(104_500, 105_500, "zh")
    ('92.9–94.6%', '10.45万–10.55万')
    >>> bounds_text(12, 12, "en"), bounds_text(40, float("inf"), "zh", "%"), bounds_text(9_000, 10_000, "zh")
    ('exact', '≥ 40%', '0.9万–1.0万')
    """
    if math.isinf(high):
        return "≥ " + with_unit(_floor(low, lang), unit, lang)
    place = place_of(low, high)
    if place is None:
        return "精确" if lang == "zh" else "exact"
    finer = _bounds_place(low, high, place)
    wide = max(low, high, key=abs)
    ends = "–".join(plain(end, lang, finer, like=wide) for end in (low, high))
    return with_unit(ends, unit, lang)


def _floor(low: float, lang: str) -> str:
    """An open bound never claims more than it holds: it is rounded downwards."""
    number = Decimal(repr(float(low)))
    return plain(float(_rounded(number, _finest(number), ROUND_FLOOR)), lang)


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


def unit_name(row: Mapping[str, Any], lang: str = "zh") -> str:
    """Unit of a fact or measure in the reader's language, from its own columns or its counting unit."""
    own = row.get(f"unit_{lang}")
    if isinstance(own, str) and own:
        return "%" if own in ("per cent", "percent") else own
    code = str(row.get("counting_unit", ""))
    if code in ("percent", "") or code not in COUNTING_UNITS:
        return "%" if code == "percent" else str(row.get("unit", "") or "")
    return str(row["unit"]) if lang == "zh" and row.get("unit") else COUNTING_UNITS[code][lang == "en"]
