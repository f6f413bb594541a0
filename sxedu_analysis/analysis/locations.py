"""Stand-off locations: where each number of a restated report stands in the original (`locations.csv`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sxedu_analysis.foundation.errors import InputError, VerificationError
from sxedu_analysis.reading.layout import paragraph_spans, row_at
from sxedu_analysis.reading.reports import Report, load_report

LOCATION_COLUMNS = {
    "number": "int64",
    "raw": "str",
    "kind": "str",
    "restated_start": "int64",
    "restated_end": "int64",
    "source_start": "int64",
    "source_end": "int64",
    "source_paragraph": "int64",
}


def load_locations(report_id: str | Path | Report) -> pd.DataFrame:
    """Where the numbers of a restated report stand in its original.

    Parameters
    ----------
    report_id : str, path or Report

    Returns
    -------
    DataFrame
        One row a quantity of the restated text, in its order: `number` (from 1), `raw` (equal in both texts),
        `kind`, `restated_start`, `restated_end`, `source_start`, `source_end` (0-based offsets in
        characters), `source_paragraph` (from 1, blank lines not counted). Empty for a report that is
        itself an original.

    Raises
    ------
    InputError
        If the file is missing or no longer fits the restated text.

    Examples
    --------
    >>> load_locations("341324-2023H1").query("kind == 'quantity'")["raw"].iloc[0]
    '20名'
    """
    report = load_report(report_id)
    if report.text_kind != "restated":
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in LOCATION_COLUMNS.items()})
    path = Path(report.path).with_name("locations.csv")
    mend = "run: python -m sxedu_analysis.analysis.refresh --original FILE"
    try:
        table = pd.read_csv(path, keep_default_na=False, dtype=LOCATION_COLUMNS)[list(LOCATION_COLUMNS)]
    except (OSError, KeyError, ValueError) as error:
        raise InputError(f"cannot be read ({error})", where=str(path), mend=mend) from error
    for row in table.itertuples():
        if report.text[row.restated_start : row.restated_end] != row.raw:
            raise InputError(
                f"row {row.number}: {row.raw!r} does not stand at {row.restated_start} of the restated text",
                where=str(path),
                mend=mend,
            )
    return table


def locate(
    restated: pd.DataFrame,
    original: pd.DataFrame,
    original_text: str,
    keys: tuple[Sequence[str], Sequence[str]],
) -> pd.DataFrame:
    """Find each quantity of the restated text in the original, order kept.

    Parameters
    ----------
    restated, original : DataFrame
        The quantities of the two texts.
    original_text : str
    keys : pair of sequences
        What each quantity of the two texts means (its indicator, or its kind): of several equal
        expressions the one with the same meaning is taken.

    Returns
    -------
    DataFrame
        As `load_locations` returns it.

    Raises
    ------
    VerificationError
        If an expression of the restated text does not stand in the original in this order.
    """
    pairs = _align(
        list(zip(restated["raw"], keys[0], strict=True)), list(zip(original["raw"], keys[1], strict=True))
    )
    rows = []
    for number, (mine, theirs) in enumerate(pairs, start=1):
        here = restated.iloc[mine]
        if theirs is None:
            raise VerificationError(
                f"{here['raw']!r} (number {number}, character {here['start']}) is not here in the original",
                where="restated.txt",
                mend="restate each number to the character and in the original's order",
            )
        there = original.iloc[theirs]
        rows.append(
            (
                number,
                here["raw"],
                str(here["kind"]),
                here["start"],
                here["end"],
                there["start"],
                there["end"],
                paragraph(original_text, int(there["start"])),
            )
        )
    return pd.DataFrame(rows, columns=list(LOCATION_COLUMNS)).astype(LOCATION_COLUMNS)


def paragraph(text: str, offset: int) -> int:
    """Number of the paragraph (1-based, blank lines not counted) in which an offset lies."""
    return int(row_at(paragraph_spans(text), np.array([offset]))[0]) + 1


def _align(mine: list[tuple[str, str]], theirs: list[tuple[str, str]]) -> list[tuple[int, int | None]]:
    """The order-keeping alignment that pairs most expressions and, among those, most equal meanings."""
    width = len(theirs) + 1
    score = [[0] * width for _ in range(len(mine) + 1)]
    for i in range(len(mine) - 1, -1, -1):
        for j in range(len(theirs) - 1, -1, -1):
            best = max(score[i + 1][j], score[i][j + 1])
            if mine[i][0] == theirs[j][0]:
                best = max(best, score[i + 1][j + 1] + _gain(mine[i], theirs[j]))
            score[i][j] = best
    pairs: list[tuple[int, int | None]] = []
    j = 0
    for i, one in enumerate(mine):
        while j < len(theirs) and score[i][j] == score[i][j + 1] and not _takes(score, i, j, one, theirs[j]):
            j += 1
        if j < len(theirs) and _takes(score, i, j, one, theirs[j]):
            pairs.append((i, j))
            j += 1
        else:
            pairs.append((i, None))
    return pairs


def _gain(one: tuple[str, str], two: tuple[str, str]) -> int:
    # A pair always outweighs any number of equal meanings elsewhere being gained by dropping it.
    return 1000 + (1 if one[1] == two[1] else 0)


def _takes(score: list[list[int]], i: int, j: int, one: tuple[str, str], two: tuple[str, str]) -> bool:
    return one[0] == two[0] and score[i][j] == score[i + 1][j + 1] + _gain(one, two)
