"""Files as they come off government sites. The texts in them are ours."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.reading import word
from sxedu_analysis.reading.formats import read_text

docx = pytest.importorskip("docx")

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}">
<title>甲县教育局2023年工作总结_甲县人民政府</title></head><body>
<div class="nav"><a href="/">首页</a><a href="/gk">政务公开</a><ul><li>机构</li><li>新闻</li></ul></div>
<div class="pos">当前位置：首页 > 政务公开</div>
<div class="article"><h1>甲县教育局2023年工作总结</h1>
<div class="info">发布时间：2023-07-12 浏览次数：1234 来源：教育局 字体：[大 中 小]</div>
<p>上半年，全县教育系统认真落实各项部署，工作有序推进，取得了较好成效，现将情况总结如下。</p>
<p>一、主要成绩</p>
<p>义务教育阶段学生8.6万人，参加课后服务7.9万人，开展培训<b>120</b>场次，&lt;script&gt;不是代码。</p>
<table><tr><td>指标</td><td>数值</td></tr><tr><td>学校</td><td>98所</td></tr></table>
<p>二、下步打算</p><p>新建公办幼儿园3所，改善办学条件。</p></div>
<div class="share">分享到：微信 微博</div>
<div class="foot">版权所有 甲县人民政府 备案号：皖ICP备12345号 访问量：556677</div>
<script>var visits = 9999;</script></body></html>"""


def test_a_web_page_gives_its_article_alone(tmp_path: Path) -> None:
    for charset, encoding in (("gb2312", "gb18030"), ("utf-8", "utf-8"), ("no-such", "gb18030")):
        path = tmp_path / "page.html"
        path.write_bytes(PAGE.format(charset=charset).encode(encoding))
        lines = read_text(path)[0].split("\n")
        assert lines[0] == "甲县教育局2023年工作总结"
        assert "义务教育阶段学生8.6万人，参加课后服务7.9万人，开展培训120场次，<script>不是代码。" in lines
        assert "学校\t98所" in lines
        assert lines[-1] == "新建公办幼儿园3所，改善办学条件。"
        joined = "".join(lines)
        assert not any(chrome in joined for chrome in ("1234", "556677", "9999", "12345", "首页", "微博"))


