"""What a notebook cell displays: words with computed numbers set off, tables, figures; all text escaped."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from numbers import Number
from typing import TYPE_CHECKING, Any

import pandas as pd

from sxedu_analysis.production.links import Linked, Quote, to_unbound
from sxedu_analysis.production.wording import WHY_NOT_RECOGNISED, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Shown:
    """Something to display: as HTML in a page, as plain text where there is none."""

    html: str
    text: str
    metadata: dict[str, Any] = field(default_factory=dict)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def put(shown: Shown) -> None:
    """Display something in a notebook."""
    from IPython.display import display

    display(shown)


def show_text(lang: str, *, zh: str, en: str, **values: object) -> None:
    """Display a paragraph in the chosen language, its values filled in, numbers among them set off.

    Parameters
    ----------
    lang : str
        zh or en.
    zh, en : str
        The words, with ``{name}`` where a value belongs.
    values
        What to fill in; a pair (zh, en) is filled in by language. A number in words (约94%) is a `Linked`.
    """
    chosen = {
        key: value[lang == "en"] if isinstance(value, tuple) else value for key, value in values.items()
    }
    template = say(lang, zh, en)
    html = escape(template, quote=False).format(
        **{
            key: f"<strong>{html_of(value)}</strong>"
            if isinstance(value, Number | Linked)
            else html_of(value)
            for key, value in chosen.items()
        }
    )
    put(Shown(f'<p class="sx-text">{html}</p>', template.format(**chosen)))


def _set_off(value: object) -> str:
    return f"<strong>{html_of(value)}</strong>" if isinstance(value, Number | Linked) else html_of(value)


_SHORT, _MANY_COLUMNS = 22, 5


def table_html(frame: pd.DataFrame, *, caption: str = "") -> str:
    """A table as HTML: every cell escaped and labelled, so that a narrow page can set each row as a card."""
    # The first column names the rows.
    columns = [[cell_text(value) for value in frame.iloc[:, at]] for at in range(1, frame.shape[1])]
    points = [decimal_points(column) for column in columns]
    right = [
        numbers_to_the_right(column) and not any(point is not None for point in moved)
        for column, moved in zip(columns, points, strict=True)
    ]
    head = "".join(
        f'<th scope="col"{_NUMBERS if to_right else ""}>{escape(str(name))}</th>'
        for name, to_right in zip(frame.columns, [False, *right], strict=True)
    )
    body = []
    for number, row in enumerate(frame.itertuples(index=False, name=None)):
        cells = [f'<th scope="row">{html_of(row[0])}</th>']
        for at, (name, value) in enumerate(zip(frame.columns[1:], row[1:], strict=True)):
            kinds = _kinds(str(name), columns[at][number], to_right=right[at], point=points[at][number])
            cells.append(f'<td{kinds} data-label="{escape(str(name))}">{html_of(value)}</td>')
        body.append(f"<tr>{''.join(cells)}</tr>")
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    wide = " sx-wide" if frame.shape[1] > _MANY_COLUMNS else ""
    return (
        f'<div class="sx-table sx-cards{wide}" tabindex="0"><table>{title}<thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _kinds(name: str, words: str, *, to_right: bool, point: float | None) -> str:
    """The attributes of a cell that say how it is set."""
    kinds = []
    # A number and its unit, or two bounds, are not to be broken over lines.
    if len(words) <= _SHORT:
        kinds.append("sx-tight")
    if name in _PLACES:
        kinds.append("sx-at")
    if to_right:
        kinds.append("sx-num")
    if point is not None:
        kinds.append("sx-dec")
    attributes = f' class="{" ".join(kinds)}"' if kinds else ""
    return attributes if point is None else f'{attributes} style="--left:{point:.4g}"'


_PLACES = ("位置", "Place")
_NUMBERS = ' class="sx-num"'
_RANGE = re.compile(r"\[?[+−-]?\d[\d.,]*[万亿]?\s?%?(?:–\s?\d[\d.,]*[万亿]?\s?%?|,\s?\d[\d.,]*\])?")
_BEFORE = {"约": 1.8, "about ": 5.4, "at least ": 6.55, "more than ": 9.15, "nearly ": 5.66, "at most ": 6.78}
"""Words before a number, and how wide they are, measured in digits of the pages' font."""
_NUMBER = re.compile(
    rf"(?P<before>{'|'.join(_BEFORE)})?(?P<sign>[+−-]?)(?P<whole>\d[\d,]*)(?P<rest>(?:\.\d+)?(?![\d–万亿]).*)"
)


def numbers_to_the_right(column: list[str]) -> bool:
    """Whether a column is set to the right: bare numbers or bounds, and at most a few short words.

    Examples
    --------
    >>> numbers_to_the_right(["111,500–112,500", "exact"]), numbers_to_the_right(["12 schools", "13 pupils"])
    (True, False)
    """
    said = [words for words in column if words]
    bare = sum(_RANGE.fullmatch(words) is not None for words in said)
    return bool(said) and 2 * bare >= len(said) and all(len(words) <= _SHORT for words in said)


