from __future__ import annotations

import math
import re
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sxedu_analysis.charts.numbers import at_limit, bounds_text, plain, stated_text, unit_name, value_text


@pytest.mark.parametrize(
    ("value", "low", "high", "zh", "en"),
    [
        (93.75, 92.889, 94.619, "约94%", "about 94\u00a0%"),
        (402.5, 386.0, 420.43, "约400%", "about 400\u00a0%"),
        (100, 99.5, 100, "99.5–100%", "99.5–100\u00a0%"),
        (12, 12, 12, "12%", "12\u00a0%"),
        (40, 40, math.inf, "至少40%", "at least 40\u00a0%"),
        (105_000, 104_500, 105_500, "约10.5万%", "about 105,000\u00a0%"),
        # Each of these once lay outside the bounds printed beside it.
        (91.4, 91.3, 93.4, "约91.4%", "about 91.4\u00a0%"),
        # An end of its own bounds is a limit, and not about what lies within.
        (513.157895, 513.157895, 519.736842, "513.1–519.8%", "513.1–519.8\u00a0%"),
        (4_500, 3_600, 4_700, "约4500%", "about 4,500\u00a0%"),
        (208 / 3, 208 / 3, 70.852018, "69.3–70.9%", "69.3–70.9\u00a0%"),
        (69.642857, 208 / 3, 70.852018, "约70%", "about 70\u00a0%"),
        (0.1 + 0.2, 0.3, 0.1 + 0.2, "0.3%", "0.3\u00a0%"),
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
        # Outwards: 92.9–94.6 would shut out 92.889.
        (92.889, 94.619, "92.8–94.7", "92.8–94.7"),
        (386, 420.4347, "386–421", "386–421"),
        (104_500.00000000001, 105_499.99999999999, "10.45万–10.55万", "104,500–105,500"),
        (104_500, 105_500, "10.45万–10.55万", "104,500–105,500"),
        (78_000, 79_000, "7.8万–7.9万", "78,000–79,000"),
        (5, 5, "精确", "exact"),
        (40, math.inf, "≥ 40", "≥ 40"),
        (3, 4, "3–4", "3–4"),
        (9_000, 10_000, "9000–10000", "9,000–10,000"),
        (0, 12_000, "0–1.2万", "0–12,000"),
        (90_000_000, 110_000_000, "0.9亿–1.1亿", "90,000,000–110,000,000"),
        (208 / 3, math.inf, "≥ 69.33", "≥ 69.33"),
        (200 / 3, math.inf, "≥ 66.66", "≥ 66.66"),
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
        (0.00123, "0.0012", "0.0012"),
    ],
)
def test_plain(value: float, zh: str, en: str) -> None:
    assert (plain(value, "zh"), plain(value, "en")) == (zh, en)


@given(st.floats(min_value=0, max_value=1e12, allow_nan=False))
def test_english_numbers_read_back(value: float) -> None:
    assert math.isclose(float(plain(value, "en").replace(",", "")), value, abs_tol=0.0051)


_SIZE = {"": 1, "万": 10**4, "亿": 10**8}


def read(text: str) -> list[Decimal]:
    """The numbers of a printed text, in order."""
    found = re.findall(r"(?<![\d.])(-?[\d,]+(?:\.\d+)?)([万亿]?)", text)
    return [Decimal(number.replace(",", "")) * _SIZE[scale] for number, scale in found]


numbers = st.one_of(
    st.integers(min_value=-(10**9), max_value=10**10).map(float),
    st.floats(min_value=-1e6, max_value=1e9, allow_nan=False).map(lambda number: round(number, 6)),
    st.builds(lambda a, b: 100 * a / b, st.integers(0, 10**6), st.integers(1, 10**6)),
)


@given(ends=st.tuples(numbers, numbers, numbers), lang=st.sampled_from(["zh", "en"]))
@example(ends=(513.157895, 513.157895, 519.736842), lang="zh")
@example(ends=(91.3, 91.4, 93.4), lang="en")
@example(ends=(208 / 3, 208 / 3, 70.852018), lang="zh")
@example(ends=(9_000.0, 9_500.0, 10_000.0), lang="zh")
def test_a_printed_value_lies_within_its_bounds(ends: tuple[float, float, float], lang: str) -> None:
    low, value, high = sorted(ends)
    # Closer than this two floats are one number, and one number is printed as exact.
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        return
    quoted = value_text(value, low, high, lang)
    text = bounds_text(low, high, lang)
    from_, to = read(text)
    # Printed bounds hold the true ones, but for what a division leaves in the last binary digits.
    true_low, true_high = (Decimal(repr(end)) for end in (low, high))
    noise = [4 * Decimal(math.ulp(end)) for end in (low, high)]
    assert from_ <= true_low + noise[0]
    assert true_high - noise[1] <= to
    if quoted == text:
        assert at_limit(value, low, high)
    else:
        (shown,) = read(quoted)
        assert true_low <= shown <= true_high
        assert from_ <= shown <= to
    # One digit finer than the width's first: rounding moves an end by less than a tenth of the width.
    assert from_ < to
    slack = Decimal(repr(high - low)) / 10 * (1 + Decimal("1e-6"))
    assert true_low - from_ <= slack
    assert to - true_high <= slack
    if lang == "zh":
        scales = {part.strip("-0123456789.") for part in text.split("–") if read(part) != [0]}
        assert len(scales) == 1


@given(low=numbers)
def test_an_open_bound_never_claims_more_than_it_holds(low: float) -> None:
    for lang in ("zh", "en"):
        assert read(bounds_text(low, math.inf, lang))[0] <= Decimal(repr(low))
        assert read(value_text(low, low, math.inf, lang))[0] <= Decimal(repr(low))


def test_stated_words_and_units() -> None:
    fact = {"raw": "1－2项", "value": 1.5, "low": 1, "high": 2, "qualifier": "range", "counting_unit": "item"}
    assert stated_text(fact, "en") == "1–2\u00a0items"
    assert unit_name({"counting_unit": "percent"}) == "%"
    assert unit_name({"counting_unit": "item", "unit": "项"}) == "项"
    assert unit_name({"unit": "匹"}) == "匹"
    assert value_text(3, 3, 3) == "3"
