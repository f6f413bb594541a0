"""What the notebooks show: sentences with computed numbers, tables, figures, findings, the run card.

All of it in the language asked for, and all of it escaped: a report's text is shown as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from sxedu_analysis.charts.numbers import bounds_text, stated_text, unit_name, value_text
from sxedu_analysis.foundation.errors import UnitError
from sxedu_analysis.foundation.units import COUNTING_UNITS
from sxedu_analysis.production.links import Linked, Quote, linked, to_unbound
from sxedu_analysis.production.wording import (
    BASES,
    KINDS,
    NOT_RECOGNISED,
    WEIGHTS,
    WHY_NOT_RECOGNISED,
    about,
    named,
    paragraphs,
    period_text,
    place_text,
    say,
    singular,
)
from sxedu_analysis.reading.quantities import find_quantities
from sxedu_analysis.reading.reports import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "Shown",
    "about",
    "fact_table",
    "measure_table",
    "show_figure",
    "show_findings",
    "show_measures",
    "show_money",
    "show_refusal",
    "show_run_card",
    "show_table",
    "show_text",
    "show_unbound",
    "unbound",
    "with_names",
]


@dataclass(frozen=True)
class Shown:
    """Something to display: as HTML in a page, as plain text where there is none."""

    html: str
    text: str
    metadata: dict[str, Any] = field(default_factory=dict)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def _display(shown: Shown) -> None:
    from IPython.display import display

    display(shown)


def show_text(lang: str, *, zh: str, en: str, **values: object) -> None:
    """Display a paragraph in the chosen language, its computed numbers filled in and set off.

    Parameters
    ----------
    lang : str
        zh or en.
    zh, en : str
        The words, with ``{name}`` where a value belongs.
    values
        What to fill in; a pair (zh, en) is filled in by language.
    """
    chosen = {
        key: value[lang == "en"] if isinstance(value, tuple) else value for key, value in values.items()
    }
    template = say(lang, zh, en)
    html = escape(template, quote=False).format(
        **{key: f"<strong>{_html(value)}</strong>" for key, value in chosen.items()}
    )
    _display(Shown(f'<p class="sx-text">{html}</p>', template.format(**chosen)))


_SHORT = 22
_MANY = 60


def table_html(frame: pd.DataFrame, *, caption: str = "") -> str:
    """A table as HTML: every cell escaped and labelled, so that a narrow page can set each row as a card."""
    head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in frame.columns)
    body = []
    for row in frame.itertuples(index=False, name=None):
        cells = [f'<th scope="row">{_html(row[0])}</th>']
        for name, value in zip(frame.columns[1:], row[1:], strict=True):
            words = _cell(value)
            # A number and its unit, or two bounds, are not to be broken over lines.
            tight = ' class="sx-tight"' if len(words) <= _SHORT else ""
            cells.append(f'<td{tight} data-label="{escape(str(name))}">{_html(value)}</td>')
        body.append(f"<tr>{''.join(cells)}</tr>")
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="sx-table sx-cards" tabindex="0"><table>{title}<thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _html(value: object) -> str:
    """A value as HTML: a linked number brings its marks, a quote its fold, anything else is words."""
    return value.__html__() if isinstance(value, Linked | Quote) else escape(_cell(value))


def _cell(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value)


def show_table(frame: pd.DataFrame, lang: str, *, zh: str = "", en: str = "") -> None:
    """Display a table with its caption; a table without rows is shown as what it is."""
    caption = say(lang, zh, en)
    if frame.empty:
        _show_nothing(caption, lang)
        return
    # Plain text takes no part of a page; it is what a terminal and a notebook test see.
    words = "\n".join([caption, *_lines_of(frame)]).strip()
    _display(Shown(table_html(frame, caption=caption), words))


def _show_nothing(caption: str, lang: str) -> None:
    """Say that nothing was recognised, which is not that nothing is there, and where else to look."""
    words = f"{caption} {_sentence(WHY_NOT_RECOGNISED[lang == 'en'], lang)}".strip()
    see = say(lang, "见未归入指标的数字", "See the figures not bound to an indicator")
    stop = say(lang, "。", ".")
    html = f'<p class="sx-none">{escape(words)}{say(lang, "", " ")}{to_unbound(see)}{stop}</p>'
    _display(Shown(html, f"{words}{say(lang, '', ' ')}{see}{stop}"))


def _sentence(words: str, lang: str) -> str:
    return f"{words[:1].upper()}{words[1:]}{say(lang, '。', '.')}"


def show_figure(axes: Axes) -> None:
    """Display a figure as PNG with its words as alternative text, and let go of it.

    What a page wants besides (the drawing as SVG, and which indicators and measures it shows) goes with it as
    metadata; `publish.take_charts` takes it out again before a notebook is stored.
    """
    import matplotlib.pyplot as plt
    from IPython.display import display

    from sxedu_analysis.charts.theme import alt_text, figure_of, image_bytes, plotted, vector

    words, table = alt_text(axes), plotted(axes)
    codes: list[str] = next((table[name].astype(str).tolist() for name in _CODES if name in table), [])
    display(
        {"image/png": image_bytes(axes), "text/plain": words},
        raw=True,
        metadata={
            "image/png": {"alt": words, "width": 560, "chart": {"svg": vector(axes), "codes": codes}},
        },
    )
    plt.close(figure_of(axes))


_CODES = ("measure", "indicator", "finding")


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
            say(lang, "上下界", "Bounds"): say(lang, "按所写", "as written")
            if row["basis"] == "target"
            else bounds_text(row["low"], row["high"], lang),
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
        return say(lang, "句子（改写）", "Sentence (restated)")
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


def show_unbound(
    quantities: pd.DataFrame,
    facts: pd.DataFrame,
    report: Report,
    lang: str,
    locations: pd.DataFrame | None = None,
) -> None:
    """Display the figures that no indicator took, so that every figure is there; count what is no figure.

    Parameters
    ----------
    quantities, facts : DataFrame
        As `load_quantities` and `load_facts` return them.
    report : Report
    lang : str
        zh or en.
    locations : DataFrame, optional
        As `load_locations` returns it.
    """
    rows = unbound(quantities, facts)
    counted = int((quantities["kind"] == "quantity").sum())
    if rows.empty:
        lead = say(
            lang,
            f"{counted}个数量全部归入了指标。",
            f"Every one of the {counted} quantities is bound to an indicator.",
        )
    else:
        lead = say(
            lang,
            f"{counted}个数量中有{len(rows)}个没有归入指标：它们在报告里，只是写法或事项不在编码本之内，不能当作报告没有。",
            f"{len(rows)} of {counted} quantities are not bound to an indicator: the report gives them, but "
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
            f"另有不是数量的数字：{listed}。",
            f" Numbers that are no quantities: {listed}.",
        )
    html, text = f'<p class="sx-text">{escape(lead)}</p>', lead
    if len(rows):
        table = unbound_table(rows, report, lang, locations)
        drawn = table_html(table)
        if len(rows) > _MANY:
            title = say(lang, f"全部{len(rows)}个", f"All {len(rows)}")
            drawn = f'<details class="sx-fold"><summary>{title}</summary>{drawn}</details>'
        html += drawn
        text = "\n".join([lead, *_lines_of(table)])
    _display(Shown(f'<div id="unbound">{html}</div>', text))


def show_money(
    quantities: pd.DataFrame,
    facts: pd.DataFrame,
    report: Report,
    lang: str,
    locations: pd.DataFrame | None = None,
) -> None:
    """Display every amount of money of a report: those bound to an indicator, then those that are not.

    Parameters and result as for `show_unbound`.
    """
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
        show_table(
            unbound_table(rest, report, lang, locations),
            lang,
            zh="未归入指标的金额",
            en="Amounts not bound to an indicator",
        )


def _lines_of(table: pd.DataFrame) -> list[str]:
    return [" | ".join(_cell(value) for value in row) for row in table.itertuples(index=False, name=None)]


def measure_table(measures: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Measures as a reader wants them: name, value, bounds, how it is computed."""
    rows = []
    for _, row in measures.iterrows():
        rows.append(
            {
                say(lang, "指标", "Measure"): row[f"name_{lang}"],
                say(lang, "数值", "Value"): measure_value(row, lang),
                say(lang, "上下界", "Bounds"): measure_bounds(row, lang),
                say(lang, "算法", "Formula"): formula(row, lang),
                say(lang, "用到的数字", "From"): operands(row, lang),
            }
        )
    return pd.DataFrame(rows)


