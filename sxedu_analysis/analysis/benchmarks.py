"""What a county's measures may be set beside without being ranked, and what is not published at all."""

from __future__ import annotations

import pandas as pd

from sxedu_analysis.analysis.gap_measures import choose_measures
from sxedu_analysis.analysis.neighbours import (
    BENCHMARK_COLUMNS,
    load_places,
    load_publications,
    load_published_indicators,
    official_benchmarks,
)
from sxedu_analysis.analysis.own_figures import figures_in_use
from sxedu_analysis.analysis.place_values import spread, values_of


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
