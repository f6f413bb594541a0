"""What the notebooks show, under one name: words, tables, figures, findings, refusals, the run card.

All of it in the language asked for, and all of it escaped: a report's text is shown as text.
"""

from __future__ import annotations

import pandas as pd

from sxedu_analysis.production.fact_pages import (
    fact_table,
    show_counts,
    show_facts_by_topic,
    show_money,
    show_unbound,
    with_names,
)
from sxedu_analysis.production.finding_pages import show_findings, show_pairs
from sxedu_analysis.production.measure_pages import measure_table, show_measures, show_worked_amount
from sxedu_analysis.production.output import show_figure, show_table, show_text
from sxedu_analysis.production.refusal_pages import show_refusal
from sxedu_analysis.production.wording import about, named, period_text, say, texts
from sxedu_analysis.reading.reports import Report

__all__ = [
    "about",
    "fact_table",
    "measure_table",
    "show_counts",
    "show_facts_by_topic",
    "show_figure",
    "show_findings",
    "show_measures",
    "show_money",
    "show_pairs",
    "show_refusal",
    "show_run_card",
    "show_table",
    "show_text",
    "show_unbound",
    "show_worked_amount",
    "with_names",
]


def show_run_card(report: Report, lang: str, /, **parameters: object) -> None:
    """Display what this run was about: the texts and their checksums, the parameters."""
    rows = [
        (say(lang, "报告", "Report"), named(report, "title", lang) or report.report_id),
        (say(lang, "发布者", "Issuer"), named(report, "issuer", lang)),
        (say(lang, "时期", "Period"), period_text(report.period, lang)),
        *texts(report, lang),
        (
            say(lang, "参数", "Parameters"),
            ", ".join(f"{name}={value!r}" for name, value in parameters.items()),
        ),
    ]
    head = [say(lang, "项目", "Item"), say(lang, "内容", "Value")]
    frame = pd.DataFrame([row for row in rows if row[1]], columns=head)
    show_table(frame, lang)
