"""Measures as cards and tables: value and bounds to honest digits, how it is computed, and from what."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Any

import pandas as pd

from sxedu_analysis.charts.numbers import (
    at_limit,
    bounds_text,
    limits_only,
    measure_text,
    over_whole,
    stated_text,
    unit_name,
    with_unit,
)
from sxedu_analysis.production import output
from sxedu_analysis.production.links import Linked, linked
from sxedu_analysis.production.output import Shown, cell_text, html_of, show_nothing, show_text
from sxedu_analysis.production.wording import NOT_RECOGNISED, say, singular
from sxedu_analysis.reading.quantities import find_quantities


def measure_table(measures: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Measures as a reader wants them: name, value, bounds, how it is computed."""
    rows = []
    for _, row in measures.iterrows():
        rows.append(
            {
                say(lang, "指标", "Measure"): row[f"name_{lang}"],
                say(lang, "数值", "Value"): measure_value(row, lang),
                say(lang, "上下限", "Bounds"): measure_bounds(row, lang),
                say(lang, "算法", "Formula"): formula(row, lang),
                say(lang, "用到的数字", "From"): operands(row, lang),
            }
        )
    return pd.DataFrame(rows)


def operands(row: Mapping[str, Any], lang: str) -> Linked:
    """The numbers a measure comes from, each leading to its place: 10.5万人 ÷ 11.2万人."""
    parts: list[tuple[str, int | None]] = []
    for role in ("numerator", "denominator"):
        start, raw = row[f"{role}_start"], cell_text(row[f"{role}_raw"])
        if pd.isna(start) or not raw or (parts and parts[0][1] == int(start)):
            continue
        if parts:
            parts.append((" ÷ ", None))
        parts.append((say(lang, raw, f"“{raw}”"), int(start)))
    return Linked(tuple(parts))


def measure_value(row: Mapping[str, Any], lang: str) -> str:
    """A measure's value to honest digits; a rate or target that the report states, in its words.

    Where no value could be had, it says so: that an indicator was not recognised does not mean that the
    report is silent on it.
    """
    if row["status"] == "conflicting":
        return say(lang, "数字相互抵触", "figures conflict")
    if pd.isna(row["value"]):
        return NOT_RECOGNISED[lang == "en"]
    if as_stated(row):
        return _stated_words(row, lang)
    if over_whole(row):
        return say(lang, "数字相互矛盾，见发现", "contradictory, see finding")
    return singular(measure_text(row, lang))


def as_stated(row: Mapping[str, Any]) -> bool:
    """Whether a measure is a rate or target that the report itself states, not one that was computed."""
    return row["status"] == "reported" and bool(cell_text(row.get("numerator_raw"))) and not states_all(row)


def states_all(row: Mapping[str, Any]) -> bool:
    """Whether a measure rests on the report's saying that all take part."""
    return row["status"] == "reported" and pd.notna(row.get("denominator_start"))


def _stated_words(row: Mapping[str, Any], lang: str) -> str:
    raw = str(row["numerator_raw"])
    if lang == "zh":
        return raw
    unit = unit_name(row, lang)
    return singular(stated_text({**row, "raw": raw, "qualifier": _qualifier(raw), "unit_en": unit}, lang))


@cache
def _qualifier(raw: str) -> str:
    found = find_quantities(raw)
    return str(found["qualifier"].iloc[0]) if len(found) else "exact"


def measure_bounds(row: Mapping[str, Any], lang: str) -> str:
    """A measure's bounds; what it rests on where there are none, or where its value is given as bounds."""
    if pd.isna(row["value"]):
        return ""
    if limits := own_bounds(row, lang):
        return limits
    if row["status"] == "reported":
        return say(lang, "报告如此陈述", "as the report states it")
    if over_whole(row):
        return say(lang, "部分大于整体", "the part is larger than the whole")
    if row["low"] == row["high"]:
        return say(lang, "由精确数算得", "from exact counts")
    raws = say(lang, "、", " and ").join(f"“{raw}”" for raw in limits_only(row))
    if not raws:
        return say(lang, "只知上下限", "known by its bounds only")
    verb = "give" if " and " in raws else "gives"
    return say(lang, f"{raws}只写出界限，故取区间", f"a range, since {raws} {verb} a limit only")


def own_bounds(row: Mapping[str, Any], lang: str) -> str:
    """The bounds of a measure, where they are apart and not printed as its value; of a target none."""
    low, high = row["low"], row["high"]
    if pd.isna(row["value"]) or low == high or over_whole(row) or row["kind"] == "target":
        return ""
    if row["status"] != "reported" and (limits_only(row) or at_limit(row["value"], low, high)):
        return ""
    return bounds_text(low, high, lang, "%" if unit_name(row, lang) == "%" else "")


