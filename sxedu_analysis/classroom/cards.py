"""Cards: what a table's rows mean, shown at a glance in a notebook, with the table itself at hand.

pandas' own Styler makes cells of HTML, but only a table of them, and a marked number inside a sentence has to
be escaped by hand there too. Cards are built from the very pieces that the report pages are built from, and a
number looks alike in both. A card hides nothing: `table` is the dataframe that it shows, and `load_*` go on
returning plain dataframes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from sxedu_analysis.analysis import load_codebook, load_locations
from sxedu_analysis.analysis.gap_measures import difference_unit
from sxedu_analysis.analysis.measures import RATIO_COLUMNS
from sxedu_analysis.charts.gap_words import printed, printed_bounds
from sxedu_analysis.charts.numbers import bounds_text, with_unit
from sxedu_analysis.foundation.errors import InputError, SxeduError
from sxedu_analysis.production.fact_pages import fact_table, unbound_table
from sxedu_analysis.production.finding_pages import finding_html, finding_places
from sxedu_analysis.production.measure_pages import formula, measure_bounds, measure_value, operands
from sxedu_analysis.production.output import Shown, html_of, lines_of, table_html
from sxedu_analysis.production.wording import say
from sxedu_analysis.reading.reports import Report, load_report

MANY = 60
"""How many rows are shown; the others are counted."""

_STYLE = (
    "<style>"
    ".sx-card{max-width:60rem;line-height:1.6}"
    ".sx-card table{border-collapse:collapse;margin:.3rem 0 1rem}"
    ".sx-card caption{text-align:left;font-weight:600;font-size:1.1em;padding:.2rem 0}"
    ".sx-card th,.sx-card td{text-align:left!important;vertical-align:top;padding:.25rem .7rem;"
    "white-space:normal;border-bottom:1px solid #dfe4e8}"
    ".sx-card th{white-space:nowrap}"
    ".sx-card mark{background:#fff0b8;color:#1f2a33;padding:.05em .12em}"
    ".sx-card .sx-caveat{color:#b44f00}"
    "</style>"
)


@dataclass(frozen=True, repr=False)
class Card(Shown):
    """What a notebook displays as HTML and a terminal prints as text; `table` is the data behind it."""

    table: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __repr__(self) -> str:
        return self.text

    @classmethod
    def of(cls, html: str, text: str, table: pd.DataFrame) -> Card:
        """A card with the style it needs where no page gives one."""
        return cls(f'{_STYLE}<div class="sx-card">{html}</div>', text, table=table)


def fields_html(title: str, fields: Iterable[tuple[str, object]]) -> str:
    """Labelled values under a title, escaped; what is linked or quoted brings its own marks."""
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{html_of(value)}</td></tr>' for label, value in fields
    )
    return f"<table><caption>{escape(title)}</caption><tbody>{rows}</tbody></table>"


def fields_text(title: str, fields: Iterable[tuple[str, object]]) -> str:
    """The same as plain text, a line each."""
    return "\n".join([title, *(f"  {label}: {value}" for label, value in fields)])


def show(
    table: pd.DataFrame | pd.Series, lang: str = "zh", *, report: str | Path | Report | None = None
) -> Card:
    """Show what a table's rows say: a fact in its sentence, a measure with its formula, bounds and caveats.

    Parameters
    ----------
    table : DataFrame or Series
        Facts, measures, quantities, findings, gaps, or what `ratio` returns; all rows, some, or one row.
    lang : str
        zh or en.
    report : str, path or Report, optional
        The report that facts or quantities are of. Facts of a registered report tell it themselves.

    Returns
    -------
    Card
        HTML in a notebook, text elsewhere; `.table` is the table given. `MANY` rows are shown at most, the
        others are counted.

    Raises
    ------
    InputError
        If it is no such table, or its report is not known or is not the one given.

    Examples
    --------
    >>> import sxedu_analysis as sx
    >>> facts = sx.load_facts("341324-2023H1")
    >>> show(facts[facts["indicator"] == "student_aid_amount"])
    学生资助资金
      报告所载: 483万元
      复述句: 困难学生得到资助1.2万人次，资助资金483万元。
      上下限: 482.5万–483.5万
      性质: 当期
      位置: 原文第23段，字符2838–2843
    """
    if lang not in ("zh", "en"):
        raise InputError(f"no language {lang!r}", where="show", mend="give zh or en")
    if isinstance(table, pd.Series):
        # One row, as iloc and loc give it, keeps the names of its columns.
        table = table.to_frame().T.infer_objects()
    if not isinstance(table, pd.DataFrame):
        raise InputError(
            f"is no table but {type(table).__name__}",
            where="show",
            mend="give what sx.load_facts, sx.load_measures or another loader returns, or a row of it",
        )
    columns, shown = set(table.columns), table.head(MANY)
    if {"measure", "formula", "status"} <= columns:
        html, text = _measures(shown, lang)
    elif set(RATIO_COLUMNS) <= columns:
        html, text = _measures(_as_measures(shown), lang)
    elif {"indicator", "sentence", "raw", "report_id"} <= columns:
        html, text = _facts(shown, lang, report)
    elif {"finding", "weight", "title_zh"} <= columns:
        html, text = _findings(shown, lang)
    elif {"measure", "comparator", "difference", "gap"} <= columns:
        html, text = _gaps(shown, lang)
    elif {"raw", "sentence", "start", "kind"} <= columns:
        html, text = _quantities(shown, lang, report)
    else:
        raise InputError(
            "is no table of facts, measures, quantities, findings or gaps",
            where="show",
            mend="display the dataframe itself",
        )
    if len(table) > len(shown):
        rest = say(
            lang, f"另有{len(table) - MANY}行未显示。", f"{len(table) - MANY} more rows are not shown."
        )
        html, text = f"{html}<p>{rest}</p>", f"{text}\n{rest}"
    return Card.of(html, text, table)


def _measures(rows: pd.DataFrame, lang: str) -> tuple[str, str]:
    blocks = []
    for row in rows.to_dict("records"):
        fields: list[tuple[str, object]] = [
            (say(lang, "数值", "Value"), measure_value(row, lang)),
            (say(lang, "上下限", "Bounds"), measure_bounds(row, lang)),
            (say(lang, "算法", "Formula"), formula(row, lang)),
            (say(lang, "用到的数字", "From"), operands(row, lang)),
            (say(lang, "含义", "Meaning"), row[f"meaning_{lang}"]),
            (say(lang, "须注意", "Caveats"), row[f"caveats_{lang}"]),
        ]
        blocks.append((str(row[f"name_{lang}"]), [one for one in fields if str(one[1])]))
    return _joined(blocks)


def _as_measures(ratios: pd.DataFrame) -> pd.DataFrame:
    """Ratios of one's own in the columns of measures: named by the two indicators, without a meaning."""
    table, book = ratios.copy(), load_codebook()
    for lang in ("zh", "en"):
        names = {code: getattr(one, f"name_{lang}") for code, one in book.indicators.items()}
        table[f"name_{lang}"] = table["numerator"].map(names) + " / " + table["denominator"].map(names)
        table[f"formula_{lang}"] = table["numerator"] + " / " + table["denominator"]
        table[f"meaning_{lang}"] = ""
        table[f"caveats_{lang}"] = table[f"caveat_{lang}"]
    return table


