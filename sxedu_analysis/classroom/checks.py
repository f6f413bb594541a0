"""Checks of a student's answer: fair to all equivalent ways of writing it, with a hint for a typical mistake.

A check knows the right answer and what each typical mistake leads to. It compares numbers, not spellings: 94,
``"94%"``, ``0.94`` and ``Decimal("93.8")`` all answer "93.75 %"; ``"10.5万"`` is read as the package reads a
report. It keeps nothing between calls: a copied cell checks what it checked before.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from sxedu_analysis.foundation.interval import Interval
from sxedu_analysis.foundation.printing import place_of, quotable
from sxedu_analysis.reading.quantities import find_quantities

KINDS = ("number", "bounds", "codes", "ordered_codes", "place")
"""What is answered: one number, two bounds, a set of codes, codes in an order, two offsets in a text."""


@dataclass(frozen=True)
class Question:
    """A question with its answer and its typical mistakes, computed from a report.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    answer : Any
        A number, a pair of numbers, a frozenset or a tuple of codes; for codes also a list of several sets,
        each of which is right.
    mistakes : mapping
        Mistake -> what it leads to. For codes: those of which none may be in the answer.
    hints : mapping
        Mistake -> hint in Chinese and in English.
    percent : bool
        Whether the number is in per cent, so that a fraction of 1 says the same.
    place : int, optional
        The power of ten of the last honest digit: the answer may be rounded to it, and no further. Without
        one it may not be rounded.
    limits : pair of numbers, optional
        The bounds of a number: rounded to any digit it is right as long as it stays within them (43 for
        43.125 of 42.9 to 43.4), and so is what the pages print of it.
    honest : bool
        Whether more digits than that are a mistake (``false_precision``).
    names : mapping
        Other ways to write a code: its names, or the words of the report.
    also : pair of sets of numbers
        What else either bound may be: of a count that cannot be as large as its upper bound, one less.
    shares : frozenset
        The mistakes of a number that are in per cent though the answer is not.
    about : mapping
        What the question is about, to be filled into its text.
    """

    kind: str
    answer: Any
    mistakes: Mapping[str, Any]
    hints: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    percent: bool = False
    place: int | None = None
    limits: tuple[float, float] | None = None
    honest: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    also: tuple[frozenset[float], frozenset[float]] = (frozenset(), frozenset())
    shares: frozenset[str] = frozenset()
    about: Mapping[str, str] = field(default_factory=dict)


class WrongAnswerError(AssertionError):
    """An answer that is not right; says what is known about why, in both languages."""

    def _render_traceback_(self) -> list[str]:
        # A student is told what to think about, not where the library raised it.
        return str(self).splitlines()


_GENERAL = {
    "missing": ("还没有作答。", "There is no answer yet."),
    "kind": ("答案的形式不对：应为{zh}。", "The answer has not the right form: give {en}."),
    "wrong": ("答案不对，再想一想。", "The answer is not right; think again."),
    "rounded_too_far": (
        "取整过头了：按上下限允许的位数，还可以多写一位。",
        "Rounded too far; the bounds allow one more digit.",
    ),
    "incomplete": ("找到的都对，但还不全。", "What you found is right, but there is more."),
}
_FORMS = {
    "number": ("一个数", "one number"),
    "bounds": ("两个数（下界，上界）", "two numbers (lower, upper)"),
    "codes": ("一组代码或名称", "a set of codes or names"),
    "ordered_codes": ("按次序的代码或名称", "codes or names in their order"),
    "place": ("两个整数（起，止）", "two whole numbers (start, end)"),
}


def check(question: Question, answer: Any) -> None:
    """Accept an answer, or say what is wrong with it.

    Raises
    ------
    WrongAnswerError
        If it is not right: with the hint of the mistake it looks like, if it looks like one.

    Examples
    --------
    >>> question = Question("number", 93.75, {"inverted": 106.67}, {"inverted": ("反了", "upside down")},
    ...                     percent=True, place=0)
    >>> for answer in (93.75, "93.8%", 94, 0.9375):
    ...     check(question, answer)
    >>> check(question, 106.7)
    Traceback (most recent call last):
    sxedu_analysis.classroom.checks.WrongAnswerError: 反了
    upside down
    """
    found = diagnose(question, answer)
    if found:
        raise WrongAnswerError("\n".join(words_of(question, found)))


def hint(question: Question, answer: Any) -> str:
    """What to think about if an answer looks like a typical mistake; empty for any other, right or wrong.

    It is what a student sees while working: it points to a mistake and never confirms an answer.
    """
    found = diagnose(question, answer)
    told = found in (*question.mistakes, "kind", "false_precision", "rounded_too_far")
    return "\n".join(words_of(question, found)) if told else ""


def words_of(question: Question, mistake: str) -> tuple[str, str]:
    """The hint for a mistake, in Chinese and in English."""
    zh, en = question.hints.get(mistake) or _GENERAL.get(mistake) or _GENERAL["wrong"]
    form = _FORMS[question.kind]
    return zh.replace("{zh}", form[0]), en.replace("{en}", form[1])


def diagnose(question: Question, answer: Any) -> str:
    """The mistake that an answer shows: empty if it is right, ``wrong`` if it is none of the typical ones."""
    if answer is None or answer is Ellipsis or (isinstance(answer, str) and not answer.strip()):
        return "missing"
    if question.kind == "number":
        return _of_number(question, answer)
    if question.kind in ("bounds", "place"):
        return _of_pair(question, answer)
    return _of_codes(question, answer)


# --- numbers


def number_of(answer: Any) -> Decimal | None:
    """An answer as a number: any numeric type, or text as a report would write it; None if it is none.

    Examples
    --------
    >>> print(number_of("10.5万"), number_of("93.75%"), number_of(0.5), number_of("many"), number_of(True))
    105000.0 93.75 0.5 None None
    """
    if isinstance(answer, bool):
        return None
    if isinstance(answer, str):
        text = answer.strip().replace(",", "").replace("，", "").replace("≈", "").lstrip("约")
        try:
            number = Decimal(text)
        except ArithmeticError:
            quantities = find_quantities(text)
            quantities = quantities[quantities["kind"] == "quantity"]
            return Decimal(repr(float(quantities["value"].iloc[0]))) if len(quantities) == 1 else None
        return number if not number.is_nan() else None
    if isinstance(answer, Decimal):
        return None if answer.is_nan() else answer
    if hasattr(answer, "item"):
        # numpy's and pandas' scalars, and arrays and series of one
        try:
            answer = answer.item()
        except (TypeError, ValueError):
            return None
    try:
        number = Decimal(repr(float(answer)))
    except (TypeError, ValueError, OverflowError):
        return None
    return None if number.is_nan() else number


def is_rounded(answer: Decimal, exact: float, place: int | None) -> bool:
    """Whether an answer is a number itself, or that number rounded to `place` at most (without one: not).

    Half-way between two both are right: the one rule rounds up, the other to the even digit.

    Examples
    --------
    >>> [is_rounded(Decimal(one), 93.75, 0) for one in ("93.75", "93.8", "93.7", "94", "93.9", "90")]
    [True, True, True, True, False, False]
    >>> is_rounded(Decimal(90), 90.18, 0), is_rounded(Decimal(400), 402.5, 1)
    (True, True)
    """
    if not answer.is_finite() or not math.isfinite(exact):
        return float(answer) == exact
    if math.isclose(float(answer), exact, rel_tol=1e-6, abs_tol=1e-9):
        return True
    # A zero at the end may be a digit too: 90 is 90.18 rounded to units, and so is 400 402.5 to tens.
    return place is not None and _is_near(answer, exact, min(_last_place(answer), place))


def _is_near(answer: Decimal, exact: float, place: int) -> bool:
    """Whether a number is off by half a unit of a place at most."""
    off = abs(answer - Decimal(repr(float(exact))))
    return float(off) <= 0.5 * 10.0**place * (1 + 1e-9)


def _is_outward(answer: Decimal, exact: float, place: int, rounding: str) -> bool:
    """Whether a bound was rounded outwards, to a place at most, as the pages print it."""
    if not answer.is_finite() or not math.isfinite(exact):
        return False
    step = Decimal(1).scaleb(min(_last_place(answer), place))
    return (Decimal(repr(float(exact))) / step).quantize(Decimal(1), rounding) * step == answer


def _last_place(number: Decimal) -> int:
    """The power of ten of the last digit that is not zero."""
    exponent = number.normalize().as_tuple().exponent
    return exponent if number and isinstance(exponent, int) else 0


def _same(question: Question, answer: Decimal, exact: float, scale: int = 0) -> bool:
    """Whether an answer is a number over 10**scale, rounded to what the question allows at most."""
    place = None if question.place is None else question.place - scale
    return is_rounded(answer, exact / 10**scale, place)


def _within(question: Question, answer: Decimal) -> bool:
    """Whether an answer is the question's number rounded and within its bounds, or what the pages print."""
    if question.limits is None or not answer.is_finite():
        return False
    low, high = question.limits
    if place_of(low, high) is None:
        return False
    if math.isclose(float(answer), quotable(question.answer, low, high)[0], rel_tol=1e-9):
        return True
    return low <= answer <= high and _is_near(answer, question.answer, _last_place(answer))


