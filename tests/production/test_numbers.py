"""Every number that pages and PDF show is in the tables, to the digits shown; a wrong one is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from sxedu_analysis.analysis.benchmarks import load_benchmarks
from sxedu_analysis.analysis.neighbours import load_sources
from sxedu_analysis.production import report as reports
from sxedu_analysis.production.gap_pages import gap_tables
from sxedu_analysis.reading.reports import Report, load_report
from tests.production.known_numbers import NUMBER, Known, strange
from tests.production.shown_numbers import faults_of_links, faults_of_page, shown_in, text_of_pdf, ticks_in

REPORT = "341324-2023H1"


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
