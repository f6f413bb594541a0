"""The main job: a report becomes a folder of pages, executed notebooks, tables and a run card."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from nbformat import NotebookNode

import sxedu_analysis
from sxedu_analysis.foundation.errors import InputError, ParameterError
from sxedu_analysis.production import gap_pages, overview
from sxedu_analysis.production.execute import execute_notebooks, select_language
from sxedu_analysis.production.parameters import list_notebooks
from sxedu_analysis.production.publish import blocks, navigation, page_title, render, without_title
from sxedu_analysis.production.wording import say, source_line
from sxedu_analysis.reading.reports import Report, load_report

RUN_CARD = "run_card.json"
_MADE_BY = "sxedu_analysis"
_LIBRARIES = ("pandas", "numpy", "matplotlib", "seaborn", "papermill", "ipykernel", "fonttools")


def _say_on_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def make_report(
    report: str | Path | Report,
    out: str | Path | None = None,
    lang: str = "zh",
    *,
    progress: Callable[[str], None] = _say_on_stderr,
) -> Path:
    """Execute all notebooks on a report and write the pages.

    Parameters
    ----------
    report : str, Path or Report
        A report_id, or the path of a report file.
    out : path, optional
        Folder to write; ``output/<report_id>`` by default. It may be new, empty, or an earlier report of
        ours, which is replaced once the new one is complete.
    lang : str
        zh or en.
    progress : callable
        Is told each step in one line.

    Returns
    -------
    Path
        The page to open, ``index.html``.

    Raises
    ------
    InputError
        If the report cannot be read or holds no figures, or the folder cannot be written.
    ExecutionError
        If a notebook fails. Nothing half-written is left in either case.
    """
    if lang not in ("zh", "en"):
        raise ParameterError(f"must be zh or en, not {lang!r}", where="lang")
    started = _now()
    loaded = load_report(report)
    tables = load_tables(loaded)
    target = Path(out) if out is not None else Path("output") / loaded.report_id
    _check_target(target)
    beside = _make_beside(target)
    try:
        _write(beside, loaded, tables, lang, started, progress)
        _move(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return target / "index.html"


def load_tables(report: Report) -> dict[str, pd.DataFrame]:
    """The four tables of a report: quantities, facts, measures, findings.

    Raises
    ------
    InputError
        If the text holds no figures.
    """
    from sxedu_analysis.analysis import load_facts, load_findings, load_measures
    from sxedu_analysis.reading.quantities import load_quantities

    quantities = load_quantities(report)
    if not (quantities["kind"] == "quantity").any():
        where = report.path.name
        raise InputError("holds no figures", where=where, mend="give the text of a work report")
    return {
        "quantities": quantities,
        "facts": load_facts(report),
        "measures": load_measures(report),
        "findings": load_findings(report),
    }


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _check_target(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise InputError("is a file, not a folder", where=str(target), mend="give another --out")
    if any(target.iterdir()) and not _is_ours(target):
        raise InputError(
            "is not empty and holds no earlier report", where=str(target), mend="give a new or empty folder"
        )


def _is_ours(folder: Path) -> bool:
    try:
        card = json.loads((folder / RUN_CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(card, dict) and card.get("made_by") == _MADE_BY


def _make_beside(target: Path) -> Path:
    """An empty folder on the target's own disk, so that the finished report is moved in one step."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(13, "Permission denied")
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(
            f"cannot be written ({reason})", where=str(target), mend="give a folder you may write to"
        ) from None
    beside.chmod(0o755)
    return beside


