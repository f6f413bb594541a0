from __future__ import annotations

from pathlib import Path

import pytest

from sxedu_analysis.production import refresh


def test_the_command_says_what_it_wrote(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], repository: Path
) -> None:
    monkeypatch.setattr(refresh, "refresh_notebooks", lambda: [repository / "notebooks" / "x.ipynb"])
    monkeypatch.setattr(refresh, "refresh_guides", lambda: [])
    monkeypatch.setattr(refresh, "refresh_figures", lambda: [repository / "figures" / "x.png"])
    assert refresh.main() == 0
    assert capsys.readouterr().out.splitlines() == ["notebooks/x.ipynb", "figures/x.png"]


def test_a_refreshed_notebook_is_the_stored_one(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nbformat

    name = "03_funding_per_student"
    monkeypatch.setattr(refresh, "list_notebooks", lambda: [name])
    [written] = refresh.refresh_notebooks(tmp_path)

    def said(path: Path) -> list[str]:
        outputs = [output for cell in nbformat.read(path, 4).cells for output in cell.get("outputs", [])]
        return [output.get("data", {}).get("text/plain", "") for output in outputs]

    assert said(written) == said(repository / "notebooks" / f"{name}.ipynb")
