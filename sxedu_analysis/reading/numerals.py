"""Numerals: Arabic and Chinese digits become a value and the place of its last digits."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_VARIANTS: dict[str, str] = (
    {chr(0xFF10 + digit): str(digit) for digit in range(10)}
    | {chr(code): chr(code - 0xFEE0) for code in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
    | {
        "％": "%",
        "．": ".",
        "＋": "+",
        "－": "-",
        "﹣": "-",
        "−": "-",
        "～": "~",
        "〜": "~",
        "∼": "~",
        "∶": ":",
        "：": ":",
    }
    | {
        "○": "〇",
        "Ｏ": "〇",
        "零": "〇",
        "（": "(",
        "）": ")",
        "＄": "$",
        "﹪": "%",
        "／": "/",
        "　": " ",
        "\xa0": " ",
    }
    # Blanks of their own width, which typesetters put between thousands.
    | dict.fromkeys("\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f", "\u2009")
)
_VARIANT = re.compile(f"[{''.join(map(re.escape, _VARIANTS))}]")


@lru_cache(2)  # the same text is asked for its numbers, its headings and its phrases
def half_width(text: str) -> str:
    """A text with the characters the grammar knows for full-width and variant ones; offsets stay.

    Examples
    --------
    >>> half_width("（１０．５％）")
    '(10.5%)'
    """
    # Not `str.translate`: it asks a table for every character, most of which stay what they are.
    return _VARIANT.sub(lambda found: _VARIANTS[found[0]], text)


DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"两": 2}
STEPS = {"十": 10, "百": 100, "千": 1000}
SCALES = {
    "万亿": 10**12,
    "千亿": 10**11,
    "百亿": 10**10,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "千": 10**3,
    "百": 10**2,
}
"""Scales that are multiplied out, longest first."""

ARABIC = re.compile(r"\d{1,3}(?:(?:,\d{3})+|(?:，\d{3})+)(?:\.\d+)?(?![\d])|\d+(?:\.\d+)?")
SPACED = re.compile(
    r"[1-9]\d{0,2}(?P<blank>[ \u2009])\d{3}(?:(?P=blank)\d{3}){0,4}(?:\.\d+)?(?![\d.,]|[ \u2009]\d)"
)
"""A number whose thousands stand apart (3 133); whether it is one, what is around it must say."""

# Bounded: a run of a million numerals must not be read again from each of its characters.
CHINESE = re.compile(
    r"[〇一二两三四五六七八九十百千万亿]{1,40}(?:点[〇一二三四五六七八九]{1,12}[万亿]{0,2})?"
)
_THOUSANDS_MARKS = dict.fromkeys(map(ord, ",， \u2009"))


class Numeral(NamedTuple):
    """A number as written.

    Parameters
    ----------
    value : float
        With its scale multiplied out.
    step : float
        One unit of the last written digit: 1000 for 10.5万.
    top : float
        One unit of the last written digit that is not zero: 100 000 for 50万 is 10万.
    rounded : bool
        Whether a scale or decimals say that lower digits were dropped.
    """

    value: float
    step: float
    top: float
    rounded: bool

    def scaled(self, factor: float) -> Numeral:
        """The number under a scale (万, 亿): lower digits are not written any more."""
        # Division keeps 0.1 * 10000 at 1000.0 where a product of binary fractions would not.
        return Numeral(
            _times(self.value, factor), _times(self.step, factor), _times(self.top, factor), rounded=True
        )


def _times(number: float, factor: float) -> float:
    """number * factor as decimal arithmetic gives it, to the 15 digits a report could ever write."""
    product = number * factor
    nearest = round(product)
    return float(nearest) if nearest and abs(product - nearest) < 1e-9 * abs(product) else product


@lru_cache(4096)  # reports write the same few numbers over and over
def arabic(written: str) -> Numeral:
    """The number that Arabic digits write; thousands marks are passed over.

    Examples
    --------
    >>> arabic("10.5").scaled(10_000)
    Numeral(value=105000.0, step=1000.0, top=1000.0, rounded=True)
    >>> arabic("9700").top
    100.0
    """
    if written.isdigit():  # most are: the short way to the same
        zeros = len(written) - len(written.rstrip("0"))
        return Numeral(float(written), 1.0, 10.0**zeros if zeros < len(written) else 1.0, rounded=False)
    plain = written.translate(_THOUSANDS_MARKS)
    whole, _, decimals = plain.partition(".")
    step = 10.0 ** -len(decimals)
    digits = (whole + decimals).rstrip("0")
    top = step * 10.0 ** (len(whole + decimals) - len(digits)) if digits.strip("0") else step
    return Numeral(float(plain), step, top, rounded=bool(decimals))


@lru_cache(4096)
def chinese(written: str) -> Numeral | None:
    """The number that Chinese numerals write, or None if they write none (千千, 百一十二百).

    Examples
    --------
    >>> chinese("四百十一点九七亿").value
    41197000000.0
    >>> chinese("二〇二三").value, chinese("三万二").value
    (2023.0, 32000.0)
    """
    whole, point, decimals = written.partition("点")
    tail = decimals.lstrip("〇一二三四五六七八九")
    fraction = decimals[: len(decimals) - len(tail)]
    if point:
        base = _whole(whole)
        if base is None or not fraction:
            return None
        digits = "".join(str(DIGITS[d]) for d in fraction)
        number = arabic(f"{int(base.value)}.{digits}")
        if not tail:
            return number
        return number.scaled(SCALES[tail]) if tail in SCALES else None
    return _whole(whole)


def _whole(written: str) -> Numeral | None:
    if not written:
        return None
    if all(character in DIGITS for character in written):
        if len(written) > 1 and "两" in written:
            return None
        return arabic("".join(str(DIGITS[character]) for character in written))
    total, section, digit, step, last = 0, 0, -1, 1, 10**16
    for place, character in enumerate(written):
        if character in DIGITS:
            if digit > 0:
                return None
            digit = DIGITS[character]
        elif character in STEPS:
            if STEPS[character] >= last:
                return None
            last = step = STEPS[character]
            section += (digit if digit > 0 else 1) * step
            digit = -1
        else:
            scale = SCALES[character]
            section += max(digit, 0)
            if section == 0 and total == 0:
                section = 1
            total = (total + section) * scale if total and scale == 10**8 else total + section * scale
            section, digit, last, step = 0, -1, 10**4 if scale == 10**4 else 10**8, scale
        if place == len(written) - 1 and digit > 0:
            # 三万二 is thirty-two thousand, 三百零二 is three hundred and two.
            previous = written[place - 1] if place else ""
            step = max(step // 10, 1) if previous in STEPS or previous in SCALES else 1
            step = 1 if previous == "十" else step
            section += digit * step
    value = float(total + section)
    # Only 万 and 亿 hide digits (十二万); five hundred written 五百 is a count with all its digits.
    rounded = written[-1] in "万亿"
    unit = float(SCALES[written[-1]]) if rounded else 1.0
    return Numeral(value, unit, _top(value), rounded)


def _top(value: float) -> float:
    digits = str(int(value))
    return float(10 ** (len(digits) - len(digits.rstrip("0")))) if value else 1.0
