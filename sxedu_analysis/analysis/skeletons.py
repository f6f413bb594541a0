"""The skeleton of a text: what phrases run over, and the way back to the text.

White space is gone, full-width forms are half-width, each number is one mark (`SLOT`) followed by its unit,
and a line break stands where a paragraph ends.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import pandas as pd

from sxedu_analysis.reading import layout
from sxedu_analysis.reading.numerals import half_width

# A private-use character cannot stand in a report: it marks the place of a number.
SLOT = "\ue000"
_CORE = re.compile("[0-9零〇一二两三四五六七八九十百千万亿几数半余多来]")
_INDENT = re.compile(r"[^\S\n]*")
_WORDS_OR_BLANKS = re.compile(r"(\S+)|\s+")
# The signs that are in every sentence; all others are looked up one by one.
_COMMON_SIGNS = {"，": ",", "；": ";", "！": "!", "？": "?"}
_PARENTHESES = re.compile(r"\([^()\n]{0,60}\)")


class Number(NamedTuple):
    """A number of a text: its row among the quantities, its place, how it is written, its unit."""

    row: int
    start: int
    end: int
    raw: str
    unit: str


@dataclass(frozen=True)
class Skeleton:
    """A text as phrases see it, and the way back.

    Parameters
    ----------
    text : str
        The skeleton.
    numbers : dict
        Place of a number's mark in the skeleton -> row of the quantities table.
    pieces : sequence
        Where each of its pieces comes from: offset in the report's text, length, and whether it was copied
        sign for sign.
    """

    text: str
    numbers: dict[int, int]
    pieces: Sequence[tuple[int, int, bool]]

    @cached_property
    def places(self) -> tuple[int, ...]:
        """For each character of the skeleton the offset in the report's text."""
        return tuple(
            offset + step if copied else offset
            for offset, length, copied in self.pieces
            for step in range(length)
        )

    def paragraphs(self) -> Iterator[Paragraph]:
        """Its paragraphs that hold a number: no phrase reaches over the end of one."""
        numbers = iter([*self.numbers.items(), (len(self.text) + 1, 0)])
        place, row = next(numbers)
        begin = 0
        for line in self.text.split("\n"):
            rows = {}
            while place < begin + len(line):
                rows[place - begin] = row
                place, row = next(numbers)
            if rows:
                yield Paragraph(line, rows)
            begin += len(line) + 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a skeleton: its words, and the places and rows of its numbers."""

    text: str
    numbers: Mapping[int, int]

    def without_parentheses(self) -> Paragraph | None:
        """What is left when all in parentheses is passed over; None if it has none."""
        asides = [found.span() for found in _PARENTHESES.finditer(self.text)]
        if not asides:
            return None
        kept: list[str] = []
        numbers: dict[int, int] = {}
        places = list(self.numbers)
        length = begin = 0
        for first, last in [*asides, (len(self.text), 0)]:
            kept.append(self.text[begin:first])
            for place in places[bisect.bisect_left(places, begin) : bisect.bisect_left(places, first)]:
                numbers[length + place - begin] = self.numbers[place]
            length += first - begin
            begin = last
        return Paragraph("".join(kept), numbers)


def skeleton(text: str, quantities: pd.DataFrame, headings: Iterable[int] = ()) -> Skeleton:
    """Prepare a report's text for phrases.

    Parameters
    ----------
    text : str
        The report's text.
    quantities : DataFrame
        Its quantities (`find_quantities`); those of kind ``quantity`` become marks, all others stay words.
    headings : offsets, optional
        Where lines begin that are headings without a number.

    Returns
    -------
    Skeleton
    """
    numbered = (one.start for one in layout.headings(text, half_width(text)) if one.path)
    rows = quantities[quantities["kind"] == "quantity"]
    numbers = zip(rows.index, rows["start"], rows["end"], rows["raw"], rows["unit"], strict=True)
    return skeleton_of(text, (Number(*number) for number in numbers), {*numbered, *headings})


def skeleton_of(text: str, numbers: Iterable[Number], headings: set[int]) -> Skeleton:
    """`skeleton`, for a caller that has the numbers, in text order, and the places of all headings."""
    signs: list[str] = []
    pieces: list[tuple[int, int, bool]] = []
    rows: dict[int, int] = {}
    breaks = _paragraph_ends(text, headings)
    # A mark in the text itself is no number.
    plain = half_width(text).replace(SLOT, " ")
    for wide, narrow in _COMMON_SIGNS.items():
        plain = plain.replace(wide, narrow)

    def put(piece: str, offset: int) -> int:
        signs.append(piece)
        pieces.append((offset, len(piece), False))
        return len(piece)

    def copy(first: int, last: int) -> int:
        length = 0
        for found in _WORDS_OR_BLANKS.finditer(plain, first, last):
            start, end = found.span()
            if found[1] is None:
                length += sum(put("\n", offset) for offset in range(start, end) if offset in breaks)
            elif unicodedata.is_normalized("NFKC", found[1]):
                signs.append(found[1])
                pieces.append((start, end - start, True))
                length += end - start
            else:
                length += sum(put(_sign(plain[offset]), offset) for offset in range(start, end))
        return length

    position = length = 0
    for row, start, end, raw, unit in numbers:
        length += copy(position, start)
        before, after = _around(raw, unit)
        if before:
            length += put(before, start)
        rows[length] = row
        length += put(SLOT, start)
        if after:
            length += put(after, end - 1)
        position = end
    copy(position, len(text))
    return Skeleton("".join(signs), rows, pieces)


def plain_words(text: str) -> str:
    """Words as they stand in a skeleton: half-width, without white space."""
    # … must stay one sign, not three dots.
    plain = "".join(unicodedata.normalize("NFKC", char) if char != "…" else char for char in text)
    return "".join(plain.split())


@lru_cache(4096)
def _sign(char: str) -> str:
    """What a character is in a skeleton; NFKC makes some of them several signs, or none."""
    return plain_words(char)


@lru_cache(4096)  # reports write the same few units, and numbers, over and over
def _around(raw: str, unit: str) -> tuple[str, str]:
    """The literals before and after a number's mark: its unit, on the side it was written."""
    plain, unit = ("".join(map(_sign, half_width(words))) for words in (raw, unit))
    if unit:
        first = _CORE.search(plain)
        return (unit, "") if first and unit in plain[: first.start()] else ("", unit)
    last = max((found.end() for found in _CORE.finditer(plain)), default=len(plain))
    return "", plain[last:]


def _paragraph_ends(text: str, headings: set[int]) -> set[int]:
    """Offsets of the line breaks that end a paragraph; a line broken in mid-sentence goes on in the next."""
    ends = set()
    is_heading = _begins_heading(text, 0, headings)
    start = 0
    # Not by a pattern: on a long text without a line break it would look to the end from every character.
    while (end := text.find("\n", start) + 1) > 0:
        line, start = text[start:end].strip(), end
        next_is_heading = _begins_heading(text, end, headings)
        # A row of a table is said with itself.
        closed = not line or line[-1] in "。！？；：.!?;:”」" or "\t" in line or text.startswith("\n", end)
        if closed or is_heading or next_is_heading:
            ends.add(end - 1)
        is_heading = next_is_heading
    return ends


def _begins_heading(text: str, start: int, headings: set[int]) -> bool:
    """Whether a heading begins in this line; it may be indented."""
    found = _INDENT.match(text, start)
    return start in headings or (found is not None and found.end() in headings)
