"""Claims: what a report says of its county beside others, and the evidence for or against it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sxedu_analysis.analysis import claims as claims_module
from sxedu_analysis.analysis.claims import load_claims
from sxedu_analysis.analysis.place_values import PlaceValue
from tests.analysis.test_gaps import register


def claims_of(tmp_path: Path, sentence: str, adcode: str = "341323") -> pd.DataFrame:
    return load_claims(register(tmp_path, adcode, f"{sentence}。", "2024H1"))


@pytest.mark.parametrize(
    ("sentence", "claim", "subject", "evidence"),
    [
        ("平均受教育年限高于全省平均水平", "above_province", "mean_schooling", "against"),
        ("平均受教育年限低于全省平均水平", "below_province", "mean_schooling", "for"),
        ("文盲率高于全国平均", "above_nation", "illiteracy", "for"),
        ("平均受教育年限全市第一", "first_of_city", "mean_schooling", "against"),
        ("大专以上人口位居全市前列", "leading_in_city", "tertiary", "against"),
        ("课后服务参与率位居全省前列", "leading_in_province", "after_school", "missing"),
        ("课后服务参与率全市第一", "first_of_city", "after_school", "missing"),
        ("平均受教育年限与周边县区相比仍有差距", "gap_to_neighbours", "mean_schooling", "undecided"),
        ("扫除文盲与周边县区还有差距", "gap_to_neighbours", "illiteracy", "undecided"),
        ("学生素质与周边县区有差距", "gap_to_neighbours", "learning", "missing"),
        ("教育经费低于全市平均水平", "behind_city", "spending", "missing"),
        ("工作走在全国前列", "leading_in_nation", "anything", "missing"),
        # What stands before the comma, or beside another noun, is not what is compared.
        ("平均受教育年限持续提高，生均教育经费低于全省平均水平", "below_province", "spending", "missing"),
        ("全县受教育年限达标，中考成绩位居全市第一", "first_of_city", "learning", "missing"),
        ("大学文化程度教师占比高于全省平均水平", "above_province", "teachers", "missing"),
    ],
)
def test_claims_and_their_evidence(
    tmp_path: Path, sentence: str, claim: str, subject: str, evidence: str
) -> None:
    [row] = claims_of(tmp_path, sentence).to_dict("records")
    assert (row["claim"], row["subject"], row["evidence"]) == (claim, subject, evidence)
    assert row["evidence_zh"]
    assert row["evidence_en"]


@pytest.mark.parametrize(
    ("adcode", "sentence", "evidence"),
    [
        # 固镇 is above 五河, but the prefecture's five other counties have no figures.
        ("340323", "平均受教育年限全市第一", "undecided"),
        ("340322", "平均受教育年限全市第一", "against"),
        # Of 泗洪's eight neighbours four have no figures; of 灵璧's six, one.
        ("321324", "平均受教育年限与周边县区有差距", "undecided"),
        ("341323", "平均受教育年限与周边县区有差距", "undecided"),
        ("341321", "平均受教育年限全市第一", "for"),
        ("341324", "平均受教育年限与周边县区有差距", "against"),
        ("341324", "扫除文盲与周边县区有差距", "against"),
        ("340322", "平均受教育年限与周边县区有差距", "for"),
    ],
)
def test_evidence_holds_whatever_the_silent_counties_are(
    tmp_path: Path, adcode: str, sentence: str, evidence: str
) -> None:
    [row] = claims_of(tmp_path, sentence, adcode).to_dict("records")
    assert row["evidence"] == evidence, row["evidence_en"]


@pytest.mark.parametrize(
    ("adcode", "sentence", "settled_by"),
    [
        # Of 灵璧's neighbours one has no figures, of the prefecture of 固镇 five.
        ("341323", "平均受教育年限与周边县区相比仍有差距", "census_county_tables"),
        ("341323", "扫除文盲与周边县区还有差距", "census_county_tables"),
        ("340323", "平均受教育年限全市第一", "census_county_tables"),
        ("341323", "大专以上人口位居全省前列", "census_county_tables"),
        # Decided: nothing is left to be settled.
        ("341323", "平均受教育年限高于全省平均水平", ""),
        ("341324", "平均受教育年限与周边县区有差距", ""),
        ("341323", "课后服务参与率全市第一", "bureau_work_reports"),
        ("610824", "教育经费低于全省平均水平", "education_finance_communique;county_final_accounts"),
    ],
)
def test_what_would_settle_a_claim_is_named_while_figures_are_lacking(
    tmp_path: Path, adcode: str, sentence: str, settled_by: str
) -> None:
    [row] = claims_of(tmp_path, sentence, adcode).to_dict("records")
    assert row["settled_by"] == settled_by, row["evidence_en"]
    assert bool(row["settled_by_zh"]) == bool(row["settled_by_en"]) == bool(settled_by)
    if adcode == "610824":
        assert "陕西省" in row["settled_by_zh"]
        assert "安徽" not in row["settled_by_zh"]


def test_a_claim_about_neighbours_names_their_prefectures_too(tmp_path: Path) -> None:
    [row] = claims_of(tmp_path, "师资与周边县区还有差距", "341324").to_dict("records")
    assert row["settled_by_zh"] == "市级统计年鉴（教育篇，分县表）：徐州市、宿迁市、蚌埠市、宿州市"
    # A district is not in the yearbook of counties.
    [row] = claims_of(tmp_path, "入学率低于全省平均水平", "341302").to_dict("records")
    assert row["settled_by_zh"] == "市级统计年鉴（教育篇，分县表）：宿州市"


def test_a_claim_leads_back_to_its_characters(tmp_path: Path) -> None:
    from sxedu_analysis.reading.reports import load_report

    report_id = register(tmp_path, "341323", "教师不足；办学质量与 周边县区仍有差距。")
    report = load_report(report_id)
    [row] = load_claims(report).to_dict("records")
    assert report.text[row["start"] : row["end"]] == row["raw"]
    assert row["subject"] == "learning"


def test_the_report_s_own_claim_cannot_be_tested() -> None:
    [row] = load_claims("341324-2023H1").to_dict("records")
    assert (row["claim"], row["subject"], row["evidence"]) == ("gap_to_neighbours", "learning", "missing")
    assert "describe adults" in row["related_en"]
    assert row["settled_by"]


def test_a_text_of_an_unknown_county_has_claims_without_evidence(tmp_path: Path) -> None:
    path = tmp_path / "somewhere.txt"
    path.write_text(
        "工作总结\n有学校12所。平均受教育年限高于全省平均水平。生均经费全市第一。", encoding="utf-8"
    )
    claims = load_claims(path)
    assert claims["evidence"].tolist() == ["missing", "missing"]
    assert claims["related_zh"].tolist() == ["", ""]


def test_claims_beside_a_prefecture_without_figures_are_missing(tmp_path: Path) -> None:
    [row] = claims_of(tmp_path, "平均受教育年限高于全市平均", "110101").to_dict("records")
    assert row["evidence"] == "missing"


def test_every_claim_is_named_in_both_languages() -> None:
    book = claims_module._book()
    for entry in [*book["claims"].values(), *book["subjects"].values()]:
        assert entry["name_zh"]
        assert entry["name_en"]
    assert PlaceValue("341324", "refused").interval is None
