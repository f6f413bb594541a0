"""How findings name facts and print numbers: the report's words, and the bounds that they leave."""

from __future__ import annotations

import math
from typing import Any

from sxedu_analysis.analysis.concepts import Codebook
from sxedu_analysis.analysis.measure_words import measure_text
from sxedu_analysis.foundation.interval import Interval
from sxedu_analysis.foundation.printing import at_limit, bounds_text, plain, with_unit

LANGUAGES = ("zh", "en")
_QUALIFIER_EN = {
    "about": "about ",
    "at_least": "at least ",
    "more_than": "more than ",
    "at_most": "at most ",
    "less_than": "fewer than ",
}


def both(value: float) -> dict[str, str]:
    """A number in both languages."""
    return {language: _number(value, language) for language in LANGUAGES}


def _number(value: float, language: str) -> str:
    return "∞" if math.isinf(value) else plain(value, language)


def span(interval: Interval) -> dict[str, str]:
    """An interval in words; one number where its ends are equal, a floor where it has no upper end.

    Examples
    --------
    >>> span(Interval(100, 100, 101)), span(Interval(40, 40, float("inf")))["en"]
    ({'zh': '100–101', 'en': '100–101'}, 'at least 40')
    """
    if interval.is_exact:
        return both(interval.value)
    if math.isinf(interval.high):
        return {"zh": f"至少{_number(interval.low, 'zh')}", "en": f"at least {_number(interval.low, 'en')}"}
    return {language: bounds_text(interval.low, interval.high, language) for language in LANGUAGES}


def bounded(quotient: Interval, *sides: Interval, unit: str = "") -> dict[str, str]:
    """A computed value as measures are printed, with its bounds behind it where it has any.

    Parameters
    ----------
    quotient : Interval
    *sides : Interval
        What it was computed from: where one is a limit only, so is the value, and the bounds are given.
    unit : str
        ``%`` or nothing.

    Examples
    --------
    >>> students, teachers = Interval(112_000, 111_500, 112_500), Interval(9_000, 9_000, 10_000)
    >>> bounded(students / teachers, students, teachers)["en"]
    '11.1–12.5'
    >>> bounded(students / Interval.exact(9_000))["en"]
    'about 12.4 (12.38–12.50)'
    """
    limits = any(at_limit(one.value, one.low, one.high) for one in (quotient, *sides))
    if limits and not quotient.is_exact and not math.isinf(quotient.high):
        return {lang: bounds_text(quotient.low, quotient.high, lang, unit) for lang in LANGUAGES}
    row = {"value": quotient.value, "low": quotient.low, "high": quotient.high}
    units = {f"unit_{lang}": unit for lang in LANGUAGES}
    found = {lang: measure_text(row | units, lang) for lang in LANGUAGES}
    if quotient.is_exact or math.isinf(quotient.high):
        return found
    around = {lang: bounds_text(quotient.low, quotient.high, lang, unit) for lang in LANGUAGES}
    return {"zh": f"{found['zh']}（{around['zh']}）", "en": f"{found['en']} ({around['en']})"}


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
        self.value = _number(row.value, language)
        unit = getattr(indicator, f"unit_{language}")
        self.unit = "%" if unit in ("per cent", "percent") else unit
        self.section = row.section
        interval = Interval(row.value, row.low, row.high)
        told = []
        if language == "en":
            number = span(interval)["en"] if row.qualifier == "range" else self.value
            told.append(_QUALIFIER_EN.get(row.qualifier, "") + with_unit(number, self.unit, "en"))
        # A target is set, not measured: it has no bounds.
        known = indicator.basis != "target" and row.qualifier != "range"
        if not brief and known and row.low < row.high < math.inf:
            limits = bounds_text(row.low, row.high, language, "%" if self.unit == "%" else "")
            told.append(f"上下限{limits}" if language == "zh" else f"bounds {limits}")
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
