from __future__ import annotations

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sxedu_analysis.production.publish import (
    blocks,
    navigation,
    page_title,
    render,
    whole_numbers,
    without_title,
)
from sxedu_analysis.production.webfont import font_data_url

HOSTILE = '<script>alert(1)</script>"><img onerror=x>{{7*7}}'


def page(executed, lang: str = "zh", **extra: object) -> str:
    context = {
        "template": "notebook",
        "heading": "标题",
        "eyebrow": "甲县",
        "nav": navigation([("index.html", "概览"), ("a.html", "甲")], "a.html"),
        "footer": ["来源"],
        "blocks": blocks(executed),
        **extra,
    }
    return render({"a.html": context}, lang)["a.html"]


def test_hostile_text_stays_text() -> None:
    made = new_notebook(
        cells=[
            new_markdown_cell(HOSTILE),
            new_code_cell(
                f"# {HOSTILE}",
                outputs=[
                    new_output("stream", name="stdout", text=HOSTILE),
                    new_output("display_data", {"text/plain": HOSTILE}),
                    new_output(
                        "display_data",
                        {"image/png": "aGk=\n", "text/plain": "x"},
                        metadata={"image/png": {"alt": HOSTILE}},
                    ),
                ],
            ),
        ]
    )
    html = page(made, heading=HOSTILE, eyebrow=HOSTILE, lead=HOSTILE, footer=[HOSTILE])
    assert "<script" not in html
    assert "<img onerror" not in html
    assert "49" not in re.sub(r"base64,[^\")]*", "", html).split("<main")[1]
    assert html.count("&lt;script&gt;") >= 4


def test_a_page_needs_nothing_from_outside() -> None:
    html = page(new_notebook(cells=[new_markdown_cell("一段话")]))
    assert "default-src 'none'" in html
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)
    assert html.count("data:font/woff2;base64,") == 2
    assert '<meta name="viewport"' in html


def test_a_page_holds_no_code_but_a_link_to_the_notebook() -> None:
    executed = new_notebook(cells=[new_code_cell("answer = 42"), new_code_cell(" ")])
    html = page(executed, notebook="notebooks/a.ipynb", shown="所示")
    assert "answer" not in html
    assert '<a href="notebooks/a.ipynb">' in html


def test_prose_that_introduces_code_stays_with_the_code() -> None:
    cell = new_markdown_cell("## 参数", metadata={"tags": ["with-code"]})
    assert blocks(new_notebook(cells=[cell])) == []


def test_a_chart_of_nothing_is_said_in_words() -> None:
    output = new_output("display_data", {"image/png": "aGk=\n", "text/plain": "x"})
    made = new_notebook(cells=[new_code_cell("1", outputs=[output])])
    chart = {"svg": "<svg/>", "alt": "<未识别>", "codes": [], "empty": True}
    assert blocks(made, [chart]) == [{"kind": "html", "html": '<p class="sx-none">&lt;未识别&gt;</p>'}]


def test_numbers_are_kept_whole_but_not_inside_tags_and_drawings() -> None:
    text = '<main><svg>5所</svg><a class="sx-q" href="#5所">11.2万人</a><b title="5所">有5所，94%</b>'
    assert whole_numbers(text) == text.replace("有5所", '有<span class="nb">5所</span>')
    assert whole_numbers("5所") == "5所"


def test_outputs_that_are_not_for_readers_are_left_out() -> None:
    outputs = [
        new_output("stream", name="stderr", text="a warning"),
        new_output("display_data", {"application/json": {}}),
        new_output("display_data", {"text/html": "<p>x</p>", "text/plain": "x"}),
    ]
    shown = blocks(new_notebook(cells=[new_code_cell("1", outputs=outputs)]))
    assert [block["kind"] for block in shown] == ["html"]


def test_the_title_moves_to_the_pages_head() -> None:
    made = new_notebook(cells=[new_code_cell("1"), new_markdown_cell("# 题\n\n正文")])
    assert page_title(made, "无") == "题"
    assert without_title(made).cells[1].source == "正文"
    assert page_title(new_notebook(cells=[new_markdown_cell("正文")]), "无") == "无"


def test_the_embedded_font_is_small_and_the_same_twice() -> None:
    first = font_data_url("sans", "泗县")
    assert first == font_data_url("sans", "县泗泗")
    assert len(first) < 40_000


@pytest.mark.parametrize(("lang", "attribute"), [("zh", "zh-CN"), ("en", "en")])
def test_the_page_says_its_language(lang: str, attribute: str) -> None:
    html = page(new_notebook(cells=[]), lang)
    assert f'<html lang="{attribute}">' in html
    assert ("Skip to content" in html) == (lang == "en")