def _facts(rows: pd.DataFrame, lang: str, given: str | Path | Report | None) -> tuple[str, str]:
    blocks: list[tuple[str, Sequence[tuple[str, object]]]] = []
    for report_id, own in rows.groupby("report_id", sort=False):
        report = _report_of(own, given if given is not None else str(report_id))
        cells = fact_table(own, report, lang, load_locations(report), sentences=True)
        for (_, row), name in zip(cells.iterrows(), own[f"name_{lang}"], strict=True):
            fields = list(row.items())[1:]
            blocks.append((str(name), [(str(label), value) for label, value in fields]))
    return _joined(blocks)


def _quantities(rows: pd.DataFrame, lang: str, given: str | Path | Report | None) -> tuple[str, str]:
    if given is None:
        raise InputError("quantities do not say whose they are", where="show", mend="give report=…")
    report = _report_of(rows, given)
    cells = unbound_table(rows, report, lang, load_locations(report))
    return table_html(cells), "\n".join(lines_of(cells))


def _report_of(rows: pd.DataFrame, given: str | Path | Report) -> Report:
    """The report that rows were read from; each number must stand in its text where the row says."""
    try:
        report = load_report(given)
    except SxeduError as error:
        raise InputError(f"the text is needed: {error}", where="show", mend="give report=FILE") from None
    places = zip(rows["start"], rows["end"], rows["raw"], strict=True)
    if any(report.text[start:end] != raw for start, end, raw in places):
        raise InputError(
            f"the rows were not read from {report.report_id}", where="show", mend="give their own report=…"
        )
    return report


