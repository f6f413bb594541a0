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
    from fontTools import subset

    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "locl", "ccmp", "pwid"]
    options.notdef_outline = True
    options.hinting = False
    # Written out, outlines are cut and compressed faster, and compressed they are smaller.
    options.desubroutinize = True
    # The file's own date stays, or no two runs would give the same bytes.
    options.recalc_timestamp = False
    buffer = io.BytesIO()
    with closing(subset.load_font(str(_font_path(family)), options)) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=characters)
        cutter.subset(font)
        subset.save_font(font, buffer, options)
    return buffer.getvalue()


def font_data_url(family: str, text: str) -> str:
    """A ``data:`` address of the font (``sans`` or ``serif``) holding just the characters of a text."""
    # Basic Latin is always there: what a browser itself adds (counters, dates) stays in the same face.
    characters = "".join(sorted(set(text) | {chr(code) for code in range(0x20, 0x7F)}))
    return "data:font/woff2;base64," + base64.b64encode(_subset(family, characters)).decode("ascii")
