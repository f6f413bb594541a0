"""Charts of gaps: a home county in colour, the others grey, benchmarks apart from both."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from sxedu_analysis.analysis.gap_measures import load_gap_measures, panel_name
from sxedu_analysis.analysis.neighbours import place_name
from sxedu_analysis.charts import rows as chart_rows
from sxedu_analysis.charts import theme
from sxedu_analysis.charts.numbers import place_of, plain, with_unit
from sxedu_analysis.charts.words import alt, note, say

_FINEST = {"years": -2, "percentage_points": -2, "per_hundred": -1, "own": -2}
_ROW, _BENCH = 0.27, "D"
_STRIP = 0.2
_HEADING = 0.36
"""Room above a panel of one measure for its name and unit."""
SETS = {
    "adjacent": ("相邻县区", "adjacent counties"),
    "same_city": ("同市县区", "counties of its prefecture"),
    "all": ("有数字的县区", "counties with figures"),
}
"""Sets of comparators -> what they are called in a title."""


def set_name(comparators: str | Sequence[str], lang: str) -> str:
    """What a set of comparators is called.

    Examples
    --------
    >>> set_name("adjacent", "zh"), set_name("341323,340322", "en")
    ('相邻县区', 'chosen counties')
    """
    chosen = SETS.get(comparators) if isinstance(comparators, str) else None
    return (chosen or ("所选县区", "chosen counties"))[lang == "en"]


def printed(
    value: float,
    low: float,
    high: float,
    gap: str,
    lang: str,
    *,
    unit: str = "",
    kind: str = "",
    signed: bool = False,
) -> str:
    """A value of a gap measure to honest digits: three figures of money, the digits published of a rate.

    Examples
    --------
    >>> printed(8.99, 8.985, 8.995, "years", "zh", unit="年")
    '8.99年'
    >>> printed(49106.01, 49105.97, 49106.05, "yuan", "en")
    '49,100'
    >>> printed(-0.18, -0.19, -0.17, "years", "en", signed=True)
    '−0.18'
    """
    if gap == "yuan":
        place = math.floor(math.log10(abs(value))) - 2 if value else 0
    else:
        known = place_of(low, high)
        # Beside its interval an estimate from a sample keeps one digit more, so that two can be told apart.
        place = _FINEST[gap] if known is None else max(known - (kind == "sampling"), _FINEST[gap])
    text = with_unit(plain(abs(value), lang, place), unit, lang)
    if value < 0:
        return f"−{text}"
    return f"+{text}" if signed and value > 0 else text


def _quoted(row: pd.Series, lang: str, prefix: str = "") -> str:
    value, low, high = (row[f"{prefix}{end}"] for end in ("value", "low", "high"))
    return printed(
        value, low, high, row["gap"], lang, unit=_short_unit(row, lang), kind=row[f"{prefix}interval_kind"]
    )


def _short_unit(row: pd.Series, lang: str) -> str:
    """The unit as it stands behind a number in a chart: the full one is in the panel's heading."""
    unit = str(row[f"unit_{lang}"])
    return unit if unit == "%" else {"元/人": "元", "年": "年"}.get(unit, "") if lang == "zh" else ""


def compared(gaps: pd.DataFrame) -> pd.DataFrame:
    """The rows that hold two values of one year and population."""
    return gaps[(gaps["status"] == "compared") & gaps["value"].notna()]


def profile_title(gaps: pd.DataFrame, comparators: str | Sequence[str], lang: str) -> str:
    """How many measures are above, below, or not to be told apart from the comparators' median."""
    rows = compared(gaps).drop_duplicates("measure")
    above = int((rows["median_difference_low"] > 1e-9).sum())
    below = int((rows["median_difference_high"] < -1e-9).sum())
    level = len(rows) - above - below
    home, others = rows.iloc[0][f"place_{lang}"], set_name(comparators, lang)
    if not above and not below:
        return say(
            lang,
            f"{home}与{others}的中位数分不出高下",
            f"{home} cannot be told apart from the median of the {others}",
        )
    zh = f"{len(rows)}项中，{home}有{above}项高于{others}的中位数，{below}项低于"
    en = f"Of {len(rows)} measures, {home} is above the median of the {others} on {above}, below on {below}"
    if level:
        zh, en = f"{zh}，{level}项分不出高下", f"{en}, and cannot be told apart on {level}"
    return say(lang, zh, en)


