"""The project's codebook is sound, and each mistake in one is told by file, row and field."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from sxedu_analysis.analysis import load_indicators, load_topics
from sxedu_analysis.analysis.codebook import load_codebook
from sxedu_analysis.foundation.errors import CodebookError
from sxedu_analysis.foundation.paths import data_dir

FIXED_INDICATORS = {
    "compulsory_enrolment": ("person", "stock"),
    "after_school_participants": ("person", "stock"),
    "compulsory_schools": ("school", "stock"),
    "student_aid_awards": ("person_time", "flow"),
    "student_aid_amount": ("yuan", "flow"),
    "nutrition_meal_schools": ("school", "stock"),
    "nutrition_meal_students": ("person", "stock"),
    "drill_attendances": ("person_time", "flow"),
    "left_behind_children": ("person", "stock"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(data_dir() / "codebook", tmp_path / "codebook"))


def edit_csv(path: Path, change: Callable[[list[dict[str, str]]], None]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def edit_yaml(path: Path, change: Callable[[dict], None]) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def complaint(folder: Path) -> str:
    with pytest.raises(CodebookError) as told:
        load_codebook(folder)
    assert "\n" not in str(told.value)
    return str(told.value)


def test_fixed_codes_are_there(book):
    for code, (unit, basis) in FIXED_INDICATORS.items():
        assert (book.indicators[code].counting_unit, book.indicators[code].basis) == (unit, basis)


def test_tables_are_ordered_by_topic():
    topics = load_topics()
    assert topics["order"].tolist() == list(range(1, len(topics) + 1))
    indicators = load_indicators()
    assert list(dict.fromkeys(indicators["topic"])) == topics["topic"].tolist()
    assert sorted(indicators["key_figure"].dropna()) == list(range(1, indicators["key_figure"].count() + 1))


def test_every_topic_and_population_is_used(book):
    assert {one.topic for one in book.indicators.values()} == set(book.topics)
    assert {one.population for one in book.indicators.values()} == set(book.populations)


def test_names_are_unique_and_targets_say_so(book):
    for name in ("name_zh", "name_en"):
        names = [getattr(one, name) for one in book.indicators.values()]
        assert len(names) == len(set(names))
    for one in book.indicators.values():
        assert one.indicator.startswith("target_") == (one.basis == "target")


@pytest.mark.parametrize(
    ("file", "field", "value", "expected"),
    [
        (
            "indicators.csv",
            "counting_unit",
            "persons",
            "field 'counting_unit': 'persons' is not known (did you mean 'person'?)",
        ),
        ("indicators.csv", "basis", "stok", "did you mean 'stock'?"),
        ("indicators.csv", "topic", "safty", "did you mean 'safety'?"),
        ("indicators.csv", "population", "", "field 'population' is empty"),
        ("indicators.csv", "name_en", "", "field 'name_en' is empty"),
        ("indicators.csv", "key_figure", "first", "field 'key_figure': 'first' is not a whole number"),
        ("indicators.csv", "baseline", "drill_sessions", "only a target has one"),
        ("topics.csv", "order", "x", "field 'order': 'x' is not a whole number"),
        ("phrases.csv", "indicator", "drill_session", "did you mean 'drill_sessions'?"),
        ("phrases.csv", "phrase", "", "field 'phrase' is empty"),
        ("phrases.csv", "phrase", "{n", "is not understood"),
    ],
)
def test_a_wrong_cell(copy, file, field, value, expected):
    edit_csv(copy / file, lambda rows: rows[0].update({field: value}))
    told = complaint(copy)
    assert told.startswith(f"{file} row 2: ")
    assert expected in told


def test_a_baseline_must_be_a_result(copy):
    def change(rows: list[dict[str, str]]) -> None:
        next(row for row in rows if row["baseline"])["baseline"] = "fitness_facility_village"

    edit_csv(copy / "indicators.csv", change)
    assert "did you mean 'fitness_facility_villages'?" in complaint(copy)


@pytest.mark.parametrize("file", ["indicators.csv", "phrases.csv", "topics.csv"])
def test_a_row_that_stands_there_twice(copy, file):
    edit_csv(copy / file, lambda rows: rows.append(dict(rows[0])))
    assert "stands there twice; see" in complaint(copy)


def test_an_indicator_without_a_phrase(copy):
    edit_csv(copy / "phrases.csv", lambda rows: rows.__delitem__(slice(0, 3)))
    assert "has no phrase" in complaint(copy)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"indicator,phrases\na,b\n", "phrases.csv: has no column 'phrase' (did you mean 'phrases'?)"),
        (b"indicator,phrase\na\n", "phrases.csv row 2: has more or fewer cells"),
        ("indicator,phrase\n甲,乙\n".encode("gb18030"), "phrases.csv: is not UTF-8"),
    ],
)
def test_a_damaged_table(copy, content, expected):
    (copy / "phrases.csv").write_bytes(content)
    assert expected in complaint(copy)


@pytest.mark.parametrize("file", ["phrases.csv", "measures.yaml"])
def test_a_missing_file(copy, file):
    (copy / file).unlink()
    assert f"{file}: cannot be read" in complaint(copy)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"measures: [", "measures.yaml line 1: is not YAML"),
        (b"- 1\n", "measures.yaml: holds no entries"),
        (b"measures: 3\n", "is not a list of named entries"),
        (b"\xff\xfe\xfa", "is not UTF-8"),
    ],
)
def test_a_damaged_yaml(copy, content, expected):
    (copy / "measures.yaml").write_bytes(content)
    assert expected in complaint(copy)


def change_measure(**changes):
    def change(content):
        entry = content["measures"]["student_aid_per_award"]
        for name, value in changes.items():
            if value is None:
                del entry[name]
            else:
                entry[name] = value

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (change_measure(numerator="student_aid"), "did you mean 'student_aid_a"),
        (
            change_measure(denominator="compulsory_enrolment", kind="amount_per_person", caveats_zh=None),
            "field 'caveats_zh' is empty",
        ),
        (change_measure(kind="coverage"), "is unsound: yuan over person-times is no coverage"),
        (change_measure(numerator="drill_attendances", denominator="compulsory_enrolment"), "is unsound: "),
        (change_measure(form="ratios"), "did you mean 'ratio'?"),
        (change_measure(numeratr="x"), "did you mean 'numerator'?"),
        (
            change_measure(
                form="complete",
                kind="stated_complete",
                numerator="after_school_schools",
                denominator="compulsory_schools",
            ),
            "field 'phrases'",
        ),
        (change_measure(form="reported", kind="targets"), "did you mean 'target'?"),
        (change_measure(phrases=["{n}所学校"]), "field 'phrases'"),
        (change_measure(meaning_en=None), "field 'meaning_en' is empty"),
        (change_measure(key_figure="x"), "is not a whole number"),
    ],
)  # fmt: skip
def test_a_wrong_measure(copy, change, expected):
    edit_yaml(copy / "measures.yaml", change)
    told = complaint(copy)
    assert told.startswith("measures.yaml measure student_aid_per_award: ")
    assert expected in told


def test_a_wrong_unsound_pair(copy):
    edit_yaml(copy / "measures.yaml", lambda content: content["unsound"][0].update(denominator="x"))
    assert complaint(copy).startswith("measures.yaml unsound 1: ")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"weight": "warning"}, "field 'weight': 'warning' is not known"),
        ({"why_zh": ""}, "field 'why_zh' is empty"),
        (
            {"pairs": [{"part": "nutrition_meal_school", "whole": "compulsory_schools"}]},
            "did you mean 'nutrition_meal_schools'?",
        ),
    ],
)
def test_a_wrong_rule(copy, changes, expected):
    edit_yaml(
        copy / "audit_rules.yaml",
        lambda content: content["rules"]["rural_schools_exceed_all"].update(changes),
    )
    told = complaint(copy)
    assert told.startswith("audit_rules.yaml rule rural_schools_exceed_all: ")
    assert expected in told


def test_unknown_indicator(book):
    with pytest.raises(CodebookError, match="did you mean 'compulsory_enrolment'"):
        book.indicator("compulsory_enrollment")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"relation": "parts"}, "did you mean 'part'?"),
        ({"denominator": "compulsory_school"}, "did you mean 'compulsory_schools'?"),
        ({"numerators": "after_school_participants"}, "field 'numerators' is no list"),
        ({"numerators": ["after_school_participant"]}, "did you mean 'after_school_participants'?"),
        ({"relation": "part"}, "is unsound: persons over schools is no share"),
        ({"numerators": ["after_school_participants"] * 2}, "stands there twice"),
    ],
)
def test_a_wrong_relation(copy, changes, expected):
    edit_yaml(copy / "measures.yaml", lambda content: content["related"][0].update(changes))
    told = complaint(copy)
    assert told.startswith("measures.yaml related 1")
    assert expected in told
