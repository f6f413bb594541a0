from __future__ import annotations

import pytest

import sxedu_analysis as sx
from sxedu_analysis.foundation.errors import CodebookError, UnknownReportError

REPORT = "341324-2023H1"


def said(code: str, lang: str, report: str | None = None) -> dict[str, str]:
    """What is said of a code: label -> words."""
    table = sx.describe(code, report).table
    return dict(zip(table[f"label_{lang}"], table[lang], strict=True))


def test_an_indicator_is_explained_in_both_languages() -> None:
    chinese, english = said("drill_attendances", "zh"), said("drill_attendances", "en")
    assert chinese["名称"] == "演练参与人次"
    assert "人次" in chinese["单位"]
    assert english["Unit"].endswith("(counted in person-times)")
    assert english["Basis"] == "in the period"
    assert "attendances_per_drill" in english["Used in"]
    assert "Place" not in english


def test_a_report_adds_its_words_bounds_and_place() -> None:
    english = said("after_school_participants", "en", REPORT)
    assert english["Bounds"] == "104,500–105,500"
    assert "10.5万人" in english["Sentence (restated)"]
    assert english["Place"].startswith("original, paragraph 16")


def test_an_indicator_that_a_report_lacks_is_not_recognised_in_it(tmp_path) -> None:
    file = tmp_path / "county.txt"
    file.write_text("全县有义务教育学校45所。", encoding="utf-8")
    assert said("drill_attendances", "en", str(file))["In the report"] == "not recognised"
    assert said("attendances_per_drill", "en", str(file))["Value"] == "not recognised"


def test_a_measure_gives_formula_caveats_and_in_a_report_its_value() -> None:
    plain, chinese = said("nutrition_meal_share", "zh"), said("nutrition_meal_share", "zh", REPORT)
    assert plain["算法"].endswith("（nutrition_meal_students / compulsory_enrolment）")
    assert "不是覆盖不足" in plain["须注意"]
    assert "数值" not in plain
    assert chinese["数值"] == "69.3–70.9%（“7.8万余人”只写出界限，故取区间）"
    assert chinese["须注意"].startswith(plain["须注意"])
    assert len(chinese["须注意"]) > len(plain["须注意"])


def test_a_division_that_the_codebook_rules_out_is_told() -> None:
    assert (
        "not nutrition_meal_schools / compulsory_schools" in said("nutrition_meal_schools", "en")["Caveats"]
    )


@pytest.mark.parametrize(
    ("code", "formula"),
    [
        ("mean_years_schooling", "mean_years_schooling_all"),
        (
            "primary_enrolment_per_100_children",
            "primary_enrolment / (population_aged_5_9 + population_aged_10_14)",
        ),
        (
            "report_enrolment_per_100_children_2020",
            "compulsory_enrolment / (population_aged_5_9 + population_aged_10_14)",
        ),
    ],
)
def test_a_published_measure_gives_its_formula(code: str, formula: str) -> None:
    assert said(code, "en")["Formula"].startswith(formula)
    # What the codes stand for is beside them, in both languages.
    assert said(code, "zh")["算法"].startswith(f"{formula}（")
    assert not set(said(code, "zh")["算法"].removeprefix(formula)) & set("abcdefg_")


def test_every_code_is_explained_in_both_languages() -> None:
    for code in (*sx.codes.indicators, *sx.codes.measures, *sx.codes.published):
        table = sx.describe(code).table
        assert not (table[["label_zh", "label_en", "zh", "en"]] == "").any(axis=None), code
        assert {"名称", "单位"} <= set(table["label_zh"]), code


def test_an_unknown_code_is_answered_with_the_nearest() -> None:
    with pytest.raises(CodebookError, match="did you mean 'after_school_participation'"):
        sx.describe("after_school_participaton")
    with pytest.raises(CodebookError, match=r"'qqq' is no indicator or measure; sx\.codes lists them"):
        sx.describe("qqq")
    with pytest.raises(UnknownReportError):
        sx.describe("drill_attendances", "341324-1999")


def test_a_name_and_a_topic_are_explained_too() -> None:
    assert sx.describe("演练参与人次").text == sx.describe("drill_attendances").text
    assert sx.describe("Mean years of schooling").text == sx.describe("mean_years_schooling").text
    topic = said("nutrition", "en")
    assert topic["Kind"] == "topic"
    assert "nutrition_meal_share" in topic["Measures"]


def test_nothing_is_said_twice() -> None:
    for code in ("drill_attendances", "after_school_participation"):
        labels = sx.describe(code, REPORT).table["label_en"]
        assert labels.is_unique, code


def test_a_misspelt_list_is_answered_with_the_nearest() -> None:
    with pytest.raises(AttributeError, match=r"did you mean 'measures'.*there are indicators"):
        _ = sx.codes.measure
    assert not hasattr(sx.codes, "_repr_html_")


def test_a_terminal_prints_words_and_a_notebook_gets_html() -> None:
    card = sx.describe("drill_attendances")
    assert str(card) == repr(card) == card.text
    bundle = card._repr_mimebundle_()
    assert bundle["text/plain"] == card.text
    assert "<caption>drill_attendances</caption>" in bundle["text/html"]


def test_codes_are_completed_in_ipython() -> None:
    from IPython.core.completer import provisionalcompleter
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.user_ns["sx"] = sx
    for typed, code in (
        ("sx.codes.indicators.drill_at", "drill_attendances"),
        ("sx.codes.measures.students_per", "students_per_school"),
        ("sx.codes.published.mean_years_schooling_f", "mean_years_schooling_female"),
        ("sx.descr", "describe"),
    ):
        # As ipykernel asks: its API is marked as one that may change.
        with provisionalcompleter():
            found = [one.text for one in shell.Completer.completions(typed, len(typed))]
        assert code in found, typed


def test_a_misspelt_attribute_is_answered_with_the_nearest() -> None:
    with pytest.raises(AttributeError, match="did you mean 'drill_attendances'"):
        _ = sx.codes.indicators.drill_attendance
    assert not hasattr(sx.codes.indicators, "_repr_html_")
    assert len(sx.codes.topics) == len(set(sx.codes.topics)) > 5
    assert "drill_attendances" in repr(sx.codes.indicators).splitlines()
