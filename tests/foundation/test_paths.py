from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sxedu_analysis.foundation import paths


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    paths.home.cache_clear()
    yield
    paths.home.cache_clear()


def test_a_clone_has_its_data_beside_the_package(repository: Path) -> None:
    assert paths.is_clone()
    assert paths.data_dir() == repository / "data"
    assert paths.notebooks_dir() == repository / "notebooks"


def test_a_wheel_has_its_data_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "PACKAGE", tmp_path / "sxedu_analysis")
    assert not paths.home().parent.joinpath("pyproject.toml").exists()
    assert paths.data_dir() == tmp_path / "sxedu_analysis" / "data"
    assert paths.home() == tmp_path / "sxedu_analysis"
