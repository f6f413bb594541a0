"""One report of a batch: its tables, its executed notebooks, its pages, and the record of what is done.

The record (`batch.json`) holds for each notebook, and for the pages, a key of what it was made from: the
report's bytes, the parameters, the notebook and the package; and the checksum of what was made.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sxedu_analysis
from sxedu_analysis.foundation.errors import InputError, SxeduError
from sxedu_analysis.production.batch_files import RECORD, RUN_CARD, tidy, write
from sxedu_analysis.production.batch_plan import Task
from sxedu_analysis.production.execute import (
    NotebookError,
    execute_notebook,
    notebook_path,
    select_language,
)
from sxedu_analysis.production.folders import check_target
from sxedu_analysis.production.links import SOURCE_PAGE
from sxedu_analysis.production.parameters import list_notebooks
from sxedu_analysis.reading.reports import ABOUT

if TYPE_CHECKING:
    import pandas as pd
    from nbformat import NotebookNode

    from sxedu_analysis.reading.reports import Report

COLUMNS = (
    "report",
    "file",
    "notebook",
    "status",
    "failing_cell",
    "error",
    "seconds",
    "input_sha256",
    "package_version",
)
_PAGES = {"html": "index.html", "pdf": "report.pdf"}
"""Of each format the file that is written last: the others are there if it is."""


@dataclass(slots=True)
class Done:
    """What became of a task: a manifest row for each notebook, and the report's key figures."""

    task: Task
    rows: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    adcode: str = ""
    period: str = ""
    page: bool = False
    """Whether the report's pages are there, made from what this run was given."""


def run_task(task: Task) -> Done:
    """Do one report: whatever goes wrong is in the rows. Runs in a worker process, here or in a cluster."""
    try:
        if task.report.reason:
            _withdraw(task)
            return give_up(task, "refused", task.report.reason)
        return _run_task(task)
    except SxeduError as error:
        return give_up(task, "refused", str(error))
    except OSError as error:
        return give_up(task, "failed", f"{task.report.name}: cannot be written ({error.strerror or error})")
    except Exception as error:
        # A fault of ours in one report among thousands is told, and stops none of the others.
        return give_up(task, "failed", f"{task.report.name}: {type(error).__name__}: {error}"[:500])


def give_up(task: Task, status: str, error: str, sha256: str = "") -> Done:
    """The same outcome for all notebooks of a report."""
    return Done(task, [_row(task, name, status, sha256, error=error) for name in task.notebooks])


def _row(
    task: Task,
    name: str,
    status: str,
    sha256: str,
    *,
    cell: int | None = None,
    error: str = "",
    seconds: float | None = None,
) -> dict[str, Any]:
    report, at = task.report, "" if cell is None or cell < 0 else cell
    values = (report.name, report.file, name, status, at, error)
    took = "" if seconds is None else f"{seconds:.2f}"
    return dict(zip(COLUMNS, (*values, took, sha256, sxedu_analysis.__version__), strict=True))