def _of_number(question: Question, answer: Any) -> str:
    number = number_of(answer)
    if number is None:
        return "kind"
    # A fraction of 1 says the same as per cent.
    said = [number * 100, number] if question.percent and abs(number) <= 2 else [number]
    for one in said:
        if _same(question, one, question.answer) or _within(question, one):
            too_fine = question.place is not None and _last_place(one) < question.place
            return "false_precision" if question.honest and too_fine else ""
    mistake = next(
        (
            name
            for name, wrong in question.mistakes.items()
            if _resembles(number, wrong, question.percent or name in question.shares)
        ),
        "wrong",
    )
    if mistake == "wrong" and any(_is_too_round(one, question.answer, question.place) for one in said):
        return "rounded_too_far"
    return mistake


def _is_too_round(answer: Decimal, exact: float, place: int | None) -> bool:
    """Whether an answer is a number rounded to one digit less than it may be."""
    if place is None or not answer or not answer.is_finite() or not math.isfinite(exact):
        return False
    return _last_place(answer) >= place + 1 and _is_near(answer, exact, place + 1)


def _resembles(answer: Decimal, wrong: float, percent: bool) -> bool:
    """Whether an answer may have come from a mistake: that number to two digits, or nearly that number."""
    place = Decimal(repr(float(wrong))).adjusted() - 1
    if is_rounded(answer, wrong, place) or math.isclose(float(answer), wrong, rel_tol=0.005):
        return True
    return percent and abs(answer) <= 2 and _resembles(answer * 100, wrong, False)


