"""The project's restated reports: located, bound to the last figure, and their tables not drifted."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from sxedu_analysis.analysis import load_codebook, load_facts, load_findings, load_locations
from sxedu_analysis.analysis.locations import find_claims, load_claim_locations
from sxedu_analysis.analysis.refresh import facts_csv
from sxedu_analysis.foundation.paths import data_dir
from sxedu_analysis.reading.quantities import find_quantities
from sxedu_analysis.reading.reports import list_reports, load_report

REPORTS = list_reports()


@pytest.fixture(params=REPORTS)
def report(request):
    return load_report(request.param)


def test_every_figure_is_bound_once(report):
    quantities = find_quantities(report.text).query("kind == 'quantity'")
    facts = load_facts(report)
    assert facts["start"].tolist() == quantities["start"].tolist()
    assert facts["raw"].tolist() == quantities["raw"].tolist()


def test_an_indicator_is_stated_once(report):
    assert load_facts(report)["indicator"].is_unique


def test_facts_lead_back_to_both_texts(report):
    facts = load_facts(report)
    assert all(report.text[row.start : row.end] == row.raw for row in facts.itertuples())
    assert all(row.sentence in report.text and row.raw in row.sentence for row in facts.itertuples())
    assert facts["source_start"].notna().all()
    assert ((facts["source_end"] - facts["source_start"]) == facts["raw"].str.len()).all()
    assert facts["source_end"].max() <= report.metadata["original"]["characters"]


def test_values_lie_within_their_bounds(report):
    facts = load_facts(report)
    assert ((facts["low"] <= facts["value"]) & (facts["value"] <= facts["high"])).all()


def test_locations_are_those_of_the_restated_text(report):
    quantities, locations = find_quantities(report.text), load_locations(report)
    assert locations["number"].tolist() == list(range(1, len(locations) + 1))
    assert locations["raw"].tolist() == quantities["raw"].tolist()
    assert locations["restated_start"].tolist() == quantities["start"].tolist()
    assert locations["kind"].tolist() == quantities["kind"].astype(str).tolist()
    assert locations["source_start"].is_monotonic_increasing
    assert (
        locations["source_start"].iloc[1:].to_numpy() >= locations["source_end"].iloc[:-1].to_numpy()
    ).all()
    assert locations["source_paragraph"].is_monotonic_increasing


def test_claims_are_located(report):
    found = find_claims(report.text, find_quantities(report.text), load_codebook())
    located = load_claim_locations(report)
    assert located[["rule", "claim", "raw"]].equals(found[["rule", "claim", "raw"]])
    assert located["restated_start"].tolist() == found["start"].tolist()
    assert (located["source_end"] <= report.metadata["original"]["characters"]).all()
    assert (located["source_start"] < located["source_end"]).all()


def test_facts_on_disk_have_not_drifted(report):
    path = data_dir() / "facts" / f"{report.report_id}.csv"
    mend = "run: python -m sxedu_analysis.analysis.refresh"
    assert path.read_bytes().decode("utf-8") == facts_csv(report.report_id), mend
    assert len(pd.read_csv(path)) == len(load_facts(report))


def test_there_are_no_facts_of_unknown_reports():
    assert sorted(path.stem for path in (data_dir() / "facts").glob("*.csv")) == REPORTS


def test_the_original_is_described_not_copied(report):
    original = report.metadata["original"]
    assert re.fullmatch(r"[0-9a-f]{64}", original["sha256"])
    assert original["characters"] > 0
    assert sorted(path.name for path in report.path.parent.iterdir()) == [
        "claim_locations.csv",
        "locations.csv",
        "report.yaml",
        "restated.txt",
    ]
    # A restatement gives the figures, not the prose: it is much shorter.
    assert len(report.text) < 0.6 * original["characters"]


def test_findings_name_known_indicators(report, repository):
    known = set(pd.read_csv(repository / "data" / "codebook" / "indicators.csv")["indicator"])
    named = {code for codes in load_findings(report)["indicators"] for code in codes.split(";") if code}
    assert named <= known
