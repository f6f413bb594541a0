"""The main job: a report becomes a folder of pages, executed notebooks, tables and a run card."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from nbformat import NotebookNode

import sxedu_analysis
from sxedu_analysis.analysis.tables import load_table, load_tables
from sxedu_analysis.foundation.errors import ExecutionError, ParameterError
from sxedu_analysis.production import findings_text, gap_pages, overview, source_page
from sxedu_analysis.production.chart_numbers import chart_numbers
from sxedu_analysis.production.execute import execute_notebooks, select_language
from sxedu_analysis.production.folders import check_target, written_beside
from sxedu_analysis.production.links import SOURCE_PAGE
from sxedu_analysis.production.parameters import list_notebooks
from sxedu_analysis.production.publish import (
    blocks,
    chart_block,
    navigation,
    page_title,
    render,
    take_charts,
    without_title,
)
from sxedu_analysis.production.wording import TEXT_KINDS, say, summary, texts
from sxedu_analysis.reading.reports import Report, load_report

RUN_CARD = "run_card.json"
PDF = "report.pdf"
FORMATS = ("html", "pdf")
_MADE_BY = "sxedu_analysis"
_LIBRARIES = ("pandas", "numpy", "matplotlib", "seaborn", "papermill", "ipykernel", "fonttools")


def _say_on_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def make_report(
    report: str | Path | Report,
    out: str | Path | None = None,
    lang: str = "zh",
    *,
    formats: Sequence[str] = ("html",),
    single_file: bool = False,
    progress: Callable[[str], None] = _say_on_stderr,
) -> Path:
    """Execute all notebooks on a report and write the pages.

    Parameters
    ----------
    report : str, Path or Report
        A report_id, or the path of a report file.
    out : path, optional
        Folder to write; ``output/<report_id>`` by default, in English ``output/<report_id>-en``. It may be
        new, empty, or an earlier report of ours, which is replaced once the new one is complete.
    lang : str
        zh or en.
    formats : sequence of str
        What to write: html, pdf, or both.
    single_file : bool
        All pages in one ``index.html`` that can be mailed.
    progress : callable
        Is told each step in one line.

    Returns
    -------
    Path
        What to open: ``index.html``, or ``report.pdf`` if no pages are asked for.

    Raises
    ------
    InputError
        If the report cannot be read or holds no figures, or the folder cannot be written.
    ExecutionError
        If a notebook fails. Nothing half-written is left in either case.
    """
    if lang not in ("zh", "en"):
        raise ParameterError(f"must be zh or en, not {lang!r}", where="lang")
    unknown = [one for one in formats if one not in FORMATS]
    if unknown or not formats:
        wrong = repr(unknown[0]) if unknown else "nothing"
        raise ParameterError(f"must be html, pdf or html,pdf, not {wrong}", where="format")
    if single_file and "html" not in formats:
        raise ParameterError("--single-file is for html", where="format", mend="add html to --format")
    started = _now()
    loaded = load_report(report)
    target = Path(out) if out is not None else default_folder(loaded, lang)
    check_target(target, _is_ours, "report")
    # At once: a text without figures and a mistake in the codebook are refused, and what is odd is told.
    read = {name: load_table(loaded, name) for name in ("quantities", "facts")}
    for note in (few_recognised(read), not_registered(loaded)):
        if note:
            progress(f"sxedu: note: {note}")
    with written_beside(target) as beside:
        _write(beside, loaded, lang, started, progress, tuple(formats), single_file)
    return target / ("index.html" if "html" in formats else PDF)


def default_folder(report: Report, lang: str) -> Path:
    """Where the pages of a report go unless told otherwise: one language does not replace the other."""
    return Path("output") / f"{report.report_id}{'' if lang == 'zh' else f'-{lang}'}"


def few_recognised(tables: Mapping[str, pd.DataFrame]) -> str:
    """One line for a text of whose quantities the codebook knows fewer than one in ten; empty otherwise."""
    quantities = tables["quantities"]
    found = int((quantities["kind"] == "quantity").sum())
    recognised = tables["facts"]["start"].nunique()
    if 10 * recognised >= found:
        return ""
    return (
        f"{found} quantit{'y' if found == 1 else 'ies'}, {recognised} recognised: the pages will say little; "
        "is this an education bureau's work report? data/codebook/ holds the wordings that are recognised"
    )


def not_registered(report: Report) -> str:
    """One line for a file whose title suggests the place and period that nobody gave; empty otherwise."""
    from sxedu_analysis.reading.counties import guess_period, guess_place

    if report.text_kind != "file" or (report.adcode and report.period):
        return ""
    place, period = guess_place(report.title), guess_period(report.title)
    if place is None or not period:
        return ""
    return (
        f"place and period of {report.path.name} are not given; the title suggests {place.adcode} "
        f"{place.name}, {period}: sxedu add {report.path.name} --adcode {place.adcode} --period {period}"
    )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_ours(folder: Path) -> bool:
    try:
        card = json.loads((folder / RUN_CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(card, dict) and card.get("made_by") == _MADE_BY


def _write(
    folder: Path,
    report: Report,
    lang: str,
    started: str,
    progress: Callable[[str], None],
    formats: Sequence[str],
    single_file: bool,
) -> None:
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    parameters = {"report_id": _as_parameter(report, notebooks), "lang": lang}
    names = list(list_notebooks())
    steps = len(names) + len(formats)
    told = count(1)
    # Kernels are processes of their own: meanwhile this one can do what needs no notebook.
    with ThreadPoolExecutor(1) as beside:
        prepared = beside.submit(_prepare, report, folder / "tables", lang)
        try:
            done = execute_notebooks(
                names,
                parameters,
                folder=notebooks,
                done=lambda name: progress(f"[{next(told)}/{steps}] {name}"),
            )
        except ExecutionError:
            # What is wrong with the report or the codebook says more than the notebook that came upon it.
            prepared.result()
            raise
    tables, front = prepared.result()
    executed = {name: select_language(one, lang) for name, one in done.items()}
    charts = {name: take_charts(one) for name, one in executed.items()}
    for name, one in executed.items():
        nbformat.write(one, notebooks / f"{name}.ipynb")
    if "html" in formats:
        progress(f"[{next(told)}/{steps}] index.html")
        pages = make_pages(report, tables, executed, lang, charts, single_file=single_file, front=front)
        for name, page in pages.items():
            (folder / name).write_text(page, encoding="utf-8", newline="\n")
    if "pdf" in formats:
        from sxedu_analysis.production.pdf import write_pdf

        progress(f"[{next(told)}/{steps}] {PDF}")
        write_pdf(folder / PDF, report, tables, front, charts, lang)
    card = run_card(report, parameters) | {"started": started, "finished": _now()}
    (folder / RUN_CARD).write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _prepare(report: Report, folder: Path, lang: str) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """A report's tables, written to a folder, and its front page."""
    tables = load_tables(report) | gap_pages.gap_tables(report)
    write_tables(tables, folder)
    return tables, front_page(report, tables, lang)


