from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

import sxedu_analysis as sx
from sxedu_analysis.analysis.gap_measures import load_gap_measures
from sxedu_analysis.foundation.errors import ExecutionError, InputError, ParameterError, UnknownReportError
from sxedu_analysis.production import report as main_job
from sxedu_analysis.production.finding_pages import no_findings
from sxedu_analysis.production.overview import findings_in_brief
from sxedu_analysis.production.parameters import list_notebooks
from sxedu_analysis.production.report import make_report, not_registered
from sxedu_analysis.reading.reports import load_report

NOTEBOOKS = list(list_notebooks())


def silent(line: str) -> None:
    pass


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "zh"
    steps: list[str] = []
    page = make_report("341324-2023H1", folder, progress=steps.append)
    assert page == folder / "index.html"
    assert [step.split()[0] for step in steps] == [f"[{n}/6]" for n in range(1, 7)]
    assert [step.split()[1] for step in steps[:-1]] == NOTEBOOKS, "done side by side, told in order"
    assert steps[-1] == "[6/6] index.html"
    return folder


@pytest.fixture(scope="module")
def made_of_file(county_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("file") / "en"
    make_report(county_file, folder, "en", progress=silent)
    return folder


def test_all_parts_are_there(made: Path) -> None:
    names = set(tree(made))
    main_tables = ("quantities", "facts", "measures", "findings", "gaps", "claims")
    assert names == {
        "index.html",
        "source.html",
        "run_card.json",
        *(f"{name}.html" for name in NOTEBOOKS),
        *(f"notebooks/{name}.ipynb" for name in NOTEBOOKS),
        *(f"tables/{name}.csv" for name in main_tables),
    }
    assert sorted(path.name for path in made.parent.iterdir()) == ["zh"], "nothing is left beside it"


def test_twice_gives_the_same_bytes_but_for_the_run_card(made: Path) -> None:
    before = tree(made)
    make_report("341324-2023H1", made, progress=silent)
    after = tree(made)
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] in ([], ["run_card.json"])
    first, second = (json.loads(files["run_card.json"]) for files in (before, after))
    assert {k for k in first if first[k] != second[k]} <= {"started", "finished"}


def test_the_front_page_gives_each_key_figure_its_bounds_sentence_and_place(made: Path) -> None:
    page = (made / "index.html").read_text(encoding="utf-8")
    measures = sx.load_measures("341324-2023H1")
    keys = measures[measures["key_figure"].notna()]
    gaps = [one for one in load_gap_measures().values() if one.key_figure]
    assert page.count('<article class="figure">') == len(keys) + len(gaps)
    assert "6个县区中居第2至第6位" in re.sub("<[^>]+>", "", page)
    first = page.split('<article class="figure">')[1].split("</article>")[0]
    assert "约94%" in first
    assert "上下限 92.8–94.7%" in first
    assert ">10.5万人</a></mark>" in first
    assert re.search(r"原文第\d+段，字符1996–2002", first)


@pytest.mark.parametrize("name", ["index", *NOTEBOOKS])
def test_pages_hold_no_placeholder_trace_or_foreign_address(made: Path, name: str) -> None:
    page = (made / f"{name}.html").read_text(encoding="utf-8")
    words = re.sub(r"<style>.*?</style>|base64,[^\")]*", "", page, flags=re.S)
    for wrong in (
        "Traceback",
        "NaN",
        ">nan<",
        "None",
        "{{",
        "<script src",
        "inf%",
        "undefined",
        str(Path.home()),
    ):
        assert wrong not in words, wrong
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    for image in re.findall(r"<img[^>]*>", page):
        assert re.search(r'alt="[^"]{10,}"', image)


def test_tables_are_what_the_functions_give(made: Path) -> None:
    facts = pd.read_csv(made / "tables" / "facts.csv", dtype={"adcode": str})
    assert facts["indicator"].tolist() == sx.load_facts("341324-2023H1")["indicator"].tolist()
    assert b"\r" not in (made / "tables" / "facts.csv").read_bytes()


