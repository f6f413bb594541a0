"""The phrase language of the codebook: literal Chinese with slots, matched in linear time.

A phrase runs over the skeleton of a text: white space is gone, full-width forms are half-width, and each
number is one mark followed by its unit. So a phrase says how people word a thing, and nothing about how
numbers are written.

=========== =========================================================================================
``{n}``     the number that the phrase binds, with its qualifier, digits and scale; its unit follows
``{x}``     another number, passed over; its unit follows too
``…``       room for up to 20 characters inside one sentence, none of them a number
``[甲/乙]`` one of the alternatives; ``[甲/]`` optional
=========== =========================================================================================
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from sxedu_analysis.foundation.errors import CodebookError
from sxedu_analysis.reading.layout import sections

# A private-use character cannot stand in a report: it marks the place of a number.
SLOT = "\ue000"
_ROOM = rf"([^。!?;\n{SLOT}]{{0,20}}?)"
_PART = re.compile(r"\{([^{}]*)\}|(…)|\[([^\[\]]*)\]|([^{}\[\]…]+)|(.)")
_NUMERAL = "0-9零〇一二两三四五六七八九十百千万亿几数半余多来"
_CORE = re.compile(rf"[{_NUMERAL}]")
_WORD = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A compiled phrase.

    Parameters
    ----------
    indicator : str
        The indicator it binds a number to.
    text : str
        As it stands in the codebook.
    where : str
        Its file and row.
    literals : tuple of str
        Words one of which must be there: a text without them cannot match, which is much quicker to see.
    """

    indicator: str
    text: str
    where: str
    literals: tuple[str, ...]
    pattern: re.Pattern[str]

    def matches(self, skeleton: str) -> Iterator[tuple[int, int]]:
        """Yield the place of the bound number and the literal length of each match in a skeleton."""
        for found in self._found(skeleton):
            slot = found.re.groupindex["n"]
            room = sum(len(group) for number, group in enumerate(found.groups(), 1) if number != slot)
            yield found.start("n"), len(found[0]) - found[0].count(SLOT) - room

    def spans(self, skeleton: str) -> Iterator[tuple[int, int]]:
        """Yield start and end of each match in a skeleton."""
        for found in self._found(skeleton):
            yield found.span()

    def _found(self, skeleton: str) -> Iterator[re.Match[str]]:
        if not any(literal in skeleton for literal in self.literals):
            return
        position = 0
        # Searching on from the next character, not from the match's end: a list's members may share a
        # literal.
        while found := self.pattern.search(skeleton, position):
            yield found
            position = found.start() + 1


def compile_phrase(text: str, *, indicator: str = "", where: str = "", number: bool = True) -> Phrase:
    """Compile one phrase.

    Parameters
    ----------
    text : str
        The phrase.
    indicator, where : str
        What it binds, and the file and row to name in an error.
    number : bool
        Whether it must bind a number; a phrase that only finds a statement has none.

    Raises
    ------
    CodebookError
        If brackets do not pair, a slot is unknown, ``{n}`` is missing or repeated, or nothing literal is
        left.

    Examples
    --------
    >>> phrase = compile_phrase("[参加/参与]课后服务{n}人")
    >>> phrase.literals
    ('课后服务',)
    """
    pattern: list[str] = []
    obligatory: list[tuple[str, ...]] = []
    numbers = 0
    plain = "".join(unicodedata.normalize("NFKC", char) if char != "…" else char for char in text)
    for slot, room, choices, literal, stray in _PART.findall("".join(plain.split())):
        if literal:
            pattern.append(re.escape(literal))
            obligatory.append((literal,))
        elif slot == "n":
            numbers += 1
            pattern.append(f"(?P<n>{SLOT})" if numbers == 1 else SLOT)
        elif slot == "x":
            pattern.append(SLOT)
        elif room:
            pattern.append(_ROOM)
        elif "/" in choices:
            options = choices.split("/")
            # The longest first: where one alternative begins another, the longer says more.
            options.sort(key=len, reverse=True)
            if options[-1]:
                obligatory.append(tuple(options))
            pattern.append(f"(?:{'|'.join(re.escape(option) for option in options)})")
        else:
            what = f"{{{slot}}}" if slot else stray or f"[{choices}]"
            raise CodebookError(
                f"phrase {text!r}: {what!r} is not understood",
                where=where,
                mend="use {n}, {x}, … and [甲/乙]; an optional part is [甲/]",
            )
    if numbers != int(number):
        wanted = "exactly one {n}, the number it binds" if number else "no {n}"
        raise CodebookError(
            f"phrase {text!r} has {numbers} times {{n}}", where=where, mend=f"give it {wanted}"
        )
    if not obligatory:
        raise CodebookError(
            f"phrase {text!r} has no word that must be there",
            where=where,
            mend="add a literal outside brackets",
        )
    literals = max(obligatory, key=lambda options: min(len(option) for option in options))
    return Phrase(indicator, text, where, literals, re.compile("".join(pattern)))


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


