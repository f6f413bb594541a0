"""Where data and notebooks are: in a clone, in an installed wheel, in a user's folder."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

USER_DATA = "SXEDU_DATA"
"""The environment variable that names the user's data folder; kernels and worker processes inherit it."""

PACKAGE = Path(__file__).resolve().parents[1]


@cache
def home() -> Path:
    """The folder that holds ``data/`` and ``notebooks/``.

    A clone (also when installed in editable mode) has them beside the package, with pyproject.toml;
    a wheel carries them inside the package.
    """
    clone = PACKAGE.parent
    return clone if (clone / "pyproject.toml").is_file() and (clone / "data").is_dir() else PACKAGE


def data_dir() -> Path:
    """The folder with reports/, codebook/, lexicon/, facts/ and datapackage.json."""
    return home() / "data"


def notebooks_dir() -> Path:
    """The folder with the parameterised notebooks."""
    return home() / "notebooks"


def user_data_dir() -> Path:
    r"""The folder with the reports that a user registered; it need not exist.

    ``SXEDU_DATA``, or else where the platform keeps a user's data (``~/.local/share/sxedu_analysis``,
    ``~/Library/Application Support/sxedu_analysis``, ``%LOCALAPPDATA%\sxedu_analysis``).
    """
    if chosen := os.environ.get(USER_DATA):
        return Path(chosen).expanduser().absolute()
    import platformdirs

    return platformdirs.user_data_path("sxedu_analysis", appauthor=False)


def is_clone() -> bool:
    """Whether the package runs from a clone, where derived files may be regenerated in place."""
    return home() != PACKAGE
