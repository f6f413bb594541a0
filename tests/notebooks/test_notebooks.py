from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from sxedu_analysis.production.execute import LANGUAGE_MARK, execute_notebook, notebook_path
from sxedu_analysis.production.parameters import list_notebooks

NOTEBOOKS = list(list_notebooks())


def outputs(executed) -> str:
    texts = []
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text
            texts.append(output.get("data", {}).get("text/plain", "") or output.get("text", ""))
    return "\n".join(texts)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_stored_notebooks_are_thin_executed_and_free_of_this_machine(name: str, repository: Path) -> None:
    stored = nbformat.read(notebook_path(name), 4)
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code), "run make notebooks"
    assert max(len(cell.source.splitlines()) for cell in code) <= 12
    assert not any("injected-parameters" in cell.metadata.get("tags", []) for cell in stored.cells)
    assert "check_parameters" in "".join(cell.source for cell in code)
    raw = notebook_path(name).read_text(encoding="utf-8")
    assert str(repository) not in raw
    assert not re.search(r'"/(?:home|root|tmp|Users)/', raw)
    assert "def " not in "".join(cell.source for cell in code)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_prose_is_there_in_both_languages(name: str) -> None:
    stored = nbformat.read(notebook_path(name), 4)
    for cell in stored.cells:
        if cell.cell_type == "markdown":
            chinese, mark, english = cell.source.partition(LANGUAGE_MARK)
            assert mark
            assert re.search(r"[\u4e00-\u9fff]", chinese)
            assert not re.search(r"[\u4e00-\u9fff]", english)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_notebook_has_the_parts_a_reader_looks_for(name: str) -> None:
    stored = nbformat.read(notebook_path(name), 4)
    headings = [
        match for cell in stored.cells for match in re.findall(r"^#+ (.+)$", cell.source, re.M)
        if cell.cell_type == "markdown"
    ]  # fmt: skip
    for part in ("问题", "参数", "读入", "局限", "运行卡"):
        assert part in headings


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        ("01_report_figures", {"lang": "en", "topic": "student_aid", "top_n": 5}, "Student aid (2)"),
        ("02_coverage", {"lang": "en", "measure": "nutrition_meal_share"}, "69.3–70.9"),
        ("03_funding_per_student", {"people": 250}, "每250人次"),
        ("05_consistency", {"lang": "en", "weight": "contradiction"}, "Contradiction"),
    ],
)
def test_other_parameters_change_what_is_said(name: str, parameters: dict, expected: str) -> None:
    assert expected in outputs(execute_notebook(name, parameters))


def test_run_by_hand_a_misspelt_choice_stops_the_notebook(tmp_path: Path) -> None:
    from sxedu_analysis.foundation.errors import ExecutionError

    stored = nbformat.read(notebook_path("02_coverage"), 4)
    [cell] = [cell for cell in stored.cells if "parameters" in cell.metadata.get("tags", [])]
    cell.source = cell.source.replace('lang = "zh"', 'lang = "cn"')
    path = tmp_path / "by_hand.ipynb"
    nbformat.write(stored, path)
    with pytest.raises(
        ExecutionError, match="ParameterError: 02_coverage: parameter lang: 'cn' is not allowed"
    ):
        execute_notebook("02_coverage", {}, path=path)
