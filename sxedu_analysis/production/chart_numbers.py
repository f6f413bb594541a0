"""The numbers that a chart shows, in words, each leading to its place in the source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from sxedu_analysis.charts.numbers import stated_text
from sxedu_analysis.production.fact_pages import with_names
from sxedu_analysis.production.finding_pages import finding_places
from sxedu_analysis.production.links import Linked, linked
from sxedu_analysis.production.measure_pages import measure_value, operands, own_bounds
from sxedu_analysis.production.wording import say, singular


def chart_numbers(
    tables: Mapping[str, pd.DataFrame], lang: str
) -> Callable[[Sequence[str]], list[tuple[str, Linked]]]:
    """Make the function that turns the codes of a chart's rows into (name, numbers with their places)."""
    known: dict[str, tuple[str, Linked]] = {}
    for row in with_names(tables["facts"]).to_dict("records"):
        number = linked(singular(stated_text(row, lang)), row["start"])
        known.setdefault(row["indicator"], (row[f"name_{lang}"], number))
    for row in tables["measures"].to_dict("records"):
        if pd.isna(row["value"]):
            continue
        limits = own_bounds(row, lang)
        opening, closing = say(lang, "（", " ("), say(lang, "）", ")")
        around = f"{opening}{limits}{closing}" if limits else ""
        sides = operands(row, lang).parts
        parts = linked(measure_value(row, lang), row["numerator_start"]).parts
        parts += ((f"{around}{' = ' if sides else ''}", None), *sides)
        known[row["measure"]] = (row[f"name_{lang}"], Linked(parts))
    for row in tables["findings"].to_dict("records"):
        parts = ()
        for place in finding_places(row, lang):
            parts += (((say(lang, "；", "; "), None),) if parts else ()) + place.parts
        known[row["finding"]] = (row[f"title_{lang}"], Linked(parts))
    return lambda codes: [known[code] for code in dict.fromkeys(codes) if code in known]
