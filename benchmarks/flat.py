"""Memory and file descriptors over many notebooks: what a worker of a batch and its fork server hold.

python benchmarks/flat.py [--notebooks 1000]

Exit code 1 if either holds more at the end than after the first tenth.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import psutil
from batch import processor_seconds
from work_reports import write_reports

from sxedu_analysis.production import warm_kernel
from sxedu_analysis.production.batch_plan import find_reports, task_for
from sxedu_analysis.production.batch_report import run_task
from sxedu_analysis.production.parameters import list_notebooks

MEGABYTES = 12
"""What the memory may waver by: the allocator gives back when it likes."""


def held() -> list[tuple[float, int]]:
    """Megabytes and file descriptors of this process and of its fork server."""
    server = warm_kernel._server().start()._forkserver_pid
    both = [psutil.Process(pid) for pid in (os.getpid(), server)]
    return [(one.memory_info().rss / 1e6, one.num_fds()) for one in both]


def main() -> None:
    """Do reports one after the other, as a worker does, and look now and then."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notebooks", type=int, default=1000)
    chosen = parser.parse_args()
    names = tuple(list_notebooks())
    reports = max(10, chosen.notebooks // len(names))
    begun = time.monotonic()
    seen: list[list[tuple[float, int]]] = []
    with tempfile.TemporaryDirectory() as scratch:
        write_reports(Path(scratch, "reports"), reports, 0)
        print("| notebooks | worker MB | descriptors | fork server MB | descriptors |\n|---|---|---|---|---|")
        for number, report in enumerate(find_reports(Path(scratch, "reports")), 1):
            done = run_task(task_for(report, Path(scratch, "out"), names))
            if any(row["status"] != "ok" for row in done.rows):
                raise SystemExit(f"{report.name}: {[row['error'] for row in done.rows]}")
            if number % (reports // 10) == 0:
                seen.append(held())
                cells = " | ".join(f"{memory:.0f} | {files}" for memory, files in seen[-1])
                print(f"| {number * len(names)} | {cells} |", flush=True)
    wall = (time.monotonic() - begun) / reports / len(names)
    used = processor_seconds() / reports / len(names)
    print(f"{wall:.2f} s a notebook on the wall, {used:.2f} of a processor, start included")
    for early, late in zip(seen[0], seen[-1], strict=True):
        if late[0] > early[0] + MEGABYTES or late[1] > early[1] + 2:
            raise SystemExit("more is held at the end than at the beginning")


if __name__ == "__main__":
    main()
