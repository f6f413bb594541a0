from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from sxedu_analysis.foundation.errors import ExecutionError, InputError, ParameterError
from sxedu_analysis.production import execute
from sxedu_analysis.production.execute import execute_notebook, scrub, select_language


def write(path: Path, *sources: str) -> Path:
    cells = [new_code_cell(source) for source in sources]
    cells[0].metadata["tags"] = ["parameters"]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


def test_a_notebook_runs_in_this_interpreter_and_keeps_no_trace_of_the_run(tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.ipynb", 'lang = "zh"', "import sys, os\nprint(sys.executable)\nprint(lang, os.getcwd())"
    )
    folder = tmp_path / "work"
    folder.mkdir()
    executed = execute_notebook("02_coverage", {"lang": "en"}, path=path, folder=folder)
    import sys

    assert executed.cells[2].outputs[0].text.splitlines() == [sys.executable, f"en {folder}"]
    assert executed.cells[1].source == "# Parameters\nlang = 'en'"
    assert executed.cells[1].id == "injected-parameters"
    assert "papermill" not in executed.metadata
    assert all(set(cell.metadata) <= {"tags"} for cell in executed.cells)


def test_a_failing_cell_is_named_in_one_line(tmp_path: Path) -> None:
    path = write(tmp_path / "broken.ipynb", 'lang = "zh"', "raise ValueError('no such\\nthing')")
    with pytest.raises(ExecutionError, match=r"broken.ipynb: cell 1 failed: ValueError: no such") as caught:
        execute_notebook("02_coverage", {}, path=path)
    assert "\n" not in str(caught.value)


def test_a_dying_kernel_is_one_line_too(tmp_path: Path) -> None:
    path = write(tmp_path / "dying.ipynb", 'lang = "zh"', "import os\nos._exit(1)")
    with pytest.raises(ExecutionError, match=r"dying\.ipynb: the kernel failed"):
        execute_notebook("02_coverage", {}, path=path)


def test_a_cell_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "TIME_LIMIT", 3)
    path = write(tmp_path / "slow.ipynb", 'lang = "zh"', "import time\ntime.sleep(20)")
    with pytest.raises(ExecutionError, match="took longer than 3 seconds"):
        execute_notebook("02_coverage", {}, path=path)


def test_parameters_are_checked_before_a_kernel_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "_run", lambda *_: pytest.fail("a kernel was started"))
    with pytest.raises(ParameterError, match="did you mean 'lang'"):
        execute_notebook("02_coverage", {"langg": "en"})


def test_one_notebook_is_run_and_written_in_one_language(isolated: Path) -> None:
    path = execute.run_notebook("notebooks/05_consistency.ipynb", {"lang": "en"})
    assert path == Path("output/05_consistency.ipynb")
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    written = nbformat.read(path, 4)
    assert written.cells[0].source.startswith("# ")
    assert execute.LANGUAGE_MARK not in "".join(cell.source for cell in written.cells)
    assert "lang = 'en'" in "".join(cell.source for cell in written.cells)


@pytest.mark.parametrize(
    ("given", "out", "error", "told"),
    [
        ({"lang": "cn"}, None, ParameterError, "parameter lang: 'cn' is not allowed"),
        ({}, "x.html", InputError, "x.html: is no notebook's name"),
        ({}, "plain.txt/x.ipynb", InputError, "plain.txt/x.ipynb: cannot be written"),
        ({}, str(execute.notebook_path("02_coverage")), InputError, "is the notebook itself"),
    ],
)
def test_what_cannot_be_run_or_written_starts_no_kernel(
    given: dict[str, str],
    out: str | None,
    error: type[Exception],
    told: str,
    isolated: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(execute, "_execute", lambda *_: pytest.fail("a kernel was started"))
    (isolated / "plain.txt").touch()
    with pytest.raises(error, match=told):
        execute.run_notebook("02_coverage", given, out)
    assert [one.name for one in isolated.iterdir()] == ["plain.txt"]


def test_one_language_is_kept_of_two() -> None:
    made = new_notebook(cells=[new_markdown_cell("中文\n\n<!-- en -->\n\nEnglish"), new_markdown_cell("同")])
    chosen = select_language(made, "en")
    assert [cell.source for cell in chosen.cells] == ["English", "同"]


def test_cells_without_an_id_get_one_that_stays() -> None:
    made = new_notebook(cells=[new_code_cell("1")])
    del made.cells[0]["id"]
    assert scrub(made, {}).cells[0].id == "cell-00"
