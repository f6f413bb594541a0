"""The report as a PDF: set by typst from data, fonts embedded, the same bytes every time."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pandas as pd
from markupsafe import Markup

from sxedu_analysis.foundation.errors import ExecutionError
from sxedu_analysis.production.fact_pages import fact_table, quote, unbound
from sxedu_analysis.production.finding_pages import finding_places, gravest_first
from sxedu_analysis.production.links import Linked, starts_in
from sxedu_analysis.production.measure_pages import measure_table
from sxedu_analysis.production.wording import WEIGHTS, named, paragraph_at, paragraphs, period_text, say
from sxedu_analysis.reading.reports import Report

_TEMPLATE = Path(__file__).with_name("templates") / "report.typ"
_FIGURE = ("name", "value", "unit", "bounds", "meaning", "caveats")
_EDGE = 2.2
"""Millimetres that a drawing leaves empty at its edges: they hang out over the margins of the text."""
_CHART_WIDTH, _CHART_HEIGHT, _HEADING = 174.0 + 2 * _EDGE, 250.0, 24.0
"""Millimetres a chart may take of a page, and what its section's heading needs: a higher one is cut off."""
_PAGE_END, _SPACE, _FEW_CHARTS = 272.0, 3.6, 2
"""Millimetres down to which a page goes, and between two charts; so many charts have but one good order."""
_LONG_WORD, _LONG_TEXT = 40, 1500
"""Characters: a word that gets places to break, a text that may run over pages."""
_MOST_UNBOUND = 60
"""Figures that no indicator took which are listed; a report of thousands would be a book of them."""
_FACT_HEAD = (
    ("指标", "Indicator"),
    ("报告所载", "Stated"),
    ("", "As written"),
    ("上下限", "Bounds"),
    ("性质", "Basis"),
    ("位置", "Place"),
)
"""Columns of facts; those but for the third and the last are the first four of `fact_table`."""
_WORDS = {
    "brief": ("要点", "In brief"),
    "contents": ("目录", "Contents"),
    "key": ("关键数字", "Key figures"),
    "basic": ("基本数字", "Basic figures"),
    "gaps": ("与相邻县区相比", "Beside the adjacent counties"),
    "published": (
        "公布的数字，不是报告所载；位次由高到低，高不等于好。",
        "Published figures, not those of the report; ranks count from the highest, which need not be best.",
    ),
    "findings": ("发现与疑问", "Findings and questions"),
    "register": ("全部数字", "All figures"),
    "unbound": ("未归入指标的数字", "Figures bound to no indicator"),
    "apart": ("；", "; "),
    "method": ("方法", "Method"),
    "written": ("写法", "As written"),
    "bounds": ("上下限", "Bounds"),
    "limits": ("局限", "Limits"),
    "sources": ("来源", "Sources"),
    "run": ("运行卡", "Run card"),
    "item": ("项目", "Item"),
    "content": ("内容", "Value"),
}


