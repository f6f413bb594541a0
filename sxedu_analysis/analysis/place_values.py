"""A measure's value in one place, from published figures or the county's own report, or why there is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import pandas as pd

from sxedu_analysis.analysis.gap_measures import GapMeasure
from sxedu_analysis.analysis.neighbours import load_published_indicators, source_caveats
from sxedu_analysis.foundation.interval import Interval


@dataclass(frozen=True, slots=True)
class PlaceValue:
    """A measure's value in one place, or the reason why there is none.

    `caveats` say how its population relates to the indicator's own, `remarks` what else holds of its sources.
    Only a caveat lets two populations be compared.
    """

    adcode: str
    status: str
    period: str = ""
    interval: Interval | None = None
    interval_kind: str = ""
    populations: frozenset[tuple[str, str]] = frozenset()
    sources: tuple[str, ...] = ()
    settled_by: tuple[str, ...] = ()
    reason: tuple[str, str] = ("", "")
    caveats: tuple[tuple[str, str], ...] = field(default=())
    remarks: tuple[tuple[str, str], ...] = field(default=())


class _Figure(NamedTuple):
    """What of a row of `load_figures` a value is computed from."""

    indicator: str
    year: str
    population: str
    value: float
    low: float
    high: float
    interval_kind: str
    source_id: str
    settled_by: str
    status: str
    caveat_zh: str
    caveat_en: str

    @property
    def interval(self) -> Interval:
        return Interval(self.value, self.low, self.high)


class Figures:
    """What is known of places: their published figures, and what their registered reports say.

    A comparison asks for the figures of one place and one measure some hundred times, and for the measures of
    the same few reports: each place's figures are put together and each report is read once for all of them.

    Parameters
    ----------
    table : DataFrame
        As `load_figures` returns it.
    """

    def __init__(self, table: pd.DataFrame) -> None:
        self._of: defaultdict[str, list[_Figure]] = defaultdict(list)
        columns = [table[name] for name in _Figure._fields]
        for adcode, *cells in zip(table["adcode"], *columns, strict=True):
            self._of[adcode].append(_Figure(*cells))
        self._facts: dict[str, pd.DataFrame] = {}
        self._measures: dict[str, pd.DataFrame] = {}

    @classmethod
    def of(cls, table: pd.DataFrame | Self) -> Self:
        """The figures of a table, or those given."""
        return table if isinstance(table, cls) else cls(table)

    def of_place(self, adcode: str) -> Sequence[_Figure]:
        """All that is entered of a place, also that it is not published."""
        return self._of.get(adcode, ())

    def facts_of(self, report_id: str) -> pd.DataFrame:
        """A registered report's facts."""
        from sxedu_analysis.analysis.facts import load_facts

        if report_id not in self._facts:
            self._facts[report_id] = load_facts(report_id)
        return self._facts[report_id]

    def measures_of(self, report_id: str) -> pd.DataFrame:
        """A registered report's measures, indexed by code."""
        from sxedu_analysis.analysis.measures import load_measures

        if report_id not in self._measures:
            self._measures[report_id] = load_measures(report_id).set_index("measure")
        return self._measures[report_id]


def values_of(
    measure: GapMeasure, adcodes: Iterable[str], figures: pd.DataFrame | Figures, *, period: str = ""
) -> dict[str, PlaceValue]:
    """A measure's value in each place: at a period, or at the latest for which it has all its parts."""
    figures = Figures.of(figures)
    if measure.theme == "report":
        return {code: _from_report(measure, code, figures, period) for code in adcodes}
    return {code: _from_figures(measure, code, figures, period) for code in adcodes}


def periods_of(measure: GapMeasure, adcode: str, figures: Figures) -> list[str]:
    """The periods for which a place has all that a measure is computed from, the latest first."""
    if measure.theme == "report" or measure.report:
        return _report_periods(adcode)
    return _complete_years(measure, [row for row in figures.of_place(adcode) if row.status == "reported"])


