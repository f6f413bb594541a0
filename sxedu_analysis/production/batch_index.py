"""What a batch tells: its manifest, and a page that compares its reports."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sxedu_analysis
from sxedu_analysis.production.batch_report import COLUMNS, Done


def manifest(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows of all notebooks as CSV."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def index(done: Sequence[Done], lang: str) -> str:
    """The page over all reports: their key measures, to be sorted by any of them, and what went wrong."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    english = lang == "en"
    heads: dict[str, dict[str, Any]] = {}
    for one in done:
        for figure in one.figures:
            heads.setdefault(figure["measure"], figure)
    measures = sorted(heads.values(), key=lambda figure: float(figure["key_figure"]))
    lines = []
    for one in done:
        values = {figure["measure"]: figure for figure in one.figures}
        bad = [row for row in one.rows if row["status"] in ("failed", "refused")]
        folder = Path(one.task.out, one.task.report)
        lines.append(
            {
                "report": one.task.report,
                "file": one.task.file,
                "page": "index.html" if (folder / "index.html").is_file() else "",
                "notebooks": [
                    row["notebook"]
                    for row in one.rows
                    if (folder / "notebooks" / f"{row['notebook']}.ipynb").is_file()
                ],
                "errors": list(dict.fromkeys(str(row["error"]) for row in bad)),
                "values": [values.get(head["measure"]) for head in measures],
            }
        )
    templates = FileSystemLoader(Path(__file__).with_name("templates"))
    page = Environment(
        loader=templates, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    ).get_template("batch.html.j2")
    return page.render(
        lang="en" if english else "zh-CN",
        t=lambda zh, en: en if english else zh,
        suffix="en" if english else "zh",
        measures=measures,
        lines=lines,
        bad=sum(bool(line["errors"]) for line in lines),
        version=sxedu_analysis.__version__,
    )