def operands(row: Mapping[str, Any], lang: str) -> Linked:
    """The numbers a measure comes from, each leading to its place: 10.5万人 ÷ 11.2万人."""
    parts: list[tuple[str, int | None]] = []
    for role in ("numerator", "denominator"):
        start, raw = row[f"{role}_start"], _cell(row[f"{role}_raw"])
        if pd.isna(start) or not raw or (parts and parts[0][1] == int(start)):
            continue
        if parts:
            parts.append((" ÷ ", None))
        parts.append((say(lang, raw, f"“{raw}”"), int(start)))
    return Linked(tuple(parts))


def measure_value(row: Mapping[str, Any], lang: str) -> str:
    """A measure's value to honest digits; a rate or target that the report states, in its words.

    Where no value could be had, it says so: that an indicator was not recognised does not mean that the
    report is silent on it.
    """
    if row["status"] == "conflicting":
        return say(lang, "数字相互抵触", "figures conflict")
    if pd.isna(row["value"]):
        return NOT_RECOGNISED[lang == "en"]
    if as_stated(row):
        return _stated_words(row, lang)
    return singular(value_text(row["value"], row["low"], row["high"], lang, unit_name(row, lang)))


def as_stated(row: Mapping[str, Any]) -> bool:
    """Whether a measure is a rate or target that the report itself states, not one that was computed."""
    return row["status"] == "reported" and bool(_cell(row.get("numerator_raw"))) and not states_all(row)


