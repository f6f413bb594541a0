"""Assignments from release to marks: nbgrader does the work, in a course folder, with four commands.

COURSE/source/      the teacher's versions, and the guide
COURSE/release/     the students' versions
COURSE/submitted/, autograded/, feedback/, gradebook.db    what nbgrader keeps
COURSE/marks.csv    one row a student and assignment; marks_by_question.csv: one a question
"""

from __future__ import annotations

import csv
import importlib.util
import os
import re
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from sxedu_analysis.classroom.feedback import make_readable
from sxedu_analysis.classroom.unit import GUIDE, Unit, assignments, source_notebook, teachers_guide
from sxedu_analysis.foundation.errors import InputError, SxeduError, did_you_mean
from sxedu_analysis.foundation.paths import is_clone

_STUB = "# 在这里写答案 / write your answer here"
MARKS = ("student", "assignment", "score", "max_score", "to_mark")
MARKS_BY_QUESTION = ("student", "assignment", "question", "score", "max_score", "to_mark", "comment")
MANUAL = ("student", "assignment", "question", "points", "comment")


@dataclass(frozen=True)
class Graded:
    """What was graded: the CSV of marks, and each submission that could not be, with the reason."""

    marks: Path
    submissions: int
    failed: tuple[tuple[str, str], ...]


def make_sources(
    report: str | Path, course: str | Path, tell: Callable[[str], None] | None = None
) -> list[Path]:
    """Write the teacher's versions of the assignments, and the guide, for a report.

    Parameters
    ----------
    report : str or path
        A report of the project, or the path of a report file, which is copied beside each notebook.
    course : path
        The course folder; sources that are there are replaced.
    tell : callable, optional
        Called with a line about each assignment and each question that is left out, and why.

    Returns
    -------
    list of Path
        What was written. An assignment for which the report has no material is not.

    Raises
    ------
    InputError, UnknownReportError
        If there is no such report, it has no material at all, or the folder cannot be written.
    """
    file = Path(report) if Path(report).is_file() else None
    # The notebooks name the file as it lies beside them.
    unit, source = Unit(str(report)), Path(course) / "source"
    written = []
    try:
        for assignment in assignments():
            if not unit.questions(assignment):
                continue
            notebook = source_notebook(unit, assignment, named=file.name if file else str(report))
            path = source / assignment / f"{assignment}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, path)
            if file:
                shutil.copyfile(file, path.with_name(file.name))
            written.append(path)
        if not written:
            raise InputError(
                "has no figure that a question could be about", where=str(report), mend="take another report"
            )
        (source / GUIDE).write_text(teachers_guide(unit), encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"cannot be written ({(error.strerror or str(error)).lower()})",
            where=str(course),
            mend="give another --course",
        ) from None
    if tell:
        for line in _left_out(unit):
            tell(line)
    return [*written, source / GUIDE]


def _left_out(unit: Unit) -> Iterator[str]:
    """What a report has no material for, a line each."""
    for assignment in assignments():
        if unit.questions(assignment):
            yield from (f"{assignment} goes without {why}" for why in unit.why_left_out(assignment))
        else:
            needs = dict.fromkeys(
                why.partition("the report lacks ")[2] for why in unit.why_left_out(assignment)
            )
            yield f"{assignment} is left out: the report lacks {'; '.join(needs)}"


def release(course: str | Path) -> list[Path]:
    """Make the students' versions of all assignments of a course: without solutions and hidden tests.

    Returns
    -------
    list of Path
        The notebooks to hand out.

    Raises
    ------
    InputError
        If the course has no assignments, or nbgrader finds a fault in one.
    """
    folder = Path(course)
    names = _sources(folder)
    with _nbgrader(folder) as api:
        for name in names:
            done = api.generate_assignment(name, force=True)
            if not done["success"]:
                raise InputError(f"nbgrader refuses it: {_reason(done)}", where=name, mend="mend its source")
    return [folder / "release" / name / f"{name}.ipynb" for name in names]


def grade(submissions: str | Path, course: str | Path, manual: str | Path | None = None) -> Graded:
    """Grade a folder of submissions, write feedback and marks.

    Parameters
    ----------
    submissions : path
        A folder with notebooks whose file names hold the assignment's: ``zhang_2_ratios.ipynb``, or
        ``zhang/2_ratios.ipynb``. What else the name holds, or else the folder's name, is the student. What
        was graded before and has not changed is not run again.
    course : path
        The course folder; assignments that are not released yet are.
    manual : path, optional
        A CSV of what the teacher marked: student, assignment, question, points, comment.

    Returns
    -------
    Graded
        `marks` is COURSE/marks.csv: student, assignment, score, max_score, to_mark (whether the teacher has
        not marked all yet). Beside it marks_by_question.csv, with the hint that each wrong answer was given.

    Raises
    ------
    InputError
        If there is nothing to grade, or a row of `manual` fits nothing; nothing is marked by hand then.
    """
    folder = Path(course)
    names = _sources(folder)
    if not all((folder / "release" / name).is_dir() for name in names):
        release(folder)
    found = list(_submissions(Path(submissions), names))
    if not found:
        raise InputError(
            "holds no notebook of an assignment",
            where=str(submissions),
            mend=f"name them STUDENT_ASSIGNMENT.ipynb; the assignments are {', '.join(names)}",
        )
    with _nbgrader(folder) as api:
        graded, failed = _autograde(api, found, folder)
        if manual is not None:
            graded += _mark_by_hand(api, Path(manual))
        for student, name in dict.fromkeys(graded):
            api.generate_feedback(name, student)
            for page in (folder / "feedback" / student / name).glob("*.html"):
                make_readable(page)
        return Graded(_write_marks(api, folder, names), len(found), tuple(failed))


