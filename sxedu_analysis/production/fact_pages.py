"""Facts as tables: what is stated, in which sentence, where; and the figures that no indicator took."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from sxedu_analysis.charts.numbers import bounds_text, stated_text
from sxedu_analysis.production import output
from sxedu_analysis.production.links import Linked, Quote, linked
from sxedu_analysis.production.output import Shown, lines_of, show_table, show_text, table_html
from sxedu_analysis.production.wording import BASES, KINDS, paragraphs, place_text, say, singular
from sxedu_analysis.reading.reports import Report

_MANY = 60


def with_names(facts: pd.DataFrame) -> pd.DataFrame:
    """Facts with `unit_zh` and `unit_en` of their indicator, for printing."""
    from sxedu_analysis.analysis import load_indicators

    units = load_indicators()[["indicator", "unit_en"]]
    return facts.merge(units, on="indicator", how="left") if "unit_en" not in facts else facts


def fact_table(
    facts: pd.DataFrame,
    report: Report,
    lang: str,
    locations: pd.DataFrame | None = None,
    *,
    sentences: bool = False,
) -> pd.DataFrame:
    """Facts as a reader wants them: name, what is stated, bounds, basis, place; with `sentences` their words.

    A target is set, not measured: it is shown as it is written, without bounds.
    """
    known = paragraphs(report, locations if locations is not None else pd.DataFrame())
    rows = []
    for _, row in with_names(facts).iterrows():
        cells: dict[str, Any] = {
            say(lang, "指标", "Indicator"): row[f"name_{lang}"],
            say(lang, "报告所载", "Stated"): stated(row, lang),
        }
        if sentences:
            cells[sentence_title(report, lang)] = quote(row, report)
        cells |= {
            say(lang, "上下限", "Bounds"): say(lang, "按所写", "as written")
            if row["basis"] == "target"
            else bounds_text(row["low"], row["high"], lang, "%" if row["counting_unit"] == "percent" else ""),
            say(lang, "性质", "Basis"): BASES.get(str(row["basis"]), ("", ""))[lang == "en"],
            say(lang, "位置", "Place"): place_text(row, report, known, lang),
        }
        rows.append(cells)
    return pd.DataFrame(rows)


def stated(row: Mapping[str, Any], lang: str) -> Linked:
    """What a fact states, leading to its place; in English with the report's own expression beside it."""
    words = linked(stated_text(row, lang), row.get("start"))
    if lang == "zh":
        return words
    return Linked(((singular(words.parts[0][0]), words.parts[0][1]), (f" ({row['raw']})", None)))


def sentence_title(report: Report, lang: str) -> str:
    """What a column of sentences is called: the report's own, or ours."""
    if report.text_kind == "restated":
        return say(lang, "复述句", "Sentence (restated)")
    return say(lang, "原话", "Sentence")


def quote(row: Mapping[str, Any], report: Report) -> Quote:
    """The sentence in which a number stands, the number marked."""
    sentence, start, raw = str(row["sentence"]), int(row["start"]), str(row["raw"])
    begin = report.text.rfind(sentence, 0, start + len(sentence))
    at = start - begin if begin >= 0 else -1
    return Quote(sentence, raw, at if at >= 0 and sentence[at : at + len(raw)] == raw else -1)


