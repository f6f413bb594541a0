"""A report's measures beside values published for wider places, standards, other counties: never ranked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sxedu_analysis.analysis.benchmarks import benchmarks_for
from sxedu_analysis.analysis.measures import load_measures
from sxedu_analysis.analysis.neighbours import load_sources
from sxedu_analysis.charts.gap_words import printed
from sxedu_analysis.charts.numbers import measure_text, place_of, value_text, with_unit
from sxedu_analysis.production.links import linked
from sxedu_analysis.production.measure_pages import own_bounds
from sxedu_analysis.production.output import show_table, show_text
from sxedu_analysis.production.wording import say
from sxedu_analysis.reading.reports import Report


def citation(source_ids: str, lang: str) -> str:
    """The publications behind a value: title, publisher, year, and how it was read.

    Parameters
    ----------
    source_ids : str
        Codes of `data/neighbours/sources.csv`, divided by semicolons; an unknown one is given as it is.
    lang : str
        zh or en.

    Examples
    --------
    >>> citation("balanced_development_standard_2017", "zh")
    '《县域义务教育优质均衡发展督导评估办法》教督〔2017〕6号，教育部，2017，引用该办法的省级细则'
    """
    known = load_sources().set_index("source_id")
    said = []
    for code in (one.strip() for one in source_ids.split(";") if one.strip()):
        if code not in known.index:
            said.append(code)
            continue
        row = known.loc[code]
        title, publisher = str(row[f"title_{lang}"]), publisher_name(row, lang)
        # A publisher that begins the title is not named again.
        named = "" if title.startswith(publisher) else publisher
        parts = [title, named, row["year"], row[f"note_{lang}"]]
        said.append(say(lang, "，", ", ").join(str(part) for part in parts if pd.notna(part) and str(part)))
    return say(lang, "。", ". ").join(said)


def publisher_name(source: Mapping[str, Any], lang: str) -> str:
    """Who published a source, in the reader's language."""
    return str(source[say(lang, "publisher", "publisher_en")])


def benchmark_table(report: Report, lang: str) -> pd.DataFrame:
    """The report's measures beside what is published for wider places and standards, each with its source."""
    measures = load_measures(report).set_index("measure")
    rows = []
    for _, row in benchmarks_for(report.adcode).iterrows():
        if row["measure"] not in measures.index or pd.isna(measures.at[row["measure"], "value"]):
            continue
        own = measures.loc[row["measure"]]
        rows.append(
            {
                **_described(row, say(lang, "参照值", "Its value"), lang),
                say(lang, "本县报告", "This report"): f"{own[f'name_{lang}']} " + measure_text(own, lang),
                say(lang, "来源", "Source"): citation(str(row["source_id"]), lang),
            }
        )
    return pd.DataFrame(rows)


def _described(row: pd.Series, value: str, lang: str) -> dict[str, Any]:
    """A benchmark's own cells: what it is, its value under the given heading, year, scope and note."""
    return {
        say(lang, "参照", "Benchmark"): row[f"name_{lang}"],
        value: _benchmark_value(row, lang),
        say(lang, "年份", "Year"): row["year"],
        say(lang, "范围与说明", "Scope and note"): _scope_and_note(row, lang),
    }


def _scope_and_note(row: pd.Series, lang: str) -> str:
    scope, note = (row[f"{name}_{lang}"] for name in ("scope", "note"))
    return f"{scope}{say(lang, '。', '. ')}{note}" if isinstance(note, str) and note else str(scope)


def _benchmark_value(row: pd.Series, lang: str) -> str:
    unit = str(row[f"unit_{lang}"])
    if row["status"] == "derived" and row["kind"] == "elsewhere":
        return printed(row["value"], row["low"], row["high"], "yuan", lang, unit=unit)
    return as_published(row, lang)


def as_published(row: pd.Series, lang: str) -> str:
    """A published value with the digits that it was published with, 0.40 %; a floor as "at least"."""
    unit = str(row[f"unit_{lang}"])
    place = place_of(row["low"], row["high"])
    if place is None:
        return value_text(row["value"], row["low"], row["high"], lang, unit)
    return with_unit(f"{row['value']:{',' if lang == 'en' else ''}.{max(0, -place)}f}", unit, lang)