def formula(row: Mapping[str, Any], lang: str) -> str:
    """How a measure is computed, or that the report states it: of all, as a rate, as a target."""
    if states_all(row):
        return say(lang, "报告写明全部，不是两数相除", "the report states all; not a quotient")
    if as_stated(row) and row["basis"] == "target":
        return say(lang, "计划所写，不是算得", "as the plan states it; not computed")
    if as_stated(row):
        return say(lang, "报告直接给出，没有分子分母", "given by the report, without its counts")
    return str(row[f"formula_{lang}"])


def show_measures(measures: pd.DataFrame, lang: str) -> None:
    """Display measures one by one: value, bounds, meaning, caveats; then name those not recognised."""
    if measures.empty:
        show_text(lang, zh="没有可计算的指标。", en="There is nothing to compute here.")
        return
    blocks, lines = [], []
    for _, row in measures[measures["value"].notna()].iterrows():
        name, unit = str(row[f"name_{lang}"]), unit_name(row, lang)
        value = measure_value(row, lang)
        limits = measure_bounds(row, lang)
        if own_bounds(row, lang):
            limits = say(lang, "上下限：", "Bounds: ") + limits
        limits = limits[:1].upper() + limits[1:]
        made = formula(row, lang)
        meaning, caveats = cell_text(row[f"meaning_{lang}"]), cell_text(row[f"caveats_{lang}"])
        # The unit is set smaller, beside the number.
        number, unit = number_and_unit(value, unit_of_one(value, unit))
        blocks.append(
            f'<div class="sx-measure" data-name="{escape(str(row["measure"]))}">'
            f'<p class="sx-name">{escape(name)}</p>'
            f'<p class="sx-value">{html_of(linked(number, row["numerator_start"]))}'
            + (f"&nbsp;<span>{escape(unit)}</span></p>" if unit else "</p>")
            + f'<p class="sx-bounds">{escape(limits)}</p>'
            f"<p>{escape(meaning)}</p>"
            + (f'<p class="sx-caveat">{escape(caveats)}</p>' if caveats else "")
            + f'<p class="sx-formula">{escape(made[:1].upper() + made[1:])}{_from(row, lang)}</p></div>'
        )
        lines.append(f"{name}: {value} [{limits}] {meaning} {caveats}".strip())
    if blocks:
        output.put(Shown(f'<div class="sx-measures">{"".join(blocks)}</div>', "\n".join(lines)))
    absent = measures[measures["value"].isna()]
    if len(absent):
        listed = [
            f"{row[f'name_{lang}']}{say(lang, '（', ' (')}{measure_value(row, lang)}{say(lang, '）', ')')}"
            for _, row in absent.iterrows()
        ]
        names = say(lang, "、", "; ").join(listed)
        show_text(lang, zh="不能计算：{names}。", en="Cannot be computed: {names}.", names=names)
        if (absent["status"] == "not_reported").any():
            show_nothing("", lang)


def number_and_unit(value: str, unit: str) -> tuple[str, str]:
    """A printed value apart from its unit, to set the unit smaller; a percentage stays whole.

    Examples
    --------
    >>> number_and_unit("402.5元/人次", "元/人次"), number_and_unit("94%", "%")
    (('402.5', '元/人次'), ('94%', ''))
    >>> number_and_unit("5所以上", "所")
    ('5所以上', '')
    """
    if unit and unit != "%" and value.endswith(unit):
        return value.removesuffix(unit).rstrip(), unit
    return value, ""


def unit_of_one(value: str, unit: str) -> str:
    """The unit as it is printed after a value: in English, of one lesson and not of one lessons."""
    return singular(f"1 {unit}")[2:] if value.startswith("1\N{NO-BREAK SPACE}") else unit


def _from(row: Mapping[str, Any], lang: str) -> str:
    words = operands(row, lang)
    return f"{say(lang, '：', ': ')}{words.__html__()}" if words.parts else ""


def show_worked_amount(measures: pd.DataFrame, people: int, lang: str) -> None:
    """Say for each amount what it comes to for so many awards or persons, within its bounds."""
    for _, row in measures.iterrows():
        if pd.isna(row["value"]):
            continue
        per = {"amount_per_award": ("人次", "awards"), "amount_per_person": ("人", "persons")}.get(
            row["kind"]
        )
        if per is None:
            continue
        worked = {**row, **{name: row[name] * people for name in ("value", "low", "high")}}
        yuan = say(lang, "元", "yuan")
        limits = own_bounds(worked, lang)
        show_text(
            lang,
            zh="按{name}计，每{people}{per}合{value}{bounds}。",
            en="At the {name}, {people} {per} come to {value}{bounds}.",
            name=(row["name_zh"], row["name_en"][:1].lower() + row["name_en"][1:]),
            people=linked(f"{people:,}", None) if lang == "en" else people,
            per=per,
            value=linked(measure_text(worked, lang, yuan), None),
            bounds=say(lang, f"，上下限{limits}{yuan}", f", bounds {with_unit(limits, yuan, lang)}")
            if limits
            else "",
        )
