"""Every form of writing a number that the package reads, one row a form. The sentences are ours."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from sxedu_analysis.reading.quantities import find_quantities

INF = math.inf

# text, then per expression of kind quantity: raw, value, low, high, unit, qualifier
AMOUNTS: list[tuple[str, list[tuple[str, float, float, float, str, str]]]] = [
    ("共有123所学校", [("123所", 123, 123, 123, "所", "exact")]),
    ("共有１２３所学校", [("１２３所", 123, 123, 123, "所", "exact")]),
    ("学生10.5万人", [("10.5万人", 105_000, 104_500, 105_500, "人", "exact")]),
    ("资金483万元", [("483万元", 4_830_000, 4_825_000, 4_835_000, "元", "exact")]),
    ("投入2.5亿元", [("2.5亿元", 250_000_000, 245_000_000, 255_000_000, "元", "exact")]),
    ("贷款1.2万亿元", [("1.2万亿元", 1.2e12, 1.15e12, 1.25e12, "元", "exact")]),
    ("利用外资3000万美元", [("3000万美元", 3e7, 29_995_000, 30_005_000, "美元", "exact")]),
    ("产粮33，212万吨", [("33，212万吨", 332_120_000, 332_115_000, 332_125_000, "吨", "exact")]),
    ("发放12,500份", [("12,500份", 12_500, 12_500, 12_500, "份", "exact")]),
    ("惠及7.8万余人", [("7.8万余人", 78_000, 78_000, 79_000, "人", "more_than")]),
    ("惠及30余万人次", [("30余万人次", 300_000, 300_000, 400_000, "人次", "more_than")]),
    ("投入9700多万元", [("9700多万元", 97_000_000, 97_000_000, 98_000_000, "元", "more_than")]),
    ("排查536余条", [("536余条", 536, 536, 537, "条", "more_than")]),
    ("培训约1000人次", [("约1000人次", 1000, 950, 1050, "人次", "about")]),
    ("培训近5700万人次", [("近5700万人次", 5.7e7, 5.415e7, 5.7e7, "人次", "about")]),
    ("占8.7%左右", [("8.7%左右", 8.7, 8.265, 9.135, "%", "about")]),
    ("达标率超90%", [("超90%", 90, 90, 100, "%", "more_than")]),
    ("优良率达到40％以上", [("40％以上", 40, 40, 100, "%", "at_least")]),
    ("增长13%以上", [("13%以上", 13, 13, INF, "%", "at_least")]),
    ("覆盖率达100％", [("100％", 100, 99.5, 100, "%", "exact")]),
    ("收入增长100%", [("100%", 100, 99.5, 100.5, "%", "exact")]),
    ("不少于20次", [("不少于20次", 20, 20, INF, "次", "at_least")]),
    ("至少5个", [("至少5个", 5, 5, INF, "个", "at_least")]),
    ("不超过45人", [("不超过45人", 45, 0, 45, "人", "at_most")]),
    ("控制在30天以内", [("30天以内", 30, 0, 30, "天", "at_most")]),
    ("不足500名", [("不足500名", 500, 0, 500, "名", "less_than")]),
    ("突破33平方公里", [("突破33平方公里", 33, 33, 34, "平方公里", "more_than")]),
    ("超亿元", [("超亿元", 1e8, 1e8, 2e8, "元", "more_than")]),
    ("新建步道15公里", [("15公里", 15, 14.5, 15.5, "公里", "exact")]),
    ("掌握1－2项特长", [("1－2项", 1.5, 1, 2, "项", "range")]),
    ("每班45至50人", [("45至50人", 47.5, 45, 50, "人", "range")]),
    ("占比30%-40%", [("30%-40%", 35, 30, 40, "%", "range")]),
    ("三四个乡镇", [("三四个", 3.5, 3, 4, "个", "range")]),
    ("增幅从30%到40%", [("30%", 30, 29.5, 30.5, "%", "exact"), ("40%", 40, 39.5, 40.5, "%", "exact")]),
    ("提高2个百分点", [("2个百分点", 2, 1.5, 2.5, "百分点", "exact")]),
    ("提高1.6百分点", [("1.6百分点", 1.6, 1.55, 1.65, "百分点", "exact")]),
    ("增长百分之十一点二", [("百分之十一点二", 11.2, 11.15, 11.25, "%", "exact")]),
    ("占百分之八十左右", [("百分之八十左右", 80, 76, 84, "%", "about")]),
    ("增长率千分之九", [("千分之九", 9, 8.5, 9.5, "‰", "exact")]),
    ("超过三分之一", [("超过三分之一", 1 / 3, 1 / 3, 2 / 3, "", "more_than")]),
    ("1/6的支出用于教育", [("1/6", 1 / 6, 1 / 6, 1 / 6, "", "exact")]),
    ("总产值四百十一点九七亿元",
     [("四百十一点九七亿元", 41_197_000_000, 41_196_500_000, 41_197_500_000, "元", "exact")]),
    ("新建三所小学和两所初中", [("三所", 3, 3, 3, "所", "exact"), ("两所", 2, 2, 2, "所", "exact")]),
    ("安置十二万人", [("十二万人", 120_000, 115_000, 125_000, "人", "exact")]),
    ("山林二千一百多万亩", [("二千一百多万亩", 21_000_000, 21_000_000, 22_000_000, "亩", "more_than")]),
    ("百余名教师", [("百余名", 100, 100, 200, "名", "more_than")]),
    ("十几所学校", [("十几所", 10, 10, 20, "所", "more_than")]),
    ("数千名学生", [("数千名", 1000, 1000, 2000, "名", "more_than")]),
    ("上万人参加", [("上万人", 10_000, 10_000, 20_000, "人", "more_than")]),
    ("共有3个多月", [("3个多月", 3, 3, 4, "个月", "more_than")]),
    ("面积九千公顷", [("九千公顷", 9, 8.5, 9.5, "千公顷", "exact")]),
    ("装机180万千瓦", [("180万千瓦", 1_800_000, 1_795_000, 1_805_000, "千瓦", "exact")]),
    ("参与人次1.12万", [("人次1.12万", 11_200, 11_150, 11_250, "人次", "exact")]),
    ("12.23 万\n平方米校舍", [("12.23 万\n平方米", 122_300, 122_250, 122_350, "平方米", "exact")]),
    ("分别突破350亿元和200亿元", [("突破350亿元", 3.5e10, 3.5e10, 3.6e10, "元", "more_than"),
                                   ("200亿元", 2e10, 2e10, 3e10, "元", "more_than")]),
    ("分别为198、174、113、70万平方米", [("198", 1_980_000, 1_975_000, 1_985_000, "平方米", "exact"),
                                      ("174", 1_740_000, 1_735_000, 1_745_000, "平方米", "exact"),
                                      ("113", 1_130_000, 1_125_000, 1_135_000, "平方米", "exact"),
                                      ("70万平方米", 700_000, 695_000, 705_000, "平方米", "exact")]),
    ("减少3.5%", [("3.5%", 3.5, 3.45, 3.55, "%", "exact")]),
    ("增长-3.2%", [("-3.2%", -3.2, -3.25, -3.15, "%", "exact")]),
    ("3所学校，每校各上一堂课", [("3所", 3, 3, 3, "所", "exact"), ("一堂", 1, 1, 1, "堂", "exact")]),
    ("每生每年1250元/生", [("1250元/生", 1250, 1249.5, 1250.5, "元/生", "exact")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), AMOUNTS, ids=[text for text, _ in AMOUNTS])
def test_amounts(text: str, expected: list[tuple[str, float, float, float, str, str]]) -> None:
    table = find_quantities(text)
    found = table[table["kind"] == "quantity"]
    assert found["raw"].tolist() == [row[0] for row in expected]
    for row, (_, value, low, high, unit, qualifier) in zip(found.itertuples(), expected, strict=True):
        assert (row.value, row.low, row.high) == pytest.approx((value, low, high))
        assert (row.unit, row.qualifier) == (unit, qualifier)


# text, raw, kind, value (None: it has none)
OTHERS: list[tuple[str, str, str, float | None]] = [
    ("2023年上半年", "2023年", "date", 2023),
    ("2023年6月30日止", "2023年6月30日", "date", 2023),
    ("二〇二三年工作", "二〇二三年", "date", 2023),
    ("2021—2025年规划", "2021—2025年", "date", 2021),
    ("2022-2023学年", "2022-2023学年", "date", 2022),
    ("12月份前完成", "12月份", "date", 12),
    ("近三年来", "三年来", "date", 3),
    ("一年来，我们", "一年来", "date", 1),
    ("第一季度", "第一季度", "ordinal", 1),
    ("三季度末", "三季度", "date", 3),
    ("第七届运动会", "第七届", "ordinal", 7),
    ("居全省第2，", "第2", "ordinal", 2),
    ("小学一年级新生", "一年级", "ordinal", 1),
    ("荣获一等奖", "一等奖", "ordinal", 1),
    ("党的二十大精神", "二十大", "name", 20),
    ("落实“五项管理”", "五项管理", "name", 5),
    ("推行“1530”制度", "1530", "name", None),
    ("推进“5+2”模式", "5+2", "name", None),
    ("抓好4个100%建设", "4个100%", "name", None),
    ("抓好五个百分之百", "五个百分之百", "name", None),
    ("严格三会一课", "三会一课", "name", None),
    ("落实“双减”政策", "双减", "name", 2),
    ("落实双减政策", "双减", "name", 2),
    ("开展‘双招双引’活动", "双招双引", "name", None),
    ("实行“五值”管理", "五值", "name", 5),
    ("争做‘四有’好教师", "四有", "name", 4),
    ("推进“四化同步”", "四化同步", "name", 4),
    ("备战省十六运会", "十六运会", "name", 16),
    ("利用两微平台", "两微", "name", 2),
    ("打造两微一端", "两微一端", "name", None),
    ("“一对多”帮扶", "一对多", "name", None),
    ("“一对一”帮扶", "一对一", "name", None),
    ("落实“一岗双责”", "一岗双责", "name", None),
    ("“六五”普法", "六五", "name", None),
    ("推进“六六联创”", "六六联创", "name", None),
    ("“十百千”工程", "十百千", "name", None),
    ("三县一区协作", "三县一区", "name", None),
    ("“百企帮百村”行动", "百企帮百村", "name", None),
    ("编制“十四五”规划", "十四五", "name", None),
    ("创建4A级景区", "4A级", "name", 4),
    ("建成5G基站", "5G", "name", 5),
    ("控制PM2.5浓度", "2.5", "name", None),
    ("中国500强企业", "500强", "name", 500),
    ("开通12345热线", "12345", "name", 12345),
    ("打好三大攻坚战", "三大", "name", 3),
    ("教育部〔2021〕12号文件", "2021〕12号", "name", None),
    ("完成１$.1$2％", "１$.1$2％", "name", None),
    ("《2035年远景》", "2035年", "date", 2035),
    ("一、工作情况", "一、", "enumerator", 1),
    ("（三）安全", "（三）", "enumerator", 3),
    ("1.加强领导", "1.", "enumerator", 1),
    ("②加强领导", "②", "enumerator", None),
    ("困难：一是质量不高", "一是", "enumerator", 1),
]


@pytest.mark.parametrize(("text", "raw", "kind", "value"), OTHERS, ids=[text for text, *_ in OTHERS])
def test_numbers_that_measure_nothing(text: str, raw: str, kind: str, value: float | None) -> None:
    table = find_quantities(text)
    row = table[table["raw"] == raw]
    assert len(row) == 1, table[["raw", "kind"]].to_string()
    assert row["kind"].item() == kind
    assert pd.isna(row["value"].item()) if value is None else row["value"].item() == value
    assert "quantity" not in set(table["kind"])


@pytest.mark.parametrize(
    "text",
    [
        "进一步完善统一部署，一般情况十分重要",
        "千方百计、一心一意、四面八方",
        "城乡一体化，一些学校，一批项目，一系列措施",
        "零距离服务，数字校园，百姓满意，五金店",
        "一个好的开端，一项重要工作",
        "",
        "没有数字的一句话。",
    ],
)
def test_words_with_a_numeral_are_no_numbers(text: str) -> None:
    table = find_quantities(text)
    assert not (table["kind"] == "quantity").any(), table[["raw", "kind"]].to_string()


def test_a_ratio_of_three_is_one_row() -> None:
    table = find_quantities("三次产业结构为8.7∶48.5∶42.8")
    ratio = table[table["raw"] == "8.7∶48.5∶42.8"]
    assert len(ratio) == 1
    assert ratio["value"].isna().item()


def test_a_comma_after_a_rank_is_the_sentences_comma() -> None:
    table = find_quantities("居全省第2，102个小区")
    assert table["raw"].tolist() == ["第2", "102个"]


def test_grades_that_share_a_unit() -> None:
    table = find_quantities("5、6年级学生")
    assert table["value"].tolist() == [5, 6]
    assert set(table["kind"]) == {"ordinal"}
