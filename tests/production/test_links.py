from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

import sxedu_analysis as sx
from sxedu_analysis.analysis.tables import load_tables
from sxedu_analysis.production.findings_text import sentences
from sxedu_analysis.production.gap_pages import gap_tables
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
        reports = [sx.load_report(one) for one in ("341324-2023H1", county_file)]
        tables = [load_tables(one) | gap_tables(one) for one in reports]
        keys = ("quantities", "facts", "measures", "findings")
        full, few = (
            [str(one) for one in sentences(*(t[k] for k in keys), lang, t.get("gaps"))] for t in tables
        )
        assert len(full) == 5
        assert 1 < len(few) < 5
        assert not [one for one in full + few if "nan" in one or "None" in one]


def test_no_part_of_a_sentence_tells_of_nothing(tmp_path: Path) -> None:
    plain = tmp_path / "clean.txt"
    plain.write_text("甲县教育局2023年上半年工作总结。学生资助资金483万元。", encoding="utf-8")
    for lang in ("zh", "en"):
        tables = load_tables(sx.load_report(plain))
        keys = ("quantities", "facts", "measures", "findings")
        said = " ".join(str(one) for one in sentences(*(tables[k] for k in keys), lang))
        # Only a note: nothing is the gravest, and no weight of which there is none is counted.
        assert len(tables["findings"]) == 1
        assert {"zh": "核对所得：提示1处，即", "en": "The checks raise 1 note: only one amount"}[lang] in said
        for word in ("gravest", "最要紧", " 0 ", "0个", "0处", "target", "计划目标"):
            assert word not in said, word
        assert {"zh": "报告给出1个数字，1个是结果", "en": "The report gives 1 figure: 1 result"}[lang] in said


def test_each_quoted_number_of_a_title_leads_to_its_own_place() -> None:
    tables = load_tables(sx.load_report("341324-2023H1"))
    row = {"finding": "f01", "weight": "question", "raws": "26;2条;2条", "starts": "100;200;300"}
    row |= {"title_zh": "“26”和“2条”，又“2条”", "title_en": "“26”, “2条” and “2条”"}
    findings = pd.DataFrame([row] * 26)
    for lang in ("zh", "en"):
        said = sentences(tables["quantities"], tables["facts"], tables["measures"], findings, lang)
        doubts = next(one for one in said if "26" in one.parts[0][0] and "“" in str(one))
        linked = [part for part in doubts.parts if part[1] is not None]
        assert linked == [("26", 100), ("2条", 200), ("2条", 300)]
        assert doubts.parts[0][1] is None


def test_the_sentence_on_neighbours_names_facts_and_needs_gaps() -> None:
    report = sx.load_report("341324-2023H1")
    tables = load_tables(report) | gap_tables(report)
    keys = ("quantities", "facts", "measures", "findings")
    few = sentences(*(tables[k] for k in keys), "en", tables["gaps"].iloc[0:0])
    assert not any("adjacent" in str(one) for one in few)
    said = [str(one) for one in sentences(*(tables[k] for k in keys), "zh", tables["gaps"])]
    assert "平均受教育年限8.99年，由高到低在6个县区中居第2位，其余县区的中位数为8.89年" in said[2]
    assert len(said) == 5
