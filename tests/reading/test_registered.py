from __future__ import annotations

import hashlib
from pathlib import Path

import docx
import pytest
import yaml

from sxedu_analysis.foundation.errors import InputError, UnknownReportError
from sxedu_analysis.foundation.paths import user_data_dir
from sxedu_analysis.reading import registered, reports
from sxedu_analysis.reading.registered import add_report
from sxedu_analysis.reading.reports import list_reports, load_report, project_reports

TEXT = "灵璧县教体局2023年上半年工作总结\n全县有学校12所，学生3.4万人。\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "总结 (final).txt"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode("gb18030"))
    return path


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_registered_report_is_known_by_its_id(file: Path, user_data: Path) -> None:
    added = add_report(file, adcode="341323", period="2023H1", issuer="灵璧县教体局")
    assert (added.report_id, added.was_there, added.notes) == ("341323-2023H1", False, ())
    kept = user_data / "reports" / "341323-2023H1" / "original" / file.name
    assert kept.read_bytes() == file.read_bytes()
    assert sorted(path.name for path in (user_data / "reports").iterdir()) == ["341323-2023H1"]
    metadata = yaml.safe_load((kept.parents[1] / "report.yaml").read_text(encoding="utf-8"))
    assert metadata == {
        "report_id": "341323-2023H1",
        "adcode": "341323",
        "county_zh": "灵璧县",
        "city_zh": "宿州市",
        "province_zh": "安徽省",
        "period": "2023H1",
        "issuer_zh": "灵璧县教体局",
        "title_zh": "灵璧县教体局2023年上半年工作总结",
        "guessed": [],
        "original": {
            "filename": file.name,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "bytes": len(file.read_bytes()),
            "characters": len(TEXT),
        },
    }
    report = load_report("341323-2023H1")
    assert (report.text, report.adcode, report.period, report.county) == (TEXT, "341323", "2023H1", "灵璧县")
    assert (report.text_kind, report.path, report.locations_path) == ("file", kept, None)
    assert list_reports() == ["341323-2023H1", "341324-2023H1"]
    assert project_reports() == ["341324-2023H1"]


def test_the_file_itself_is_recognised_wherever_it_lies(file: Path) -> None:
    assert load_report(file).report_id == "总结_final"
    add_report(file, adcode="341323", period="2023H1")
    report = load_report(file)
    assert (report.report_id, report.adcode, report.text_kind) == ("341323-2023H1", "341323", "file")
    assert report.path == file


def test_guesses_are_said_to_be_guesses(file: Path) -> None:
    added = add_report(file)
    assert added.report_id == "341323-2023H1"
    assert added.notes == (
        "adcode 341323 (灵璧县) is guessed from the title; give --adcode to be sure",
        "period 2023H1 is guessed from the title; give --period to be sure",
    )
    assert load_report("341323-2023H1").metadata["guessed"] == ["adcode", "period"]


def test_a_place_or_period_may_be_in_the_files_name_or_the_text(tmp_path: Path) -> None:
    named = tmp_path / "五河县2022年度.txt"
    named.write_text("工作总结\n全县有学校12所。", encoding="utf-8")
    assert add_report(named).notes == (
        "adcode 340322 (五河县) is guessed from the file's name; give --adcode to be sure",
        "period 2022 is guessed from the file's name; give --period to be sure",
    )
    signed = tmp_path / "signed.txt"
    signed.write_text("2022年工作总结\n有学校13所。\n泗洪县教育局\n", encoding="utf-8")
    assert add_report(signed).notes[0].startswith("adcode 321324 (泗洪县) is guessed from the text")


def test_what_cannot_be_guessed_is_asked_for(tmp_path: Path, user_data: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("鼓楼区教育局2023年工作总结\n有学校12所。", encoding="utf-8")
    with pytest.raises(InputError, match=r"report.txt: does not say of which county.*give --adcode"):
        add_report(path)
    path.write_text("泗县教体局工作总结\n有学校12所。", encoding="utf-8")
    with pytest.raises(InputError, match=r"report.txt: does not say which period.*give --period"):
        add_report(path)
    assert not user_data.exists()


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            {"adcode": "341329"},
            "adcode: no county has the adcode 341329 (did you mean 341323 安徽省宿州市灵璧县?)",
        ),
        ({"adcode": "灵璧县"}, "did you mean 341323"),
        ({"period": "2023年上半年"}, "period: '2023年上半年' is no period (did you mean 2023H1?)"),
        ({"period": "2023H3"}, "period: '2023H3' is no period"),
    ],
)
def test_a_wrong_adcode_or_period_is_one_line(
    file: Path, user_data: Path, given: dict[str, str], line: str
) -> None:
    with pytest.raises(InputError) as error:
        add_report(file, **given)
    assert line in str(error.value)
    assert not user_data.exists()


