"""The teaching unit: its words (``notebooks/teaching/unit.yaml``) and a report make notebooks and a guide."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sxedu_analysis.charts.numbers import bounds_text, plain
from sxedu_analysis.classroom import checks
from sxedu_analysis.classroom.checks import Question
from sxedu_analysis.classroom.material import Material
from sxedu_analysis.classroom.questions import QUESTIONS
from sxedu_analysis.foundation.errors import ParameterError, did_you_mean
from sxedu_analysis.foundation.paths import notebooks_dir
from sxedu_analysis.foundation.printing import quotable
from sxedu_analysis.foundation.yaml_text import load_yaml
from sxedu_analysis.production.wording import source_line
from sxedu_analysis.reading.reports import Report, load_report

if TYPE_CHECKING:
    from nbformat import NotebookNode

_FIELD = re.compile(r"\{(\w+)\}")
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
GUIDE = "teachers_guide.md"


def teaching_dir() -> Path:
    """The folder with the unit's words, its notebooks and the teacher's guide."""
    return notebooks_dir() / "teaching"


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = load_yaml((teaching_dir() / "unit.yaml").read_text(encoding="utf-8"))
    return found


def assignments() -> dict[str, dict[str, Any]]:
    """The unit's words: assignment -> title, aim, questions, what the teacher marks.

    Examples
    --------
    >>> list(assignments())
    ['1_reading_figures', '2_ratios', '3_comparing_places', '4_audit']
    """
    found: dict[str, dict[str, Any]] = _words()["assignments"]
    return found


@dataclass(frozen=True)
class Unit:
    """The teaching unit on one report: every answer and typical mistake computed from it.

    Parameters
    ----------
    report_id : str, path or Report
        A report of the project, or the path of a report file.

    Raises
    ------
    InputError, UnknownReportError
        If there is no such report.

    Examples
    --------
    >>> unit = Unit("341324-2023H1")
    >>> unit.hint("quotable_value", 93.75)  # doctest: +ELLIPSIS
    位数太多：...
    >>> unit.check("quotable_value", "94%")
    """

    report_id: str | Path | Report

    @cached_property
    def report(self) -> Report:
        """The report that the unit is about."""
        return load_report(self.report_id)

    @cached_property
    def _material(self) -> Material:
        return Material(self.report)

    @cached_property
    def _made(self) -> dict[str, Question]:
        """The questions made so far: a notebook needs its own only."""
        return {}

    def find(self, name: str) -> Question | None:
        """The question of a name, with its hints; None if the report has no material for it.

        Raises
        ------
        ParameterError
            If the unit has no such question; names the nearest.
        """
        if name not in QUESTIONS:
            raise ParameterError(
                f"no question {name!r}{did_you_mean(name, QUESTIONS)}",
                mend=f"the questions are {', '.join(QUESTIONS)}",
            )
        if name not in self._made:
            made = QUESTIONS[name](self._material)
            if made is None:
                return None
            words = next(one["questions"][name] for one in assignments().values() if name in one["questions"])
            hints = {
                mistake: (fill(said[0], made.about), fill(said[1], made.about))
                for mistake, said in words["hints"].items()
            }
            self._made[name] = replace(made, hints=hints)
        return self._made[name]

    def __getitem__(self, name: str) -> Question:
        found = self.find(name)
        if found is None:
            raise ParameterError(f"the report has no material for {name!r}", where=self.report.report_id)
        return found

    def hint(self, name: str, answer: Any) -> None:
        """Print what to think about, if an answer looks like a typical mistake; it never confirms one.

        When nbgrader grades it is silent: there the check says the same.
        """
        said = checks.hint(self[name], answer)
        if said and os.environ.get("NBGRADER_EXECUTION") != "autograde":
            print(said)

    def check(self, name: str, answer: Any) -> None:
        """Accept an answer.

        Raises
        ------
        WrongAnswerError
            If it is not right; gives the hint of the mistake it looks like.
        """
        checks.check(self[name], answer)

    def questions(self, assignment: str) -> dict[str, Question]:
        """The questions of an assignment that the report has material for."""
        made = ((name, self.find(name)) for name in assignments()[assignment]["questions"])
        return {name: question for name, question in made if question is not None}

    def left_out(self, assignment: str) -> list[str]:
        """The questions of an assignment that the report has no material for."""
        return [name for name in assignments()[assignment]["questions"] if self.find(name) is None]

    def why_left_out(self, assignment: str, lang: str = "en") -> list[str]:
        """Each question that is left out, with what the report would have to hold for it."""
        asked = assignments()[assignment]["questions"]
        words = "{}: the report lacks {}" if lang == "en" else "`{}`：本份报告缺少{}"
        return [words.format(name, asked[name]["needs"][lang == "en"]) for name in self.left_out(assignment)]

    def minutes(self, assignment: str) -> int:
        """How long the questions take that the report has material for, by their share of the points."""
        words = assignments()[assignment]
        asked = [*words["questions"].items(), *words["manual"].items()]
        kept = {*self.questions(assignment), *self.manual(assignment)}
        share = sum(said["points"] for name, said in asked if name in kept)
        share /= sum(said["points"] for _, said in asked)
        return words["minutes"] if share == 1 else max(5, 5 * round(words["minutes"] * share / 5))

    def heading(self, assignment: str) -> dict[str, str]:
        """What is said of an assignment as a whole: title, aim, minutes; no more than the report can ask for.

        Keys are those of the words ``title`` and ``left_out`` in unit.yaml. Where questions are left out the
        title says so, and the aim is put together from the aims of those that remain.
        """
        words, kept = assignments()[assignment], self.questions(assignment)
        said = {key: words[key] for key in ("title_zh", "title_en", "aim_zh", "aim_en")}
        said |= {"kept": str(len(kept)), "all": str(len(words["questions"]))}
        said["minutes"] = str(self.minutes(assignment))
        if self.left_out(assignment):
            asked = {**words["questions"], **words["manual"]}
            aims = [asked[name]["aim"] for name in (*kept, *self.manual(assignment))]
            said["aim_zh"] = "，".join(dict.fromkeys(zh for zh, _ in aims)) + "。"
            said["aim_en"] = _sentence(list(dict.fromkeys(en for _, en in aims)))
            for key in ("title_zh", "title_en"):
                said[key] += fill(_words()["thin"][key == "title_en"], said)
            needs = [asked[name]["needs"] for name in self.left_out(assignment)]
            said["lacks_zh"] = "；".join(dict.fromkeys(zh for zh, _ in needs))
            said["lacks_en"] = "; ".join(dict.fromkeys(en for _, en in needs))
        return said

    def about(self, assignment: str) -> dict[str, str]:
        """What the words of a whole assignment are filled in with: its first question that knows tells."""
        known: dict[str, str] = {}
        for question in self.questions(assignment).values():
            known = {**question.about, **known}
        return known

    def manual(self, assignment: str) -> dict[str, dict[str, Any]]:
        """What the teacher marks, its prompts filled in; nothing about a question that is left out."""
        found = {}
        for name, said in assignments()[assignment]["manual"].items():
            made = self.find(said["about"]) if said["about"] else None
            if said["about"] and made is None:
                continue
            about = dict(made.about) if made else {}
            if made and made.kind == "bounds" and "raw" in about:
                about["value"] = f"{sum(made.answer) / 2:.0f}"
            prompts = {key: fill(said[key], about) for key in ("prompt_zh", "prompt_en")}
            found[name] = {**said, **prompts}
        return found


def _sentence(parts: list[str]) -> str:
    """Parts of a sentence as one: they read a place, ask, and compare."""
    joined = ", and ".join([*([", ".join(parts[:-1])] if len(parts) > 1 else []), parts[-1]])
    return f"{joined[0].upper()}{joined[1:]}."


def fill(words: str, about: Mapping[str, str]) -> str:
    """Words with their fields filled in; braces that are no field of it stay.

    Examples
    --------
    >>> fill("{name}: {x}", {"name": "a"})
    'a: {x}'
    """
    return _FIELD.sub(lambda found: about.get(found[1], found[0]), words)


# --- notebooks


def source_notebook(unit: Unit, assignment: str, named: str = "") -> NotebookNode:
    """The nbgrader source of an assignment: prompts, solutions, hidden tests, what the teacher marks.

    Parameters
    ----------
    unit : Unit
    assignment : str
        As ``2_ratios``.
    named : str, optional
        How the notebook names the report: a file by its name where it lies beside the notebook.

    Raises
    ------
    ParameterError
        If there is no such assignment, or the report has no material for any of its questions.
    """
    from nbformat import v4

    if assignment not in assignments():
        raise ParameterError(
            f"no assignment {assignment!r}{did_you_mean(assignment, assignments())}",
            mend=f"the assignments are {', '.join(assignments())}",
        )
    words, questions = assignments()[assignment], unit.questions(assignment)
    if not questions:
        raise ParameterError(
            f"the report has no material for assignment {assignment}",
            where=unit.report.report_id,
            mend="take another report, or leave this assignment out",
        )
    notebook = v4.new_notebook(metadata={"kernelspec": _KERNEL, "language_info": {"name": "python"}})
    notebook.cells = list(_cells(unit, assignment, words, questions))
    setup = _SETUP.format(report_id=named or unit.report_id) + fill(words["setup"], unit.about(assignment))
    notebook.cells.insert(1, _code("setup", setup.rstrip()))
    return notebook


def _cells(
    unit: Unit,
    assignment: str,
    words: Mapping[str, Any],
    questions: Mapping[str, Question],
) -> Iterator[NotebookNode]:
    known = unit.heading(assignment)
    title = fill(_words()["title"], known)
    if unit.left_out(assignment):
        title += "\n\n" + fill(_words()["left_out"], known)
    yield _markdown("title", title)
    for number, (name, question) in enumerate(questions.items(), start=1):
        said = words["questions"][name]
        yield _markdown(
            f"{name}_asked",
            f"## {number}（{said['points']}分）\n\n{fill(said['prompt_zh'], question.about)}\n\n"
            f"*{fill(said['prompt_en'], question.about)}*",
        )
        yield _code(
            name,
            f"{name} = ...  # {fill(said['form'], question.about)}\n### BEGIN SOLUTION\n"
            f"{fill(said['solution'], question.about).rstrip()}\n### END SOLUTION",
            solution=True,
        )
        yield _code(
            f"{name}_checked",
            f'unit.hint("{name}", {name})\n### BEGIN HIDDEN TESTS\nunit.check("{name}", {name})\n'
            "### END HIDDEN TESTS",
            grade=True,
            points=said["points"],
        )
    for number, (name, said) in enumerate(unit.manual(assignment).items(), start=len(questions) + 1):
        rubric = "\n".join(f"- {zh} / {en}" for zh, en in said["rubric"])
        yield _markdown(
            f"{name}_asked",
            f"## {number}（{said['points']}分，由教师评）\n\n{said['prompt_zh']}\n\n*{said['prompt_en']}*\n\n"
            f"评分标准 / rubric：\n\n{rubric}",
        )
        yield _markdown(name, "（在这里写 / write here）", solution=True, grade=True, points=said["points"])


_SETUP = """\
import sxedu_analysis as sx
from sxedu_analysis.classroom.unit import Unit

