"""Where data and notebooks are: in a clone, or in an installed wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

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


def is_clone() -> bool:
    """Whether the package runs from a clone, where derived files may be regenerated in place."""
    return home() != PACKAGE
