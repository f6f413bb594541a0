from __future__ import annotations

import numpy as np

from sxedu_analysis.reading import layout

TEXT = (
    "某县工作总结\n\n一、主要成绩\n（一）教学。办学有序。\n1.课程\n开齐课程。\n"
    "(二)教师\n二、下步打算\n继续努力"
)


def test_headings_nest_by_their_numbering() -> None:
    table = layout.sections(TEXT)
    assert table["path"].tolist() == ["", "一", "一/（一）", "一/（一）/1", "一/（二）", "二"]
    assert table["titles"].tolist() == [
        "",
        "主要成绩",
        "主要成绩/教学",
        "主要成绩/教学/课程",
        "主要成绩/教师",
        "下步打算",
    ]
    assert table["start"].iloc[0] == 0
    assert table["end"].iloc[-1] == len(TEXT)
    assert (table["end"].iloc[:-1].to_numpy() == table["start"].iloc[1:].to_numpy()).all()


def test_a_decimal_at_the_start_of_a_line_is_no_heading() -> None:
    assert layout.sections("1.5万人参加\n2.3万人报名")["path"].tolist() == [""]


def test_sentences_keep_their_closing_marks_and_leave_blanks_out() -> None:
    text = "他说：“好！”大家同意。\n\n  第二句  \n"
    spans = layout.sentence_spans(text)
    assert [text[a:b] for a, b in spans] == ["他说：“好！”", "大家同意。", "第二句"]
    assert layout.sentence_spans("").shape == (0, 2)


def test_a_sentence_without_an_end_is_cut_at_its_commas() -> None:
    text = "学校1所，" * 1000
    spans = layout.sentence_spans(text)
    assert (np.diff(spans) <= layout.LONGEST_SENTENCE).all()
    assert all(text[first:last].endswith("1所，") for first, last in spans)
    assert "".join(text[first:last] for first, last in spans) == text
    # Without a comma there is nothing better than to cut.
    assert np.diff(layout.sentence_spans("甲" * 2500)).ravel().tolist() == [1000, 1000, 500]


def test_paragraphs_are_lines_with_something_in_them() -> None:
    text = "甲\n\n  \n乙\n"
    assert [text[a:b].strip() for a, b in layout.paragraph_spans(text)] == ["甲", "乙"]


def test_a_place_before_the_first_span_belongs_to_the_first() -> None:
    spans = np.array([[5, 8], [9, 12]])
    assert layout.row_at(spans, np.array([0, 5, 8, 9, 40])).tolist() == [0, 0, 0, 1, 1]
