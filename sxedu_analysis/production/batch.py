"""Many reports become many folders of executed notebooks, by processes of this machine or a Dask cluster.

Each finished notebook is recorded with a key of what it was made from: the report's bytes, the parameters,
the notebook and the package. Whoever runs the batch again, after whatever interruption, does what is not done
yet. Every file appears by a rename, so none is ever half there.
"""

from __future__ import annotations

import csv
import glob
import hashlib
import io
import json
import os
import re
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sxedu_analysis
from sxedu_analysis.foundation.errors import InputError, ParameterError, SxeduError, did_you_mean
from sxedu_analysis.production.execute import (
    TIME_LIMIT,
    NotebookError,
    choose_engine,
    cores,
    execute_notebook,
    notebook_path,
    select_language,
)
from sxedu_analysis.production.parameters import list_notebooks, notebook

if TYPE_CHECKING:
    import pandas as pd
    from nbformat import NotebookNode

    from sxedu_analysis.reading.reports import Report

MANIFEST = "manifest.csv"
RECORD = "batch.json"
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
FORMATS = ("ipynb", "html")
ENDINGS = (".txt", ".docx", ".html", ".htm", ".pdf")
_PART = ".part-"
_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class Task:
    """One report to be done: where it is, where its results go, and how.

    Parameters
    ----------
    report, file, path : str
        Folder name of the results, the report's name as the source gives it, and its path.
    out : str
        Folder of the batch.
    notebooks : tuple of str
        Notebooks to execute.
    lang, engine, kind : str
        zh or en; warm or papermill; ipynb (notebooks and tables) or html (pages too).
    time_limit : float
        Seconds a notebook may take.
    program : str
        Digest of the package.
    """

    report: str
    file: str
    path: str
    out: str
    notebooks: tuple[str, ...]
    lang: str
    engine: str | None
    kind: str
    time_limit: float
    program: str


@dataclass(slots=True)
class Done:
    """What became of a task: a manifest row for each notebook, and the report's key figures."""

    task: Task
    rows: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Batch:
    """A finished batch: its manifest as rows, and how many notebooks ended how."""

    out: Path
    rows: list[dict[str, Any]]

    @property
    def counts(self) -> dict[str, int]:
        """Status -> number of notebooks."""
        return dict(Counter(row["status"] for row in self.rows))

    @property
    def bad(self) -> list[dict[str, Any]]:
        """The rows that a second look is due to."""
        return [row for row in self.rows if row["status"] in ("failed", "refused")]


def run_batch(
    source: str | Path,
    out: str | Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    notebooks: Sequence[str] = (),
    lang: str = "zh",
    engine: str | None = None,
    kind: str = "ipynb",
    time_limit: float = TIME_LIMIT,
) -> Batch:
    """Execute notebooks on every report of a source.

    Parameters
    ----------
    source : path
        A folder, a glob, or a CSV with a column `file` and, if you like, `report_id`.
    out : path
        Folder to write: one folder a report, `manifest.csv` and `index.html`. What it holds already is not
        done again.
    workers : int, optional
        Processes; as many as there are cores by default.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers see the same files, instead of processes of this machine.
    notebooks : sequence of str
        Which of the notebooks; all by default.
    lang : str
        zh or en.
    engine : str, optional
        warm or papermill.
    kind : str
        ipynb for executed notebooks and tables, html for pages too.
    time_limit : float
        Seconds a notebook may take.

    Returns
    -------
    Batch
        The rows of the manifest.

    Raises
    ------
    InputError, ParameterError
        If source, folder or options are wrong. A bad report raises nothing: it is a row of the manifest.
    """
    for name, value, allowed in (("lang", lang, ("zh", "en")), ("format", kind, FORMATS)):
        if value not in allowed:
            raise ParameterError(f"must be {' or '.join(allowed)}, not {value!r}", where=name)
    if workers is not None and workers < 1:
        raise ParameterError(f"must be at least 1, not {workers}", where="workers")
    choose_engine(engine)
    chosen = tuple(notebook(name).name for name in notebooks) or tuple(list_notebooks())
    target = Path(out).absolute()
    files = list(find_reports(source))
    _make(target)
    program = program_digest()
    tasks = [
        Task(report, file, str(path), str(target), chosen, lang, engine, kind, time_limit, program)
        for report, file, path in files
    ]
    done: dict[str, Done] = {}
    with _progress(len(tasks) * len(chosen)) as bar:
        run = _on_cluster(tasks, scheduler) if scheduler else _on_processes(tasks, workers or cores())
        for one in run:
            done[one.task.report] = one
            bar.update(len(one.rows))
    in_order = [done[task.report] for task in tasks]
    rows = [row for one in in_order for row in one.rows]
    try:
        _write(target / MANIFEST, _csv(rows))
        _write(target / "index.html", _index(in_order, lang))
    except OSError as error:
        raise _unwritable(target, error) from None
    return Batch(target, rows)


