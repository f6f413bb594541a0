"""What a report comes to in a few sentences, computed: one whose facts are missing is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sxedu_analysis.charts.numbers import bounds_text, plain, stated_text, unit_name, value_text
from sxedu_analysis.charts.rows import within_whole
from sxedu_analysis.production.fact_pages import with_names
from sxedu_analysis.production.finding_pages import no_findings
from sxedu_analysis.production.links import Linked
from sxedu_analysis.production.wording import WEIGHTS, say, singular


def sentences(
    quantities: pd.DataFrame,
    facts: pd.DataFrame,
    measures: pd.DataFrame,
    findings: pd.DataFrame,
    lang: str,
) -> list[Linked]:
    """At most five sentences: scope, reach, money, plan, and what does not sit well together.

    Which measure speaks for reach and which for money, the codebook's order of key figures says.

    Returns
    -------
    list of Linked
        Each number of the report in them leads to its place.
    """
    named = with_names(facts)
    found = [
        _scope(quantities, named, lang),
        _measure(measures, named, lang, ("coverage",)),
        _measure(measures, named, lang, ("amount_per_award", "amount_per_person")),
        _plan(named, lang),
        _doubts(quantities, facts, findings, lang),
    ]
    return [sentence for sentence in found if sentence is not None]


def _scope(quantities: pd.DataFrame, facts: pd.DataFrame, lang: str) -> Linked | None:
    counted = int((quantities["kind"] == "quantity").sum())
    if facts.empty:
        none = say(
            lang,
            f"文中读到{counted}个数量，编码本一个也没有识别；它们列在未归入指标的数字里。",
            f"{_count(counted, 'figure')} read in the text, none of which the codebook recognises; "
            "they are listed as figures not bound to an indicator.",
        )
        return Linked(((none, None),))
    rest = counted - len(facts)
    targets, topics = int((facts["basis"] == "target").sum()), facts["topic"].nunique()
    results = len(facts) - targets
    zh = (
        f"报告给出{counted}个数量，其中{len(facts)}个归入指标，分布在{topics}个专题："
        f"{results}个是结果，{targets}个是计划的目标。"
        + (f"其余{rest}个没有识别，另行列出。" if rest else "")
    )
    en = (
        f"The report gives {_count(counted, 'figure')}, of which {len(facts)} belong to an indicator, on "
        f"{_count(topics, 'topic')}: {_count(results, 'result')} and {_count(targets, 'planned target')}."
        + (f" The other {rest} were not recognised and are listed apart." if rest else "")
    )
    return Linked(((say(lang, zh, en), None),))


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _measure(measures: pd.DataFrame, facts: pd.DataFrame, lang: str, kinds: tuple[str, ...]) -> Linked | None:
    known = measures[
        measures["kind"].isin(kinds) & measures["value"].notna() & (measures["status"] == "derived")
    ]
    known = within_whole(known)
    if known.empty:
        return None
    row = known.sort_values("key_figure", na_position="last", kind="stable").iloc[0]
    by_start = facts.drop_duplicates("start").set_index("start", drop=False)
    starts = [row["numerator_start"], row["denominator_start"]]
    if any(pd.isna(start) or int(start) not in by_start.index for start in starts):
        return None
    above, below = (by_start.loc[int(start)] for start in starts)
    unit = unit_name(row, lang)
    value = singular(value_text(row["value"], row["low"], row["high"], lang, unit))
    exact = row["low"] == row["high"]
    limits = "" if exact else bounds_text(row["low"], row["high"], lang, "%" if unit == "%" else "")
    if lang == "zh":
        around = f"（上下界{limits}）" if limits else ""
        return Linked(
            (
                (f"{row['name_zh']}{value}{around}：{_plain(above, lang)}", None),
                _number(above, lang),
                (f"，{_plain(below, lang)}", None),
                _number(below, lang),
                ("。", None),
            )
        )
    around = f" (bounds {limits})" if limits else ""
    return Linked(
        (
            (f"{row['name_en']}: {value}{around}, from ", None),
            _number(above, lang),
            (f" ({_named_as_written(above)}) and ", None),
            _number(below, lang),
            (f" ({_named_as_written(below)}).", None),
        )
    )


def _plain(fact: Mapping[str, Any], lang: str) -> str:
    return str(fact[f"name_{lang}"])


def _lower(name: str) -> str:
    # An acronym keeps its capitals.
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _named_as_written(fact: Mapping[str, Any]) -> str:
    """The English name, and the report's words where the number in full digits hides that it is rounded."""
    written = f", written {fact['raw']}" if fact["low"] != fact["high"] else ""
    return f"{_lower(fact['name_en'])}{written}"


def _number(fact: Mapping[str, Any], lang: str) -> tuple[str, int]:
    return singular(stated_text(fact, lang)), int(fact["start"])


def _plan(facts: pd.DataFrame, lang: str) -> Linked | None:
    rates = facts[(facts["basis"] == "target") & (facts["counting_unit"] == "percent")]
    rates = rates[rates["value"].notna()].sort_values("value", kind="stable")
    if rates.empty:
        return None
    parts: list[tuple[str, int | None]] = [
        (
            say(
                lang,
                f"计划里有{len(rates)}项比率目标：",
                f"The plan sets {_count(len(rates), 'target rate')}: ",
            ),
            None,
        )
    ]
    shown = rates.head(4)
    for position, (_, row) in enumerate(shown.iterrows()):
        name = row[f"name_{lang}"]
        name = name.removesuffix("（目标）").removesuffix(" (target)")
        if position:
            parts.append((say(lang, "、", ", "), None))
        if lang == "zh":
            parts += [(name, None), (str(row["raw"]), int(row["start"]))]
        else:
            parts += [(f"{_lower(name)} ", None), (_rate(row), int(row["start"]))]
    more = len(rates) - len(shown)
    tail = say(lang, f"等{len(rates)}项", f", and {more} more") if more else ""
    parts.append((tail + say(lang, "。", "."), None))
    return Linked(tuple(parts))


def _rate(row: Mapping[str, Any]) -> str:
    words = {"at_least": "at least ", "more_than": "more than ", "at_most": "at most "}
    return words.get(str(row["qualifier"]), "") + plain(row["value"], "en") + "\u00a0%"


def _doubts(
    quantities: pd.DataFrame, facts: pd.DataFrame, findings: pd.DataFrame, lang: str
) -> Linked | None:
    if findings.empty:
        return Linked(((no_findings(lang, quantities, facts), None),))
    order = {weight: number for number, weight in enumerate(WEIGHTS)}
    ranked = findings.sort_values("weight", key=lambda column: column.map(order), kind="stable")
    first, counts = ranked.iloc[0], findings["weight"].value_counts()
    grave = int(counts.get("contradiction", 0) + counts.get("question", 0))
    title = first[f"title_{lang}"]
    zh = f"核对得出{len(findings)}条发现，其中{grave}条须向发布者核实；最要紧的：{title}。"
    en = (
        f"Checking gives {_count(len(findings), 'finding')}, {grave} of them to be asked about; "
        f"the gravest: {title[:1].lower()}{title[1:]}."
    )
    starts = "" if pd.isna(first["starts"]) else str(first["starts"]).split(";")[0]
    parts: tuple[tuple[str, int | None], ...] = ((say(lang, zh, en), None),)
    raw = "" if pd.isna(first["raws"]) else str(first["raws"]).split(";")[0]
    if starts and raw and raw in parts[0][0]:
        before, _, after = parts[0][0].partition(raw)
        parts = ((before, None), (raw, int(float(starts))), (after, None))
    return Linked(parts)
