"""How findings name facts and print numbers: the report's words, and the bounds that they leave."""

from __future__ import annotations

import math
from typing import Any

from sxedu_analysis.analysis.codebook import Codebook
from sxedu_analysis.foundation.interval import Interval

LANGUAGES = ("zh", "en")
_QUALIFIER_EN = {
    "about": "about ",
    "at_least": "at least ",
    "more_than": "more than ",
    "at_most": "at most ",
    "less_than": "fewer than ",
}


def number_text(value: float, language: str) -> str:
    """A number as a finding prints it: all digits, one decimal at most."""
    if math.isinf(value):
        return "∞"
    shown = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    return shown if language == "en" else shown.replace(",", "")


def both(value: float) -> dict[str, str]:
    """A number in both languages."""
    return {language: number_text(value, language) for language in LANGUAGES}


def span(interval: Interval) -> dict[str, str]:
    """An interval in words; one number where its ends are equal, a floor where it has no upper end."""
    if interval.is_exact:
        return both(interval.value)
    low, high = both(interval.low), both(interval.high)
    if math.isinf(interval.high):
        return {"zh": f"至少{low['zh']}", "en": f"at least {low['en']}"}
    return {"zh": f"{low['zh']}至{high['zh']}", "en": f"{low['en']} to {high['en']}"}


def bounded(interval: Interval) -> dict[str, str]:
    """A value to one decimal with its bounds behind it, where it has any.

    Examples
    --------
    >>> bounded(Interval(12.44, 11.15, 12.5))["en"]
    '12.4 (11.2 to 12.5)'
    """
    low, value, high = (round(one, 1) for one in (interval.low, interval.value, interval.high))
    rounded = Interval(value, low, high)
    limits = span(rounded)
    if rounded.is_exact:
        return limits
    return {
        "zh": f"{number_text(value, 'zh')}（{limits['zh']}）",
        "en": f"{number_text(value, 'en')} ({limits['en']})",
    }


class Said:
    """A fact as a text of one language names it: `{part.name}`, `{part.said}`, `{part.value}`.

    `said` is the report's expression, in English with the number spelt out, and with the bounds that rounding
    and wording leave where both are known; `brief` (titles) leaves these out.
    """

    def __init__(self, row: Any, language: str, book: Codebook, *, brief: bool = False) -> None:
        indicator = book.indicators[row.indicator]
        self._language = language
        self.name = getattr(indicator, f"name_{language}")
        self.raw = row.raw
        self.value = number_text(row.value, language)
        self.unit = getattr(indicator, f"unit_{language}")
        self.section = row.section
        told = []
        if language == "en":
            plain = f"{_QUALIFIER_EN.get(row.qualifier, '')}{self.value} {self.unit}"
            if row.qualifier == "range":
                plain = f"{span(Interval(row.value, row.low, row.high))['en']} {self.unit}"
            told.append(plain)
        if not brief and row.low < row.high < math.inf and row.qualifier != "range":
            limits = span(Interval(row.value, row.low, row.high))[language]
            told.append(f"上下限{limits}{self.unit}" if language == "zh" else f"limits {limits}")
        behind = ", ".join(told)
        if language == "zh":
            self.said = f"“{row.raw}”（{behind}）" if behind else f"“{row.raw}”"
        else:
            self.said = f"“{row.raw}” ({behind})"

    def __str__(self) -> str:
        if self._language == "en":
            return f"{self.name}: {self.said}"
        # Where the report writes the unit first (人次1.12万), the name need not end with it too.
        doubled = self.raw.startswith(self.unit) and self.name.endswith(self.unit)
        return f"{self.name.removesuffix(self.unit) if doubled else self.name}{self.said}"
