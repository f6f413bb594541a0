"""Synthetic report text for the benchmarks: our own sentences, invented figures."""

from __future__ import annotations

import random
from collections.abc import Sequence

FIRST_LINE = "（虚构文本，仅供测速，不含任何真实数据）"
SHUFFLED_LINE = "（拼合文本，仅供测速：段落打乱，不是任何地方的报告）"

_SENTENCES = (
    "全县现有各级各类学校{n}所，其中幼儿园{m}所，在校学生{w}万人，专任教师{k}人。",
    "义务教育阶段参加课后服务学生{w}万人，参与率达{p}%，参与教师{k}余人。",
    "投入资金{y}万元，新建、改扩建校舍{a}平方米，新增学位{k}个。",
    "发放各类资助资金{y}万元，惠及学生{w}万人次，做到应助尽助。",
    "组织开展安全排查{m}次，发现隐患{m}处，已完成整改{m}处，整改率{p}%。",
    "我们坚持以人民为中心的发展思想，持续深化教育领域综合改革，不断提升办学水平和育人质量。",
    "教师队伍建设扎实推进，评选骨干教师{m}名，开展培训约{k}人次，交流轮岗教师{m}人。",
    "学前教育普惠覆盖率达到{p}%，公办园在园幼儿占比提高{d}个百分点。",
    "下一步，将紧紧围绕年度目标任务，压实工作责任，细化工作举措，确保各项部署落到实处、见到实效。",
    "一般公共预算教育支出{d}亿元，同比增长{d}%，生均公用经费标准落实到位。",
    "举办校园足球比赛{m}场，参赛学生近{k}人，中小学生体质健康优良率为{p}%。",
    "据统计，近三年累计招聘教师{k}名，其中研究生以上学历{m}名，占比超过{d}%。",
)
# Between figures stands prose: work reports have some ten figures a kilobyte.
_PROSE = (
    "坚持把师德师风作为评价教师的第一标准，引导广大教师潜心教书、静心育人，营造尊师重教的良好氛围。",
    "健全家庭、学校、社会协同育人机制，常态化开展家访活动，畅通家校沟通渠道，凝聚育人合力。",
    "严格落实意识形态工作责任制，加强党对教育工作的全面领导，推动党建与业务深度融合。",
    "针对群众反映强烈的突出问题，开展专项整治，建立台账，逐项销号，群众满意度不断提升。",
    "深入推进课堂教学改革，强化教学常规管理，健全教研制度，促进优质教育资源共享。",
    "看到成绩的同时，也清醒认识到工作中仍存在短板：城乡发展不够均衡，师资结构有待优化。",
    "统筹推进学校布局调整，改善办学条件，补齐设施设备短板，让更多孩子在家门口上好学。",
    "严守安全底线，落实校园安全主体责任，加强食品安全、交通安全和防溺水教育，确保校园平安稳定。",
)
_HEADINGS = (
    "一、教育事业发展情况",
    "二、主要工作举措",
    "（一）提升办学质量",
    "（二）加强队伍建设",
    "三、下一步打算",
)


def synthetic_report(number: int, size: int = 50_000) -> str:
    """A text of about `size` bytes (UTF-8), the same for the same number."""
    chance = random.Random(number)
    lines = [FIRST_LINE, f"虚构县{number:04d}教育局2023年上半年工作总结"]
    length = sum(len(line.encode()) for line in lines)
    while length < size:
        if chance.random() < 0.08:
            line = chance.choice(_HEADINGS)
        else:
            line = "".join(
                chance.choice(_PROSE if chance.random() < 0.62 else _SENTENCES).format(
                    n=chance.randint(2, 400),
                    m=chance.randint(2, 99),
                    k=chance.randint(1000, 9999),
                    w=chance.randint(10, 300) / 10,
                    y=chance.randint(100, 9999),
                    a=chance.randint(1000, 90000),
                    p=chance.randint(600, 1000) / 10,
                    d=chance.randint(10, 99) / 10,
                )
                for _ in range(chance.randint(2, 5))
            )
        lines.append(line)
        length += len(line.encode()) + 1
    return "\n".join(lines) + "\n"


def shuffled_report(texts: Sequence[str], number: int, size: int = 50_000) -> str:
    """About `size` bytes of the paragraphs of real texts, in an order of its own: varied prose, no report.

    Its first line says so. The same for the same texts and number.
    """
    chance = random.Random(number)
    lines = [SHUFFLED_LINE, f"虚构县{number:04d}2023年工作总结"]
    length = sum(len(line.encode()) for line in lines)
    paragraphs = [line for text in texts for line in text.splitlines() if line.strip()]
    while length < size:
        line = chance.choice(paragraphs)
        lines.append(line)
        length += len(line.encode()) + 1
    return "\n".join(lines) + "\n"
