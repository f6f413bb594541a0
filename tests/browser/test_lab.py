"""JupyterLab and Voilà themselves, headless: the tour runs through, and the panel answers to clicks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest

from sxedu_analysis.foundation.paths import notebooks_dir
from sxedu_analysis.production.workbench import START

SETTINGS = (
    *("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"),
    *("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "SXEDU_DATA"),
)
STARTING = 90
"""Seconds a server may take to answer."""
RUNNING = 120_000
"""Milliseconds the tour may take; it starts a kernel, and in it another."""


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def serving(command: list[str], folder: Path) -> Iterator[str]:
    """A server in a folder of its own, that reads and writes no settings of whoever runs the tests."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {name: str(folder / name.lower()) for name in SETTINGS}
    log = folder / "server.log"
    with log.open("w") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", *command, f"--port={port}"],
            cwd=folder,
            env=os.environ | own,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        until = time.monotonic() + STARTING
        while not answers(port):
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tour and the panel without stored results: what is seen has been computed."""
    folder = tmp_path_factory.mktemp("lab")
    for name in (START, "explore.ipynb"):
        notebook = nbformat.read(notebooks_dir() / name, 4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.write(notebook, folder / name)
    return folder


def test_the_panel_answers_as_a_voila_page(browser: Any, notebooks: Path) -> None:
    from playwright.sync_api import expect

    command = ["voila", "explore.ipynb", "--no-browser", "--Voila.ip=127.0.0.1"]
    with serving(command, notebooks) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.goto(address)
        topic = page.get_by_label("专题")
        expect(topic).to_be_visible()
        topic.select_option(label="营养餐")
        indicator = page.get_by_label("指标", exact=True)
        expect(indicator.locator("option")).to_have_count(5)
        indicator.select_option(label="营养餐受益学生数")
        expect(page.locator("mark", has_text="7.8万余人").first).to_be_attached()
        expect(page.locator("img[alt*='营养餐学生占比']")).to_be_visible()
        # A published figure among the neighbours, then among all.
        topic.select_option(label="公开数字：成人受教育年限与识字")
        indicator.select_option(label="◦ 平均受教育年限")
        expect(page.locator("img[alt*='平均受教育年限']")).to_be_visible()
        page.get_by_label("对照").select_option(label="所有有数字的县区")
        expect(page.locator("img[alt*='怀远县'], img[alt*='埇桥区']").first).to_be_visible()
        topic.select_option(label="全部")
        page.get_by_label("搜索").fill("no such thing")
        expect(page.get_by_text("没有找到")).to_be_visible()
        page.close()


def test_jupyterlab_opens_the_tour_and_runs_it_through(browser: Any, notebooks: Path) -> None:
    from playwright.sync_api import expect

    command = ["jupyterlab", START, "--no-browser", "--ip=127.0.0.1", "--IdentityProvider.token="]
    command += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with serving(command, notebooks) as address:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(f"{address}/lab/tree/{START}")
        expect(page.get_by_role("heading", name="十分钟上手")).to_be_visible()
        # Before its kernel is there, Lab takes the order to run and forgets it.
        expect(page.get_by_text("| Idle")).to_be_visible()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        # Lab draws cells as they come into view; the saved file holds them all.
        deadline = time.monotonic() + RUNNING / 1000
        while True:
            page.wait_for_timeout(1000)
            page.keyboard.press("Control+s")
            cells = [cell for cell in nbformat.read(notebooks / START, 4).cells if cell.cell_type == "code"]
            if all(cell.execution_count for cell in cells) and cells[-1].outputs:
                break
            assert time.monotonic() < deadline, [cell.execution_count for cell in cells]
        outputs = [output for cell in cells for output in cell.outputs]
        assert [output for output in outputs if output.output_type == "error"] == []
        assert [output for output in outputs if output.get("name") == "stderr"] == []
        # The panel is live here, not its static summary.
        panel = page.get_by_label("专题")
        page.get_by_text("sx.explore(report_id)").first.scroll_into_view_if_needed()
        expect(panel).to_be_visible()
        page.close()
