"""JupyterLab, opened on the notebooks."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from sxedu_analysis.foundation.errors import InputError, SxeduError
from sxedu_analysis.foundation.paths import is_clone, notebooks_dir

START = "00_start_here.ipynb"
"""The notebook that JupyterLab opens on: a tour of ten minutes."""


def notebooks_to_open(folder: Path | None = None) -> Path:
    """The folder to open: the clone's own, or a copy in the user's folder that keeps the user's changes."""
    if is_clone():
        return notebooks_dir()
    target = (folder or Path.cwd()) / "notebooks"
    try:
        target.mkdir(exist_ok=True)
        for source in sorted(notebooks_dir().rglob("*")):
            copy = target / source.relative_to(notebooks_dir())
            if source.is_file() and not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, copy)
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror})", where=str(target), mend="go to a folder of your own"
        ) from None
    return target


def open_lab() -> int:
    """Become JupyterLab on the start notebook; where a process cannot, wait for it and return its exit code.

    Raises
    ------
    SxeduError
        If JupyterLab is not installed; says how to get it.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise SxeduError("JupyterLab is not installed", mend=how_to_install())
    # The file is what Jupyter opens in a browser by itself; the address that it prints, for a machine without
    # one, would lead to an empty launcher.
    command = [sys.executable, "-m", "jupyterlab", str(notebooks_to_open() / START)]
    command.append(f"--LabApp.default_url=/lab/tree/{START}")
    # Jupyter refuses to serve root without being told to; in a container there is often nobody else.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return _become(command)


def _become(command: list[str]) -> int:
    """Run a program in the place of this one: Ctrl-C and SIGTERM then reach it, and it stops its kernels."""
    if os.name == "posix":
        sys.stdout.flush()
        os.execv(command[0], command)
    return subprocess.call(command)


def how_to_install() -> str:
    """What installs JupyterLab here: in a clone a target of make, elsewhere pip."""
    return "run: make lab" if is_clone() else 'run: pip install "sxedu_analysis[lab]"'
