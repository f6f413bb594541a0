"""What a report claims of its county beside others, and what published figures say for or against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from sxedu_analysis.analysis.gap_measures import choose_measures, load_gap_measures
from sxedu_analysis.analysis.gaps import agree, load_gaps
from sxedu_analysis.analysis.neighbours import (
    is_county,
    load_places,
    load_publications,
    neighbours_dir,
    neighbours_of,
    place_name,
    publication_title,
)
from sxedu_analysis.analysis.own_figures import figures_in_use
from sxedu_analysis.analysis.phrase_language import compile_phrase
from sxedu_analysis.analysis.place_values import Figures, common_period, values_of
from sxedu_analysis.analysis.ranks import is_above
from sxedu_analysis.foundation.errors import CodebookError, SxeduError, did_you_mean
from sxedu_analysis.foundation.yaml_text import load_yaml
from sxedu_analysis.reading.layout import sentence_spans
from sxedu_analysis.reading.reports import Report, load_report

CLAIM_COLUMNS = (
    *("report_id", "adcode", "claim", "claim_zh", "claim_en", "subject", "subject_zh", "subject_en"),
    *("raw", "start", "end", "sentence", "evidence", "evidence_zh", "evidence_en", "measure"),
    *("related", "related_zh", "related_en", "settled_by", "settled_by_zh", "settled_by_en"),
)
"""Columns of the claims table, in order."""

EVIDENCE = {
    "for": ("支持", "for"),
    "against": ("不支持", "against"),
    "undecided": ("不能判定", "undecided"),
    "missing": ("没有录入可比的公开数字", "missing"),
}
_DIRECTIONS = ("below", "above", "first")


@cache
def _book() -> dict[str, Any]:
    path = neighbours_dir() / "claims.yaml"
    book: dict[str, Any] = load_yaml(path.read_text(encoding="utf-8"))
    known = set(load_publications()["publication"])
    for code, claim in book["claims"].items():
        if claim["direction"] not in _DIRECTIONS:
            raise CodebookError(f"unknown direction {claim['direction']!r}", where=f"{path.name}: {code}")
        claim["compiled"] = [
            compile_phrase(phrase, where=f"{path.name}: {code}", number=False) for phrase in claim["phrases"]
        ]
    for code, subject in book["subjects"].items():
        # Raises where a code is unknown.
        choose_measures([*subject["measures"], *subject.get("related", [])] or None)
        for publication in subject["settled_by"]:
            if publication not in known:
                near = did_you_mean(publication, known)
                raise CodebookError(
                    f"unknown publication {publication!r}{near}", where=f"{path.name}: {code}"
                )
    return book


def load_claims(report: str | Path | Report) -> pd.DataFrame:
    """The comparative claims of a report, each with the evidence for it, against it, or none.

    Parameters
    ----------
    report : str, path or Report
        As for `load_facts`.

    Returns
    -------
    DataFrame
        One row a claim, in the text's order: `claim` and `subject` with names, `raw`, `start`, `end` in the
        text analysed and the `sentence` (its clause); `evidence` (for, against, undecided, missing), what
        it is in words;
        `related`: what the figures do show, and why that is no test; `settled_by`: the publications that
        would settle it, empty where it is decided or every county already has its figure.

    Notes
    -----
    A claim of the direction "below" has evidence for it where the county is below the comparators' median
    (or the wider place) with bounds that do not overlap, against it where it is above. Where some comparators
    have no figure, only what holds whatever their values are counts as evidence.

    Examples
    --------
    >>> claims = load_claims("341324-2023H1")
    >>> claims[["claim", "subject", "evidence"]].values.tolist()
    [['gap_to_neighbours', 'learning', 'missing']]
    """
    loaded = load_report(report)
    rows = [_row(loaded, *found) for found in _found(loaded.text)]
    return pd.DataFrame(rows, columns=list(CLAIM_COLUMNS))


def _found(text: str) -> Iterator[tuple[str, int, int, str]]:
    """Claim, start, end and sentence, in order; of overlapping phrases the longest."""
    for begin, stop in sentence_spans(text):
        begin, stop = int(begin), int(stop)
        # White space inside a sentence is typesetting, as elsewhere in the phrase language.
        places = [place for place in range(begin, stop) if not text[place].isspace()]
        plain = "".join(text[place] for place in places)
        hits = [
            (end - start, code, start, end)
            for code, claim in _book()["claims"].items()
            for phrase in claim["compiled"]
            for start, end in phrase.spans(plain)
        ]
        taken: list[tuple[int, int]] = []
        for _, code, start, end in sorted(hits, key=lambda hit: (-hit[0], hit[2])):
            if not any(start < other_end and other_start < end for other_start, other_end in taken):
                taken.append((start, end))
                yield code, places[start], places[end - 1] + 1, _clause(plain, start, end)


def _clause(sentence: str, start: int, end: int) -> str:
    """The part of a sentence, between commas, semicolons or colons, in which a claim stands.

    What stands in another part has a predicate of its own and is not what the claim compares.
    """
    before = max(sentence.rfind(mark, 0, start) for mark in "，,；：;:。！？") + 1
    after = [place for mark in "，,；;。！？" if (place := sentence.find(mark, end)) >= 0]
    return sentence[before : min(after, default=len(sentence))]


# Between what is compared and the comparison there is room for 参与率 or 仍, not for another noun of its own.
_ROOM = 3


def _is_about(subject: Mapping[str, Any], sentence: str, claimed: str) -> bool:
    """Whether a clause compares a subject. For a verdict its name has to stand next to the comparison."""
    if not subject["measures"]:
        return any(word in sentence for word in subject["words"])
    before, _, after = sentence.partition(claimed)
    return any(
        (at := before.rfind(word)) >= 0 and len(before) - at - len(word) <= _ROOM
        for word in subject["words"]
        if word
    ) or any(word and word in claimed + after for word in subject["words"])


def _row(report: Report, code: str, start: int, end: int, sentence: str) -> dict[str, Any]:
    claim = _book()["claims"][code]
    key, subject = next(
        (key, one)
        for key, one in _book()["subjects"].items()
        if _is_about(one, sentence, "".join(report.text[start:end].split()))
    )
    literal = any(word in report.text[start:end] for word in _book()["literal"])
    flipped = bool(subject.get("reverse")) and not literal
    evidence, words, measure, lacking = _evidence(report, claim, subject, flipped)
    # What is decided, or undecided though every county has its figure, no further figure would settle.
    settled_by = subject["settled_by"] if lacking else []
    row: dict[str, Any] = {
        "report_id": report.report_id,
        "adcode": report.adcode,
        "claim": code,
        "claim_zh": claim["name_zh"],
        "claim_en": claim["name_en"],
        "subject": key,
        "subject_zh": subject["name_zh"],
        "subject_en": subject["name_en"],
        "raw": report.text[start:end],
        "start": start,
        "end": end,
        "sentence": sentence,
        "evidence": evidence,
        "measure": measure,
        "related": ";".join(subject.get("related", [])),
        "settled_by": ";".join(settled_by),
    }
    places = _compared_places(report.adcode, claim)
    for lang in ("zh", "en"):
        row[f"evidence_{lang}"] = words[lang == "en"]
        row[f"related_{lang}"] = _related(report, claim, subject, lang)
        titles = [publication_title(one, places, lang) for one in settled_by]
        row[f"settled_by_{lang}"] = ("；" if lang == "zh" else "; ").join(one for one in titles if one)
    return row


def _compared_places(adcode: str, claim: Mapping[str, Any]) -> list[str]:
    """The counties that a claim is about: where it speaks of the neighbours, these too."""
    if not adcode:
        return []
    return [adcode, *(neighbours_of(adcode) if claim["beside"] == "adjacent" else [])]


def _evidence(
    report: Report, claim: Mapping[str, Any], subject: Mapping[str, Any], flipped: bool
) -> tuple[str, tuple[str, str], str, bool]:
    """The verdict, its words, the measure, and whether further figures could change the verdict."""
    for code in subject["measures"]:
        verdict = _compare(report.adcode, code, claim, flipped)
        if verdict is not None:
            evidence, words, silent = verdict
            return evidence, words, code, evidence == "undecided" and silent > 0
    return "missing", ("没有录入可比的公开数字", "no comparable published figure is entered"), "", True


def _compare(
    adcode: str, code: str, claim: Mapping[str, Any], flipped: bool
) -> tuple[str, tuple[str, str], int] | None:
    """What a measure says of a claim, and of how many counties there is no figure; None of none."""
    if not adcode or not is_county(adcode) or claim["beside"] == "none":
        return None
    silent = 0
    try:
        [measure] = choose_measures([code])
        name = (measure.name_zh, measure.name_en)
        if claim["beside"] in ("adjacent", "same_city"):
            gaps = load_gaps(adcode, code, claim["beside"])
            silent = int((gaps["status"] != "compared").sum())
            gaps = gaps[gaps["status"] == "compared"]
            if gaps.empty:
                return None
            first = gaps.iloc[0]
            missing = (
                (f"，另有{silent}个县区没有数字", f"; no figure of {silent} more") if silent else ("", "")
            )
            own, median = (_with_bounds(first, prefix) for prefix in ("", "median_"))
            words = (
                f"{name[0]}：{own}，对照县区的中位数{median}，{first['rank_zh']}（由高到低）{missing[0]}",
                f"{name[1]}: {own}, median of the others {median}, "
                f"{first['rank_en']} from the highest{missing[1]}",
            )
            if claim["direction"] == "first":
                ends = first["rank_low"], first["rank_high"]
                best, worst = [first["ranked"] + 1 - one for one in ends[::-1]] if flipped else ends
                # First of those with figures is first of all only where all have figures.
                held = worst == 1 and not silent
                return ("for" if held else "undecided" if best == 1 else "against"), words, silent
            below, above = first["median_difference_high"] < 0, first["median_difference_low"] > 0
            if silent:
                # Whatever the silent counties' values are: more than half of all must be on one side.
                half = (len(gaps) + silent) / 2
                apart = gaps["distinct"].astype(bool)
                below = int((apart & (gaps["difference"] < 0)).sum()) > half
                above = int((apart & (gaps["difference"] > 0)).sum()) > half
        else:
            other = _wider(adcode, claim["beside"])
            figures = Figures(figures_in_use())
            period = common_period(measure, adcode, [other], figures)
            both = values_of(measure, [adcode, other], figures, period=period)
            mine, theirs = both[adcode], agree(both[adcode], both[other])
            if mine.interval is None or theirs.interval is None:
                return None
            below, above = is_above(theirs.interval, mine.interval), is_above(mine.interval, theirs.interval)
            values = [
                _with_bounds({"value": one.value, "low": one.low, "high": one.high})
                for one in (mine.interval, theirs.interval)
            ]
            words = (
                f"{name[0]}：{values[0]}，{place_name(other)}{values[1]}",
                f"{name[1]}: {values[0]}, {place_name(other, 'en')} {values[1]}",
            )
    except SxeduError:
        return None
    if not below and not above:
        return "undecided", words, silent
    return ("for" if (claim["direction"] == "below") == (below != flipped) else "against"), words, silent


def _with_bounds(row: Mapping[str, Any] | pd.Series, prefix: str = "") -> str:
    """A value to two decimals, with its bounds to three where it has any."""
    value = float(row[prefix.rstrip("_") or "value"])
    low, high = float(row[f"{prefix}low"]), float(row[f"{prefix}high"])
    return f"{value:.2f}" if high - low < 1e-9 else f"{value:.2f} [{low:.3f}, {high:.3f}]"


def _wider(adcode: str, level: str) -> str:
    codes = {"prefecture": adcode[:4] + "00", "province": adcode[:2] + "0000", "nation": "100000"}
    known = set(load_places()["adcode"])
    if codes[level] not in known:
        raise SxeduError(f"no figures of {codes[level]} are entered")
    return codes[level]


def _related(report: Report, claim: Mapping[str, Any], subject: Mapping[str, Any], lang: str) -> str:
    """What figures do show of something near, and why that is no test."""
    parts = []
    for code in subject.get("related", []):
        beside = claim["beside"] if claim["beside"] in ("adjacent", "same_city") else "same_city"
        try:
            gaps = load_gaps(report.adcode, code, beside) if report.adcode else pd.DataFrame()
        except SxeduError:
            continue
        ranked = gaps[gaps["status"] == "compared"] if len(gaps) else gaps
        if len(ranked):
            name, first = load_gap_measures()[code], ranked.iloc[0]
            if lang == "zh":
                parts.append(f"{name.name_zh}：{_with_bounds(first)}，{first['rank_zh']}")
            else:
                parts.append(f"{name.name_en}: {_with_bounds(first)}, {first['rank_en']}")
    if not parts:
        return ""
    why = str(subject[f"why_{lang}"])
    joined = ("；" if lang == "zh" else "; ").join(parts)
    return f"{joined}。但{why}。" if lang == "zh" else f"{joined}. But {why}."
