"""What the words around a number make of it: the report's own result, or not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sxedu_analysis.analysis.clauses import setting_of
from sxedu_analysis.analysis.facts import load_facts
from sxedu_analysis.analysis.measures import load_measures
from sxedu_analysis.reading.reports import load_report

HEAD = "白石县教育局2023年上半年工作总结\n一、上半年工作情况\n"


@pytest.fixture
def report_with(file_with):
    """A county's report for the first half of 2023, with a text of one's own; not registered."""

    def make(text, **known):
        report = load_report(file_with(HEAD + text))
        return replace(report, **({"adcode": "341324", "county": "泗县", "period": "2023H1"} | known))

    return make


@pytest.mark.parametrize(
    "text",
    [
        # not so
        "未参加课后服务的学生0.9万人。",
        "因家庭原因没有参加课后服务的学生有0.9万人。",
        "课后服务方面，不参加课后服务的学生为0.9万人。",
        "4.1万人未参加课后服务。",
        # planned, or due
        "拟让4.1万名学生参加课后服务。",
        "预计参加课后服务4.1万人。",
        "秋季学期争取参加课后服务的学生达4.1万人。",
        "年底前参加课后服务的学生达4.1万人。",
        "应参加课后服务的学生4.1万人。",
        "若开展课后服务，4.1万名学生自愿参加。",
        "要求参加课后服务的学生达4.1万人。",
        # another place's
        "邻近的灵璧县参加课后服务4.1万人。",
        "邻县参加课后服务的学生为4.1万人。",
        "全市参加课后服务的学生达4.1万人。",
        "宿州市参加课后服务的学生达41万人。",
        "灵璧县参加课后服务4.1万人。",
        "周边县区参加课后服务的学生达4.1万人。",
        "据统计，全省共有参加课后服务的学生达410万人。",
        "泗县一中现有参加课后服务的学生1200人。",
        "大庄镇共有参加课后服务的学生1200人。",
        "城区现有参加课后服务的学生1.2万人。",
        "目前，我县城区共有参加课后服务的学生1.2万人。",
        # another time's
        "去年参加课后服务4.1万人。",
        "2022年参加课后服务的学生4.1万人。",
        "2022年秋季学期，全县参加课后服务的学生4.1万人。",
        "参加课后服务的学生4.1万人（2022年）。",
        "上学年参加课后服务4.1万人。",
        "参加课后服务的学生同期为4.1万人。",
        # so much for each; so many more
        "资助家庭困难学生，按每名学生资助资金500元计算。",
        "按照每生资助资金625元的标准。",
        "近三年资助资金1200万元。",
        "2020—2022年落实学生资助资金1200万元。",
        "义务教育在校生增加0.3万人。",
        "较上年增加资助学生1000人次。",
        "比去年同期多资助学生1000人次。",
        "新增资助学生1000人次。",
        # a plan, or a condition, among the results
        "原计划资助学生1.2万人次。",
        "全年计划资助学生1.2万人次。",
        "计划资助学生1.2万人次。",
        "下一步，资助学生1.2万人次。",
        "接下来，健全制度；资助学生1.2万人次。",
        "确保资助学生1.2万人次。",
        "年内资助学生1.2万人次。",
        "12月底前资助学生1.2万人次。",
        "若资金到位，可资助学生1万人次。",
        "应资助学生1.2万人次。",
        "上级下达学生资助资金600万元。",
        # the half-year of another year
        "去年上半年资助学生8000人次。",
        "2022年上半年，资助学生8000人次。",
        "上学期，资助学生8000人次。",
        # undone, not done
        "解聘健康副校长12名。",
        "取消体育赛事活动5场。",
        "尚有健康副校长30名未到位。",
        # a wider or a narrower whole
        "市教育局组织的国培计划共有5万名教师参加。",
        "全市教师参加国培计划5万名。",
        "该校资助学生120人次。",
        "某中学参加课后服务的学生1800人。",
        "高中阶段学校参加课后服务2万人。",
        "西岭县资助学生8000人次。",
        "与全省平均水平（学前毛入园率95.1%）相比，我县仍有差距。",
        # a part, a change, or one level of what the indicator counts in all
        "减少留守儿童85名，为326名留守儿童配备爱心妈妈。",
        "学前教育资助1200人次，金额60万元；高中资助800人次，金额90万元。",
        "普通高中国家助学金412万元，惠及学生2063人次。",
        "随迁子女在公办学校就读2874人。",
        "省级骨干教师38人，市级骨干教师156人。",
        "资助高中困难学生400人次、30万元。",
        "为300名高中困难学生发放助学金30万元。",
        "为120名贫困大学新生发放助学金60万元。",
        "高中12所学校提供课后服务。",
        "152名党员教师与326名留守学生结对。",
    ],
)
def test_what_is_not_the_reports_own_figure_is_no_fact(report_with, text):
    assert load_facts(report_with(text)).empty


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("其中4.1万人参加课后服务，未参加的0.9万人。", None),
        ("未成年学生4.1万人参加课后服务。", None),
        ("全市参加课后服务的学生达41万人，其中我县参加课后服务4.1万人。", "4.1万人"),
        ("去年参加课后服务3.8万人，今年参加课后服务4.1万人。", "4.1万人"),
        ("2022年参加课后服务3.8万人，2023年上半年参加课后服务4.1万人。", "4.1万人"),
        ("比去年增加0.3万人，参加课后服务4.1万人。", "4.1万人"),
        ("参与率较去年同期提高2.3个百分点；4.1万名学生参加课后服务。", "4.1万名"),
        ("与2022年相比，参加课后服务的学生增至4.1万人。", None),
        ("参加课后服务的学生由去年的3.8万人增加到今年的4.1万人。", None),
        ("2022—2023学年，参加课后服务的学生4.1万人。", "4.1万人"),
        ("赴灵璧县学习经验，参加课后服务4.1万人。", "4.1万人"),
        ("按要求参加课后服务4.1万人。", "4.1万人"),
        ("泗县参加课后服务4.1万人。", "4.1万人"),
        ("《2022年课后服务方案》印发后，参加课后服务4.1万人。", "4.1万人"),
        ("拟建学校2所；参加课后服务4.1万人。", "4.1万人"),
        ("全市艺术节上我县获奖，参加课后服务4.1万人。", "4.1万人"),
        ("全市现场会在我县召开。参加课后服务4.1万人。", "4.1万人"),
        ("今年上半年参加课后服务4.1万人，去年上半年为3.8万人。", "4.1万人"),
        ("按国培计划培训教师后，参加课后服务4.1万人。", "4.1万人"),
        ("原计划4.5万人，已有4.1万名学生参加课后服务。", "4.1万名"),
        ("若干学校试点，参加课后服务4.1万人。", "4.1万人"),
        ("在校生5万人，上学年为4.9万人；参加课后服务4.1万人。", "4.1万人"),
        ("普及率90%，邻近的灵璧县为81%；参加课后服务4.1万人。", "4.1万人"),
        ("参加课后服务4.1万人，未发生安全事故。", "4.1万人"),
        ("城区学校试点，参加课后服务4.1万人。", "4.1万人"),
        ("全县学校均开展课后服务，4.1万名学生自愿参加。", "4.1万名"),
        ("应参与学生5万人，开展课后服务，4.1万名学生参与。", "4.1万名"),
    ],
)
def test_what_is_compared_passed_or_led_back_does_not_object(report_with, text, raw):
    facts = load_facts(report_with(text))
    participants = facts.loc[facts["indicator"] == "after_school_participants", "raw"].tolist()
    if raw is None:
        assert set(participants) <= {"4.1万人"}, participants
    else:
        assert participants == [raw]


def test_what_was_done_after_a_plan_is_a_result(report_with):
    facts = load_facts(report_with("拟让5万人参加课后服务，实际参加课后服务4.1万人。"))
    assert facts["raw"].tolist() == ["4.1万人"]


def test_a_number_that_opens_a_clause_is_not_what_the_clause_before_says_is_due(report_with):
    funds = "下达营养改善计划资金90万元，3000名农村学生受益。"
    assert "3000名" in load_facts(report_with(f"全年{funds}", period="2023"))["raw"].tolist()
    assert "3000名" not in load_facts(report_with(f"若{funds}", period="2023"))["raw"].tolist()


def test_a_plan_for_all_schools_is_no_full_coverage(report_with):
    for text, status in (
        ("全县90所义务教育学校全部参与课后服务。", "reported"),
        ("拟让全县90所义务教育学校全部参与课后服务。", "not_reported"),
        ("邻近的灵璧县90所义务教育学校全部参与课后服务。", "not_reported"),
        ("并非所有90所义务教育学校全部参与课后服务。", "not_reported"),
        ("目前还不能做到90所义务教育学校全部参与课后服务。", "not_reported"),
    ):
        measures = load_measures(report_with(text)).set_index("measure")
        assert measures.at["after_school_school_coverage", "status"] == status, text


def test_what_a_statement_of_all_covers_may_deny_it(report_with):
    said = "52所农村义务教育学校提供营养餐，学生7.8万余人，{}供餐全覆盖。"
    for words, status in (
        ("已实现", "reported"),
        ("尚未实现", "not_reported"),
        ("还不能做到", "not_reported"),
    ):
        measures = load_measures(report_with(said.format(words))).set_index("measure")
        assert measures.at["nutrition_meal_school_coverage", "status"] == status, words


def test_the_words_of_a_year_are_no_plan_in_a_report_of_a_year(report_with):
    text = "全年资助学生1.2万人次，年内发放资助资金500万元。"
    assert load_facts(report_with(text)).empty
    assert load_facts(report_with(text, period="2023"))["raw"].tolist() == ["1.2万人次", "500万元"]


@pytest.mark.parametrize(
    ("adcode", "county", "words"),
    [
        ("341324", "泗县", {"全县": False, "全市": True, "全省": True, "全国": True}),
        ("341181", "天长市", {"全市": False, "全省": True}),
        ("341300", "宿州市", {"全市": False, "全县": True, "全省": True}),
        ("340000", "安徽省", {"全省": False, "全国": True}),
    ],
)
def test_which_words_are_the_issuers_own_depends_on_what_it_is(report_with, adcode, county, words):
    setting = setting_of(report_with("甲。", adcode=adcode, county=county))
    assert {word: word in setting.others for word in words} == words
    assert all(
        (word in setting.own) != other for word, other in words.items() if word[1] != "国" or not other
    )


def test_a_report_that_says_not_where_it_is_from_has_the_place_it_speaks_of(file_with):
    text = "工作总结\n我县参加课后服务4.1万人。\n全市参加课后服务41万人。"
    assert load_facts(file_with(text))["raw"].tolist() == ["4.1万人"]
    text = "工作总结\n我市参加课后服务41万人。\n全市义务教育在校生50万人。"
    assert load_facts(file_with(text))["raw"].tolist() == ["41万人", "50万人"]


def test_a_year_that_a_heading_reports_on_is_the_reports_own(report_with):
    text = "政府工作报告\n一、2018年工作回顾\n2018年，资助资金300万元。\n二、2019年工作安排\n"
    report = report_with(text, period="2019")
    assert load_facts(report)["raw"].tolist() == ["300万元"]
