"""What a code stands for: `describe` explains it in both languages, `codes` completes it at a key press."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sxedu_analysis.analysis import load_codebook, load_facts, load_locations, load_measures
from sxedu_analysis.analysis.concepts import Codebook, Indicator, Measure
from sxedu_analysis.analysis.gap_measures import GapMeasure, load_gap_measures
from sxedu_analysis.analysis.measures import describe as describe_measure
from sxedu_analysis.analysis.neighbours import load_published_indicators
from sxedu_analysis.classroom.cards import Card, fields_html, fields_text
from sxedu_analysis.foundation.errors import CodebookError, did_you_mean
from sxedu_analysis.foundation.units import COUNTING_UNITS
from sxedu_analysis.production.fact_pages import fact_table
from sxedu_analysis.production.measure_pages import measure_bounds, measure_value, operands, own_bounds
from sxedu_analysis.production.wording import BASES, NOT_RECOGNISED, say
from sxedu_analysis.reading.reports import Report, load_report

_Said = tuple[str, str, str, str]
"""Label and words, each in Chinese and in English."""


def describe(
    code: str, report_id: str | Path | Report | None = None, *, codebook: str | Path | None = None
) -> Card:
    """Explain an indicator or a measure in both languages.

    Parameters
    ----------
    code : str
        Of an indicator, of a measure, of a published measure that counties are compared by, or of a topic; or
        its Chinese or English name.
    report_id : str, path or Report, optional
        A report: what it says of the code, and where, is added.
    codebook : path, optional
        Another codebook folder.

    Returns
    -------
    Card
        HTML in a notebook, text elsewhere; `.table` has the columns `label_zh`, `label_en`, `zh`, `en`: name,
        definition, unit, basis, topic, formula, caveats, and in the report the words, bounds and place.

    Raises
    ------
    CodebookError
        If there is no such code; names the nearest.

    Examples
    --------
    >>> described = describe("after_school_participation", "341324-2023H1")
    >>> print(described.table.set_index("label_zh")["zh"]["数值"])
    约94%（上下限92.8–94.7%）
    >>> describe("after_school_participations")
    Traceback (most recent call last):
    sxedu_analysis.foundation.errors.CodebookError: 'after_school_participations' is no indicator or measure \
