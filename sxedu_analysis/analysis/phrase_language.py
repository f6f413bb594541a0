"""The phrase language of the codebook: literal Chinese with slots.

A phrase runs over the skeleton of a text (`skeletons`): white space is gone, and each number is one mark
followed by its unit. So a phrase says how people word a thing, and nothing about how numbers are written.

=========== =========================================================================================
``{n}``     the number that the phrase binds, with its qualifier, digits and scale; its unit follows: 人
            stands for 名 and 位 too, 所 for 处. Before it may stand, without being named, up to four of the
            words by which a thing is said to be so many: 总数, 共有, 达, 已增至 (`links.csv`); not where
            the phrase begins
``{x}``     another number, passed over; its unit follows too
``…``       room for up to 20 characters inside one sentence, none of them a number
``[甲/乙]`` one of the alternatives; ``[甲/]`` optional
``【甲/乙】`` first of all: only under a numbered heading that holds one of these words
``〔甲/乙〕`` then: only where one of these stands before it, after the last 。！？；; ``〔!甲/乙〕``: none
=========== =========================================================================================

Some things are said in the same words of each level of education: pupils of 小学, of 初中, of 高中. They are
a family (`families.csv`: words and indicator of each member), and a phrase of a family has besides

========== ==========================================================================================
``{m}``    the words of one member, which decides the indicator; a new word must begin there: 小学 is
           not found in 中小学 or 民办小学
``→``      on from the member as the subject, in its sentence, over other words and numbers but not
           over another member: in 小学招生2万人，在校生9万人 both numbers are of 小学; and into the
           next sentence, if that begins with 招生 and so with no subject of its own
``{list}`` items of a list passed over, each some words, a number and its unit: 现有{list}{m}{n}所
``^``      the sentence begins here; 全县, 全市 and the like may stand before what follows
``{m、}``  two or more members: 小学、初中和高中
``{n、}``  as many numbers, in the order of the members; what follows is the unit of each
========== ==========================================================================================

So ``{m、}在校生分别为{n、}人`` binds each number of 小学、初中在校生分别为3万人、2万人 to its own member;
where the counts differ nothing is bound. What stands in parentheses is read as it is, and passed over as
well: in 幼儿园64所（公办28所），在园幼儿9215人 the last number is still that of 幼儿园.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from sxedu_analysis.analysis.phrases import Family, Phrase
from sxedu_analysis.analysis.skeletons import SLOT, plain_words
from sxedu_analysis.foundation.errors import CodebookError
from sxedu_analysis.reading import lexicon

_UNDER = re.compile("【([^【】]+)】")
_EARLIER = re.compile("〔(!?)([^〔〕]+)〕")
ROOM, SUBJECT_ROOM, LIST_ITEMS = 20, 80, 9
_PART = re.compile(r"\{([^{}]*)\}|(…)|([→^])|\[([^\[\]]*)\]|([^{}\[\]…→^【】〔〕]+)|(.)")
_SENTENCE = (
    r"(?:(?<=[\n。;!?:])|(?<=[一二三四五六七八九十\d]、)|(?<![\s\S]))"
    r"(?P<room_opening>(?:年末)?(?:[全我][县市区州省旗盟])?)"
)
_AND = "(?:以及|[、,和及与])"
# A member's words begin where one of these ends: 共有小学, 其中小学, 全县小学, but not 民办小学 or 中小学.
_BEGINS = (
    r"(?:(?<=其中)|(?<=普通)|(?<=\d\.)|(?<![\s\S])"
    r"|(?<=[\n。;,、:()“”有县市区州省旗盟国年季期准届费末底内前到至师所类收招为是含括和及与或计据使将把保争现持让]))"
)
# A communiqué goes on with the level of the sentence before: 普通小学63所。招生7218人，在校生45210人
_GOES_ON = "。(?=招生)"
# What may stand before the words that follow a subject: 小学92所，全年招生5417人.
_OPENS = "(?:全年|当年|今年|本年|年内|年末|现有|拥有|[现有])?"
# What counts the same things: a number's unit in a phrase stands for all of its kind.
_CLASSIFIERS = ("人名位", "所处")
# Of a phrase with no other word every number would do.
_UNITS_ALONE = frozenset("人名位所处个元次场项条件份篇起%")


class _Piece(NamedTuple):
    """A piece of a phrase as it is written; one of its fields is not empty."""

    slot: str = ""
    room: str = ""
    on: str = ""
    choices: str = ""
    literal: str = ""
    stray: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a phrase compiled: its pattern, its greatest length, words one of which it must contain."""

    pattern: str
    width: int
    words: tuple[str, ...] = ()
    of_member: bool = False

    @property
    def tells(self) -> tuple[bool, bool, int, int, int]:
        """How much it tells that one of its words is there.

        One sign stands everywhere and says little; a member's words are in many phrases, and of many words
        one is there sooner.
        """
        shortest, longest = min(map(len, self.words)), max(map(len, self.words))
        several = shortest > 1
        return several, not self.of_member, shortest, 0 if several else longest, -len(self.words)


