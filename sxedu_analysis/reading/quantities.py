"""A text becomes the table of its numeric expressions, each with its place, value, unit and interval."""

from __future__ import annotations

import bisect
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.foundation.units import COUNTING_UNITS, counting_unit
from sxedu_analysis.reading import layout
from sxedu_analysis.reading.amounts import Amount, amount_at, share_in_lists
from sxedu_analysis.reading.intervals import DEFAULT, Conventions, interval_of
from sxedu_analysis.reading.numerals import half_width
from sxedu_analysis.reading.reports import Report, load_report
from sxedu_analysis.reading.set_phrases import SetPhrase, set_phrase_at

COLUMNS = (
    "start", "end", "raw", "value", "low", "high",
    "unit", "counting_unit", "qualifier", "kind", "section", "sentence",
)  # fmt: skip
QUALIFIERS = ("exact", "about", "at_least", "more_than", "at_most", "less_than", "range")
KINDS = ("quantity", "date", "ordinal", "name", "enumerator")

# 双 is a numeral in names only (双减); no amount begins with it.
_CANDIDATE = re.compile(r"[\d〇一二两双三四五六七八九十百千万亿第①-⑳]")
_LEFT_OVER = re.compile(r"\d(?:[\d.]*\d)?")
# What is inside short quotation marks or a title is a name: “1530”, 《2035远景目标》.
_QUOTED = re.compile(r"“[^“”\n]{1,14}”|《[^《》\n]{1,80}》|‘[^‘’\n]{1,14}’|「[^「」\n]{1,14}」")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MEASURED_IN_QUOTES = re.compile(r"[万亿]|\d\.\d")
_GROWTH = re.compile(
    r"(?:增长|增幅|增速|增加|上升|提高|提升|下降|减少|降低|回落|增收|同比|上浮|下浮|降幅|涨幅|上涨|下跌|超额|翻)[^，。；、]{0,6}$"
)


def find_quantities(text: str, conventions: Conventions = DEFAULT) -> pd.DataFrame:
    """Find every numeric expression of a text.

    Parameters
    ----------
    text : str
        Any Chinese text; Arabic, full-width and Chinese numerals are read.
    conventions : Conventions, optional
        How wide rounded and approximate numbers are (`reading.intervals`).

    Returns
    -------
    DataFrame, one row per expression in text order:

    ============== ========= =====================================================================
    start, end     int       code-point offsets; ``raw == text[start:end]``
    raw            str       qualifier, number, scale and unit as written
    value          float     scale multiplied out; per cent stays per cent; NaN where a name has none
    low, high      float     the interval that rounding and wording leave (`reading.intervals`)
    unit           str       normalised: 万元 -> 元, 七成 -> 70 and %; empty if none is written
    counting_unit  category  person, person_time, school, yuan … (`foundation.units`)
    qualifier      category  exact, about, at_least, more_than, at_most, less_than, range
    kind           category  quantity, date, ordinal, name, enumerator
    section        str       numbers of the headings above it: 一/（三）
    sentence       str       the sentence it stands in
    ============== ========= =====================================================================

    Every Arabic digit of the text lies in exactly one row.

    Raises
    ------
    InputError
        If `text` is no str.

    Examples
    --------
    >>> table = find_quantities("参加课后服务10.5万人，供餐7.8万余人。")
    >>> table[["raw", "low", "high", "qualifier"]].values.tolist()
    [['10.5万人', 104500.0, 105500.0, 'exact'], ['7.8万余人', 78000.0, 79000.0, 'more_than']]
    """
    if not isinstance(text, str):
        raise InputError(
            f"a text (str) is needed, not {type(text).__name__} {str(text)[:40]!r}",
            where="find_quantities",
            mend="load_quantities reads a report_id or a file",
        )
    return _frame(quantity_columns(text, conventions))


def quantity_columns(text: str, conventions: Conventions = DEFAULT) -> dict[str, list[Any]]:
    """The columns of `find_quantities` as lists: many reports are quicker put into one table."""
    plain = half_width(text)
    phrases, amounts = _scan(plain)
    amounts = share_in_lists(plain, amounts)
    quoted = [match.span() for match in _QUOTED.finditer(plain)]
    rows = [_phrase_row(phrase) for phrase in phrases]
    rows += [_amount_row(plain, amount, quoted, conventions) for amount in amounts]
    rows.sort()
    if left_over := _left_over(plain, rows):
        rows = sorted([*rows, *left_over])
    return _columns(text, plain, rows)


def load_quantities(report: str | Path | Report) -> pd.DataFrame:
    """Find every numeric expression of a report.

    Parameters
    ----------
    report : str, Path or Report
        A report_id or a file, as `load_report` takes it.

    Returns
    -------
    DataFrame
        As `find_quantities` gives it for the report's text.

    Examples
    --------
    >>> load_quantities("341324-2023H1")["kind"].value_counts().index[0]
    'quantity'
    """
    return find_quantities(load_report(report).text)