def test_the_run_card_says_what_ran_on_what(made: Path) -> None:
    card = json.loads((made / "run_card.json").read_text(encoding="utf-8"))
    assert card["input"]["sha256"] == sx.load_report("341324-2023H1").sha256
    assert card["parameters"]["02_coverage"]["measure"] == "after_school_participation"
    assert set(card["versions"]) >= {"sxedu_analysis", "python", "pandas"}
    assert card["started"] <= card["finished"]


def test_a_users_file_with_few_figures_in_english(made_of_file: Path, county_file: Path) -> None:
    page = (made_of_file / "index.html").read_text(encoding="utf-8")
    assert "about 91" in page
    assert "Not recognised" in (made_of_file / "03_funding_per_student.html").read_text(encoding="utf-8")
    for path in made_of_file.glob("*.html"):
        assert "<script>alert" not in path.read_text(encoding="utf-8")
        assert "<img onerror" not in path.read_text(encoding="utf-8")
    executed = (made_of_file / "notebooks" / "01_report_figures.ipynb").read_text(encoding="utf-8")
    assert "report_id = '甲县.txt'" in executed
    assert str(county_file.parent) not in executed
    assert (made_of_file / "notebooks" / county_file.name).read_bytes() == county_file.read_bytes()


def test_english_prose_holds_no_chinese_but_the_reports_own(made_of_file: Path) -> None:
    for path in made_of_file.glob("0*.html"):
        page = path.read_text(encoding="utf-8").split("<main")[1].split("</main>")[0]
        shown = re.sub(r"base64,[^\")]*", "", page, flags=re.S)
        # The report's sentences stand as they are, and say which language they are in.
        shown = re.sub(r"<(q|details)[^>]* lang=\"zh-CN\">.*?</\1>", "", shown, flags=re.S)
        words = (
            re.sub(r"<[^>]*>", "", shown)
            .replace("甲县教育局2024年上半年工作总结", "")
            .replace("甲县.txt", "")
        )
        assert not re.findall(r"[\u4e00-\u9fff]{4,}", words), path.name


def test_failure_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ExecutionError("cell 3 failed: ValueError: x", where="02_coverage.ipynb")

    monkeypatch.setattr(main_job, "execute_notebooks", fail)
    with pytest.raises(ExecutionError):
        make_report("341324-2023H1", tmp_path / "new", progress=silent)
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_report_survives_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "run_card.json").write_text('{"made_by": "sxedu_analysis"}', encoding="utf-8")

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(main_job, "execute_notebooks", interrupt)
    with pytest.raises(KeyboardInterrupt):
        make_report("341324-2023H1", folder, progress=silent)
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert (folder / "run_card.json").exists()


