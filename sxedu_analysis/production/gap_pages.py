"""A county beside others, as its notebook shows it: profile, themes, evidence, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from sxedu_analysis.analysis.benchmarks import load_benchmarks, load_missing
from sxedu_analysis.analysis.claims import load_claims
from sxedu_analysis.analysis.gap_measures import difference_unit, load_gap_themes
from sxedu_analysis.analysis.gaps import load_gaps
from sxedu_analysis.analysis.measures import load_measures
from sxedu_analysis.analysis.neighbours import (
    load_places,
    load_publications,
    load_sources,
    place_name,
    publication_title,
)
from sxedu_analysis.charts.gap_words import compared, printed, printed_bounds, set_name
from sxedu_analysis.charts.numbers import unit_name, value_text
from sxedu_analysis.foundation.errors import InputError, ParameterError
from sxedu_analysis.production.benchmark_pages import publisher_name, show_apart
from sxedu_analysis.production.output import show_figure, show_table, show_text
from sxedu_analysis.production.wording import say
from sxedu_analysis.reading.reports import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INTERVALS = {
    "exact": ("精确", "exact"),
    "rounding": ("四舍五入", "rounding"),
    "sampling": ("抽样95%区间", "sampling, 95%"),
}


@dataclass(frozen=True)
class Neighbourhood:
    """A report's county beside its comparators; `reason` says why there is nothing to compare, if so."""

    report: Report
    comparators: str
    lang: str
    gaps: pd.DataFrame
    benchmarks: pd.DataFrame
    reason: str = ""


def look_around(report: Report, comparators: str, measures: str, lang: str) -> Neighbourhood:
    """Compare a report's county, as far as its code is known and figures are entered.

    A report file whose county is unknown, or of which there are no figures, is no reason to fail: the pages
    say so, and what would mend it.
    """
    nothing = pd.DataFrame(columns=["measure", "status", "value", "theme"])
    if not report.adcode:
        reason = say(
            lang,
            "这份文件没有登记所属县，无从比较。用 sxedu add 登记，并给出 --adcode。",
            "The county of this file is not known, so nothing can be compared. Register it with sxedu add "
            "and give --adcode.",
        )
        return Neighbourhood(report, comparators, lang, nothing, nothing, reason)
    try:
        gaps = load_gaps(report.adcode, measures, comparators)
    except (InputError, ParameterError) as error:
        name = place_name(report.adcode, lang)
        reason = say(
            lang,
            f"没有可与{name}（{report.adcode}）比较的数字：{_why(error, lang)}",
            f"There are no figures to compare {name} ({report.adcode}) with: {_why(error, lang)}",
        )
        return Neighbourhood(report, comparators, lang, nothing, nothing, reason)
    return Neighbourhood(report, comparators, lang, gaps, load_benchmarks())


def _why(error: InputError | ParameterError, lang: str) -> str:
    if isinstance(error, ParameterError):
        return say(lang, "没有录入它与哪些县接壤，可改用 same_city 或县码。", f"{error}.")
    return say(
        lang,
        "项目没有录入该县的公布数字。可用 sxedu gaps --figures 带来一份注明来源的CSV。",
        "none of its published figures are entered. Bring a CSV with sources by sxedu gaps --figures.",
    )


def source_line(gaps: pd.DataFrame, lang: str) -> str:
    """The publications that the compared rows rest on, in the order of their codes."""
    gaps = compared(gaps)
    titles = load_sources().set_index("source_id")[f"title_{lang}"]
    return say(lang, "；", "; ").join(str(titles.get(code, code)) for code in _sources_of(gaps))


def _sources_of(gaps: pd.DataFrame) -> list[str]:
    cells = [*gaps["sources"], *gaps["comparator_sources"]]
    return sorted({code for cell in cells for code in str(cell).split("; ") if code})


def show_profile(around: Neighbourhood) -> None:
    """Display the county among its comparators at a glance, or say why it cannot be."""
    if around.reason:
        show_text(around.lang, zh="{why}", en="{why}", why=around.reason)
        return
    show_figure(draw_profile(around))


