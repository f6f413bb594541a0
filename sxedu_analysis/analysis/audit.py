"""Audit rules run on facts: what does not sit well together, why it matters, and what to ask the issuer.

A rule of the codebook names a kind, which is a small general function (`audit_kinds`), the indicators it
looks at, and its texts. The texts are templates: every number in a finding comes from the facts, none is
typed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sxedu_analysis.analysis.audit_kinds import KINDS, Hit, Material, Place
from sxedu_analysis.analysis.audit_words import LANGUAGES, Said
from sxedu_analysis.analysis.codebook import load_codebook
from sxedu_analysis.analysis.concepts import AuditRule, Codebook
from sxedu_analysis.analysis.facts import bind_facts
from sxedu_analysis.analysis.locations import load_claim_locations, load_locations
from sxedu_analysis.analysis.measures import compute_measures
from sxedu_analysis.foundation.errors import CodebookError, did_you_mean
from sxedu_analysis.reading.layout import paragraph_spans, row_at, sections
from sxedu_analysis.reading.quantities import find_quantities
from sxedu_analysis.reading.reports import Report, load_report

TEXTS = tuple(f"{part}_{language}" for part in ("title", "what", "why", "question") for language in LANGUAGES)
PLACES = (
    *("indicators", "raws", "starts", "ends", "sections", "paragraphs"),
    *("source_starts", "source_ends", "source_paragraphs"),
)
FINDING_COLUMNS = ("finding", "rule", "kind", "weight", *TEXTS, *PLACES)


def load_findings(report_id: str | Path | Report, *, codebook: str | Path | None = None) -> pd.DataFrame:
    """What the codebook's audit rules find in a report.

    Parameters
    ----------
    report_id : str, path or Report
        As for `load_facts`.
    codebook : path, optional
        Another codebook folder.

    Returns
    -------
    DataFrame
        One row a finding, in the order of the rules: `finding` (f01 …), `rule`, `kind`, `weight`
        (contradiction, question, caution, note), `title_zh`, `title_en`, `what_zh`, `what_en`, `why_zh`,
        `why_en`, `question_zh`, `question_en` (what to ask the issuer), and, joined by ";" where there are
        several: `indicators`, `raws`, `starts`, `ends`, `sections` (heading path, 一/（三）), `paragraphs`
        (from 1, blank lines not counted) of the analysed text, and `source_starts`, `source_ends`,
        `source_paragraphs` of the original (empty where it is not known where that says so).

    Raises
    ------
    CodebookError
        If a rule is of an unknown kind, or its text has a placeholder that its kind does not fill.

    Examples
    --------
    >>> findings = load_findings("341324-2023H1")
    >>> findings.loc[findings["weight"] == "contradiction", "raws"].tolist()
    ['152所;123所']
    """
    report, book = load_report(report_id), load_codebook(codebook)
    quantities = find_quantities(report.text)
    facts = bind_facts(report, quantities, book)
    measures = compute_measures(report, quantities, facts, book)
    return compute_findings(report, quantities, facts, measures, book)


def compute_findings(
    report: Report, quantities: pd.DataFrame, facts: pd.DataFrame, measures: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """Run the codebook's rules on a report's tables; the result is as in `load_findings`."""
    # In text order whatever the order of the rows, so that the findings are the same.
    ordered = facts.sort_values("start", ignore_index=True)
    material = Material(report, quantities, ordered, measures, codebook)
    position = _position(material)
    rows: list[dict[str, str]] = []
    for rule in codebook.rules:
        if rule.kind not in KINDS:
            raise CodebookError(
                f"field 'kind': {rule.kind!r} is not a kind of rule{did_you_mean(rule.kind, KINDS)}",
                where=f"audit_rules.yaml rule {rule.rule}",
                mend=f"kinds are {', '.join(KINDS)}",
            )
        for hit in KINDS[rule.kind](rule, material):
            rows.append(_row(len(rows) + 1, rule, hit, codebook, position))
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS), dtype="str")


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a place stands, as a reader looks it up: section and paragraph, and the original's paragraph."""

    section: str
    paragraph: int
    source_paragraph: int | None


def _position(material: Material) -> Callable[[Place], _Position]:
    report = material.report
    paragraphs = paragraph_spans(report.text)
    headings = sections(report.text)
    restated = report.text_kind == "restated"
    known: dict[int, int] = {}
    for table in (load_locations(report), load_claim_locations(report)):
        known |= dict(zip(table["source_start"], table["source_paragraph"], strict=True))

    def position(place: Place) -> _Position:
        at = np.array([place.start])
        here = int(row_at(paragraphs, at)[0]) + 1
        source = place.source_start
        return _Position(
            str(headings["path"].iloc[int(row_at(headings[["start"]].to_numpy(), at)[0])]),
            here,
            None if source is None else known.get(source) if restated else here,
        )

    return position


def _row(
    number: int, rule: AuditRule, hit: Hit, book: Codebook, position: Callable[[Place], _Position]
) -> dict[str, str]:
    row = {"finding": f"f{number:02d}", "rule": rule.rule, "kind": rule.kind, "weight": rule.weight}
    for part, language in product(("title", "what", "why", "question"), LANGUAGES):
        name = f"{part}_{language}"
        words = _words(hit, language, book, brief=part == "title")
        try:
            # Plain spaces: what is data is searched and matched.
            row[name] = rule.texts[name].format(**words).replace("\N{NO-BREAK SPACE}", " ").strip()
        except (KeyError, IndexError, AttributeError, ValueError) as error:
            raise CodebookError(
                f"field {name!r}: placeholder {error} is not filled by rules of kind {rule.kind!r}",
                where=f"audit_rules.yaml rule {rule.rule}",
                mend=f"use {', '.join('{' + word + '}' for word in sorted(words))}",
            ) from error
    stand = [position(place) for place in hit.places]
    columns: dict[str, list[Any]] = {
        "indicators": [place.indicator for place in hit.places if place.indicator],
        "raws": [place.raw for place in hit.places],
        "starts": [place.start for place in hit.places],
        "ends": [place.end for place in hit.places],
        "sections": [one.section for one in stand],
        "paragraphs": [one.paragraph for one in stand],
        "source_starts": [place.source_start for place in hit.places],
        "source_ends": [place.source_end for place in hit.places],
        "source_paragraphs": [one.source_paragraph for one in stand],
    }
    return row | {
        name: ";".join("" if value is None else str(value) for value in values)
        for name, values in columns.items()
    }


def _words(hit: Hit, language: str, book: Codebook, *, brief: bool) -> dict[str, Any]:
    """What a rule's texts may name, in one language; `brief` without bounds, for titles."""
    between = "、" if language == "zh" else "; "
    words: dict[str, Any] = {name: texts[language] for name, texts in hit.words.items()}
    words |= {name: Said(fact, language, book, brief=brief) for name, fact in hit.facts.items()}
    return words | {
        name: between.join(str(Said(fact, language, book, brief=brief)) for fact in facts)
        for name, facts in hit.lists.items()
    }
