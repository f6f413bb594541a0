"""A figure as it is printed, 619.34亿元, becomes a value with the bounds that its last digit leaves it."""

from __future__ import annotations

import re
from decimal import Decimal

from sxedu_analysis.foundation.interval import Interval

_SCALES = {
    "": 0, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "十亿": 9, "百亿": 10,
    "千亿": 11, "万亿": 12, "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12,
}  # fmt: skip
"""Words for a power of ten -> its exponent."""
_LONGEST_FIRST = "|".join(sorted((word for word in _SCALES if word), key=len, reverse=True))
_PRINTED = re.compile(
    rf"(?P<digits>\d{{1,3}}(?:[,，]\d{{3}})+|\d+)(?P<decimals>\.\d+)?\s*(?P<scale>{_LONGEST_FIRST})?(?P<unit>\D*)"
)


def read_published(text: str, *, counted: bool = False) -> Interval | None:
    """The value of a printed figure, and its bounds: half a unit of the last digit that is printed.

    Parameters
    ----------
    text : str
        Digits, a word for a power of ten where there is one, and the unit: 619.34亿元, 61,934 million yuan.
        The unit itself is not read.
    counted : bool
        Whether it is a count: with all its digits written out that is exact.

    Returns
    -------
    Interval or None
        None if the text is no figure.

    Examples
    --------
    >>> read_published("619.34亿元")
    Interval(value=61934000000.0, low=61933500000.0, high=61934500000.0)
    >>> read_published("8.50年"), read_published("115024人", counted=True)
    (Interval(value=8.5, low=8.495, high=8.505), Interval(value=115024.0, low=115024.0, high=115024.0))
    >>> read_published("约5万人") is None
    True
    """
    found = _PRINTED.fullmatch(text.strip())
    if found is None:
        return None
    decimals = found["decimals"] or ""
    digits = re.sub("[,，]", "", found["digits"])
    scale = Decimal(10) ** _SCALES[found["scale"] or ""]
    value = Decimal(digits + decimals) * scale
    last_digit = scale * Decimal(10) ** -max(0, len(decimals) - 1)
    if counted and last_digit == 1:
        return Interval.exact(float(value))
    return Interval(float(value), max(0.0, float(value - last_digit / 2)), float(value + last_digit / 2))