def _of_pair(question: Question, answer: Any) -> str:
    pair = _pair(answer)
    if pair is None:
        return "kind"

    def same(wanted: Sequence[float], scale: int = 0) -> bool:
        ends = zip(pair, wanted, strict=True)
        if question.kind == "place":
            return all(end == Decimal(want) for end, want in ends)
        return all(_same(question, end, float(want), scale) for end, want in ends)

    # Both ends are in per cent, or both are fractions of 1.
    fractions = question.percent and all(abs(end) <= 2 for end in pair)
    scales = (0, 2) if fractions else (0,)
    if any(_are_bounds(question, pair, scale) for scale in scales):
        return ""
    mistake = _mistaken(question, lambda wrong: any(same(wanted=wrong, scale=scale) for scale in scales))
    if mistake == "wrong" and question.place is not None and question.kind == "bounds":
        coarse = replace(question, place=question.place + 1)
        if any(_are_bounds(coarse, pair, scale) for scale in scales):
            return "rounded_too_far"
    return mistake


def _are_bounds(question: Question, pair: Sequence[Decimal], scale: int) -> bool:
    """Whether two numbers are the bounds: exact, rounded to their digits, or rounded outwards to them."""
    for end, want, also, rounding in zip(
        pair, question.answer, question.also, (ROUND_FLOOR, ROUND_CEILING), strict=True
    ):
        if question.kind == "place":
            if end != Decimal(want):
                return False
            continue
        wanted = float(want) / 10**scale
        place = None if question.place is None else question.place - scale
        outward = place is not None and _is_outward(end, wanted, place, rounding)
        if not (outward or is_rounded(end, wanted, place) or float(end) in also):
            return False
    return True


