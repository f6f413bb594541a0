"""Gaps: a home county's measures beside those of other counties, with bounds, ranks and refusals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sxedu_analysis.analysis.gap_measures import GapMeasure, choose_measures
from sxedu_analysis.analysis.neighbours import (
    check_county,
    comparator_set,
    neighbours_of,
    place_name,
)
from sxedu_analysis.analysis.own_figures import figures_in_use
from sxedu_analysis.analysis.place_values import (
    Figures,
    PlaceValue,
    common_period,
    periods_of,
    spread,
    values_of,
)
from sxedu_analysis.analysis.ranks import is_above, median_of, rank_of, rank_words
from sxedu_analysis.foundation.errors import (
    InputError,
    ParameterError,
    UnitError,
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
        ("rank_zh", "rank_en", "status", "reason_zh", "reason_en", "caveats_zh", "caveats_en",
         "newer_periods", "comparator_newer_periods", "sources", "comparator_sources", "settled_by"),
        "str",
    ),
}  # fmt: skip
"""Columns of the gaps table, in order."""


def load_gaps(
    adcode: str,
    measure: str | Sequence[str] | None = None,
    comparators: str | Sequence[str] = "adjacent",
    *,
    figures: str | Path | pd.DataFrame | None = None,
    period: str = "",
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
    period : str, optional
        The year to compare (of measures from reports: the period, 2023H1). By default, for each measure, the
        one at which the most comparators have figures beside the home county's; of equals the latest.

    Returns
    -------
    DataFrame
        One row a measure and comparator. `value`, `low`, `high` (own) and `comparator_value` … ;
        `interval_kind` of both (exact; rounding: limits; sampling: a 95 % confidence interval);
        `difference` (own minus comparator, in the unit that `gap` names; for yuan `difference_percent` too)
        and `ratio`, with bounds; `distinct` (whether the bounds do not overlap); the comparators' `median`
        and the difference from it; `rank_low`, `rank_high` of `ranked` counties, from the highest value;
        `status` (compared, refused, not_published, not_recognised, no_figures: not_recognised where a
        registered report was read and the figure not found in it), `reason_zh`, `reason_en`, `caveats_zh`,
        `caveats_en`, `newer_periods` and `comparator_newer_periods` (of figures that are left aside, so that
        all are of one period; the caveats say so), `sources`, `settled_by`.

    Raises
    ------
    InputError
        If there is no such county, or no figures of it are entered.
    ParameterError
        For an unknown measure or set of comparators, or a period of which the home county has no figures.
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
    known_figures = Figures(table)
    measures = choose_measures(measure)
    latest = (values_of(one, [home], known_figures)[home] for one in measures)
    if all(value.status == "no_figures" for value in latest):
        raise InputError(
            f"no figures of {place_name(home)} ({home}) are entered for this",
            mend="bring a CSV of figures with sources, or register its report with 'sxedu add'",
        )
    others = comparator_set(home, comparators, figures=table)
    if period and not any(period in periods_of(one, home, known_figures) for one in measures):
        known = sorted({when for one in measures for when in periods_of(one, home, known_figures)})
        raise ParameterError(
            f"{place_name(home)} ({home}) has no figures of {period!r} for this",
            where="period",
            mend=f"give one of {', '.join(known)}",
        )
    rows: list[dict[str, Any]] = []
    for one in measures:
        chosen = period or common_period(one, home, others, known_figures)
        values = values_of(one, [home, *others], known_figures, period=chosen)
        rows += _rows(
            one,
            values.pop(home),
            values,
            {code: _newer(one, code, known_figures, chosen) for code in (home, *others)},
        )
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


def _newer(measure: GapMeasure, adcode: str, figures: Figures, period: str) -> str:
    """The periods later than the one compared for which a place has figures too."""
    later = [one for one in periods_of(measure, adcode, figures) if period and one > period]
    return "; ".join(sorted(later))


def _left_aside(adcode: str, periods: str) -> tuple[str, str]:
    listed = periods.replace("; ", "、")
    return (
        f"{place_name(adcode)}有较新的数字（{listed}），为比同一时期而没有采用",
        f"Newer figures of {place_name(adcode, 'en')} ({periods}) are left aside, "
        "so that all are of one period",
    )


def _rows(
    measure: GapMeasure, own: PlaceValue, theirs: dict[str, PlaceValue], newer: dict[str, str]
) -> list[dict[str, Any]]:
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
            "newer_periods": newer[own.adcode],
            "comparator_newer_periods": newer[code],
        }
        if own.interval is None:
            row |= {"status": own.status, "reason_zh": own.reason[0], "reason_en": own.reason[1]}
            row["settled_by"] = "; ".join(own.settled_by)
        else:
            row |= {"status": other.status, "reason_zh": other.reason[0], "reason_en": other.reason[1]}
            row["settled_by"] = "; ".join(other.settled_by)
        caveats = [(measure.caveats_zh, measure.caveats_en), *own.caveats, *other.caveats]
        caveats += [*own.remarks, *other.remarks]
        if other.interval is not None:
            aside = {place: newer[place] for place in (own.adcode, code) if newer[place]}
            caveats += [_left_aside(place, periods) for place, periods in aside.items()]
        row["caveats_zh"] = "".join(f"{zh.rstrip('。')}。" for zh, _ in dict.fromkeys(caveats) if zh)
        row["caveats_en"] = " ".join(f"{en.rstrip('.')}." for _, en in dict.fromkeys(caveats) if en)
        if other.interval is not None:
            row |= spread("comparator_", other.interval, "comparator_value")
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
    row |= spread("", own.interval, "value")
    if known:
        median = median_of(known)
        row |= spread("median_", median, "median") | spread(
            "median_difference_", own.interval - median, "median_difference"
        )
        low, high = rank_of(own.interval, known)
        row |= {"rank_low": low, "rank_high": high, "ranked": len(known) + 1}
        row["rank_zh"], row["rank_en"] = rank_words(low, high, len(known) + 1)
    return row


def _differences(measure: GapMeasure, own: Interval, other: Interval) -> dict[str, Any]:
    found: dict[str, Any] = spread("difference_", own - other, "difference")
    found["distinct"] = is_above(own, other) or is_above(other, own)
    if not other.low <= 0 <= other.high:
        ratio = own / other
        found |= spread("ratio_", ratio, "ratio")
        if measure.gap == "yuan":
            percent = ratio.scaled(100) - Interval.exact(100)
            found |= spread("difference_percent_", percent, "difference_percent")
    return found
