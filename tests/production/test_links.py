from __future__ import annotations

import re
from pathlib import Path

import sxedu_analysis as sx
from sxedu_analysis.production.findings_text import sentences
from sxedu_analysis.production.links import as_links, marked
from sxedu_analysis.production.report import load_tables, make_report


def test_what_stands_at_no_number_stays_words() -> None:
    assert as_links(marked("差距", 9), "index", {1}) == "差距"


def test_one_file_leads_nowhere_else_and_every_link_arrives(tmp_path: Path) -> None:
    make_report("341324-2023H1", tmp_path / "one", single_file=True, progress=lambda line: None)
    assert [path.name for path in (tmp_path / "one").glob("*.html")] == ["index.html"]
    page = (tmp_path / "one" / "index.html").read_text(encoding="utf-8")
    names = re.findall(r'\bid="([^"]+)"', page)
    assert len(names) == len(set(names))
    assert {href[1:] for href in re.findall(r'<a[^>]*href="([^"]+)"', page)} <= set(names)


def test_a_sentence_whose_facts_are_missing_is_not_there(county_file: Path) -> None:
    for lang in ("zh", "en"):
        tables = [load_tables(sx.load_report(one)) for one in ("341324-2023H1", county_file)]
        keys = ("quantities", "facts", "measures", "findings")
        full, few = ([str(one) for one in sentences(*(t[k] for k in keys), lang)] for t in tables)
        assert len(full) == 5
        assert 1 < len(few) < 5
        assert not [one for one in full + few if "nan" in one or "None" in one]
