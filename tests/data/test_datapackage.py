"""data/datapackage.json describes every table, and every table is as described."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import frictionless
import pytest

from sxedu_analysis.foundation.units import COUNTING_UNITS

REFERENCES = {
    ("indicators", "topic", "topics"),
    ("facts", "indicator", "indicators"),
    ("facts", "topic", "topics"),
    ("neighbour_figures", "source_id", "neighbour_sources"),
    ("neighbour_figures", "settled_by", "neighbour_publications"),
}


@pytest.fixture(scope="module")
def data(repository: Path) -> Path:
    return repository / "data"


@pytest.fixture(scope="module")
def resources(data: Path) -> list[dict]:
    return json.loads((data / "datapackage.json").read_text(encoding="utf-8"))["resources"]


def errors(data: Path) -> list[str]:
    """What frictionless finds wrong in a data folder, one line each."""
    report = frictionless.Package(str(data / "datapackage.json")).validate()
    found = [error.message for error in report.errors]
    return found + [f"{task.place}: {error.message}" for task in report.tasks for error in task.errors]


def test_every_table_is_as_described(data):
    assert errors(data) == []


def test_every_csv_has_a_description_and_every_description_its_csv(data, resources):
    described = sorted(resource["path"] for resource in resources)
    assert described == sorted(p.relative_to(data).as_posix() for p in data.rglob("*.csv"))


def test_every_table_says_what_it_is_and_where_it_comes_from(resources):
    for resource in resources:
        for key in ("title", "title_zh", "description", "description_zh", "sources", "licenses"):
            assert resource[key], (resource["name"], key)
        assert resource["encoding"] == "utf-8"
        assert resource["schema"]["primaryKey"]


def test_every_field_says_what_it_means(resources):
    for resource in resources:
        for field in resource["schema"]["fields"]:
            for key in ("type", "title", "title_zh", "description", "description_zh"):
                assert field[key], (resource["name"], field["name"], key)
            if field["type"] == "number":
                assert field["unit"], (resource["name"], field["name"])


def test_codes_are_looked_up_in_their_tables(resources):
    declared = {
        (resource["name"].partition("-")[0], key["fields"][0], key["reference"]["resource"])
        for resource in resources
        for key in resource["schema"].get("foreignKeys", [])
    }
    assert declared >= REFERENCES


def test_the_counting_units_are_those_of_the_package(resources):
    for resource in resources:
        for field in resource["schema"]["fields"]:
            if field["name"] == "counting_unit":
                assert set(field["constraints"]["enum"]) == set(COUNTING_UNITS), resource["name"]


def test_tables_are_utf_8_with_line_feeds(data):
    for path in data.rglob("*.csv"):
        content = path.read_bytes()
        assert not content.startswith(b"\xef\xbb\xbf"), path.name
        assert b"\r" not in content, path.name
        assert content.endswith(b"\n"), path.name


@pytest.mark.parametrize(
    ("table", "old", "new", "complaint"),
    [
        ("codebook/indicators.csv", ",teachers,teachers,", ",teachers,teacher,", "foreign"),
        ("codebook/indicators.csv", ",stock,", ",stocks,", "enum"),
        ("facts/341324-2023H1.csv", "report_id,", "report,", "label"),
    ],
)
def test_a_damaged_table_is_found(table, old, new, complaint, data, tmp_path):
    copy = shutil.copytree(data, tmp_path / "data")
    text = (copy / table).read_text(encoding="utf-8")
    assert old in text
    (copy / table).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(complaint in error.lower() for error in errors(copy))
