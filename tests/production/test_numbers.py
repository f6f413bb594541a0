"""Every number that the pages and the PDF show is in the tables, to the digits shown.

What a page shows is taken apart in this order, each part checked against its own source and then set
aside: the report's own words (to the letter), places (characters, paragraphs), ranks in words, pairs of
bounds (both ends of one row), and last the numbers that are left (one value of a table, percentages among
percentages).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import lxml.html
import pandas as pd
import pypdfium2
import pytest
from matplotlib import pyplot

import sxedu_analysis
from sxedu_analysis.analysis import load_indicators, load_locations, load_topics
from sxedu_analysis.analysis.benchmarks import load_benchmarks, load_missing
from sxedu_analysis.analysis.locations import load_claim_locations
from sxedu_analysis.analysis.neighbours import load_places, load_publications, load_sources
from sxedu_analysis.charts.gaps import compared
from sxedu_analysis.charts.theme import plotted
from sxedu_analysis.production import overview
from sxedu_analysis.production import report as reports
from sxedu_analysis.production.figures import charts_of
from sxedu_analysis.production.gap_pages import gap_tables
from sxedu_analysis.production.parameters import list_notebooks
from sxedu_analysis.production.wording import paragraph_at
from sxedu_analysis.reading.reports import Report, load_report

REPORT = "341324-2023H1"
_SCALE = {"": 1.0, "万": 1e4, "亿": 1e8}
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
        digits, scale = match["digits"], _SCALE[match["scale"]]
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
        scales = _SCALE[match["low_scale"]], _SCALE[match["high_scale"]]
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


# --- what is shown

_IN_BRIEF = "//section[@class='summary']"
"""Where the front page sums up."""
_TICKS = "xtick_"
"""In the ids of an axis' ticks, as matplotlib names them."""
_BLOCKS = (
    "br|p|li|td|th|h1|h2|h3|h4|caption|summary|dt|dd|div|article|section|option|text|label|header|footer"
    "|figcaption"
)


def shown_in(page: str, known: Known) -> tuple[str, list[tuple[list[str], str]], list[str]]:
    """What a page shows but for the report's own words.

    Returns
    -------
    str
        All its text, a block a line.
    list of (names, words)
        What is said of something by its name: rows of tables, cards, lists of numbers, sentences.
    list of str
        What is given as the report's words and is not.
    """
    tree = lxml.html.fromstring(page)
    for gone in tree.xpath(
        "//style|//script|//*[contains(@class,'toggle')]|//*[contains(@class,'code')]"
        # The scale of an axis is drawn to be round; what is plotted on it is checked.
        f"|//*[contains(@id,'{_TICKS}')]"
    ):
        gone.drop_tree()
    wrong = []
    for number in tree.xpath("//span[@class='pn']"):
        wrong += [n for n in re.findall(r"\d+", number.text_content()) if int(n) not in known.paragraphs]
        number.drop_tree()
    for quote in tree.xpath("//*[@lang='zh-CN' and not(self::html)]"):
        for part in quote.xpath("./summary|./p|./h2|./h3") or [quote]:
            for piece in squeezed(part.text_content()).split("..."):
                if piece.strip("《》“”") not in known.text + squeezed(known.report.title):
                    wrong.append(f"not the report's words: {piece[:60]!r}")
        quote.drop_tree()
    for block in tree.iter():
        if isinstance(block.tag, str) and re.fullmatch(_BLOCKS, block.tag):
            block.tail = f"\n{block.tail or ''}"
            block.text = f"\n{block.text or ''}"
    labels = "\n".join(tree.xpath("//@aria-label|//@alt|//@title"))
    return f"{tree.text_content()}\n{labels}", list(_named_parts(tree, known)), wrong


def _named_parts(tree: lxml.html.HtmlElement, known: Known) -> Iterator[tuple[list[str], str]]:
    for part in tree.xpath(f"//tr[th[@scope='row']]|//article[@class='figure']|//dl/div|{_IN_BRIEF}//li"):
        head = next(iter(part.xpath("./th|./h3|./dt")), part)
        called = plain(head.text_content()).strip()
        first = next((name for name in known.names if called.startswith(plain(name))), None)
        if first is not None:
            words = plain(part.text_content())
            # A sentence speaks of several things; a row or a card of one.
            others = [name for name in known.names if plain(name).lower() in words.lower()]
            yield ([first] if head is not part else others), words


def faults_of_page(page: str, known: Known) -> list[str]:
    text, parts, wrong = shown_in(page, known)
    for names, words in parts:
        wrong += [f"{one}, said of {names[0]}" for one in strange(words, known.named(names))]
    return wrong + strange(text, known) + faults_of_links(page, known)


