"""Amounts: a numeral with its scale, unit and qualifier, ranges and lists that share them.

Every function reads a normalised text (`numerals.half_width`) at a place and says what it found there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from sxedu_analysis.reading import lexicon
from sxedu_analysis.reading.cells import is_unit_alone, unit_beside, unit_in_brackets
from sxedu_analysis.reading.numerals import ARABIC, CHINESE, DIGITS, SCALES, SPACED, Numeral, arabic, chinese

LONGEST_NUMERAL = 24
"""Characters; a longer run of digits is an identifier, not a number anyone counted."""

# Not over a tab: in a table 2.1%⇥-3.2% are two cells.
_TO = re.compile(r"[^\S\t]?(?:-|—{1,2}|–|~|至|到)[^\S\t]?(?=[\d一二两三四五六七八九十百])")
_SPACES = frozenset(" \u2009")
_AND = re.compile(r"、|和|与|及|以及")
_IN_A_SENTENCE = re.compile(r"[，。；]")
_NO_THOUSANDS_AFTER = re.compile(r"(?:[0-9A-Za-z.,/:%$]|第|\d ?[年月日]) ?$")
_CELLS = re.compile(r"\t|  |\d \d{1,2}(?!\d)|\d{4,} \d")
_SHARES = frozenset({"%", "‰", "百分点", "年", "月", "日", "岁", "倍"})
_TO_BEGINS = frozenset(" \u2009\n-—–~至到")
_SPACE = re.compile(r"[ \u2009]{0,3}(?:\n[ \t]{0,3})?")
_UNIT_BEFORE = re.compile(r"(?:人次|场次|户次|校次|件次|批次|班次|架次|车次|人数|户数)$")
_DISTRIBUTIVE = re.compile(r"[每各][^，。；、]{1,8}$")
_LIST = re.compile(r"(?:、|和|与|及|以及|/)$")
_NEIGHBOURS = re.compile(r"([一二三四五六七八])([二三四五六七八九])([十百千万]?)")
_FRACTION = re.compile(
    r"([一二三四五六七八九十百千万]{1,3})分之(?:([〇一二两三四五六七八九十百千]+(?:点[〇一二三四五六七八九]+)?)|(\d+(?:\.\d+)?))"
)
# 三成五 is 35 %; but 三成五项 is not.
_TENTH_OF_TENTH = re.compile(r"[一二三四五六七八九](?=[，。、；)\n]|以[上下内]|左右|\Z)")
# 增长一成 is 10 %; 统一成, 一成不变 are not.
_BY_A_TENTH = re.compile(r"(?:增长|增加|提高|提升|上升|上涨|下降|下跌|减少|降低|回落|超出|[占达])了?\Z")
_BLANKS = frozenset(" \u2009\n")
_SLASHED = re.compile(r"([1-9]\d?)/([1-9]\d?)(?![\d/.])")
_PERCENT_AFTER_FRACTION = {"百": ("%", 1.0), "千": ("‰", 1.0), "万": ("", 1e-4)}


# Neither is frozen: both live only inside one reading, and a frozen one costs twice as much to make.
@dataclass(slots=True)
class Amount:
    """One amount: its place, number (two for a range), unit and qualifier."""

    start: int
    end: int
    numeral: Numeral
    upper: Numeral | None
    unit: str
    measured: bool
    qualifier: str
    factor: float = 1.0
    chinese: bool = False
    negative: bool = False

    @property
    def bare(self) -> bool:
        """Whether only digits were written: a list's last member may lend it scale and unit."""
        return not self.unit and self.factor == 1.0 and self.qualifier == "exact" and self.upper is None


@dataclass(slots=True)
class _Core:
    """Numeral with scale and inside qualifier, before its unit is known."""

    end: int
    numeral: Numeral
    factor: float
    qualifier: str
    chinese: bool
    several: bool = False


def amount_at(plain: str, place: int, floor: int) -> Amount | None:
    """The amount whose numeral starts at ``place``; ``floor`` is where the expression before it ended."""
    fraction = _fraction_at(plain, place)
    if fraction is not None:
        return _finish(plain, place, floor, fraction)
    core = _core_at(plain, place)
    if core is None:
        return None
    core, normal, measured, end = _unit_behind(plain, place, core)
    amount = Amount(
        place, end, core.numeral, None, normal, measured, core.qualifier, core.factor, core.chinese
    )
    amount = _more_after_unit(plain, amount)
    amount = _range_from(plain, place, amount)
    finished = _finish(plain, place, floor, amount)
    return finished if not core.chinese or _counts(plain, core, finished, floor) else None


