"""Medians and ranks of values with bounds: nothing that bounds leave open is decided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sxedu_analysis.analysis.ranks import is_above, median_of, rank_of, rank_words
from sxedu_analysis.foundation.interval import Interval


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, value, high = sorted(draw(st.lists(st.integers(1, 60), min_size=3, max_size=3)))
    return Interval(float(value), float(low), float(high))


@given(st.lists(intervals(), min_size=2, max_size=9))
def test_overlapping_bounds_are_never_ranked_apart(ones: list[Interval]) -> None:
    ranks = [rank_of(one, ones[:n] + ones[n + 1 :]) for n, one in enumerate(ones)]
    for one, (low, high) in zip(ones, ranks, strict=True):
        assert 1 <= low <= high <= len(ones)
        for other, (other_low, other_high) in zip(ones, ranks, strict=True):
            if one.overlaps(other):
                assert low <= other_high
                assert other_low <= high
            elif one.low > other.high:
                assert high < other_high
                assert low < other_low


@given(st.lists(intervals(), min_size=1, max_size=8), st.randoms())
def test_the_order_of_the_counties_changes_neither_median_nor_rank(ones: list[Interval], random) -> None:
    shuffled = random.sample(ones, len(ones))
    assert median_of(ones) == median_of(shuffled)
    assert rank_of(ones[0], ones[1:]) == rank_of(ones[0], random.sample(ones[1:], len(ones) - 1))


@given(st.lists(intervals(), min_size=1, max_size=8), st.data())
def test_no_values_inside_the_bounds_move_the_median_outside_its_own(ones: list[Interval], data) -> None:
    values = [data.draw(st.floats(one.low, one.high)) for one in ones]
    found, median = median_of([Interval.exact(value) for value in values]), median_of(ones)
    assert median.low <= found.value <= median.high


def test_bounds_that_only_touch_are_not_apart() -> None:
    # 9.34 - 8.63 and 9.25 - 8.52, each of two rounded numbers.
    men, women = Interval(9.34, 9.335, 9.345), Interval(8.63, 8.625, 8.635)
    other = Interval(9.25, 9.245, 9.255) - Interval(8.52, 8.515, 8.525)
    assert not is_above(other, men - women)


@pytest.mark.parametrize(
    ("rank", "zh", "en"),
    [
        ((1, 1, 2), "2个县区中居第1位", "first of two"),
        ((3, 5, 9), "9个县区中居第3至第5位", "third to fifth of nine"),
        ((11, 13, 22), "22个县区中居第11至第13位", "eleventh to 13th of 22"),
        ((21, 22, 120), "120个县区中居第21至第22位", "21st to 22nd of 120"),
    ],
)
def test_ranks_in_words(rank, zh: str, en: str) -> None:
    assert rank_words(*rank) == (zh, en)
