"""Gaps: a home county's measures beside those of other counties, with bounds, ranks and refusals."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from sxedu_analysis.analysis.neighbours import (
    BENCHMARK_COLUMNS,
    check_county,
    comparator_set,
    load_places,
    load_publications,
    load_published_indicators,
    neighbours_dir,
    neighbours_of,
    official_benchmarks,
    place_name,
)
from sxedu_analysis.analysis.own_figures import figures_in_use
from sxedu_analysis.foundation.errors import (
    CodebookError,
    InputError,
    ParameterError,
    UnitError,
    did_you_mean,
)
from sxedu_analysis.foundation.interval import Interval

GAP_COLUMNS = {
    **dict.fromkeys(
        ("measure", "name_zh", "name_en", "theme", "adcode", "place_zh", "place_en", "comparator",
         "comparator_zh", "comparator_en", "relation", "unit_zh", "unit_en"),
        "str",
    ),
    "period": "str",
    **dict.fromkeys(("value", "low", "high"), "float64"),
    "interval_kind": "str",
    "comparator_period": "str",
    **dict.fromkeys(("comparator_value", "comparator_low", "comparator_high"), "float64"),
    "comparator_interval_kind": "str",
    "gap": "str",
    **dict.fromkeys(
        ("difference", "difference_low", "difference_high", "difference_percent", "difference_percent_low",
         "difference_percent_high", "ratio", "ratio_low", "ratio_high"),
        "float64",
    ),
    "distinct": "boolean",
    **dict.fromkeys(
        ("median", "median_low", "median_high", "median_difference", "median_difference_low",
         "median_difference_high"),
        "float64",
    ),
    **dict.fromkeys(("rank_low", "rank_high", "ranked"), "Int64"),
    **dict.fromkeys(
        ("rank_zh", "rank_en", "status", "reason_zh", "reason_en", "caveats_zh", "caveats_en", "sources",
         "comparator_sources", "settled_by"),
        "str",
    ),
}  # fmt: skip
"""Columns of the gaps table, in order."""

GAP_UNITS = {
    "percentage_points": ("个百分点", "percentage points"),
    "years": ("年", "years"),
    "per_hundred": ("人", "per hundred"),
    "yuan": ("元", "yuan"),
    "own": ("", ""),
}
"""How a difference is stated -> its unit; for money the difference in per cent is given as well."""


@dataclass(frozen=True, slots=True)
class GapMeasure:
    """What is compared: an entry of data/neighbours/measures.yaml, or a measure of the codebook."""

    measure: str
    theme: str
    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str
    gap: str
    caveats_zh: str = ""
    caveats_en: str = ""
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    over_times: tuple[str, ...] = ()
    factor: float = 1.0
    report: str = ""
    panel: str = ""
    key_figure: int = 0
    on_request: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """Every published indicator it is computed from."""
        return (*self.plus, *self.minus, *self.times, *self.over, *self.over_times)


@dataclass(frozen=True, slots=True)
class PlaceValue:
    """A measure's value in one place, or the reason why there is none."""

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


@cache
def load_gap_measures() -> dict[str, GapMeasure]:
    """The measures that published figures allow, by code, in the order they are shown.

    Raises
    ------
    CodebookError
        If an entry names an indicator or a theme that does not exist.
    """
    path = neighbours_dir() / "measures.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    known = set(load_published_indicators()["indicator"])
    found = {}
    for code, entry in content["measures"].items():
        lists = {
            key: tuple(entry[key]) for key in ("plus", "minus", "times", "over", "over_times") if key in entry
        }
        measure = GapMeasure(measure=code, **{**entry, **lists})
        for part in measure.parts:
            if part not in known:
                raise CodebookError(
                    f"unknown indicator {part!r}{did_you_mean(part, known)}", where=f"{path.name}: {code}"
                )
        if measure.theme not in content["themes"] or measure.gap not in GAP_UNITS:
            raise CodebookError("unknown theme or gap", where=f"{path.name}: {code}")
        found[code] = measure
    return found


