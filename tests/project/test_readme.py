"""What the README states, shows and links is so."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

import sxedu_analysis as sx
from sxedu_analysis.cli import sxedu

REPORT = "341324-2023H1"
NUMBER = re.compile(r"\d[\d ]*(?:\.\d+)?万?")


@pytest.fixture(scope="module")
def readme(repository: Path) -> str:
    return (repository / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def result(readme: str) -> str:
    """The part of the README that states what the report says."""
    return readme.partition("<!-- result")[2].partition("-->")[2].partition("<!-- end of result")[0]


def rows(text: str, header: str) -> list[list[str]]:
    """The cells of the Markdown table whose first column is headed so."""
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith(f"| {header} |"):
            next(lines)
            break
    table = []
    for line in lines:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    assert table, f"the README has no table headed {header!r}"
    return table


def test_each_measure_in_the_table_is_the_computed_one(result):
    measures = sx.load_measures(report_id=REPORT).set_index("measure")
    for code, _, value, bounds in rows(result, "measure"):
        measure = measures.loc[code.strip("`")]
        low, high = re.findall(r"[\d.]+", bounds)
        [stated] = re.findall(r"[\d.]+", value)
        for shown, computed in ((stated, measure["value"]), (low, measure["low"]), (high, measure["high"])):
            decimals = len(shown.partition(".")[2])
            assert shown == f"{computed:.{decimals}f}", code
        assert value.endswith({"%": "%", "元/人次": "yuan"}[measure["unit_zh"]])


def test_every_number_about_the_report_is_a_fact_or_a_measure(result):
    facts = sx.load_facts(report_id=REPORT)
    measures = sx.load_measures(report_id=REPORT)
    known = {number for raw in facts["raw"] for number in NUMBER.findall(raw)}
    known |= {str(int(value)) for value in facts["value"]}
    for column in ("value", "low", "high"):
        for value in measures[column].dropna():
            known |= {f"{value:.{decimals}f}" for decimals in (0, 1, 2)}
    stated = {number.replace(" ", "") for number in NUMBER.findall(result)}
    assert stated <= known, sorted(stated - known)


def test_the_intervals_shown_are_the_ones_computed(readme):
    for form, example, *numbers in rows(readme, "written"):
        quantities = sx.find_quantities(f"全县共{example}。")
        assert len(quantities) == 1, form
        computed = quantities.loc[0, ["value", "low", "high"]].astype(float).round(6).tolist()
        assert computed == [float(number) for number in numbers], form


def test_every_command_shown_is_understood(readme):
    blocks = re.findall(r"```sh\n(.*?)```", readme, flags=re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("sxedu ")]
    assert len(lines) > 5
    for line in lines:
        _, name, *arguments = shlex.split(line, comments=True)
        if name == "--help":
            continue
        command = sxedu.commands[name]
        command.make_context(name, arguments, parent=click.Context(sxedu, info_name="sxedu"))


def test_every_command_mentioned_exists(readme):
    mentioned = set(re.findall(r"`sxedu ([a-z]+)", readme))
    assert mentioned
    assert mentioned <= set(sxedu.commands)


def test_every_make_target_shown_exists(readme, repository):
    targets = set(
        re.findall(r"^([a-z-]+):", (repository / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (repository / name).read_text(encoding="utf-8")
        shown = set(re.findall(r"`make ([a-z-]+)`", text)) | set(
            re.findall(r"^make ([a-z-]+)", text, re.MULTILINE)
        )
        assert shown <= targets, shown - targets


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "DATA_SOURCES.md", "CHANGELOG.md"])
def test_every_linked_file_exists(name, repository):
    text = (repository / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if "://" not in target:
            assert (repository / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "DATA_SOURCES.md"])
def test_every_file_named_exists(name, repository):
    text = (repository / name).read_text(encoding="utf-8")
    for path in re.findall(r"`((?:data|notebooks|sxedu_analysis|tests|tools|figures)/[\w./-]*)`", text):
        assert (repository / path).exists(), path


def test_python_examples_run(readme, isolated):
    for block in re.findall(r"```python\n(.*?)```", readme, flags=re.DOTALL):
        exec(compile(block, "README.md", "exec"), {})
