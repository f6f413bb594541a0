"""Periods in words: that of a report, and the one after it, which its plan is for."""

from __future__ import annotations

import re

# A year is one part, which has no name.
_PARTS = {
    "": (("", ""),),
    "H": (("上半年", "first half"), ("下半年", "second half")),
    "Q": (
        ("第一季度", "first quarter"),
        ("第二季度", "second quarter"),
        ("第三季度", "third quarter"),
        ("第四季度", "fourth quarter"),
    ),
}


def period_text(period: str, lang: str) -> str:
    """A period as it is read out.

    Examples
    --------
    >>> period_text("2023H1", "zh"), period_text("2023H1", "en"), period_text("2023", "en")
    ('2023年上半年', 'first half of 2023', '2023')
    """
    if not (found := _year_and_part(str(period))):
        return str(period)
    year, part, parts = found
    zh, en = parts[part]
    return f"{year}年{zh}" if lang == "zh" else f"{en} of {year}" if en else str(year)


def next_period(period: str, lang: str) -> str:
    """The period after a report's, in words: what its plan is for. Nothing if the period is not known.

    Examples
    --------
    >>> next_period("2023H1", "zh"), next_period("2023H2", "en"), next_period("2023", "zh")
    ('2023年下半年', 'the first half of 2024', '2024年')
    >>> next_period("2023Q4", "en"), next_period("", "zh")
    ('the first quarter of 2024', '')
    """
    if not (found := _year_and_part(period)):
        return ""
    year, part, parts = found
    year, part = (year + 1, 0) if part + 1 == len(parts) else (year, part + 1)
    zh, en = parts[part]
    return f"{year}年{zh}" if lang == "zh" else f"the {en} of {year}" if en else str(year)


def _year_and_part(period: str) -> tuple[int, int, tuple[tuple[str, str], ...]] | None:
    """The year of a period, which part of it, counted from 0, and the names of all parts of such a year."""
    match = re.fullmatch(r"(\d{4})(?:([HQ])([1-4]))?", period)
    if not match:
        return None
    parts, part = _PARTS[match[2] or ""], int(match[3] or 1) - 1
    return (int(match[1]), part, parts) if part < len(parts) else None
