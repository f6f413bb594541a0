"""The codebook (`data/codebook/`) is read and checked, and becomes concepts.

Researchers edit the codebook, so each mistake in it is told by file, row and field, with what is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from sxedu_analysis.analysis.codebook_files import choice_of, entries_of, rows_of, text_of, whole_of, yaml_of
from sxedu_analysis.analysis.concepts import (
    AuditRule,
    Codebook,
    Indicator,
    Measure,
    Population,
    Related,
    Topic,
    Unsound,
)
from sxedu_analysis.analysis.phrase_language import compile_phrase
from sxedu_analysis.analysis.phrases import Family, Phrase
from sxedu_analysis.analysis.skeletons import plain_words
from sxedu_analysis.foundation.errors import CodebookError, UnitError
from sxedu_analysis.foundation.paths import data_dir
from sxedu_analysis.foundation.units import COUNTING_UNITS, division

# A ratio's kind follows from its counting units; the others name theirs.
_KINDS = {"reported": ("reported_rate", "target"), "complete": ("stated_complete",)}
# In phrases.csv and families.csv: a number so worded counts something that the codebook has no indicator for.
NOTHING = "-"
CONTEXT = (
    "plan",
    "results",
    "problems",
    "present",
    "plan_sentences",
    "plan_begins",
    "plan_paragraphs",
    "success",
    "plan_of_the_year",
    "alike",
    "not_so",
    "due",
    "rate",
    "another_time",
    "this_time",
    "spans",
    "one_school",
    "neighbouring",
    "parts_of_a_county",
    "towards",
    "occasions",
    "list_breaks",
    "asides",
)
# What a measure says in both languages.
_TOLD = ("name_zh", "name_en", "meaning_zh", "meaning_en")
BASES = ("stock", "flow", "target")
WEIGHTS = ("contradiction", "question", "caution", "note")


def load_codebook(folder: str | Path | None = None) -> Codebook:
    """Read and check a codebook folder.

    Parameters
    ----------
    folder : path, optional
        A folder with topics.csv, populations.csv, indicators.csv, families.csv, phrases.csv,
        measures.yaml, audit_rules.yaml and context.yaml; the project's own by default.

    Returns
    -------
    Codebook

    Raises
    ------
    CodebookError
        At the first entry that is missing, malformed or refers to a code that does not exist.

    Examples
    --------
    >>> load_codebook().indicators["compulsory_enrolment"].counting_unit
    'person'
    """
    folder = Path(folder) if folder is not None else data_dir() / "codebook"
    return _load(folder, _state_of(folder))


def _state_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells whether a codebook has been edited since it was read."""
    found = ((path.name, path.stat()) for path in sorted(folder.glob("*")))
    return tuple((name, known.st_mtime_ns, known.st_size) for name, known in found)


@lru_cache(4)
def _load(folder: Path, _state: tuple[tuple[str, int, int], ...]) -> Codebook:
    topics = {
        row["topic"]: Topic(row["topic"], row["name_zh"], row["name_en"], whole_of(row, "order", where))
        for where, row in rows_of(folder / "topics.csv", ("topic", "name_zh", "name_en", "order"))
    }
    populations = {
        row["population"]: Population(**row)
        for _, row in rows_of(folder / "populations.csv", ("population", "name_zh", "name_en"))
    }
    indicators = _indicators(folder / "indicators.csv", topics, populations)
    context = _context(folder / "context.yaml")
    families = _families(folder / "families.csv", indicators, context)
    phrases = _phrases(folder / "phrases.csv", indicators, families)
    return Codebook(
        topics=MappingProxyType(topics),
        populations=MappingProxyType(populations),
        indicators=MappingProxyType(indicators),
        phrases=phrases,
        measures=MappingProxyType(_measures(folder / "measures.yaml", indicators, topics)),
        unsound=MappingProxyType(_unsound(folder / "measures.yaml", indicators)),
        related=MappingProxyType(_related(folder / "measures.yaml", indicators)),
        rules=_rules(folder / "audit_rules.yaml", indicators),
        context=MappingProxyType(context),
        targets=MappingProxyType(_worded_alike(indicators, phrases)),
    )


def load_indicators(folder: str | Path | None = None) -> pd.DataFrame:
    """The codebook's indicators, one row each, ordered by topic.

    Returns
    -------
    DataFrame
        `indicator`, `name_zh`, `name_en`, `definition_zh`, `definition_en`, `counting_unit`, `unit_zh`,
        `unit_en`, `basis` (stock, flow, target), `topic`, `population`, `baseline` (for a target: the
        result it continues), `key_figure` (order among the key figures, empty if it is none).

    Examples
    --------
    >>> indicators = load_indicators().set_index("indicator")
    >>> indicators.loc["after_school_participants", ["name_en", "counting_unit", "basis"]].tolist()
    ['Students in after-school services', 'person', 'stock']
    """
    book = load_codebook(folder)
    fields = list(Indicator.__dataclass_fields__)
    ordered = sorted(book.indicators.values(), key=lambda one: book.topics[one.topic].order)
    table = pd.DataFrame([[getattr(one, name) for name in fields] for one in ordered], columns=fields)
    return table.astype({"key_figure": "Int64"})


