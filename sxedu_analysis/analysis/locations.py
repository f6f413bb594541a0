"""Stand-off locations: where a restated report's numbers and claims stand in the original.

`locations.csv` has the numbers, the same to the character in both texts; `claim_locations.csv` the statements
without a figure that an audit rule looks for, which each text makes in words of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sxedu_analysis.analysis.concepts import Codebook
from sxedu_analysis.analysis.phrase_language import compile_phrase
from sxedu_analysis.analysis.skeletons import skeleton
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
CLAIM_LOCATION_COLUMNS = {
    "rule": "str",
    "claim": "str",
    "raw": "str",
    "restated_start": "int64",
    "restated_end": "int64",
    "source_start": "int64",
    "source_end": "int64",
    "source_paragraph": "int64",
}
_MEND = "run: python -m sxedu_analysis.analysis.refresh --original FILE"


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
    return _load(load_report(report_id), "locations.csv", LOCATION_COLUMNS)


def load_claim_locations(report_id: str | Path | Report) -> pd.DataFrame:
    """Where the statements without a figure of a restated report stand in its original.

    Parameters
    ----------
    report_id : str, path or Report

    Returns
    -------
    DataFrame
        One row a statement that a rule of kind ``claim_without_figure`` finds in the restated text: `rule`,
        `claim` (the codebook's Chinese name of it), `raw` (the words of the restated text),
        `restated_start`, `restated_end`, and `source_start`, `source_end`, `source_paragraph` of the
        original's own words for it. Empty for a report that is itself an original, or has no such file.

    Raises
    ------
    InputError
        If the file no longer fits the restated text.

    Examples
    --------
    >>> table = load_claim_locations("341324-2023H1")
    >>> bool((table["source_end"] > table["source_start"]).all())
    True
    """
    report = load_report(report_id)
    if not Path(report.path).with_name("claim_locations.csv").is_file():
        return _empty(CLAIM_LOCATION_COLUMNS)
    return _load(report, "claim_locations.csv", CLAIM_LOCATION_COLUMNS)


def _load(report: Report, name: str, columns: dict[str, str]) -> pd.DataFrame:
    if report.text_kind != "restated":
        return _empty(columns)
    path = Path(report.path).with_name(name)
    try:
        table = pd.read_csv(path, keep_default_na=False, dtype=columns)[list(columns)]
    except (OSError, KeyError, ValueError) as error:
        raise InputError(f"cannot be read ({error})", where=str(path), mend=_MEND) from error
    for number, row in enumerate(table.itertuples(), start=1):
        if report.text[row.restated_start : row.restated_end] != row.raw:
            raise InputError(
                f"row {number}: {row.raw!r} does not stand at {row.restated_start} of the restated text",
                where=str(path),
                mend=_MEND,
            )
    return table


def _empty(columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})


def find_claims(text: str, quantities: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """The statements without a figure that the codebook's rules look for, measured or not.

    Parameters
    ----------
    text : str
    quantities : DataFrame
        ``find_quantities(text)``.
    codebook : Codebook

    Returns
    -------
    DataFrame
        One row a claim that the text makes, in the order of the rules: `rule`, `claim` (its Chinese name),
        `raw`, `start`, `end` of the first words that make it.
    """
    bones = skeleton(text, quantities)
    rows = []
    for rule in codebook.rules:
        if rule.kind != "claim_without_figure":
            continue
        where = f"audit_rules.yaml rule {rule.rule}"
        for claim in rule.options["claims"]:
            spans = [
                span
                for words in claim["phrases"]
                for span in compile_phrase(words, where=where, number=False).spans(bones.text)
            ]
            if spans:
                first, last = min(spans)
                start, end = bones.places[first], bones.places[last - 1] + 1
                rows.append((rule.rule, claim["zh"], text[start:end], start, end))
    return pd.DataFrame(rows, columns=["rule", "claim", "raw", "start", "end"])


def locate_claims(
    restated: tuple[str, pd.DataFrame], original: tuple[str, pd.DataFrame], codebook: Codebook
) -> pd.DataFrame:
    """Find each claim of the restated text in the original's own words.

    Parameters
    ----------
    restated, original : pair of str and DataFrame
        A text and its quantities.
    codebook : Codebook

    Returns
    -------
    DataFrame
        As `load_claim_locations` returns it.

    Raises
    ------
    VerificationError
        If the restated text claims what the original does not.
    """
    there = find_claims(*original, codebook).set_index(["rule", "claim"])
    rows = []
    for mine in find_claims(*restated, codebook).itertuples():
        if (mine.rule, mine.claim) not in there.index:
            raise VerificationError(
                f"{mine.raw!r} (character {mine.start}) says what the original does not",
                where="restated.txt",
                mend="restate no claim that the original does not make",
            )
        theirs = there.loc[(mine.rule, mine.claim)]
        start = int(theirs["start"])
        place = (start, int(theirs["end"]), paragraph(original[0], start))
        rows.append((mine.rule, mine.claim, mine.raw, mine.start, mine.end, *place))
    return pd.DataFrame(rows, columns=list(CLAIM_LOCATION_COLUMNS)).astype(CLAIM_LOCATION_COLUMNS)


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