def show_comparators(around: Neighbourhood) -> None:
    """Say which counties are the comparators, and what to know of their figures."""
    if around.reason:
        return
    lang, gaps = around.lang, around.gaps
    names = gaps.drop_duplicates("comparator")[f"comparator_{lang}"]
    silent = gaps.groupby("comparator")["status"].agg(lambda states: set(states) == {"no_figures"})
    absent = [place_name(str(code), lang) for code in silent.index[silent]]
    home, listed = place_name(around.report.adcode, lang), say(lang, "、", ", ").join(names)
    if len(names) == 1:
        show_text(
            lang, zh="{home}与{names}比较。", en="{home} is set beside {names}.", home=home, names=listed
        )
    else:
        show_text(
            lang,
            zh="{home}与{set}比较：{names}。",
            en="{home} is set beside the {set}: {names}.",
            home=home,
            set=set_name(around.comparators, lang),
            names=listed,
        )
    if absent:
        show_text(
            lang,
            zh="没有录入数字、因此不在图中排名的：{names}。",
            en="No figures are entered of: {names}; they are not ranked.",
            names=say(lang, "、", ", ").join(absent),
        )
    places = load_places().set_index("adcode")
    for code in [around.report.adcode, *gaps["comparator"].unique()]:
        note = places[f"note_{lang}"].get(code, "")
        if note:
            show_text(lang, zh="{note}。", en="{note}.", note=note)


def show_themes(around: Neighbourhood) -> None:
    """Display one chart a theme, or nothing where there is nothing to compare."""
    for code in drawn_themes(around):
        show_figure(draw_theme(around, code))


def draw_profile(around: Neighbourhood) -> Axes:
    """The chart of the county among its comparators, all measures at a glance."""
    from sxedu_analysis.charts.gaps import gap_profile

    source = source_line(around.gaps, around.lang)
    return gap_profile(around.gaps, comparators=around.comparators, lang=around.lang, source=source)


def drawn_themes(around: Neighbourhood) -> list[str]:
    """The codes of the themes that there are rows to draw of, in the codebook's order."""
    rows = _told_of(around)
    return [code for code in (*load_gap_themes()["theme"], "report") if (rows["theme"] == code).any()]


def draw_theme(around: Neighbourhood, code: str) -> Axes:
    """The chart of one theme; counties of which nothing is entered are left out of the rows."""
    from sxedu_analysis.charts.gap_themes import gap_theme

    rows = _told_of(around).query("theme == @code")
    source = source_line(rows, around.lang)
    return gap_theme(rows, around.benchmarks, comparators=around.comparators, lang=around.lang, source=source)


def _told_of(around: Neighbourhood) -> pd.DataFrame:
    """The gaps but for comparators of which no figures are entered at all."""
    if around.reason:
        return around.gaps
    told = around.gaps.groupby("comparator")["status"].transform(lambda states: set(states) != {"no_figures"})
    return around.gaps[told.astype(bool)]