def states_all(row: Mapping[str, Any]) -> bool:
    """Whether a measure rests on the report's saying that all take part."""
    return row["status"] == "reported" and pd.notna(row.get("denominator_start"))


def _stated_words(row: Mapping[str, Any], lang: str) -> str:
    raw = str(row["numerator_raw"])
    if lang == "zh":
        return raw
    unit = unit_name(row, lang)
    return singular(stated_text({**row, "raw": raw, "qualifier": _qualifier(raw), "unit_en": unit}, lang))


@cache
def _qualifier(raw: str) -> str:
    found = find_quantities(raw)
    return str(found["qualifier"].iloc[0]) if len(found) else "exact"


def measure_bounds(row: Mapping[str, Any], lang: str) -> str:
    """A measure's bounds; what it rests on where there are none."""
    if pd.isna(row["value"]):
        return ""
    if row["status"] == "reported":
        return say(lang, "报告如此陈述", "as the report states it")
    if row["low"] == row["high"]:
        return say(lang, "由精确数算得", "from exact counts")
    return bounds_text(row["low"], row["high"], lang, "%" if unit_name(row, lang) == "%" else "")


def formula(row: Mapping[str, Any], lang: str) -> str:
    """How a measure is computed, or that the report states it of all."""
    if states_all(row):
        return say(lang, "报告写明全部", "the report states all")
    return str(row[f"formula_{lang}"])


