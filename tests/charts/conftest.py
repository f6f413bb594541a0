"""Small tables with the columns of the real ones, made up for the charts, from the CSV files here."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

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
