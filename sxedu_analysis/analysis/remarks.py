"""What a reader has to know of a measure because of how this one report words its numbers.

The codebook's caveats hold of every report. These are made from the facts at hand: how each number is
written, over how long a period it was counted, and whether a target has anything to start from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sxedu_analysis.foundation.units import Division

Remark = tuple[str, str]
"""One remark in Chinese and in English."""


def joined(remarks: Iterable[Remark | None]) -> Remark:
    """Several remarks as one; those that are None or empty left out.

    Examples
    --------
    >>> joined([("甲。", "One."), None, ("", ""), ("乙。", "Two.")])
    ('甲。乙。', 'One. Two.')
    """
    said = [remark for remark in remarks if remark and remark[0]]
    return "".join(zh for zh, _ in said), " ".join(en for _, en in said)


_SPANS = {"H": ("半年", "half-year"), "Q": ("季度", "quarterly")}
# How a number is written -> what its bounds are taken to be. The conventions: reading/intervals.py.
_WORDED = {
    "more_than": (
        "{numbers}按高于所写的数、低于末位加一的数计",
        "{numbers}: read as above the number written and below the next unit of its last digit",
    ),
    "about": ("{numbers}是约数，上下限按惯例取", "{numbers}: approximate, with bounds by convention"),
    "range": ("{numbers}是一个范围", "{numbers}: a range"),
    "at_least": ("{numbers}只有下限", "{numbers}: a lower limit only"),
    "at_most": ("{numbers}只有上限", "{numbers}: an upper limit only"),
    "less_than": ("{numbers}只有上限", "{numbers}: an upper limit only"),
    "exact": (
        "{numbers}按四舍五入到所写的末位计",
        "{numbers}: taken as rounded to the last digit written",
    ),
}


def half_year_or_quarter(period: str) -> Remark | None:
    """The name of a period shorter than a year, in both languages; None for a year.

    Examples
    --------
    >>> half_year_or_quarter("2023H1"), half_year_or_quarter("2023")
    (('半年', 'half-year'), None)
    """
    found = re.fullmatch(r"\d{4}([HQ])\d", period)
    return _SPANS[found.group(1)] if found else None


def on_rounding(rows: Sequence[Any]) -> Remark | None:
    """Where the bounds of a measure come from: one clause for each way in which its numbers are written.

    Parameters
    ----------
    rows : sequence of facts
        With raw, low, high and qualifier.
    """
    clauses = []
    for qualifier, templates in _WORDED.items():
        numbers = [row.raw for row in rows if row.qualifier == qualifier and row.low < row.high]
        if numbers:
            quoted = [f"“{raw}”" for raw in dict.fromkeys(numbers)]
            clauses.append(
                (
                    templates[0].format(numbers="和".join(quoted)),
                    templates[1].format(numbers=" and ".join(quoted)),
                )
            )
    if clauses:
        zh, en = zip(*clauses, strict=True)
        return f"{'；'.join(zh)}。", f"{'; '.join(en)}."
    if len(rows) > 1:
        return (
            "两个数都写到个位，按精确数计算；是否逐一清点，由文字不能知道。",
            "Both numbers are written to the unit and taken as exact; the wording does not tell whether they "
            "were counted one by one.",
        )
    return None


def on_period(numerator: Any, denominator: Any, period: str) -> Remark | None:
    """A sum over part of a year, divided by what there is at one date."""
    span = half_year_or_quarter(period)
    if span is None or numerator.basis != "flow" or denominator.basis != "stock":
        return None
    return (
        f"{span[0]}数，不折算全年，不与年度数并列。",
        f"A {span[1]} figure, neither annualised nor to be set beside an annual one.",
    )


def name_with_period(
    names: Remark, quotient: Division, numerator: Any, denominator: Any, period: str
) -> Remark:
    """An amount per person names its period where that is no year: it would be taken for an annual one."""
    span = half_year_or_quarter(period)
    if span is None or quotient.kind != "amount_per_person":
        return names
    if numerator.basis != "flow" or denominator.basis != "stock":
        return names
    return f"{names[0]}（{span[0]}）", f"{names[1]} ({span[1]})"


def on_target(target: Any, has_present_value: bool) -> Remark | None:
    """A target that the report gives no present value for; a floor or ceiling among targets."""
    start = None
    if not has_present_value:
        start = (
            "没有识别到现值，据此无法判断进展。",
            "No present value was recognised in the report, so progress cannot be judged from it.",
        )
    worded = None
    if target.qualifier in ("at_least", "at_most"):
        worded = f"“{target.raw}”含所写的数。", f"“{target.raw}” includes the number written."
    elif target.qualifier in ("more_than", "less_than"):
        worded = f"“{target.raw}”不含所写的数。", f"“{target.raw}” excludes the number written."
    both = joined([start, worded])
    return both if both[0] else None
