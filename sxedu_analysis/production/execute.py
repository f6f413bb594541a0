"""A notebook and its parameters become an executed notebook, the same bytes every time."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from sxedu_analysis.foundation.errors import ExecutionError, InputError, ParameterError, did_you_mean
from sxedu_analysis.foundation.paths import notebooks_dir
from sxedu_analysis.foundation.processors import cores
from sxedu_analysis.production.parameters import check_parameters, notebook

TIME_LIMIT = 600
"""Seconds a notebook may take before it is given up."""

ENGINES = ("warm", "papermill")
"""How a notebook gets its kernel: by a fork of a process that has imported everything, or started anew."""

_ERROR_MARK = "papermill-error-cell-tag"
_WIDGET = "application/vnd.jupyter.widget-view+json"

_FOLDER = threading.Lock()
"""Held while the working folder is another's: all threads of a process share it."""


class NotebookError(ExecutionError):
    """A notebook that failed, with what had been executed of it.

    Parameters
    ----------
    what, where, mend : str
        As of every error of the package.
    cell : int, optional
        Number of the cell that failed, as papermill counts them.
    executed : NotebookNode, optional
        The notebook as far as it came, the error among its outputs.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        mend: str = "",
        cell: int | None = None,
        executed: NotebookNode | None = None,
    ) -> None:
        super().__init__(what, where=where, mend=mend)
        self.cell = cell
        self.executed = executed


def notebook_path(name: str) -> Path:
    """Where a notebook of the project is."""
    return notebooks_dir() / f"{notebook(name).name}.ipynb"


def choose_engine(engine: str | None = None) -> str:
    """The engine to use: the one asked for, or the warm one where the system can fork.

    Raises
    ------
    ParameterError
        If there is no such engine, or it does not work here.
    """
    from sxedu_analysis.production import warm_kernel

    if engine is None:
        return "warm" if warm_kernel.is_available() else "papermill"
    if engine not in ENGINES:
        raise ParameterError(
            f"no engine {engine!r}{did_you_mean(engine, ENGINES)}",
            mend=f"the engines are {', '.join(ENGINES)}",
        )
    if engine == "warm" and not warm_kernel.is_available():
        raise ParameterError("the warm engine needs fork, which is not to be had here", mend="use papermill")
    return engine


def execute_notebook(
    name: str,
    parameters: Mapping[str, Any],
    *,
    folder: Path | None = None,
    path: Path | None = None,
    engine: str | None = None,
    time_limit: float | None = None,
) -> NotebookNode:
    """Run a notebook with parameters in a kernel of this very interpreter.

    Parameters
    ----------
    name : str
        A notebook of the project, as ``02_coverage``.
    parameters : mapping
        Checked by `check_parameters` before a kernel starts.
    folder : path, optional
        Working folder of the kernel; a relative report path is looked for there. A fresh one by default.
    path : path, optional
        The notebook file, where it is not the project's own.
    engine : str, optional
        warm or papermill; by default the warm one where it is to be had. The outputs are the same.
    time_limit : float, optional
        Seconds the notebook may take; `TIME_LIMIT` by default.

    Returns
    -------
    NotebookNode
        With outputs; without run times, random ids or paths of this machine.

    Raises
    ------
    ParameterError
        If the parameters are not allowed.
    NotebookError
        If a cell fails: names notebook, cell and error in one line.
    """
    check_in(folder, [name], parameters)
    return _execute(path or notebook_path(name), dict(parameters), folder, engine, time_limit)


def execute_file(path: Path, *, folder: Path | None = None, time_limit: float | None = None) -> NotebookNode:
    """Run a notebook that has no typed parameters, as it stands; raises as `execute_notebook` does.

    Returns
    -------
    NotebookNode
        The notebook as it was written, all metadata kept, with the new outputs. Without live widgets: what is
        stored is what they show where nobody runs them.
    """
    written = nbformat.read(path, as_version=4)
    # A kernel of its own: pandas decides at its import, before a fork, how wide a table is printed.
    ran = drop_injected(_execute(path, {}, folder, "papermill", time_limit))
    for cell, executed in zip(written.cells, ran.cells, strict=True):
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = executed.outputs, executed.execution_count
            for output in cell.outputs:
                output.get("data", {}).pop(_WIDGET, None)
    return written


def execute_notebooks(
    names: Sequence[str],
    parameters: Mapping[str, Any],
    *,
    folder: Path | None = None,
    engine: str | None = None,
    workers: int | None = None,
    done: Callable[[str], None] | None = None,
) -> dict[str, NotebookNode]:
    """Run several notebooks with the same parameters side by side, as many at a time as there are cores.

    Parameters
    ----------
    names : sequence of str
        Notebooks of the project.
    parameters, folder, engine
        As for `execute_notebook`.
    workers : int, optional
        How many at a time.
    done : callable, optional
        Is told the name of each notebook that is done, in the order of `names`.

    Returns
    -------
    dict
        Name -> executed notebook, in the order of `names`.

    Raises
    ------
    ParameterError, NotebookError
        As `execute_notebook` does; of several failures, the first in the order of `names`.
    """
    from concurrent.futures import ThreadPoolExecutor

    check_in(folder, names, parameters)

    def run(name: str) -> NotebookNode:
        return _execute(notebook_path(name), dict(parameters), folder, engine, None)

    # The kernels are processes and do the work; a thread of ours waits for what they say.
    with ThreadPoolExecutor(workers or cores()) as pool:
        # The one that takes longest must not begin last: what shows most has most to do.
        longest_first = sorted(names, key=lambda name: -notebook_path(name).stat().st_size)
        running = {name: pool.submit(run, name) for name in longest_first}
        finished = {}
        for name in names:
            finished[name] = running[name].result()
            if done is not None:
                done(name)
    return finished


def run_notebook(name: str, parameters: Mapping[str, Any], out: str | Path | None = None) -> Path:
    """Run one notebook of the project and write it, executed, its prose in the chosen language.

    Parameters
    ----------
    name : str
        A notebook of the project, as ``02_coverage`` or ``notebooks/02_coverage.ipynb``.
    parameters : mapping
        Checked before a kernel starts; a relative report path means the working folder.
    out : path, optional
        File to write, replaced if it is there; ``output/<name>.ipynb`` by default.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ParameterError, NotebookError
        As `execute_notebook` does; nothing is written then.
    InputError
        If the file cannot be written.
    """
    from sxedu_analysis.production.publish import take_charts

    name = Path(name).name.removesuffix(".ipynb")
    checked = check_parameters(name, parameters)
    target = Path(out) if out is not None else Path("output") / f"{name}.ipynb"
    if target.suffix != ".ipynb":
        raise InputError("is no notebook's name", where=str(target), mend="give a name that ends in .ipynb")
    if target.resolve() == notebook_path(name).resolve():
        raise InputError("is the notebook itself", where=str(target), mend="give another --out")
    beside = target.with_name(f".{target.name}-{os.getpid()}")
    try:
        # Told before the work, not after it.
        target.parent.mkdir(parents=True, exist_ok=True)
        beside.touch()
        executed = execute_notebook(name, parameters, folder=Path.cwd())
        # Drawings that only pages want are a fifth of the file.
        take_charts(executed)
        nbformat.write(select_language(executed, checked["lang"]), beside)
        beside.replace(target)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(
            f"cannot be written ({reason})", where=str(target), mend="give a file you may write to"
        ) from None
    finally:
        with suppress(OSError):
            beside.unlink()
    return target


def check_in(folder: Path | None, names: Sequence[str], parameters: Mapping[str, Any]) -> None:
    """Check parameters as the kernel will see them: a relative path means the kernel's folder."""
    with _FOLDER:
        before = Path.cwd()
        if folder is not None:
            os.chdir(folder)
        try:
            for name in names:
                check_parameters(name, parameters)
        finally:
            os.chdir(before)


