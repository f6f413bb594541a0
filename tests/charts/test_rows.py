from __future__ import annotations

from sxedu_analysis.charts.rows import lay_out


def test_a_number_shares_the_line_of_its_name_where_there_is_room() -> None:
    beside = lay_out(["短名"], ["12人"])
    assert beside.number_tops == beside.tops
    below = lay_out(["Teachers in the national teacher training programme"], ["more than 9,000 persons"])
    assert below.number_tops[0] > below.tops[0]
    assert below.height > beside.height


def test_a_long_name_is_broken_and_its_number_stands_on_the_last_line() -> None:
    rows = lay_out(["义务教育阶段学校" * 8, "短名"], ["12人", "3人"])
    assert rows.names[0].count("\n") == 1
    assert rows.tops[0] < rows.number_tops[0] < rows.marks[0] < rows.tops[1]
