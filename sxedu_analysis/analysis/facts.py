"""Quantities and the codebook make facts: what a report states, for which indicator, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from sxedu_analysis.analysis.codebook import NOTHING, load_codebook
from sxedu_analysis.analysis.concepts import Codebook
from sxedu_analysis.analysis.context import read_context
from sxedu_analysis.analysis.locations import load_locations
from sxedu_analysis.analysis.phrases import Phrase
from sxedu_analysis.analysis.skeletons import Number, skeleton_of
from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.reading.quantities import find_quantities
from sxedu_analysis.reading.reports import Report, load_report

FACT_COLUMNS = {
    "report_id": "str",
    "adcode": "str",
    "period": "str",
    "indicator": "str",
    "name_zh": "str",
    "name_en": "str",
    "value": "float64",
    "low": "float64",
    "high": "float64",
    "unit": "str",
    "counting_unit": "str",
    "qualifier": "str",
    "basis": "str",
    "topic": "str",
    "section": "str",
    "sentence": "str",
    "raw": "str",
    "start": "Int64",
    "end": "Int64",
    "source_start": "Int64",
    "source_end": "Int64",
}

# Classifiers that Chinese puts before many kinds of things: 个, 项, 条, 处 … say less than the phrase does.
# Persons, person-times, money and shares are strict, since confusing those is the mistake that matters.
_LOOSE_UNITS = frozenset(
    {"school", "class", "seat", "event", "case", "item", "document", "team", "place", "other"}
)


def load_facts(
    report_id: str | Path | Report | None = None,
    *,
    codebook: str | Path | None = None,
    source: str | Path | None = None,
) -> pd.DataFrame:
    """The facts of a report: each number that the codebook knows how to read.

    Parameters
    ----------
    report_id : str, path or Report
        A report of the project (``341324-2023H1``), or a file with any county's report.
    codebook : path, optional
        Another codebook folder.
    source : path, optional
        Instead of a report: the facts of many, from the file that ``sxedu extract`` wrote; a last column
        `file` says which each is from.

    Returns
    -------
    DataFrame
        One row a fact, in text order: `report_id`, `adcode`, `period`, `indicator`, `name_zh`, `name_en`,
        `value`, `low`, `high` (in the unit of `unit`), `unit`, `counting_unit` (the indicator's),
        `qualifier`, `basis`, `topic`, `section`, `sentence`, `raw`, `start`, `end` (offsets in the analysed
        text: ``raw == text[start:end]``), `source_start`, `source_end` (offsets in the original; for a
        file they are the same). An indicator may have several rows, if the report states it several times.

    Raises
    ------
    InputError, UnknownReportError
        If there is no such report, or the file cannot be read.
    CodebookError
        If the codebook has a mistake.

    Notes
    -----
    A number that two indicators claim with equal weight is left unbound: `find_ties` lists such numbers,
    and `load_findings` reports them.

    Examples
    --------
    >>> facts = load_facts("341324-2023H1").set_index("indicator")
    >>> fact = facts.loc["after_school_participants"]
    >>> print(fact["raw"], fact["value"], fact["low"], fact["high"])
    10.5万人 105000.0 104500.0 105500.0
    """
    if source is not None:
        from sxedu_analysis.analysis.store import load_stored_facts

        return load_stored_facts(source)
    if report_id is None:
        raise InputError("no report is given", where="load_facts", mend="give a report_id, or source=FILE")
    report = load_report(report_id)
    return bind_facts(report, find_quantities(report.text), load_codebook(codebook))


def bind_facts(report: Report, quantities: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Bind a report's quantities to the codebook's indicators.

    Parameters
    ----------
    report : Report
    quantities : DataFrame
        ``find_quantities(report.text)``.
    codebook : Codebook

    Returns
    -------
    DataFrame
        As `load_facts` returns it.
    """
    return fact_frame(fact_columns(report, _columns(quantities), codebook))


def fact_columns(
    report: Report, quantities: Mapping[str, Sequence[Any]], codebook: Codebook
) -> dict[str, list[Any]]:
    """The columns of `bind_facts` as lists, from the columns of the quantities, in text order."""
    bound = _bind(report, quantities, codebook)[0]
    rows = sorted(bound)
    facts: dict[str, list[Any]] = {
        name: [getattr(codebook.indicators[bound[row]], name) for row in rows]
        for name in ("indicator", "name_zh", "name_en", "basis", "topic", "counting_unit")
    }
    for name in ("report_id", "adcode", "period"):
        facts[name] = [getattr(report, name)] * len(rows)
    for name in FACT_COLUMNS.keys() & quantities.keys() - facts.keys():
        facts[name] = [quantities[name][row] for row in rows]
    if report.text_kind == "restated":
        table = load_locations(report)
        places = dict(
            zip(
                table["restated_start"],
                zip(table["source_start"], table["source_end"], strict=True),
                strict=True,
            )
        )
        found = [places.get(start, (None, None)) for start in facts["start"]]
        facts["source_start"], facts["source_end"] = [one for one, _ in found], [one for _, one in found]
    else:
        facts["source_start"], facts["source_end"] = facts["start"], facts["end"]
    return facts


def fact_frame(columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Facts as a table, from their columns."""
    return pd.DataFrame({name: pd.Series(columns[name], dtype=kind) for name, kind in FACT_COLUMNS.items()})


def _columns(quantities: pd.DataFrame) -> dict[str, list[Any]]:
    return {str(name): values.tolist() for name, values in quantities.sort_values("start").items()}


@dataclass(frozen=True, slots=True)
class Tie:
    """A number that phrases of equal weight bind to two indicators, and that so stays unbound."""

    row: int
    one: str
    other: str
    phrase: str
    other_phrase: str
    where: str


@dataclass(frozen=True, slots=True)
class _Binding:
    weight: int
    indicator: str
    phrase: Phrase


def bind_indicators(report: Report, quantities: pd.DataFrame, codebook: Codebook) -> dict[int, str]:
    """Row of the quantities table -> indicator, for each quantity that a phrase binds.

    Target indicators bind in what is planned only, all others outside it; a figure of another place or time,
    or of what is not so, binds to none (`clauses`). Where several phrases match one
    number the one with the longest literal wins, since it says most about the words around the number; a
    number that two indicators claim with equal weight is bound to neither (`find_ties` lists them).
    """
    labels = quantities.sort_values("start").index
    bound = _bind(report, _columns(quantities), codebook)[0]
    return {labels[row]: indicator for row, indicator in bound.items()}


def find_ties(report: Report, quantities: pd.DataFrame, codebook: Codebook) -> list[Tie]:
    """The numbers of a text that two indicators claim with equal weight, in text order."""
    labels = quantities.sort_values("start").index
    ties = _bind(report, _columns(quantities), codebook)[1]
    return [replace(tie, row=labels[tie.row]) for tie in ties]


def _bind(
    report: Report, quantities: Mapping[str, Sequence[Any]], codebook: Codebook
) -> tuple[dict[int, str], list[Tie]]:
    """Place in the columns of the quantities -> indicator, and the ties."""
    context = read_context(report, codebook)
    starts, units = quantities["start"], quantities["counting_unit"]
    numbers = (
        Number(row, starts[row], quantities["end"][row], quantities["raw"][row], quantities["unit"][row])
        for row, kind in enumerate(quantities["kind"])
        if kind == "quantity"
    )
    bones = skeleton_of(report.text, numbers, context.outline.marks)
    in_plan: dict[int, bool] = {}
    best: dict[int, _Binding] = {}
    rival: dict[int, _Binding] = {}
    for phrase, (_, weight, code), row in codebook.phrase_set.matches(bones):
        if phrase.under and not context.outline.is_under(starts[row], phrase.under):
            continue
        if row not in in_plan:
            in_plan[row] = context.is_plan(starts[row])
        if code != NOTHING:
            if in_plan[row] and codebook.indicators[code].basis != "target":
                code = codebook.targets.get(code, "")
            if not code or in_plan[row] != (codebook.indicators[code].basis == "target"):
                continue
            indicator = codebook.indicators[code]
            if not _fits(units[row], indicator.counting_unit):
                continue
            if context.clauses.objection(starts[row], quantities["end"][row], phrase.text, indicator.basis):
                continue
        new, old = _Binding(weight, code, phrase), best.get(row)
        if old is None or weight > old.weight:
            best[row] = new
        elif weight == old.weight and code != old.indicator:
            rival[row] = new
    ties = [
        Tie(
            row,
            best[row].indicator,
            new.indicator,
            best[row].phrase.text,
            new.phrase.text,
            new.phrase.where,
        )
        for row, new in rival.items()
        if new.weight == best[row].weight and new.indicator != best[row].indicator
    ]
    tied = {tie.row for tie in ties}
    bound = {
        row: binding.indicator
        for row, binding in best.items()
        if row not in tied and binding.indicator != NOTHING
    }
    return bound, sorted(ties, key=lambda tie: starts[tie.row])


def _fits(found: str, wanted: str) -> bool:
    return found == wanted or (found in _LOOSE_UNITS and wanted in _LOOSE_UNITS)
