"""A report_id or a file becomes a `Report`: its text and what is known of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import yaml

from sxedu_analysis.foundation.errors import InputError, UnknownReportError, did_you_mean
from sxedu_analysis.foundation.paths import data_dir
from sxedu_analysis.reading import layout
from sxedu_analysis.reading.formats import read_text

REPORT_ID = re.compile(r"(?P<adcode>\d{6})-(?P<period>\d{4}(?:H[12]|Q[1-4])?)")
"""adcode (GB/T 2260, six digits) and period: a year, half-year or quarter."""


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
    """The folder with one folder per registered report."""
    return data_dir() / "reports"


def list_reports() -> list[str]:
    """The report_ids that `load_report` knows, in order.

    Examples
    --------
    >>> "341324-2023H1" in list_reports()
    True
    """
    return sorted(path.parent.name for path in reports_dir().glob("*/report.yaml"))


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
    if isinstance(report, str) and (reports_dir() / name / "report.yaml").is_file() and "/" not in name:
        return _load_registered(name)
    path = Path(report)
    looks_like_a_path = isinstance(report, Path) or path.suffix != "" or len(path.parts) > 1 or path.exists()
    if not looks_like_a_path:
        known = list_reports()
        raise UnknownReportError(
            f"unknown report {name!r}{did_you_mean(name, known)}",
            mend=f"known reports: {', '.join(known)}; or give the path of a report file",
        )
    return _load_file(path)


def _load_registered(report_id: str) -> Report:
    folder = reports_dir() / report_id
    metadata = read_metadata(folder / "report.yaml")
    path = folder / "restated.txt"
    text, data = read_text(path)
    return Report(
        report_id=report_id,
        text=text,
        title=metadata["title_zh"],
        issuer=metadata["issuer_zh"],
        county=metadata["county_zh"],
        adcode=str(metadata["adcode"]),
        period=str(metadata["period"]),
        text_kind="restated",
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        metadata=MappingProxyType(metadata),
    )


def read_metadata(path: Path) -> dict[str, Any]:
    """What report.yaml says; a missing field is named.

    Raises
    ------
    InputError
        If the file is no YAML mapping or lacks a field.
    """
    try:
        metadata = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"cannot be read: {error}", where=str(path), mend="write it as YAML") from None
    needed = ("report_id", "adcode", "period", "county_zh", "issuer_zh", "title_zh", "original")
    missing = [name for name in needed if not isinstance(metadata, dict) or name not in metadata]
    if missing:
        raise InputError(f"lacks {', '.join(missing)}", where=str(path), mend="add it")
    return dict(metadata)


@cache
def _originals() -> dict[str, str]:
    """sha256 of each registered report's original -> its report_id."""
    metadata = {name: read_metadata(reports_dir() / name / "report.yaml") for name in list_reports()}
    return {entry["original"]["sha256"]: name for name, entry in metadata.items()}


def _load_file(path: Path) -> Report:
    text, data = read_text(path)
    sha256 = hashlib.sha256(data).hexdigest()
    registered = _originals().get(sha256)
    if registered:
        known = _load_registered(registered)
        return Report(
            report_id=registered,
            text=text,
            title=known.title,
            issuer=known.issuer,
            county=known.county,
            adcode=known.adcode,
            period=known.period,
            text_kind="original",
            path=path,
            sha256=sha256,
            metadata=known.metadata,
        )
    named = REPORT_ID.fullmatch(path.stem)
    return Report(
        # Usable as a folder's name whatever the file is called.
        report_id=re.sub(r"[^\w-]+", "_", path.stem).strip("_") or "report",
        text=text,
        title=next(line.strip() for line in text.split("\n") if line.strip())[:80],
        issuer="",
        county="",
        adcode=named["adcode"] if named else "",
        period=named["period"] if named else "",
        text_kind="file",
        path=path,
        sha256=sha256,
    )
