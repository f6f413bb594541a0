"""Checks of a student's answer: fair to all equivalent ways of writing it, with a hint for a typical mistake.

A check knows the right answer and what each typical mistake leads to. It compares numbers, not spellings: 94,
``"94%"``, ``0.94`` and ``Decimal("93.8")`` all answer "93.75 %"; ``"10.5万"`` is read as the package reads a
report. It keeps nothing between calls: a copied cell checks what it checked before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sxedu_analysis.foundation.interval import Interval
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
    honest : bool
        Whether more digits than that are a mistake (``false_precision``).
    names : mapping
        Other ways to write a code: its names, or the words of the report.
    about : mapping
        What the question is about, to be filled into its text.
    """

    kind: str
    answer: Any
    mistakes: Mapping[str, Any]
    hints: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    percent: bool = False
    place: int | None = None
    honest: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
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
    told = found in (*question.mistakes, "kind", "false_precision")
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

    Examples
    --------
    >>> [is_rounded(Decimal(one), 93.75, 0) for one in ("93.75", "93.8", "94", "93.7", "90")]
    [True, True, True, False, False]
    """
    if not answer.is_finite() or not math.isfinite(exact):
        return float(answer) == exact
    if math.isclose(float(answer), exact, rel_tol=1e-6, abs_tol=1e-9):
        return True
    digits = _last_place(answer)
    if place is None or digits > place:
        return False
    step = Decimal(1).scaleb(digits)
    return bool((Decimal(repr(float(exact))) / step).quantize(Decimal(1), ROUND_HALF_UP) * step == answer)


def _last_place(number: Decimal) -> int:
    """The power of ten of the last digit that is not zero."""
    exponent = number.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _same(question: Question, answer: Decimal, exact: float) -> bool:
    if is_rounded(answer, exact, question.place):
        return True
    place = None if question.place is None else question.place - 2
    return question.percent and abs(answer) <= 2 and is_rounded(answer, exact / 100, place)


def _of_number(question: Question, answer: Any) -> str:
    number = number_of(answer)
    if number is None:
        return "kind"
    if _same(question, number, question.answer):
        shown = number * 100 if question.percent and abs(number) <= 2 else number
        too_fine = question.place is not None and _last_place(shown) < question.place
        return "false_precision" if question.honest and too_fine else ""
    return _mistaken(question, lambda wrong: _resembles(number, wrong, question.percent))


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

    def same(wanted: Sequence[float]) -> bool:
        ends = zip(pair, wanted, strict=True)
        if question.kind == "place":
            return all(end == Decimal(want) for end, want in ends)
        return all(_same(question, end, float(want)) for end, want in ends)

    return "" if same(question.answer) else _mistaken(question, same)


def _pair(answer: Any) -> tuple[Decimal, Decimal] | None:
    """Two numbers from a pair, a mapping or row with low and high, an interval; one number counts twice."""
    if isinstance(answer, Interval):
        answer = (answer.low, answer.high)
    if isinstance(answer, str):
        parts = [
            part for mark in ("–", "~", "～", "至", "-") for part in (answer.split(mark),) if len(part) == 2
        ]
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
    if isinstance(answer, str):
        for mark in ("、", "；", ";", "，", "/", "÷"):
            answer = answer.replace(mark, ",")
        answer = answer.split(",")
    if isinstance(answer, Mapping) or not isinstance(answer, Iterable):
        return None
    words = [str(word).strip() for word in answer]
    return [question.names.get(word, word) for word in words if word]
