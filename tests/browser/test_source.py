"""The pages in a real browser, with the network cut: number -> source -> number, by mouse and by keyboard.

What a page does after a click or a key (`hashchange`, focus) it does when the browser finds time for it: such
reactions are awaited with `expect`, never read at once, and no test looks at a clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sxedu_analysis.production.report import make_report

HOSTILE = '<script>window.ran = 1</script>"><img src=x onerror=window.ran=1>{{7*7}}#let x = 1 *@'
PAGES = (
    "index.html",
    "01_report_figures.html",
    "02_coverage.html",
    "03_funding_per_student.html",
    "04_neighbour_gaps.html",
    "05_consistency.html",
    "source.html",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser") / "en"
    make_report("341324-2023H1", folder, "en", progress=lambda line: None)
    return folder


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(offline=True)
    one = context.new_page()
    said: list[str] = []
    one.on("console", lambda message: said.append(message.text))
    one.on("pageerror", lambda error: said.append(str(error)))
    yield one
    context.close()
    assert said == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(page: Any, made: Path, name: str) -> None:
    for width in (390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto((made / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def test_from_a_number_to_its_characters_and_back(page: Any, made: Path) -> None:
    from playwright.sync_api import expect

    page.goto((made / "index.html").as_uri())
    page.click(".figure .value a.sx-q >> nth=0")
    expect(page).to_have_url(re.compile(r"source\.html#q-"))
    chosen = page.locator("a.n.sel")
    expect(chosen).to_have_count(1)
    expect(page.locator("#panel-raw, .panel-raw")).to_have_text(chosen.inner_text())
    page.click("#panel a.back >> nth=0")
    expect(page).to_have_url(re.compile(r"index\.html#index-"))
    assert_in_sight(page)


def assert_in_sight(page: Any) -> None:
    """What the address names is wholly in sight, and not under the row of links that stays there."""
    seen = page.evaluate(
        "() => { const box = document.querySelector(':target').getBoundingClientRect();"
        " const bar = document.querySelector('nav.tabs');"
        " const under = getComputedStyle(bar).position === 'sticky' ? bar.getBoundingClientRect().bottom : 0;"
        " return [under, box.top, box.bottom, innerHeight]; }"
    )
    assert seen[0] <= seen[1] < seen[2] <= seen[3]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["index", "01_report_figures", "02_coverage", "05_consistency"])
def test_back_at_a_number_it_is_wholly_in_sight(page: Any, made: Path, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto((made / f"{name}.html").as_uri())
    for at in page.evaluate("[...document.querySelectorAll('a.sx-q[id], .sx-finding[id]')].map(a => a.id)")[
        ::9
    ]:
        page.goto("about:blank")
        page.goto((made / f"{name}.html").as_uri() + f"#{at}")
        page.wait_for_function("document.querySelector(':target').getBoundingClientRect().height > 0")
        assert_in_sight(page)


def test_the_row_of_links_is_one_line(page: Any, made: Path) -> None:
    page.goto((made / "index.html").as_uri())
    tops = (
        "new Set([...document.querySelectorAll('nav.tabs a')].map(a => a.getBoundingClientRect().top)).size"
    )
    for width, lines in ((1280, 1), (768, 1), (390, 2)):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(tops) <= lines, width


def test_the_front_page_is_short(page: Any, made: Path) -> None:
    page.goto((made / "index.html").as_uri())
    for width, most in ((1280, 7000), (390, 11000)):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollHeight") <= most, width


def test_with_the_keyboard_alone(page: Any, made: Path) -> None:
    from playwright.sync_api import expect

    page.goto((made / "source.html").as_uri())
    page.locator("a.n.quantity").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    chosen = page.locator("a.n.sel")
    expect(chosen).to_have_count(1)
    second = chosen.get_attribute("id")
    # The panel's links are the next ones, not all the text's numbers away.
    expect(page.locator("#panel-body")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#panel-body a >> nth=0")).to_be_focused()
    page.keyboard.press("Escape")
    expect(chosen).to_have_count(0)
    expect(page.locator("a.n:focus")).to_have_attribute("id", second)
    # With the panel empty, nothing looks chosen.
    plain, again = (
        page.evaluate(f"getComputedStyle(document.querySelectorAll('a.n.quantity')[{n}]).backgroundColor")
        for n in (3, 1)
    )
    assert plain == again
    # The same number once more, though the address is what it was; then on with the panel's button.
    page.keyboard.press("Enter")
    expect(page.locator("#panel-body")).to_be_focused()
    page.locator("#next").focus()
    page.keyboard.press("Enter")
    expect(page.locator("a.n.sel")).not_to_have_attribute("id", second)
    expect(page.locator("#next")).to_be_focused()


def test_filters_leave_what_fits(page: Any, made: Path) -> None:
    from playwright.sync_api import expect

    page.goto((made / "source.html").as_uri())
    fitting = page.locator("a.n[data-topic=nutrition]").count()
    assert 0 < fitting < page.locator("a.n").count()
    page.click("details:has(#register) summary")
    page.evaluate("scrollTo(0, 0)")
    page.select_option("#by-topic", "safety")
    fitting = page.locator("a.n[data-topic=safety]").count()
    expect(page.locator("#register tbody tr:visible")).to_have_count(fitting)
    expect(page.locator("#matches")).to_have_text(re.compile(rf"^{fitting} of "))
    expect(page.locator("a.n.hit >> nth=0")).to_be_in_viewport(ratio=1)
    expect(page.locator("#search")).to_be_in_viewport(ratio=1)
    page.click("button[type=reset]")
    expect(page.locator("a.n.hit")).to_have_count(0)


def test_search_reads_the_text_both_languages_and_digits(page: Any, made: Path) -> None:
    from playwright.sync_api import expect

    page.goto((made / "source.html").as_uri())
    for words in (
        "建立台账",  # stands in the text only
        "课后服务学生数",  # the indicator's name in the page's other language
        "students in after-school",
        "105000",
        "105,000",
        "10.5万",
        "课后 105000",
    ):
        page.fill("#search", words)
        expect(page.locator("#matches")).to_have_text(re.compile(r"^[1-9]\d* of 119 "))
        expect(page.locator("a.n.hit >> nth=0")).to_be_in_viewport(ratio=1)
    page.fill("#search", "没有这样的词")
    expect(page.locator("#matches")).to_have_text("0 of 119 numbers")


@pytest.fixture(scope="module")
def mailed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mailed") / "en"
    make_report("341324-2023H1", folder, "en", single_file=True, progress=lambda line: None)
    return folder / "index.html"


def test_one_file_shows_one_page_at_a_time(page: Any, mailed: Path) -> None:
    from playwright.sync_api import expect

    page.goto(mailed.as_uri())
    shown = page.locator("main > section.page:visible")
    current = page.locator("nav.tabs a[aria-current]")
    expect(shown).to_have_attribute("id", "page-index")
    expect(current).to_have_text("Overview")
    page.click("nav.tabs a >> text=Coverage")
    expect(shown).to_have_attribute("id", "page-02_coverage")
    expect(current).to_have_text("Coverage")
    assert page.evaluate("document.documentElement.scrollHeight") < 9000
    page.click("#page-02_coverage .sx-measure a.sx-q >> nth=0")
    expect(shown).to_have_attribute("id", "page-source")
    expect(page.locator("a.n.sel")).to_be_in_viewport(ratio=1)
    page.click("#panel a.back >> nth=0")
    expect(page.locator(":target")).to_be_in_viewport(ratio=1)
    expect(page.locator("a", has_text=".ipynb")).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 800})
    for name in ("index", "04_neighbour_gaps", "source"):
        page.goto(f"{mailed.as_uri()}#page-{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("name", PAGES)
def test_no_serious_fault_of_accessibility(page: Any, made: Path, name: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.goto((made / name).as_uri())
    # axe brings its script along; the page's own policy is tested elsewhere.
    found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found] == []


def test_hostile_text_and_thousands_of_figures(page: Any, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    lines = [f"全县有义务教育学校{n}所，参加课后服务{n}万人。{HOSTILE}" for n in range(1, 1200)]
    file = tmp_path / "县.txt"
    file.write_text("工作总结\n一、情况\n" + "\n".join(lines) + "\n" + "长" * 20000, encoding="utf-8")
    make_report(file, tmp_path / "out", progress=lambda line: None)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto((tmp_path / "out" / "source.html").as_uri())
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    figures, fitting = page.locator("a.n").count(), page.locator("a.n[data-kind=quantity]").count()
    assert 2000 < fitting < figures
    assert changes_by(page, "by-kind", "quantity") <= 5 * figures
    expect(page.locator("#register tbody tr.hit")).to_have_count(fitting)


def changes_by(page: Any, control: str, value: str) -> int:
    """How many changes of the document one filter makes: the work it costs, whatever the machine's speed."""
    return page.evaluate(
        "([control, value]) => { const seen = new MutationObserver(() => {});"
        " seen.observe(document.body, { subtree: true, childList: true, attributes: true });"
        " const one = document.getElementById(control); one.value = value;"
        " one.dispatchEvent(new Event('change')); return seen.takeRecords().length; }",
        [control, value],
    )