def load_gap_themes() -> pd.DataFrame:
    """The themes of the measures: `theme`, `name_zh`, `name_en`, in the order they are shown."""
    content = yaml.safe_load((neighbours_dir() / "measures.yaml").read_text(encoding="utf-8"))
    return pd.DataFrame([{"theme": code, **names} for code, names in content["themes"].items()])


def panel_name(panel: str, lang: str) -> str:
    """The heading of a panel that several measures share; empty if there is none of that name."""
    content = yaml.safe_load((neighbours_dir() / "measures.yaml").read_text(encoding="utf-8"))
    return str(content["panels"].get(panel, {}).get(f"name_{lang}", ""))


def choose_measures(chosen: str | Sequence[str] | None = None) -> list[GapMeasure]:
    """The measures asked for: all, those of a theme, or by code; also those of the codebook.

    Parameters
    ----------
    chosen : str or list of str, optional
        ``all`` (or None), themes and codes, in a list or divided by commas.

    Raises
    ------
    ParameterError
        For a code that is neither; names the nearest.

    Examples
    --------
    >>> [one.measure for one in choose_measures("attainment")]
    ['attainment_senior_secondary_or_above', 'attainment_tertiary']
    """
    ours = load_gap_measures()
    if chosen is None or chosen == "all":
        return [one for one in ours.values() if not one.on_request]
    words = chosen.replace("，", ",").split(",") if isinstance(chosen, str) else list(chosen)
    words = [word.strip() for word in words if word.strip()]
    themes = {one.theme for one in ours.values()}
    found: dict[str, GapMeasure] = {}
    for word in words:
        if word in themes:
            found |= {code: one for code, one in ours.items() if one.theme == word and not one.on_request}
        elif word in ours:
            found[word] = ours[word]
        elif (one := _of_codebook(word)) is not None:
            found[word] = one
        else:
            choices = ["all", *sorted(themes), *ours, *_codebook_measures()]
            raise ParameterError(
                f"unknown measure {word!r}{did_you_mean(word, choices)}",
                where="measures",
                mend=f"give all, a theme ({', '.join(sorted(themes))}), or codes such as {next(iter(ours))}",
            )
    if not found:
        raise ParameterError("no measure is given", where="measures", mend="give all, a theme, or codes")
    return list(found.values())


def _codebook_measures() -> Mapping[str, Any]:
    from sxedu_analysis.analysis.codebook import load_codebook

    return load_codebook().measures


def _of_codebook(code: str) -> GapMeasure | None:
    from sxedu_analysis.analysis.measures import load_measures

    if code not in _codebook_measures():
        return None
    row = load_measures(_any_report()).set_index("measure").loc[code]
    unit = str(row["unit_en"])
    gap = (
        "percentage_points"
        if unit in ("%", "per cent")
        else "yuan"
        if row["unit_zh"].startswith("元")
        else "own"
    )
    return GapMeasure(
        code,
        "report",
        row["name_zh"],
        row["name_en"],
        row["unit_zh"],
        unit,
        gap,
        row["caveats_zh"],
        row["caveats_en"],
    )


def _any_report() -> str:
    from sxedu_analysis.reading.reports import list_reports

    return list_reports()[0]


# --- values


def values_of(
    measure: GapMeasure, adcodes: Iterable[str], figures: pd.DataFrame, *, period: str = ""
) -> dict[str, PlaceValue]:
    """A measure's value in each place: at a period, or at the latest for which it has all its parts."""
    if measure.theme == "report":
        return {code: _from_report(measure, code, period) for code in adcodes}
    return {code: _from_figures(measure, code, figures, period) for code in adcodes}


