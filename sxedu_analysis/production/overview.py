"""The front page: key figures with their sentences and places, findings in brief, what else there is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from sxedu_analysis.analysis.gap_measures import load_gap_measures
from sxedu_analysis.analysis.gaps import load_gaps
from sxedu_analysis.charts.chosen import within_whole
from sxedu_analysis.charts.gap_words import compared, printed, printed_bounds
from sxedu_analysis.charts.numbers import unit_name
from sxedu_analysis.foundation.errors import InputError, ParameterError
from sxedu_analysis.production.fact_pages import fact_table
from sxedu_analysis.production.finding_pages import finding_html, finding_places, gravest_first, no_findings
from sxedu_analysis.production.gap_pages import source_line
from sxedu_analysis.production.links import linked, marked
from sxedu_analysis.production.measure_pages import (
    measure_bounds,
    measure_value,
    number_and_unit,
    operands,
    own_bounds,
    unit_of_one,
)
from sxedu_analysis.production.output import table_html
from sxedu_analysis.production.parameters import list_notebooks
from sxedu_analysis.production.wording import (
    TEXT_KINDS,
    WEIGHTS,
    named,
    paragraphs,
    period_text,
    place_text,
    say,
    sentence_parts,
    so_many,
    summary,
)
from sxedu_analysis.reading.reports import Report

MOST_KEY_FIGURES = 9
MOST_FINDINGS = 3

TABLES = {
    "quantities": ("文中的每一个数字表达", "every numeric expression of the text"),
    "facts": ("归入指标的数字", "figures bound to indicators"),
    "measures": ("由数字算出的指标及上下限", "measures derived from the figures, with bounds"),
    "findings": ("彼此不相称的数字与应问的问题", "figures that do not sit well together, and what to ask"),
    "gaps": (
        "与相邻县区之差，附上下限、位次和来源",
        "gaps against adjacent counties, with bounds, ranks and sources",
    ),
    "claims": (
        "文中与别处比较的说法及公开数字",
        "claims that compare the county with others, and the evidence",
    ),
}


def key_figures(
    report: Report, facts: pd.DataFrame, measures: pd.DataFrame, locations: pd.DataFrame, lang: str
) -> list[dict[str, Any]]:
    """The key figures as the front page shows them: value, bounds, meaning, caveat, sentences, places.

    Which measures are key figures, and in which order, the codebook says; a report that gives none of those
    gets what can be derived from it. A coverage above 100 per cent is none: it is a finding.
    """
    known = within_whole(measures[measures["value"].notna()])
    chosen = known[known["key_figure"].notna()].sort_values("key_figure")
    if chosen.empty:
        chosen = known
    return [
        _figure(row, report, facts, locations, lang) for _, row in chosen.head(MOST_KEY_FIGURES).iterrows()
    ]


def _figure(
    row: Mapping[str, Any], report: Report, facts: pd.DataFrame, locations: pd.DataFrame, lang: str
) -> dict[str, Any]:
    places = paragraphs(report, locations)
    by_start = facts.drop_duplicates("start").set_index("start", drop=False)
    quotes: dict[str, dict[str, Any]] = {}
    for role in ("numerator", "denominator"):
        start = row[f"{role}_start"]
        if pd.isna(start) or int(start) not in by_start.index:
            continue
        fact = by_start.loc[int(start)]
        quote = quotes.setdefault(str(fact["sentence"]), {"spans": [], "places": [], "starts": {}})
        span = (int(fact["start"]), int(fact["end"]))
        if span not in quote["spans"]:
            quote["spans"].append(span)
            place = place_text(fact, report, places, lang)
            quote["starts"][str(fact["raw"])] = span[0]
            quote["places"].append(f"“{fact['raw']}”{say(lang, '：', ': ')}{place}")
    unit = unit_name(row, lang)
    value = measure_value(row, lang)
    # In a figure set large the unit is set smaller, beside it.
    number, unit = number_and_unit(value, unit_of_one(value, unit))
    limits = measure_bounds(row, lang)
    if own_bounds(row, lang):
        limits = say(lang, f"上下限 {limits}", f"bounds {limits}")
    return {
        "name": row[f"name_{lang}"],
        "measure": row["measure"],
        "value": Markup(linked(number, row["numerator_start"]).__html__()),
        "unit": unit,
        "bounds": limits,
        "computed": str(operands(row, lang)) if row["status"] == "derived" else "",
        "meaning": row[f"meaning_{lang}"],
        "caveats": row[f"caveats_{lang}"],
        "quotes": [
            {
                "parts": [
                    (Markup(marked(words, quote["starts"][words])), True)
                    if marks and words in quote["starts"]
                    else (words, marks)
                    for words, marks in sentence_parts(report.text, sentence, quote["spans"])
                ],
                "places": quote["places"],
            }
            for sentence, quote in quotes.items()
        ],
    }


def key_gaps(report: Report, lang: str) -> list[dict[str, Any]]:
    """The key figures of the front page that compare the county with those adjacent; empty if none can be."""
    if not report.adcode:
        return []
    keys = {one.measure: one.key_figure for one in load_gap_measures().values() if one.key_figure}
    try:
        gaps = compared(load_gaps(report.adcode, list(keys)))
    except (InputError, ParameterError):
        return []
    found = []
    for code, _ in sorted(keys.items(), key=lambda item: item[1]):
        rows = gaps[gaps["measure"] == code]
        if rows.empty:
            continue
        first = rows.iloc[0]
        unit = str(first[f"unit_{lang}"])
        values = first["value"], first["low"], first["high"]
        sampled = first["interval_kind"] == "sampling"
        limits = printed_bounds(first["low"], first["high"], first["gap"], lang)
        found.append(
            {
                "name": first[f"name_{lang}"],
                "value": printed(*values, first["gap"], lang, kind=first["interval_kind"]),
                "unit": unit,
                "bounds": say(lang, f"抽样95%区间 {limits}", f"sampling interval (95 %) {limits}")
                if sampled
                else _key_bounds(first, limits, lang),
                "meaning": say(
                    lang,
                    f"由高到低在{first['rank_zh']}。",
                    f"Beside the adjacent counties it is {first['rank_en']} from the highest.",
                ),
                "caveats": f"{first[f'caveats_{lang}']}{say(lang, '来源：', ' Source: ')}"
                f"{source_line(rows.head(1), lang)}{say(lang, '。', '.')}",
                "quotes": [],
            }
        )
    return found


def _key_bounds(row: pd.Series, limits: str, lang: str) -> str:
    """What a key figure rests on, one published figure or several, with the bounds that they leave."""
    measure, year = load_gap_measures().get(str(row["measure"])), row["period"]
    if measure is not None and len(measure.parts) > 1:
        words = say(lang, f"由{year}年公布数算得", f"computed from figures published for {year}")
    else:
        words = say(lang, f"{year}年公布数", f"published for {year}")
    if row["interval_kind"] == "exact" or not limits:
        return words
    return f"{words}{say(lang, f'，上下限 {limits}', f', bounds {limits}')}"


def key_facts(report: Report, facts: pd.DataFrame, indicators: pd.DataFrame, lang: str) -> Markup:
    """The plain figures that the codebook counts among the key ones, as a table; empty if there are none.

    Each leads to its place, which the tables of the analyses also give in words.
    """
    order = indicators.dropna(subset=["key_figure"]).set_index("indicator")["key_figure"]
    chosen = facts[facts["indicator"].isin(order.index)]
    if chosen.empty:
        return Markup("")
    chosen = chosen.assign(order=chosen["indicator"].map(order)).sort_values(["order", "start"])
    return Markup(table_html(fact_table(chosen, report, lang).drop(columns=say(lang, "位置", "Place"))))


def findings_in_brief(
    findings: pd.DataFrame,
    lang: str,
    quantities: pd.DataFrame | None = None,
    facts: pd.DataFrame | None = None,
) -> tuple[str, list[Markup]]:
    """A sentence that counts the findings, and the gravest of them; of none, what could be looked at."""
    if findings.empty:
        return no_findings(lang, quantities, facts), []
    ranked = gravest_first(findings)
    counts = findings["weight"].value_counts()
    listed = say(lang, "、", ", ").join(
        f"{words[0]}{counts[weight]}条" if lang == "zh" else so_many(int(counts[weight]), words[1].lower())
        for weight, words in WEIGHTS.items()
        if counts.get(weight, 0)
    )
    shown = ranked.head(MOST_FINDINGS)
    rest = len(findings) - len(shown)
    below = say(
        lang,
        f"下面是其中{len(shown)}条，由重到轻；" if rest else "",
        f"Below are {len(shown)} of them, the weightiest first. " if rest else "",
    )
    lead = say(
        lang,
        f"核对得出{len(findings)}条发现（{listed}）。{below}不相称不等于有误，口径可能不同。",
        f"The checks raise {so_many(len(findings), 'finding')} ({listed}). {below}At odds does not mean "
        "wrong: definitions may differ.",
    )
    brief = [
        Markup(finding_html(row, lang, finding_places(row, lang), brief=True)) for _, row in shown.iterrows()
    ]
    return lead, brief


def heading(report: Report, lang: str) -> dict[str, str]:
    """Title, issuer and period, and which text the pages show."""
    issuer, period = named(report, "issuer", lang), period_text(report.period, lang)
    title, which = named(report, "title", lang) or report.report_id, report.report_id
    if report.text_kind == "file":
        which = say(lang, f"报告文件 {report.path.name}", f"report file {report.path.name}")
        if lang == "en" and re.search("[\u4e00-\u9fff]", title):
            # Nobody gave it an English title: the page says in English what it is about.
            title = f"The figures of “{title}”"
    return {
        "heading": title,
        "eyebrow": " · ".join(part for part in (issuer, period, which) if part),
        "lead": TEXT_KINDS.get(report.text_kind, TEXT_KINDS["file"])[lang == "en"],
    }


def method(lang: str) -> list[str]:
    """How to read the numbers, in two paragraphs; `intervals` has the conventions."""
    return _METHOD[lang]


def intervals(lang: str) -> list[tuple[str, str]]:
    """How each way of writing a number is read: (as written, bounds)."""
    return [(row[lang == "en"], row[2 + (lang == "en")]) for row in _INTERVALS]


def limits(lang: str) -> list[str]:
    """What these pages cannot tell."""
    return _LIMITS[lang]


_INTERVALS = (
    ("逐位写出的计数：123所", "a count with all its digits: 123所", "没有误差", "exact"),
    (
        "带万、亿或小数的数，以及测得的量和百分比：10.5万、93.75%",
        "a number with 万, 亿 or decimals, a measured amount or a percentage: 10.5万, 93.75%",
        "上下各差所写末位单位的一半；百分比不出0–100",
        "half a unit of the last written digit either way; percentages stay within 0–100",
    ),
    (
        "余、多、超、逾、突破：7.8万余",
        "余, 多, 超, 逾, 突破 (more than): 7.8万余",
        "在所写数以上，不到末位非零数字的下一单位：7.8万至7.9万",
        "from the number up to the next unit of its last non-zero digit: 78,000 to 79,000",
    ),
    (
        "以上、不少于、至少",
        "以上, 不少于, 至少 (at least)",
        "下限，没有上限；百分比止于100",
        "a floor without a ceiling; percentages stop at 100",
    ),
    (
        "以下、不超过、以内",
        "以下, 不超过, 以内 (at most)",
        "从0到所写的数",
        "from 0 to the number",
    ),
    (
        "约、左右；近",
        "约, 左右 (about); 近 (nearly)",
        "正负5%；“近”只向下5%",
        "5 % either way; 近 only downwards",
    ),
)
_LIMITS = {
    "zh": [
        "只收文中写出的数字；没有写数字的判断不成为数字，“全部”“全覆盖”一类的话按报告如此陈述列出。",
        "存量的统计时点、当期数是否累计，报告多未说明；分子与分母的时点和口径未必相同。",
        "半年的数不折算成全年，也不与全年的数并列。",
        "位置是字符的起止编号（从0起，止于末字符之后），段落是非空段落的序号（从1起）。",
    ],
    "en": [
        "Only figures that the text writes out are here. A statement without a figure gives none; that all "
        "take part is shown as what the report states.",
        "The reference date of stocks, and whether period figures are cumulative, is mostly not stated; the "
        "two sides of a ratio may differ in date and scope.",
        "Half-year amounts are not annualised, nor set beside annual ones.",
        "Places are start and end offsets of characters (counted from 0, the end not included); paragraphs "
        "are non-empty ones, counted from 1.",
    ],
}
_METHOD = {
    "zh": [
        "上下限是四舍五入与措辞留下的界限，不是置信区间；只有抽样数（教育从业人员）的是95%置信区间，并已注明。上下限重叠的两个数不分高下。",
        "每个比值都连同分子、分母的上下限一起计算。人次不除以人数得出覆盖率，不同口径的数字相除须注明；"
        "不能相除的一律不算，并说明原因；部分大于整体、超过100%的，不作关键数字，见发现。"
        "数值只写到上下限容许的那一位，会落到限外时多写一位；上下限比数值多写一位，下限舍、上限进，因此总把原有的范围包括在内。"
        "所据的数字只写出界限的（“余”“近”“超”），只给区间，不写“约”；计划目标按所写，不带上下限。未取舍的值和上下限见数据表。"
        "没有数字可用的写作“未识别”：报告没有写，或者写法不在编码本之内；读到而没有归入指标的数字，见溯源页（source.html）。",
    ],
    "en": [
        "Bounds are what rounding and wording leave, not confidence intervals, except for sample "
        "figures (education workers), whose 95 % confidence intervals are marked as such; two numbers whose "
        "bounds overlap are not ranked apart.",
        "Every ratio is computed with the bounds of both its sides. Person-times are not divided by persons "
        "to give a coverage; figures of different scope are divided only with a stated caveat; what must not "
        "be divided is refused, with the reason; a part larger than its whole, above 100 %, is no key figure "
        "but a finding. Values are printed to the digit that their bounds allow, with one more where they "
        "would fall outside these. Bounds have one digit more, the lower rounded down and the upper up, so "
        "that they hold all that they did. What rests on a figure that gives a limit only (“余”, “近”, “超”) "
        "is printed as a range, never as about so much; a target stands as it is written, without bounds. "
        "The tables have every value and bound unrounded. Where no figure could be used it says not "
        "recognised: either not reported, or worded in a way that the codebook does not know; figures that "
        "were read but are bound to no indicator are on the source page (source.html).",
    ],
}


def analyses(report: Report, lang: str) -> list[dict[str, Any]]:
    """The links to the analyses: page, notebook, title, summary."""
    return [
        {
            "name": name,
            "href": f"{name}.html",
            "notebook": f"notebooks/{name}.ipynb",
            "title": getattr(one, f"title_{lang}"),
            "tab": getattr(one, f"tab_{lang}"),
            "summary": summary(getattr(one, f"summary_{lang}"), report, lang),
        }
        for name, one in list_notebooks().items()
    ]
