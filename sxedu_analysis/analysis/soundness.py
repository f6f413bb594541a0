"""Which indicator may be divided by which, and why one may not.

Counting units alone do not make a quotient sound: persons over persons may be two groups that have nothing
to do with each other. So a division is granted where the codebook states how the two belong together, as a
measure or under `related`, or where who asks states it in a caveat; all else is refused, with a reason in
both languages.
"""

from __future__ import annotations

from dataclasses import dataclass

from sxedu_analysis.analysis.concepts import Codebook, Indicator, Measure, Related
from sxedu_analysis.analysis.remarks import Remark
from sxedu_analysis.foundation.errors import UnitError
from sxedu_analysis.foundation.units import COUNTING_UNITS, Division, division

MOST_NAMED = 4
"""Sound measures that a refusal names at most."""
_COUNTED_AT = ("event", "case")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a division is refused: the reason in Chinese and English, and how to mend the call."""

    zh: str
    en: str
    mend: str = ""


def sound_division(
    numerator: str, denominator: str, book: Codebook, *, kind: str | None = None, caveat: str | None = None
) -> tuple[Division, Remark]:
    """The division of two indicators, and the codebook's caveats of it.

    Parameters
    ----------
    numerator, denominator : str
        Indicator codes.
    book : Codebook
    kind, caveat : str, optional
        As for `measures.ratio`.

    Raises
    ------
    CodebookError
        If a code is unknown.
    UnitError
        If the division is refused: one line with the reason and, where there are any, the sound measures.
    """
    above, below = book.indicator(numerator), book.indicator(denominator)
    found = _judged(above, below, book, kind, caveat)
    if not isinstance(found, Refusal):
        return found
    named = ", ".join(one.measure for one in sound_measures(numerator, book))
    mend = "; ".join(part for part in (found.mend, f"sound instead: {named}" if named else "") if part)
    raise UnitError(found.en, where=f"{numerator} / {denominator}", mend=mend)


def why_refused(numerator: str, denominator: str, book: Codebook) -> Remark | None:
    """Why a division without a caveat is refused, in Chinese and English; None if it is granted.

    Examples
    --------
    >>> from sxedu_analysis.analysis.codebook import load_codebook
    >>> why_refused("drill_attendances", "drill_sessions", load_codebook()) is None
    True
    """
    found = _judged(book.indicator(numerator), book.indicator(denominator), book, None, None)
    return (found.zh, found.en) if isinstance(found, Refusal) else None


def sound_measures(numerator: str, book: Codebook) -> list[Measure]:
    """What the codebook computes of an indicator as numerator, else as denominator; at most `MOST_NAMED`."""
    ratios = [one for one in book.measures.values() if one.denominator]
    above = [one for one in ratios if one.numerator == numerator]
    return (above or [one for one in ratios if one.denominator == numerator])[:MOST_NAMED]


def _judged(
    above: Indicator, below: Indicator, book: Codebook, kind: str | None, caveat: str | None
) -> tuple[Division, Remark] | Refusal:
    pair = (above.indicator, below.indicator)
    if pair in book.unsound:
        listed = book.unsound[pair]
        return Refusal(listed.why_zh, f"is unsound, {listed.why_en}")
    if (above.basis == "target") != (below.basis == "target"):
        return Refusal(
            "目标与结果之商不是完成率：两处是否同一任务，报告没有说明。",
            "a target and a result make no completion rate: whether they are one task is not stated",
            "show them side by side",
        )
    stated = _stated(pair, book)
    # Person-times over persons are given only to who says that a frequency is meant.
    meant = stated.kind if stated and stated.kind != "frequency" else None
    try:
        quotient = division(above.counting_unit, below.counting_unit, kind=kind or meant)
    except UnitError as error:
        return _by_units(above, below, error, book)
    if stated is not None:
        if kind not in (None, stated.kind):
            return Refusal(
                "分子是分母的一部分，但不以覆盖全部分母为目的：这是占比，不是覆盖率。",
                f"is a {stated.kind}, no {kind}: the numerator is not meant to reach all of the denominator",
                f"ask for kind={stated.kind!r}",
            )
        return quotient, (stated.caveats_zh, stated.caveats_en)
    return (quotient, ("", "")) if caveat else _unrelated(above, below, book)


def _stated(pair: tuple[str, str], book: Codebook) -> Measure | Related | None:
    """The measure, or the relation, by which the codebook grants a pair."""
    for one in book.measures.values():
        if one.form == "ratio" and (one.numerator, one.denominator) == pair:
            return one
    for one in book.measures.values():
        # Where a report does not state that all take part, the counts give the coverage.
        if one.form == "complete" and (one.numerator, one.denominator) == pair and pair[0] != pair[1]:
            return Related(*pair, "part", "coverage", one.caveats_zh, one.caveats_en)
    return book.related.get(pair)


def _by_units(above: Indicator, below: Indicator, error: UnitError, book: Codebook) -> Refusal:
    mend = str(error).removeprefix(error.what).removeprefix("; ")
    if (above.counting_unit, below.counting_unit) == ("person_time", "person"):
        zh = "人次除以人数不是覆盖率：同一个人可以计多次，得出的百分数没有“多少人”的含义。"
        covering = [
            one
            for one in book.measures.values()
            if (one.form, one.kind, one.denominator) == ("ratio", "coverage", below.indicator)
        ]
        if covering:
            zh += f"以{below.name_zh}为分母、数人头的是：{'、'.join(one.name_zh for one in covering)}。"
            mend += f"; persons out of {below.indicator}: {', '.join(one.measure for one in covering)}"
    else:
        one, other = (COUNTING_UNITS[each.counting_unit][0] for each in (above, below))
        zh = f"“{one}”除以“{other}”没有独立的含义。"
    return Refusal(zh, error.what, mend)


def _unrelated(above: Indicator, below: Indicator, book: Codebook) -> Refusal:
    """Why two counts whose units may be divided are not: what the codebook does not say of them."""
    mend = "give caveat='…' saying how they relate"
    if above.indicator == below.indicator:
        return Refusal(
            "同一个数除以自己，没有含义。", "a count over itself says nothing", "name two indicators"
        )
    backwards = _stated((below.indicator, above.indicator), book)
    if backwards is not None and backwards.kind in ("share", "coverage"):
        turned = f"ask for {below.indicator} / {above.indicator}"
        return Refusal("整体除以部分：占比应当反过来算。", "is the whole over its part", turned)
    if above.population != below.population:
        one, two = book.populations[above.population], book.populations[below.population]
        return Refusal(
            f"分子统计“{one.name_zh}”，分母统计“{two.name_zh}”，不是同一群体。",
            f"counts {one.name_en} over {two.name_en}, two populations",
            mend,
        )
    if above.counting_unit == below.counting_unit:
        return Refusal(
            "两个数是并列的计数，其中一个不是另一个的一部分，商不是占比或覆盖率。",
            "compares two counts, neither of which is a part of the other by definition",
            mend,
        )
    (one_zh, one_en), (two_zh, two_en) = (COUNTING_UNITS[each.counting_unit] for each in (above, below))
    if below.counting_unit in _COUNTED_AT:
        return Refusal(
            f"分子的“{one_zh}”是否出自分母的这些“{two_zh}”，没有说明。",
            f"whether these {one_en} belong to these {two_en} is not stated",
            mend,
        )
    return Refusal(
        f"分子的“{one_zh}”是否按分母的这些“{two_zh}”统计，没有说明。",
        f"whether these {one_en} are counted for these {two_en} is not stated",
        mend,
    )
