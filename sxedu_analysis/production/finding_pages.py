"""Findings: what does not sit well together, why it matters, what to ask, and where the numbers stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from sxedu_analysis.production import output
from sxedu_analysis.production.fact_pages import unbound
from sxedu_analysis.production.links import Linked, linked
from sxedu_analysis.production.output import Shown, cell_text, html_of, show_text
from sxedu_analysis.production.wording import WEIGHTS, say, singular


def finding_html(
    row: Mapping[str, Any], lang: str, places: Sequence[str | Linked] = (), *, brief: bool = False
) -> str:
    """A finding as HTML: its weight, what, why, what to ask, and where the numbers stand.

    In brief, why it matters is folded away, and of the places only the numbers are left, which lead there.
    """
    weight = str(row["weight"])
    label = WEIGHTS.get(weight, (weight, weight))[lang == "en"]
    joined = say(lang, "；", "; ").join(html_of(place) for place in places)
    where = f'<p class="sx-place">{joined}</p>' if places else ""
    ask = say(lang, "问：", "Ask: ")
    why = f'<p class="sx-why">{escape(str(row[f"why_{lang}"]))}</p>'
    question = f'<p class="sx-ask">{escape(ask)}{escape(str(row[f"question_{lang}"]))}</p>'
    if brief:
        numbers = [Linked(place.parts[:1]) for place in places if isinstance(place, Linked)]
        listed = say(lang, "、", ", ").join(number.__html__() for number in numbers)
        at = f'<p class="sx-place">{say(lang, "所涉数字：", "Numbers: ")}{listed}</p>' if listed else ""
        title = say(lang, "为何要问", "Why it matters")
        rest = f'{question}{at}<details class="more"><summary>{title}</summary>{why}</details>'
    else:
        rest = f"{why}{question}{where}"
    return (
        f'<div class="sx-finding sx-{escape(weight)}" data-name="{escape(str(row["finding"]))}">'
        f'<p class="sx-weight">{escape(label)}</p>'
        f"<h3>{escape(str(row[f'title_{lang}']))}</h3>"
        f"<p>{escape(str(row[f'what_{lang}']))}</p>"
        f"{rest}</div>"
    )


def finding_places(row: Mapping[str, Any], lang: str) -> list[Linked]:
    """The expressions a finding is about, each with its characters in the original (or the text analysed)."""

    def cells(name: str) -> list[str]:
        return cell_text(row.get(name)).split(";") if cell_text(row.get(name)) else []

    raws, at = cells("raws"), cells("starts")
    starts, ends = cells("source_starts"), cells("source_ends")
    word = say(lang, "字符", "characters ")
    if len(starts) != len(raws) or not all(starts):
        # The words are those of the text analysed, so the place must say that it is not the original's.
        starts, ends = at, cells("ends")
        word = say(lang, "分析所用文本字符", "text analysed, characters ")
    opening, closing = say(lang, "（", " ("), say(lang, "）", ")")
    return [
        Linked(((raw, int(float(start))), (f"{opening}{word}{a}–{b}{closing}", None)))
        for raw, start, a, b in zip(raws, at, starts, ends, strict=True)
    ]


def gravest_first(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings by weight; those of one weight in the order of the codebook's rules."""
    order = {weight: number for number, weight in enumerate(WEIGHTS)}
    return findings.sort_values("weight", key=lambda column: column.map(order), kind="stable")


