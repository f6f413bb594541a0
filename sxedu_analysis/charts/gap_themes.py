"""The chart of one theme: counties as dots with bounds, benchmarks hollow and apart from them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from sxedu_analysis.analysis.gap_measures import load_gap_measures, panel_name
from sxedu_analysis.analysis.neighbours import place_name
from sxedu_analysis.charts import theme
from sxedu_analysis.charts.gap_words import bounds_note, compared, each_once, others_name, quoted, theme_title
from sxedu_analysis.charts.gaps import A_DOT, nothing_to_draw, plotted_row
from sxedu_analysis.charts.words import alt, say

_ROW, _BENCH = 0.235, "D"
_HEADING = 0.3
"""Room above a panel of one measure for its name and unit."""
_WHY_NOT = {
    "refused": ("不可比", "not comparable"),
    "no_figures": ("未录入", "not entered"),
    "not_recognised": ("报告里未识别到", "not recognised"),
}
"""Status of a comparator without a value -> what stands in its place."""


@theme.drawn
def gap_theme(
    gaps: pd.DataFrame,
    benchmarks: pd.DataFrame,
    *,
    comparators: str | Sequence[str] = "adjacent",
    lang: str = "zh",
    source: str = "",
) -> Axes:
    """The measures of one theme, a panel each: counties as dots with bounds, benchmarks below them.

    Parameters
    ----------
    gaps : DataFrame
        As `load_gaps` returns it, of one theme.
    benchmarks : DataFrame
        As `load_benchmarks` returns it; nation, province and prefecture are drawn, hollow and apart.
    comparators : str or list of str
        The set of comparators, for the title.
    lang, source : str
        Language, and source as it is to be printed.
    """
    shown = gaps[gaps["value"].notna()]
    if compared(shown).empty:
        title = say(lang, "没有录入可比的公开数字", "No comparable published figures are entered")
        names = (
            "、".join(gaps[f"name_{lang}"].unique())
            if lang == "zh"
            else ", ".join(gaps[f"name_{lang}"].unique())
        )
        return nothing_to_draw(f"{names}{say(lang, '：', ': ')}{title}", lang, source)
    panels = _panels(shown)
    tables = [
        [_rows_of(shown[shown["measure"] == code], benchmarks, lang) for code in codes] for codes in panels
    ]
    order = _order(tables[0][0])
    across = 2 if theme.is_wide() and len(panels) > 1 else 1
    headings = [
        theme.wrap(_heading(shown[shown["measure"].isin(codes)], lang), theme.LABEL, theme.room(across))
        for codes in panels
    ]
    names = pd.concat(tables[0])[f"name_{lang}"]
    left = max(theme.width_of(str(name)) for name in names) + 0.1
    _, grid = theme.canvas(
        *(
            theme.Panel(
                _ROW * (len(order) + 0.65),
                above=_HEADING + heading.count("\n") * theme.LABEL * theme.LINE / 72,
                left=left,
            )
            for heading in headings
        ),
        across=across,
    )
    for axes, group, heading in zip(grid, tables, headings, strict=True):
        _panel(axes, group, order, heading, left, lang)
    lead = shown[shown["measure"] == panels[0][0]]
    title = theme_title(shown, comparators, lang)
    apart = any((one["kind"] == "benchmark").any() for group in tables for one in group)
    kinds = set(shown["interval_kind"]) | set(compared(shown)["comparator_interval_kind"])
    caveats = compared(shown)[f"caveats_{lang}"]
    place, periods = lead.iloc[0], say(lang, "、", ", ").join(sorted(compared(shown)["period"].unique()))
    others = others_name(shown, comparators, lang)
    subtitle = say(
        lang,
        f"{place['place_zh']}与{others}，{periods}年"
        + ("；空心为全国、省、市，只作参照，不排名" if apart else ""),
        f"{place['place_en']} and {others}, {periods}"
        + ("; hollow: nation, province and prefecture, for reference and not ranked" if apart else ""),
    )
    remarks = bounds_note(
        lang,
        kinds,
        each_once(caveats, lang),
        say(lang, "横轴不从零起。", "Axes do not start at zero."),
        source=source,
    )
    theme.frame(grid[0], title, subtitle, remarks)
    table = pd.concat([one for group in tables for one in group], ignore_index=True)
    lines = [f"{row[f'name_{lang}']} {row['text']}" for _, row in tables[0][0].iterrows() if row["text"]]
    return theme.describe(grid[0], alt(title, lines, lang), table.drop(columns="text"))


def _panels(shown: pd.DataFrame) -> list[list[str]]:
    """The measures in panels: those that share one together."""
    known = load_gap_measures()
    panels: dict[str, list[str]] = {}
    for code in shown["measure"].drop_duplicates():
        panel = known[code].panel if code in known else ""
        panels.setdefault(panel or code, []).append(code)
    return list(panels.values())


def _heading(rows: pd.DataFrame, lang: str) -> str:
    names = rows.drop_duplicates("measure")
    if len(names) > 1:
        return panel_name(load_gap_measures()[names.iloc[0]["measure"]].panel, lang)
    name, unit = str(names.iloc[0][f"name_{lang}"]), str(names.iloc[0][f"unit_{lang}"])
    return f"{name}{say(lang, '，', ', ')}{unit}"


def _rows_of(group: pd.DataFrame, benchmarks: pd.DataFrame, lang: str) -> pd.DataFrame:
    """A measure's rows of a panel: home, comparators, benchmarks, each with what is printed beside it."""
    first = group.iloc[0]
    rows = [{**plotted_row(first, first["adcode"], ""), "text": quoted(first, lang)}]
    for _, row in group.iterrows():
        one = plotted_row(row, row["comparator"], "comparator_")
        if row["status"] == "compared":
            one["text"] = quoted(row, lang, "comparator_")
        else:
            one["text"] = _WHY_NOT.get(row["status"], ("所查资料里没有", "not in sources"))[lang == "en"]
        rows.append(one)
    codes = [first["adcode"][:4] + "00", first["adcode"][:2] + "0000", "100000"]
    for code in codes:
        found = benchmarks[(benchmarks["measure"] == first["measure"]) & (benchmarks["adcode"] == code)]
        found = found[
            found["kind"].isin(["nation", "province", "prefecture"]) & (found["year"] == first["period"])
        ]
        for _, row in found.iterrows():
            values = {key: row[key] for key in ("value", "low", "high", "interval_kind")}
            like = pd.Series({**first.to_dict(), **values})
            rows.append(
                {
                    "measure": first["measure"],
                    "adcode": code,
                    "name_zh": place_name(code),
                    "name_en": place_name(code, "en"),
                    "period": row["year"],
                    **values,
                    "kind": "benchmark",
                    "text": quoted(like, lang),
                }
            )
    return pd.DataFrame(rows)