def _from_figures(measure: GapMeasure, adcode: str, figures: pd.DataFrame, period: str) -> PlaceValue:
    if measure.report:
        return _across_years(measure, adcode, figures)
    rows = figures[(figures["adcode"] == adcode) & figures["indicator"].isin(measure.parts)]
    reported = rows[rows["status"] == "reported"]
    years = sorted(reported["year"].unique(), reverse=True)
    complete = [
        y for y in years if set(measure.parts) <= set(reported.loc[reported["year"] == y, "indicator"])
    ]
    if complete and period in ("", *complete):
        year = period or complete[0]
        return _computed(measure, adcode, year, reported[reported["year"] == year])
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


def _absent(measure: GapMeasure, adcode: str, rows: pd.DataFrame, figures: pd.DataFrame) -> PlaceValue:
    if not (figures["adcode"] == adcode).any():
        return PlaceValue(
            adcode, "no_figures", reason=("没有录入该县的数字", "no figures of this county are entered")
        )
    silent = rows[rows["status"] == "not_published"].sort_values(["year", "settled_by"])
    names = load_published_indicators().set_index("indicator")
    reported = set(rows.loc[rows["status"] == "reported", "indicator"])
    missing = [part for part in measure.parts if part in set(silent["indicator"])]
    missing = missing or [part for part in measure.parts if part not in reported]
    zh = "、".join(names.at[code, "name_zh"] for code in missing)
    en = ", ".join(names.at[code, "name_en"].lower() for code in missing)
    if silent.empty:
        return PlaceValue(adcode, "no_figures", reason=(f"没有录入：{zh}", f"not entered: {en}"))
    return PlaceValue(
        adcode,
        "not_published",
        settled_by=tuple(dict.fromkeys(code for code in silent["settled_by"] if code)),
        reason=(f"没有公布：{zh}", f"not published: {en}"),
    )


def _computed(measure: GapMeasure, adcode: str, year: str, rows: pd.DataFrame) -> PlaceValue:
    # Of two sources for one figure the one with more digits; the order of the rows decides nothing.
    ordered = rows.assign(width=rows["high"] - rows["low"]).sort_values(["width", "source_id", "value"])
    standing = ordered.drop_duplicates("indicator").set_index("indicator")

    def total(codes: tuple[str, ...]) -> Interval:
        intervals = [Interval(*standing.loc[code, ["value", "low", "high"]].astype(float)) for code in codes]
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
    parts = standing.loc[list(measure.parts)]
    kinds = set(parts["interval_kind"])
    kind = "sampling" if "sampling" in kinds else "exact" if result.is_exact else "rounding"
    caveats = parts[["caveat_zh", "caveat_en"]].drop_duplicates()
    return PlaceValue(
        adcode,
        "compared",
        year,
        result,
        kind,
        frozenset(zip(parts.index, parts["population"], strict=True)),
        tuple(sorted(set(parts["source_id"]))),
        caveats=tuple((zh, en) for zh, en in caveats.itertuples(index=False, name=None) if zh),
    )


def _across_years(measure: GapMeasure, adcode: str, figures: pd.DataFrame) -> PlaceValue:
    """A fact of the county's own report over an older published figure: a measure with a code of its own."""
    from sxedu_analysis.analysis.facts import load_facts
    from sxedu_analysis.analysis.measures import standing_fact

    report_id = _report_of(adcode, "")
    if not report_id:
        return _no_report(adcode, "")
    fact = standing_fact(load_facts(report_id), measure.report)
    base = GapMeasure("", "", "", "", "", "", "own", plus=measure.over)
    below = _from_figures(base, adcode, figures, "")
    if fact is None or fact.conflicting or below.interval is None or below.interval.low <= 0:
        return PlaceValue(
            adcode,
            "not_published",
            reason=("报告没有分子，或没有分母", "the report or the figures lack a side"),
        )
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
    )


def _report_of(adcode: str, period: str) -> str:
    """The county's report of a period, or its latest; empty if none is registered."""
    from sxedu_analysis.reading.reports import list_reports

    mine = [report_id for report_id in list_reports() if report_id.startswith(f"{adcode}-")]
    if period:
        return f"{adcode}-{period}" if f"{adcode}-{period}" in mine else ""
    return max(mine, default="")


