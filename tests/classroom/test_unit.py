from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

import sxedu_analysis as sx
from sxedu_analysis.classroom import unit as unit_module
from sxedu_analysis.classroom.assignment import make_sources
from sxedu_analysis.classroom.checks import WrongAnswerError, diagnose
from sxedu_analysis.classroom.questions import QUESTIONS
from sxedu_analysis.classroom.unit import (
    GUIDE,
    Unit,
    assignments,
    source_notebook,
    teachers_guide,
    teaching_dir,
)
from sxedu_analysis.foundation.errors import ParameterError

REPORT = "341324-2023H1"
ON_NEIGHBOURS = {"difference_bounds", "rank", "not_told_apart", "missing_places"}


@pytest.fixture(scope="module")
def unit() -> Unit:
    return Unit(REPORT)


def as_answer(question, mistake: str = ""):
    """A right answer, or the one that a mistake leads to."""
    if not mistake:
        return question.answer
    wrong = question.mistakes[mistake]
    return question.answer | wrong if isinstance(wrong, frozenset) else wrong


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        # Worked out by hand from the report's words.
        ("rounded_bounds", (111_500, 112_500)),
        ("more_than_bounds", (78_000, 79_000)),
        ("quotable_value", 94),
        ("coverage_pair", ("after_school_participants", "compulsory_enrolment")),
        ("coverage_bounds", (100 * 104_500 / 112_500, 100 * 105_500 / 111_500)),
        ("attendances_trap", 105_000 / 690),
        ("amount_per_award", 4_830_000 / 12_000),
        ("amount_per_award", "约400元/人次"),
        ("amount_per_person", 43),
        ("rounded_bounds", (111_500, 112_499)),
        ("more_than_bounds", (78_001, 78_999)),
        ("amount_per_person", 4_830_000 / 112_000),
        ("conflicting_pair", {"nutrition_meal_schools", "compulsory_schools"}),
        ("excess", 100 * 152 / 123),
    ],
)
def test_answers_of_the_project_s_report(unit: Unit, name: str, answer) -> None:
    unit.check(name, answer)


def test_the_trap_is_the_report_s_own(unit: Unit) -> None:
    # 10.5万人次 over 11.2万人 is 93.75 % as well, like the coverage.
    assert unit["attendances_trap"].mistakes["person_time_as_person"] == pytest.approx(93.75)
    with pytest.raises(WrongAnswerError, match="陷阱"):
        unit.check("attendances_trap", 93.75)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_takes_its_answer_and_knows_its_mistakes(unit: Unit, name: str) -> None:
    question = unit[name]
    answer = 94 if name == "quotable_value" else as_answer(question)
    assert diagnose(question, answer) == ""
    for mistake in question.mistakes:
        assert diagnose(question, as_answer(question, mistake)) == mistake
        # Each has a hint of its own, in both languages, with nothing left to be filled in.
        zh, en = question.hints[mistake]
        assert re.search(r"[\u4e00-\u9fff]", zh)
        assert not re.search(r"\{\w+\}", zh + en)
    if not name.startswith("quotable"):
        assert question.mistakes


def test_the_mistakes_that_matter_are_all_there(unit: Unit) -> None:
    known = {mistake for name in QUESTIONS for mistake in (*unit[name].mistakes, *unit[name].hints)}
    assert {
        *("person_time_as_person", "wrong_denominator", "scale_forgotten", "false_precision"),
        "half_year_as_year",
    } <= known


def test_neighbours_are_those_of_the_published_figures(unit: Unit) -> None:
    gaps = sx.load_gaps("341324", "all", "adjacent")
    missing = unit["missing_places"]
    rows = gaps[gaps["measure"] == missing.about["measure"]]
    assert missing.answer == frozenset(
        rows.loc[rows["value"].isna() | (rows["status"] != "compared"), "comparator"]
    )
    apart = unit["not_told_apart"]
    rows = gaps[gaps["measure"] == apart.about["measure"]]
    unit.check("not_told_apart", rows.loc[rows["distinct"] == False, "comparator_zh"].tolist())  # noqa: E712


