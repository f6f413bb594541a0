"""The parts of an extraction become three tables, written beside their place, then moved."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sxedu_analysis.analysis import store
from sxedu_analysis.analysis.extract_parts import clear, writable
from sxedu_analysis.analysis.extract_plan import Planned
from sxedu_analysis.foundation.errors import InputError

if TYPE_CHECKING:
    import duckdb

_GROUP = 61_440  # what parts write in small groups packs better in large ones


def _sources(parts: Path, paths: dict[str, Path]) -> list[dict[str, Path]]:
    """What has been read so far: the last result, if there is one, then each part."""
    sources = [dict(paths)] if all(path.is_file() for path in paths.values()) else []
    for folder in sorted(parts.iterdir()):
        if not folder.name.startswith(".") and folder.is_dir():
            sources.append({table: folder / f"{table}.parquet" for table in store.TABLES})
    return sources


def read_already(parts: Path, paths: dict[str, Path]) -> set[str]:
    """Keys of the reports that have been read; one that failed is tried again."""
    clear(parts)  # a run that was killed could not
    return {key for held in _keys(_sources(parts, paths)) for key, status in held if status == "read"}


def _keys(sources: Sequence[dict[str, Path]]) -> list[list[tuple[str, str]]]:
    """Key and status of each report in each source."""
    # One connection for all: to open one takes longer than to read a hundred keys.
    with store.connect(threads=1) as connection:
        return [_keys_of(connection, source["reports"]) for source in sources]


def _keys_of(connection: duckdb.DuckDBPyConnection, reports: Path) -> list[tuple[str, str]]:
    import duckdb

    try:
        found = connection.execute(
            f"SELECT key, status FROM read_parquet({store.quoted(reports)})"
        ).fetchall()
    except duckdb.Error:
        raise InputError(
            "is no table that sxedu extract wrote", where=str(reports), mend="give another --out"
        ) from None
    return [(str(key), str(status)) for key, status in found]


def merge(
    plan: Sequence[Planned], parts: Path, paths: dict[str, Path]
) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Put the parts together, in the plan's order, and move the result to its place."""
    numbers = {one.key: one.number for one in plan}
    sources = _sources(parts, paths)
    held = _keys(sources)
    # The last word counts: a file that failed and was read again is in two.
    chosen = {key: index for index, keys in enumerate(held) for key, _ in keys if key in numbers}
    # Nothing is read of a source that nothing is taken from: another version may have written other columns.
    used = sorted(set(chosen.values()))
    sources, held = [sources[index] for index in used], [held[index] for index in used]
    chosen = {key: used.index(index) for key, index in chosen.items()}
    rows = [(index, writable(one.file), one.number) for one in plan for index in [chosen[one.key]]]
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
            if table == "quantities" and _in_order(sum(map(len, held)), rows):
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
                f"COPY ({statement}) TO {store.quoted(path)} {store.as_parquet(_GROUP)}"
            ).fetchall()
        reports = f"read_parquet({store.quoted(merged / 'reports.parquet')})"
        failed = connection.execute(f"SELECT file, reason FROM {reports} WHERE status = 'failed'").fetchall()
        [(counts["guessed"],)] = connection.execute(
            f"SELECT count(*) FROM {reports} WHERE guessed <> ''"
        ).fetchall()
    for table in ("quantities", "reports", "facts"):
        os.replace(merged / f"{table}.parquet", paths[table])
    return counts, [(str(file), str(reason)) for file, reason in failed]


def _in_order(held: int, rows: Sequence[tuple[int, str, int]]) -> bool:
    """Whether the sources, one after the other, are the plan: nothing in them is left out or out of order."""
    order = [index for index, _, _ in rows]
    return order == sorted(order) and held == len(rows)
