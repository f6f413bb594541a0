from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.foundation.paths import notebooks_dir
from sxedu_analysis.production import workbench


@pytest.fixture(autouse=True)
def jupyterlab(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it were installed: the checks run without the extra lab."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())


def test_a_clone_opens_its_own_notebooks() -> None:
    assert workbench.notebooks_to_open() == notebooks_dir()


def test_an_installed_package_gives_a_copy_and_keeps_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbench, "is_clone", lambda: False)
    folder = workbench.notebooks_to_open(tmp_path)
    changed = folder / "02_coverage.ipynb"
    changed.write_text("mine", encoding="utf-8")
    assert workbench.notebooks_to_open(tmp_path) == folder
    assert changed.read_text(encoding="utf-8") == "mine"
    assert (folder / "parameters.yaml").exists()


def test_no_place_for_the_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbench, "is_clone", lambda: False)
    (tmp_path / "notebooks").touch()
    with pytest.raises(InputError, match="cannot be written"):
        workbench.notebooks_to_open(tmp_path)


def test_lab_is_started_on_the_notebooks(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(workbench.subprocess, "call", lambda command: called.append(command) or 0)
    assert workbench.open_lab() == 0
    assert called[0][1:4] == ["-m", "jupyterlab", str(notebooks_dir() / "00_start_here.ipynb")]
    assert Path(called[0][3]).is_file()


@pytest.mark.parametrize(("user", "told"), [(0, ["--allow-root"]), (1000, [])])
def test_only_root_has_to_be_allowed(user: int, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(workbench.subprocess, "call", lambda command: called.append(command) or 0)
    monkeypatch.setattr(workbench.os, "geteuid", lambda: user)
    workbench.open_lab()
    assert called[0][4:] == told


@pytest.mark.parametrize(("clone", "words"), [(True, "make lab"), (False, "pip install")])
def test_what_installs_the_lab(clone: bool, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbench, "is_clone", lambda: clone)
    assert words in workbench.how_to_install()
