"""What is said of a measure because of this report's wording and period; and of no other report's."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import sxedu_analysis as sx
from sxedu_analysis.analysis.remarks import half_year_or_quarter, on_rounding, on_target

ROUNDED = "全县义务教育阶段学校学生总数11.2万人，参加课后服务10.5万人。"
COUNTED = "全县义务教育阶段学校学生总数112034人，参加课后服务105020人。"
AID = "上半年共资助家庭经济困难学生1.2万人次，资金483万元。"


def measures(tmp_path, text, report_id="341323-2023H1"):
    file = tmp_path / f"{report_id}.txt"
    file.write_text(f"工作总结\n一、情况\n{text}\n", encoding="utf-8")
    return sx.load_measures(file).set_index("measure")


def fact(raw, low, high, qualifier="exact"):
    return SimpleNamespace(raw=raw, low=low, high=high, qualifier=qualifier)


def test_rounding_is_said_of_rounded_numbers_only(tmp_path):
    (tmp_path / "a").mkdir()
    rounded = measures(tmp_path / "a", ROUNDED).loc["after_school_participation"]
    assert "“10.5万人”和“11.2万人”按四舍五入" in rounded["caveats_zh"]
    counted = measures(tmp_path, COUNTED).loc["after_school_participation"]
    assert "四舍五入" not in counted["caveats_zh"]
    assert "按精确数计算" in counted["caveats_zh"]
    assert "rounded" not in counted["caveats_en"]


@pytest.mark.parametrize(
    ("report_id", "name", "said"),
    [
        ("341323-2023H1", "义务教育在校生人均资助额（半年）", True),
        ("341323-2023", "义务教育在校生人均资助额", False),
    ],
)
def test_a_half_year_is_named_and_a_year_is_not(tmp_path, report_id, name, said):
    row = measures(tmp_path, ROUNDED + AID, report_id).loc["student_aid_per_enrolled_student"]
    assert row["name_zh"] == name
    assert ("不折算全年" in row["caveats_zh"]) is said
    assert ("half-year" in row["caveats_en"]) is said


def test_each_wording_has_its_clause():
    rows = [fact("约1000人", 950, 1050, "about"), fact("7.8万余人", 78_000, 79_000, "more_than")]
    zh, en = on_rounding(rows)
    assert "“约1000人”是约数" in zh
    assert "“7.8万余人”按高于所写的数" in zh
    assert en.count("“") == 2
    assert "; " in en
    assert "；" in zh
    assert "；" not in en
    assert on_rounding([fact("12人", 12, 12)]) is None


def test_a_target_lacks_a_present_value_only_where_none_is_known(tmp_path):
    assert on_target(fact("96%以上", 96, 100, "at_least"), True) == (
        "“96%以上”含所写的数。",
        "“96%以上” includes the number written.",
    )
    assert on_target(fact("100%", 100, 100), True) is None
    plan = "\n二、下半年工作计划\n课后服务参与率达到100%。"
    for text, asked in ((ROUNDED, False), ("全县开展活动3场。", True)):
        file = tmp_path / "341323-2023H1.txt"
        file.write_text(f"工作总结\n一、情况\n{text}{plan}\n", encoding="utf-8")
        found = sx.load_findings(file)
        assert (found["rule"] == "rate_targets_without_baseline").any() == asked, text


def test_periods():
    assert half_year_or_quarter("2023Q3") == ("季度", "quarterly")
    assert half_year_or_quarter("") is None
    assert half_year_or_quarter("2023") is None


def test_every_shipped_remark_is_of_this_report():
    """The codebook's own caveats say nothing that only one report's wording makes true."""
    from sxedu_analysis.analysis import load_codebook

    for one in load_codebook().measures.values():
        for words in (one.caveats_zh, one.meaning_zh):
            assert not any(claim in words for claim in ("四舍五入", "报告没有", "报告未", "半年", "“余”")), (
                one.measure
            )
