"""Report files become text."""

from __future__ import annotations

from pathlib import Path

from sxedu_analysis.foundation.errors import InputError

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes; a work report is some tens of kilobytes, a larger file is something else."""

# UTF-16 is tried only with its mark: without one, half of all byte strings decode as it.
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ENCODINGS = ("utf-8", "gb18030")


def read_text(path: Path) -> tuple[str, bytes]:
    """Read a text file: its text, line ends as line feeds, and its bytes.

    UTF-8 (with or without mark), UTF-16 with mark and GB18030 (so GBK and GB2312) are told apart.

    Raises
    ------
    InputError
        If the file is missing, empty, too large, not text, or in another encoding.
    """
    data = read_bytes(path)
    if not data.strip():
        raise InputError("is empty", where=str(path), mend="give a text file with the report in it")
    encodings = [name for mark, name in _MARKS.items() if data.startswith(mark)] or list(_ENCODINGS)
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
    if "\x00" in text:
        raise InputError("is not a text file", where=str(path), mend="save the report as plain text (.txt)")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise InputError(
            "holds nothing but blanks", where=str(path), mend="give a text file with the report in it"
        )
    return text, data


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, or one clear line why they cannot be had."""
    try:
        if path.is_dir():
            raise InputError("is a folder", where=str(path), mend="give a report file")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            limit = LARGEST_FILE // 1024**2
            raise InputError(
                f"has {size:,} bytes, more than the {limit} MiB a report may have",
                where=str(path),
                mend="give one report a file",
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError("does not exist", where=str(path), mend="check the path") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"cannot be read: {reason}", where=str(path), mend="check the file") from None
