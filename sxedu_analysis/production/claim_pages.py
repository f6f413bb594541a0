"""What a report claims of its county beside others, as a table: the evidence, and what would settle it."""

from __future__ import annotations

import pandas as pd

from sxedu_analysis.analysis.claims import EVIDENCE, load_claims
from sxedu_analysis.analysis.locations import load_claim_locations
from sxedu_analysis.production.output import show_table, show_text
from sxedu_analysis.production.wording import place_text, say
from sxedu_analysis.reading.reports import Report


def show_claims(report: Report, lang: str) -> None:
    """Display each comparative claim of the text, with the evidence and what would settle it."""
    claims = load_claims(report)
    if claims.empty:
        show_text(
            lang,
            zh="文中没有找到与别处比较的说法。",
            en="The text was found to make no claim that compares the county with others.",
        )
        return
    places = load_claim_locations(report)
    rows = []
    for _, row in claims.iterrows():
        related = row[f"related_{lang}"]
        evidence = EVIDENCE[str(row["evidence"])][lang == "en"]
        words = row[f"evidence_{lang}"]
        said = evidence if row["evidence"] == "missing" else f"{evidence}{say(lang, '：', ': ')}{words}"
        place = _claim_place(row, report, places, lang)
        rows.append(
            {
                say(lang, "说法", "Claim"): f"“{row['raw']}”{say(lang, f'（{place}）', f' ({place})')}",
                say(
                    lang, "所比的事", "About"
                ): f"{row[f'subject_{lang}']}{say(lang, '，', ': ')}{row[f'claim_{lang}']}",
                say(lang, "公开数字", "Public figures"): said,
                say(lang, "相近而不能检验的", "Near, but no test"): related or say(lang, "无", "none"),
                say(lang, "可以判定的出版物", "What would settle it"): _what_would_settle(row, lang),
            }
        )
    show_table(pd.DataFrame(rows), lang)


def _what_would_settle(claim: pd.Series, lang: str) -> str:
    """The publications that would settle a claim, or why none is named."""
    if words := str(claim[f"settled_by_{lang}"]):
        return words
    if claim["evidence"] == "undecided":
        return say(lang, "数字已全，仍分不出高下", "figures are complete, and cannot be told apart")
    return say(lang, "已有数字可判", "the figures at hand decide it")


def _claim_place(claim: pd.Series, report: Report, places: pd.DataFrame, lang: str) -> str:
    """Where the original makes a claim; of one that is located in the text analysed only, that."""
    place = claim.to_dict() | {"source_start": None}
    inside = places[(places["restated_start"] >= claim["start"]) & (places["restated_end"] <= claim["end"])]
    known: dict[int, int] = {}
    if len(inside):
        found = inside.iloc[0]
        place |= {"source_start": found["source_start"], "source_end": found["source_end"]}
        known = {int(found["source_start"]): int(found["source_paragraph"])}
    return place_text(place, report, known, lang)
