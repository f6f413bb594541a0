"""A made-up county's report, as a file and as a registered, restated report."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import yaml

from sxedu_analysis.analysis import refresh
from sxedu_analysis.analysis.codebook import load_codebook
from sxedu_analysis.analysis.concepts import Codebook
from sxedu_analysis.reading import reports

ORIGINAL = """测试县教育局2024年上半年工作总结和下半年打算

一、上半年工作回顾
（一）课后服务
全县45所义务教育学校均全部开展课后服务，县里建成45个家长学校。义务教育阶段在校生3.2万人，参加课后服务2.9万人。
（二）惠民实事
上半年共资助家庭经济困难学生4000人次，资金210万元。县里30所学校实施营养改善计划，享受营养改善计划的学生1.1万余人。
开展防灾自救演练90场，参与演练2.9万人次。党建方面落实“1530”和4个100%要求。
二、下半年工作计划
公办幼儿园新建2所。残疾儿童少年入学率达到97%以上。
"""
RESTATED = """测试县教育局2024年的工作：结果和计划

一、上半年的工作结果
（一）课后服务
全县45所义务教育学校已全部参与课后服务；家长学校建成45个。义务教育在校生3.2万人，参加课后服务的学生为2.9万人。
（二）惠民
困难学生得到资助4000人次，资助资金210万元。提供营养餐的农村义务教育学校为30所，吃上营养餐的学生为1.1万余人。
自救演练开展90场，参加演练2.9万人次。名目有“1530”和4个100%。
二、下半年的工作计划
公办幼儿园新建、改扩建2所。残疾儿童的入学率要达97%以上。
"""


@pytest.fixture(scope="session")
def book() -> Codebook:
    return load_codebook()


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "original.txt"
    path.write_text(ORIGINAL, encoding="utf-8")
    return path


@pytest.fixture
def registered(tmp_path: Path, original: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A data folder that holds this one report, restated and located; returns its report_id."""
    data, report_id = tmp_path / "data", "999999-2024H1"
    folder = data / "reports" / report_id
    folder.mkdir(parents=True)
    (folder / "restated.txt").write_text(RESTATED, encoding="utf-8")
    metadata = {
        "report_id": report_id,
        "adcode": "999999",
        "period": "2024H1",
        "county_zh": "测试县",
        "issuer_zh": "测试县教育局",
        "title_zh": "测试",
        "original": {
            "characters": len(ORIGINAL),
            "sha256": hashlib.sha256(original.read_bytes()).hexdigest(),
        },
    }
    (folder / "report.yaml").write_text(yaml.safe_dump(metadata, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr(reports, "data_dir", lambda: data)
    monkeypatch.setattr(refresh, "data_dir", lambda: data)
    reports._originals.cache_clear()
    (folder / "locations.csv").write_text(refresh.locations_csv(original, report_id), encoding="utf-8")
    yield report_id
    reports._originals.cache_clear()


@pytest.fixture
def file_with(tmp_path: Path):
    """Write a text to a file and return its path."""

    def write(text: str, name: str = "report.txt") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write