def _core_at(plain: str, place: int) -> _Core | None:
    digits = ARABIC.match(plain, place)
    if digits:
        written = digits.group()
        if "，" in written and not _thousands(plain, digits):
            written = written.split("，")[0]
        elif plain[digits.end() : digits.end() + 1] in _SPACES and (spaced := _spaced_at(plain, place)):
            written = spaced
        if len(written) > LONGEST_NUMERAL:
            return None
        numeral, end, is_chinese, several = arabic(written), place + len(written), False, False
        if plain[end : end + 1] not in _goes_on():
            return _Core(end, numeral, 1.0, "exact", False)
    else:
        run = CHINESE.match(plain, place)
        if run is None or run.end() - place > LONGEST_NUMERAL:
            return None
        number = chinese(run.group())
        # In 九千公顷 and 百分点 the last character belongs to the unit.
        held = lexicon.units().at(plain, run.end() - 1)
        if run.end() - place > 1 and held and len(held[0]) > 1:
            number, end = chinese(run.group()[:-1]), run.end() - 1
        else:
            end = run.end()
        if number is None:
            return None
        numeral, is_chinese = number, True
        several = plain[place] in "百千万亿" or run.group() in ("十",)
    qualifier, factor = "exact", 1.0
    end, qualifier = _inside(plain, end, qualifier)
    scale_at = _skip(plain, end)
    scale = lexicon.scales().at(plain, scale_at)
    if scale is not None:
        unit = lexicon.units().at(plain, scale_at)
        # 千瓦 and 百分点 are units, though they begin with a scale.
        if unit is None or len(unit[0]) <= len(scale[0]):
            factor, end = float(scale[1]), scale_at + len(scale[0])
            numeral = numeral.scaled(factor)
            end, qualifier = _inside(plain, end, qualifier)
    return _Core(end, numeral, factor, qualifier, is_chinese, several)


@cache
def _goes_on() -> frozenset[str]:
    """The signs behind digits at which scales and inside qualifiers begin: most numbers have none."""
    return frozenset({*lexicon.longest_qualifier("inside").begins, *lexicon.scales().begins, *_BLANKS})


def _thousands(plain: str, digits: re.Match[str]) -> bool:
    """Whether a full-width comma is a thousands mark (33，212万吨) and not the sentence's comma."""
    in_list = plain[digits.start() - 1 : digits.start()] == "，" and plain[digits.start() - 2].isdigit()
    ends_there = not plain[digits.end() : digits.end() + 1].strip("，。；、\n")
    return digits.group().count("，") == 1 and not in_list and not ends_there


def _spaced_at(plain: str, place: int) -> str:
    """The number whose thousands stand apart by a blank (3 133人), or nothing.

    A thin blank is put there by whoever sets numbers so. An ordinary one stands between the cells of a table
    and between a year and a number too: it parts thousands only in a sentence, with one unit behind it all.
    """
    found = SPACED.match(plain, place)
    if found is None or len(found.group()) > LONGEST_NUMERAL:
        return ""
    if found["blank"] != " ":
        return found.group()
    end = found.end()
    stands_apart = plain[place - 1 : place] == " "
    if _NO_THOUSANDS_AFTER.search(plain[max(place - 4, 0) : place]) or (
        stands_apart and not plain.startswith(" ", end)
    ):
        return ""
    goes_on = _TO.match(plain, end) or _AND.match(plain, end)
    if goes_on is None and not _counted(plain, end):
        return ""
    if goes_on is not None and SPACED.match(plain, goes_on.end()) is None:
        return ""
    first, last = max(plain.rfind("\n", 0, place) + 1, place - 200), plain.find("\n", end, end + 200)
    line = plain[first : last if last >= 0 else end + 200]
    return found.group() if _IN_A_SENTENCE.search(line) and not _CELLS.search(line) else ""


def _counted(plain: str, end: int) -> bool:
    """Whether a scale or a unit that is no share follows, on the same line."""
    end, _ = _inside(plain, end, "exact")
    at = end + (plain[end : end + 1] == " ")
    unit = lexicon.units().at(plain, at)
    return plain[at : at + 1] in ("万", "亿") or (unit is not None and unit[1].normal not in _SHARES)


