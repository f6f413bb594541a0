"""Throws broken input at the reader: any text at all that reads one, any bytes at `read_text`.

    python benchmarks/fuzz.py [--minutes 10] [--seed 0]

What must hold: nothing but an InputError comes out; every row slices back to its words; every Arabic digit
lies in one row; every fact is one of the rows; a text takes no longer than its length allows. Whatever does
not hold is printed, with its seed. The mutations know the language (numerals, scales, units, brackets,
controls, marks of direction, words of the domain) and the containers (zip, PDF, HTML); they need no package
of their own.
"""

from __future__ import annotations

import argparse
import io
import itertools
import random
import re
import sys
import tempfile
import time
import traceback
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from synthetic import synthetic_report

from sxedu_analysis.analysis.audit import load_findings
from sxedu_analysis.analysis.facts import load_facts
from sxedu_analysis.analysis.measures import load_measures
from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.reading.formats import read_text
from sxedu_analysis.reading.quantities import find_quantities
from sxedu_analysis.reading.reports import Report

PIECES = [
    *"0123456789０１２３４５６７８９〇零一二两三四五六七八九十百千万亿几数余多第成半",
    *"%％‰.．,，:：∶/／-－—~～()（）[]【】“”‘’「」《》<>、。；！？+$ \t\n\r\f\v\u3000\u00a0",
    "约", "近", "超", "超过", "突破", "不少于", "以上", "以下", "左右", "分别为", "各", "其中", "近三年",
    "百分之", "人", "人次", "元", "万元", "亿元", "所", "个百分点", "平方米", "公里", "年", "月", "日",
    "上半年", "次", "项", "“双减”", "三会一课", "12345热线", "4+6", "8.7:48.5:42.8", "１$1.$2％",
    "12.23 万\n平方米", "33，212万吨", "3 133人", "12\u2009345\u202f678", "学校（所）\t", "\n千升\n",
    "一、", "（一）", "1.", "①", "㈠", "Ⅷ", "½", "²", "٣", "१", "𝟗",
    "\u200f", "\u202e", "\ufeff", "\x00", "\x1b", "\ud800", "\udfff", "\ue000", "\U0010ffff", "e\u0301",
    "<script>", "=cmd()", "{{ }}", "%run", "&#xD800;",
    "全县共有", "现有", "未", "拟", "邻县", "全市", "去年同期", "比上年增加", "其中", "每生", "占",
    "在校学生", "专任教师", "幼儿园", "参加课后服务的学生", "留守儿童", "小学", "初中", "巩固率", "的比例为",
    "普惠性幼儿园覆盖率", "教育经费", "生均公用经费", "2023年上半年", "到2025年",
]  # fmt: skip


def made_text(chance: random.Random, seeds: list[str]) -> str:
    """A text of pieces, a damaged report, or one piece many times."""
    kind = chance.random()
    if kind < 0.55:
        return "".join(chance.choice(PIECES) for _ in range(chance.randint(0, 60)))
    if kind < 0.6:
        return "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 3))) * chance.randint(1, 3000)
    text = chance.choice(seeds)
    begin = chance.randrange(len(text))
    signs = list(text[begin : begin + chance.randint(1, 600)])
    for _ in range(chance.randint(1, 20)):
        place = chance.randrange(len(signs) + 1)
        if chance.random() < 0.5:
            signs[place:place] = chance.choice(PIECES)
        else:
            del signs[place : place + chance.randint(1, 5)]
    return "".join(signs)


def check_text(text: str) -> str:
    """What does not hold for this text; empty if all does."""
    begin = time.process_time()
    table = find_quantities(text)
    seconds = time.process_time() - begin
    if seconds > 1 + len(text) / 20_000:
        return f"took {seconds:.1f} s for {len(text)} characters"
    spans = list(zip(table["start"], table["end"], table["raw"], strict=True))
    for start, end, raw in spans:
        if text[start:end] != raw or start >= end:
            return f"[{start}, {end}) is {text[start:end]!r}, not {raw!r}"
    if any(one[1] > two[0] for one, two in itertools.pairwise(spans)):
        return "rows overlap"
    covered = {place for start, end, _ in spans for place in range(start, end)}
    lost = [place for place, sign in enumerate(text) if is_digit(sign) and place not in covered]
    if lost:
        return f"digit {text[lost[0]]!r} at {lost[0]} is in no row"
    known = table.dropna(subset=["value"])
    if not ((known["low"] <= known["value"]) & (known["value"] <= known["high"])).all():
        return "a value is outside its bounds"
    return check_meaning(text, {(start, end) for start, end, _ in spans})


