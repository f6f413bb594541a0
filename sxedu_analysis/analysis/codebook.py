"""The codebook (`data/codebook/`) as typed, checked, frozen objects.

Researchers edit the codebook, so each mistake in it is told by file, row and field, with what is allowed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import yaml

from sxedu_analysis.analysis.phrases import Family, Phrase, compile_phrase, plain_words
from sxedu_analysis.foundation.errors import CodebookError, UnitError, did_you_mean
from sxedu_analysis.foundation.paths import data_dir
from sxedu_analysis.foundation.units import COUNTING_UNITS, division
from sxedu_analysis.foundation.yaml_text import load_yaml

# A ratio's kind follows from its counting units; the others name theirs.
_KINDS = {"reported": ("reported_rate", "target"), "complete": ("stated_complete",)}
# In phrases.csv and families.csv: a number so worded counts something that the codebook has no indicator for.
NOTHING = "-"
CONTEXT = (
    "plan",
    "results",
    "problems",
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
    "towards",
    "occasions",
    "list_breaks",
    "asides",
)
BASES = ("stock", "flow", "target")
WEIGHTS = ("contradiction", "question", "caution", "note")


@dataclass(frozen=True, slots=True)
class Topic:
    """A field of education policy that indicators belong to."""

    topic: str
    name_zh: str
    name_en: str
    order: int


@dataclass(frozen=True, slots=True)
class Population:
    """Which persons, schools or units an indicator counts."""

    population: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A concept that a report may state a value for."""

    indicator: str
    name_zh: str
    name_en: str
    definition_zh: str
    definition_en: str
    counting_unit: str
    unit_zh: str
    unit_en: str
    basis: str
    topic: str
    population: str
    baseline: str
    key_figure: int | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A number computed from facts, or a rate that a report states.

    `form` is ``ratio`` (numerator over denominator), ``reported`` (the fact of `numerator` as it stands) or
    ``complete`` (100 per cent where one of `phrases` says that all of `denominator` take part, else the
    ratio). `stated_as` is the indicator under which a report may state the same rate outright.
    """

    measure: str
    form: str
    name_zh: str
    name_en: str
    kind: str
    numerator: str
    denominator: str
    meaning_zh: str
    meaning_en: str
    caveats_zh: str
    caveats_en: str
    topic: str
    key_figure: int | None
    phrases: tuple[Phrase, ...] = ()
    stated_as: str = ""


@dataclass(frozen=True, slots=True)
class Unsound:
    """A division that the counting units would allow and the meaning of the two indicators does not."""

    numerator: str
    denominator: str
    why_zh: str
    why_en: str


@dataclass(frozen=True, slots=True)
class Related:
    """A division that is sound without being a measure of its own, because of how the two belong together.

    `relation` is ``part`` (whatever the numerator counts, the denominator counts too) or ``per`` (the
    numerator is counted in, at or for what the denominator counts); `kind` is that of the quotient.
    """

    numerator: str
    denominator: str
    relation: str
    kind: str
    caveats_zh: str = ""
    caveats_en: str = ""


@dataclass(frozen=True, slots=True)
class AuditRule:
    """One audit rule: its kind (a function in `audit`), what it looks at, and its texts."""

    rule: str
    kind: str
    weight: str
    texts: Mapping[str, str]
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Codebook:
    """All of `data/codebook/`, indexed by code."""

    topics: Mapping[str, Topic]
    populations: Mapping[str, Population]
    indicators: Mapping[str, Indicator]
    phrases: tuple[Phrase, ...]
    measures: Mapping[str, Measure]
    unsound: Mapping[tuple[str, str], Unsound]
    related: Mapping[tuple[str, str], Related]
    rules: tuple[AuditRule, ...]
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)
    """A result -> the target that is worded like it, and so has no phrases of its own."""

    @cached_property
    def phrase_words(self) -> frozenset[str]:
        """The words of which a text must have some for any phrase to match."""
        return frozenset(word for phrase in self.phrases for word in phrase.literals)

    def indicator(self, code: str) -> Indicator:
        """The indicator of a code.

        Raises
        ------
        CodebookError
            If the codebook has no such indicator; names the nearest.
        """
        if code not in self.indicators:
            raise CodebookError(
                f"{code!r} is not an indicator{did_you_mean(code, self.indicators)}",
                mend="load_indicators() lists them",
            )
        return self.indicators[code]


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
    return _load(Path(folder) if folder is not None else data_dir() / "codebook")


@cache
def _load(folder: Path) -> Codebook:
    topics = {
        row["topic"]: Topic(row["topic"], row["name_zh"], row["name_en"], _whole(row, "order", where))
        for where, row in _rows(folder / "topics.csv", ("topic", "name_zh", "name_en", "order"))
    }
    populations = {
        row["population"]: Population(**row)
        for _, row in _rows(folder / "populations.csv", ("population", "name_zh", "name_en"))
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


# --- reading files


def _rows(path: Path, fields: tuple[str, ...]) -> list[tuple[str, dict[str, str]]]:
    """The rows of a CSV file, each with its place (`file row n`); the first field is its key."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            found = tuple(reader.fieldnames or ())
            for name in fields:
                if name not in found:
                    raise CodebookError(
                        f"has no column {name!r}{did_you_mean(name, found)}",
                        where=path.name,
                        mend=f"its columns are {', '.join(fields)}",
                    )
            rows = []
            # Row 1 is the header, as a spreadsheet counts.
            for number, row in enumerate(reader, start=2):
                where = f"{path.name} row {number}"
                if None in row or None in row.values():
                    raise CodebookError("has more or fewer cells than the header", where=where)
                rows.append((where, {name: row[name].strip() for name in fields}))
    except OSError as error:
        raise CodebookError(
            f"cannot be read ({error.strerror})", where=str(path), mend="restore the file"
        ) from error
    except UnicodeDecodeError as error:
        raise CodebookError("is not UTF-8", where=str(path), mend="save it as UTF-8") from error
    if path.name not in ("phrases.csv", "families.csv"):
        _no_twins(path.name, fields[0], [(where, row[fields[0]]) for where, row in rows])
    return rows


