"""Phrases: what a wording needs to be there, and the numbers of a skeleton that it binds, in linear time.

How a phrase is written, and what it then matches: `phrase_language`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from sxedu_analysis.analysis.skeletons import SLOT
from sxedu_analysis.analysis.word_index import Index, Words

# A subject says whose number it is, which counts for more than the words between it and the number.
SUBJECT_WEIGHT = 10
_ITEM_ENDS, _EARLIER_ROOM = "。!?;\n", 160


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A phrase's regular expression, ready to search; `re` itself keeps 512 of them, fewer than there are."""
    return re.compile(pattern)


class Bound(NamedTuple):
    """A number that a phrase binds: its place in the skeleton, the phrase's weight there, its indicator."""

    place: int
    weight: int
    indicator: str


@dataclass(frozen=True)
class Family:
    """Indicators that are one thing counted of several members: enrolment of each level of education.

    Parameters
    ----------
    family : str
    members : mapping
        The members' words, each with its indicator.
    breaks : tuple of str
        Words that end a list, since they make its items something else: 新建, 招聘 …
    asides : tuple of str
        Words with a member's in them that do not make it the subject: 另有教学点.
    """

    family: str
    members: Mapping[str, str]
    breaks: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All words, longest first."""
        return tuple(sorted(self.members, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Phrase:
    """A compiled phrase.

    Parameters
    ----------
    indicator : str
        The indicator, or the family, it binds a number to.
    text : str
        As it stands in the codebook.
    where : str
        Its file and row.
    literals : tuple of str
        Words one of which must be there: a text without them cannot match, which is much quicker to see.
    required : tuple
        More such words, one group for each other part that has some.
    before, width : int
        The most characters that a match has before those words, and in all.
    pattern : str
        The regular expression, compiled when a text first has all its words: most texts ask for few phrases.
    under : tuple of str
        Words one of which the heading above holds; empty if any heading will do.
    said, unsaid : tuple of str
        Words one of which stands before it in its item of a sentence, and words none of which does.
    units : str or None
        The signs one of which follows the number it binds, empty where any may; None if it binds none.
    """

    indicator: str
    text: str
    where: str
    literals: tuple[str, ...]
    required: tuple[tuple[str, ...], ...]
    before: int
    width: int
    pattern: str
    units: str | None = None
    family: Family | None = None
    under: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    shared: re.Pattern[str] | None = field(default=None, repr=False)
    item: re.Pattern[str] | None = field(default=None, repr=False)

    def matches(self, skeleton: str, index: Index | None = None) -> Iterator[Bound]:
        """Yield each number of a skeleton that the phrase binds; `index` is that skeleton's."""
        for found in self._found(skeleton, index or self._index(skeleton)):
            groups = found.groupdict()
            rooms = [value for name, value in groups.items() if name.startswith("room") and value]
            room = sum(map(len, rooms))
            slots = found[0].count(SLOT) - sum(value.count(SLOT) for value in rooms)
            weight = len(found[0]) - room - slots + (self._earlier(skeleton, found.start()) or 0)
            if self.family is None:
                yield Bound(found.start("n"), weight, self.indicator)
            elif "m" in groups:
                if self._stands_alone(skeleton, found):
                    bonus = SUBJECT_WEIGHT if "→" in self.text else 0
                    yield Bound(found.start("n"), weight + bonus, self.family.members[found["m"]])
                if self.item is not None and groups["room_list"]:
                    # The list was passed over to its last item; those before it are worded alike.
                    for item in self.item.finditer(skeleton, *found.span("room_list")):
                        yield Bound(item.start("n"), weight, self.family.members[item["m"]])
            elif self._stands_alone(skeleton, found):
                yield from self._in_order(found, weight)

    def _stands_alone(self, skeleton: str, found: re.Match[str]) -> bool:
        """Whether the member is the only subject: not the last of 小学、初中 or of 小学7所、初中3所."""
        start, end = found.span("m" if "m" in found.groupdict() else "members")
        before = skeleton[max(0, start - 30) : start]
        if self.family and (before + skeleton[start:end]).endswith(self.family.asides):
            return False
        ended = self.shared.search(before) if self.shared else None
        if ended is None:
            return True
        return SLOT in ended[0] and not found.groupdict().get("room_subject")

    def _in_order(self, found: re.Match[str], weight: int) -> Iterator[Bound]:
        assert self.family is not None
        members = re.findall("|".join(self.family.words), found["members"])
        start = found.start("numbers")
        places = [start + place for place, sign in enumerate(found["numbers"]) if sign == SLOT]
        if len(members) == len(places):
            for member, place in zip(members, places, strict=True):
                yield Bound(place, weight + SUBJECT_WEIGHT, self.family.members[member])

    def spans(self, skeleton: str) -> Iterator[tuple[int, int]]:
        """Yield start and end of each match in a skeleton."""
        for found in self._found(skeleton, self._index(skeleton)):
            yield found.span()

    def _earlier(self, skeleton: str, start: int) -> int | None:
        """Length of the word that the item before a match must hold; None where it may not match."""
        if not self.said and not self.unsaid:
            return 0
        first = max(start - _EARLIER_ROOM, 0)
        begin = max(skeleton.rfind(mark, first, start) for mark in _ITEM_ENDS) + 1
        before = skeleton[max(begin, first) : start]
        if any(word in before for word in self.unsaid):
            return None
        return max((len(word) for word in self.said if word in before), default=None if self.said else 0)

    def _index(self, skeleton: str) -> Index:
        return Index(skeleton, Words(self.literals))

    def _found(self, skeleton: str, index: Index) -> Iterator[re.Match[str]]:
        """The matches, one a start: sought only around the words that must be there."""
        following = 0
        for place in index.places(self.literals):
            if self.units is not None and not index.has_number(
                place - self.before, place + self.width, self.units
            ):
                continue
            position = max(following, place - self.before)
            search = compiled(self.pattern).search
            # Searching on from the next character, not from the match's end: a list's members may share a
            # literal. What begins after the words belongs to the next of their places.
            while position <= place:
                found = search(skeleton, position, place + self.width)
                if found is None or found.start() > place:
                    break
                if self._earlier(skeleton, found.start()) is not None:
                    yield found
                position = following = found.start() + 1
