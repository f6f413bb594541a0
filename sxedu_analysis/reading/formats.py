"""Report files become text: what a file is, by its content, and what cannot be read, in one line."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from sxedu_analysis.foundation.errors import InputError

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes; a work report is some tens of kilobytes, a larger file is something else."""

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ENCODINGS = ("utf-8", "gb18030")

# The endings a kind of file should have, its name in a sentence, and the room and function that read it.
_KINDS = {
    "docx": ((".docx",), "a Word document", "word", "docx_text"),
    "pdf": ((".pdf",), "a PDF", "pdf", "pdf_text"),
    "html": ((".html", ".htm", ".xhtml", ".shtml"), "a web page", "web", "html_text"),
}
REPORT_ENDINGS = (".txt", *(ending for endings, *_ in _KINDS.values() for ending in endings), ".doc", ".rtf")
"""How the files end that a folder is searched for: .doc and .rtf too, each listed with how to convert it."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_PICTURE = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"II*\x00", b"MM\x00*")
_TABLES = (
    "save the text of the report as .docx or .txt; single figures can go into a CSV (sxedu gaps --figures)"
)
# What else comes in the two containers that Office writes: a stream's name, a part's name.
_OTHER_STREAMS = {
    "Workbook".encode("utf-16-le"): ("is a legacy spreadsheet (.xls)", _TABLES),
    "PowerPoint Document".encode("utf-16-le"): (
        "are legacy slides (.ppt)",
        "save their text as .docx or .txt",
    ),
}
_OTHER_PARTS = {
    "xl/workbook.xml": ("is a spreadsheet (.xlsx)", _TABLES),
    "ppt/presentation.xml": ("are slides (.pptx)", "save their text as .docx or .txt"),
    "content.xml": ("is an OpenDocument file", "save it as .docx"),
    "OFD.xml": ("is an OFD document", "print it to a PDF, or save it as .docx"),
}
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_WEB_PAGE = (b"<!doctype html", b"<html", b"<?xml", b"<head", b"<body", b"<!--")


def read_text(path: Path) -> tuple[str, bytes]:
    """Read a report file: its text, line ends as line feeds, and its bytes.

    Plain text (UTF-8 and UTF-16 with or without mark, GB18030 and so GBK and GB2312, told apart), Word
    (.docx), web pages and PDF with a text layer.

    Raises
    ------
    InputError
        If the file is missing, empty, too large, damaged, encrypted, a scan, of a kind that is not read, or
        has the ending of another kind.
    """
    data = read_bytes(path)
    if not data.strip():
        raise InputError("is empty", where=str(path), mend="give a file with the report in it")
    kind = _kind(path, data)
    text = _read_as(kind, path, data) if kind in _KINDS else decode(path, data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise InputError("holds no words", where=str(path), mend="give a file with the report in it")
    return text, data


def _read_as(kind: str, path: Path, data: bytes) -> str:
    # The libraries that read a kind take a while to import: only who has such a file pays for them.
    _, _, room, function = _KINDS[kind]
    reader: Callable[[Path, bytes], str] = getattr(import_module(f"{__package__}.{room}"), function)
    return reader(path, data)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, or one clear line why they cannot be had."""
    try:
        if path.is_dir():
            raise InputError("is a folder", where=str(path), mend="give a report file")
        refuse_larger(path, path.stat().st_size, LARGEST_FILE, "has", mend="give one report a file")
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError("does not exist", where=str(path), mend="check the path") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"cannot be read: {reason}", where=str(path), mend="check the file") from None


def refuse_larger(path: Path, size: int, limit: int, has: str, *, mend: str) -> None:
    """Raise InputError if something of a file, of so many bytes, is more than a report may have."""
    if size > limit:
        what = f"{has} {size:,} bytes, more than the {limit // 1024**2} MiB a report may have"
        raise InputError(what, where=str(path), mend=mend)


def decode(path: Path, data: bytes) -> str:
    """The text that bytes write in one of the encodings that Chinese reports come in."""
    encodings = [name for mark, name in _MARKS.items() if data.startswith(mark)] or _unmarked(data)
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise InputError(
            "is in no encoding that is known here", where=str(path), mend="save it as UTF-8 text"
        )
    # A binary file decodes as GB18030 now and then; a text holds no control characters but white space.
    if "\x00" in text or len(_CONTROLS.findall(text)) > len(text) / 50:
        raise InputError(
            "is not a text file", where=str(path), mend="give the report as .txt, .docx, .html or .pdf"
        )
    return text


def _unmarked(data: bytes) -> Sequence[str]:
    """The encodings that bytes without a mark may be in.

    Half of all byte strings decode as UTF-16. But only there does a text hold zero bytes, and many:
    one half of every digit, blank and line end, the second half where the lower byte stands first.
    """
    zeros = data[::2].count(0), data[1::2].count(0)
    if len(data) % 2 or max(zeros) < len(data) / 200:
        return _ENCODINGS
    return ("utf-8", "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be")


def _kind(path: Path, data: bytes) -> str:
    """What a file is by its content; its ending must not say otherwise."""
    suffix = path.suffix.lower()
    kind = _kind_by_content(path, data)
    for known, (endings, name, *_) in _KINDS.items():
        if known == kind and suffix not in (*endings, ""):
            raise InputError(
                f"is {name}, although its name ends in {suffix}",
                where=str(path),
                mend=f"rename it to {path.stem}{endings[0]}",
            )
        if known != kind and suffix in endings and not (known == "html" and kind == "txt"):
            raise InputError(
                f"is not {name}, although its name ends in {suffix}",
                where=str(path),
                mend="give it its right ending, or save it again",
            )
    return "html" if kind == "txt" and suffix in _KINDS["html"][0] else kind


def _kind_by_content(path: Path, data: bytes) -> str:
    if data.startswith(b"%PDF-") or b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in data:
            raise InputError("is encrypted", where=str(path), mend="save it without a password")
        for stream, (what, mend) in _OTHER_STREAMS.items():
            if stream in data:
                raise InputError(what, where=str(path), mend=mend)
        raise InputError(
            "is a legacy Word file (.doc)",
            where=str(path),
            mend=f"save it as .docx in Word, or: soffice --headless --convert-to docx '{path.name}'",
        )
    if data.startswith(b"{\\rtf"):
        raise InputError("is a rich text file (.rtf)", where=str(path), mend="save it as .docx or .txt")
    if data.startswith(_PICTURE):
        raise InputError(
            "is a picture",
            where=str(path),
            mend="have its text recognised (OCR) and give that, once proofread",
        )
    if data.startswith(b"PK"):
        return _kind_of_archive(path)
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "html" if start.startswith(_WEB_PAGE) else "txt"


def _kind_of_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise InputError(
            "is a damaged archive", where=str(path), mend="download it again, or save it again as .docx"
        ) from None
    if "word/document.xml" in names:
        return "docx"
    for part, (what, mend) in _OTHER_PARTS.items():
        if part in names:
            raise InputError(what, where=str(path), mend=mend)
    raise InputError(
        "is an archive, but no Word document", where=str(path), mend="unpack it and give the report inside"
    )
