"""Thousands of report files become three Parquet tables, on all cores; a stopped run goes on where it was.

The files are read in parts of some dozens. A worker writes a part beside its place and then moves it there;
when all parts are there they are merged, beside the result and then moved. So whatever stops a run, no table
is ever torn.
"""

from __future__ import annotations

import csv
import glob
import hashlib
import io
import multiprocessing
import os
import re
import secrets
import shutil
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from sxedu_analysis import __version__
from sxedu_analysis.analysis import store
from sxedu_analysis.analysis.codebook import load_codebook
from sxedu_analysis.analysis.facts import FACT_COLUMNS, bind_facts
from sxedu_analysis.foundation.errors import InputError, SxeduError, did_you_mean
from sxedu_analysis.foundation.paths import PACKAGE, data_dir
from sxedu_analysis.reading import counties
from sxedu_analysis.reading.formats import LARGEST_FILE, read_text
from sxedu_analysis.reading.quantities import find_quantities
from sxedu_analysis.reading.reports import (
    REPORT_ID,
    Report,
    id_from_name,
    registered_folder,
    title_of,
)

# .doc and .rtf are reports too, which cannot be read: each is listed, with how to convert it.
ENDINGS = frozenset({".txt", ".docx", ".html", ".htm", ".xhtml", ".shtml", ".pdf", ".doc", ".rtf"})
PART_REPORTS, PART_BYTES = 32, 1_500_000
"""A part is full with so many reports or bytes: small enough to lose little when a run is stopped."""

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Planned:
    """One file to read: where it is, and what is known of it before it is read.

    `reason` is why it cannot be read, if that is known already.
    """

    number: int
    file: str
    path: str
    size: int = 0
    report_id: str = ""
    adcode: str = ""
    period: str = ""
    sha256: str = ""
    key: str = ""
    reason: str = ""


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
        If there is nothing to read, or `out` cannot be written. A file that cannot be read raises nothing:
        it is listed in `failed` and in the reports table.
    CodebookError
        If the codebook is wrong.

    Notes
    -----
    A report whose file, sha256, adcode and period, and the codebook and the package's rules, are as they
    were in an earlier run into the same `out` is not read again, whether that run was stopped or came to its
    end.

    A report_id is ``<adcode>-<period>`` where the manifest, the file's name or the user's data folder say
    both; else it is made of the file's path, `adcode` and `period` are empty, and the reports table has what
    the title lets one guess (`guessed_adcode`, `guessed_period`). Of two files with one report_id the second
    is refused.

    Outside a notebook call it under ``if __name__ == "__main__":``: each process imports the script anew.
    """
    paths = store.paths_of(out)
    parts = paths["facts"].with_name(paths["facts"].name + ".parts")
    _check_out(paths)
    load_codebook(codebook)  # a mistake in it is told once, not for each report
    files, passed_over = _files(source)
    plan = list(_planned(files, _rules(codebook)))
    try:
        parts.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(
            f"cannot be written: {reason}", where=str(parts), mend="give another --out"
        ) from None
    done = _done(parts, paths)
    todo = [one for one in plan if one.key not in done]
    bar = _bar(len(plan), len(plan) - len(todo)) if progress else None
    try:
        for finished in _read_all(list(_in_parts(plan, done)), parts, codebook, workers or _cores()):
            if bar is not None:
                bar.update(finished)
    finally:
        if bar is not None:
            bar.close()
    counts, failed = _merge(plan, parts, paths)
    shutil.rmtree(parts, ignore_errors=True)
    return Extraction(
        paths, len(plan) - len(failed), len(plan) - len(todo), counts["facts"], counts["quantities"],
        tuple(failed), passed_over,
    )  # fmt: skip


def _cores() -> int:
    # A container may have fewer cores than the machine.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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


# --- what there is to read


def _files(source: str | Path) -> tuple[list[Planned], dict[str, int]]:
    """The files of a source, in order, and how many of other kinds there are."""
    path = Path(source)
    passed_over: Counter[str] = Counter()
    if path.is_dir():
        found = []
        for one in sorted(path.rglob("*")):
            inside = one.relative_to(path)
            # Hidden files, and the lock files that Word leaves beside an open document.
            if any(part.startswith((".", "~$")) for part in inside.parts) or not one.is_file():
                continue
            if one.suffix.lower() in ENDINGS:
                found.append((inside.as_posix(), one))
            else:
                passed_over[one.suffix.lower() or "no ending"] += 1
    elif path.is_file():
        if path.suffix.lower() == ".csv":
            return list(_manifest(path)), {}
        found = [(path.name, path)]
    elif glob.has_magic(str(source)):
        matches = sorted(glob.glob(str(source), recursive=True))
        found = [(Path(one).as_posix(), Path(one)) for one in matches if Path(one).is_file()]
    else:
        raise InputError("does not exist", where=str(source), mend="give a folder, a glob or a CSV manifest")
    if not found:
        raise InputError(
            "holds no report files", where=str(source), mend=f"reports end in {', '.join(sorted(ENDINGS))}"
        )
    planned = [Planned(number, file, str(one)) for number, (file, one) in enumerate(found)]
    return planned, dict(sorted(passed_over.items()))


def _manifest(path: Path) -> Iterator[Planned]:
    text, _ = read_text(path)
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    names = [str(name).strip() for name in rows.fieldnames or []]
    rows.fieldnames = names
    if "file" not in names:
        raise InputError(
            f"has no column 'file'{did_you_mean('file', names)}; its columns are {', '.join(names)}",
            where=str(path),
            mend="a manifest has the columns file, adcode, period",
        )
    number = 0
    lines: dict[str, int] = {}
    for row in rows:
        values = {name: (row.get(name) or "").strip() for name in ("file", "adcode", "period")}
        if not values["file"]:
            continue
        file, adcode, period = values["file"], values["adcode"], values["period"].upper()
        if (first := lines.setdefault(file, rows.line_num)) != rows.line_num:
            raise InputError(
                f"names {file} in line {first} and again in line {rows.line_num}",
                where=str(path),
                mend="give each file one row",
            )
        reason = ""
        try:
            if adcode:
                county = row.get("county") or ""
                counties.find_place(adcode, county=county.strip(), where=f"{path.name} line {rows.line_num}")
            if period and not counties.is_period(period):
                reason = (
                    f"{path.name} line {rows.line_num}: {period!r} is no period; write 2023, 2023H1 or 2023Q4"
                )
        except InputError as error:
            reason = str(error)
        yield Planned(number, file, str(path.parent / file), 0, "", adcode, period, reason=reason)
        number += 1
    if not number:
        raise InputError("names no file", where=str(path), mend="give each report a row")


def _planned(files: Iterable[Planned], rules: str) -> Iterator[Planned]:
    """Give each file its report_id and its key; of two files with one report_id the second is refused."""
    owners: dict[str, str] = {}
    for one in files:
        size, sha256 = _digest(Path(one.path))
        one = replace(one, size=size, sha256=sha256)
        named = REPORT_ID.fullmatch(Path(one.path).stem)
        if not one.adcode and not one.period:
            folder = registered_folder(sha256) if sha256 else None
            if known := named or (REPORT_ID.fullmatch(folder.name) if folder else None):
                one = replace(one, adcode=known["adcode"], period=known["period"])
        if one.adcode and one.period:
            report_id = f"{one.adcode}-{one.period}"
        else:
            report_id = id_from_name(one.file.removesuffix(Path(one.file).suffix))
        reason = one.reason
        if not reason and (owner := owners.setdefault(report_id, one.file)) != one.file:
            reason = (
                f"{one.file}: has the report_id {report_id}, as {owner} has; "
                "give its own adcode and period in a manifest, or leave one of the two out"
            )
        identity = "\0".join((one.file, sha256, one.adcode, one.period, report_id, reason, rules))
        key = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
        yield replace(one, report_id=report_id, reason=reason, key=key)


def _digest(path: Path) -> tuple[int, str]:
    """Size and sha256; of a file that cannot be read, or is too large, only that there is none."""
    try:
        size = path.stat().st_size
        return size, hashlib.sha256(path.read_bytes()).hexdigest() if size <= LARGEST_FILE else ""
    except OSError:
        return 0, ""


def _rules(codebook: str | Path | None) -> str:
    """A fingerprint of everything that decides what is read from a text: version, code, lexicon, codebook."""
    folders = [PACKAGE / "foundation", PACKAGE / "reading", PACKAGE / "analysis", data_dir() / "lexicon"]
    folders.append(Path(codebook) if codebook else data_dir() / "codebook")
    rules = hashlib.sha256(__version__.encode())
    for folder in folders:
        for path in sorted(folder.glob("*")):
            if path.suffix in {".py", ".csv", ".yaml"}:
                rules.update(path.name.encode() + b"\0" + path.read_bytes())
    return rules.hexdigest()


def _in_parts(plan: Sequence[Planned], done: set[str]) -> Iterator[list[Planned]]:
    """Cut the plan, then leave out what is done: so a run that goes on cuts as the stopped one did."""
    part: list[Planned] = []
    size = 0
    for one in plan:
        if len(part) == PART_REPORTS or (part and size + one.size > PART_BYTES):
            yield [each for each in part if each.key not in done]
            part, size = [], 0
        part.append(one)
        size += one.size
    yield [each for each in part if each.key not in done]


# --- reading, in processes


def _read_all(
    tasks: Sequence[list[Planned]], parts: Path, codebook: str | Path | None, workers: int
) -> Iterator[int]:
    """Read every part; yields how many reports each had, as they are finished."""
    tasks = [task for task in tasks if task]
    read = partial(_read_part, parts=parts, codebook=codebook)
    if workers == 1 or sum(map(len, tasks)) < 2:
        for task in tasks:
            yield read(task)
        return
    suspects: list[Planned] = []
    waiting = iter(tasks)
    while True:
        lost: list[list[Planned]] = []
        with _pool(min(workers, len(tasks))) as pool:
            running: dict[Future[int], list[Planned]] = {}
            while True:
                # Two parts a worker: one to read and one to go on with.
                while not lost and len(running) < 2 * workers and (task := next(waiting, [])):
                    try:
                        running[pool.submit(read, task)] = task
                    except BrokenProcessPool:
                        lost.append(task)
                if not running:
                    break
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    task = running.pop(future)
                    try:
                        yield future.result()
                    except BrokenProcessPool:
                        lost.append(task)
        # A file that kills its reader takes all others in hand with it: each of those is read alone, later.
        suspects += [one for task in lost for one in task]
        if not lost:
            break
    for one in suspects:
        with _pool(1) as pool:
            try:
                yield pool.submit(read, [one]).result()
            except BrokenProcessPool:
                reason = f"{one.file}: whatever reads it crashes; give the report in another format"
                yield read([replace(one, reason=reason)])


def _pool(workers: int) -> ProcessPoolExecutor:
    # Started afresh, not forked: a fork copies the locks of whatever threads the caller has.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_be_a_worker)


def _be_a_worker() -> None:
    """Leave Ctrl-C to the parent, and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:

        def follow() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=follow, daemon=True).start()