def gap_table(gaps: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The evidence as a reader wants it: own value, range and median, difference, rank, kind of bounds."""
    rows = []
    for _, group in compared(gaps).groupby("measure", sort=False):
        first = group.iloc[0]
        unit = str(first[f"unit_{lang}"])
        shown = unit if unit == "%" else ""

        def text(value: float, low: float, high: float, row: pd.Series = first, unit: str = shown) -> str:
            return printed(value, low, high, row["gap"], lang, unit=unit, kind=row["interval_kind"])

        least = group.loc[group["comparator_value"].idxmin()]
        most = group.loc[group["comparator_value"].idxmax()]
        difference = _difference_text(first, lang)
        rows.append(
            {
                say(lang, "指标", "Measure"): str(first[f"name_{lang}"])
                + ("" if unit == "%" else say(lang, f"（{unit}）", f" ({unit})")),
                say(lang, "本县", "Home"): text(first["value"], first["low"], first["high"]),
                say(lang, "对照县区的范围", "Range of the others"): text(*_ends(least))
                + _of(least, group, lang)
                + say(lang, "至", " to ")
                + text(*_ends(most))
                + _of(most, group, lang),
                say(lang, "中位数", "Median"): text(
                    first["median"], first["median_low"], first["median_high"]
                ),
                say(lang, "与中位数之差", "Difference from median"): difference,
                say(lang, "位次（由高到低）", "Rank from the highest"): first[f"rank_{lang}"],
                say(lang, "年份", "Year"): first["period"],
                say(lang, "本县的上下限", "Bounds of home"): _bounds_words(first, lang),
            }
        )
    return pd.DataFrame(rows)


def _difference_text(row: pd.Series, lang: str) -> str:
    """The difference from the median with its unit; of money in per cent as well."""
    money = row["gap"] == "yuan"
    text = printed(
        row["median_difference"],
        row["median_difference_low"],
        row["median_difference_high"],
        row["gap"],
        lang,
        unit=difference_unit(row, lang) if money else "",
        kind=row["interval_kind"],
        signed=True,
    )
    if not money:
        return f"{text}{say(lang, '', ' ')}{difference_unit(row, lang)}"
    percent = f"{100 * (row['value'] / row['median'] - 1):+.0f}".replace("-", "−")
    return text + say(lang, f"（{percent}%）", f" ({percent} %)")


def _ends(row: pd.Series) -> tuple[float, float, float]:
    return row["comparator_value"], row["comparator_low"], row["comparator_high"]


def _of(row: pd.Series, group: pd.DataFrame, lang: str) -> str:
    """Whose value it is; where others cannot be told apart from it, how many."""
    level = int(
        (
            (group["comparator_low"] <= row["comparator_high"])
            & (group["comparator_high"] >= row["comparator_low"])
        ).sum()
        - 1
    )
    zh, en = row["comparator_zh"], row["comparator_en"]
    if level:
        zh, en = f"{zh}，另{level}个分不出", f"{en}; {level} more cannot be told apart"
    return say(lang, f"（{zh}）", f" ({en})")


def _bounds_words(row: pd.Series, lang: str) -> str:
    """The bounds of the own value, and what kind they are."""
    kind = _INTERVALS[str(row["interval_kind"])][lang == "en"]
    if row["interval_kind"] == "exact":
        return kind
    limits = printed_bounds(row["low"], row["high"], row["gap"], lang)
    return f"{limits}{say(lang, f'（{kind}）', f' ({kind})')}" if limits else kind


def show_gap_table(around: Neighbourhood) -> None:
    """Display the evidence, then what is not compared and why."""
    if around.reason:
        return
    lang = around.lang
    show_table(gap_table(around.gaps, lang), lang)
    apart = around.gaps[around.gaps["status"] != "compared"]
    apart = apart[apart["status"] != "no_figures"]
    rows = [
        {
            say(lang, "县区", "County"): say(lang, "、", ", ").join(group[f"comparator_{lang}"].unique()),
            say(lang, "指标", "Measure"): say(lang, "；", "; ").join(group[f"name_{lang}"].unique()),
            say(lang, "为何不比", "Why it is not compared"): reason,
        }
        for reason, group in apart.groupby(f"reason_{lang}", sort=False)
    ]
    if rows:
        show_table(pd.DataFrame(rows), lang, zh="不作比较的", en="Not compared")


def show_like_for_like(around: Neighbourhood) -> None:
    """Display measures of the codebook beside those of the comparators' own registered reports."""
    report, lang = around.report, around.lang
    measures = load_measures(report)
    mine = measures[
        measures["value"].notna()
        & measures["kind"].isin(
            ["coverage", "stated_complete", "reported_rate", "amount_per_award", "amount_per_person"]
        )
    ]
    try:
        codes = list(mine["measure"])
        gaps = load_gaps(report.adcode, codes, around.comparators, period=report.period) if codes else mine
    except (InputError, ParameterError):
        gaps = mine.iloc[0:0]
    if "comparator" in gaps and len(compared(gaps)):
        rows = [
            {
                say(lang, "指标", "Measure"): row[f"name_{lang}"],
                say(lang, "本县", "Home"): value_text(
                    row["value"], row["low"], row["high"], lang, unit_name(row, lang)
                ),
                say(lang, "对照县", "Comparator"): row[f"comparator_{lang}"],
                say(lang, "对照值", "Its value"): value_text(
                    row["comparator_value"],
                    row["comparator_low"],
                    row["comparator_high"],
                    lang,
                    unit_name(row, lang),
                ),
                say(lang, "能否分出高下", "Apart"): say(
                    lang, "能" if row["distinct"] else "不能", "yes" if row["distinct"] else "no"
                ),
                say(lang, "时期", "Period"): row["period"],
            }
            for _, row in compared(gaps).iterrows()
        ]
        show_table(pd.DataFrame(rows), lang)
        return
    show_text(
        lang,
        zh="对照县没有同一时期的报告登记在册，报告里的比率和金额因此没有可比的数。"
        "用 {command} 登记一份，这里就会列出。",
        en="No comparator has a report of the same period registered, so the rates and amounts of this "
        "report have nothing to stand beside. Register one by {command} and they will be listed here.",
        command="sxedu add FILE --adcode … --period …",
    )


def show_missing(around: Neighbourhood) -> None:
    """Display what is not published of the county and its comparators, and where it would stand."""
    report, lang = around.report, around.lang
    mine = {report.adcode, *around.gaps.get("comparator", [])}
    table = load_missing()
    table["shown"] = [[code for code in cell.split(";") if code in mine] for cell in table["counties"]]
    table = table[table["shown"].map(bool)]
    table["who"] = [
        say(lang, "、", ", ").join(place_name(code, lang) for code in codes) for codes in table["shown"]
    ]
    table["title"] = [
        publication_title(code, codes, lang)
        for code, codes in zip(table["publication"], table["shown"], strict=True)
    ]
    rows = [
        {
            say(lang, "应见于", "Would stand in"): publication,
            say(lang, "所查资料里没有的", "Not in the sources searched"): say(lang, "、", "; ").join(
                group[f"name_{lang}"]
            ),
            say(lang, "县区", "Counties"): who,
        }
        for (publication, who), group in table.groupby(["title", "who"], sort=False)
    ]
    if rows:
        show_table(pd.DataFrame(rows), lang)
    else:
        home = [report.adcode] if report.adcode else []
        titles = [publication_title(code, home, lang) for code in load_publications()["publication"]]
        show_text(
            lang,
            zh="没有录入这个县缺哪些数字。通常应查：{titles}。",
            en="What is missing for this county is not entered. Usually to be looked for: {titles}.",
            titles=say(lang, "；", "; ").join(title for title in titles if title),
        )
    show_apart(report, lang)


def show_sources(around: Neighbourhood) -> None:
    """Display the sources of the figures compared and the copies that were read."""
    if around.reason:
        return
    lang = around.lang
    known = load_sources().set_index("source_id")
    rows = []
    for code in _sources_of(around.gaps):
        row: Any = known.loc[code] if code in known.index else None
        rows.append(
            {
                say(lang, "来源", "Source"): code if row is None else row[f"title_{lang}"],
                say(lang, "出版者", "Publisher"): "" if row is None else publisher_name(row, lang),
                say(lang, "出版年或版次", "Published or edition"): "" if row is None else row["year"],
                say(lang, "所读副本", "Copy that was read"): "" if row is None else row["read_at"],
                say(lang, "说明", "Note"): "" if row is None else row[f"note_{lang}"],
            }
        )
    show_table(pd.DataFrame(rows), lang)


def gap_tables(report: Report) -> dict[str, pd.DataFrame]:
    """The tables of a report's folder: its claims, and its gaps against adjacent counties if any."""
    tables = {"claims": load_claims(report)}
    try:
        return {"gaps": load_gaps(report.adcode), **tables} if report.adcode else tables
    except (InputError, ParameterError):
        return tables
