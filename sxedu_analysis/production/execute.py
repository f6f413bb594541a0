"""A notebook and its parameters become an executed notebook, the same bytes every time."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from sxedu_analysis.foundation.errors import ExecutionError
from sxedu_analysis.foundation.paths import home, is_clone, notebooks_dir
from sxedu_analysis.production.parameters import check_parameters, notebook

TIME_LIMIT = 600
"""Seconds a cell may take before the notebook is given up."""


def notebook_path(name: str) -> Path:
    """Where a notebook of the project is."""
    return notebooks_dir() / f"{notebook(name).name}.ipynb"


def execute_notebook(
    name: str, parameters: Mapping[str, Any], *, folder: Path | None = None, path: Path | None = None
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

    Returns
    -------
    NotebookNode
        With outputs; without run times, random ids or paths of this machine.

    Raises
    ------
    ParameterError
        If the parameters are not allowed.
    ExecutionError
        If a cell fails: names notebook, cell and error in one line.
    """
    source = path or notebook_path(name)
    given = _checked(name, parameters, folder)
    with tempfile.TemporaryDirectory(prefix="sxedu-") as scratch:
        ran = _run(source, given, folder or Path(scratch), Path(scratch))
    return scrub(ran, given)


def _checked(name: str, parameters: Mapping[str, Any], folder: Path | None) -> dict[str, Any]:
    """Check as the kernel will see it: a relative path means the kernel's folder."""
    before = Path.cwd()
    if folder is not None:
        os.chdir(folder)
    try:
        check_parameters(name, parameters)
    finally:
        os.chdir(before)
    return dict(parameters)


def _run(source: Path, parameters: dict[str, Any], folder: Path, scratch: Path) -> NotebookNode:
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from papermill import execute_notebook as run
    from papermill.exceptions import PapermillExecutionError

    # A user's start-up files and a user's `python3` kernelspec must not decide what runs.
    environment = {"IPYTHONDIR": str(scratch / "ipython"), "PYTHONHASHSEED": "0"}
    if is_clone():
        environment["PYTHONPATH"] = os.pathsep.join(
            filter(None, [str(home()), os.environ.get("PYTHONPATH", "")])
        )
    spec = KernelSpec(
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=ERROR"],
        display_name="Python 3",
        language="python",
        env=environment,
    )

    class OwnKernelManager(AsyncKernelManager):
        """Starts this interpreter, whatever kernelspecs the machine has, off the network."""

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            socket = scratch / "k"
            # A socket's path must be short; Windows has none.
            if os.name == "posix" and len(str(socket)) < 70:
                self.transport, self.ip = "ipc", str(socket)

        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

    try:
        return run(
            str(source),
            None,
            parameters=parameters,
            cwd=str(folder),
            progress_bar=False,
            kernel_name="python3",
            request_save_on_cell_execute=False,
            execution_timeout=TIME_LIMIT,
            kernel_manager_class=OwnKernelManager,
            shutdown_kernel="immediate",
        )
    except PapermillExecutionError as error:
        what = str(error.evalue).strip().splitlines()
        line = f"{error.ename}: {what[0]}" if what else str(error.ename)
        raise ExecutionError(f"cell {error.cell_index} failed: {line}", where=source.name) from None
    except CellTimeoutError:
        raise ExecutionError(f"a cell took longer than {TIME_LIMIT} seconds", where=source.name) from None
    except (CellExecutionError, DeadKernelError, RuntimeError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ExecutionError(f"the kernel failed: {first}", where=source.name, mend="run it again") from None


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