(did you mean 'after_school_participation'?); sx.codes lists them
    """
    book, published = load_codebook(codebook), load_gap_measures()
    report = None if report_id is None else load_report(report_id)
    code = _code_of(code, book, published)
    if code in book.indicators:
        said = _of_indicator(book.indicators[code], book)
        if report:
            stated = _facts_said(code, report, codebook)
            # What the report's table says too, of this very fact, is not said twice.
            twice = {one[1] for one in stated}
            said = [one for one in said if one[1] not in twice] + stated
    elif code in book.measures:
        said = _of_measure(book.measures[code], book)
        if report:
            # What is to be minded in this report begins with what is to be minded everywhere.
            said = [one for one in said if one[1] != "Caveats"] + _measure_said(code, report, codebook)
    elif code in published:
        said = _of_published(published[code])
    elif code in book.topics:
        said = _of_topic(code, book)
    else:
        named: tuple[Any, ...] = (*book.indicators.values(), *book.measures.values(), *published.values())
        known = [*book.indicators, *book.measures, *published, *book.topics]
        known += [name for one in named for name in (one.name_zh, one.name_en)]
        raise CodebookError(
            f"{code!r} is no indicator or measure{did_you_mean(code, known)}", mend="sx.codes lists them"
        )
    said = [one for one in said if one[2]]
    zh, en = ([(one[i], one[i + 2]) for one in said] for i in (0, 1))
    html = fields_html(code, zh) + fields_html(code, en)
    text = f"{fields_text(code, zh)}\n{fields_text(code, en)}"
    return Card.of(html, text, pd.DataFrame(said, columns=["label_zh", "label_en", "zh", "en"]))


def _of_indicator(one: Indicator, book: Codebook) -> list[_Said]:
    topic, population = book.topics[one.topic], book.populations[one.population]
    unit = COUNTING_UNITS[one.counting_unit]
    used = [m for m in book.measures.values() if one.indicator in (m.numerator, m.denominator)]
    unsound = [u for pair, u in book.unsound.items() if one.indicator in pair]
    return [
        ("种类", "Kind", "指标", "indicator"),
        ("名称", "Name", one.name_zh, one.name_en),
        ("定义", "Definition", one.definition_zh, one.definition_en),
        ("单位", "Unit", f"{one.unit_zh}（按{unit[0]}计）", f"{one.unit_en} (counted in {unit[1]})"),
        ("性质", "Basis", *BASES[one.basis]),
        ("专题", "Topic", topic.name_zh, topic.name_en),
        ("统计对象", "Population", population.name_zh, population.name_en),
        ("所续的结果", "Continues", one.baseline, one.baseline),
        (
            "用于",
            "Used in",
            "；".join(f"{m.name_zh}（{m.measure}）" for m in used),
            "; ".join(f"{m.name_en} ({m.measure})" for m in used),
        ),
        (
            "须注意",
            "Caveats",
            "；".join(f"不作 {u.numerator} / {u.denominator}：{u.why_zh}" for u in unsound),
            "; ".join(f"not {u.numerator} / {u.denominator}: {u.why_en}" for u in unsound),
        ),
    ]


def _of_measure(one: Measure, book: Codebook) -> list[_Said]:
    row, topic = describe_measure(one, book), book.topics[one.topic]
    basis = [[BASES[part][i] for part in row["basis"].split("/")] for i in (0, 1)]
    codes = f"（{row['formula']}）", f" ({row['formula']})"
    return [
        ("种类", "Kind", "算得的指标", "measure"),
        ("名称", "Name", one.name_zh, one.name_en),
        ("定义", "Definition", one.meaning_zh, one.meaning_en),
        ("单位", "Unit", row["unit_zh"], row["unit_en"]),
        ("性质", "Basis", "除以".join(basis[0]), " over ".join(basis[1])),
        ("专题", "Topic", topic.name_zh, topic.name_en),
        ("算法", "Formula", row["formula_zh"] + codes[0], row["formula_en"] + codes[1]),
        ("须注意", "Caveats", one.caveats_zh, one.caveats_en),
    ]


def _code_of(word: str, book: Codebook, published: Mapping[str, GapMeasure]) -> str:
    """The code of a name in either language; a word that is no name stays what it is."""
    tables: tuple[Mapping[str, Any], ...] = (book.indicators, book.measures, published, book.topics)
    if any(word in table for table in tables):
        return word
    named = (code for table in tables for code, one in table.items() if word in (one.name_zh, one.name_en))
    return next(named, word)


def _of_topic(code: str, book: Codebook) -> list[_Said]:
    topic = book.topics[code]
    indicators = [one for one in book.indicators.values() if one.topic == code]
    measures = [one for one in book.measures.values() if one.topic == code]
    return [
        ("种类", "Kind", "专题", "topic"),
        ("名称", "Name", topic.name_zh, topic.name_en),
        (
            "指标",
            "Indicators",
            "；".join(f"{one.name_zh}（{one.indicator}）" for one in indicators),
            "; ".join(f"{one.name_en} ({one.indicator})" for one in indicators),
        ),
        (
            "算得的指标",
            "Measures",
            "；".join(f"{one.name_zh}（{one.measure}）" for one in measures),
            "; ".join(f"{one.name_en} ({one.measure})" for one in measures),
        ),
    ]


def _of_published(one: GapMeasure) -> list[_Said]:
    above = " - ".join(filter(None, [one.report or " + ".join(one.plus), *one.minus]))
    sides = [(above, *one.times), (" + ".join(one.over), *one.over_times)]
    words = [" × ".join(_in_brackets(part) for part in side if part) for side in sides]
    formula = " / ".join(filter(None, words)) if words[1] else above
    return [
        ("种类", "Kind", "县区间比较的指标（公开数字）", "published measure that counties are compared by"),
        ("名称", "Name", one.name_zh, one.name_en),
        ("单位", "Unit", one.unit_zh, one.unit_en),
        ("算法", "Formula", *_named_formula(formula)),
        ("须注意", "Caveats", one.caveats_zh, one.caveats_en),
    ]


def _named_formula(formula: str) -> tuple[str, str]:
    """A formula of codes, with what they stand for beside it."""
    table, book = load_published_indicators(), load_codebook()
    names = {code: (one.name_zh, one.name_en) for code, one in book.indicators.items()}
    names |= dict(zip(table["indicator"], zip(table["name_zh"], table["name_en"], strict=True), strict=True))
    words = ["".join(names.get(part, (part,) * 2)[i] for part in re.split(r"(\w+)", formula)) for i in (0, 1)]
    return f"{formula}（{words[0]}）", f"{formula} ({words[1]})"


def _in_brackets(part: str) -> str:
    return f"({part})" if " " in part else part


def _facts_said(code: str, report: Report, codebook: str | Path | None) -> list[_Said]:
    facts = load_facts(report, codebook=codebook)
    facts = facts[facts["indicator"] == code]
    if facts.empty:
        return [("报告中", "In the report", *NOT_RECOGNISED)]
    zh, en = (
        fact_table(facts, report, lang, load_locations(report), sentences=True).to_dict("split")
        for lang in ("zh", "en")
    )
    return [
        (zh["columns"][i], en["columns"][i], str(one), str(other))
        for row_zh, row_en in zip(zh["data"], en["data"], strict=True)
        for i, (one, other) in enumerate(zip(row_zh, row_en, strict=True))
        if i
    ]


def _measure_said(code: str, report: Report, codebook: str | Path | None) -> list[_Said]:
    measures = load_measures(report, codebook=codebook)
    row = measures[measures["measure"] == code].to_dict("records")[0]
    words = []
    for lang in ("zh", "en"):
        value, bounds = measure_value(row, lang), measure_bounds(row, lang)
        if own_bounds(row, lang):
            bounds = say(lang, "上下限", "bounds ") + bounds
        words.append(value + (say(lang, f"（{bounds}）", f" ({bounds})") if bounds else ""))
    return [
        ("数值", "Value", words[0], words[1]),
        ("用到的数字", "From", str(operands(row, "zh")), str(operands(row, "en"))),
        ("须注意", "Caveats", row["caveats_zh"], row["caveats_en"]),
    ]


class CodeList:
    """Codes as attributes, so that a notebook completes them; each is its own name as a string.

    Examples
    --------
    >>> codes.measures.students_per_school
    'students_per_school'
    >>> codes.measures.students_per_schol
    Traceback (most recent call last):
    AttributeError: no code 'students_per_schol' (did you mean 'students_per_school'?)
    >>> "compulsory_enrolment" in codes.indicators
    True
    """

    def __init__(self, known: Callable[[], Mapping[str, object]]) -> None:
        self._known = known

    def __getattr__(self, name: str) -> str:
        # IPython asks every object for names of its own; none of them is worth reading the codebook.
        if name.startswith("_") or name not in self._known():
            near = "" if name.startswith("_") else did_you_mean(name, self._known())
            raise AttributeError(f"no code {name!r}{near}")
        return name

    def __dir__(self) -> list[str]:
        return list(self._known())

    def __iter__(self) -> Iterator[str]:
        return iter(self._known())

    def __len__(self) -> int:
        return len(self._known())

    def __contains__(self, name: object) -> bool:
        return name in self._known()

    def __repr__(self) -> str:
        return "\n".join(self)


class Codes:
    """All codes: `indicators` and `measures` of the codebook, `published` measures, `topics`."""

    indicators = CodeList(lambda: load_codebook().indicators)
    measures = CodeList(lambda: load_codebook().measures)
    published = CodeList(load_gap_measures)
    topics = CodeList(lambda: load_codebook().topics)

    def __getattr__(self, name: str) -> CodeList:
        lists = [one for one in vars(Codes) if not one.startswith("_")]
        near = "" if name.startswith("_") else did_you_mean(name, lists)
        raise AttributeError(f"no list of codes {name!r}{near}; there are {', '.join(lists)}")


codes = Codes()