def faults_of_links(page: str, known: Known) -> list[str]:
    """Links to the source whose words are another number than the one they lead to."""
    quantities = known.tables["quantities"].set_index("start")
    measures = known.tables["measures"]
    wrong = []
    for link in lxml.html.fromstring(page).xpath("//a[contains(@class,'sx-q')]"):
        start = int(link.get("href").rpartition("#q-")[2].rpartition("#")[2].removeprefix("q-"))
        words = plain(link.text_content())
        here = quantities.loc[start]
        fitting = [(here["value"], here["low"], here["high"])]
        used = measures[(measures["numerator_start"] == start) & measures["value"].notna()]
        fitting += list(used[["value", "low", "high"]].itertuples(index=False, name=None))
        numbers = list(NUMBER.finditer(words))
        if squeezed(here["raw"]) == squeezed(words) or not numbers:
            continue
        for match in numbers:
            number = float(match["digits"].replace(",", "")) * _SCALE[match["scale"]]
            slack = half_a_digit(match["digits"], rounded=bool(match["about"])) * _SCALE[match["scale"]]
            # The ends of a range are rounded outwards.
            slack *= 2 if BOUNDS.search(words) else 1
            if not any(abs(number - one) <= slack + 1e-9 * number for row in fitting for one in row):
                wrong.append(f"{words!r} leads to {here['raw']!r}")
    return wrong


def ticks_in(page: str) -> list[str]:
    """What is printed along the axes of a page's charts."""
    found = lxml.html.fromstring(page).xpath(f"//*[contains(@id,'{_TICKS}')]//text()")
    return [plain(one).strip() for one in found if one.strip()]


