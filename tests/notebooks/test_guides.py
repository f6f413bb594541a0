"""The notebooks that no report is made of: the tour, the page of the panel (the teaching unit: classroom)."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from sxedu_analysis.production import refresh
from sxedu_analysis.production.execute import LANGUAGE_MARK, execute_file
from sxedu_analysis.production.parameters import list_notebooks
from sxedu_analysis.production.workbench import START

GUIDES = [path for path in refresh.guides() if path.parent.name != "teaching"]


def code_of(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


def test_the_start_notebook_is_a_guide_and_no_part_of_a_report() -> None:
    assert START in [path.name for path in GUIDES]
    assert not {path.stem for path in GUIDES} & set(list_notebooks())


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_guides_are_thin_executed_bilingual_and_free_of_this_machine(path: Path, repository: Path) -> None:
    cells = code_of(path)
    assert all(cell.execution_count for cell in cells), "run make notebooks"
    assert max(len(cell.source.splitlines()) for cell in cells) <= 12
    assert not any(output.output_type == "error" for cell in cells for output in cell.outputs)
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "markdown":
            chinese, mark, english = cell.source.partition(LANGUAGE_MARK)
            assert mark
            assert re.search(r"[\u4e00-\u9fff]", chinese)
            assert re.search(r"[a-z]{3}", english)
    raw = path.read_text(encoding="utf-8")
    assert str(repository) not in raw
    assert not re.search(r'"/(?:home|root|tmp|Users)/', raw)
    assert "widget-view" not in raw


def test_the_tour_goes_through_all_that_a_researcher_needs() -> None:
    [path] = [path for path in GUIDES if path.name == START]
    source = "\n".join(cell.source for cell in code_of(path))
    for step in (
        "load_quantities",
        "load_facts",
        "load_measures",
        "sx.ratio",
        "UnitError",
        "charts.",
        "write_text",
        "load_gaps",
        "run_notebook",
        "sx.show",
        "sx.describe",
        "sx.explore",
    ):
        assert step in source, step


def test_a_guide_is_stored_as_written_with_what_is_shown_where_nobody_clicks(tmp_path: Path) -> None:
    [path] = [path for path in GUIDES if path.stem == "explore"]
    written = nbformat.read(path, 4)
    for cell in written.cells:
        cell.metadata["nbgrader"] = {"kept": True}
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(written, tmp_path / "copy.ipynb")
    executed = execute_file(tmp_path / "copy.ipynb")
    [output] = [output for cell in executed.cells for output in cell.get("outputs", [])]
    assert set(output.data) == {"text/html", "text/plain"}
    assert "99个数字" in output.data["text/plain"]
    assert all(cell.metadata["nbgrader"] == {"kept": True} for cell in executed.cells)
