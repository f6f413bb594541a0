from __future__ import annotations

import pytest

from sxedu_analysis.charts.periods import next_period


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [
        ("2023H1", "2023年下半年", "the second half of 2023"),
        ("2023H2", "2024年上半年", "the first half of 2024"),
        ("2023", "2024年", "2024"),
        ("2023Q1", "2023年第二季度", "the second quarter of 2023"),
        ("2023Q4", "2024年第一季度", "the first quarter of 2024"),
        ("2023H3", "", ""),
        ("", "", ""),
        ("nan", "", ""),
    ],
)
def test_a_plan_is_for_the_period_after_the_reports(period: str, zh: str, en: str) -> None:
    assert next_period(period, "zh") == zh
    assert next_period(period, "en") == en
