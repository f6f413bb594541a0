"""The notebook on neighbours, executed for other home counties, languages and comparators."""

from __future__ import annotations

from pathlib import Path

import pytest

from sxedu_analysis.foundation.errors import ParameterError
from sxedu_analysis.production.execute import execute_notebook
from sxedu_analysis.production.parameters import check_parameters
from sxedu_analysis.reading.registered import add_report

NAME = "04_neighbour_gaps"


def said(parameters: dict) -> str:
    texts = []
    for cell in execute_notebook(NAME, parameters).cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text
            texts.append(output.get("data", {}).get("text/plain", ""))
    return "\n".join(texts)


@pytest.mark.parametrize(
    ("adcode", "parameters", "expected"),
    [
        ("341323", {"lang": "zh"}, "泗县"),
        (
            "321324",
            {"lang": "en", "comparators": "341324,340322", "measures": "schooling,staff"},
            "Sihong County",
        ),
    ],
)
def test_another_home_county(tmp_path: Path, adcode: str, parameters: dict, expected: str) -> None:
    path = tmp_path / f"{adcode}.txt"
    path.write_text("教体局工作总结\n全县有学校12所。学生素质与周边县区仍有差距。", encoding="utf-8")
    report_id = add_report(path, adcode=adcode, period="2023H1").report_id
    text = said({"report_id": report_id, **parameters})
    assert expected in text
    assert {"zh": "没有录入可比的公开数字", "en": "missing"}[parameters["lang"]] in text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"comparators": "adjacnt"}, "did you mean 'adjacent'"),
        ({"comparators": "341399"}, "no county has the adcode 341399"),
        ({"comparators": ["341323"]}, "must be adjacent, same_city, all, or adcodes divided by commas"),
        ({"measures": "schoolling"}, "did you mean 'schooling'"),
        ({"measures": 3}, "must be all, or themes and codes divided by commas"),
    ],
)
def test_wrong_parameters_stop_before_a_kernel_starts(values: dict, words: str) -> None:
    with pytest.raises(ParameterError) as caught:
        check_parameters(NAME, values)
    assert words in str(caught.value)
    assert str(caught.value).startswith(NAME)


@pytest.mark.parametrize("comparators", ["adjacent", "same_city", "all", "341323, 340322"])
def test_right_parameters_are_let_through(comparators: str) -> None:
    assert (
        check_parameters(NAME, {"comparators": comparators, "measures": "all"})["comparators"] == comparators
    )
