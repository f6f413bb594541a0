"""Quantities and the codebook make facts: what a report states, for which indicator, and where."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sxedu_analysis.analysis.codebook import NOTHING, Codebook, load_codebook
from sxedu_analysis.analysis.locations import load_locations
from sxedu_analysis.analysis.phrases import Phrase, pairs_of, skeleton, without_parentheses
from sxedu_analysis.foundation.errors import InputError
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
    bound = bind_indicators(report.text, quantities, codebook, report.period)
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
    return _bind(text, quantities, codebook, period)[0]


def find_ties(text: str, quantities: pd.DataFrame, codebook: Codebook, period: str = "") -> list[Tie]:
    """The numbers of a text that two indicators claim with equal weight, in text order."""
    return _bind(text, quantities, codebook, period)[1]


def _bind(
    text: str, quantities: pd.DataFrame, codebook: Codebook, period: str
) -> tuple[dict[int, str], list[Tie]]:
    parts = sections(text)
    bones = skeleton(text, quantities, _unnumbered(text, parts, codebook))
    planned = plan_test(text, parts, codebook, period)
    units = dict(zip(quantities.index, quantities["counting_unit"].astype(str), strict=True))
    starts = dict(zip(quantities.index, quantities["start"], strict=True))
    in_plan: dict[int, bool] = {}
    best: dict[int, _Binding] = {}
    rival: dict[int, _Binding] = {}
    claims = (
        (phrase, weight, code, view.numbers[place])
        for view in (bones, without_parentheses(bones))
        for pairs in (pairs_of(view.text),)
        for phrase in codebook.phrases
        if phrase.may_match(pairs)
        for place, weight, code in phrase.matches(view.text)
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
_UNNUMBERED = re.compile(r"^[ \t\u3000]*([^\n。，；：,;]{2,30})[：:]?[ \t\u3000]*$", re.MULTILINE)


def plan_test(text: str, parts: pd.DataFrame, codebook: Codebook, period: str = "") -> Callable[[int], bool]:
    """A function that tells whether an offset lies in what a text announces, not in what it reports.

    The nearest heading above it that holds words of one list only (`context.yaml`) decides, be it numbered
    (then of those that govern the place) or a short line of its own. Where that is no plan, the clause up
    to the number may still say so: 力争, 目标为, or 到2025年 in a report of an earlier year.
    """
    starts = [int(start) for start in parts["start"]]
    plans = _decided(text, parts, codebook)
    places = sorted(plans)
    year = int(period[:4]) if period[:4].isdigit() else 0

    def is_plan(offset: int) -> bool:
        number = bisect.bisect_right(places, int(offset)) - 1
        if number >= 0 and plans[places[number]]:
            return True
        heading = starts[max(bisect.bisect_right(starts, int(offset)) - 1, 0)]
        # A clause that is longer than this says nothing of its end.
        first = max(heading, int(offset) - 120)
        begin = max(text.rfind(mark, first, offset) for mark in "。；;！\n")
        clause = text[max(begin + 1, first) : offset]
        if any(word in clause for word in codebook.context["plan_sentences"]):
            return True
        return any(int(found[1]) > year for found in _BY_YEAR.finditer(clause))

    return is_plan


def _decided(text: str, parts: pd.DataFrame, codebook: Codebook) -> dict[int, bool]:
    """Offset of each heading -> whether what follows it is a plan."""
    heads = [
        (int(start), str(path), str(title))
        for start, path, title in zip(parts["start"], parts["path"], parts["title"], strict=True)
    ]
    heads += [(start, "", title) for start, title in _unnumbered(text, parts, codebook).items()]
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


def _unnumbered(text: str, parts: pd.DataFrame, codebook: Codebook) -> dict[int, str]:
    """Offset and words of the short lines without a number that say what follows them."""
    numbered = set(parts.loc[parts["path"] != "", "start"])
    return {
        found.start(): found[1]
        for found in _UNNUMBERED.finditer(text)
        if not numbered & {found.start(), found.start(1)} and _says(found[1], codebook) is not None
    }


def _says(title: str, codebook: Codebook) -> bool | None:
    """Whether a heading announces a plan (True), reports results (False), or neither or both (None)."""
    plan = any(word in title for word in codebook.context["plan"])
    results = any(word in title for word in codebook.context["results"])
    return plan if plan != results else None
