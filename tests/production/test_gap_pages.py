"""What the notebook on neighbours shows, for three home counties in two languages, without a kernel."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sxedu_analysis.analysis.neighbours import official_benchmarks
from sxedu_analysis.production import benchmark_pages, claim_pages, gap_pages, output, overview
from sxedu_analysis.reading.registered import add_report
from sxedu_analysis.reading.reports import Report, load_report

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def registered(tmp_path: Path, adcode: str, text: str = "全县有学校12所。", period: str = "2023H1") -> Report:
    path = tmp_path / f"{adcode}.txt"
    path.write_text(f"教体局工作总结\n{text}", encoding="utf-8")
    return load_report(add_report(path, adcode=adcode, period=period).report_id)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words of all that is displayed, a figure's alternative text among them."""
    from sxedu_analysis.charts.theme import alt_text

    words: list[str] = []
    monkeypatch.setattr(output, "put", lambda one: words.append(one.text))
    monkeypatch.setattr(gap_pages, "show_figure", lambda axes: words.append(alt_text(axes)))
    return words


def show_all(report: Report, lang: str, comparators: str = "adjacent", measures: str = "all") -> None:
    around = gap_pages.look_around(report, comparators, measures, lang)
    gap_pages.show_profile(around)
    gap_pages.show_comparators(around)
    gap_pages.show_themes(around)
    gap_pages.show_gap_table(around)
    claim_pages.show_claims(report, lang)
    gap_pages.show_like_for_like(around)
    benchmark_pages.show_benchmarks(report, lang)
    gap_pages.show_missing(around)
    gap_pages.show_sources(around)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("home", ["341324", "341323", "321324"])
def test_three_home_counties_in_two_languages(tmp_path: Path, shown: list[str], home: str, lang: str) -> None:
    report = load_report("341324-2023H1") if home == "341324" else registered(tmp_path, home)
    show_all(report, lang)
    everything = "\n".join(shown)
    name = {"341324": ("泗县", "Sixian County"), "341323": ("灵璧县", "Lingbi County"),
            "321324": ("泗洪县", "Sihong County")}[home][lang == "en"]  # fmt: skip
    assert name in everything
    assert {"zh": "所查资料里没有", "en": "not in the sources searched"}[lang] in everything
    if lang == "en":
        # The claim's own words are quoted as they are.
        quoted = "\n".join(shown[:-1]).replace("“比周边县区还有差距”", "")
        assert not CHINESE.search(quoted), CHINESE.findall(quoted)[:20]