_RANGE_MARKS = ("到", "至", " to ", "–", "—", "~", "～", "－", "、", "，", ", ", "-")


def _pair(answer: Any) -> tuple[Decimal, Decimal] | None:
    """Two numbers from a pair, a mapping or row with low and high, an interval; one number counts twice."""
    if isinstance(answer, Interval):
        answer = (answer.low, answer.high)
    if isinstance(answer, str):
        parts = [part for mark in _RANGE_MARKS for part in (answer.split(mark),) if len(part) == 2]
        answer = parts[0] if parts else answer
    if hasattr(answer, "keys") and {"low", "high"} <= set(answer.keys()):
        answer = (answer["low"], answer["high"])
    if hasattr(answer, "keys") and {"start", "end"} <= set(answer.keys()):
        answer = (answer["start"], answer["end"])
    one = number_of(answer) if not isinstance(answer, tuple | list) else None
    if one is not None:
        return one, one
    try:
        ends = [number_of(end) for end in answer]
    except TypeError:
        return None
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return None
    return ends[0], ends[1]


def _mistaken(question: Question, same: Any) -> str:
    return next((name for name, wrong in question.mistakes.items() if same(wrong)), "wrong")


# --- codes


def _of_codes(question: Question, answer: Any) -> str:
    codes = _codes(question, answer)
    if codes is None:
        return "kind"
    if question.kind == "ordered_codes":
        if tuple(codes) == tuple(question.answer):
            return ""
        return _mistaken(question, lambda wrong: tuple(codes) == tuple(wrong))
    found = frozenset(codes)
    right = question.answer if isinstance(question.answer, list) else [question.answer]
    if found in right:
        return ""
    mistake = _mistaken(question, lambda wrong: bool(found & frozenset(wrong)))
    if mistake == "wrong" and found and any(found < one for one in right):
        return "incomplete"
    return mistake


def _codes(question: Question, answer: Any) -> list[str] | None:
    """The codes of an answer, in whatever collection and under whatever name; None if it is no collection."""
    if hasattr(answer, "columns"):
        # A table of the right rows answers too.
        known = [name for name in _CODE_COLUMNS if name in answer.columns]
        answer = answer[known[0]] if known else None
    if isinstance(answer, str):
        for mark in ("、", "；", ";", "，", "/", "÷"):
            answer = answer.replace(mark, ",")
        answer = answer.split(",")
    if isinstance(answer, Mapping) or not isinstance(answer, Iterable):
        return None
    words = [str(word).strip() for word in answer]
    return [_code(question, word) for word in words if word]


_CODE_COLUMNS = ("indicator", "comparator", "adcode", "measure")
"""The columns of our tables that hold codes; a table of gaps has no indicator."""


def _code(question: Question, word: str) -> str:
    """The code of a name, or of a code with its name beside it (``321302 宿城区``)."""
    if word in question.names:
        return question.names[word]
    parts = re.split(r"[\s()（）]+", word.strip("()（） "))
    codes = {question.names.get(part, part) for part in parts}
    return codes.pop() if len(codes) == 1 else word
