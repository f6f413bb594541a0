"""The skeleton of a text: what phrases run over, and the way back to the text.

White space is gone, full-width forms are half-width, each number is one mark (`SLOT`) followed by its unit,
and a line break stands where a paragraph ends.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Iterable, KeysView
from dataclasses import dataclass
from typing import NamedTuple

import ahocorasick
import pandas as pd

from sxedu_analysis.reading import layout
from sxedu_analysis.reading.numerals import half_width

# A private-use character cannot stand in a report: it marks the place of a number.
SLOT = "\ue000"
_SLOTS = re.compile(SLOT)
_CORE = re.compile("[0-9零〇一二两三四五六七八九十百千万亿几数半余多来]")
_INDENT = re.compile(r"[^\S\n]*")
_WORDS_OR_BLANKS = re.compile(r"(\S+)|\s+")
_PARENTHESES = re.compile(r"\([^()\n]{0,60}\)")


class Number(NamedTuple):
    """A number of a text: its row among the quantities, its place, how it is written, its unit."""

    row: int
    start: int
    end: int
    raw: str
    unit: str


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A text as phrases see it, and the way back.

    Parameters
    ----------
    text : str
        The skeleton.
    places : tuple of int
        For each of its characters the offset in the report's text.
    numbers : dict
        Place of a number's mark in the skeleton -> row of the quantities table.
    """

    text: str
    places: tuple[int, ...]
    numbers: dict[int, int]


class Words:
    """Words that are sought in many texts, all of them in one pass over each (Aho and Corasick, 1975).

    Parameters
    ----------
    words : iterable of str

    Examples
    --------
    >>> Words(["小学", "学"]).places("初中、小学学位")
    {'小学': [3], '学': [4, 5]}
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._automaton = ahocorasick.Automaton()
        for word in words:
            self._automaton.add_word(word, word)
        self._automaton.make_automaton()

    def places(self, text: str) -> dict[str, list[int]]:
        """Where each of the words that a text holds begins, in order."""
        found: dict[str, list[int]] = {}
        if self._automaton:  # one without words cannot be asked
            for last, word in self._automaton.iter(text):
                found.setdefault(word, []).append(last + 1 - len(word))
        return found


class Index:
    """Where a skeleton has words and numbers: asked by hundreds of phrases, looked up once.

    Parameters
    ----------
    skeleton : str
    words : Words
        The words that will be asked for.
    """

    def __init__(self, skeleton: str, words: Words) -> None:
        self._places = words.places(skeleton)
        # Sign after a number -> the numbers' places; all of them under the empty sign.
        self._numbers: dict[str, list[int]] = {"": [found.start() for found in _SLOTS.finditer(skeleton)]}
        for place in self._numbers[""]:
            if place + 1 < len(skeleton):
                self._numbers.setdefault(skeleton[place + 1], []).append(place)

    @property
    def present(self) -> KeysView[str]:
        """Those of the words that the skeleton has."""
        return self._places.keys()

    def places(self, words: Iterable[str]) -> list[int]:
        """Where one of some words begins, in order."""
        found = [self._places[word] for word in words if word in self._places]
        return found[0] if len(found) == 1 else sorted({place for places in found for place in places})

    def has_number(self, first: int, end: int, signs: str) -> bool:
        """Whether a number that one of these signs follows (any, if none is given) stands in a stretch."""
        for sign in signs or ("",):
            places = self._numbers.get(sign)
            if places:
                at = bisect.bisect_left(places, first)
                if at < len(places) and places[at] < end:
                    return True
        return False


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
    places: list[int] = []
    rows: dict[int, int] = {}
    breaks = _paragraph_ends(text, headings)

    def put(piece: str, place: int) -> None:
        signs.append(piece)
        places.extend([place] * len(piece))

    def copy(first: int, last: int) -> None:
        for found in _WORDS_OR_BLANKS.finditer(text, first, last):
            start, end = found.span()
            if found[1] is None:
                for place in range(start, end):
                    if place in breaks:
                        put("\n", place)
                continue
            piece = found[1].translate(_SIGNS)
            if len(piece) == end - start:
                signs.append(piece)
                places.extend(range(start, end))
            else:
                for place in range(start, end):
                    put(text[place].translate(_SIGNS), place)

    position = 0
    for row, start, end, raw, unit in numbers:
        copy(position, start)
        before, after = _around(raw, unit)
        put(before, start)
        rows[len(places)] = row
        put(SLOT, start)
        put(after, end - 1)
        position = end
    copy(position, len(text))
    return Skeleton("".join(signs), tuple(places), rows)


def without_parentheses(bones: Skeleton) -> Skeleton:
    """The paragraphs of a skeleton that hold parentheses, without what stands in them."""
    signs: list[str] = []
    places: list[int] = []
    numbers: dict[int, int] = {}
    marks = sorted(bones.numbers)

    def keep(first: int, last: int) -> None:
        for mark in marks[bisect.bisect_left(marks, first) : bisect.bisect_left(marks, last)]:
            numbers[len(places) + mark - first] = bones.numbers[mark]
        signs.append(bones.text[first:last])
        places.extend(bones.places[first:last])

    begin = end = 0  # of what is kept next, and of its paragraph
    for found in _PARENTHESES.finditer(bones.text):
        if found.start() >= end:
            keep(begin, end)
            begin = bones.text.rfind("\n", 0, found.start()) + 1
            end = bones.text.find("\n", found.end()) + 1 or len(bones.text)
        keep(begin, found.start())
        begin = found.end()
    keep(begin, end)
    return Skeleton("".join(signs), tuple(places), numbers)


def plain_words(text: str) -> str:
    """Words as they stand in a skeleton: half-width, without white space."""
    # … must stay one sign, not three dots.
    plain = "".join(unicodedata.normalize("NFKC", char) if char != "…" else char for char in text)
    return "".join(plain.split())


class _Signs(dict[int, str]):
    """What each character is in a skeleton; NFKC makes some of them several signs, or none."""

    def __missing__(self, code: int) -> str:
        # A mark in the text itself is no number.
        self[code] = sign = plain_words(chr(code)).replace(SLOT, "")
        return sign


_SIGNS = _Signs()


def _around(raw: str, unit: str) -> tuple[str, str]:
    """The literals before and after a number's mark: its unit, on the side it was written."""
    plain, unit = raw.translate(_SIGNS), unit.translate(_SIGNS)
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
        closed = not line or line[-1] in "。！？；：.!?;:”」" or text.startswith("\n", end)
        if closed or is_heading or next_is_heading:
            ends.add(end - 1)
        is_heading = next_is_heading
    return ends


def _begins_heading(text: str, start: int, headings: set[int]) -> bool:
    """Whether a heading begins in this line; it may be indented."""
    found = _INDENT.match(text, start)
    return start in headings or (found is not None and found.end() in headings)