def show_benchmarks(report: Report, lang: str) -> None:
    """Display the benchmarks of the report's own measures; they are never ranked with counties."""
    table = benchmark_table(report, lang)
    if table.empty:
        show_text(
            lang,
            zh="报告的指标没有可并列的公布值。",
            en="Nothing published stands beside the measures of this report.",
        )
        return
    show_table(table, lang)


def show_standards(report: Report, lang: str) -> None:
    """Set the report's amounts beside the official standards entered for them, without a verdict.

    What other counties paid on average is no standard: it stands in a table of its own and is not counted.
    """
    measures = load_measures(report).set_index("measure")
    known = measures.index[measures["value"].notna()]
    benchmarks = benchmarks_for(report.adcode)
    beside = benchmarks[
        benchmarks["kind"].isin(["standard", "elsewhere"]) & benchmarks["measure"].isin(known)
    ]
    for code, group in beside.groupby("measure"):
        own = measures.loc[code]
        standards = group[group["kind"] == "standard"].sort_values("value")
        if len(standards):
            limits = own_bounds(own, lang)
            show_text(
                lang,
                zh="{name}{value}{bounds}。下表{all}项标准中，低于下限的有{below}项，高于上限的有{above}项。",
                en="{name}: {value}{bounds}. Of the {all} standards in the table below, {below} lie "
                "under the lower bound and {above} over the upper.",
                name=own[f"name_{lang}"],
                value=linked(measure_text(own, lang), None),
                bounds=say(lang, f"，上下限{limits}", f", bounds {limits}") if limits else "",
                all=len(standards),
                below=int((standards["value"] < own["low"]).sum()),
                above=int((standards["value"] > own["high"]).sum()),
            )
            show_table(_amounts(standards, lang), lang, zh="标准", en="Standards")
        elsewhere = group[group["kind"] == "elsewhere"]
        if len(elsewhere):
            show_table(
                _amounts(elsewhere, lang),
                lang,
                zh="别的县实发的平均数（不是标准，不排名）",
                en="What another county paid on average (no standard, not ranked)",
            )
    if beside.empty:
        show_text(
            lang,
            zh="没有识别到可与标准并列的金额。",
            en="No amount was recognised that could be set beside a standard.",
        )


def _amounts(benchmarks: pd.DataFrame, lang: str) -> pd.DataFrame:
    amount, source = say(lang, "金额", "Amount"), say(lang, "来源", "Source")
    return pd.DataFrame(
        [
            {**_described(row, amount, lang), source: citation(str(row["source_id"]), lang)}
            for _, row in benchmarks.iterrows()
        ]
    )


def apart_table(report: Report, lang: str) -> pd.DataFrame:
    """What the nation, the county's own province and standards publish where counties publish nothing."""
    table = benchmarks_for(report.adcode)
    return pd.DataFrame(
        [
            {
                say(lang, "事项", "What"): row[f"name_{lang}"],
                say(lang, "公布值", "Published value"): as_published(row, lang),
                say(lang, "年份", "Year"): row["year"],
                say(lang, "范围与说明", "Scope and note"): _scope_and_note(row, lang),
                say(lang, "来源", "Source"): row[f"source_{lang}"],
            }
            for _, row in table[table["measure"] == ""].iterrows()
        ]
    )


def show_apart(report: Report, lang: str) -> None:
    """Display what wider places and standards publish of things of which counties publish nothing."""
    found = benchmarks_for(report.adcode).query("measure == ''")
    provincial = (found["kind"] == "province").any()
    show_table(
        apart_table(report, lang),
        lang,
        zh=f"本县没有对应的公布数，{'全国、全省' if provincial else '全国'}的公布数和标准供对照，不排名",
        en=f"What the nation{', the province' if provincial else ''} and standards say where the county "
        "publishes nothing; never ranked",
    )
