"""A researcher's own figures of a county: a CSV with sources, checked whole before any of it is used."""

from __future__ import annotations

import csv
import io
import math
import shutil
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from sxedu_analysis.analysis.figure_faults import find_faults
from sxedu_analysis.analysis.neighbours import (
    FIGURE_COLUMNS,
    load_figures,
    load_published_indicators,
)
from sxedu_analysis.analysis.published import read_published
from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.foundation.paths import user_data_dir
from sxedu_analysis.reading.formats import decode


class FiguresError(InputError):
    """A CSV of figures with faults; `faults` lists every one of them, a line each."""

    def __init__(self, faults: list[str], *, where: str) -> None:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(f"{count}: {'; '.join(faults)}", where=where, mend="nothing was read from it")
        self.faults, self.file, self.summary = faults, where, f"{where} has {count}"


def own_figures_dir() -> Path:
    """The user's folder of figures; every CSV in it is read. It need not exist."""
    return user_data_dir() / "neighbours"


def read_figures(path: str | Path) -> pd.DataFrame:
    r"""Read a CSV of figures, if all of it is sound.

    Parameters
    ----------
    path : path
        A CSV in UTF-8 or GB18030, one row a figure. Its columns, in any order:

        - `adcode`: the county's six digits of GB/T 2260;
        - `indicator`: a code of `load_published_indicators` (data/neighbours/indicators.csv);
        - `year`: the year the figure is of, not after `source_year`;
        - `value`, `unit`: digits with a decimal point, in the indicator's unit (money in yuan, not 万元);
        - `source_title`, `source_publisher`, `source_year`: the publication, who issued it, and when (empty
          where it does not say);

        and, where wanted or needed:

        - `published`: the figure as printed with its unit, 619.34亿元. It has to equal `value`, and gives the
          bounds: half a unit of the last digit printed. Required of money and areas unless `low` and `high`
          are given; where it is left out elsewhere, a whole count is exact, and a rate good to half a unit of
          the last digit of `value`;
        - `low`, `high`: bounds of your own, both or none; required of a sample (employment by industry);
        - `status`: reported (also if empty), or not_published with an empty `value`;
        - `locator`: page, table or row in the publication;
        - `population`: where it is not the indicator's own, with `caveat_zh` or `caveat_en` on how they
          relate.

    Returns
    -------
    DataFrame
        As `load_figures`; `source_id` is the source as it is to be printed.

    Raises
    ------
    FiguresError
        Lists every fault: row, field, what is there, what is allowed.
    InputError
        If the file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "mine.csv"
    >>> _ = file.write_text(
    ...     "adcode,indicator,year,value,unit,published,source_title,source_publisher,source_year\n"
    ...     "340322,gdp,2022,27290000000,yuan,272.9亿元,五河县2022年统计公报,五河县统计局,\n",
    ...     encoding="utf-8",
    ... )
    >>> read_figures(file)[["value", "low", "high"]].values.tolist()
    [[27290000000.0, 27285000000.0, 27295000000.0]]
    """
    path = Path(path)
    try:
        text = decode(path, path.read_bytes())
    except OSError as error:
        raise InputError(
            f"cannot be read ({(error.strerror or 'unknown').lower()})", where=str(path)
        ) from None
    except InputError as error:
        raise InputError(error.what, where=path.name, mend="save it as CSV UTF-8") from None
    try:
        reader = csv.DictReader(io.StringIO(text), strict=True)
        header = list(reader.fieldnames or [])
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise InputError(f"is no CSV ({error})", where=path.name) from None
    if faults := find_faults(header, rows):
        raise FiguresError(faults, where=path.name)
    return pd.DataFrame([_figure(row) for _, row in rows], columns=list(FIGURE_COLUMNS)).astype(
        FIGURE_COLUMNS
    )


def keep_figures(path: str | Path) -> Path:
    """Check a CSV of figures and copy it to the user's folder, where every analysis finds it.

    Raises
    ------
    FiguresError, InputError
        As `read_figures`; or if another file of that name is kept already.
    """
    path = Path(path)
    read_figures(path)
    target = own_figures_dir() / path.name
    if target.exists() and target.read_bytes() != path.read_bytes():
        raise InputError(
            "another file of this name is kept", where=str(target), mend="rename yours, or remove it"
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    except shutil.SameFileError:
        pass
    except OSError as error:
        raise InputError(f"cannot be written ({(error.strerror or '').lower()})", where=str(target)) from None
    return target


def figures_in_use(path: str | Path | None = None) -> pd.DataFrame:
    """The project's figures, those the user keeps, and those of one more file.

    A user's figure stands in for the project's of the same place, indicator and year.
    """
    files = sorted(own_figures_dir().glob("*.csv")) if own_figures_dir().is_dir() else []
    own = [read_figures(file) for file in [*files, *([path] if path is not None else [])]]
    if not own:
        return load_figures()
    key = ["adcode", "indicator", "year"]
    added = pd.concat(own, ignore_index=True).drop_duplicates(key, keep="last")
    theirs = load_figures()
    taken = pd.MultiIndex.from_frame(theirs[key]).isin(pd.MultiIndex.from_frame(added[key]))
    return pd.concat([theirs[~taken], added], ignore_index=True)


def _figure(row: Mapping[str, str]) -> dict[str, object]:
    cell = {name: str(value or "").strip() for name, value in row.items()}
    kind = load_published_indicators().set_index("indicator").loc[cell["indicator"]]
    status = cell.get("status") or "reported"
    bounds = _bounds(cell, kind) if status == "reported" else (math.nan, math.nan, math.nan, "")
    value, low, high, interval = bounds
    return {
        "adcode": cell["adcode"],
        "indicator": cell["indicator"],
        "year": cell["year"],
        "value": value,
        "low": low,
        "high": high,
        "unit": cell["unit"],
        "published": cell.get("published", ""),
        "interval_kind": interval,
        "status": status,
        "population": cell.get("population") or kind["population"],
        "source_id": f"{cell['source_publisher']}: {cell['source_title']}"
        + (f" ({cell['source_year']})" if cell["source_year"] else ""),
        "locator": cell.get("locator", ""),
        "settled_by": "",
        "caveat_zh": cell.get("caveat_zh") or cell.get("caveat_en", ""),
        "caveat_en": cell.get("caveat_en") or cell.get("caveat_zh", ""),
    }


def _bounds(cell: Mapping[str, str], kind: pd.Series) -> tuple[float, float, float, str]:
    """Value, bounds, and what kind of bounds they are: one's own, else what the digits leave."""
    value = float(cell["value"])
    if cell.get("low"):
        low, high = float(cell["low"]), float(cell["high"])
    else:
        printed = cell.get("published") or cell["value"]
        read = read_published(printed, counted=kind["interval"] == "count")
        if read is None:
            raise InputError(f"{printed!r} is no figure", where="published")
        low, high = read.low, min(read.high, 100.0) if cell["unit"] == "percent" else read.high
    if kind["interval"] == "sample":
        return value, low, high, "sampling"
    return value, low, high, "rounding" if low < high else "exact"
