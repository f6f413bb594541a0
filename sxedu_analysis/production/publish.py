"""Executed notebooks and tables become pages: self-contained, off the network, any text shown as text."""

from __future__ import annotations

import html as html_text
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode

from sxedu_analysis.production.links import SOURCE_PAGE, Linked, as_links, starts_in
from sxedu_analysis.production.webfont import font_data_url
from sxedu_analysis.production.wording import say

_TEMPLATES = Path(__file__).with_name("templates")


WITH_CODE = "with-code"
"""Tag of a markdown cell that means nothing to whoever does not see the code below it: not in a page."""


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


Numbers = Callable[[Sequence[str]], list[tuple[str, Linked]]]
"""From the codes that a chart shows to their names and numbers."""


def take_charts(executed: NotebookNode) -> list[dict[str, Any]]:
    """Take the drawings for pages out of a notebook, so that it is stored without them.

    Returns
    -------
    list of dict
        One a figure, in order: `svg`, `narrow` (the same for a phone), `alt`, `codes`, and `empty` where it
        shows nothing.
    """
    taken = []
    for output in _outputs(executed):
        image = output.get("metadata", {}).get("image/png", {})
        if "image/png" in output.get("data", {}):
            taken.append(
                {"svg": "", "narrow": "", "codes": [], **image.pop("chart", {}), "alt": image.get("alt", "")}
            )
    return taken


def _outputs(executed: NotebookNode) -> Iterable[NotebookNode]:
    return (output for cell in executed.cells for output in cell.get("outputs", []))


def inline(svg: str, name: str) -> Markup:
    """An SVG as it may stand in a page: its own names made unique, its letters in the page's font."""
    svg = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", svg, flags=re.S)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r'(url\(#|href="#)', rf"\g<1>{name}-", svg)
    svg = svg.replace("'Noto Sans SC', 'DejaVu Sans'", "'Sx Sans', sans-serif")
    svg = re.sub(r"\n\s*(?=<)", "", svg)
    size = r'<svg\b[^>]*?viewBox="([^"]+)"[^>]*>'
    frame = (
        r'<svg viewBox="\1" xmlns:xlink="http://www.w3.org/1999/xlink" aria-hidden="true" focusable="false" '
    )
    return Markup(re.sub(size, frame + 'style="stroke-linejoin:round;stroke-linecap:butt">', svg, count=1))


def chart_block(chart: Mapping[str, Any], name: str, numbers: Numbers | None = None) -> dict[str, Any]:
    """A chart as a page shows it: the drawing, its words, and its numbers, each leading to its place."""
    listed = numbers(chart["codes"]) if numbers is not None else []
    return {
        "kind": "chart",
        "svg": inline(chart["svg"], name),
        "narrow": inline(chart["narrow"], f"{name}-n") if chart.get("narrow") else "",
        "alt": chart["alt"],
        "title": re.split(r"。|\. ", chart["alt"], maxsplit=1)[0],
        "numbers": [(label, Markup(words.__html__())) for label, words in listed],
    }


def blocks(
    executed: NotebookNode,
    charts: Sequence[Mapping[str, Any]] = (),
    numbers: Numbers | None = None,
) -> list[dict[str, Any]]:
    """What a notebook's page shows, in order: prose and outputs; code is in the notebook itself.

    Rich outputs come from `pages`, which escapes all text; anything else is shown as plain text. A figure is
    shown as SVG where `take_charts` found one.
    """
    waiting = iter(charts)
    found: list[dict[str, Any]] = []
    for cell in executed.cells:
        if cell.cell_type == "markdown":
            # Headings that only introduce code stay with the code.
            if WITH_CODE not in cell.metadata.get("tags", []):
                found.append({"kind": "html", "html": Markup(_markdown().render(cell.source))})
        elif cell.cell_type == "code":
            for output in cell.get("outputs", []):
                chart = next(waiting, None) if "image/png" in output.get("data", {}) else None
                if chart and chart.get("empty"):
                    # A page needs no drawing of nothing: its words say it.
                    found.append(
                        {"kind": "html", "html": Markup('<p class="sx-none">{}</p>').format(chart["alt"])}
                    )
                elif chart and chart["svg"]:
                    found.append(chart_block(chart, f"c{len(found)}", numbers))
                elif block := _output(output):
                    found.append(block)
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


Source = Callable[[Mapping[int, Sequence[tuple[str, str]]]], Mapping[str, Any]]
"""From where each number is shown to the source page's context."""


