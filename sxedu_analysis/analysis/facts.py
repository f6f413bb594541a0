"""Quantities and the codebook make facts: what a report states, for which indicator, and where."""

from __future__ import annotations

import bisect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sxedu_analysis.analysis.codebook import Codebook, load_codebook
from sxedu_analysis.analysis.locations import load_locations
from sxedu_analysis.analysis.phrases import Phrase, skeleton
from sxedu_analysis.foundation.errors import CodebookError, InputError
from sxedu_analysis.reading.layout import sections
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
        If two phrases of equal weight bind one number to two indicators.

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
    bound = bind_indicators(report.text, quantities, codebook)
    if not bound:
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in FACT_COLUMNS.items()})
    facts = quantities.loc[sorted(bound, key=lambda row: quantities.at[row, "start"])].copy()
    indicators = [codebook.indicators[bound[row]] for row in facts.index]
    for name in ("indicator", "name_zh", "name_en", "basis", "topic", "counting_unit"):
        facts[name] = [getattr(one, name) for one in indicators]
    for name in ("report_id", "adcode", "period"):
        facts[name] = getattr(report, name)
    if report.text_kind == "restated":
        places = load_locations(report).set_index("restated_start")[["source_start", "source_end"]]
        facts = facts.join(places, on="start")
    else:
        facts["source_start"], facts["source_end"] = facts["start"], facts["end"]
    return facts[list(FACT_COLUMNS)].astype(FACT_COLUMNS).reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class _Binding:
    weight: int
    phrase: Phrase


def bind_indicators(text: str, quantities: pd.DataFrame, codebook: Codebook) -> dict[int, str]:
    """Row of the quantities table -> indicator, for each quantity that a phrase binds.

    Target indicators bind in plan sections only, all others outside them. Where several phrases match one
    number the one with the longest literal wins, since it says most about the words around the number.
    """
    parts = sections(text)
    bones = skeleton(text, quantities)
    plan = plan_test(parts, codebook)
    units = dict(zip(quantities.index, quantities["counting_unit"].astype(str), strict=True))
    in_plan = {row: plan(start) for row, start in zip(quantities.index, quantities["start"], strict=True)}
    best: dict[int, _Binding] = {}
    rival: dict[int, _Binding] = {}
    for phrase in codebook.phrases:
        indicator = codebook.indicators[phrase.indicator]
        for place, weight in phrase.matches(bones.text):
            row = bones.numbers[place]
            if in_plan[row] != (indicator.basis == "target"):
                continue
            if not _fits(units[row], indicator.counting_unit):
                continue
            new, old = _Binding(weight, phrase), best.get(row)
            if old is None or weight > old.weight:
                best[row] = new
            elif weight == old.weight and phrase.indicator != old.phrase.indicator:
                rival[row] = new
    for row, new in rival.items():
        if new.weight == best[row].weight and new.phrase.indicator != best[row].phrase.indicator:
            one, two = best[row].phrase, new.phrase
            raise CodebookError(
                f"{quantities.at[row, 'raw']!r} at character {quantities.at[row, 'start']} is bound to "
                f"{one.indicator!r} by {one.text!r} and to {two.indicator!r} by {two.text!r}",
                where=two.where,
                mend="make one of the two phrases longer",
            )
    return {row: binding.phrase.indicator for row, binding in best.items()}


def _fits(found: str, wanted: str) -> bool:
    return found == wanted or (found in _LOOSE_UNITS and wanted in _LOOSE_UNITS)


def plan_test(parts: pd.DataFrame, codebook: Codebook) -> Callable[[int], bool]:
    """A function that tells whether an offset lies in a section that announces a plan.

    The deepest heading that holds words of one list only (`context.yaml`) decides.
    """
    starts = [int(start) for start in parts["start"]]
    plans = [_is_plan(str(titles), codebook) for titles in parts["titles"]]

    def is_plan(offset: int) -> bool:
        number = bisect.bisect_right(starts, int(offset)) - 1
        return number >= 0 and plans[number]

    return is_plan


def _is_plan(titles: str, codebook: Codebook) -> bool:
    for title in reversed(titles.split("/")):
        plan = any(word in title for word in codebook.context["plan"])
        results = any(word in title for word in codebook.context["results"])
        if plan != results:
            return plan
    return False
