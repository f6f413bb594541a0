"""Word documents (.docx) become text: paragraphs and tables in their order, without fields and deletions."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.reading.formats import refuse_larger

LARGEST_UNPACKED = 100 * 1024 * 1024
"""Bytes that all parts of a document may unpack to; a small file that unpacks to more is an attack."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# Results of these fields are furniture: a table of contents says each heading twice, a page number nothing.
_FURNITURE = ("TOC", "PAGE", "NUMPAGES", "PAGEREF", "SECTIONPAGES", "INDEX")
_COUNTING = "一二三四五六七八九十"


def docx_text(path: Path, data: bytes) -> str:
    """The text of a Word document.

    Paragraphs and tables come in the order of the document, a table row as one line with tabs between its
    cells. Bookmarks, field codes, deleted text, and the results of table-of-contents and page fields are left
    out; headings that Word numbers by itself (一、 （一） 1.) get their numbers.

    Raises
    ------
    InputError
        If the archive is damaged, or unpacks to more than `LARGEST_UNPACKED`.
    """
    _check_archive(path, data)
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
        numbering = _Numbering(document)
        return "\n".join(_blocks(document.element.body, numbering))
    except Exception as error:
        # python-docx lets through whatever zipfile, lxml and its own parts raise on a damaged file, and the
        # numbers in it need not be numbers.
        raise _damaged(path, type(error).__name__) from None


def _check_archive(path: Path, data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            refuse_larger(
                path, size, LARGEST_UNPACKED, "unpacks to", mend="save it without pictures, or as .txt"
            )
            damaged = archive.testzip()
    except InputError:
        raise
    except Exception as error:
        # zipfile raises whatever its parts do (BadZipFile, zlib.error, struct.error, ValueError …).
        raise _damaged(path, str(error)) from None
    if damaged:
        raise _damaged(path, damaged)


def _damaged(path: Path, why: str) -> InputError:
    return InputError(
        f"is a damaged Word document ({why})",
        where=str(path),
        mend="download it again, or open it in Word and save it again",
    )


def _blocks(parent: Any, numbering: _Numbering) -> Iterator[str]:
    """Paragraphs and table rows, also inside content controls."""
    for child in parent:
        if child.tag == f"{_W}p":
            yield numbering.prefix(child) + _paragraph(child)
        elif child.tag == f"{_W}tbl":
            for row in child.iter(f"{_W}tr"):
                if row.iterancestors(f"{_W}tbl").__next__() is child:
                    yield "\t".join(
                        " ".join(text for text in _blocks(cell, numbering) if text.strip())
                        for cell in row.iterchildren(f"{_W}tc")
                    )
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"):
            yield from _blocks(child, numbering)


def _paragraph(paragraph: Any) -> str:
    """The words of one paragraph: runs, links and insertions; no field codes, no deletions."""
    pieces: list[str] = []
    fields: list[list[str]] = []  # a field's phase and its code, innermost last
    for element in paragraph.iter():
        if any(True for _ in element.iterancestors(f"{_W}del", f"{_W}moveFrom", _FALLBACK)):
            continue
        if element.tag == f"{_W}fldChar":
            phase = element.get(f"{_W}fldCharType")
            if phase == "begin":
                fields.append(["code", ""])
            elif fields and phase == "separate":
                fields[-1][0] = "result"
            elif fields and phase == "end":
                fields.pop()
        elif element.tag == f"{_W}instrText" and fields:
            fields[-1][1] += element.text or ""
        elif any(phase == "code" or _is_furniture(code) for phase, code in fields):
            continue
        elif element.tag == f"{_W}t":
            simple = next(element.iterancestors(f"{_W}fldSimple"), None)
            if simple is None or not _is_furniture(simple.get(f"{_W}instr", "")):
                pieces.append(element.text or "")
        elif element.tag == f"{_W}tab":
            pieces.append("\t" if element.getparent().tag == f"{_W}r" else "")
        elif element.tag in (f"{_W}br", f"{_W}cr"):
            pieces.append("\n")
        elif element.tag == f"{_W}noBreakHyphen":
            pieces.append("-")
    return "".join(pieces)


def _is_furniture(code: str) -> bool:
    return code.strip().partition(" ")[0].upper() in _FURNITURE


class _Numbering:
    """Numbers that Word writes before paragraphs by itself, for the forms that headings use."""

    def __init__(self, document: Any) -> None:
        self._counts: dict[tuple[str, int], int] = {}
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        abstract = {node.get(f"{_W}abstractNumId"): node for node in root.iter(f"{_W}abstractNum")}
        for number in root.iter(f"{_W}num"):
            link = number.find(f"{_W}abstractNumId")
            node = abstract.get(link.get(f"{_W}val")) if link is not None else None
            for level in node.iter(f"{_W}lvl") if node is not None else ():
                form, text, start = (level.find(f"{_W}{name}") for name in ("numFmt", "lvlText", "start"))
                if form is None or text is None:
                    continue
                key = (number.get(f"{_W}numId"), int(level.get(f"{_W}ilvl")))
                first = int(start.get(f"{_W}val")) if start is not None else 1
                self._levels[key] = (form.get(f"{_W}val"), text.get(f"{_W}val", ""), first)

    def prefix(self, paragraph: Any) -> str:
        """The number before a paragraph, empty for bullets and for none."""
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        if properties is None:
            return ""
        number, level = (properties.find(f"{_W}{name}") for name in ("numId", "ilvl"))
        if number is None:
            return ""
        key = (number.get(f"{_W}val"), int(level.get(f"{_W}val")) if level is not None else 0)
        if key not in self._levels:
            return ""
        form, text, first = self._levels[key]
        count = self._counts[key] = self._counts.get(key, first - 1) + 1
        for other in list(self._counts):
            if other[0] == key[0] and other[1] > key[1]:
                del self._counts[other]
        if form.startswith(("chinese", "ideograph", "japaneseCounting", "taiwanese")):
            written = _chinese(count)
        elif form == "decimal":
            written = str(count)
        else:
            return ""
        # Only this level's own number is written; a heading in these reports has no 1.2.3.
        return text.replace(f"%{key[1] + 1}", written) if text.count("%") == 1 else ""


def _chinese(number: int) -> str:
    if number < 1 or number >= 1000:
        return str(number)
    if number <= 10:
        return _COUNTING[number - 1]
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        if rest == 0:
            return f"{_chinese(hundreds)}百"
        joint = "零" if rest < 10 else "一" if rest < 20 else ""
        return f"{_chinese(hundreds)}百{joint}{_chinese(rest)}"
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else _COUNTING[tens - 1]) + "十" + (_COUNTING[ones - 1] if ones else "")
