"""How numbers are printed, everywhere: 10.5万 or 105,000, with digits no finer than the bounds.

A value is printed to the place of the first digit of the width of its bounds, the bounds one digit finer and
rounded outwards: 93.75 [92.89, 94.62] is "about 94 % (92.8–94.7 %)". Where that would put the value outside
its own bounds it gets more digits: 91.4 [91.3, 93.4] is not "about 91 %". A value that is only a limit is
printed as its bounds. An exact value keeps what it has, up to two decimals.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

_SCALES = ((10**8, "亿"), (10**4, "万"))
_NO_BREAK = "\u00a0"


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
    >>> plain(9_000, "zh", 3, like=10_000), plain(10_000, "zh", 3, like=9_000)
    ('0.9万', '10000')
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
    while finer < place and all(end / Decimal(10) ** finer % 10 == 0 for end in _outward(low, high, finer)):
        finer += 1
    return finer


def _outward(low: float, high: float, place: int) -> tuple[Decimal, Decimal]:
    """Bounds rounded to a power of ten: the lower down, the upper up, so that they hold all they did."""
    return _directed(low, place, ROUND_FLOOR), _directed(high, place, ROUND_CEILING)


def _directed(end: float, place: int, rounding: str) -> Decimal:
    exact = Decimal(repr(float(end)))
    nearest = _rounded(exact, place)
    # 104500.00000000001 is what a division leaves of 104500: no digit is given up for that.
    if abs(nearest - exact) <= 4 * Decimal(math.ulp(end)):
        return nearest
    return _rounded(exact, place, rounding)


def _quotable(value: float, low: float, high: float, place: int) -> tuple[Decimal, int]:
    """A value rounded to no more digits than it takes to stay within its bounds."""
    exact, floor, ceiling = (Decimal(repr(float(number))) for number in (value, low, high))
    last = min(place, _bounds_place(low, high, place)) - 1
    for digits in range(place, last - 1, -1):
        number = _rounded(exact, digits)
        if floor <= number <= ceiling:
            return number, digits
    # A value close to its own bound (69.3334 of [69.3333, 70.9]) is rounded into the bounds, not out of them.
    return _rounded(exact, last, ROUND_CEILING if exact - floor < ceiling - exact else ROUND_FLOOR), last


def quotable(value: float, low: float, high: float) -> tuple[float, int]:
    """A value as `value_text` prints it, and the power of ten of its last digit.

    An exact value keeps two decimals at most, and two digits of a small number.

    Examples
    --------
    >>> quotable(93.75, 92.89, 94.62), quotable(402.5, 386, 420.4), quotable(628.25, 628.25, 628.25)
    ((94.0, 0), (400.0, 1), (628.25, -2))
    """
    place = place_of(low, high)
    if place is None:
        exact = Decimal(repr(float(value)))
        return float(_rounded(exact, _finest(exact))), _finest(exact)
    number, digits = _quotable(value, low, high, place)
    return float(number), digits


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


def at_limit(value: float, low: float, high: float) -> bool:
    """Whether a value is an end of its own bounds, as that of 7.8万余 or 近5700万 is: a limit, no estimate.

    Examples
    --------
    >>> at_limit(78_000, 78_000, 79_000), at_limit(105_000, 104_500, 105_500), at_limit(123, 123, 123)
    (True, False, False)
    """
    if place_of(low, high) is None:
        return False
    slack = 1e-12 * max(abs(low), abs(high))
    return value - low <= slack or high - value <= slack


def value_text(value: float, low: float, high: float, lang: str = "zh", unit: str = "") -> str:
    """A value as it may be quoted: ``约94%``, or without 约 where it is exact.

    A value that is the limit of its bounds is no estimate of what lies within: then the bounds are given.

    Examples
    --------
    >>> value_text(93.75, 92.89, 94.62, "zh", "%"), value_text(628.25, 628.25, 628.25, "zh", "人次/场")
    ('约94%', '628.25人次/场')
    >>> value_text(40, 40, float("inf"), "zh", "%"), value_text(91.4, 91.3, 93.4, "zh", "%")
    ('至少40%', '约91.4%')
    >>> value_text(513.16, 513.16, 519.74, "zh", "人/所")
    '513.1–519.8人/所'
    """
    if math.isinf(high):
        return ("至少" if lang == "zh" else "at least ") + with_unit(_floor(low, lang), unit, lang)
    place = place_of(low, high)
    if place is None:
        return with_unit(plain(value, lang), unit, lang)
    if at_limit(value, low, high):
        return bounds_text(low, high, lang, unit)
    number, digits = _quotable(value, low, high, place)
    return ("约" if lang == "zh" else "about ") + with_unit(plain(float(number), lang, digits), unit, lang)


def bounds_text(low: float, high: float, lang: str = "zh", unit: str = "") -> str:
    """The bounds as they may be quoted, rounded outwards: ``92.8–94.7%``; 精确 / exact where they are equal.

    Examples
    --------
    >>> bounds_text(92.89, 94.62, "zh", "%"), bounds_text(104_500, 105_500, "zh")
    ('92.8–94.7%', '10.45万–10.55万')
    >>> bounds_text(12, 12, "en"), bounds_text(40, float("inf"), "zh", "%"), bounds_text(9_000, 10_000, "zh")
    ('exact', '≥ 40%', '9000–10000')
    """
    if math.isinf(high):
        return "≥ " + with_unit(_floor(low, lang), unit, lang)
    place = place_of(low, high)
    if place is None:
        return "精确" if lang == "zh" else "exact"
    finer = _bounds_place(low, high, place)
    ends = [float(end) for end in _outward(low, high, finer)]
    like, least = max(map(abs, ends)), min((abs(end) for end in ends if end), default=0.0)
    # 9000 to 10000 as 9000余 is written, not 0.9万 to 1.0万.
    like = least if least < _SCALES[-1][0] <= like < 10 * _SCALES[-1][0] else like
    return with_unit("–".join(plain(end, lang, finer, like=like) for end in ends), unit, lang)


def _floor(low: float, lang: str) -> str:
    """An open bound never claims more than it holds: it is rounded downwards."""
    number = Decimal(repr(float(low)))
    return plain(float(_rounded(number, _finest(number), ROUND_FLOOR)), lang)