def _scan(plain: str) -> tuple[list[SetPhrase], list[Amount]]:
    """One pass over the text: at each numeral a set phrase or an amount, or nothing."""
    phrases: list[SetPhrase] = []
    amounts: list[Amount] = []
    place = floor = 0
    while (candidate := _CANDIDATE.search(plain, place)) is not None:
        place = candidate.start()
        phrase = set_phrase_at(plain, place)
        if phrase is not None:
            place = floor = phrase.end
            if phrase.kind is not None:
                phrases.append(phrase)
            continue
        amount = amount_at(plain, place, floor)
        if amount is None:
            place = candidate.end()
            continue
        amounts.append(amount)
        place = floor = amount.end
    return phrases, amounts


# start, end, value, low, high, unit, qualifier, kind
_Row = tuple[int, int, float, float, float, str, str, str]


def _phrase_row(phrase: SetPhrase) -> _Row:
    value = math.nan if phrase.value is None else phrase.value
    return phrase.start, phrase.end, value, value, value, phrase.unit, "exact", str(phrase.kind)


def _amount_row(plain: str, amount: Amount, quoted: list[tuple[int, int]], conventions: Conventions) -> _Row:
    numeral, raw = amount.numeral, plain[amount.start : amount.end]
    is_share = amount.unit == "%" and not _GROWTH.search(plain[max(amount.start - 14, 0) : amount.start])
    interval = interval_of(
        numeral,
        amount.qualifier,
        upper=amount.upper,
        measured=amount.measured,
        share=is_share,
        near=raw.startswith(("近", "将近", "接近")),
        conventions=conventions,
    )
    is_name = _is_name(plain, amount, quoted)
    value, low, high = interval.value, interval.low, interval.high
    if is_name and amount.bare and not amount.chinese and not _YEAR.fullmatch(raw):
        value = low = high = math.nan  # “1530” is a code: there is nothing to compute with
    if amount.negative:
        value, low, high = -value, -high, -low
    kind = "name" if is_name else "quantity"
    return amount.start, amount.end, value, low, high, amount.unit, amount.qualifier, kind


def _is_name(plain: str, amount: Amount, quoted: list[tuple[int, int]]) -> bool:
    """Whether an amount is part of a name: in quotation marks or a title, or a year that stands alone."""
    raw = plain[amount.start : amount.end]
    if amount.bare and not amount.chinese and _YEAR.fullmatch(raw):
        return True
    if plain[amount.end : amount.end + 1] == "级" and amount.numeral.value >= 1000:
        return True  # 千亿级, 万吨级: a class of size
    after = bisect.bisect_right(quoted, (amount.start, len(plain)))
    if after == 0 or amount.end > quoted[after - 1][1]:
        return False
    return amount.bare or not _MEASURED_IN_QUOTES.search(raw)


def _left_over(plain: str, rows: list[_Row]) -> list[_Row]:
    """A row without a value for the digits that nothing else took: damaged numbers, parts of codes."""
    pieces, end = [], 0
    for start, stop, *_ in rows:
        pieces += [plain[end:start], " " * (stop - start)]
        end = stop
    rest = "".join([*pieces, plain[end:]])
    return [
        (*match.span(), math.nan, math.nan, math.nan, "", "exact", "name")
        for match in _LEFT_OVER.finditer(rest)
    ]


def _columns(text: str, plain: str, rows: list[_Row]) -> dict[str, list[Any]]:
    start, end, value, low, high, unit, qualifier, kind = map(
        list, zip(*rows, strict=True) if rows else [()] * 8
    )
    headings = layout.headings(text, plain)
    heads = [heading.start for heading in headings]
    sentences = layout.sentences(text)
    begins = [first for first, _ in sentences]
    return {
        "start": start,
        "end": end,
        "raw": [text[first:last] for first, last in zip(start, end, strict=True)],
        "value": value,
        "low": low,
        "high": high,
        "unit": unit,
        "counting_unit": [counting_unit(one) for one in unit],
        "qualifier": qualifier,
        "kind": kind,
        "section": [headings[layout.held_by(heads, place)].path for place in start],
        "sentence": [sentences[layout.held_by(begins, place)][1] for place in start],
    }


def _frame(columns: dict[str, list[Any]]) -> pd.DataFrame:
    categories = {"counting_unit": tuple(COUNTING_UNITS), "qualifier": QUALIFIERS, "kind": KINDS}
    return pd.DataFrame(
        {name: np.array(columns[name], dtype=np.int64) for name in ("start", "end")}
        | {name: np.array(columns[name], dtype=float) for name in ("value", "low", "high")}
        | {name: _strings(columns[name]) for name in ("raw", "unit", "section", "sentence")}
        | {name: _categories(columns[name], names) for name, names in categories.items()},
        columns=list(COLUMNS),
    )


def _categories(values: Sequence[str], categories: tuple[str, ...]) -> pd.Categorical:
    codes = {name: code for code, name in enumerate(categories)}
    return pd.Categorical.from_codes([codes[value] for value in values], categories=list(categories))


def _strings(values: Sequence[str]) -> pd.Series:
    """A column of text; a lone surrogate, which Arrow cannot hold, makes it a column of Python strings."""
    try:
        return pd.Series(list(values), dtype="str")
    except UnicodeEncodeError:
        return pd.Series(list(values), dtype=object)
