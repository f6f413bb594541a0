"""Charts of gaps: what is plotted, honest titles, both languages, no missing glyph."""

from __future__ import annotations

import warnings

import pandas as pd
import pytest

from sxedu_analysis import charts
from sxedu_analysis.analysis.benchmarks import load_benchmarks
from sxedu_analysis.analysis.gaps import load_gaps
from sxedu_analysis.charts import theme
from sxedu_analysis.charts.gap_themes import gap_theme
from sxedu_analysis.charts.gap_words import (
    compared,
    notable,
    others_name,
    printed,
    profile_title,
    set_name,
    theme_title,
)
from sxedu_analysis.charts.gaps import gap_profile


@pytest.fixture(scope="module")
def gaps() -> pd.DataFrame:
    return load_gaps("341324")


@pytest.fixture(scope="module")
def benchmarks() -> pd.DataFrame:
    return load_benchmarks()


def texts(axes) -> list[str]:
    figure = theme.figure_of(axes)
    return [
        text.get_text() for text in figure.findobj(lambda one: hasattr(one, "get_text")) if text.get_text()
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_profile_plots_every_value_compared(gaps: pd.DataFrame, lang: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        axes = gap_profile(gaps, lang=lang, source="普查" if lang == "zh" else "census")
        theme.image_bytes(axes)
    table = charts.plotted(axes)
    known = compared(gaps)
    assert len(table) == len(known) + known["measure"].nunique()
    home = table[table["kind"] == "home"]
    assert home["value"].tolist() == known.drop_duplicates("measure")["value"].tolist()
    if lang == "en":
        assert not any("\u4e00" <= char <= "\u9fff" for text in texts(axes) for char in text)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("code", ["schooling", "enrolment", "staff"])
def test_a_theme_is_drawn_with_its_benchmarks_apart(
    gaps: pd.DataFrame, benchmarks: pd.DataFrame, code: str, lang: str
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        axes = gap_theme(gaps[gaps["theme"] == code], benchmarks, lang=lang)
        theme.image_bytes(axes)
    table = charts.plotted(axes)
    assert set(table.loc[table["kind"] == "home", "adcode"]) == {"341324"}
    apart = table[table["kind"] == "benchmark"]
    assert set(apart["adcode"]) == (set() if code == "enrolment" else {"341300", "340000", "100000"})
    words = {"zh": "所查资料里没有", "en": "not in sources"}[lang]
    assert any(words in text for text in texts(axes)) == (code == "enrolment")


def test_titles_say_what_cannot_be_told_apart(gaps: pd.DataFrame) -> None:
    staff = gaps[gaps["theme"] == "staff"]
    assert "与5个有数字的相邻县区中的4个分不出高下" in theme_title(staff, "adjacent", "zh")
    assert "cannot be told apart from 4 of the 5 adjacent counties that have figures" in theme_title(
        staff, "adjacent", "en"
    )
    level = staff[~staff["distinct"].fillna(value=True)]
    assert "cannot be told apart from the adjacent counties" in theme_title(level, "adjacent", "en")
    assert "second of six" in theme_title(gaps[gaps["measure"] == "mean_years_schooling"], "adjacent", "en")
    assert theme_title(gaps.iloc[0:0], "adjacent", "en") == "No comparable published figures are entered"
    # A rank that the bounds leave open is told as a range.
    assert "second to sixth of six" in charts.alt_text(gap_profile(level, lang="en"))


def test_a_theme_of_several_measures_names_what_stands_out(gaps: pd.DataFrame) -> None:
    rows = gaps[gaps["theme"] == "schooling"]
    assert theme_title(rows, "adjacent", "en").replace("\N{NO-BREAK SPACE}", " ") == (
        "Adults' schooling and literacy: mean years of schooling 8.99 years, second of six from the highest "
        "(median of the others 8.89); illiteracy rate (aged 15 and over) 2.03 %, sixth of six (median of the "
        "others 5.10 %)"
    )
    assert theme_title(rows, "adjacent", "zh") == (
        "成人受教育年限与识字：平均受教育年限8.99年，由高到低在6个县区中居第2位，其余县区的中位数为8.89年；"
        "文盲率（15岁及以上）2.03%，在6个县区中居第6位，其余县区的中位数为5.10%"
    )


def test_a_headline_names_key_figures_first_and_open_ranks_last(gaps: pd.DataFrame) -> None:
    assert list(notable(gaps)["measure"]) == ["mean_years_schooling", "budget_expenditure_per_student"]
    # A key figure too, but its sampling interval leaves its rank open.
    staff = "education_workers_per_100_children"
    assert list(notable(gaps, 3)["measure"])[2] != staff
    assert staff in list(notable(gaps, 99)["measure"])[-2:]
    rows = gaps[gaps["theme"] == "attainment"]
    far = rows.assign(median=1.0, median_difference=2.0).where(rows["measure"] == "attainment_tertiary", rows)
    assert notable(far, 1).iloc[0]["measure"] == "attainment_tertiary"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_headline_does_not_say_which_way_is_better(gaps: pd.DataFrame, lang: str) -> None:
    title = profile_title(gaps, "adjacent", lang)
    assert "8.99" in title
    for word in ("领先", "落后", "优于", "较好", "best", "worst", "ahead", "behind", "lag"):
        assert word not in title


def test_bounds_wider_than_a_dot_are_drawn_whatever_their_kind(
    gaps: pd.DataFrame, benchmarks: pd.DataFrame
) -> None:
    rows = gaps[gaps["measure"] == "illiteracy_rate"]

    def lines(table: pd.DataFrame) -> int:
        axes = gap_theme(table, benchmarks.iloc[0:0])
        return sum(len(line.get_xdata()) == 2 and line.get_lw() == 2 for line in axes.lines)

    assert lines(rows) == 0
    coarse = rows.assign(comparator_low=rows["comparator_value"] - 0.5)
    assert lines(coarse) == len(rows)


def test_nothing_to_compare_is_said_in_the_figure(gaps: pd.DataFrame, benchmarks: pd.DataFrame) -> None:
    nothing = gaps.assign(status="not_published")
    assert "没有录入可比的公开数字" in charts.alt_text(gap_profile(nothing))
    axes = gap_theme(nothing[nothing["theme"] == "staff"], benchmarks, lang="en")
    assert "No comparable published figures" in charts.alt_text(axes)


@pytest.mark.parametrize(
    ("arguments", "options", "expected"),
    [
        ((8.5, 8.495, 8.505, "years", "zh"), {"unit": "年"}, "8.50年"),
        ((49106.0, 49105.9, 49106.1, "yuan", "en"), {}, "49,100"),
        ((49106.0, 49105.9, 49106.1, "yuan", "zh"), {"unit": "元"}, "4.91万元"),
        ((-5503.4, -5503.5, -5503.3, "yuan", "zh"), {"signed": True}, "−5500"),
        ((0.0, 0.0, 0.0, "yuan", "en"), {"signed": True}, "0"),
        ((8.26, 7.68, 8.85, "per_hundred", "en"), {"kind": "sampling"}, "8.3"),
        ((0.1, 0.09, 0.11, "years", "en"), {"signed": True}, "+0.10"),
        ((9.0, 8.995, 9.005, "years", "zh"), {"unit": "年"}, "9.00年"),
        ((9.0, 9.0, 9.0, "years", "en"), {}, "9.00"),
        ((12.0, 11.2, 12.8, "per_hundred", "en"), {"kind": "sampling"}, "12.0"),
        ((12.0, 12.0, 12.0, "own", "en"), {}, "12"),
    ],
)
def test_numbers_are_printed_to_honest_digits(arguments, options: dict, expected: str) -> None:
    assert printed(*arguments, **options) == expected


def test_a_single_comparator_is_named_in_titles(gaps: pd.DataFrame) -> None:
    one = load_gaps("341324", None, ["341323"])
    assert others_name(one, ["341323"], "en") == "Lingbi County"
    assert others_name(gaps, "adjacent", "en") == "the adjacent counties"
    title = profile_title(one, ["341323"], "en").replace("\N{NO-BREAK SPACE}", " ")
    assert "8.99 years, first of two from the highest (Lingbi County 8.89 years)" in title
    assert "在2个县区中居第1位，灵璧县8.89年" in profile_title(one, ["341323"], "zh")
    staff = theme_title(one[one["theme"] == "staff"], ["341323"], "en")
    assert staff.endswith("cannot be told apart from Lingbi County")
    axes = gap_profile(one, comparators=["341323"], lang="en")
    assert "Lingbi County" in texts(axes)
    for words in (charts.alt_text(axes), *texts(axes)):
        assert "chosen counties" not in words.lower()
    axes = gap_theme(one[one["theme"] == "children"], load_benchmarks(), comparators=["341323"], lang="en")
    assert any("Sixian County and Lingbi County, 2020" in text for text in texts(axes))


def test_the_only_county_with_figures_is_no_median(gaps: pd.DataFrame) -> None:
    silent = gaps["comparator"] != "341323"
    rows = gaps.assign(status=gaps["status"].mask(silent, "not_published"))
    for lang in ("zh", "en"):
        title = profile_title(rows, "adjacent", lang)
        assert {"zh": "灵璧县8.", "en": "(Lingbi County 8."}[lang] in title
        assert {"zh": "中位数", "en": "median"}[lang] not in title


def test_a_figure_that_a_report_was_not_understood_to_give_is_not_called_unpublished(
    gaps: pd.DataFrame, benchmarks: pd.DataFrame
) -> None:
    rows = gaps[gaps["theme"] == "children"]
    unread = rows["comparator"] == "341323"
    rows = rows.assign(status=rows["status"].mask(unread, "not_recognised"))
    rows.loc[unread, ["comparator_value", "comparator_low", "comparator_high"]] = float("nan")
    assert "not recognised" in texts(gap_theme(rows, benchmarks, lang="en"))
    assert "报告里未识别到" in texts(gap_theme(rows, benchmarks, lang="zh"))


def test_a_list_of_counties_is_called_chosen() -> None:
    assert set_name(["341323"], "zh") == "所选县区"
    assert set_name("same_city", "en") == "counties of its prefecture"