def long_report(size: int) -> str:
    """A report as long as the longest that counties publish, in sentences of our own, about many things."""
    wordings = (
        "全县有义务教育学校{a}所，义务教育阶段在校学生{b}.{c}万人，参加课后服务的学生{b}.{c}万人。",
        "为{a}名困难学生发放资助资金{b}万元，惠及{a}人次；营养餐惠及农村学生{c}.{a}万余人。",
        "组织防灾演练{a}场，参与{b}.{c}万人次，排查隐患{a}处，已整改超过{c}0%。",
        "这一年，老师们在教室里、操场上和家访的路上做了许多没有写进数字里的事，学校也因此更像学校。",
        "新建改扩建公办幼儿园{c}所，增加学位{a}0个；20{b:02d}年计划投入约{a}万元，建设健身步道{c}公里。",
    )
    lines, length, turn = ["某县教育局工作总结"], 0, 0
    while length < size:
        if turn % 40 == 0:
            lines.append(f"{'一二三四五六七八九十'[turn // 40 % 10]}、第{turn // 40 + 1}方面的工作")
        wording = wordings[turn % len(wordings)]
        lines.append(wording.format(a=100 + turn * 7 % 900, b=10 + turn * 3 % 80, c=1 + turn % 9))
        length = len("\n".join(lines).encode())
        turn += 1
    return "\n".join(lines)


