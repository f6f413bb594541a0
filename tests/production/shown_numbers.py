"""What pages and PDF show: their words, what is said of something by its name, where links lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pypdfium2

from tests.production.known_numbers import (
    BOUNDS,
    NUMBER,
    SCALE,
    Known,
    half_a_digit,
    plain,
    squeezed,
    strange,
)

_IN_BRIEF = "//section[@class='summary']"
"""Where the front page sums up."""
_TICKS = "xtick_"
"""In the ids of an axis' ticks, as matplotlib names them."""
_BLOCKS = (
    "br|p|li|td|th|h1|h2|h3|h4|caption|summary|dt|dd|div|article|section|option|text|label|header|footer"
    "|figcaption"
)


def shown_in(page: str, known: Known) -> tuple[str, list[tuple[list[str], str]], list[str]]:
    """What a page shows but for the report's own words.

    Returns
    -------
    str
        All its text, a block a line.
    list of (names, words)
        What is said of something by its name: rows of tables, cards, lists of numbers, sentences.
    list of str
        What is given as the report's words and is not.
    """
    tree = lxml.html.fromstring(page)
    for gone in tree.xpath(
        "//style|//script|//*[contains(@class,'toggle')]|//*[contains(@class,'code')]"
        # The scale of an axis is drawn to be round; what is plotted on it is checked.
        f"|//*[contains(@id,'{_TICKS}')]"
    ):
        gone.drop_tree()
    wrong = []
    for number in tree.xpath("//span[@class='pn']"):
        wrong += [n for n in re.findall(r"\d+", number.text_content()) if int(n) not in known.paragraphs]
        number.drop_tree()
    for quote in tree.xpath("//*[@lang='zh-CN' and not(self::html)]"):
        for part in quote.xpath("./summary|./p|./h2|./h3") or [quote]:
            for piece in squeezed(part.text_content()).split("..."):
                if piece.strip("《》“”") not in known.text + squeezed(known.report.title):
                    wrong.append(f"not the report's words: {piece[:60]!r}")
        quote.drop_tree()
    for block in tree.iter():
        if isinstance(block.tag, str) and re.fullmatch(_BLOCKS, block.tag):
            block.tail = f"\n{block.tail or ''}"
            block.text = f"\n{block.text or ''}"
    labels = "\n".join(tree.xpath("//@aria-label|//@alt|//@title"))
    return f"{tree.text_content()}\n{labels}", list(_named_parts(tree, known)), wrong


def _named_parts(tree: lxml.html.HtmlElement, known: Known) -> Iterator[tuple[list[str], str]]:
    for part in tree.xpath(f"//tr[th[@scope='row']]|//article[@class='figure']|//dl/div|{_IN_BRIEF}//li"):
        head = next(iter(part.xpath("./th|./h3|./dt")), part)
        called = plain(head.text_content()).strip()
        first = next((name for name in known.names if called.startswith(plain(name))), None)
        if first is not None:
            words = plain(part.text_content())
            # A sentence speaks of several things; a row or a card of one.
            others = [name for name in known.names if plain(name).lower() in words.lower()]
            yield ([first] if head is not part else others), words


def faults_of_page(page: str, known: Known) -> list[str]:
    text, parts, wrong = shown_in(page, known)
    for names, words in parts:
        wrong += [f"{one}, said of {names[0]}" for one in strange(words, known.named(names))]
    return wrong + strange(text, known) + faults_of_links(page, known)


def faults_of_links(page: str, known: Known) -> list[str]:
    """Links to the source whose words are another number than the one they lead to."""
    quantities = known.tables["quantities"].set_index("start")
    measures = known.tables["measures"]
    wrong = []
    for link in lxml.html.fromstring(page).xpath("//a[contains(@class,'sx-q')]"):
        start = int(link.get("href").rpartition("#q-")[2].rpartition("#")[2].removeprefix("q-"))
        words = plain(link.text_content())
        here = quantities.loc[start]
        fitting = [(here["value"], here["low"], here["high"])]
        used = measures[(measures["numerator_start"] == start) & measures["value"].notna()]
        fitting += list(used[["value", "low", "high"]].itertuples(index=False, name=None))
        numbers = list(NUMBER.finditer(words))
        if squeezed(here["raw"]) == squeezed(words) or not numbers:
            continue
        for match in numbers:
            number = float(match["digits"].replace(",", "")) * SCALE[match["scale"]]
            slack = half_a_digit(match["digits"], rounded=bool(match["about"])) * SCALE[match["scale"]]
            # The ends of a range are rounded outwards.
            slack *= 2 if BOUNDS.search(words) else 1
            if not any(abs(number - one) <= slack + 1e-9 * number for row in fitting for one in row):
                wrong.append(f"{words!r} leads to {here['raw']!r}")
    return wrong


def ticks_in(page: str) -> list[str]:
    """What is printed along the axes of a page's charts."""
    found = lxml.html.fromstring(page).xpath(f"//*[contains(@id,'{_TICKS}')]//text()")
    return [plain(one).strip() for one in found if one.strip()]


def text_of_pdf(pdf: Path) -> str:
    """The text of all pages, page numbers checked and set aside, lines that break within bounds joined."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]
    finally:
        document.close()
    for number, page in enumerate(pages, start=1):
        assert f"{number}/{len(pages)}" in squeezed(page)
        pages[number - 1] = re.sub(rf"{number} / {len(pages)}", "", page)
    lines = []
    for line in pages[0].splitlines():
        # The table of contents: each entry's heading stands on the page it names.
        entry = re.fullmatch(r"(.+?)[\s.]+(\d+)", line.strip())
        if (
            entry
            and 1 < int(entry[2]) <= len(pages)
            and squeezed(entry[1]) in squeezed(pages[int(entry[2]) - 1])
        ):
            continue
        lines.append(line)
    return re.sub(r"–\n", "–", "\n".join(["\n".join(lines), *pages[1:]]))
