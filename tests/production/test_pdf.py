from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from sxedu_analysis.production import report as reports
from sxedu_analysis.production.pdf import write_pdf
from sxedu_analysis.reading.reports import load_report


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pdf_says_the_key_figure_and_is_the_same_twice(tmp_path: Path, lang: str) -> None:
    report = load_report("341324-2023H1")
    tables = reports.load_tables(report)
    front = reports._front_page(report, tables, lang)
    first = write_pdf(tmp_path / "a.pdf", report, tables, front, {}, lang).read_bytes()
    second = write_pdf(tmp_path / "b.pdf", report, tables, front, {}, lang).read_bytes()
    assert first == second
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(first)]
    text = "".join("".join(pages).split())
    assert "92.9–94.6%" in text
    assert not any(word in text for word in ("NaN", "Traceback", "inf,"))
