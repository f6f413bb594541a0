"""A report_id or a file becomes a `Report`: its text and what is known of it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import yaml

from sxedu_analysis.foundation.errors import InputError, UnknownReportError, did_you_mean
from sxedu_analysis.foundation.paths import data_dir, user_data_dir
from sxedu_analysis.foundation.yaml_text import load_yaml
from sxedu_analysis.reading import layout
from sxedu_analysis.reading.formats import read_text

REPORT_ID = re.compile(r"(?P<adcode>\d{6})-(?P<period>\d{4}(?:H[12]|Q[1-4])?)")
"""adcode (GB/T 2260, six digits) and period: a year, half-year or quarter."""

ABOUT = ".about.json"
"""Ending of a file beside a report file that says its report_id, adcode or period: a batch's manifest did."""


@dataclass(frozen=True)
class Report:
    """One issuer's text for one period.

    Parameters
    ----------
    report_id : str
        ``<adcode>-<period>``; of a file that says neither, its name without the ending.
    text : str
        What is analysed. Every offset in every table counts its code points.
    title, issuer, county, adcode, period : str
        Empty where unknown.
    text_kind : str
        ``restated`` (the project's own sentences, located in the original), ``original`` (the file that a
        registered report was restated from) or ``file`` (any other file).
    path : Path
        The file the text was read from.
    sha256 : str
        Of the file's bytes.
    metadata : Mapping
        All of report.yaml; empty for a file.
    """

    report_id: str
    text: str
    title: str
    issuer: str
    county: str
    adcode: str
    period: str
    text_kind: str
    path: Path
    sha256: str
    metadata: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @property
    def sections(self) -> pd.DataFrame:
        """Headings and the span each governs (`reading.layout.sections`)."""
        return layout.sections(self.text)

    @property
    def sentences(self) -> np.ndarray:
        """Start and end of each sentence, array of shape (n, 2)."""
        return layout.sentence_spans(self.text)

    @property
    def locations_path(self) -> Path | None:
        """The table that places each expression of a restated text in its original, if there is one."""
        path = self.path.with_name("locations.csv")
        return path if self.text_kind == "restated" and path.is_file() else None


def reports_dir() -> Path:
    """The folder with one folder per report of the project."""
    return data_dir() / "reports"


def user_reports_dir() -> Path:
    """The folder with one folder per report that the user registered (`sxedu add`)."""
    return user_data_dir() / "reports"


def project_reports() -> list[str]:
    """The report_ids of the project's own reports, in order."""
    return _registered_in(reports_dir())


def list_reports() -> list[str]:
    """The report_ids that `load_report` knows, in order: the project's and the user's.

    Examples
    --------
    >>> "341324-2023H1" in list_reports()
    True
    """
    return sorted({*project_reports(), *_registered_in(user_reports_dir())})


def _registered_in(folder: Path) -> list[str]:
    try:
        names = [path.parent.name for path in folder.glob("*/report.yaml")]
    except OSError:
        return []
    # A report that is being added is in a folder whose name no report_id has.
    return sorted(name for name in names if REPORT_ID.fullmatch(name))


def load_report(report: str | Path | Report) -> Report:
    """Load a report by its report_id, or from any file.

    Parameters
    ----------
    report : str, Path or Report
        A report_id (341324-2023H1), or a path to a text file. A `Report` is returned as it is.

    Raises
    ------
    UnknownReportError
        If it is neither a registered report nor a file.
    InputError
        If the file cannot be read as text.

    Examples
    --------
    >>> report = load_report("341324-2023H1")
    >>> report.adcode, report.period, report.text_kind
    ('341324', '2023H1', 'restated')
    """
    if isinstance(report, Report):
        return report
    name = str(report)
    if isinstance(report, str) and REPORT_ID.fullmatch(name):
        for folder in (reports_dir(), user_reports_dir()):
            if (folder / name / "report.yaml").is_file():
                return _load_registered(folder / name)
    path = Path(report)
    looks_like_a_path = isinstance(report, Path) or path.suffix != "" or len(path.parts) > 1 or path.exists()
    if not looks_like_a_path:
        raise _unknown(name)
    return _load_file(path)


def _unknown(name: str) -> UnknownReportError:
    """That there is no such report; of a county without any, how to register one."""
    known = list_reports()
    county = re.match(r"\d{6}(?!\d)", name)
    # Another county's report is no slip of the pen.
    near = [one for one in known if county is None or one.startswith(county[0])]
    mend = f"known reports: {', '.join(known)}; or give the path of a report file"
    if county and not near:
        mend = f"register a report of {county[0]} with 'sxedu add FILE --adcode {county[0]}' first; {mend}"
    return UnknownReportError(f"unknown report {name!r}{did_you_mean(name, near)}", mend=mend)