def show_findings(
    findings: pd.DataFrame,
    lang: str,
    quantities: pd.DataFrame | None = None,
    facts: pd.DataFrame | None = None,
    *,
    weight: str = "all",
) -> None:
    """Display findings, the gravest first; where there are none, say how much the rules could look at.

    Parameters
    ----------
    findings : DataFrame
        As `load_findings` returns it.
    lang : str
        zh or en.
    quantities, facts : DataFrame, optional
        What was read, and what of it the rules saw.
    weight : str
        Only findings of this weight; ``all`` for every weight.
    """
    if len(findings) and weight != "all":
        others = len(findings)
        findings = findings[findings["weight"] == weight]
        if findings.empty:
            show_text(
                lang,
                zh="没有“{label}”这一级的发现；其他级别共有{others}条。",
                en="No finding is of weight {label}; there are {others} of other weights.",
                label=WEIGHTS[weight],
                others=others,
            )
            return
    if findings.empty:
        show_text(lang, zh="{words}", en="{words}", words=no_findings(lang, quantities, facts))
        return
    ranked = gravest_first(findings)
    html = "".join(finding_html(row, lang, finding_places(row, lang)) for _, row in ranked.iterrows())
    lines = [
        f"{row['finding']} {WEIGHTS.get(str(row['weight']), ('', ''))[lang == 'en']}: {row[f'title_{lang}']} "
        f"{row[f'what_{lang}']} {row[f'why_{lang}']} {row[f'question_{lang}']}"
        for _, row in ranked.iterrows()
    ]
    output.put(Shown(f'<div class="sx-findings">{html}</div>', "\n".join(lines)))


def pair_table(pairs: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Pairs of figures at odds, as `charts.pairs` gives them: what they are, and both figures."""
    from sxedu_analysis.charts.numbers import stated_text
    from sxedu_analysis.charts.pairs import pair_heading, side

    heads = [
        say(lang, "不相称之处", "At odds"),
        say(lang, "一个数字", "One figure"),
        say(lang, "另一个数字", "The other"),
    ]

    def cell(fact: Mapping[str, Any]) -> Linked:
        number = linked(singular(stated_text(fact, lang)), fact.get("start"))
        return Linked(((f"{fact[f'name_{lang}']}{say(lang, '：', ': ')}", None), *number.parts))

    rows = [
        (pair_heading(row, lang), cell(side(row, "first")), cell(side(row, "second")))
        for _, row in pairs.iterrows()
    ]
    return pd.DataFrame(rows, columns=heads)


def show_pairs(findings: pd.DataFrame, facts: pd.DataFrame, *, lang: str, **told: str) -> None:
    """Display the pairs of figures that do not sit well together: drawn if two or more can be, else a table.

    Parameters
    ----------
    findings, facts : DataFrame
        As `load_findings` and `load_facts` return them.
    lang : str
        zh or en.
    **told
        Place and period, and source, as a chart's function takes them.
    """
    from sxedu_analysis.charts.pairs import drawable, pairs

    found = pairs(findings, facts)
    if found.empty:
        show_text(lang, zh="没有两个数字相互抵触。", en="No two figures are at odds.")
    elif drawable(found):
        from sxedu_analysis.charts import conflicting_pairs

        output.show_figure(conflicting_pairs(findings, facts, lang=lang, **told))
    else:
        output.show_table(
            pair_table(found, lang),
            lang,
            zh="成对不相称的数字：不等于有误，口径可能不同；没有一对可以相除",
            en="Pairs of figures at odds: not necessarily wrong, definitions may differ; none may be divided",
        )


def no_findings(lang: str, quantities: pd.DataFrame | None = None, facts: pd.DataFrame | None = None) -> str:
    """That the rules found nothing, and of how much."""
    if quantities is None or facts is None:
        return say(
            lang,
            "规则没有得出发现；规则只看归入指标的数字，其余的没有核对。",
            "The rules found nothing. They only look at figures bound to an indicator; "
            "the others are unchecked.",
        )
    counted = int((quantities["kind"] == "quantity").sum())
    bound = counted - len(unbound(quantities, facts))
    rest = counted - bound
    if not bound:
        return say(
            lang,
            f"文中读到{counted}个数字，没有一个归入指标，所以规则没有可核对的；这不等于没有问题。",
            f"{counted} figures were read, none of them bound to an indicator, so the rules had nothing "
            "to look at; that does not mean that all is well.",
        )
    unchecked = say(
        lang, f"，其余{rest}个没有核对" if rest else "", f"; the other {rest} are unchecked" if rest else ""
    )
    return say(
        lang,
        f"文中读到{counted}个数字，其中{bound}个归入指标；规则只看归入指标的，没有得出发现{unchecked}。",
        f"{counted} figures were read, {bound} of them bound to an indicator. The rules only look at "
        f"those, and found nothing{unchecked}.",
    )