def test_a_period_may_be_written_loosely(file: Path) -> None:
    assert add_report(file, adcode="341323", period="2023-h1").report_id == "341323-2023H1"


def test_an_adcode_that_the_title_denies_is_noted(file: Path) -> None:
    added = add_report(file, adcode="341324", period="2022H1")
    assert added.notes == ("341324 is 安徽省宿州市泗县, but the title names 灵璧县 (341323)",)
    added = add_report(file, adcode="340222", period="2022H1", county="繁昌县")
    assert added.notes == ("the county list lacks 340222; it is taken for 安徽省芜湖市繁昌县",)


def test_the_same_file_again_changes_nothing(file: Path, user_data: Path) -> None:
    add_report(file)
    before = tree(user_data)
    added = add_report(file, adcode="341323", period="2023H1", title="another title")
    assert (added.report_id, added.was_there) == ("341323-2023H1", True)
    assert tree(user_data) == before


def test_another_file_never_takes_its_place(file: Path, tmp_path: Path, user_data: Path) -> None:
    add_report(file)
    before = tree(user_data)
    other = tmp_path / "other.txt"
    other.write_text(TEXT + "另有幼儿园3所。", encoding="utf-8")
    with pytest.raises(InputError, match=r"other.txt: is not the file that is registered as 341323-2023H1"):
        add_report(other)
    assert tree(user_data) == before


def test_the_projects_reports_stay_what_they_are(file: Path, user_data: Path) -> None:
    with pytest.raises(InputError, match="registered as 341324-2023H1"):
        add_report(file, adcode="341324", period="2023H1")
    assert not user_data.exists()


def test_a_race_is_lost_without_harm(file: Path, user_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = registered._write

    def slow(*arguments: object) -> None:
        monkeypatch.setattr(registered, "_write", write)
        add_report(file)
        write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(registered, "_write", slow)
    assert add_report(file).was_there
    assert [path.name for path in (user_data / "reports").iterdir()] == ["341323-2023H1"]


def test_a_half_written_report_is_not_there(file: Path, user_data: Path) -> None:
    folder = user_data / "reports" / ".adding-1-0" / "original"
    folder.mkdir(parents=True)
    (folder.parent / "report.yaml").write_text("report_id: x", encoding="utf-8")
    assert list_reports() == ["341324-2023H1"]
    add_report(file)


def test_a_folder_that_cannot_be_written_is_one_line(file: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be written.*--data-dir"):
        add_report(file, data_dir=file)


def test_data_dir_is_where_it_goes(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added = add_report(file, data_dir=tmp_path / "elsewhere")
    assert added.folder == tmp_path / "elsewhere" / "reports" / "341323-2023H1"
    with pytest.raises(UnknownReportError):
        load_report("341323-2023H1")
    monkeypatch.setenv("SXEDU_DATA", str(tmp_path / "elsewhere"))
    assert load_report("341323-2023H1").text == TEXT
    monkeypatch.delenv("SXEDU_DATA")
    assert user_data_dir().name == "sxedu_analysis"


def test_a_kept_file_that_was_edited_is_refused(file: Path) -> None:
    folder = add_report(file).folder
    kept = folder / "original" / file.name
    kept.write_bytes(kept.read_bytes().replace(b"12", b"13"))
    with pytest.raises(InputError, match="has changed since it was registered"):
        load_report("341323-2023H1")


def test_one_broken_entry_breaks_no_other(file: Path, user_data: Path) -> None:
    folder = user_data / "reports" / "341322-2023"
    folder.mkdir(parents=True)
    (folder / "report.yaml").write_text("original: 3", encoding="utf-8")
    with pytest.raises(InputError, match=r"report.yaml: lacks report_id"):
        load_report("341322-2023")
    add_report(file)
    assert load_report(file).report_id == "341323-2023H1"


def test_a_report_yaml_cannot_point_outside(file: Path, user_data: Path) -> None:
    folder = add_report(file).folder
    path = folder / "report.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(file.name, "../../../x.txt"), encoding="utf-8")
    metadata = reports.read_metadata(path)
    assert reports.kept_file(folder, metadata) == folder / "original" / "x.txt"


def test_a_word_file_keeps_its_bytes(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("五河县2023年上半年教育工作总结")
    document.add_paragraph("参加课后服务1.2万人。")
    path = tmp_path / "report.docx"
    document.save(str(path))
    added = add_report(path)
    report = load_report(added.report_id)
    assert (report.report_id, report.county) == ("340322-2023H1", "五河县")
    assert report.path.read_bytes() == path.read_bytes()


def test_an_unreadable_file_is_not_registered(tmp_path: Path, user_data: Path) -> None:
    path = tmp_path / "old.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100)
    with pytest.raises(InputError, match="legacy Word"):
        add_report(path, adcode="341323", period="2023H1")
    assert not user_data.exists()
