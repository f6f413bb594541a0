"""A batch of synthetic reports, three bad ones among them, killed twice and resumed, against one left alone.

python benchmarks/interrupted.py [--reports 200] [--notebooks 02_coverage,05_consistency] [--workers 2]

Exit code 0 if both leave the same files and the same manifest, and no kill leaves a process behind.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from work_reports import write_reports

BAD = 3
PATIENCE = 20


def command(source: Path, out: Path, options: list[str]) -> list[str]:
    """The batch's command."""
    return [sys.executable, "-m", "sxedu_analysis.cli", "batch", str(source), "--out", str(out), *options]


def kill_when(done: int, source: Path, out: Path, options: list[str]) -> None:
    """Start the batch and end it by SIGKILL once so many reports have something done."""
    client = subprocess.Popen(command(source, out, options), stderr=subprocess.DEVNULL)
    try:
        while len(list(out.glob("*/batch.json"))) < done:
            if client.poll() is not None:
                raise SystemExit("the batch ended before it could be killed")
            time.sleep(0.05)
        family = psutil.Process(client.pid).children(recursive=True)
    finally:
        client.kill()
        client.wait()
    last = time.monotonic() + PATIENCE
    while left := [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]:
        if time.monotonic() > last:
            raise SystemExit(f"left behind by the kill: {left}")
        time.sleep(0.1)


def finish(source: Path, out: Path, options: list[str]) -> float:
    """Run the batch to its end: exit code 1, since there are bad reports; returns the seconds it took."""
    begun = time.monotonic()
    ran = subprocess.run(command(source, out, options), stderr=subprocess.PIPE, text=True, check=False)
    if ran.returncode != 1:
        raise SystemExit(f"exit code {ran.returncode}, not 1: {ran.stderr[-2000:]}")
    return time.monotonic() - begun


def contents(out: Path) -> dict[str, str]:
    """Every file but the manifest, by its checksum."""
    files = (path for path in out.rglob("*") if path.is_file() and path.name != "manifest.csv")
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def outcomes(out: Path) -> list[tuple[str, ...]]:
    """The manifest without its seconds; what was done before the last run counts as done."""
    with (out / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row | {"seconds": ""} for row in csv.DictReader(stream)]
    return [tuple(row.values()) for row in (one | _done(one["status"]) for one in rows)]


def _done(status: str) -> dict[str, str]:
    return {"status": "ok" if status == "skipped" else status}


def main() -> None:
    """Run both batches, compare them, and say what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=200)
    parser.add_argument("--notebooks", default="")
    parser.add_argument("--workers", default=str(len(os.sched_getaffinity(0))))
    chosen = parser.parse_args()
    options = ["--notebooks", chosen.notebooks, "--workers", chosen.workers]
    with tempfile.TemporaryDirectory(prefix="sxedu-batch-") as scratch:
        source, whole, killed = (Path(scratch, name) for name in ("reports", "whole", "killed"))
        bad = write_reports(source, chosen.reports, BAD)
        took = finish(source, whole, options)
        kill_when(max(1, chosen.reports // 3), source, killed, options)
        kill_when(max(2, 2 * chosen.reports // 3), source, killed, options)
        rest = finish(source, killed, options)
        files = [set(contents(one).items()) for one in (whole, killed)]
        differ = sorted({name for name, _ in files[0] ^ files[1]})
        same = not differ and outcomes(whole) == outcomes(killed)
        rows = outcomes(whole)
        refused = {row[1] for row in rows if row[3] == "refused"}
        size = sum(path.stat().st_size for path in whole.rglob("*") if path.is_file())
        print(
            f"{chosen.reports} reports and {len(bad)} bad ones, {len(rows)} rows, {chosen.workers} workers: "
            f"{took:.0f} s uninterrupted, {rest:.0f} s for what two kills had left; "
            f"{size / chosen.reports / 1000:.0f} kB a report; the same result: {same}"
        )
        for name in differ:
            print(f"differs: {name}")
        if not same or refused != set(bad) or any(row[3] == "failed" for row in rows):
            raise SystemExit(1)


if __name__ == "__main__":
    main()
