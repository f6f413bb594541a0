"""What a county's measures may be set beside without being ranked, and what is not published at all."""

from __future__ import annotations

import pandas as pd

from sxedu_analysis.analysis.gap_measures import choose_measures
from sxedu_analysis.analysis.neighbours import (
    BENCHMARK_COLUMNS,
    load_places,
    load_published_indicators,
    load_sources,
    official_benchmarks,
    publication_title,
)
from sxedu_analysis.analysis.own_figures import figures_in_use
from sxedu_analysis.analysis.place_values import Figures, spread, values_of


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
        `scope_en`, `interval_kind`, `status`, `note_zh`, `note_en`, `source_id`, `locator`, and the sources'
        `source_zh`, `source_en` and `trust` (of several the least). `measure` is empty where a county
        publishes nothing that could stand beside it.

    Examples
    --------
    >>> nation = load_benchmarks("mean_years_schooling").set_index("adcode").loc["100000"]
    >>> float(nation["value"]), nation["trust"]
    (9.5, 'high')
    """
    rows = []
    figures, places = Figures(figures_in_use()), load_places()
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
                    **spread("", value.interval, "value"),
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
    return _with_sources(pd.concat([derived, official_benchmarks(measure)], ignore_index=True))


def benchmarks_for(adcode: str) -> pd.DataFrame:
    """The benchmarks that hold of a county: those of the nation, of its own prefecture and province.

    Standards, and what other counties paid, are kept as they are; without an adcode nothing narrower than the
    nation is.

    Examples
    --------
    >>> {code for code in benchmarks_for("321324")["adcode"] if code.endswith("0000")} == {"100000", "320000"}
    True
    """
    table = load_benchmarks()
    own = {"100000", adcode[:2] + "0000", adcode[:4] + "00"}
    return table[table["adcode"].isin(own) | table["kind"].isin(["standard", "elsewhere"])].reset_index(
        drop=True
    )


_TRUST = ("high", "medium-high", "medium")


def _with_sources(table: pd.DataFrame) -> pd.DataFrame:
    sources = load_sources().set_index("source_id")
    codes = [cell.split("; ") for cell in table["source_id"]]
    return table.assign(
        source_zh=["；".join(sources.loc[each, "title_zh"]) for each in codes],
        source_en=["; ".join(sources.loc[each, "title_en"]) for each in codes],
        trust=[max(sources.loc[each, "trust"], key=_TRUST.index) for each in codes],
    )


def load_missing(adcode: str | None = None) -> pd.DataFrame:
    """What is not published of the counties, and the publication that would hold it.

    Returns
    -------
    DataFrame
        One row an indicator: `indicator`, names, `counties` (adcodes, divided by semicolons), `publication`,
        `publication_zh`, `publication_en` (as `publication_title` calls it for these counties); of one county
        only, if one is given.

    Examples
    --------
    >>> missing = load_missing("341324").set_index("indicator")
    >>> missing.loc["pupil_teacher_ratio_primary", "publication"]
    'city_yearbooks'
    """
    table = figures_in_use()
    silent = table["status"] == "not_published"
    # What a user's own figures have added since is no longer missing.
    brought = table.loc[~silent].groupby(["adcode", "indicator"])["year"].max()
    newest = pd.MultiIndex.from_frame(table[["adcode", "indicator"]]).map(brought).fillna("")
    table = table[silent & (newest < table["year"])]
    if adcode is not None:
        table = table[table["adcode"] == adcode]
    names = load_published_indicators()
    # One indicator may be missing for several years.
    once = table.drop_duplicates(["indicator", "settled_by", "adcode"])
    grouped = once.groupby(["indicator", "settled_by"], as_index=False)["adcode"].agg(";".join)
    found = grouped.merge(names[["indicator", "name_zh", "name_en"]], on="indicator")
    found = found.rename(columns={"adcode": "counties", "settled_by": "publication"})
    for lang in ("zh", "en"):
        found[f"publication_{lang}"] = [
            publication_title(code, counties.split(";"), lang)
            for code, counties in zip(found["publication"], found["counties"], strict=True)
        ]
    order = {code: number for number, code in enumerate(names["indicator"])}
    found = found.sort_values("indicator", key=lambda column: column.map(order)).reset_index(drop=True)
    return found[
        ["indicator", "name_zh", "name_en", "counties", "publication", "publication_zh", "publication_en"]
    ]