def _move(beside: Path, target: Path) -> None:
    if not target.exists():
        beside.rename(target)
        return
    old = beside.with_name(f"{beside.name}-old")
    target.rename(old)
    try:
        beside.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _write(
    folder: Path,
    report: Report,
    tables: dict[str, pd.DataFrame],
    lang: str,
    started: str,
    progress: Callable[[str], None],
) -> None:
    tables = tables | gap_pages.gap_tables(report)
    write_tables(tables, folder / "tables")
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    parameters = {"report_id": _as_parameter(report, notebooks), "lang": lang}
    names = list(list_notebooks())
    steps = len(names) + 1
    told = count(1)
    done = execute_notebooks(
        names, parameters, folder=notebooks, done=lambda name: progress(f"[{next(told)}/{steps}] {name}")
    )
    executed = {name: select_language(one, lang) for name, one in done.items()}
    for name, one in executed.items():
        nbformat.write(one, notebooks / f"{name}.ipynb")
    progress(f"[{steps}/{steps}] index.html")
    for name, page in make_pages(report, tables, executed, lang).items():
        (folder / name).write_text(page, encoding="utf-8", newline="\n")
    card = _run_card(report, parameters, started)
    (folder / RUN_CARD).write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def make_pages(
    report: Report, tables: dict[str, pd.DataFrame], executed: Mapping[str, NotebookNode], lang: str
) -> dict[str, str]:
    """The pages of a report, from its executed notebooks: file name -> HTML."""
    pages: dict[str, dict[str, Any]] = {}
    shared = _shared(report, lang)
    for name, one in executed.items():
        spec = list_notebooks()[name]
        title = page_title(one, getattr(spec, f"title_{lang}"))
        pages[f"{name}.html"] = {
            "template": "notebook",
            **shared,
            "heading": title,
            "lead": getattr(spec, f"summary_{lang}"),
            "nav": navigation(_tabs(lang), f"{name}.html"),
            "blocks": blocks(without_title(one)),
        }
    pages["index.html"] = _front_page(report, tables, lang) | {"footer": shared["footer"]}
    return render(pages, lang)


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
    titles = [(f"{name}.html", getattr(one, f"title_{lang}")) for name, one in list_notebooks().items()]
    return [("index.html", say(lang, "概览", "Overview")), *titles]


def _shared(report: Report, lang: str) -> dict[str, Any]:
    head = overview.heading(report, lang)
    source = source_line(report, lang)
    return {
        "eyebrow": head["eyebrow"],
        "footer": [
            f"{say(lang, '来源：', 'Source: ')}{source}",
            f"{say(lang, '文本 SHA-256：', 'SHA-256 of the text: ')}{report.sha256}",
            say(
                lang,
                f"由 sxedu_analysis {sxedu_analysis.__version__} 生成；页面自足，不联网。",
                f"Made by sxedu_analysis {sxedu_analysis.__version__}; the pages use no network.",
            ),
        ],
    }


def _front_page(report: Report, tables: dict[str, pd.DataFrame], lang: str) -> dict[str, Any]:
    from sxedu_analysis.analysis import load_indicators, load_locations

    locations = load_locations(report)
    lead, brief = overview.findings_in_brief(tables["findings"], lang)
    return {
        "template": "index",
        **overview.heading(report, lang),
        "nav": navigation(_tabs(lang), "index.html"),
        "figures": overview.key_figures(report, tables["facts"], tables["measures"], locations, lang),
        "facts": overview.key_facts(report, tables["facts"], load_indicators(), locations, lang),
        "gaps": gap_pages.key_gaps(report, lang),
        "findings_lead": lead,
        "findings": brief,
        "more_findings": max(0, len(tables["findings"]) - len(brief)),
        "analyses": overview.analyses(lang),
        "tables": [
            {"href": f"tables/{name}.csv", "rows": len(table), "content": overview.TABLES[name][lang == "en"]}
            for name, table in tables.items()
        ],
        "method": overview.method(lang),
        "run": [
            (say(lang, "报告编号", "report_id"), report.report_id),
            (say(lang, "所析文本", "Text analysed"), f"{report.path.name}, SHA-256 {report.sha256}"),
            (say(lang, "语言", "Language"), lang),
            (say(lang, "软件", "Software"), f"sxedu_analysis {sxedu_analysis.__version__}"),
        ],
    }


def _run_card(report: Report, parameters: dict[str, str], started: str) -> dict[str, Any]:
    return {
        "made_by": _MADE_BY,
        "report_id": report.report_id,
        "title": report.title,
        "input": {"file": report.path.name, "text_kind": report.text_kind, "sha256": report.sha256},
        "parameters": {
            name: one.defaults | {key: value for key, value in parameters.items() if key in one.defaults}
            for name, one in list_notebooks().items()
        },
        "versions": {
            "sxedu_analysis": sxedu_analysis.__version__,
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in _LIBRARIES},
        },
        "started": started,
        "finished": _now(),
    }
