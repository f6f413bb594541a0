"""An original is proved against its restatement, and a changed figure is named."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from sxedu_analysis.analysis import load_locations, refresh, verify_original
from sxedu_analysis.analysis.locations import load_claim_locations
from sxedu_analysis.foundation.errors import InputError, UnknownReportError, VerificationError
from sxedu_analysis.reading import reports
from sxedu_analysis.reading.quantities import find_quantities
from sxedu_analysis.reading.reports import load_report


def test_the_original_passes(registered, original):
    checks = verify_original(original)
    assert checks["check"].tolist() == ["sha256", "length", "expression", "claims", "facts"]
    assert checks["passed"].all()
    assert "the same 12 facts" in checks["detail"].iloc[-1]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "2.9万人。",
            "2.8万人。",
            "where '2.9万人' (number 7, after_school_participants) stood",
        ),
        ("全县45所", "全县145所", "'145所' stands at paragraph 4, character 46 where '45所'"),
        ("2.9万人次", "2.9万人", "'2.9万人' stands at paragraph 7"),
        ("，资金210万元", "", "'210万元' (number 10, student_aid_amount) is missing; it stood at character"),
        ("1.1万余人。", "1.1万余人，其中女生5000人。", "'5000人' at paragraph 6, character"),
        ("“1530”", "“1531”", "'1531' stands at paragraph 7"),
        ("党建方面", "党建", "but 5 moved, the first '1530'"),
        ("下半年打算", "下半年设想", "sha256 is"),
    ],
)
def test_what_was_changed_is_named(registered, original, tmp_path, old, new, expected):
    text = original.read_text(encoding="utf-8")
    assert text.count(old) == 1
    changed = tmp_path / "changed.txt"
    changed.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(VerificationError) as told:
        verify_original(changed)
    line = str(told.value)
    assert line.startswith(f"{changed}: ")
    assert expected in line
    assert re.search(r": \d checks? failed: ", line)
    assert "\n" not in line
    assert not told.value.checks["passed"].all()
    checks = verify_original(changed, registered, strict=False)
    assert checks.equals(told.value.checks)


def test_every_check_that_fails_is_told_in_the_one_line(registered, original, tmp_path):
    changed = tmp_path / "changed.txt"
    text = original.read_text(encoding="utf-8")
    changed.write_text(text.replace("2.9万人。", "2.85万人。"), encoding="utf-8")
    with pytest.raises(VerificationError) as told:
        verify_original(changed)
    failed = told.value.checks.loc[~told.value.checks["passed"], "detail"]
    assert len(failed) > 2
    assert all(detail in str(told.value) for detail in failed)
    assert str(told.value).index("stood") < str(told.value).index("sha256 is"), "figures come first"


def test_of_many_checks_that_fail_the_rest_is_counted(registered, original, tmp_path, monkeypatch):
    monkeypatch.setattr("sxedu_analysis.analysis.verify._MOST_SAID", 1)
    changed = tmp_path / "changed.txt"
    text = original.read_text(encoding="utf-8")
    changed.write_text(text.replace("2.9万人。", "2.8万人。"), encoding="utf-8")
    with pytest.raises(VerificationError, match=r"3 checks? failed: .* stood; and 2 more"):
        verify_original(changed)


def test_facts_that_the_wording_no_longer_binds(registered, original, tmp_path):
    changed = tmp_path / "changed.txt"
    text = original.read_text(encoding="utf-8")
    changed.write_text(text.replace("参加课后服务", "参加放学服务"), encoding="utf-8")
    checks = verify_original(changed, strict=False).set_index("check")
    assert checks.at["expression", "passed"]
    assert checks.at["facts", "detail"] == (
        "the original binds nothing where the restated text binds after_school_participants 29000"
    )
    with pytest.raises(VerificationError, match="binds nothing where"):
        verify_original(changed)


def test_which_report_it_is(registered, original, tmp_path, monkeypatch):
    with pytest.raises(UnknownReportError, match="did you mean '999999-2024H1'"):
        verify_original(original, "999999-2024H2")
    other = tmp_path / "other.txt"
    other.write_text("别的文字。", encoding="utf-8")
    monkeypatch.setattr("sxedu_analysis.analysis.verify.project_reports", lambda: ["a", "b"])
    with pytest.raises(UnknownReportError, match=r"no report was restated from other\.txt; say which: a, b"):
        verify_original(other)


def test_locations_of_a_file_are_empty(original):
    assert load_locations(original).empty


def test_locations_that_no_longer_fit(registered):
    path = load_report(registered).path
    path.write_text("新" + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(InputError, match=r"row 1: .* does not stand at .*analysis\.refresh --original FILE"):
        load_locations(registered)


@pytest.mark.parametrize("content", [None, "number,raw\n1,a\n", "x"])
def test_damaged_locations(registered, content):
    path = load_report(registered).path.with_name("locations.csv")
    path.unlink() if content is None else path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"locations\.csv: cannot be read"):
        load_locations(registered)


def test_refresh_writes_locations_and_facts(registered, original, capsys):
    folder = load_report(registered).path.parent
    before = (folder / "locations.csv").read_text(encoding="utf-8")
    (folder / "locations.csv").write_text("", encoding="utf-8")
    assert refresh.main(["--original", str(original)]) == 0
    assert (folder / "locations.csv").read_text(encoding="utf-8") == before
    facts = folder.parents[1] / "facts" / f"{registered}.csv"
    assert facts.read_text(encoding="utf-8") == refresh.facts_csv(registered)
    written = [folder / "locations.csv", folder / "claim_locations.csv", facts]
    assert capsys.readouterr().out.split() == [str(path) for path in written]


def test_refresh_tells_a_number_that_is_not_in_the_original(registered, original, capsys):
    path = load_report(registered).path
    path.write_text(path.read_text(encoding="utf-8").replace("2.9万人。", "2.7万人。"), encoding="utf-8")
    assert refresh.main(["--original", str(original), "--report", registered]) == 2
    assert "restated.txt: '2.7万人' (number" in capsys.readouterr().err


def test_equal_expressions_are_told_apart_by_meaning(registered, original):
    # 45所 and 45个, 2.9万人 and 2.9万人次, 1530 and 4个100%: each at its own place.
    table = load_locations(registered)
    text = original.read_text(encoding="utf-8")
    quantities = find_quantities(text)
    assert table["source_start"].is_monotonic_increasing
    assert set(table["source_start"]) <= set(quantities["start"])
    assert reports.list_reports() == [registered]


CLAIM = "骨干教师数量不足。"


def with_claims(registered, original, restated: str = CLAIM, theirs: str = "市级以上骨干教师严重不足。"):
    """Add a statement without a figure to the end of both texts, and locate it."""
    path = load_report(registered).path
    path.write_text(path.read_text(encoding="utf-8") + restated, encoding="utf-8")
    original.write_text(original.read_text(encoding="utf-8") + theirs, encoding="utf-8")
    refresh.main(["--original", str(original), "--report", registered])
    return path.with_name("claim_locations.csv")


def claim_checks(original, registered) -> pd.DataFrame:
    checks = verify_original(original, registered, strict=False)
    return checks[checks["check"] == "claims"]


def test_claims_are_placed_in_the_originals_own_words(registered, original):
    with_claims(registered, original)
    [row] = load_claim_locations(registered).itertuples()
    assert row.raw == "骨干教师数量不足"
    text = original.read_text(encoding="utf-8")
    assert text[row.source_start : row.source_end] == "骨干教师严重不足"
    assert text[: row.source_start].count("2024年上半年") == 1
    assert claim_checks(original, registered)["passed"].all()


def test_claims_that_moved_or_went_are_told(registered, original):
    path = with_claims(registered, original)
    text = original.read_text(encoding="utf-8")
    original.write_text(text.replace("市级以上", "市级及以上"), encoding="utf-8")
    assert "moved from character" in claim_checks(original, registered)["detail"].item()
    original.write_text(text.replace("严重不足", "很多"), encoding="utf-8")
    assert "the original does not make claim" in claim_checks(original, registered)["detail"].item()
    original.write_text(text, encoding="utf-8")
    path.unlink()
    assert "is not located" in claim_checks(original, registered)["detail"].item()
    restated = load_report(registered).path
    restated.write_text(restated.read_text(encoding="utf-8").replace(CLAIM, ""), encoding="utf-8")
    assert "is not in the restated text" in claim_checks(original, registered)["detail"].item()


def test_a_claim_that_only_the_restated_text_makes_is_no_claim(registered, original, capsys):
    with_claims(registered, original, theirs="师资较好。")
    assert "says what the original does not" in capsys.readouterr().err
