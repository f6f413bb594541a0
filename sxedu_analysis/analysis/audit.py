"""Audit rules run on facts: what does not sit well together, why it matters, and what to ask the issuer.

A rule of the codebook names a kind, which is a small general function (`audit_kinds`), the indicators it
looks at, and its texts. The texts are templates: every number in a finding comes from the facts, none is
typed in.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from sxedu_analysis.analysis.audit_kinds import KINDS, LANGUAGES, Hit, Material, number_text
from sxedu_analysis.analysis.codebook import AuditRule, Codebook, load_codebook
from sxedu_analysis.analysis.facts import bind_facts
from sxedu_analysis.analysis.measures import compute_measures
from sxedu_analysis.foundation.errors import CodebookError, did_you_mean
from sxedu_analysis.reading.quantities import find_quantities
from sxedu_analysis.reading.reports import Report, load_report

TEXTS = tuple(f"{part}_{language}" for part in ("title", "what", "why", "question") for language in LANGUAGES)
PLACES = ("indicators", "raws", "starts", "ends", "source_starts", "source_ends")
FINDING_COLUMNS = ("finding", "rule", "kind", "weight", *TEXTS, *PLACES)

_QUALIFIER_EN = {
    "about": "about ",
    "at_least": "at least ",
    "more_than": "more than ",
    "at_most": "at most ",
    "less_than": "fewer than ",
}


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
        several: `indicators`, `raws`, `starts`, `ends` (in the analysed text), `source_starts`,
        `source_ends` (in the original; empty where it is not known where that says so).

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
    rows: list[dict[str, str]] = []
    for rule in codebook.rules:
        if rule.kind not in KINDS:
            raise CodebookError(
                f"field 'kind': {rule.kind!r} is not a kind of rule{did_you_mean(rule.kind, KINDS)}",
                where=f"audit_rules.yaml rule {rule.rule}",
                mend=f"kinds are {', '.join(KINDS)}",
            )
        for hit in KINDS[rule.kind](rule, material):
            rows.append(_row(len(rows) + 1, rule, hit, material))
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS), dtype="str")


class _Said:
    """A fact as a text of one language names it: `{part.name}`, `{part.said}`, `{part.value}`."""

    def __init__(self, row: Any, language: str, book: Codebook) -> None:
        indicator = book.indicators[row.indicator]
        self._language = language
        self.name = getattr(indicator, f"name_{language}")
        self.raw = row.raw
        self.value = number_text(row.value, language)
        self.unit = getattr(indicator, f"unit_{language}")
        self.section = row.section
        plain = f"{_QUALIFIER_EN.get(row.qualifier, '')}{self.value} {self.unit}"
        if row.qualifier == "range":
            plain = f"{number_text(row.low, language)} to {number_text(row.high, language)} {self.unit}"
        self.said = f"“{row.raw}”" if language == "zh" else f"“{row.raw}” ({plain})"

    def __str__(self) -> str:
        return f"{self.name}{self.said}" if self._language == "zh" else f"{self.name}: {self.said}"


def _row(number: int, rule: AuditRule, hit: Hit, material: Material) -> dict[str, str]:
    row = {"finding": f"f{number:02d}", "rule": rule.rule, "kind": rule.kind, "weight": rule.weight}
    for language in LANGUAGES:
        words: dict[str, Any] = {name: texts[language] for name, texts in hit.words.items()}
        words |= {name: _Said(fact, language, material.book) for name, fact in hit.facts.items()}
        between = "、" if language == "zh" else "; "
        words |= {
            name: between.join(str(_Said(fact, language, material.book)) for fact in facts)
            for name, facts in hit.lists.items()
        }
        for part in ("title", "what", "why", "question"):
            name = f"{part}_{language}"
            try:
                row[name] = rule.texts[name].format(**words).strip()
            except (KeyError, IndexError, AttributeError, ValueError) as error:
                raise CodebookError(
                    f"field {name!r}: placeholder {error} is not filled by rules of kind {rule.kind!r}",
                    where=f"audit_rules.yaml rule {rule.rule}",
                    mend=f"use {', '.join('{' + word + '}' for word in sorted(words))}",
                ) from error
    columns: dict[str, list[Any]] = {
        "indicators": [place.indicator for place in hit.places if place.indicator],
        "raws": [place.raw for place in hit.places],
        "starts": [place.start for place in hit.places],
        "ends": [place.end for place in hit.places],
        "source_starts": [place.source_start for place in hit.places],
        "source_ends": [place.source_end for place in hit.places],
    }
    return row | {
        name: ";".join("" if value is None else str(value) for value in values)
        for name, values in columns.items()
    }
