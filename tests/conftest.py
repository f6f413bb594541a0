"""Fixtures that every wing's tests may use."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from hypothesis import settings

# No screen is needed, and a figure looks the same everywhere.
matplotlib.use("Agg")

# The same examples every run: a red build is red again elsewhere. Timings on shared machines say nothing.
settings.register_profile("sxedu", derandomize=True, deadline=None)
settings.load_profile("sxedu")

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The clone's folder."""
    return REPOSITORY


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C as a terminal gives it: what a shell starts in the background ignores it, children too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def close_figures() -> Iterator[None]:
    """Closes what a test drew, so that no test sees another's figure."""
    yield
    from matplotlib import pyplot

    pyplot.close("all")


@pytest.fixture(autouse=True)
def user_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder: what a developer registered for himself is no test's business."""
    folder = tmp_path / "user data"
    monkeypatch.setenv("SXEDU_DATA", str(folder))
    return folder


@pytest.fixture
def rng() -> np.random.Generator:
    """A random generator with a fixed seed."""
    return np.random.default_rng(341324)


@pytest.fixture
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the working directory for the length of a test."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
