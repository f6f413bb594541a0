"""Ratios of the ways to execute a notebook, interleaved, medians: seconds say nothing on a shared machine.

python benchmarks/batch.py [--rounds 3] [--notebook 02_coverage] [--reports 6]

The first table has processor time beside wall time: where others load the machine, that of the processor is
the one to compare. The second runs whole batches: local processes, one and two, and two workers of Dask.
The third sets `sxedu report` beside one papermill command.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import papermill
import psutil
from nbclient import NotebookClient
from work_reports import write_reports

from sxedu_analysis.production import batch_workers, warm_kernel
from sxedu_analysis.production.batch_plan import find_reports, task_for
from sxedu_analysis.production.execute import execute_notebook, notebook_path
from sxedu_analysis.production.parameters import list_notebooks

Cost = tuple[float, float]
"""Seconds of the processors, seconds on the wall."""


def command(name: str) -> None:
    """One papermill command, a process a notebook."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = [str(notebook_path(name)), f"{folder}/x.ipynb", "-k", "python3"]
        subprocess.run([sys.executable, "-m", "papermill", *arguments], check=True, capture_output=True)


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


_FLOOR = """
import os, sys, time, nbformat, matplotlib
matplotlib.use("agg")
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
cells = [cell.source for cell in nbformat.read(sys.argv[1], 4).cells if cell.cell_type == "code"]
out = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
def once():
    begun = time.process_time(), time.perf_counter()
    for cell in cells:
        shell.run_cell(cell).raise_error()
    return time.process_time() - begun[0], time.perf_counter() - begun[1]
once()
os.write(out, "{} {}".format(*once()).encode())
"""


def floor(name: str) -> Cost:
    """The cells in a process that has run them before, and nothing else."""
    told = subprocess.run(
        [sys.executable, "-c", _FLOOR, str(notebook_path(name))], check=True, capture_output=True, text=True
    )
    processor, wall = map(float, told.stdout.split())
    return processor, wall


ROUTES: dict[str, tuple[Callable[[str], None], int]] = {
    "papermill command": (command, 1),
    "papermill loop": (loop, 1),
    "nbclient loop": (client, 1),
    "sxedu warm": (warm, 1),
    "sxedu warm, 2 at a time": (warm_two, 2),
}
FLOOR = "in-process floor"
BESIDE = ("papermill loop", "papermill command", FLOOR)


def processor_seconds() -> float:
    """What this process, its ended children and the fork server with its kernels have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    server = psutil.Process(warm_kernel._server().start()._forkserver_pid).cpu_times()
    return sum(one.ru_utime + one.ru_stime for one in used) + sum(server[:4])


def cost(run: Callable[[], object], number: int = 1) -> Cost:
    """What one of `number` notebooks costs."""
    before, begun = processor_seconds(), time.perf_counter()
    run()
    wall = time.perf_counter() - begun
    return (processor_seconds() - before) / number, wall / number


def routes(name: str, rounds: int) -> None:
    """Print the table of one notebook."""
    warm(name)
    took: dict[str, list[Cost]] = {route: [] for route in (*ROUTES, FLOOR)}
    median = statistics.median
    for _ in range(rounds):
        for route, (run, number) in ROUTES.items():
            took[route].append(cost(lambda run=run: run(name), number))
        took[FLOOR].append(floor(name))
    medians = {
        route: [median(one[kind] for one in costs) for kind in (0, 1)] for route, costs in took.items()
    }
    heads = " | ".join(f"x {one.removeprefix('papermill ').removeprefix('in-process ')}" for one in BESIDE)
    print(f"| route ({name}) | s processor | {heads} | s wall | {heads} |\n|---{'|---' * 8}|")
    for route, costs in medians.items():
        cells = []
        for kind in (0, 1):
            ratios = (costs[kind] / medians[other][kind] for other in BESIDE)
            cells += [f"{costs[kind]:.2f}", *(f"{ratio:.2f}" for ratio in ratios)]
        print(f"| {route} | {' | '.join(cells)} |")


def batches(reports: int, rounds: int) -> None:
    """Print what a notebook costs in whole batches, once the workers are at work."""
    from distributed import LocalCluster

    names = tuple(list_notebooks())
    took: dict[str, list[float]] = {}
    with (
        tempfile.TemporaryDirectory() as scratch,
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
    ):
        write_reports(Path(scratch, "reports"), reports, 0)
        ways = {
            "1 process": lambda tasks: batch_workers.on_processes(tasks, 1),
            "2 processes": lambda tasks: batch_workers.on_processes(tasks, 2),
            "Dask, 2 workers": lambda tasks: batch_workers.on_cluster(
                tasks, batch_workers.connect(cluster.scheduler_address)
            ),
        }
        for number in range(rounds):
            for way, run in ways.items():
                out = str(Path(scratch, f"{way} {number}"))
                tasks = [task_for(one, out, names) for one in find_reports(Path(scratch, "reports"))]
                took.setdefault(way, []).append(_steady(run(tasks)) / len(names))
    medians = {way: statistics.median(values) for way, values in took.items()}
    print("\n| batch of synthetic reports | s wall a notebook | x 2 processes |\n|---|---|---|")
    for way, value in medians.items():
        print(f"| {way} | {value:.2f} | {value / medians['2 processes']:.2f} |")


def _steady(done: object) -> float:
    """Seconds a report takes, from the second result on: until then workers start."""
    ends = [time.perf_counter() for _ in done]  # type: ignore[attr-defined]
    return (ends[-1] - ends[1]) / (len(ends) - 2)


def whole_report(name: str, rounds: int) -> None:
    """Print what `sxedu report` costs beside one papermill command for one notebook."""
    code = (
        "import sys; from sxedu_analysis.cli import main; from sxedu_analysis.production import warm_kernel; "
    )
    # Ended here, the fork server's time is counted with ours.
    code += "done = main(sys.argv[1:]); warm_kernel.stop(); sys.exit(done)"
    took: list[tuple[Cost, Cost]] = []
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            arguments = [sys.executable, "-c", code, "report", "--out", f"{folder}/{number}"]
            ours = cost(lambda run=arguments: subprocess.run(run, check=True, capture_output=True))
        took.append((ours, cost(lambda: command(name))))
    processor, wall = (statistics.median(one[kind] / other[kind] for one, other in took) for kind in (0, 1))
    cores = len(os.sched_getaffinity(0))
    print(f"\nsxedu report, all notebooks and pages, on {cores} cores, x one papermill command ({name}):")
    print(f"{wall:.2f} on the wall, {processor:.2f} of the processors' time")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--notebook", default="02_coverage")
    parser.add_argument("--reports", type=int, default=8, help="of the batches; 0 for none")
    chosen = parser.parse_args()
    warm_kernel.register_engine()
    warm_kernel.start()
    routes(chosen.notebook, chosen.rounds)
    whole_report(chosen.notebook, chosen.rounds)
    if chosen.reports:
        batches(chosen.reports, chosen.rounds)


if __name__ == "__main__":
    main()
