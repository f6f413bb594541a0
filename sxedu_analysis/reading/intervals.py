"""How much a written number leaves open: the conventions, in one table.

=============================================  ====================================================
written                                        interval
=============================================  ====================================================
a count with all its digits: 123所             [123, 123]
rounded by scale or decimals, or a measured    half a unit of the last written digit either side;
unit: 10.5万, 93.75%, 15公里                   shares stay within 0-100
X余, X多, 超X, 逾X, 突破X                      [X, X + one unit of X's last non-zero digit)
X以上, 不少于X, 至少X                          [X, inf); a share stops at 100
X以下, 不超过X, 不足X, 以内                    [0, X]
约X, X左右                                     X -+ 5 %
近X                                            [0.95 X, X]
=============================================  ====================================================

They are conventions, not measurements: pass other `Conventions` to `find_quantities` to see what
depends on them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sxedu_analysis.foundation.interval import Interval
from sxedu_analysis.reading.numerals import Numeral


@dataclass(frozen=True, slots=True)
class Conventions:
    """The constants that the table above leaves to judgement.

    Parameters
    ----------
    about : float
        Half-width of 约X and X左右 as a share of X; 近X reaches down by as much.
    rounding : float
        Half-width of a rounded number, in units of its last written digit.
    """

    about: float = 0.05
    rounding: float = 0.5


DEFAULT = Conventions()


def interval_of(
    numeral: Numeral,
    qualifier: str,
    *,
    upper: Numeral | None = None,
    measured: bool = False,
    share: bool = False,
    near: bool = False,
    conventions: Conventions = DEFAULT,
) -> Interval:
    """The interval that a number's wording leaves.

    Parameters
    ----------
    numeral : Numeral
        The number; of a range, its lower end.
    qualifier : str
        exact, about, at_least, more_than, at_most, less_than or range.
    upper : Numeral, optional
        A range's upper end.
    measured : bool
        Whether the unit is measured (公里, 元, %) rather than counted.
    share : bool
        Whether the number is a share of a whole, which ends at 0 and 100 per cent.
    near : bool
        Whether 近 was written, which approaches the number from below.
    """
    value = numeral.value
    if upper is not None:
        return Interval((value + upper.value) / 2, value, upper.value)
    if qualifier == "more_than":
        low, high = value, value + numeral.top
    elif qualifier == "at_least":
        low, high = value, math.inf
    elif qualifier in ("at_most", "less_than"):
        low, high = min(0.0, value), max(0.0, value)
    elif qualifier == "about":
        low = _clean(value * (1 - conventions.about))
        high = value if near else _clean(value * (1 + conventions.about))
    elif numeral.rounded or measured:
        half = numeral.step * conventions.rounding
        low, high = _clean(value - half), _clean(value + half)
    else:
        low = high = value
    if share and 0 <= value <= 100:
        low, high = max(low, 0.0), min(high, 100.0)
    elif value > 0:
        low = max(low, 0.0)
    return Interval(value, low, high)


def _clean(number: float) -> float:
    """The number without the dust of binary fractions: 98.6 + 0.05 is 98.65, not 98.64999999999999."""
    return round(number, 9)