def _autograde(
    api: Any, found: list[tuple[Path, str, str]], course: Path
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Grade each submission by itself: (student, assignment) of the graded, file and reason of the others."""
    graded: list[tuple[str, str]] = []
    failed: list[tuple[str, str]] = []
    for file, student, name in found:
        try:
            if (student, name) in graded:
                raise InputError(f"is a second {name} of {student}", where=file.name)
            if _hand_in(file, student, name, course):
                done = api.autograde(name, student)
                if not done["success"]:
                    raise InputError(f"cannot be graded: {_reason(done)}", where=file.name)
        except SxeduError as error:
            failed.append((str(file), str(error)))
        else:
            graded.append((student, name))
    return graded, failed


# --- nbgrader


@contextmanager
def _nbgrader(course: Path) -> Iterator[Any]:
    """nbgrader on a course folder, set up here alone: no configuration file of the teacher's decides."""
    if importlib.util.find_spec("nbgrader") is None:
        how = 'pip install -e ".[teach]"' if is_clone() else 'pip install "sxedu_analysis[teach]"'
        raise SxeduError("nbgrader is not installed", mend=f"run: {how}")
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    config = Config()
    config.CourseDirectory.root = str(course.resolve())
    config.ClearSolutions.code_stub = {"python": _STUB}
    config.Execute.timeout = 120
    # Kernels talk over this machine only; that their channel is not encrypted need not be told each time.
    config.Execute.extra_arguments = ["--HistoryManager.hist_file=:memory:", "--IPKernelApp.log_level=40"]
    before = os.environ.get("PATH", "")
    # nbgrader calls the command alembic, which stands beside Python also where no environment is activated.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        with warnings.catch_warnings():
            # What a newer SQLAlchemy has to say of nbgrader's own queries.
            warnings.filterwarnings("ignore", module=r"nbgrader\.")
            yield NbGraderAPI(config=config)
    finally:
        os.environ["PATH"] = before


def _sources(course: Path) -> list[str]:
    names = sorted(path.parent.name for path in (course / "source").glob("*/*.ipynb"))
    if not names:
        raise InputError(
            "has no assignments", where=str(course), mend=f"run: sxedu assignment --course {course}"
        )
    return names


def _reason(done: dict[str, Any]) -> str:
    """The error that nbgrader's log holds, without the lines that only point to others."""
    lines = [line.strip() for line in f"{done.get('error', '')}\n{done.get('log', '')}".splitlines()]
    errors = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b", line)]
    told = [line for line in errors if "see the" not in line]
    return (told or errors or ["no reason is given"])[-1]


def _submissions(folder: Path, names: list[str]) -> Iterator[tuple[Path, str, str]]:
    """File, student and assignment of each notebook in a folder whose name holds an assignment's."""
    if not folder.is_dir():
        raise InputError("is no folder", where=str(folder), mend="give the folder with the submissions")
    for file in sorted(folder.rglob("*.ipynb")):
        name = next((name for name in names if name in file.stem), None)
        if name is None or ".ipynb_checkpoints" in file.parts:
            continue
        student = file.stem.replace(name, "").strip(" _-.")
        parents = [part for part in file.relative_to(folder).parts[:-1] if part != name]
        student = student or (parents[-1] if parents else "")
        if student:
            yield file, student, name


def _hand_in(file: Path, student: str, name: str, course: Path) -> bool:
    """Put a submission where nbgrader looks for it, with what was released beside the notebook.

    Returns whether it has to be graded: it need not, if it was and neither it nor the release has changed.
    """
    try:
        notebook = nbformat.read(file, as_version=4)
        nbformat.validate(notebook)
    except (OSError, ValueError, nbformat.ValidationError) as error:
        first = str(error).strip().splitlines()
        raise InputError(
            f"is no notebook ({first[0][:80] if first else 'empty'})",
            where=file.name,
            mend="ask for it again",
        ) from None
    released, target = course / "release" / name / f"{name}.ipynb", course / "submitted" / student / name
    _make_whole(notebook, nbformat.read(released, as_version=4))
    handed_in, graded = target / released.name, course / "autograded" / student / name / released.name
    words = nbformat.writes(notebook)
    is_known = handed_in.is_file() and handed_in.read_text(encoding="utf-8") == words
    if is_known and graded.is_file() and graded.stat().st_mtime > released.stat().st_mtime:
        return False
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(released.parent, target)
    handed_in.write_text(words, encoding="utf-8")
    return True


def _make_whole(notebook: nbformat.NotebookNode, released: nbformat.NotebookNode) -> None:
    """Undo what copying and deleting cells does: of copies the last one counts, a deleted check comes back.

    nbgrader gives up a notebook in which two cells have one name, and gives nothing for a check that is gone.
    All cells still run, in the order the student left them.
    """
    seen: set[str] = set()
    for cell in reversed(notebook.cells):
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in seen:
            del cell.metadata["nbgrader"]
        elif name:
            seen.add(name)
    for cell in released.cells:
        role = cell.metadata.get("nbgrader", {})
        if role.get("grade") and role["grade_id"] not in seen:
            notebook.cells.append(cell)


# --- marks


def _mark_by_hand(api: Any, file: Path) -> list[tuple[str, str]]:
    """Enter the teacher's points; all rows are checked before the first is entered."""
    from nbgrader.api import MissingEntry

    rows = _manual_rows(file)
    with api.gradebook as book:
        for number, row in enumerate(rows, start=2):
            where, key = f"{file.name} row {number}", (row["question"], row["assignment"])
            try:
                grade = book.find_grade(row["question"], row["assignment"], row["assignment"], row["student"])
            except MissingEntry:
                known = [one["question"] for one in _by_question(book, [row["assignment"]])]
                raise InputError(
                    f"no answer of {row['student']} to {' of '.join(key)}"
                    f"{did_you_mean(row['question'], set(known) - {row['question']})}",
                    where=where,
                    mend="see marks_by_question.csv",
                ) from None
            row["grade"], row["points"] = grade, _points(row["points"], grade.max_score, where)
        for row in rows:
            row["grade"].manual_score, row["grade"].needs_manual_grade = row["points"], False
            if row["comment"]:
                comment = book.find_comment(
                    row["question"], row["assignment"], row["assignment"], row["student"]
                )
                comment.manual_comment = row["comment"]
        book.db.commit()
    return [(row["student"], row["assignment"]) for row in rows]


def _manual_rows(file: Path) -> list[dict[str, Any]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows: list[dict[str, Any]] = list(csv.DictReader(opened))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise InputError(f"cannot be read ({reason.lower()})", where=str(file)) from None
    for name in MANUAL[:-1]:
        if rows and name not in rows[0]:
            raise InputError(
                f"has no column {name!r}{did_you_mean(name, rows[0])}",
                where=file.name,
                mend=f"its columns are {', '.join(MANUAL)}",
            )
    return [{name: (row.get(name) or "").strip() for name in MANUAL} for row in rows]


def _points(written: str, most: float, where: str) -> float:
    try:
        points = float(written)
    except ValueError:
        points = -1.0
    if not 0 <= points <= most:
        raise InputError(f"field 'points': {written!r} is not from 0 to {most:g}", where=where)
    return points


def _by_question(book: Any, names: list[str]) -> Iterator[dict[str, Any]]:
    """Every graded answer: who, which, how many points, and what was said about it."""
    for name in names:
        for submission in sorted(book.assignment_submissions(name), key=lambda one: one.student.id):
            for notebook in submission.notebooks:
                said = {comment.name: comment.comment or "" for comment in notebook.comments}
                for grade in notebook.grades:
                    yield {
                        "student": submission.student.id,
                        "assignment": name,
                        "question": grade.name.removesuffix("_checked"),
                        "score": grade.score,
                        "max_score": grade.max_score,
                        "to_mark": "yes" if grade.needs_manual_grade else "",
                        "comment": said.get(grade.name, ""),
                    }


def _hints(course: Path, student: str, name: str) -> dict[str, str]:
    """What the checks said of each answer that is not right, from the graded notebook."""
    path = course / "autograded" / student / name / f"{name}.ipynb"
    if not path.is_file():
        return {}
    hints = {}
    for cell in nbformat.read(path, as_version=4).cells:
        errors = [one for one in cell.get("outputs", []) if one.output_type == "error"]
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if errors and grade_id.endswith("_checked"):
            hints[grade_id.removesuffix("_checked")] = " / ".join(str(errors[0].evalue).splitlines())
    return hints


def _write_marks(api: Any, course: Path, names: list[str]) -> Path:
    with api.gradebook as book:
        rows = list(_by_question(book, names))
    totals: dict[tuple[str, str], dict[str, Any]] = {}
    hints: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        key = (row["student"], row["assignment"])
        if key not in totals:
            totals[key] = dict(zip(MARKS, (*key, 0.0, 0.0, ""), strict=True))
            hints[key] = _hints(course, *key)
        row["comment"] = row["comment"] or hints[key].get(row["question"], "")
        totals[key]["score"] += row["score"]
        totals[key]["max_score"] += row["max_score"]
        totals[key]["to_mark"] = totals[key]["to_mark"] or row["to_mark"]
    _write(course / "marks_by_question.csv", MARKS_BY_QUESTION, rows)
    return _write(course / "marks.csv", MARKS, list(totals.values()))


def _write(path: Path, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> Path:
    # With a byte-order mark, without which a teacher's spreadsheet takes Chinese for something else.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path