def load_topics(folder: str | Path | None = None) -> pd.DataFrame:
    """The codebook's topics in their order: `topic`, `name_zh`, `name_en`, `order`.

    Examples
    --------
    >>> load_topics()["topic"].iloc[0]
    'enrolment'
    """
    fields = list(Topic.__dataclass_fields__)
    ordered = sorted(load_codebook(folder).topics.values(), key=lambda one: one.order)
    return pd.DataFrame([[getattr(one, name) for name in fields] for one in ordered], columns=fields)


# --- the tables


def _order(row: Mapping[str, Any], where: str) -> int | None:
    return None if row.get("key_figure") in (None, "") else whole_of(row, "key_figure", where)


def _indicators(
    path: Path, topics: Mapping[str, Topic], populations: Mapping[str, Population]
) -> dict[str, Indicator]:
    fields = tuple(Indicator.__dataclass_fields__)
    indicators: dict[str, Indicator] = {}
    places: dict[str, str] = {}
    for where, row in rows_of(path, fields):
        for name in fields:
            if name not in ("baseline", "key_figure"):
                text_of(row, name, where)
        choice_of(row, "counting_unit", COUNTING_UNITS, where)
        choice_of(row, "basis", BASES, where)
        choice_of(row, "topic", topics, where)
        choice_of(row, "population", populations, where)
        code = row["indicator"]
        indicators[code] = Indicator(**{**row, "key_figure": _order(row, where)})  # type: ignore[arg-type]
        places[code] = where
    for code, one in indicators.items():
        if not one.baseline:
            continue
        if one.basis != "target":
            raise CodebookError(
                f"field 'baseline': only a target has one, {code!r} is a {one.basis}", where=places[code]
            )
        results = [other.indicator for other in indicators.values() if other.basis != "target"]
        choice_of({"baseline": one.baseline}, "baseline", results, places[code])
    return indicators


def _families(
    path: Path, indicators: Mapping[str, Indicator], context: Mapping[str, tuple[str, ...]]
) -> dict[str, Family]:
    members: dict[str, dict[str, str]] = {}
    for where, row in rows_of(path, ("family", "words", "indicator")):
        if row["family"] in indicators:
            raise CodebookError(f"family {row['family']!r} is an indicator's code", where=where)
        code = choice_of(row, "indicator", [NOTHING, *indicators], where)
        words = members.setdefault(text_of(row, "family", where), {})
        for word in map(plain_words, text_of(row, "words", where).split("/")):
            if not word or word in words:
                raise CodebookError(f"words {word!r} stand twice in the family, or are empty", where=where)
            words[word] = code
    breaks, asides = context["list_breaks"], context["asides"]
    return {name: Family(name, MappingProxyType(words), breaks, asides) for name, words in members.items()}


def _phrases(
    path: Path, indicators: Mapping[str, Indicator], families: Mapping[str, Family]
) -> tuple[Phrase, ...]:
    phrases: list[Phrase] = []
    places: dict[tuple[str, str], str] = {}
    for where, row in rows_of(path, ("indicator", "phrase")):
        code = choice_of(row, "indicator", [*indicators, *families, NOTHING], where)
        key = (code, text_of(row, "phrase", where))
        if key in places:
            raise CodebookError(
                f"phrase {key[1]!r} stands there twice", where=where, mend=f"see {places[key]}"
            )
        places[key] = where
        phrases.append(compile_phrase(key[1], indicator=code, where=where, family=families.get(code)))
    spoken = {phrase.indicator for phrase in phrases}
    for family in families.values():
        if family.family not in spoken:
            raise CodebookError(f"family {family.family!r} has no phrase", where=path.name, mend="add a row")
        spoken |= set(family.members.values())
    unspoken = [
        one.indicator
        for one in indicators.values()
        if one.indicator not in spoken and one.baseline not in spoken
    ]
    if unspoken:
        raise CodebookError(f"indicator {unspoken[0]!r} has no phrase", where=path.name, mend="add a row")
    return tuple(phrases)


def _worded_alike(indicators: Mapping[str, Indicator], phrases: Iterable[Phrase]) -> dict[str, str]:
    own = {phrase.indicator for phrase in phrases}
    return {
        one.baseline: one.indicator
        for one in indicators.values()
        if one.baseline and one.indicator not in own
    }


