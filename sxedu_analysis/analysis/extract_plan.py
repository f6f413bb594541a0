"""What an extraction has to read: the files of a source, what is known of each, and the parts they make."""

from __future__ import annotations

import csv
import glob
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

from sxedu_analysis import __version__
from sxedu_analysis.foundation.errors import InputError, did_you_mean
from sxedu_analysis.foundation.paths import PACKAGE, data_dir
from sxedu_analysis.reading import counties
from sxedu_analysis.reading.formats import LARGEST_FILE, REPORT_ENDINGS, read_text
from sxedu_analysis.reading.reports import REPORT_ID, id_from_name, registered_folder

PART_REPORTS, PART_BYTES = 32, 1_500_000
"""A part is full with so many reports or bytes: small enough to lose little when a run is stopped."""


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


def find_files(source: str | Path) -> tuple[list[Planned], dict[str, int]]:
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
            if one.suffix.lower() in REPORT_ENDINGS:
                found.append((inside.as_posix(), one))
            else:
                passed_over[one.suffix.lower() or "no ending"] += 1
    elif path.is_file():
        if path.suffix.lower() == ".csv":
            return list(read_manifest(path)), {}
        found = [(path.name, path)]
    elif glob.has_magic(str(source)):
        matches = sorted(glob.glob(str(source), recursive=True))
        found = [(Path(one).as_posix(), Path(one)) for one in matches if Path(one).is_file()]
    else:
        raise InputError("does not exist", where=str(source), mend="give a folder, a glob or a CSV manifest")
    if not found:
        raise InputError(
            "holds no report files",
            where=str(source),
            mend=f"reports end in {', '.join(sorted(REPORT_ENDINGS))}",
        )
    planned = [Planned(number, file, str(one)) for number, (file, one) in enumerate(found)]
    return planned, dict(sorted(passed_over.items()))


def read_manifest(path: Path) -> Iterator[Planned]:
    """The files that a CSV names, and what it says of each: `report_id`, `adcode`, `period`, all optional.

    Raises
    ------
    InputError
        If it is no such CSV. A row whose adcode or period is wrong has a `reason` instead.
    """
    text, _ = read_text(path)
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    names = [str(name).strip() for name in rows.fieldnames or []]
    rows.fieldnames = names
    if "file" not in names:
        raise _no_column(path, names)
    number = 0
    lines: dict[str, int] = {}
    for row in rows:
        wanted = ("file", "report_id", "adcode", "period")
        file, report_id, adcode, period = ((row.get(name) or "").strip() for name in wanted)
        if not file:
            continue
        if (first := lines.setdefault(file, rows.line_num)) != rows.line_num:
            raise InputError(
                f"names {file} in line {first} and again in line {rows.line_num}",
                where=str(path),
                mend="give each file one row",
            )
        period = period.upper()
        county = (row.get("county") or "").strip()
        reason = _wrong(adcode, period, county, f"{path.name} line {rows.line_num}")
        yield Planned(number, file, str(path.parent / file), 0, report_id, adcode, period, reason=reason)
        number += 1
    if not number:
        raise InputError("names no file", where=str(path), mend="give each report a row")


def _no_column(path: Path, names: Sequence[str]) -> InputError:
    what = f"has no column 'file'{did_you_mean('file', names)}; its columns are {', '.join(names)}"
    mend = "a manifest has the columns file, adcode, period"
    for mark, called in ((";", "semicolons"), ("\t", "tabs")):
        if len(names) == 1 and mark in names[0]:
            what, mend = f"has its columns parted by {called}", "save it with commas"
    return InputError(what, where=str(path), mend=mend)


def _wrong(adcode: str, period: str, county: str, where: str) -> str:
    """Why a manifest's row cannot be taken, if it cannot."""
    try:
        if adcode:
            counties.find_place(adcode, county=county, where=where)
    except InputError as error:
        return str(error)
    if period and not counties.is_period(period):
        return f"{where}: {period!r} is no period; write 2023, 2023H1 or 2023Q4"
    return ""


def plan_of(files: Iterable[Planned], rules: str) -> Iterator[Planned]:
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


def rules_of(codebook: str | Path | None) -> str:
    """A fingerprint of everything that decides what is read from a text: version, code, lexicon, codebook."""
    folders = [PACKAGE / "foundation", PACKAGE / "reading", PACKAGE / "analysis", data_dir() / "lexicon"]
    folders.append(Path(codebook) if codebook else data_dir() / "codebook")
    rules = hashlib.sha256(__version__.encode())
    for folder in folders:
        for path in sorted(folder.glob("*")):
            if path.suffix in {".py", ".csv", ".yaml"}:
                rules.update(path.name.encode() + b"\0" + path.read_bytes())
    return rules.hexdigest()


def in_parts(plan: Sequence[Planned], done: AbstractSet[str]) -> Iterator[list[Planned]]:
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
