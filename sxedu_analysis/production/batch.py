"""Many reports become many folders of executed notebooks, by processes of this machine or a Dask cluster.

Each finished notebook is recorded with a key of what it was made from: the report's bytes, the parameters,
the notebook and the package. Whoever runs the batch again, after whatever interruption, does what is not done
yet. Every file appears by a rename, so none is ever half there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sxedu_analysis.foundation.errors import ParameterError
from sxedu_analysis.production import batch_files, batch_index
from sxedu_analysis.production.batch_plan import find_reports, task_for
from sxedu_analysis.production.batch_report import Done
from sxedu_analysis.production.batch_workers import on_cluster, on_processes
from sxedu_analysis.production.execute import TIME_LIMIT, choose_engine, cores
from sxedu_analysis.production.parameters import list_notebooks, notebook

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
    batch_files.make_folder(target)
    more = tuple(one for one in FORMATS[1:] if one in formats)
    tasks = [task_for(one, target, chosen, more, lang, engine, time_limit) for one in files]
    done: dict[str, Done] = {}
    with _progress(len(tasks) * len(chosen)) as bar:
        run = on_cluster(tasks, scheduler) if scheduler else on_processes(tasks, workers or cores())
        for one in run:
            done[one.task.report] = one
            bar.update(len(one.rows))
    in_order = [done[task.report] for task in tasks]
    rows = [row for one in in_order for row in one.rows]
    try:
        batch_files.write(target / batch_files.MANIFEST, batch_index.manifest(rows))
        batch_files.write(target / batch_files.INDEX, batch_index.index(in_order, lang))
    except OSError as error:
        raise batch_files.unwritable(target, error) from None
    return Batch(target, rows)


def _progress(total: int) -> Any:
    from tqdm import tqdm

    # None: a bar on a terminal, silence in a log.
    return tqdm(total=total, unit=" notebooks", disable=None, smoothing=0.05)
