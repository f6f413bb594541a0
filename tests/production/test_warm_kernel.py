"""The forked kernel: the same outputs as a fresh one, nothing handed on, nothing left behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from sxedu_analysis.foundation.errors import ParameterError
from sxedu_analysis.production import execute, warm_kernel
from sxedu_analysis.production.execute import NotebookError, execute_notebook, execute_notebooks
from sxedu_analysis.production.parameters import list_notebooks

pytestmark = pytest.mark.skipif(not warm_kernel.is_available(), reason="no fork here")


def write(path: Path, *sources: str) -> Path:
    cells = [new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources)]
    cells[0].metadata["tags"] = ["parameters"]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


def run(path: Path, engine: str = "warm") -> list[str]:
    executed = execute_notebook("02_coverage", {}, path=path, engine=engine)
    return [
        output.get("text", output.get("data", {}).get("text/plain", ""))
        for cell in executed.cells
        for output in cell.get("outputs", [])
    ]


@pytest.mark.parametrize("name", list(list_notebooks()))
def test_outputs_equal_plain_papermills_byte_for_byte(name: str) -> None:
    warm, plain = (
        re.sub(r"0x[0-9a-f]+", "0x", nbformat.writes(execute_notebook(name, {"lang": "en"}, engine=engine)))
        for engine in ("warm", "papermill")
    )
    assert warm == plain
    # A kernel that has the figures' backend before its time shows text instead, and is faster for it.
    assert warm.count('"image/png": "') >= 1


def test_papermills_own_command_finds_the_engine(tmp_path: Path, repository: Path) -> None:
    found = {one.name for one in entry_points(group="papermill.engine")}
    if warm_kernel.ENGINE not in found:
        pytest.skip("the package is not installed here: papermill reads what installed packages announce")
    out = tmp_path / "out.ipynb"
    files = [str(execute.notebook_path("02_coverage")), str(out)]
    subprocess.run(
        [sys.executable, "-m", "papermill", *files, "--engine", warm_kernel.ENGINE, "-p", "lang", "en"],
        env=os.environ | {"PYTHONPATH": str(repository)},
        check=True,
        capture_output=True,
    )
    ours = execute_notebook("02_coverage", {"lang": "en"})
    told = [
        [cell.get("outputs", []) for cell in one.cells] for one in (nbformat.read(out, as_version=4), ours)
    ]
    assert told[0] == told[1]


def test_pyplots_own_figures_are_pictures_too(tmp_path: Path) -> None:
    path = write(
        tmp_path / "f.ipynb",
        "x = 1",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "plt.get_backend()",
    )
    found = []
    for engine in execute.ENGINES:
        executed = execute_notebook("02_coverage", {}, path=path, engine=engine)
        found.append(
            [output.get("data", {}) for cell in executed.cells for output in cell.get("outputs", [])]
        )
    assert "image/png" in found[0][0]
    assert found[0] == found[1]


SOIL = """
import builtins, os, random, sys
import matplotlib, numpy, pandas
import sxedu_analysis
soiled = builtins.soiled = os.environ["SOILED"] = "yes"
sxedu_analysis.soiled = "yes"
pandas.set_option("display.max_rows", 7)
matplotlib.rcParams["figure.dpi"] = 7
os.chdir("/")
sys.path.insert(0, "/soiled")
numpy.random.seed(7); random.seed(7)
"""
LOOK = """
import builtins, os, random, sys
import matplotlib, numpy, pandas
import sxedu_analysis
print("soiled" in globals(), hasattr(builtins, "soiled"), "SOILED" in os.environ,
      hasattr(sxedu_analysis, "soiled"), pandas.get_option("display.max_rows"),
      matplotlib.rcParams["figure.dpi"], os.getcwd() == "/", sys.path)
