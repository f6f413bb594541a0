"""Where a text's sections and sentences begin and end."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from sxedu_analysis.reading.numerals import half_width

_NUMERAL = "[一二三四五六七八九十]{1,3}"
_HEADING = re.compile(
    rf"^[ \t]*(?:(?P<part>第{_NUMERAL}(?:部分|章|编|篇))"
    rf"|(?P<first>{_NUMERAL})[、.]|\((?P<second>{_NUMERAL})\)"
    r"|(?P<third>\d{1,2})[.、](?!\d))",
    re.MULTILINE,
)
_LEVELS = {"part": 0, "first": 1, "second": 2, "third": 3}
_SENTENCE_END = re.compile(r"[。！？!?]+[”’）)]*|\n")
_TITLE_END = re.compile("[。：:]")
_CLAUSE_END = "，；、\t"
LONGEST_TITLE = 60
LONGEST_SENTENCE = 1000
"""Characters; twice what the longest sentence of real reports has. A text without a full stop is a table, and
each of its numbers would carry all of it."""


class Heading(NamedTuple):
    """A numbered heading: where it begins, its path (一/（三）), its own words, all titles on the path."""

    start: int
    path: str
    title: str
    titles: str


def sections(text: str) -> pd.DataFrame:
    r"""The numbered headings of a text and the span that each governs.

    Returns
    -------
    DataFrame, one row per heading in text order: `start`, `end` (the span up to the next heading), `path`
    (一/（三）), `title` (the heading's own words), `titles` (all titles on the path, joined by "/"). The text
    before the first heading is the row with an empty path.

    Examples
    --------
    >>> sections("工作总结\n一、成绩\n（一）教学\n甲。\n二、计划\n乙。")["path"].tolist()
    ['', '一', '一/（一）', '二']
    """
    table = pd.DataFrame(headings(text, half_width(text)), columns=list(Heading._fields))
    table.insert(1, "end", [*table["start"].iloc[1:], len(text)])
    return table


def headings(text: str, plain: str) -> list[Heading]:
    """The headings of `sections`, for a caller that has the normalised text already."""
    found = [Heading(0, "", "", "")]
    open_levels: list[tuple[int, str, str]] = []
    for match in _HEADING.finditer(plain):
        level = _LEVELS[match.lastgroup or "third"]
        number = match.group(match.lastgroup or "third")
        line_end = plain.find("\n", match.end())
        line = text[match.end() : line_end if line_end >= 0 else len(text)]
        title = _TITLE_END.split(line, maxsplit=1)[0].strip()[:LONGEST_TITLE]
        label = f"（{number}）" if level == 2 else number
        open_levels = [entry for entry in open_levels if entry[0] < level] + [(level, label, title)]
        found.append(
            Heading(
                match.start(),
                "/".join([entry[1] for entry in open_levels]),
                title,
                "/".join([entry[2] for entry in open_levels]),
            )
        )
    return found


def sentence_spans(text: str) -> np.ndarray:
    """Start and end of each sentence, array of shape (n, 2); blank sentences are left out.

    A sentence ends with 。！？ or at a line break; one of more than `LONGEST_SENTENCE` after a comma.
    """
    spans = [(start, start + len(sentence)) for start, sentence in sentences(text)]
    return np.array(spans, dtype=np.int64).reshape(-1, 2)


def sentences(text: str) -> list[tuple[int, str]]:
    """Start and words of each sentence that is not blank (`sentence_spans`)."""
    found, start = [], 0
    for end in _sentence_ends(text):
        sentence = text[start:end].lstrip()
        if sentence:
            found.append((end - len(sentence), sentence.rstrip()))
        start = end
    return found


def _sentence_ends(text: str) -> Iterator[int]:
    start = 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        while end - start > LONGEST_SENTENCE:
            last = start + LONGEST_SENTENCE
            start = max(text.rfind(mark, start, last) for mark in _CLAUSE_END) + 1 or last
            yield start
        yield end
        start = end


def paragraph_spans(text: str) -> np.ndarray:
    """Start and end of each line that is not blank, array of shape (n, 2); paragraph 1 is row 0."""
    lines = re.finditer(r"[^\n]*\S[^\n]*", text)
    return np.array([match.span() for match in lines], dtype=np.int64).reshape(-1, 2)


def held_by(starts: Sequence[int], place: int) -> int:
    """`row_at` for one place among the starts of spans."""
    return max(bisect.bisect_right(starts, place) - 1, 0)


def row_at(spans: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Which span each place falls in: the last one that starts at or before it (0 if none does)."""
    return np.clip(np.searchsorted(spans[:, 0], places, side="right") - 1, 0, None)