def show_measures(measures: pd.DataFrame, lang: str) -> None:
    """Display measures one by one: value, bounds, meaning, caveats; then name those not recognised."""
    if measures.empty:
        show_text(lang, zh="没有可计算的指标。", en="There is nothing to compute here.")
        return
    blocks, lines = [], []
    for _, row in measures[measures["value"].notna()].iterrows():
        name, unit = str(row[f"name_{lang}"]), unit_name(row, lang)
        value = measure_value(row, lang)
        limits = measure_bounds(row, lang)
        if row["status"] != "reported" and row["low"] != row["high"]:
            limits = say(lang, "上下界：", "Bounds: ") + limits
        limits = limits[:1].upper() + limits[1:]
        meaning, caveats = _cell(row[f"meaning_{lang}"]), _cell(row[f"caveats_{lang}"])
        # The unit is set smaller, beside the number.
        number, unit = number_and_unit(value, unit_of_one(value, unit))
        blocks.append(
            f'<div class="sx-measure" data-name="{escape(str(row["measure"]))}">'
            f'<p class="sx-name">{escape(name)}</p>'
            f'<p class="sx-value">{_html(linked(number, row["numerator_start"]))}'
            + (f"&nbsp;<span>{escape(unit)}</span></p>" if unit else "</p>")
            + f'<p class="sx-bounds">{escape(limits)}</p>'
            f"<p>{escape(meaning)}</p>"
            + (f'<p class="sx-caveat">{escape(caveats)}</p>' if caveats else "")
            + f'<p class="sx-formula">{escape(formula(row, lang))}{_from(row, lang)}</p></div>'
        )
        lines.append(f"{name}: {value} [{limits}] {meaning} {caveats}".strip())
    if blocks:
        _display(Shown(f'<div class="sx-measures">{"".join(blocks)}</div>', "\n".join(lines)))
    absent = measures[measures["value"].isna()]
    if len(absent):
        listed = [
            f"{row[f'name_{lang}']}{say(lang, '（', ' (')}{measure_value(row, lang)}{say(lang, '）', ')')}"
            for _, row in absent.iterrows()
        ]
        names = say(lang, "、", "; ").join(listed)
        show_text(lang, zh="不能计算：{names}。", en="Cannot be computed: {names}.", names=names)
        if (absent["status"] == "not_reported").any():
            _show_nothing("", lang)


def number_and_unit(value: str, unit: str) -> tuple[str, str]:
    """A printed value apart from its unit, to set the unit smaller; a percentage stays whole.

    Examples
    --------
    >>> number_and_unit("402.5元/人次", "元/人次"), number_and_unit("94%", "%")
    (('402.5', '元/人次'), ('94%', ''))
    >>> number_and_unit("5所以上", "所")
    ('5所以上', '')
    """
    if unit and unit != "%" and value.endswith(unit):
        return value.removesuffix(unit).rstrip(), unit
    return value, ""


def unit_of_one(value: str, unit: str) -> str:
    """The unit as it is printed after a value: in English, of one lesson and not of one lessons."""
    return singular(f"1 {unit}")[2:] if value.startswith("1\N{NO-BREAK SPACE}") else unit


def _from(row: Mapping[str, Any], lang: str) -> str:
    words = operands(row, lang)
    return f"{say(lang, '：', ': ')}{words.__html__()}" if words.parts else ""


def finding_html(row: Mapping[str, Any], lang: str, places: Sequence[str | Linked] = ()) -> str:
    """A finding as HTML: its weight, what, why, what to ask, and where the numbers stand."""
    weight = str(row["weight"])
    label = WEIGHTS.get(weight, (weight, weight))[lang == "en"]
    joined = say(lang, "；", "; ").join(_html(place) for place in places)
    where = f'<p class="sx-place">{joined}</p>' if places else ""
    ask = say(lang, "问：", "Ask: ")
    return (
        f'<div class="sx-finding sx-{escape(weight)}" data-name="{escape(str(row["finding"]))}">'
        f'<p class="sx-weight">{escape(label)}</p>'
        f"<h3>{escape(str(row[f'title_{lang}']))}</h3>"
        f"<p>{escape(str(row[f'what_{lang}']))}</p>"
        f'<p class="sx-why">{escape(str(row[f"why_{lang}"]))}</p>'
        f'<p class="sx-ask">{escape(ask)}{escape(str(row[f"question_{lang}"]))}</p>{where}</div>'
    )


