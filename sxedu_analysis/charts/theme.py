"""Font, palette, the frame of every figure (title, subtitle, source note) and how it is saved."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, partial, wraps
from pathlib import Path
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

OWN, OTHER, WARM, GREEN = "#0173b2", "#949494", "#d55e00", "#029e73"
"""Own county, everything else, and two accents: of seaborn's colorblind palette those that reach
3:1 on white."""
INK, MUTED, HAIRLINE, PALE = "#1f2a33", "#5b6770", "#dfe4e8", "#d9e8f2"

WIDE, NARROW = 9.1, 4.14
"""Widths of a figure in inches: for pages and print, and for phones.

A page shows the wide one 900 px across (13 px of `SMALL`), the PDF 174 mm (7.5 pt), a phone the narrow one
345 px across (11.5 px).
"""
LABEL, SMALL = 10.4, 10.0
"""Sizes of text in points; nothing is set smaller than `SMALL`."""
LINE = 1.32
"""Distance of two lines, in sizes."""
_TITLE, _SUBTITLE, _NOTE = 13.5, LABEL, SMALL
EDGE, GUTTER = 0.12, 0.45
"""Inches left empty at the edges of a figure, and between two panels side by side."""
_DPI = 150
_WIDTH: ContextVar[float] = ContextVar("width of figures", default=WIDE)

_T = TypeVar("_T", bound=Callable[..., Axes])


@cache
def font_families() -> list[str]:
    """Register Noto Sans SC with matplotlib (once) and return the families to draw with.

    No system font is assumed: the font arrives with a package that pip installs.
    """
    from pylopdf_fonts_zh_cn import sans_path

    font_manager.fontManager.addfont(str(sans_path()))
    return ["Noto Sans SC", "DejaVu Sans"]


def _settings() -> dict[str, object]:
    return {
        "font.family": font_families(),
        "font.size": LABEL,
        "text.color": INK,
        "axes.labelcolor": MUTED,
        "axes.labelsize": SMALL,
        "axes.edgecolor": OTHER,
        "axes.linewidth": 0.8,
        "axes.unicode_minus": False,
        "axes.grid": False,
        "xtick.color": MUTED,
        "ytick.color": INK,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": LABEL,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "grid.color": HAIRLINE,
        "figure.dpi": _DPI,
        "savefig.dpi": _DPI,
        "svg.hashsalt": "sxedu_analysis",
        "svg.fonttype": "path",
        "legend.frameon": False,
    }


def use_theme() -> None:
    """Set seaborn's theme with our font and colours for the whole session (what a notebook may want).

    `seaborn.set_theme()` alone resets the fonts, and Chinese labels become boxes: they go through `rc`.
    """
    sns.set_theme(style="white", palette=[OWN, WARM, GREEN, OTHER], rc=_settings())


@contextmanager
def _themed() -> Iterator[None]:
    """The theme for the time of one drawing, leaving the caller's own settings as they were."""
    with mpl.rc_context():
        use_theme()
        yield


def drawn(function: _T) -> _T:
    """Let a chart function draw under the theme, whatever the session's own settings are."""

    @wraps(function)
    def themed(*args: object, **kwargs: object) -> Axes:
        with _themed():
            axes = function(*args, **kwargs)
            # Ticks are made when first drawn: now, while the font is ours.
            figure_of(axes).draw_without_rendering()
        _AGAIN[figure_of(axes)] = partial(themed, *args, **kwargs)
        return axes

    return themed  # type: ignore[return-value]


def narrow(axes: Axes) -> Axes | None:
    """The same chart drawn once more, for a phone; nothing where the figure is none of our charts."""
    again = _AGAIN.get(figure_of(axes))
    if again is None:
        return None
    with narrowly():
        return again()


@contextmanager
def narrowly() -> Iterator[None]:
    """Charts drawn within it are as wide as a phone: for places where a page's width would be shrunk."""
    before = _WIDTH.set(NARROW)
    try:
        yield
    finally:
        _WIDTH.reset(before)


def width() -> float:
    """Width of the figure that is being drawn, in inches."""
    return _WIDTH.get()


def is_wide() -> bool:
    """Whether there is room for a name, its mark and its number on one line, and for two panels abreast."""
    return width() >= WIDE


def room(across: int = 1) -> float:
    """What is left of the width between the edges for each of some panels side by side, in inches."""
    return (width() - 2 * EDGE - GUTTER * (across - 1)) / across


def width_of(text: str, size: float = LABEL) -> float:
    """Width of a line of text in inches, as our font sets it."""
    return _em(text) * size / 72


def _em(text: str) -> float:
    """Width of a text in ems: a Chinese character is one, of Latin letters some are wider than others."""
    return sum(_advance(character) for character in text)


