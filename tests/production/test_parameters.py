from __future__ import annotations

import re
from typing import Any

import nbformat
import pytest

from sxedu_analysis.foundation.errors import ParameterError
from sxedu_analysis.production import parameters
from sxedu_analysis.production.execute import notebook_path
from sxedu_analysis.production.parameters import check_parameters, list_notebooks, notebook, read_parameters


@pytest.mark.parametrize(
    ("name", "values", "line"),
    [
        ("01_report_figures", {"topn": 3}, r"unknown parameter 'topn' \(did you mean 'top_n'\?\); the param"),
        ("01_report_figures", {"top_n": "3"}, "01_report_figures: parameter top_n: must be int, not str '3'"),
        ("01_report_figures", {"top_n": True}, "must be int, not bool True"),
        ("01_report_figures", {"top_n": 0}, "must be at least 1, not 0"),
        ("01_report_figures", {"top_n": 61}, "must be at most 60, not 61"),
        ("01_report_figures", {"topic": "safty"}, r"'safty' is not allowed \(did you mean 'safety'\?\)"),
        ("02_coverage", {"lang": "cn"}, "choose one of zh, en"),
        ("02_coverage", {"measure": "student_aid_per_award"}, "is not allowed"),
        ("02_coverage", {"refused_numerator": "drills"}, r"\(\d+ in all\)"),
        ("02_coverage", {"report_id": "341324-2023H2"}, r"did you mean '341324-2023H1'"),
        ("02_coverage", {"report_id": 341324}, r"must be a report_id or a path \(str\), not int"),
        ("2_coverage", {}, r"no notebook '2_coverage' \(did you mean '02_coverage'\?\)"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(name: str, values: dict[str, Any], line: str) -> None:
    with pytest.raises(ParameterError, match=line) as caught:
        check_parameters(name, values)
    assert "\n" not in str(caught.value)


def test_defaults_are_filled_in() -> None:
    checked = check_parameters("01_report_figures", {"lang": "en"})
    assert checked == {"report_id": "341324-2023H1", "lang": "en", "topic": "all", "top_n": 20}


def test_inside_a_notebook_only_what_looks_misspelt_is_minded() -> None:
    surroundings = {"report_id": "341324-2023H1", "lang": "zh", "threshold": 3, "_": "x", "sx": object()}
    assert check_parameters("05_consistency", surroundings, inside=True)["weight"] == "all"
    with pytest.raises(ParameterError, match="unknown parameter 'wieght'"):
        check_parameters("05_consistency", surroundings | {"wieght": "note"}, inside=True)


@pytest.mark.parametrize("values", [{"lang": "cn"}, {"langg": "en"}])
def test_inside_a_notebook_the_reader_sees_one_line_and_no_traceback(values: dict[str, Any]) -> None:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    call = f"check_parameters('02_coverage', {values!r}, inside=True)"
    shell = InteractiveShell()
    shell.user_ns["check_parameters"] = check_parameters
    with capture_output() as shown:
        shell.run_cell(call)
    assert shown.stdout.startswith("ParameterError: 02_coverage: ")
    assert shown.stdout.count("\n") == 1


def test_what_somebody_typed_is_read_as_the_specification_says() -> None:
    typed = [("top_n", "5"), ("lang", "en"), ("topn", "7")]
    assert read_parameters("01_report_figures", typed) == {"top_n": 5, "lang": "en", "topn": "7"}
    assert read_parameters("01_report_figures", [("top_n", "many")]) == {"top_n": "many"}
    assert [parameters._read("bool", value) for value in ("True", "false", "maybe")] == [True, False, "maybe"]
    assert parameters._read("float", "2.5") == 2.5


@pytest.mark.parametrize("name", list(list_notebooks()))
def test_each_notebooks_own_cell_says_what_the_specification_says(name: str) -> None:
    cells = nbformat.read(notebook_path(name), 4).cells
    [cell] = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    said: dict[str, Any] = {}
    exec(cell.source, said)
    said.pop("__builtins__")
    assert said == notebook(name).defaults
    assert all(re.search(r"  # .*/ ", line) for line in cell.source.splitlines()), "each line has its help"
    assert all(parameter.help_zh and parameter.help_en for parameter in notebook(name).parameters)