def compile_phrase(
    text: str, *, indicator: str = "", where: str = "", number: bool = True, family: Family | None = None
) -> Phrase:
    """Compile one phrase.

    Parameters
    ----------
    text : str
        The phrase.
    indicator, where : str
        What it binds, and the file and row to name in an error.
    number : bool
        Whether it must bind a number; a phrase that only finds a statement has none.
    family : Family, optional
        The family whose members ``{m}`` stands for.

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
    parts: list[_Part] = []
    numbers = members = 0
    bound: list[_Piece] = []  # the piece after each number that is bound
    rest = plain_words(text)
    heading = _UNDER.match(rest)
    rest = rest[heading.end() :] if heading else rest
    earlier: dict[str, tuple[str, ...]] = {"": (), "!": ()}
    while (condition := _EARLIER.match(rest)) is not None:
        words, already = tuple(condition[2].split("/")), earlier[condition[1]]
        if already or not all(word.strip("!") for word in words):
            wrong = "is a second of its kind" if already else "names no word"
            raise CodebookError(
                f"phrase {text!r}: {condition[0]} {wrong}", where=where, mend="write 〔甲/乙〕 or 〔!甲/乙〕"
            )
        earlier[condition[1]] = words
        rest = rest[condition.end() :]
    pieces = _any_classifier([_Piece(*found) for found in _PART.findall(rest)])
    for place, (slot, room, on, choices, literal, stray) in enumerate(pieces):
        if slot in ("n", "x", "n、") and parts:
            parts.append(_Part(_links(), ROOM))
        if slot in ("n", "n、"):
            bound.append(pieces[place + 1] if place + 1 < len(pieces) else _Piece())
        if literal:
            parts.append(_Part(re.escape(literal), len(literal), (literal,)))
        elif slot == "n":
            numbers += 1
            parts.append(_Part(f"(?P<n>{SLOT})" if numbers == 1 else SLOT, 1))
        elif slot == "x":
            parts.append(_Part(SLOT, 1))
        elif room:
            parts.append(_Part(f"(?P<room{place}>[^。!?;\\n{SLOT}]{{0,{ROOM}}}?)", ROOM))
        elif "/" in choices:
            parts.append(_choices(choices))
        elif (family is not None and slot in ("m", "m、", "list", "n、")) or (family is not None and on):
            part = _family_part(slot, on, place, pieces, family)
            if part is None:
                raise CodebookError(
                    f"phrase {text!r}: {{n、}} has no unit after it", where=where, mend="write {n、}人"
                )
            members += slot in ("m", "m、")
            numbers += slot == "n、"
            parts.append(part)
        else:
            what = f"{{{slot}}}" if slot else stray or on or f"[{choices}]"
            raise CodebookError(
                f"phrase {text!r}: {what!r} is not understood",
                where=where,
                mend="use {n}, {x}, … and [甲/乙]; an optional part is [甲/]; 【甲】 and 〔甲〕 stand first; "
                "{m}, {list} and → in families",
            )
    if numbers != int(number):
        wanted = "exactly one {n}, the number it binds" if number else "no {n}"
        raise CodebookError(
            f"phrase {text!r} has {numbers} times {{n}}", where=where, mend=f"give it {wanted}"
        )
    if family is not None and (members != 1 or ("{m、}" in text) != ("{n、}" in text)):
        raise CodebookError(
            f"phrase {text!r} of family {family.family!r} does not say whose number it is",
            where=where,
            mend="give it one {m} and one {n}, or {m、} and {n、}",
        )
    chosen = max((part for part in parts if part.words), key=lambda part: part.tells, default=None)
    if chosen is None or set(chosen.words) <= _UNITS_ALONE:
        raise CodebookError(
            f"phrase {text!r} has no word that must be there",
            where=where,
            mend="add a word, other than the unit, outside brackets",
        )
    lists = [place for place, part in enumerate(parts) if part.pattern.startswith("(?P<room_list")]
    item = "".join(part.pattern for part in parts[lists[0] + 1 :]) if lists else ""
    before = sum(part.width for part in parts[: parts.index(chosen)])
    others = (part.words for part in parts if part is not chosen)
    return Phrase(
        indicator=indicator,
        text=text,
        where=where,
        literals=chosen.words,
        required=tuple(_shortest(words) for words in (earlier[""], *others) if words),
        before=before,
        width=sum(part.width for part in parts),
        pattern="".join(part.pattern for part in parts),
        units=_signs_after(bound[0]) if number else None,
        family=family,
        under=tuple(heading[1].split("/")) if heading else (),
        said=earlier[""],
        unsaid=earlier["!"],
        shared=_shared_subject(family) if family is not None else None,
        item=re.compile(item) if item else None,
    )


@cache
def _links() -> str:
    """Up to four of the linking words, which say nothing of what is counted."""
    words = sorted(map(plain_words, lexicon.links()), key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, words))}){{0,4}}"


def _shortest(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words without those that hold another: where 幼儿园 stands, 园 does."""
    return tuple(word for word in words if not any(other in word for other in words if other != word))


