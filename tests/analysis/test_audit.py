"""Audit rules: what each kind finds, and what it leaves alone."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml

from sxedu_analysis.analysis import load_facts, load_findings
from sxedu_analysis.analysis.audit import FINDING_COLUMNS, PLACES, compute_findings
from sxedu_analysis.analysis.audit_kinds import significant_digits
from sxedu_analysis.analysis.facts import bind_facts
from sxedu_analysis.analysis.locations import load_locations
from sxedu_analysis.analysis.measures import compute_measures
from sxedu_analysis.foundation.errors import CodebookError
from sxedu_analysis.foundation.paths import data_dir
from sxedu_analysis.reading.quantities import find_quantities
from sxedu_analysis.reading.reports import load_report

OURS = "341324-2023H1"


@pytest.fixture(scope="module")
def findings() -> pd.DataFrame:
    return load_findings(OURS)


def rules(path: Path) -> list[str]:
    return load_findings(path)["rule"].tolist()


def test_the_reports_findings(findings):
    found = {rule: rows["raws"].tolist() for rule, rows in findings.groupby("rule")}
    assert found["rural_schools_exceed_all"] == ["152所;123所"]
    assert found["disputes_counted_twice"] == ["436起;536余条"]
    assert found["one_number_two_units"] == ["10.5万人;10.5万人次"]
    assert found["target_beside_result"] == ["29个;30个", "28个;28个", "75个;62所"]
    assert found["rate_targets_without_baseline"] == ["超90%;100%;40％以上;96%以上"]
    assert found["training_persons_or_enrolments"] == ["9000余名;11.2万人"]
    assert found["surplus_on_exact"] == ["536余条;2690余次"]
    assert found["overlapping_events"] == ["690场;306场"]
    assert found["overlapping_groups"] == ["5000余名;2500余人"]
    assert found["separate_lists"] == ["305个;789处;7处"]
    assert found["names_like_results"] == ["1530;4个100%"]
    assert found["not_taking_part"] == ["10.5万人;11.2万人"]
    assert len(found["claims_without_figure"]) == 4
    assert set(found) == set(findings["rule"])


def test_numbers_and_columns(findings):
    assert list(findings) == list(FINDING_COLUMNS)
    assert findings["finding"].tolist() == [f"f{number:02d}" for number in range(1, len(findings) + 1)]
    for name in [name for name in findings if name.endswith(("_zh", "_en"))]:
        assert (findings[name] != "").all()
        assert not findings[name].str.contains(r"[{}]|nan|None", regex=True).any()


def test_every_place_leads_back(findings):
    text = load_report(OURS).text
    facts = load_facts(OURS).set_index("start")
    for row in findings.itertuples():
        raws, starts, ends = (getattr(row, name).split(";") for name in ("raws", "starts", "ends"))
        sources = row.source_starts.split(";")
        assert len(raws) == len(starts) == len(ends) == len(sources)
        for raw, start, end, source in zip(raws, starts, ends, sources, strict=True):
            assert text[int(start) : int(end)] == raw
            if int(start) in facts.index:
                assert str(facts.at[int(start), "source_start"]) == source


def test_every_place_has_its_section_and_paragraphs(findings):
    locations = load_locations(OURS).set_index("source_start")["source_paragraph"]
    lines = [line for line in load_report(OURS).text.splitlines() if line.strip()]
    facts = load_facts(OURS).set_index("start")
    for row in findings.itertuples():
        cells = {name: getattr(row, name).split(";") for name in PLACES if name != "indicators"}
        assert len({len(each) for each in cells.values()}) == 1
        for at, raw in enumerate(cells["raws"]):
            assert raw in lines[int(cells["paragraphs"][at]) - 1]
            if int(cells["starts"][at]) in facts.index:
                assert cells["sections"][at] == facts.at[int(cells["starts"][at]), "section"]
                assert int(cells["source_paragraphs"][at]) == locations[int(cells["source_starts"][at])]
            assert int(cells["source_paragraphs"][at]) > 0


def test_numbers_carry_their_bounds(findings):
    by_rule = findings.drop_duplicates("rule").set_index("rule")
    two_units = by_rule.loc["one_number_two_units"]
    assert "“10.5万人”（上下限10.45万–10.55万）" in two_units["what_zh"]
    assert "(105,000 students, bounds 104,500–105,500)" in two_units["what_en"]
    assert "about 152 attendances per event (151.4–152.9)" in two_units["what_en"]
    # 9000余 is a limit: no value in the middle is made of it.
    assert "每11.1–12.5名学生一名" in by_rule.at["training_persons_or_enrolments", "what_zh"]
    assert "相差100–101" in by_rule.at["disputes_counted_twice", "what_zh"]
    # Counted numbers have none, and titles stay short.
    assert "bounds" not in by_rule.at["rural_schools_exceed_all", "what_en"]
    assert not findings["title_en"].str.contains("bounds").any()
    # A target is set, not measured.
    assert "bounds" not in by_rule.at["rate_targets_without_baseline", "what_en"]


def test_a_unit_is_not_said_twice(findings):
    for name in ("title_zh", "what_zh"):
        assert not findings[name].str.contains(r"人次[“”（]?人次", regex=True).any()


def test_english_texts_have_no_chinese_punctuation(findings):
    for name in [name for name in findings if name.endswith("_en")]:
        assert not findings[name].str.contains("[；，。、：（）]", regex=True).any()


def test_a_part_of_nothing(file_with):
    row = load_findings(file_with("义务教育在校生0人，参加课后服务4万人。")).set_index("rule")
    assert "∞" in row.at["part_exceeds_whole", "what_zh"]


def test_no_number_is_typed_into_a_rule(book):
    for rule in book.rules:
        for name, text in rule.texts.items():
            assert not re.search(r"\d", re.sub(r"100 %|百分之百", "", text)), (rule.rule, name)


def test_texts_without_findings(file_with):
    for text in ("没有数字。", "义务教育在校生3万人。"):
        table = load_findings(file_with(text))
        assert table.empty
        assert list(table) == list(FINDING_COLUMNS)


@pytest.mark.parametrize(
    ("text", "rule", "fires"),
    [
        ("全县20所义务教育学校。30所学校实施营养改善计划。", "rural_schools_exceed_all", True),
        ("全县40所义务教育学校。30所学校实施营养改善计划。", "rural_schools_exceed_all", False),
        ("义务教育在校生2万人，参加课后服务4万人。", "part_exceeds_whole", True),
        ("义务教育在校生2.9万人，参加课后服务约3万人。", "part_exceeds_whole", False),
        ("其他矛盾纠纷30起。调处校内矛盾纠纷30余条。", "disputes_counted_twice", False),
        ("其他矛盾纠纷30起。调处校内矛盾纠纷50条。", "disputes_counted_twice", True),
        ("义务教育在校生2万人。义务教育在校生4万人。", "indicator_stated_twice", True),
        ("义务教育在校生3万人。义务教育在校生2.98万人。", "indicator_stated_twice", False),
        ("参加课后服务7.35万人，参与演练7.35万人次。", "one_number_two_units", True),
        ("参加课后服务7万人，参与演练7万人次。", "one_number_two_units", False),
        ("参加课后服务7.35万人，享受营养餐的学生7.35万人。", "one_number_two_units", False),
        ("组织2000名教师参加国培。义务教育在校生3万人。", "training_persons_or_enrolments", True),
        ("组织200名教师参加国培。义务教育在校生3万人。", "training_persons_or_enrolments", False),
        ("组织2000名教师参加国培。", "training_persons_or_enrolments", False),
        ("参与演练3万人次，外宿生检查336人次。", "precision_mixed", True),
        ("参与演练30125人次，外宿生检查336人次。", "precision_mixed", False),
        ("法治讲座317余场。", "surplus_on_exact", True),
        ("法治讲座300余场。", "surplus_on_exact", False),
        ("法治讲座超317场。", "surplus_on_exact", False),
        ("应急演练30场，自救演练20场。", "overlapping_events", True),
        ("应急演练30场。", "overlapping_events", False),
        ("智慧学校覆盖率达80%。", "rate_without_counts", True),
        ("课后服务参与率达90%。", "rate_without_counts", True),
        (
            "义务教育在校生2万人，参加课后服务1.8万人，课后服务参与率达90%。",
            "rate_without_counts",
            False,
        ),
        ("学生资助资金120万元。落实学生资助资金120万元。", "single_money_figure", False),
        ("落实学生资助资金120万元。", "single_money_figure", True),
        # An amount that the codebook has no indicator for is an amount all the same.
        ("落实学生资助资金120万元。学校食堂改造花费80万元。", "single_money_figure", False),
        ("学校食堂改造花费80万元。", "single_money_figure", False),
        ("落实学生资助资金120万元。\n二、下半年工作计划\n教育支出达到5亿元。", "single_money_figure", True),
        ("义务教育在校生3万人，参加课后服务约3万人。", "not_taking_part", False),
        ("全面推行“2345”制度。", "names_like_results", True),
        ("世界“500强”企业。", "names_like_results", False),
        ("高级骨干教师严重不足。", "claims_without_figure", True),
        ("培养骨干教师。不足之处不少。", "claims_without_figure", False),
        ("消除大班额。", "claims_without_figure", False),
        ("二、下半年工作计划\n残疾儿童入学率达95%以上。", "rate_targets_without_baseline", True),
        ("二、下半年工作计划\n完成9个城市小区和7个村健身器材配建。", "target_beside_result", False),
    ],
)
def test_when_a_rule_fires(file_with, text, rule, fires):
    assert (rule in rules(file_with(text))) == fires


def test_a_place_of_a_file_is_its_own_source(file_with):
    table = load_findings(file_with("骨干教师不足。执行“2345”制度。"))
    assert table["starts"].tolist() == table["source_starts"].tolist()
    assert table["paragraphs"].tolist() == table["source_paragraphs"].tolist() == ["1", "1"]


def test_row_order_changes_nothing(book):
    report = load_report(OURS)
    quantities = find_quantities(report.text)
    facts = bind_facts(report, quantities, book)
    measures = compute_measures(report, quantities, facts, book)
    expected = compute_findings(report, quantities, facts, measures, book)
    shuffled = facts.sample(frac=1, random_state=3)
    assert compute_findings(report, quantities, shuffled, measures, book).equals(expected)


@pytest.fixture
def edited(tmp_path: Path):
    def edit(rule: str, **changes: object) -> Path:
        folder = tmp_path / "codebook"
        shutil.copytree(data_dir() / "codebook", folder)
        path = folder / "audit_rules.yaml"
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        content["rules"] = {rule: content["rules"][rule] | changes}
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return folder

    return edit


def test_an_unknown_kind(edited):
    with pytest.raises(CodebookError, match=r"rule surplus_on_exact: .*did you mean 'surplus_on_exact'"):
        load_findings(OURS, codebook=edited("surplus_on_exact", kind="surplus_on_exac"))


def test_a_placeholder_that_is_not_filled(edited):
    with pytest.raises(
        CodebookError, match=r"field 'what_en': placeholder 'one' is not filled .*use \{all\}"
    ):
        load_findings(OURS, codebook=edited("surplus_on_exact", what_en="{one}"))


def test_a_claim_that_a_fact_measures_is_none(edited, file_with):
    claims = [{"zh": "甲", "en": "a", "phrases": ["骨干教师不足"], "measured_by": ["compulsory_enrolment"]}]
    folder = edited("claims_without_figure", claims=claims)
    assert len(load_findings(file_with("骨干教师不足。", "a.txt"), codebook=folder)) == 1
    assert load_findings(file_with("骨干教师不足。义务教育在校生3万人。", "b.txt"), codebook=folder).empty


def test_a_range_is_told_as_one(file_with, edited):
    folder = edited("stock_or_addition", indicators=["kindergarten_places_added"])
    table = load_findings(file_with("新增幼儿园学位200至300个。"), codebook=folder)
    assert "200–300 places" in table["what_en"].iloc[0]


def test_a_difference_without_an_upper_end(file_with):
    table = load_findings(file_with("义务教育在校生3万人以上，参加课后服务2万人。"))
    row = table.set_index("rule").loc["not_taking_part"]
    assert "The difference is at least 5,000 students" in row["what_en"]
    assert "剩至少5000人" in row["what_zh"]


@pytest.mark.parametrize(("value", "digits"), [(0, 0), (105_000, 3), (0.25, 2), (9_000, 1), (2_690, 3)])
def test_significant_digits(value, digits):
    assert significant_digits(value) == digits
