from __future__ import annotations

import pytest

from sxedu_analysis.foundation.errors import InputError
from sxedu_analysis.reading.counties import (
    find_place,
    guess_period,
    guess_place,
    is_listed,
    is_period,
    load_counties,
)


def test_the_list_is_one_row_a_county_by_code() -> None:
    counties = load_counties()
    assert counties.columns.tolist() == ["adcode", "name", "city", "province"]
    assert counties["adcode"].is_unique
    assert counties["adcode"].is_monotonic_increasing
    assert counties["adcode"].str.fullmatch(r"[1-9]\d{5}").all()
    assert 2800 < len(counties) < 2900
    assert counties["name"].str.len().gt(1).all()
    # Counties of the province itself and of municipalities have no prefecture between.
    assert set(counties.loc[counties["city"] == "", "province"]) >= {"北京市", "湖北省", "海南省"}


@pytest.mark.parametrize(
    ("adcode", "full_name"),
    [
        ("341324", "安徽省宿州市泗县"),
        ("341323", "安徽省宿州市灵璧县"),
        ("340322", "安徽省蚌埠市五河县"),
        ("321324", "江苏省宿迁市泗洪县"),
        ("330113", "浙江省杭州市临平区"),
        ("110105", "北京市朝阳区"),
        ("429004", "湖北省仙桃市"),
        ("441900", "广东省东莞市"),
        ("341300", "安徽省宿州市"),
        ("340000", "安徽省"),
    ],
)
def test_a_code_stands_for_a_place(adcode: str, full_name: str) -> None:
    assert find_place(adcode).full_name == full_name
    assert is_listed(adcode)


@pytest.mark.parametrize(
    ("adcode", "hint", "line"),
    [
        ("341329", "泗县", "no county has the adcode 341329 (did you mean 341324 安徽省宿州市泗县?)"),
        ("341342", "", "341324 安徽省宿州市泗县"),
        ("34132", "", "is no adcode (did you mean"),
        ("泗县", "", "(did you mean 341324 安徽省宿州市泗县?); give the six digits"),
        ("٣٤١٣٢٤", "", "is no adcode"),
        ("999999", "", "no county has the adcode 999999; check the six digits of GB/T 2260"),
    ],
)
def test_a_wrong_code_is_answered_with_the_nearest(adcode: str, hint: str, line: str) -> None:
    with pytest.raises(InputError) as error:
        find_place(adcode, hint=hint)
    assert line in str(error.value)


def test_a_county_that_the_list_lacks_needs_its_name() -> None:
    with pytest.raises(InputError, match="give --county NAME"):
        find_place("340222")
    place = find_place("340222", county="繁昌县")
    assert (place.name, place.city, place.province) == ("繁昌县", "芜湖市", "安徽省")
    assert not is_listed("340222")
    assert find_place("110228", county="密云县").province == "北京市"
    with pytest.raises(InputError, match="no county has the adcode 349922"):
        find_place("349922", county="某县")


@pytest.mark.parametrize(
    ("title", "adcode"),
    [
        ("泗县教体局2023年上半年工作总结", "341324"),
        ("安徽省宿州市泗县 教育体育局", "341324"),
        ("关于印发灵璧县2023年教育工作要点的通知", "341323"),
        ("2023年上半年灵璧县教育工作情况", "341323"),
        ("泗县县委县政府2023年教育工作", "341324"),
        ("南京市鼓楼区教育局", "320106"),
        ("北京市朝阳区教委", "110105"),
        ("黄山市黄山区教育局", "341003"),
        ("大理白族自治州大理市教育体育局", "532901"),
        ("仙桃市教育局", "429004"),
        ("宿州市2022年国民经济和社会发展统计公报", "341300"),
        ("东莞市教育局", "441900"),
        ("江西省2022年统计公报", "360000"),
        ("鼓楼区教育局", ""),
        ("朝阳区教委", ""),
        ("江苏省鼓楼区教育局", ""),  # in 南京 and in 徐州
        ("主城区教育工作", ""),
        ("泗县、灵璧县教育合作", ""),
        ("宿州市、芜湖市教育合作", ""),
        ("芜湖市繁昌县教育局", ""),  # a county that is no more: the prefecture is not meant
        ("芜湖市某某新区教育局", ""),
        ("2023年上半年工作总结", ""),
        ("", ""),
    ],
)
def test_a_title_names_one_place_or_none_is_guessed(title: str, adcode: str) -> None:
    place = guess_place(title)
    assert (place.adcode if place else "") == adcode


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("泗县教体局2023年上半年工作总结", "2023H1"),
        ("2023年下半年工作总结", "2023H2"),
        ("2023年1-6月教育工作情况", "2023H1"),
        ("二〇二三年第一季度工作总结", "2023Q1"),
        ("2023年4季度", "2023Q4"),
        ("2023 年 上半年工作总结及下半年工作计划", "2023H1"),
        ("2022年度工作总结", "2022"),
        ("2022年工作总结和2023年工作计划", "2022"),
        ("万载县2015年国民经济和社会发展统计公报", "2015"),
        ("2022年和2023年的工作", ""),
        ("2023-2024学年工作总结", ""),
        ("某市政府工作报告（2020年1月7日）", ""),
        ("2025年浙江省政府工作报告", ""),
        ("工作总结（2023年7月1日）", ""),
        ("工作总结", ""),
    ],
)
def test_a_title_names_one_period_or_none_is_guessed(title: str, period: str) -> None:
    assert guess_period(title) == period


def test_periods() -> None:
    assert all(map(is_period, ("2023", "2023H1", "2023Q4")))
    assert not any(map(is_period, ("23", "2023H3", "2023Q5", "2023H1 ", "2023年")))