def theme_title(gaps: pd.DataFrame, comparators: str | Sequence[str], lang: str) -> str:
    """The finding of one measure: its rank, or that nothing can be told apart."""
    rows = compared(gaps)
    if rows.empty:
        return say(lang, "没有录入可比的公开数字", "No comparable published figures are entered")
    first = rows.iloc[0]
    name = str(first[f"name_{lang}"])
    value, others = _quoted(first, lang), set_name(comparators, lang)
    level = int((~rows["distinct"].astype(bool)).sum())
    home = first[f"place_{lang}"]
    unit = str(first[f"unit_{lang}"])
    if lang == "en" and unit != "%":
        value = f"{value} {unit}"
    elif lang == "zh" and unit == "人":
        value = f"{value}人"
    if level == len(rows):
        return say(
            lang,
            f"{name}：{home}{value}，与{others}分不出高下",
            f"{name}: {home}, {value}, cannot be told apart from the {others}",
        )
    if level:
        return say(
            lang,
            f"{name}：{home}{value}，与{len(rows)}个{others}中的{level}个分不出高下",
            f"{name}: {home}, {value}, cannot be told apart from {level} of {len(rows)} {others}",
        )
    return say(
        lang,
        f"{name}：{home}{value}，由高到低是{first['rank_zh']}",
        f"{name}: {home} is {first['rank_en']} from the highest, with {value}",
    )


def _note(lang: str, kinds: set[str], *more: str, source: str = "") -> str:
    remarks = []
    if "rounding" in kinds:
        remarks.append(
            say(
                lang,
                "公布数四舍五入留下的界限比圆点还窄。",
                "The limits that rounding leaves are narrower than a dot.",
            )
        )
    if "sampling" in kinds:
        remarks.append(
            say(
                lang,
                "横线为抽样的95%置信区间（住户样本，设计效应1.5）。",
                "Lines are 95 % confidence intervals of a sample of households (design effect 1.5).",
            )
        )
    return note(lang, source, *remarks, *more)


def _nothing(title: str, lang: str, source: str) -> Axes:
    _, (axes,) = theme.canvas(theme.Panel(0.6))
    axes.set_xticks([])
    axes.set_yticks([])
    theme.frame(axes, title, "", _note(lang, set(), source=source))
    return theme.describe(axes, title, pd.DataFrame())


