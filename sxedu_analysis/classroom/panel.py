"""The panel to browse a report with: choose, search, see the chart and the sentence a number stands in."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from sxedu_analysis.analysis.neighbours import COMPARATORS
from sxedu_analysis.classroom.cards import Card
from sxedu_analysis.classroom.exploration import ALL, NO_COMPARATORS, Exploration, image
from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.production.wording import say
from sxedu_analysis.reading.reports import Report, load_report

_VIEW = "application/vnd.jupyter.widget-view+json"
_COMPARATORS = {
    "adjacent": ("相邻县区", "adjacent counties"),
    "same_city": ("同市县区", "counties of the same city"),
    "all": ("所有有数字的县区", "all counties with figures"),
}


def explore(
    report_id: str | Path | Report = "341324-2023H1", lang: str = "zh", *, live: bool = True
) -> Panel | Card:
    """Browse a report: by topic, by indicator, by search; each number with its chart and its sentence.

    Parameters
    ----------
    report_id : str, path or Report
        A report of the project, or the path of a report file.
    lang : str
        zh or en.
    live : bool
        False for a notebook that is run in a batch: no widgets are made.

    Returns
    -------
    Panel or Card
        A panel in JupyterLab and as a Voilà page. Where no widget can be shown (in a batch, in an exported
        page, without the extra ``lab``) a summary stands there at once: how many figures there are on each
        topic, the key measures, the first facts.

    Raises
    ------
    InputError, UnknownReportError
        If there is no such report, or no such language.

    Examples
    --------
    >>> print(explore("341324-2023H1", "en", live=False).text)  # doctest: +ELLIPSIS
    99 figures: ...
    """
    if lang not in ("zh", "en"):
        raise InputError(f"no language {lang!r}", where="explore", mend="give zh or en")
    exploration = Exploration(load_report(report_id), lang)
    if not live or importlib.util.find_spec("ipywidgets") is None:
        return exploration.overview()
    return Panel(exploration)


class Panel:
    """The widgets of `explore`; each is an attribute, so that a notebook can set and read it.

    Parameters
    ----------
    exploration : Exploration
        What there is to browse.

    Attributes
    ----------
    topic, search, indicator, comparators : ipywidgets widget
        What is chosen.
    sentence, chart, comparison : ipywidgets.HTML
        What is shown of it.
    widget : ipywidgets.Box
        All of them.
    """

    def __init__(self, exploration: Exploration) -> None:
        import ipywidgets as widgets

        self.exploration = exploration
        lang = exploration.lang
        wide = {"layout": widgets.Layout(width="auto"), "style": {"description_width": "4.5rem"}}
        topics = [(say(lang, "全部", "all"), ALL)]
        topics += [(name, code) for code, name in exploration.topics.items()]
        sets = [(say(lang, "不比较", "none"), NO_COMPARATORS)]
        sets += [(_COMPARATORS[code][lang == "en"], code) for code in COMPARATORS]
        self.topic = widgets.Dropdown(options=topics, description=say(lang, "专题", "Topic"), **wide)
        self.search = widgets.Text(
            description=say(lang, "搜索", "Search"),
            placeholder=say(lang, "名称、代码或原话", "name, code or words of the text"),
            **wide,
        )
        self.indicator = widgets.Select(description=say(lang, "指标", "Indicator"), rows=12, **wide)
        self.comparators = widgets.Dropdown(options=sets, description=say(lang, "对照", "Beside"), **wide)
        self.sentence, self.chart, self.comparison = (widgets.HTML() for _ in range(3))
        self.found = widgets.HTML()
        chosen = widgets.VBox(
            [self.topic, self.search, self.found, self.indicator, self.comparators],
            layout=widgets.Layout(flex="1 1 18rem", margin="0 1.5rem 0 0"),
        )
        shown = widgets.VBox(
            [self.sentence, self.chart, self.comparison],
            layout=widgets.Layout(flex="3 1 30rem", min_width="0"),
        )
        self.widget = widgets.Box([chosen, shown], layout=widgets.Layout(flex_flow="row wrap", width="100%"))
        for widget in (self.topic, self.search):
            widget.observe(self._list, names="value")
        self.indicator.observe(self._show, names="value")
        self.comparators.observe(self._compare, names="value")
        self._list()

    def _list(self, _: object = None) -> None:
        lang, items = self.exploration.lang, self.exploration.items(self.topic.value, self.search.value)
        signs = {"fact": "", "measure": "÷ ", "published": "◦ "}
        before, keys = self.indicator.value, [item.key for item in items]
        self.indicator.options = [(signs[item.kind] + item.name, item.key) for item in items]
        if items:
            self.indicator.value = before if before in keys else keys[0]
        self.found.value = say(
            lang,
            f"{len(items)}项（÷ 算得的，◦ 公开数字）",
            f"{len(items)} found (÷ computed, ◦ published figures)",
        )
        if not items:
            self._show()

    def _show(self, _: object = None) -> None:
        # Matplotlib takes a second to import: only a panel that draws pays for it.
        from sxedu_analysis.charts.theme import narrowly

        key = self.indicator.value
        if key is None:
            nothing = say(
                self.exploration.lang,
                "没有找到。换个词，或换个专题。",
                "Nothing found. Try another word or topic.",
            )
            self.sentence.value, self.chart.value, self.comparison.value = f"<p>{nothing}</p>", "", ""
            return
        item = self.exploration.item(key)
        self.sentence.value = self.exploration.card(item).html
        # A published figure has no chart of its own: it is drawn among its comparators.
        with narrowly():
            self.chart.value = "" if item.kind == "published" else image(self.exploration.draw(item))[0]
        self._compare()

    def _compare(self, _: object = None) -> None:
        from sxedu_analysis.charts.theme import narrowly

        key, chosen = self.indicator.value, self.comparators.value
        if key is None:
            return
        item = self.exploration.item(key)
        if chosen == NO_COMPARATORS and item.kind != "published":
            self.comparison.value = ""
            return
        with narrowly():
            html, axes = self.exploration.compare(item, "adjacent" if chosen == NO_COMPARATORS else chosen)
            self.comparison.value = (image(axes)[0] if axes is not None else "") + html

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """The widget, and beside it what to show where there is none to run it."""
        overview = self.exploration.overview()
        view = self.widget._repr_mimebundle_()
        return {_VIEW: view[_VIEW], "text/html": overview.html, "text/plain": overview.text}
