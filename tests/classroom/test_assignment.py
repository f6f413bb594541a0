"""Assignments through the real nbgrader: perfect, blank, and every typical mistake handed in and graded."""

from __future__ import annotations

import copy
import csv
import importlib.util
import shutil
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import nbformat
import pytest

from sxedu_analysis.classroom.assignment import Graded, grade, make_sources, release
from sxedu_analysis.classroom.checks import Question
from sxedu_analysis.classroom.unit import Unit, assignments
from sxedu_analysis.cli import main
from sxedu_analysis.foundation.errors import InputError, SxeduError

REPORT = "341324-2023H1"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def answered(notebook: nbformat.NotebookNode, answers: dict[str, str]) -> nbformat.NotebookNode:
    """A student's notebook with some answers written into their cells."""
    done = copy.deepcopy(notebook)
    for cell in done.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell.source = answers[name] if cell.cell_type == "markdown" else f"{name} = {answers[name]}"
    return done


def written(value: Any) -> str:
    """A value as a student would type it."""
    if isinstance(value, frozenset):
        return repr(sorted(value))
    if isinstance(value, tuple):
        return f"({', '.join(map(written, value))},)"
    return repr(value) if isinstance(value, str) else f'float("{float(value)!r}")'


def wrong_answers(question: Question) -> Iterator[tuple[str, str]]:
    """Each typical mistake of a question and an answer that shows it."""
    for mistake, wrong in question.mistakes.items():
        yield mistake, written(question.answer | wrong if isinstance(wrong, frozenset) else wrong)
    if question.honest:
        yield "false_precision", written(question.answer)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("teaching") / "course"
    make_sources(REPORT, folder)
    release(folder)
    return folder


@pytest.fixture(scope="module")
def mistakes() -> dict[tuple[str, str], str]:
    """(student, question) -> the mistake that the student makes there."""
    return {}


@pytest.fixture(scope="module")
def graded(course: Path, mistakes: dict[tuple[str, str], str]) -> Graded:
    """One folder of submissions, graded: a perfect and a blank student, and rounds of wrong ones.

    In round n each student makes the n-th typical mistake of every question that has so many.
    """
    unit, folder = Unit(REPORT), course.parent / "submissions"
    (folder / "blank").mkdir(parents=True)
    for name in assignments():
        blank = nbformat.read(course / "release" / name / f"{name}.ipynb", 4)
        shutil.copyfile(course / "release" / name / f"{name}.ipynb", folder / "blank" / f"{name}.ipynb")
        questions = unit.questions(name)
        right = {key: written(question.answer) for key, question in questions.items()}
        right |= dict.fromkeys(assignments()[name]["manual"], "我的看法。")
        right |= {"quotable_value": '"94%"'} if "quotable_value" in right else {}
        nbformat.write(answered(blank, right), folder / f"perfect_{name}.ipynb")
        each = [[(key, *one) for one in wrong_answers(question)] for key, question in questions.items()]
        for number, shown in enumerate(zip_longest(*each), start=1):
            wrong = {key: answer for key, _, answer in filter(None, shown)}
            mistakes |= {(f"wrong{number}", key): mistake for key, mistake, _ in filter(None, shown)}
            nbformat.write(answered(blank, right | wrong), folder / f"wrong{number}_{name}.ipynb")
    # A student who copied an answer and its check, and deleted another check.
    path = folder / "perfect_2_ratios.ipynb"
    copied = nbformat.read(path, 4)
    twice = [copy.deepcopy(cell) for cell in copied.cells if "coverage_pair" in cell.id]
    for number, cell in enumerate(twice):
        cell.id = f"copy-{number}"
    copied.cells = [cell for cell in copied.cells if cell.id != "attendances_trap_checked"]
    copied.cells[6:6] = twice
    nbformat.write(copied, path)
    (folder / "perfect").mkdir()
    shutil.copyfile(folder / "perfect_4_audit.ipynb", folder / "perfect" / "4_audit.ipynb")
    (folder / "torn_4_audit.ipynb").write_text("{", encoding="utf-8")
    (folder / "notes.ipynb").write_text("{}", encoding="utf-8")
    return grade(folder, course)