def decimal_points(column: list[str]) -> list[float | None]:
    """How far each number of a column is moved in, in digits, so that the points stand in one line.

    Nothing is moved in a column of bare numbers without decimals, which is set to the right, or of words.

    Examples
    --------
    >>> decimal_points(["8.99 years", "12 years", "1,234.5 years"])
    [3.5, 2.5, 0.0]
    >>> decimal_points(["12", "7"]), decimal_points(["about 5 %", "none"])
    ([None, None], [None, None])
    """
    found = [_NUMBER.fullmatch(words.replace("\N{NO-BREAK SPACE}", " ")) for words in column]
    none: list[float | None] = [None] * len(column)
    if len(column) < 2 or any(words and not match for words, match in zip(column, found, strict=True)):
        return none
    if numbers_to_the_right(column) and len({_decimals(match) for match in found if match}) < 2:
        return none
    widths = [_before_point(match) if match else 0.0 for match in found]
    widest = max(widths)
    return [widest - width if match else None for width, match in zip(widths, found, strict=True)]


def _decimals(match: re.Match[str]) -> int:
    decimals = re.match(r"\.\d+", match["rest"])
    return decimals.end() if decimals else 0


def _before_point(match: re.Match[str]) -> float:
    """How wide a number is up to its decimal point, in digits: a comma is half a digit wide."""
    commas = match["whole"].count(",")
    return _BEFORE.get(match["before"], 0.0) + len(match["sign"]) + len(match["whole"]) - 0.5 * commas


def html_of(value: object) -> str:
    """A value as HTML: a linked number brings its marks, a quote its fold, anything else is words."""
    return value.__html__() if isinstance(value, Linked | Quote) else escape(cell_text(value))


def cell_text(value: object) -> str:
    """A cell as words: nothing where there is no value."""
    return "" if value is None or value is pd.NA or value != value else str(value)


def show_table(frame: pd.DataFrame, lang: str, *, zh: str = "", en: str = "") -> None:
    """Display a table with its caption; a table without rows is shown as what it is."""
    caption = say(lang, zh, en)
    if frame.empty:
        show_nothing(caption, lang)
        return
    # Plain text takes no part of a page; it is what a terminal and a notebook test see.
    words = "\n".join([caption, *lines_of(frame)]).strip()
    put(Shown(table_html(frame, caption=caption), words))


def show_nothing(caption: str, lang: str) -> None:
    """Say that nothing was recognised, which is not that nothing is there, and where else to look."""
    words = f"{caption} {_sentence(WHY_NOT_RECOGNISED[lang == 'en'], lang)}".strip()
    see = say(lang, "见未归入指标的数字", "See the figures not bound to an indicator")
    stop = say(lang, "。", ".")
    html = f'<p class="sx-none">{escape(words)}{say(lang, "", " ")}{to_unbound(see)}{stop}</p>'
    put(Shown(html, f"{words}{say(lang, '', ' ')}{see}{stop}"))


def _sentence(words: str, lang: str) -> str:
    return f"{words[:1].upper()}{words[1:]}{say(lang, '。', '.')}"


def lines_of(table: pd.DataFrame) -> list[str]:
    """A table as plain text, a line a row: what a terminal and a notebook test see."""
    return [" | ".join(cell_text(value) for value in row) for row in table.itertuples(index=False, name=None)]


def show_figure(axes: Axes) -> None:
    """Display a figure as PNG with its words as alternative text, and let go of it.

    What a page wants besides (the drawing as SVG, for wide and for narrow pages, and which indicators and
    measures it shows) goes with it as metadata; `publish.take_charts` takes it out again before a notebook is
    stored. A figure that has nothing to show is not drawn: its words say what was not found.
    """
    import matplotlib.pyplot as plt
    from IPython.display import display

    from sxedu_analysis.charts.theme import (
        alt_text,
        figure_of,
        image_bytes,
        narrow,
        nothing_in,
        plotted,
        vector,
    )

    words, table = alt_text(axes), plotted(axes)
    if nothing_in(axes):
        put(Shown(f'<p class="sx-none">{escape(words)}</p>', words))
        plt.close(figure_of(axes))
        return
    slim = narrow(axes)
    codes: list[str] = next((table[name].astype(str).tolist() for name in _CODES if name in table), [])
    drawn = {
        "svg": vector(axes),
        "narrow": vector(slim) if slim is not None else "",
        "codes": codes,
        "empty": table.empty,
    }
    display(
        {"image/png": image_bytes(axes), "text/plain": words},
        raw=True,
        metadata={
            "image/png": {"alt": words, "width": 860, "chart": drawn},
        },
    )
    if slim is not None:
        plt.close(figure_of(slim))
    plt.close(figure_of(axes))


_CODES = ("measure", "indicator", "finding")
