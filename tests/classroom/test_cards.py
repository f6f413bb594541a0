from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import sxedu_analysis as sx
from sxedu_analysis.classroom.cards import MANY
from sxedu_analysis.foundation.errors import InputError

REPORT = "341324-2023H1"
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def facts() -> pd.DataFrame:
    return sx.load_facts(REPORT)


def of(facts: pd.DataFrame, code: str) -> pd.DataFrame:
    return facts[facts["indicator"] == code]


def test_a_fact_shows_its_sentence_with_the_number_marked(facts: pd.DataFrame) -> None:
    card = sx.show(of(facts, "student_aid_awards"), "en")
    # The sentence is short; the amount in it, another number, is not marked.
    assert "困难学生得到资助<mark>1.2万人次</mark>，资助资金483万元。" in card.html
    assert "11,500–12,500" in card.text
    assert "<style>" in card.html


def test_of_two_alike_numbers_in_a_sentence_the_fact_s_own_is_marked(tmp_path: Path) -> None:
    file = tmp_path / "county.txt"
    file.write_text("拨款3.5万元给3.5万人，义务阶段学校学生总数3.5万人。", encoding="utf-8")
    facts = sx.load_facts(file)
    card = sx.show(of(facts, "compulsory_enrolment"), report=file)
    assert card.html.count("<mark>") == 1
    assert "学生总数<mark>3.5万人</mark>" in card.html


def test_a_measure_shows_formula_bounds_and_caveats() -> None:
    measures = sx.load_measures(REPORT)
    card = sx.show(measures[measures["measure"] == "nutrition_meal_share"])
    for words in ("69.3–70.9%", "营养餐受益学生数 / 义务教育在校生数", "不是覆盖不足"):
        assert words in card.html
        assert words in card.text


def test_a_ratio_of_one_s_own_is_named_by_its_sides(facts: pd.DataFrame) -> None:
    own = sx.ratio(facts, "drill_attendances", "drill_sessions")
    assert sx.show(own, "en").text.splitlines()[0] == "Drill attendances / Evacuation and self-rescue drills"
    assert "约152人次/场" in sx.show(own).text


def test_nothing_hides_the_dataframe(facts: pd.DataFrame) -> None:
    for table in (facts, sx.load_measures(REPORT), sx.load_findings(REPORT), sx.load_quantities(REPORT)):
        assert type(table) is pd.DataFrame
        card = sx.show(table, report=REPORT)
        assert card.table is table
    assert f"另有{len(table) - MANY}行未显示" in card.text


def test_findings_and_quantities_are_shown_too() -> None:
    finding = sx.load_findings(REPORT).head(1)
    assert finding["question_en"].iloc[0] in sx.show(finding, "en").text
    card = sx.show(sx.load_quantities(REPORT).head(8), report=REPORT)
    assert "<mark>20名</mark>" in card.html


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    file = tmp_path / "county.txt"
    file.write_text(f"{HOSTILE}全县有义务教育学校45所，参加课后服务3.2万人。{HOSTILE}", encoding="utf-8")
    facts, measures = sx.load_facts(file), sx.load_measures(file)
    hostile = facts.assign(name_zh=HOSTILE)
    for card in (
        sx.show(hostile, report=file),
        sx.show(measures.assign(caveats_zh=HOSTILE, name_zh=HOSTILE)),
        sx.show(sx.load_quantities(file), report=file),
    ):
        assert "&lt;script&gt;" in card.html
        assert "<script" not in card.html
        assert "<img" not in card.html


def test_facts_of_another_text_are_refused(tmp_path: Path, facts: pd.DataFrame) -> None:
    file = tmp_path / "county.txt"
    file.write_text("全县有义务教育学校45所。", encoding="utf-8")
    with pytest.raises(InputError, match=r"the text is needed: .*; give report=FILE"):
        sx.show(sx.load_facts(file))
    with pytest.raises(InputError, match="the rows were not read from"):
        sx.show(facts, report=file)
    with pytest.raises(InputError, match="quantities do not say whose they are"):
        sx.show(sx.load_quantities(file))


def test_what_is_no_table_of_ours_is_refused(facts: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="display the dataframe itself"):
        sx.show(facts[["value"]])
    with pytest.raises(InputError, match="give zh or en"):
        sx.show(facts, "fr")


def test_a_row_is_one_card(facts: pd.DataFrame) -> None:
    whole = sx.show(of(facts, "student_aid_awards"), "en")
    row = of(facts, "student_aid_awards").iloc[0]
    assert sx.show(row, "en").text == whole.text
    assert len(sx.show(row).table) == 1
    measures = sx.load_measures(REPORT)
    assert "约94%" in sx.show(measures.iloc[0]).text
    assert sx.show(sx.load_findings(REPORT).iloc[0]).text


@pytest.mark.parametrize("other", [3, "facts", None, [1, 2], {"a": 1}])
def test_what_is_no_table_is_refused_by_name(other: object) -> None:
    with pytest.raises(InputError, match=f"is no table but {type(other).__name__}"):
        sx.show(other)  # type: ignore[arg-type]


def test_a_gap_shows_both_values_their_difference_and_bounds() -> None:
    gaps = sx.load_gaps("341324", "all", "adjacent")
    card = sx.show(gaps.iloc[0])
    for words in ("泗县", "睢宁县", "8.99年", "8.44年", "0.55年", "0.54", "0.56", "2020", "不是今天的学生"):
        assert words in card.text
    assert "Sixian County" in sx.show(gaps.head(1), "en").text
    money = sx.show(gaps[(gaps["gap"] == "yuan") & (gaps["status"] == "compared")].head(1), "en").text
    assert "Difference: −6,590" in money
    assert "bounds" not in money
    absent = gaps[gaps["status"] != "compared"]
    assert "没有公开数字" in sx.show(absent).text
    level = gaps[gaps["distinct"].notna() & (gaps["distinct"] == False)]  # noqa: E712
    assert "分不出高下" in sx.show(level).text
    assert "not told apart" in sx.show(level, "en").text
    assert f"另有{len(gaps) - MANY}行未显示" in sx.show(gaps).text
