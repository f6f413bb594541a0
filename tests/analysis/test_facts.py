"""Which numbers become facts, in which wordings, and where they lead back to."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sxedu_analysis.analysis.audit import load_findings
from sxedu_analysis.analysis.codebook import load_codebook
from sxedu_analysis.analysis.facts import FACT_COLUMNS, bind_facts, bind_indicators, find_ties, load_facts
from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.foundation.paths import data_dir
from sxedu_analysis.reading.quantities import find_quantities
from sxedu_analysis.reading.reports import load_report, project_reports


@pytest.mark.parametrize(
    ("text", "indicator", "value", "qualifier"),
    [
        ("全区义务教育在校生6.31万人。", "compulsory_enrolment", 63_100, "exact"),
        ("义务教育阶段在校学生共约5万名。", "compulsory_enrolment", 50_000, "about"),
        ("参与课后服务的学生达4.2万余人。", "after_school_participants", 42_000, "more_than"),
        ("３．９万名学生参加课后服务。", "after_school_participants", 39_000, "exact"),
        ("全市现有义务教育学校二百一十所。", "compulsory_schools", 210, "exact"),
        ("66所学校开展课后服务。", "after_school_schools", 66, "exact"),
        ("落实学生资助资金1200万元。", "student_aid_amount", 12_000_000, "exact"),
        ("共发放资助金0.3亿元。", "student_aid_amount", 30_000_000, "exact"),
        ("资助家庭经济困难学生8千余人次。", "student_aid_awards", 8_000, "more_than"),
        ("64所农村义务教育学校实施营养改善计划。", "nutrition_meal_schools", 64, "exact"),
        ("享受营养餐的学生达2.05万人。", "nutrition_meal_students", 20_500, "exact"),
        ("摸排农村留守儿童3120名。", "left_behind_children", 3_120, "exact"),
        ("全县共有留守儿童近4千人。", "left_behind_children", 4_000, "about"),
        ("开展逃生演练210场，参加演练师生3.4万人次。", "drill_attendances", 34_000, "exact"),
        ("新增公办学位2600个。", "school_places_added", 2_600, "exact"),
        ("新增公办幼儿园学位2600个。", "kindergarten_places_added", 2_600, "exact"),
        ("全市新建46所中小学。", "schools_built", 46, "exact"),
        ("资助学生300人。", "aided_students", 300, "exact"),
    ],
)
def test_other_counties_wordings(file_with, text, indicator, value, qualifier):
    facts = load_facts(file_with(text)).set_index("indicator")
    assert facts.at[indicator, "value"] == value
    assert facts.at[indicator, "qualifier"] == qualifier


@pytest.mark.parametrize(
    "text",
    [
        "参加课后服务3.1万人次。",  # attendances are not participants
        "引进各类人才28万人。",
        "举办小学生足球赛12场，小学生300人参加。",  # pupils at an event are not enrolment
        "培训教师850人，走访幼儿园6所。",
        "民办小学在校生900人。",  # a part is not the whole
        "小学、初中在校生6万人。",  # two levels together have no number each
        "小学、初中、高中在校生分别为3万人、2万人。",  # three members, two numbers
        "今年粮食产量40万吨。",
        "没有数字。",
    ],
)
def test_what_is_no_fact_of_the_codebook(file_with, text):
    assert load_facts(file_with(text)).empty


def test_an_empty_frame_has_all_columns_and_types(file_with):
    facts = load_facts(file_with("没有数字。"))
    assert list(facts) == list(FACT_COLUMNS)
    assert {name: str(kind) for name, kind in facts.dtypes.items()} == FACT_COLUMNS


def test_an_indicator_stated_twice_gives_two_facts(file_with):
    facts = load_facts(file_with("义务教育在校生3万人。\n其中说明：义务教育在校生2.98万人。"))
    assert facts["value"].tolist() == [30_000, 29_800]


@pytest.mark.parametrize(
    ("heading", "indicators"),
    [
        ("二、下半年工作计划", ["target_disabled_children_enrolment_rate"]),
        ("二、下一步打算", ["target_disabled_children_enrolment_rate"]),
        ("2026年工作安排", ["target_disabled_children_enrolment_rate"]),
        ("一、工作开展情况", ["disabled_children_enrolment_rate"]),
        ("工作开展情况", ["disabled_children_enrolment_rate"]),
        ("一、2024年工作总结和2025年工作计划", ["disabled_children_enrolment_rate"]),
    ],
)
def test_targets_bind_in_plan_sections_only(file_with, heading, indicators):
    facts = load_facts(file_with(f"{heading}\n残疾儿童入学率达95%以上。"))
    assert facts["indicator"].tolist() == indicators


def test_results_do_not_bind_in_plan_sections(file_with):
    text = "一、上半年工作情况\n开展应急演练30场。\n二、下半年工作计划\n开展应急演练40场。"
    assert load_facts(file_with(text))["raw"].tolist() == ["30场"]


def test_a_deeper_heading_inherits_the_plan(file_with):
    text = "二、下半年工作计划\n（一）特殊教育\n残疾儿童入学率达95%以上。"
    assert len(load_facts(file_with(text))) == 1


def test_the_longest_literal_wins(file_with):
    # 演练 is in both indicators' phrases; the longer words around the number decide.
    facts = load_facts(file_with("应急演练12场，自救演练30场。"))
    assert facts[["indicator", "raw"]].to_numpy().tolist() == [
        ["emergency_drill_sessions", "12场"],
        ["drill_sessions", "30场"],
    ]


def test_a_tie_leaves_the_number_unbound_and_is_told(tmp_path, file_with):
    folder = shutil.copytree(data_dir() / "codebook", tmp_path / "codebook")
    with (folder / "phrases.csv").open("a", encoding="utf-8") as file:
        file.write("drill_sessions,防灾减灾{n}场\nemergency_drill_sessions,防灾减灾{n}场\n")
    path = file_with("防灾减灾12场，家长学校建成45个。")
    assert load_facts(path, codebook=folder)["indicator"].tolist() == ["parent_schools"]
    findings = load_findings(path, codebook=folder).set_index("rule")
    assert findings.loc["number_claimed_twice", ["raws", "starts"]].tolist() == ["12场", "4"]
    assert "防灾避险逃生自救演练场次、应急演练场次" in findings.at["number_claimed_twice", "what_zh"]


@pytest.mark.parametrize("report_id", project_reports())
def test_no_number_of_a_report_of_the_project_is_claimed_twice(report_id, book):
    report = load_report(report_id)
    assert find_ties(report, find_quantities(report.text), book) == []


def test_a_tie_that_a_longer_phrase_settles_is_none(tmp_path, file_with):
    folder = shutil.copytree(data_dir() / "codebook", tmp_path / "codebook")
    with (folder / "phrases.csv").open("a", encoding="utf-8") as file:
        file.write(
            "drill_sessions,减灾{n}场\nemergency_drill_sessions,减灾{n}场\ndrill_sessions,防灾减灾{n}场\n"
        )
    assert load_facts(file_with("防灾减灾12场。"), codebook=folder)["indicator"].tolist() == [
        "drill_sessions"
    ]


def test_a_file_leads_back_to_itself(original):
    facts = load_facts(original)
    text = load_report(original).text
    assert len(facts) == 12
    assert all(text[row.start : row.end] == row.raw for row in facts.itertuples())
    assert (facts["source_start"] == facts["start"]).all()
    assert facts["start"].is_monotonic_increasing


def test_a_restated_report_leads_back_to_its_original(registered, original):
    facts = load_facts(registered)
    text = original.read_text(encoding="utf-8")
    assert len(facts) == 12
    assert all(text[row.source_start : row.source_end] == row.raw for row in facts.itertuples())
    assert facts[["adcode", "period"]].drop_duplicates().to_numpy().tolist() == [["999999", "2024H1"]]


def test_both_wordings_give_the_same_facts(registered, original):
    same = ["indicator", "value", "low", "high", "unit", "qualifier", "raw", "source_start"]
    assert load_facts(registered)[same].equals(load_facts(original)[same])


def test_row_labels_of_the_quantities_do_not_matter(original):
    report, book = load_report(original), load_codebook()
    quantities = find_quantities(report.text)
    shuffled = quantities.set_index(quantities.index[::-1])
    assert bind_facts(report, shuffled, book).equals(bind_facts(report, quantities, book))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        load_facts(tmp_path / "nothing.txt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "小学、初中和高中在校生分别为3.2万人、1.5万人和0.8万人。",
            {"primary_enrolment": "3.2万人", "junior_secondary_enrolment": "1.5万人"}
            | {"general_senior_secondary_enrolment": "0.8万人"},
        ),
        (
            "普通小学招生2.1万人，在校生13万人，毕业生2万人。",
            {"primary_entrants": "2.1万人", "primary_enrolment": "13万人", "primary_graduates": "2万人"},
        ),
        (
            "幼儿园64所（公办28所），在园幼儿9215人。",
            {"kindergartens": "64所", "public_kindergartens": "28所", "kindergarten_enrolment": "9215人"},
        ),
        ("新建学校9所，其中小学5所、初中4所。", {"schools_built": "9所"}),
        (
            "有小学7所、初中3所，在校生6千人。",
            {"primary_schools": "7所", "junior_secondary_schools": "3所"},
        ),
        ("义务教育巩固率由95.8%提高到96.3%。", {"compulsory_consolidation_rate": "96.3%"}),
        ("现有小学7所、初中3所。", {"primary_schools": "7所", "junior_secondary_schools": "3所"}),
        ("到2099年，九年义务教育巩固率达97%。", {"target_compulsory_consolidation_rate": "97%"}),
        ("力争九年义务教育巩固率达97%。", {"target_compulsory_consolidation_rate": "97%"}),
    ],
)
def test_levels_of_education_are_told_apart(file_with, text, expected):
    facts = load_facts(file_with(text))
    assert dict(zip(facts["indicator"], facts["raw"], strict=True)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "全县小学在校生3.2万人，在园幼儿5118人。",
            {"primary_enrolment": "3.2万人", "kindergarten_enrolment": "5118人"},
        ),
        (
            "初中38所（其中九年一贯制学校12所），招生1.06万人，在校生3.18万人。",
            {
                "junior_secondary_schools": "38所",
                "nine_year_schools": "12所",
                "junior_secondary_entrants": "1.06万人",
                "junior_secondary_enrolment": "3.18万人",
            },
        ),
        ("其中民办幼儿园45所，在园幼儿6015人。", {"private_kindergartens": "45所"}),
        (
            "小学：学校36所，教学班812个，在校生3万人。",
            {"primary_schools": "36所", "primary_enrolment": "3万人"},
        ),
        ("争取专项债2860万元，新建公办园4所。", {"public_kindergartens_built": "4所"}),
        ("今年，要继续办好民生实事。新建公办园4所。", {"target_public_kindergartens_built": "4所"}),
    ],
)  # fmt: skip
def test_whose_number_it_is_where_several_are_named(file_with, text, expected):
    facts = load_facts(file_with(text))
    assert dict(zip(facts["indicator"], facts["raw"], strict=True)) == expected


def test_a_place_of_another_level_is_not_the_reports_own(file_with):
    text = "贵州省黔岭自治州教育局工作总结（2018—2022年）\n巩固率显著提升。\n"
    text += "九年义务教育巩固率从2017年的89.6%提高到2022年的96.1%。\n"
    text += "榕水县率先通过认定，该县现有义务教育学校56所。"
    facts = load_facts(file_with(text))
    assert dict(zip(facts["indicator"], facts["raw"], strict=True)) == {
        "compulsory_consolidation_rate": "96.1%"
    }


def test_the_year_of_a_report_tells_its_targets_from_its_results(book, file_with):
    report = load_report(file_with("到2023年，九年义务教育巩固率达97%。"))
    quantities = find_quantities(report.text)
    for period, indicator in (
        ("2023", "compulsory_consolidation_rate"),
        ("2022", "target_compulsory_consolidation_rate"),
    ):
        found = bind_indicators(replace(report, period=period), quantities, book)
        assert list(found.values()) == [indicator]


def test_what_has_grown_to_a_year_is_no_target_where_the_period_is_unknown(book, file_with):
    report = load_report(file_with("九年义务教育巩固率由2020年的95.2%提高到2025年的97.6%。"))
    quantities = find_quantities(report.text)
    for period, indicator in (
        ("", "compulsory_consolidation_rate"),
        ("2025", "compulsory_consolidation_rate"),
        ("2021", "target_compulsory_consolidation_rate"),
    ):
        found = bind_indicators(replace(report, period=period), quantities, book)
        assert list(found.values()) == [indicator]


@pytest.mark.parametrize("when", ["今年秋季", "今年底", "下学期初", ""])
def test_what_is_planned_for_a_season_is_a_plan(file_with, when):
    facts = load_facts(file_with(f"{when}计划招聘教师181名。"))
    assert facts["indicator"].tolist() == ["target_teachers_recruited"]


def test_the_county_may_be_called_by_its_name(file_with):
    text = "灵璧县教育局2023年工作总结\n灵璧县共有学校412所，在校生18.6万人，教职工11230人。"
    assert load_facts(file_with(text))["indicator"].tolist() == [
        "all_schools",
        "total_enrolment",
        "school_staff",
    ]


def test_a_row_of_a_table_binds_where_it_names_its_number(file_with):
    rows = "指标\t人数\n小学在校生\t31206人\n初中在校生\t15873人\n学段\t在校生（人）\n小学\t31206\n"
    facts = load_facts(file_with(f"县教育局2023年工作总结\n{rows}"))
    assert facts["indicator"].tolist() == ["primary_enrolment", "junior_secondary_enrolment"]


def test_a_codebook_that_was_edited_is_read_anew(tmp_path, file_with):
    folder = shutil.copytree(data_dir() / "codebook", tmp_path / "codebook")
    path = file_with("留下来的孩子有37名。")
    assert load_facts(path, codebook=folder).empty
    with (folder / "phrases.csv").open("a", encoding="utf-8") as file:
        file.write("boarding_students,留下来的孩子{n}人\n")
    assert load_facts(path, codebook=folder)["indicator"].tolist() == ["boarding_students"]


PASSAGES = sorted((Path(__file__).parent / "passages").glob("*.txt"))


@pytest.mark.parametrize("path", PASSAGES, ids=lambda path: path.stem)
def test_prose_of_other_places(path):
    """Our own synthetic prose: most of what stands in it is bound, and nothing is bound wrong."""
    table = pd.read_csv(path.with_suffix(".csv"))
    expected = Counter(zip(table["indicator"], table["raw"], strict=True))
    facts = load_facts(path)
    found = Counter(zip(facts["indicator"], facts["raw"], strict=True))
    assert found - expected == Counter()
    assert (found & expected).total() >= 0.9 * expected.total()


_OPTION = re.compile(r"\[([^\[\]]*)\]|〔([^〔〕]*)〕")
_UNSAID = re.compile(r"〔![^〔〕]*〕")
_OTHER_LEVEL = re.compile("([全我])[区市州省旗]")


def wordings(phrase: str, member: str) -> list[str]:
    """Sentences that use each alternative of a phrase at least once, all of one county."""
    phrase = _UNSAID.sub("", phrase)
    widest = max((len("".join(found).split("/")) for found in _OPTION.findall(phrase)), default=1)
    return sorted(
        {
            _OTHER_LEVEL.sub(
                r"\1县",
                _OPTION.sub(
                    lambda found, turn=turn: (
                        (choices := (found[1] or found[2]).split("/"))[turn % len(choices)]
                        + ("，" if found[2] else "")
                    ),
                    phrase,
                ),
            )
            .replace("…", "")
            .replace("→", "")
            .replace("^", "")
            .replace("{list}", "")
            .replace("{m}", member)
            .replace("{n}", "37")
            .replace("{x}", "24")
            for turn in range(widest)
        }
    )


def expected(line: str, indicator: str, book) -> str:
    """What a wording binds: 要达到 and 确保达到 make a plan of a result, under whatever heading."""
    plan = any(word in line for word in book.context["plan_sentences"])
    return book.targets.get(indicator, indicator) if plan else indicator


def test_every_phrase_binds_its_own_indicator_in_each_of_its_wordings(file_with, book):
    # One file a side of the codebook, one line a wording: results first, then the plan.
    sentences = {"results": [], "plan": []}
    for phrase in book.phrases:
        # 两大, 三大 … are read as part of a name, so this phrase waits for a reader that counts them.
        if "{n}大" in phrase.text or "{n、}" in phrase.text or phrase.indicator == "-":
            continue
        if phrase.under:  # has a test of its own: it needs its heading
            continue
        member, indicator = "", phrase.indicator
        if phrase.family is not None:
            member, indicator = next(
                (words, code) for words, code in phrase.family.members.items() if code != "-"
            )
        side = "plan" if book.indicators[indicator].basis == "target" else "results"
        sentences[side] += [
            (wording, phrase, indicator) for wording in wordings(phrase.text, member) if "。" not in wording
        ]
    for side, heading in (("results", "一、上半年工作总结"), ("plan", "二、下半年工作计划")):
        lines = [f"{wording}。" for wording, *_ in sentences[side]]
        facts = load_facts(file_with("\n".join([heading, *lines]), f"{side}.txt"))
        found = facts.groupby("sentence")["indicator"].agg(list).to_dict()
        wrong = [
            (phrase.text, line, found.get(line))
            for line, (_, phrase, indicator) in zip(lines, sentences[side], strict=True)
            if expected(line, indicator, book) not in found.get(line, [])
        ]
        assert wrong == []
