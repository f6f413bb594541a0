"""The kinds of audit rules: small general functions, each of which finds one sort of thing in the tables.

A rule of the codebook names its kind, and as options the indicators it looks at. A kind gives hits: the facts
and words that the rule's texts may name, and the places they rest on. It knows no indicator by itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import pandas as pd

from sxedu_analysis.analysis.audit_words import LANGUAGES, both, bounded, span
from sxedu_analysis.analysis.concepts import AuditRule, Codebook
from sxedu_analysis.analysis.facts import find_ties
from sxedu_analysis.analysis.locations import find_claims, load_claim_locations, load_locations
from sxedu_analysis.analysis.measure_words import limits_only, measure_text
from sxedu_analysis.analysis.measures import standing_fact, stated_otherwise
from sxedu_analysis.foundation.interval import Interval
from sxedu_analysis.foundation.printing import at_limit, bounds_text, value_text
from sxedu_analysis.reading.reports import Report


@dataclass(frozen=True, slots=True)
class Place:
    """Some characters of the text, and of the original if they stand there too."""

    raw: str
    start: int
    end: int
    source_start: int | None
    source_end: int | None
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that a rule found: the facts and words its texts may name, and the places they rest on."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    lists: Mapping[str, list[Any]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """What a rule may look at: a report's tables and the codebook they were made with."""

    report: Report
    quantities: pd.DataFrame
    facts: pd.DataFrame
    measures: pd.DataFrame
    book: Codebook

    def fact(self, code: str) -> Any | None:
        """The row that stands for an indicator, or None."""
        found = standing_fact(self.facts, code)
        return None if found is None else found.row

    def all(self, codes: Iterable[str]) -> list[Any]:
        """All rows of some indicators, in text order."""
        wanted = set(codes)
        return [row for row in self.facts.itertuples() if row.indicator in wanted]

    def basis(self, *names: str) -> list[Any]:
        """All rows of results (stock, flow) or of targets, in text order."""
        return [row for row in self.facts.itertuples() if row.basis in names]


def _place(row: Any) -> Place:
    start, end = (None if pd.isna(place) else int(place) for place in (row.source_start, row.source_end))
    return Place(row.raw, int(row.start), int(row.end), start, end, row.indicator)


def _hit(
    facts: Mapping[str, Any] | None = None,
    lists: Mapping[str, list[Any]] | None = None,
    words: Mapping[str, Mapping[str, str]] | None = None,
) -> Hit:
    rows = [*(facts or {}).values(), *(row for each in (lists or {}).values() for row in each)]
    return Hit(facts or {}, lists or {}, words or {}, tuple(_place(row) for row in rows))


def _interval(row: Any) -> Interval:
    return Interval(row.value, row.low, row.high)


def significant_digits(value: float) -> int:
    """Digits of a number without the zeros at its end: 105 000 has three.

    Examples
    --------
    >>> significant_digits(105_000), significant_digits(536), significant_digits(9_000)
    (3, 3, 1)
    """
    return len(f"{value:.10g}".replace(".", "").lstrip("0").rstrip("0")) if value else 0


# --- kinds of rules


