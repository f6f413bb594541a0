from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import sxedu_analysis as sx
from sxedu_analysis.production import fact_pages, finding_pages, measure_pages, output, pages
from sxedu_analysis.production.links import linked
from sxedu_analysis.production.output import Shown

REPORT = "341324-2023H1"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Shown]:
    displayed: list[Shown] = []
    monkeypatch.setattr(output, "put", displayed.append)
    return displayed


def test_text_is_filled_in_and_escaped(shown: list[Shown]) -> None:
    pages.show_text("en", zh="{n}所", en="{n} in {where} <b>", n="<i>5</i>", where=("县", "county"))
    assert shown[0].text == "<i>5</i> in county <b>"
    assert shown[0].html.count("&lt;") == 3
    assert shown[0]._repr_mimebundle_()["text/plain"] == shown[0].text


def test_numbers_of_a_text_are_set_off_and_names_are_not(shown: list[Shown]) -> None:
    pages.show_text("zh", zh="{n}{m}{name}", en="", n=5, m=linked("约94%", None), name="乙县")
    assert shown[0].html == '<p class="sx-text"><strong>5</strong><strong>约94%</strong>乙县</p>'


@pytest.mark.parametrize(
    ("bound", "zh", "en"),
    [
        (
            99,
            "都归入了指标：80个是结果，19个是目标。",
            "all belong to an indicator: 80 results and 19 targets.",
        ),
        (96, "；3个没有对应的指标。", "; 3 do not."),
        (0, "都没有归入指标。", "none of them belongs to an indicator."),
    ],
)
def test_of_the_figures_of_a_text_none_is_left_unsaid(
    shown: list[Shown], bound: int, zh: str, en: str
) -> None:
    quantities, facts = sx.load_quantities(REPORT), sx.load_facts(report_id=REPORT)
    for lang in ("zh", "en"):
        pages.show_counts(quantities, facts.tail(bound), lang)
        pages.show_counts(quantities.head(0), facts.head(0), lang)
    assert shown[0].text.endswith(zh)
    assert shown[2].text.endswith(en)
    assert all("0" not in re.findall(r"\d+", one.text) for one in shown)


def test_cells_are_escaped_and_missing_ones_empty(shown: list[Shown]) -> None:
    pages.show_table(pd.DataFrame({"<a>": ["<x>"], "b": [np.nan], "c": [pd.NA]}), "zh", zh="题")
    assert "<x>" not in shown[0].html
    assert "nan" not in shown[0].html.lower()
    assert shown[0].text == "题\n<x> |  |"


@pytest.mark.parametrize(("lang", "words"), [("zh", "未识别"), ("en", "Not recognised")])
def test_an_empty_table_says_so(shown: list[Shown], lang: str, words: str) -> None:
    pages.show_table(pd.DataFrame(), lang)
    pages.show_measures(sx.load_measures(REPORT).head(0), lang)
    pages.show_findings(sx.load_findings(REPORT).head(0), lang)
    assert shown[0].text.startswith(words)
    assert "sx-unbound" in shown[0].html
    assert len(shown) == 3


def test_measures_missing_or_conflicting_say_so() -> None:
    row = {"value": np.nan, "status": "not_reported"}
    assert measure_pages.measure_value(row, "en") == "not recognised"
    assert measure_pages.measure_value(row | {"status": "conflicting"}, "zh") == "数字相互抵触"


def test_a_refusal_gives_its_reason_and_what_is_sound(shown: list[Shown]) -> None:
    facts = sx.load_facts(REPORT)
    for lang in ("zh", "en"):
        pages.show_refusal(facts, "drill_attendances", "compulsory_enrolment", lang)
    assert "人次除以人数不是覆盖率" in shown[0].text
    assert "Sound instead: " in shown[1].text
    assert "meal" not in shown[1].text
    assert "场均演练人次" in shown[0].text


def test_refusals_by_meaning_by_unit_and_none_at_all(shown: list[Shown]) -> None:
    facts = sx.load_facts(REPORT)
    pages.show_refusal(facts, "student_aid_amount", "drill_sessions", "en")
    pages.show_refusal(facts, "after_school_participants", "compulsory_enrolment", "en")
    pages.show_refusal(facts.head(0), "drill_attendances", "compulsory_enrolment", "zh")
    assert "no meaning" in shown[0].text
    assert "may be divided" in shown[1].text
    assert "没有识别到" in shown[2].text


def test_the_codebooks_own_words_come_first(shown: list[Shown]) -> None:
    from sxedu_analysis.analysis import load_codebook

    (numerator, denominator), entry = next(iter(load_codebook().unsound.items()))
    pages.show_refusal(sx.load_facts(REPORT), numerator, denominator, "zh")
    assert entry.why_zh in shown[0].text


