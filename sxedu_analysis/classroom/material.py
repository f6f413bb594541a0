"""What a report offers to ask about: its tables, in them a coverage, attendances, money, figures at odds.

No indicator is named here: what a question needs is looked for by its kind. What a report lacks is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sxedu_analysis.analysis import load_codebook, load_facts, load_findings, load_measures
from sxedu_analysis.analysis.gaps import load_gaps
from sxedu_analysis.foundation.errors import InputError, ParameterError
from sxedu_analysis.reading.reports import Report


@dataclass(frozen=True)
class Material:
    """A report's tables, and the rows in them that questions are about; None for what it lacks."""

    report: Report

    @cached_property
    def facts(self) -> pd.DataFrame:
        """The results that the report states once, with their bounds: what may be asked about."""
        facts = load_facts(self.report)
        facts = facts[(facts["basis"] != "target") & facts["value"].notna()]
        return facts[~facts["indicator"].duplicated(keep=False)]

    @cached_property
    def measures(self) -> pd.DataFrame:
        """The measures computed from two facts."""
        measures = load_measures(self.report)
        return measures[measures["status"] == "derived"]

    @cached_property
    def coverage(self) -> pd.Series | None:
        """A share of persons reached among those who should be, with bounds."""
        rows = self._spread("coverage")
        units = self.facts.set_index("indicator")["counting_unit"].astype(str)
        of_persons = rows["numerator"].map(units).eq("person") & rows["denominator"].isin(units.index)
        return first_row(rows[of_persons])

    @cached_property
    def attendances(self) -> pd.Series | None:
        """Attendances per event; of several the one that over persons looks most like the coverage."""
        rows = self._spread("attendances_per_event")
        if rows.empty or self.coverage is None:
            return None if rows.empty else rows.iloc[0]
        false = 100 * rows["numerator_value"] / self.coverage["denominator_value"]
        return rows.loc[(false - self.coverage["value"]).abs().idxmin()]

    @cached_property
    def per_award(self) -> pd.Series | None:
        """An amount of money per award."""
        return first_row(self._spread("amount_per_award"))

    @cached_property
    def per_person(self) -> pd.Series | None:
        """An amount of money per person, of the same money if there is one."""
        rows = self._spread("amount_per_person")
        if self.per_award is not None:
            same = rows[rows["numerator"] == self.per_award["numerator"]]
            rows = same if len(same) else rows
        return first_row(rows)

    @cached_property
    def contradiction(self) -> pd.Series | None:
        """A part that is larger than its whole, or else the first two figures that exclude each other."""
        findings = load_findings(self.report)
        findings = findings[findings["indicators"].str.count(";") == 1]
        wanted = findings[findings["kind"] == "part_larger_than_whole"]
        return first_row(wanted if len(wanted) else findings[findings["weight"] == "contradiction"])

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """The county beside its neighbours, or where these are not known the counties of its city."""
        if self.report.adcode:
            for comparators in ("adjacent", "same_city", "all"):
                try:
                    gaps = load_gaps(self.report.adcode, "all", comparators)
                except (InputError, ParameterError):
                    continue
                if (gaps["status"] == "compared").any():
                    return gaps.assign(comparators=comparators)
        return pd.DataFrame()

    @cached_property
    def names(self) -> dict[str, str]:
        """Other ways to write an indicator: its names, and where only one has it the report's expression."""
        names: dict[str, str] = {}
        for code, one in load_codebook().indicators.items():
            names |= {one.name_zh: code, one.name_en: code}
        once = self.facts[~self.facts["raw"].duplicated(keep=False)]
        return names | dict(zip(once["raw"], once["indicator"], strict=True))

    def fact(self, code: str) -> pd.Series:
        """The fact of an indicator."""
        return self.facts[self.facts["indicator"] == code].iloc[0]

    def _spread(self, kind: str) -> pd.DataFrame:
        rows = self.measures[self.measures["kind"] == kind]
        return rows[rows["low"] < rows["high"]]


def first_row(rows: pd.DataFrame) -> pd.Series | None:
    """The first of some rows; None if there are none."""
    return None if rows.empty else rows.iloc[0]
