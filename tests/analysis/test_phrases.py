"""The phrase language: what it accepts, what it finds, and that it stays quick."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sxedu_analysis.analysis import phrases, skeletons
from sxedu_analysis.analysis.facts import load_facts
from sxedu_analysis.analysis.phrase_language import compile_phrase
from sxedu_analysis.analysis.skeletons import SLOT, skeleton
from sxedu_analysis.analysis.word_index import Words
from sxedu_analysis.foundation.errors import CodebookError
from sxedu_analysis.reading.quantities import find_quantities


def bound(phrase: str, text: str) -> list[str]:
    """The raw expressions that a phrase binds in a text."""
    quantities = find_quantities(text)
    bones = skeleton(text, quantities)
    return [
        quantities.at[bones.numbers[found.place], "raw"]
        for found in compile_phrase(phrase).matches(bones.text)
    ]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("参加课后服务{n}人", "参加课后服务8.6万余人。", ["8.6万余人"]),
        ("参加课后服务{n}人", "参加课后服务约８．６万人。", ["约８．６万人"]),
        ("参加课后服务{n}人", "参加课后\n服务 8.6 万\n人。", ["8.6 万\n人"]),
        ("达标率{n}%", "达标率百分之三十", ["百分之三十"]),
        ("达标率[达到/达/]{n}%", "达标率达35％以上", ["35％以上"]),
        ("{n}项特长", "学会2－3项特长", ["2－3项"]),
        ("{x}个小区、{n}个村", "7个小区、9个村", ["9个"]),
        ("{x}场，参与人次{n}", "培训7场，参与人次2.3万", ["人次2.3万"]),
        ("资助…{n}元", "资助各类学生发放42万元", ["42万元"]),
        ("资助…{n}元", "资助学生300人，发放42万元", []),
        ("资助…{n}元", "资助学生。发放42万元", []),
        ("资助…{n}元", "资助学生\n\n发放42万元", []),
        ("资助…{n}元", "资助" + "很" * 21 + "42万元", []),
        ("[甲/乙]{n}所", "丙3所，乙4所，甲5所", ["4所", "5所"]),
        ("党课{n}[节/次]", "讲党课12次", ["12次"]),
        ("小学{n}人", "一、小学\n300人", []),
    ],
)
def test_what_a_phrase_binds(phrase, text, expected):
    assert bound(phrase, text) == expected


@pytest.mark.parametrize(
    ("phrase", "complaint"),
    [
        ("参加{n}人{n}", "2 times {n}"),
        ("参加课后服务", "0 times {n}"),
        ("参加{m}人{n}", "'{m}' is not understood"),
        ("[甲]{n}人", "'[甲]' is not understood"),
        ("参加[{n}人", "'[' is not understood"),
        ("[甲/]{n}", "no word that must be there"),
        ("[甲/]{n}人", "no word that must be there"),
        ("〔课后服务参加{n}人", "'〔' is not understood"),
        ("〔〕参加{n}人", "'〔' is not understood"),
        ("〔!〕参加{n}人", "〔!〕 names no word"),
        ("〔课后/〕参加{n}人", "〔课后/〕 names no word"),
        ("〔课后〕〔托管〕参加{n}人", "〔托管〕 is a second of its kind"),
        ("参加〔课后〕{n}人", "'〔' is not understood"),
        ("【课后参加{n}人", "'【' is not understood"),
    ],
)
def test_a_bad_phrase_is_told_with_its_place(phrase, complaint):
    with pytest.raises(CodebookError) as told:
        compile_phrase(phrase, where="phrases.csv row 7")
    assert complaint in str(told.value)
    assert str(told.value).startswith("phrases.csv row 7: ")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "text",
    ["骨干教师12名", "骨干教师人数达12名", "骨干教师总数现已增至12名", "骨干教师共计12名"],
)
def test_a_number_may_be_linked_in_any_words(text):
    assert bound("骨干教师{n}名", text) == ["12名"]


@pytest.mark.parametrize("text", ["骨干教师增加12名", "骨干教师新增了12名", "骨干教师，12名"])
def test_what_links_is_no_change_and_no_new_clause(text):
    assert bound("骨干教师{n}名", text) == []


def test_a_phrase_begins_with_its_number():
    assert bound("{n}名骨干教师", "共有12名骨干教师") == ["12名"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("课后服务全部开展，自愿参加的学生有12人", ["12人"]),
        ("课后服务全部开展。自愿参加的学生有12人", []),  # another sentence
        ("课后服务全部开展；自愿参加的学生有12人", []),  # another item
        ("自愿参加的学生有12人，课后服务全部开展", []),  # said too late
        ("高中也开展课后服务，参加的学生有12人", []),
    ],
)
def test_a_phrase_may_ask_for_words_earlier_in_its_sentence(text, found):
    assert bound("〔课后服务/延时服务〕〔!高中〕参加的学生{n}人", text) == found


def test_a_statement_has_no_number():
    phrase = compile_phrase("骨干教师…不足", number=False)
    assert list(phrase.spans("市级骨干教师人数不足")) == [(2, 10)]
    with pytest.raises(CodebookError):
        compile_phrase("骨干教师{n}名", number=False)


def test_a_mark_in_the_text_itself_is_ignored():
    text = f"参加课后服务{SLOT}人，参加课后服务12人"
    assert bound("参加课后服务{n}人", text) == ["12人"]


@given(st.text(alphabet="参加课后服务人0123456789.万余，。\n 一、", max_size=60))
def test_skeleton_leads_back_to_the_text(text):
    quantities = find_quantities(text)
    bones = skeleton(text, quantities)
    assert len(bones.text) == len(bones.places)
    assert list(bones.places) == sorted(bones.places)
    assert all(bones.text[place] == SLOT for place in bones.numbers)
    assert sorted(bones.numbers.values()) == quantities.index[quantities["kind"] == "quantity"].tolist()


@given(
    words=st.sets(st.text("小中学位", min_size=1, max_size=3)),
    text=st.text("小中学位、\0\ud800😀", max_size=40),
)
def test_words_are_found_wherever_they_stand(words, text):
    each = {word: [i for i in range(len(text)) if text.startswith(word, i)] for word in words}
    assert Words(words).places(text) == {word: places for word, places in each.items() if places}


def test_blank_lines_are_looked_at_once(monkeypatch):
    """From each line break the next word was sought, over all line breaks between."""
    looked_at = 0

    class Counted:
        def match(self, text: str, start: int) -> re.Match[str] | None:
            nonlocal looked_at
            found = indent.match(text, start)
            looked_at += found.end() - start
            return found

    indent = skeletons._INDENT
    monkeypatch.setattr(skeletons, "_INDENT", Counted())
    text = " \n" * 2000 + "  一、小学\n300人"
    bones = skeleton(text, find_quantities(text))
    assert bones.text.endswith(
        f"小学\n{SLOT}人"
    )  # an indented heading ends the paragraph before it, and its own
    assert looked_at <= len(text)


def test_work_grows_with_the_text_only(monkeypatch):
    phrase = compile_phrase("资助…[甲/乙/]{x}人次，…{n}元")
    pattern = phrases.compiled(phrase.pattern)

    def looked_at(length: int) -> int:
        signs = 0

        class Counted:
            def search(self, text: str, start: int, end: int) -> re.Match[str] | None:
                nonlocal signs
                signs += end - start
                return pattern.search(text, start, end)

        text = f"资助很多很多学生{SLOT}人次,很多人。{SLOT}元。" * length
        monkeypatch.setattr(phrases, "compiled", lambda pattern: Counted())
        assert list(phrase.matches(text)) == []
        return signs

    assert 0 < looked_at(20_000) < 11 * looked_at(2_000)


def test_a_phrase_of_a_heading_binds_under_it_alone(file_with):
    text = (
        "（一）各级教育生均一般公共预算教育经费增长情况\n全市普通小学为9214.77元，其中农村为8902.11元；"
        "普通高中由上年的12880.09元增加到13466.90元。\n（二）其他情况\n全市普通小学为2465.32元。"
    )
    facts = load_facts(file_with(text))
    assert dict(zip(facts["indicator"], facts["raw"], strict=True)) == {
        "primary_budget_per_student": "9214.77元",
        "general_senior_secondary_budget_per_student": "13466.90元",
    }