def unbound(quantities: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """The quantities that no indicator took: in the report, but unknown to the codebook."""
    counted = quantities[quantities["kind"] == "quantity"]
    return counted[~counted["start"].isin(facts["start"])]


def unbound_table(
    rows: pd.DataFrame, report: Report, lang: str, locations: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Quantities without an indicator: as written, with sentence and place."""
    placed = locations if locations is not None else pd.DataFrame()
    known = paragraphs(report, placed)
    sources: dict[int, tuple[int, int]] = {}
    if len(placed):
        ends = zip(placed["source_start"], placed["source_end"], strict=True)
        sources = dict(zip(placed["restated_start"], ends, strict=True))
    cells = []
    for row in rows.to_dict("records"):
        place = sources.get(row["start"], (None, None))
        row |= dict(zip(("source_start", "source_end"), place, strict=True))
        cells.append(
            {
                say(lang, "数字", "Number"): linked(str(row["raw"]), row["start"]),
                sentence_title(report, lang): quote(row, report),
                say(lang, "位置", "Place"): place_text(row, report, known, lang),
            }
        )
    return pd.DataFrame(cells)


def show_counts(quantities: pd.DataFrame, facts: pd.DataFrame, lang: str) -> None:
    """Say how many figures a text has, how many of them an indicator took, and of which kind these are.

    Parameters
    ----------
    quantities, facts : DataFrame
        As `load_quantities` and `load_facts` return them.
    lang : str
        zh or en.
    """
    counted, rest = int((quantities["kind"] == "quantity").sum()), len(unbound(quantities, facts))
    targets = int((facts["basis"] == "target").sum())
    results = len(facts) - targets
    if not counted:
        show_text(lang, zh="文中没有读到数量。", en="No figure was read in the text.")
        return
    # What there is none of is left unsaid.
    parts = [("{results}个是结果", "{results} results")] * bool(results)
    parts += [("{targets}个是目标", "{targets} targets")] * bool(targets)
    zh, en = "，".join(part[0] for part in parts), " and ".join(part[1] for part in parts)
    if not parts:
        zh, en = "都没有归入指标", "none of them belongs to an indicator"
    elif rest:
        zh = f"其中{{bound}}个归入了指标：{zh}；{{rest}}个没有对应的指标"
        en = f"{{bound}} belong to an indicator: {en}; {{rest}} do not"
    else:
        zh, en = f"都归入了指标：{zh}", f"all belong to an indicator: {en}"
    show_text(
        lang,
        zh=f"文中有{{n}}个数量，{zh}。",
        en=f"The text has {{n}} figures; {en}.",
        n=counted,
        bound=counted - rest,
        results=results,
        targets=targets,
        rest=rest,
    )


def show_unbound(quantities: pd.DataFrame, facts: pd.DataFrame, report: Report, lang: str) -> None:
    """Display the figures that no indicator took, so that every figure is there; count what is no figure.

    Parameters
    ----------
    quantities, facts : DataFrame
        As `load_quantities` and `load_facts` return them.
    report : Report
    lang : str
        zh or en.
    """
    from sxedu_analysis.analysis import load_locations

    rows = unbound(quantities, facts)
    counted = int((quantities["kind"] == "quantity").sum())
    if rows.empty:
        lead = say(
            lang,
            f"{counted}个数字全部归入了指标。",
            f"Every one of the {counted} figures is bound to an indicator.",
        )
    else:
        lead = say(
            lang,
            f"{counted}个数字中有{len(rows)}个没有归入指标：它们在报告里，只是写法或事项不在编码本之内，不能当作报告没有。",
            f"{len(rows)} of {counted} figures are not bound to an indicator: the report gives them, but "
            "in a way, or of a thing, that the codebook does not know. They must not be taken for missing.",
        )
    others = quantities["kind"].astype(str).value_counts()
    listed = say(lang, "、", ", ").join(
        f"{names[lang == 'en']}{say(lang, '', ': ')}{others[kind]}"
        for kind, names in KINDS.items()
        if kind != "quantity" and others.get(kind, 0)
    )
    if listed:
        lead += say(
            lang,
            f"另有不作统计的：{listed}。",
            f" Numbers that count nothing: {listed}.",
        )
    html, text = f'<p class="sx-text">{escape(lead)}</p>', lead
    if len(rows):
        table = unbound_table(rows, report, lang, load_locations(report))
        drawn = table_html(table)
        if len(rows) > _MANY:
            title = say(lang, f"全部{len(rows)}个", f"All {len(rows)}")
            drawn = f'<details class="sx-fold"><summary>{title}</summary>{drawn}</details>'
        html += drawn
        text = "\n".join([lead, *lines_of(table)])
    output.put(Shown(f'<div id="unbound">{html}</div>', text))


def show_money(quantities: pd.DataFrame, facts: pd.DataFrame, report: Report, lang: str) -> None:
    """Display every amount of money of a report: those bound to an indicator, then those that are not.

    Parameters and result as for `show_unbound`.
    """
    from sxedu_analysis.analysis import load_locations

    locations = load_locations(report)
    known = facts[facts["counting_unit"] == "yuan"]
    rest = unbound(quantities, facts)
    rest = rest[rest["counting_unit"].astype(str) == "yuan"]
    if known.empty and rest.empty:
        show_text(lang, zh="文中没有读到以元计的数字。", en="No figure in yuan was read in the text.")
        return
    if len(known):
        show_table(
            fact_table(known, report, lang, locations, sentences=True),
            lang,
            zh="归入指标的金额",
            en="Amounts bound to an indicator",
        )
    else:
        show_text(
            lang,
            zh="没有金额归入指标，所以下面的次均、生均可能算不出来；这不等于报告没有写钱。",
            en="No amount is bound to an indicator, so amounts per award or student may be lacking below; "
            "that does not mean that the report gives no money.",
        )
    if len(rest):
        _show_folded(
            unbound_table(rest, report, lang, locations),
            say(lang, "未归入指标的金额", "Amounts not bound to an indicator"),
        )


def _show_folded(table: pd.DataFrame, title: str) -> None:
    """Display a table; one that would fill many screens is folded under its title."""
    if len(table) <= _MANY:
        html = table_html(table, caption=title)
    else:
        heading = f"{escape(title)} ({len(table)})"
        html = f'<details class="sx-fold"><summary>{heading}</summary>{table_html(table)}</details>'
    output.put(Shown(html, "\n".join([title, *lines_of(table)])))


def show_facts_by_topic(
    facts: pd.DataFrame, topics: pd.DataFrame, report: Report, lang: str, locations: pd.DataFrame
) -> None:
    """Display the facts topic by topic, in the codebook's order: the first open, the others folded."""
    opened = False
    facts = with_names(facts)
    for _, topic in topics.iterrows():
        chosen = facts[facts["topic"] == topic["topic"]]
        if chosen.empty:
            continue
        table = fact_table(chosen, report, lang, locations, sentences=True)
        name = say(lang, f"{topic['name_zh']}（{len(chosen)}）", f"{topic['name_en']} ({len(chosen)})")
        html = (
            f'<details class="sx-fold"{"" if opened else " open"}><summary>{escape(name)}</summary>'
            f"{table_html(table)}</details>"
        )
        opened = True
        output.put(Shown(html, "\n".join([name, *lines_of(table)])))
