"""What a report is called, where a number stands: the words notebooks and pages share, in two languages."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from itertools import accumulate
from typing import Any

import pandas as pd

from sxedu_analysis.reading.reports import Report

_PERIODS = {
    "H1": ("上半年", "first half of"),
    "H2": ("下半年", "second half of"),
    "Q1": ("第一季度", "first quarter of"),
    "Q2": ("第二季度", "second quarter of"),
    "Q3": ("第三季度", "third quarter of"),
    "Q4": ("第四季度", "fourth quarter of"),
}
WEIGHTS = {
    "contradiction": ("矛盾", "Contradiction"),
    "question": ("疑问", "Question"),
    "caution": ("慎用", "Caution"),
    "note": ("提示", "Note"),
}
QUALIFIERS = {
    "exact": ("", ""),
    "about": ("约数", "about"),
    "at_least": ("至少", "at least"),
    "more_than": ("超过", "more than"),
    "at_most": ("至多", "at most"),
    "less_than": ("不到", "less than"),
    "range": ("区间", "range"),
}
NOT_RECOGNISED = ("未识别", "not recognised")
"""What is said of an indicator without a number: that the codebook saw none, not that the report has none."""
WHY_NOT_RECOGNISED = (
    "未识别：报告没有写，或者写法不在编码本之内",
    "not recognised: either not reported, or worded in a way that the codebook does not know",
)
BASES = {"stock": ("存量", "stock"), "flow": ("当期", "in the period"), "target": ("目标", "target")}
KINDS = {
    "quantity": ("数量", "quantity"),
    "date": ("日期", "date"),
    "ordinal": ("序数", "ordinal"),
    "name": ("名称中的数字", "number in a name"),
    "enumerator": ("编号", "enumerator"),
}
TEXT_KINDS = {
    "restated": (
        "句子是本项目对报告的改写；数字表达逐字保留，位置指向原文。",
        "Sentences are this project's restatement of the report; each numeric expression is kept to the "
        "character, and its place is that in the original.",
    ),
    "original": ("句子与位置均出自原文。", "Sentences and places are those of the original."),
    "file": ("句子与位置均出自所给的文件。", "Sentences and places are those of the file given."),
}


def say(lang: str, zh: str, en: str) -> str:
    """The words in the chosen language."""
    return zh if lang == "zh" else en


def period_text(period: str, lang: str) -> str:
    """A period as it is read out.

    Examples
    --------
    >>> period_text("2023H1", "zh"), period_text("2023H1", "en"), period_text("2023", "en")
    ('2023年上半年', 'first half of 2023', '2023')
    """
    match = re.fullmatch(r"(\d{4})([HQ]\d)?", str(period))
    if not match:
        return str(period)
    year, part = match.groups()
    if part is None:
        return f"{year}年" if lang == "zh" else year
    zh, en = _PERIODS.get(part, (part, part))
    return f"{year}年{zh}" if lang == "zh" else f"{en} {year}"


def named(report: Report, field: str, lang: str) -> str:
    """A field of a report's metadata (title, issuer, county) in one language, or else the other."""
    metadata = report.metadata or {}
    for key in (f"{field}_{lang}", f"{field}_zh", field):
        if metadata.get(key):
            return str(metadata[key])
    return str(getattr(report, field, "") or "")


_ONE = re.compile(r"(?<![\d.,–-])1[\u00a0 ]([a-z-]+)")


def singular(words: str) -> str:
    r"""English words in which a unit that follows a plain 1 is put in the singular.

    Examples
    --------
    >>> singular("1 lessons per person"), singular("1 activities"), singular("21 lessons")
    ('1 lesson per person', '1 activity', '21 lessons')
    """
    return _ONE.sub(lambda match: match[0][: -len(match[1])] + _singular(match[1]), words)


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def place_and_period(report: Report, lang: str) -> str:
    """County and period, as in a figure's subtitle."""
    parts = [named(report, "county", lang), period_text(report.period, lang)]
    return say(lang, "，", ", ").join(part for part in parts if part)


def source_line(report: Report, lang: str) -> str:
    """Issuer and title, as in a source note; an issuer that the title names is not named again."""
    issuer, title = named(report, "issuer", lang), named(report, "title", lang) or report.report_id
    if issuer and issuer in title:
        issuer = ""
    if lang == "zh":
        return f"{issuer}《{title}》"
    return f"{issuer}, {title}" if issuer else title


def about(report: Report, lang: str) -> dict[str, str]:
    """`lang`, `place` and `source`: what every chart wants to know of the report."""
    return {"lang": lang, "place": place_and_period(report, lang), "source": source_line(report, lang)}


def paragraphs(report: Report, locations: pd.DataFrame) -> dict[int, int]:
    """Start of each located expression in the original -> its paragraph (of non-empty ones, from 1)."""
    if len(locations):
        known = locations.dropna(subset=["source_start", "source_paragraph"])
        return {int(s): int(p) for s, p in zip(known["source_start"], known["source_paragraph"], strict=True)}
    return {}


def paragraph_at(text: str, start: int) -> int:
    r"""Number of the non-empty paragraph in which a character stands.

    Examples
    --------
    >>> paragraph_at("标题\n\n共有123所", 6)
    2
    """
    ends, numbers = _lines(text)
    line = bisect_right(ends, start)
    return (numbers[line - 1] if line else 0) + 1


@lru_cache(maxsize=4)
def _lines(text: str) -> tuple[list[int], list[int]]:
    """Of each line the offset after it, and how many lines up to it are not empty."""
    lines = text.split("\n")
    return list(accumulate(len(line) + 1 for line in lines)), list(
        accumulate(int(bool(line.strip())) for line in lines)
    )


def place_text(row: Mapping[str, Any], report: Report, known: Mapping[int, int], lang: str) -> str:
    """Where the characters stand: in the original if that is known, else in the text analysed."""
    if pd.notna(row.get("source_start")):
        start, end = int(row["source_start"]), int(row["source_end"])
        paragraph = known.get(start)
        if paragraph is None and report.text_kind != "restated":
            paragraph = paragraph_at(report.text, start)
        where = say(lang, "原文", "original")
    else:
        start, end = int(row["start"]), int(row["end"])
        paragraph, where = paragraph_at(report.text, start), say(lang, "所析文本", "text analysed")
    if report.text_kind == "file":
        where = say(lang, "文件", "file")
    number = f"{start}–{end}"
    if paragraph is None:
        return say(lang, f"{where}字符{number}", f"{where}, characters {number}")
    return say(
        lang, f"{where}第{paragraph}段，字符{number}", f"{where}, paragraph {paragraph}, characters {number}"
    )


def sentence_parts(text: str, sentence: str, spans: list[tuple[int, int]]) -> list[tuple[str, bool]]:
    """A sentence cut at its numbers: (words, whether they are one of the numbers).

    Examples
    --------
    >>> sentence_parts("前。有123所。", "有123所。", [(3, 7)])
    [('有', False), ('123所', True), ('。', False)]
    """
    if not spans:
        return [(sentence, False)]
    first = min(start for start, _ in spans)
    begin = text.rfind(sentence, 0, first + len(sentence))
    if begin < 0 or begin > first:
        return [(sentence, False)]
    parts: list[tuple[str, bool]] = []
    at = begin
    for start, end in sorted(set(spans)):
        if start < at or end > begin + len(sentence):
            continue
        if start > at:
            parts.append((text[at:start], False))
        parts.append((text[start:end], True))
        at = end
    if at < begin + len(sentence):
        parts.append((text[at : begin + len(sentence)], False))
    return parts
