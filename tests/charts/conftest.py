"""Small tables with the columns of the real ones, made up for the charts, from the CSV files here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.axes import Axes

_FOLDER = Path(__file__).parent


@pytest.fixture
def facts() -> pd.DataFrame:
    return pd.read_csv(_FOLDER / "facts.csv")


@pytest.fixture
def topics() -> pd.DataFrame:
    return pd.read_csv(_FOLDER / "topics.csv")


@pytest.fixture
def measures() -> pd.DataFrame:
    return pd.read_csv(_FOLDER / "measures.csv")


@pytest.fixture
def findings() -> pd.DataFrame:
    return pd.read_csv(_FOLDER / "findings.csv")


@pytest.fixture
def words() -> Callable[[Axes], list[str]]:
    """All that a figure says."""
    return lambda axes: [text.get_text() for text in axes.figure.findobj(plt.Text) if text.get_text()]
