from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sxedu_analysis.classroom.checks import Question, WrongAnswerError, check, diagnose, hint, number_of
from sxedu_analysis.foundation.interval import Interval
from sxedu_analysis.foundation.printing import at_limit, quotable, value_text

SHARE = Question(
    "number", 93.75, {"inverted": 106.6667}, {"inverted": ("反了", "upside down")}, percent=True, place=0
)
QUOTED = Question(
    "number", 93.75, {}, {"false_precision": ("太细", "too fine")}, percent=True, place=0, honest=True
)
COUNT = Question(
    "bounds", (104500, 105500), {"scale_forgotten": (10.45, 10.55), "taken_as_exact": (105000, 105000)}
)
PERSONS = Question(
    "codes",
    frozenset({"a", "b"}),
    {"person_time_as_person": frozenset({"t"})},
    names={"甲": "a", "10.5万人": "b"},
)
PAIR = Question("ordered_codes", ("a", "b"), {"inverted": ("b", "a")}, names={"甲": "a"})
PLACE = Question("place", (513, 517), {"from_one": (514, 518)})


@pytest.mark.parametrize(
    "answer",
    [
        *(93.75, 94, 93.8, 93.7, "93.75", "93.75%", "94％", "约94%", 0.9375, 0.94, 0.938),
        *(np.float64(93.75), np.int64(94), np.array([93.75]), pd.Series([93.75])),
        *(Decimal("93.75"), Fraction(9375, 100), 105000 / 112000 * 100, 10.5 / 11.2),
    ],
)
def test_all_that_says_the_same_number_is_right(answer: Any) -> None:
    check(SHARE, answer)


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        *(
            (None, "missing"),
            (..., "missing"),
            ("", "missing"),
            ("许多", "kind"),
            ([1, 2], "kind"),
            (True, "kind"),
        ),
        *((float("nan"), "kind"), (106.67, "inverted"), (107, "inverted"), (1.0667, "inverted")),
        # Rounded too far, truncated or simply wrong.
        *((90, "rounded_too_far"), (93.6, "wrong"), (9375, "wrong"), (93.3, "wrong"), (math.inf, "wrong")),
    ],
)
def test_what_is_not_right_is_told_by_its_mistake(answer: Any, mistake: str) -> None:
    assert diagnose(SHARE, answer) == mistake
    with pytest.raises(WrongAnswerError):
        check(SHARE, answer)


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        *((94, ""), ("94%", ""), (0.94, ""), (95, "wrong")),
        *((93.75, "false_precision"), ("93.8", "false_precision"), (0.938, "false_precision")),
    ],
)
def test_where_digits_are_asked_about_false_precision_is_a_mistake(answer: Any, mistake: str) -> None:
    assert diagnose(QUOTED, answer) == mistake


@pytest.mark.parametrize(
    "answer",
    [
        *((104500, 105500), [104500, 105500], np.array([104500, 105500]), ("10.45万", "10.55万")),
        *({"low": 104500, "high": 105500}, pd.Series({"low": 104500.0, "high": 105500.0})),
        *(Interval(105000, 104500, 105500), "104500–105500", "104500-105500", "10.45万至10.55万"),
        (Decimal(104500), 105500.0),
    ],
)
def test_bounds_may_come_in_whatever_holds_two_numbers(answer: Any) -> None:
    check(COUNT, answer)


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        *(
            ((10.45, 10.55), "scale_forgotten"),
            (105000, "taken_as_exact"),
            ((105000, 105000), "taken_as_exact"),
        ),
        # A count's bounds are exact: to round them is to lose them.
        *(((104000, 106000), "wrong"), ((105500, 104500), "wrong"), ((1, 2, 3), "kind"), (object(), "kind")),
        *(((104500, "x"), "kind"), ((104500, math.inf), "wrong")),
    ],
)
def test_bounds_that_are_not_right(answer: Any, mistake: str) -> None:
    assert diagnose(COUNT, answer) == mistake


def test_an_open_bound_is_a_number_too() -> None:
    question = Question("bounds", (78000, 79000), {"open_ended": (78000, math.inf)})
    assert diagnose(question, (78000, math.inf)) == "open_ended"
    assert diagnose(question, (78000, "inf")) == "open_ended"


@pytest.mark.parametrize(
    "answer",
    [
        ["a", "b"],
        {"b", "a"},
        ("b", "a", "a"),
        "a, b",
        "甲、10.5万人",
        pd.Series(["a", "b"]),
        np.array(["b", "甲"]),
        iter("ab"),
    ],
)
def test_a_set_of_codes_may_come_in_any_collection_order_and_name(answer: Any) -> None:
    check(PERSONS, answer)


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        *(
            (["a"], "incomplete"),
            (["a", "b", "t"], "person_time_as_person"),
            (["t"], "person_time_as_person"),
        ),
        *((["a", "z"], "wrong"), ([], "wrong"), (3, "kind"), ({"a": 1}, "kind")),
    ],
)
def test_sets_that_are_not_right(answer: Any, mistake: str) -> None:
    assert diagnose(PERSONS, answer) == mistake


def test_order_counts_where_it_is_asked_for() -> None:
    check(PAIR, ["甲", "b"])
    check(PAIR, "a / b")
    assert diagnose(PAIR, ("b", "a")) == "inverted"
    assert diagnose(PAIR, ("a",)) == "wrong"


