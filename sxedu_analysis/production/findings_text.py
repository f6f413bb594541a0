"""What a report comes to in a few sentences, computed: one whose facts are missing is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sxedu_analysis.charts.chosen import within_whole
from sxedu_analysis.charts.gap_words import compared, figures_in_words, notable, set_name
from sxedu_analysis.charts.numbers import measure_text, plain, stated_text
from sxedu_analysis.charts.words import in_sentence
from sxedu_analysis.production.fact_pages import with_names
from sxedu_analysis.production.finding_pages import gravest_first, no_findings
from sxedu_analysis.production.links import Linked
from sxedu_analysis.production.measure_pages import own_bounds
from sxedu_analysis.production.wording import WEIGHTS, say, singular, so_many


def sentences(
    quantities: pd.DataFrame,
    facts: pd.DataFrame,
    measures: pd.DataFrame,
    findings: pd.DataFrame,
    lang: str,
    gaps: pd.DataFrame | None = None,
) -> list[Linked]:
    """At most five sentences: reach, money, the neighbours, what does not sit well together, and scope.

    Which measure speaks for reach and which for money, and what is said of the neighbours, the order of key
    figures decides. What tells most comes first, how much there is to read last.

    Returns
    -------
    list of Linked
        Each number of the report in them leads to its place.
    """
    named = with_names(facts)
    found = [
        _measure(measures, named, lang, ("coverage",)),
        _measure(measures, named, lang, ("amount_per_award", "amount_per_person")),
        _neighbours(gaps, lang),
        _doubts(quantities, facts, findings, lang),
        _scope(quantities, named, lang),
    ]
    return [sentence for sentence in found if sentence is not None]


def _neighbours(gaps: pd.DataFrame | None, lang: str) -> Linked | None:
    """One or two published figures with rank and median; nothing where none can be compared."""
    if gaps is None or gaps.empty or compared(gaps).empty:
        return None
    rows = notable(gaps)
    years = sorted(set(rows["period"].astype(str)))
    others = set_name("adjacent", lang)
    year = say(lang, "、", ", ").join(years)
    words = say(
        lang,
        f"与{others}相比（{year}年公布数）：{figures_in_words(gaps, lang)}。",
        f"Beside the {others} (figures published for {year}): {figures_in_words(gaps, lang)}.",
    )
    return Linked(((words, None),))


def _scope(quantities: pd.DataFrame, facts: pd.DataFrame, lang: str) -> Linked | None:
    """How many figures there are, of which kinds, and the rates that the plan sets."""
    counted = int((quantities["kind"] == "quantity").sum())
    if facts.empty:
        none = say(
            lang,
            f"文中读到{counted}个数字，编码本一个也没有识别；溯源页（source.html）逐个列有。",
            f"{so_many(counted, 'figure')} read in the text, none of which the codebook recognises; "
            "the source page (source.html) lists them.",
        )
        return Linked(((none, None),)) if counted else None
    bound, topics = int(facts["start"].nunique()), int(facts["topic"].nunique())
    rest = counted - bound
    targets = int((facts["basis"] == "target").sum())
    zh = f"报告给出{counted}个数字，" + (f"其中{bound}个归入指标，" if rest else "")
    en = f"The report gives {so_many(counted, 'figure')}" + (
        f", of which {bound} {'belong' if bound > 1 else 'belongs'} to an indicator" if rest else ""
    )
    kinds = [
        (len(facts) - targets, "个是结果", "result"),
        (targets, "个是计划目标", "planned target"),
    ]
    there = [one for one in kinds if one[0]]
    spread = topics > 1
    zh += (f"涉及{topics}个专题：" if spread else "") + "，".join(f"{n}{words}" for n, words, _ in there)
    en += (f", on {topics} topics" if spread else "") + ": "
    en += " and ".join(so_many(n, words) for n, _, words in there)
    unknown = say(
        lang,
        f"；另有{rest}个没有识别，见溯源页（source.html）",
        f"; {rest} more {'were' if rest > 1 else 'was'} not recognised, see the source page (source.html)",
    )
    parts: list[tuple[str, int | None]] = [(say(lang, zh, en), None), *_rates(facts, lang)]
    parts.append(((unknown if rest else "") + say(lang, "。", "."), None))
    return Linked(tuple(parts))


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
    value = singular(measure_text(row, lang))
    limits = own_bounds(row, lang)
    if lang == "zh":
        around = f"（上下限{limits}）" if limits else ""
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


def _named_as_written(fact: Mapping[str, Any]) -> str:
    """The English name, and the report's words where the number in full digits hides that it is rounded."""
    written = f", written {fact['raw']}" if fact["low"] != fact["high"] else ""
    return f"{in_sentence(fact['name_en'], 'en')}{written}"