@theme.drawn
def gap_profile(
    gaps: pd.DataFrame, *, comparators: str | Sequence[str] = "adjacent", lang: str = "zh", source: str = ""
) -> Axes:
    """Every measure at a glance: the home county among its comparators, from their lowest to their highest.

    Parameters
    ----------
    gaps : DataFrame
        As `load_gaps` returns it; rows that are compared are drawn.
    comparators : str or list of str
        The set of comparators, for the title.
    lang, source : str
        Language, and source as it is to be printed.
    """
    rows = compared(gaps)
    if rows.empty:
        return _nothing(
            say(lang, "没有录入可比的公开数字", "No comparable published figures are entered"), lang, source
        )
    codes = list(rows["measure"].drop_duplicates())
    names = [str(rows.loc[rows["measure"] == code, f"name_{lang}"].iloc[0]) for code in codes]
    placed = chart_rows.lay_out(
        names, [_value_and_rank(rows[rows["measure"] == code].iloc[0], lang) for code in codes], mark=_STRIP
    )
    _, (axes,) = theme.canvas(theme.Panel(placed.height, above=0.22))
    chart_rows.write(axes, placed, colour=theme.OWN)
    table, lines = [], []
    for y, code in zip(placed.marks, codes, strict=True):
        group = rows[rows["measure"] == code]
        first = group.iloc[0]
        ends = [first["low"], first["high"], *group["comparator_low"], *group["comparator_high"]]
        values = [first["value"], *group["comparator_value"]]
        low, high = min(ends), max(ends)
        span = (high - low) or 1.0

        def at(value: float, low: float = low, span: float = span) -> float:
            return float((value - low) / span)

        axes.plot([0, 1], [y, y], color=theme.HAIRLINE, lw=1.2, zorder=1)
        axes.plot([at(first["median"])] * 2, [y - 0.09, y + 0.09], color=theme.INK, lw=1.4, zorder=3)
        for _, row in group.iterrows():
            if row["comparator_interval_kind"] == "sampling":
                ends_at = [at(row["comparator_low"]), at(row["comparator_high"])]
                axes.plot(ends_at, [y, y], color=theme.OTHER, lw=1.4, zorder=2, alpha=0.7)
            axes.plot(
                at(row["comparator_value"]), y, "o", ms=6, color=theme.OTHER, mec="white", mew=0.6, zorder=4
            )
            table.append(_plotted(row, row["comparator"], "comparator_"))
        axes.plot([at(first["low"]), at(first["high"])], [y, y], color=theme.OWN, lw=2.4, zorder=5)
        axes.plot(at(first["value"]), y, "o", ms=9, color=theme.OWN, mec="white", mew=0.9, zorder=6)
        table.append(_plotted(first, first["adcode"], ""))
        least, most = (
            printed(end, end, end, first["gap"], lang, unit=_short_unit(first, lang))
            for end in (min(values), max(values))
        )
        for x, text, side in ((-0.03, least, "right"), (1.03, most, "left")):
            axes.text(x, y, text, va="center", ha=side, size=theme.SMALL, color=theme.MUTED)
        lines.append(f"{first[f'name_{lang}']} {_quoted(first, lang)} {first[f'rank_{lang}']}")
    axes.annotate(
        say(lang, "数值 · 位次", "Value · rank"),
        (1, 1),
        xycoords="axes fraction",
        xytext=(0, 2),
        textcoords="offset points",
        ha="right",
        va="bottom",
        size=theme.SMALL,
        color=theme.MUTED,
    )
    axes.set_xlim(-0.2, 1.2)
    axes.set_xticks([])
    home = str(rows.iloc[0][f"place_{lang}"])
    for colour, size, words in (
        (theme.OWN, 9, home),
        (theme.OTHER, 6, set_name(comparators, lang).capitalize()),
    ):
        axes.plot([], [], "o", ms=size, color=colour, label=words)
    axes.plot([], [], "|", ms=10, mew=1.3, color=theme.INK, label=say(lang, "中位数", "Their median"))
    title = profile_title(gaps, comparators, lang)
    subtitle = say(
        lang,
        "每行从各县区（连同上下界）的最低到最高，位次由高到低，高不等于好",
        "Each row runs from the lowest to the highest of the counties, bounds included. "
        "Ranks count from the highest; higher need not be better",
    )
    kinds = set(rows["interval_kind"]) | set(rows["comparator_interval_kind"])
    note = _note(
        lang,
        kinds,
        say(lang, "区间重叠的不分先后。", "Where bounds overlap, ranks are ranges."),
        source=source,
    )
    theme.frame(axes, title, subtitle, note, legend=True)
    return theme.describe(axes, alt(title, lines, lang), pd.DataFrame(table))


def _value_and_rank(row: pd.Series, lang: str) -> str:
    return f"{_quoted(row, lang)} · {_rank(row)}"


def _rank(row: pd.Series) -> str:
    low, high, count = int(row["rank_low"]), int(row["rank_high"]), int(row["ranked"])
    return f"{low}/{count}" if low == high else f"{low}–{high}/{count}"


