"""What a report is called, where a number stands: the words notebooks and pages share, in two languages."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from itertools import accumulate
from typing import Any

import pandas as pd

from sxedu_analysis.charts.numbers import one_of
from sxedu_analysis.charts.periods import period_text
from sxedu_analysis.charts.words import WEIGHTS, say
from sxedu_analysis.reading.reports import Report

__all__ = [
    "BASES",
    "KINDS",
    "NOT_RECOGNISED",
    "QUALIFIERS",
    "TEXT_KINDS",
    "WEIGHTS",
    "WHY_NOT_RECOGNISED",
    "about",
    "named",
    "paragraph_at",
    "paragraphs",
    "period_text",
    "place_and_period",
    "place_text",
    "say",
    "sentence_parts",
    "singular",
    "so_many",
    "source_line",
    "summary",
    "texts",
]

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
        "所示的句子是本项目对报告的复述，不是原话；数字表达逐字保留，位置指向原文。",
        "The sentences shown are this project's restatement of the report, not its own words. Each numeric "
        "expression is kept to the character; places refer to the original.",
    ),
    "original": (
        "所示的句子与位置均出自原文。",
        "The sentences shown are the original's own; places refer to the original.",
    ),
    "file": (
        "所示的句子与位置均出自所给的文件。",
        "The sentences shown are those of the file given; places refer to that file.",
    ),
}
"""Which text the pages show, said in the head of each of them."""
_SENTENCES = {
    "restated": ("复述句和在原文中的位置", "its restated sentence and its place in the original"),
    "original": ("原句和位置", "its sentence and its place"),
    "file": ("文件里的原句和位置", "its sentence and its place in the file"),
}


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
    return _ONE.sub(lambda match: match[0][: -len(match[1])] + one_of(match[1]), words)


def so_many(number: int, word: str) -> str:
    """Some things counted in English.

    Examples
    --------
    >>> so_many(1, "target"), so_many(3, "target")
    ('1 target', '3 targets')
    """
    return f"{number} {word}{'' if number == 1 else 's'}"


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


def texts(report: Report, lang: str) -> list[tuple[str, str]]:
    """The texts that a page rests on, each with its checksum: (what it is, which it is).

    A restated report has two: the original, which the project does not hold, and the sentences analysed. A
    file is its own original.

    Examples
    --------
    >>> from sxedu_analysis.reading.reports import load_report
    >>> [what for what, _ in texts(load_report("341324-2023H1"), "en")]
    ['Original', 'Text analysed']
    """
    source, file = source_line(report, lang), report.path.name
    if report.text_kind == "restated":
        checksum = str(report.metadata["original"]["sha256"])
        return [
            (
                say(lang, "原文", "Original"),
                say(
                    lang,
                    f"{source}（不在本项目内）；SHA-256 {checksum}",
                    f"{source} (not held by this project); SHA-256 {checksum}",
                ),
            ),
            (
                say(lang, "分析所用文本", "Text analysed"),
                say(
                    lang,
                    f"{file}，本项目的复述；SHA-256 {report.sha256}",
                    f"{file}, the project's restatement; SHA-256 {report.sha256}",
                ),
            ),
        ]
    what = ("原文", "Original") if report.text_kind == "original" else ("分析所用文件", "File analysed")
    parts = [source, file, f"SHA-256 {report.sha256}"]
    return [(what[lang == "en"], say(lang, "；", "; ").join(parts))]


def summary(words: str, report: Report, lang: str) -> str:
    """What a notebook is about: ``{sentence}`` in `parameters.yaml` stands for the words that it shows.

    Examples
    --------
    >>> from sxedu_analysis.reading.reports import load_report
    >>> summary("附{sentence}。", load_report("341324-2023H1"), "zh")
    '附复述句和在原文中的位置。'
    """
    return words.replace("{sentence}", _SENTENCES[report.text_kind][lang == "en"])


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
        paragraph, where = paragraph_at(report.text, start), say(lang, "分析所用文本", "text analysed")
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
