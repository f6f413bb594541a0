"""Wordings at the edges: what the parts of the grammar leave to each other."""

from __future__ import annotations

import math

import pytest

from sxedu_analysis.reading import numerals
from sxedu_analysis.reading.quantities import find_quantities, load_quantities


@pytest.mark.parametrize(
    ("text", "raw", "value", "unit", "qualifier"),
    [
        ("公里多一些：5公里多，较远", "5公里多", 5, "公里", "more_than"),
        ("标准为每生10元/平方米，", "10元/平方米", 10, "元/平方米", "exact"),
        ("运费3元/辆，", "3元/辆", 3, "元/辆", "exact"),
        ("占比约5-8万人", "约5-8万人", 65_000, "人", "range"),
        ("二十多万亩", "二十多万亩", 200_000, "亩", "more_than"),
        ("百分之三多一点", "百分之三多", 3, "%", "more_than"),
        ("年均万分之五", "万分之五", 0.0005, "", "exact"),
        ("新建30余所", "30余所", 30, "所", "more_than"),
        ("有200有余，", "200有余", 200, "", "more_than"),
        ("三百来人参加", "三百来人", 300, "人", "about"),
        ("一万零五百人", "一万零五百人", 10_500, "人", "exact"),
        ("完成十项任务", "十项", 10, "项", "exact"),  # 成 belongs to 完成, as 过 to 通过, 好 to 办好
        ("通过十项制度", "十项", 10, "项", "exact"),
        ("办好十件实事", "十件", 10, "件", "exact"),
        ("营收过百亿元", "过百亿元", 1e10, "元", "more_than"),
        ("成百万平方米", "成百万平方米", 1e6, "平方米", "more_than"),
        ("新改建国省道307公里", "307公里", 307, "公里", "exact"),
        ("货物周转量5.8亿吨公里", "5.8亿吨公里", 5.8e8, "吨公里", "exact"),
        ("电话普及率103.9部/百人", "103.9部/百人", 103.9, "部/百人", "exact"),
    ],
)
def test_amounts_at_the_edges(text: str, raw: str, value: float, unit: str, qualifier: str) -> None:
    table = find_quantities(text)
    row = table[table["raw"] == raw]
    assert len(row) == 1, table[["raw", "value"]].to_string()
    assert row[["value", "unit", "qualifier"]].iloc[0].tolist() == [pytest.approx(value), unit, qualifier]


@pytest.mark.parametrize(
    ("text", "raws"),
    [
        ("先后为5至3人", ["5", "3人"]),  # no range: it falls
        ("提高5-10元", ["5-10元"]),
        ("5元-10人", ["5元", "10人"]),  # two units are two amounts
        ("第一，200所", ["第一", "200所"]),
        ("120，340，560所", ["120", "340", "560所"]),  # a list, no thousands
        ("建设千亿级产业", ["千亿级"]),
        ("万吨级码头10万吨级", ["10万吨"]),
        ("两点一哨", []),
        ("编号12345678901234567890", ["12345678901234567890"]),
        ("千千万万的人", []),
    ],
)
def test_what_is_joined_and_what_is_not(text: str, raws: list[str]) -> None:
    assert find_quantities(text)["raw"].tolist() == raws


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("全县有学生3 133人，教师212人。", [("3 133人", 3133), ("212人", 212)]),
        ("全县共有 3 133 余人，", [("3 133 余人", 3133)]),
        ("投入1 234.5万元。", [("1 234.5万元", 12_345_000)]),
        ("总人口12 345 678人。", [("12 345 678人", 12_345_678)]),
        ("共3\xa0133人。", [("3\xa0133人", 3133)]),
        (
            "小学3\u2009133，初中12\u202f345\u202f678",
            [("3\u2009133", 3133), ("12\u202f345\u202f678", 12_345_678)],
        ),
        ("共1 200、1 300和1 400人。", [("1 200", 1200), ("1 300", 1300), ("1 400人", 1400)]),
        ("每年1 200-1 500元，", [("1 200-1 500元", 1350)]),
        # What only looks so: a year, a share, an ordinal, a date, cells of a table, a stray blank.
        ("2022 300人，", [("2022", 2022), ("300人", 300)]),
        (
            "2022年 300人，5月 12 300人，",
            [("2022年", 2022), ("300人", 300), ("5月", 5), ("12", 12), ("300人", 300)],
        ),
        ("增长3 133%，", [("3", 3), ("133%", 133)]),
        ("排第1 100名，", [("第1", 1), ("100名", 100)]),
        ("小学 12 300人", [("12", 12), ("300人", 300)]),
        ("其中，小学 12 300人", [("12", 12), ("300人", 300)]),
        ("其中，小学 12  300人", [("12", 12), ("300人", 300)]),
        ("其中，小学\t12 300人", [("12", 12), ("300人", 300)]),
        ("全县，12 300", [("12", 12), ("300", 300)]),
        ("全县，12 345 6人", [("12", 12), ("345", 345), ("6人", 6)]),
        ("共3 133\n人，", [("3", 3), ("133\n人", 133)]),
        ("学校3 133", [("3", 3), ("133", 133)]),
    ],
)
def test_thousands_may_stand_apart(text: str, found: list[tuple[str, float]]) -> None:
    table = find_quantities(text)
    assert list(zip(table["raw"], table["value"], strict=True)) == found


@pytest.mark.parametrize("written", ["三五百二", "二点", "点五", "两两", "三点五千百", "一二两"])
def test_numerals_that_write_no_number(written: str) -> None:
    assert numerals.chinese(written) is None


def test_a_years_worth_of_digits_is_a_name_and_keeps_its_value() -> None:
    row = find_quantities("滁州1912街区").iloc[0]
    assert (row["kind"], row["value"]) == ("name", 1912)
    code = find_quantities("落实“13”工程").iloc[0]
    assert code["kind"] == "name"
    assert math.isnan(code["value"])


def test_a_digit_that_nothing_takes_has_a_row_without_a_value() -> None:
    table = find_quantities("序列0.123456789012345678901234567号")
    assert table["raw"].tolist() == ["0", "123456789012345678901234567"]
    assert set(table["kind"]) == {"name"}
    assert table["value"].isna().all()


def test_bounds_are_clean_decimals() -> None:
    table = find_quantities("巩固率98.6%，增长2.1%，约2.2万人。")
    assert table["low"].tolist() == [98.55, 2.05, 20_900]
    assert table["high"].tolist() == [98.65, 2.15, 23_100]


def test_a_lone_surrogate_does_not_stop_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrow, where pandas has it, cannot hold half a character."""
    from sxedu_analysis.reading import quantities

    series = quantities.pd.Series

    def refuses(values: list[str], dtype: object) -> object:
        if dtype == "str" and any("\ud800" in value for value in values):
            raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
        return series(values, dtype=dtype)

    monkeypatch.setattr(quantities.pd, "Series", refuses)
    table = quantities.find_quantities("\ud800有3所")
    assert table["raw"].tolist() == ["3所"]
    assert "\ud800" in table["sentence"].iloc[0]


def test_a_report_is_read_by_its_id() -> None:
    table = load_quantities("341324-2023H1")
    assert {"10.5万人", "10.5万人次"} <= set(table["raw"])
