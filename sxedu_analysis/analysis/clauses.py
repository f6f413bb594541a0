"""What the words around a number make of it: a result, a plan, or a figure of another place or time.

A phrase says what a number counts. Whether the number is this issuer's, of this period, and so at all, the
rest of its sentence says: 拟, 未参加, 邻县, 去年, 每名学生. The words are data (``context.yaml``); how far
each of them reaches is here. Precision comes first: a figure that may be another's stays unbound, and is
listed among what was read and not recognised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from sxedu_analysis.reading.counties import Place, find_place, guess_period, guess_place, is_listed, is_name
from sxedu_analysis.reading.reports import Report

_LONGEST_HEAD = 24
# What is further away says nothing of a number.
_REACH = 160
_SENTENCE_ENDS = "。！？!?\n"
_ITEM_ENDS = "。；;！!\n"
_CLAUSE_ENDS = re.compile(r"[，。；：！？,;:!?（()）\n]")
_ASIDE = re.compile(r"[（(][^（()）\n]*[）)]|《[^《》\n]*》")

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?:[—–－~～-]+((?:20)?\d\d))?(?:年(?!级)度?|学年)")
_BY_YEAR = re.compile(r"到(20\d\d)年(?![底末]?[^。；]{0,4}已)")
# 由2020年的88.6%提高到2025年的95.3% reaches what is reported, unless the period is known to end before.
_UP_TO_YEAR = re.compile("[由从].*[高升加长大降低少落]$")
_YEAR_BEHIND = re.compile(r"[（(][^（()）\n]{0,4}(20\d\d)年")
# 计划 as a verb, which the names of programmes (国培计划) are not.
_PLANNED = re.compile(
    "(?:^|[，。；、：（(\\s原年期月季底末初前县区市局步们还也并均共内度来])计划(?!生育|单列|内|外|书|表|指标)"
)
_BY_MONTH = re.compile(r"(?<!\d)\d{1,2}月[底末份]{0,2}前")
_DONE = re.compile("已|实际|现有")
_COMPARED = re.compile("(?:比|较|与|同|和|跟|由|从|相对|高于|低于)$")
_COMPARISON_ENDS = re.compile("[，,；;]|增|减|提高|升|降|多|少|扩|翻|相比|持平|差距")
# So many more or fewer, at the end of the clause or after what is compared: 比去年同期多资助学生1000人次.
_DIFFERENCE = re.compile(
    "(增加|增长|减少|下降|提高|上升|增多|多|少)了?$"
    "|(?:[比较]|同比|环比).*?(增加|增长|减少|下降|提高|上升|多|少)(?![到至为])|(新增)"
)
# For a stock these are changes, wherever in the clause: 减少留守儿童85名.
_CHANGE = re.compile("(净增加?|增加|减少)(?![到至为])")

# A clause that ends in a number and its unit has said what it says.
_CLOSED = re.compile(r"\d[^\d、和及与]{1,5}$")

_RATE_BEHIND = re.compile("的?标准(?!化)|计算|/|每")

# A township or a school that is part of the issuer's own, as the subject of what follows.
_PART = re.compile(
    r"[\u4e00-\u9fff]{0,5}?(?:(?<![乡城各个村集])镇|(?<![各个城])乡(?!镇)|(?<![各个])街道"
    r"|[一二三四五六七八九十][中小]学?|(?<!农村)中心(?:校|小学|幼儿园)|实验(?:小学|中学|学校)|职教中心)"
    r"(?=现|共|有|占地|在校|招生|学生|教师|师生|参加|参与|义务)"
    # What the town has is not what the county has; what is built there is the county's work.
    r"|(?:[主老新]?城区|中心城区|县城|城关)(?=[现共]有|有[小初中义幼学各])"
)
_NEAR_PLACE = r"的?[\u4e00-\u9fff]{0,6}?(?:(?<![小社城校园学])区|[县市旗州省])"
# Behind what a place's name may stand that is the subject of what follows.
_SUBJECT_BEGINS = re.compile(
    r"[，。；：、,;:（(\s]|其中|目前|现在|据统计|此外|另外|期间|[年月日末底来的]|半年|[我全][县市]"
)
# Of the names that the list has.
_LONGEST_NAME = 15
_ISSUER = re.compile("([县市区旗州盟])(?:教育|教体|教科|教委|人民政府)")
# A county that the list does not have, as the subject: 西岭县资助学生.
_SOME_COUNTY = re.compile(
    r"[\u4e00-\u9fff]{1,3}(?<![全我本各该外邻城郊属])县(?=资助|参加|参与|义务|教育|学前|现有|共有|全年|上半年|有\d|在校|开展)"
)
_LEVELS = "县市区旗州盟省国"


@dataclass(frozen=True, slots=True)
class Setting:
    """Whose figures a report gives, and of when: what its clauses are read against.

    Parameters
    ----------
    years : frozenset of int
        The year of its period, and those that its headings name as reported (二、2018年工作回顾 in a report
        given in 2019). Empty where unknown: then no year is another.
    names : frozenset of str
        The place's names: 泗县.
    own, others : frozenset of str
        Words for the whole place (全县, 我县), and words for a place that holds it or lies in it (全市).
    title : str
        The report's title; empty if it has none. A county that it names is the report's own, listed or not.
    part_year : bool
        Whether the period is shorter than a year: then 全年 and 年内 speak of what is still to come.
    """

    years: frozenset[int]
    names: frozenset[str]
    own: frozenset[str]
    others: frozenset[str]
    title: str = ""
    part_year: bool = False


def setting_of(report: Report, reported_years: Iterable[int] = ()) -> Setting:
    """The setting of a report; from its title where its place or period is not given.

    Parameters
    ----------
    report : Report
    reported_years : iterable of int
        Years in headings that report results.

    Examples
    --------
    >>> from sxedu_analysis.reading.reports import load_report
    >>> setting = setting_of(load_report("341324-2023H1"))
    >>> sorted(setting.years), "全县" in setting.own, "全市" in setting.others
    ([2023], True, True)
    """
    title = words_of_title(report.title)
    place = find_place(report.adcode) if is_listed(report.adcode) else _place_of(title)
    period = report.period or guess_period(title)
    years = {*reported_years, *([int(period[:4])] if period[:4].isdigit() else _last_years(title))}
    own, others = _words_for(place, title, report.text)
    names = {report.county, place.name if place else ""} - {""}
    return Setting(frozenset(years), frozenset(names), own, others, title, len(period) > 4)


def _place_of(title: str) -> Place | None:
    """The place that a title names; none if its issuer is of another level, and so not in the list."""
    place, issuer = guess_place(title), _ISSUER.search(title)
    return None if place and issuer and issuer[1] != place.name[-1] else place


def _last_years(title: str) -> set[int]:
    """The years of a title that names no single period: of 2018—2022年 the last, whose stocks it gives.

    A government work report and a school year name a year that is not the one reported (`guess_period`).
    """
    if "政府工作报告" in title or "学年" in title:
        return set()
    return {int(found[1][:2] + found[2][-2:] if found[2] else found[1]) for found in _YEAR.finditer(title)}


def words_of_title(title: str) -> str:
    """A report's first line, if it can be a title.

    A text without a title begins with a sentence, which names years and places of all kinds.

    Examples
    --------
    >>> words_of_title("灵璧县教育局2023年工作总结"), words_of_title("2023年，灵璧县有学校12所。")
    ('灵璧县教育局2023年工作总结', '')
    """
    return "" if re.search("[。，；]", _ASIDE.sub("", title)) else title


def _words_for(place: Place | None, title: str, text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Words for the report's own place, and for places that hold it or lie in it."""
    if place is None:
        issuer = _ISSUER.search(title)
        level = issuer[1] if issuer else _commonest(text)
        wider = {
            "县": "市州盟省国", "区": "市省国", "旗": "市盟省国", "市": "省国", "州": "县省国", "盟": "旗国",
        }.get(level, "国")  # fmt: skip
    else:
        level = place.name[-1] if place.name[-1] in _LEVELS else ""
        county = not place.adcode.endswith("00")
        wider = "市州盟省国" if county else "县旗省国" if place.city else "国"
    wider = wider.replace(level, "")
    # 该县 is the place that was spoken of last.
    own = frozenset(word + level for word in "全我本") if level else frozenset()
    others = {word + other for word in "全我本该" for other in wider} - {"我国", "本国", "该国"}
    others |= {other + office for other in wider for office in ("教育局", "教体局", "教育厅")}
    return own, frozenset(others)


