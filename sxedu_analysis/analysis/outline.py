"""Which parts of a text report results and which announce a plan, as its headings say."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sxedu_analysis.analysis.concepts import Codebook
from sxedu_analysis.reading import layout
from sxedu_analysis.reading.numerals import half_width

_YEAR = re.compile(r"20\d\d(?=年)")
_BLANKS, _LONGEST_LINE = " \t\u3000", 31
_UNNUMBERED = re.compile(rf"[{_BLANKS}]*([^\n。，；：,;]{{2,30}})[：:]?[{_BLANKS}]*$")


@dataclass(frozen=True)
class Outline:
    """A text's headings, and what they say of what follows them.

    Parameters
    ----------
    headings : sequence of Heading
        The numbered ones.
    lines : mapping
        Offset and words of the short lines without a number that say what follows them.
    said : mapping
        Offset of each heading or line -> whether its own words announce a plan (True), report results
        (False), or do neither or both (None).
    plans : mapping
        The same -> whether what follows it is a plan: the nearest heading above that holds words of one list
        only (`context.yaml`) decides, be it numbered (then of those that govern the place) or such a line.
    """

    headings: Sequence[layout.Heading]
    lines: Mapping[int, str]
    said: Mapping[int, bool | None]
    plans: Mapping[int, bool]

    def is_plan(self, offset: int) -> bool:
        """Whether an offset stands under a heading that announces a plan."""
        number = bisect.bisect_right(self._places, offset) - 1
        return number >= 0 and self.plans[self._places[number]]

    def is_under(self, offset: int, words: Sequence[str]) -> bool:
        """Whether a numbered heading that governs an offset holds one of some words."""
        titles = self.headings[layout.held_by(self._starts, offset)].titles
        return any(word in titles for word in words)

    def heading_above(self, offset: int) -> int:
        """Where the numbered heading that governs an offset begins."""
        return self._starts[layout.held_by(self._starts, offset)]

    @cached_property
    def marks(self) -> set[int]:
        """Where all headings and lines begin."""
        return {*self.lines, *(one.start for one in self.headings if one.path)}

    @cached_property
    def reported_years(self) -> set[int]:
        """The years that headings name as reported: 一、2024年工作回顾."""
        titles = {one.start: one.title for one in self.headings} | dict(self.lines)
        return {
            int(year)
            for start, title in titles.items()
            if self.said[start] is False
            for year in _YEAR.findall(title)
        }

    @cached_property
    def _places(self) -> list[int]:
        return sorted(self.plans)

    @cached_property
    def _starts(self) -> list[int]:
        return [one.start for one in self.headings]


def outline_of(text: str, codebook: Codebook) -> Outline:
    r"""The outline of a text.

    Examples
    --------
    >>> from sxedu_analysis.analysis.codebook import load_codebook
    >>> outline = outline_of("一、上半年工作总结\n建5所。\n二、下半年计划\n建2所。", load_codebook())
    >>> [outline.is_plan(offset) for offset in outline.plans]
    [False, True]
    """
    headings = layout.headings(text, half_width(text))
    lines = _unnumbered(text, headings, codebook)
    heads = [(start, path, title) for start, path, title, _ in headings]
    heads += [(start, "", title) for start, title in lines.items()]
    plans: dict[int, bool] = {}
    verdicts: dict[int, bool | None] = {}
    open_heads: list[tuple[str, bool | None]] = []
    line: bool | None = None
    reported = 0
    for start, path, title in sorted(heads):
        said = _says(title, codebook)
        years = [int(year) for year in _YEAR.findall(title)]
        if said is False:
            reported = max([reported, *years])
        elif said is None and reported and years and min(years) > reported:
            # 二、2025年重点工作 after 一、2024年工作回顾
            said = True
        if said is False and path and _decided(open_heads, path) and _only_wishes(title, codebook):
            said = None
        verdicts[start] = said
        if not path:
            # A line without a number stands above the numbered headings that follow it.
            line, open_heads = (said if said is not None else line), []
        else:
            open_heads = [one for one in open_heads if path.startswith(f"{one[0]}/")] + [(path, said)]
        decided = [one for _, one in open_heads if one is not None]
        plans[start] = bool(decided[-1] if decided else line)
    return Outline(headings, lines, verdicts, plans)


def _unnumbered(text: str, headings: Sequence[layout.Heading], codebook: Codebook) -> dict[int, str]:
    """Offset and words of the short lines without a number that say what follows them."""
    numbered = {one.start for one in headings if one.path}
    lines: dict[int, str] = {}
    start = 0
    for line in text.split("\n"):
        # The length first: most lines are paragraphs.
        short = len(line) <= _LONGEST_LINE or len(line.strip(_BLANKS)) <= _LONGEST_LINE
        found = _UNNUMBERED.match(line) if short else None
        if found and not numbered & {start, start + found.start(1)} and _says(found[1], codebook) is not None:
            lines[start] = found[1]
        start += len(line) + 1
    return lines


def _decided(open_heads: Sequence[tuple[str, bool | None]], path: str) -> bool:
    """Whether the headings that a heading stands under announce a plan."""
    said = [one for above, one in open_heads if one is not None and path.startswith(f"{above}/")]
    return bool(said and said[-1])


def _only_wishes(title: str, codebook: Codebook) -> bool:
    """Whether a heading speaks of success alone: under a plan 巩固“双减”成效 is what is to come."""
    words = [word for word in codebook.context["results"] if word in title]
    return set(words) <= set(codebook.context["success"])


def _says(title: str, codebook: Codebook) -> bool | None:
    """Whether a heading announces a plan (True), reports results (False), or neither or both (None)."""
    plan = any(word in title for word in codebook.context["plan"])
    if plan:
        # 完成8所建设任务，占全年计划的40% tells a result.
        for word in codebook.context["alike"]:
            title = title.replace(word, "")
        plan = any(word in title for word in codebook.context["plan"])
    results = any(word in title for word in codebook.context["results"])
    return plan if plan != results else None