def test_others_folders_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(InputError, match="holds no earlier report"):
        make_report("341324-2023H1", tmp_path, progress=silent)
    (tmp_path / "run_card.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="holds no earlier report"):
        make_report("341324-2023H1", tmp_path, progress=silent)


def test_wrong_calls_are_refused_at_once(tmp_path: Path, isolated: Path) -> None:
    with pytest.raises(ParameterError, match="must be zh or en"):
        make_report("341324-2023H1", tmp_path / "x", "de")
    with pytest.raises(UnknownReportError, match="did you mean '341324-2023H1'"):
        make_report("341324-2023H2")
    (isolated / "plain.txt").write_text("没有数字的一段话。", encoding="utf-8")
    with pytest.raises(InputError, match=r"plain.txt: holds no figures"):
        make_report("plain.txt")
    (isolated / "file").touch()
    with pytest.raises(InputError, match="is a file, not a folder"):
        make_report("341324-2023H1", isolated / "file")
    assert sorted(path.name for path in isolated.iterdir()) == ["file", "plain.txt"]


def test_findings_in_brief_count_them_all() -> None:
    findings = sx.load_findings("341324-2023H1")
    lead, shown = findings_in_brief(findings, "en")
    assert f"raise {len(findings)} findings" in lead
    assert len(shown) == 3
    assert "Below are 3 of them" in lead
    assert "below" not in findings_in_brief(findings.head(2), "en")[0]
    assert findings_in_brief(findings.head(0), "zh") == (no_findings("zh"), [])


ORIGINAL = "bb80f6b15b4448125f4a3beb81da44896bbc118398455c45934944a072e0f8e1"


def test_the_original_and_the_text_analysed_are_told_apart_on_every_page(made: Path) -> None:
    report = sx.load_report("341324-2023H1")
    assert report.sha256 != ORIGINAL
    for name in (*NOTEBOOKS, "source"):
        footer = (made / f"{name}.html").read_text(encoding="utf-8").rpartition("<footer>")[2]
        original, analysed = re.findall(r"<p>(.*?)</p>", footer)[:2]
        assert original.startswith("原文：")
        assert report.title in original
        assert original.endswith(ORIGINAL)
        assert analysed == f"分析所用文本：restated.txt，本项目的复述；SHA-256 {report.sha256}"
    # The front page has them once, in its run card.
    front = (made / "index.html").read_text(encoding="utf-8")
    assert front.count("SHA-256") == 2
    assert front.count(ORIGINAL) == front.count(report.sha256) == 1
    card = json.loads((made / "run_card.json").read_text(encoding="utf-8"))
    assert card["input"] == {"file": "restated.txt", "text_kind": "restated", "sha256": report.sha256}
    assert card["original"] == {"title": report.title, "file": "341324-2023H1.txt", "sha256": ORIGINAL}


def test_pages_say_which_text_they_show(made: Path, made_of_file: Path) -> None:
    for name in NOTEBOOKS:
        page = (made / f"{name}.html").read_text(encoding="utf-8")
        assert '<p class="shown">所示的句子是本项目对报告的复述，不是原话' in page
        own = (made_of_file / f"{name}.html").read_text(encoding="utf-8")
        assert '<p class="shown">The sentences shown are those of the file given' in own
    for name in ("index", "01_report_figures"):
        assert "附复述句和在原文中的位置。" in (made / f"{name}.html").read_text(encoding="utf-8")
        own = (made_of_file / f"{name}.html").read_text(encoding="utf-8")
        assert "with its sentence and its place in the file." in own
        assert "{sentence}" not in own
    assert not [path for path in made.glob("*.html") if "原话和" in path.read_text(encoding="utf-8")]


def test_a_file_is_its_own_original_with_one_checksum(made_of_file: Path, county_file: Path) -> None:
    sha256 = sx.load_report(county_file).sha256
    front = (made_of_file / "index.html").read_text(encoding="utf-8")
    assert front.count("SHA-256") == 1
    assert "The figures of “甲县教育局2024年上半年工作总结”" in front
    assert "report file 甲县.txt" in front
    footer = (made_of_file / "source.html").read_text(encoding="utf-8").rpartition("<footer>")[2]
    assert footer.count("SHA-256") == footer.count(sha256) == 1
    assert "original" not in json.loads((made_of_file / "run_card.json").read_text(encoding="utf-8"))


def test_one_language_does_not_replace_the_other() -> None:
    report = sx.load_report("341324-2023H1")
    assert main_job.default_folder(report, "zh") == Path("output/341324-2023H1")
    assert main_job.default_folder(report, "en") == Path("output/341324-2023H1-en")


def test_a_file_whose_title_names_place_and_period_is_told_how_to_register_it(tmp_path: Path) -> None:
    path = tmp_path / "k.txt"
    for title, expected in (
        ("砀山县教育局2023年上半年工作总结", "sxedu add k.txt --adcode 341321 --period 2023H1"),
        ("工作总结", ""),
    ):
        path.write_text(f"{title}\n义务教育在校生3万人。\n", encoding="utf-8")
        note = not_registered(load_report(path))
        assert note.endswith(expected)
        assert bool(note) == bool(expected)
    assert not_registered(load_report("341324-2023H1")) == ""
