"""Units that stand apart from their number, in tables and behind labels; and cells that lend none."""

from __future__ import annotations

import pytest

from sxedu_analysis.reading.quantities import find_quantities


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # A table that came as one cell a line, with a column of units.
        ("饮料酒\n千升\n15767\n18.64\n塑料制品\n吨\n183946\n",
         [("15767", 15767, "千升"), ("18.64", 18.64, ""), ("183946", 183946, "吨")]),
        ("供电量\n万度\n50616\n", [("50616", 506_160_000, "度")]),
        ("在校生\t人\t12345\t3.2\n发电量\t万千瓦时\t6\t", [("12345", 12345, "人"), ("3.2", 3.2, ""),
                                                        ("6", 60_000, "千瓦时")]),
        ("小学\t12\t所\n", [("12", 12, "所")]),
        ("12\t万元", [("12", 120_000, "元")]),
        ("学校（所）\t12\t", [("12", 12, "所")]),
        ("在校生（人）：3000，教师(人) 200。", [("3000", 3000, "人"), ("200", 200, "人")]),
        ("投入（万元）300", [("300", 3_000_000, "元")]),
        ("投入（万元）\t1.2亿", [("1.2亿", 120_000_000, "元")]),  # a scale of its own counts
        ("增长（%）\t3.2\n", [("3.2", 3.2, "%")]),
    ],
)  # fmt: skip
def test_a_unit_beside_its_number(text: str, found: list[tuple[str, float, str]]) -> None:
    rows = find_quantities(text)
    assert list(zip(rows["raw"], rows["value"], rows["unit"], strict=True)) == found


@pytest.mark.parametrize(
    "text",
    [
        "学校数\t12\t人数\t300",  # the next cell begins with 人, and is no unit
        "小学\t12\t300\t项目",
        "小学\t1,234\t台账",
        "学校（所）\t学生（人）\t12\t3000",  # headings in a row: which belongs to which number is not said
        "学校（所）\n学生（人）\n12\n3000\n",
        "人\n所\n12\n3000\n",
        "泗县（县）\t12",
        "全县（含民办）12",
        "12\n人均收入",
    ],
)
def test_a_cell_that_is_no_unit_lends_none(text: str) -> None:
    rows = find_quantities(text)
    assert set(rows["unit"]) == {""}


def test_two_cells_are_no_range() -> None:
    rows = find_quantities("增速\t2.1%\t-3.2%\n")
    assert rows["raw"].tolist() == ["2.1%", "-3.2%"]
    assert rows["value"].tolist() == [2.1, -3.2]