def _execute(
    source: Path,
    parameters: dict[str, Any],
    folder: Path | None,
    engine: str | None,
    time_limit: float | None,
) -> NotebookNode:
    chosen = choose_engine(engine)
    # A start that fails says nothing about the notebook: once more, and where nobody insists, without a fork.
    attempts = [chosen, chosen] + (["papermill"] if engine is None and chosen == "warm" else [])
    while True:
        with tempfile.TemporaryDirectory(prefix="sxedu-") as scratch:
            try:
                ran = _run(
                    source,
                    parameters,
                    folder or Path(scratch),
                    Path(scratch),
                    attempts.pop(0),
                    time_limit or TIME_LIMIT,
                )
            except NotebookError as error:
                if error.executed is None and error.cell is None and attempts:
                    continue
                if error.executed is not None:
                    error.executed = scrub(_without_marks(error.executed), parameters)
                raise
        return scrub(ran, parameters)


def _run(
    source: Path, parameters: dict[str, Any], folder: Path, scratch: Path, engine: str, time_limit: float
) -> NotebookNode:
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from papermill import execute_notebook as run
    from papermill.exceptions import PapermillExecutionError

    from sxedu_analysis.production import warm_kernel

    warm_kernel.register_engine()
    # A user's start-up files must not decide what runs.
    spec = warm_kernel.kernel_spec({"IPYTHONDIR": str(scratch / "ipython")}, warm=engine == "warm")

    class Manager(warm_kernel.OwnKernelManager):
        """Kernels for this notebook."""

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(spec=spec, scratch=scratch, folder=folder, **kwargs)

    started: list[NotebookNode] = []
    begun = time.monotonic()
    failure: NotebookError
    try:
        return run(
            str(source),
            None,
            engine_name=warm_kernel.ENGINE if engine == "warm" else None,
            parameters=parameters,
            progress_bar=False,
            kernel_name="python3",
            request_save_on_cell_execute=False,
            timeout_func=lambda _: max(0.1, begun + time_limit - time.monotonic()),
            on_notebook_start=lambda notebook: started.append(notebook),
            kernel_manager_class=Manager,
            shutdown_kernel="immediate",
        )
    except PapermillExecutionError as error:
        what = str(error.evalue).strip().splitlines()
        line = f"{error.ename}: {what[0]}" if what else str(error.ename)
        failure = NotebookError(f"cell {error.cell_index} failed: {line}", cell=error.cell_index)
    except CellTimeoutError:
        failure = NotebookError(f"took longer than {time_limit:g} seconds", cell=_unfinished(started))
    except (CellExecutionError, DeadKernelError, RuntimeError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        failure = NotebookError(f"the kernel failed: {first}", mend="run it again", cell=_unfinished(started))
    except (ValueError, TypeError, AttributeError, KeyError, nbformat.ValidationError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        failure = NotebookError(f"is no notebook that can be run: {first[:200]}", cell=-1)
    raise NotebookError(
        failure.what,
        where=source.name,
        mend=failure.mend,
        cell=failure.cell,
        executed=started[0] if started else None,
    ) from None


def _unfinished(started: list[NotebookNode]) -> int | None:
    """The cell that was running when its kernel was lost."""
    if not started:
        return None
    # Not by their status: in the end papermill calls those completed that it never began.
    states = [cell.metadata.get("papermill", {}) for cell in started[0].cells]
    begun = [number for number, state in enumerate(states) if state.get("start_time")]
    return begun[-1] if begun else None


def _without_marks(executed: NotebookNode) -> NotebookNode:
    executed.cells = [cell for cell in executed.cells if _ERROR_MARK not in cell.metadata.get("tags", [])]
    return executed


def scrub(executed: NotebookNode, parameters: Mapping[str, Any]) -> NotebookNode:
    """Take out of an executed notebook what differs from run to run: times, random ids, versions."""
    executed.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for number, cell in enumerate(executed.cells):
        tags = list(cell.metadata.get("tags", []))
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if "injected-parameters" in tags:
            cell.id = "injected-parameters"
            cell.source = _injected(parameters)
        elif "id" not in cell:
            cell.id = f"cell-{number:02d}"
    return executed


def _injected(parameters: Mapping[str, Any]) -> str:
    """The injected parameters as one would write them: papermill spells Chinese as escapes."""
    return "\n".join(["# Parameters", *(f"{name} = {value!r}" for name, value in parameters.items())])


def drop_injected(executed: NotebookNode) -> NotebookNode:
    """Without the injected cell: the notebook as it is written, with the outputs of its own defaults."""
    executed.cells = [
        cell for cell in executed.cells if "injected-parameters" not in cell.metadata.get("tags", [])
    ]
    return executed


def select_language(executed: NotebookNode, lang: str) -> NotebookNode:
    """Keep of each two-language markdown cell (parts divided by ``<!-- en -->``) the part in one language."""
    for cell in executed.cells:
        if cell.cell_type == "markdown" and LANGUAGE_MARK in cell.source:
            chinese, _, english = cell.source.partition(LANGUAGE_MARK)
            cell.source = (english if lang == "en" else chinese).strip()
    return executed


LANGUAGE_MARK = "<!-- en -->"