def finding_places(row: Mapping[str, Any], lang: str) -> list[Linked]:
    """The expressions a finding is about, each with its characters in the original (or the text analysed)."""

    def cells(name: str) -> list[str]:
        return _cell(row.get(name)).split(";") if _cell(row.get(name)) else []

    raws, at = cells("raws"), cells("starts")
    starts, ends = cells("source_starts"), cells("source_ends")
    word = say(lang, "字符", "characters ")
    if len(starts) != len(raws) or not all(starts):
        # The words are those of the text analysed, so the place must say that it is not the original's.
        starts, ends = at, cells("ends")
        word = say(lang, "所析文本字符", "text analysed, characters ")
    opening, closing = say(lang, "（", " ("), say(lang, "）", ")")
    return [
        Linked(((raw, int(float(start))), (f"{opening}{word}{a}–{b}{closing}", None)))
        for raw, start, a, b in zip(raws, at, starts, ends, strict=True)
    ]


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
    order = {weight: n for n, weight in enumerate(WEIGHTS)}
    ranked = findings.sort_values("weight", key=lambda column: column.map(order), kind="stable")
    html = "".join(finding_html(row, lang, finding_places(row, lang)) for _, row in ranked.iterrows())
    lines = [
        f"{row['finding']} {WEIGHTS.get(str(row['weight']), ('', ''))[lang == 'en']}: {row[f'title_{lang}']} "
        f"{row[f'what_{lang}']} {row[f'why_{lang}']} {row[f'question_{lang}']}"
        for _, row in ranked.iterrows()
    ]
    _display(Shown(f'<div class="sx-findings">{html}</div>', "\n".join(lines)))


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
            f"文中读到{counted}个数量，没有一个归入指标，所以规则没有可核对的；这不等于没有问题。",
            f"{counted} quantities were read, none of them bound to an indicator, so the rules had nothing "
            "to look at; that does not mean that all is well.",
        )
    unchecked = say(
        lang, f"，其余{rest}个没有核对" if rest else "", f"; the other {rest} are unchecked" if rest else ""
    )
    return say(
        lang,
        f"文中读到{counted}个数量，其中{bound}个归入指标；规则只看归入指标的，没有得出发现{unchecked}。",
        f"{counted} quantities were read, {bound} of them bound to an indicator. The rules only look at "
        f"those, and found nothing{unchecked}.",
    )


def show_refusal(facts: pd.DataFrame, numerator: str, denominator: str, lang: str) -> None:
    """Ask for a ratio that must not be, and show why it is refused (or that there is nothing to refuse)."""
    from sxedu_analysis.analysis import load_indicators, ratio

    names = load_indicators().set_index("indicator")[f"name_{lang}"]
    pair = f"{names.get(numerator, numerator)} ÷ {names.get(denominator, denominator)}"
    missing = [
        names.get(code, code) for code in (numerator, denominator) if code not in set(facts["indicator"])
    ]
    if missing:
        show_text(
            lang, zh="没有识别到{names}，无从相除。", en="Not recognised: {names}. Nothing to divide.",
            names=say(lang, "和", " and ").join(missing),
        )  # fmt: skip
        return
    try:
        ratio(facts, numerator, denominator)
    except UnitError as error:
        reason = refusal_reason(numerator, denominator, lang) or str(error)
        sound = sound_instead(numerator, lang)
        html = (
            f'<div class="sx-refusal"><p class="sx-name">{escape(pair)}</p>'
            f"<p>{escape(say(lang, '不予计算：', 'Refused: '))}{escape(reason)}</p>"
            f'<p class="sx-caveat">{escape(sound)}</p></div>'
        )
        _display(Shown(html, f"{pair}: {reason} {sound}"))
        return
    show_text(lang, zh="{pair}可以相除。", en="{pair} may be divided.", pair=pair)


