"""Facts become measures: numbers with bounds, formula, meaning, caveats and the places they rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sxedu_analysis.analysis.codebook import load_codebook
from sxedu_analysis.analysis.concepts import Codebook, Measure
from sxedu_analysis.analysis.context import read_context
from sxedu_analysis.analysis.facts import bind_facts
from sxedu_analysis.analysis.remarks import (
    Remark,
    joined,
    name_with_period,
    on_period,
    on_rounding,
    on_target,
)
from sxedu_analysis.analysis.skeletons import skeleton
from sxedu_analysis.analysis.soundness import sound_division
from sxedu_analysis.foundation.interval import Interval
from sxedu_analysis.foundation.units import Division, division
from sxedu_analysis.reading.quantities import find_quantities
from sxedu_analysis.reading.reports import Report, load_report

_PLACES = ("value", "raw", "start", "end", "source_start", "source_end")
_SIDE_TYPES = {
    "value": "float64",
    "raw": "str",
    "start": "Int64",
    "end": "Int64",
    "source_start": "Int64",
    "source_end": "Int64",
}
_SIDES = {f"{side}_{name}": _SIDE_TYPES[name] for side in ("numerator", "denominator") for name in _PLACES}

MEASURE_COLUMNS = {
    **dict.fromkeys(("report_id", "measure", "name_zh", "name_en", "kind"), "str"),
    **dict.fromkeys(("value", "low", "high"), "float64"),
    **dict.fromkeys(
        (
            "unit_zh",
            "unit_en",
            "formula",
            "formula_zh",
            "formula_en",
            "meaning_zh",
            "meaning_en",
            "caveats_zh",
            "caveats_en",
            "topic",
            "basis",
            "status",
            "numerator",
            "denominator",
        ),
        "str",
    ),
    **_SIDES,
    "key_figure": "Int64",
}
RATIO_COLUMNS = {
    "report_id": "str",
    "numerator": "str",
    "denominator": "str",
    "kind": "str",
    **dict.fromkeys(("value", "low", "high"), "float64"),
    "unit_zh": "str",
    "unit_en": "str",
    "caveat_zh": "str",
    "caveat_en": "str",
    "status": "str",
    **_SIDES,
}


def load_measures(report_id: str | Path | Report, *, codebook: str | Path | None = None) -> pd.DataFrame:
    """The measures that the codebook defines, for one report.

    Parameters
    ----------
    report_id : str, path or Report
        As for `load_facts`.
    codebook : path, optional
        Another codebook folder.

    Returns
    -------
    DataFrame
        One row a measure, in the codebook's order: `report_id`, `measure`, `name_zh`, `name_en`, `kind`,
        `value`, `low`, `high` (limits from rounding and wording, not a confidence interval), `unit_zh`,
        `unit_en`, `formula` (indicator codes), `formula_zh`, `formula_en`, `meaning_zh`, `meaning_en`,
        `caveats_zh`, `caveats_en` (the codebook's, and what this report's wording and period add),
        `topic`, `basis`, `status`, `numerator`, `denominator`; of both sides
        `…_value`, `…_raw`, `…_start`, `…_end`, `…_source_start`, `…_source_end`; `key_figure` (order among
        the key figures, or empty). `status` is ``derived``, ``reported`` (a rate or target as the text
        states it), ``not_reported`` (the report lacks a fact; value empty) or ``conflicting`` (facts of
        one indicator exclude each other; value empty).

    Examples
    --------
    >>> measures = load_measures("341324-2023H1").set_index("measure")
    >>> measures.loc["student_aid_per_award", ["value", "low", "high"]].astype(float).round(1).tolist()
    [402.5, 386.0, 420.4]
    """
    report, book = load_report(report_id), load_codebook(codebook)
    quantities = find_quantities(report.text)
    return compute_measures(report, quantities, bind_facts(report, quantities, book), book)


def compute_measures(
    report: Report, quantities: pd.DataFrame, facts: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """The codebook's measures from a report's facts; parameters and result as in `load_measures`."""
    complete = _complete_places(report, quantities, codebook)
    standing = standing_facts(facts)
    rows = []
    for measure in codebook.measures.values():
        numerator, denominator = standing.get(measure.numerator), standing.get(measure.denominator)
        row = describe(measure, codebook) | {"report_id": report.report_id}
        stated = _stated(facts, measure, complete.get(measure.measure, ()))
        if stated is not None:
            # The statement names the schools once: the one number is both what is reached and what there is.
            row |= _side("numerator", stated) | _side("denominator", stated)
            row |= {"numerator": measure.denominator, "status": "reported", **_numbers(Interval.exact(100.0))}
            row |= STATED
        else:
            row |= _side("numerator", numerator) | _side("denominator", denominator)
            row |= _computed(measure, numerator, denominator, codebook)
            if measure.form == "complete":
                row["kind"] = _division(measure, codebook).kind
            rate = standing.get(measure.stated_as)
            if row["status"] == "not_reported" and rate is not None:
                row |= _outright(rate, measure.stated_as)
        rows.append(row)
    frame = pd.DataFrame(rows, columns=list(MEASURE_COLUMNS)).astype(MEASURE_COLUMNS)
    present = {*facts["indicator"], *stated_otherwise(frame, codebook)}
    for row in rows:
        row |= _said_of_these(row, standing, present, report.period, codebook)
    return pd.DataFrame(rows, columns=list(MEASURE_COLUMNS)).astype(MEASURE_COLUMNS)


def ratio(
    facts: pd.DataFrame,
    numerator: str,
    denominator: str,
    kind: str | None = None,
    caveat: str | None = None,
    *,
    codebook: str | Path | None = None,
) -> pd.DataFrame:
    """Divide one indicator by another, if that is sound.

    Parameters
    ----------
    facts : DataFrame
        As `load_facts` returns it, of one report or of several.
    numerator, denominator : str
        Indicator codes.
    kind : str, optional
        What the quotient is taken for (``coverage``, ``amount_per_person`` …); checked. ``frequency`` is
        given only on demand: person-times over persons.
    caveat : str, optional
        How the two relate, and what the quotient does not show: obligatory where the codebook says neither by
        a measure nor under `related` (data/codebook/measures.yaml). It goes into the table.
    codebook : path, optional
        Another codebook folder.

    Returns
    -------
    DataFrame
        One row a report that has both facts: `report_id`, `numerator`, `denominator`, `kind`, `value`,
        `low`, `high`, `unit_zh`, `unit_en`, `caveat_zh`, `caveat_en` (yours; without
        one the codebook's, and what the report's wording and period add), `status`
        (derived, or conflicting with an empty value), and of both sides `…_value`, `…_raw`, `…_start`,
        `…_end`, `…_source_start`, `…_source_end`.

    Raises
    ------
    CodebookError
        If a code is unknown.
    UnitError
        If the division is unsound: by its counting units, because a target is divided by a result, because
        the codebook says so, or because it does not say how the two belong together and no caveat is given.
        Names the measures that are sound (`soundness`).

    Notes
    -----
    Bounds: low/high and high/low (interval arithmetic); limits, not a confidence interval. A share stops
    at 100 % unless the value itself is above: then the two counts do not belong together, and it is left
    to be seen.

    Examples
    --------
    >>> from sxedu_analysis.analysis.facts import load_facts
    >>> facts = load_facts("341324-2023H1")
    >>> share = ratio(facts, "after_school_participants", "compulsory_enrolment")
    >>> share[["value", "low", "high"]].round(2).values.tolist()
    [[93.75, 92.89, 94.62]]
    >>> ratio(facts, "drill_attendances", "compulsory_enrolment")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    sxedu_analysis.foundation.errors.UnitError: drill_attendances / compulsory_enrolment: person-times ...
    """
    book = load_codebook(codebook)
    quotient, from_codebook = sound_division(numerator, denominator, book, kind=kind, caveat=caveat)
    said: Remark = (caveat, caveat) if caveat else from_codebook
    rows = []
    for report_id in facts["report_id"].drop_duplicates():
        of_report = facts[facts["report_id"] == report_id]
        one, two = standing_fact(of_report, numerator), standing_fact(of_report, denominator)
        if one is None or two is None:
            continue
        status, numbers = _divide(one, two, quotient)
        sides = (one.row, two.row)
        remarks: list[Remark | None] = [said]
        if status == "derived" and not caveat:
            remarks += [on_period(*sides, str(one.row.period)), on_rounding(sides)]
        caveats = joined(remarks)
        rows.append(
            {
                "report_id": report_id,
                "numerator": numerator,
                "denominator": denominator,
                "kind": quotient.kind,
                **numbers,
                "unit_zh": quotient.unit_zh,
                "unit_en": quotient.unit_en,
                "caveat_zh": caveats[0],
                "caveat_en": caveats[1],
                "status": status,
                **_side("numerator", one),
                **_side("denominator", two),
            }
        )
    return pd.DataFrame(rows, columns=list(RATIO_COLUMNS)).astype(RATIO_COLUMNS)


STATED = {"formula": "stated", "formula_zh": "报告写明", "formula_en": "stated by the report"}
"""The formula of what no two numbers were divided for."""


# --- arithmetic


@dataclass(frozen=True, slots=True)
class StandingFact:
    """The fact that stands for an indicator; `conflicting` if the report's facts of it exclude each other."""

    interval: Interval
    row: Any
    conflicting: bool


