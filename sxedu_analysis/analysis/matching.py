"""Many phrases over one text: which of them can match a paragraph is known after one pass over its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sxedu_analysis.analysis.phrases import Bound, Phrase
from sxedu_analysis.analysis.skeletons import Paragraph, Skeleton
from sxedu_analysis.analysis.word_index import Index, Words


class PhraseSet:
    """Phrases that are sought together.

    Parameters
    ----------
    phrases : iterable of Phrase
        Each binds a number.
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_word: dict[str, list[int]] = {}
        self._entries: list[tuple[Phrase, tuple[int, ...]]] = []
        # Many phrases require the same words: each group has a number, and is looked for once a paragraph.
        groups: dict[tuple[str, ...], int] = {}
        for number, phrase in enumerate(phrases):
            for word in phrase.literals:
                self._by_word.setdefault(word, []).append(number)
            # Fewest words first: they are missing sooner.
            required = sorted(phrase.required, key=len)
            numbers = tuple(groups.setdefault(words, len(groups)) for words in required)
            self._entries.append((phrase, numbers))
        self._groups = tuple(groups)
        self._words = Words(self._by_word)

    def matches(self, bones: Skeleton) -> Iterator[tuple[Phrase, Bound, int]]:
        """Yield each number that a phrase binds, with its row, as the text is and without its parentheses."""
        for paragraph in bones.paragraphs():
            yield from self._in(paragraph)
            if (rest := paragraph.without_parentheses()) is not None:
                yield from self._in(rest)

    def _in(self, paragraph: Paragraph) -> Iterator[tuple[Phrase, Bound, int]]:
        text = paragraph.text
        index = Index(text, self._words)
        signs = index.signs
        there: dict[int, bool] = {}
        for number in sorted({one for word in index.present for one in self._by_word[word]}):
            phrase, required = self._entries[number]
            if phrase.units and signs.isdisjoint(phrase.units):
                continue
            for group in required:
                if group not in there:
                    there[group] = _holds(text, self._groups[group])
                if not there[group]:
                    break
            else:
                for bound in phrase.matches(text, index):
                    yield phrase, bound, paragraph.numbers[bound.place]


def _holds(text: str, words: Iterable[str]) -> bool:
    # Asked millions of times: a loop is quicker than `any` over a generator.
    for word in words:  # noqa: SIM110
        if word in text:
            return True
    return False