def _no_report(adcode: str, period: str) -> PlaceValue:
    latest = _report_of(adcode, "")
    if latest:
        other = latest.partition("-")[2]
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


def _from_report(measure: GapMeasure, adcode: str, period: str) -> PlaceValue:
    from sxedu_analysis.analysis.measures import load_measures

    report_id = _report_of(adcode, period)
    if not report_id:
        return _no_report(adcode, period)
    row = load_measures(report_id).set_index("measure").loc[measure.measure]
    period = report_id.partition("-")[2]
    if pd.isna(row["value"]):
        words = (
            ("报告的数字相互抵触", "the report's figures conflict")
            if row["status"] == "conflicting"
            else ("报告未载", "the report does not give it")
        )
        return PlaceValue(adcode, "not_published", period, reason=words, sources=(report_id,))
    interval = Interval(float(row["value"]), float(row["low"]), float(row["high"]))
    kind = "exact" if interval.is_exact else "rounding"
    return PlaceValue(adcode, "compared", period, interval, kind, sources=(report_id,))


# --- gaps


def load_gaps(
    adcode: str,
    measure: str | Sequence[str] | None = None,
    comparators: str | Sequence[str] = "adjacent",
    *,
    figures: str | Path | pd.DataFrame | None = None,
) -> pd.DataFrame:
    """A home county's measures beside those of other counties.

    Parameters
    ----------
    adcode : str
        The home county; any county of China that has figures.
    measure : str or list of str, optional
        ``all`` by default: the measures of data/neighbours/measures.yaml. Else codes or themes, also codes of
        the codebook's measures, which are taken from registered reports of the same period.
    comparators : str or list of str
        As for `comparator_set`: adjacent, same_city, all, or adcodes.
    figures : path or DataFrame, optional
        A CSV of your own figures (`read_figures`), used with the project's; or the table to
        use alone.

    Returns
    -------
    DataFrame
        One row a measure and comparator. `value`, `low`, `high` (own) and `comparator_value` … ;
        `interval_kind` of both (exact; rounding: limits; sampling: a 95 % confidence interval);
        `difference` (own minus comparator, in the unit that `gap` names; for yuan `difference_percent` too)
        and `ratio`, with bounds; `distinct` (whether the bounds do not overlap); the comparators' `median`
        and the difference from it; `rank_low`, `rank_high` of `ranked` counties, from the highest value;
        `status` (compared, refused, not_published, no_figures), `reason_zh`, `reason_en`, `caveats_zh`,
        `caveats_en`, `sources`, `settled_by`.

    Raises
    ------
    InputError
        If there is no such county, or no figures of it are entered.
    ParameterError
        For an unknown measure or set of comparators.
    FiguresError
        If the CSV has faults: all of them.

    Notes
    -----
    Bounds of a difference or ratio hold for every pair of values inside the two sides' bounds (interval
    arithmetic), which is wider than a confidence interval of the difference. Where bounds overlap, nothing
    is ranked apart: such a rank is a range.

    Examples
    --------
    >>> gaps = load_gaps("341324", "mean_years_schooling")
    >>> gaps["rank_en"].iloc[0]
    'second of six'
    >>> gaps.loc[gaps["comparator"] == "341323", "difference"].round(2).tolist()
    [0.1]
    """
    home = check_county(adcode)
    table = figures if isinstance(figures, pd.DataFrame) else figures_in_use(figures)
    measures = choose_measures(measure)
    own = {one.measure: values_of(one, [home], table)[home] for one in measures}
    if all(value.status == "no_figures" for value in own.values()):
        raise InputError(
            f"no figures of {place_name(home)} ({home}) are entered for this",
            mend="bring a CSV of figures with sources, or register its report with 'sxedu add'",
        )
    others = comparator_set(home, comparators, figures=table)
    rows: list[dict[str, Any]] = []
    for one in measures:
        theirs = values_of(one, others, table, period=own[one.measure].period.partition("/")[0])
        rows += _rows(one, own[one.measure], theirs)
    return pd.DataFrame(rows, columns=list(GAP_COLUMNS)).astype(GAP_COLUMNS)


