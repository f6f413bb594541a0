"""The report as a PDF: set by typst from data, fonts embedded, the same bytes every time."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from sxedu_analysis.foundation.errors import ExecutionError
from sxedu_analysis.production.fact_pages import fact_table
from sxedu_analysis.production.finding_pages import finding_places
from sxedu_analysis.production.measure_pages import measure_table
from sxedu_analysis.production.wording import WEIGHTS, named, period_text, say
from sxedu_analysis.reading.reports import Report

_TEMPLATE = Path(__file__).with_name("templates") / "report.typ"
_FIGURE = ("name", "value", "unit", "bounds", "meaning", "caveats")
_CHART_WIDTH, _CHART_HEIGHT, _HEADING = 112.0, 246.0, 20.0
"""Millimetres a chart may take of a page, and what its section's heading needs: a higher one is cut off."""
_LONG_WORD, _LONG_TEXT, _LONG_SENTENCE, _AROUND = 40, 1500, 240, 60
"""Characters: a word that gets places to break, a text that may run over pages, a quote that is shortened."""
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
    "method": ("方法", "Method"),
    "written": ("写法", "As written"),
    "bounds": ("上下界", "Bounds"),
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
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        (folder / "report.typ").write_text(_TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        try:
            made = typst.compile(
                folder / "report.typ",
                root=folder,
                font_paths=[Path(str(sans_path())).parent],
                ignore_system_fonts=True,
                timestamp=0,
            )
        except (RuntimeError, ValueError) as error:
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise ExecutionError(f"typst cannot set the report: {first}", where=path.name) from None
    path.write_bytes(made)
    return path


def content(
    report: Report,
    tables: Mapping[str, pd.DataFrame],
    front: Mapping[str, Any],
    charts: Mapping[str, Sequence[Mapping[str, Any]]],
    lang: str,
) -> dict[str, Any]:
    """What the PDF says, as plain data."""
    from sxedu_analysis.analysis import load_indicators, load_locations, load_topics

    facts, locations = tables["facts"], load_locations(report)

    def rows_of(chosen: pd.DataFrame) -> list[list[str]]:
        table = fact_table(chosen, report, lang, locations)
        return [[_plain(cell) for cell in row] for row in table.itertuples(index=False, name=None)]

    order = load_indicators().dropna(subset=["key_figure"]).set_index("indicator")["key_figure"]
    key = facts[facts["indicator"].isin(order.index)]
    key = key.assign(order=key["indicator"].map(order)).sort_values(["order", "start"])
    head = [
        say(lang, "指标", "Indicator"),
        say(lang, "报告所载", "Stated"),
        say(lang, "上下界", "Bounds"),
        say(lang, "性质", "Basis"),
        say(lang, "位置", "Place"),
    ]
    topics = [
        {"name": row[f"name_{lang}"], "rows": rows_of(facts[facts["topic"] == row["topic"]])}
        for _, row in load_topics().iterrows()
        if (facts["topic"] == row["topic"]).any()
    ]
    issuer = named(report, "issuer", lang)
    return {
        "lang": lang,
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
        "basic": {"head": head, "rows": rows_of(key)},
        "sections": _sections(tables["measures"], front["analyses"], charts, lang),
        "findings_lead": _findings_lead(len(tables["findings"]), lang) or front["findings_lead"],
        "findings": _findings(tables["findings"], lang),
        "topics": topics,
        "method": list(front["method"]),
        "intervals": [list(row) for row in front["intervals"]],
        "limits": list(front["limits"]),
        "sources": list(front["sources"]),
        "run": [[str(value) for value in row] for row in front["run"]],
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
    """A key figure as plain data, its sentences shortened to what stands around their numbers."""
    quotes = [
        {
            "parts": _short([(_plain(words), marks) for words, marks in quote["parts"]]),
            "places": quote["places"],
        }
        for quote in one["quotes"]
    ]
    return {
        **{name: _plain(one[name]) for name in _FIGURE},
        # How it is computed is told of what is computed only.
        "computed": _plain(one.get("computed")),
        "quotes": quotes,
    }


def _short(parts: list[tuple[str, bool]]) -> list[list[Any]]:
    if sum(len(words) for words, _ in parts) <= _LONG_SENTENCE:
        return [list(part) for part in parts]
    found = []
    for place, (words, marks) in enumerate(parts):
        if not marks and len(words) > 2 * _AROUND:
            before = words[:_AROUND] if place else ""
            after = words[-_AROUND:] if place < len(parts) - 1 else ""
            words = f"{before}…{after}"
        found.append([words, marks])
    return found


def _chart_width(svg: str, room: float) -> float:
    """Millimetres: a column's width, or less where the chart would be higher than there is room."""
    match = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', svg)
    width, height = (float(match[1]), float(match[2])) if match else (1.0, 1.0)
    return round(min(_CHART_WIDTH, room * width / height), 1)


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
        sections.append(
            {
                "title": item["title"],
                "summary": item["summary"],
                "charts": [
                    {
                        "file": f"{item['name']}-{number}.svg",
                        "alt": chart["alt"],
                        "width": _chart_width(chart["svg"], _CHART_HEIGHT - (_HEADING if number == 0 else 0)),
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
    order = {weight: number for number, weight in enumerate(WEIGHTS)}
    ranked = findings.sort_values("weight", key=lambda column: column.map(order), kind="stable")
    found: list[dict[str, Any]] = []
    for row in ranked.to_dict("records"):
        words = {
            "title": str(row[f"title_{lang}"]),
            "what": str(row[f"what_{lang}"]),
            "why": str(row[f"why_{lang}"]),
            "ask": say(lang, "问：", "Ask: ") + str(row[f"question_{lang}"]),
            "places": say(lang, "；", "; ").join(str(place) for place in finding_places(row, lang)),
        }
        weight = str(row["weight"])
        found.append(
            {
                **words,
                "weight": weight,
                "label": WEIGHTS.get(weight, (weight, weight))[lang == "en"],
                "long": sum(map(len, words.values())) > _LONG_TEXT,
            }
        )
    return found


def _plain(value: object) -> str:
    if isinstance(value, Markup):
        return value.striptags()
    return "" if value is None or value is pd.NA or value != value else str(value)
