"""Prove a restated report against its original: checksum, places, and the facts that each wording binds."""

from __future__ import annotations

import difflib
from pathlib import Path

import pandas as pd

from sxedu_analysis.analysis.codebook import load_codebook
from sxedu_analysis.analysis.facts import bind_facts
from sxedu_analysis.analysis.locations import find_claims, load_claim_locations, load_locations, paragraph
from sxedu_analysis.foundation.errors import UnknownReportError, VerificationError, did_you_mean
from sxedu_analysis.reading.quantities import find_quantities
from sxedu_analysis.reading.reports import Report, load_report, project_reports

_FACT_KEY = ("indicator", "value", "low", "high", "unit", "qualifier")
_MOST_SAID = 8
"""How many failed checks one line names; the table has them all."""


class OriginalDiffersError(VerificationError):
    """An original that does not agree with its restatement.

    Parameters
    ----------
    checks : DataFrame
        All checks, as `verify_original` returns them.
    """

    def __init__(self, what: str, *, where: str, mend: str, checks: pd.DataFrame) -> None:
        super().__init__(what, where=where, mend=mend)
        self.checks = checks


def verify_original(path: str | Path, report_id: str | None = None, *, strict: bool = True) -> pd.DataFrame:
    """Check an original against the project's restated text of it.

    Parameters
    ----------
    path : path
        The original, as its issuer published it.
    report_id : str, optional
        The report it is the original of; not needed where the project has one report or the checksum tells.
    strict : bool
        Whether a difference raises; else it only stands in the table.

    Returns
    -------
    DataFrame
        One row a check: `check` (sha256, length, expression, claims, facts), `passed` (bool), `detail`. An
        expression that differs has a row of its own, which says which, where, and what stands there instead.

    Raises
    ------
    OriginalDiffersError
        (a VerificationError) If strict and a check fails; its line names the checks that fail, figures first,
        its attribute `checks` is the table.
    InputError, UnknownReportError
        If the file cannot be read, or no report fits.
    """
    original = load_report(Path(path))
    report = load_report(_report_id(original, report_id))
    locations = load_locations(report)
    rows = [
        *_file_checks(original, report),
        *_expression_checks(original, report, locations),
        *_claim_checks(original, report),
        *_fact_checks(original, report),
    ]
    checks = pd.DataFrame(rows, columns=["check", "passed", "detail"])
    failed = checks[~checks["passed"].astype(bool)]
    if strict and not failed.empty:
        # The figure that differs says more than the checksum that differs with it.
        order = failed["check"].map({"expression": 0, "claims": 1, "facts": 2, "length": 3, "sha256": 4})
        said = failed.loc[order.sort_values(kind="stable").index, "detail"].tolist()
        counted = f"{len(said)} check{'' if len(said) == 1 else 's'} failed: "
        rest = f"; and {len(said) - _MOST_SAID} more" if len(said) > _MOST_SAID else ""
        raise OriginalDiffersError(
            f"{counted}{'; '.join(said[:_MOST_SAID])}{rest}",
            where=str(path),
            mend=f"this is not the file that {report.report_id} was restated from",
            checks=checks,
        )
    return checks


def _report_id(original: Report, report_id: str | None) -> str:
    known = project_reports()
    if report_id is not None:
        if report_id not in known:
            raise UnknownReportError(
                f"unknown report {report_id!r}{did_you_mean(report_id, known)}",
                mend=f"known reports: {', '.join(known)}",
            )
        return report_id
    if original.report_id in known:
        return original.report_id
    if len(known) == 1:
        return known[0]
    raise UnknownReportError(
        f"no report was restated from {original.path.name}", mend=f"say which: {', '.join(known)}"
    )


def _file_checks(original: Report, report: Report) -> list[tuple[str, bool, str]]:
    expected = report.metadata["original"]
    same, characters = original.sha256 == expected["sha256"], len(original.text)
    return [
        (
            "sha256",
            same,
            original.sha256 if same else f"sha256 is {original.sha256}, not {expected['sha256']}",
        ),
        (
            "length",
            characters == expected["characters"],
            f"{characters} characters"
            + ("" if characters == expected["characters"] else f", not {expected['characters']}"),
        ),
    ]