def gap(own: PlaceValue, other: PlaceValue) -> Interval:
    """Own value minus another's.

    Raises
    ------
    UnitError
        If years or populations do not agree and no caveat says how they relate.
    """
    agreed = agree(own, other)
    if agreed.interval is None or own.interval is None:
        raise UnitError(f"cannot be compared: {agreed.reason[1]}", where=f"{own.adcode} and {other.adcode}")
    return own.interval - agreed.interval


def agree(own: PlaceValue, other: PlaceValue) -> PlaceValue:
    """The other's value as it may be compared: as it is, or refused with the reason."""
    if other.interval is None or own.interval is None:
        return other
    if own.period != other.period:
        reason = (
            f"年份不一致：{own.period}与{other.period}",
            f"the years do not agree: {own.period} against {other.period}",
        )
    elif own.populations != other.populations and not (own.caveats or other.caveats):
        reason = (
            "统计范围不一致，也没有说明两者的关系",
            "the populations do not agree, and no caveat says how they relate",
        )
    else:
        return other
    return PlaceValue(other.adcode, "refused", other.period, sources=other.sources, reason=reason)


def _rows(measure: GapMeasure, own: PlaceValue, theirs: dict[str, PlaceValue]) -> list[dict[str, Any]]:
    agreed = {code: agree(own, value) for code, value in sorted(theirs.items())}
    known = [value.interval for value in agreed.values() if value.interval is not None]
    shared = _shared(measure, own, known)
    borders = set(neighbours_of(own.adcode))
    rows = []
    for code, other in agreed.items():
        relation = "adjacent" if code in borders else "same_city" if code[:4] == own.adcode[:4] else "other"
        row = shared | {
            "comparator": code,
            "comparator_zh": place_name(code),
            "comparator_en": place_name(code, "en"),
            "relation": relation,
            "comparator_period": other.period,
            "comparator_sources": "; ".join(other.sources),
        }
        if own.interval is None:
            row |= {"status": own.status, "reason_zh": own.reason[0], "reason_en": own.reason[1]}
            row["settled_by"] = "; ".join(own.settled_by)
        else:
            row |= {"status": other.status, "reason_zh": other.reason[0], "reason_en": other.reason[1]}
            row["settled_by"] = "; ".join(other.settled_by)
        caveats = [(measure.caveats_zh, measure.caveats_en), *own.caveats, *other.caveats]
        row["caveats_zh"] = "".join(f"{zh.rstrip('。')}。" for zh, _ in dict.fromkeys(caveats) if zh)
        row["caveats_en"] = " ".join(f"{en.rstrip('.')}." for _, en in dict.fromkeys(caveats) if en)
        if other.interval is not None:
            row |= _spread("comparator_", other.interval, "comparator_value")
            row["comparator_interval_kind"] = other.interval_kind
            if own.interval is not None:
                row |= _differences(measure, own.interval, other.interval)
        rows.append(row)
    return rows


def _shared(measure: GapMeasure, own: PlaceValue, known: list[Interval]) -> dict[str, Any]:
    """What all rows of a measure say alike: the own value, the median, the rank."""
    row: dict[str, Any] = {
        "measure": measure.measure,
        "name_zh": measure.name_zh,
        "name_en": measure.name_en,
        "theme": measure.theme,
        "adcode": own.adcode,
        "place_zh": place_name(own.adcode),
        "place_en": place_name(own.adcode, "en"),
        "unit_zh": measure.unit_zh,
        "unit_en": measure.unit_en,
        "period": own.period,
        "interval_kind": own.interval_kind,
        "gap": measure.gap,
        "sources": "; ".join(own.sources),
    }
    if own.interval is None:
        return row
    row |= _spread("", own.interval, "value")
    if known:
        median = median_of(known)
        row |= _spread("median_", median, "median") | _spread(
            "median_difference_", own.interval - median, "median_difference"
        )
        low, high = rank_of(own.interval, known)
        row |= {"rank_low": low, "rank_high": high, "ranked": len(known) + 1}
        row["rank_zh"], row["rank_en"] = rank_words(low, high, len(known) + 1)
    return row


