"""What is compared between counties: measures of published figures, and those of the codebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from sxedu_analysis.analysis.neighbours import (
    load_published_indicators,
    neighbours_dir,
)
from sxedu_analysis.foundation.errors import (
    CodebookError,
    ParameterError,
    did_you_mean,
)
from sxedu_analysis.foundation.yaml_text import load_yaml

GAP_UNITS = {
    "percentage_points": ("个百分点", "percentage points"),
    "years": ("年", "years"),
    "per_hundred": ("人", "per hundred"),
    "yuan": ("元", "yuan"),
    "own": ("", ""),
}
"""How a difference is stated -> its unit; for money the difference in per cent is given as well."""


@dataclass(frozen=True, slots=True)
class GapMeasure:
    """What is compared: an entry of data/neighbours/measures.yaml, or a measure of the codebook."""

    measure: str
    theme: str
    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str
    gap: str
    caveats_zh: str = ""
    caveats_en: str = ""
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    over_times: tuple[str, ...] = ()
    factor: float = 1.0
    report: str = ""
    panel: str = ""
    key_figure: int = 0
    on_request: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """Every published indicator it is computed from."""
        return (*self.plus, *self.minus, *self.times, *self.over, *self.over_times)


@cache
def load_gap_measures() -> dict[str, GapMeasure]:
    """The measures that published figures allow, by code, in the order they are shown.

    Raises
    ------
    CodebookError
        If an entry names an indicator or a theme that does not exist.
    """
    path = neighbours_dir() / "measures.yaml"
    content = load_yaml(path.read_text(encoding="utf-8"))
    known = set(load_published_indicators()["indicator"])
    found = {}
    for code, entry in content["measures"].items():
        lists = {
            key: tuple(entry[key]) for key in ("plus", "minus", "times", "over", "over_times") if key in entry
        }
        measure = GapMeasure(measure=code, **{**entry, **lists})
        for part in measure.parts:
            if part not in known:
                raise CodebookError(
                    f"unknown indicator {part!r}{did_you_mean(part, known)}", where=f"{path.name}: {code}"
                )
        if measure.theme not in content["themes"] or measure.gap not in GAP_UNITS:
            raise CodebookError("unknown theme or gap", where=f"{path.name}: {code}")
        found[code] = measure
    return found


def load_gap_themes() -> pd.DataFrame:
    """The themes of the measures: `theme`, `name_zh`, `name_en`, in the order they are shown."""
    content = load_yaml((neighbours_dir() / "measures.yaml").read_text(encoding="utf-8"))
    return pd.DataFrame([{"theme": code, **names} for code, names in content["themes"].items()])


def panel_name(panel: str, lang: str) -> str:
    """The heading of a panel that several measures share; empty if there is none of that name."""
    content = load_yaml((neighbours_dir() / "measures.yaml").read_text(encoding="utf-8"))
    return str(content["panels"].get(panel, {}).get(f"name_{lang}", ""))


def choose_measures(chosen: str | Sequence[str] | None = None) -> list[GapMeasure]:
    """The measures asked for: all, those of a theme, or by code; also those of the codebook.

    Parameters
    ----------
    chosen : str or list of str, optional
        ``all`` (or None), themes and codes, in a list or divided by commas.

    Raises
    ------
    ParameterError
        For a code that is neither; names the nearest.

    Examples
    --------
    >>> [one.measure for one in choose_measures("attainment")]
    ['attainment_senior_secondary_or_above', 'attainment_tertiary']
    """
    ours = load_gap_measures()
    if chosen is None or chosen == "all":
        return [one for one in ours.values() if not one.on_request]
    words = chosen.replace("，", ",").split(",") if isinstance(chosen, str) else list(chosen)
    words = [word.strip() for word in words if word.strip()]
    themes = {one.theme for one in ours.values()}
    found: dict[str, GapMeasure] = {}
    for word in words:
        if word in themes:
            found |= {code: one for code, one in ours.items() if one.theme == word and not one.on_request}
        elif word in ours:
            found[word] = ours[word]
        elif (one := _of_codebook(word)) is not None:
            found[word] = one
        else:
            choices = ["all", *sorted(themes), *ours, *_codebook_measures()]
            raise ParameterError(
                f"unknown measure {word!r}{did_you_mean(word, choices)}",
                where="measures",
                mend=f"give all, a theme ({', '.join(sorted(themes))}), or codes such as {next(iter(ours))}",
            )
    if not found:
        raise ParameterError("no measure is given", where="measures", mend="give all, a theme, or codes")
    return list(found.values())


def _codebook_measures() -> Mapping[str, Any]:
    from sxedu_analysis.analysis.codebook import load_codebook

    return load_codebook().measures


def _of_codebook(code: str) -> GapMeasure | None:
    from sxedu_analysis.analysis.codebook import load_codebook
    from sxedu_analysis.analysis.measures import describe

    if code not in _codebook_measures():
        return None
    # The codebook's own words: what one report's wording adds holds of no other county.
    row = describe(_codebook_measures()[code], load_codebook())
    gap = (
        "yuan" if row["unit_zh"].startswith("元") else "percentage_points" if row["unit_zh"] == "%" else "own"
    )
    names = ("name_zh", "name_en", "unit_zh", "unit_en", "caveats_zh", "caveats_en")
    return GapMeasure(measure=code, theme="report", gap=gap, **{name: row[name] for name in names})


def difference_unit(row: Any, lang: str) -> str:
    """The unit of a difference, in words."""
    unit = GAP_UNITS[str(row["gap"])][lang == "en"]
    return unit or str(row[f"unit_{lang}"])
