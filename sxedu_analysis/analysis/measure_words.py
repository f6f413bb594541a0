"""How measures are printed wherever they stand: in findings, tables, charts, sentences."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from sxedu_analysis.foundation.printing import at_limit, bounds_text, plain, value_text, with_unit
from sxedu_analysis.foundation.units import COUNTING_UNITS
from sxedu_analysis.reading.quantities import find_quantities


def measure_text(row: Mapping[str, Any], lang: str = "zh", unit: str | None = None) -> str:
    r"""A measure's value as it may be quoted.

    What rests on a limit (7.8万余) is printed as its bounds, not as about so much. A quotient of exact counts
    has endless decimals that say nothing: it is printed whole, small ones and per cent with one decimal.

    Parameters
    ----------
    row : mapping with value, low, high, kind and where known numerator_raw, denominator_raw
    lang : str
        zh or en.
    unit : str, optional
        Printed instead of the measure's own; empty for none.

    Examples
    --------
    >>> measure = {"value": 69.64, "low": 69.33, "high": 70.85, "unit_zh": "%", "numerator_raw": "7.8万余人"}
    >>> measure_text(measure, "zh"), measure_text(measure | {"numerator_raw": "7.8万人"}, "zh")
    ('69.3–70.9%', '约70%')
    >>> measure_text({"value": 628.25, "low": 628.25, "high": 628.25, "unit_zh": "人次/场"}, "zh")
    '约628人次/场'
    """
    unit = unit_name(row, lang) if unit is None else unit
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    if limits_only(row):
        return bounds_text(low, high, lang, unit)
    if low == high and not value.is_integer():
        shown = _short(value, percent=unit_name(row, lang) == "%")
        about = "" if float(shown) == value else "约" if lang == "zh" else "about "
        return about + with_unit(plain(float(shown), lang), unit, lang)
    return value_text(value, low, high, lang, unit)


def _short(value: float, *, percent: bool) -> Decimal:
    """A quotient of exact counts with the digits that mean something; nothing short of all rounds to all."""
    exact = Decimal(repr(value))
    place = 0 if abs(value) >= 10 and not percent else -1 if abs(value) >= 1 else exact.adjusted() - 1
    step = Decimal(1).scaleb(place)
    shown = exact.quantize(step, ROUND_HALF_UP)
    return exact.quantize(step, ROUND_FLOOR) if percent and value < 100 <= shown else shown


def limits_only(row: Mapping[str, Any]) -> list[str]:
    """The expressions behind a computed measure that give a limit only, so that its value is one too.

    Examples
    --------
    >>> limits_only({"low": 0.9, "high": 1.1, "numerator_raw": "近100人", "denominator_raw": "90人"})
    ['近100人']
    """
    if not row["low"] < row["high"] < float("inf") or row.get("status", "derived") != "derived":
        return []
    raws = [row.get(f"{side}_raw") for side in ("numerator", "denominator")]
    return [raw for raw in dict.fromkeys(raws) if isinstance(raw, str) and raw and _is_limit(raw)]


@cache
def _is_limit(raw: str) -> bool:
    found = find_quantities(raw)
    return bool(len(found)) and at_limit(*(float(found[name].iloc[0]) for name in ("value", "low", "high")))


def over_whole(row: Mapping[str, Any]) -> bool:
    """Whether a computed coverage or share is above 100 per cent: the part is larger than its whole.

    Then the two figures do not belong together, and their quotient says nothing of how far a service reaches.

    Examples
    --------
    >>> over_whole({"kind": "coverage", "value": 123.6}), over_whole({"kind": "coverage", "value": 100.0})
    (True, False)
    >>> over_whole({"kind": "events_per_school", "value": 560.0})
    False
    """
    return row.get("kind") in ("coverage", "share") and bool(row["value"] > 100)


def unit_name(row: Mapping[str, Any], lang: str = "zh") -> str:
    """Unit of a fact or measure in the reader's language, from its own columns or its counting unit."""
    own = row.get(f"unit_{lang}")
    if isinstance(own, str) and own:
        return "%" if own in ("per cent", "percent") else own
    code = str(row.get("counting_unit", ""))
    if code in ("percent", "") or code not in COUNTING_UNITS:
        return "%" if code == "percent" else str(row.get("unit", "") or "")
    return str(row["unit"]) if lang == "zh" and row.get("unit") else COUNTING_UNITS[code][lang == "en"]