def _spread(prefix: str, interval: Interval, name: str) -> dict[str, float]:
    ends = {name: interval.value, f"{prefix}low": interval.low, f"{prefix}high": interval.high}
    # 9.17 - 8.99 is 0.18 and not 0.1799999999999997: nothing here is known to nine decimals.
    return {key: round(end, 9) for key, end in ends.items()}


def _differences(measure: GapMeasure, own: Interval, other: Interval) -> dict[str, Any]:
    found: dict[str, Any] = _spread("difference_", own - other, "difference")
    found["distinct"] = is_above(own, other) or is_above(other, own)
    if not other.low <= 0 <= other.high:
        ratio = own / other
        found |= _spread("ratio_", ratio, "ratio")
        if measure.gap == "yuan":
            percent = ratio.scaled(100) - Interval.exact(100)
            found |= _spread("difference_percent_", percent, "difference_percent")
    return found


def median_of(intervals: Sequence[Interval]) -> Interval:
    """The median with its bounds: the medians of values, of lower and of upper bounds.

    It rises with each of its members, so no values inside the bounds can take it further.

    Examples
    --------
    >>> median_of([Interval(1, 0, 2), Interval(5, 4, 6), Interval(3, 3, 3)])
    Interval(value=3, low=3, high=3)
    """
    return Interval(
        *(statistics.median(getattr(one, end) for one in intervals) for end in ("value", "low", "high"))
    )


def rank_of(own: Interval, others: Sequence[Interval]) -> tuple[int, int]:
    """The best and the worst rank, from the highest value, that the bounds allow.

    Examples
    --------
    >>> rank_of(Interval(5, 4, 6), [Interval(9, 8, 10), Interval(5, 5, 5), Interval(1, 0, 2)])
    (2, 3)
    """
    above = sum(is_above(other, own) for other in others)
    below = sum(is_above(own, other) for other in others)
    return above + 1, len(others) + 1 - below


def is_above(one: Interval, other: Interval) -> bool:
    """Whether one is above the other wherever in their bounds both are.

    Bounds that touch (0.71 ± 0.01 and 0.73 ± 0.01) are not apart, whichever way their last
    binary digit falls.
    """
    return one.low - other.high > 1e-9 * max(1.0, abs(one.low))