# --- what there is to do


def find_reports(source: str | Path) -> Iterator[tuple[str, str, Path]]:
    """Folder name, name and path of every report of a source, in order; names that clash are numbered.

    Raises
    ------
    InputError
        If there is none.
    """
    path = Path(source)
    try:
        found = list(_files(path, str(source)))
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(source)) from None
    if not found:
        raise InputError(
            "holds no report files", where=str(source), mend=f"reports end in {', '.join(sorted(ENDINGS))}"
        )
    taken: Counter[str] = Counter()
    for wanted, file, one in found:
        name = re.sub(r"[^\w.-]+", "_", wanted).strip("._") or "report"
        taken[name] += 1
        yield (name if taken[name] == 1 else f"{name}-{taken[name]}"), file, one.absolute()


def _files(path: Path, source: str) -> Iterator[tuple[str, str, Path]]:
    if path.is_dir():

        def stop(error: OSError) -> None:
            raise error

        for folder, folders, names in os.walk(path, onerror=stop if not os.access(path, os.R_OK) else None):
            folders.sort()
            for name in sorted(names):
                if name.lower().endswith(ENDINGS) and not name.startswith((".", "~$")):
                    one = Path(folder, name)
                    yield one.stem, one.relative_to(path).as_posix(), one
            # A folder that may not be read is a row of the manifest, not the end of the batch.
            for name in list(folders):
                if not os.access(Path(folder, name), os.R_OK | os.X_OK):
                    folders.remove(name)
                    yield name, f"{Path(folder, name).relative_to(path).as_posix()}/", Path(folder, name)
    elif path.is_file() and path.suffix.lower() == ".csv":
        yield from _listed(path)
    elif path.is_file():
        yield path.stem, path.name, path
    elif glob.has_magic(source):
        for name in sorted(glob.glob(source, recursive=True)):
            if Path(name).is_file():
                yield Path(name).stem, name, Path(name)
    else:
        raise InputError("does not exist", where=source, mend="give a folder, a glob or a CSV manifest")


def _listed(path: Path) -> Iterator[tuple[str, str, Path]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.DictReader(stream)
        names = list(rows.fieldnames or [])
        if "file" not in names:
            raise InputError(
                f"has no column 'file'{did_you_mean('file', names)}; its columns are {', '.join(names)}",
                where=str(path),
            )
        for row in rows:
            if file := (row["file"] or "").strip():
                yield (row.get("report_id") or "").strip() or Path(file).stem, file, path.parent / file


@cache
def program_digest() -> str:
    """Digest of all that decides a result beside the report: the package, its data, the notebooks' specs."""
    from sxedu_analysis.foundation.paths import PACKAGE, data_dir, notebooks_dir

    digest = hashlib.sha256(sxedu_analysis.__version__.encode())
    roots = (PACKAGE, data_dir() / "codebook", data_dir() / "lexicon", data_dir() / "neighbours")
    files = {one for root in roots for one in root.rglob("*") if one.is_file() and one.suffix != ".pyc"}
    for one in sorted([*files, notebooks_dir() / "parameters.yaml"]):
        digest.update(one.name.encode() + b"\0" + one.read_bytes())
    return digest.hexdigest()


# --- one report


def run_task(task: Task) -> Done:
    """Do one report: whatever goes wrong is in the rows. Runs in a worker process, here or in a cluster."""
    try:
        return _run_task(task)
    except SxeduError as error:
        return _all(task, "refused", str(error))
    except OSError as error:
        return _all(task, "failed", f"{task.report}: cannot be written ({error.strerror or error})")
    except Exception as error:
        # A fault of ours in one report among thousands is told, and stops none of the others.
        return _all(task, "failed", f"{task.report}: {type(error).__name__}: {error}"[:500])


def _all(task: Task, status: str, error: str, sha256: str = "") -> Done:
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
    values = (task.report, task.file, name, status, "" if cell is None or cell < 0 else cell, error)
    took = "" if seconds is None else f"{seconds:.2f}"
    return dict(zip(COLUMNS, (*values, took, sha256, sxedu_analysis.__version__), strict=True))


def _run_task(task: Task) -> Done:
    from sxedu_analysis.production.report import load_tables
    from sxedu_analysis.reading.reports import load_report

    source = Path(task.path)
    try:
        given = source.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=task.file) from None
    sha256 = hashlib.sha256(given).hexdigest()
    folder = Path(task.out, task.report)
    inside = folder / "notebooks"
    record = _load_record(folder)
    wanted = {name: _key(task, name, sha256) for name in task.notebooks}
    finished = {name for name, key in wanted.items() if _is_done(folder, record.get(name), key)}
    done = Done(task, [_row(task, name, "skipped", sha256) for name in task.notebooks if name in finished])
    complete = (folder / "tables").is_dir() and (task.kind != "html" or (folder / "index.html").is_file())
    if len(finished) < len(wanted) or not complete:
        try:
            report = load_report(source)
            tables = load_tables(report)
        except SxeduError as error:
            # The name that the source gives it, not where this machine has it.
            return _all(task, "refused", str(error).replace(task.path, task.file), sha256)
        inside.mkdir(parents=True, exist_ok=True)
        _tidy(folder)
        for name, table in tables.items():
            _write(folder / "tables" / f"{name}.csv", table.to_csv(index=False, lineterminator="\n"))
        _write(inside / source.name, given)
        for name in task.notebooks:
            if name not in finished:
                done.rows.append(_one_notebook(task, name, wanted[name], sha256, record))
        if task.kind == "html" and not any(row["status"] in ("failed", "refused") for row in done.rows):
            _write_pages(task, report, tables)
    order = list(task.notebooks)
    done.rows.sort(key=lambda row: order.index(row["notebook"]))
    done.figures = _key_figures(folder)
    return done