def _run_task(task: Task) -> Done:
    from sxedu_analysis.analysis.tables import load_tables
    from sxedu_analysis.production.gap_pages import gap_tables
    from sxedu_analysis.reading.reports import load_report

    source = task.report.path
    try:
        given = source.read_bytes()
    except OSError as error:
        _withdraw(task)
        raise InputError(f"cannot be read ({error.strerror})", where=task.report.file) from None
    sha256 = hashlib.sha256(given).hexdigest()
    folder = task.folder
    tidy(folder)
    check_target(folder, lambda one: (one / RECORD).is_file(), "results of a batch")
    record = _Record(folder)
    wanted = {name: _key(task, name, sha256) for name in task.notebooks}
    of_pages = _digest("\0".join(wanted.values()))
    pages = [one for one in task.formats if not record.has(one, of_pages, folder / _PAGES[one])]
    current = {
        name for name, key in wanted.items() if record.has(name, key, folder / "notebooks" / f"{name}.ipynb")
    }
    for name in list_notebooks():
        earlier = folder / "notebooks" / f"{name}.ipynb"
        # Of another text or in another language: it would lie beside what it has nothing to do with.
        if name not in wanted and not record.has(name, _key(task, name, sha256), earlier):
            earlier.unlink(missing_ok=True)
    # Pages show the notebooks' drawings, which are kept only until the pages are made.
    finished = {name for name in current if not pages or _drawings(folder, name).is_file()}
    done = Done(task, [_row(task, name, "skipped", sha256) for name in task.notebooks if name in finished])
    if len(finished) < len(wanted) or pages or not (folder / "tables" / "measures.csv").is_file():
        try:
            report = replace(load_report(source), **task.report.known)
            tables = load_tables(report) | gap_tables(report)
        except SxeduError as error:
            _withdraw(task)
            # The name that the source gives it, not where this machine has it.
            told = str(error).replace(str(source), task.report.file)
            return give_up(task, "refused", told, sha256)
        record.begin()
        # Pages must not outlive the notebooks that they show.
        if len(current) < len(wanted) or "html" in pages:
            _remove_pages(folder)
        if len(current) < len(wanted) or "pdf" in pages:
            (folder / _PAGES["pdf"]).unlink(missing_ok=True)
        for name, table in tables.items():
            write(folder / "tables" / f"{name}.csv", table.to_csv(index=False, lineterminator="\n"))
        write(folder / "notebooks" / source.name, given)
        about = folder / "notebooks" / f"{source.name}{ABOUT}"
        if task.report.known:
            write(about, json.dumps(task.report.known, indent=1) + "\n")
        else:
            about.unlink(missing_ok=True)
        for name in task.notebooks:
            if name not in finished:
                done.rows.append(_one_notebook(task, name, wanted[name], sha256, record, bool(pages)))
        if pages and not any(row["status"] in ("failed", "refused") for row in done.rows):
            _write_pages(task, report, tables, pages)
            for one in pages:
                record.put(one, of_pages, (folder / _PAGES[one]).read_bytes())
            for name in task.notebooks:
                _drawings(folder, name).unlink(missing_ok=True)
    order = list(task.notebooks)
    done.rows.sort(key=lambda row: order.index(row["notebook"]))
    done.figures = _key_figures(folder)
    done.page = record.has("html", of_pages, folder / _PAGES["html"])
    facts = _rows(folder / "tables" / "facts.csv")[:1] or [task.report.known]
    done.adcode, done.period = facts[0].get("adcode", ""), facts[0].get("period", "")
    return done


def _remove_pages(folder: Path) -> None:
    for name in (_PAGES["html"], SOURCE_PAGE, RUN_CARD, *(f"{name}.html" for name in list_notebooks())):
        (folder / name).unlink(missing_ok=True)


def _withdraw(task: Task) -> None:
    """Take away what an earlier run made of a report that is refused now."""
    folder = task.folder
    if not (folder / RECORD).is_file():
        return
    tidy(folder)
    _remove_pages(folder)
    notebooks, given = folder / "notebooks", task.report.path.name
    ours = [notebooks / f"{name}.ipynb" for name in list_notebooks()]
    ours += [_drawings(folder, name) for name in list_notebooks()]
    ours += [folder / _PAGES["pdf"], notebooks / given, notebooks / f"{given}{ABOUT}"]
    for one in (*ours, *(folder / "tables").glob("*.csv")):
        one.unlink(missing_ok=True)
    write(folder / RECORD, "{}\n")


def _one_notebook(
    task: Task, name: str, key: str, sha256: str, record: _Record, drawings: bool
) -> dict[str, Any]:
    import nbformat

    from sxedu_analysis.production.publish import take_charts

    folder = task.folder
    begun = time.monotonic()
    parameters = {"report_id": task.report.path.name, "lang": task.lang}
    outcome: dict[str, Any] = {"status": "ok"}
    executed: NotebookNode | None = None
    try:
        executed = execute_notebook(
            name, parameters, folder=folder / "notebooks", engine=task.engine, time_limit=task.time_limit
        )
    except NotebookError as error:
        outcome = {"status": "failed", "error": str(error), "cell": error.cell}
        executed = error.executed
    except SxeduError as error:
        outcome = {"status": "refused", "error": str(error)}
    target = folder / "notebooks" / f"{name}.ipynb"
    text = ""
    if executed is not None:
        charts = take_charts(executed)
        if drawings:
            write(_drawings(folder, name), json.dumps(charts, ensure_ascii=False))
        text = nbformat.writes(select_language(executed, task.lang)) + "\n"
        write(target, text)
    else:
        target.unlink(missing_ok=True)
    if outcome["status"] == "ok":
        record.put(name, key, text.encode())
    else:
        record.drop(name)
    return _row(
        task,
        name,
        outcome["status"],
        sha256,
        cell=outcome.get("cell"),
        error=outcome.get("error", ""),
        seconds=time.monotonic() - begun,
    )


