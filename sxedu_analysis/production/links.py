"""A printed number and the characters it stands for: a mark in a notebook, a link in a page.

Notebooks mark a number with the place where it starts in the text analysed; a page turns the mark into a
link to the source page, and gives it a name of its own, so that the source page can lead back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

SOURCE_PAGE = "source.html"

_MARK = re.compile(r'<span class="sx-q" data-q="(\d+)">(.*?)</span>', re.S)
_NAMED = re.compile(r'(<div class="sx-(?:finding|measure)[^"]*") data-name="([\w-]+)"')


@dataclass(frozen=True)
class Linked:
    """Words, some of which are numbers that stand at a known place: (words, start or None)."""

    parts: tuple[tuple[str, int | None], ...]

    def __str__(self) -> str:
        return "".join(words for words, _ in self.parts)

    def __html__(self) -> str:
        return "".join(escape(w) if s is None else marked(w, s) for w, s in self.parts)


def linked(words: str, start: object) -> Linked:
    """Words that are one number; without a place they are just words.

    Examples
    --------
    >>> str(linked("10.5万人", 567)), linked("x", None).parts
    ('10.5万人', (('x', None),))
    """
    known = start is not None and start == start and str(start) not in ("", "<NA>")
    return Linked(((words, int(float(str(start))) if known else None),))


def marked(words: str, start: int) -> str:
    """Words as HTML, marked with the place where their number starts."""
    return f'<span class="sx-q" data-q="{int(start)}">{escape(words)}</span>'


def starts_in(html: str) -> list[int]:
    """The places of all numbers that a piece of HTML marks."""
    return [int(match[1]) for match in _MARK.finditer(html)]


def as_links(html: str, stem: str, known: set[int] | None = None) -> Markup:
    """Turn marks into links to the source page, and name the first of each place after its page.

    What starts at none of the `known` places (a claim in words, say) stays words.

    Examples
    --------
    >>> print(as_links(marked("5所", 12), "index"))
    <a class="sx-q" id="index-12" href="source.html#q-12">5所</a>
    """
    seen: set[str] = set()

    def name(key: str) -> str:
        if key in seen:
            return ""
        seen.add(key)
        return f' id="{stem}-{key}"'

    def link(match: re.Match[str]) -> str:
        if known is not None and int(match[1]) not in known:
            return match[2]
        return f'<a class="sx-q"{name(match[1])} href="{SOURCE_PAGE}#q-{match[1]}">{match[2]}</a>'

    return Markup(_NAMED.sub(lambda match: match[1] + name(match[2]), _MARK.sub(link, html)))