def _commonest(text: str) -> str:
    """县, 区, 旗 or 市: what the text calls its own place; empty where it calls it none, or several."""
    # 我县 says whose it is; 全县 does so where nothing else does.
    counts = {
        level: (text.count(f"我{level}") + text.count(f"本{level}"), text.count(f"全{level}"))
        for level in "县区旗市"
    }
    first, second = sorted(counts, key=lambda level: counts[level], reverse=True)[:2]
    return first if counts[first] > counts[second] else ""


@dataclass(frozen=True)
class Clauses:
    """The clauses of a text, read against its report's setting.

    Parameters
    ----------
    text : str
    setting : Setting
    words : mapping
        The lists of ``context.yaml``.
    """

    text: str
    setting: Setting
    words: Mapping[str, tuple[str, ...]]

    def announce(self, offset: int, first: int = 0) -> bool:
        """Whether the clause up to a number announces it: 拟, 力争, or 到2025年 in an earlier year's report.

        What is said to be done (已招聘80人 after 拟招聘100人) is no plan.
        """
        clause = self._plain(self._since(offset, _ITEM_ENDS, first))
        patterns = [self._lists["plan_sentences"], _PLANNED, _BY_MONTH]
        if self.setting.part_year:
            patterns.append(self._lists["plan_of_the_year"])
        if _planned(clause, patterns):
            return True
        if _planned(self._since(offset, _SENTENCE_ENDS, first), [self._lists["plan_begins"]]):
            return True
        opening = self._opening(offset)
        head, colon, _ = opening.partition("：")
        if self._lists["plan_paragraphs"].search(opening):
            return True
        # 2021年工作打算：学前三年毛入园率达到92.5%
        if colon and len(head) <= _LONGEST_HEAD and self._lists["plan"].search(head):
            return not self._lists["results"].search(head)
        latest = max(self.setting.years, default=0)
        return any(
            int(found[1]) > latest and not (latest == 0 and _UP_TO_YEAR.search(clause[: found.start()]))
            for found in _BY_YEAR.finditer(clause)
        )

    def stands(self, offset: int) -> bool:
        """Whether the clause up to a number says how things are: 大班额占比还有3.7%, under 问题和打算 too."""
        return bool(self._lists["present"].search(_last_clause(self._since(offset, _SENTENCE_ENDS))))

    def objection(self, start: int, end: int, phrase: str, basis: str) -> str:
        """Why a number that a phrase would bind is not the report's figure; empty if nothing speaks against.

        Parameters
        ----------
        start, end : int
            The number's characters.
        phrase : str
            The phrase. A word that is in it (每学期上{n}堂) is meant, and no objection.
        basis : str
            The indicator's; a target is of another time by its nature.

        Returns
        -------
        str
            ``elsewhere`` (another place's), ``another_time``, ``not_so`` (未参加), ``due`` (应参加), ``rate``
            (每名学生500元), ``difference`` (增加300人); or nothing.
        """
        sentence = _ASIDE.sub("", self._since(start, _SENTENCE_ENDS))
        behind = self.text[end : end + 24]
        if self._elsewhere(sentence):
            return "elsewhere"
        if basis != "target" and self._another_time(sentence, behind, basis):
            return "another_time"
        clause = self._plain(_last_clause(sentence))
        opens = bool(_CLAUSE_ENDS.match(sentence[-1:]))
        for name in ("not_so",) if basis == "target" else ("not_so", "due", "rate"):
            said = [one for one in self._lists[name].finditer(clause) if one[0] not in phrase]
            # 全年下达资金90万元，3000名学生受益: a phrase that begins in the clause before knows what it
            # says, unless that opens with the word: 若下达资金90万元，3000名学生受益.
            if name != "not_so" and opens and not phrase.startswith("{n}"):
                said = [one for one in said if not clause[: one.start()].strip()]
            if said:
                return name
        if "每" not in phrase and "均" not in phrase and _RATE_BEHIND.match(behind):
            return "rate"
        # 学位随之新增；58个大班额得以消除: before a comma the difference has been said; in 较上年增加（12人）
        # it has not.
        apart = sentence[-1:] in tuple("，；,;")
        clause = "" if apart else self._plain(_last_clause(sentence, closed=True))
        grown = _DIFFERENCE.search(clause)
        if grown and basis != "target" and grown[grown.lastindex or 0] not in phrase:
            return "difference"
        changed = _CHANGE.search(clause) if basis == "stock" else None
        if changed and changed[1] not in phrase:
            return "difference"
        following = self._plain(_CLAUSE_ENDS.split(behind, maxsplit=1)[0])
        found = self._lists["not_so"].search(following)
        if found and (found.start() == 0 or phrase.startswith("{n}")):
            return "not_so"
        return ""

    def denied(self, words: str, phrase: str) -> bool:
        """Whether words that a phrase covers say that it is not so: 学生7.8万人，尚未实现供餐全覆盖."""
        found = self._lists["not_so"].finditer(self._plain(words))
        return any(one[0] not in phrase for one in found)

    def _since(self, offset: int, marks: str, first: int = 0) -> str:
        first = max(first, offset - _REACH)
        begin = max(self.text.rfind(mark, first, offset) for mark in marks)
        return self.text[max(begin + 1, first) : offset]

    def _opening(self, offset: int) -> str:
        """The first sentence of an offset's paragraph, as far as it stands before the offset."""
        begin = self.text.rfind("\n", 0, offset) + 1
        ends = (self.text.find(mark, begin, offset) for mark in "。；！？")
        return self.text[begin : min((end for end in ends if end >= 0), default=offset)][:_REACH]

    def _elsewhere(self, sentence: str) -> bool:
        """Whether the last place that the sentence speaks of is another than the report's own."""
        said: list[tuple[int, bool]] = [(found.end(), False) for found in self._own.finditer(sentence)]
        for found in self._near.finditer(sentence):
            before, after = sentence[: found.start()], sentence[found.end() :]
            passed = _compared(before, after) or _in_passing(before, after)
            if not passed and not before.endswith(self.words["towards"]):
                said.append((found.end(), True))
        for found in self._others.finditer(sentence):
            # 与全省平均水平（毛入园率95.1%）相比: what is compared with has not ended.
            before, after = sentence[: found.start()], sentence[found.end() :]
            if _COMPARED.search(before) and not _COMPARISON_ENDS.search(after):
                said.append((found.end(), True))
        for start, end in self._subjects(sentence):
            before, after = sentence[:start], sentence[end:]
            occasion = self._lists["occasions"].search(_CLAUSE_ENDS.split(after, maxsplit=1)[0])
            if not occasion and not _compared(before, after) and not _in_passing(before, after):
                said.append((end, True))
        return max(said, default=(0, False))[1]

    def _subjects(self, sentence: str) -> Iterator[tuple[int, int]]:
        """Where names of other places, and of parts of the report's own, begin a clause."""
        for place in [0, *(found.end() for found in _SUBJECT_BEGINS.finditer(sentence))]:
            for pattern in (self._others, _PART):
                if found := pattern.match(sentence, place):
                    yield found.span()
            for end in range(place + 2, min(place + _LONGEST_NAME, len(sentence)) + 1):
                name = sentence[place:end]
                if name in self.setting.names or name in self.words["parts_of_a_county"]:
                    continue
                if is_name(name):
                    yield place, end
            found = _SOME_COUNTY.match(sentence, place)
            if found and found[0] not in self.setting.title and found[0] not in self.setting.names:
                yield found.span()

    def _another_time(self, sentence: str, behind: str, basis: str) -> bool:
        """Whether the last time that the sentence speaks of is another than the report's period."""
        years = self.setting.years
        aside = _YEAR_BEHIND.match(behind)
        if years and aside and int(aside[1]) not in years:
            return True
        # 2022年上半年 is not of this year.
        said = [
            (found.end(), False)
            for found in self._lists["this_time"].finditer(sentence)
            if sentence[found.start() - 1 : found.start()] != "年"
        ]
        times = [(found, True) for found in self._lists["another_time"].finditer(sentence)]
        if basis == "flow":
            times += [(found, True) for found in self._lists["spans"].finditer(sentence)]
        times += [(found, self._is_another(found, basis)) for found in _YEAR.finditer(sentence) if years]
        for found, another in times:
            before, after = sentence[: found.start()], sentence[found.end() :]
            if not _compared(before, after) and not (another and _in_passing(before, after)):
                said.append((found.end(), another))
        return max(said, default=(0, False))[1]

    def _is_another(self, found: re.Match[str], basis: str) -> bool:
        first = int(found[1])
        last = int(found[2][-2:]) + first // 100 * 100 if found[2] else first
        if found[0].endswith("学年") and last == first + 1:
            return not self.setting.years & {first, last}
        if first < last:
            return basis == "flow" or last not in self.setting.years
        return first not in self.setting.years

    @cached_property
    def _own(self) -> re.Pattern[str]:
        # 泗县一中 is not the county.
        names = [f"{re.escape(name)}(?!{_PART.pattern})" for name in self.setting.names]
        return re.compile("|".join([*names, *map(re.escape, self.setting.own)]) or r"(?!)")

    @cached_property
    def _others(self) -> re.Pattern[str]:
        return _any_of((*sorted(self.setting.others), *self.words["one_school"]))

    @cached_property
    def _near(self) -> re.Pattern[str]:
        return re.compile(f"(?:{_any_of(self.words['neighbouring']).pattern}){_NEAR_PLACE}")

    @cached_property
    def _lists(self) -> dict[str, re.Pattern[str]]:
        return {name: _any_of(words) for name, words in self.words.items()}

    def _plain(self, words: str) -> str:
        """Words without those that only look like one of the lists."""
        return self._lists["alike"].sub("", words)


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    # The lists are the codebook's: the same for each of many reports.
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def _planned(words: str, patterns: Iterable[re.Pattern[str]]) -> bool:
    """Whether words of a plan are there, and none after them that say it is done."""
    said = max((found.end() for pattern in patterns for found in pattern.finditer(words)), default=-1)
    return said >= 0 and not _DONE.search(words, said)


def _last_clause(sentence: str, *, closed: bool = False) -> str:
    """The clause that a number stands in, with the one before where it is a mere 共 or 有.

    A closed clause is left alone: in 较上年提高2.3个百分点；3215名教师 the difference has its number.
    """
    parts = _CLAUSE_ENDS.split(sentence)
    last = parts.pop()
    while parts and len(last.strip()) < 3 and not (closed and _CLOSED.search(parts[-1])):
        last = parts.pop() + last
    return last


def _in_passing(before: str, after: str) -> bool:
    """Whether another place or time is spoken of within one item of a sentence, which has ended.

    In 小学在校生4.3万人，上学年为4.2万人；初中在校生2万人 the last number is of this year; what opens a
    sentence holds for all of it.
    """
    return bool(_CLAUSE_ENDS.search(before)) and bool(re.search("[；;]", after))


def _compared(before: str, after: str) -> bool:
    """Whether a place or time is only compared with (比去年增加300人), and what is compared has ended."""
    return bool(_COMPARED.search(before)) and bool(_COMPARISON_ENDS.search(after))
