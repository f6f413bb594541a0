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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("财政收入58.6（亿元），增长6.5（%）", [("58.6（亿元）", 5.86e9, "元"), ("6.5（%）", 6.5, "%")]),
        ("超58.6(亿元)", [("超58.6(亿元)", 5.86e9, "元")]),
        ("在校生12345（人）", [("12345（人）", 12345, "人")]),
        ("投资58.6亿（元）", [("58.6亿（元）", 5.86e9, "元")]),
        ("投资3-5（亿元）", [("3-5（亿元）", 4e8, "元")]),
        ("198、174（亿元）", [("198", 1.98e10, "元"), ("174（亿元）", 1.74e10, "元")]),
        ("58.6（亿元）\t6.1（%）", [("58.6（亿元）", 5.86e9, "元"), ("6.1（%）", 6.1, "%")]),
        # The bracket ends a label, a budget's code or a column's heading.
        ("项目1（万元）：300", [("1", 1, ""), ("300", 3_000_000, "元")]),
        ("205（类）02（款）", [("205", 205, ""), ("02", 2, "")]),
        ("指标\t2022（亿元）\t2023（亿元）", [("2022", 2022, ""), ("2023", 2023, "")]),
    ],
)  # fmt: skip
def test_a_unit_in_brackets_behind_its_number(text: str, found: list[tuple[str, float, str]]) -> None:
    rows = find_quantities(text)
    assert list(zip(rows["raw"], rows["value"], rows["unit"], strict=True)) == found
    assert [text[start:end] for start, end in zip(rows["start"], rows["end"], strict=True)] == list(
        rows["raw"]
    )


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("教育支出（亿元）12.6", ["12.6"]),
        ("收入\t亿元\t12.6", ["12.6"]),
        ("收入（千万元）3.5", ["3.5"]),
        ("单位：亿元", []),
        ("（单位：%、亿元）", []),
        ("单位：人民币亿元", []),
        ("指标\t绝对数（亿元）", []),
        # In a sentence 亿元 is an amount, with what is said of it or without.
        ("（总投资亿元）", ["亿元"]),
        ("（亿元以上）", ["亿元以上"]),
        ("单位：上亿元", ["上亿元"]),
        ("引进亿元项目", ["亿元"]),
    ],
)
def test_a_unit_with_a_scale_is_no_amount_of_its_own(text: str, raw: list[str]) -> None:
    assert find_quantities(text)["raw"].tolist() == raw
