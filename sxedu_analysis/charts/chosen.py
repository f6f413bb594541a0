"""Which measures a chart shows, and what it exports of them: told without drawing anything."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sxedu_analysis.charts.numbers import over_whole


def known(measures: pd.DataFrame, kinds: Sequence[str]) -> pd.DataFrame:
    """The measures of some kinds that have a value and are results, the highest first."""
    has = measures["status"].isin(["derived", "reported"]) & measures["value"].notna()
    rows = measures[has & measures["kind"].isin(list(kinds)) & (measures["basis"] != "target")]
    return rows.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)


def within_whole(measures: pd.DataFrame) -> pd.DataFrame:
    """The measures but for coverages and shares above 100 per cent, whose figures contradict each other."""
    above = [over_whole(row) for row in measures.to_dict("records")]
    return measures[~pd.Series(above, index=measures.index, dtype=bool)]


def measure_table(rows: pd.DataFrame) -> pd.DataFrame:
    """What of measures a chart exports."""
    return rows[["measure", "name_zh", "name_en", "value", "low", "high", "unit_zh", "unit_en", "formula"]]
