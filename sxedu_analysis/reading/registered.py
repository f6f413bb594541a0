"""The user's data folder: reports of other counties, registered once and known by their report_id.

<data folder>/reports/341323-2023H1/
    report.yaml          what is known of the report
    original/            the file as it came, under its own name, never edited
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.foundation.paths import user_data_dir
from sxedu_analysis.reading import counties
from sxedu_analysis.reading.formats import read_text
from sxedu_analysis.reading.reports import read_metadata, reports_dir, title_of

_HEAD, _TAIL = 300, 200
"""Characters at a text's two ends where its issuer stands: under the title, or as a signature."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What `add_report` did.

    Parameters
    ----------
    report_id : str
        Under which the report is known now.
    folder : Path
        Where it is kept.
    was_there : bool
        Whether the same file had been registered under this id before; then nothing was written.
    notes : tuple of str
        What the user should know: guesses, and what looks odd.
    """

    report_id: str
    folder: Path
    was_there: bool
    notes: tuple[str, ...]


def add_report(
    path: str | Path,
    *,
    adcode: str = "",
    period: str = "",
    issuer: str = "",
    county: str = "",
    title: str = "",
    data_dir: str | Path | None = None,
) -> Registered:
    r"""Register a report file, so that it can be named by its report_id everywhere.

    The file is copied as it is. Nothing that is registered is ever overwritten: to replace a report, move its
    folder away first.

    Parameters
    ----------
    path : path
        A report file that `load_report` can read.
    adcode : str, optional
        The county's GB/T 2260 code. Without it, guessed from the title, the file's name or the text.
    period : str, optional
        2023, 2023H1 or 2023Q1. Without it, guessed from the title or the file's name.
    issuer, county, title : str, optional
        `county` without a value is the list's name; `title` the text's first line.
    data_dir : path, optional
        The user's data folder; default: `foundation.paths.user_data_dir`.

    Returns
    -------
    Registered

    Raises
    ------
    InputError
        If the file cannot be read, adcode or period is wrong or cannot be guessed, or another file is
        registered under the same report_id.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> file = folder / "summary.txt"
    >>> _ = file.write_text("灵璧县教体局2023年上半年工作总结\n全县有学校12所。", encoding="utf-8")
    >>> added = add_report(file, data_dir=folder)
    >>> added.report_id
    '341323-2023H1'
    >>> print(added.notes[0])
    adcode 341323 (灵璧县) is guessed from the title; give --adcode to be sure
    """
    path = Path(path)
    text, data = read_text(path)
    title = title.strip() or title_of(text)
    place, notes = _place(adcode, county, title, path, text)
    reported, note = _period(period, title, path)
    notes += note
    report_id = f"{place.adcode}-{reported}"
    metadata: dict[str, Any] = {
        "report_id": report_id,
        "adcode": place.adcode,
        "county_zh": county.strip() or place.name,
        "city_zh": place.city,
        "province_zh": place.province,
        "period": reported,
        "issuer_zh": issuer.strip(),
        "title_zh": title,
        "guessed": [name for name, given in (("adcode", adcode), ("period", period)) if not given],
        "original": {
            "filename": path.name,
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
            "characters": len(text),
        },
    }
    library = (Path(data_dir).expanduser().absolute() if data_dir else user_data_dir()) / "reports"
    folder = library / report_id
    for known in (reports_dir() / report_id, folder):
        if (known / "report.yaml").is_file():
            return _known_already(known, metadata, path, notes)
    try:
        _write(library, folder, metadata, data)
    except OSError as error:
        if (folder / "report.yaml").is_file():  # another process was quicker
            return _known_already(folder, metadata, path, notes)
        reason = error.strerror or type(error).__name__
        raise InputError(
            f"cannot be written: {reason}", where=str(library), mend="give another --data-dir"
        ) from None
    return Registered(report_id, folder, was_there=False, notes=tuple(notes))


def _place(adcode: str, county: str, title: str, path: Path, text: str) -> tuple[counties.Place, list[str]]:
    """The place that a report is about, and what the user should know of how it was found."""
    named = counties.guess_place(title)
    if adcode:
        place = counties.find_place(adcode, county=county.strip(), hint=named.name if named else "")
        notes = []
        if not counties.is_listed(place.adcode):
            notes.append(f"the county list lacks {place.adcode}; it is taken for {place.full_name}")
        elif named and named.adcode != place.adcode:
            notes.append(
                f"{place.adcode} is {place.full_name}, but the title names {named.name} ({named.adcode})"
            )
        return place, notes
    places = {
        "the title": named,
        "the file's name": counties.guess_place(path.stem),
        "the text": counties.guess_place(text[:_HEAD] + "\n" + text[-_TAIL:]),
    }
    for source, guess in places.items():
        if guess is not None:
            note = f"adcode {guess.adcode} ({guess.name}) is guessed from {source}; give --adcode to be sure"
            return guess, [note]
    raise InputError(
        "does not say of which county it is, or names several",
        where=str(path),
        mend="give --adcode, the six digits of GB/T 2260",
    )


def _period(period: str, title: str, path: Path) -> tuple[str, list[str]]:
    if period:
        written = re.sub(r"[\s-]", "", period).upper()
        if counties.is_period(written):
            return written, []
        guess = counties.guess_period(period)
        raise InputError(
            f"{period!r} is no period" + (f" (did you mean {guess}?)" if guess else ""),
            where="period",
            mend="write a year, half-year or quarter: 2023, 2023H1, 2023Q4",
        )
    for source, words in (("the title", title), ("the file's name", path.stem)):
        if guess := counties.guess_period(words):
            return guess, [f"period {guess} is guessed from {source}; give --period to be sure"]
    raise InputError(
        "does not say which period it is about",
        where=str(path),
        mend="give --period: 2023, 2023H1 or 2023Q4",
    )


def _known_already(folder: Path, metadata: dict[str, Any], path: Path, notes: list[str]) -> Registered:
    known = read_metadata(folder / "report.yaml")["original"]
    if known["sha256"] == metadata["original"]["sha256"]:
        return Registered(folder.name, folder, was_there=True, notes=tuple(notes))
    raise InputError(
        f"is not the file that is registered as {folder.name} ({known['filename']}); nothing was changed",
        where=str(path),
        mend=f"give its own --adcode or --period, or move {folder} away first",
    )


def _write(library: Path, folder: Path, metadata: dict[str, Any], data: bytes) -> None:
    """Write beside, then move: a report is registered whole or not at all."""
    library.mkdir(parents=True, exist_ok=True)
    beside = library / f".adding-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        (beside / "original").mkdir(parents=True)
        (beside / "original" / metadata["original"]["filename"]).write_bytes(data)
        lines = yaml.safe_dump(metadata, allow_unicode=True, sort_keys=False, width=110)
        (beside / "report.yaml").write_bytes(lines.encode("utf-8"))
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