def write_pdf(
    path: Path,
    report: Report,
    tables: Mapping[str, pd.DataFrame],
    front: Mapping[str, Any],
    charts: Mapping[str, Sequence[Mapping[str, Any]]],
    lang: str,
) -> Path:
    """Set the report and write it.

    Parameters
    ----------
    path : Path
        File to write.
    report : Report
    tables : mapping
        facts, measures and findings, as `load_tables` gives them.
    front : mapping
        The front page's context: the PDF says the same.
    charts : mapping
        Notebook -> its charts, as `publish.take_charts` gives them.
    lang : str
        zh or en.

    Raises
    ------
    ExecutionError
        If typst cannot set the report.
    """
    import typst
    from pylopdf_fonts_zh_cn import sans_path

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        data = breakable(content(report, tables, front, charts, lang))
        for section in data["sections"]:
            for chart in section["charts"]:
                svg = chart.pop("svg")
                # A letter in a font that is not embedded would be drawn with whatever the machine has.
                svg = svg.replace("'Noto Sans SC', 'DejaVu Sans'", "'Noto Sans SC'")
                (folder / chart["file"]).write_text(svg, encoding="utf-8")
        (folder / "report.typ").write_text(_TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        _save(data, folder)
        try:
            setter = typst.Compiler(
                folder / "report.typ",
                root=folder,
                font_paths=[Path(str(sans_path())).parent],
                ignore_system_fonts=True,
            )
            for number, section in enumerate(data["sections"]):
                if len(section["charts"]) > _FEW_CHARTS:
                    _save(data, folder)
                    tops = json.loads(setter.query("<charts>", field="value"))
                    section["charts"] = _filling(section["charts"], _PAGE_END - tops[number])
            _save(data, folder)
            made = setter.compile(timestamp=0)
        except (RuntimeError, ValueError) as error:
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise ExecutionError(f"typst cannot set the report: {first}", where=path.name) from None
    path.write_bytes(cast(bytes, made))
    return path


def _save(data: Mapping[str, Any], folder: Path) -> None:
    (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def _filling(charts: Sequence[dict[str, Any]], room: float) -> list[dict[str, Any]]:
    """The charts of a section in an order that leaves no page half empty: the first one stays the first.

    After it comes, again and again, the next that the page has room for; where none fits, a page begins.

    Examples
    --------
    >>> charts = [{"height": 120}, {"height": 150}, {"height": 80}, {"height": 90}]
    >>> [one["height"] for one in _filling(charts, 230)]
    [120, 80, 150, 90]
    """
    first, *rest = charts
    ordered = [first]
    if first["height"] > room:
        room = _CHART_HEIGHT - _HEADING
    room -= first["height"] + _SPACE
    while rest:
        chosen = next((one for one in rest if one["height"] <= room), None)
        if chosen is None:
            chosen, room = rest[0], _CHART_HEIGHT + _SPACE
        rest.remove(chosen)
        ordered.append(chosen)
        room -= chosen["height"] + _SPACE
    return ordered


def content(
    report: Report,
    tables: Mapping[str, pd.DataFrame],
    front: Mapping[str, Any],
    charts: Mapping[str, Sequence[Mapping[str, Any]]],
    lang: str,
) -> dict[str, Any]:
    """What the PDF says, as plain data."""
    from sxedu_analysis.analysis import load_indicators, load_locations

    facts, locations = tables["facts"], load_locations(report)
    known = paragraphs(report, locations)
    order = load_indicators().dropna(subset=["key_figure"]).set_index("indicator")["key_figure"]
    key = facts[facts["indicator"].isin(order.index)]
    key = key.assign(order=key["indicator"].map(order)).sort_values(["order", "start"])
    register = _register(facts, report, known, lang)
    rest = _unbound(unbound(tables["quantities"], facts), report, known, lang)
    issuer = named(report, "issuer", lang)
    return {
        "lang": lang,
        "edge": _EDGE,
        "words": {name: words[lang == "en"] for name, words in _WORDS.items()},
        "heading": front["heading"],
        "eyebrow": front["eyebrow"],
        "lead": front["lead"],
        "short": issuer or front["heading"],
        "author": issuer or "sxedu_analysis",
        "period": period_text(report.period, lang),
        "report_id": report.report_id,
        "sentences": [[list(part) for part in sentence.parts] for sentence in front["sentences"]],
        "figures": [_figure(one) for one in front["figures"]],
        "gaps": [_figure(one) for one in front["gaps"]],
        "fact_head": [words[lang == "en"] for words in _FACT_HEAD if words[lang == "en"]],
        "basic": _fact_rows(key, report, known, lang),
        "sections": _sections(tables["measures"], front["analyses"], charts, lang),
        "findings_lead": _findings_lead(len(tables["findings"]), lang) or front["findings_lead"],
        "findings": _findings(tables["findings"], lang),
        "register_lead": _place_words(report, lang),
        "register": register,
        "unbound": rest,
        "anchors": [row["start"] for row in register if row.get("home")]
        + [row["start"] for row in rest["rows"]],
        "method": list(front["method"]),
        "intervals": [list(row) for row in front["intervals"]],
        "limits": list(front["limits"]),
        "sources": list(front["sources"]),
        "run": [[str(value) for value in row] for row in front["run"]],
    }


def _register(
    facts: pd.DataFrame, report: Report, known: Mapping[int, int], lang: str
) -> list[dict[str, Any]]:
    """All facts, topic by topic: a row without cells names the topic. The first of a place is its `home`."""
    from sxedu_analysis.analysis import load_topics

    rows: list[dict[str, Any]] = []
    seen: set[int] = set()
    for topic in load_topics().to_dict("records"):
        chosen = facts[facts["topic"] == topic["topic"]]
        if chosen.empty:
            continue
        rows.append({"name": topic[f"name_{lang}"], "cells": []})
        for row in _fact_rows(chosen, report, known, lang):
            rows.append({**row, "home": row["start"] not in seen})
            seen.add(row["start"])
    return rows


def _fact_rows(
    facts: pd.DataFrame, report: Report, known: Mapping[int, int], lang: str
) -> list[dict[str, Any]]:
    """Facts as rows: name, what is stated, in English the expression itself, bounds, basis, place."""
    if facts.empty:
        return []
    rows = []
    table = fact_table(facts, report, lang).itertuples(index=False, name=None)
    for (name, stated, *limits), fact in zip(table, facts.to_dict("records"), strict=True):
        number = stated.parts[0][0] if isinstance(stated, Linked) else _plain(stated)
        cells = [_plain(name), str(number), *map(_plain, limits[:2])]
        if lang == "en":
            cells.insert(2, str(fact["raw"]))
        rows.append({"start": int(fact["start"]), "cells": [*cells, _place(fact, report, known, lang)]})
    return rows


def _place(row: Mapping[str, Any], report: Report, known: Mapping[int, int], lang: str) -> str:
    """Paragraph and characters, short enough for a column; whose they are is said above it."""
    whole = pd.notna(row.get("source_start"))
    start, end = (int(row[f"{'source_' if whole else ''}{edge}"]) for edge in ("start", "end"))
    paragraph = known.get(start) if whole else None
    if paragraph is None and not (whole and report.text_kind == "restated"):
        paragraph = paragraph_at(report.text, start)
    number = f"{start}–{end}"
    before = "" if paragraph is None else say(lang, f"第{paragraph}段，", f"¶{paragraph}: ")
    stray = not whole and report.text_kind == "restated"
    after = say(lang, "（分析所用文本）", " (text analysed)") if stray else ""
    return f"{before}{say(lang, '字符', '')}{number}{after}"


def _place_words(report: Report, lang: str) -> str:
    """Whose paragraphs and characters the places are."""
    if report.text_kind == "restated":
        return say(
            lang, "位置是原文的段落与字符。", "Places are paragraphs (¶) of the original and its characters."
        )
    return say(lang, "位置是文件的段落与字符。", "Places are paragraphs (¶) of the file and its characters.")


def _unbound(rows: pd.DataFrame, report: Report, known: Mapping[int, int], lang: str) -> dict[str, Any]:
    """The figures that no indicator took, as many as there is room for, and how many more there are."""
    shown = rows.head(_MOST_UNBOUND).to_dict("records")
    left = len(rows) - len(shown)
    more = say(
        lang,
        f"另有{left}个，见source.html和tables/quantities.csv。",
        f"{left} more: see source.html and tables/quantities.csv.",
    )
    return {
        "lead": say(
            lang,
            f"下列{len(rows)}个数量报告里有，编码本没有收录它们的写法或事项，不能当作报告没有。",
            f"The report gives {len(rows)} more, in a way or of a thing that the codebook does not know; "
            "they must not be taken for missing.",
        ),
        "rows": [
            {
                "start": int(row["start"]),
                "raw": str(row["raw"]),
                "words": str(quote(row, report)),
                "place": _place(row, report, known, lang),
            }
            for row in shown
        ],
        "more": more if left else "",
    }


def breakable(data: Any) -> Any:
    """The same data with places to break in words that no line could hold; a checksum stays whole.

    Examples
    --------
    >>> breakable({"a": ["x" * 50, "短", 1]})["a"][0].split("\u200b") == ["x" * 20, "x" * 20, "x" * 10]
    True
    """
    if isinstance(data, dict):
        return {name: value if name == "svg" else breakable(value) for name, value in data.items()}
    if isinstance(data, list):
        return [breakable(value) for value in data]
    return _OVERLONG.sub(_broken, data) if isinstance(data, str) else data


_OVERLONG = re.compile(rf"[!-\u2e7f]{{{_LONG_WORD},}}")
"""No space in it, and no ideograph, before which a line may break anyhow."""


def _broken(match: re.Match[str]) -> str:
    word, piece = match[0], _LONG_WORD // 2
    if re.fullmatch("[0-9a-f]{64}[.;]?", word):
        return word
    return "\u200b".join(word[at : at + piece] for at in range(0, len(word), piece))


def _figure(one: Mapping[str, Any]) -> dict[str, Any]:
    """A key figure as plain data; its sentences are a click away, at the number's row among all figures."""
    starts = starts_in(str(one["value"]))
    return {
        **{name: _plain(one[name]) for name in _FIGURE},
        # How it is computed is told of what is computed only.
        "computed": _plain(one.get("computed")),
        "start": starts[0] if starts else None,
    }


def _chart_size(svg: str, room: float) -> dict[str, float]:
    """Width and height in millimetres: a page's width, or less where there is no room for the height."""
    match = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', svg)
    width, height = (float(match[1]), float(match[2])) if match else (1.0, 1.0)
    width, ratio = min(_CHART_WIDTH, room * width / height), height / width
    return {"width": round(width, 1), "height": round(width * ratio - 2 * _EDGE, 1)}


def _findings_lead(count: int, lang: str) -> str:
    """The front page counts the gravest that it shows; here all of them follow."""
    if not count:
        return ""
    return say(
        lang,
        f"检查规则得出{count}条发现，由重到轻列在下面；不相称不等于有误，口径可能不同。",
        f"The audit rules give {count} finding{'s' if count > 1 else ''}, the gravest first; "
        "at odds does not mean wrong, definitions may differ.",
    )


def _sections(
    measures: pd.DataFrame,
    analyses: Sequence[Mapping[str, Any]],
    charts: Mapping[str, Sequence[Mapping[str, Any]]],
    lang: str,
) -> list[dict[str, Any]]:
    """One section an analysis: its charts, and the measures that they show as a table."""
    sections = []
    for item in analyses:
        drawn = [chart for chart in charts.get(item["name"], ()) if chart["svg"]]
        codes = [code for chart in drawn for code in chart["codes"]]
        shown = measures[measures["measure"].isin(codes) & measures["value"].notna()]
        table = measure_table(shown, lang)
        if not drawn and table.empty:
            continue
        sections.append(
            {
                "title": item["title"],
                "summary": item["summary"],
                "charts": [
                    {
                        "file": f"{item['name']}-{number}.svg",
                        "alt": chart["alt"],
                        **_chart_size(chart["svg"], _CHART_HEIGHT - (_HEADING if number == 0 else 0)),
                        "svg": chart["svg"],
                    }
                    for number, chart in enumerate(drawn)
                ],
                "head": [str(name) for name in table.columns[[0, 1, 2, 3]]] if len(table) else [],
                "rows": [
                    [_plain(row[place]) for place in (0, 1, 2, 3)]
                    for row in table.itertuples(index=False, name=None)
                ],
            }
        )
    return sections


def _findings(findings: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    ranked = gravest_first(findings)
    found: list[dict[str, Any]] = []
    for row in ranked.to_dict("records"):
        words = {
            "title": str(row[f"title_{lang}"]),
            "what": str(row[f"what_{lang}"]),
            "why": str(row[f"why_{lang}"]),
            "ask": say(lang, "问：", "Ask: ") + str(row[f"question_{lang}"]),
        }
        places = [[list(part) for part in place.parts] for place in finding_places(row, lang)]
        said = [*words.values(), *(str(part[0]) for place in places for part in place)]
        weight = str(row["weight"])
        found.append(
            {
                **words,
                "places": places,
                "weight": weight,
                "label": WEIGHTS.get(weight, (weight, weight))[lang == "en"],
                "long": sum(map(len, said)) > _LONG_TEXT,
            }
        )
    return found


def _plain(value: object) -> str:
    if isinstance(value, Markup):
        return value.striptags()
    return "" if value is None or value is pd.NA or value != value else str(value)
