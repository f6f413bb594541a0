"""The codebook's files as rows and entries; a mistake is told by file, row and field."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from sxedu_analysis.foundation.errors import CodebookError, did_you_mean
from sxedu_analysis.foundation.yaml_text import load_yaml


def rows_of(path: Path, fields: tuple[str, ...]) -> list[tuple[str, dict[str, str]]]:
    """The rows of a CSV file, each with its place (`file row n`); the first field is its key."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            found = tuple(reader.fieldnames or ())
            for name in fields:
                if name not in found:
                    raise CodebookError(
                        f"has no column {name!r}{did_you_mean(name, found)}",
                        where=path.name,
                        mend=f"its columns are {', '.join(fields)}",
                    )
            rows = []
            # Row 1 is the header, as a spreadsheet counts.
            for number, row in enumerate(reader, start=2):
                where = f"{path.name} row {number}"
                if None in row or None in row.values():
                    raise CodebookError("has more or fewer cells than the header", where=where)
                rows.append((where, {name: row[name].strip() for name in fields}))
    except OSError as error:
        raise CodebookError(
            f"cannot be read ({error.strerror})", where=str(path), mend="restore the file"
        ) from error
    except UnicodeDecodeError as error:
        raise CodebookError("is not UTF-8", where=str(path), mend="save it as UTF-8") from error
    if path.name not in ("phrases.csv", "families.csv"):
        _no_twins(path.name, fields[0], [(where, row[fields[0]]) for where, row in rows])
    return rows


def _no_twins(file: str, name: str, keys: Iterable[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for where, key in keys:
        if not key:
            raise CodebookError(f"field {name!r} is empty", where=where)
        if key in seen:
            raise CodebookError(f"{name} {key!r} stands there twice", where=where, mend=f"see {seen[key]}")
        seen[key] = where


def choice_of(row: Mapping[str, Any], name: str, allowed: Iterable[str], where: str) -> str:
    """A field that is one of some words."""
    value, choices = str(row.get(name, "")), list(allowed)
    if value not in choices:
        shown = ", ".join(choices) if len(choices) <= 25 else f"{', '.join(choices[:5])}, …"
        raise CodebookError(
            f"field {name!r}: {value!r} is not known{did_you_mean(value, choices)}",
            where=where,
            mend=f"allowed are {shown}",
        )
    return value


def text_of(row: Mapping[str, Any], name: str, where: str) -> str:
    """A field that must not be empty."""
    value = str(row.get(name) or "").strip()
    if not value:
        raise CodebookError(f"field {name!r} is empty", where=where)
    return value


def whole_of(row: Mapping[str, Any], name: str, where: str) -> int:
    """A field that is a whole number."""
    try:
        return int(row[name])
    except (KeyError, TypeError, ValueError):
        raise CodebookError(f"field {name!r}: {row.get(name)!r} is not a whole number", where=where) from None


def yaml_of(path: Path) -> dict[str, Any]:
    """What a YAML file holds under its names."""
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        content = load_yaml(text)
    except OSError as error:
        raise CodebookError(
            f"cannot be read ({error.strerror})", where=str(path), mend="restore the file"
        ) from error
    except UnicodeDecodeError as error:
        raise CodebookError("is not UTF-8", where=str(path), mend="save it as UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        # What is missing at the end is missed on the line after it.
        line = f" line {min(mark.line, text.rstrip().count(chr(10))) + 1}" if mark else ""
        raise CodebookError(f"is not YAML: {error}", where=f"{path.name}{line}") from error
    if not isinstance(content, dict):
        raise CodebookError("holds no entries", where=path.name)
    return content


def entries_of(content: Any, where: str) -> dict[str, dict[str, Any]]:
    """Named entries, each with named fields."""
    if not isinstance(content, dict) or not all(isinstance(entry, dict) for entry in content.values()):
        raise CodebookError("is not a list of named entries", where=where)
    return content
