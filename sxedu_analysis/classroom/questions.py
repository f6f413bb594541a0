"""The questions of the teaching unit, their answers and typical mistakes computed from any report.

No indicator is named here: each question looks in the report's material for what it needs. A report that
lacks it has no such question.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import pandas as pd

from sxedu_analysis.analysis import load_codebook
from sxedu_analysis.charts.numbers import at_limit, place_of
from sxedu_analysis.classroom.checks import Question
from sxedu_analysis.classroom.material import Material, first_row
from sxedu_analysis.foundation.interval import Interval
from sxedu_analysis.foundation.printing import quotable
from sxedu_analysis.foundation.units import COUNTING_UNITS
from sxedu_analysis.production.wording import period_text

_SCALES = {"万": 1e4, "亿": 1e8}
_MORE_THAN = ("突破", "超过", "余", "多", "超", "逾")
"""The words of a report that say that a number is exceeded."""
_NOT_COUNTED = {
    *("yuan", "percent", "percentage_point", "area", "length", "mass", "volume", "energy", "duration"),
    *("rate", "other"),
}
_MANY = 4
"""How many persons, and how many person-times, are to be told apart."""


def _about(row: pd.Series) -> dict[str, str]:
    """A fact as a text names it, the unit it is in, and the word that says that it is exceeded."""
    keys = ("indicator", "name_zh", "name_en", "raw", "sentence")
    one = load_codebook().indicators[str(row["indicator"])]
    counted = str(row["unit"]) or one.unit_zh, one.unit_en
    more = next((word for word in _MORE_THAN if word in str(row["raw"])), str(row["raw"]))
    said = {"counted_zh": counted[0], "counted_en": counted[1], "more": more}
    return {key: str(row[key]) for key in keys} | said


def _whole_ends(row: pd.Series) -> tuple[frozenset[float], frozenset[float]]:
    """What the bounds of a count may be as well: nobody is half there, what is exceeded is not reached."""
    low, high = float(row["low"]), float(row["high"])
    if str(row["counting_unit"]) in _NOT_COUNTED or not (low.is_integer() and high.is_integer()):
        return frozenset(), frozenset()
    least = {low + 1} if row["qualifier"] == "more_than" else set()
    return frozenset(least), frozenset({high - 1})


def _scale(raw: str) -> float:
    return next((size for sign, size in _SCALES.items() if sign in raw), 1.0)


def _place(low: float, high: float, value: float) -> int:
    """The last honest digit of a computed number, as the pages print it; of an exact one the third."""
    if place_of(low, high) is None:
        return math.floor(math.log10(abs(value) or 1)) - 2
    return quotable(value, low, high)[1]


# --- 1 reading figures


def rounded_bounds(given: Material) -> Question | None:
    """The bounds of a count of persons that is rounded by its scale (10.5万人)."""
    facts = given.facts
    rows = facts[(facts["qualifier"] == "exact") & (facts["low"] < facts["value"])]
    row = first_row(rows[rows["counting_unit"] == "person"])
    row = first_row(rows[rows["counting_unit"] != "percent"]) if row is None else row
    if row is None:
        return None
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    unit, mistakes = high - low, {"taken_as_exact": (value, value)}
    mistakes["whole_unit"] = (value - unit, value + unit)
    if _scale(row["raw"]) > 1:
        mistakes["scale_forgotten"] = (low / _scale(row["raw"]), high / _scale(row["raw"]))
    return Question("bounds", (low, high), mistakes, also=_whole_ends(row), about=_about(row))


def more_than_bounds(given: Material) -> Question | None:
    """The bounds of a count that is said to be exceeded (7.8万余人)."""
    facts = given.facts
    rows = facts[(facts["qualifier"] == "more_than") & facts["high"].lt(math.inf)]
    # One with a scale has more to get wrong.
    scaled = rows[rows["raw"].map(_scale) > 1]
    row = first_row(scaled if len(scaled) else rows)
    if row is None:
        return None
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    half = (high - low) / 2
    mistakes = {
        "as_rounded": (value - half, value + half),
        "taken_as_exact": (value, value),
        "open_ended": (low, math.inf),
    }
    if _scale(row["raw"]) > 1:
        mistakes["scale_forgotten"] = (low / _scale(row["raw"]), high / _scale(row["raw"]))
    return Question("bounds", (low, high), mistakes, also=_whole_ends(row), about=_about(row))


def persons_not_attendances(given: Material) -> Question | None:
    """Which of some figures count persons, and which person-times."""
    facts = given.facts.sort_values("value", ascending=False, kind="stable")
    facts = facts[~facts["indicator"].map(_is_doubtful).astype(bool)]
    persons = facts[facts["counting_unit"] == "person"].head(_MANY)
    times = facts[facts["counting_unit"] == "person_time"].head(_MANY)
    if persons.empty or times.empty:
        return None
    listed = pd.concat([persons, times]).sort_values("start")
    about = {
        "listed_zh": "；".join(f"{row.name_zh}（{row.raw}）" for row in listed.itertuples()),
        "listed_en": "; ".join(f"{row.name_en} ({row.raw})" for row in listed.itertuples()),
        "codes": " ".join(listed["indicator"]),
    }
    right, wrong = frozenset(persons["indicator"]), frozenset(times["indicator"])
    return Question("codes", right, {"person_time_as_person": wrong}, names=given.names, about=about)


def _is_doubtful(code: str) -> bool:
    """Whether a definition says itself that what is written as persons may be person-times."""
    one = load_codebook().indicators[code]
    return one.counting_unit == "person" and COUNTING_UNITS["person_time"][0] in one.definition_zh


def quotable_value(given: Material) -> Question | None:
    """A computed share, to as many digits as its bounds allow; of two figures that are both rounded."""
    row = given.coverage
    if row is None or at_limit(row["value"], row["low"], row["high"]):
        return None
    if any(given.fact(row[side])["qualifier"] != "exact" for side in ("numerator", "denominator")):
        return None
    value, limits = float(row["value"]), _limits(row)
    return Question(
        "number",
        value,
        {},
        percent=True,
        place=_place(*limits, value),
        limits=limits,
        honest=True,
        about=_sides(row),
    )


def _limits(row: pd.Series) -> tuple[float, float]:
    return float(row["low"]), float(row["high"])


# --- 2 ratios and denominators


def _sides(row: pd.Series) -> dict[str, str]:
    book = load_codebook()
    about = {key: str(row[key]) for key in ("measure", "numerator", "denominator", "unit_zh", "unit_en")}
    for side in ("numerator", "denominator"):
        one = book.indicators[str(row[side])]
        about |= {f"{side}_zh": one.name_zh, f"{side}_en": one.name_en, f"{side}_raw": row[f"{side}_raw"]}
    return about | {"name_zh": str(row["name_zh"]), "name_en": str(row["name_en"])}


def coverage_pair(given: Material) -> Question | None:
    """Which figure over which makes a coverage."""
    row = given.coverage
    if row is None:
        return None
    pair = (str(row["numerator"]), str(row["denominator"]))
    mistakes: dict[str, tuple[str, ...]] = {"inverted": pair[::-1]}
    if given.attendances is not None:
        mistakes["person_time_as_person"] = (str(given.attendances["numerator"]), pair[1])
    others = given.facts[(given.facts["counting_unit"] == "person") & ~given.facts["indicator"].isin(pair)]
    if len(others):
        other = others.loc[others["value"].idxmax()]
        mistakes["wrong_denominator"] = (pair[0], str(other["indicator"]))
    return Question("ordered_codes", pair, mistakes, names=given.names, about=_sides(row))


def coverage_bounds(given: Material) -> Question | None:
    """The bounds of a coverage: least over most, most over least."""
    row = given.coverage
    if row is None:
        return None
    above, below = given.fact(row["numerator"]), given.fact(row["denominator"])
    same = tuple(100 * above[end] / below[end] for end in ("low", "high"))
    place = _place(row["low"], row["high"], row["value"]) - 1
    mistakes = {"same_ends": same, "taken_as_exact": (row["value"], row["value"])}
    return Question(
        "bounds", (row["low"], row["high"]), mistakes, percent=True, place=place, about=_sides(row)
    )


def attendances_trap(given: Material) -> Question | None:
    """What attendances may be divided by; by students they would look like a coverage."""
    row = given.attendances
    if row is None:
        return None
    about, mistakes = _sides(row), {"inverted": 1 / row["value"]}
    if given.coverage is not None:
        students = given.coverage
        mistakes["person_time_as_person"] = 100 * row["numerator_value"] / students["denominator_value"]
        about |= {f"students_{key}": _sides(students)[f"denominator_{key}"] for key in ("zh", "en", "raw")}
    limits, value = _limits(row), float(row["value"])
    return Question(
        "number",
        value,
        mistakes,
        place=_place(*limits, value),
        limits=limits,
        shares=frozenset({"person_time_as_person"}),
        about=about,
    )


def amount_per_award(given: Material) -> Question | None:
    """Money per award, not per person."""
    row = given.per_award
    if row is None:
        return None
    other = {} if given.per_person is None else {"wrong_denominator": float(given.per_person["value"])}
    return _amount(given, row, other)


def amount_per_person(given: Material) -> Question | None:
    """Money of the period over persons, as it is: not annualised, not per award."""
    row = given.per_person
    if row is None:
        return None
    other = {} if given.per_award is None else {"wrong_denominator": float(given.per_award["value"])}
    return _amount(given, row, other)


def _amount(given: Material, row: pd.Series, mistakes: dict[str, float]) -> Question:
    value, period = float(row["value"]), given.report.period
    parts = {"H": 2, "Q": 4}.get(period[4:5], 1)
    if parts > 1:
        mistakes["half_year_as_year"] = value * parts
    mistakes["scale_forgotten"] = value / _scale(row["numerator_raw"])
    if mistakes["scale_forgotten"] == value:
        mistakes["scale_forgotten"] = value * _scale(row["denominator_raw"])
    wrong = {name: number for name, number in mistakes.items() if number != value}
    about = _sides(row) | {
        "period_zh": period_text(period, "zh") or "报告期",
        "period_en": period_text(period, "en") or "report's period",
    }
    limits = _limits(row)
    return Question("number", value, wrong, place=_place(*limits, value), limits=limits, about=about)


# --- 3 comparing places


def _place_about(rows: pd.DataFrame, given: Material) -> dict[str, str]:
    first = rows.iloc[0]
    sets = {
        "adjacent": ("相邻县区", "adjacent counties"),
        "same_city": ("同市县区", "counties of the same city"),
        "all": ("所有有数字的县区", "all counties with figures"),
    }[first["comparators"]]
    return {
        **{key: str(first[key]) for key in ("measure", "name_zh", "name_en", "unit_zh", "unit_en")},
        "home_zh": str(first["place_zh"]),
        "home_en": str(first["place_en"]),
        "adcode": given.report.adcode,
        "comparators": str(first["comparators"]),
        "set_zh": sets[0],
        "set_en": sets[1],
    }


def _counties(rows: pd.DataFrame) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in rows.itertuples():
        names |= {row.comparator_zh: row.comparator, row.comparator_en: row.comparator}
    return names


def _by_measure(given: Material, wanted: Callable[[pd.DataFrame], bool]) -> pd.DataFrame | None:
    """The rows of the first measure that is as wanted and compared with two counties at least."""
    if given.gaps.empty:
        return None
    for _, rows in given.gaps.groupby("measure", sort=False):
        if (rows["status"] == "compared").sum() >= 2 and wanted(rows):
            return rows
    return None


def difference_bounds(given: Material) -> Question | None:
    """The bounds of a difference between two counties."""
    rows = _by_measure(given, lambda rows: bool((rows["low"] < rows["high"]).all()))
    if rows is None:
        return None
    compared = rows[rows["status"] == "compared"]
    row = compared.loc[compared["difference"].abs().idxmin()]
    low, high = float(row["difference_low"]), float(row["difference_high"])
    mistakes = {
        "sign": (-high, -low),
        "same_ends": tuple(round(row[end] - row[f"comparator_{end}"], 9) for end in ("low", "high")),
        "taken_as_exact": (row["difference"], row["difference"]),
    }
    about = _place_about(rows, given) | {
        "other_zh": row["comparator_zh"],
        "other_en": row["comparator_en"],
        "other": row["comparator"],
    }
    if mistakes["same_ends"] == mistakes["taken_as_exact"]:
        del mistakes["same_ends"]
    place = _place(low, high, row["difference"]) - 1
    return Question("bounds", (low, high), mistakes, place=place, about=about)


def rank(given: Material) -> Question | None:
    """A rank from the highest value; a range where bounds overlap."""
    rows = _by_measure(given, lambda rows: bool((rows["rank_low"] < rows["rank_high"]).all()))
    rows = _by_measure(given, lambda rows: True) if rows is None else rows
    if rows is None:
        return None
    first, compared = rows.iloc[0], rows[rows["status"] == "compared"]
    low, high, among = int(first["rank_low"]), int(first["rank_high"]), int(first["ranked"])
    by_value = 1 + int((compared["comparator_value"] > first["value"]).sum())
    mistakes = {"false_precision": (by_value, by_value), "from_lowest": (among + 1 - high, among + 1 - low)}
    wrong = {name: pair for name, pair in mistakes.items() if pair != (low, high)}
    return Question("bounds", (low, high), wrong, about=_place_about(rows, given))


def not_told_apart(given: Material) -> Question | None:
    """The counties whose bounds overlap with the home county's."""
    rows = _by_measure(given, lambda rows: bool((~rows["distinct"].fillna(True).astype(bool)).any()))
    if rows is None:
        return None
    compared = rows[rows["status"] == "compared"]
    apart = compared["distinct"].astype(bool)
    right, wrong = (frozenset(compared.loc[chosen, "comparator"]) for chosen in (~apart, apart))
    mistakes = {"distinct_taken_as_equal": wrong} if wrong else {}
    return Question("codes", right, mistakes, names=_counties(rows), about=_place_about(rows, given))