def _read_part(task: list[Planned], *, parts: Path, codebook: str | Path | None) -> int:
    """Read the reports of one part and write its tables; returns how many there were."""
    tables = [_read_one(one, codebook) for one in task]
    name = hashlib.sha256("".join(one.key for one in task).encode()).hexdigest()[:24]
    beside = parts / f".{name}-{os.getpid()}-{secrets.token_hex(4)}"
    beside.mkdir(parents=True)
    try:
        with store.connect(threads=1, memory="200MB") as connection:
            for table in store.TABLES:
                frames = [one[table] for one in tables]
                frame = pd.concat(frames, ignore_index=True)
                store.write_table(connection, table, frame, beside / f"{table}.parquet")
        place = parts / f"{task[0].number:08d}-{name}"
        if place.exists():  # it was read before, and failed, or another run was quicker
            shutil.rmtree(place)
        beside.rename(place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return len(task)


def _read_one(one: Planned, codebook: str | Path | None) -> dict[str, pd.DataFrame]:
    """The tables of one file; one that cannot be read has a row in the reports table, with the reason."""
    reason = one.reason
    if not reason:
        try:
            return report_tables(_report(one), one.file, codebook=codebook, key=one.key)
        except SxeduError as error:
            reason = str(error).replace(one.path, one.file)
        except Exception as error:  # one file must not stop thousands
            reason = (
                f"{one.file}: could not be analysed: {' '.join(f'{type(error).__name__}: {error}'.split())}"
            )
    row = {
        "file": one.file, "report_id": one.report_id, "adcode": one.adcode, "period": one.period,
        "guessed_adcode": "", "guessed_period": "", "title": "", "characters": 0, "quantities": 0, "facts": 0,
        "status": "failed", "reason": reason, "sha256": one.sha256, "key": one.key,
    }  # fmt: skip
    return {**_no_rows(), "reports": _storable(pd.DataFrame([row]))}


def _no_rows() -> dict[str, pd.DataFrame]:
    text = {name: pd.DataFrame(columns=list(columns), dtype="str") for name, columns in store.TABLES.items()}
    facts = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in FACT_COLUMNS.items()})
    quantities = find_quantities("")
    for name in ("file", "report_id"):
        quantities[name] = pd.Series(dtype="str")
    facts["file"] = pd.Series(dtype="str")
    return {**text, "facts": facts, "quantities": quantities[list(store.TABLES["quantities"])]}


