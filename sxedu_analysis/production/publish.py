"""Executed notebooks and tables become pages: self-contained, without a script, any text shown as text."""

from __future__ import annotations

import html as html_text
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode

from sxedu_analysis.production.webfont import font_data_url
from sxedu_analysis.production.wording import say

_TEMPLATES = Path(__file__).with_name("templates")


WITH_CODE = "with-code"
"""Tag of a markdown cell that means nothing to whoever does not see the code below it."""


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


@cache
def _markdown() -> Any:
    from markdown_it import MarkdownIt

    # No raw HTML: what a notebook's prose holds is prose.
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _code(source: str) -> Markup:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return Markup(highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip())


def blocks(executed: NotebookNode) -> list[dict[str, Any]]:
    """What a notebook's page shows, in order: prose, code (hidden until asked for), and outputs.

    Rich outputs come from `pages`, which escapes all text; anything else is shown as plain text.
    """
    found: list[dict[str, Any]] = []
    for cell in executed.cells:
        if cell.cell_type == "markdown":
            prose = Markup(_markdown().render(cell.source))
            # Headings that only introduce code go with the code.
            kind = "aside" if WITH_CODE in cell.metadata.get("tags", []) else "html"
            found.append({"kind": kind, "html": prose})
        elif cell.cell_type == "code":
            if cell.source.strip():
                found.append({"kind": "code", "html": _code(cell.source)})
            found += [block for output in cell.get("outputs", []) if (block := _output(output))]
    return found


def _output(output: NotebookNode) -> dict[str, Any] | None:
    if output.output_type == "stream":
        # What a library says to stderr is for who runs it, not for who reads it.
        return {"kind": "text", "text": output.text} if output.name == "stdout" else None
    data = output.get("data", {})
    if "image/png" in data:
        alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
        source = "data:image/png;base64," + "".join(data["image/png"].split())
        return {"kind": "image", "src": source, "alt": alt or data.get("text/plain", "")}
    if "text/html" in data:
        return {"kind": "html", "html": Markup(data["text/html"])}
    if "text/plain" in data:
        return {"kind": "text", "text": data["text/plain"]}
    return None


def page_title(executed: NotebookNode, fallback: str) -> str:
    """The first heading of a notebook, which the page prints in its head."""
    for cell in executed.cells:
        if cell.cell_type == "markdown" and (match := re.match(r"#\s+(.+)", cell.source.strip())):
            return match[1].strip()
    return fallback


def without_title(executed: NotebookNode) -> NotebookNode:
    """The notebook without its first heading, which the page's head already shows."""
    for cell in executed.cells:
        if cell.cell_type == "markdown" and cell.source.strip().startswith("# "):
            cell.source = cell.source.strip().partition("\n")[2].strip()
            break
    return executed


def render(pages: Mapping[str, Mapping[str, Any]], lang: str) -> dict[str, str]:
    """Render a report's pages, which share one pair of embedded fonts.

    Parameters
    ----------
    pages : mapping of file name to context
        `template`, `heading`, `eyebrow`, `lead`, `nav`, `footer`, and what the template itself wants.
    lang : str
        zh or en.

    Returns
    -------
    dict
        File name -> HTML.
    """
    bare = {name: _render(context, lang, css="") for name, context in pages.items()}
    everything = [_words(page) for page in bare.values()]
    headings = [words for page in bare.values() for words in _in_serif(page)]
    css = Markup(
        _environment()
        .get_template("page.css")
        .render(
            sans=Markup(font_data_url("sans", "".join(everything))),
            serif=Markup(font_data_url("serif", "".join(headings))),
        )
    )
    return {name: _render(context, lang, css=css) for name, context in pages.items()}


def _render(context: Mapping[str, Any], lang: str, css: str) -> str:
    def translate(zh: str, en: str) -> str:
        return say(lang, zh, en)

    template = _environment().get_template(f"{context['template']}.html.j2")
    values = {"lead": "", "page_title": context["heading"], **context}
    return template.render(**values, css=css, t=translate, html_lang=say(lang, "zh-CN", "en")).strip() + "\n"


def _words(page: str) -> str:
    """All characters a page may show, those of attributes included: labels are shown too."""
    return html_text.unescape(re.sub(r'src="data:[^"]*"', "", page))


def _in_serif(page: str) -> Iterable[str]:
    """The words set in the serif: headings and the large values."""
    pattern = r'<(h[1-3]|p class="(?:value|sx-value)")[^>]*>(.*?)</(?:h[1-3]|p)>'
    return (html_text.unescape(re.sub(r"<[^>]*>", "", words)) for _, words in re.findall(pattern, page, re.S))


def navigation(items: Sequence[tuple[str, str]], current: str) -> list[dict[str, Any]]:
    """The tabs of a page: (file, title) of each, the current one marked."""
    return [{"href": href, "title": title, "current": href == current} for href, title in items]
