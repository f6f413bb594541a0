"""The house's rules: wings import downwards only, a light front door, no indicator in Python."""

from __future__ import annotations

import ast
import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

# In the order the data flows; the command line stands on all of them.
WINGS = ["foundation", "reading", "analysis", "charts", "production", "classroom", "cli"]

# What only some calls need is imported where it is used.
HEAVY = [
    "IPython",
    "fontTools",
    "ipywidgets",
    "jupyter_client",
    "matplotlib",
    "nbclient",
    "nbconvert",
    "nbgrader",
    "papermill",
    "seaborn",
]


@pytest.fixture(scope="module")
def package(repository: Path) -> Path:
    return repository / "sxedu_analysis"


def modules(package: Path) -> Iterator[tuple[str, ast.Module]]:
    """Each module's place in the package (`reading/quantities.py`) with its syntax tree."""
    for path in sorted(package.rglob("*.py")):
        yield path.relative_to(package).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported_wings(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports inside the package are written out in full"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("sxedu_analysis.")} & set(WINGS)


def test_a_wing_imports_only_from_those_before_it(package):
    for name, tree in modules(package):
        wing = name.partition("/")[0].removesuffix(".py")
        if wing == "__init__":
            continue
        allowed = set(WINGS[: WINGS.index(wing) + 1])
        assert imported_wings(tree) <= allowed, name


def test_every_wing_is_known(package):
    found = {name.partition("/")[0].removesuffix(".py") for name, _ in modules(package)}
    assert found - {"__init__", "__main__"} <= set(WINGS)


@pytest.mark.parametrize("opened", ["sxedu_analysis", "sxedu_analysis.classroom.unit"])
def test_it_opens_without_what_only_some_calls_need(opened: str):
    code = f"import sys, {opened}; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def code_strings(tree: ast.Module) -> Iterator[str]:
    """String constants that do something: all but docstrings, which may give examples."""
    inert = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inert:
            yield node.value


def test_no_python_file_knows_an_indicator_of_one_report(package, repository):
    codebook = repository / "data" / "codebook"
    with (codebook / "indicators.csv").open(encoding="utf-8", newline="") as file:
        indicators = list(csv.DictReader(file))
    names = {row["name_zh"] for row in indicators}
    measures = yaml.safe_load((codebook / "measures.yaml").read_text(encoding="utf-8"))
    codes = {row["indicator"] for row in indicators} | set(measures["measures"])
    assert len(codes) > 100
    for name, tree in modules(package):
        for text in code_strings(tree):
            assert text not in codes, (name, text)
            assert not [known for known in names if known in text], (name, text)