def test_a_report_of_58_kilobytes_is_shown_and_filtered_with_little_work(page: Any, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    file = tmp_path / "长报告.txt"
    file.write_text(long_report(58 * 1024), encoding="utf-8")
    make_report(file, tmp_path / "out", "en", progress=lambda line: None)
    page.set_viewport_size({"width": 768, "height": 900})
    page.goto((tmp_path / "out" / "source.html").as_uri())
    marks = page.locator("a.n")
    figures = marks.count()
    assert figures > 1000
    text = "".join(page.locator("article.text > :not(h2):not(h3)").all_inner_texts())
    assert "没有写进数字里的事" in text
    page.click("details:has(#register) summary")
    visible = page.locator("#register tbody tr:visible")
    topic = page.locator("#by-topic option").nth(1).get_attribute("value")
    for control, value in (("by-kind", "date"), ("by-kind", ""), ("by-topic", topic), ("by-topic", "")):
        attribute = control.replace("by-", "data-")
        fitting = page.locator(f'a.n[{attribute}="{value}"]').count() if value else figures
        assert fitting > 0, f"the text has none of {value}"
        # A mark and its row change a few attributes each; nothing is built anew, nothing done twice.
        assert changes_by(page, control, value) <= 5 * figures
        expect(visible).to_have_count(fitting)
        expect(page.locator("#matches")).to_have_text(re.compile(rf"^{fitting} of {figures} "))
    # Choosing a number changes its panel, not the page.
    touched = page.evaluate(
        "() => new Promise(done => { let count = 0;"
        " const seen = new MutationObserver(changes => { count += changes.length; });"
        " seen.observe(document.body, { subtree: true, childList: true, attributes: true });"
        " addEventListener('hashchange', () => setTimeout(() => done(count + seen.takeRecords().length)));"
        " location.hash = document.querySelectorAll('a.n')[700].id; })"
    )
    assert 0 < touched < 100
    expect(page.locator("a.n.sel")).to_have_count(1)
    page.fill("#search", "没有这样的词")
    expect(visible).to_have_count(0)
    page.click("button[type=reset]")
    expect(visible).to_have_count(figures)
    assert page.evaluate("document.documentElement.scrollWidth") <= 768
