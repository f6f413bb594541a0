"""Web pages become text: the article, without navigation, share buttons and visit counters."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from sxedu_analysis.foundation.errors import InputError

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
# What government sites print around an article. A line is dropped only if it is short and starts so.
_CHROME = re.compile(
    r"^(?:当前位置|您现在的位置|来源[:：]|信息来源|发布时间|发布日期|发布人|作者[:：]|字体|字号|【?字体"
    r"|浏览次数|浏览量|阅读次数|阅读量|访问量|点击数|点击率"
    r"|打印|关闭|分享|扫一扫|上一篇|下一篇|责任编辑|编辑[:：]|主办单位|承办单位|版权所有|备案号|网站标识码|技术支持|无障碍|首页|返回顶部|收藏|相关链接"
    r"|[A-Za-z]*ICP备|.{0,4}公网安备)"
)
LONGEST_CHROME = 60
LONGEST_CELL = 300
"""Characters; a longer cell of a table is no datum but a whole text."""


def html_text(path: Path, data: bytes) -> str:
    """The main text of a web page, a paragraph a line, a table row a line with tabs between its cells.

    The article is found by trafilatura; lines in which sites print position, source, counters and buttons
    are left out.

    Raises
    ------
    InputError
        If the page holds no article.
    """
    import trafilatura

    page = _decode(path, data)
    # Precision first: recall falls back on the whole page, counters and all, where an article is short.
    bodies = (_article(trafilatura, page, precise) for precise in (True, False))
    body = next((found for found in bodies if found is not None), None)
    if body is None:
        raise InputError("is a web page without an article", where=str(path), mend="save the article as .txt")
    lines: list[str] = []
    title = re.search(r"<title[^>]*>([^<]{1,200})</title>", page, re.IGNORECASE)
    _collect(body, lines)
    kept = [line for line in lines if line and not (len(line) <= LONGEST_CHROME and _CHROME.match(line))]
    if not kept:
        raise InputError("is a web page without an article", where=str(path), mend="save the article as .txt")
    if title:
        heading = re.split(r"[_|–-]", html.unescape(title[1]).strip())[0].strip()
        if heading and not any(heading in line for line in kept[:5]):
            kept.insert(0, heading)
    return "\n".join(kept)


def _article(trafilatura: Any, page: str, precise: bool) -> Any:
    found = trafilatura.bare_extraction(
        page, include_comments=False, include_tables=True, favor_precision=precise, favor_recall=not precise
    )
    body = getattr(found, "body", None)
    return body if body is not None and "".join(body.itertext()).strip() else None


def _collect(element: Any, lines: list[str]) -> None:
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "table" and any(
            len("".join(cell.itertext())) > LONGEST_CELL for cell in child.iter("cell")
        ):
            # A table for layout: old sites put the article into one of its cells.
            for cell in child.iter("cell"):
                lines += [" ".join(line.split()) for line in "".join(_with_breaks(cell)).split("\n")]
        elif tag == "table":
            for row in child.iter("row", "tr"):
                cells = [" ".join("".join(cell.itertext()).split()) for cell in row.iter("cell", "td", "th")]
                lines.append("\t".join(cells).strip())
        elif tag in ("p", "head", "item", "quote", "code", "h1", "h2", "h3", "lb", "hi", "ref", "span"):
            for line in "".join(_with_breaks(child)).split("\n"):
                lines.append(" ".join(line.split()))
        else:
            if child.text and child.text.strip():
                lines.append(" ".join(child.text.split()))
            _collect(child, lines)
        if child.tail and child.tail.strip():
            lines.append(" ".join(child.tail.split()))


def _with_breaks(element: Any) -> list[str]:
    pieces = [element.text or ""]
    for child in element:
        if child.tag in ("lb", "p"):
            pieces.append("\n")
        pieces += _with_breaks(child)
        pieces.append(child.tail or "")
    return pieces


def _decode(path: Path, data: bytes) -> str:
    from sxedu_analysis.reading.formats import decode

    declared = _CHARSET.search(data[:4096])
    if declared:
        name = declared[1].decode("ascii").lower()
        name = "gb18030" if name in ("gb2312", "gbk") else name
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(path, data)
