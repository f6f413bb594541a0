"""What fuzzing (benchmarks/fuzz.py) and reading the code for it found, so that it stays found."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest

from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.reading import word
from sxedu_analysis.reading.formats import read_text


def word_file(path: Path, **parts: tuple[str, str]) -> bytes:
    """A Word file with some words of its parts replaced."""
    made, changed = io.BytesIO(), io.BytesIO()
    document = docx.Document()
    document.add_paragraph("有学校12所。", style="List Number")
    document.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            for stem, (before, after) in parts.items():
                if name == f"word/{stem}.xml":
                    assert before.encode() in part
                    part = part.replace(before.encode(), after.encode())
            new.writestr(name, part)
    path.write_bytes(changed.getvalue())
    return changed.getvalue()


def test_a_directory_that_points_before_the_file_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    data = bytearray(word_file(path))
    # Bytes taken from the front: every entry of the directory lies before its beginning.
    path.write_bytes(b"PK\x03\x04" + bytes(data[200:]))
    with pytest.raises(InputError, match="damaged"):
        read_text(path)


def test_a_number_that_is_none_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    word_file(path, numbering=('w:ilvl="0"', 'w:ilvl="x"'))
    with pytest.raises(InputError, match="is a damaged Word document"):
        read_text(path)


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "一百"),
     (101, "一百零一"),
     (110, "一百一十"), (115, "一百一十五"), (120, "一百二十"), (999, "九百九十九"),
     (1000, "1000"), (0, "0")],
)  # fmt: skip
def test_lists_may_be_long(number: int, written: str) -> None:
    assert word._chinese(number) == written