@pytest.fixture(scope="module")
def answers(graded: Graded) -> dict[tuple[str, str], dict[str, str]]:
    found = rows(graded.marks.with_name("marks_by_question.csv"))
    return {(row["student"], row["question"]): row for row in found}


def test_students_get_no_solutions_and_no_hidden_tests(course: Path) -> None:
    for name in assignments():
        text = (course / "release" / name / f"{name}.ipynb").read_text(encoding="utf-8")
        assert "unit.check" not in text
        assert "SOLUTION" not in text
        assert "在这里写答案" in text
        assert "unit.hint" in text


def test_the_perfect_have_full_marks_but_for_what_the_teacher_marks(graded: Graded, answers: Any) -> None:
    for (student, question), row in answers.items():
        if student == "perfect":
            manual = any(question in words["manual"] for words in assignments().values())
            assert row["to_mark"] == ("yes" if manual else ""), question
            assert row["score"] == ("0.0" if manual else row["max_score"]), (question, row)


def test_the_blank_have_none_and_nothing_waits_to_be_marked(graded: Graded) -> None:
    blank = [row for row in rows(graded.marks) if row["student"] == "blank"]
    assert [(row["assignment"], row["score"], row["to_mark"]) for row in blank] == [
        (name, "0.0", "") for name in assignments()
    ]


def test_every_typical_mistake_loses_its_question_and_gets_its_hint(
    graded: Graded, answers: Any, mistakes: dict[tuple[str, str], str]
) -> None:
    unit = Unit(REPORT)
    assert len(mistakes) > 30
    for (student, question), mistake in mistakes.items():
        row = answers[student, question]
        assert row["score"] == "0.0", (student, question, mistake)
        assert row["comment"] == " / ".join(unit[question].hints[mistake])
    # All else that these students wrote is right, and has its marks.
    for (student, question), row in answers.items():
        if student.startswith("wrong") and (student, question) not in mistakes and not row["to_mark"]:
            assert row["score"] == row["max_score"], (student, question)


def test_the_hint_stands_in_the_student_s_feedback(course: Path, graded: Graded) -> None:
    feedback = course / "feedback" / "wrong1" / "2_ratios" / "2_ratios.html"
    page = feedback.read_text(encoding="utf-8")
    assert "分子分母颠倒了" in page
    # In the words of the class, once, and with lines that break on a phone.
    assert "自动判分 / checked" in page
    assert "答案 / answer" in page
    assert ">Test cell<" not in page
    assert page.count("white-space:pre-wrap!important;overflow-wrap:anywhere") == 1


def test_what_is_no_notebook_fails_alone_and_by_name(graded: Graded) -> None:
    (second, twice), (file, reason) = graded.failed
    assert Path(second).name == "perfect_4_audit.ipynb"
    assert twice == "perfect_4_audit.ipynb: is a second 4_audit of perfect"
    assert file.endswith("torn_4_audit.ipynb")
    assert reason.startswith("torn_4_audit.ipynb: is no notebook")
    assert graded.submissions == len(rows(graded.marks)) + 2