def _write_pages(task: Task, report: Report, tables: dict[str, pd.DataFrame]) -> None:
    """The pages of a report whose notebooks are all executed; index.html last: it links what is there."""
    import nbformat

    from sxedu_analysis.production.report import make_pages

    folder = Path(task.out, task.report)
    executed = {
        name: nbformat.read(folder / "notebooks" / f"{name}.ipynb", as_version=4) for name in task.notebooks
    }
    pages = make_pages(report, tables, executed, task.lang)
    for name in sorted(pages, key=lambda name: name == "index.html"):
        _write(folder / name, pages[name])


def _one_notebook(task: Task, name: str, key: str, sha256: str, record: dict[str, Any]) -> dict[str, Any]:
    import nbformat

    folder = Path(task.out, task.report)
    begun = time.monotonic()
    parameters = {"report_id": Path(task.path).name, "lang": task.lang}
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
        text = nbformat.writes(select_language(executed, task.lang)) + "\n"
        _write(target, text)
    else:
        target.unlink(missing_ok=True)
    if outcome["status"] == "ok":
        record[name] = {"key": key, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    else:
        record.pop(name, None)
    _write(folder / RECORD, json.dumps(record, indent=1, sort_keys=True) + "\n")
    return _row(
        task,
        name,
        outcome["status"],
        sha256,
        cell=outcome.get("cell"),
        error=outcome.get("error", ""),
        seconds=time.monotonic() - begun,
    )


def _key(task: Task, name: str, sha256: str) -> str:
    """What a result is made from. Not the engine: the outputs are the same."""
    try:
        source = hashlib.sha256(notebook_path(name).read_bytes()).hexdigest()
    except OSError:
        source = ""
    parts = (sha256, Path(task.path).name, task.lang, name, source, task.program)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _load_record(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_done(folder: Path, recorded: Any, key: str) -> bool:
    if not isinstance(recorded, Mapping) or recorded.get("key") != key:
        return False
    for path in (folder / "notebooks").glob("*.ipynb"):
        try:
            if hashlib.sha256(path.read_bytes()).hexdigest() == recorded.get("sha256"):
                return True
        except OSError:
            continue
    return False


def _key_figures(folder: Path) -> list[dict[str, Any]]:
    """The measures the codebook calls key figures, of those the report allows."""
    from sxedu_analysis.charts.numbers import over_whole

    try:
        with (folder / "tables" / "measures.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except OSError:
        return []
    known = [
        row
        for row in rows
        if row.get("key_figure") and row["value"] and not over_whole(row | {"value": float(row["value"])})
    ]
    names = ("measure", "name_zh", "name_en", "value", "low", "high", "unit_zh", "unit_en", "key_figure")
    return [{name: row[name] for name in names} for row in known]


# --- files that are there or not, never half


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> InputError:
    reason = (error.strerror or str(error)).lower()
    return InputError(
        f"cannot be written ({reason})",
        where=str(folder),
        mend="make room or give another --out; run it again",
    )


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(prefix=_PART, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
        os.chmod(part, 0o644)
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _tidy(folder: Path) -> None:
    """Take away what a killed run had begun to write."""
    for part in folder.rglob(f"{_PART}*"):
        part.unlink(missing_ok=True)


# --- who does it


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Any
    task: Task


def _on_processes(tasks: Sequence[Task], workers: int) -> Iterator[Done]:
    """Do tasks in processes of this machine. A process that dies costs its task one attempt, nothing else."""
    import multiprocessing
    from multiprocessing.connection import wait

    context = multiprocessing.get_context("spawn")
    waiting = list(reversed(tasks))
    attempts: Counter[str] = Counter()
    busy: list[_Worker] = []
    idle: list[tuple[Any, Any]] = []
    try:
        while waiting or busy:
            while waiting and len(busy) < workers:
                if idle:
                    process, pipe = idle.pop()
                else:
                    pipe, theirs = context.Pipe()
                    process = context.Process(target=_work, args=(theirs,))
                    process.start()
                    theirs.close()
                busy.append(_Worker(process, pipe, waiting.pop()))
                attempts[busy[-1].task.report] += 1
                try:
                    pipe.send(busy[-1].task)
                except OSError:
                    continue
            ready = set(wait([worker.pipe for worker in busy]))
            for worker in [one for one in busy if one.pipe in ready]:
                busy.remove(worker)
                try:
                    done = worker.pipe.recv()
                except (EOFError, OSError):
                    worker.process.join()
                    worker.pipe.close()
                    if attempts[worker.task.report] < _ATTEMPTS:
                        waiting.append(worker.task)
                        continue
                    yield _all(worker.task, "failed", f"{worker.task.report}: the worker process died twice")
                    continue
                idle.append((worker.process, worker.pipe))
                yield done
    finally:
        for process, pipe in [*idle, *((worker.process, worker.pipe) for worker in busy)]:
            pipe.close()
            process.terminate()
            process.join()


def _work(pipe: Any) -> None:
    """A worker process: does tasks until nobody sends any."""
    from multiprocessing import parent_process

    from sxedu_analysis.production import warm_kernel

    # Ctrl-C is for the parent, who ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
    warm_kernel.start()
    while True:
        try:
            pipe.send(run_task(pipe.recv()))
        except (EOFError, OSError):
            return


def _on_cluster(tasks: Sequence[Task], scheduler: str) -> Iterator[Done]:
    """Do tasks on a Dask cluster, which gives those of a lost worker to another."""
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise ParameterError("--scheduler needs Dask", mend="pip install 'sxedu_analysis[cluster]'") from None
    try:
        client = Client(scheduler, timeout=10)
    except (OSError, ValueError, TimeoutError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ParameterError(f"no Dask scheduler answers ({reason})", where=scheduler) from None
    with client:
        futures = {
            client.submit(run_task, task, key=f"sxedu-{task.report}-{number}", pure=False, retries=1): task
            for number, task in enumerate(tasks)
        }
        for future in as_completed(list(futures)):
            task = futures[future]
            lost = future.exception()
            yield future.result() if lost is None else _all(task, "failed", f"{task.report}: {lost}")
            future.release()


def _progress(total: int) -> Any:
    from tqdm import tqdm

    # None: a bar on a terminal, silence in a log.
    return tqdm(total=total, unit=" notebooks", disable=None, smoothing=0.05)


# --- what is told


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _index(done: Sequence[Done], lang: str) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    english = lang == "en"
    heads: dict[str, dict[str, Any]] = {}
    for one in done:
        for figure in one.figures:
            heads.setdefault(figure["measure"], figure)
    measures = sorted(heads.values(), key=lambda figure: float(figure["key_figure"]))
    lines = []
    for one in done:
        values = {figure["measure"]: figure for figure in one.figures}
        bad = [row for row in one.rows if row["status"] in ("failed", "refused")]
        folder = Path(one.task.out, one.task.report)
        lines.append(
            {
                "report": one.task.report,
                "file": one.task.file,
                "page": "index.html" if (folder / "index.html").is_file() else "",
                "notebooks": [
                    row["notebook"]
                    for row in one.rows
                    if (folder / "notebooks" / f"{row['notebook']}.ipynb").is_file()
                ],
                "errors": list(dict.fromkeys(str(row["error"]) for row in bad)),
                "values": [values.get(head["measure"]) for head in measures],
            }
        )
    templates = FileSystemLoader(Path(__file__).with_name("templates"))
    page = Environment(
        loader=templates, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    ).get_template("batch.html.j2")
    return page.render(
        lang="en" if english else "zh-CN",
        t=lambda zh, en: en if english else zh,
        suffix="en" if english else "zh",
        measures=measures,
        lines=lines,
        bad=sum(bool(line["errors"]) for line in lines),
        version=sxedu_analysis.__version__,
    )