def test_a_page_without_an_article_says_so(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html><body><script>1</script></body></html>", encoding="utf-8")
    with pytest.raises(InputError, match="without an article"):
        read_text(path)


def _save(document: object, path: Path) -> Path:
    document.save(path)  # type: ignore[attr-defined]
    return path


def test_a_word_document_keeps_the_order_of_paragraphs_and_tables(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("甲县工作总结")
    table = document.add_table(2, 2)
    for row, cells in zip(table.rows, [("指标", "数值"), ("学校", "12所")], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    paragraph = document.add_paragraph("参加")
    paragraph.add_run("7.9万人").bold = True
    assert (
        read_text(_save(document, tmp_path / "a.docx"))[0]
        == "甲县工作总结\n指标\t数值\n学校\t12所\n参加7.9万人"
    )


def _with_body(xml: str, path: Path) -> Path:
    """A Word document whose body is this WordprocessingML."""
    from docx.oxml import parse_xml

    document = docx.Document()
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    for element in parse_xml(f"<w:body {space}>{xml}</w:body>"):
        document.element.body.insert(len(document.element.body) - 1, element)
    return _save(document, path)


def test_bookmarks_fields_and_deletions_are_left_out_and_insertions_kept(tmp_path: Path) -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    begin, middle, end = (
        f'<w:r><w:fldChar w:fldCharType="{t}"/></w:r>' for t in ("begin", "separate", "end")
    )
    code = "<w:r><w:instrText>{}</w:instrText></w:r>"
    xml = (
        f'<w:p><w:bookmarkStart w:id="0" w:name="_GoBack"/>{run.format("共")}<w:bookmarkEnd w:id="0"/>'
        f"{begin}{code.format(' = 1 + 2 ')}{middle}{run.format('3所')}{end}"
        f"{begin}{code.format(' PAGE ')}{middle}{run.format('77')}{end}"
        f'<w:fldSimple w:instr=" NUMPAGES ">{run.format("88")}</w:fldSimple>'
        f'<w:del w:id="1" w:author="x"><w:r><w:delText>99</w:delText></w:r>{run.format("66")}</w:del>'
        f'<w:ins w:id="2" w:author="x">{run.format("小学")}</w:ins>'
        "<w:r><w:tab/><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:noBreakHyphen/></w:r></w:p>"
        f"<w:sdt><w:sdtContent><w:p>{run.format('控件')}</w:p></w:sdtContent></w:sdt>"
    )
    assert read_text(_with_body(xml, tmp_path / "a.docx"))[0] == "共3所小学\t甲\n乙-\n控件"


def test_numbers_that_word_writes_by_itself_are_written(tmp_path: Path) -> None:
    from docx.oxml import parse_xml

    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = docx.Document()
    root = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for level, form, text in [
            (0, "chineseCounting", "%1、"),
            (1, "chineseCounting", "（%2）"),
            (2, "bullet", "•"),
        ]
    )
    root.insert(0, parse_xml(f'<w:abstractNum {space} w:abstractNumId="900">{levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {space} w:numId="900"><w:abstractNumId w:val="900"/></w:num>'))
    for level, text in [(0, "成绩"), (1, "教学"), (1, "教师"), (2, "要点"), (0, "打算"), (1, "教学")]:
        paragraph = document.add_paragraph(text)
        properties = paragraph._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {space}><w:ilvl w:val="{level}"/><w:numId w:val="900"/></w:numPr>')
        )
    text = read_text(_save(document, tmp_path / "a.docx"))[0]
    assert text.split("\n") == ["一、成绩", "（一）教学", "（二）教师", "要点", "二、打算", "（一）教学"]


@pytest.mark.parametrize(
    ("number", "written"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (32, "三十二")]
)
def test_chinese_counting(number: int, written: str) -> None:
    assert word._chinese(number) == written


def test_a_document_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = docx.Document()
    document.add_paragraph("甲" * 100_000)
    path = _save(document, tmp_path / "bomb.docx")
    monkeypatch.setattr(word, "LARGEST_UNPACKED", 200_000)
    with pytest.raises(InputError, match=r"bomb.docx: unpacks to .* MiB"):
        read_text(path)


def test_damaged_and_other_archives(tmp_path: Path) -> None:
    whole = tmp_path / "whole.docx"
    document = docx.Document()
    document.add_paragraph("甲" * 5000)
    data = _save(document, whole).read_bytes()
    torn = tmp_path / "torn.docx"
    torn.write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match=r"torn.docx: is a damaged archive"):
        read_text(torn)
    entry = zipfile.ZipFile(whole).getinfo("word/document.xml")
    place = entry.header_offset + 30 + len("word/document.xml") + 40
    torn.write_bytes(data[:place] + b"\x00\xff\x00\xff" + data[place + 4 :])
    with pytest.raises(InputError, match="is a damaged Word document"):
        read_text(torn)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "x")
    (tmp_path / "a.zip").write_bytes(buffer.getvalue())
    with pytest.raises(InputError, match="is an archive, but no Word document"):
        read_text(tmp_path / "a.zip")
    for part, says in (("xl/workbook.xml", "is a spreadsheet"), ("OFD.xml", "is an OFD document")):
        with zipfile.ZipFile(tmp_path / "other.docx", "w") as archive:
            archive.writestr(part, "<x/>")
        with pytest.raises(InputError, match=says):
            read_text(tmp_path / "other.docx")
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("word/document.xml", "<broken")
    (tmp_path / "b.docx").write_bytes(buffer.getvalue())
    with pytest.raises(InputError, match="is a damaged Word document"):
        read_text(tmp_path / "b.docx")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "a.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99,
            r"legacy Word file .*--convert-to docx",
        ),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "is encrypted",
        ),
        (
            "a.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"),
            r"is a legacy spreadsheet \(.xls\)",
        ),
        ("a.rtf", b"{\\rtf1 x}", "rich text"),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(99), "is a picture; have its text recognised"),
        ("a.pdf", "一段文字".encode(), "is not a PDF, although its name ends in .pdf"),
        ("a.docx", "一段文字".encode(), "is not a Word document"),
        (
            "a.txt",
            b"<!DOCTYPE html><html>",
            "is a web page, although its name ends in .txt; rename it to a.html",
        ),
        ("a.txt", b"%PDF-1.7 broken", "is a PDF, although"),
        ("a.pdf", b"%PDF-1.7 broken", "is a damaged PDF"),
        ("a.txt", bytes(range(1, 32)) * 9 + b"\x81\x30\x81\x30", "is not a text file"),
    ],
)
def test_what_cannot_be_read_gets_one_line(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=says) as caught:
        read_text(path)
    assert "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PDF of two pages with a text layer, page numbers, and a sentence that goes on in the next line."""
    import matplotlib
    from matplotlib import pyplot
    from matplotlib.backends.backend_pdf import PdfPages

    from sxedu_analysis.charts.theme import use_theme

    use_theme()
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    pages = [
        ["甲县工作总结", "一、成绩", "全县义务教育阶段学生8.6万人，参加课后服务的学生达到",
         "7.9万人，覆盖面继续扩大，家长普遍表示满意支持。", "- 1 -"],
        ["二、打算", "新建幼儿园3所。", "- 2 -"],
    ]  # fmt: skip
    with matplotlib.rc_context({"pdf.fonttype": 42}), PdfPages(path) as book:
        for lines in pages:
            figure = pyplot.figure(figsize=(8, 11))
            for number, line in enumerate(lines):
                figure.text(0.1, 0.9 - 0.04 * number, line, fontsize=12)
            book.savefig(figure)
    return path


