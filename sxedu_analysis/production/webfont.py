"""Chinese fonts that travel inside a page: woff2, cut down to the characters the page shows."""

from __future__ import annotations

import base64
import io
from contextlib import closing
from functools import cache
from pathlib import Path


def _font_path(family: str) -> Path:
    from pylopdf_fonts_zh_cn import sans_path, serif_path

    return Path(str(serif_path() if family == "serif" else sans_path()))


@cache
def _subset(family: str, characters: str) -> bytes:
    import uharfbuzz
    from fontTools.ttLib import TTFont

    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(map(ord, characters))
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update(
        int.from_bytes(tag.encode("ascii"), "big") for tag in ("kern", "locl", "ccmp", "pwid")
    )
    # Written out, outlines are compressed to less.
    flags = uharfbuzz.SubsetFlags
    wanted.flags = flags.NO_HINTING | flags.DESUBROUTINIZE | flags.NOTDEF_OUTLINE
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(_font_path(family))))
    cut = io.BytesIO(uharfbuzz.subset(face, wanted).blob.data)
    buffer = io.BytesIO()
    # The file's own date stays, or no two runs would give the same bytes.
    with closing(TTFont(cut, recalcTimestamp=False)) as font:
        font.flavor = "woff2"
        font.save(buffer)
    return buffer.getvalue()


def font_data_url(family: str, text: str) -> str:
    """A ``data:`` address of the font (``sans`` or ``serif``) holding just the characters of a text."""
    # Basic Latin is always there: what a browser itself adds (counters, dates) stays in the same face.
    characters = "".join(sorted(set(text) | {chr(code) for code in range(0x20, 0x7F)}))
    return "data:font/woff2;base64," + base64.b64encode(_subset(family, characters)).decode("ascii")
