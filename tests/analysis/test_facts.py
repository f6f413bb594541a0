"""Which numbers become facts, in which wordings, and where they lead back to."""

from __future__ import annotations

import re
import shutil

import pytest

from sxedu_analysis.analysis.codebook import load_codebook
from sxedu_analysis.analysis.facts import FACT_COLUMNS, bind_facts, load_facts
from sxedu_analysis.foundation.errors import CodebookError, InputError
from sxedu_analysis.foundation.paths import data_dir
from sxedu_analysis.reading.quantities import find_quantities
from sxedu_analysis.reading.reports import load_report


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
        ("新增公办学位2600个。", "kindergarten_places_added", 2_600, "exact"),
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
        "全市新建46所中小学。",  # new schools are not all schools
        "引进各类人才28万人。",
        "资助学生300人。",
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
        ("一、工作开展情况", []),
        ("一、2024年工作总结和2025年工作计划", []),
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
    assert facts[["indicator", "raw"]].values.tolist() == [
        ["emergency_drill_sessions", "12场"],
        ["drill_sessions", "30场"],
    ]


def test_a_tie_is_told_with_both_phrases(tmp_path, file_with):
    folder = shutil.copytree(data_dir() / "codebook", tmp_path / "codebook")
    with (folder / "phrases.csv").open("a", encoding="utf-8") as file:
        file.write("drill_sessions,防灾减灾{n}场\nemergency_drill_sessions,防灾减灾{n}场\n")
    with pytest.raises(CodebookError) as told:
        load_facts(file_with("防灾减灾12场。"), codebook=folder)
    assert "'12场' at character 4 is bound to 'drill_sessions'" in str(told.value)
    assert "and to 'emergency_drill_sessions' by" in str(told.value)


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
    assert facts[["adcode", "period"]].drop_duplicates().values.tolist() == [["999999", "2024H1"]]


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


_OPTION = re.compile(r"\[([^\]]*)\]")


def wordings(phrase: str) -> list[str]:
    """Sentences that use each alternative of a phrase at least once."""
    widest = max((len(found.split("/")) for found in _OPTION.findall(phrase)), default=1)
    return sorted(
        {
            _OPTION.sub(
                lambda found, turn=turn: (choices := found[1].split("/"))[turn % len(choices)], phrase
            )
            .replace("…", "")
            .replace("{n}", "37")
            .replace("{x}", "24")
            for turn in range(widest)
        }
    )


def test_every_phrase_binds_its_own_indicator_in_each_of_its_wordings(file_with, book):
    # One file a side of the codebook, one line a wording: results first, then the plan.
    sentences = {"results": [], "plan": []}
    # 两大, 三大 … are read as part of a name, so this phrase waits for a reader that counts them.
    for phrase in (one for one in book.phrases if "{n}大" not in one.text):
        side = "plan" if book.indicators[phrase.indicator].basis == "target" else "results"
        sentences[side] += [(wording, phrase) for wording in wordings(phrase.text)]
    for side, heading in (("results", "一、上半年工作总结"), ("plan", "二、下半年工作计划")):
        lines = [f"{wording}。" for wording, _ in sentences[side]]
        facts = load_facts(file_with("\n".join([heading, *lines]), f"{side}.txt"))
        found = facts.groupby("sentence")["indicator"].agg(list).to_dict()
        wrong = [
            (phrase.text, line, found.get(line))
            for line, (_, phrase) in zip(lines, sentences[side], strict=True)
            if phrase.indicator not in found.get(line, [])
        ]
        assert wrong == []
