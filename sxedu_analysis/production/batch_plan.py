"""What a batch has to do: the reports of a source, and what each result is made from."""

from __future__ import annotations

import glob
import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import sxedu_analysis
from sxedu_analysis.analysis.extract_plan import Planned, read_manifest
from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.production.batch_files import OWN_NAMES, is_output
from sxedu_analysis.reading import counties
from sxedu_analysis.reading.formats import REPORT_ENDINGS
from sxedu_analysis.reading.reports import REPORT_ID, id_from_name


@dataclass(frozen=True, slots=True)
class Found:
    """A report of a source: what it is called there, where it is, and what the source says of it.

    `name` is what its folder is to be called; `reason` is why it cannot be done, if that is known already.
    """

    name: str
    file: str
    path: Path
    report_id: str = ""
    adcode: str = ""
    period: str = ""
    reason: str = ""

    @property
    def known(self) -> dict[str, Any]:
        """What the source says of the report, and the file does not."""
        said = {"report_id": self.report_id, "adcode": self.adcode, "period": self.period}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Task:
    """One report to be done: which, where its results go, and how.

    Parameters
    ----------
    report : Found
        The report; the folder of its results is called by its name.
    out : str
        Folder of the batch.
    notebooks : tuple of str
        Notebooks to execute.
    formats : tuple of str
        What to write beside notebooks and tables: html (pages), pdf.
    lang, engine : str
        zh or en; warm or papermill.
    time_limit : float
        Seconds a notebook may take.
    program : str
        Digest of the package.
    """

    report: Found
    out: str
    notebooks: tuple[str, ...]
    formats: tuple[str, ...]
    lang: str
    engine: str | None
    time_limit: float
    program: str

    @property
    def folder(self) -> Path:
        """Where its results go."""
        return Path(self.out, self.report.name)


def task_for(
    one: Found,
    out: Path | str,
    notebooks: Sequence[str],
    formats: Sequence[str] = (),
    lang: str = "zh",
    engine: str | None = None,
    time_limit: float = 600,
) -> Task:
    """What is to be done for a report that was found."""
    return Task(one, str(out), tuple(notebooks), tuple(formats), lang, engine, time_limit, program_digest())


def find_reports(source: str | Path, out: Path | None = None) -> Iterator[Found]:
    """Every report of a source, in order, each with a folder name of its own; clashing names are numbered.

    What lies in the folder `out`, or in another output of the package, is no report.

    Raises
    ------
    InputError
        If there is none, or `out` is the source itself.
    """
    path = Path(source)
    if out is not None and path.is_dir() and out.resolve() == path.resolve():
        raise InputError("is the folder of the reports", where=str(out), mend="give another --out")
    try:
        found = list(_files(path, str(source), out.resolve() if out else None))
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(source)) from None
    if not found:
        raise InputError(
            "holds no report files",
            where=str(source),
            mend=f"reports end in {', '.join(sorted(REPORT_ENDINGS))}",
        )
    for one, name in zip(found, _folder_names([one.name for one in found]), strict=True):
        yield replace(one, name=name, path=one.path.absolute())


def _folder_names(wanted: Sequence[str]) -> Iterator[str]:
    """A folder name for each name, no two alike on any file system, and none that the batch itself writes."""
    safe = [re.sub(r"[^\w.-]+", "_", name).strip("._") or "report" for name in wanted]
    # A number that is put behind a name must not make it the name of a report to come.
    reserved = {_alike(name) for name in safe}
    taken = {_alike(name) for name in OWN_NAMES}
    for name in safe:
        free, number = name, 1
        while _alike(free) in taken or (number > 1 and _alike(free) in reserved):
            number += 1
            free = f"{name}-{number}"
        taken.add(_alike(free))
        yield free