def _drawings(folder: Path, name: str) -> Path:
    """Where a notebook's drawings wait for the pages."""
    return folder / "notebooks" / f".{name}.charts.json"


def _write_pages(task: Task, report: Report, tables: dict[str, pd.DataFrame], wanted: list[str]) -> None:
    """The pages of a report whose notebooks are all executed; index.html last: it links what is there."""
    import nbformat

    from sxedu_analysis.production.report import front_page, make_pages, run_card

    folder = task.folder
    charts = {
        name: json.loads(_drawings(folder, name).read_text(encoding="utf-8")) for name in task.notebooks
    }
    front = front_page(report, tables, task.lang)
    if "pdf" in wanted:
        import tempfile

        from sxedu_analysis.production.pdf import write_pdf

        with tempfile.TemporaryDirectory() as scratch:
            made = write_pdf(Path(scratch, _PAGES["pdf"]), report, tables, front, charts, task.lang)
            write(folder / _PAGES["pdf"], made.read_bytes())
    if "html" in wanted:
        executed = {
            name: nbformat.read(folder / "notebooks" / f"{name}.ipynb", as_version=4)
            for name in task.notebooks
        }
        pages = make_pages(report, tables, executed, task.lang, charts, front=front)
        missing = [name for name in list_notebooks() if name not in executed]
        pages = {name: _unlinked(page, missing) for name, page in pages.items()}
        card = run_card(report, {"report_id": task.report.path.name, "lang": task.lang})
        pages[RUN_CARD] = json.dumps(card, ensure_ascii=False, indent=2) + "\n"
        for name in sorted(pages, key=lambda name: name == _PAGES["html"]):
            write(folder / name, pages[name])


def _unlinked(page: str, missing: Sequence[str]) -> str:
    """A page whose links to notebooks that were not asked for are plain words."""
    if not missing:
        return page
    names = "|".join(map(re.escape, missing))
    link = rf'<a\b[^>]*\bhref="(?:notebooks/)?(?:{names})\.(?:html|ipynb)[^"]*"[^>]*>(.*?)</a>'
    return re.sub(link, r"<span>\1</span>", page, flags=re.S)


def _key(task: Task, name: str, sha256: str) -> str:
    """What a result is made from. Not the engine: the outputs are the same."""
    try:
        source = hashlib.sha256(notebook_path(name).read_bytes()).hexdigest()
    except OSError:
        source = ""
    return _digest(
        "\0".join(
            (
                sha256,
                task.report.path.name,
                *map("=".join, task.report.known.items()),
                task.lang,
                name,
                source,
                task.program,
            )
        )
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class _Record:
    """What of a report is done: name of the result -> the key of what it was made from, and its checksum."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / RECORD
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found = {}
        self._known: dict[str, Any] = found if isinstance(found, dict) else {}

    def has(self, name: str, key: str, made: Path) -> bool:
        """Whether the result is there, as it was made from what the key says."""
        known = self._known.get(name)
        if not isinstance(known, Mapping) or known.get("key") != key:
            return False
        try:
            return hashlib.sha256(made.read_bytes()).hexdigest() == known.get("sha256")
        except OSError:
            return False

    def put(self, name: str, key: str, made: bytes) -> None:
        """Note a result that is written."""
        self._known[name] = {"key": key, "sha256": hashlib.sha256(made).hexdigest()}
        self._save()

    def begin(self) -> None:
        """Mark the folder as one of a batch before anything else is in it."""
        self._save()

    def drop(self, name: str) -> None:
        """Note that there is no such result."""
        self._known.pop(name, None)
        self._save()

    def _save(self) -> None:
        write(self._path, json.dumps(self._known, indent=1, sort_keys=True) + "\n")


def _key_figures(folder: Path) -> list[dict[str, Any]]:
    """The measures the codebook calls key figures, of those the report allows."""
    from sxedu_analysis.charts.numbers import over_whole

    known = [
        row
        for row in _rows(folder / "tables" / "measures.csv")
        if row.get("key_figure") and row["value"] and not over_whole(row | {"value": float(row["value"])})
    ]
    names = ("measure", "name_zh", "name_en", "value", "low", "high", "unit_zh", "unit_en", "key_figure")
    return [{name: row[name] for name in names} for row in known]


def _rows(table: Path) -> list[dict[str, str]]:
    try:
        with table.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    except OSError:
        return []