def _any_classifier(pieces: Sequence[_Piece]) -> list[_Piece]:
    """The pieces of a phrase, with all classifiers of its kind where a number has one: 3人, 3名, 3位."""
    told: list[_Piece] = []
    for before, piece in zip([_Piece(), *pieces], pieces, strict=False):
        literal = piece.literal
        kind = next((kind for kind in _CLASSIFIERS if literal and literal[0] in kind), "")
        if before.slot not in ("n", "x", "n、"):
            told.append(piece)
        elif kind and not literal.startswith("人次"):
            told.append(_Piece(choices="/".join(kind)))
            told += [_Piece(literal=literal[1:])] if literal[1:] else []
        elif piece.choices:
            options = piece.choices.split("/")
            more = "".join(kind for kind in _CLASSIFIERS if set(kind) & set(options))
            told.append(_Piece(choices="/".join(dict.fromkeys([*options, *more]))))
        else:
            told.append(piece)
    return told


def _signs_after(piece: _Piece) -> str:
    """The signs that may follow a number before this piece of a phrase; empty if any may."""
    options = [piece.literal] if piece.literal else piece.choices.split("/")
    return "".join(option[0] for option in options) if all(options) else ""


def _choices(choices: str) -> _Part:
    # The longest first: where one alternative begins another, the longer says more.
    options = sorted(choices.split("/"), key=len, reverse=True)
    pattern = f"(?:{'|'.join(re.escape(option) for option in options)})"
    return _Part(pattern, len(options[0]), tuple(options) if options[-1] else ())


def _family_part(slot: str, on: str, place: int, pieces: Sequence[_Piece], family: Family) -> _Part | None:
    words = family.words
    member = f"(?:{'|'.join(map(re.escape, words))})"
    longest = len(words[0])
    if on == "^":
        return _Part(_SENTENCE, 6)
    if on:
        aside = "".join(f"{re.escape(words)}|" for words in family.asides)
        # A closing bracket ends what is said in it: in 初中（其中九年一贯制8所），在校生 they are of 初中.
        step = rf"(?:{aside}\([^()。\n]{{0,30}}\)|(?!{member})[^。!?\n)]|{_GOES_ON})"
        return _Part(
            rf"(?P<room_subject>(?:{step}{{0,{SUBJECT_ROOM}}}?(?:[,;、:(和及](?:其中[:,]?)?|{_GOES_ON}))?{_OPENS})",
            SUBJECT_ROOM * 2,
        )
    if slot == "m":
        # What the phrase names before it is told from other words by itself: 升入小学.
        before = pieces[place - 1] if place else _Piece()
        named = before.literal or (before.choices and all(before.choices.split("/")))
        return _Part(f"{'' if named else _BEGINS}(?P<m>{member})", longest, words, True)
    if slot == "m、":
        return _Part(
            f"{_BEGINS}(?P<members>{member}(?:{_AND}{member}){{1,7}})", 8 * (longest + 2), words, True
        )
    if slot == "list":
        stop = f"(?!{'|'.join(map(re.escape, family.breaks))})" if family.breaks else ""
        word = rf"(?:{stop}[^。!?;,、:()\n{SLOT}])"
        item = rf"{word}{{0,12}}{SLOT}{word}{{1,14}}?(?:\([^()。\n]{{0,40}}\))?(?:;|{_AND})"
        return _Part(f"(?P<room_list>(?:{item}){{0,{LIST_ITEMS}}})", LIST_ITEMS * 62)
    following = pieces[place + 1] if place + 1 < len(pieces) else None
    if following is None or not (following.literal or "/" in following.choices):
        return None
    unit = re.escape(following.literal) if following.literal else _choices(following.choices).pattern
    return _Part(f"(?P<numbers>{SLOT}(?:{unit}{_AND}{SLOT}){{1,7}})", 8 * 8)


def _shared_subject(family: Family) -> re.Pattern[str]:
    """What before a member makes it one of several subjects: 小学、 or 小学7所、 and the like."""
    words = "|".join(map(re.escape, (*family.words, "公办")))
    return re.compile(
        rf"(?:{words}|(?<![新提升走])高)(?:[共有计达为]{{0,3}}{SLOT}[^。;,、{SLOT}]{{1,4}})?{_AND}(?:普通)?$"
    )
