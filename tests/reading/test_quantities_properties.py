from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sxedu_analysis.reading.intervals import Conventions
from sxedu_analysis.reading.quantities import COLUMNS, KINDS, QUALIFIERS, find_quantities

DIGITS = "0123456789０１２３４５６７８９"
PIECES = st.sampled_from(
    [*"0159８一二两三十百千万亿零几数第年月日个人次所元%％."
     ".．,，、。；：∶:-—～至到约近超逾余多来以上下内左右（）()“”《》\n 　$+/",
     "百分之", "分之", "人次", "万元", "亿元", "个百分点", "平方米", "千瓦", "以上", "不超过", "分别", "突破",
     "A", "km", "\ud800", "\u202e", "\x00",
     "<script>", "{{7*7}}", "=cmd()", "%run", "2023年", "10.5万人"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=40).map("".join)


@given(TEXTS)
@example("1，2，345万\n人")
@example("3-")
@example("-5%")
@example("\ud8001万人")
def test_any_text_gives_rows_that_slice_back_and_take_every_digit_once(text: str) -> None:
    table = find_quantities(text)
    assert tuple(table.columns) == COLUMNS
    taken = np.zeros(len(text), dtype=int)
    for row in table.itertuples():
        assert 0 <= row.start < row.end <= len(text)
        assert row.raw == text[row.start : row.end]
        taken[row.start : row.end] += 1
    assert taken.max(initial=0) <= 1
    assert all(taken[place] == 1 for place, character in enumerate(text) if character in DIGITS)
    assert table["start"].is_monotonic_increasing


@given(TEXTS)
def test_bounds_hold_the_value_and_categories_are_closed(text: str) -> None:
    table = find_quantities(text)
    known = table.dropna(subset=["value"])
    assert (known["low"] <= known["value"]).all()
    assert (known["value"] <= known["high"]).all()
    assert tuple(table["kind"].cat.categories) == KINDS
    assert tuple(table["qualifier"].cat.categories) == QUALIFIERS
    assert not table[["kind", "qualifier", "counting_unit"]].isna().any(axis=None)


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_it(text: str) -> None:
    find_quantities(text)


@given(st.integers(1, 99_999), st.sampled_from(["人", "所", "名", "个"]))
def test_a_count_with_all_its_digits_is_exact_in_both_widths(number: int, unit: str) -> None:
    wide = str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for written in (str(number), wide):
        row = find_quantities(f"共有{written}{unit}。").iloc[0]
        assert row["value"] == row["low"] == row["high"] == number


@given(st.decimals(min_value="0.1", max_value="999", places=1), st.sampled_from([("万", 1e4), ("亿", 1e8)]))
def test_a_scaled_number_may_be_off_by_half_a_unit_of_its_last_digit(
    number: object, scale: tuple[str, float]
) -> None:
    row = find_quantities(f"共有{number}{scale[0]}人。").iloc[0]
    value = float(str(number)) * scale[1]
    half = 0.05 * scale[1]
    assert (row["low"], row["value"], row["high"]) == pytest.approx((value - half, value, value + half))


def test_conventions_can_be_overridden() -> None:
    row = find_quantities("约1000人次", Conventions(about=0.1)).iloc[0]
    assert (row["low"], row["high"]) == (900, 1100)


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "一",
        "万亿",
        "（",
        "1，",
        "一二",
        "第",
        "1+",
        "1:",
        "百分之",
        "1.1.",
        "“1",
        "1-",
        "1\n",
        "1、",
        "1$",
        "三会",
        "1万至",
    ],
)
def test_long_runs_are_read_piece_by_piece(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work grows with the text, not with its square: counted in look-ups, for no test depends on a clock."""
    from sxedu_analysis.reading import lexicon

    calls = 0
    original = lexicon.Longest.at

    def counted(self: lexicon.Longest, text: str, place: int) -> object:  # type: ignore[type-arg]
        nonlocal calls
        calls += 1
        return original(self, text, place)

    monkeypatch.setattr(lexicon.Longest, "at", counted)
    work = []
    for repeats in (500, 2000):
        calls = 0
        find_quantities(piece * repeats)
        work.append(calls)
    assert work[1] <= 4.2 * work[0] + 50


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1" * 10**6, 0),
        ("一" * 10**6, 0),
        ("万亿" * 10**5, 0),
        ("（" * 10**5, 0),
        ("\ud800" * 10**5, 0),
        ("\x00" * 10**5, 0),
        ("\u200f" * 10**5, 0),
        ("（" * 10**4 + "1人" + "）" * 10**4, 1),
        ("“" * 10**4 + "1.5人" + "”" * 10**4, 1),
        ("\u202e1人\u202c" * 10**3, 10**3),
        ("\ud800\x001人\udfff" * 10**3, 10**3),
    ],
    ids=["1", "一", "万亿", "brackets", "surrogates", "nulls", "marks", "nested", "quoted", "rtl", "broken"],
)
def test_a_million_of_one_sign_is_read_and_keeps_its_places(text: str, values: int) -> None:
    table = find_quantities(text)
    assert table["value"].notna().sum() == values
    assert all(row.raw == text[row.start : row.end] for row in table.itertuples())
    digits = sum(character.isdigit() for character in text)
    assert sum(sum(map(str.isdigit, raw)) for raw in table["raw"]) == digits


def test_sections_and_sentences_are_those_of_the_text() -> None:
    text = "标题\n一、成绩\n（一）教学\n新建3所学校。招聘5名教师！\n二、计划\n再建2所。"
    table = find_quantities(text)
    rows = table[table["kind"] == "quantity"]
    assert rows["section"].tolist() == ["一/（一）", "一/（一）", "二"]
    assert rows["sentence"].tolist() == ["新建3所学校。", "招聘5名教师！", "再建2所。"]
