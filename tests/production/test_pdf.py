"""The PDF: the same bytes twice, all that the page says, nothing cut off, and any text shown as text."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest

from sxedu_analysis.production import figures
from sxedu_analysis.production import report as reports
from sxedu_analysis.production.pdf import breakable, write_pdf
from sxedu_analysis.reading.reports import Report, load_report

HOSTILE = (
    '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{7*7}}{% raw %}#let x = 1 #panic("x") '
    "#pagebreak() $x^2$ *_@y `z` \\u{41} [a](b) // /* <label> = ~ ^ \\"
)


def charts_of(report: Report, lang: str) -> dict[str, list[dict[str, Any]]]:
    """All charts of a report, as a notebook would hand them on."""
    from matplotlib import pyplot

    from sxedu_analysis.charts.theme import alt_text, vector

    drawn = []
    for draw in figures.charts_of(report, lang).values():
        axes = draw()
        drawn.append({"svg": vector(axes), "alt": alt_text(axes), "codes": []})
        pyplot.close("all")
    return {"01_report_figures": drawn}


def make(path: Path, report: Report, lang: str, charts: Mapping[str, Any] | None = None) -> bytes:
    tables = reports.load_tables(report)
    front = reports.front_page(report, tables, lang)
    return write_pdf(path, report, tables, front, charts or {}, lang).read_bytes()


def pages_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def squeezed(text: str) -> str:
    """Without what the setting of lines may add: spaces, breaks and places to break."""
    return re.sub(r"[\s\u200b\ufffe\u00ad]+", "", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pdf_says_the_key_figure_and_is_the_same_twice(tmp_path: Path, lang: str) -> None:
    report = load_report("341324-2023H1")
    charts = charts_of(report, lang)
    first = make(tmp_path / "a.pdf", report, lang, charts)
    assert first == make(tmp_path / "b.pdf", report, lang, charts)
    text = squeezed("".join(pages_of(first)))
    for said in ("92.8–94.7%", "10.5万人", {"zh": "6个县区中居第2位", "en": "secondofsix"}[lang]):
        assert said in text
    assert not any(word in text for word in ("NaN", "Traceback", "inf,", "undefined"))


def test_no_chart_is_cut_off_and_each_says_what_it_shows(tmp_path: Path) -> None:
    report = load_report("341324-2023H1")
    charts = charts_of(report, "en")
    pages = [squeezed(page) for page in pages_of(make(tmp_path / "a.pdf", report, "en", charts))]
    assert len(charts["01_report_figures"]) >= 15
    for chart in charts["01_report_figures"]:
        words = [squeezed(unescape(word)) for word in re.findall(r"<text[^>]*>([^<]+)</text>", chart["svg"])]
        best = max(sum(word in page for word in words) for page in pages)
        assert best == len(words), (chart["alt"][:40], best, len(words))


def test_fonts_are_embedded_and_pages_numbered(tmp_path: Path) -> None:
    made = make(tmp_path / "a.pdf", load_report("341324-2023H1"), "zh")
    reader = pypdf.PdfReader(io.BytesIO(made))
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert {name.split("+")[-1].split("-")[0] for name in fonts} == {"NotoSansSC", "NotoSerifSC"}
    assert all("+" in name for name in fonts), "subsets, embedded"
    assert len(reader.outline) >= 7
    for number, page in enumerate(pages_of(made), start=1):
        assert f"{number}/{len(reader.pages)}" in squeezed(page)


def test_a_reports_text_is_shown_and_not_run(tmp_path: Path) -> None:
    file = tmp_path / "县.txt"
    opening = f"全县有义务教育学校45所，义务阶段学校学生总数3.5万人，参加课后服务3.2万人。{HOSTILE}"
    lines = [f"全县有义务教育学校{n}所，参加课后服务{n}万人。" for n in range(1, 1000)]
    long = f"今年{'长' * 20_000}，{'w' * 5_000}资助学生4567人次，资助金额1234万元。"
    file.write_text("\n".join([f"总结{HOSTILE}", "一、情况", opening, long, *lines]), encoding="utf-8")
    pages = pages_of(make(tmp_path / "a.pdf", load_report(file), "zh"))
    assert len(pages) > 20
    assert squeezed("<script>alert(1)</script>") in squeezed(pages[0])
    text = squeezed("".join(pages))
    assert "{{7*7}}" in text, "a template's braces stay braces"
    for figure in ("45所", "999所", "1234万元"):
        assert figure in text


def test_hostile_text_in_every_field_compiles_to_the_same_words(tmp_path: Path) -> None:
    report = load_report("341324-2023H1")
    tables = reports.load_tables(report)
    tables["findings"] = (
        tables["findings"]
        .head(2)
        .assign(
            title_en=HOSTILE, what_en=f"{HOSTILE} {'w' * 9000}", why_en=HOSTILE * 100, question_en=HOSTILE
        )
    )
    front = reports.front_page(report, tables, "en")
    front |= dict.fromkeys(("heading", "eyebrow", "lead"), HOSTILE)
    front |= {name: [HOSTILE] for name in ("method", "limits", "sources")}
    front["run"] = [(HOSTILE, HOSTILE)]
    front["figures"] = [
        one
        | {
            "name": HOSTILE,
            "quotes": [{"parts": [(HOSTILE * 50, False), ("5所", True)], "places": [HOSTILE]}],
        }
        for one in front["figures"]
    ]
    charts = {
        "01_report_figures": [
            {"svg": "<svg xmlns='http://www.w3.org/2000/svg'/>", "alt": HOSTILE, "codes": []}
        ]
    }
    made = write_pdf(tmp_path / "a.pdf", report, tables, front, charts, "en").read_bytes()
    pages = pages_of(made)
    text = squeezed("".join(pages))
    assert text.count(squeezed(HOSTILE)) > 100, "shown to the letter"
    assert text.count("w") >= 2 * 9000, "a finding longer than a page goes on over the next"


def test_a_chart_that_cannot_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    from sxedu_analysis.foundation.errors import ExecutionError

    report = load_report("341324-2023H1")
    charts = {"01_report_figures": [{"svg": "no drawing", "alt": "x", "codes": []}]}
    with pytest.raises(ExecutionError, match=r"^a.pdf: typst cannot set the report: ") as told:
        make(tmp_path / "a.pdf", report, "zh", charts)
    assert "\n" not in str(told.value)
    assert not (tmp_path / "a.pdf").exists()


def test_places_to_break_are_given_to_long_words_alone() -> None:
    checksum = "0123456789abcdef" * 4
    given = {"a": ["w" * 45, "长" * 300, checksum, f"{checksum};", "two words"], "n": 5, "svg": "x" * 99}
    broken = breakable(given)
    assert broken["a"][0] == "w" * 20 + "\u200b" + "w" * 20 + "\u200b" + "w" * 5
    assert broken["a"][1:] == given["a"][1:]  # type: ignore[index]
    assert (broken["n"], broken["svg"]) == (5, given["svg"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_takes_few_pages_and_leaves_none_half_empty(tmp_path: Path, lang: str) -> None:
    report = load_report("341324-2023H1")
    made = make(tmp_path / "a.pdf", report, lang, charts_of(report, lang))
    document = pypdfium2.PdfDocument(made)
    try:
        filled = [_filled(page.render(scale=0.5).to_numpy().min(axis=2)) for page in document]
    finally:
        document.close()
    assert len(filled) <= 18
    assert min(filled[:-1]) >= 0.6, filled


def _filled(page: Any) -> float:
    """Down to which share of what lies between header and footer a page has ink."""
    rows = page[int(page.shape[0] * 0.06) : int(page.shape[0] * 0.94)]
    return float(((rows < 200).any(axis=1).nonzero()[0].max() + 1) / len(rows))


def test_a_number_in_brief_leads_to_its_row_among_all_figures(tmp_path: Path) -> None:
    made = make(tmp_path / "a.pdf", load_report("341324-2023H1"), "en")
    reader = pypdf.PdfReader(io.BytesIO(made))
    notes = [note.get_object() for note in reader.pages[0].get("/Annots", [])]
    links = [note for note in notes if note["/Subtype"] == "/Link"]
    starts = [
        part[1]
        for sentence in reports.front_page(*_of("341324-2023H1"), "en")["sentences"]
        for part in sentence.parts
        if part[1] is not None
    ]
    assert len(starts) > 5
    assert len(links) >= len(starts) + len(reader.outline)


def _of(report_id: str) -> tuple[Report, dict[str, Any]]:
    report = load_report(report_id)
    return report, reports.load_tables(report)


def test_what_no_indicator_took_is_listed_and_what_has_nothing_in_it_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "县.txt"
    lines = [f"新设观测站{number}座。" for number in range(101, 171)]
    file.write_text("\n".join(["总结", "全县共有学校123所。", *lines]), encoding="utf-8")
    pages = pages_of(make(tmp_path / "a.pdf", load_report(file), "zh"))
    text = squeezed("".join(pages))
    assert "未归入指标的数字" in text
    assert "101座" in text
    assert "另有10个，见source.html" in text
    for title in ("覆盖率与参与", "资金：次均与生均"):
        assert title not in text


def test_charts_of_a_section_fill_its_pages() -> None:
    from sxedu_analysis.production.pdf import _filling

    heights = [90, 100, 95, 60, 80]
    charts = [{"height": height, "name": number} for number, height in enumerate(heights)]
    ordered = _filling(charts, 170)
    assert [one["name"] for one in ordered] == [0, 3, 1, 2, 4]
    assert _filling(charts, 80)[0]["name"] == 0, "the one that gives the overview stays the first"