_NUMBERS = (
    "",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_ORDINALS = (
    "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
)  # fmt: skip
_DIGITS = "零一二三四五六七八九十"


def rank_words(low: int, high: int, count: int) -> tuple[str, str]:
    """A rank in words, in Chinese and English.

    Examples
    --------
    >>> rank_words(3, 5, 9)
    ('九个中的第三至第五', 'third to fifth of nine')
    >>> rank_words(2, 2, 6), rank_words(14, 14, 20)[1]
    (('六个中的第二', 'second of six'), '14th of 20')
    """
    zh = f"第{_chinese(low)}" if low == high else f"第{_chinese(low)}至第{_chinese(high)}"
    en = _ordinal(low) if low == high else f"{_ordinal(low)} to {_ordinal(high)}"
    of = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{_counting(count)}个中的{zh}", f"{en} of {of}"


def _counting(number: int) -> str:
    return "两" if number == 2 else _chinese(number)


def _chinese(number: int) -> str:
    if number <= 10:
        return _DIGITS[number]
    if number < 20:
        return f"十{_DIGITS[number - 10]}"
    tens, ones = divmod(number, 10)
    return f"{_DIGITS[tens]}十{_DIGITS[ones] if ones else ''}" if number < 100 else str(number)


def _ordinal(number: int) -> str:
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


# --- benchmarks


def load_benchmarks(measure: str | None = None) -> pd.DataFrame:
    """National, provincial and official values to set a measure beside, never ranked with counties.

    Parameters
    ----------
    measure : str, optional
        A measure of the gaps or of the codebook: only the benchmarks for it.

    Returns
    -------
    DataFrame
        `benchmark`, `kind` (nation, province, prefecture, standard, elsewhere), `adcode`, `measure`, names,
        `value`, `low`, `high` (infinite for a standard that says "at least"), units, `year`, `scope_zh`,
        `scope_en`, `interval_kind`, `status`, `note_zh`, `note_en`, `source_id`, `locator`.

    Examples
    --------
    >>> load_benchmarks("mean_years_schooling").set_index("adcode").loc["100000", "value"].item()
    9.5
    """
    rows = []
    figures, places = figures_in_use(), load_places()
    wide = places[places["kind"] == "benchmark"]
    for one in choose_measures():
        if measure not in (None, one.measure):
            continue
        for place, value in zip(
            wide.itertuples(), values_of(one, wide["adcode"], figures).values(), strict=True
        ):
            if value.interval is None:
                continue
            rows.append(
                {
                    "benchmark": f"{one.measure}_{place.adcode}",
                    "kind": place.level,
                    "adcode": place.adcode,
                    "measure": one.measure,
                    "name_zh": f"{one.name_zh}（{place.name_zh}）",
                    "name_en": f"{one.name_en}, {place.name_en}",
                    **_spread("", value.interval, "value"),
                    "unit_zh": one.unit_zh,
                    "unit_en": one.unit_en,
                    "year": value.period,
                    "scope_zh": place.name_zh,
                    "scope_en": place.name_en,
                    "interval_kind": value.interval_kind,
                    "status": "derived" if len(one.parts) > 1 else "reported",
                    "note_zh": one.caveats_zh,
                    "note_en": one.caveats_en,
                    "source_id": "; ".join(value.sources),
                    "locator": " ".join(one.parts),
                }
            )
    derived = pd.DataFrame(rows, columns=list(BENCHMARK_COLUMNS)).astype(BENCHMARK_COLUMNS)
    return pd.concat([derived, official_benchmarks(measure)], ignore_index=True)


def load_missing(adcode: str | None = None) -> pd.DataFrame:
    """What is not published of the counties, and the publication that would hold it.

    Returns
    -------
    DataFrame
        One row an indicator: `indicator`, names, `counties` (adcodes, divided by semicolons), `publication`,
        `publication_zh`, `publication_en`; of one county only, if one is given.
    """
    table = figures_in_use()
    table = table[table["status"] == "not_published"]
    if adcode is not None:
        table = table[table["adcode"] == adcode]
    names = load_published_indicators()
    publications = load_publications().rename(
        columns={"title_zh": "publication_zh", "title_en": "publication_en"}
    )
    grouped = table.groupby(["indicator", "settled_by"], as_index=False)["adcode"].agg(";".join)
    found = grouped.merge(names[["indicator", "name_zh", "name_en"]], on="indicator").merge(
        publications, left_on="settled_by", right_on="publication", how="left"
    )
    found = found.rename(columns={"adcode": "counties"})
    order = {code: number for number, code in enumerate(names["indicator"])}
    found = found.sort_values("indicator", key=lambda column: column.map(order)).reset_index(drop=True)
    return found[
        ["indicator", "name_zh", "name_en", "counties", "publication", "publication_zh", "publication_en"]
    ]


def difference_unit(row: Any, lang: str) -> str:
    """The unit of a difference, in words."""
    unit = GAP_UNITS[str(row["gap"])][lang == "en"]
    return unit or str(row[f"unit_{lang}"])