report_id = "{report_id}"
unit, report = Unit(report_id), sx.load_report(report_id)
facts, measures = sx.load_facts(report_id), sx.load_measures(report_id)
"""


def _code(name: str, source: str, **role: Any) -> NotebookNode:
    from nbformat import v4

    return v4.new_code_cell(source, id=name, metadata=_role(name, "code", **role))


def _markdown(name: str, source: str, **role: Any) -> NotebookNode:
    from nbformat import v4

    return v4.new_markdown_cell(source, id=name, metadata=_role(name, "markdown", **role))


def _role(
    name: str, cell_type: str, *, solution: bool = False, grade: bool = False, points: int = 0
) -> dict[str, Any]:
    """What nbgrader wants to know of a cell; one that is no answer is locked."""
    role = {"grade": grade, "grade_id": name, "locked": not solution, "schema_version": 3}
    role |= {"solution": solution, "task": False, "cell_type": cell_type}
    return {"nbgrader": role | ({"points": points} if grade else {})}


# --- the guide


def teachers_guide(unit: Unit) -> str:
    """The teacher's guide in Markdown: aims, timing, answers, typical mistakes with hints, rubrics.

    All numbers are computed from the unit's report.
    """
    made = [name for name in assignments() if unit.questions(name)]
    about = {
        "report": source_line(unit.report, "zh"),
        "minutes": str(sum(map(unit.minutes, made))),
        "assignments": str(len(made)),
        "questions": str(sum(len(unit.questions(name)) + len(unit.manual(name)) for name in made)),
    }
    lines = [fill(_words()["guide"], about)]
    for assignment, words in assignments().items():
        questions = unit.questions(assignment)
        head = unit.heading(assignment) if questions else words
        lines.append(f"## {head['title_zh']}（{assignment}）\n")
        if not questions:
            lines.append("本份报告没有材料，不出这次作业。 / Left out; the report has no material for it.\n")
            lines += [f"- {said}" for said in unit.why_left_out(assignment, "zh")]
            lines.append("")
            continue
        lines.append(f"目标：{head['aim_zh']}时间：{head['minutes']}分钟。\n")
        lines.append(f"*{head['title_en']}. {head['aim_en']} {head['minutes']} minutes.*\n")
        if left_out := unit.why_left_out(assignment, "zh"):
            lines.append("略去的题 / left out:\n")
            lines += [*(f"- {said}" for said in left_out), ""]
        for number, (name, question) in enumerate(questions.items(), start=1):
            said = words["questions"][name]
            lines.append(f"### {number} `{name}`（{said['points']}分）\n")
            lines.append(f"{fill(said['prompt_zh'], question.about)}\n")
            lines.append(f"答案：{_answer(question)}\n")
            if question.mistakes or question.honest:
                lines += ["| 典型错误 | 会答成 | 提示 |", "| --- | --- | --- |"]
                for mistake, (zh, _) in question.hints.items():
                    if mistake in question.mistakes:
                        lines.append(f"| {mistake} | {_printed(question.mistakes[mistake])} | {zh} |")
                    elif question.honest:
                        lines.append(f"| {mistake} | {plain(question.answer)} | {zh} |")
                lines.append("")
        for number, (name, said) in enumerate(unit.manual(assignment).items(), start=len(questions) + 1):
            lines.append(f"### {number} `{name}`（{said['points']}分，教师评）\n")
            lines.append(f"{said['prompt_zh']}\n")
            lines += [f"- {zh}" for zh, _ in said["rubric"]]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _answer(question: Question) -> str:
    """The answer as it may be quoted, and beside it the digits that are only computed."""
    answer = question.answer
    if question.kind == "number" and question.limits:
        low, high = question.limits
        number = plain(quotable(answer, low, high)[0])
        said = f"**{number}**（上下限{bounds_text(low, high)}"
        return said + ("）" if number == plain(answer) else f"；未取整{plain(answer)}）")
    if question.kind == "bounds" and question.place is not None:
        return f"**{bounds_text(*answer)}**（未取整{_printed(answer)}）"
    if any(question.also):
        ends = [sorted({float(end), *also}) for end, also in zip(answer, question.also, strict=True)]
        return (
            f"**{_printed(answer)}**（整数：也可答"
            + "，".join(
                f"{word}{plain(one, 'en')}"
                for word, end, right in zip(("下限", "上限"), ends, answer, strict=True)
                for one in end
                if one != float(right)
            )
            + "）"
        )
    return f"**{_printed(answer)}**"


def _printed(answer: Any) -> str:
    """An answer as a teacher reads it: four digits are enough, codes in their order."""
    if isinstance(answer, frozenset):
        return "、".join(f"`{code}`" for code in sorted(answer))
    if isinstance(answer, tuple):
        return "–".join(_printed(one) for one in answer)
    return f"`{answer}`" if isinstance(answer, str) else f"{answer:,.6g}"


DEFAULT_REPORT = "341324-2023H1"


def main() -> int:
    """Write the unit on the project's report into notebooks/teaching: four sources and the guide.

    The notebooks get their results from `production.refresh`, like all others.
    """
    import nbformat

    unit = Unit(DEFAULT_REPORT)
    for assignment in assignments():
        nbformat.write(source_notebook(unit, assignment), teaching_dir() / f"{assignment}.ipynb")
    (teaching_dir() / GUIDE).write_text(teachers_guide(unit), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