def test_neighbours_without_figures_are_named(tmp_path: Path, shown: list[str]) -> None:
    show_all(registered(tmp_path, "341323"), "en", measures="schooling")
    everything = "\n".join(shown)
    assert "No figures are entered of: Tongshan District" in everything
    assert "107,603" in everything


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_county_without_figures_is_no_reason_to_fail(tmp_path: Path, shown: list[str], lang: str) -> None:
    show_all(registered(tmp_path, "110101"), lang)
    assert {"zh": "没有录入该县的公布数字", "en": "none of its published figures are entered"}[lang] in shown[
        0
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_file_of_an_unknown_county_is_no_reason_to_fail(
    tmp_path: Path, shown: list[str], lang: str
) -> None:
    path = tmp_path / "file.txt"
    path.write_text("工作总结\n全县有学校12所。", encoding="utf-8")
    show_all(load_report(path), lang)
    assert "sxedu add" in shown[0]
    assert overview.key_gaps(load_report(path), lang) == []
    assert set(gap_pages.gap_tables(load_report(path))) == {"claims"}


def test_a_single_comparator_is_named(shown: list[str]) -> None:
    around = gap_pages.look_around(load_report("341324-2023H1"), "341323", "schooling", "en")
    gap_pages.show_comparators(around)
    assert shown[0].replace("\u00a0", " ") == "Sixian County is set beside Lingbi County."


def test_borders_that_are_not_entered_are_told(tmp_path: Path, shown: list[str]) -> None:
    report = registered(tmp_path, "410183")
    assert overview.key_gaps(report, "en") == []
    assert set(gap_pages.gap_tables(report)) == {"claims"}
    around = gap_pages.look_around(report, "341324", "all", "zh")
    gap_pages.show_profile(around)
    assert shown


def test_registered_comparators_are_listed_like_for_like(tmp_path: Path, shown: list[str]) -> None:
    registered(tmp_path, "341323", "全县义务阶段学校学生总数12.5万人，参加课后服务10.0万人。")
    for lang in ("zh", "en"):
        around = gap_pages.look_around(load_report("341324-2023H1"), "adjacent", "children", lang)
        gap_pages.show_like_for_like(around)
    assert "灵璧县" in shown[0]
    assert "Lingbi County" in shown[1]
    assert "80" in shown[1]


def test_aid_stands_beside_the_half_year_standards(shown: list[str]) -> None:
    for lang in ("zh", "en"):
        benchmark_pages.show_standards(load_report("341324-2023H1"), lang)
    everything = "\n".join(shown)
    for words in ("250元/人", "312.5", "500", "625", "777", "2019", "2 lie under the lower bound and 2 over"):
        assert words in everything


def test_a_report_without_amounts_has_nothing_beside_a_standard(tmp_path: Path, shown: list[str]) -> None:
    benchmark_pages.show_standards(registered(tmp_path, "341323"), "en")
    assert shown == ["No amount was recognised that could be set beside a standard."]


def test_the_evidence_has_bounds_and_says_which_ends_are_not_apart() -> None:
    around = gap_pages.look_around(load_report("341324-2023H1"), "adjacent", "all", "en")
    table = gap_pages.gap_table(around.gaps, "en").set_index("Measure")
    staff = table.loc["Education-industry workers per 100 children aged 5–14 (workers)"]
    assert staff["Bounds of home"] == "7.6–8.9 (sampling, 95%)"
    assert staff["Range of the others"].startswith(
        "8.4 (Suining County; 3 more cannot be told apart) to 13.6"
    )
    schooling = table.loc["Mean years of schooling (years)"]
    assert schooling["Range of the others"] == "7.85 (Wuhe County) to 9.17 (Sucheng District)"
    assert schooling["Bounds of home"] == "8.985–8.995 (rounding)"


def test_every_benchmark_is_shown_with_its_source(shown: list[str]) -> None:
    report = load_report("341324-2023H1")
    benchmark_pages.show_benchmarks(report, "en")
    gap_pages.show_missing(gap_pages.look_around(report, "adjacent", "all", "en"))
    everything = "\n".join(shown)
    for row in official_benchmarks().itertuples():
        assert row.name_en in everything
    assert "at least 4.2\u00a0persons" in everything
    assert "Assessment rules for high-quality balanced" in everything


def test_a_province_stands_beside_its_own_counties_only(tmp_path: Path) -> None:
    home = benchmark_pages.apart_table(load_report("341324-2023H1"), "zh")["事项"]
    assert home.str.contains("安徽").sum() == 2
    for adcode in ("321324", "610824"):
        table = benchmark_pages.apart_table(registered(tmp_path, adcode), "zh")
        assert not table["事项"].str.contains("安徽").any()
        assert len(table) == len(home) - 2


@pytest.mark.parametrize(
    ("adcode", "zh", "en"),
    [("321324", "全国的公布数和标准", "the nation and standards"),
     ("341323", "全国、全省的公布数和标准", "the nation, the province and standards")],
)  # fmt: skip
def test_the_heading_names_the_province_where_it_has_a_row(
    tmp_path: Path, shown: list[str], adcode: str, zh: str, en: str
) -> None:
    report = registered(tmp_path, adcode)
    for lang, words in (("zh", zh), ("en", en)):
        benchmark_pages.show_apart(report, lang)
        assert words in shown[-1]


def test_what_is_published_is_printed_with_its_last_zero() -> None:
    table = benchmark_pages.apart_table(load_report("341324-2023H1"), "en").set_index("What")
    values = table["Published value"].str.replace("\u00a0", " ")
    assert values["Large classes, junior secondary, national"] == "0.40 %"
    assert values["General public budget education expenditure per junior secondary pupil, Anhui"] == (
        "16,214.80 yuan"
    )


@pytest.mark.parametrize(
    ("adcode", "there", "not_there"),
    [
        ("610824", "榆林市", "市级统计年鉴（教育篇，分县表）："),
        ("610802", "省级《教育经费执行情况统计公告》分县附表：陕西省", "《中国县域统计年鉴》"),
    ],
)
def test_a_county_far_away_is_told_its_own_publications(
    tmp_path: Path, shown: list[str], adcode: str, there: str, not_there: str
) -> None:
    report = registered(tmp_path, adcode)
    for lang in ("zh", "en"):
        gap_pages.show_missing(gap_pages.look_around(report, "adjacent", "all", lang))
    usual = next(words for words in shown if "通常应查" in words)
    assert there in usual
    assert (not_there in usual) == (adcode == "610824")
    for elsewhere in ("宿州", "蚌埠", "安徽", "江苏", "Suzhou", "Bengbu", "Anhui", "Jiangsu"):
        assert elsewhere not in "\n".join(shown)


def test_what_is_missing_names_each_county_once(shown: list[str]) -> None:
    gap_pages.show_missing(gap_pages.look_around(load_report("341324-2023H1"), "adjacent", "all", "zh"))
    rows = shown[0].splitlines()
    assert any(
        "市级统计年鉴（教育篇，分县表）：宿迁市 | " in row and row.endswith("| 宿城区") for row in rows
    )
    assert not any("宿城区、宿城区" in row for row in rows)


def test_the_page_says_why_nothing_would_settle_a_claim(tmp_path: Path, shown: list[str]) -> None:
    text = "平均受教育年限高于全省平均水平。平均受教育年限与周边县区相比仍有差距。"
    claim_pages.show_claims(registered(tmp_path, "341323", text), "zh")
    assert "已有数字可判" in shown[0]
    assert "《中国人口普查分县资料—2020》中未录入的县区" in shown[0]


def test_like_is_compared_with_like_of_the_report_s_own_period(tmp_path: Path, shown: list[str]) -> None:
    text = "全县义务阶段学校学生总数12.5万人，参加课后服务{}万人。"
    registered(tmp_path, "341323", text.format("10.0"))
    registered(tmp_path, "341323", text.format("5.0"), "2024H1")
    registered(tmp_path, "341324", text.format("5.0"), "2024H1")
    gap_pages.show_like_for_like(
        gap_pages.look_around(load_report("341324-2023H1"), "adjacent", "children", "en")
    )
    assert "2023H1" in shown[0]
    assert "2024H1" not in shown[0]


def test_key_figures_give_rank_bounds_and_source() -> None:
    report = load_report("341324-2023H1")
    first, second, third = overview.key_gaps(report, "en")
    assert first["value"] == "8.99"
    assert "second of six" in first["meaning"]
    assert "fiscal capacity" in second["name"]
    assert third["bounds"] == "sampling interval (95 %) 7.6–8.9"
    assert first["bounds"] == "published for 2020, bounds 8.985–8.995"
    assert second["bounds"] == "computed from figures published for 2020"
    zh = overview.key_gaps(report, "zh")[1]
    assert zh["bounds"] == "由2020年公布数算得"
    assert "Tabulation" in third["caveats"]


def test_standards_are_counted_as_the_table_shows_them_and_each_has_its_source(shown: list[str]) -> None:
    benchmark_pages.show_standards(load_report("341324-2023H1"), "zh")
    said, standards, elsewhere = shown
    amounts = [float(re.search(r"([\d.]+)元", row)[1]) for row in standards.splitlines()[1:]]
    assert f"下表{len(amounts)}项标准" in said
    assert f"高于上限的有{sum(one > 420.4 for one in amounts)}项" in said
    assert all("2019" in row for row in standards.splitlines()[1:])
    assert "777" not in standards
    assert "不是标准" in elsewhere.splitlines()[0]
    assert "777元" in elsewhere
    table = benchmark_pages.benchmark_table(load_report("341324-2023H1"), "en")
    assert not table["Source"].str.contains("trust").any()
    assert benchmark_pages.citation("not_entered", "en") == "not_entered"


def test_a_claim_stands_where_the_original_makes_it(shown: list[str]) -> None:
    claim_pages.show_claims(load_report("341324-2023H1"), "zh")
    assert "原文第29段，字符3764–3772" in shown[0]


def test_the_method_says_which_bounds_are_confidence_intervals() -> None:
    assert any("except for sample figures (education workers)" in line for line in overview.method("en"))
    assert any("只有抽样数（教育从业人员）的是95%置信区间" in line for line in overview.method("zh"))
