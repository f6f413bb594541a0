"""Ratios of the ways to execute a notebook, interleaved, medians: seconds say nothing on a shared machine.

python benchmarks/batch.py [--rounds 3] [--notebook 02_coverage]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import nbformat
import papermill
from nbclient import NotebookClient

from sxedu_analysis.production import warm_kernel
from sxedu_analysis.production.execute import execute_notebook, notebook_path


def command(name: str) -> None:
    """One papermill command, a process a notebook."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                sys.executable,
                "-m",
                "papermill",
                str(notebook_path(name)),
                f"{folder}/x.ipynb",
                "-k",
                "python3",
            ],
            check=True,
            capture_output=True,
        )


def loop(name: str) -> None:
    """papermill.execute_notebook in a loop."""
    with tempfile.TemporaryDirectory() as folder:
        papermill.execute_notebook(
            str(notebook_path(name)), f"{folder}/x.ipynb", kernel_name="python3", progress_bar=False
        )


def client(name: str) -> None:
    """Nbclient in a loop."""
    NotebookClient(nbformat.read(notebook_path(name), as_version=4), kernel_name="python3").execute()


def warm(name: str) -> None:
    """The forked kernel."""
    execute_notebook(name, {}, engine="warm")


def warm_two(name: str) -> None:
    """Two forked kernels side by side."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(warm, [name, name]))


def floor(name: str) -> None:
    """The cells in a process that has run them before, and nothing else."""
    code = (
        "import os, sys, time, nbformat, matplotlib; matplotlib.use('agg')\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "import sxedu_analysis.production.pages, sxedu_analysis.charts, sxedu_analysis.analysis\n"
        "shell = InteractiveShell.instance()\n"
        "cells = [c.source for c in nbformat.read(sys.argv[1], 4).cells if c.cell_type == 'code']\n"
        "out = os.dup(1); os.dup2(os.open(os.devnull, os.O_WRONLY), 1)\n"
        "for cell in cells: shell.run_cell(cell).raise_error()\n"
        "begun = time.perf_counter()\n"
        "for cell in cells: shell.run_cell(cell).raise_error()\n"
        "os.write(out, str(time.perf_counter() - begun).encode())\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(notebook_path(name))], check=True, capture_output=True, text=True
    )
    FLOORS.append(float(told.stdout))


FLOORS: list[float] = []
ROUTES: dict[str, tuple[Callable[[str], None], int]] = {
    "papermill command": (command, 1),
    "papermill loop": (loop, 1),
    "nbclient loop": (client, 1),
    "sxedu warm": (warm, 1),
    "sxedu warm, 2 at a time": (warm_two, 2),
}


def main() -> None:
    """Run every route in turn, as often as asked, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--notebook", default="02_coverage")
    chosen = parser.parse_args()
    warm_kernel.register_engine()
    warm(chosen.notebook)
    took: dict[str, list[float]] = {route: [] for route in ROUTES}
    for _ in range(chosen.rounds):
        for route, (run, number) in ROUTES.items():
            begun = time.perf_counter()
            run(chosen.notebook)
            took[route].append((time.perf_counter() - begun) / number)
        floor(chosen.notebook)
    medians = {route: statistics.median(values) for route, values in took.items()}
    medians["in-process floor"] = statistics.median(FLOORS)
    print(f"| route ({chosen.notebook}) | s | x loop | x command | x floor |\n|---|---|---|---|---|")
    for route, value in medians.items():
        others = ("papermill loop", "papermill command", "in-process floor")
        print(f"| {route} | {value:.2f} | " + " | ".join(f"{value / medians[o]:.2f}" for o in others) + " |")


if __name__ == "__main__":
    main()