def _measures(
    path: Path, indicators: Mapping[str, Indicator], topics: Mapping[str, Topic]
) -> dict[str, Measure]:
    measures = {}
    for code, entry in entries_of(yaml_of(path).get("measures"), f"{path.name} measures").items():
        where = f"{path.name} measure {code}"
        allowed = {*Measure.__dataclass_fields__} - {"measure"}
        for name in entry:
            choice_of({"field": name}, "field", sorted(allowed), where)
        form = choice_of(entry, "form", ("ratio", "reported", "complete"), where)
        numerator = choice_of(entry, "numerator", indicators, where)
        denominator = "" if form == "reported" else choice_of(entry, "denominator", indicators, where)
        kind = text_of(entry, "kind", where)
        if form != "ratio":
            choice_of(entry, "kind", _KINDS[form], where)
        if form != "reported":
            taken_for = kind if form == "ratio" else "coverage"
            _check_ratio(indicators[numerator], indicators[denominator], taken_for, entry, where)
        phrases = entry.get("phrases", [])
        if (form == "complete") != bool(phrases):
            raise CodebookError(
                "field 'phrases': a measure of form 'complete', and no other, has them", where=where
            )
        measures[code] = Measure(
            measure=code,
            form=form,
            kind=kind,
            numerator=numerator,
            denominator=denominator,
            topic=choice_of(entry, "topic", topics, where),
            key_figure=_order(entry, where),
            phrases=tuple(compile_phrase(text, indicator=denominator, where=where) for text in phrases),
            stated_as=choice_of(entry, "stated_as", indicators, where) if "stated_as" in entry else "",
            caveats_zh=str(entry.get("caveats_zh", "")).strip(),
            caveats_en=str(entry.get("caveats_en", "")).strip(),
            **{name: text_of(entry, name, where) for name in _TOLD},
        )
    return measures


def _check_ratio(
    numerator: Indicator, denominator: Indicator, kind: str, entry: Mapping[str, Any], where: str
) -> None:
    try:
        division(numerator.counting_unit, denominator.counting_unit, kind=kind)
    except UnitError as error:
        raise CodebookError(f"is unsound: {error}", where=where) from error
    if numerator.population != denominator.population:
        for name in ("caveats_zh", "caveats_en"):
            text_of(entry, name, where)


def _unsound(path: Path, indicators: Mapping[str, Indicator]) -> dict[tuple[str, str], Unsound]:
    found = {}
    for number, entry in enumerate(yaml_of(path).get("unsound") or [], start=1):
        where = f"{path.name} unsound {number}"
        pair = (
            choice_of(entry, "numerator", indicators, where),
            choice_of(entry, "denominator", indicators, where),
        )
        found[pair] = Unsound(*pair, text_of(entry, "why_zh", where), text_of(entry, "why_en", where))
    return found


def _related(path: Path, indicators: Mapping[str, Indicator]) -> dict[tuple[str, str], Related]:
    found: dict[tuple[str, str], Related] = {}
    for number, entry in enumerate(yaml_of(path).get("related") or [], start=1):
        where = f"{path.name} related {number}"
        relation = choice_of(entry, "relation", ("part", "per"), where)
        denominator = choice_of(entry, "denominator", indicators, where)
        numerators = entry.get("numerators")
        if not isinstance(numerators, list) or not numerators:
            raise CodebookError("field 'numerators' is no list of indicators", where=where)
        for code in numerators:
            numerator = choice_of({"numerators": code}, "numerators", indicators, where)
            units = (indicators[numerator].counting_unit, indicators[denominator].counting_unit)
            asked = {"part": "share", "per": "frequency" if units == ("person_time", "person") else None}
            try:
                kind = division(*units, kind=asked[relation]).kind
            except UnitError as error:
                raise CodebookError(f"is unsound: {error}", where=f"{where}, {numerator}") from error
            if (numerator, denominator) in found:
                raise CodebookError(f"{numerator} / {denominator} stands there twice", where=where)
            caveats = [str(entry.get(name, "")).strip() for name in ("caveats_zh", "caveats_en")]
            found[numerator, denominator] = Related(numerator, denominator, relation, kind, *caveats)
    return found


def _rules(path: Path, indicators: Mapping[str, Indicator]) -> tuple[AuditRule, ...]:
    names = tuple(
        f"{part}_{language}" for part in ("title", "what", "why", "question") for language in ("zh", "en")
    )
    rules = []
    for code, entry in entries_of(yaml_of(path).get("rules"), f"{path.name} rules").items():
        where = f"{path.name} rule {code}"
        texts = {name: text_of(entry, name, where) for name in names}
        options = {name: value for name, value in entry.items() if name not in (*names, "kind", "weight")}
        for name, named in _codes(options):
            choice_of({name: named}, name, indicators, where)
        rules.append(
            AuditRule(
                rule=code,
                kind=text_of(entry, "kind", where),
                weight=choice_of(entry, "weight", WEIGHTS, where),
                texts=MappingProxyType(texts),
                options=MappingProxyType(options),
            )
        )
    return tuple(rules)


_CODE_OPTIONS = frozenset(
    {"part", "whole", "one", "other", "indicator", "indicators", "groups", "measured_by", "except"}
)


def _codes(option: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The indicator codes that a rule's options name, at whatever depth."""
    if isinstance(option, Mapping):
        for key, value in option.items():
            yield from _codes(
                value, str(key) if key in _CODE_OPTIONS or isinstance(value, list | dict) else ""
            )
    elif isinstance(option, list):
        for value in option:
            yield from _codes(value, name)
    elif name in _CODE_OPTIONS:
        yield name, str(option)


def _context(path: Path) -> dict[str, tuple[str, ...]]:
    content = yaml_of(path)
    return {name: tuple(content.get(name) or ()) for name in CONTEXT}
