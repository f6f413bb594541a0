"""Whether a number is its report's own result, its plan, or neither: headings and clauses together."""

from __future__ import annotations

from dataclasses import dataclass

from sxedu_analysis.analysis.clauses import Clauses, setting_of
from sxedu_analysis.analysis.concepts import Codebook
from sxedu_analysis.analysis.outline import Outline, outline_of
from sxedu_analysis.reading.reports import Report


@dataclass(frozen=True)
class Context:
    """What a report's headings and clauses say of the numbers in it."""

    outline: Outline
    clauses: Clauses

    def is_plan(self, offset: int) -> bool:
        """Whether a number is announced, by the headings above it or by its clause."""
        outline, clauses = self.outline, self.clauses
        if clauses.announce(offset, outline.heading_above(offset)):
            return True
        return outline.is_plan(offset) and not clauses.stands(offset)


def read_context(report: Report, codebook: Codebook) -> Context:
    """The context of a report's numbers.

    Examples
    --------
    >>> from sxedu_analysis.analysis.codebook import load_codebook
    >>> from sxedu_analysis.reading.reports import load_report
    >>> report = load_report("341324-2023H1")
    >>> context = read_context(report, load_codebook())
    >>> context.is_plan(report.text.index("残疾儿童的入学率"))
    True
    """
    outline = outline_of(report.text, codebook)
    setting = setting_of(report, outline.reported_years)
    return Context(outline, Clauses(report.text, setting, codebook.context))