_MOST_SOUND = 4


def refusal_reason(numerator: str, denominator: str, lang: str) -> str:
    """Why two indicators are not divided: the codebook's own words, else what their counting units say."""
    from sxedu_analysis.analysis import load_codebook

    book = load_codebook()
    if (numerator, denominator) in book.unsound:
        return str(getattr(book.unsound[numerator, denominator], f"why_{lang}"))
    units = tuple(book.indicators[code].counting_unit for code in (numerator, denominator))
    above, below = (COUNTING_UNITS[unit][lang == "en"] for unit in units)
    if units == ("person_time", "person"):
        return say(
            lang,
            "人次除以人数不是覆盖率：同一个人可以计多次，得出的百分数没有“多少人”的含义。",
            "person-times over persons are no coverage: one person may count often, so the percentage says "
            "nothing about how many people.",
        )
    return say(
        lang, f"“{above}”除以“{below}”没有独立的含义。", f"{above} over {below} have no meaning of their own."
    )


def sound_instead(numerator: str, lang: str) -> str:
    """The sound measures of the codebook that use the numerator, else those of its topic; empty if none."""
    from sxedu_analysis.analysis import load_codebook

    book = load_codebook()
    ratios = [one for one in book.measures.values() if one.denominator]
    using = [one for one in ratios if numerator in (one.numerator, one.denominator)]
    topic = book.indicators[numerator].topic
    near = [one for one in ratios if topic == book.indicators[one.numerator].topic]
    names = [getattr(one, f"name_{lang}") for one in (using or near)[:_MOST_SOUND]]
    if not names:
        return ""
    return (
        say(lang, "可以计算的是：", "Sound instead: ")
        + say(lang, "、", "; ").join(names)
        + say(lang, "。", ".")
    )


def show_run_card(report: Report, lang: str, /, **parameters: object) -> None:
    """Display what this run was about: the text, its checksum, the parameters."""
    rows = [
        (say(lang, "报告", "Report"), named(report, "title", lang) or report.report_id),
        (say(lang, "发布者", "Issuer"), named(report, "issuer", lang)),
        (say(lang, "时期", "Period"), period_text(report.period, lang)),
        (say(lang, "所析文本 SHA-256", "SHA-256 of the text"), report.sha256),
        (
            say(lang, "参数", "Parameters"),
            ", ".join(f"{name}={value!r}" for name, value in parameters.items()),
        ),
    ]
    head = [say(lang, "项目", "Item"), say(lang, "内容", "Value")]
    frame = pd.DataFrame([row for row in rows if row[1]], columns=head)
    show_table(frame, lang)


def show_facts_by_topic(
    facts: pd.DataFrame, topics: pd.DataFrame, report: Report, lang: str, locations: pd.DataFrame
) -> None:
    """Display the facts topic by topic, in the codebook's order: the first open, the others folded."""
    opened = False
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
        _display(Shown(html, "\n".join([name, *_lines_of(table)])))


def show_worked_amount(measures: pd.DataFrame, people: int, lang: str) -> None:
    """Say for each amount what it comes to for so many awards or persons, within its bounds."""
    for _, row in measures.iterrows():
        if pd.isna(row["value"]):
            continue
        value, low, high = (row[name] * people for name in ("value", "low", "high"))
        per = {"amount_per_award": ("人次", "awards"), "amount_per_person": ("人", "persons")}.get(
            row["kind"]
        )
        if per is None:
            continue
        show_text(
            lang,
            zh="按{name}计，每{people}{per}合{value}，上下界{bounds}。",
            en="At the {name}, {people} {per} come to {value}, bounds {bounds}.",
            name=(row["name_zh"], row["name_en"][:1].lower() + row["name_en"][1:]),
            people=f"{people:,}" if lang == "en" else people,
            per=per,
            value=value_text(value, low, high, lang, say(lang, "元", "yuan")),
            bounds=bounds_text(low, high, lang, say(lang, "元", "yuan")),
        )
