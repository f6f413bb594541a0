"""Parts of an extraction: some dozens of reports each, read on all cores, written as three tables.

A worker writes a part beside its place and then moves it there, so that no part is ever torn.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sxedu_analysis.analysis import store
from sxedu_analysis.analysis.clauses import words_of_title
from sxedu_analysis.analysis.codebook import load_codebook
from sxedu_analysis.analysis.extract_plan import Planned
from sxedu_analysis.analysis.extract_pool import work
from sxedu_analysis.analysis.facts import fact_columns
from sxedu_analysis.foundation.errors import InputError, SxeduError
from sxedu_analysis.reading import counties
from sxedu_analysis.reading.formats import read_text
from sxedu_analysis.reading.quantities import quantity_columns
from sxedu_analysis.reading.reports import Report, title_of

if TYPE_CHECKING:
    import duckdb

Columns = Mapping[str, Mapping[str, Sequence[Any]]]
"""Table -> column -> its values: rows of `store.TABLES` that are no dataframe yet."""

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def read_all(
    tasks: Sequence[list[Planned]], parts: Path, codebook: str | Path | None, workers: int
) -> Generator[int, None, None]:
    """Read every part; yields how many reports each had, as they are finished."""
    tasks = [task for task in tasks if task]
    read = partial(_read_part, parts=parts, codebook=codebook)
    try:
        if workers == 1 or sum(map(len, tasks)) < 2:
            yield from map(read, tasks)
            return
        suspects: list[Planned] = []
        with closing(work(read, tasks, workers)) as done:
            for task, count in done:
                if count is None:
                    suspects += task
                else:
                    yield count
        # A file that kills its reader takes the others of its part with it: each of those is read alone.
        with closing(work(read, [[one] for one in suspects], 1)) as done:
            for [one], count in done:
                if count is None:
                    reason = f"{one.file}: whatever reads it crashes; give the report in another format"
                    count = read([replace(one, reason=reason)])
                yield count
    finally:
        clear(parts)


def clear(parts: Path) -> None:
    """Take away what was being written when somebody stopped it."""
    for folder in parts.glob(".*"):
        shutil.rmtree(folder, ignore_errors=True)


def _read_part(task: list[Planned], *, parts: Path, codebook: str | Path | None) -> int:
    """Read the reports of one part and write its tables; returns how many there were."""
    import duckdb

    reports = [_read_one(one, codebook) for one in task]
    name = hashlib.sha256("".join(one.key for one in task).encode()).hexdigest()[:24]
    beside = parts / f".{name}-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        beside.mkdir(parents=True)
        for table in store.TABLES:
            frame = store.frame_of(table, (report[table] for report in reports))
            store.write_table(_connection(), table, frame, beside / f"{table}.parquet")
        place = parts / f"{task[0].number:08d}-{name}"
        if place.exists():  # it was read before, and failed
            shutil.rmtree(place)
        beside.rename(place)
    except (OSError, duckdb.Error) as error:
        # A full disk, most likely: no file of this part is to blame, and none of the next would do better.
        raise InputError(
            f"cannot be written: {str(error).partition(chr(10))[0]}",
            where=str(parts),
            mend="make room, then run the same command again: it goes on where it was",
        ) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return len(task)


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """The process's own, for all its parts: to open one takes as long as to read a report."""
    return store.connect(threads=1, memory="200MB")


def _read_one(one: Planned, codebook: str | Path | None) -> Columns:
    """The rows of one file; one that cannot be read has a row in the reports table, with the reason."""
    reason = one.reason
    if not reason:
        try:
            return report_columns(_report(one), one.file, codebook=codebook, key=one.key)
        except SxeduError as error:
            reason = str(error).replace(one.path, one.file)
        except Exception as error:  # one file must not stop thousands
            reason = (
                f"{one.file}: could not be analysed: {' '.join(f'{type(error).__name__}: {error}'.split())}"
            )
    known = {
        "file": one.file, "report_id": one.report_id, "adcode": one.adcode, "period": one.period,
        "status": "failed", "reason": reason, "sha256": one.sha256, "key": one.key,
    }  # fmt: skip
    return {"facts": {}, "quantities": {}, "reports": _row(known)}


def _report(one: Planned) -> Report:
    path = Path(one.path)
    text, data = read_text(path)
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 != one.sha256:
        raise InputError("has changed while it was read", where=one.file, mend="run the same command again")
    return Report(
        report_id=one.report_id,
        text=text,
        title=title_of(text),
        issuer="",
        county="",
        adcode=one.adcode,
        period=one.period,
        text_kind="file",
        path=path,
        sha256=sha256,
        metadata=MappingProxyType({}),
    )


def report_columns(
    report: Report, file: str, *, codebook: str | Path | None = None, key: str = ""
) -> Columns:
    """The rows of one report in each of `store.TABLES`."""
    # A lone surrogate (some PDFs have them) fits into no file; one sign for one keeps every offset.
    report = replace(report, text=writable(report.text))
    report, guessed = _guessed(report)
    quantities = quantity_columns(report.text)
    facts = fact_columns(report, quantities, load_codebook(codebook))
    known: dict[str, str | int] = {
        "file": file,
        "report_id": report.report_id,
        "adcode": report.adcode,
        "period": report.period,
        "guessed": " ".join(guessed),
        "title": report.title,
        "characters": len(report.text),
        "quantities": len(quantities["start"]),
        "facts": len(facts["start"]),
        "status": "read",
        "sha256": report.sha256,
        "key": key,
    }
    where = {"report_id": report.report_id, "file": writable(file)}
    return {
        "facts": facts | {"file": [where["file"]] * len(facts["start"])},
        "quantities": quantities
        | {name: [value] * len(quantities["start"]) for name, value in where.items()},
        "reports": _row(known),
    }


def _guessed(report: Report) -> tuple[Report, list[str]]:
    """A report with the adcode and period that its title names where nobody stated them, and which these are.

    Its report_id stays: it must not depend on what other files name the same place and period.
    """
    guessed = list(report.metadata.get("guessed", ()))
    title = words_of_title(report.title)
    if not report.adcode and (place := counties.guess_place(title)):
        report = replace(report, adcode=place.adcode)
        guessed.append("adcode")
    if not report.period and (period := counties.guess_period(title)):
        report = replace(report, period=period)
        guessed.append("period")
    return report, guessed


def _row(known: Mapping[str, str | int]) -> dict[str, list[str | int]]:
    """One row of the reports table; a file's name may hold bytes that are no text."""
    nothing = {name: "" if kind == "VARCHAR" else 0 for name, kind in store.TABLES["reports"].items()}
    return {
        name: [writable(value) if isinstance(value, str) else value]
        for name, value in (nothing | dict(known)).items()
    }


def writable(text: str) -> str:
    """A text as a file can hold it: a sign that is half of one is replaced."""
    return _LONE_SURROGATE.sub("\ufffd", text)