def _inside(plain: str, end: int, qualifier: str) -> tuple[int, str]:
    """余, 多, 几 after digits or scale, if a scale or unit follows (余 in 余额 does not count)."""
    at = _skip(plain, end)
    found = lexicon.longest_qualifier("inside").at(plain, at)
    if found is None:
        return end, qualifier
    word, meaning = found
    after = at + len(word)
    following = plain[_skip(plain, after) : _skip(plain, after) + 1]
    ends = word != "多" and following in tuple("，。；、)")
    goes_on = word in ("余", "多") and "\u4e00" <= following <= "\u9fff" and following not in "额下年种样元方"
    if following in SCALES or ends or goes_on or _unit_at(plain, after)[0]:
        return after, meaning
    return end, qualifier


def _skip(plain: str, place: int) -> int:
    """Past a blank or one line break: numbers are broken there by layout (12.23 万 / 平方米)."""
    if plain[place : place + 1] not in _BLANKS:
        return place
    match = _SPACE.match(plain, place)
    return match.end() if match else place


def _unit_at(plain: str, end: int) -> tuple[str, str, bool, int]:
    """Unit as written, as normalised, whether it is measured, and where it ends."""
    place = _skip(plain, end)
    if place > end and "\n" in plain[end:place] and _alone_on_its_line(plain, end):
        # A table's cell stands alone on its line; the next line is the next cell, not its unit.
        return "", "", False, end
    found = lexicon.units().at(plain, place)
    while found is not None:
        written, unit = found
        after = place + len(written)
        follower = plain[after : after + 1]
        if follower and follower in unit.not_before:
            shorter = lexicon.units().at(plain[place : after - 1], 0) if len(written) > 1 else None
            found = shorter
            continue
        if plain[after : after + 1] == "/" and not plain[after + 1 : after + 2].isdigit():
            every, _ = lexicon.scales().at(plain, after + 1) or ("", 1)  # 部/百人
            per = lexicon.units().at(plain, after + 1 + len(every))
            if per:
                return (
                    f"{written}/{every}{per[0]}",
                    f"{unit.normal}/{every}{per[1].normal}",
                    True,
                    after + 1 + len(every) + len(per[0]),
                )
        return written, unit.normal, unit.measured, after
    return "", "", False, end


def _unit_behind(plain: str, place: int, core: _Core) -> tuple[_Core, str, bool, int]:
    """The core under the scale of a bracketed unit, if it has one; its unit, whether measured, its end."""
    written, normal, measured, end = _unit_at(plain, core.end)
    bracketed = None if written or core.chinese else unit_in_brackets(plain, place, core.end)
    if bracketed is None:
        return core, normal, measured, end
    unit, after = bracketed
    if unit.factor != 1.0:
        if core.factor != 1.0:
            return core, normal, measured, end
        core = replace(core, numeral=core.numeral.scaled(unit.factor), factor=unit.factor)
    return core, unit.unit, unit.measured, after


def _alone_on_its_line(plain: str, end: int) -> bool:
    line = plain[max(plain.rfind("\n", 0, end) + 1, end - 40) : end]
    return not line.strip("0123456789.,-% ")


def _more_after_unit(plain: str, amount: Amount) -> Amount:
    """多 or 余 after the unit (3个多月, 5公里多, 20元余)."""
    if (
        amount.unit
        and plain[amount.end : amount.end + 1] == "多"
        and plain[amount.end + 1 : amount.end + 2] in ("，", "。", "、", "；", "", "的")
    ):
        return replace(amount, end=amount.end + 1, qualifier="more_than")
    if amount.unit == "成" and (half := _TENTH_OF_TENTH.match(plain, amount.end)):
        numeral = arabic(f"{amount.numeral.value:.0f}.{DIGITS[half.group()]}")
        return replace(amount, end=half.end(), numeral=numeral)
    if amount.unit == "个" and plain.startswith("多月", amount.end):
        return replace(amount, end=amount.end + 2, unit="个月", qualifier="more_than")
    return amount