def _alike(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _files(path: Path, source: str, out: Path | None) -> Iterator[Found]:
    if path.is_dir():

        def stop(error: OSError) -> None:
            raise error

        for folder, folders, names in os.walk(path, onerror=stop if not os.access(path, os.R_OK) else None):
            folders[:] = sorted(name for name in folders if not _made_here(Path(folder, name), out))
            for name in sorted(names):
                if name.lower().endswith(REPORT_ENDINGS) and not name.startswith((".", "~$")):
                    one = Path(folder, name)
                    yield Found(one.stem, one.relative_to(path).as_posix(), one)
            # A folder that may not be read is a row of the manifest, not the end of the batch.
            for name in list(folders):
                if not os.access(one := Path(folder, name), os.R_OK | os.X_OK):
                    folders.remove(name)
                    yield Found(name, f"{one.relative_to(path).as_posix()}/", one)
    elif path.is_file() and path.suffix.lower() == ".csv":
        for row in read_manifest(path):
            yield _stated(Found(Path(row.file).stem, row.file, Path(row.path), row.report_id), row)
    elif path.is_file() and path.suffix.lower() == ".parquet":
        yield from _extracted(path)
    elif path.is_file():
        yield Found(path.stem, path.name, path)
    elif glob.has_magic(source):
        for name in sorted(glob.glob(source, recursive=True)):
            if Path(name).is_file() and not any(_made_here(one, out) for one in Path(name).parents):
                yield Found(Path(name).stem, name, Path(name))
    else:
        raise InputError(
            "does not exist", where=source, mend="give a folder, a glob, a CSV or a facts Parquet"
        )


def _made_here(folder: Path, out: Path | None) -> bool:
    return (out is not None and folder.resolve() == out) or is_output(folder)


def _stated(one: Found, row: Planned) -> Found:
    """A report with what a manifest says of it; a report_id of the form adcode-period says both."""
    adcode, period, reason = row.adcode, row.period, row.reason
    if not reason and (said := REPORT_ID.fullmatch(row.report_id)):
        if (adcode or said["adcode"], period or said["period"]) != (said["adcode"], said["period"]):
            reason = f"{row.file}: its report_id {row.report_id} is not of its adcode and period"
        elif not counties.is_listed(said["adcode"]):
            reason = f"{row.file}: {said['adcode']} in its report_id is no adcode of a county"
        adcode, period = said["adcode"], said["period"]
    report_id = id_from_name(row.report_id) if row.report_id else ""
    if adcode and period:
        report_id = report_id or f"{adcode}-{period}"
    name = row.report_id or report_id or one.name
    return replace(one, name=name, report_id=report_id, adcode=adcode, period=period, reason=reason)


def _extracted(path: Path) -> Iterator[Found]:
    """The files that `sxedu extract` read, by their checksum: where it found them it does not say."""
    from sxedu_analysis.analysis.store import query

    rows = query("select report_id, adcode, period, file, sha256 from reports order by file", path)
    here = [folder for folder in (path.absolute().parent, Path.cwd()) if folder.is_dir()]
    roots = [root for folder in here for root in (folder, *sorted(folder.iterdir())) if root.is_dir()]
    for *said, file, sha256 in rows.fillna("").itertuples(index=False):
        places = [root / file for root in dict.fromkeys(roots)]
        found = next((one for one in places if one.is_file() and _sha256(one) == sha256), None)
        # A file that is gone or has changed since is a row of the manifest: nothing is made of another text.
        yield Found(said[0], file, found or path.parent / f"{file} as it was extracted", *said)


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


@cache
def program_digest() -> str:
    """Digest of all that decides a result beside the report: the package, its data, the notebooks' specs."""
    from sxedu_analysis.foundation.paths import PACKAGE, data_dir, notebooks_dir

    digest = hashlib.sha256(sxedu_analysis.__version__.encode())
    roots = (PACKAGE, data_dir() / "codebook", data_dir() / "lexicon", data_dir() / "neighbours")
    files = {one for root in roots for one in root.rglob("*") if one.is_file() and one.suffix != ".pyc"}
    for one in sorted([*files, notebooks_dir() / "parameters.yaml"]):
        digest.update(one.name.encode() + b"\0" + one.read_bytes())
    return digest.hexdigest()
