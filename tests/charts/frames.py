"""Small facts, measures and findings with the columns of the real tables."""

from __future__ import annotations

import math

import pandas as pd

_FACTS = [
    # indicator, zh, en, value, low, high, unit, counting_unit, qualifier, basis, topic, raw
    ("enrolment", "义务教育在校生数", "Compulsory enrolment", 112000, 111500, 112500, "人", "person", "exact", "stock", "a", "11.2万人"),
    ("joined", "参加课后服务学生数", "Students in after-school service", 105000, 104500, 105500, "人", "person", "exact", "stock", "a", "10.5万人"),
    ("drill", "参加演练人次", "Drill attendances", 105000, 104500, 105500, "人次", "person_time", "exact", "flow", "b", "10.5万人次"),
    ("meals", "享受营养餐学生数", "Students with nutrition meals", 78000, 78000, 79000, "人", "person", "more_than", "stock", "c", "7.8万余人"),
    ("aid", "学生资助人次", "Student aid awards", 12000, 11500, 12500, "人次", "person_time", "exact", "flow", "c", "1.2万人次"),
    ("sport", "体育赛事参与人次", "Attendances at sports events", 31000, 30500, 31500, "人次", "person_time", "exact", "flow", "b", "3.1万"),
    ("techtrain", "农村科技示范户技术培训人次", "Attendances at technical training of rural model households", 1000, 950, 1050, "人次", "person_time", "about", "flow", "b", "约1000人次"),
    ("awarded", "受处分人数", "Persons sanctioned", 12, 12, 12, "人", "person", "exact", "flow", "b", "12人"),
    ("schools", "义务教育学校数", "Compulsory schools", 123, 123, 123, "所", "school", "exact", "stock", "a", "123所"),
    ("mealschools", "供餐农村学校数", "Rural schools with meals", 152, 152, 152, "所", "school", "exact", "stock", "c", "152所"),
    ("disputes", "化解矛盾纠纷", "Disputes settled", 436, 436, 436, "起", "case", "exact", "flow", "b", "436起"),
    ("disputes_seen", "摸排调处纠纷", "Disputes found and mediated", 536, 536, 537, "条", "case", "more_than", "flow", "b", "536余条"),
    ("t_rooms", "心理辅导室标准化达标率", "Counselling rooms up to standard", 90, 90, 100, "%", "percent", "more_than", "target", "d", "超90%"),
    ("t_staff", "专职心理教师配比达标率", "Full-time counsellors up to ratio", 100, 100, 100, "%", "percent", "exact", "target", "d", "100%"),
    ("t_fit", "学生体质健康优良率", "Students with good fitness", 40, 40, math.inf, "%", "percent", "at_least", "target", "d", "40％以上"),
    ("t_path", "新建健身步道", "New fitness paths", 15, 14.5, 15.5, "公里", "length", "exact", "target", "d", "15公里"),
    ("t_sites", "公共体育场地设施", "Public sports sites", 65, 65, 65, "个", "item", "exact", "target", "d", "65个"),
]  # fmt: skip


def facts() -> pd.DataFrame:
    columns = "indicator name_zh name_en value low high unit counting_unit qualifier basis topic raw".split()
    table = pd.DataFrame(_FACTS, columns=columns)
    table["start"] = range(0, 10 * len(table), 10)
    return table


def topics() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "topic": list("abcd"),
            "name_zh": ["规模与课后服务", "平安校园", "资助与营养", "下半年目标"],
            "name_en": [
                "Size and after-school service",
                "School safety",
                "Aid and meals",
                "Second-half targets",
            ],
            "order": [1, 2, 3, 4],
        }
    )


def measures() -> pd.DataFrame:
    rows = [
        ("joined_share", "课后服务参与率", "After-school participation", "coverage", 93.75, 92.89, 94.62, "%", "%"),
        ("school_share", "课后服务学校覆盖率", "Schools offering after-school service", "coverage", 100, 100, 100, "%", "%"),
        ("meal_share", "营养餐学生占义务教育在校生比", "Students with nutrition meals as a share of enrolment", "coverage", 69.64, 69.33, 70.85, "%", "%"),
        ("per_award", "次均资助额", "Aid per award", "amount_per_award", 402.5, 386.0, 420.4, "元/人次", "yuan per award"),
        ("per_student", "按在校生平均资助额（半年）", "Aid per enrolled student (half-year)", "amount_per_person", 43.1, 42.9, 43.4, "元/人", "yuan per student"),
        ("per_drill", "每场演练人次", "Attendances per drill", "attendances_per_event", 152.2, 151.4, 152.9, "人次/场", "person-times per event"),
        ("per_match", "每场赛事人次", "Attendances per sports event", "attendances_per_event", 1476.2, 1452.4, 1500, "人次/场", "person-times per event"),
        ("per_talk", "每场宣传咨询人次", "Attendances per safety consultation", "attendances_per_event", 628.25, 628.25, 628.25, "人次/场", "person-times per event"),
    ]  # fmt: skip
    columns = "measure name_zh name_en kind value low high unit_zh unit_en".split()
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(status="derived", basis="flow", formula="a / b")


def findings() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("f01", "part_whole", "部分大于整体", "A part larger than its whole", "schools;mealschools"),
            ("f02", "two_figures", "同一事项两个数字", "Two figures for one thing", "disputes;disputes_seen"),
            ("f03", "same_number", "同一数字，不同单位", "One number, two units", "joined;drill"),
            ("f04", "no_baseline", "目标没有基数", "Targets without a baseline", "t_rooms;t_staff;t_fit"),
        ],
        columns=["finding", "rule", "title_zh", "title_en", "indicators"],
    )
