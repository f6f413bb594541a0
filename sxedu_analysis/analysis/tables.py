"""The four tables of a report."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from sxedu_analysis.analysis.audit import load_findings
from sxedu_analysis.analysis.facts import load_facts
from sxedu_analysis.analysis.measures import load_measures
from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.reading.quantities import load_quantities
from sxedu_analysis.reading.reports import Report

_LOADERS: dict[str, Callable[[Report], pd.DataFrame]] = {
    "quantities": load_quantities,
    "facts": load_facts,
    "measures": load_measures,
    "findings": load_findings,
}


def load_table(report: Report, name: str) -> pd.DataFrame:
    """One table of a report: quantities, facts, measures or findings.

    Raises
    ------
    InputError
        If the text holds no figures.
    """
    return _loaded(report, [name])[name]


def load_tables(report: Report) -> dict[str, pd.DataFrame]:
    """The four tables of a report: quantities, facts, measures, findings.

    Raises
    ------
    InputError
        If the text holds no figures.
    """
    return _loaded(report, list(_LOADERS))


def _loaded(report: Report, names: list[str]) -> dict[str, pd.DataFrame]:
    quantities = load_quantities(report)
    if not (quantities["kind"] == "quantity").any():
        where = report.path.name
        raise InputError("holds no figures", where=where, mend="give the text of a work report")
    return {name: quantities if name == "quantities" else _LOADERS[name](report) for name in names}
