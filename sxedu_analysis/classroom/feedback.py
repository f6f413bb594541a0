"""nbgrader's feedback pages, made readable for those who get them: words in Chinese too, and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

_STYLE = """<style>
.anchor-link{display:none}
pre{white-space:pre-wrap!important;overflow-wrap:anywhere}
@media (max-width:767px){
.container{padding-left:6px;padding-right:6px}
.panel-heading .pull-right{float:none!important;display:block}
.panel-body{padding-left:8px;padding-right:8px}
div.nbgrader_cell .panel-heading{height:auto}
}
</style>
"""

# Only where nbgrader itself says them: what the student wrote stays as it is.
_WORDS = (
    (r'(<li><a href="#[^"]*">)Test cell(</a>)', r"\1自动判分 / checked\2"),
    (r'(<li><a href="#[^"]*">)Written response(</a>)', r"\1书面回答 / in words\2"),
    (r'(<li><a href="#[^"]*">)Comment(</a>)', r"\1评语 / comment\2"),
    (r'(<span class="nbgrader-label">)Student\'s answer', r"\1答案 / answer"),
    (r'(<span class="nbgrader-label">)Grade cell: ', r"\1判分 / check: "),
    (r'(<a href="#top">)\(Top\)(</a>)', r"\1（回到开头 / top）\2"),
    (r"^<html[^>]*>", '<html lang="zh">'),
)


def make_readable(page: Path) -> None:
    """Write a feedback page anew, with our words and style; a page that was already is left alone."""
    html = page.read_text(encoding="utf-8")
    if _STYLE in html:
        return
    for said, ours in _WORDS:
        html = re.sub(said, ours, html, flags=re.MULTILINE)
    page.write_text(html.replace("</head>", f"{_STYLE}</head>", 1), encoding="utf-8")
