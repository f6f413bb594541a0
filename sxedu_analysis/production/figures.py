"""The charts of a report as files: drawing, picture, what is plotted, and the same in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sxedu_analysis.foundation.errors import InputError, ParameterError
from sxedu_analysis.production.folders import check_target, written_beside
from sxedu_analysis.production.parameters import list_notebooks
from sxedu_analysis.reading.reports import Report, load_report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = ("svg", "png", "csv", "txt")
"""Endings of a chart's four files; the last is its alternative text."""


def charts_of(report: Report, lang: str) -> dict[str, Callable[[], Axes]]:
    """The charts of a report, those of its notebooks on their default parameters, in the same order.

    Parameters
    ----------
    report : Report
    lang : str
        zh or en.

    Returns
    -------
    dict
        File name without ending -> function that draws the chart. Charts of neighbours are there only if
        the report's county has figures to compare.

    Raises
    ------
    InputError
        If the text holds no figures.
    """
    from sxedu_analysis import charts
    from sxedu_analysis.analysis import load_topics
    from sxedu_analysis.analysis.tables import load_tables
    from sxedu_analysis.charts.pairs import drawable, pairs
    from sxedu_analysis.production import gap_pages
    from sxedu_analysis.production.fact_pages import with_names
    from sxedu_analysis.production.wording import about

    specs = list_notebooks()
    tables = load_tables(report)
    facts, measures, findings = with_names(tables["facts"]), tables["measures"], tables["findings"]
    told: dict[str, Any] = about(report, lang)
    top = specs["01_report_figures"].defaults["top_n"]
    reached = measures.set_index("measure").loc[specs["02_coverage"].defaults["measure"]]
    drawn: dict[str, Callable[[], Axes]] = {
        "topics": lambda: charts.facts_by_topic(facts, load_topics(), **told),
        "magnitudes": lambda: charts.magnitudes(facts, top_n=top, **told),
        "coverage": lambda: charts.coverage_bars(measures, **told),
        "reached": lambda: charts.reached_of_eligible(
            facts, reached["numerator"], reached["denominator"], **told
        ),
        "attendances": lambda: charts.attendances_per_event(measures, **told),
        "amounts": lambda: charts.amounts(measures, **told),
    }
    defaults = specs["04_neighbour_gaps"].defaults
    around = gap_pages.look_around(report, defaults["comparators"], defaults["measures"], lang)
    if not around.reason:
        drawn["gap_profile"] = partial(gap_pages.draw_profile, around)
        for theme in gap_pages.drawn_themes(around):
            drawn[f"gap_{theme}"] = partial(gap_pages.draw_theme, around, theme)
    if drawable(pairs(findings, facts)):
        # Fewer are a table.
        drawn["pairs"] = lambda: charts.conflicting_pairs(findings, facts, **told)
    return drawn | {
        "target_rates": lambda: charts.target_rates(facts, **told),
        "target_counts": lambda: charts.target_counts(facts, **told),
    }


def export_figures(
    report: str | Path | Report,
    out: str | Path | None = None,
    lang: str = "zh",
    *,
    note: Callable[[str], None] = lambda line: None,
) -> list[Path]:
    """Write each chart of a report as `name`.svg, .png, .csv (what is plotted) and .txt (alternative text).

    The words are those that the report's pages give to the same chart. Two runs write the same bytes.

    Parameters
    ----------
    report : str, Path or Report
        A report_id, or the path of a report file.
    out : path, optional
        Folder to write; ``output/<report_id>-figures`` by default, ``-en-figures`` in English. It may be new,
        empty, or hold an earlier export, which is replaced once the new one is complete.
    lang : str
        zh or en.
    note : callable
        Is told in one line of each chart that is left out, since nothing it shows was recognised.

    Returns
    -------
    list of Path
        The files written, chart by chart.

    Raises
    ------
    InputError
        If the report cannot be read or has nothing to draw, or the folder cannot be written.
    ParameterError
        If the language is neither zh nor en.
    """
    import matplotlib.pyplot as plt

    from sxedu_analysis.charts.theme import alt_text, figure_of, plotted, save
    from sxedu_analysis.production.report import default_folder

    if lang not in ("zh", "en"):
        raise ParameterError(f"must be zh or en, not {lang!r}", where="lang")
    loaded = load_report(report)
    pages = default_folder(loaded, lang)
    target = Path(out) if out is not None else pages.with_name(f"{pages.name}-figures")
    check_target(target, _is_ours, "figures")
    drawings = charts_of(loaded, lang)
    written: list[str] = []
    left_out: list[str] = []
    with written_beside(target) as beside:
        for name, draw in drawings.items():
            axes = draw()
            if plotted(axes).empty:
                left_out.append(name)
            else:
                save(axes, beside / name, KINDS[:-1])
                words = beside / f"{name}.{KINDS[-1]}"
                words.write_text(f"{alt_text(axes)}\n", encoding="utf-8", newline="\n")
                written += [f"{name}.{kind}" for kind in KINDS]
            plt.close(figure_of(axes))
        if not written:
            raise InputError("has nothing to draw", where=loaded.path.name)
    for name in left_out:
        note(f"{name}: not written, nothing that it shows was recognised")
    return [target / name for name in written]


def _is_ours(folder: Path) -> bool:
    """Whether a folder holds nothing but what an export writes, of every name all of it."""
    found: dict[str, set[str]] = {}
    for path in folder.iterdir():
        found.setdefault(path.stem, set()).add(path.suffix[1:] if path.is_file() else "")
    # Earlier versions wrote no alternative text.
    return all(set(KINDS[:-1]) <= kinds <= set(KINDS) for kinds in found.values())
