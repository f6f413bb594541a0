"""Thousands of report files become three Parquet tables, on all cores; a stopped run goes on where it was.

The files of a source (`extract_plan`) are read in parts of some dozens (`extract_parts`); when all parts are
there they are put together (`extract_merge`). Each is written beside its place and then moved there: whatever
stops a run, no table is ever torn. One run at a time writes a place (`lock`).
"""

from __future__ import annotations

import shutil
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sxedu_analysis.analysis import store
from sxedu_analysis.analysis.codebook import load_codebook
from sxedu_analysis.analysis.extract_merge import merge, read_already
from sxedu_analysis.analysis.extract_parts import read_all
from sxedu_analysis.analysis.extract_plan import find_files, in_parts, plan_of, rules_of
from sxedu_analysis.analysis.lock import locked
from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.foundation.interrupts import one_interrupt
from sxedu_analysis.foundation.processors import cores


@dataclass(frozen=True, slots=True)
class Extraction:
    """What `extract` did.

    Parameters
    ----------
    paths : dict
        The files written: facts, quantities, reports.
    reports, already : int
        Reports read, and how many of them had been read by an earlier run.
    facts, quantities : int
        Rows written.
    guessed : int
        Reports whose adcode or period is guessed from the title.
    failed : tuple of (file, reason)
        The files that could not be read.
    passed_over : dict
        How many files of other kinds the folder has, by ending.
    """

    paths: dict[str, Path]
    reports: int
    already: int
    facts: int
    quantities: int
    guessed: int
    failed: tuple[tuple[str, str], ...]
    passed_over: dict[str, int]


def extract(
    source: str | Path,
    out: str | Path,
    *,
    codebook: str | Path | None = None,
    workers: int | None = None,
    progress: bool = False,
) -> Extraction:
    """Write the quantities and facts of many reports as Parquet.

    Parameters
    ----------
    source : path
        A folder (with all folders in it), a glob pattern (``reports/*2023*.docx``), or a CSV manifest with a
        column `file` (paths from the manifest's folder) and, where known, `adcode` and `period`.
    out : path
        The facts file, ``….parquet``. Quantities and reports are written beside it (`analysis.store`).
    codebook : path, optional
        Another codebook folder.
    workers : int, optional
        Processes; default: as many as there are cores.
    progress : bool
        Whether to draw a progress bar on stderr, if that is a terminal.

    Returns
    -------
    Extraction

    Raises
    ------
    InputError
        If there is nothing to read, `out` cannot be written, or another run is writing it. A file that cannot
        be read raises nothing: it is listed in `failed` and in the reports table.
    CodebookError
        If the codebook is wrong.

    Notes
    -----
    A report whose file, sha256, adcode and period, and the codebook and the package's rules, are as they
    were in an earlier run into the same `out` is not read again, whether that run was stopped or came to its
    end.

    A report_id is ``<adcode>-<period>`` where the manifest, the file's name or the user's data folder say
    both; else it is made of the file's path, and `adcode` and `period` are those that the title names, if it
    does: `guessed` in the reports table says so. Of two files with one report_id the second is refused.

    Outside a notebook call it under ``if __name__ == "__main__":``: each process imports the script anew.
    """
    paths = store.paths_of(out)
    _check_out(paths)
    load_codebook(codebook)  # a mistake in it is told once, not for each report
    files, passed_over = find_files(source)
    parts = paths["facts"].with_name(paths["facts"].name + ".parts")
    with one_interrupt(), locked(paths["facts"]):
        try:
            parts.mkdir(exist_ok=True)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise InputError(
                f"cannot be written: {reason}", where=str(parts), mend="give another --out"
            ) from None
        plan = list(plan_of(files, rules_of(codebook)))
        done = read_already(parts, paths)
        todo = [one for one in plan if one.key not in done]
        bar = _bar(len(plan), len(plan) - len(todo)) if progress else None
        try:
            with closing(
                read_all(list(in_parts(plan, done)), parts, codebook, workers or cores())
            ) as reading:
                for finished in reading:
                    if bar is not None:
                        bar.update(finished)
        finally:
            if bar is not None:
                bar.close()
        counts, failed = merge(plan, parts, paths)
        shutil.rmtree(parts, ignore_errors=True)
    return Extraction(
        paths, len(plan) - len(failed), len(plan) - len(todo), counts["facts"], counts["quantities"],
        counts["guessed"], tuple(failed), passed_over,
    )  # fmt: skip


def _bar(total: int, done: int):  # type: ignore[no-untyped-def]
    from tqdm import tqdm

    return tqdm(total=total, initial=done, unit=" reports", disable=None, file=sys.stderr)


def _check_out(paths: dict[str, Path]) -> None:
    facts = paths["facts"]
    if facts.suffix != ".parquet":
        raise InputError("is no Parquet file's name", where=str(facts), mend="let --out end in .parquet")
    if facts.is_dir():
        raise InputError("is a folder", where=str(facts), mend="give --out a file's name")
    if facts.exists() and not paths["reports"].exists():
        raise InputError(
            "exists, and sxedu extract did not write it", where=str(facts), mend="give another --out"
        )
