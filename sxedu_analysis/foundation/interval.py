"""A number with the limits that rounding and wording leave it, and arithmetic on it."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its bounds, ``low <= value <= high``.

    The bounds are limits (what the wording allows), not a confidence interval. Arithmetic is interval
    arithmetic for independent quantities (Moore, Interval Analysis, 1966): the result's bounds hold every
    result that the operands' bounds allow.

    Parameters
    ----------
    value, low, high : float
        ``high`` may be infinite, for a floor.

    Raises
    ------
    ValueError
        If the bounds do not enclose the value, or one of the three is not a number.

    Examples
    --------
    >>> ratio = Interval(105_000, 104_500, 105_500) / Interval(112_000, 111_500, 112_500)
    >>> round(100 * ratio.value, 2), round(100 * ratio.low, 2), round(100 * ratio.high, 2)
    (93.75, 92.89, 94.62)
    """

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        # Written so that a NaN, which compares false, is refused too.
        if not self.low <= self.value <= self.high:
            raise ValueError(f"bounds [{self.low}, {self.high}] do not enclose {self.value}")

    @classmethod
    def exact(cls, value: float) -> Interval:
        """The interval of a number that is known exactly."""
        return cls(value, value, value)

    @property
    def is_exact(self) -> bool:
        """Whether the number is known to the last digit."""
        return self.low == self.high

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.value + other.value, self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.value - other.value, self.low - other.high, self.high - other.low)

    def __mul__(self, other: Interval) -> Interval:
        corners = [_product(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(_product(self.value, other.value), min(corners), max(corners))

    def __truediv__(self, other: Interval) -> Interval:
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError(f"the divisor's bounds [{other.low}, {other.high}] include zero")
        # Dividing directly, not by way of 1/x, keeps 105000/112000 at exactly 0.9375.
        corners = [_quotient(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(_quotient(self.value, other.value), min(corners), max(corners))

    def scaled(self, factor: float) -> Interval:
        """The interval times a number that is known exactly."""
        return self * Interval.exact(factor)

    def clipped(self, floor: float, ceiling: float) -> Interval:
        """The interval cut to ``[floor, ceiling]``, for shares that cannot leave 0-100."""
        value, low, high = (min(max(x, floor), ceiling) for x in (self.value, self.low, self.high))
        return Interval(value, low, high)

    def overlaps(self, other: Interval) -> bool:
        """Whether the two may be the same number; if so, they are not ranked apart."""
        return self.low <= other.high and other.low <= self.high


def _product(a: float, b: float) -> float:
    """a * b with 0 * inf = 0: zero of something unbounded is still nothing."""
    return 0.0 if 0 in (a, b) and math.isinf(a + b) else a * b


def _quotient(a: float, b: float) -> float:
    """a / b with inf / inf = 0: the corner that a floor over a floor can come down to."""
    return 0.0 if math.isinf(a) and math.isinf(b) else a / b
