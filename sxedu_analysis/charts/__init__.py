"""Dataframes become figures: one function a chart, a frame in, Axes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sxedu_analysis.charts.counts import facts_by_topic, magnitudes
    from sxedu_analysis.charts.coverage import coverage_bars, reached_of_eligible
    from sxedu_analysis.charts.pairs import conflicting_pairs
    from sxedu_analysis.charts.ratios import amounts, attendances_per_event
    from sxedu_analysis.charts.targets import target_counts, target_rates
    from sxedu_analysis.charts.theme import alt_text, plotted, save, use_theme

__all__ = [
    "alt_text",
    "amounts",
    "attendances_per_event",
    "conflicting_pairs",
    "coverage_bars",
    "facts_by_topic",
    "magnitudes",
    "plotted",
    "reached_of_eligible",
    "save",
    "target_counts",
    "target_rates",
    "use_theme",
]

_ROOMS = {
    "alt_text": "theme",
    "amounts": "ratios",
    "attendances_per_event": "ratios",
    "conflicting_pairs": "pairs",
    "coverage_bars": "coverage",
    "facts_by_topic": "counts",
    "magnitudes": "counts",
    "plotted": "theme",
    "reached_of_eligible": "coverage",
    "save": "theme",
    "target_counts": "targets",
    "target_rates": "targets",
    "use_theme": "theme",
}


def __getattr__(name: str) -> Any:
    # matplotlib and seaborn take a second to import: only who draws pays for it.
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
