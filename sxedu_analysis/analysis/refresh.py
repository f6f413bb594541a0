"""Regenerate what is derived from the restated reports.

`python -m sxedu_analysis.analysis.refresh [--original FILE]` writes `data/facts/<report_id>.csv` of every
report of the project. With an original it first writes the `locations.csv` and `claim_locations.csv` of its
report.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sxedu_analysis.analysis.codebook import load_codebook
from sxedu_analysis.analysis.concepts import Codebook
from sxedu_analysis.analysis.facts import bind_indicators, load_facts
from sxedu_analysis.analysis.locations import locate, locate_claims
from sxedu_analysis.analysis.verify import verify_original
from sxedu_analysis.foundation.errors import SxeduError
from sxedu_analysis.foundation.paths import data_dir
from sxedu_analysis.reading.quantities import find_quantities
from sxedu_analysis.reading.reports import Report, load_report, project_reports


def facts_csv(report_id: str) -> str:
    """The content of `data/facts/<report_id>.csv`."""
    return load_facts(report_id).to_csv(index=False, lineterminator="\n")


def locations_csv(original: str | Path, report_id: str) -> str:
    """The content of a report's `locations.csv`, made from its original."""
    book = load_codebook()
    reports = load_report(report_id), load_report(Path(original))
    quantities = [find_quantities(report.text) for report in reports]
    keys = tuple(_meanings(report, table, book) for report, table in zip(reports, quantities, strict=True))
    table = locate(quantities[0], quantities[1], reports[1].text, (keys[0], keys[1]))
    return table.to_csv(index=False, lineterminator="\n")


def claim_locations_csv(original: str | Path, report_id: str) -> str:
    """The content of a report's `claim_locations.csv`, made from its original."""
    texts = (load_report(report_id).text, load_report(Path(original)).text)
    mine, theirs = ((text, find_quantities(text)) for text in texts)
    return locate_claims(mine, theirs, load_codebook()).to_csv(index=False, lineterminator="\n")


def _meanings(report: Report, quantities: pd.DataFrame, book: Codebook) -> list[str]:
    bound = bind_indicators(report, quantities, book)
    return [bound.get(row, str(kind)) for row, kind in quantities["kind"].items()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m sxedu_analysis.analysis.refresh", description=__doc__)
    parser.add_argument("--original", metavar="FILE", help="an original to locate the restated figures in")
    parser.add_argument(
        "--report", metavar="REPORT_ID", help="its report (default: the one whose original it is)"
    )
    chosen = parser.parse_args(arguments)
    try:
        if chosen.original:
            report_id = chosen.report or load_report(Path(chosen.original)).report_id
            folder = load_report(report_id).path.parent
            _write(folder / "locations.csv", locations_csv(chosen.original, report_id))
            _write(folder / "claim_locations.csv", claim_locations_csv(chosen.original, report_id))
            verify_original(chosen.original, report_id)
        for report_id in project_reports():
            _write(data_dir() / "facts" / f"{report_id}.csv", facts_csv(report_id))
    except SxeduError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Bytes, so that line ends are the same on every system.
    path.write_bytes(content.encode("utf-8"))
    print(path)


if __name__ == "__main__":
    sys.exit(main())
