"""Where a stretch of a skeleton has words and numbers: looked up once, asked by hundreds of phrases."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, KeysView

import ahocorasick

from sxedu_analysis.analysis.skeletons import SLOT

_SLOTS = re.compile(SLOT)


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

    @property
    def signs(self) -> KeysView[str]:
        """The signs that follow its numbers."""
        return self._numbers.keys()

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
