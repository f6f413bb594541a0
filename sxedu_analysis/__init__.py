"""Turns a Chinese county's education work report into tables whose every number is traceable.

>>> import sxedu_analysis as sx
>>> quantities = sx.find_quantities("全县义务阶段学校学生总数11.2万人，参加课后服务10.5万人。")
>>> quantities["value"].tolist()
[112000.0, 105000.0]
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sxedu_analysis import charts
    from sxedu_analysis.analysis import (
        load_facts,
        load_findings,
        load_indicators,
        load_measures,
        ratio,
        verify_original,
    )
    from sxedu_analysis.analysis.benchmarks import load_benchmarks, load_missing
    from sxedu_analysis.analysis.claims import load_claims
    from sxedu_analysis.analysis.extract import extract
    from sxedu_analysis.analysis.gaps import load_gaps
    from sxedu_analysis.analysis.neighbours import load_figures, load_sources
    from sxedu_analysis.analysis.store import query
    from sxedu_analysis.classroom.cards import show
    from sxedu_analysis.classroom.catalogue import codes, describe
    from sxedu_analysis.classroom.panel import explore
    from sxedu_analysis.production.parameters import check_parameters
    from sxedu_analysis.reading.counties import load_counties
    from sxedu_analysis.reading.quantities import find_quantities, load_quantities
    from sxedu_analysis.reading.reports import Report, list_reports, load_report

__version__ = "0.1.0"

# Each name is imported when it is first used: `import sxedu_analysis` itself costs next to nothing.
_HOMES = {
    "Report": "sxedu_analysis.reading.reports",
    "charts": "sxedu_analysis.charts",
    "check_parameters": "sxedu_analysis.production.parameters",
    "codes": "sxedu_analysis.classroom.catalogue",
    "describe": "sxedu_analysis.classroom.catalogue",
    "explore": "sxedu_analysis.classroom.panel",
    "extract": "sxedu_analysis.analysis.extract",
    "find_quantities": "sxedu_analysis.reading.quantities",
    "list_reports": "sxedu_analysis.reading.reports",
    "load_benchmarks": "sxedu_analysis.analysis.benchmarks",
    "load_claims": "sxedu_analysis.analysis.claims",
    "load_counties": "sxedu_analysis.reading.counties",
    "load_facts": "sxedu_analysis.analysis",
    "load_figures": "sxedu_analysis.analysis.neighbours",
    "load_findings": "sxedu_analysis.analysis",
    "load_gaps": "sxedu_analysis.analysis.gaps",
    "load_indicators": "sxedu_analysis.analysis",
    "load_measures": "sxedu_analysis.analysis",
    "load_missing": "sxedu_analysis.analysis.benchmarks",
    "load_quantities": "sxedu_analysis.reading.quantities",
    "load_report": "sxedu_analysis.reading.reports",
    "load_sources": "sxedu_analysis.analysis.neighbours",
    "query": "sxedu_analysis.analysis.store",
    "ratio": "sxedu_analysis.analysis",
    "show": "sxedu_analysis.classroom.cards",
    "verify_original": "sxedu_analysis.analysis",
}

__all__ = [
    "Report",
    "charts",
    "check_parameters",
    "codes",
    "describe",
    "explore",
    "extract",
    "find_quantities",
    "list_reports",
    "load_benchmarks",
    "load_claims",
    "load_counties",
    "load_facts",
    "load_figures",
    "load_findings",
    "load_gaps",
    "load_indicators",
    "load_measures",
    "load_missing",
    "load_quantities",
    "load_report",
    "load_sources",
    "query",
    "ratio",
    "show",
    "verify_original",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(_HOMES[name])
    return module if name == "charts" else getattr(module, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