def common_period(
    measure: GapMeasure, home: str, others: Iterable[str], figures: pd.DataFrame | Figures
) -> str:
    """The period at which the most of other places can be set beside a home county.

    Of equals it is the latest, and where none has a period in common with the home county it is the home
    county's latest; empty if that has none. So one newer figure does not undo a comparison that an older year
    allows.
    """
    figures = Figures.of(figures)
    theirs = [set(periods_of(measure, code, figures)) for code in others]
    mine = periods_of(measure, home, figures)
    # The first of equals is the latest, as that is the order of `mine`.
    return max(mine, key=lambda period: sum(period in periods for periods in theirs), default="")


def _complete_years(measure: GapMeasure, reported: Iterable[_Figure]) -> list[str]:
    parts = set(measure.parts)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in reported:
        if row.indicator in parts:
            found[row.year].add(row.indicator)
    return sorted((str(year) for year, codes in found.items() if parts <= codes), reverse=True)


def _from_figures(measure: GapMeasure, adcode: str, figures: Figures, period: str) -> PlaceValue:
    if measure.report:
        return _across_years(measure, adcode, figures, period)
    rows = [row for row in figures.of_place(adcode) if row.indicator in measure.parts]
    reported = [row for row in rows if row.status == "reported"]
    complete = _complete_years(measure, reported)
    if complete and period in ("", *complete):
        year = period or complete[0]
        return _computed(measure, adcode, year, [row for row in reported if row.year == year])
    if complete:
        listed = "、".join(complete), ", ".join(complete)
        return PlaceValue(
            adcode,
            "refused",
            complete[0],
            reason=(
                f"年份不一致：{period}年与{listed[0]}年",
                f"the years do not agree: {period} against {listed[1]}",
            ),
        )
    return _absent(measure, adcode, rows, figures)


def _absent(measure: GapMeasure, adcode: str, rows: Sequence[_Figure], figures: Figures) -> PlaceValue:
    if not figures.of_place(adcode):
        return PlaceValue(
            adcode, "no_figures", reason=("没有录入该县的数字", "no figures of this county are entered")
        )
    silent = sorted(
        (row for row in rows if row.status == "not_published"), key=lambda row: (row.year, row.settled_by)
    )
    names = load_published_indicators().set_index("indicator")
    unpublished = {row.indicator for row in silent}
    reported = {row.indicator for row in rows if row.status == "reported"}
    missing = [part for part in measure.parts if part in unpublished]
    missing = missing or [part for part in measure.parts if part not in reported]
    zh = "、".join(names.at[code, "name_zh"] for code in missing)
    en = ", ".join(names.at[code, "name_en"].lower() for code in missing)
    if not silent:
        return PlaceValue(adcode, "no_figures", reason=(f"没有录入：{zh}", f"not entered: {en}"))
    return PlaceValue(
        adcode,
        "not_published",
        settled_by=tuple(dict.fromkeys(row.settled_by for row in silent if row.settled_by)),
        reason=(f"所查资料里没有：{zh}", f"not in the sources searched: {en}"),
    )


def _computed(measure: GapMeasure, adcode: str, year: str, rows: Iterable[_Figure]) -> PlaceValue:
    # Of two sources for one figure the one with more digits; the order of the rows decides nothing.
    ordered = sorted(rows, key=lambda row: (row.high - row.low, row.source_id, row.value), reverse=True)
    standing = {row.indicator: row for row in ordered}

    def total(codes: tuple[str, ...]) -> Interval:
        intervals = [standing[code].interval for code in codes]
        return sum(intervals[1:], start=intervals[0])

    result = total(measure.plus)
    if measure.minus:
        result = result - total(measure.minus)
    if measure.times:
        result = result * total(measure.times)
    if measure.over:
        below = total(measure.over) * total(measure.over_times) if measure.over_times else total(measure.over)
        if below.low <= 0:
            return PlaceValue(adcode, "refused", year, reason=("分母可能为零", "the denominator may be zero"))
        result = result / below
    result = result.scaled(measure.factor)
    parts = [standing[code] for code in measure.parts]
    kinds = {row.interval_kind for row in parts}
    kind = "sampling" if "sampling" in kinds else "exact" if result.is_exact else "rounding"
    caveats = dict.fromkeys((row.caveat_zh, row.caveat_en) for row in parts if row.caveat_zh)
    return PlaceValue(
        adcode,
        "compared",
        year,
        result,
        kind,
        frozenset((row.indicator, row.population) for row in parts),
        tuple(sorted({row.source_id for row in parts})),
        caveats=tuple(caveats),
        remarks=source_caveats(row.source_id for row in parts),
    )


