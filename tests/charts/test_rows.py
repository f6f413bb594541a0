from __future__ import annotations

from sxedu_analysis.charts.rows import aligned, lay_out

PHONE = 3.9
"""Inches that a phone leaves for a row."""


def test_a_number_shares_the_line_of_its_name_where_there_is_room() -> None:
    beside = lay_out(["短名"], ["12人"], room=PHONE)
    assert beside.number_tops == beside.tops
    below = lay_out(
        ["Teachers in the national teacher training programme"], ["more than 9,000 persons"], room=PHONE
    )
    assert below.number_tops[0] > below.tops[0]
    assert below.height > beside.height


def test_a_long_name_is_broken_and_its_number_stands_on_the_last_line() -> None:
    rows = lay_out(["义务教育阶段学校" * 5, "短名"], ["12人", "3人"], room=PHONE)
    assert rows.names[0].count("\n") == 1
    assert rows.tops[0] < rows.number_tops[0] < rows.marks[0] < rows.tops[1]


def test_a_wide_page_has_name_mark_and_number_on_one_line() -> None:
    rows = lay_out(["短名", "Teachers in the national teacher training programme " * 2], ["12人", "3人"])
    assert rows.left > 1
    assert rows.right > 0
    assert rows.tops[0] < rows.marks[0] < rows.tops[1]
    assert rows.number_tops[0] == rows.tops[0]
    # A name of several lines has its number and its mark beside its middle.
    assert "\n" in rows.names[1]
    assert rows.tops[1] < rows.number_tops[1] < rows.marks[1]


def test_panels_below_each_other_begin_and_end_their_marks_at_the_same_edges() -> None:
    panels = aligned([lay_out(["短名"], ["12人"]), lay_out(["很长很长很长的名字"], ["3000人次"])])
    assert panels[0].left == panels[1].left > lay_out(["短名"], ["12人"]).left
    assert panels[0].right == panels[1].right