def test_a_pdf_gives_its_paragraphs_without_page_numbers(pdf: Path) -> None:
    assert read_text(pdf)[0].split("\n") == [
        "甲县工作总结",
        "一、成绩",
        "全县义务教育阶段学生8.6万人，参加课后服务的学生达到7.9万人，覆盖面继续扩大，家长普遍表示满意支持。",
        "二、打算",
        "新建幼儿园3所。",
    ]


def test_a_scan_and_an_encrypted_pdf_say_what_to_do(tmp_path: Path, pdf: Path) -> None:
    from matplotlib import pyplot

    scan = tmp_path / "scan.pdf"
    pyplot.figure()
    pyplot.gca().imshow([[0, 1]])
    pyplot.axis("off")
    pyplot.savefig(scan)
    with pytest.raises(InputError, match="without a text layer"):
        read_text(scan)
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=pdf)
    writer.encrypt("secret", algorithm="RC4-128")
    locked = tmp_path / "locked.pdf"
    writer.write(locked)
    with pytest.raises(InputError, match="is an encrypted PDF"):
        read_text(locked)


SENTENCES = [
    f"全县第{number}项工作按计划推进，建成项目{number + 20}个，群众比较满意。" for number in range(1, 30)
]
BODIES = {
    "breaks": "<div class='content'>" + "<br/>　　".join(SENTENCES) + "</div>",
    "layout table": "<table><tr><td>标题</td></tr><tr><td><div>"
    + "".join(f"<p><span>{one}</span></p>" for one in SENTENCES)
    + "</div></td></tr></table>",
    "divisions": "<div>"
    + "".join(f"<div>{one[:6]}<strong>{one[6:12]}</strong>{one[12:]}</div>" for one in SENTENCES)
    + "</div>",
    "list": "<div><h2>成绩</h2><ul>" + "".join(f"<li>{one}</li>" for one in SENTENCES) + "</ul></div>",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_every_sentence_of_an_article_is_a_line_however_it_is_set(tmp_path: Path, body: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        f"<html><head><meta charset='utf-8'></head><body><ul><li><a>首页</a></li></ul>{body}</body></html>",
        encoding="utf-8",
    )
    lines = read_text(path)[0].split("\n")
    assert [line for line in lines if line in SENTENCES] == SENTENCES
