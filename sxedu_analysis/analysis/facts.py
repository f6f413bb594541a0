"""Quantities and the codebook make facts: what a report states, for which indicator, and where."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from sxedu_analysis.analysis.codebook import NOTHING, Codebook, load_codebook
from sxedu_analysis.analysis.locations import load_locations
from sxedu_analysis.analysis.phrases import Phrase
from sxedu_analysis.analysis.skeletons import Index, Number, skeleton_of, without_parentheses
from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.reading import layout
from sxedu_analysis.reading.numerals import FULL_WIDTH
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
    bound = _bind(report.text, quantities, codebook, report.period)[0]
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


def bind_indicators(
    text: str, quantities: pd.DataFrame, codebook: Codebook, period: str = ""
) -> dict[int, str]:
    """Row of the quantities table -> indicator, for each quantity that a phrase binds.

    Target indicators bind in what is planned only, all others outside it. Where several phrases match one
    number the one with the longest literal wins, since it says most about the words around the number; a
    number that two indicators claim with equal weight is bound to neither (`find_ties` lists them).
    """
    labels = quantities.sort_values("start").index
    bound = _bind(text, _columns(quantities), codebook, period)[0]
    return {labels[row]: indicator for row, indicator in bound.items()}


def find_ties(text: str, quantities: pd.DataFrame, codebook: Codebook, period: str = "") -> list[Tie]:
    """The numbers of a text that two indicators claim with equal weight, in text order."""
    labels = quantities.sort_values("start").index
    ties = _bind(text, _columns(quantities), codebook, period)[1]
    return [replace(tie, row=labels[tie.row]) for tie in ties]


def _bind(
    text: str, quantities: Mapping[str, Sequence[Any]], codebook: Codebook, period: str
) -> tuple[dict[int, str], list[Tie]]:
    """Place in the columns of the quantities -> indicator, and the ties."""
    headings = layout.headings(text, text.translate(FULL_WIDTH))
    lines = _unnumbered(text, headings, codebook)
    starts, units = quantities["start"], quantities["counting_unit"]
    numbers = (
        Number(row, starts[row], quantities["end"][row], quantities["raw"][row], quantities["unit"][row])
        for row, kind in enumerate(quantities["kind"])
        if kind == "quantity"
    )
    bones = skeleton_of(text, numbers, {*lines, *(one.start for one in headings if one.path)})
    planned = _plan_test(text, headings, lines, codebook, period)
    in_plan: dict[int, bool] = {}
    best: dict[int, _Binding] = {}
    rival: dict[int, _Binding] = {}
    claims = (
        (phrase, weight, code, view.numbers[place])
        for view in (bones, without_parentheses(bones))
        for index in (Index(view.text),)
        for phrase in codebook.phrases
        for place, weight, code in phrase.matches(view.text, index)
    )
    for phrase, weight, code, row in claims:
        if row not in in_plan:
            in_plan[row] = planned(starts[row])
        if code != NOTHING:
            if in_plan[row] and codebook.indicators[code].basis != "target":
                code = codebook.targets.get(code, "")
            if not code or in_plan[row] != (codebook.indicators[code].basis == "target"):
                continue
            if not _fits(units[row], codebook.indicators[code].counting_unit):
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


_BY_YEAR = re.compile(r"到(20\d\d)年(?![底末]?[^。；]{0,4}已)")
_YEAR = re.compile(r"20\d\d(?=年)")
_BLANKS, _LONGEST_LINE = " \t\u3000", 31
_UNNUMBERED = re.compile(rf"[{_BLANKS}]*([^\n。，；：,;]{{2,30}})[：:]?[{_BLANKS}]*$")


def _plan_test(
    text: str, headings: Sequence[layout.Heading], lines: Mapping[int, str], codebook: Codebook, period: str
) -> Callable[[int], bool]:
    """A function that tells whether an offset lies in what a text announces, not in what it reports.

    The nearest heading above it that holds words of one list only (`context.yaml`) decides, be it numbered
    (then of those that govern the place) or a short line of its own. Where that is no plan, the clause up
    to the number may still say so: 力争, 目标为, or 到2025年 in a report of an earlier year.
    """
    starts = [one.start for one in headings]
    plans = _decided(headings, lines, codebook)
    places = sorted(plans)
    year = int(period[:4]) if period[:4].isdigit() else 0

    def is_plan(offset: int) -> bool:
        number = bisect.bisect_right(places, offset) - 1
        if number >= 0 and plans[places[number]]:
            return True
        heading = starts[layout.held_by(starts, offset)]
        # A clause that is longer than this says nothing of its end.
        first = max(heading, offset - 120)
        begin = max(text.rfind(mark, first, offset) for mark in "。；;！\n")
        clause = text[max(begin + 1, first) : offset]
        if any(word in clause for word in codebook.context["plan_sentences"]):
            return True
        return any(int(found[1]) > year for found in _BY_YEAR.finditer(clause))

    return is_plan


def _decided(
    headings: Sequence[layout.Heading], lines: Mapping[int, str], codebook: Codebook
) -> dict[int, bool]:
    """Offset of each heading -> whether what follows it is a plan."""
    heads = [(start, path, title) for start, path, title, _ in headings]
    heads += [(start, "", title) for start, title in lines.items()]
    plans: dict[int, bool] = {}
    open_heads: list[tuple[str, bool | None]] = []
    line: bool | None = None
    reported = 0
    for start, path, title in sorted(heads):
        said = _says(title, codebook)
        years = [int(year) for year in _YEAR.findall(title)]
        if said is False:
            reported = max([reported, *years])
        elif said is None and reported and years and min(years) > reported:
            # 二、2025年重点工作 after 一、2024年工作回顾
            said = True
        if not path:
            # A line without a number stands above the numbered headings that follow it.
            line, open_heads = (said if said is not None else line), []
        else:
            open_heads = [one for one in open_heads if path.startswith(f"{one[0]}/")] + [(path, said)]
        decided = [one for _, one in open_heads if one is not None]
        plans[start] = bool(decided[-1] if decided else line)
    return plans


def _unnumbered(text: str, headings: Sequence[layout.Heading], codebook: Codebook) -> dict[int, str]:
    """Offset and words of the short lines without a number that say what follows them."""
    numbered = {one.start for one in headings if one.path}
    lines: dict[int, str] = {}
    start = 0
    for line in text.split("\n"):
        # The length first: most lines are paragraphs.
        short = len(line) <= _LONGEST_LINE or len(line.strip(_BLANKS)) <= _LONGEST_LINE
        found = _UNNUMBERED.match(line) if short else None
        if found and not numbered & {start, start + found.start(1)} and _says(found[1], codebook) is not None:
            lines[start] = found[1]
        start += len(line) + 1
    return lines


def _says(title: str, codebook: Codebook) -> bool | None:
    """Whether a heading announces a plan (True), reports results (False), or neither or both (None)."""
    plan = any(word in title for word in codebook.context["plan"])
    results = any(word in title for word in codebook.context["results"])
    return plan if plan != results else None