def _expression_checks(
    original: Report, report: Report, locations: pd.DataFrame
) -> list[tuple[str, bool, str]]:
    wrong = [
        row for row in locations.itertuples() if original.text[row.source_start : row.source_end] != row.raw
    ]
    if not wrong:
        return [("expression", True, f"{len(locations)} expressions stand at their places")]
    found = find_quantities(original.text)
    indicators = _indicators(report)
    rows = []
    # Aligned, not compared place by place: one longer figure moves all that follow, and only the one is
    # wrong.
    figures = locations[_is_figure(locations)]
    there = found[_is_figure(found)]
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(
        None, figures["raw"].tolist(), there["raw"].tolist(), autojunk=False
    ).get_opcodes():
        if tag == "equal":
            continue
        for number in range(max(i2 - i1, j2 - j1)):
            mine = figures.iloc[i1 + number] if i1 + number < i2 else None
            theirs = there.iloc[j1 + number] if j1 + number < j2 else None
            rows.append(("expression", False, _difference(mine, theirs, original.text, indicators)))
    if not rows:
        first = wrong[0]
        rows.append(
            (
                "expression",
                False,
                f"all figures are there, but {len(wrong)} moved, the first {first.raw!r} from character "
                f"{first.source_start}: words before it were changed",
            )
        )
    return rows


def _claim_checks(original: Report, report: Report) -> list[tuple[str, bool, str]]:
    """Statements without a figure: both texts make the same ones, the original at the places written down."""
    book = load_codebook()
    written = load_claim_locations(report).set_index(["rule", "claim"])
    mine, theirs = (
        find_claims(one.text, find_quantities(one.text), book).set_index(["rule", "claim"])
        for one in (report, original)
    )
    rows = []
    for key in dict.fromkeys([*written.index, *mine.index, *theirs.index]):
        name = f"claim {key[1]!r} (rule {key[0]})"
        if key not in theirs.index:
            rows.append(("claims", False, f"the original does not make {name}"))
        elif key not in mine.index:
            start = int(theirs.at[key, "start"])
            place = f"paragraph {paragraph(original.text, start)}, character {start}"
            rows.append(("claims", False, f"{name}, at {place}, is not in the restated text"))
        elif key not in written.index:
            rows.append(("claims", False, f"{name} is not located"))
        else:
            now = (int(theirs.at[key, "start"]), int(theirs.at[key, "end"]))
            known = (int(written.at[key, "source_start"]), int(written.at[key, "source_end"]))
            if now != known:
                rows.append(("claims", False, f"{name} moved from character {known[0]} to {now[0]}"))
    if rows:
        return rows
    return [("claims", True, f"{len(written)} statements without a figure stand at their places")]


def _is_figure(table: pd.DataFrame) -> pd.Series:
    """Which expressions both texts have: a restated text need not repeat each name and ordinal."""
    return table["kind"].astype(str).isin(["quantity", "date"]) | table["raw"].str.contains(r"\d", regex=True)


def _difference(
    mine: pd.Series | None, theirs: pd.Series | None, text: str, indicators: dict[int, str]
) -> str:
    if mine is None:
        assert theirs is not None
        place = f"paragraph {paragraph(text, int(theirs['start']))}, character {theirs['start']}"
        return f"{theirs['raw']!r} at {place} is not in the restated text"
    code = indicators.get(int(mine["restated_start"]))
    name = f"number {mine['number']}" + (f", {code}" if code else "")
    if theirs is None:
        return f"{mine['raw']!r} ({name}) is missing; it stood at character {mine['source_start']}"
    place = f"paragraph {paragraph(text, int(theirs['start']))}, character {theirs['start']}"
    return f"{theirs['raw']!r} stands at {place} where {mine['raw']!r} ({name}) stood"


def _indicators(report: Report) -> dict[int, str]:
    facts = bind_facts(report, find_quantities(report.text), load_codebook())
    return dict(zip(facts["start"].astype(int), facts["indicator"], strict=True))


def _fact_checks(original: Report, report: Report) -> list[tuple[str, bool, str]]:
    book = load_codebook()
    mine, theirs = (_keys(bind_facts(one, find_quantities(one.text), book)) for one in (report, original))
    if mine == theirs:
        return [("facts", True, f"the same {len(mine)} facts are bound from both wordings")]
    rows = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if tag != "equal":
            here = "; ".join(f"{key[0]} {key[1]:g}" for key in mine[i1:i2]) or "nothing"
            there = "; ".join(f"{key[0]} {key[1]:g}" for key in theirs[j1:j2]) or "nothing"
            rows.append(("facts", False, f"the original binds {there} where the restated text binds {here}"))
    return rows


def _keys(facts: pd.DataFrame) -> list[tuple[object, ...]]:
    return list(facts[list(_FACT_KEY)].itertuples(index=False, name=None))