def test_another_report_has_answers_of_its_own(county_file: Path) -> None:
    unit = Unit(county_file)
    unit.check("rounded_bounds", (63_500, 64_500))
    unit.check("more_than_bounds", (31_000, 32_000))
    unit.check("attendances_trap", 140)
    unit.check("amount_per_award", 262.5)
    unit.check("excess", 133.3)
    assert unit["amount_per_person"].mistakes["half_year_as_year"] == pytest.approx(2 * 2_100_000 / 64_000)
    assert {name for name in QUESTIONS if unit.find(name) is None} == ON_NEIGHBOURS
    for name in set(QUESTIONS) - ON_NEIGHBOURS:
        for mistake in unit[name].mistakes:
            assert diagnose(unit[name], as_answer(unit[name], mistake)) == mistake


@pytest.mark.parametrize(
    ("enrolled", "reached", "quoted", "mistake"),
    [
        # 90.18 and a tie: what ends in 0, and either neighbour, is right.
        ("11.2万人", "10.1万人", "90", ""),
        ("4.0万人", "3.7万人", "92", ""),
        ("4.0万人", "3.7万人", "93%", ""),
        ("4.0万人", "3.7万人", "92.5", "false_precision"),
    ],
)
def test_the_solutions_pass_their_own_checks(
    county_file: Path, tmp_path: Path, enrolled: str, reached: str, quoted: str, mistake: str
) -> None:
    words = county_file.read_text(encoding="utf-8").replace("6.4万人", enrolled).replace("5.9万人", reached)
    file = tmp_path / county_file.name
    file.write_text(words, encoding="utf-8")
    unit = Unit(file)
    for assignment in assignments():
        if not unit.questions(assignment):
            continue
        known: dict[str, object] = {}
        for cell in source_notebook(unit, assignment, str(file)).cells:
            if cell.cell_type == "code":
                exec(cell.source, known)
    assert diagnose(unit["quotable_value"], quoted) == mistake


def test_persons_that_may_be_attendances_are_not_asked_about(unit: Unit) -> None:
    assert "national_training_teachers" not in unit["persons_not_attendances"].about["codes"]


def test_the_words_are_those_of_the_report(tmp_path: Path) -> None:
    file = tmp_path / "county.txt"
    file.write_text("全县新增义务教育学位2.1万个。全县共有在校生6万多人。", encoding="utf-8")
    notebook = source_notebook(Unit(file), "1_reading_figures")
    words = "".join(cell.source for cell in notebook.cells[1:])
    assert "人数" not in words
    assert "“余”" not in words
    assert "“多”说明" in words
    assert "以个为单位" in words
    assert "4道题里只留2道" in notebook.cells[0].source


def test_the_guide_counts_what_is_left(tmp_path: Path, county_file: Path) -> None:
    unit = Unit(county_file)
    guide = teachers_guide(unit)
    assert "3次作业" in guide
    assert f"约{sum(unit.minutes(name) for name in assignments() if unit.questions(name))}分钟" in guide
    assert "`rank`：本份报告缺少" in guide
    told: list[str] = []
    make_sources(county_file, tmp_path, told.append)
    [line] = told
    assert line.startswith("3_comparing_places is left out: the report lacks published figures of")
    told.clear()
    county = tmp_path / "small.txt"
    county.write_text("全县有义务教育学校45所，义务教育阶段学生总数为6.4万人。", encoding="utf-8")
    make_sources(county, tmp_path, told.append)
    assert any(one.startswith("1_reading_figures goes without quotable_value: the") for one in told)


def test_what_a_report_has_no_material_for_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "county.txt"
    file.write_text("全县有义务教育学校45所，义务教育阶段学生总数为6.4万人。", encoding="utf-8")
    unit = Unit(file)
    assert list(unit.questions("1_reading_figures")) == ["rounded_bounds"]
    with pytest.raises(ParameterError, match="no material for 'rank'"):
        unit["rank"]
    with pytest.raises(ParameterError, match="no material for assignment 3_comparing_places"):
        source_notebook(unit, "3_comparing_places")
    guide = teachers_guide(unit)
    assert "`more_than_bounds`" in guide
    # Nothing is left to be filled in, neither there nor in the notebook: what is about a question that is
    # left out is left out too.
    notebook = source_notebook(unit, "1_reading_figures")
    assert not re.search(r"\{\w+\}", guide + "".join(cell.source for cell in notebook.cells))
    assert list(unit.manual("2_ratios")) == list(unit.manual("3_comparing_places")) == []
    assert list(unit.manual("4_audit")) == ["three_questions"]