def _range_from(plain: str, place: int, first: Amount) -> Amount:
    """The range that starts with this amount (1-2项, 30%-40%, 5000至8000元), or the amount itself."""
    neighbours = _NEIGHBOURS.match(plain, place) if first.chinese else None
    if (
        neighbours
        and DIGITS[neighbours[2]] == DIGITS[neighbours[1]] + 1
        and neighbours[0] == plain[place : neighbours.end()]
    ):
        scale = neighbours[3]
        low, high = (chinese(neighbours[i] + scale) for i in (1, 2))
        written, normal, measured, end = _unit_at(plain, neighbours.end())
        if low and high and written:
            return replace(first, end=end, numeral=low, upper=high, unit=normal, measured=measured)
    # The first look is for speed: few amounts go on.
    to = _TO.match(plain, first.end) if plain[first.end : first.end + 1] in _TO_BEGINS else None
    if to is None or first.upper or (plain[place - 1 : place] in ("从", "由", "自") and place):
        return first
    core = _core_at(plain, to.end())
    if core is None or core.chinese != first.chinese:
        return first
    core, normal, measured, end = _unit_behind(plain, to.end(), core)
    if first.unit and normal != first.unit:
        return first
    if not normal and core.factor == 1.0:
        return first
    low, factor = first.numeral, first.factor
    if not first.unit and first.factor == 1.0 and core.factor != 1.0:
        low, factor = low.scaled(core.factor), core.factor
    if low.value >= core.numeral.value:
        return first
    return replace(
        first,
        end=end,
        numeral=low,
        upper=core.numeral,
        unit=normal,
        measured=measured,
        factor=factor or core.factor,
    )


def _finish(plain: str, place: int, floor: int, amount: Amount) -> Amount:
    """Qualifiers on both sides, a minus sign, and a unit that stands before the number."""
    end, after = _qualifier_after(plain, amount.end)
    start, before = _qualifier_before(plain, amount.start, floor)
    if not before and plain[place] in "十百千万亿":
        start, before = _qualifier_before_scale(plain, start, floor)
    if amount.unit == "成":
        amount.numeral, amount.factor, amount.unit = amount.numeral.scaled(10), 10.0, "%"
        amount.upper = amount.upper and amount.upper.scaled(10)
    qualifier = after or amount.qualifier
    if before and qualifier in ("exact", "more_than"):
        qualifier = before
    negative = _is_negative(plain, start, floor)
    amount.start, amount.end, amount.negative = start - negative, end, negative
    amount.qualifier = "range" if amount.upper else qualifier
    if not amount.unit:
        unit = _UNIT_BEFORE.search(plain[max(amount.start - 3, floor) : amount.start])
        if unit:
            written = unit.group()
            amount.start -= len(written)
            amount.unit = written.removesuffix("数")
        elif not amount.chinese and (beside := unit_beside(plain, amount.start, amount.end)):
            if beside.factor != 1.0 and amount.factor == 1.0:
                amount.numeral, amount.factor = amount.numeral.scaled(beside.factor), beside.factor
            amount.unit, amount.measured = beside.unit, beside.measured
    return amount


def _qualifier_after(plain: str, end: int) -> tuple[int, str]:
    """以上, 左右 … behind the unit: where they end and what they say."""
    words = lexicon.longest_qualifier("after")
    at = end if plain[end : end + 1] in words.begins else _skip(plain, end)
    found = words.at(plain, at)
    return (end, "") if found is None else (at + len(found[0]), found[1])


def _qualifier_before(plain: str, start: int, floor: int) -> tuple[int, str]:
    """约, 不少于 … in front of the number: where they start and what they say."""
    before = lexicon.qualifiers("before")
    if plain[start - 1 : start] not in lexicon.qualifier_ends():
        return start, ""
    for length in (4, 3, 2, 1):
        word = plain[max(start - length, floor) : start]
        if (
            len(word) == length
            and word in before
            and not _follows(plain, start - length, before[word].not_after)
        ):
            return start - length, before[word].meaning
    return start, ""


def _qualifier_before_scale(plain: str, start: int, floor: int) -> tuple[int, str]:
    """数 in 数千, 上 in 上万: they need a scale that stands alone."""
    entry = lexicon.qualifiers("scale").get(plain[start - 1 : start]) if start > floor else None
    if entry and not _follows(plain, start - 1, entry.not_after):
        return start - 1, entry.meaning
    return start, ""


def _follows(plain: str, place: int, characters: str) -> bool:
    return place > 0 and plain[place - 1] in characters


def _is_negative(plain: str, start: int, floor: int) -> bool:
    """A hyphen is a minus sign unless it joins something to the number (1-2项, 5元-10人, A-3)."""
    if start <= floor or plain[start - 1] != "-" or start - 1 == floor > 0:
        return False
    before = plain[start - 2 : start - 1] if start > 1 else ""
    return not (before.isascii() and before.isalnum()) and before not in ("%", "-")