def _findings(rows: pd.DataFrame, lang: str) -> tuple[str, str]:
    records: list[dict[str, Any]] = rows.to_dict("records")
    html = "".join(finding_html(row, lang, finding_places(row, lang)) for row in records)
    text = (f"{row[f'title_{lang}']}: {row[f'what_{lang}']} {row[f'question_{lang}']}" for row in records)
    return html, "\n".join(text)


def _gaps(rows: pd.DataFrame, lang: str) -> tuple[str, str]:
    """A county beside another: both values, their difference with its bounds, and what is to be minded."""
    blocks = []
    for row in rows.to_dict("records"):
        title = f"{row[f'name_{lang}']}{say(lang, '：', ': ')}{row[f'place_{lang}']}"
        title += f"{say(lang, '与', ' and ')}{row[f'comparator_{lang}']}"
        unit = str(row[f"unit_{lang}"])
        fields: list[tuple[str, object]] = [
            (str(row[f"place_{lang}"]), _published(row, "", unit, lang)),
            (str(row[f"comparator_{lang}"]), _published(row, "comparator_", unit, lang)),
            (say(lang, "差", "Difference"), _difference(row, lang)),
            (say(lang, "不能比较", "Not compared"), row[f"reason_{lang}"]),
            (say(lang, "须注意", "Caveats"), row[f"caveats_{lang}"]),
        ]
        blocks.append((title, [one for one in fields if str(one[1])]))
    return _joined(blocks)


def _published(row: dict[str, Any], side: str, unit: str, lang: str) -> str:
    """One county's value with bounds and year; where there is none, that."""
    value, low, high = (row[f"{side}{name}"] for name in ("value", "low", "high"))
    if pd.isna(value):
        return say(lang, "没有公开数字", "no published figure")
    kind = row[f"{side}interval_kind"]
    said = printed(value, low, high, row["gap"], lang, unit="", kind=kind)
    limits = printed_bounds(low, high, row["gap"], lang) if kind != "exact" else ""
    told = [say(lang, f"上下限{limits}", f"bounds {limits}")] if limits else []
    told.append(str(row[f"{side}period"]))
    inside = say(lang, "，", ", ").join(told)
    return with_unit(said, unit, lang) + say(lang, f"（{inside}）", f" ({inside})")


def _difference(row: dict[str, Any], lang: str) -> str:
    """Own value minus the other's with its bounds; whether the two can be told apart."""
    value, low, high = (row[name] for name in ("difference", "difference_low", "difference_high"))
    if pd.isna(value):
        return ""
    said = printed(value, low, high, row["gap"], lang, unit="", kind=row["interval_kind"], signed=True)
    unit = difference_unit(row, lang)
    told = []
    # Bounds that do not show in three figures of money are left out, as they are of the values.
    if row["gap"] != "yuan" or high - low >= 0.01 * abs(value):
        told.append(say(lang, "上下限", "bounds ") + bounds_text(low, high, lang).replace("-", "−"))
    if not row["distinct"]:
        told.append(say(lang, "分不出高下", "not told apart"))
    inside = say(lang, "；", "; ").join(told)
    words = with_unit(said, unit, lang)
    return words + say(lang, f"（{inside}）", f" ({inside})") if inside else words


def _joined(blocks: Sequence[tuple[str, Sequence[tuple[str, object]]]]) -> tuple[str, str]:
    html = "".join(fields_html(title, fields) for title, fields in blocks)
    return html, "\n".join(fields_text(title, fields) for title, fields in blocks)