def check_meaning(text: str, spans: set[tuple[int, int]]) -> str:
    """What does not hold for the facts, measures and findings of this text."""
    report = Report(
        report_id="case",
        text=text,
        title="某县教育局2023年上半年工作总结",
        issuer="",
        county="某县",
        adcode="",
        period="2023H1",
        text_kind="file",
        path=Path("case.txt"),
        sha256="",
    )
    begin = time.process_time()
    facts = load_facts(report)
    # Their frames cost as much as a hundred short texts; not every case has to pay for them.
    if zlib.crc32(text.encode(errors="replace")) % 50 == 0:
        load_measures(report)
        load_findings(report)
    seconds = time.process_time() - begin
    if seconds > 2 + len(text) / 5_000:
        return f"what follows took {seconds:.1f} s for {len(text)} characters"
    if strays := set(zip(facts["start"], facts["end"], strict=True)) - spans:
        return f"a fact at {min(strays)} is no quantity"
    return ""


def is_digit(sign: str) -> bool:
    """An Arabic digit, half or full width."""
    return sign in "0123456789" or "０" <= sign <= "９"


def seed_files() -> dict[str, bytes]:
    """A small file of each kind, to damage."""
    import docx

    document = docx.Document()
    document.add_paragraph("全县有学校12所，学生3.4万人。")
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(1, 1).text = "在校生", "1.2万人"
    word = io.BytesIO()
    document.save(word)
    page = (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>总结</title></head><body>"
        "<div class=nav>首页</div><article><h1>总结</h1>"
        + "<p>全县有学校12所，学生3.4万人&#8364;。</p>" * 8
        + "<table><tr><td>1</td></tr></table></article></body></html>"
    )
    pdf = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
        b"4 0 obj<</Length 44>>stream\nBT /F1 12 Tf 20 100 Td (schools 12 of 34) Tj ET\nendstream endobj\n"
        b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        b"trailer<</Root 1 0 R/Size 6>>\n%%EOF\n"
    )
    return {
        ".docx": word.getvalue(),
        ".html": page.encode(),
        ".pdf": pdf,
        ".txt": "全县有学校12所，学生3.4万人。".encode("gb18030"),
    }


def damaged(chance: random.Random, suffix: str, data: bytes) -> bytes:
    """Bytes of a file with some of them changed; of a Word file, inside its parts as often as outside."""
    if suffix == ".docx" and chance.random() < 0.6:
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
            for name in old.namelist():
                part = old.read(name)
                new.writestr(name, _noise(chance, part) if name == "word/document.xml" else part)
        return made.getvalue()
    return _noise(chance, data)


def _noise(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(changed) + 1)
        kind = chance.random()
        if kind < 0.4 and place < len(changed):
            changed[place] = chance.randrange(256)
        elif kind < 0.6:
            changed[place:place] = chance.randbytes(chance.randint(1, 8))
        elif kind < 0.8:
            del changed[place : place + chance.randint(1, 40)]
        else:
            end = min(len(changed), place + chance.randint(1, 60))
            changed[place:place] = changed[place:end] * chance.randint(1, 4)
    return bytes(changed)


def check_file(path: Path) -> str:
    """What does not hold for this file."""
    try:
        text, _ = read_text(path)
    except InputError as error:
        return "" if "\n" not in str(error) else "an error of more than one line"
    if not isinstance(text, str) or "\r" in text or not text.strip():
        return "a text that is none"
    return check_text(text)


def cases(seed: int, folder: Path) -> Iterator[tuple[str, str]]:
    """What was tried, and what did not hold."""
    chance = random.Random(seed)
    seeds = [synthetic_report(number, 5000) for number in range(5)]
    files = seed_files()
    while True:
        if chance.random() < 0.7:
            text = made_text(chance, seeds)
            yield repr(text[:300]), guarded(check_text, text)
        else:
            suffix = chance.choice(list(files))
            path = folder / f"case{suffix}"
            path.write_bytes(damaged(chance, suffix, files[suffix]))
            yield f"{suffix} {path.read_bytes()[:200]!r}", guarded(check_file, path)


def guarded(check, case) -> str:  # type: ignore[no-untyped-def]
    """Run a check; what it raises does not hold either."""
    try:
        return str(check(case))
    except Exception:
        return traceback.format_exc(limit=-4)


def main() -> int:
    """Fuzz for the time given; print what does not hold, once per kind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    end = time.monotonic() + 60 * chosen.minutes
    tried, seen = 0, set[str]()
    check_meaning("", set())  # reads the codebook, which no case should be charged for
    with tempfile.TemporaryDirectory() as folder:
        for case, fault in cases(chosen.seed, Path(folder)):
            tried += 1
            # Where it happened, without the numbers of the case.
            kind = re.sub(r"[0-9]+", "", fault.strip().splitlines()[-1])[:60] if fault else ""
            if fault and kind not in seen:
                seen.add(kind)
                print(f"seed {chosen.seed}, case {tried}: {case}\n  {fault}", flush=True)
            if time.monotonic() > end:
                break
    print(f"{tried} cases, {len(seen)} kinds of fault")
    return 1 if seen else 0


if __name__ == "__main__":
    sys.exit(main())
