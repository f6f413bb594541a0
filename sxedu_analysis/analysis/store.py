"""Tables of many reports: Parquet files that `sxedu extract` wrote, and SQL over them.

One extraction is three Parquet files beside each other, each row with the `file` it comes from:

=========================== ==================================================================================
facts.parquet               the facts of all reports (columns of `load_facts`, and `file`)
facts.quantities.parquet    their quantities (`report_id`, `file`, and the columns of `find_quantities`)
facts.reports.parquet       one row a file, also of those that could not be read, with the reason
=========================== ==================================================================================

`guessed` in the reports table says which of `adcode` and `period` nobody stated, but the title names:
empty, or ``adcode``, ``period``, ``adcode period``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sxedu_analysis.foundation.errors import InputError

if TYPE_CHECKING:
    import duckdb

_PLACE = {"start": "BIGINT", "end": "BIGINT"}
_VALUE = {"value": "DOUBLE", "low": "DOUBLE", "high": "DOUBLE"}

TABLES: Mapping[str, Mapping[str, str]] = {
    "facts": {
        **dict.fromkeys(("report_id", "adcode", "period", "indicator", "name_zh", "name_en"), "VARCHAR"),
        **_VALUE,
        **dict.fromkeys(("unit", "counting_unit", "qualifier", "basis", "topic"), "VARCHAR"),
        **dict.fromkeys(("section", "sentence", "raw"), "VARCHAR"),
        **_PLACE,
        "source_start": "BIGINT",
        "source_end": "BIGINT",
        "file": "VARCHAR",
    },
    "quantities": {
        "report_id": "VARCHAR",
        "file": "VARCHAR",
        **_PLACE,
        "raw": "VARCHAR",
        **_VALUE,
        **dict.fromkeys(("unit", "counting_unit", "qualifier", "kind", "section", "sentence"), "VARCHAR"),
    },
    "reports": {
        **dict.fromkeys(("file", "report_id", "adcode", "period"), "VARCHAR"),
        **dict.fromkeys(("guessed", "title"), "VARCHAR"),
        **dict.fromkeys(("characters", "quantities", "facts"), "BIGINT"),
        **dict.fromkeys(("status", "reason", "sha256", "key"), "VARCHAR"),
    },
}
"""Each table's columns and their SQL types."""

_GROUP = 20_480


def paths_of(source: str | Path) -> dict[str, Path]:
    """The three files of an extraction, by table, from the path of its facts.

    Examples
    --------
    >>> [path.name for path in paths_of("out/facts.parquet").values()]
    ['facts.parquet', 'facts.quantities.parquet', 'facts.reports.parquet']
    """
    facts = Path(source)
    beside = {name: facts.with_name(f"{facts.stem}.{name}.parquet") for name in ("quantities", "reports")}
    return {"facts": facts, **beside}