def test_worked_amounts_keep_their_bounds(shown: list[Shown]) -> None:
    measures = sx.load_measures(REPORT)
    pages.show_worked_amount(measures[measures["kind"].str.startswith("amount")], 100, "zh")
    assert shown[0].text == "按次均资助额计，每100人次合约4.0万元，上下限3.86万–4.21万元。"
    shown.clear()
    pages.show_worked_amount(measures.assign(value=np.nan), 100, "zh")
    pages.show_worked_amount(measures[measures["kind"] == "coverage"], 100, "zh")
    assert not shown


def test_finding_places_fall_back_to_the_text_analysed() -> None:
    row = {"raws": "5所;7所", "starts": "1;9", "ends": "3;11", "source_starts": "", "source_ends": ""}
    assert [str(one) for one in finding_pages.finding_places(row, "en")] == [
        "5所 (text analysed, characters 1–3)",
        "7所 (text analysed, characters 9–11)",
    ]
    located = row | {"source_starts": "101;109", "source_ends": "103;111"}
    assert str(finding_pages.finding_places(located, "en")[0]) == "5所 (characters 101–103)"
    assert finding_pages.finding_places({"raws": ""}, "zh") == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everything_a_notebook_shows_is_shown_in_its_language(shown: list[Shown], lang: str) -> None:
    from sxedu_analysis.analysis import load_locations, load_topics

    report = sx.load_report(REPORT)
    facts, locations = sx.load_facts(report), load_locations(report)
    pages.show_facts_by_topic(facts, load_topics(), report, lang, locations)
    topics = len(shown)
    assert topics == facts["topic"].nunique()
    pages.show_measures(sx.load_measures(report), lang)
    pages.show_findings(sx.load_findings(report), lang)
    pages.show_run_card(report, lang, report_id=REPORT, lang=lang)
    _, measures, findings, card = shown[topics - 1 :]
    assert ("报告如此陈述" if lang == "zh" else "As the report states it") in measures.html
    assert measures.html.count('<div class="sx-measure" ') == sx.load_measures(report)["value"].notna().sum()
    order = ["sx-contradiction", "sx-question", "sx-caution", "sx-note"]
    found = [findings.html.index(weight) for weight in order]
    assert found == sorted(found)
    assert report.sha256 in card.text
    assert f"lang={lang!r}" in card.text


def test_measures_that_the_report_does_not_give_are_named(shown: list[Shown], county_file) -> None:
    measures = sx.load_measures(county_file)
    pages.show_measures(measures, "en")
    assert len(shown) == 3
    assert "Student aid per award (not recognised)" in shown[1].text
    assert "either not reported, or worded" in shown[2].text
    pages.show_measures(measures[measures["value"].isna()], "zh")
    assert shown[3].text.startswith("不能计算：")


def test_a_figure_is_shown_with_its_words_and_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    import IPython.display
    import matplotlib.pyplot as plt

    from sxedu_analysis import charts

    seen: list[tuple[dict, dict]] = []
    monkeypatch.setattr(IPython.display, "display", lambda data, raw, metadata: seen.append((data, metadata)))
    pages.show_figure(charts.coverage_bars(sx.load_measures(REPORT), lang="en"))
    data, metadata = seen[0]
    assert data["image/png"].startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == data["text/plain"]
    assert "about 94" in data["text/plain"]
    assert plt.get_fignums() == []


def test_what_is_displayed_goes_to_the_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    import IPython.display

    seen: list[Shown] = []
    monkeypatch.setattr(IPython.display, "display", seen.append)
    pages.show_text("zh", zh="有", en="yes")
    assert seen[0].text == "有"