def _order(table: pd.DataFrame) -> list[str]:
    """Counties by value, those without one below; then the benchmarks."""
    counties = table[table["kind"] != "benchmark"].sort_values(
        ["value", "adcode"], ascending=[False, True], na_position="last"
    )
    return [*counties["adcode"], *table.loc[table["kind"] == "benchmark", "adcode"]]


def _panel(
    axes: Axes, tables: list[pd.DataFrame], order: list[str], heading: str, left: float, lang: str
) -> None:
    every = pd.concat(tables, ignore_index=True)
    low, high = every["low"].min(), every["high"].max()
    span = (high - low) or abs(high) or 1.0
    size = len(order)
    counties = len(set(every.loc[every["kind"] != "benchmark", "adcode"]))
    names = {row["adcode"]: str(row[f"name_{lang}"]) for table in tables for _, row in table.iterrows()}
    axes.set_xlim(low - span * (0.36 if len(tables) > 1 else 0.12), high + span * 0.36)
    for number in range(size):
        axes.axhline(_at(number, counties), color=theme.HAIRLINE, lw=0.7, zorder=0)
    for code in order:
        y = _at(order.index(code), counties)
        group = pd.concat([table[table["adcode"] == code] for table in tables])
        known = group[group["value"].notna()]
        if known.empty:
            text = group["text"].iloc[0] if len(group) else say(lang, "所查资料里没有", "not in sources")
            _beside(axes, text, low, y, theme.MUTED)
            continue
        if len(known) > 1:
            axes.plot(known["value"], [y] * len(known), color=theme.OTHER, lw=1.2, zorder=2)
        for nth, (_, row) in enumerate(known.iterrows()):
            _mark(axes, row, y, span, "^" if len(tables) > 1 and nth == 0 else "o")
        edge, far = known.sort_values("value").iloc[0], known.sort_values("value").iloc[-1]
        colour = theme.OWN if far["kind"] == "home" else theme.INK
        _beside(axes, far["text"], far["high"], y, colour)
        if len(known) > 1:
            _beside(axes, edge["text"], edge["low"], y, colour, left=True)
    ticks = [_at(n, counties) for n in range(size)]
    axes.set_yticks(ticks, [names.get(code, code) for code in order])
    home = every.loc[every["kind"] == "home", "adcode"].iloc[0]
    for code, label in zip(order, axes.get_yticklabels(), strict=True):
        label.set_color(
            theme.OWN if code == home else theme.INK if order.index(code) < counties else theme.MUTED
        )
    axes.set_ylim(_at(size - 1, counties) + 0.6, -0.6)
    axes.set_xticks([])
    # The heading belongs to the names as much as to the dots.
    axes.annotate(
        heading,
        (0, 1),
        xycoords="axes fraction",
        xytext=(-left * 72, 3),
        textcoords="offset points",
        va="bottom",
        color=theme.MUTED,
        linespacing=1.2,
    )


def _beside(axes: Axes, text: str, x: float, y: float, colour: str, *, left: bool = False) -> None:
    axes.annotate(
        text,
        (x, y),
        xytext=(-8 if left else 8, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center",
        size=theme.SMALL,
        color=colour,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2},
    )


def _at(number: int, counties: int) -> float:
    """Rows are one apart; the benchmarks stand a little below the counties."""
    return number + (0.45 if number >= counties else 0.0)


def _mark(axes: Axes, row: pd.Series, y: float, span: float, marker: str) -> None:
    colour = theme.OWN if row["kind"] == "home" else theme.OTHER
    if row["interval_kind"] == "sampling" or row["high"] - row["low"] > A_DOT * span:
        axes.plot([row["low"], row["high"]], [y, y], color=colour, lw=2, zorder=3)
    if row["kind"] == "benchmark":
        axes.plot(
            row["value"],
            y,
            _BENCH if marker == "o" else marker,
            ms=5.5,
            color="white",
            mec=theme.MUTED,
            mew=1.2,
            zorder=5,
        )
    else:
        axes.plot(
            row["value"],
            y,
            marker,
            ms=8.5 if row["kind"] == "home" else 6.5,
            color=colour,
            mec="white",
            mew=0.8,
            zorder=5,
        )
