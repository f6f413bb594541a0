"""A researcher's own figures of a county: a CSV with sources, checked whole before any of it is used."""

from __future__ import annotations

import csv
import io
import math
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from sxedu_analysis.analysis.neighbours import (
    FIGURE_COLUMNS,
    is_county,
    load_figures,
    load_published_indicators,
)
from sxedu_analysis.foundation.errors import InputError, did_you_mean
from sxedu_analysis.foundation.paths import user_data_dir

REQUIRED = ("adcode", "indicator", "year", "value", "unit", "source_title", "source_publisher", "source_year")
OPTIONAL = ("low", "high", "status", "locator", "population", "caveat_zh", "caveat_en")
_STATUSES = ("reported", "not_published")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_YEAR = re.compile(r"(?:19|20)\d\d")


class FiguresError(InputError):
    """A CSV of figures with faults; `faults` lists every one of them, a line each."""

    def __init__(self, faults: list[str], *, where: str) -> None:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(f"{count}: {'; '.join(faults)}", where=where, mend="nothing was read from it")
        self.faults, self.file, self.summary = faults, where, f"{where} has {count}"


def own_figures_dir() -> Path:
    """The user's folder of figures; every CSV in it is read. It need not exist."""
    return user_data_dir() / "neighbours"


def read_figures(path: str | Path) -> pd.DataFrame:
    """Read a CSV of figures, if all of it is sound.

    Parameters
    ----------
    path : path
        UTF-8, one row a figure: `adcode`, `indicator` (a code of data/neighbours/indicators.csv), `year`,
        `value`, `unit` (the indicator's), `source_title`, `source_publisher`, `source_year`; and where wanted
        `low`, `high` (without them a count is exact, any other number good to half a unit of its last digit),
        `status` (reported, or not_published with an empty value), `locator`, `population` with `caveat_zh`
        or `caveat_en` (where it is not the indicator's own).

    Returns
    -------
    DataFrame
        As `load_figures`; `source_id` is the source as it is to be printed.

    Raises
    ------
    FiguresError
        Lists every fault: row, field, what is there, what is allowed.
    InputError
        If the file cannot be read.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(
            f"cannot be read ({(error.strerror or 'unknown').lower()})", where=str(path)
        ) from None
    except UnicodeDecodeError:
        raise InputError("is not UTF-8", where=path.name, mend="save it as CSV UTF-8") from None
    try:
        reader = csv.DictReader(io.StringIO(text), strict=True)
        header = list(reader.fieldnames or [])
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise InputError(f"is no CSV ({error})", where=path.name) from None
    faults = list(_header_faults(header))
    if not faults:
        faults = [fault for number, row in rows for fault in _row_faults(number, row)]
        faults += _repeated(rows)
    if not rows and not faults:
        faults = ["no rows below the header"]
    if faults:
        raise FiguresError(faults, where=path.name)
    return pd.DataFrame([_figure(row) for _, row in rows], columns=list(FIGURE_COLUMNS)).astype(
        FIGURE_COLUMNS
    )


def keep_figures(path: str | Path) -> Path:
    """Check a CSV of figures and copy it to the user's folder, where every analysis finds it.

    Raises
    ------
    FiguresError, InputError
        As `read_figures`; or if another file of that name is kept already.
    """
    path = Path(path)
    read_figures(path)
    target = own_figures_dir() / path.name
    if target.exists() and target.read_bytes() != path.read_bytes():
        raise InputError(
            "another file of this name is kept", where=str(target), mend="rename yours, or remove it"
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    except shutil.SameFileError:
        pass
    except OSError as error:
        raise InputError(f"cannot be written ({(error.strerror or '').lower()})", where=str(target)) from None
    return target


def figures_in_use(path: str | Path | None = None) -> pd.DataFrame:
    """The project's figures, those the user keeps, and those of one more file.

    A user's figure stands in for the project's of the same place, indicator and year.
    """
    files = sorted(own_figures_dir().glob("*.csv")) if own_figures_dir().is_dir() else []
    own = [read_figures(file) for file in [*files, *([path] if path is not None else [])]]
    if not own:
        return load_figures()
    key = ["adcode", "indicator", "year"]
    added = pd.concat(own, ignore_index=True).drop_duplicates(key, keep="last")
    theirs = load_figures()
    taken = pd.MultiIndex.from_frame(theirs[key]).isin(pd.MultiIndex.from_frame(added[key]))
    return pd.concat([theirs[~taken], added], ignore_index=True)


# --- faults


def _header_faults(header: list[str]) -> Iterator[str]:
    known = (*REQUIRED, *OPTIONAL)
    for name in REQUIRED:
        if name not in header:
            yield f"row 1, {name}: column is missing; required are {', '.join(REQUIRED)}"
    for name in header:
        if name not in known:
            yield f"row 1, {name}: no such column{did_you_mean(name, known)}; allowed are {', '.join(known)}"
        elif header.count(name) > 1:
            yield f"row 1, {name}: column is there twice; once is allowed"


def _row_faults(number: int, row: Mapping[str, str | None]) -> Iterator[str]:
    indicators = load_published_indicators().set_index("indicator")
    if None in row or None in row.values():
        yield f"row {number}, all: another number of cells than the header; allowed is one cell a column"
        return
    cell = {name: str(value).strip() for name, value in row.items()}

    def fault(field: str, what: str, allowed: str) -> str:
        return f"row {number}, {field}: {what}; allowed is {allowed}"

    if not is_county(cell["adcode"]):
        yield fault("adcode", f"{cell['adcode']!r} is no county's", "a county's six digits of GB/T 2260")
    known = cell["indicator"] in indicators.index
    if not known:
        near = did_you_mean(cell["indicator"], indicators.index)
        yield fault(
            "indicator", f"{cell['indicator']!r} is unknown{near}", "a code of data/neighbours/indicators.csv"
        )
    for field in ("year", "source_year"):
        if not _YEAR.fullmatch(cell[field]):
            yield fault(field, f"{cell[field]!r} is no year", "four digits, 1900 to 2099")
    for field in ("source_title", "source_publisher"):
        if not cell[field]:
            yield fault(field, "is empty", "the name of the publication or of who issued it")
    status = cell.get("status") or "reported"
    if status not in _STATUSES:
        yield fault("status", f"{status!r}{did_you_mean(status, _STATUSES)}", " or ".join(_STATUSES))
    if known and cell["unit"] != indicators.at[cell["indicator"], "unit"]:
        yield fault(
            "unit",
            f"{cell['unit']!r}",
            f"{indicators.at[cell['indicator'], 'unit']!r} for {cell['indicator']}",
        )
    population = cell.get("population", "")
    said = cell.get("caveat_zh") or cell.get("caveat_en")
    if known and population not in ("", indicators.at[cell["indicator"], "population"]) and not said:
        yield fault(
            "population",
            f"{population!r} is another population and no caveat says how they relate",
            f"{indicators.at[cell['indicator'], 'population']!r}, or any with caveat_zh or caveat_en",
        )
    yield from _number_faults(number, cell, status, indicators if known else None)


def _number_faults(
    number: int, cell: Mapping[str, str], status: str, indicators: pd.DataFrame | None
) -> Iterator[str]:
    def fault(field: str, what: str, allowed: str) -> str:
        return f"row {number}, {field}: {what}; allowed is {allowed}"

    if status == "not_published":
        for field in ("value", "low", "high"):
            if cell.get(field):
                yield fault(field, f"{cell[field]!r} where the status is not_published", "an empty cell")
        return
    numbers: dict[str, float] = {}
    for field in ("value", "low", "high"):
        content = cell.get(field, "")
        if not content and field != "value":
            continue
        if not _NUMBER.fullmatch(content):
            yield fault(
                field, f"{content!r} is no number", "digits with a decimal point, without commas or units"
            )
        elif float(content) < 0:
            yield fault(field, f"{content} is below zero", "zero or more")
        else:
            numbers[field] = float(content)
    unit = indicators.at[cell["indicator"], "unit"] if indicators is not None else ""
    if unit == "percent" and numbers.get("value", 0) > 100:
        yield fault("value", f"{cell['value']} per cent", "0 to 100")
    counted = unit in ("person", "household", "school", "item", "seat")
    if counted and not numbers.get("value", 0.0).is_integer():
        yield fault("value", f"{cell['value']} of a count", "a whole number")
    sampled = indicators is not None and indicators.at[cell["indicator"], "interval"] == "sample"
    if sampled and not cell.get("low") and not cell.get("high"):
        yield fault("low", "is empty", "the bounds of the sampling interval, as the figure is a sample")
    if ("low" in numbers) != ("high" in numbers) and not (cell.get("low") and cell.get("high")):
        missing = "high" if "low" in numbers else "low"
        yield fault(missing, "is empty beside the other bound", "both bounds or none")
    elif {"value", "low"} <= set(numbers) and not numbers["low"] <= numbers["value"]:
        yield fault("low", f"{cell['low']} is above the value {cell['value']}", "at most the value")
    if {"value", "high"} <= set(numbers) and not numbers["value"] <= numbers["high"]:
        yield fault("high", f"{cell['high']} is below the value {cell['value']}", "at least the value")


def _repeated(rows: list[tuple[int, dict[str, str]]]) -> list[str]:
    seen: dict[tuple[str, ...], int] = {}
    faults = []
    for number, row in rows:
        key = tuple(str(row.get(name) or "").strip() for name in ("adcode", "indicator", "year"))
        if key in seen:
            faults.append(
                f"row {number}, adcode: {', '.join(key)} is in row {seen[key]} already; allowed is one row "
                "a place, indicator and year"
            )
        seen.setdefault(key, number)
    return faults


def _figure(row: Mapping[str, str]) -> dict[str, object]:
    cell = {name: str(value or "").strip() for name, value in row.items()}
    kind = load_published_indicators().set_index("indicator").loc[cell["indicator"]]
    status = cell.get("status") or "reported"
    value, low, high, interval = math.nan, math.nan, math.nan, ""
    if status == "reported":
        value = low = high = float(cell["value"])
        interval = "exact"
        if cell.get("low"):
            low, high = float(cell["low"]), float(cell["high"])
            interval = "sampling" if kind["interval"] == "sample" else "rounding" if low < high else "exact"
        elif kind["interval"] not in ("count", "sample"):
            half = 0.5 * 10 ** -len(cell["value"].partition(".")[2])
            low, high, interval = max(0.0, value - half), value + half, "rounding"
    return {
        "adcode": cell["adcode"],
        "indicator": cell["indicator"],
        "year": cell["year"],
        "value": value,
        "low": low,
        "high": high,
        "unit": cell["unit"],
        "interval_kind": interval,
        "status": status,
        "population": cell.get("population") or kind["population"],
        "source_id": f"{cell['source_publisher']}: {cell['source_title']} ({cell['source_year']})",
        "locator": cell.get("locator", ""),
        "settled_by": "",
        "caveat_zh": cell.get("caveat_zh") or cell.get("caveat_en", ""),
        "caveat_en": cell.get("caveat_en") or cell.get("caveat_zh", ""),
    }