def connect(
    *, threads: int = 2, memory: str = "400MB", spill: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection that fetches nothing from the network and keeps its memory bounded."""
    import duckdb

    connection = duckdb.connect(
        config={
            "threads": threads,
            "memory_limit": memory,
            "autoinstall_known_extensions": False,
        }
    )
    connection.execute("SET enable_progress_bar = false")
    if spill is not None:
        connection.execute(f"SET temp_directory = {quoted(spill)}")
    return connection


def as_parquet(group: int) -> str:
    """How `COPY` writes a table; so many rows are held in memory, and each may hold a long sentence."""
    return f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group})"


def quoted(text: str | Path) -> str:
    """A string literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def frame_of(name: str, rows: Iterable[Mapping[str, Sequence[Any]]]) -> pd.DataFrame:
    """One of `TABLES` as a dataframe, from the columns that each of many reports has in it."""
    columns: dict[str, list[Any]] = {column: [] for column in TABLES[name]}
    for report in rows:
        for column, values in columns.items():
            values.extend(report.get(column, ()))
    dtypes = {"VARCHAR": "str", "DOUBLE": "float64", "BIGINT": "Int64"}
    return pd.DataFrame(
        {column: pd.Series(columns[column], dtype=dtypes[kind]) for column, kind in TABLES[name].items()}
    )


def write_table(connection: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame, path: Path) -> None:
    """Write one of `TABLES` as Parquet."""
    columns = ", ".join(f'CAST("{column}" AS {kind}) AS "{column}"' for column, kind in TABLES[name].items())
    connection.register("frame", frame)
    try:
        connection.execute(
            f"COPY (SELECT {columns} FROM frame) TO {quoted(path)} {as_parquet(_GROUP)}"
        ).fetchall()
    finally:
        connection.unregister("frame")


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Any table as the bytes of a Parquet file."""
    with tempfile.TemporaryDirectory() as folder, connect(threads=1) as connection:
        path = Path(folder) / "table.parquet"
        connection.register("frame", frame)
        connection.execute(f"COPY (SELECT * FROM frame) TO {quoted(path)} {as_parquet(_GROUP)}").fetchall()
        return path.read_bytes()


def query(sql: str, source: str | Path | None = None) -> pd.DataFrame:
    """Ask an extraction, in SQL (DuckDB).

    Parameters
    ----------
    sql : str
        A statement over the tables `facts`, `quantities`, `reports` (what each holds: see above) and
        `counties` (`load_counties`).
    source : path, optional
        The facts file that ``sxedu extract`` wrote; its quantities and reports are found beside it. Without
        it, the registered reports (`list_reports`) are asked.

    Returns
    -------
    DataFrame
        What the statement selects. A value that a name lacks is NULL; a floor's upper bound is infinite.

    Raises
    ------
    InputError
        If the source is not there, or the statement is wrong: names the place and, where DuckDB sees one,
        the column that was meant.

    Notes
    -----
    A text in a table is what the report says, to the character, also where it begins with ``=`` or holds
    markup: nothing here runs it. A spreadsheet might: import a CSV there as text, not by opening it.

    Examples
    --------
    1. Where does after-school service reach fewest pupils, and how sure is that? ::

        select county.city, county.name, reached.period,
               100 * reached.value / pupils.value as share,
               100 * reached.low / pupils.high as low, 100 * reached.high / pupils.low as high
        from facts reached
        join facts pupils using (report_id)
        join counties county on county.adcode = reached.adcode
        where reached.indicator = 'after_school_participants'
          and pupils.indicator = 'compulsory_enrolment'
        order by share

    2. Which reports state one indicator twice, with values that exclude each other? ::

        select report_id, indicator, min(raw) as one, max(raw) as another, count(*) as times
        from facts
        group by report_id, indicator
        having max(low) > min(high)

    3. Which amounts of money does the codebook not read yet, and in which words? What to add to it next. ::

        select raw, sentence, file
        from quantities
        anti join facts using (file, start)
        where kind = 'quantity' and counting_unit = 'yuan' and sentence like '%教育%'
        order by value desc
        limit 50

    >>> query("select count(*) as reports from reports where adcode = '341324'")["reports"].tolist()
    [1]
    """
    import duckdb

    with connect() as connection:
        if source is None:
            for name, frame in _registered().items():
                connection.register(name, frame)
        else:
            for name, path in existing(source).items():
                connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({quoted(path)})")
        if "counties" in sql.lower():
            from sxedu_analysis.reading.counties import load_counties

            connection.register("counties", load_counties())
        try:
            return connection.execute(sql).df()
        except duckdb.Error as error:
            # DuckDB goes on to draw the line with a caret under the place.
            what = str(error).partition("\n\nLINE")[0]
            raise InputError(
                what, where="query", mend="the tables are facts, quantities, reports and counties"
            ) from None


def existing(source: str | Path) -> dict[str, Path]:
    """The three files of an extraction, or one clear line that one of them is not there."""
    paths = paths_of(source)
    for path in paths.values():
        if not path.is_file():
            raise InputError("does not exist", where=str(path), mend="write it with: sxedu extract")
    return paths


def load_stored_facts(source: str | Path) -> pd.DataFrame:
    """The facts of all reports of an extraction, as `load_facts` gives them for one, and their `file`."""
    from sxedu_analysis.analysis.facts import FACT_COLUMNS

    return query("SELECT * FROM facts", source).astype({**FACT_COLUMNS, "file": "str"})


def _registered() -> dict[str, pd.DataFrame]:
    """The three tables of the registered reports."""
    from sxedu_analysis.analysis.extract_parts import report_columns
    from sxedu_analysis.reading.reports import list_reports, load_report

    reports = [report_columns(load_report(report_id), report_id) for report_id in list_reports()]
    return {name: frame_of(name, (report[name] for report in reports)) for name in TABLES}