def _load_registered(folder: Path) -> Report:
    metadata = read_metadata(folder / "report.yaml")
    if folder.parent == reports_dir():
        path, text_kind = folder / "restated.txt", "restated"
    else:
        path, text_kind = kept_file(folder, metadata), "file"
    text, data = read_text(path)
    sha256 = hashlib.sha256(data).hexdigest()
    if text_kind == "file" and sha256 != metadata["original"]["sha256"]:
        raise InputError(
            "has changed since it was registered",
            where=str(path),
            mend=f"put the file back as it was, or move {folder} away and register it again",
        )
    return _described(folder.name, metadata, text=text, text_kind=text_kind, path=path, sha256=sha256)


def kept_file(folder: Path, metadata: Mapping[str, Any]) -> Path:
    """The file that the user registered, in the folder of its report."""
    return folder / "original" / Path(str(metadata["original"]["filename"])).name


def _described(
    report_id: str, metadata: Mapping[str, Any], *, text: str, text_kind: str, path: Path, sha256: str
) -> Report:
    """A report of which report.yaml says what is known."""
    return Report(
        report_id=report_id,
        text=text,
        title=str(metadata["title_zh"] or ""),
        issuer=str(metadata["issuer_zh"] or ""),
        county=str(metadata["county_zh"] or ""),
        adcode=str(metadata["adcode"]),
        period=str(metadata["period"]),
        text_kind=text_kind,
        path=path,
        sha256=sha256,
        metadata=MappingProxyType(dict(metadata)),
    )


def read_metadata(path: Path) -> dict[str, Any]:
    """What report.yaml says; a missing field is named.

    Raises
    ------
    InputError
        If the file is no YAML mapping or lacks a field.
    """
    try:
        metadata = load_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"cannot be read: {error}", where=str(path), mend="write it as YAML") from None
    needed = ("report_id", "adcode", "period", "county_zh", "issuer_zh", "title_zh", "original")
    missing = [name for name in needed if not isinstance(metadata, dict) or name not in metadata]
    if not missing and not isinstance(metadata["original"], dict):
        missing = ["original"]
    if missing:
        raise InputError(f"lacks {', '.join(missing)}", where=str(path), mend="add it")
    return dict(metadata)


@cache
def _originals() -> dict[str, str]:
    """sha256 of the original of each of the project's reports -> its report_id."""
    metadata = {name: read_metadata(reports_dir() / name / "report.yaml") for name in project_reports()}
    return {entry["original"]["sha256"]: name for name, entry in metadata.items()}


@lru_cache(maxsize=4)
def _users_files(folder: Path, _changed: int) -> dict[str, Path]:
    """sha256 of each file that the user registered -> its folder."""
    files: dict[str, Path] = {}
    for name in _registered_in(folder):
        try:
            metadata = read_metadata(folder / name / "report.yaml")
        except InputError:
            continue  # told when that report is asked for, not when any file is read
        files.setdefault(str(metadata["original"]["sha256"]), folder / name)
    return files


def registered_folder(sha256: str) -> Path | None:
    """The folder of the registered report with a file of these bytes, if there is one."""
    if known := _originals().get(sha256):
        return reports_dir() / known
    folder = user_reports_dir()
    try:
        changed = folder.stat().st_mtime_ns
    except OSError:
        return None
    return _users_files(folder, changed).get(sha256)


def title_of(text: str) -> str:
    """The first line with words, as a title."""
    return next(line.strip() for line in text.split("\n") if line.strip())[:80]


def id_from_name(stem: str) -> str:
    """A report_id for a file that nothing else is known of; a folder can carry it as its name."""
    return re.sub(r"[^\w-]+", "_", stem).strip("_") or "report"


def _load_file(path: Path) -> Report:
    return replace(_load_unstated(path), **_stated(path))


def _stated(path: Path) -> dict[str, Any]:
    """What somebody who knows more than the file has put beside it."""
    try:
        found = json.loads(path.with_name(path.name + ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    names = ("report_id", "adcode", "period") if isinstance(found, dict) else ()
    return {name: str(found[name]) for name in names if found.get(name)}


def _load_unstated(path: Path) -> Report:
    text, data = read_text(path)
    sha256 = hashlib.sha256(data).hexdigest()
    if folder := registered_folder(sha256):
        return _described(
            folder.name,
            read_metadata(folder / "report.yaml"),
            text=text,
            text_kind="original" if folder.parent == reports_dir() else "file",
            path=path,
            sha256=sha256,
        )
    named = REPORT_ID.fullmatch(path.stem)
    return Report(
        report_id=id_from_name(path.stem),
        text=text,
        title=title_of(text),
        issuer="",
        county="",
        adcode=named["adcode"] if named else "",
        period=named["period"] if named else "",
        text_kind="file",
        path=path,
        sha256=sha256,
    )
