"""What a codebook holds: topics, populations, indicators, measures, divisions, audit rules; frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sxedu_analysis.analysis.matching import PhraseSet
from sxedu_analysis.analysis.phrases import Phrase
from sxedu_analysis.foundation.errors import CodebookError, did_you_mean


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
    def phrase_set(self) -> PhraseSet:
        """The phrases, to be sought together."""
        return PhraseSet(self.phrases)

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