def _report(one: Planned) -> Report:
    path = Path(one.path)
    text, data = read_text(path)
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 != one.sha256:
        raise InputError("has changed while it was read", where=one.file, mend="run the same command again")
    return Report(
        report_id=one.report_id,
        # A lone surrogate (some PDFs have them) fits into no file; one sign for one keeps every offset.
        text=_LONE_SURROGATE.sub("\ufffd", text),
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


def report_tables(
    report: Report, file: str, *, codebook: str | Path | None = None, key: str = ""
) -> dict[str, pd.DataFrame]:
    """The rows of one report in each of `store.TABLES`."""
    quantities = find_quantities(report.text)
    facts = bind_facts(report, quantities, load_codebook(codebook))
    place = counties.guess_place(report.title)
    row = {
        "file": file,
        "report_id": report.report_id,
        "adcode": report.adcode,
        "period": report.period,
        "guessed_adcode": place.adcode if place else "",
        "guessed_period": counties.guess_period(report.title),
        "title": report.title,
        "characters": len(report.text),
        "quantities": len(quantities),
        "facts": len(facts),
        "status": "read",
        "reason": "",
        "sha256": report.sha256,
        "key": key,
    }
    for name, value in (("report_id", report.report_id), ("file", _writable(file))):
        quantities[name] = pd.Series([value] * len(quantities), dtype="str")
    facts["file"] = pd.Series([_writable(file)] * len(facts), dtype="str")
    return {
        "facts": facts,
        "quantities": quantities[list(store.TABLES["quantities"])],
        "reports": _storable(pd.DataFrame([row])),
    }


def _storable(frame: pd.DataFrame) -> pd.DataFrame:
    """The reports table as it can be stored: a file's name may hold bytes that are no text."""
    texts = [name for name, kind in store.TABLES["reports"].items() if kind == "VARCHAR"]
    for name in texts:
        frame[name] = pd.Series([_writable(str(value)) for value in frame[name]], dtype="str")
    return frame


def _writable(text: str) -> str:
    return _LONE_SURROGATE.sub("\ufffd", text)


# --- parts and the result


def _sources(parts: Path, paths: dict[str, Path]) -> list[dict[str, Path]]:
    """What has been read so far: the last result, if there is one, then each part."""
    sources = [dict(paths)] if all(path.is_file() for path in paths.values()) else []
    for folder in sorted(parts.iterdir()):
        if not folder.name.startswith(".") and folder.is_dir():
            sources.append({table: folder / f"{table}.parquet" for table in store.TABLES})
    return sources


def _done(parts: Path, paths: dict[str, Path]) -> set[str]:
    """Keys of the reports that have been read; one that failed is tried again."""
    for folder in parts.iterdir():
        if folder.name.startswith("."):
            shutil.rmtree(folder, ignore_errors=True)  # left by a run that was killed
    return {key for source in _sources(parts, paths) for key, status in _keys(source) if status == "read"}


def _keys(source: dict[str, Path]) -> list[tuple[str, str]]:
    import duckdb

    try:
        with store.connect(threads=1) as connection:
            found = connection.execute(
                f"SELECT key, status FROM read_parquet({store.quoted(source['reports'])})"
            )
            return [(str(key), str(status)) for key, status in found.fetchall()]
    except duckdb.Error:
        raise InputError(
            "is no table that sxedu extract wrote", where=str(source["reports"]), mend="give another --out"
        ) from None


def _merge(
    plan: Sequence[Planned], parts: Path, paths: dict[str, Path]
) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Put the parts together, in the plan's order, and move the result to its place."""
    numbers = {one.key: one.number for one in plan}
    sources = _sources(parts, paths)
    # The last word counts: a file that failed and was read again is in two.
    chosen = {
        key: index for index, source in enumerate(sources) for key, _ in _keys(source) if key in numbers
    }
    rows = [(index, _writable(one.file), one.number) for one in plan for index in [chosen[one.key]]]
    merged = parts / ".merged"
    shutil.rmtree(merged, ignore_errors=True)
    merged.mkdir()
    counts: dict[str, int] = {}
    with store.connect(memory="500MB", spill=merged / "spill") as connection:
        connection.execute("SET preserve_insertion_order = true")
        listed = pd.DataFrame(rows, columns=["source", "file", "number"])
        connection.register("listed", listed)
        names = pd.DataFrame({"source": range(len(sources))})
        for table, columns in store.TABLES.items():
            files = [str(source[table]) for source in sources]
            names["filename"] = pd.Series(files, dtype="str")
            connection.register("names", names)
            read = f"read_parquet([{', '.join(map(store.quoted, files))}], filename = true) AS rows"
            wanted = ", ".join(f'rows."{column}"' for column in columns)
            if table == "quantities" and _in_order(sources, rows):
                # Millions of rows: no sorting where the parts are in order and whole.
                statement = f"SELECT {wanted} FROM {read}"
            else:
                order = {"facts": ", rows.start, rows.indicator", "quantities": ", rows.start", "reports": ""}
                statement = (
                    f"SELECT {wanted} FROM {read} "
                    "JOIN names ON names.filename = rows.filename "
                    "JOIN listed ON listed.source = names.source AND listed.file = rows.file "
                    f"ORDER BY listed.number{order[table]}"
                )
            path = merged / f"{table}.parquet"
            [(counts[table],)] = connection.execute(
                f"COPY ({statement}) TO {store.quoted(path)} (FORMAT parquet, COMPRESSION zstd)"
            ).fetchall()
        failed = connection.execute(
            f"SELECT file, reason FROM read_parquet({store.quoted(merged / 'reports.parquet')}) "
            "WHERE status = 'failed'"
        ).fetchall()
    for table in ("quantities", "reports", "facts"):
        os.replace(merged / f"{table}.parquet", paths[table])
    return counts, [(str(file), str(reason)) for file, reason in failed]


def _in_order(sources: Sequence[dict[str, Path]], rows: Sequence[tuple[int, str, int]]) -> bool:
    """Whether the sources, one after the other, are the plan: nothing in them is left out or out of order."""
    order = [index for index, _, _ in rows]
    held = sum(len(_keys(source)) for source in sources)
    return order == sorted(order) and held == len(rows)
