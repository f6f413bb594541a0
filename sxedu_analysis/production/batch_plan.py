"""What a batch has to do: the reports of a source, and what each result is made from."""

from __future__ import annotations

import csv
import glob
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sxedu_analysis
from sxedu_analysis.foundation.errors import InputError, did_you_mean
from sxedu_analysis.reading.formats import REPORT_ENDINGS


@dataclass(frozen=True, slots=True)
class Task:
    """One report to be done: where it is, where its results go, and how.

    Parameters
    ----------
    report, file, path : str
        Folder name of the results, the report's name as the source gives it, and its path.
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

    report: str
    file: str
    path: str
    out: str
    notebooks: tuple[str, ...]
    formats: tuple[str, ...]
    lang: str
    engine: str | None
    time_limit: float
    program: str


def find_reports(source: str | Path) -> Iterator[tuple[str, str, Path]]:
    """Folder name, name and path of every report of a source, in order; names that clash are numbered.

    Raises
    ------
    InputError
        If there is none.
    """
    path = Path(source)
    try:
        found = list(_files(path, str(source)))
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(source)) from None
    if not found:
        raise InputError(
            "holds no report files",
            where=str(source),
            mend=f"reports end in {', '.join(sorted(REPORT_ENDINGS))}",
        )
    taken: Counter[str] = Counter()
    for wanted, file, one in found:
        name = re.sub(r"[^\w.-]+", "_", wanted).strip("._") or "report"
        taken[name] += 1
        yield (name if taken[name] == 1 else f"{name}-{taken[name]}"), file, one.absolute()


def _files(path: Path, source: str) -> Iterator[tuple[str, str, Path]]:
    if path.is_dir():

        def stop(error: OSError) -> None:
            raise error

        for folder, folders, names in os.walk(path, onerror=stop if not os.access(path, os.R_OK) else None):
            folders.sort()
            for name in sorted(names):
                if name.lower().endswith(REPORT_ENDINGS) and not name.startswith((".", "~$")):
                    one = Path(folder, name)
                    yield one.stem, one.relative_to(path).as_posix(), one
            # A folder that may not be read is a row of the manifest, not the end of the batch.
            for name in list(folders):
                if not os.access(Path(folder, name), os.R_OK | os.X_OK):
                    folders.remove(name)
                    yield name, f"{Path(folder, name).relative_to(path).as_posix()}/", Path(folder, name)
    elif path.is_file() and path.suffix.lower() == ".csv":
        yield from _listed(path)
    elif path.is_file() and path.suffix.lower() == ".parquet":
        yield from _extracted(path)
    elif path.is_file():
        yield path.stem, path.name, path
    elif glob.has_magic(source):
        for name in sorted(glob.glob(source, recursive=True)):
            if Path(name).is_file():
                yield Path(name).stem, name, Path(name)
    else:
        raise InputError(
            "does not exist", where=source, mend="give a folder, a glob, a CSV or a facts Parquet"
        )


def _listed(path: Path) -> Iterator[tuple[str, str, Path]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.DictReader(stream)
        names = list(rows.fieldnames or [])
        if "file" not in names:
            raise InputError(
                f"has no column 'file'{did_you_mean('file', names)}; its columns are {', '.join(names)}",
                where=str(path),
            )
        for row in rows:
            if file := (row["file"] or "").strip():
                yield (row.get("report_id") or "").strip() or Path(file).stem, file, path.parent / file


def _extracted(path: Path) -> Iterator[tuple[str, str, Path]]:
    """The files that `sxedu extract` read, by their checksum: where it found them it does not say."""
    from sxedu_analysis.analysis.store import query

    rows = query("select report_id, file, sha256 from reports order by file", path)
    here = [folder for folder in (path.absolute().parent, Path.cwd()) if folder.is_dir()]
    roots = [root for folder in here for root in (folder, *sorted(folder.iterdir())) if root.is_dir()]
    for report_id, file, sha256 in rows.itertuples(index=False):
        places = [root / file for root in dict.fromkeys(roots)]
        found = next((one for one in places if one.is_file() and _sha256(one) == sha256), None)
        # A file that is gone or has changed since is a row of the manifest: nothing is made of another text.
        yield report_id, file, found or path.parent / f"{file} as it was extracted"


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