def _no_twins(file: str, name: str, keys: Iterable[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for where, key in keys:
        if not key:
            raise CodebookError(f"field {name!r} is empty", where=where)
        if key in seen:
            raise CodebookError(f"{name} {key!r} stands there twice", where=where, mend=f"see {seen[key]}")
        seen[key] = where


def _choice(row: Mapping[str, Any], name: str, allowed: Iterable[str], where: str) -> str:
    value, choices = str(row.get(name, "")), list(allowed)
    if value not in choices:
        shown = ", ".join(choices) if len(choices) <= 25 else f"{', '.join(choices[:5])}, …"
        raise CodebookError(
            f"field {name!r}: {value!r} is not known{did_you_mean(value, choices)}",
            where=where,
            mend=f"allowed are {shown}",
        )
    return value


def _text(row: Mapping[str, Any], name: str, where: str) -> str:
    value = str(row.get(name) or "").strip()
    if not value:
        raise CodebookError(f"field {name!r} is empty", where=where)
    return value


def _whole(row: Mapping[str, Any], name: str, where: str) -> int:
    try:
        return int(row[name])
    except (KeyError, TypeError, ValueError):
        raise CodebookError(f"field {name!r}: {row.get(name)!r} is not a whole number", where=where) from None


def _order(row: Mapping[str, Any], where: str) -> int | None:
    return None if row.get("key_figure") in (None, "") else _whole(row, "key_figure", where)


def _yaml(path: Path) -> dict[str, Any]:
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        content = load_yaml(text)
    except OSError as error:
        raise CodebookError(
            f"cannot be read ({error.strerror})", where=str(path), mend="restore the file"
        ) from error
    except UnicodeDecodeError as error:
        raise CodebookError("is not UTF-8", where=str(path), mend="save it as UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        # What is missing at the end is missed on the line after it.
        line = f" line {min(mark.line, text.rstrip().count(chr(10))) + 1}" if mark else ""
        raise CodebookError(f"is not YAML: {error}", where=f"{path.name}{line}") from error
    if not isinstance(content, dict):
        raise CodebookError("holds no entries", where=path.name)
    return content


def _entries(content: Any, where: str) -> dict[str, dict[str, Any]]:
    if not isinstance(content, dict) or not all(isinstance(entry, dict) for entry in content.values()):
        raise CodebookError("is not a list of named entries", where=where)
    return content


# --- the tables


def _indicators(
    path: Path, topics: Mapping[str, Topic], populations: Mapping[str, Population]
) -> dict[str, Indicator]:
    fields = tuple(Indicator.__dataclass_fields__)
    indicators: dict[str, Indicator] = {}
    places: dict[str, str] = {}
    for where, row in _rows(path, fields):
        for name in fields:
            if name not in ("baseline", "key_figure"):
                _text(row, name, where)
        _choice(row, "counting_unit", COUNTING_UNITS, where)
        _choice(row, "basis", BASES, where)
        _choice(row, "topic", topics, where)
        _choice(row, "population", populations, where)
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
        _choice({"baseline": one.baseline}, "baseline", results, places[code])
    return indicators


def _families(
    path: Path, indicators: Mapping[str, Indicator], context: Mapping[str, tuple[str, ...]]
) -> dict[str, Family]:
    members: dict[str, dict[str, str]] = {}
    for where, row in _rows(path, ("family", "words", "indicator")):
        if row["family"] in indicators:
            raise CodebookError(f"family {row['family']!r} is an indicator's code", where=where)
        code = _choice(row, "indicator", [NOTHING, *indicators], where)
        words = members.setdefault(_text(row, "family", where), {})
        for word in map(plain_words, _text(row, "words", where).split("/")):
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
    for where, row in _rows(path, ("indicator", "phrase")):
        code = _choice(row, "indicator", [*indicators, *families, NOTHING], where)
        key = (code, _text(row, "phrase", where))
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
    for code, entry in _entries(_yaml(path).get("measures"), f"{path.name} measures").items():
        where = f"{path.name} measure {code}"
        allowed = {*Measure.__dataclass_fields__} - {"measure"}
        for name in entry:
            _choice({"field": name}, "field", sorted(allowed), where)
        form = _choice(entry, "form", ("ratio", "reported", "complete"), where)
        numerator = _choice(entry, "numerator", indicators, where)
        denominator = "" if form == "reported" else _choice(entry, "denominator", indicators, where)
        kind = _text(entry, "kind", where)
        if form != "ratio":
            _choice(entry, "kind", _KINDS[form], where)
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
            topic=_choice(entry, "topic", topics, where),
            key_figure=_order(entry, where),
            phrases=tuple(compile_phrase(text, indicator=denominator, where=where) for text in phrases),
            stated_as=_choice(entry, "stated_as", indicators, where) if "stated_as" in entry else "",
            caveats_zh=str(entry.get("caveats_zh", "")).strip(),
            caveats_en=str(entry.get("caveats_en", "")).strip(),
            **{
                name: _text(entry, name, where) for name in ("name_zh", "name_en", "meaning_zh", "meaning_en")
            },
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
            _text(entry, name, where)


def _unsound(path: Path, indicators: Mapping[str, Indicator]) -> dict[tuple[str, str], Unsound]:
    found = {}
    for number, entry in enumerate(_yaml(path).get("unsound") or [], start=1):
        where = f"{path.name} unsound {number}"
        pair = (
            _choice(entry, "numerator", indicators, where),
            _choice(entry, "denominator", indicators, where),
        )
        found[pair] = Unsound(*pair, _text(entry, "why_zh", where), _text(entry, "why_en", where))
    return found


def _related(path: Path, indicators: Mapping[str, Indicator]) -> dict[tuple[str, str], Related]:
    found: dict[tuple[str, str], Related] = {}
    for number, entry in enumerate(_yaml(path).get("related") or [], start=1):
        where = f"{path.name} related {number}"
        relation = _choice(entry, "relation", ("part", "per"), where)
        denominator = _choice(entry, "denominator", indicators, where)
        numerators = entry.get("numerators")
        if not isinstance(numerators, list) or not numerators:
            raise CodebookError("field 'numerators' is no list of indicators", where=where)
        for code in numerators:
            numerator = _choice({"numerators": code}, "numerators", indicators, where)
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
    for code, entry in _entries(_yaml(path).get("rules"), f"{path.name} rules").items():
        where = f"{path.name} rule {code}"
        texts = {name: _text(entry, name, where) for name in names}
        options = {name: value for name, value in entry.items() if name not in (*names, "kind", "weight")}
        for name, named in _codes(options):
            _choice({name: named}, name, indicators, where)
        rules.append(
            AuditRule(
                rule=code,
                kind=_text(entry, "kind", where),
                weight=_choice(entry, "weight", WEIGHTS, where),
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
    content = _yaml(path)
    return {name: tuple(content.get(name) or ()) for name in CONTEXT}
