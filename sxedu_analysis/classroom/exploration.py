"""A report laid out for browsing: what there is on a topic, and for each item its card, chart and comparison.

No widget here: the panel draws this, and so does whatever else wants to browse a report.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from sxedu_analysis.analysis import load_facts, load_measures, load_topics
from sxedu_analysis.analysis.gap_measures import choose_measures, load_gap_measures, load_gap_themes
from sxedu_analysis.classroom.cards import Card, fields_html, fields_text, show
from sxedu_analysis.classroom.catalogue import describe
from sxedu_analysis.production.fact_pages import with_names
from sxedu_analysis.production.gap_pages import gap_table, look_around, source_line
from sxedu_analysis.production.output import table_html
from sxedu_analysis.production.wording import about, say
from sxedu_analysis.reading.reports import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ALL = "all"
NO_COMPARATORS = "none"
_FIRST = 8
_PUBLISHED = "published:"
"""Before a theme of published figures: some have the code of a topic."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something to look at: a fact, a measure of the report, or a published measure of its county."""

    kind: str
    code: str
    name: str
    topic: str
    words: str
    """All that a search looks through, in lower case: code, names, the report's expression and sentence."""

    @property
    def key(self) -> str:
        """What names the item in the panel: an indicator and a published measure may share a code."""
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True)
class Exploration:
    """A report's facts and measures, and its county's published measures, to browse in one language."""

    report: Report
    lang: str = "zh"

    @cached_property
    def facts(self) -> pd.DataFrame:
        """As `load_facts` returns it, with the units of the indicators."""
        return with_names(load_facts(self.report))

    @cached_property
    def measures(self) -> pd.DataFrame:
        """The measures that the report has figures for."""
        measures = load_measures(self.report)
        return measures[measures["value"].notna()].reset_index(drop=True)

    @cached_property
    def topics(self) -> dict[str, str]:
        """Topic -> its name, of those that have something; the themes of published figures come last."""
        names = load_topics().set_index("topic")[f"name_{self.lang}"].to_dict()
        published = say(self.lang, "公开数字：", "Published figures: ")
        themes = load_gap_themes().set_index("theme")[f"name_{self.lang}"].to_dict()
        names |= {_PUBLISHED + code: published + str(name) for code, name in themes.items()}
        found = {item.topic for item in self._items}
        return {code: str(name) for code, name in names.items() if code in found}

    @cached_property
    def _items(self) -> list[Item]:
        rows: list[tuple[str, Any]] = [("measure", row) for row in self.measures.to_dict("records")]
        rows += [("fact", row) for row in self.facts.drop_duplicates("indicator").to_dict("records")]
        items = []
        for kind, row in rows:
            code = row["measure" if kind == "measure" else "indicator"]
            told = [code, row["name_zh"], row["name_en"], row.get("raw", ""), row.get("sentence", "")]
            items.append(Item(kind, code, row[f"name_{self.lang}"], row["topic"], "\n".join(told).lower()))
        if self.report.adcode:
            items += [
                Item(
                    "published",
                    one.measure,
                    getattr(one, f"name_{self.lang}"),
                    _PUBLISHED + one.theme,
                    "\n".join((one.measure, one.name_zh, one.name_en)).lower(),
                )
                for one in load_gap_measures().values()
                if not one.on_request
            ]
        return items

    def items(self, topic: str = ALL, words: str = "") -> list[Item]:
        """What belongs to a topic and holds all the words, measures before facts."""
        wanted = words.lower().split()
        return [
            item
            for item in self._items
            if topic in (ALL, item.topic) and all(word in item.words for word in wanted)
        ]

    def item(self, key: str) -> Item:
        """The item of a key; KeyError for another."""
        return {item.key: item for item in self._items}[key]

    def card(self, item: Item) -> Card:
        """A fact in its sentence; a measure with its bounds, and its facts; else what the code means."""
        if item.kind == "published":
            told = describe(item.code).table
            fields = list(zip(told[f"label_{self.lang}"], told[self.lang], strict=True))
            return Card.of(fields_html(item.name, fields), fields_text(item.name, fields), told)
        if item.kind == "fact":
            return show(self.facts[self.facts["indicator"] == item.code], self.lang, report=self.report)
        measure = self.measures[self.measures["measure"] == item.code]
        starts = measure[["numerator_start", "denominator_start"]].iloc[0].tolist()
        facts = self.facts[self.facts["start"].isin(starts)]
        cards = show(measure, self.lang), show(facts, self.lang, report=self.report)
        return Card("".join(one.html for one in cards), "\n".join(one.text for one in cards), table=measure)

    def draw(self, item: Item) -> Axes:
        """The chart that shows an item best: a measure's own, a target's, or the counts of its topic."""
        from sxedu_analysis import charts

        told: dict[str, Any] = about(self.report, self.lang)
        if item.kind == "measure":
            row = self.measures.set_index("measure").loc[item.code]
            return self._draw_measure(row, told)
        fact = self.facts[self.facts["indicator"] == item.code].iloc[0]
        if fact["basis"] == "target":
            chart = charts.target_rates if fact["counting_unit"] == "percent" else charts.target_counts
            return chart(self.facts[self.facts["topic"] == item.topic], **told)
        derived = self.measures[self.measures["status"] == "derived"]
        sides = (derived["numerator"] == item.code) | (derived["denominator"] == item.code)
        if sides.any():
            return self._draw_measure(derived[sides].iloc[0], told)
        if fact["counting_unit"] in ("person", "person_time"):
            return charts.magnitudes(self.facts[self.facts["topic"] == item.topic], **told)
        return charts.facts_by_topic(self.facts, load_topics(), **told)

    def _draw_measure(self, row: pd.Series, told: dict[str, Any]) -> Axes:
        from sxedu_analysis import charts

        kind = str(row["kind"])
        same_kind = self.measures[self.measures["kind"] == kind]
        if kind == "coverage" and row["status"] == "derived":
            return charts.reached_of_eligible(self.facts, row["numerator"], row["denominator"], **told)
        if kind == "target":
            return charts.target_rates(self.facts[self.facts["indicator"] == row["numerator"]], **told)
        drawn: dict[str, Callable[..., Axes]] = {
            **dict.fromkeys(("coverage", "share", "stated_complete", "reported_rate"), charts.coverage_bars),
            **dict.fromkeys(("attendances_per_event", "persons_per_event"), charts.attendances_per_event),
        }
        if kind.startswith("amount_per"):
            return charts.amounts(same_kind, **told)
        if kind in drawn:
            return drawn[kind](same_kind, **told)
        return charts.magnitudes(self.facts[self.facts["topic"] == row["topic"]], **told)

    def compare(self, item: Item, comparators: str) -> tuple[str, Axes | None]:
        """An item beside other counties: HTML and a chart; without one the reason why nothing is compared."""
        from sxedu_analysis.charts.gap_themes import gap_theme
        from sxedu_analysis.charts.gap_words import compared

        if item.kind == "fact":
            return self._said(
                "单个数字不与别处比较：各县规模不同。请选算得的指标，或一项公开数字。",
                "A single figure is not compared between places of different size. Choose a measure, or a "
                "published figure.",
            ), None
        around = look_around(self.report, comparators, choose_measures(item.code)[0].measure, self.lang)
        if around.reason:
            return f"<p>{escape(around.reason)}</p>", None
        rows = compared(around.gaps)
        if rows.empty:
            reasons = [str(one) for one in around.gaps[f"reason_{self.lang}"].unique() if str(one)]
            told = say(self.lang, "；", "; ").join(reasons)
            return f"<p>{escape(say(self.lang, '没有可比的：', 'Nothing to compare: ') + told)}</p>", None
        source = source_line(around.gaps, self.lang)
        axes = gap_theme(
            around.gaps[around.gaps["status"] != "no_figures"],
            around.benchmarks,
            comparators=comparators,
            lang=self.lang,
            source=source,
        )
        return table_html(gap_table(around.gaps, self.lang)), axes

    def _said(self, zh: str, en: str) -> str:
        return f"<p>{escape(say(self.lang, zh, en))}</p>"

    def overview(self) -> Card:
        """What stands there at once where nobody can choose: how much there is, key measures, first facts.

        Words and tables only: they are the same on every machine, which a picture is not.
        """
        topics = self.facts["topic"].map(self.topics)
        counts = [f"{name} {count}" for name, count in topics.value_counts(sort=False).items()]
        listed = say(self.lang, "、", ", ").join(counts)
        lead = say(
            self.lang,
            f"{len(self.facts)}个数字：{listed}。下面是主要的算得数和前{_FIRST}个数字；"
            "在JupyterLab或Voilà里可以逐个查看。",
            f"{len(self.facts)} figures: {listed}. Below are the key measures and the first {_FIRST} "
            "figures; in JupyterLab or Voilà each can be looked at.",
        )
        key = self.measures[self.measures["key_figure"].notna()].sort_values("key_figure")
        cards = show(key, self.lang), show(self.facts.head(_FIRST), self.lang, report=self.report)
        html = "".join(one.html for one in cards)
        text = "\n".join([lead, *(one.text for one in cards if one.text)])
        return Card(f"<p>{escape(lead)}</p>{html}", text, table=self.facts)


def image(axes: Axes) -> tuple[str, str]:
    """A chart as an HTML image with its words as alternative text, and the words; the figure is let go of."""
    import matplotlib.pyplot as plt

    from sxedu_analysis.charts.theme import alt_text, figure_of, image_bytes

    words, data = alt_text(axes), base64.b64encode(image_bytes(axes)).decode("ascii")
    # As wide as a page shows it: 100 pixels an inch.
    across = figure_of(axes).get_figwidth() * 100 / 16
    plt.close(figure_of(axes))
    return (
        f'<img style="width:{across:.1f}rem;max-width:100%" alt="{escape(words)}" '
        f'src="data:image/png;base64,{data}">',
        words,
    )