def make_pages(
    report: Report,
    tables: dict[str, pd.DataFrame],
    executed: Mapping[str, NotebookNode],
    lang: str,
    charts: Mapping[str, list[dict[str, Any]]] | None = None,
    *,
    single_file: bool = False,
    front: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """The pages of a report, from its executed notebooks: file name -> HTML.

    `charts` are what `take_charts` took out of the notebooks; without them they are taken here. `front` is
    what the front page shows beside them, if it is at hand.
    """
    if charts is None:
        charts = {name: take_charts(one) for name, one in executed.items()}
    numbers = chart_numbers(tables, lang)
    shared = _shared(report, lang)
    first = dict(front or front_page(report, tables, lang))
    # The run card, with the checksums, stands right above this page's foot.
    first |= {"footer": shared["footer"][-1:], "tab": _tabs(lang)[0][1]}
    first["analyses"] = [
        item | {"chart": chart_block(chart, f"c{position}", numbers) if chart else None}
        for position, item in enumerate(first["analyses"])
        for chart in [_front_chart(item["name"], charts)]
    ]
    pages: dict[str, dict[str, Any]] = {"index.html": first}
    for name, one in executed.items():
        spec = list_notebooks()[name]
        title = page_title(one, getattr(spec, f"title_{lang}"))
        pages[f"{name}.html"] = {
            "template": "notebook",
            **shared,
            "heading": title,
            "tab": getattr(spec, f"title_{lang}"),
            "lead": summary(getattr(spec, f"summary_{lang}"), report, lang),
            "shown": TEXT_KINDS[report.text_kind][lang == "en"],
            "notebook": f"notebooks/{name}.ipynb",
            "nav": navigation(_tabs(lang), f"{name}.html"),
            "blocks": blocks(without_title(one), charts[name], numbers),
        }
    return render(pages, lang, _source_page(report, tables, lang), single=single_file)


def _front_chart(name: str, charts: Mapping[str, Sequence[Mapping[str, Any]]]) -> Mapping[str, Any] | None:
    """The first chart of an analysis, if the front page shows it and it shows anything."""
    if not list_notebooks()[name].front_chart:
        return None
    return next((one for one in charts.get(name, ()) if one["svg"] and one["codes"]), None)


def _as_parameter(report: Report, notebooks: Path) -> str:
    """What the notebooks are told: the report_id, or the name of a copy of the file that stays beside them.

    So the executed notebooks hold no path of this machine, and run again wherever the folder is taken.
    """
    if report.text_kind == "restated":
        return report.report_id
    shutil.copyfile(report.path, notebooks / report.path.name)
    return report.path.name


def write_tables(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """Write tables as CSV: UTF-8, LF."""
    folder.mkdir()
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


def _tabs(lang: str) -> list[tuple[str, str]]:
    """Every page and what the row of links calls it: a word, so that the row is one line."""
    analyses = [(f"{name}.html", getattr(one, f"tab_{lang}")) for name, one in list_notebooks().items()]
    return [
        ("index.html", say(lang, "概览", "Overview")),
        *analyses,
        (SOURCE_PAGE, say(lang, "溯源", "Source")),
    ]


def _source_page(
    report: Report, tables: dict[str, pd.DataFrame], lang: str
) -> Callable[[Mapping[int, Sequence[tuple[str, str]]]], dict[str, Any]]:
    from sxedu_analysis.analysis import load_locations, load_topics

    def page(shown: Mapping[int, Sequence[tuple[str, str]]]) -> dict[str, Any]:
        return {
            "template": "source",
            **_shared(report, lang),
            "heading": say(lang, "原文溯源", "The source, number by number"),
            "tab": say(lang, "原文溯源", "Source"),
            "lead": overview.heading(report, lang)["lead"],
            "nav": navigation(_tabs(lang), SOURCE_PAGE),
            **source_page.context(report, tables, load_locations(report), load_topics(), lang, shown),
        }

    return page


def _shared(report: Report, lang: str) -> dict[str, Any]:
    head = overview.heading(report, lang)
    return {
        "eyebrow": head["eyebrow"],
        "footer": [
            *(f"{what}{say(lang, '：', ': ')}{which}" for what, which in texts(report, lang)),
            say(
                lang,
                f"由 sxedu_analysis {sxedu_analysis.__version__} 生成；页面自足，不联网。",
                f"Made by sxedu_analysis {sxedu_analysis.__version__}; the pages use no network.",
            ),
        ],
    }


def front_page(report: Report, tables: dict[str, pd.DataFrame], lang: str) -> dict[str, Any]:
    """What the front page shows and the PDF begins with, but for the drawings."""
    from sxedu_analysis.analysis import load_indicators, load_locations

    locations = load_locations(report)
    lead, brief = overview.findings_in_brief(tables["findings"], lang, tables["quantities"], tables["facts"])
    return {
        "template": "index",
        **overview.heading(report, lang),
        "nav": navigation(_tabs(lang), "index.html"),
        "sentences": findings_text.sentences(
            tables["quantities"],
            tables["facts"],
            tables["measures"],
            tables["findings"],
            lang,
            tables.get("gaps"),
        ),
        "figures": overview.key_figures(report, tables["facts"], tables["measures"], locations, lang),
        "facts": overview.key_facts(report, tables["facts"], load_indicators(), lang),
        "gaps": overview.key_gaps(report, lang),
        "findings_lead": lead,
        "findings": brief,
        "more_findings": max(0, len(tables["findings"]) - len(brief)),
        "analyses": overview.analyses(report, lang),
        "tables": [
            {"href": f"tables/{name}.csv", "rows": len(table), "content": overview.TABLES[name][lang == "en"]}
            for name, table in tables.items()
        ],
        "method": overview.method(lang),
        "intervals": overview.intervals(lang),
        "limits": overview.limits(lang),
        "sources": _sources(report, lang),
        "run": [
            (say(lang, "报告编号", "report_id"), report.report_id),
            *texts(report, lang),
            (say(lang, "语言", "Language"), lang),
            (say(lang, "软件", "Software"), f"sxedu_analysis {sxedu_analysis.__version__}"),
        ],
    }


def _sources(report: Report, lang: str) -> list[str]:
    """Where the numbers come from: the report, and what was published about the neighbours."""
    own = [
        # The checksums are in the run card below.
        f"{what}{say(lang, '：', ': ')}{re.sub('[；;] ?SHA-256 .*', '', which)}{say(lang, '。', '.')}"
        for what, which in texts(report, lang)
    ]
    around = gap_pages.look_around(report, "adjacent", "all", lang)
    beside = gap_pages.source_line(around.gaps, lang) if len(around.gaps) else ""
    return [line for line in (*own, beside) if line]


def run_card(report: Report, parameters: Mapping[str, str]) -> dict[str, Any]:
    """What a report's pages are made from: the input, the parameters, the versions; not when."""
    original = {}
    if report.text_kind == "restated":
        # What was analysed is ours; what it restates is named by its own title and checksum.
        known = report.metadata["original"]
        original = {"original": {"title": report.title, "file": known["filename"], "sha256": known["sha256"]}}
    return {
        "made_by": _MADE_BY,
        "report_id": report.report_id,
        "title": report.title,
        "input": {"file": report.path.name, "text_kind": report.text_kind, "sha256": report.sha256},
        **original,
        "parameters": {
            name: one.defaults | {key: value for key, value in parameters.items() if key in one.defaults}
            for name, one in list_notebooks().items()
        },
        "versions": {
            "sxedu_analysis": sxedu_analysis.__version__,
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in _LIBRARIES},
        },
    }
