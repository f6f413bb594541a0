"""Processes that do one task after the other, and are gone at once when the work is stopped.

`concurrent.futures` ends by waiting for its processes: after Ctrl-C as long as what they are at,
and for ever if the wait is interrupted. Nothing is lost by killing them: only whole parts count.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Generic, TypeVar

from sxedu_analysis.foundation.interrupts import Interrupts, one_interrupt

Task = TypeVar("Task")
Result = TypeVar("Result")

_LOOK_UP = 0.2  # seconds until an interrupt is seen


@dataclass(slots=True)
class _Worker(Generic[Task]):
    process: SpawnProcess
    connection: Connection
    task: Task


def work(
    do: Callable[[Task], Result], tasks: Sequence[Task], workers: int
) -> Generator[tuple[Task, Result | None], None, None]:
    """Do tasks in processes: yields each with its result as it is finished, or None if its process died.

    Parameters
    ----------
    do : callable
        What to do with a task; it and its results can be pickled, and no result is None.
    tasks : sequence
    workers : int
        Processes.

    Raises
    ------
    Exception
        Whatever `do` raises first. That, an interrupt, and a caller who stops asking kill all processes.
    """
    waiting = iter(tasks)
    busy: list[_Worker[Task]] = []
    with one_interrupt() as interrupts, interrupts.held_back():
        try:
            for task in waiting:
                _start(do, task, busy)
                if len(busy) == workers:
                    break
            while busy:
                for worker in _ready(busy, interrupts):
                    result: Result | None = None
                    try:
                        result, error = worker.connection.recv()
                    except (EOFError, OSError):  # it died
                        _end([worker])
                        busy.remove(worker)
                    else:
                        if error is not None:
                            raise error
                    yield worker.task, result
                    _go_on(do, worker, waiting, busy)
        finally:
            _end(busy)


def _ready(busy: list[_Worker[Task]], interrupts: Interrupts) -> list[_Worker[Task]]:
    """Those that have finished or died; until there is one, an interrupt is looked for."""
    by_connection = {worker.connection: worker for worker in busy}
    while not (ready := wait(list(by_connection), timeout=_LOOK_UP)):
        interrupts.check()
    interrupts.check()
    return [worker for connection, worker in by_connection.items() if connection in ready]


def _go_on(
    do: Callable[[Task], Result], worker: _Worker[Task], waiting: Iterator[Task], busy: list[_Worker[Task]]
) -> None:
    """Give a worker the next task, if there is one: a new process, if it died."""
    for task in waiting:
        if worker not in busy:
            _start(do, task, busy)
        else:
            worker.task = task
            with suppress(OSError):  # it died meanwhile, which is seen when it is listened to
                worker.connection.send(task)
        return
    if worker in busy:
        _end([worker])
        busy.remove(worker)


def _start(do: Callable[[Task], Result], task: Task, busy: list[_Worker[Task]]) -> None:
    # Started afresh, not forked: a fork copies the locks of whatever threads the caller has.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(do, theirs), daemon=True)
    with _born_deaf():
        process.start()
    busy.append(_Worker(process, ours, task))
    theirs.close()  # so that the end of the process is the end of the connection
    with suppress(OSError):
        ours.send(task)


@contextmanager
def _born_deaf() -> Iterator[None]:
    """Processes that are started here get no SIGINT, not even before their first line is run."""
    if not hasattr(signal, "pthread_sigmask"):  # pragma: no cover
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # it would be started with the first process, and take the mask away
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(workers: Sequence[_Worker[Task]]) -> None:
    for worker in workers:
        worker.process.kill()
    for worker in workers:
        worker.process.join()
        worker.connection.close()


def _serve(do: Callable[[Task], Result], connection: Connection) -> None:
    """What a process does: tasks, until nobody has another for it."""
    _be_a_worker()
    while True:
        try:
            task = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer: tuple[Result | None, Exception | None] = (do(task), None)
        except Exception as error:
            answer = (None, error)
        connection.send(answer)
        if not gc.get_freeze_count():
            gc.freeze()  # what the first task loaded is for good: no more looking through it for garbage


def _be_a_worker() -> None:
    """Leave Ctrl-C to the parent, and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:

        def follow() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=follow, daemon=True).start()
