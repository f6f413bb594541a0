"""Counting units, and which of them may be divided by which.

What a number counts decides what it may be divided by: persons over persons is a coverage, persons-times
over persons is not. The table of units as they are written (人, 人次, 万平方米 …) is data
(``data/lexicon/units.csv``); the rules of division are the field's and stand here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from sxedu_analysis.foundation.errors import UnitError, did_you_mean
from sxedu_analysis.foundation.paths import data_dir

COUNTING_UNITS: dict[str, tuple[str, str]] = {
    "person": ("人", "persons"),
    "person_time": ("人次", "person-times"),
    "household": ("户", "households"),
    "school": ("所", "schools"),
    "class": ("班", "classes"),
    "seat": ("个位", "places"),
    "yuan": ("元", "yuan"),
    "event": ("场次", "events"),
    "case": ("起", "cases"),
    "item": ("个", "items"),
    "document": ("份", "documents"),
    "team": ("队", "teams"),
    "place": ("处", "places"),
    "percent": ("%", "per cent"),
    "percentage_point": ("百分点", "percentage points"),
    "area": ("平方米", "area"),
    "length": ("公里", "length"),
    "mass": ("吨", "mass"),
    "volume": ("立方米", "volume"),
    "energy": ("千瓦", "energy or power"),
    "duration": ("时长", "duration"),
    "rate": ("比", "rate"),
    "other": ("其他", "other"),
}
"""Counting unit -> its name in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Division:
    """A sound division: what its quotient is called and measured in.

    Parameters
    ----------
    kind : str
        coverage, amount_per_person, amount_per_award, attendances_per_event, …
    unit_zh, unit_en : str
        Unit of the quotient.
    factor : float
        100 where the quotient is printed in per cent, else 1.
    """

    kind: str
    unit_zh: str
    unit_en: str
    factor: float = 1.0


# One row a sound division. A half-year flow over a stock is sound with a caveat, which the measure states.
_SOUND: dict[tuple[str, str], Division] = {
    ("yuan", "person"): Division("amount_per_person", "元/人", "yuan per person"),
    ("yuan", "person_time"): Division("amount_per_award", "元/人次", "yuan per award"),
    ("yuan", "school"): Division("amount_per_school", "元/所", "yuan per school"),
    ("yuan", "household"): Division("amount_per_household", "元/户", "yuan per household"),
    ("person_time", "event"): Division("attendances_per_event", "人次/场", "attendances per event"),
    ("person", "event"): Division("persons_per_event", "人/场", "persons per event"),
    ("person", "school"): Division("persons_per_school", "人/所", "persons per school"),
    ("person", "class"): Division("class_size", "人/班", "persons per class"),
    ("person", "case"): Division("persons_per_case", "人/起", "persons per case"),
    ("event", "person"): Division("events_per_person", "场次/人", "events per person"),
    ("event", "school"): Division("events_per_school", "场次/所", "events per school"),
    ("class", "school"): Division("classes_per_school", "班/所", "classes per school"),
    ("seat", "school"): Division("seats_per_school", "位/所", "places per school"),
    ("area", "person"): Division("area_per_person", "平方米/人", "square metres per person"),
    ("yuan", "yuan"): Division("share_of_money", "%", "per cent", 100.0),
}
_SAME_UNIT = ("person", "school", "class", "household", "seat", "event", "case", "item", "place", "team")
_COVERAGE = Division("coverage", "%", "per cent", 100.0)
# Where the numerator is meant for some of the denominator only, a low quotient is no shortfall.
_SHARE = Division("share", "%", "per cent", 100.0)
_FREQUENCY = Division("frequency", "人次/人", "attendances per person")


def division(numerator: str, denominator: str, kind: str | None = None) -> Division:
    """Return the division of two counting units, if it is sound.

    Parameters
    ----------
    numerator, denominator : str
        Counting units, keys of `COUNTING_UNITS`.
    kind : str, optional
        What the caller takes the quotient for. Two kinds are given only to a caller who says so: ``share``,
        for a part that is not meant to reach the whole (a coverage is), and ``frequency``, for person-times
        over persons, which printed in per cent would look like a coverage.

    Raises
    ------
    UnitError
        If the division is not sound, or is of another kind than the caller takes it for.

    Examples
    --------
    >>> division("yuan", "person_time").unit_zh
    '元/人次'
    >>> division("person_time", "person")
    Traceback (most recent call last):
    sxedu_analysis.foundation.errors.UnitError: person-times over persons is a frequency, never a coverage: \
one person may be counted often; divide persons by persons, or ask for kind='frequency'
    """
    for unit in (numerator, denominator):
        if unit not in COUNTING_UNITS:
            raise UnitError(f"{unit!r} is not a counting unit{did_you_mean(unit, COUNTING_UNITS)}")
    if (numerator, denominator) == ("person_time", "person"):
        if kind == _FREQUENCY.kind:
            return _FREQUENCY
        raise UnitError(
            "person-times over persons is a frequency, never a coverage: one person may be counted often",
            mend="divide persons by persons, or ask for kind='frequency'",
        )
    if numerator == denominator and numerator in _SAME_UNIT:
        found = _SHARE if kind == _SHARE.kind else _COVERAGE
    elif (numerator, denominator) in _SOUND:
        found = _SOUND[numerator, denominator]
    else:
        above, below = COUNTING_UNITS[numerator][1], COUNTING_UNITS[denominator][1]
        sound = sorted(COUNTING_UNITS[d][1] for n, d in _SOUND if n == numerator)
        raise UnitError(
            f"{above} over {below} has no meaning of its own",
            mend=f"{above} may be divided by {', '.join(sound)}" if sound else f"{above} are not divided",
        )
    if kind is not None and kind != found.kind:
        raise UnitError(
            f"{COUNTING_UNITS[numerator][1]} over {COUNTING_UNITS[denominator][1]} is no {kind}",
            mend=f"it is {found.kind} ({found.unit_en})",
        )
    return found


@cache
def unit_table() -> pd.DataFrame:
    """The units as they are written: `unit`, `counting_unit`, `measured` (bool), indexed by `unit`.

    `measured` tells a measured unit (公里, 元), whose last digit is rounded, from a counted one (人, 所).
    """
    table = pd.read_csv(data_dir() / "lexicon" / "units.csv", keep_default_na=False)
    table["measured"] = table["measured"] == "yes"
    return table.set_index("unit")


@cache
def _counting_units() -> dict[str, str]:
    return dict(zip(unit_table().index, unit_table()["counting_unit"], strict=True))


def counting_unit(unit: str) -> str:
    """The counting unit of a unit as written; ``other`` for one the table does not hold.

    Examples
    --------
    >>> counting_unit("人次"), counting_unit("所"), counting_unit("盎司")
    ('person_time', 'school', 'other')
    """
    return _counting_units().get(unit, "other")
