from __future__ import annotations

import re
from pathlib import Path

import sxedu_analysis as sx
from sxedu_analysis.analysis.tables import load_tables
from sxedu_analysis.production.findings_text import sentences
from sxedu_analysis.production.links import UNBOUND, Quote, as_links, marked, to_unbound
from sxedu_analysis.production.report import make_report


def test_what_stands_at_no_number_stays_words() -> None:
    assert as_links(marked("差距", 9), "index", {1}) == "差距"


def test_the_list_of_unbound_numbers_is_linked_to() -> None:
    assert as_links(to_unbound("见<列表>"), "index") == f'<a href="{UNBOUND}">见&lt;列表&gt;</a>'


def test_a_long_sentence_is_folded_around_its_number() -> None:
    long = Quote("一" * 40 + "<7所>" + "二" * 40, "7所")
    assert str(long) == "…" + "一" * 15 + "<7所>" + "二" * 15 + "…"
    assert long.__html__().startswith("<details")
    assert "&lt;<mark>7所</mark>&gt;" in long.__html__()
    assert "一" * 40 in long.__html__()
    # A number that stands twice is marked where it is meant; one that is not found is not marked.
    assert Quote("7所，又7所", "7所", 4).__html__().endswith("又<mark>7所</mark></q>")
    assert "<mark>" not in Quote("一" * 40, "7所").__html__()


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