def skeleton(text: str, quantities: pd.DataFrame) -> Skeleton:
    """Prepare a report's text for phrases.

    Parameters
    ----------
    text : str
        The report's text.
    quantities : DataFrame
        Its quantities (`find_quantities`); those of kind ``quantity`` become marks, all others stay words.

    Returns
    -------
    Skeleton
    """
    signs: list[str] = []
    places: list[int] = []
    numbers: dict[int, int] = {}

    def put(piece: str, place: int) -> None:
        for char in piece:
            signs.append(char)
            places.append(place)

    breaks = _paragraph_ends(text)
    position = 0
    rows = quantities[quantities["kind"] == "quantity"]
    for row, start, end, raw, unit in zip(
        rows.index, rows["start"], rows["end"], rows["raw"], rows["unit"], strict=True
    ):
        for place in range(position, start):
            put(_plain(text[place], place in breaks), place)
        before, after = _around(raw, str(unit))
        put(before, start)
        numbers[len(signs)] = row
        put(SLOT, start)
        put(after, end - 1)
        position = end
    for place in range(position, len(text)):
        put(_plain(text[place], place in breaks), place)
    return Skeleton("".join(signs), tuple(places), numbers)


def _plain(char: str, ends_paragraph: bool) -> str:
    if char.isspace():
        return "\n" if ends_paragraph else ""
    if char == SLOT:
        return ""
    # … must stay one sign, not three dots.
    return char if char == "…" else "".join(unicodedata.normalize("NFKC", char).split())


def _around(raw: str, unit: str) -> tuple[str, str]:
    """The literals before and after a number's mark: its unit, on the side it was written."""
    plain = "".join(unicodedata.normalize("NFKC", raw).split())
    unit = "".join(unicodedata.normalize("NFKC", unit).split())
    first = _CORE.search(plain)
    if unit and first and unit in plain[: first.start()]:
        return unit, ""
    if unit:
        return "", unit
    last = max((found.end() for found in _CORE.finditer(plain)), default=len(plain))
    return "", plain[last:]


def _paragraph_ends(text: str) -> set[int]:
    """Offsets of the line breaks that end a paragraph; a line broken in mid-sentence goes on in the next."""
    parts = sections(text)
    headings = set(parts.loc[parts["path"] != "", "start"])
    ends = set()
    is_heading = _begins_heading(text, 0, headings)
    for found in re.finditer(r"[^\n]*\n", text):
        line, end = found[0].strip(), found.end()
        next_is_heading = _begins_heading(text, end, headings)
        closed = not line or line[-1] in "。！？；：.!?;:”」" or text.startswith("\n", end)
        if closed or is_heading or next_is_heading:
            ends.add(end - 1)
        is_heading = next_is_heading
    return ends


def _begins_heading(text: str, start: int, headings: set[int]) -> bool:
    """Whether a heading begins here; it may be indented."""
    found = _WORD.search(text, start)
    return start in headings or (found is not None and found.start() in headings)
