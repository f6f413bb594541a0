"""Many reports become many folders of executed notebooks, by processes of this machine or a Dask cluster.

Each finished notebook is recorded with a key of what it was made from: the report's bytes, the parameters,
the notebook and the package. Whoever runs the batch again, after whatever interruption, does what is not done
yet. Every file appears by a rename, so none is ever half there.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sxedu_analysis.foundation.errors import InputError, ParameterError
from sxedu_analysis.foundation.interrupts import one_interrupt
from sxedu_analysis.foundation.processors import cores
from sxedu_analysis.production import batch_files, batch_index
from sxedu_analysis.production.batch_plan import Task, find_reports, task_for
from sxedu_analysis.production.batch_report import Done
from sxedu_analysis.production.batch_workers import connect, on_cluster, on_processes
from sxedu_analysis.production.execute import TIME_LIMIT, choose_engine
from sxedu_analysis.production.parameters import list_notebooks, notebook

TELL_EVERY = 30
"""Seconds after which the manifest is written anew, for whoever looks, and for after a kill."""

FORMATS = ("ipynb", "html", "pdf")


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
    formats: Sequence[str] = ("ipynb",),
    time_limit: float = TIME_LIMIT,
) -> Batch:
    """Execute notebooks on every report of a source.

    Parameters
    ----------
    source : path
        A folder, a glob, a CSV with a column `file` and, if you like, `report_id`, `adcode` and `period`, or
        the facts Parquet of `sxedu extract`, whose reports are looked for beside it and in the working
        folder.
    out : path
        Folder to write: one folder a report, `manifest.csv` and `index.html`. What it holds already of an
        earlier batch is not done again; a folder that holds anything else is refused.
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
    formats : sequence of str
        ipynb: executed notebooks and tables, which are always written; html: pages; pdf: report.pdf.
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
    for name, given, allowed in (("lang", (lang,), ("zh", "en")), ("format", formats, FORMATS)):
        if wrong := [one for one in given if one not in allowed]:
            raise ParameterError(f"must be {' or '.join(allowed)}, not {wrong[0]!r}", where=name)
    if workers is not None and workers < 1:
        raise ParameterError(f"must be at least 1, not {workers}", where="workers")
    choose_engine(engine)
    chosen = tuple(notebook(name).name for name in notebooks) or tuple(list_notebooks())
    target = Path(out).absolute()
    files = list(find_reports(source, target))
    # Told before there is a folder: a cluster that does not answer leaves nothing behind.
    cluster = connect(scheduler) if scheduler else None
    more = tuple(one for one in FORMATS[1:] if one in formats)
    with one_interrupt(), cluster or nullcontext():
        batch_files.make_folder(target)
        tasks = [task_for(one, target, chosen, more, lang, engine, time_limit) for one in files]
        run = on_cluster(tasks, cluster) if cluster else on_processes(tasks, workers or cores())
        done = _do(tasks, run, target, lang)
    return Batch(target, [row for one in done for row in one.rows])


def _do(tasks: Sequence[Task], run: Generator[Done], target: Path, lang: str) -> list[Done]:
    """Do the tasks; the manifest says all the while what is done, the index at the end, however it ends."""
    done: dict[str, Done] = {}

    def tell(*, index: bool) -> list[Done]:
        in_order = [done[task.report.name] for task in tasks if task.report.name in done]
        try:
            rows = [row for one in in_order for row in one.rows]
            batch_files.write(target / batch_files.MANIFEST, batch_index.manifest(rows))
            if index:
                page = batch_index.index(in_order, lang, len(tasks) - len(done))
                batch_files.write(target / batch_files.INDEX, page)
        except OSError as error:
            raise batch_files.unwritable(target, error) from None
        return in_order

    # From the first on: what an earlier run has told is not what this one finds.
    tell(index=True)
    told = time.monotonic()
    try:
        with closing(run), _progress(sum(len(task.notebooks) for task in tasks)) as bar:
            for one in run:
                done[one.task.report.name] = one
                bar.update(len(one.rows))
                if time.monotonic() - told > TELL_EVERY:
                    tell(index=False)
                    told = time.monotonic()
    except BaseException:
        with suppress(InputError):
            tell(index=True)
        raise
    return tell(index=True)


def _progress(total: int) -> Any:
    from tqdm import tqdm

    # None: a bar on a terminal, silence in a log.
    return tqdm(total=total, unit=" notebooks", disable=None, smoothing=0.05)