def text_of_pdf(pdf: Path) -> str:
    """The text of all pages, page numbers checked and set aside, lines that break within bounds joined."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]
    finally:
        document.close()
    for number, page in enumerate(pages, start=1):
        assert f"{number}/{len(pages)}" in squeezed(page)
        pages[number - 1] = re.sub(rf"{number} / {len(pages)}", "", page)
    lines = []
    for line in pages[0].splitlines():
        # The table of contents: each entry's heading stands on the page it names.
        entry = re.fullmatch(r"(.+?)[\s.]+(\d+)", line.strip())
        if (
            entry
            and 1 < int(entry[2]) <= len(pages)
            and squeezed(entry[1]) in squeezed(pages[int(entry[2]) - 1])
        ):
            continue
        lines.append(line)
    return re.sub(r"–\n", "–", "\n".join(["\n".join(lines), *pages[1:]]))


def tables_of(report: Report) -> dict[str, pd.DataFrame]:
    return (
        reports.load_tables(report)
        | gap_tables(report)
        | {
            "benchmarks": load_benchmarks(),
            "sources": load_sources(),
        }
    )


@pytest.fixture(scope="module", params=["zh", "en"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Known]:
    folder = tmp_path_factory.mktemp("numbers") / request.param
    reports.make_report(REPORT, folder, request.param, formats=("html", "pdf"), progress=lambda line: None)
    report = load_report(REPORT)
    return folder, Known(report, tables_of(report), request.param)


def test_every_number_of_the_pages_is_in_the_tables(made: tuple[Path, Known]) -> None:
    folder, known = made
    for path in sorted(folder.glob("*.html")):
        assert faults_of_page(path.read_text("utf-8"), known) == [], path.name


def test_every_number_of_the_pdf_is_in_the_tables(made: tuple[Path, Known]) -> None:
    folder, known = made
    # A PDF does not tell an axis' numbers from others: those that the pages' charts show may stand in it.
    assert strange(text_of_pdf(folder / "report.pdf"), known, _ticks(folder)) == []


def _ticks(folder: Path) -> set[str]:
    return {tick for path in folder.glob("*.html") for tick in ticks_in(path.read_text("utf-8"))}


PLANTED = {
    "zh": [
        ("约94%", "约95%"),
        ("92.8–94.7%", "92.8–94.6%"),
        ("10.5万人", "10.6万人"),
        ('给出<span class="nb">99个', '给出<span class="nb">98个'),
        ("字符1996–2002", "字符1996–2003"),
        ("第16段", "第17段"),
        ("</span>县区中居第2位", "</span>县区中居第3位"),
        ("8.99", "8.98"),
        ("4.91万", "4.92万"),
    ],
    "en": [
        ("about 94", "about 95"),
        ("105,000", "106,000"),
        ("111,500–112,500", "111,500–112,600"),
        ("characters 1996–2002", "characters 1995–2002"),
        ("second of six", "third of six"),
        ("49,100", "49,200"),
        ("gives 99", "gives 98"),
    ],
}


def test_a_wrong_number_planted_in_a_page_is_found(made: tuple[Path, Known]) -> None:
    folder, known = made
    page = (folder / "index.html").read_text("utf-8").replace("\u00a0", " ").replace("&nbsp;", " ")
    assert faults_of_page(page, known) == []
    checksum = known.report.sha256
    for true, wrong in [*PLANTED[known.lang], (checksum, checksum[::-1])]:
        assert true in page
        assert faults_of_page(page.replace(true, wrong), known), (true, wrong)


@pytest.mark.parametrize("wrong", ["92.9–94.6%", "10.7万人", "105,001", "1,481", "628.26", "2024–2025"])
def test_a_wrong_number_planted_in_the_pdf_is_found(made: tuple[Path, Known], wrong: str) -> None:
    folder, known = made
    text = text_of_pdf(folder / "report.pdf")
    middle = text.index("\n", len(text) // 2)
    assert strange(f"{text[:middle]}\n{wrong}{text[middle:]}", known, _ticks(folder))


def test_a_number_that_leads_to_another_is_found(made: tuple[Path, Known]) -> None:
    folder, known = made
    page = (folder / "index.html").read_text("utf-8")
    starts = sorted({int(one) for one in re.findall(r'class="sx-q"[^>]*#q-(\d+)"', page)})
    assert len(starts) > 10
    swapped = page.replace(f'#q-{starts[0]}"', f'#q-{starts[1]}"')
    assert faults_of_links(swapped, known)


def changed(words: str) -> Iterator[tuple[str, str]]:
    """Each number of three digits or more (but for years), and the words with its last digit changed."""
    for match in NUMBER.finditer(words):
        digits, end = match["digits"], match.end("digits")
        if sum(map(str.isdigit, digits)) >= 3 and not re.fullmatch("(19|20)\\d\\d", digits):
            yield match[0], f"{words[: end - 1]}{(int(words[end - 1]) + 1) % 10}{words[end:]}"


def test_nearly_every_number_is_found_wrong_when_its_last_digit_changes(made: tuple[Path, Known]) -> None:
    # A small whole number is in some table whatever it is; one of three digits hardly ever is by chance.
    folder, known = made
    shown = [shown_in(path.read_text("utf-8"), known) for path in sorted(folder.glob("*.html"))]
    lines = dict.fromkeys(line for text, _, _ in shown for line in text.splitlines())
    # Each number counts once, however often it stands there; its change has to be found wherever that is.
    found: dict[str, bool] = {}
    for line in lines:
        for number, wrong in changed(line):
            found[number] = found.get(number, True) and bool(strange(wrong, known))
    unseen = sorted(number for number, always in found.items() if not always)
    assert len(found) > 300
    assert len(unseen) <= len(found) / 20, unseen


def test_in_a_row_or_card_a_number_of_another_row_is_wrong_too(made: tuple[Path, Known]) -> None:
    folder, known = made
    pages = [path.read_text("utf-8") for path in sorted(folder.glob("*.html"))]
    parts = {(tuple(names), words) for page in pages for names, words in shown_in(page, known)[1]}
    assert len(parts) > 150
    tried = []
    for names, words in sorted(parts):
        own = known.named(names)
        tried += [(number, words, bool(strange(wrong, own))) for number, wrong in changed(words)]
    unseen = [(number, words) for number, words, seen in tried if not seen]
    assert len(tried) > 200
    assert len(unseen) <= len(tried) / 100, unseen[:40]


def test_nothing_unfilled_or_broken_is_shown(made: tuple[Path, Known]) -> None:
    folder, known = made
    shown = {path.name: shown_in(path.read_text("utf-8"), known)[0] for path in folder.glob("*.html")}
    shown["report.pdf"] = text_of_pdf(folder / "report.pdf")
    wrong = re.compile(
        r"\b(?:NaN|nan|NaT|inf|None(?! (?:of|recognised))|null|undefined|Traceback|TODO|FIXME)\b"
        r"|\b(?:Lorem|DataFrame|Series)\b"
        r"|<NA>|\ufffd|&(?:amp|lt|gt|nbsp);"
        r"|\{\{|\}\}|\{%|\{\w*\}|%[sd]\b|Error:|\bimport \w|\bdef \w+\(|\blambda\b"
    )
    for name, text in shown.items():
        assert [text[max(0, m.start() - 30) : m.end() + 30] for m in wrong.finditer(text)] == [], name
