"""Synthetic work reports for runs of whole batches: a template of our own, invented figures, marked as such.

Wordings vary from report to report and items go missing, as they do between real bureaus; the figures of one
report agree with each other. Every file says in its name and in its first two lines that it is synthetic.
"""

from __future__ import annotations

import random
from pathlib import Path

MARK = "（虚构文本，仅供测试：县名、数字均为程序所造，不含任何真实数据 / SYNTHETIC）"

_OPENINGS = (
    "今年上半年，县教育局围绕年初确定的任务，扎实推进各项工作，现将情况总结如下。",
    "上半年，全县教育系统稳中求进，各项工作按计划推进。现总结如下。",
    "现将我县上半年教育工作开展情况和下一步安排总结如下。",
)
_SCHOOLS = (
    "全县现有义务教育学校{schools}所，义务教育阶段在校生{pupils}人。",
    "义务教育学校{schools}所，义务教育在校学生共{pupils}人，学校布局进一步优化。",
    "全县共有义务教育阶段学校{schools}所，义务教育在校学生总数{pupils_wan}万人。",
)
_AFTER_SCHOOL = (
    "参加课后服务的学生{after}人，课后服务实现常态运行。",
    "持续提升课后服务水平，参加课后服务学生达{after_wan}万人。",
    "课后服务稳步开展，参与课后服务的学生有{after}人，群众满意度较高。",
)
_AID = (
    "落实资助政策，发放学生资助资金{aid}万元，资助学生{awards}人次。",
    "上半年共资助学生{awards}人次，发放资助资金{aid}万元，做到应助尽助。",
)
_MEALS = (
    "营养改善计划覆盖学生{meals}人，食堂管理更加规范。",
    "实施营养改善计划，受益学生{meals_wan}万人。",
)
_LEFT_BEHIND = (
    "关爱留守儿童{left}人，建立一人一档。",
    "排查登记农村留守儿童{left}名，结对帮扶全部落实。",
)
_DRILLS = (
    "开展防灾避险逃生自救演练{drills}场，参与演练{attended}人次。",
    "组织应急疏散演练{drills}场，参加演练{attended}人次。",
)
_TEACHERS = (
    "公开招聘教师{recruited}名，其中特岗教师{special}名。",
    "新招聘教师{recruited}人，组织各类培训{trained}人次。",
)
_KINDERGARTENS = (
    "全县有幼儿园{kindergartens}所，其中公办园{public}所，普惠性幼儿园覆盖率达{inclusive}%。",
    "现有公办幼儿园{public}所，学前教育普惠率{inclusive}%。",
)
_PROSE = (
    "坚持把队伍建设摆在突出位置，完善激励办法，教师精神面貌持续向好。",
    "对照问题清单逐条整改，把群众的关切放在心上，重点事项限期办结。",
    "各校结合实际组织读书、体育和劳动活动，校园生活更加丰富。",
    "同时也要看到，城乡之间仍不均衡，部分学校设施老化，须继续用力。",
)
_ITEMS: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("学校和学生", _SCHOOLS, 0.97),
    ("学前教育", _KINDERGARTENS, 0.7),
    ("课后服务", _AFTER_SCHOOL, 0.85),
    ("学生资助", _AID, 0.8),
    ("营养改善", _MEALS, 0.6),
    ("关爱留守儿童", _LEFT_BEHIND, 0.6),
    ("校园安全", _DRILLS, 0.7),
    ("教师队伍", _TEACHERS, 0.65),
)
"""Heading, wordings, and how often a report has the item."""
_NUMBERINGS = ("一二三四五六七八", "12345678")
_PLANS = (
    "下半年，计划招聘教师{planned}名，新建幼儿园{built}所。",
    "下一步，拟改扩建学校{built}所，新增学位{places}个。",
)


def work_report(number: int) -> str:
    """A report of 1 to 3 kB, the same for the same number."""
    chance = random.Random(f"work report {number}")
    pupils = chance.randint(20_000, 160_000)
    after = round(pupils * chance.uniform(0.6, 0.98))
    kindergartens = chance.randint(40, 220)
    given: dict[str, object] = {
        "schools": chance.randint(40, 260),
        "pupils": pupils,
        "pupils_wan": round(pupils / 10_000, 1),
        "after": after,
        "after_wan": round(after / 10_000, 1),
        "aid": chance.randint(200, 4_000),
        "awards": chance.randint(3_000, 40_000),
        "meals": round(pupils * chance.uniform(0.3, 0.8)),
        "meals_wan": round(pupils * chance.uniform(0.3, 0.8) / 10_000, 2),
        "left": chance.randint(500, 30_000),
        "drills": chance.randint(50, 900),
        "attended": chance.randint(20_000, 400_000),
        "recruited": chance.randint(60, 400),
        "special": chance.randint(5, 50),
        "trained": chance.randint(1_000, 9_000),
        "kindergartens": kindergartens,
        "public": round(kindergartens * chance.uniform(0.3, 0.7)),
        "inclusive": round(chance.uniform(80, 98), 1),
        "planned": chance.randint(30, 200),
        "built": chance.randint(2, 12),
        "places": chance.randint(500, 6_000),
    }

    def say(wordings: tuple[str, ...]) -> str:
        return chance.choice(wordings).format(**given)

    lines = [f"虚构县{number:04d}教育局2023年上半年工作总结（虚构，SYNTHETIC）", MARK, say(_OPENINGS)]
    present = [item for item in _ITEMS if chance.random() < item[2]] or [_ITEMS[0]]
    if chance.random() < 0.5:
        chance.shuffle(present)
    numbering = chance.choice(_NUMBERINGS)
    for position, (heading, wordings, _) in enumerate(present):
        mark = numbering[position] + ("、" if numbering is _NUMBERINGS[0] else ". ")
        lines.append(f"{mark}{heading}")
        prose = chance.sample(_PROSE, chance.randint(0, 2))
        lines.append("".join([say(wordings), *prose]))
    if chance.random() < 0.8:
        lines += ["下半年工作打算", say(_PLANS)]
    return "\n".join(lines) + "\n"


def write_reports(folder: Path, number: int, bad: int = 3) -> list[str]:
    """Write so many reports, and `bad` files that are none among them; returns the names of the bad ones."""
    folder.mkdir(parents=True)
    for one in range(number):
        (folder / f"synthetic_{one:04d}.txt").write_text(work_report(one), encoding="utf-8")
    kinds = {
        "synthetic_bad_docx.docx": b"no document",
        "synthetic_bad_empty.txt": "（虚构文本）没有数字。".encode(),
        "synthetic_bad_pdf.pdf": b"%PDF-1.7 torn",
    }
    names = list(kinds)[:bad]
    for name in names:
        (folder / name).write_bytes(kinds[name])
    return names
