"""Medians and ranks of values with bounds, and how a rank is put in words."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from sxedu_analysis.foundation.interval import Interval


def median_of(intervals: Sequence[Interval]) -> Interval:
    """The median with its bounds: the medians of values, of lower and of upper bounds.

    It rises with each of its members, so no values inside the bounds can take it further.

    Examples
    --------
    >>> median_of([Interval(1, 0, 2), Interval(5, 4, 6), Interval(3, 3, 3)])
    Interval(value=3, low=3, high=3)
    """
    return Interval(
        *(statistics.median(getattr(one, end) for one in intervals) for end in ("value", "low", "high"))
    )


def rank_of(own: Interval, others: Sequence[Interval]) -> tuple[int, int]:
    """The best and the worst rank, from the highest value, that the bounds allow.

    Examples
    --------
    >>> rank_of(Interval(5, 4, 6), [Interval(9, 8, 10), Interval(5, 5, 5), Interval(1, 0, 2)])
    (2, 3)
    """
    above = sum(is_above(other, own) for other in others)
    below = sum(is_above(own, other) for other in others)
    return above + 1, len(others) + 1 - below


def is_above(one: Interval, other: Interval) -> bool:
    """Whether one is above the other wherever in their bounds both are.

    Bounds that touch (0.71 ± 0.01 and 0.73 ± 0.01) are not apart, whichever way their last
    binary digit falls.
    """
    return one.low - other.high > 1e-9 * max(1.0, abs(one.low))


_NUMBERS = (
    "",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_ORDINALS = (
    "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
)  # fmt: skip


def rank_words(low: int, high: int, count: int) -> tuple[str, str]:
    """A rank in words, in Chinese and English.

    Examples
    --------
    >>> rank_words(3, 5, 9)
    ('9个县区中居第3至第5位', 'third to fifth of nine')
    >>> rank_words(2, 2, 6), rank_words(14, 14, 20)[1]
    (('6个县区中居第2位', 'second of six'), '14th of 20')
    """
    zh = f"第{low}位" if low == high else f"第{low}至第{high}位"
    en = _ordinal(low) if low == high else f"{_ordinal(low)} to {_ordinal(high)}"
    of = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{count}个县区中居{zh}", f"{en} of {of}"


def _ordinal(number: int) -> str:
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
