"""Batches: what the pages link and print, and that nothing of an earlier run passes for this one's."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from sxedu_analysis.foundation.printing import bounds_text, value_text
from sxedu_analysis.production import batch_index, execute
from sxedu_analysis.production.batch import run_batch
from sxedu_analysis.production.batch_plan import Found, Task
from sxedu_analysis.production.batch_report import Done
from tests.production.test_batch import NOTEBOOK, TEXT, quick, reports

__all__ = ["reports"]


def links(page: Path) -> set[str]:
    found = re.findall(r'<a\b[^>]*\bhref="([^"#]+)', page.read_text(encoding="utf-8"))
    return {link for link in found if ":" not in link}


def test_numbers_are_printed_as_everywhere(tmp_path: Path) -> None:
    figure = {"measure": "x", "name_zh": "生均", "name_en": "A pupil", "unit_zh": "元", "unit_en": "yuan"}
    figure |= {"value": "12500.0", "low": "12450.0", "high": "12550.0", "key_figure": "1"}
    exact = figure | {"measure": "y", "low": "12500.0", "high": "12500.0", "key_figure": "2"}
    task = Task(Found("r", "r.txt", Path("r.txt")), str(tmp_path), (NOTEBOOK,), (), "zh", None, 1, "")
    for lang in ("zh", "en"):
        page = batch_index.index([Done(task, figures=[figure, exact])], lang)
        assert "e+04" not in page
        assert value_text(12500, 12450, 12550, lang) in page
        assert f"({bounds_text(12450, 12550, lang)})" in page
        assert f">{value_text(12500, 12500, 12500, lang)}</td>" in page


def test_the_index_says_county_period_and_status(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    (reports / "synthetic_0.txt").rename(reports / "341324-2023H1.txt")
    (reports / "bad.docx").write_bytes(b"no document")
    out = tmp_path / "out"
    run_batch(reports, out, notebooks=[NOTEBOOK])
    page = (out / "index.html").read_text(encoding="utf-8")
    assert 'data-key="泗县"' in page
    assert 'data-key="2023H1">2023年上半年' in page
    assert page.count('data-key="1">被拒') == 1
    assert page.count('data-key="3">完成') == 3
    assert 'class="scroll"' in page
    # Two of three files say nothing of themselves; the page's font comes with it.
    assert "2 份没有县或时期" in page
    assert "data:font/woff2;base64," in page


def test_no_link_is_dead(reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    out = tmp_path / "out"
    run_batch(reports / "synthetic_0.txt", out, notebooks=[NOTEBOOK], formats=["html"])
    pages = [out / "index.html", *(out / "synthetic_0").glob("*.html")]
    assert len(pages) == 4
    for page in pages:
        assert links(page)
        assert [link for link in links(page) if not (page.parent / link).exists()] == []
    assert "run_card.json" in links(out / "synthetic_0/index.html")


def test_what_an_earlier_run_left_is_no_result(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    one, out = reports / "synthetic_0.txt", tmp_path / "out"
    folder = out / "synthetic_0"
    run_batch(one, out, formats=["html"], lang="zh")
    run_batch(one, out, notebooks=[NOTEBOOK], lang="en")
    assert [path.stem for path in (folder / "notebooks").glob("*.ipynb")] == [NOTEBOOK]
    assert not list(folder.glob("*.html"))
    assert "synthetic_0/index.html" not in links(out / "index.html")
    # Pages of other notebooks than those asked for stay, but are not linked as if they were of this run.
    run_batch(one, out, formats=["html"], lang="en")
    run_batch(one, out, notebooks=[NOTEBOOK], lang="en")
    assert (folder / "index.html").is_file()
    assert "synthetic_0/index.html" not in links(out / "index.html")
    # Refused now: nothing of it is left but what somebody else has put there.
    (folder / "mine.txt").write_text("mine")
    one.write_text("没有数字。", encoding="utf-8")
    assert run_batch(one, out, notebooks=[NOTEBOOK]).counts == {"refused": 1}
    left = {path.name for path in folder.rglob("*") if path.is_file()}
    assert left == {"batch.json", "mine.txt"}
    assert links(out / "index.html") == {"manifest.csv"}
    one.write_text(TEXT.format(n=9, m=8), encoding="utf-8")
    assert run_batch(one, out, notebooks=[NOTEBOOK]).counts == {"ok": 1}
    one.unlink()
    (reports / "list.csv").write_text("file\nsynthetic_0.txt\n")
    assert run_batch(reports / "list.csv", out, notebooks=[NOTEBOOK]).counts == {"refused": 1}
    assert not list(folder.rglob("*.ipynb"))


@pytest.mark.parametrize(
    ("source", "told"), [("import time; time.sleep(60)", "longer than"), ("import os; os._exit(1)", "kernel")]
)
def test_the_cell_that_was_running_is_named(
    source: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = [new_code_cell('lang = "zh"', metadata={"tags": ["parameters"]}), new_code_cell(source)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    written = new_notebook(
        cells=[*cells, new_code_cell("1"), new_code_cell("2")], metadata={"kernelspec": kernel}
    )
    nbformat.write(written, tmp_path / "slow.ipynb")
    with pytest.raises(execute.NotebookError, match=told) as caught:
        execute.execute_notebook(NOTEBOOK, {"lang": "zh"}, path=tmp_path / "slow.ipynb", time_limit=8)
    # Cells 0 and 1 are the parameters, the written and the injected ones.
    assert caught.value.cell == 2
