"""PDF files with a text layer become text; a paragraph that the page broke into lines is one line again."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import numpy as np

from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.reading.numerals import half_width

_PAGE_NUMBER = re.compile(r"^\s*[-—–]*\s*(?:第\s*)?\d{1,4}(?:\s*页|\s*/\s*\d{1,4})?\s*[-—–]*\s*$")
_ENDS_PARAGRAPH = "。！？；：.!?;:”）)"
_HEADING = re.compile(
    r"^\s*(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.、](?!\d)|第[一二三四五六七八九十]+[章节部])"
)
_FEWEST_CHARACTERS_A_PAGE = 5


def pdf_text(path: Path, data: bytes) -> str:
    """The text layer of a PDF, page numbers left out, broken lines joined.

    Raises
    ------
    InputError
        If the file is encrypted, damaged, or a scan without a text layer.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        pages = [page.get_textpage().get_text_bounded() for page in document]
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise InputError(
                "is an encrypted PDF", where=str(path), mend="save it without a password"
            ) from None
        raise InputError("is a damaged PDF", where=str(path), mend="download it again") from None
    written = sum(len("".join(page.split())) for page in pages)
    if written < _FEWEST_CHARACTERS_A_PAGE * max(len(pages), 1):
        raise InputError(
            "is a PDF without a text layer (a scan)",
            where=str(path),
            mend="recognise its text first (ocrmypdf -l chi_sim), or give the report as .docx or .txt",
        )
    lines = [
        # PDFium marks a soft hyphen at a line's end with U+FFFE.
        line.replace("\ufffe", "").rstrip()
        for page in pages
        for line in page.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if not _PAGE_NUMBER.match(line)
    ]
    return "\n".join(_joined(lines))


def _joined(lines: list[str]) -> list[str]:
    """Lines joined to paragraphs: a full line that ends no sentence goes on in the next."""
    lines = [line for line in lines if line.strip()]
    # The width that most full lines reach; single longer ones come from columns that were read together.
    full = 0.8 * float(np.quantile([_width(line) for line in lines], 0.6))
    paragraphs: list[str] = []
    open_ended = False
    for line in lines:
        if open_ended and not _HEADING.match(half_width(line)):
            paragraphs[-1] += line.strip()
        else:
            paragraphs.append(line.strip())
        open_ended = _width(line) >= full and line.rstrip()[-1] not in _ENDS_PARAGRAPH
    return paragraphs


def _width(line: str) -> int:
    """Width in half characters: a Chinese character is twice as wide as a digit."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line.strip())
