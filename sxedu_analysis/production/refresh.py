"""Run the project's own notebooks on their default parameters and keep the outputs; export the key figures.

    python -m sxedu_analysis.production.refresh

Two runs give the same bytes, so that a change of the outputs is a change of the numbers.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from sxedu_analysis.foundation.paths import USER_DATA, home, notebooks_dir
from sxedu_analysis.production.execute import drop_injected, execute_notebook
from sxedu_analysis.production.parameters import list_notebooks
from sxedu_analysis.production.publish import take_charts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DEFAULT_LANGUAGE = "zh"


def figures(report_id: str, lang: str = DEFAULT_LANGUAGE) -> dict[str, Callable[[], Axes]]:
    """The figures that the repository exports, by file name, each to be drawn when called."""
    from sxedu_analysis import charts
    from sxedu_analysis.analysis import load_facts, load_findings, load_measures, load_topics
    from sxedu_analysis.charts.gaps import gap_profile
    from sxedu_analysis.production.gap_pages import look_around, source_line
    from sxedu_analysis.production.pages import about, with_names
    from sxedu_analysis.reading.reports import load_report

    report = load_report(report_id)
    told: dict[str, Any] = about(report, lang)
    facts, measures = with_names(load_facts(report)), load_measures(report)
    around = look_around(report, "adjacent", "all", lang)
    return {
        "gap_profile": lambda: gap_profile(around.gaps, lang=lang, source=source_line(around.gaps, lang)),
        "magnitudes": lambda: charts.magnitudes(facts, **told),
        "topics": lambda: charts.facts_by_topic(facts, load_topics(), **told),
        "coverage": lambda: charts.coverage_bars(measures, **told),
        "amounts": lambda: charts.amounts(measures, **told),
        "attendances": lambda: charts.attendances_per_event(measures, **told),
        "pairs": lambda: charts.conflicting_pairs(load_findings(report), facts, **told),
        "target_rates": lambda: charts.target_rates(facts, **told),
        "target_counts": lambda: charts.target_counts(facts, **told),
    }


def refresh_notebooks(folder: Path | None = None) -> list[Path]:
    """Execute every notebook with its default parameters and write it back (or to another folder)."""
    written = []
    for name in list_notebooks():
        executed = drop_injected(execute_notebook(name, {}))
        take_charts(executed)
        path = (folder or notebooks_dir()) / f"{name}.ipynb"
        nbformat.write(executed, path)
        written.append(path)
    return written


def refresh_figures(folder: Path | None = None) -> list[Path]:
    """Export the key figures of the default report: png, svg, and what is plotted as csv."""
    import matplotlib.pyplot as plt

    from sxedu_analysis.charts.theme import figure_of, save

    report_id = next(iter(list_notebooks().values())).defaults["report_id"]
    written = []
    for name, draw in figures(report_id).items():
        axes = draw()
        written += save(axes, (folder or home() / "figures") / name)
        plt.close(figure_of(axes))
    return written


def main() -> int:
    """Refresh notebooks and figures, and say which files were written."""
    import matplotlib

    matplotlib.use("agg")
    with tempfile.TemporaryDirectory(prefix="sxedu-") as empty:
        # What a developer registered or keeps for himself is no part of the repository's own results.
        before = os.environ.get(USER_DATA)
        os.environ[USER_DATA] = empty
        try:
            written = [*refresh_notebooks(), *refresh_figures()]
        finally:
            os.environ.pop(USER_DATA)
            if before is not None:
                os.environ[USER_DATA] = before
    for path in written:
        print(path.relative_to(home()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
