"""Who does the work of a batch: processes of this machine, or a Dask cluster."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from sxedu_analysis.foundation.errors import ParameterError
from sxedu_analysis.production.batch_plan import Task
from sxedu_analysis.production.batch_report import Done, give_up, run_task

_ATTEMPTS = 2


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Any
    task: Task


def on_processes(tasks: Sequence[Task], workers: int) -> Generator[Done]:
    """Do tasks in processes of this machine. A process that dies costs its task one attempt, nothing else."""
    import multiprocessing
    from multiprocessing.connection import wait

    context = multiprocessing.get_context("spawn")
    waiting = list(reversed(tasks))
    attempts: Counter[str] = Counter()
    busy: list[_Worker] = []
    idle: list[tuple[Any, Any]] = []
    # One place for what workers, fork servers and kernels put aside: however they end, it goes with it.
    scratch = tempfile.mkdtemp(prefix="sxedu-")
    try:
        while waiting or busy:
            while waiting and len(busy) < workers:
                if idle:
                    process, pipe = idle.pop()
                else:
                    pipe, theirs = context.Pipe()
                    process = context.Process(target=_work, args=(theirs, scratch))
                    process.start()
                    theirs.close()
                busy.append(_Worker(process, pipe, waiting.pop()))
                attempts[busy[-1].task.report.name] += 1
                try:
                    pipe.send(busy[-1].task)
                except OSError:
                    continue
            ready = set(wait([worker.pipe for worker in busy]))
            for worker in [one for one in busy if one.pipe in ready]:
                busy.remove(worker)
                try:
                    done = worker.pipe.recv()
                except (EOFError, OSError):
                    worker.process.join()
                    worker.pipe.close()
                    if attempts[worker.task.report.name] < _ATTEMPTS:
                        waiting.append(worker.task)
                        continue
                    yield give_up(
                        worker.task, "failed", f"{worker.task.report.name}: the worker process died twice"
                    )
                    continue
                idle.append((worker.process, worker.pipe))
                yield done
    finally:
        for process, pipe in [*idle, *((worker.process, worker.pipe) for worker in busy)]:
            pipe.close()
            process.terminate()
            process.join()
        remove(scratch)


def remove(scratch: str) -> None:
    """Take away a folder in which kernels that are being killed may still write something."""
    for _ in range(20):
        shutil.rmtree(scratch, ignore_errors=True)
        if not os.path.exists(scratch):
            return
        time.sleep(0.05)


def _work(pipe: Any, scratch: str) -> None:
    """A worker process: does tasks until nobody sends any."""
    from multiprocessing import parent_process

    from sxedu_analysis.production import warm_kernel

    # Ctrl-C is for the parent, who ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A socket's path must be short, and the fork server puts one there.
    if len(scratch) < 60:
        os.environ["TMPDIR"] = tempfile.tempdir = scratch
    parent = parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            # Killed, it can no longer tidy up.
            remove(scratch)
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
    warm_kernel.start()
    while True:
        try:
            pipe.send(run_task(pipe.recv()))
        except (EOFError, OSError):
            return


def connect(scheduler: str) -> Any:
    """The client of a Dask scheduler.

    Raises
    ------
    ParameterError
        If none answers, or Dask is not installed.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ParameterError("--scheduler needs Dask", mend="pip install 'sxedu_analysis[cluster]'") from None
    try:
        return Client(scheduler, timeout=10)
    except (OSError, ValueError, TimeoutError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ParameterError(f"no Dask scheduler answers ({reason})", where=scheduler) from None


def on_cluster(tasks: Sequence[Task], client: Any) -> Generator[Done]:
    """Do tasks on a Dask cluster, which gives those of a lost worker to another."""
    from distributed import as_completed

    futures = {
        client.submit(run_task, task, key=f"sxedu-{task.report.name}-{number}", pure=False, retries=1): task
        for number, task in enumerate(tasks)
    }
    for future in as_completed(list(futures)):
        task = futures[future]
        lost = future.exception()
        yield future.result() if lost is None else give_up(task, "failed", f"{task.report.name}: {lost}")
        future.release()