def _advance(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in " \u00a0":
        return 0.23
    if character in "iljtfr.,;:'|!()[]":
        return 0.35
    return 0.92 if character in "mwMW%" else 0.63 if character.isupper() else 0.565


def wrap(text: str, size: float, inches: float) -> str:
    """Break a text into lines that fit: between words in Latin script, not before punctuation in Chinese."""
    if "\n" in text:
        return "\n".join(wrap(part, size, inches) for part in text.split("\n"))
    room = inches * 72 / size
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and _em(line + piece.rstrip()) > room:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return "\n".join([*lines, line.rstrip()])


def _pieces(text: str) -> list[str]:
    """What may stand at the head of a line: a Chinese character, a word with its space, a number."""
    pieces: list[str] = []
    for char in text:
        wide = unicodedata.east_asian_width(char) in "WF"
        previous = pieces[-1] if pieces else " "
        joined = (
            not wide and not previous[-1].isspace() and unicodedata.east_asian_width(previous[-1]) not in "WF"
        )
        # A number keeps its scale (10.5 | 万 must not be parted), a mark what it opens or closes.
        if pieces and (
            joined
            or previous[-1] in "《（“「"
            or char in "，。、；：）》”！？)%,.;:"
            or (char.isspace() and previous)
            or (char in "万亿人所元次％" and previous[-1].isdigit())
        ):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


@dataclass(frozen=True, slots=True)
class Panel:
    """One axes of a figure, in inches: what it draws in, and what stands above, below and left of it."""

    height: float
    above: float = 0.0
    below: float = 0.0
    left: float = 0.0
    right: float = 0.0


def canvas(*panels: Panel, across: int = 1) -> tuple[Figure, list[Axes]]:
    """A figure with its panels one below the other, or in some columns; the frame comes on top of it.

    Each panel keeps the height it asks for, so that rows planned in inches hold the text planned for them,
    and goes to the column that is the shortest so far.
    """
    column, down = room(across), [0.0] * across
    places = []
    for panel in panels:
        here = down.index(min(down))
        places.append((EDGE + here * (column + GUTTER) + panel.left, down[here] + panel.above))
        down[here] += panel.above + panel.height + panel.below
    inner = max(down)
    figure = plt.figure(figsize=(width(), inner))
    drawn_in = []
    for panel, (left, top) in zip(panels, places, strict=True):
        axes = figure.add_axes(
            (
                left / width(),
                (inner - top - panel.height) / inner,
                (column - panel.left - panel.right) / width(),
                panel.height / inner,
            )
        )
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        drawn_in.append(axes)
    return figure, drawn_in


def frame(axes: Axes, title: str, subtitle: str, note: str, *, legend: bool = False) -> None:
    """Put title (the finding), subtitle (measure, place, period) and source note, and make room.

    The figure grows by what they need. With `legend`, the labelled marks of `axes` are named below
    the subtitle.
    """
    figure = figure_of(axes)
    heading, below, foot = (
        wrap(words, size, room()) for words, size in ((title, _TITLE), (subtitle, _SUBTITLE), (note, _NOTE))
    )
    title_height = (heading.count("\n") + 1) * _TITLE * 1.45 / 72
    subtitle_height = (below.count("\n") + 1) * _SUBTITLE * 1.5 / 72
    foot_height = (foot.count("\n") + 1) * _NOTE * 1.5 / 72
    handles, labels = axes.get_legend_handles_labels() if legend else ([], [])
    columns = _legend_columns(labels)
    lines = -(-len(labels) // columns)
    top = EDGE + title_height + 0.04 + subtitle_height + 0.14 + 0.26 * lines
    bottom = EDGE + foot_height + 0.1
    inner = figure.get_figheight()
    height = inner + top + bottom
    for one in figure.axes:
        place = one.get_position()
        one.set_position(
            (place.x0, (bottom + place.y0 * inner) / height, place.width, place.height * inner / height)
        )
    figure.set_size_inches(width(), height)
    figure.text(
        EDGE / width(),
        1 - EDGE / height,
        heading,
        size=_TITLE,
        va="top",
        ha="left",
        color=INK,
        linespacing=1.25,
    )
    figure.text(
        EDGE / width(),
        1 - (EDGE + title_height + 0.04) / height,
        below,
        size=_SUBTITLE,
        va="top",
        ha="left",
        color=MUTED,
        linespacing=1.3,
    )
    source_note(figure, foot)
    if labels:
        figure.legend(
            handles,
            labels,
            loc="upper left",
            bbox_to_anchor=((EDGE - 0.06) / width(), 1 - (top - 0.12 - 0.26 * lines) / height),
            ncols=columns,
            fontsize=LABEL,
            handletextpad=0.4,
            columnspacing=1.2,
            borderaxespad=0,
        )


def _legend_columns(labels: Sequence[str]) -> int:
    """How many names of marks stand in a line: all, or as many as there is room for."""
    widest = max(map(width_of, labels), default=0.0) + 0.5
    whole = sum(map(width_of, labels)) + 0.5 * len(labels)
    return max(1, len(labels) if whole <= room() else int(room() / widest))


def source_note(figure: Figure, text: str) -> None:
    """Print where the numbers come from at the foot of the canvas."""
    figure.text(
        EDGE / width(),
        EDGE / figure.get_figheight(),
        text,
        size=_NOTE,
        va="bottom",
        ha="left",
        color=MUTED,
        linespacing=1.35,
    )


_AGAIN: WeakKeyDictionary[Figure, Callable[[], Axes]] = WeakKeyDictionary()
"""How a figure is drawn once more."""
_TOLD: WeakKeyDictionary[Figure, tuple[str, pd.DataFrame]] = WeakKeyDictionary()


def figure_of(axes: Axes) -> Figure:
    """The figure an axes belongs to, at the top: our charts have no subfigures."""
    return cast(Figure, axes.get_figure(root=True))


def describe(axes: Axes, alt: str, table: pd.DataFrame) -> Axes:
    """Keep with a figure its words for those who do not see it, and the table of what is plotted."""
    _TOLD[figure_of(axes)] = (alt, table.reset_index(drop=True))
    return axes


def alt_text(axes: Axes) -> str:
    """The figure in words: its finding and its numbers."""
    return _TOLD.get(figure_of(axes), ("", pd.DataFrame()))[0]


def plotted(axes: Axes) -> pd.DataFrame:
    """The table of what the figure shows, one row a mark."""
    return _TOLD.get(figure_of(axes), ("", pd.DataFrame()))[1]


def nothing_in(axes: Axes) -> bool:
    """Whether one of our figures only says that there is nothing to draw."""
    return figure_of(axes) in _TOLD and plotted(axes).empty


def image_bytes(axes: Axes, kind: str = "png") -> bytes:
    """The figure as PNG or SVG, the same bytes every time: no date, no random id inside."""
    figure, buffer = figure_of(axes), io.BytesIO()
    if kind == "png":
        with _themed():
            figure.savefig(buffer, format="rgba", facecolor="white")
        pixels = buffer.getvalue()
        # matplotlib cuts a width that is no whole number of pixels; one pixel off would shear the picture.
        about = round(figure.get_figwidth() * _DPI)
        width = next(one for one in (about, about - 1, about + 1) if len(pixels) % (4 * one) == 0)
        return _fewer_colours(pixels, (width, len(pixels) // (4 * width)))
    with _themed():
        figure.savefig(buffer, format=kind, metadata={"Date": None, "Creator": None}, facecolor="white")
    # matplotlib ends some lines with a space, which a pre-commit hook would strip again.
    return b"\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + b"\n"


def vector(axes: Axes) -> str:
    """The figure as SVG to stand in a page: words stay words, in the page's own embedded font.

    A tenth of the bytes of outlined letters, sharp at any size, and its numbers can be searched and copied.
    """
    buffer = io.StringIO()
    with _themed(), mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "sxedu_analysis"}):
        figure_of(axes).savefig(
            buffer, format="svg", metadata={"Date": None, "Creator": None}, facecolor="white"
        )
    text = buffer.getvalue()
    return "\n".join(line.rstrip() for line in text[text.index("<svg") :].splitlines())


def _fewer_colours(pixels: bytes, size: tuple[int, int]) -> bytes:
    """A picture (RGBA) as PNG in its 256 most frequent colours: a quarter of the bytes.

    A chart has a few hundred colours, most at the edges of letters: those left out become the nearest of the
    others. Pillow's own ways take longer than the drawing, or change the colours of areas too.
    """
    from PIL import Image

    counted = Image.frombuffer("RGBA", size, pixels).convert("RGB").getcolors(size[0] * size[1])
    by_number = sorted(cast(list[tuple[int, tuple[int, ...]]], counted), key=lambda one: (-one[0], one[1]))
    colours = np.array([colour for _, colour in by_number], dtype=np.int32)
    kept = colours[:256]
    nearest = ((colours[:, None] - kept) ** 2).sum(axis=2).argmin(axis=1)
    # Indexed by colour; of its 16 MB only the pages that hold a colour are ever touched.
    index = np.empty(1 << 24, dtype=np.uint8)
    index[colours @ (1, 1 << 8, 1 << 16)] = nearest
    picture = Image.frombytes("P", size, index[np.frombuffer(pixels, "<u4") & 0xFFFFFF].tobytes())
    picture.putpalette(kept.astype(np.uint8).tobytes())
    small = io.BytesIO()
    picture.save(small, "PNG", dpi=(_DPI, _DPI))
    return small.getvalue()


def save(axes: Axes, stem: Path | str, kinds: tuple[str, ...] = ("png", "svg", "csv")) -> list[Path]:
    """Write a figure as `stem`.png, .svg and what is plotted as .csv; returns the paths written."""
    stem = Path(stem)
    stem.parent.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in kinds:
        path = stem.with_name(f"{stem.name}.{kind}")
        if kind == "csv":
            plotted(axes).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
        else:
            path.write_bytes(image_bytes(axes, kind))
        written.append(path)
    return written