"""


def test_nothing_is_handed_on(tmp_path: Path) -> None:
    run(write(tmp_path / "soil.ipynb", "x = 1", SOIL))
    look = write(tmp_path / "look.ipynb", "x = 1", LOOK)
    seen = run(look)
    assert seen == run(look, "papermill")
    assert seen[0].startswith("False False False False 60 100.0 False")


def test_random_numbers_differ_from_kernel_to_kernel(tmp_path: Path) -> None:
    path = write(
        tmp_path / "r.ipynb", "x = 1", "import numpy, random\nprint(numpy.random.rand(), random.random())"
    )
    first, second = run(path)[0].split(), run(path)[0].split()
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_a_kernel_looks_like_a_fresh_one(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.ipynb",
        "x = 1",
        "import os, sys, threading, signal, multiprocessing\n"
        "print(sys.argv[0], len(sys.argv), __name__, sorted(os.environ), os.environ['PYTHONHASHSEED'],"
        "multiprocessing.current_process().name, multiprocessing.current_process().daemon,"
        "signal.getsignal(signal.SIGINT), hash('a'))",
    )
    warm, plain = run(path)[0], run(path, "papermill")[0]
    assert warm.replace(" 'JPY_PARENT_PID',", "") == plain.replace(" 'JPY_PARENT_PID',", "")


def test_a_killed_kernel_is_contained(tmp_path: Path) -> None:
    path = write(tmp_path / "k.ipynb", "x = 1", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(NotebookError, match="the kernel failed") as caught:
        run(path)
    assert caught.value.cell == 1
    assert run(write(tmp_path / "next.ipynb", "x = 1", "print('alive')")) == ["alive\n"]


def test_a_failed_notebook_is_kept_with_its_error(tmp_path: Path) -> None:
    path = write(tmp_path / "e.ipynb", "x = 1", "print('before')", "1 / 0")
    with pytest.raises(NotebookError, match="cell 2 failed: ZeroDivisionError") as caught:
        run(path)
    executed = caught.value.executed
    assert [output.output_type for cell in executed.cells for output in cell.outputs] == ["stream", "error"]


def test_a_failed_start_is_tried_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "s.ipynb", "x = 1", "print('alive')")
    fork, tried = warm_kernel._Server.fork, []

    def fails_once(self: warm_kernel._Server, launch: object) -> object:
        tried.append(launch)
        if len(tried) == 1:
            raise OSError("no fork today")
        return fork(self, launch)

    monkeypatch.setattr(warm_kernel._Server, "fork", fails_once)
    assert run(path) == ["alive\n"]
    assert len(tried) == 2


def test_without_a_fork_server_a_fresh_kernel_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise EOFError("died")

    monkeypatch.setattr(warm_kernel._Server, "fork", fails)
    path = write(tmp_path / "s.ipynb", "x = 1", "print('alive')")
    assert execute_notebook("02_coverage", {}, path=path).cells[1].outputs[0].text == "alive\n"
    with pytest.raises(NotebookError, match="died"):
        run(path)


def test_the_fork_server_is_replaced_when_it_died(tmp_path: Path) -> None:
    path = write(tmp_path / "s.ipynb", "x = 1", "print('alive')")
    run(path)
    os.kill(warm_kernel._server()._server._forkserver_pid, signal.SIGKILL)
    time.sleep(0.2)
    assert run(path) == ["alive\n"]


def test_several_run_side_by_side_in_order() -> None:
    told: list[str] = []
    names = list(list_notebooks())[:2]
    assert list(execute_notebooks(names, {"lang": "en"}, done=told.append)) == names
    assert sorted(told) == names


def test_engines_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ParameterError, match="did you mean 'papermill'"):
        execute.choose_engine("papermil")
    monkeypatch.setattr(warm_kernel, "is_available", lambda: False)
    assert execute.choose_engine() == "papermill"
    with pytest.raises(ParameterError, match="needs fork"):
        execute.choose_engine("warm")


CLIENT = """
import sys
from pathlib import Path
from sxedu_analysis.production.execute import execute_notebook
execute_notebook("02_coverage", {}, path=Path(sys.argv[1]), engine="warm")
"""


def test_a_killed_client_leaves_no_orphan(tmp_path: Path, repository: Path) -> None:
    mark = tmp_path / "pids"
    path = write(
        tmp_path / "o.ipynb",
        "x = 1",
        "import os, subprocess, time\nchild = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(mark)!r} + '.part', 'w').write(f'{{os.getpid()}} {{os.getppid()}} {{child.pid}}')\n"
        f"os.replace({str(mark)!r} + '.part', {str(mark)!r})\ntime.sleep(600)",
    )
    environment = os.environ | {"PYTHONPATH": str(repository)}
    client = subprocess.Popen([sys.executable, "-c", CLIENT, str(path)], env=environment)
    try:
        wait_until(mark.exists)
        pids = [int(pid) for pid in mark.read_text().split()]
        client.kill()
        client.wait()
        wait_until(lambda: not any(map(alive, pids)), seconds=15)
    finally:
        client.kill()
        client.wait()


def wait_until(true: object, seconds: float = 60) -> None:
    last = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < last
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_file_descriptors_stay_flat(tmp_path: Path) -> None:
    path = write(tmp_path / "s.ipynb", "x = 1", "print('alive')")
    counts = []
    for _ in range(6):
        run(path)
        counts.append(len(os.listdir("/proc/self/fd")))
    assert max(counts[2:]) <= counts[1] + 1