def missing_places(given: Material) -> Question | None:
    """The counties that have no published figure, which is not that the figure is 0."""
    rows = _by_measure(given, lambda rows: bool((rows["status"] != "compared").any()))
    if rows is None:
        return None
    absent = rows["status"] != "compared"
    right, wrong = (frozenset(rows.loc[chosen, "comparator"]) for chosen in (absent, ~absent))
    mistakes = {"published_taken_as_missing": wrong}
    return Question("codes", right, mistakes, names=_counties(rows), about=_place_about(rows, given))


# --- 4 auditing a report


def conflicting_pair(given: Material) -> Question | None:
    """Two figures that by their words cannot both be true."""
    row = given.contradiction
    if row is None:
        return None
    pair = frozenset(str(row["indicators"]).split(";"))
    alike = given.facts["value"].duplicated(keep=False) & ~given.facts["indicator"].isin(pair)
    alike &= given.facts["value"] >= 1000
    mistakes = {"looks_alike": frozenset(given.facts.loc[alike, "indicator"])} if alike.any() else {}
    return Question("codes", pair, mistakes, names=given.names, about=_finding_about(row))


def _finding_about(row: pd.Series) -> dict[str, str]:
    codes, raws = str(row["indicators"]).split(";"), str(row["raws"]).split(";")
    book = load_codebook()
    about = {"part": codes[0], "whole": codes[1], "part_raw": raws[0], "whole_raw": raws[1]}
    for side, code in (("part", codes[0]), ("whole", codes[1])):
        one = book.indicators[code]
        about |= {f"{side}_zh": one.name_zh, f"{side}_en": one.name_en}
    return about


