from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sxedu_analysis.foundation.interval import Interval

FINITE = st.floats(min_value=-1e6, max_value=1e6)


@st.composite
def intervals(draw: st.DrawFn) -> tuple[Interval, float]:
    """An interval and a number inside it."""
    low, value, high = sorted(draw(st.tuples(FINITE, FINITE, FINITE)))
    inside = draw(st.floats(min_value=low, max_value=high))
    return Interval(value, low, high), inside


def holds(result: Interval, number: float) -> bool:
    slack = 1e-9 * max(1.0, abs(number))
    return result.low - slack <= number <= result.high + slack


@given(intervals(), intervals())
def test_bounds_hold_every_result_that_the_operands_allow(
    left: tuple[Interval, float], right: tuple[Interval, float]
) -> None:
    (a, x), (b, y) = left, right
    assert holds(a + b, x + y)
    assert holds(a - b, x - y)
    assert holds(a * b, x * y)


@given(intervals(), intervals())
def test_a_quotient_holds_every_quotient(left: tuple[Interval, float], right: tuple[Interval, float]) -> None:
    (a, x), (b, y) = left, right
    if b.low <= 1e-3 and b.high >= -1e-3:
        # Moved off zero, the case that another test holds.
        away = Interval.exact(1 - b.low if y >= 0 else -1 - b.high)
        b, y = b + away, y + away.value
    assert holds(a / b, x / y)


def test_the_after_school_ratio_has_the_bounds_of_the_design() -> None:
    ratio = (Interval(105_000, 104_500, 105_500) / Interval(112_000, 111_500, 112_500)).scaled(100)
    assert ratio.value == 93.75
    assert (round(ratio.low, 2), round(ratio.high, 2)) == (92.89, 94.62)


@pytest.mark.parametrize(
    "bounds", [(2.0, 0.0, 1.0), (math.nan, 0.0, 1.0), (0.5, math.nan, 1.0), (0.5, 0.0, math.nan)]
)
def test_bounds_that_do_not_enclose_the_value_are_refused(bounds: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="do not enclose"):
        Interval(*bounds)


def test_a_divisor_that_may_be_zero_is_refused() -> None:
    with pytest.raises(ZeroDivisionError, match="include zero"):
        Interval.exact(1) / Interval(1, 0, 2)


def test_a_floor_stays_open_and_zero_of_it_is_zero() -> None:
    floor = Interval(40, 40, math.inf)
    assert (floor + floor).high == math.inf
    assert floor.scaled(0) == Interval.exact(0)
    assert (floor / floor).low == 0
    assert (floor / floor).high == math.inf
    assert floor.clipped(0, 100) == Interval(40, 40, 100)


def test_overlap_is_symmetric_and_touching_bounds_overlap() -> None:
    left, right = Interval(1, 0, 2), Interval(3, 2, 4)
    assert left.overlaps(right)
    assert right.overlaps(left)
    assert not left.overlaps(Interval.exact(2.5))
    assert Interval.exact(3).is_exact
    assert not left.is_exact
