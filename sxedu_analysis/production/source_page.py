"""The traceable source: the text analysed, and every number of it, what it says and where it is used."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from sxedu_analysis.charts.numbers import bounds_text, plain, unit_name
from sxedu_analysis.foundation.units import COUNTING_UNITS
from sxedu_analysis.production.fact_pages import with_names
from sxedu_analysis.production.links import Linked
from sxedu_analysis.production.measure_pages import (
    as_stated,
    formula,
    measure_bounds,
    measure_value,
    operands,
    states_all,
)
from sxedu_analysis.production.wording import (
    BASES,
    KINDS,
    QUALIFIERS,
    WEIGHTS,
    paragraphs,
    place_text,
    say,
    singular,
)
from sxedu_analysis.reading.layout import sections
from sxedu_analysis.reading.reports import Report

_LONGEST_HEADING = 60
_MANY = 60
"""Numbers of a register that is folded away at first: it would be many times as long as the text itself."""


@cache
def script() -> Markup:
    """The page's one script, as it stands in the page."""
    return Markup(Path(__file__).with_name("templates").joinpath("source.js").read_text(encoding="utf-8"))


@cache
def script_hash() -> str:
    """What a content security policy calls the script, so that no other may run."""
    digest = hashlib.sha256(str(script()).encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def context(
    report: Report,
    tables: Mapping[str, pd.DataFrame],
    locations: pd.DataFrame,
    topics: pd.DataFrame,
    lang: str,
    shown: Mapping[int, Sequence[tuple[str, str]]] | None = None,
) -> dict[str, Any]:
    """What the template wants: the text cut at its numbers, a register of them, and the filters' choices.

    Parameters
    ----------
    report : Report
    tables : mapping
        quantities, facts, measures, findings, as `load_tables` gives them.
    locations, topics : DataFrame
        Of the report, and of the codebook.
    lang : str
        zh or en.
    shown : mapping, optional
        Start of a number -> (address, title) of each place in the pages that shows it.
    """
    quantities = _apart(tables["quantities"])
    register = _register(report, quantities, tables, locations, topics, lang, shown or {})
    by_start = {entry["start"]: entry for entry in register}
    used_topics = {entry["topic"] for entry in register}
    # Whoever looks for a word may have it in the other language.
    other = "en" if lang == "zh" else "zh"
    names = tables["facts"].drop_duplicates("indicator")
    indicators = zip(*(names[key] for key in ("indicator", f"name_{lang}", f"name_{other}")), strict=True)
    kinds = [kind for kind in KINDS if any(entry["kind"] == kind for entry in register)]
    restated = report.text_kind == "restated"
    blocks = _blocks(report.text, quantities, by_start)
    if restated:
        _mark_origins(blocks, locations)
    return {
        **(_restated_words(lang) if restated else {}),
        "restated": restated,
        "blocks": blocks,
        "register": register,
        "kinds": [(kind, KINDS[kind][lang == "en"]) for kind in kinds],
        "topics": [
            (row["topic"], row[f"name_{lang}"], row[f"name_{other}"])
            for _, row in topics.iterrows()
            if row["topic"] in used_topics
        ],
        "indicators": sorted(indicators, key=lambda item: item[1]),
        "many": _MANY,
        "script": script(),
        "script_hash": script_hash(),
    }


def _apart(quantities: pd.DataFrame) -> list[dict[str, Any]]:
    """The quantities in order, none inside another."""
    rows, at = [], 0
    for row in quantities.sort_values(["start", "end"]).to_dict("records"):
        if row["start"] >= at:
            rows.append(row)
            at = int(row["end"])
    return rows


def _register(
    report: Report,
    quantities: list[dict[str, Any]],
    tables: Mapping[str, pd.DataFrame],
    locations: pd.DataFrame,
    topics: pd.DataFrame,
    lang: str,
    shown: Mapping[int, Sequence[tuple[str, str]]],
) -> list[dict[str, Any]]:
    facts = {int(row["start"]): row for row in with_names(tables["facts"]).to_dict("records")}
    measures, findings = _measures_of(tables["measures"]), _findings_of(tables["findings"])
    topic_names = topics.set_index("topic")[f"name_{lang}"].to_dict()
    places = paragraphs(report, locations)
    sources: dict[int, tuple[int, int]] = {}
    if len(locations):
        located = locations.dropna(subset=["source_start", "source_end"])
        sources = {
            int(row["restated_start"]): (int(row["source_start"]), int(row["source_end"]))
            for row in located.to_dict("records")
        }
    paragraph_numbers = _Paragraphs(report.text)
    entries = []
    for number, row in enumerate(quantities, start=1):
        start, end = int(row["start"]), int(row["end"])
        fact = facts.get(start)
        paragraph = paragraph_numbers.of(start)
        where = say(
            lang, f"第{paragraph}段，字符{start}–{end}", f"paragraph {paragraph}, characters {start}–{end}"
        )
        if report.text_kind == "restated":
            where = say(lang, f"复述文{where}", f"restated text, {where}")
        if start in sources:
            place = {"start": start, "end": end}
            place |= dict(zip(("source_start", "source_end"), sources[start], strict=True))
            # Both texts number their paragraphs, and not alike.
            where = place_text(place, report, places, lang) + say(lang, "；", "; ") + where
        entries.append(
            {
                "number": number,
                "start": start,
                "raw": str(row["raw"]),
                "kind": str(row["kind"]),
                "kind_name": KINDS.get(str(row["kind"]), (row["kind"],) * 2)[lang == "en"],
                "code": fact["indicator"] if fact else "",
                "indicator": fact[f"name_{lang}"] if fact else "",
                "basis": BASES.get(str(fact["basis"]), ("", ""))[lang == "en"] if fact else "",
                "topic": fact["topic"] if fact else "",
                "topic_name": topic_names.get(fact["topic"], "") if fact else "",
                **_numbers(row, fact, lang),
                "place": where,
                "measures": [
                    {
                        "name": one[f"name_{lang}"],
                        "value": measure_value(one, lang),
                        "bounds": measure_bounds(one, lang),
                        "operands": "" if as_stated(one) else _in_page(_from(one, lang)),
                    }
                    for one in measures.get(start, [])
                ],
                "findings": [
                    {
                        "href": f"05_consistency.html#05_consistency-{one['finding']}",
                        "weight": WEIGHTS.get(str(one["weight"]), (one["weight"],) * 2)[lang == "en"],
                        "title": one[f"title_{lang}"],
                    }
                    for one in findings.get(start, [])
                ],
                "shown": list(shown.get(start, [])),
            }
        )
    return entries


def _restated_words(lang: str) -> dict[str, str]:
    """What the page is called where the text is not the original's."""
    return {
        "heading": say(lang, "复述文溯源", "The restated text, number by number"),
        "tab": say(lang, "复述文溯源", "Restated text"),
        "lead": say(
            lang,
            "这里显示的是本项目的复述文，不是原文；数字表达逐字保留。段落左侧的数是复述文的段落，"
            "其下“原”是这些数字在原文中的段落；每个数字的两处位置见右栏和总表。",
            "This is the project's restatement, not the original; each numeric expression is kept to the "
            "character. The number beside a paragraph is that of the restated text; the one under it, "
            "“orig.”, is the paragraph of the original where its figures stand. The panel and the register "
            "give both.",
        ),
    }


def _mark_origins(blocks: list[dict[str, Any]], locations: pd.DataFrame) -> None:
    """Tell each paragraph of a restated text which paragraphs of the original its numbers stand in."""
    known = dict(zip(locations["restated_start"], locations["source_paragraph"], strict=True))
    for block in blocks:
        starts = [entry["start"] for _, entry in block["parts"] if entry is not None]
        there = [int(known[start]) for start in starts if start in known]
        if there:
            first, last = min(there), max(there)
            block["origin"] = str(first) if first == last else f"{first}–{last}"


def _numbers(row: Mapping[str, Any], fact: Mapping[str, Any] | None, lang: str) -> dict[str, str]:
    """Value, bounds, unit and qualifier as printed, the value in digits; empty for what has no value."""
    empty = {"value": "", "bounds": "", "unit": "", "qualifier": "", "plain": ""}
    if row["kind"] != "quantity" or pd.isna(row["value"]):
        return empty
    unit = unit_name(fact if fact else row, lang)
    if not fact and lang == "en":
        code = str(row["counting_unit"])
        known = code in COUNTING_UNITS and code not in ("other", "percent")
        unit = COUNTING_UNITS[code][1] if known else ("%" if code == "percent" else str(row["unit"] or ""))
    return {
        "value": plain(row["value"], lang),
        "plain": f"{row['value']:.12g}",
        "bounds": say(lang, "按所写", "as written")
        if fact and fact["basis"] == "target"
        else bounds_text(row["low"], row["high"], lang, "%" if unit == "%" else ""),
        "unit": singular(f"1 {unit}")[2:] if lang == "en" and row["value"] == 1 else unit,
        "qualifier": QUALIFIERS.get(str(row["qualifier"]), ("", ""))[lang == "en"],
    }


def _from(measure: Mapping[str, Any], lang: str) -> Linked:
    """The numbers of a measure, or that the report states it of all of them."""
    words = operands(measure, lang)
    if not states_all(measure):
        return words
    return Linked(((formula(measure, lang) + say(lang, "：", ": "), None), *words.parts))


def _in_page(words: Linked) -> Markup:
    html = Markup("").join(
        Markup('<a class="to" href="#q-{}">{}</a>').format(start, part) if start is not None else part
        for part, start in words.parts
    )
    return Markup(html)


def _measures_of(measures: pd.DataFrame) -> dict[int, list[dict[str, Any]]]:
    using: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in measures[measures["value"].notna()].to_dict("records"):
        starts = {int(row[f"{role}_start"]) for role in ("numerator", "denominator")
                  if pd.notna(row[f"{role}_start"])}  # fmt: skip
        for start in starts:
            using[start].append(row)
    return using


def _findings_of(findings: pd.DataFrame) -> dict[int, list[dict[str, Any]]]:
    using: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in findings.to_dict("records"):
        starts = "" if pd.isna(row["starts"]) else str(row["starts"])
        for start in sorted({int(float(one)) for one in starts.split(";") if one}):
            using[start].append(row)
    return using


class _Paragraphs:
    """Number of the non-empty paragraph of a character, asked for in text order."""

    def __init__(self, text: str) -> None:
        self._ends = []
        at = number = 0
        for line in text.split("\n"):
            at += len(line) + 1
            number += bool(line.strip())
            self._ends.append((at, number))
        self._next = 0

    def of(self, start: int) -> int:
        while self._next < len(self._ends) - 1 and self._ends[self._next][0] <= start:
            self._next += 1
        return self._ends[self._next][1]


def _blocks(
    text: str, quantities: list[dict[str, Any]], by_start: Mapping[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The text's paragraphs, each cut at its numbers; a number that runs over a line break stays whole."""
    headings = {int(row["start"]): str(row["path"]).count("/") for _, row in sections(text).iterrows()}
    blocks: list[dict[str, Any]] = []
    at, number, waiting = 0, 0, 0
    while at < len(text):
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        scan = waiting
        while scan < len(quantities) and quantities[scan]["start"] <= stop:
            if quantities[scan]["end"] > stop:
                stop = text.find("\n", int(quantities[scan]["end"]))
                stop = len(text) if stop < 0 else stop
            scan += 1
        if text[at:stop].strip():
            number += 1
            parts: list[tuple[str, dict[str, Any] | None]] = []
            here = at
            for row in quantities[waiting:scan]:
                start, end = int(row["start"]), int(row["end"])
                if start > here:
                    parts.append((text[here:start], None))
                parts.append((text[start:end], by_start[start]))
                here = end
            if here < stop:
                parts.append((text[here:stop], None))
            level = [depth for start, depth in headings.items() if at <= start < stop]
            short = stop - at <= _LONGEST_HEADING and not text[at:stop].rstrip().endswith(("。", "；", "，"))
            tag = "p"
            if short and (level or not blocks):
                tag = "h2" if not blocks else "h3" if level and level[0] == 0 else "h4"
            blocks.append({"tag": tag, "number": number, "origin": "", "parts": parts})
        waiting, at = scan, stop + 1
    return blocks