def _across_years(measure: GapMeasure, adcode: str, figures: Figures, period: str) -> PlaceValue:
    """A fact of the county's own report over an older published figure: a measure with a code of its own."""
    from sxedu_analysis.analysis.measures import standing_fact

    report_id = _report_of(adcode, period)
    if not report_id:
        return _no_report(adcode, period)
    fact = standing_fact(figures.facts_of(report_id), measure.report)
    base = GapMeasure("", "", "", "", "", "", "own", plus=measure.over)
    below = _from_figures(base, adcode, figures, "")
    if fact is None or fact.conflicting:
        return _unusable(adcode, report_id, conflicting=fact is not None)
    if below.interval is None or below.interval.low <= 0:
        status = below.status if below.interval is None else "refused"
        reason = below.reason if below.interval is None else ("分母可能为零", "the denominator may be zero")
        return PlaceValue(adcode, status, settled_by=below.settled_by, reason=reason)
    period = report_id.partition("-")[2]
    result = (fact.interval / below.interval).scaled(measure.factor)
    return PlaceValue(
        adcode,
        "compared",
        f"{period}/{below.period}",
        result,
        "exact" if result.is_exact else "rounding",
        below.populations,
        (report_id, *below.sources),
        caveats=below.caveats,
        remarks=below.remarks,
    )


def _report_periods(adcode: str) -> list[str]:
    """The periods of a county's registered reports, the latest first."""
    from sxedu_analysis.reading.reports import list_reports

    mine = (report_id.partition("-") for report_id in list_reports())
    return sorted((period for code, _, period in mine if code == adcode), reverse=True)


def _report_of(adcode: str, period: str) -> str:
    """The county's report of a period, or its latest; empty if none is registered."""
    periods = _report_periods(adcode)
    chosen = period or next(iter(periods), "")
    return f"{adcode}-{chosen}" if chosen in periods else ""


def _no_report(adcode: str, period: str) -> PlaceValue:
    if periods := _report_periods(adcode):
        other = periods[0]
        return PlaceValue(
            adcode,
            "refused",
            other,
            reason=(f"时期不一致：{period}与{other}", f"the periods do not agree: {period} against {other}"),
        )
    return PlaceValue(
        adcode,
        "no_figures",
        settled_by=("bureau_work_reports",),
        reason=("没有登记该县的报告", "no report of this county is registered"),
    )


def _unusable(adcode: str, report_id: str, *, conflicting: bool) -> PlaceValue:
    """What a registered report gives no value for: that is no statement about what is published."""
    period = report_id.partition("-")[2]
    if conflicting:
        status, words = "refused", ("报告的数字相互抵触", "the report's figures conflict")
    else:
        status, words = "not_recognised", ("报告里没有识别到", "not recognised in the report")
    return PlaceValue(adcode, status, period, reason=words, sources=(report_id,))


def _from_report(measure: GapMeasure, adcode: str, figures: Figures, period: str) -> PlaceValue:
    report_id = _report_of(adcode, period)
    if not report_id:
        return _no_report(adcode, period)
    row = figures.measures_of(report_id).loc[measure.measure]
    period = report_id.partition("-")[2]
    if pd.isna(row["value"]):
        return _unusable(adcode, report_id, conflicting=row["status"] == "conflicting")
    interval = Interval(float(row["value"]), float(row["low"]), float(row["high"]))
    kind = "exact" if interval.is_exact else "rounding"
    return PlaceValue(adcode, "compared", period, interval, kind, sources=(report_id,))


def spread(prefix: str, interval: Interval, name: str) -> dict[str, float]:
    """Value and bounds as columns: the value under `name`, the bounds under `prefix` and low, high."""
    ends = {name: interval.value, f"{prefix}low": interval.low, f"{prefix}high": interval.high}
    # 9.17 - 8.99 is 0.18 and not 0.1799999999999997: nothing here is known to nine decimals.
    return {key: round(end, 9) for key, end in ends.items()}
