from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sxedu_analysis.charts.numbers import bounds_text, plain, stated_text, unit_name, value_text


@pytest.mark.parametrize(
    ("value", "low", "high", "zh", "en"),
    [
        (93.75, 92.889, 94.619, "约94%", "about 94\u00a0%"),
        (402.5, 386.0, 420.43, "约400%", "about 400\u00a0%"),
        (100, 99.5, 100, "约100%", "about 100\u00a0%"),
        (12, 12, 12, "12%", "12\u00a0%"),
        (40, 40, math.inf, "至少40%", "at least 40\u00a0%"),
        (105_000, 104_500, 105_500, "约10.5万%", "about 105,000\u00a0%"),
    ],
)
def test_values_are_no_finer_than_their_bounds(
    value: float, low: float, high: float, zh: str, en: str
) -> None:
    assert value_text(value, low, high, "zh", "%") == zh
    assert value_text(value, low, high, "en", "per cent") == en


@pytest.mark.parametrize(
    ("low", "high", "zh", "en"),
    [
        (92.889, 94.619, "92.9–94.6", "92.9–94.6"),
        (104_500, 105_500, "10.45万–10.55万", "104,500–105,500"),
        (78_000, 79_000, "7.8万–7.9万", "78,000–79,000"),
        (5, 5, "精确", "exact"),
        (40, math.inf, "≥ 40", "≥ 40"),
        (3, 4, "3–4", "3–4"),
    ],
)
def test_bounds(low: float, high: float, zh: str, en: str) -> None:
    assert bounds_text(low, high, "zh") == zh
    assert bounds_text(low, high, "en") == en


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (483e4, "483万", "4,830,000"),
        (1.2e9, "12亿", "1,200,000,000"),
        (5026, "5026", "5,026"),
        (0, "0", "0"),
        (-7000, "-7000", "-7,000"),
        (2.75, "2.75", "2.75"),
    ],
)
def test_plain(value: float, zh: str, en: str) -> None:
    assert (plain(value, "zh"), plain(value, "en")) == (zh, en)


@given(st.floats(min_value=0, max_value=1e12, allow_nan=False))
def test_english_numbers_read_back(value: float) -> None:
    assert math.isclose(float(plain(value, "en").replace(",", "")), value, abs_tol=0.0051)


def test_stated_words_and_units() -> None:
    fact = {"raw": "1－2项", "value": 1.5, "low": 1, "high": 2, "qualifier": "range", "counting_unit": "item"}
    assert stated_text(fact, "en") == "1–2\u00a0items"
    assert unit_name({"counting_unit": "percent"}) == "%"
    assert unit_name({"counting_unit": "item", "unit": "项"}) == "项"
    assert unit_name({"unit": "匹"}) == "匹"
    assert value_text(3, 3, 3) == "3"
