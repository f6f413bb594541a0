"""The exported charts: the same bytes every time, those of the repository, and whole or not at all."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from sxedu_analysis.cli import main
from sxedu_analysis.production.figures import KINDS, charts_of, export_figures
from sxedu_analysis.production.parameters import list_notebooks
from sxedu_analysis.reading.reports import load_report

REPORT = "341324-2023H1"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("figures") / "zh"
    written = export_figures(REPORT, folder)
    assert sorted(written) == sorted(folder.iterdir())
    return folder


def names_in(folder: Path, kind: str) -> list[str]:
    return sorted(path.name for path in folder.glob(f"*.{kind}"))


def drawn_words(svg: Path) -> list[str]:
    """The words of a drawing: matplotlib outlines the letters and keeps each text as a comment."""
    return [html.unescape(words) for words in re.findall(r"<!-- (.*?) -->", svg.read_text("utf-8"), re.S)]


def frame(svg: Path) -> list[str]:
    return re.findall(r'viewBox="[^"]+"', svg.read_text("utf-8"))[:1]


def stored_alts(repository: Path) -> list[str]:
    """Of the notebooks of a report; the tour and the panel have charts of their own."""
    return [
        output["metadata"]["image/png"]["alt"]
        for name in list_notebooks()
        for cell in nbformat.read(repository / "notebooks" / f"{name}.ipynb", 4).cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]


def test_each_chart_is_there_in_four_kinds(exported: Path) -> None:
    names = list(charts_of(load_report(REPORT), "zh"))
    assert len(names) >= 15
    assert sorted(path.name for path in exported.iterdir()) == sorted(
        f"{n}.{k}" for n in names for k in KINDS
    )


def test_another_process_writes_the_same_bytes(exported: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "sxedu_analysis.cli",
        "figures",
        REPORT,
        "--out",
        str(tmp_path / "again"),
    ]
    # Another order of sets, another day: neither may show.
    environment = os.environ | {"PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "1"}
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert done.stdout.decode().split() == [str(tmp_path / "again")]
    assert done.stderr == b""
    for path in exported.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_repository_holds_them(exported: Path, repository: Path) -> None:
    stored = repository / "figures"
    mend = "has drifted: run make notebooks"
    assert sorted(path.name for path in stored.iterdir()) == sorted(
        path.name for path in exported.iterdir()
    ), mend
    for path in exported.iterdir():
        if path.suffix in (".csv", ".txt"):
            assert path.read_bytes() == (stored / path.name).read_bytes(), f"{path.name} {mend}"


def test_the_repositorys_drawings_show_the_same(exported: Path, repository: Path) -> None:
    # Outlines of letters and the shades of their edges may differ from one matplotlib to the next, so bytes
    # are compared above, between two runs; here, what is drawn: words, frame, and the picture as a whole.
    stored = repository / "figures"
    for name in names_in(exported, "svg"):
        assert drawn_words(exported / name), name
        assert drawn_words(exported / name) == drawn_words(stored / name), f"{name} has drifted"
        assert frame(exported / name) == frame(stored / name), f"{name} has drifted"
    for name in names_in(exported, "png"):
        new, old = (Image.open(folder / name).convert("L") for folder in (exported, stored))
        assert new.size == old.size, f"{name} has drifted"
        # Of 255 shades: a bar or a line of text that moves changes more.
        difference = np.abs(np.asarray(new, float) - np.asarray(old, float)).mean()
        assert difference < 1, f"{name} has drifted by {difference:.2f} shades"


def test_the_words_are_those_of_the_notebooks_and_pages(exported: Path, repository: Path) -> None:
    words = [path.read_text("utf-8").removesuffix("\n") for path in sorted(exported.glob("*.txt"))]
    assert sorted(words) == sorted(stored_alts(repository))
    for one in words:
        assert len(one) > 20
        assert not re.search(r"nan|inf|None|\{|\n", one), one


def test_the_plotted_rows_are_plain_csv_and_each_finite_number_is_within_its_bounds(exported: Path) -> None:
    for name in names_in(exported, "csv"):
        table = pd.read_csv(exported / name)
        assert len(table), name
        assert b"\r" not in (exported / name).read_bytes()
        if {"value", "low", "high"} <= set(table):
            known = table.dropna(subset=["value", "low", "high"])
            assert ((known["low"] <= known["value"]) & (known["value"] <= known["high"])).all(), name


def test_drawings_hold_no_date_and_no_machine(exported: Path) -> None:
    for path in exported.iterdir():
        data = path.read_bytes()
        assert not re.search(rb"<dc:date>|tIME|Creation Time|matplotlib v", data), path.name
        assert str(Path.home()).encode() + b"/" not in data, path.name


def test_a_users_file_in_english_leaves_out_what_it_does_not_hold(
    county_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "en"
    assert main(["figures", str(county_file), "--out", str(out), "--lang", "en"]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == str(out)
    left_out = set(re.findall(r"^sxedu: (\w+): not written, nothing", said.err, re.M))
    assert "amounts" in left_out
    assert left_out.isdisjoint(path.stem for path in out.iterdir())
    assert "about 91" in (out / "reached.txt").read_text("utf-8")
    assert not re.search("[\u4e00-\u9fff]", (out / "coverage.txt").read_text("utf-8"))


def test_an_earlier_export_is_replaced_and_a_failure_leaves_it(
    county_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sxedu_analysis.charts import theme

    out = tmp_path / "figures"
    export_figures(county_file, out)
    (out / "topics.txt").write_text("old", encoding="utf-8")
    export_figures(county_file, out)
    assert (out / "topics.txt").read_text("utf-8") != "old"
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(theme, "save", stop)
    with pytest.raises(KeyboardInterrupt):
        export_figures(county_file, out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["341324-2023H2"], "did you mean '341324-2023H1'?"),
        (["missing.txt"], "missing.txt: does not exist"),
        (["plain.txt"], "plain.txt: holds no figures"),
        (["unknown.txt"], "unknown.txt: has nothing to draw"),
        (["--lang", "de"], "'de' is not one of 'zh', 'en'"),
        (["--out", "plain.txt"], "plain.txt: is a file, not a folder"),
        (["--out", "plain.txt/x"], "cannot be written"),
        (["--out", "."], ".: is not empty and holds no earlier figures"),
    ],
)
def test_a_users_mistake_is_one_line_and_nothing_is_written(
    arguments: list[str], line: str, isolated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (isolated / "plain.txt").write_text("没有数字的一段话。", encoding="utf-8")
    (isolated / "unknown.txt").write_text("今年种树200余棵。", encoding="utf-8")
    assert main(["figures", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert line in err
    assert not list(isolated.glob("*/*"))
