"""Numbers that are no amount: dates, ordinals, names, slogans, enumerators, ratios; words without a number.

Each is one named part of a grammar that is tried, in this order, where a numeral stands. The first that
fits takes the characters; what none takes may be an amount (`amounts`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from sxedu_analysis.reading import lexicon, numerals
from sxedu_analysis.reading.grammar import CODES, DAMAGED, DATES, ENUMERATORS, NAMES, ORDINALS, RATIOS, N


@dataclass(slots=True)
class SetPhrase:
    """A span that is no amount. ``kind`` None marks a word without a number: it makes no row."""

    start: int
    end: int
    kind: str | None
    value: float | None
    unit: str


def _listed_words() -> str:
    """Words that hold a numeral, each from its first numeral on, looking back at what stands before it."""
    patterns = []
    for word in lexicon.words():
        plain = numerals.half_width(word)
        first = next((i for i, c in enumerate(plain) if c in NUMERAL_CHARACTERS), None)
        if first is not None:
            back = f"(?<={re.escape(plain[:first])})" if first else ""
            patterns.append(back + re.escape(plain[first:]) + ("(?!钟|之)" if plain == "十分" else ""))
    return "|".join(patterns)


@cache
def _grammar() -> tuple[re.Pattern[str], dict[str, str | None]]:
    """The parts in the order in which they are tried.

    A name may hold what looks like a date, a date what looks like an ordinal: the order settles it.
    """
    listed = "|".join(re.escape(numerals.half_width(name)) for name in lexicon.names())
    order: list[tuple[str | None, dict[str, str]]] = [
        ("enumerator", ENUMERATORS),
        ("name", CODES | {"listed": listed}),
        ("date", DATES),
        ("name", DAMAGED),
        ("ordinal", ORDINALS),
        (None, {"listed": _listed_words()}),
        ("name", NAMES),
        ("quantity", RATIOS),
    ]
    parts, kinds = [], {}
    for kind, patterns in order:
        for name, pattern in patterns.items():
            group = f"{kind or 'word'}_{name}"
            kinds[group] = kind
            # The group behind the part, not around it: so the engine sees at once with what the part begins.
            parts.append(f"(?:{pattern})(?P<{group}>)")
    return re.compile("|".join(parts)), kinds


NUMERAL_CHARACTERS = frozenset("〇一二两三四五六七八九十百千万亿")
_NUMERAL = re.compile(rf"\d+|{N}+")
# In a name 双 is two, and 多 beside 对 stands for a number: 一岗双责 and 一对多 hold two, as 一对一 does.
_NUMERAL_OF_NAME = re.compile(rf"\d+|{N}+|双|(?<=对)多")
_DIGIT_BY_DIGIT = re.compile(r"[一二三四五六七八九]{2,}")  # 六六联创


def set_phrase_at(plain: str, place: int) -> SetPhrase | None:
    """The set phrase that starts at ``place`` of a normalised text, if one does."""
    pattern, kinds = _grammar()
    match = pattern.match(plain, place)
    if match is None or match.lastgroup is None or match.end() == place:
        return None
    kind = kinds[match.lastgroup]
    start = place - 1 if match.lastgroup == "enumerator_bracket" else place
    end = match.end() + 1 if match.lastgroup == "enumerator_bracket" else match.end()
    value, unit = _value(match.group(), kind, match.lastgroup)
    return SetPhrase(start, end, kind, value, unit)


@lru_cache(4096)  # the same years and ordinals over and over
def _value(raw: str, kind: str | None, group: str) -> tuple[float | None, str]:
    """Value and unit: a date's is its year; a name made of several numbers has none."""
    if kind == "quantity":
        return None, ""  # a ratio is several numbers
    found = list((_NUMERAL_OF_NAME if kind == "name" else _NUMERAL).finditer(raw))
    if kind is None or not found or (kind == "name" and len(found) > 1):
        return None, ""
    if group in {"name_stray", "name_dots", "name_quoted_numerals"}:
        return None, ""
    written = found[0].group()
    if len(written) > 15 or (kind == "name" and _DIGIT_BY_DIGIT.fullmatch(written)):
        return None, ""
    numeral = numerals.arabic(written) if written.isdigit() else numerals.chinese(written.replace("双", "两"))
    if kind == "date":
        unit = "".join(mark for mark in "年月日" if mark in raw.replace("号", "日"))
    else:
        unit = raw[found[-1].end() :] if kind == "ordinal" else ""
    return (numeral.value if numeral else None), unit
