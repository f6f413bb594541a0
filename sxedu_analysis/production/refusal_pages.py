"""A quotient that must not be taken: why, and what is sound instead."""

from __future__ import annotations

from html import escape

import pandas as pd

from sxedu_analysis.foundation.errors import UnitError
from sxedu_analysis.foundation.units import COUNTING_UNITS
from sxedu_analysis.production import output
from sxedu_analysis.production.output import Shown, show_text
from sxedu_analysis.production.wording import say


def show_refusal(facts: pd.DataFrame, numerator: str, denominator: str, lang: str) -> None:
    """Ask for a ratio that must not be, and show why it is refused (or that there is nothing to refuse)."""
    from sxedu_analysis.analysis import load_indicators, ratio

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
    try:
        ratio(facts, numerator, denominator)
    except UnitError as error:
        reason = refusal_reason(numerator, denominator, lang) or str(error)
        sound = sound_instead(numerator, lang)
        html = (
            f'<div class="sx-refusal"><p class="sx-name">{escape(pair)}</p>'
            f"<p>{escape(say(lang, '不予计算：', 'Refused: '))}{escape(reason)}</p>"
            f'<p class="sx-caveat">{escape(sound)}</p></div>'
        )
        output.put(Shown(html, f"{pair}: {reason} {sound}"))
        return
    show_text(lang, zh="{pair}可以相除。", en="{pair} may be divided.", pair=pair)


_MOST_SOUND = 4


def refusal_reason(numerator: str, denominator: str, lang: str) -> str:
    """Why two indicators are not divided: the codebook's own words, else what their counting units say."""
    from sxedu_analysis.analysis import load_codebook

    book = load_codebook()
    if (numerator, denominator) in book.unsound:
        return str(getattr(book.unsound[numerator, denominator], f"why_{lang}"))
    units = tuple(book.indicators[code].counting_unit for code in (numerator, denominator))
    above, below = (COUNTING_UNITS[unit][lang == "en"] for unit in units)
    if units == ("person_time", "person"):
        return say(
            lang,
            "人次除以人数不是覆盖率：同一个人可以计多次，得出的百分数没有“多少人”的含义。",
            "person-times over persons are no coverage: one person may count often, so the percentage says "
            "nothing about how many people.",
        )
    return say(
        lang, f"“{above}”除以“{below}”没有独立的含义。", f"{above} over {below} have no meaning of their own."
    )


def sound_instead(numerator: str, lang: str) -> str:
    """The sound measures of the codebook that use the numerator, else those of its topic; empty if none."""
    from sxedu_analysis.analysis import load_codebook

    book = load_codebook()
    ratios = [one for one in book.measures.values() if one.denominator]
    using = [one for one in ratios if numerator in (one.numerator, one.denominator)]
    topic = book.indicators[numerator].topic
    near = [one for one in ratios if topic == book.indicators[one.numerator].topic]
    names = [getattr(one, f"name_{lang}") for one in (using or near)[:_MOST_SOUND]]
    if not names:
        return ""
    return (
        say(lang, "可以计算的是：", "Sound instead: ")
        + say(lang, "、", "; ").join(names)
        + say(lang, "。", ".")
    )