@pytest.fixture
def money_file(tmp_path):
    """A report whose money no indicator of the codebook takes."""
    path = tmp_path / "乙县.txt"
    path.write_text(
        "乙县教育局2024年上半年工作总结\n一、工作情况\n"
        "全县有义务教育学校45所。2024年5月，拨付校园绿化216.5万元，种树200余棵。\n",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_money_that_no_indicator_takes_is_listed(shown: list[Shown], money_file, lang: str) -> None:
    report = sx.load_report(money_file)
    quantities, facts = sx.load_quantities(report), sx.load_facts(report)
    pages.show_money(quantities, facts, report, lang)
    assert ("这不等于报告没有写钱" if lang == "zh" else "does not mean that the report") in shown[0].text
    assert "216.5万元" in shown[1].text
    assert "拨付校园绿化" in shown[1].text
    pages.show_money(quantities[quantities["counting_unit"] != "yuan"], facts, report, lang)
    assert ("没有读到以元计的数字" if lang == "zh" else "No figure in yuan was read") in shown[2].text


def test_money_that_an_indicator_takes_comes_first(shown: list[Shown]) -> None:
    report = sx.load_report(REPORT)
    pages.show_money(sx.load_quantities(report), sx.load_facts(report), report, "zh")
    assert len(shown) == 1
    assert "483万元" in shown[0].text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_is_either_bound_or_listed(
    shown: list[Shown], money_file, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = sx.load_report(money_file)
    quantities, facts = sx.load_quantities(report), sx.load_facts(report)
    rest = fact_pages.unbound(quantities, facts)
    counted = quantities[quantities["kind"] == "quantity"]
    assert len(rest)
    assert len(rest) + len(facts) == len(counted)
    pages.show_unbound(quantities, facts, report, lang)
    assert all(raw in shown[0].text for raw in rest["raw"])
    assert ("日期2" if lang == "zh" else "date: 2") in shown[0].text
    assert shown[0].html.startswith('<div id="unbound">')
    monkeypatch.setattr(fact_pages, "_MANY", 1)
    pages.show_unbound(quantities, facts, report, lang)
    assert "<details" in shown[1].html


def test_a_report_bound_to_the_last_figure_says_so(shown: list[Shown]) -> None:
    report = sx.load_report(REPORT)
    pages.show_unbound(sx.load_quantities(report), sx.load_facts(report), report, "zh")
    assert "全部归入了指标" in shown[0].text


def test_unbound_figures_of_a_restated_text_are_placed_in_the_original() -> None:
    from sxedu_analysis.analysis import load_locations

    report = sx.load_report(REPORT)
    rows = fact_pages.unbound(sx.load_quantities(report), sx.load_facts(report).iloc[1:])
    table = fact_pages.unbound_table(rows, report, "zh", load_locations(report))
    assert table["位置"].str.startswith("原文第").all()
    assert table.columns.tolist() == ["数字", "复述句", "位置"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_findings_is_said_of_so_many_figures(money_file, lang: str) -> None:
    quantities, facts = sx.load_quantities(money_file), sx.load_facts(money_file)
    words = finding_pages.no_findings(lang, quantities, facts)
    assert str((quantities["kind"] == "quantity").sum()) in words
    assert ("没有核对" if lang == "zh" else "unchecked") in words
    none = finding_pages.no_findings(lang, quantities, facts.head(0))
    assert ("没有一个归入指标" if lang == "zh" else "none of them bound") in none
    bound = quantities[quantities["start"].isin(facts["start"])]
    assert ("没有核对" if lang == "zh" else "unchecked") not in finding_pages.no_findings(lang, bound, facts)


def test_targets_and_stated_rates_are_printed_as_written() -> None:
    measures = sx.load_measures(REPORT)
    for _, row in measures[measures["status"] == "reported"].iterrows():
        assert "约" not in measure_pages.measure_value(row, "zh").replace(str(row["numerator_raw"]), "")
        assert not measure_pages.measure_value(row, "en").startswith("about")
        bounds = measure_pages.measure_bounds(row, "zh")
        assert bounds == ("99.5–100%" if row["kind"] == "reported_rate" else "报告如此陈述")
    facts = sx.load_facts(REPORT)
    table = pages.fact_table(facts[facts["basis"] == "target"], sx.load_report(REPORT), "en", sentences=True)
    assert set(table["Bounds"]) == {"as written"}
    assert "(15公里)" in " ".join(map(str, table["Stated"]))
    assert (table["Sentence (restated)"].map(str).str.len() > 0).all()


def test_a_measure_stated_of_all_has_no_quotient() -> None:
    measures = sx.load_measures(REPORT)
    stated = [row for _, row in measures.iterrows() if measure_pages.states_all(row)]
    assert stated
    assert {measure_pages.formula(row, "zh") for row in stated} == {"报告写明全部，不是两数相除"}
    assert {measure_pages.formula(row, "en") for row in stated} == {"the report states all; not a quotient"}


def test_a_measure_of_exact_counts_says_that_it_is_computed() -> None:
    row = {"value": 12 / 11, "low": 12 / 11, "high": 12 / 11, "status": "derived"}
    assert measure_pages.measure_bounds(row, "zh") == "由精确数算得"
    assert measure_pages.measure_bounds(row, "en") == "from exact counts"
    assert measure_pages.measure_bounds(row | {"value": np.nan}, "en") == ""


def test_one_is_followed_by_the_singular() -> None:
    assert measure_pages.unit_of_one("1\N{NO-BREAK SPACE}lesson a term", "lessons a term") == "lesson a term"
    assert measure_pages.unit_of_one("12", "lessons") == "lessons"
    assert measure_pages.number_and_unit("12\N{NO-BREAK SPACE}lessons", "lessons") == ("12", "lessons")


def test_rates_and_targets_that_are_stated_are_not_said_to_be_computed() -> None:
    measures = sx.load_measures(REPORT).set_index("measure", drop=False)
    rate, target = (
        measures.loc[code] for code in ("smart_school_coverage_reported", "student_fitness_rate_target")
    )
    assert measure_pages.formula(rate, "zh") == "报告直接给出，没有分子分母"
    assert measure_pages.formula(target, "en") == "as the plan states it; not computed"
    # A stated 100 % is rounded as any other; a target is set, not measured.
    assert measure_pages.measure_bounds(rate, "zh") == "99.5–100%"
    assert measure_pages.measure_bounds(target, "zh") == "报告如此陈述"


def test_a_measure_is_printed_one_way_in_tables_cards_and_findings() -> None:
    from sxedu_analysis.analysis import load_findings

    measures = sx.load_measures(REPORT)
    table = pages.measure_table(measures, "zh").set_index("指标")
    assert table.loc["次均资助额", ["数值", "上下限"]].tolist() == ["约400元/人次", "386–421"]
    # A ratio to a limit is a range, and says so where bounds would stand.
    limit = ["513.1–519.8人/所", "“7.8万余人”只写出界限，故取区间"]
    assert table.loc["供餐学校校均学生数", ["数值", "上下限"]].tolist() == limit
    said = " ".join(load_findings(REPORT)["what_zh"])
    for name in ("校均学生数", "场均演练人次"):
        assert f"{name}{table.at[name, '数值']}（{table.at[name, '上下限']}）" in said
    shown = " ".join(table["数值"]) + " ".join(table["上下限"])
    assert "628.25" not in shown
    assert "上下界" not in shown


def test_a_coverage_above_its_whole_is_a_finding_and_nowhere_a_figure() -> None:
    from sxedu_analysis import charts
    from sxedu_analysis.analysis import load_locations
    from sxedu_analysis.production import findings_text, overview

    report = sx.load_report(REPORT)
    facts, measures = sx.load_facts(report), sx.load_measures(report)
    code = "after_school_participation"
    wrong = measures.assign(
        **{
            name: measures[name].where(measures["measure"] != code, 123.6)
            for name in ("value", "low", "high")
        }
    )
    row = wrong.set_index("measure", drop=False).loc[code]
    assert measure_pages.measure_value(row, "zh") == "数字相互矛盾，见发现"
    assert measure_pages.measure_value(row, "en") == "contradictory, see finding"
    for lang in ("zh", "en"):
        shown = overview.key_figures(report, facts, wrong, load_locations(report), lang)
        assert shown
        assert code not in [figure["measure"] for figure in shown]
        said = findings_text.sentences(
            sx.load_quantities(report), facts, wrong, sx.load_findings(report), lang
        )
        assert "123.6" not in "".join(map(str, said))
    axes = charts.coverage_bars(wrong)
    assert code not in set(charts.plotted(axes)["measure"])
    assert any("另有1项部分大于整体" in text.get_text().replace("\n", "") for text in axes.figure.texts)
    nothing = overview.key_figures(report, facts, wrong.head(1), load_locations(report), "zh")
    assert nothing == []


def test_the_run_card_names_both_texts_of_a_restated_report(shown: list[Shown]) -> None:
    report = sx.load_report(REPORT)
    pages.show_run_card(report, "zh", lang="zh")
    assert report.metadata["original"]["sha256"] in shown[0].text
    assert f"restated.txt，本项目的复述；SHA-256 {report.sha256}" in shown[0].text


def test_a_chart_without_anything_to_draw_is_words(shown: list[Shown]) -> None:
    import matplotlib.pyplot as plt

    from sxedu_analysis import charts

    pages.show_figure(charts.coverage_bars(sx.load_measures(REPORT).head(0), lang="en"))
    assert [one.html.partition(">")[0] for one in shown] == ['<p class="sx-none"']
    assert "None recognised" in shown[0].text
    assert plt.get_fignums() == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_single_pair_that_can_be_drawn_is_a_row_of_a_table(shown: list[Shown], lang: str) -> None:
    facts = pages.with_names(sx.load_facts(report_id=REPORT))
    pages.show_pairs(sx.load_findings(REPORT), facts, **pages.about(sx.load_report(REPORT), lang))
    assert len(shown) == 1
    assert "152" in shown[0].text
    assert 'data-q="' in shown[0].html
    pages.show_pairs(sx.load_findings(REPORT).head(0), facts, lang=lang)
    assert len(shown[1].text) < 50
