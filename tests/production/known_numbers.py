"""What the tables hold, taken apart, and what of a shown text is in none of them.

A text is taken apart in this order, each part checked against its own source and then set aside: the report's
own words (to the letter), places (characters, paragraphs), ranks in words, pairs of bounds (both ends of one
row), and last the numbers that are left (one value of a table, percentages among percentages).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
from matplotlib import pyplot

import sxedu_analysis
from sxedu_analysis.analysis import load_indicators, load_locations, load_topics
from sxedu_analysis.analysis.benchmarks import load_missing
from sxedu_analysis.analysis.locations import load_claim_locations
from sxedu_analysis.analysis.neighbours import load_places, load_publications, load_sources
from sxedu_analysis.charts.gap_words import compared
from sxedu_analysis.charts.theme import plotted
from sxedu_analysis.production import overview
from sxedu_analysis.production.figures import charts_of
from sxedu_analysis.production.parameters import list_notebooks
from sxedu_analysis.production.wording import paragraph_at
from sxedu_analysis.reading.reports import Report

SCALE = {"": 1.0, "万": 1e4, "亿": 1e8}
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
NUMBER = re.compile(
    rf"(?P<about>约|about |近|nearly )?(?P<digits>{_NUMBER})(?P<scale>[万亿]?)(?P<percent>\s*%)?"
)
BOUNDS = re.compile(
    rf"(?<![\d.,])(?P<low>-?{_NUMBER})(?P<low_scale>[万亿]?)(?:\s?%)?–\s*"
    rf"(?P<high>-?{_NUMBER})(?P<high_scale>[万亿]?)(?P<percent>\s?%)?"
)
INTERVAL = re.compile(
    rf"\[(?P<low>-?{_NUMBER})(?P<low_scale>[万亿]?), (?P<high>-?{_NUMBER})(?P<high_scale>[万亿]?)\]"
)
PLACES = re.compile(
    r"(?:(?:(?:第|paragraph\s)(?P<paragraph>\d+)(?:段)?,\s*)?(?:字符|characters\s)|¶\s?(?P<column>\d+):)"
    r"\s*(?P<start>\d+)–\s*(?P<end>\d+)"
)
RANKS = re.compile(
    r"\d+个县区中居第\d+(?:至第\d+)?位"
    r"|(?:\w+ to )?\w+ of (?:two|three|four|five|six|seven|eight|nine|ten)\b"
)


def plain(text: object) -> str:
    """Full-width digits and signs as plain ones, one kind of space."""
    return re.sub(r"[ \t]+", " ", unicodedata.normalize("NFKC", str(text)).replace("\u200b", ""))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", plain(text))


def half_a_digit(digits: str, *, rounded: bool) -> float:
    """Half a unit of the last digit that a printed number gives; whole numbers are exact unless rounded."""
    whole, point, decimals = digits.replace(",", "").partition(".")
    if point:
        return 0.5 * 10.0 ** -len(decimals)
    if not rounded:
        return 0.0
    return 0.5 * 10.0 ** (len(whole) - len(whole.rstrip("0")))


@dataclass
class Known:
    """What the tables hold: values, rows of bounds, words, places, and the report's own text."""

    report: Report
    tables: dict[str, pd.DataFrame]
    lang: str
    values: set[float] = field(default_factory=set)
    percentages: set[float] = field(default_factory=set)
    bounds: set[tuple[float, float]] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    ranges: set[str] = field(default_factory=set)
    places: dict[tuple[int, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    """Start and end -> paragraphs: of the original, of the text analysed, or both."""

    whole: bool = True
    """Whether what the project says of itself, counts of rows and charts belong to it, or only the tables."""

    def __post_init__(self) -> None:
        for table in self.tables.values():
            self._take_numbers(table)
            for name in table.select_dtypes(exclude="number"):
                self._take_words(table[name].dropna().astype(str))
            if "interval_kind" in table and (table["interval_kind"] == "sampling").any():
                # How sure a sampling interval is, and what it was widened by.
                self.words |= {"95%", "1.5"}
        self._take_money()
        self._take_comparators()
        if self.whole:
            self._take_places()
            self._take_what_is_told()
            self._take_counts()
            self._take_charts()
            self._take_worked_example()

    def _take_what_is_told(self) -> None:
        """Words that are not of one report: the codebook's, the method's, the notebooks' titles."""
        for load in (
            load_indicators,
            load_topics,
            load_places,
            load_sources,
            load_publications,
            load_missing,
        ):
            table = load()
            for name in table.select_dtypes(exclude="number"):
                self._take_words(table[name].dropna().astype(str))
        specs = list_notebooks().values()
        self._take_words(
            getattr(one, f"{part}_{self.lang}") for one in specs for part in ("title", "summary")
        )
        self._take_words([*overview.method(self.lang), *overview.limits(self.lang)])
        self._take_words(cell for row in overview.intervals(self.lang) for cell in row)
        self._take_words([self.report.title, self.report.period, self.report.report_id])

    @cached_property
    def names(self) -> list[str]:
        """What facts, measures, gaps and benchmarks are called, long names first."""
        tables = (self.tables[name] for name in ("facts", "measures", "gaps", "benchmarks"))
        found = {str(one) for table in tables for one in table[f"name_{self.lang}"].dropna()}
        return sorted(found, key=lambda name: (-len(name), name))

    def named(self, names: Collection[str]) -> Known:
        """What the tables hold of some names, and of the facts that their measures are made of."""
        kept = {
            name: table[table[f"name_{self.lang}"].isin(names)]
            for name, table in self.tables.items()
            if f"name_{self.lang}" in table
        }
        measures = self.tables["measures"]
        beside = kept["benchmarks"]["measure"]
        kept["measures"] = measures[
            measures[f"name_{self.lang}"].isin(names) | measures["measure"].isin(beside)
        ]
        sides = {*kept["measures"]["numerator"].dropna(), *kept["measures"]["denominator"].dropna()}
        facts, quantities = self.tables["facts"], self.tables["quantities"]
        kept["facts"] = facts[facts[f"name_{self.lang}"].isin(names) | facts["indicator"].isin(sides)]
        # A benchmark is given with what was published, where and when.
        kept["sources"] = self.tables["sources"][
            self.tables["sources"]["source_id"].isin(kept["benchmarks"]["source_id"])
        ]
        kept["quantities"] = quantities[quantities["start"].isin(kept["facts"]["start"])]
        return Known(self.report, kept, self.lang, places=self.places, whole=False)

    def _take_money(self) -> None:
        """Counties' money is printed to three digits, its difference in whole per cent, standards in yuan."""
        money = self.tables["gaps"].query("gap == 'yuan'")
        numbers = money.select_dtypes("number").to_numpy().ravel()
        self.values |= {float(f"{abs(one):.3g}") for one in numbers if math.isfinite(one)}
        percent = 100 * money["median_difference"] / money["median"]
        self.percentages |= {float(round(abs(one))) for one in percent.dropna()}
        standards = self.tables["benchmarks"]["value"].dropna()
        self.values |= {float(round(one)) for one in standards if one > 100}

    def _take_comparators(self) -> None:
        """How many counties a measure is compared with, or any part of them; over all measures, a range."""
        numbers = compared(self.tables["gaps"]).groupby("measure").size()
        if len(numbers):
            self.values |= {float(n) for n in range(int(numbers.max()) + 1)}
            self.ranges.add(f"{numbers.min()}–{numbers.max()}")

    def _take_charts(self) -> None:
        for draw in charts_of(self.report, self.lang).values():
            self._take_numbers(plotted(draw()))
            pyplot.close("all")

    def _take_worked_example(self) -> None:
        people = list_notebooks()["03_funding_per_student"].defaults["people"]
        rows = self.tables["measures"][["value", "low", "high"]].dropna()
        self.values |= {float(one) for one in rows["value"] * people}
        self.bounds |= {
            (low * people, high * people) for low, high in zip(rows["low"], rows["high"], strict=True)
        }

    def _take_numbers(self, table: pd.DataFrame) -> None:
        for column in table.select_dtypes("number"):
            if column in ("start", "end", "key_figure") or column.endswith(("_start", "_end")):
                continue
            if column.endswith("low") and (high := f"{column.removesuffix('low')}high") in table:
                pairs = zip(table[column], table[high], strict=True)
                self.bounds |= {(float(a), float(b)) for a, b in pairs if not pd.isna(a) and not pd.isna(b)}
            percent = pd.Series("percent" in column, index=table.index)
            for unit in ("unit", "unit_zh"):
                if unit in table and not percent.any():
                    percent = table[unit].isin(["%", "％", "百分点"]) & ("ratio" not in column)
            if column.endswith(("low", "high")) and not column.startswith("rank"):
                # Shown in pairs: alone, an end of the bounds is no value.
                continue
            numbers = pd.to_numeric(table[column]).replace([math.inf, -math.inf], float("nan"))
            self.percentages |= {abs(float(one)) for one in numbers[percent].dropna()}
            self.values |= {abs(float(one)) for one in numbers[~percent].dropna()}

    def _take_places(self) -> None:
        """Where the report's numbers and claims stand, in the text analysed and in the original."""
        for name in ("quantities", "claims"):
            for start, end in self.tables[name][["start", "end"]].itertuples(index=False):
                self.places[int(start), int(end)].add(paragraph_at(self.report.text, int(start)))
        for load in (load_locations, load_claim_locations):
            for row in load(self.report).dropna(subset=["source_start"]).itertuples(index=False):
                self.places[int(row.source_start), int(row.source_end)].add(int(row.source_paragraph))

    def _take_words(self, texts: Iterable[str]) -> None:
        for text in map(plain, texts):
            self.words |= {
                squeezed(match[0].removeprefix(match["about"] or "")).replace(",", "")
                for match in NUMBER.finditer(text)
            }
            self.ranges |= {
                squeezed(match[0]) for match in re.finditer(rf"{_NUMBER}\s*[–－-]\s*{_NUMBER}", text)
            }

    def _take_counts(self) -> None:
        """How many rows there are of each table and group: what the pages count."""
        quantities, facts, findings = (self.tables[name] for name in ("quantities", "facts", "findings"))
        counted = [len(table) for table in self.tables.values()]
        counted += [int(n) for name in ("kind", "unit") for n in quantities[name].value_counts()]
        counted += [
            int(n) for name in ("topic", "basis", "counting_unit") for n in facts[name].value_counts()
        ]
        counted += [int(n) for n in facts.groupby(["topic", "basis"], observed=True).size()]
        counted += [int(n) for name in ("weight", "kind", "rule") for n in findings[name].value_counts()]
        counted += [int((facts["basis"] != "target").sum())]
        counted += [facts[name].nunique() for name in ("topic", "indicator", "counting_unit")]
        counted += [len(list_notebooks()), len(self.report.text)]
        self.values |= {float(n) for n in counted}

    @cached_property
    def text(self) -> str:
        """The report's text without spaces."""
        return squeezed(self.report.text)

    @cached_property
    def paragraphs(self) -> set[int]:
        """Numbers of paragraphs: of the text analysed and, as far as they hold a number, of the original."""
        own = range(1, paragraph_at(self.report.text, len(self.report.text) - 1) + 1)
        return set(own).union(*self.places.values())

    @cached_property
    def ranks(self) -> set[str]:
        return {plain(one) for one in self.tables["gaps"][f"rank_{self.lang}"].dropna()}

    def has_place(self, match: re.Match[str]) -> bool:
        """Whether characters are those of a number or claim, and the paragraph is theirs."""
        place = int(match["start"]), int(match["end"])
        paragraph = match["paragraph"] or match["column"]
        return place in self.places and (paragraph is None or int(paragraph) in self.places[place])

    def has(self, match: re.Match[str]) -> bool:
        """Whether a printed number is a value of the tables, or stands in their words."""
        digits, scale = match["digits"], SCALE[match["scale"]]
        percent = bool(match["percent"])
        if squeezed(match[0].removeprefix(match["about"] or "")).replace(",", "") in self.words:
            return True
        number = float(digits.replace(",", "")) * scale
        slack = half_a_digit(digits, rounded=bool(match["about"]) or bool(scale > 1)) * scale
        pool = self.percentages if percent else self.values | self.percentages
        return any(abs(number - one) <= slack + 1e-9 * max(1.0, number) for one in pool)

    def has_bounds(self, match: re.Match[str]) -> bool:
        """Whether a printed pair is one row's bounds, each to the digits shown."""
        if squeezed(match[0]).rstrip("%") in self.ranges:
            return True
        scales = SCALE[match["low_scale"]], SCALE[match["high_scale"]]
        ends = [
            float(match[name].replace(",", "")) * scale
            for name, scale in zip(("low", "high"), scales, strict=True)
        ]
        slacks = [
            half_a_digit(match[name].lstrip("-"), rounded=True) * scale
            for name, scale in zip(("low", "high"), scales, strict=True)
        ]
        # Both ends are rounded alike, outwards: the finer of the two says how finely.
        unit, noise = 2 * min(slacks), 1e-9 * max(1.0, *map(abs, ends))
        return any(
            -noise <= low - ends[0] < unit - noise and -noise <= ends[1] - high < unit - noise
            for low, high in self.bounds
        )


def strange(text: str, known: Known, passing: Collection[str] = ()) -> list[str]:
    """What of a shown text is in no table, with the words around it; numbers of `passing` may stand by."""
    text = plain(text)
    found: list[str] = []

    def check(pattern: re.Pattern[str], fits: object) -> None:
        nonlocal text

        def one(match: re.Match[str]) -> str:
            if not fits(match):  # type: ignore[operator]
                around = text[max(0, match.start() - 30) : match.end() + 20].replace("\n", " ")
                found.append(f"{match[0]!r} in {around!r}")
            return re.sub(r"\S", "_", match[0])

        text = pattern.sub(one, text)

    exact = [
        known.report.sha256,
        known.report.metadata["original"]["sha256"],
        known.report.report_id,
        f"sxedu_analysis {sxedu_analysis.__version__}",
    ]
    exact += [f"{name}.{kind}" for name in list_notebooks() for kind in ("ipynb", "html")]
    exact += [known.report.path.name, plain(known.report.title), "SHA-256", "GB/T 2260"]
    check(re.compile("|".join(re.escape(one) for one in exact if one)), lambda match: True)
    check(PLACES, known.has_place)
    check(
        RANKS, lambda match: match[0] in known.ranks or not re.search(r"first|second|third|th\b|第", match[0])
    )
    check(
        re.compile(r"“([^”“]*\d[^”“]*)”"),
        lambda match: (
            squeezed(match[1]) in known.text or all(known.has(one) for one in NUMBER.finditer(match[1]))
        ),
    )
    check(INTERVAL, known.has_bounds)
    check(BOUNDS, known.has_bounds)
    check(NUMBER, lambda match: known.has(match) or match[0].strip() in passing)
    return found
