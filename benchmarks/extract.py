"""Times `sxedu extract` on a folder of made reports, with the memory of all its processes at the peak.

    python benchmarks/extract.py [--texts FOLDER] [--reports 3000] [--bytes 50000] [--workers N]

FOLDER holds .txt files (UTF-8) of real prose, whose paragraphs are shuffled into as many reports as are asked
for; without it the sentences are our own, with invented figures. Each report says in its first line that it
is made. The target on two cores: 3000 reports of 50 kB (150 MB) in a minute, in less than 1 GiB. It prints,
and fails nothing: a timing on a machine that others use proves nothing. So it prints the processors' seconds
too, which other work moves little: over the cores they are what a quiet machine takes at best.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent))
from synthetic import shuffled_report, synthetic_report


def peak_memory(process: psutil.Process, stop: threading.Event, peak: list[int]) -> None:
    """Follow a process and its children: proportional set size, so that shared pages count once."""
    while not stop.is_set():
        total = 0
        try:
            for one in [process, *process.children(recursive=True)]:
                try:
                    info = one.memory_full_info()
                    total += getattr(info, "pss", info.rss)
                except psutil.Error:
                    continue
        except psutil.Error:
            return
        peak[0] = max(peak[0], total)
        stop.wait(0.3)


def cpu_seconds() -> float:
    """Processor time of all processes started here that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Make the folder, extract it, extract it again, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--reports", type=int, default=3000)
    parser.add_argument("--bytes", type=int, default=50_000)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    chosen = parser.parse_args()
    make: Callable[[int, int], str] = synthetic_report
    if chosen.texts:
        texts = [path.read_text(encoding="utf-8") for path in sorted(chosen.texts.glob("*.txt"))]
        make = partial(shuffled_report, texts)
    with tempfile.TemporaryDirectory() as folder:
        reports = Path(folder) / "reports"
        reports.mkdir()
        size = 0
        for number in range(chosen.reports):
            text = make(number, chosen.bytes).encode()
            (reports / f"synthetic_{number:04d}.txt").write_bytes(text)
            size += len(text)
        command = [sys.executable, "-m", "sxedu_analysis.cli", "extract", str(reports)]
        command += ["--out", str(Path(folder) / "facts.parquet"), "--workers", str(chosen.workers)]
        load = os.getloadavg()[0]
        print(
            f"{chosen.reports} reports, {size / 1e6:.0f} MB, {chosen.workers} processes; "
            f"other work at the start: a load of {load:.1f}",
            flush=True,
        )
        for run in ("first run", "run again, nothing changed"):
            peak, stop = [0], threading.Event()
            begin, used = time.perf_counter(), cpu_seconds()
            process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
            follow = threading.Thread(target=peak_memory, args=(psutil.Process(process.pid), stop, peak))
            follow.start()
            _, told = process.communicate()
            seconds = time.perf_counter() - begin
            used = cpu_seconds() - used
            stop.set()
            follow.join()
            print(
                f"{run}: {seconds:.1f} s, {size / 1e6 / seconds:.2f} MB/s, "
                f"{used:.0f} s of processors ({used / chosen.workers:.1f} s each), "
                f"{peak[0] / 2**20:.0f} MiB at the peak"
            )
            print("  " + told.strip().replace("\n", "\n  "))
        for path in sorted(Path(folder).glob("*.parquet")):
            print(f"  {path.name}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
