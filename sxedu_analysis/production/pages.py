"""What the notebooks show: sentences with computed numbers, tables, figures, findings, the run card.

All of it in the language asked for, and all of it escaped: a report's text is shown as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from sxedu_analysis.charts.numbers import bounds_text, stated_text, unit_name, value_text
from sxedu_analysis.foundation.errors import UnitError
from sxedu_analysis.foundation.units import COUNTING_UNITS
from sxedu_analysis.production.links import Linked, linked
from sxedu_analysis.production.wording import (
    BASES,
    WEIGHTS,
    about,
    named,
    paragraphs,
    period_text,
    place_text,
    say,
)
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
    "show_refusal",
    "show_run_card",
    "show_table",
    "show_text",
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
        f'<div class="sx-table sx-cards"><table>{title}<thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _html(value: object) -> str:
    """A value as HTML: a linked number brings its marks, anything else is words."""
    return value.__html__() if isinstance(value, Linked) else escape(_cell(value))


def _cell(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value)


def show_table(frame: pd.DataFrame, lang: str, *, zh: str = "", en: str = "") -> None:
    """Display a table with its caption; a table without rows is shown as what it is."""
    caption = say(lang, zh, en)
    if frame.empty:
        nothing = say(lang, "报告未载。", "Not reported.")
        _display(Shown(f'<p class="sx-none">{escape(caption)} {nothing}</p>', f"{caption} {nothing}".strip()))
        return
    # Plain text takes no part of a page; it is what a terminal and a notebook test see.
    rows = [" | ".join(_cell(value) for value in row) for row in frame.itertuples(index=False, name=None)]
    _display(Shown(table_html(frame, caption=caption), "\n".join([caption, *rows]).strip()))


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
            "image/png": {"alt": words, "width": 760, "chart": {"svg": vector(axes), "codes": codes}},
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
    facts: pd.DataFrame, report: Report, lang: str, locations: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Facts as a reader wants them: name, what is stated, bounds, basis, section and place."""
    known = paragraphs(report, locations if locations is not None else pd.DataFrame())
    rows = [
        {
            say(lang, "指标", "Indicator"): row[f"name_{lang}"],
            say(lang, "报告所载", "Stated"): linked(stated_text(row, lang), row.get("start")),
            say(lang, "上下界", "Bounds"): bounds_text(row["low"], row["high"], lang),
            say(lang, "性质", "Basis"): BASES.get(str(row["basis"]), ("", ""))[lang == "en"],
            say(lang, "位置", "Place"): place_text(row, report, known, lang),
        }
        for _, row in with_names(facts).iterrows()
    ]
    return pd.DataFrame(rows)


def measure_table(measures: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Measures as a reader wants them: name, value, bounds, how it is computed."""
    rows = []
    for _, row in measures.iterrows():
        has = pd.notna(row["value"])
        rows.append(
            {
                say(lang, "指标", "Measure"): row[f"name_{lang}"],
                say(lang, "数值", "Value"): measure_value(row, lang),
                say(lang, "上下界", "Bounds"): bounds_text(row["low"], row["high"], lang) if has else "",
                say(lang, "算法", "Formula"): row[f"formula_{lang}"],
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
    """A measure's value to honest digits; said to be missing where the report does not give it."""
    if row["status"] == "conflicting":
        return say(lang, "数字相互抵触", "figures conflict")
    if pd.isna(row["value"]):
        return say(lang, "报告未载", "not reported")
    return value_text(row["value"], row["low"], row["high"], lang, unit_name(row, lang))


def show_measures(measures: pd.DataFrame, lang: str) -> None:
    """Display measures one by one: value, bounds, meaning, caveats; then name those not reported."""
    if measures.empty:
        show_text(lang, zh="报告没有可计算的指标。", en="The report gives nothing to compute here.")
        return
    blocks, lines = [], []
    for _, row in measures[measures["value"].notna()].iterrows():
        name, unit = str(row[f"name_{lang}"]), unit_name(row, lang)
        value = measure_value(row, lang)
        limits = bounds_text(row["low"], row["high"], lang, "%" if unit == "%" else "")
        if row["low"] == row["high"]:
            limits = say(lang, "精确", "exact")
        limits = say(lang, "上下界：", "Bounds: ") + limits
        if row["status"] == "reported":
            limits = say(lang, "报告如此陈述", "As the report states it")
        meaning, caveats = _cell(row[f"meaning_{lang}"]), _cell(row[f"caveats_{lang}"])
        # The unit is set smaller, beside the number.
        number, unit = (value, "") if unit == "%" else (value.removesuffix(unit).rstrip(), unit)
        blocks.append(
            f'<div class="sx-measure" data-name="{escape(str(row["measure"]))}">'
            f'<p class="sx-name">{escape(name)}</p>'
            f'<p class="sx-value">{_html(linked(number, row["numerator_start"]))} '
            f"<span>{escape(unit)}</span></p>"
            f'<p class="sx-bounds">{escape(limits)}</p>'
            f"<p>{escape(meaning)}</p>"
            + (f'<p class="sx-caveat">{escape(caveats)}</p>' if caveats else "")
            + f'<p class="sx-formula">{escape(str(row[f"formula_{lang}"]))}{_from(row, lang)}</p></div>'
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


def show_findings(findings: pd.DataFrame, lang: str) -> None:
    """Display findings, the gravest first."""
    if findings.empty:
        show_text(lang, zh="没有发现需要核实之处。", en="Nothing was found that needs checking.")
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
            lang, zh="报告没有{names}，无从相除。", en="The report does not give {names}: nothing to divide.",
            names=say(lang, "和", " and ").join(missing),
        )  # fmt: skip
        return
    try:
        ratio(facts, numerator, denominator)
    except UnitError as error:
        reason = refusal_reason(numerator, denominator, lang) or str(error)
        sound = sound_instead(numerator, denominator, lang)
        html = (
            f'<div class="sx-refusal"><p class="sx-name">{escape(pair)}</p>'
            f"<p>{escape(say(lang, '不予计算：', 'Refused: '))}{escape(reason)}</p>"
            f'<p class="sx-caveat">{escape(sound)}</p></div>'
        )
        _display(Shown(html, f"{pair}: {reason} {sound}"))
        return
    show_text(lang, zh="{pair}可以相除。", en="{pair} may be divided.", pair=pair)


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


def sound_instead(numerator: str, denominator: str, lang: str) -> str:
    """The measures of the codebook that use one of the two and are sound; empty if there are none."""
    from sxedu_analysis.analysis import load_codebook

    names = [
        getattr(one, f"name_{lang}")
        for one in load_codebook().measures.values()
        if one.numerator == numerator or (one.denominator == denominator and one.kind == "coverage")
    ]
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
        table = fact_table(chosen, report, lang, locations)
        name = say(lang, f"{topic['name_zh']}（{len(chosen)}）", f"{topic['name_en']} ({len(chosen)})")
        rows = [" | ".join(_cell(value) for value in row) for row in table.itertuples(index=False, name=None)]
        html = (
            f'<details class="sx-fold"{"" if opened else " open"}><summary>{escape(name)}</summary>'
            f"{table_html(table)}</details>"
        )
        opened = True
        _display(Shown(html, "\n".join([name, *rows])))


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
