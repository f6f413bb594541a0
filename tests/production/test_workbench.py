from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
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


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that this process would have become."""
    commands: list[list[str]] = []
    monkeypatch.setattr(workbench, "_become", lambda command: commands.append(command) or 0)
    return commands


def test_lab_is_started_on_the_notebooks(called: list[list[str]]) -> None:
    assert workbench.open_lab() == 0
    assert called[0][1:4] == ["-m", "jupyterlab", str(notebooks_dir() / "00_start_here.ipynb")]
    assert Path(called[0][3]).is_file()
    # The address that Jupyter prints, not only the page it opens by itself, is the tour's.
    assert called[0][4] == "--LabApp.default_url=/lab/tree/00_start_here.ipynb"


@pytest.mark.parametrize(("user", "told"), [(0, ["--allow-root"]), (1000, [])])
def test_only_root_has_to_be_allowed(
    user: int, told: list[str], called: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbench.os, "geteuid", lambda: user)
    workbench.open_lab()
    assert called[0][5:] == told


def test_what_stops_the_command_stops_jupyterlab_and_leaves_nothing_behind() -> None:
    command = [sys.executable, "-c", "import os; print(os.getpid(), flush=True); input()"]
    words = f"from sxedu_analysis.production import workbench; workbench._become({command!r})"
    with subprocess.Popen(
        [sys.executable, "-c", words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout is not None
        running = int(started.stdout.readline())
        started.terminate()
        started.wait(30)
        with pytest.raises(ProcessLookupError):
            os.kill(running, 0)


def test_a_system_without_exec_waits_for_jupyterlab(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbench.os, "execv", lambda program, command: None)
    assert workbench._become([sys.executable, "-c", "raise SystemExit(5)"]) == 5


@pytest.mark.parametrize(("clone", "words"), [(True, "make lab"), (False, "pip install")])
def test_what_installs_the_lab(clone: bool, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbench, "is_clone", lambda: clone)
    assert words in workbench.how_to_install()