def render(
    pages: Mapping[str, Mapping[str, Any]], lang: str, source: Source | None = None, *, single: bool = False
) -> dict[str, str]:
    """Render a report's pages, which share one pair of embedded fonts.

    Parameters
    ----------
    pages : mapping of file name to context
        `template`, `heading`, `eyebrow`, `lead`, `nav`, `footer`, and what the template itself wants.
    lang : str
        zh or en.
    source : callable, optional
        Makes the source page's context, told where the other pages show each number.
    single : bool
        All pages in one file, the first page's, that can be mailed.

    Returns
    -------
    dict
        File name -> HTML.
    """
    pages = {name: {**context, "single": single} for name, context in pages.items()}
    bare = {name: _render(context, lang, css="") for name, context in pages.items()}
    known: set[int] | None = None
    if source is not None:
        shown: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for name, page in bare.items():
            stem = name.removesuffix(".html")
            for start in dict.fromkeys(starts_in(page)):
                title = pages[name].get("tab", pages[name]["heading"])
                shown[start].append((f"{name}#{stem}-{start}", title))
        pages = {**pages, SOURCE_PAGE: {**source(shown), "single": single}}
        known = {entry["start"] for entry in pages[SOURCE_PAGE]["register"]}
        bare[SOURCE_PAGE] = _render(pages[SOURCE_PAGE], lang, css="")
    if single:
        first = next(iter(pages))
        pages = {first: _all_in_one(pages, bare, first, known)}
        bare = {first: _render(pages[first], lang, css="")}
    words = {
        "sans": "".join(_words(page) for page in bare.values()),
        "serif": "".join(words for page in bare.values() for words in _in_serif(page)),
    }
    # Compressing takes nearly all of the time, and two threads can do it at once.
    with ThreadPoolExecutor() as pool:
        fonts = dict(
            zip(words, map(Markup, pool.map(font_data_url, words.keys(), words.values())), strict=True)
        )
    css = Markup(_environment().get_template("page.css").render(fonts))
    return {
        name: whole_numbers(str(as_links(_render(context, lang, css=css), name.removesuffix(".html"), known)))
        for name, context in pages.items()
    }


def _all_in_one(
    pages: Mapping[str, Mapping[str, Any]], bare: Mapping[str, str], first: str, known: set[int] | None
) -> dict[str, Any]:
    """The context of one page that holds all: links between pages become links within it."""
    sections = []
    for name, page in bare.items():
        stem = name.removesuffix(".html")
        main = page[page.index('<main id="main" class="wrap">') + 29 : page.rindex("</main>")]
        main = str(as_links(main, stem, known))
        # Two pages may use the same name for a drawing's parts.
        main = re.sub(r'(id="|url\(#|xlink:href="#)(c\d+-)', rf"\g<1>{stem}-\2", main)
        sections.append(
            {
                "id": f"page-{stem}",
                "heading": pages[name].get("tab", pages[name]["heading"]),
                "html": Markup(_within(main, set(bare))),
            }
        )
    context = dict(pages[first])
    context |= {"template": "single", "sections": sections}
    context |= {key: pages[SOURCE_PAGE][key] for key in ("script", "script_hash") if SOURCE_PAGE in pages}
    context["nav"] = [
        item | {"href": f"#page-{str(item['href']).removesuffix('.html')}"} for item in context["nav"]
    ]
    return context


def _within(html: str, names: set[str]) -> str:
    def change(match: re.Match[str]) -> str:
        file, fragment, words = match[2], match[3], match[5]
        if file in names:
            target = fragment or f"#page-{file.removesuffix('.html')}"
            return f'<a{match[1]}href="{target}"{match[4]}>{words}</a>'
        # What lies beside the pages of a folder does not travel with one file.
        return words

    pattern = r'<a([^>]*?)href="([^"#]+)(#[^"]*)?"([^>]*)>(.*?)</a>'
    return re.sub(pattern, change, html, flags=re.S)


def _render(context: Mapping[str, Any], lang: str, css: str) -> str:
    def translate(zh: str, en: str) -> str:
        return say(lang, zh, en)

    template = _environment().get_template(f"{context['template']}.html.j2")
    values = {
        "lead": "",
        "shown": "",
        "page_title": context["heading"],
        "script": "",
        "script_hash": "",
        "notebook": "",
        "single": False,
        **context,
    }
    return template.render(**values, css=css, t=translate, html_lang=say(lang, "zh-CN", "en")).strip() + "\n"


_COUNTED = (
    "人次|公里|平方米|周岁|个月|个百分点|[人名所元个条项场次件处户辆台套间期年月日份级岁课节家支本篇类]"
)
_EXPRESSION = re.compile(rf"\d[\d,.]*(?:[万亿余多]+(?:{_COUNTED})?|{_COUNTED})")
_PIECE = re.compile(
    r'<svg\b.*?</svg>|<script>.*?</script>|<a class="(?:sx-q|n) ?[^>]*>.*?</a>|<[^>]*>|[^<]+', re.S
)
"""Words, or what is left as it is: tags, drawings, the script, and links that are numbers (whole anyhow)."""


def whole_numbers(page: str) -> str:
    """Keep each number of a page together with its scale and unit: 11.2万人 is not broken over lines.

    Examples
    --------
    >>> whole_numbers('<main title="5所">有11.2万人，94%。')
    '<main title="5所">有<span class="nb">11.2万人</span>，94%。'
    """

    def mend(match: re.Match[str]) -> str:
        piece = match[0]
        return piece if piece[0] == "<" else _EXPRESSION.sub(r'<span class="nb">\g<0></span>', piece)

    before, main, rest = page.partition("<main")
    inside, end, after = rest.partition("</main>")
    return before + _PIECE.sub(mend, main + inside) + end + after


def _words(page: str) -> str:
    """All characters a page may show, those of attributes included: labels are shown too."""
    return html_text.unescape(re.sub(r'src="data:[^"]*"', "", page))


def _in_serif(page: str) -> Iterable[str]:
    """The words set in the serif: headings and the large values."""
    pattern = r'<(h[1-3]|p class="(?:value|sx-value)")[^>]*>(.*?)</(?:h[1-3]|p)>'
    return (html_text.unescape(re.sub(r"<[^>]*>", "", words)) for _, words in re.findall(pattern, page, re.S))


def navigation(items: Iterable[Sequence[str]], current: str) -> list[dict[str, Any]]:
    """The tabs of a page: (file, title in a word) of each, the current one marked."""
    return [{"href": href, "title": title, "current": href == current} for href, title in items]