def excess(given: Material) -> Question | None:
    """How many per cent the part is of the whole that it is said to be part of."""
    row = given.contradiction
    if row is None:
        return None
    about = _finding_about(row)
    known = set(given.facts["indicator"])
    if not {about["part"], about["whole"]} <= known:
        return None
    part, whole = (_interval(given.fact(about[side])) for side in ("part", "whole"))
    share, back = (part / whole).scaled(100), (whole / part).scaled(100)
    mistakes = {"inverted": back.value, "difference_only": share.value - 100}
    place = _place(share.low, share.high, share.value)
    limits = (share.low, share.high)
    return Question(
        "number", share.value, mistakes, percent=True, place=min(place, 0), limits=limits, about=about
    )


def _interval(row: pd.Series) -> Interval:
    return Interval(float(row["value"]), float(row["low"]), float(row["high"]))


def evidence_place(given: Material) -> Question | None:
    """The offsets of a number in the text: what makes it traceable."""
    row = given.contradiction
    # Not one of the pair that another question asks for; and words that stand at one place only.
    told = [] if row is None else str(row["indicators"]).split(";")
    facts = given.facts[~given.facts["indicator"].isin(told)]
    once = facts["raw"].map(given.report.text.count) == 1
    fact = first_row(facts[once & facts["raw"].str.len().ge(3)])
    if fact is None:
        return None
    start, end = int(fact["start"]), int(fact["end"])
    mistakes = {"from_one": (start + 1, end + 1), "end_included": (start, end - 1)}
    return Question("place", (start, end), mistakes, about=_about(fact))


QUESTIONS: Mapping[str, Callable[[Material], Question | None]] = {
    one.__name__: one
    for one in (
        *(rounded_bounds, more_than_bounds, persons_not_attendances, quotable_value),
        *(coverage_pair, coverage_bounds, attendances_trap, amount_per_award, amount_per_person),
        *(difference_bounds, rank, not_told_apart, missing_places),
        *(conflicting_pair, excess, evidence_place),
    )
}
"""Name of a question -> the function that makes it of a report."""