def _plotted(row: pd.Series, adcode: str, prefix: str) -> dict[str, object]:
    side = "comparator" if prefix else "place"
    return {
        "measure": row["measure"],
        "adcode": adcode,
        "name_zh": row[f"{side}_zh"],
        "name_en": row[f"{side}_en"],
        "period": row["period"],
        "value": row[f"{prefix}value"],
        "low": row[f"{prefix}low"],
        "high": row[f"{prefix}high"],
        "interval_kind": row[f"{prefix}interval_kind"],
        "kind": "comparator" if prefix else "home",
    }


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
        return _nothing(f"{names}{say(lang, '：', ': ')}{title}", lang, source)
    panels = _panels(shown)
    tables = [
        [_rows_of(shown[shown["measure"] == code], benchmarks, lang) for code in codes] for codes in panels
    ]
    order = _order(tables[0][0])
    headings = [
        theme.wrap(_heading(shown[shown["measure"].isin(codes)], lang), theme.LABEL, theme.ROOM)
        for codes in panels
    ]
    names = pd.concat(tables[0])[f"name_{lang}"]
    left = max(theme.width_of(str(name)) for name in names) + 0.1
    _, grid = theme.canvas(
        *(
            theme.Panel(
                _ROW * (len(order) + 1),
                above=_HEADING + heading.count("\n") * theme.LABEL * theme.LINE / 72,
                left=left,
            )
            for heading in headings
        )
    )
    for axes, group, heading in zip(grid, tables, headings, strict=True):
        _panel(axes, group, order, heading, lang)
    lead = shown[shown["measure"] == panels[0][0]]
    title = theme_title(lead, comparators, lang)
    apart = any((one["kind"] == "benchmark").any() for group in tables for one in group)
    kinds = set(shown["interval_kind"]) | set(compared(shown)["comparator_interval_kind"])
    caveats = shown.drop_duplicates("measure")[f"caveats_{lang}"]
    place = lead.iloc[0]
    subtitle = say(
        lang,
        f"{place['place_zh']}与{set_name(comparators, lang)}，{place['period']}年"
        + ("；空心为全国、省、市，只作参照，不排名" if apart else ""),
        f"{place['place_en']} and the {set_name(comparators, lang)}, {place['period']}"
        + ("; hollow: nation, province and prefecture, for reference and not ranked" if apart else ""),
    )
    note = _note(
        lang,
        kinds,
        _first_sentences(caveats, lang),
        say(lang, "横轴不从零起。", "Axes do not start at zero."),
        source=source,
    )
    theme.frame(grid[0], title, subtitle, note)
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
    rows = [{**_plotted(first, first["adcode"], ""), "text": _quoted(first, lang)}]
    for _, row in group.iterrows():
        one = _plotted(row, row["comparator"], "comparator_")
        if row["status"] == "compared":
            one["text"] = _quoted(row, lang, "comparator_")
        else:
            words = {"refused": ("不可比", "not comparable"), "no_figures": ("未录入", "not entered")}
            one["text"] = words.get(row["status"], ("所查资料里没有", "not in sources"))[lang == "en"]
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
                    "text": _quoted(like, lang),
                }
            )
    return pd.DataFrame(rows)


def _order(table: pd.DataFrame) -> list[str]:
    """Counties by value, those without one below; then the benchmarks."""
    counties = table[table["kind"] != "benchmark"].sort_values(
        ["value", "adcode"], ascending=[False, True], na_position="last"
    )
    return [*counties["adcode"], *table.loc[table["kind"] == "benchmark", "adcode"]]


def _panel(axes: Axes, tables: list[pd.DataFrame], order: list[str], heading: str, lang: str) -> None:
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
            _mark(axes, row, y, "^" if len(tables) > 1 and nth == 0 else "o")
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
        xycoords=("figure fraction", "axes fraction"),
        xytext=(theme.EDGE * 72, 3),
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


def _mark(axes: Axes, row: pd.Series, y: float, marker: str) -> None:
    colour = theme.OWN if row["kind"] == "home" else theme.OTHER
    if row["interval_kind"] == "sampling":
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


def _first_sentences(caveats: pd.Series, lang: str) -> str:
    """The caveats of a chart, each said once."""
    mark = "。" if lang == "zh" else ". "
    sentences = [s.strip().rstrip(".。") for text in caveats for s in str(text).split(mark) if s.strip()]
    joined = mark.join(dict.fromkeys(sentences))
    return f"{joined}{mark.strip()}" if joined else ""
