"""The source page says which text it shows, and where each number stands in both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import sxedu_analysis as sx
from sxedu_analysis.analysis import load_locations, load_topics
from sxedu_analysis.analysis.tables import load_tables
from sxedu_analysis.production import source_page

REPORT = "341324-2023H1"


def context(report_id: str | Path, lang: str) -> dict[str, Any]:
    report = sx.load_report(report_id)
    return source_page.context(report, load_tables(report), load_locations(report), load_topics(), lang)


@pytest.mark.parametrize(("lang", "name"), [("zh", "复述文溯源"), ("en", "Restated text")])
def test_a_restated_report_is_called_so_and_has_both_places(lang: str, name: str) -> None:
    page = context(REPORT, lang)
    assert page["tab"] == name
    places = [entry["place"] for entry in page["register"]]
    both = ("原文第", "复述文第") if lang == "zh" else ("original, paragraph", "restated text, paragraph")
    assert all(word in place for place in places for word in both)
    located = load_locations(REPORT).set_index("restated_start")["source_paragraph"]
    for block in page["blocks"]:
        there = {int(located[entry["start"]]) for _, entry in block["parts"] if entry}
        ends = [int(one) for one in block["origin"].split("–") if one]
        assert ({min(there), max(there)} if there else set()) == set(ends)


def test_a_file_is_its_own_original(county_file: Path) -> None:
    page = context(county_file, "zh")
    assert "heading" not in page
    assert not any(block["origin"] for block in page["blocks"])
    assert all(entry["place"].startswith("第") for entry in page["register"])


def test_targets_are_printed_as_written_and_one_is_singular() -> None:
    register = context(REPORT, "en")["register"]
    assert {entry["bounds"] for entry in register if entry["basis"] == "target"} == {"as written"}
    assert not [
        entry for entry in register if entry["value"] == "1" and entry["unit"].split()[0].endswith("s")
    ]
    stated = [
        one for entry in register for one in entry["measures"] if "the report states all" in one["operands"]
    ]
    assert stated
