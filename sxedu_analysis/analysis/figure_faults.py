"""What may be wrong with a CSV of figures: every fault with its row, its field, and what is allowed there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pandas as pd

from sxedu_analysis.analysis.neighbours import is_county, load_published_indicators
from sxedu_analysis.analysis.published import read_published
from sxedu_analysis.foundation.errors import did_you_mean

REQUIRED = ("adcode", "indicator", "year", "value", "unit", "source_title", "source_publisher", "source_year")
OPTIONAL = ("published", "low", "high", "status", "locator", "population", "caveat_zh", "caveat_en")

Row = tuple[int, Mapping[str, str | None]]
"""The line in the file, and its cells by column."""

COUNTED = ("person", "person_time", "household", "school", "item", "seat")
"""Units of which there are whole numbers only."""

_STATUSES = ("reported", "not_published")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_AS_PRINTED = "the figure as printed, such as 619.34亿元 or 61,934 million yuan"


def find_faults(header: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """Every fault of a table of figures, a line each, in the order of its rows; empty if it is sound.

    A wrong header makes every row look wrong, so it is told alone.
    """
    faults = list(_header_faults(header))
    if not faults and not rows:
        return ["no rows below the header"]
    if not faults:
        repeated = _repeated(rows)
        for number, row in rows:
            faults += _row_faults(number, row)
            faults += repeated.get(number, [])
    return faults


def _header_faults(header: Sequence[str]) -> Iterator[str]:
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
    this_year = str(date.today().year)
    years = [field for field in ("year", "source_year") if _is_year(cell[field])]
    for field in ("year", "source_year"):
        # A bulletin read in a copy may not say when it came out.
        if field not in years and (cell[field] or field == "year"):
            yield fault(
                field, f"{cell[field]!r} is no year that has come", f"four digits, 1900 to {this_year}"
            )
    if len(years) == 2 and cell["year"] > cell["source_year"]:
        yield fault(
            "year",
            f"{cell['year']} is after its source, of {cell['source_year']}",
            "at most the source's year",
        )
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


def _is_year(content: str) -> bool:
    return bool(_YEAR.fullmatch(content)) and int(content) <= date.today().year


def _number_faults(
    number: int, cell: Mapping[str, str], status: str, indicators: pd.DataFrame | None
) -> Iterator[str]:
    def fault(field: str, what: str, allowed: str) -> str:
        return f"row {number}, {field}: {what}; allowed is {allowed}"

    if status == "not_published":
        for field in ("value", "published", "low", "high"):
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
    kind = indicators.loc[cell["indicator"]] if indicators is not None else {"unit": "", "interval": ""}
    if kind["unit"] == "percent":
        for field in (name for name, number in numbers.items() if number > 100):
            yield fault(field, f"{cell[field]} per cent", "0 to 100")
    if kind["unit"] in COUNTED and not numbers.get("value", 0.0).is_integer():
        yield fault("value", f"{cell['value']} of a count", "a whole number")
    bounded = bool(cell.get("low") or cell.get("high"))
    if kind["interval"] == "sample" and not bounded:
        yield fault("low", "is empty", "the bounds of the sampling interval, as the figure is a sample")
    printed = cell.get("published", "")
    if printed:
        read = read_published(printed)
        if read is None:
            yield fault("published", f"{printed!r} is no figure", _AS_PRINTED)
        elif "value" in numbers and abs(read.value - numbers["value"]) > 1e-9 * max(1.0, read.value):
            yield fault("published", f"{printed!r} is not the value {cell['value']}", "the value, as printed")
    elif (
        kind["interval"] == "rounded" and kind["unit"] == cell["unit"] and "value" in numbers and not bounded
    ):
        yield fault(
            "published",
            "is empty, and the value alone does not say how it was rounded",
            f"{_AS_PRINTED}, or low and high",
        )
    if ("low" in numbers) != ("high" in numbers) and not (cell.get("low") and cell.get("high")):
        missing = "high" if "low" in numbers else "low"
        yield fault(missing, "is empty beside the other bound", "both bounds or none")
    elif {"value", "low"} <= set(numbers) and not numbers["low"] <= numbers["value"]:
        yield fault("low", f"{cell['low']} is above the value {cell['value']}", "at most the value")
    if {"value", "high"} <= set(numbers) and not numbers["value"] <= numbers["high"]:
        yield fault("high", f"{cell['high']} is below the value {cell['value']}", "at least the value")


def _repeated(rows: Sequence[Row]) -> dict[int, list[str]]:
    """Of each row whose place, indicator and year an earlier one has, the fault."""
    seen: dict[tuple[str, ...], int] = {}
    faults: dict[int, list[str]] = {}
    for number, row in rows:
        key = tuple(str(row.get(name) or "").strip() for name in ("adcode", "indicator", "year"))
        if key in seen:
            faults[number] = [
                f"row {number}, adcode: {', '.join(key)} is in row {seen[key]} already; allowed is one row "
                "a place, indicator and year"
            ]
        seen.setdefault(key, number)
    return faults