def test_places_are_exact() -> None:
    check(PLACE, (513, 517))
    check(PLACE, {"start": 513, "end": 517})
    check(PLACE, (np.int64(513), 517.0))
    assert diagnose(PLACE, (514, 518)) == "from_one"
    assert diagnose(PLACE, (513, 516)) == "wrong"


def test_the_message_is_the_hint_in_both_languages_and_no_traceback() -> None:
    with pytest.raises(WrongAnswerError) as caught:
        check(SHARE, 106.67)
    assert str(caught.value) == "反了\nupside down"
    assert caught.value._render_traceback_() == ["反了", "upside down"]
    with pytest.raises(
        WrongAnswerError, match="应为一个数。\\nThe answer has not the right form: give one number"
    ):
        check(SHARE, "许多")


def test_a_hint_points_to_a_mistake_and_confirms_nothing() -> None:
    assert hint(SHARE, 106.67) == "反了\nupside down"
    assert hint(QUOTED, 93.75) == "太细\ntoo fine"
    # Right, wrong in no typical way, and not answered look alike.
    assert hint(SHARE, 93.75) == hint(SHARE, 12) == hint(SHARE, None) == hint(PERSONS, ["a"]) == ""


def test_a_check_keeps_nothing_between_calls() -> None:
    for answer in (93.75, 106.67, 93.75):
        assert diagnose(SHARE, answer) == ("" if answer == 93.75 else "inverted")


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("1,234", 1234),
        ("1.2万人次", 12000),
        ("1.2万和3万", None),
        (np.nan, None),
        (Decimal("nan"), None),
        ([1], None),
        (np.array([1, 2]), None),
        ("nan", None),
    ],
)
def test_numbers_are_read_as_a_report_would_be(answer: Any, number: float | None) -> None:
    found = number_of(answer)
    assert (None if found is None else float(found)) == number


def test_a_zero_at_the_end_is_a_digit_and_both_neighbours_of_a_tie_are_right() -> None:
    check(Question("number", 90.18, {}, percent=True, place=0, honest=True, limits=(89.4, 91)), "90")
    tie = Question("number", 92.5, {}, percent=True, place=0, honest=True, limits=(91.1, 94))
    for answer in (92, 93, "92%", 0.93):
        check(tie, answer)
    assert diagnose(tie, 92.5) == "false_precision"


@pytest.mark.parametrize("answer", [402.5, 400, "约400元/人次", 402, 403, 410 - 10])
def test_what_rounds_within_the_bounds_is_right(answer: Any) -> None:
    check(Question("number", 402.5, {}, place=1, limits=(386.0, 420.4)), answer)


@pytest.mark.parametrize("answer", [405, 410, 380, 402.4])
def test_what_is_within_the_bounds_but_no_rounding_is_wrong(answer: Any) -> None:
    assert diagnose(Question("number", 402.5, {}, place=1, limits=(386.0, 420.4)), answer)


@given(
    st.floats(0.01, 1e7),
    st.floats(1e-4, 0.2),
    st.floats(1e-4, 0.2),
    st.booleans(),
)
def test_what_the_pages_print_passes_the_check(
    value: float, below: float, above: float, honest: bool
) -> None:
    low, high = value * (1 - below), value * (1 + above)
    printed, place = quotable(value, low, high)
    check(Question("number", value, {}, place=place, limits=(low, high), honest=honest), printed)
    if not at_limit(value, low, high):
        check(
            Question("number", value, {}, place=place, limits=(low, high), honest=honest),
            value_text(value, low, high),
        )


WHOLE = Question("bounds", (78000, 79000), {}, also=(frozenset({78001.0}), frozenset({78999.0})))


@pytest.mark.parametrize("answer", [(78000, 79000), (78000, 78999), (78001, 78999), "7.8万到7.9万"])
def test_nobody_is_half_there(answer: Any) -> None:
    check(WHOLE, answer)
    assert diagnose(WHOLE, (78000, 78998)) == diagnose(WHOLE, (77999, 79000)) == "wrong"


RATES = Question("bounds", (92.8889, 94.6188), {"same_ends": (93.722, 93.778)}, percent=True, place=-1)


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        *(((92.8, 94.7), ""), ((92.9, 94.6), ""), ((0.928, 0.947), ""), ("92.8–94.7%", "")),
        *(((92, 95), "rounded_too_far"), ((93, 95), "rounded_too_far"), ((0.9289, 94.62), "wrong")),
        *(((93.72, 93.78), "same_ends"), ((92.7, 94.7), "wrong"), ((90, 100), "wrong")),
    ],
)
def test_bounds_are_rounded_outwards_or_to_the_nearest_and_both_alike(answer: Any, mistake: str) -> None:
    assert diagnose(RATES, answer) == mistake


def test_a_share_taken_for_the_answer_is_known_as_a_fraction_too() -> None:
    trap = Question("number", 152.2, {"trap": 93.75}, place=0, shares=frozenset({"trap"}))
    assert diagnose(trap, 0.9375) == diagnose(trap, "93.75%") == "trap"


def test_a_table_of_the_right_rows_and_a_code_with_its_name_answer_too() -> None:
    check(PERSONS, pd.DataFrame({"value": [1, 2], "indicator": ["a", "b"]}))
    check(PERSONS, ["a 甲", "b（10.5万人）"])
    assert diagnose(PERSONS, ["a 10.5万人"]) == "wrong"
    assert diagnose(PERSONS, pd.DataFrame({"value": [1]})) == "kind"
