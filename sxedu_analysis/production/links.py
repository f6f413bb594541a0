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
UNBOUND = "01_report_figures.html#unbound"
"""Where the pages list the numbers that no indicator took."""

_MARK = re.compile(r'<span class="sx-q" data-q="(\d+)">(.*?)</span>', re.S)
_TO_UNBOUND = re.compile(r'<span class="sx-unbound">(.*?)</span>', re.S)
_NAMED = re.compile(r'(<div class="sx-(?:finding|measure)[^"]*") data-name="([\w-]+)"')


@dataclass(frozen=True)
class Linked:
    """Words, some of which are numbers that stand at a known place: (words, start or None)."""

    parts: tuple[tuple[str, int | None], ...]

    def __str__(self) -> str:
        return "".join(words for words, _ in self.parts)

    def __html__(self) -> str:
        return "".join(escape(w) if s is None else marked(w, s) for w, s in self.parts)


@dataclass(frozen=True)
class Quote:
    """A sentence of a report with one of its numbers marked; a long one is shortened, and opens.

    Examples
    --------
    >>> quote = Quote("全县有学校12所，其中小学7所。", "7所")
    >>> str(quote), "<mark>7所</mark>" in quote.__html__()
    ('全县有学校12所，其中小学7所。', True)
    >>> str(Quote("一" * 40 + "7所" + "二" * 40, "7所"))
    '…一一一一一一一一一一一一一一一一7所二二二二二二二二二二二二二二二二…'
    """

    sentence: str
    raw: str
    at: int = -1
    """Where in the sentence the number stands; -1: where it first does."""

    def _cut(self) -> tuple[str, str, str]:
        at = self.at if self.at >= 0 else self.sentence.find(self.raw)
        if at < 0:
            return self.sentence, "", ""
        return self.sentence[:at], self.raw, self.sentence[at + len(self.raw) :]

    def _short(self) -> tuple[str, str, str]:
        before, raw, after = self._cut()
        if len(self.sentence) <= _SHORT_SENTENCE:
            return before, raw, after
        if not raw:
            return f"{before[: 2 * _AROUND]}…", "", ""
        if len(before) > _AROUND:
            before = f"…{before[-_AROUND:]}"
        if len(after) > _AROUND:
            after = f"{after[:_AROUND]}…"
        return before, raw, after

    def __str__(self) -> str:
        return "".join(self._short())

    def __html__(self) -> str:
        def html(parts: tuple[str, str, str]) -> str:
            before, raw, after = (escape(one) for one in parts)
            return f"{before}<mark>{raw}</mark>{after}" if raw else before

        if str(self) == self.sentence:
            return f'<q class="sx-quote" lang="zh-CN">{html(self._cut())}</q>'
        return (
            f'<details class="sx-quote" lang="zh-CN"><summary>{html(self._short())}</summary>'
            f"<p>{html(self._cut())}</p></details>"
        )


_SHORT_SENTENCE, _AROUND = 36, 16


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


def to_unbound(words: str) -> str:
    """Words as HTML that a page turns into a link to the numbers that no indicator took."""
    return f'<span class="sx-unbound">{escape(words)}</span>'


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

    html = _TO_UNBOUND.sub(rf'<a href="{UNBOUND}">\1</a>', _MARK.sub(link, html))
    return Markup(_NAMED.sub(lambda match: match[1] + name(match[2]), html))