def _part_larger_than_whole(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """`pairs` of part and whole: the part's lowest reading is above the whole's highest."""
    for pair in rule.options["pairs"]:
        part, whole = material.fact(pair["part"]), material.fact(pair["whole"])
        if part is not None and whole is not None and part.low > whole.high:
            one, all_of_it = _interval(part), _interval(whole)
            quotient = (one / all_of_it).scaled(100) if all_of_it.low > 0 else None
            share = bounded(quotient, one, all_of_it, unit="%") if quotient else both(math.inf)
            words = {"share": share, "excess": span(one - all_of_it)}
            yield _hit({"part": part, "whole": whole}, words=words)


def _figures_disagree(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """`pairs` of one and other that may be one thing: no reading makes them equal."""
    for pair in rule.options["pairs"]:
        one, other = material.fact(pair["one"]), material.fact(pair["other"])
        if one is not None and other is not None and not _interval(one).overlaps(_interval(other)):
            less, more = sorted((_interval(one), _interval(other)), key=lambda each: each.low)
            words = {"difference": span(more - less)}
            yield _hit({"one": one, "other": other}, words=words)


def _stated_twice(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """An indicator that a report states more than once, with values that exclude each other."""
    for _, rows in material.facts.groupby("indicator", sort=False):
        for one, other in combinations(rows.itertuples(), 2):
            if not _interval(one).overlaps(_interval(other)):
                yield _hit({"one": one, "other": other})
                break


def _same_number_other_unit(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """One number under two of `counting_units`; `significant_digits` or more, so that it is hardly chance.

    `implied` lists measures that show what the number leads to, for the indicator they belong to.
    """
    enough = int(rule.options.get("significant_digits", 3))
    units = set(rule.options["counting_units"])
    rows = [
        row
        for row in material.facts.itertuples()
        if row.counting_unit in units and significant_digits(row.value) >= enough
    ]
    for one, other in combinations(rows, 2):
        if one.value == other.value and one.counting_unit != other.counting_unit:
            words = {"implied": _implied(rule, material, (one.indicator, other.indicator))}
            yield _hit({"one": one, "other": other}, words=words)


def _implied(rule: AuditRule, material: Material, codes: tuple[str, str]) -> dict[str, str]:
    wanted = [
        name
        for entry in rule.options.get("implied", [])
        if entry["indicator"] in codes
        for name in entry["measures"]
    ]
    table = material.measures.set_index("measure")
    found = [
        table.loc[name] for name in wanted if name in table.index and not pd.isna(table.at[name, "value"])
    ]
    texts = {}
    for language in LANGUAGES:
        gap = "" if language == "zh" else " "
        parts = []
        for row in found:
            said = f"{row[f'name_{language}']}{gap}{measure_text(row, language)}"
            if row["low"] < row["high"] and not limits_only(row):
                between = bounds_text(row["low"], row["high"], language)
                said += f"（{between}）" if language == "zh" else f" ({between})"
            parts.append(said)
        lead = str(rule.options.get(f"implied_{language}", "{measures}"))
        texts[language] = (
            lead.format(measures=("，" if language == "zh" else ", ").join(parts)) if parts else ""
        )
    return texts


def _target_beside_result(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """A target and the result that the codebook names as its baseline, both with a value."""
    for target in material.basis("target"):
        baseline = material.book.indicators[target.indicator].baseline
        result = material.fact(baseline) if baseline else None
        if result is not None:
            yield _hit({"result": result, "target": target})


def _target_without_baseline(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """Targets of some `counting_units` whose baseline the codebook or the report does not have.

    A baseline is a result of the same thing, or a measure computed of it.
    """
    units = set(rule.options["counting_units"])
    computed = stated_otherwise(material.measures, material.book)
    rows = [
        row
        for row in material.basis("target")
        if row.counting_unit in units
        and material.fact(material.book.indicators[row.indicator].baseline or "") is None
        and material.book.indicators[row.indicator].baseline not in computed
        and row.indicator not in set(rule.options.get("except", []))
    ]
    if rows:
        yield _hit(lists={"all": rows})


def _mixed_precision(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """In a series of one counting unit some numbers written to the unit, some rounded or approximate."""
    enough = int(rule.options.get("significant_digits", 3))
    for unit in rule.options["counting_units"]:
        rows = [
            row for row in material.facts.itertuples() if row.counting_unit == unit and row.basis != "target"
        ]
        exact = [row for row in rows if row.low == row.high and significant_digits(row.value) >= enough]
        rounded = [row for row in rows if row.low != row.high]
        if exact and rounded:
            yield _hit(lists={"exact": exact, "rounded": rounded})


def _surplus_on_exact(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """A surplus word (`words`: 余 …) after a number of `significant_digits` digits or more."""
    enough, words = int(rule.options.get("significant_digits", 3)), tuple(rule.options["words"])
    rows = [
        row
        for row in material.facts.itertuples()
        if row.qualifier == "more_than"
        and any(word in row.raw for word in words)
        and significant_digits(row.value) >= enough
    ]
    if rows:
        yield _hit(lists={"all": rows})


def _persons_or_attendances(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """`indicators` in persons, with fewer than `fewer_than` of the `whole` to each."""
    whole = material.fact(rule.options["whole"])
    for row in material.all(rule.options["indicators"]):
        if whole is None or row.low <= 0:
            continue
        sides = _interval(whole), _interval(row)
        each = sides[0] / sides[1]
        if each.value < float(rule.options["fewer_than"]):
            yield _hit({"fact": row, "whole": whole}, words={"each": bounded(each, *sides)})


def _name_like_result(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """Numbers of kind name that look like results: `pattern` fits them with the character on each side."""
    pattern = re.compile(str(rule.options["pattern"]))
    table = material.quantities
    text = material.report.text
    rows = [
        row
        for row in table[table["kind"] == "name"].itertuples()
        if pattern.search(text[max(row.start - 1, 0) : row.end + 1])
    ]
    unique = list({row.raw: row for row in reversed(rows)}.values())[::-1]
    if unique:
        sources = _sources(material.report)
        places = tuple(
            Place(row.raw, int(row.start), int(row.end), *sources(int(row.start), int(row.end)))
            for row in unique
        )
        quoted = {
            "zh": "、".join(f"“{row.raw}”" for row in unique),
            "en": ", ".join(f"“{row.raw}”" for row in unique),
        }
        yield Hit(words={"names": quoted}, places=places)


def _sources(report: Report) -> Callable[[int, int], tuple[int | None, int | None]]:
    """Where a place of the analysed text stands in the original, if it does."""
    if report.text_kind != "restated":
        return lambda start, end: (start, end)
    table = load_locations(report)
    known = dict(
        zip(
            table["restated_start"], zip(table["source_start"], table["source_end"], strict=True), strict=True
        )
    )
    return lambda start, end: known.get(start, (None, None))


def _all_of(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """One finding on all facts of `indicators`, of those the report has; `at_least` so many (1)."""
    rows = material.all(rule.options["indicators"])
    if len(rows) >= int(rule.options.get("at_least", 1)):
        yield _hit(lists={"all": rows})


def _groups(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """One finding for each of `groups` of indicators of which the report has two or more: not to be added."""
    for group in rule.options["groups"]:
        rows = material.all(group)
        if len({row.indicator for row in rows}) >= 2:
            yield _hit(lists={"all": rows})


def _rate_without_counts(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """Results given as a rate only: of those that a measure is stated as, none whose counts give it too."""
    computed = stated_otherwise(material.measures, material.book)
    rows = [
        row
        for row in material.basis("stock", "flow")
        if row.counting_unit == "percent" and row.indicator not in computed
    ]
    if rows:
        yield _hit(lists={"all": rows})


def _few_of_unit(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """Results of a `counting_unit`, at most `at_most`, and no other quantity of it in the text but targets.

    A quantity that is bound to no indicator counts too: what the codebook has no name for is in the text all
    the same.
    """
    unit = rule.options["counting_unit"]
    rows = [row for row in material.basis("stock", "flow") if row.counting_unit == unit]
    planned = {row.start for row in material.basis("target")}
    table = material.quantities
    read = table[(table["kind"] == "quantity") & (table["counting_unit"] == unit)]
    others = set(read["start"]) - planned - {row.start for row in rows}
    if 0 < len(rows) <= int(rule.options["at_most"]) and not others:
        yield _hit(lists={"all": rows})


def _remainder(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """`pairs` of part and whole: what is left of the whole, where it is certainly more than nothing."""
    for pair in rule.options["pairs"]:
        part, whole = material.fact(pair["part"]), material.fact(pair["whole"])
        if part is not None and whole is not None and whole.low > part.high:
            left = _interval(whole) - _interval(part)
            yield _hit(
                {"part": part, "whole": whole},
                words={"left": _left(left, _interval(part), _interval(whole)), "span": span(left)},
            )


def _left(left: Interval, *sides: Interval) -> dict[str, str]:
    if any(at_limit(one.value, one.low, one.high) for one in sides):
        return span(left)
    return {language: value_text(left.value, left.low, left.high, language) for language in LANGUAGES}


def _claim_without_figure(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """`claims` that the text makes in words (`phrases`) while no fact of `measured_by` gives the figure."""
    report = material.report
    claims = {claim["zh"]: claim for claim in rule.options["claims"]}
    made = find_claims(report.text, material.quantities, material.book)
    located = load_claim_locations(report).set_index(["rule", "claim"])[["source_start", "source_end"]]
    for one in made[made["rule"] == rule.rule].itertuples():
        claim = claims[one.claim]
        if material.all(claim.get("measured_by", [])):
            continue
        start, end = int(one.start), int(one.end)
        # The words of a restated text are ours; where the original makes the claim in its own is looked up.
        source: tuple[int | None, int | None] = (start, end)
        if report.text_kind == "restated":
            place = (rule.rule, one.claim)
            found = located.loc[place] if place in located.index else None
            source = (None, None) if found is None else (int(found["source_start"]), int(found["source_end"]))
        words = {"claim": {language: claim[language] for language in LANGUAGES}}
        yield Hit(words=words, places=(Place(str(one.raw), start, end, *source),))


def _claimed_twice(rule: AuditRule, material: Material) -> Iterator[Hit]:
    """A number that phrases of equal weight bind to two indicators: it is bound to neither."""
    report, table = material.report, material.quantities
    sources = _sources(report)
    for tie in find_ties(report, table, material.book):
        row = table.loc[tie.row]
        names = [material.book.indicators.get(code) for code in (tie.one, tie.other)]
        words = {
            "raw": dict.fromkeys(LANGUAGES, f"“{row['raw']}”"),
            "sentence": dict.fromkeys(LANGUAGES, str(row["sentence"])),
            "names": {
                "zh": "、".join(one.name_zh if one else "编码本没有的事项" for one in names),
                "en": "; ".join(one.name_en if one else "something not in the codebook" for one in names),
            },
        }
        start, end = int(row["start"]), int(row["end"])
        yield Hit(words=words, places=(Place(str(row["raw"]), start, end, *sources(start, end)),))


KINDS: dict[str, Callable[[AuditRule, Material], Iterator[Hit]]] = {
    "part_larger_than_whole": _part_larger_than_whole,
    "figures_disagree": _figures_disagree,
    "stated_twice": _stated_twice,
    "claimed_twice": _claimed_twice,
    "same_number_other_unit": _same_number_other_unit,
    "target_beside_result": _target_beside_result,
    "target_without_baseline": _target_without_baseline,
    "mixed_precision": _mixed_precision,
    "surplus_on_exact": _surplus_on_exact,
    "persons_or_attendances": _persons_or_attendances,
    "name_like_result": _name_like_result,
    "do_not_add": _groups,
    "all_of": _all_of,
    "rate_without_counts": _rate_without_counts,
    "few_of_unit": _few_of_unit,
    "remainder": _remainder,
    "claim_without_figure": _claim_without_figure,
}