def standing_fact(facts: pd.DataFrame, code: str) -> StandingFact | None:
    """Of several facts of one indicator the most precise, if all may be the same number."""
    return standing_facts(facts[facts["indicator"] == code]).get(code)


def standing_facts(facts: pd.DataFrame) -> dict[str, StandingFact]:
    """The `standing_fact` of every indicator that there are facts of."""
    rows = defaultdict(list)
    for row in facts.itertuples():
        rows[row.indicator].append(row)
    return {code: _standing(found) for code, found in rows.items()}


def _standing(rows: Sequence[Any]) -> StandingFact:
    # Sorted, so that the order of the rows changes nothing.
    found = sorted(
        ((Interval(row.value, row.low, row.high), row) for row in rows),
        key=lambda pair: (pair[0].high - pair[0].low, pair[1].start),
    )
    best, row = found[0]
    return StandingFact(best, row, not all(best.overlaps(other) for other, _ in found))


def _divide(one: StandingFact, two: StandingFact, quotient: Division) -> tuple[str, dict[str, float]]:
    if one.conflicting or two.conflicting or two.interval.low <= 0:
        return "conflicting", {}
    result = one.interval / two.interval
    result = result.scaled(quotient.factor)
    if quotient.unit_zh == "%" and result.value <= 100:
        result = result.clipped(0, 100)
    return "derived", _numbers(result)


