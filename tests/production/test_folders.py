"""Output folders: whole or not at all, and nobody else's."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.production import folders
from sxedu_analysis.production.folders import check_target, move, written_beside


def test_what_is_written_beside_replaces_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "new" / "out"
    for name in ("first", "second"):
        with written_beside(target) as beside:
            (beside / name).touch()
            assert not (target / name).exists()
        assert [path.name for path in target.iterdir()] == [name]
    assert [path.name for path in target.parent.iterdir()] == ["out"]


def test_a_folder_that_cannot_be_swapped_is_put_back(tmp_path: Path) -> None:
    target, beside = tmp_path / "target", tmp_path / "beside"
    target.mkdir()
    (target / "kept").touch()
    with pytest.raises(OSError, match="beside"):
        move(beside, target)
    assert (target / "kept").exists()


@pytest.mark.parametrize(("code", "kind"), [(errno.ENOSPC, InputError), (errno.EIO, OSError)])
def test_a_full_disk_is_told_in_one_line_and_other_faults_stay_faults(
    tmp_path: Path, code: int, kind: type[Exception]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "kept").touch()

    def write() -> None:
        with written_beside(tmp_path / "out") as beside:
            (beside / "part").touch()
            raise OSError(code, "No space left on device")

    with pytest.raises(kind):
        write()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["kept", "out"]


def test_a_folder_without_leave_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders.os, "access", lambda *_: False)
    with (
        pytest.raises(InputError, match=r"cannot be written \(permission denied\)"),
        written_beside(tmp_path),
    ):
        pass


def test_a_place_that_takes_no_folders_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(**_: object) -> str:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(folders.tempfile, "mkdtemp", nowhere)
    with (
        pytest.raises(InputError, match=f"{tmp_path} takes no new folders"),
        written_beside(tmp_path / "x"),
    ):
        pass


def test_only_new_empty_and_own_folders_are_written_to(tmp_path: Path) -> None:
    check_target(tmp_path / "new", lambda _: False, "report")
    check_target(tmp_path, lambda _: False, "report")
    (tmp_path / "thesis.docx").touch()
    check_target(tmp_path, lambda _: True, "report")
    with pytest.raises(InputError, match="is not empty and holds no earlier figures"):
        check_target(tmp_path, lambda _: False, "figures")
    with pytest.raises(InputError, match="is a file, not a folder"):
        check_target(tmp_path / "thesis.docx", lambda _: True, "figures")
