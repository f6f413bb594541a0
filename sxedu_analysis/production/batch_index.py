"""What a batch tells: its manifest, and a page that compares its reports."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

import sxedu_analysis
from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.foundation.printing import at_limit, bounds_text, place_of, value_text
from sxedu_analysis.production.batch_report import COLUMNS, Done
from sxedu_analysis.production.webfont import font_data_url
from sxedu_analysis.production.wording import period_text
from sxedu_analysis.reading.counties import find_place


def manifest(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows of all notebooks as CSV."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def index(done: Sequence[Done], lang: str, waiting: int = 0) -> str:
    """The page over all reports: their key measures, to be sorted by any of them, and what went wrong.

    `waiting` is how many reports a run that was stopped has not come to.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    english = lang == "en"
    heads: dict[str, dict[str, Any]] = {}
    for one in done:
        for figure in one.figures:
            heads.setdefault(figure["measure"], figure)
    measures = sorted(heads.values(), key=lambda figure: float(figure["key_figure"]))
    lines = [_line(one, [head["measure"] for head in measures], lang) for one in done]
    templates = FileSystemLoader(Path(__file__).with_name("templates"))
    page = Environment(
        loader=templates, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    ).get_template("batch.html.j2")
    write = partial(
        page.render,
        lang="en" if english else "zh-CN",
        t=lambda zh, en: en if english else zh,
        suffix="en" if english else "zh",
        measures=measures,
        lines=lines,
        bad=sum(bool(line["errors"]) for line in lines),
        unknown=sum(
            line["status"] != "refused" and not (line["county"] and line["period"]) for line in lines
        ),
        waiting=waiting,
        version=sxedu_analysis.__version__,
    )
    # The font has the characters that the page turns out to show.
    return write(sans=Markup(font_data_url("sans", write(sans=""))))


def _line(one: Done, measures: Sequence[str], lang: str) -> dict[str, Any]:
    """A report's row: only what this run made, or found to be as it would make it."""
    values = {figure["measure"]: figure for figure in one.figures}
    statuses = {row["status"] for row in one.rows}
    notebooks = one.task.folder / "notebooks"
    made = [row for row in one.rows if row["status"] != "refused"]
    return {
        "report": one.task.report.name,
        "file": one.task.report.file,
        "county": _county(one.adcode),
        "period": period_text(one.period, lang) if one.period else "",
        "period_key": one.period,
        "page": one.page,
        "status": next((bad for bad in ("refused", "failed") if bad in statuses), "ok"),
        "notebooks": [row["notebook"] for row in made if (notebooks / f"{row['notebook']}.ipynb").is_file()],
        "errors": list(dict.fromkeys(str(row["error"]) for row in one.rows if row["error"])),
        "values": [_printed(values[measure], lang) if measure in values else None for measure in measures],
    }


def _county(adcode: str) -> str:
    try:
        return find_place(adcode).name if adcode else ""
    except InputError:
        return adcode


def _printed(figure: Mapping[str, Any], lang: str) -> dict[str, str]:
    """A value and its bounds in no more digits than the bounds leave."""
    value, low, high = (float(figure[name]) for name in ("value", "low", "high"))
    text, bounds = value_text(value, low, high, lang), bounds_text(low, high, lang)
    # Of a value that is only a limit the bounds are all there is to say; an exact one has none.
    alone = place_of(low, high) is None or at_limit(value, low, high)
    return {"key": str(figure["value"]), "text": text, "bounds": "" if alone else bounds}