def _numbers(interval: Interval) -> dict[str, float]:
    return {"value": interval.value, "low": interval.low, "high": interval.high}


def _computed(
    measure: Measure, numerator: StandingFact | None, denominator: StandingFact | None, book: Codebook
) -> dict[str, Any]:
    # A count over itself is no coverage: such a measure lives on the statement alone.
    if (
        numerator is None
        or measure.numerator == measure.denominator
        or (measure.denominator and denominator is None)
    ):
        return {"status": "not_reported"}
    if denominator is None:
        if numerator.conflicting:
            return {"status": "conflicting"}
        is_share = book.indicators[measure.numerator].counting_unit == "percent"
        interval = numerator.interval
        return {
            "status": "reported",
            **_numbers(interval.clipped(0, 100) if is_share and interval.value <= 100 else interval),
        }
    status, numbers = _divide(numerator, denominator, _division(measure, book))
    return {"status": status, **numbers}


def _outright(rate: StandingFact, code: str) -> dict[str, Any]:
    """A rate that the report gives without the counts it could be computed from."""
    if rate.conflicting:
        return {"status": "conflicting"}
    interval = rate.interval.clipped(0, 100) if rate.interval.value <= 100 else rate.interval
    return {
        "status": "reported",
        "kind": "reported_rate",
        "numerator": code,
        "denominator": "",
        **dict.fromkeys(f"denominator_{name}" for name in _PLACES),
        **_side("numerator", rate),
        **_numbers(interval),
        **STATED,
    }


def _division(measure: Measure, book: Codebook) -> Division:
    above, below = book.indicators[measure.numerator], book.indicators[measure.denominator]
    return division(
        above.counting_unit, below.counting_unit, kind=measure.kind if measure.form == "ratio" else None
    )


def _side(side: str, fact: StandingFact | None) -> dict[str, Any]:
    return {} if fact is None else {f"{side}_{name}": getattr(fact.row, name) for name in _PLACES}


