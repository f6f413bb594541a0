"""The Makefile's promises that need no network: what it says without Python, and that it installs once."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def clone(repository: Path, tmp_path: Path) -> Path:
    """The files that the Makefile works from, in a folder of their own."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "tools/install.sh"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy2(repository / name, tmp_path / name)
    return tmp_path


def make(clone: Path, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    # Not the variables of the make that may run these tests: its options would be taken over.
    environment = {k: v for k, v in os.environ.items() if k not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}}
    if path is not None:
        environment["PATH"] = path
    program = shutil.which("make")
    assert program
    return subprocess.run(
        [program, *arguments],
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_without_python_it_says_what_is_missing_in_one_line(clone):
    folder = clone / "bin"
    folder.mkdir()
    for name in ("sh", "awk"):
        program = shutil.which(name)
        assert program
        (folder / name).symlink_to(program)
    done = make(clone, "report", path=str(folder))
    assert done.returncode == 2
    [line] = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert line.startswith("Python 3.11 or newer with venv is needed")
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize(("target", "stamp"), [("report", "core"), ("test", "dev"), ("lab", "lab")])
def test_it_installs_again_only_when_the_pins_or_bounds_have_changed(target, stamp, clone):
    python = clone / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (clone / ".venv" / f".installed-{stamp}").touch()
    assert "tools/install.sh" not in make(clone, "-n", target).stdout

    later = (clone / ".venv" / f".installed-{stamp}").stat().st_mtime + 60
    os.utime(clone / "constraints.txt", (later, later))
    assert "tools/install.sh" in make(clone, "-n", target).stdout


@pytest.mark.parametrize(
    ("failing", "code", "last"),
    [
        ([], 0, "== all checks passed"),
        (["ruff format", "nbval"], 2, "== failed: lint notebook-tests"),
    ],
)
def test_all_checks_run_whatever_the_first_one_says(failing, code, last, clone):
    python = clone / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    cases = " ".join(f"*'{word}'*) exit 1;;" for word in failing)
    python.write_text(f'#!/bin/sh\necho "ran $*"\ncase "$*" in {cases} *) ;; esac\n', encoding="utf-8")
    python.chmod(0o755)
    (clone / ".venv" / ".installed-dev").touch()
    done = make(clone, "test")
    assert done.returncode == code
    assert len([line for line in done.stdout.splitlines() if line.startswith("ran ")]) == 5
    said = done.stderr if failing else done.stdout
    assert last in said.splitlines()


def test_help_lists_every_target_with_its_purpose(clone):
    done = make(clone)
    assert done.returncode == 0
    for target in ("report", "test", "lab", "notebooks", "facts", "constraints", "wheel-test"):
        assert f"  {target} " in done.stdout


def test_the_ci_script_can_be_executed(repository):
    assert os.access(repository / ".ci" / "run", os.X_OK)
    assert os.access(repository / "tools" / "install.sh", os.X_OK)