def _number(fact: Mapping[str, Any], lang: str) -> tuple[str, int]:
    return singular(stated_text(fact, lang)), int(fact["start"])


_MOST_RATES = 4


def _rates(facts: pd.DataFrame, lang: str) -> list[tuple[str, int | None]]:
    """The rates that the plan sets, in the order of the text: they have no base in common to rank them by."""
    rates = facts[(facts["basis"] == "target") & (facts["counting_unit"] == "percent")]
    rates = rates[rates["value"].notna()].sort_values("start", kind="stable")
    if rates.empty:
        return []
    shown = rates.head(_MOST_RATES)
    lead = say(lang, f"，含比率{len(rates)}项：", f", among these {so_many(len(rates), 'rate')}: ")
    parts: list[tuple[str, int | None]] = [(lead, None)]
    for position, (_, row) in enumerate(shown.iterrows()):
        name = row[f"name_{lang}"]
        name = name.removesuffix("（目标）").removesuffix(" (target)")
        if position:
            parts.append((say(lang, "、", ", "), None))
        if lang == "zh":
            parts += [(name, None), (str(row["raw"]), int(row["start"]))]
        else:
            parts += [(f"{in_sentence(name, lang)} ", None), (_rate(row), int(row["start"]))]
    more = len(rates) - len(shown)
    if more:
        parts.append((say(lang, "等", f" and {more} more"), None))
    return parts


def _rate(row: Mapping[str, Any]) -> str:
    words = {"at_least": "at least ", "more_than": "more than ", "at_most": "at most "}
    return words.get(str(row["qualifier"]), "") + plain(row["value"], "en") + "\u00a0%"


def _doubts(
    quantities: pd.DataFrame, facts: pd.DataFrame, findings: pd.DataFrame, lang: str
) -> Linked | None:
    if findings.empty:
        return Linked(((no_findings(lang, quantities, facts), None),))
    ranked = gravest_first(findings)
    first, counts = ranked.iloc[0], findings["weight"].value_counts()
    listed = [(int(counts[weight]), weight) for weight in WEIGHTS if counts.get(weight, 0)]
    zh = "、".join(f"{WEIGHTS[weight][0]}{number}处" for number, weight in listed)
    en = _and([so_many(number, weight) for number, weight in listed])
    if len(findings) == 1:
        lead = say(lang, f"核对所得：{zh}，即", f"The checks raise {en}: ")
    elif str(first["weight"]) in _GRAVE:
        lead = say(lang, f"核对所得：{zh}。最要紧的：", f"The checks raise {en}; the gravest: ")
    else:
        lead = say(lang, f"核对所得：{zh}，如：", f"The checks raise {en}; for instance: ")
    parts = [(lead, None), *_title_parts(first, lang), (say(lang, "。", "."), None)]
    return Linked(tuple(parts))


_GRAVE = ("contradiction", "question")
"""The weights of findings of which the first may be called the gravest."""


def _and(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _title_parts(finding: Mapping[str, Any], lang: str) -> list[tuple[str, int | None]]:
    """A finding's title inside a sentence, each expression that it quotes leading to its place."""
    title = in_sentence(str(finding[f"title_{lang}"]), lang)
    cells = ["" if pd.isna(finding[name]) else str(finding[name]) for name in ("raws", "starts")]
    raws, starts = (cell.split(";") if cell else [] for cell in cells)
    parts: list[tuple[str, int | None]] = []
    at = 0
    for raw, start in zip(raws, starts, strict=False):
        # Quoted, so that 26 of the report is not taken for a count of ours, nor 2条 for a part of 12条.
        place = title.find(f"“{raw}”", at)
        if raw and start and place >= 0:
            parts += [(title[at : place + 1], None), (raw, int(float(start)))]
            at = place + 1 + len(raw)
    return [*parts, (title[at:], None)]
