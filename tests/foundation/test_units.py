from __future__ import annotations

import pytest

from sxedu_analysis.foundation.errors import UnitError
from sxedu_analysis.foundation.units import COUNTING_UNITS, counting_unit, division, unit_table


@pytest.mark.parametrize(
    ("numerator", "denominator", "kind", "unit", "factor"),
    [
        ("person", "person", "coverage", "%", 100),
        ("school", "school", "coverage", "%", 100),
        ("yuan", "person", "amount_per_person", "元/人", 1),
        ("yuan", "person_time", "amount_per_award", "元/人次", 1),
        ("person_time", "event", "attendances_per_event", "人次/场", 1),
        ("person", "school", "persons_per_school", "人/所", 1),
        ("yuan", "yuan", "share_of_money", "%", 100),
    ],
)
def test_sound_divisions(numerator: str, denominator: str, kind: str, unit: str, factor: float) -> None:
    found = division(numerator, denominator)
    assert (found.kind, found.unit_zh, found.factor) == (kind, unit, factor)


def test_person_times_over_persons_is_given_only_to_who_asks_for_a_frequency() -> None:
    with pytest.raises(UnitError, match="never a coverage"):
        division("person_time", "person")
    with pytest.raises(UnitError, match="never a coverage"):
        division("person_time", "person", kind="coverage")
    assert division("person_time", "person", kind="frequency").factor == 1


def test_an_unsound_division_says_what_would_be_sound() -> None:
    with pytest.raises(UnitError, match=r"may be divided by .*schools"):
        division("person", "yuan")
    with pytest.raises(UnitError, match="per cent are not divided"):
        division("percent", "person")


def test_a_division_taken_for_another_kind_is_refused() -> None:
    with pytest.raises(UnitError, match="is no coverage; it is amount_per_award"):
        division("yuan", "person_time", kind="coverage")


def test_an_unknown_counting_unit_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnitError, match="did you mean 'person_time'"):
        division("persontime", "person")


def test_every_unit_of_the_table_counts_something_known() -> None:
    table = unit_table()
    assert set(table["counting_unit"]) <= set(COUNTING_UNITS)
    assert table.index.is_unique
    # A normal form that the table does not hold would lose its counting unit.
    assert set(table["normal"]) <= set(table.index)


def test_a_unit_that_no_table_holds_is_other() -> None:
    assert counting_unit("匹马") == "other"
    assert counting_unit("名") == "person"
