"""Units that stand apart from their number: in a table's next cell, in brackets behind it or its label."""

from __future__ import annotations

import re
from typing import NamedTuple

from sxedu_analysis.reading import lexicon

_LOOK_BACK = 60
_ENDS = ("", "\n", "\t")
"""What ends a cell: a tab, or a line break where a table came as one cell a line."""
_ENDS_IN_WORDS = (*_ENDS, " ", ",", "，", "、", "。", "；", ";", ")")

# 饮料酒⏎千升⏎15767
_CELL_BEFORE = re.compile(r"(?:(?P<other>[^\n\t]*)[\n\t])? ?(?P<unit>[^\s()]{1,6}) ?[\n\t] ?\Z")
# 小学⇥12⇥所
_CELL_AFTER = re.compile(r"\t ?(?P<unit>[^\s()]{1,6}) ?(?![^\n\t])")
# 学校(所)⇥12, 投入(万元)：300. On one line only: where headings stand one below the other, the last of them
# belongs to the last number.
_LABEL = re.compile(r"(?:^|[\n\t,，、。；;])[^\n\t(),，、。；;]{1,40}\((?P<unit>[^\s()]{1,6})\) ?[:\t]? ?\Z")
# 财政收入58.6(亿元); but in 项目1(万元)300 the bracket ends a label, and the number is the next one.
_BRACKETED = re.compile(r" ?\((?P<unit>[^\s()]{1,6})\)(?P<label> ?[:\t]? ?-?\d)?")
# 205(类)02(款) are codes of a budget, 2023(年) and 2023(亿元) head a column.
_NO_BRACKETED_UNIT = frozenset("类款项目年月日届")
_YEAR = re.compile(r"(?:19|20)\d\d")
# 单位:亿元, (亿元), (%、亿元), or a cell of its own.
_UNIT_OPENS = re.compile(
    r"(?:^|[\n\t(]|单位 ?:?(?:人民币)?|(?:\(|单位 ?:)[^\d\n\t。()]{0,20}[、，,/;；:]) ?\Z"
)
_UNIT_CLOSES = re.compile(r" ?(?:[\n\t)、，,/;；。]|\Z)")
_LABELS_IN_A_ROW = re.compile(r"\)[^\S\n]*[^\n\t()\d]*\([^\s()]{1,6}\) ?[:\t]? ?\Z")


class Beside(NamedTuple):
    """A unit that stands apart from its number, and the scale it brings: 万 of 万元."""

    factor: float
    unit: str
    measured: bool


def unit_beside(plain: str, start: int, end: int) -> Beside | None:
    r"""The unit of the number at ``start:end`` that a neighbouring cell or a label states.

    Examples
    --------
    >>> unit_beside("发电量\t万千瓦时\t50616\n", 9, 14)
    Beside(factor=10000.0, unit='千瓦时', measured=True)
    """
    follows = plain[end : end + 1]
    if follows not in _ENDS_IN_WORDS:
        return None
    before = plain[max(start - _LOOK_BACK, 0) : start]
    if follows in _ENDS and before.rstrip(" ")[-1:] in _ENDS:
        cell = _CELL_BEFORE.search(before)
        # A line of units heads a table: none of them belongs to the number that comes first.
        if cell and (found := _named(cell["unit"])):
            return None if _named((cell["other"] or "").strip()) else found
        after = _CELL_AFTER.match(plain, end)
        if after and (found := _named(after["unit"])):
            return found
    label = _LABEL.search(before)
    return _named(label["unit"]) if label and not _LABELS_IN_A_ROW.search(before) else None


def unit_in_brackets(plain: str, start: int, end: int) -> tuple[Beside, int] | None:
    """The unit in brackets right behind the number at ``start:end``, and where the bracket ends.

    Examples
    --------
    >>> unit_in_brackets("收入58.6(亿元)", 2, 6)
    (Beside(factor=100000000.0, unit='元', measured=True), 10)
    """
    found = _BRACKETED.match(plain, end)
    if found is None or found["unit"] in _NO_BRACKETED_UNIT or _YEAR.fullmatch(plain, start, end):
        return None
    if found["label"] and plain[max(start - 1, 0) : start] not in _ENDS:
        return None
    unit = _named(found["unit"])
    return None if unit is None else (unit, found.end("unit") + 1)


def is_unit_alone(plain: str, start: int, end: int) -> bool:
    """Whether ``start:end`` (亿元) names the unit of other numbers: in brackets, behind 单位, or as a cell.

    Examples
    --------
    >>> is_unit_alone("单位:亿元", 3, 5), is_unit_alone("引进亿元项目", 2, 4)
    (True, False)
    """
    before = plain[max(start - _LOOK_BACK, 0) : start]
    return bool(_UNIT_CLOSES.match(plain, end) and _UNIT_OPENS.search(before))


def _named(words: str) -> Beside | None:
    """The unit that these words are, all of them, with or without a scale."""
    scale = lexicon.scales().at(words, 0)
    for written, factor in (("", 1.0), scale or ("", 1.0)):
        unit = lexicon.units().at(words, len(written))
        if unit is not None and len(written) + len(unit[0]) == len(words):
            return Beside(float(factor), unit[1].normal, unit[1].measured)
    return None
