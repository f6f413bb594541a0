"""A quotient that must not be taken: why, and what is sound instead."""

from __future__ import annotations

from html import escape

import pandas as pd

from sxedu_analysis.production import output
from sxedu_analysis.production.output import Shown, show_text
from sxedu_analysis.production.wording import say


def show_refusal(facts: pd.DataFrame, numerator: str, denominator: str, lang: str) -> None:
    """Ask for a ratio that must not be, and show why it is refused (or that there is nothing to refuse)."""
    from sxedu_analysis.analysis import load_codebook, load_indicators
    from sxedu_analysis.analysis.soundness import sound_measures, why_refused

    names = load_indicators().set_index("indicator")[f"name_{lang}"]
    pair = f"{names.get(numerator, numerator)} ÷ {names.get(denominator, denominator)}"
    missing = [
        names.get(code, code) for code in (numerator, denominator) if code not in set(facts["indicator"])
    ]
    if missing:
        show_text(
            lang, zh="没有识别到{names}，无从相除。", en="Not recognised: {names}. Nothing to divide.",
            names=say(lang, "和", " and ").join(missing),
        )  # fmt: skip
        return
    book = load_codebook()
    why = why_refused(numerator, denominator, book)
    if why is None:
        show_text(lang, zh="{pair}可以相除。", en="{pair} may be divided.", pair=pair)
        return
    reason = say(lang, *why)
    sound = _said([getattr(one, f"name_{lang}") for one in sound_measures(numerator, book)], lang)
    html = (
        f'<div class="sx-refusal"><p class="sx-name">{escape(pair)}</p>'
        f"<p>{escape(say(lang, '不予计算：', 'Refused: '))}{escape(reason)}</p>"
        f'<p class="sx-caveat">{escape(sound)}</p></div>'
    )
    output.put(Shown(html, f"{pair}: {reason} {sound}"))


def _said(names: list[str], lang: str) -> str:
    if not names:
        return ""
    listed = say(lang, "、", "; ").join(names)
    return say(lang, f"可以计算的是：{listed}。", f"Sound instead: {listed}.")
