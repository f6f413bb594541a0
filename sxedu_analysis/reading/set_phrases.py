"""Numbers that measure nothing: dates, ordinals, names and slogans, enumerators, and words without a number.

Each is one named part of a grammar that is tried, in this order, where a numeral stands. The first that
fits takes the characters; what none takes may be an amount (`amounts`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from sxedu_analysis.reading import lexicon, numerals

N = "[〇一二两三四五六七八九十百千]"
"""A Chinese numeral character below 万."""
HANZI = r"(?:(?![〇一二两三四五六七八九十百千万亿\d])[\u4e00-\u9fff])"
# Classifiers make 三所小学两所初中 two amounts, where 三县一区 is a name.
CLASSIFIER = r"(?:人|至|到|和|与|或|点|多|余|几|来|半|个|名|位|所|项|家|件|条|座|场|次|户|套|台|辆|万|亿|亩|元|吨|公|平|分|年|月|日|天|岁|倍|成|是|要|批|些)"

YEAR = r"(?:(?:1[89]|20)\d\d|[一二][〇一二三四五六七八九]{3})"
MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])\s?月份?"
DAY = r"(?:[12]\d|3[01]|0?[1-9]|[一二]?十[一二三四五六七八九]?|三十一?|[一二三四五六七八九])\s?[日号]"
TO = r"\s?(?:-|—{1,2}|–|~|至|到)\s?"
LIST = r"(?:、|和|与|及|,|，)"
ANY = rf"(?:\d{{1,4}}|{N}{{1,4}})"
# Letters after digits make a name (4A级, 5G) unless they are a unit (15km).
NO_UNIT_LETTERS = (
    r"(?!(?:km|KM|Km|kg|KG|mm|cm|kW|KW|kw|kWh|kwh|MW|GW|GWh|MWh|kV|KV|kv|MVA|TEU|TB|GB|PB|EB|dB|m²|Mbps|Gbps|Tbps|mg|ml|m)"
    r"(?![A-Za-z]))[A-Za-z]"
)


@dataclass(frozen=True, slots=True)
class SetPhrase:
    """A span that is no amount. ``kind`` None marks a word without a number: it makes no row."""

    start: int
    end: int
    kind: str | None
    value: float | None
    unit: str


ENUMERATORS = {
    "bracket": r"(?<=\()(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?=\))",
    "circle": r"[①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳]",
    "line": r"(?:(?<![^\n])|(?<=\n\s)|(?<=\n\s\s)|(?<=\n\s{3})|(?<=\n\s{4}))(?:\d{1,2}[.、](?!\d)|[一二三四五六七八九十]{1,3}、)",
    "title": r"(?<=\n)\d{2}(?=[\u4e00-\u9fff、，]{2,16}(?:\n|$))",
    "spoken": r"(?<![^\n。；;:,，、！？\s”])[一二三四五六七八九十]{1,3}(?:是|要|抓|看)(?!求|素|点|闻|否)",
    "note": r"(?<=\[)\d{1,3}(?=\])",
    "remark": r"(?<=注)\d(?=[:、.])",
}
CODES = {
    "document": r"(?<=[〔\[【(])(?:19|20)\d\d[〕\]】)]\s?第?\d{1,5}\s?号",
    "web": r"\d[\w.-]{0,60}(?:\.(?:com|cn|net|org|gov|html?|aspx?|jsp)[\w./?=&%-]{0,200}|@[\w.-]{1,60})",
    "identifier": r"\d{17,}",
    "phone": r"(?:1[3-9]\d{9}|0\d{2,3}-\d{7,8}|400-?\d{3}-?\d{4})(?!\d)",
    "campaign": rf"{N}{{1,2}}年(?={HANZI}{{0,3}}(?:行动|大会战|倍增|计划|攻坚|提升|大变|见成效))",
}
DATES = {
    "full": rf"{YEAR}\s?年\s?{MONTH}\s?(?:{DAY})?(?:{TO}(?:{YEAR}\s?年)?(?:{MONTH})?(?:{DAY})?(?<=[月日号份]))?",
    "dotted": r"(?:1[89]|20)\d\d(?:\.(?:1[0-2]|0[1-9])|/(?:1[0-2]|0?[1-9])/|\.[1-9]\.|-(?:1[0-2]|0[1-9])-)"
    r"(?:\.?(?:[12]\d|3[01]|0?[1-9]))?(?![\d%.])(?!年|亿|万|元|吨|公|千|人|户)",
    "span": rf"{YEAR}(?:\s?年)?{TO}(?:{YEAR}|\d\d)\s?(?:学年|年)度?",
    "span_bare": r"(?:19|20)\d\d\s?[-—~]{1,2}\s?(?:19|20)\d\d(?!\d)",
    "list": rf"{YEAR}(?=(?:{LIST}{YEAR}){{1,6}}\s?年)",
    "year": rf"{YEAR}\s?年度?",
    "short": rf"\d\d年(?=度|底|末|初|起|以来|{MONTH})",
    "century": rf"(?:\d\d|{N}{{1,3}})世纪(?:[一二三四五六七八九\d][〇0十]?年代)?|[一二三四五六七八九\d][0〇十]年代",
    "month": rf"{MONTH}(?:{DAY})?(?:{TO}(?:{MONTH})?(?:{DAY})?(?<=[月日号份]))?(?!\s?均)",
    "month_span": rf"(?:1[0-2]|[1-9]|{N}{{1,2}})(?:{TO}|{LIST})(?={MONTH})",
    "day": r"(?:[12]\d|3[01]|[1-9])\s?日(?!均)",
    "quarter": r"[一二三四1-4](?:[-—~至、和]?[一二三四1-4])?个?季度",
    "anniversary": rf"{ANY}(?:周年|华诞)",
    "duration": rf"(?:\d{{1,3}}|{N}{{1,4}})(?:余|多|几)?(?:[-—~至到]{ANY})?\s?年(?!级|制|生|期以)(?:多|半)?(?:来|间|内)?",
}
ORDINALS = {
    "first": rf"第\s?{ANY}(?:[-—~至、]{ANY}){{0,4}}"
    r"(?:个|届|次|名|位|批|轮|期|版|年|季度|号|代|场|条|章|节|部分|产业|类|款|阶段|方阵|梯队|项|站|课|页|卷|师|组)?",
    "congress": rf"{N}{{1,3}}届(?:{N}{{1,2}}次(?:[、和]{N}{{1,2}}次){{0,3}}|(?={N}{{1,2}}中全会|中央|人大|政协|人民|历次|全国|[省市县区]))"
    rf"|\d{{1,2}}届(?={N}{{1,2}}中全会|中央|人大|政协|人民|历次|全国|[省市县区])",
    "plenum": rf"{N}{{1,3}}次(?:[、和]{N}{{1,2}}次){{0,3}}(?=全体会议|全会|党代会|会议精神)|(?<=人大|政协){N}{{1,2}}次(?=会议)|[一二三四五六七八九]中(?=全会)",
    "grade": rf"(?:\d|{N})(?:[-—~至到](?:\d|{N}))?年级|[一二三]等奖|[一二三四五六七八九]等功",
    "stage": rf"{N}{{1,2}}(?:[、和]{N}{{1,2}})?期|\d{{1,2}}期(?=工程|项目|建设)",
    "level": r"[一二三四五六](?:级|甲|本(?=以|达|上)|孩|胎|线|代(?!表))",
    "sort": r"[一二三](?:[、-][二三])?类",
    "industry": r"[一二三](?=[、，][二三](?:[、，]三)?(?:次)?产业)|[一二三](?:次)?产业?(?=[\u4e00-\u9fff]?业|融合|、|增|占|比|结构|的|高|和|贡|均|平)",
    "number": r"\d{1,5}\s?号(?!召|称)(?:线|楼|文|令|公告|院|机组|井|地块|国道)?",
    "top": rf"(?<=前){ANY}(?:名|位|强|列)?(?![\d.%个]|年|天|月|季)",
}
_D = "[一二两三四五六七八九十百千]"
NAMES = {
    "hundred_percent": rf"(?:\d{{1,2}}|{_D}{{1,2}})个(?:百分之百|100\s?%)",
    "plus": rf"(?:\d{{1,4}}|{N})(?:\+(?:\d{{1,4}}|[A-Za-z]|{N})(?![\d.]))+",
    "plus_word": r"\d{1,2}\+",
    "plus_after": r"(?<=[A-Za-z\d]\+)\d{1,4}(?![\d.%万亿])",
    "times": r"\d{1,3}\s?[×xX*]\s?\d{1,4}(?:\s?[×xX*]\s?\d{1,4})?",
    "letter_before": r"(?<=[A-Za-z])\d{1,6}(?:\.\d{1,2})?(?![\d.%万亿])",
    "letter_hyphen": r"(?<=[A-Za-z][-_])\d{1,6}(?:\.\d{1,2})?(?![\d.%万亿])",
    "letter_after": rf"\d{{1,4}}(?:\.\d)?{NO_UNIT_LETTERS}[A-Za-z]{{0,8}}(?:级|景区)?",
    "hotline": r"\d{3,5}(?=[\u4e00-\u9fff]{0,4}(?:热线|专线|平台|电话|短信|接处警|指挥|急救|联动))",
    "strong": rf"(?:\d{{2,4}}|{_D})强(?!度|化|劲|大)",
    "labelled": r"(?<=[表图])\d{1,2}(?![\d.%])|(?<=附件)\d{1,2}|(?<=[国省县]道)\d{3}(?!\d)",
    "road": r"\d{3}(?=国道|省道|县道|线(?:改|公路|升级|[\u4e00-\u9fff]{1,2}段))",
    "clock": r"(?<=[午日早晚])(?:[01]?\d|2[0-3]):[0-5]\d(?!\d)",
    "event_year": r"(?:19|20)\d\d(?=中国|国际|世界|全国|亚洲|[\u4e00-\u9fff]{2,6}(?:大赛|博览会|论坛|峰会|展|节))(?![\d.]|年)",
    "great": rf"(?:\d{{1,2}}|{_D}{{1,2}})大(?!于|量|幅|批|约|学|会|专|型)(?={HANZI}|[“”，。、；])",
    "one_one": rf"一(?!个|年|是|要|般|些|定){HANZI}{{1,2}}[一二两三四五六七八九多]{HANZI}{{1,2}}(?:[一二两三四五六七八九]{HANZI}{{1,2}}){{0,3}}",
    "compound": rf"{_D}(?!{CLASSIFIER}){HANZI}{{1,2}}(?:{_D}(?!{CLASSIFIER}){HANZI}{{1,2}}){{1,4}}",
    "class_of_size": r"[一二三四五六七八九十]?[十百千万]{1,2}亿?(?:元)?级",
    "position": r"[一二两三四五六七八九]位一体",
    "place": r"[两三四五六七八九十](?:省|市|县|区|镇|乡|地|校|院|馆)(?![长际])",
}
# Digits and signs that add up to no number (1$.1$2%, 3.2.1): marked, so that no part of them is read as one.
DAMAGED = {
    "stray": r"\d[\d.]{0,20}\$[\d.$]{0,20}%?",
    "dots": r"\d{1,20}(?:\.\d{1,20}){2,8}%?|\d{1,20}\.\.\d{1,20}%?",
}


def _listed_words() -> str:
    """Words that hold a numeral, each from its first numeral on, with what stands before it looked back at."""
    patterns = []
    for word in lexicon.words():
        plain = word.translate(numerals.FULL_WIDTH)
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
    listed = "|".join(re.escape(name.translate(numerals.FULL_WIDTH)) for name in lexicon.names())
    order: list[tuple[str | None, dict[str, str]]] = [
        ("enumerator", ENUMERATORS),
        ("name", CODES | {"listed": listed}),
        ("date", DATES),
        ("name", DAMAGED),
        ("ordinal", ORDINALS),
        (None, {"listed": _listed_words()}),
        ("name", NAMES),
    ]
    parts, kinds = [], {}
    for kind, patterns in order:
        for name, pattern in patterns.items():
            group = f"{kind or 'word'}_{name}"
            kinds[group] = kind
            parts.append(f"(?P<{group}>{pattern})")
    return re.compile("|".join(parts)), kinds


NUMERAL_CHARACTERS = frozenset("〇一二两三四五六七八九十百千万亿")
_FIRST_NUMERAL = re.compile(rf"\d+|{N}+")


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


def _value(raw: str, kind: str | None, group: str) -> tuple[float | None, str]:
    """Value and unit: a date's is its year; a name made of several numbers has none."""
    found = list(_FIRST_NUMERAL.finditer(raw))
    if kind is None or not found or (kind == "name" and len(found) > 1):
        return None, ""
    if group in {"name_stray", "name_dots"}:
        return None, ""
    written = found[0].group()
    if len(written) > 15:
        return None, ""
    numeral = numerals.arabic(written) if written.isdigit() else numerals.chinese(written)
    if kind == "date":
        unit = "".join(mark for mark in "年月日" if mark in raw.replace("号", "日"))
    else:
        unit = raw[found[-1].end() :] if kind == "ordinal" else ""
    return (numeral.value if numeral else None), unit
