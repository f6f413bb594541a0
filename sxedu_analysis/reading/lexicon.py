"""The word lists of ``data/lexicon``: units, qualifiers, links, names with numbers, words without any."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

import pandas as pd

from sxedu_analysis.foundation.paths import data_dir
from sxedu_analysis.foundation.units import unit_table
from sxedu_analysis.reading.numerals import SCALES

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as a text writes it, and the characters that must not follow (部 in 部门 is no unit)."""

    written: str
    normal: str
    measured: bool
    not_before: str


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A word beside a number, what it says of it, and the characters that must not precede it (公约)."""

    word: str
    meaning: str
    not_after: str


class Longest(Generic[T]):
    """Looks up the longest entry that a text holds at a place, in time that does not grow with the table."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._entries = dict(entries)
        # Longest first, by first character: most places of a text are answered by one failed look-up.
        self._lengths: dict[str, list[int]] = {}
        for word in self._entries:
            lengths = self._lengths.setdefault(word[0], [])
            if len(word) not in lengths:
                lengths.append(len(word))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    @property
    def begins(self) -> Collection[str]:
        """The signs with which entries begin."""
        return self._lengths.keys()

    def at(self, text: str, place: int) -> tuple[str, T] | None:
        """The longest entry that starts at ``place``."""
        for length in self._lengths.get(text[place : place + 1], ()):
            word = text[place : place + length]
            if word in self._entries:
                return word, self._entries[word]
        return None


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(data_dir() / "lexicon" / name, dtype=str, keep_default_na=False)


@cache
def units() -> Longest[Unit]:
    """Units by their written form."""
    table = unit_table()
    return Longest(
        (written, Unit(written, row.normal, row.measured, row.not_before))
        for written, row in zip(table.index, table.itertuples(index=False), strict=True)
    )


@cache
def scales() -> Longest[int]:
    """Scales (万, 亿 …) -> what they multiply by."""
    return Longest(SCALES.items())


@cache
def qualifiers(side: str) -> dict[str, Qualifier]:
    """Qualifiers of one side: before, after, inside the number, or before a scale that stands alone."""
    table = _read("qualifiers.csv")
    rows = table[table["side"] == side]
    return {row.word: Qualifier(row.word, row.qualifier, row.not_after) for row in rows.itertuples()}


@cache
def longest_qualifier(side: str) -> Longest[str]:
    """Qualifiers that stand after or inside a number, by their word -> what they say."""
    return Longest((word, entry.meaning) for word, entry in qualifiers(side).items())


@cache
def qualifier_ends() -> frozenset[str]:
    """The last characters of the qualifiers before a number: most numbers have none, seen by one look."""
    return frozenset(word[-1] for word in qualifiers("before"))


@cache
def links() -> tuple[str, ...]:
    """Words by which a thing is said to be so many (共有, 达, 已增至)."""
    return tuple(_read("links.csv")["word"])


@cache
def names() -> tuple[str, ...]:
    """Names and slogans that hold a number (三会一课), longest first."""
    return tuple(sorted(_read("names.csv")["name"], key=lambda name: (-len(name), name)))


@cache
def words() -> tuple[str, ...]:
    """Words that hold a numeral and no number (一般, 千方百计), longest first."""
    return tuple(sorted(_read("words.csv")["word"], key=lambda word: (-len(word), word)))
