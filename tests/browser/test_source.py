"""The pages in a real browser, with the network cut: number -> source -> number, by mouse and by keyboard."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sxedu_analysis.production.report import make_report

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium")
HOSTILE = '<script>window.ran = 1</script>"><img src=x onerror=window.ran=1>{{7*7}}#let x = 1 *@'
PAGES = (
    "index.html",
    "01_report_figures.html",
    "02_coverage.html",
    "03_funding_per_student.html",
    "04_neighbour_gaps.html",
    "05_consistency.html",
    "source.html",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser") / "en"
    make_report("341324-2023H1", folder, "en", progress=lambda line: None)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if root else [])
        yield started
        started.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(offline=True)
    one = context.new_page()
    said: list[str] = []
    one.on("console", lambda message: said.append(message.text))
    one.on("pageerror", lambda error: said.append(str(error)))
    yield one
    context.close()
    assert said == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(page: Any, made: Path, name: str) -> None:
    for width in (390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto((made / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def test_from_a_number_to_its_characters_and_back(page: Any, made: Path) -> None:
    page.goto((made / "index.html").as_uri())
    page.click(".figure .value a.sx-q >> nth=0")
    assert "source.html#q-" in page.url
    chosen = page.locator("a.n.sel")
    assert chosen.count() == 1
    assert page.locator("#panel-raw, .panel-raw").inner_text() == chosen.inner_text()
    page.click("#panel a.back >> nth=0")
    assert "index.html#index-" in page.url


def test_with_the_keyboard_alone(page: Any, made: Path) -> None:
    page.goto((made / "source.html").as_uri())
    page.locator("a.n.quantity").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("a.n.sel").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("a.n.sel").count() == 0
    assert page.evaluate("document.activeElement.classList.contains('n')")


def test_filters_leave_what_fits(page: Any, made: Path) -> None:
    page.goto((made / "source.html").as_uri())
    page.select_option("#by-topic", "nutrition")
    shown = page.locator("#register tbody tr:visible").count()
    assert 0 < shown < page.locator("a.n").count()
    assert page.locator("#matches").inner_text().startswith(f"{shown} of ")


@pytest.mark.parametrize("name", ["index.html", "source.html"])
def test_no_serious_fault_of_accessibility(page: Any, made: Path, name: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.goto((made / name).as_uri())
    # axe brings its script along; the page's own policy is tested elsewhere.
    found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found] == []


def test_hostile_text_and_thousands_of_figures(page: Any, tmp_path: Path) -> None:
    lines = [f"全县有义务教育学校{n}所，参加课后服务{n}万人。{HOSTILE}" for n in range(1, 1200)]
    file = tmp_path / "县.txt"
    file.write_text("工作总结\n一、情况\n" + "\n".join(lines) + "\n" + "长" * 20000, encoding="utf-8")
    make_report(file, tmp_path / "out", progress=lambda line: None)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto((tmp_path / "out" / "source.html").as_uri())
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("a.n").count() > 2000
    took = page.evaluate(
        "() => { const t = performance.now(); const s = document.getElementById('by-kind');"
        " s.value = 'quantity'; s.dispatchEvent(new Event('change'));"
        " document.body.offsetHeight; return performance.now() - t; }"
    )
    assert took < 1500
