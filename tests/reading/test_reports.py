from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from sxedu_analysis.foundation.errors import InputError, UnknownReportError
from sxedu_analysis.reading import formats, reports
from sxedu_analysis.reading.reports import list_reports, load_report

SENTENCE = "全县有学校12所，学生3.4万人。\n"


def test_the_report_in_the_project_is_loaded_by_its_id() -> None:
    report = load_report("341324-2023H1")
    assert (report.adcode, report.period, report.county, report.text_kind) == (
        "341324",
        "2023H1",
        "泗县",
        "restated",
    )
    assert report.sha256 == hashlib.sha256(report.path.read_bytes()).hexdigest()
    assert report.locations_path is not None
    assert "二" in set(report.sections["path"])
    assert len(report.sentences) > 50
    assert load_report(report) is report


def test_an_unknown_id_is_answered_with_the_nearest_and_the_list() -> None:
    with pytest.raises(
        UnknownReportError, match=r"did you mean '341324-2023H1'.*known reports: .*341324-2023H1"
    ):
        load_report("341324-2023H2")


@pytest.mark.parametrize("name", ["341323", "341323-2023H1"])
def test_another_county_s_report_is_no_suggestion(name: str) -> None:
    with pytest.raises(UnknownReportError) as caught:
        load_report(name)
    assert "did you mean" not in str(caught.value)
    assert "register a report of 341323 with 'sxedu add FILE --adcode 341323' first" in str(caught.value)
    assert "known reports: 341324-2023H1" in str(caught.value)


def test_a_county_is_answered_with_its_own_report() -> None:
    with pytest.raises(UnknownReportError, match=r"did you mean '341324-2023H1'") as caught:
        load_report("341324")
    assert "sxedu add" not in str(caught.value)


def test_a_path_that_is_none_says_so() -> None:
    with pytest.raises(InputError, match=r"missing.txt: does not exist"):
        load_report("missing.txt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_are_told_apart(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "341323-2023H1.txt"
    path.write_bytes(SENTENCE.replace("\n", "\r\n").encode(encoding))
    report = load_report(path)
    assert report.text == SENTENCE
    assert (report.report_id, report.adcode, report.period, report.text_kind) == (
        "341323-2023H1",
        "341323",
        "2023H1",
        "file",
    )
    assert report.title == "全县有学校12所，学生3.4万人。"
    assert report.locations_path is None


def test_a_file_named_anyhow_gets_an_id_that_a_folder_can_carry(tmp_path: Path) -> None:
    path = tmp_path / "灵璧 县(2023).txt"
    path.write_text(SENTENCE, encoding="utf-8")
    report = load_report(str(path))
    assert report.report_id == "灵璧_县_2023"
    assert (report.adcode, report.period) == ("", "")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n\t ", "is empty"),
        ("　\n".encode(), "holds no words"),
        (b"a\x00b", "is not a text file"),
        (b"\xff\xff\xff\x80\x80", "is in no encoding"),
    ],
)
def test_what_cannot_be_read_gets_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=says) as caught:
        load_report(path)
    assert "\n" not in str(caught.value)
    assert "report.txt" in str(caught.value)


def test_a_folder_and_a_giant_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="is a folder"):
        load_report(tmp_path)
    path = tmp_path / "large.txt"
    path.write_text("1" * 100, encoding="utf-8")
    monkeypatch.setattr(formats, "LARGEST_FILE", 99)
    with pytest.raises(InputError, match="more than the 0 MiB"):
        load_report(path)


def test_a_file_that_the_system_refuses_is_told_in_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "closed.txt"
    path.write_text(SENTENCE, encoding="utf-8")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        load_report(path)


def test_the_original_of_a_registered_report_is_known_by_its_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "download.txt"
    path.write_text(SENTENCE, encoding="utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(reports, "_originals", lambda: {digest: "341324-2023H1"})
    report = load_report(path)
    assert (report.report_id, report.text_kind, report.county) == ("341324-2023H1", "original", "泗县")
    assert report.text == SENTENCE


def test_metadata_that_lacks_a_field_names_it(tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    path.write_text("report_id: x\nadcode: '1'\n", encoding="utf-8")
    with pytest.raises(InputError, match="lacks period, county_zh"):
        reports.read_metadata(path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        reports.read_metadata(path)


def test_every_registered_report_is_listed_and_loads() -> None:
    assert list_reports()
    assert all(load_report(name).report_id == name for name in list_reports())