def test_the_teacher_s_marks_come_from_a_table(course: Path, graded: Graded, tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    head = "student,assignment,question,points,comment\n"
    full = [
        f"perfect,{name},{question},{said['points']},好"
        for name, words in assignments().items()
        for question, said in words["manual"].items()
    ]
    folder = tmp_path / "again"
    folder.mkdir()
    shutil.copyfile(course.parent / "submissions" / "perfect_4_audit.ipynb", folder / "perfect_4_audit.ipynb")
    once = course / "autograded" / "perfect" / "4_audit" / "4_audit.ipynb"
    before = once.stat().st_mtime_ns
    for fault, words in (
        ("perfect,4_audit,three_question,1,", "did you mean 'three_questions'"),
        ("perfect,4_audit,three_questions,7,", "row 6: field 'points': '7' is not from 0 to 6"),
        ("nobody,4_audit,three_questions,1,", "no answer of nobody"),
    ):
        points.write_text(head + "\n".join([*full, fault]) + "\n", encoding="utf-8")
        with pytest.raises(InputError, match=words):
            grade(folder, course, points)
    points.write_text(head.replace("question", "qestion") + full[0] + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"has no column 'question' .did you mean 'qestion'"):
        grade(folder, course, points)
    with pytest.raises(InputError, match=r"cannot be read .no such file"):
        grade(folder, course, tmp_path / "nothing.csv")
    points.write_text(head + "\n".join(full) + "\n", encoding="utf-8")
    marks = grade(folder, course, points).marks
    perfect = [row for row in rows(marks) if row["student"] == "perfect"]
    assert all(row["score"] == row["max_score"] and not row["to_mark"] for row in perfect)
    assert sum(float(row["max_score"]) for row in perfect) == 54
    # What was graded is not run again for the sake of the teacher's points.
    assert once.stat().st_mtime_ns == before
    commented = rows(marks.with_name("marks_by_question.csv"))
    assert {row["comment"] for row in commented if row["question"] == "three_questions"} >= {"好"}


def test_a_unit_on_another_county_s_file_is_graded_too(county_file: Path, isolated: Path) -> None:
    assert main(["assignment", "--report", str(county_file), "--course", "other"]) == 0
    made = sorted(path.name for path in (isolated / "other" / "source").iterdir())
    assert made == ["1_reading_figures", "2_ratios", "4_audit", "teachers_guide.md"]
    # The solutions themselves, run on the other data, are right; the file lies beside the notebook.
    source = isolated / "other" / "source" / "2_ratios"
    assert (source / county_file.name).is_file()
    (isolated / "in").mkdir()
    shutil.copyfile(source / "2_ratios.ipynb", isolated / "in" / "甲_2_ratios.ipynb")
    assert main(["assignment", "--course", "other", "grade", "in"]) == 0
    [row] = rows(isolated / "other" / "marks.csv")
    assert (row["student"], row["score"], row["max_score"]) == ("甲", "12.0", "15.0")


def test_the_commands_tell_mistakes_in_one_line(isolated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (isolated / "empty").mkdir()
    (isolated / "words.txt").write_text("没有数字。", encoding="utf-8")
    for command, words in (
        (["release"], "course: has no assignments; run: sxedu assignment --course course"),
        (["grade", "empty"], "has no assignments"),
        (["--report", "341324-2023H2"], "unknown report"),
        (["--report", "words.txt"], "has no figure that a question could be about"),
        (["--course", "words.txt"], "cannot be written"),
    ):
        assert main(["assignment", *command]) == 2
        said = capsys.readouterr()
        assert words in said.err
        assert len(said.err.splitlines()) == 1, command
        assert said.out == ""


def test_there_must_be_something_to_grade(course: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"name them STUDENT_ASSIGNMENT\.ipynb"):
        grade(tmp_path, course)
    with pytest.raises(InputError, match="is no folder"):
        grade(tmp_path / "nowhere", course)


def test_without_nbgrader_the_way_to_get_it_is_told(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SxeduError, match=r"nbgrader is not installed; run: pip install -e .*teach"):
        release(course)


def test_a_source_that_nbgrader_refuses_is_told_by_name(tmp_path: Path) -> None:
    for path in make_sources(REPORT, tmp_path):
        if path.stem in assignments() and path.stem != "2_ratios":
            path.unlink()
    path = tmp_path / "source" / "2_ratios" / "2_ratios.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("### END SOLUTION", ""), encoding="utf-8")
    with pytest.raises(InputError, match=r"2_ratios: nbgrader refuses it: .*solution"):
        release(tmp_path)