def describe(measure: Measure, book: Codebook) -> dict[str, Any]:
    """What the codebook says of a measure, whether or not the report has its facts."""
    above = book.indicators[measure.numerator]
    if measure.denominator:
        below = book.indicators[measure.denominator]
        unit = _division(measure, book)
        units = (unit.unit_zh, unit.unit_en)
        formula = tuple(
            f"{one} / {two}"
            for one, two in (
                (above.indicator, below.indicator),
                (above.name_zh, below.name_zh),
                (above.name_en, below.name_en),
            )
        )
        basis = above.basis if above.basis == below.basis else f"{above.basis}/{below.basis}"
    else:
        units = (above.unit_zh, above.unit_en)
        formula = (above.indicator, above.name_zh, above.name_en)
        basis = above.basis
    return {
        **{
            name: getattr(measure, name)
            for name in (
                *(
                    "measure",
                    "name_zh",
                    "name_en",
                    "kind",
                    "meaning_zh",
                    "meaning_en",
                    "caveats_zh",
                    "caveats_en",
                ),
                *("topic", "numerator", "denominator", "key_figure"),
            )
        },
        "unit_zh": units[0],
        "unit_en": units[1],
        **dict(zip(("formula", "formula_zh", "formula_en"), formula, strict=True)),
        "basis": basis,
    }


def stated_otherwise(measures: pd.DataFrame, book: Codebook) -> set[str]:
    """The indicators of rates that a report need not state, because a measure of it gives their value.

    A measure that is such a rate itself gives no other value.
    """
    known = measures[measures["value"].notna()]
    rates = {code: book.measures[code].stated_as for code in known["measure"] if code in book.measures}
    own = dict(zip(known["measure"], known["numerator"], strict=True))
    return {rate for code, rate in rates.items() if rate and own[code] != rate}


def _said_of_these(
    row: dict[str, Any], standing: Mapping[str, StandingFact], present: set[str], period: str, book: Codebook
) -> dict[str, str]:
    """Name and caveats, with what the facts at hand add to the codebook's own.

    `present` holds the indicators that the report has a value of, stated or computed.
    """
    measure = book.measures[row["measure"]]
    names: Remark = (row["name_zh"], row["name_en"])
    remarks: list[Remark | None] = [(row["caveats_zh"], row["caveats_en"])]
    numerator, denominator = standing.get(row["numerator"]), standing.get(row["denominator"])
    if row["status"] == "derived" and numerator is not None and denominator is not None:
        sides = (numerator.row, denominator.row)
        names = name_with_period(names, _division(measure, book), *sides, period)
        remarks += [on_period(*sides, period), on_rounding(sides)]
    elif row["status"] == "reported" and numerator is not None and not row["denominator"]:
        if measure.kind == "target":
            remarks.append(on_target(numerator.row, book.indicators[measure.numerator].baseline in present))
        else:
            remarks.append(on_rounding([numerator.row]))
    caveats = joined(remarks)
    return {"name_zh": names[0], "name_en": names[1], "caveats_zh": caveats[0], "caveats_en": caveats[1]}


# --- stated completeness


def _complete_places(report: Report, quantities: pd.DataFrame, book: Codebook) -> dict[str, set[int]]:
    """Measure -> offsets of the numbers of which the text says that all take part."""
    asked = [measure for measure in book.measures.values() if measure.phrases]
    if not asked or quantities.empty:
        return {}
    bones = skeleton(report.text, quantities)
    context = read_context(report, book)
    found: dict[str, set[int]] = {}
    for measure in asked:
        for phrase in measure.phrases:
            spans = zip(phrase.matches(bones.text), phrase.spans(bones.text), strict=True)
            for (place, *_), (first, last) in spans:
                start, end = (int(quantities.at[bones.numbers[place], name]) for name in ("start", "end"))
                if (
                    context.is_plan(start)
                    or context.clauses.denied(bones.text[first:last], phrase.text)
                    or context.clauses.objection(start, end, phrase.text, "stock")
                ):
                    continue
                found.setdefault(measure.measure, set()).add(start)
    return found


def _stated(facts: pd.DataFrame, measure: Measure, places: Iterable[int]) -> StandingFact | None:
    """The fact of the whole of which the text says that all of it takes part."""
    return standing_fact(facts[facts["start"].isin(list(places))], measure.denominator) if places else None