def test_the_head_of_a_thin_assignment_promises_only_what_is_asked(
    tmp_path: Path,
) -> None:
    file = tmp_path / "county.txt"
    file.write_text("全县有义务教育学校45所，义务教育阶段学生总数为6.4万人。", encoding="utf-8")
    unit = Unit(file)
    head = source_notebook(unit, "4_audit").cells[0].source
    assert head.startswith(
        "# 四、审核一份报告（节选：1/3题）\n\n给出一个数字在原文的位置，向发布报告的单位提出"
    )
    assert (
        "Auditing a report (abridged, 1 of 3 questions): Give a figure's place in the text, and ask" in head
    )
    assert "cannot both hold" not in head
    assert "缺少：两个互相矛盾的数字；大于整体的部分" in head
    assert "It lacks: two figures that contradict each other; a part larger" in head
    guide = teachers_guide(unit)
    assert "## 四、审核一份报告（节选：1/3题）（4_audit）" in guide
    assert "不能同时成立" not in guide.partition("## 四、")[2].partition("略去的题")[0]
    # One question alone is a sentence too.
    assert "(abridged, 1 of 4 questions): Say how small or large a rounded figure may be, and explain" in (
        source_notebook(unit, "1_reading_figures").cells[0].source
    )


def test_every_question_says_its_part_of_the_aim() -> None:
    for words in assignments().values():
        for said in (*words["questions"].values(), *words["manual"].values()):
            zh, en = said["aim"]
            assert re.search(r"[\u4e00-\u9fff]", zh)
            assert en[0].islower()
            assert not zh.endswith("。")
            assert not en.endswith(".")


def test_the_unit_is_written_as_it_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = (teaching_dir() / "unit.yaml").read_text(encoding="utf-8")
    (tmp_path / "unit.yaml").write_text(words, encoding="utf-8")
    stored = (teaching_dir() / GUIDE).read_bytes()
    monkeypatch.setattr(unit_module, "teaching_dir", lambda: tmp_path)
    assert unit_module.main() == 0
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {"unit.yaml", GUIDE, *(f"{name}.ipynb" for name in assignments())}
    assert (tmp_path / GUIDE).read_bytes() == stored


def test_unknown_names_are_answered_with_the_nearest(unit: Unit) -> None:
    with pytest.raises(ParameterError, match="did you mean 'coverage_pair'"):
        unit.check("coverage_pairs", 1)
    with pytest.raises(ParameterError, match="did you mean '2_ratios'"):
        source_notebook(unit, "2_ratio")


def test_a_hint_is_printed_while_one_works(
    unit: Unit, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    unit.hint("coverage_pair", ("drill_attendances", "compulsory_enrolment"))
    assert "频次" in capsys.readouterr().out
    unit.hint("coverage_pair", ("after_school_participants", "compulsory_enrolment"))
    assert capsys.readouterr().out == ""
    # When nbgrader grades, the check says it.
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    unit.hint("coverage_pair", ("drill_attendances", "compulsory_enrolment"))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("assignment", assignments())
def test_the_stored_notebooks_are_what_is_made(unit: Unit, assignment: str) -> None:
    stored = nbformat.read(teaching_dir() / f"{assignment}.ipynb", 4)
    made = source_notebook(unit, assignment)
    assert [(cell.source, cell.metadata) for cell in stored.cells] == [
        (cell.source, cell.metadata) for cell in made.cells
    ], "run make notebooks"
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code), "run make notebooks"
    assert not any(output.output_type == "error" for cell in code for output in cell.outputs)
    assert not re.search(r"\{[a-z_]+\}", "".join(cell.source for cell in stored.cells))


def test_the_stored_guide_is_what_is_made(unit: Unit) -> None:
    guide = teachers_guide(unit)
    assert (teaching_dir() / GUIDE).read_text(encoding="utf-8") == guide, "run make notebooks"
    assert "93.75" in guide
    for words in assignments().values():
        assert f"时间：{words['minutes']}分钟" in guide
        for manual in words["manual"].values():
            assert all(zh in guide for zh, _ in manual["rubric"])


def test_no_prompt_gives_another_question_s_answer_away(unit: Unit) -> None:
    asked = [
        cell.source for cell in source_notebook(unit, "4_audit").cells
        if cell.cell_type == "markdown"
    ]  # fmt: skip
    for words in ("152所", "123所", "nutrition_meal_schools"):
        assert not any(words in text for text in asked)