def _counts(plain: str, core: _Core, amount: Amount, floor: int) -> bool:
    """Whether Chinese numerals count something: 三所 does, 一个好, 百家争鸣 and 四通 do not."""
    said = amount.qualifier != "exact"
    if amount.upper is None and amount.unit == "%" and plain[core.end - 1 : core.end + 1] == "一成":
        return said or bool(_BY_A_TENTH.search(plain[max(amount.start - 4, floor) : amount.start]))
    if amount.upper is not None or amount.unit in ("%", "‰"):
        return True
    if core.several:
        scale_only = plain[amount.start : core.end] in SCALES
        if scale_only and not said and is_unit_alone(plain, amount.start, amount.end):
            return False
        large = core.numeral.value >= 10**5
        return said or (large and bool(amount.unit)) or (plain[amount.start] == "十" and bool(amount.unit))
    if amount.numeral.value == 1 and not core.numeral.rounded and amount.unit != "倍":
        return bool(amount.unit) and bool(
            _DISTRIBUTIVE.search(plain[max(floor, amount.start - 9) : amount.start])
        )
    if "点" in plain[amount.start : core.end] and not amount.unit:
        return False  # 两点一哨 is a route, 三点五公里 a length
    return bool(amount.unit) or core.numeral.rounded or core.factor > 1


def _fraction_at(plain: str, place: int) -> Amount | None:
    """百分之三, 千分之五, 三分之一, 1/6."""
    if plain[place].isdigit():
        # The first look is for speed: few numbers are followed by a stroke.
        slashed = _SLASHED.match(plain, place) if "/" in plain[place + 1 : place + 3] else None
        if slashed is None or int(slashed[1]) >= int(slashed[2]):
            return None
        share = int(slashed[1]) / int(slashed[2])
        return Amount(place, slashed.end(), Numeral(share, 0.0, share, False), None, "", False, "exact")
    match = _FRACTION.match(plain, place)
    if match is None:
        return None
    number = arabic(match[3]) if match[3] else chinese(match[2])
    if number is None:
        return None
    end, qualifier = match.end(), "exact"
    if plain[end : end + 1] in ("多", "几"):
        end, qualifier = end + 1, "more_than"
    if match[1] in _PERCENT_AFTER_FRACTION:
        unit, factor = _PERCENT_AFTER_FRACTION[match[1]]
        number = number if factor == 1.0 else number.scaled(factor)
        return Amount(place, end, number, None, unit, True, qualifier, chinese=True)
    whole = chinese(match[1])
    if whole is None or not whole.value:
        return None
    value = number.value / whole.value
    return Amount(place, end, Numeral(value, 0.0, value, False), None, "", False, qualifier, chinese=True)


def share_in_lists(plain: str, amounts: list[Amount]) -> list[Amount]:
    """Give each member of a list the scale, unit and qualifier that the list states once.

    198、174、113、70万平方米 states scale and unit at its end, 分别突破350亿元和200亿元 its qualifier at
    its head.
    """
    shared = list(amounts)
    run: list[int] = []
    for index, amount in enumerate(shared):
        if run and _joined(plain, shared[run[-1]], amount):
            run.append(index)
        else:
            _share(plain, shared, run)
            run = [index]
    _share(plain, shared, run)
    return shared


def _joined(plain: str, left: Amount, right: Amount) -> bool:
    between = plain[left.end : right.start].strip()
    return len(between) <= 2 and bool(_LIST.fullmatch(between))


def _share(plain: str, amounts: list[Amount], run: list[int]) -> None:
    if len(run) < 2:
        return
    last = amounts[run[-1]]
    for index in reversed(run[:-1]):
        member = amounts[index]
        if member.bare and not member.chinese and (last.unit or last.factor != 1.0) and last.upper is None:
            numeral = member.numeral.scaled(last.factor) if last.factor != 1.0 else member.numeral
            amounts[index] = replace(
                member, numeral=numeral, unit=last.unit, measured=last.measured, factor=last.factor
            )
    first = amounts[run[0]]
    if "分别" in plain[max(first.start - 8, 0) : first.start]:
        qualifiers = {amounts[index].qualifier for index in run} - {"exact"}
        if len(qualifiers) == 1 and "range" not in qualifiers:
            qualifier = qualifiers.pop()
            for index in run:
                amounts[index] = replace(amounts[index], qualifier=qualifier)
