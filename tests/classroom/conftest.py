from __future__ import annotations

from pathlib import Path

import pytest

WORDS = """乙县教育局2024年上半年工作总结
一、工作情况
义务教育阶段学生总数为6.4万人，参加课后服务的学生为5.9万人。全县45所义务教育学校全部参与课后服务。
困难学生得到资助0.8万人次，资助资金210万元。
提供营养餐的农村义务教育学校为60所，保障营养餐的学生为3.1万余人。
防灾避险的逃生、自救演练开展300场，参加演练4.2万人次。
"""


@pytest.fixture(scope="session")
def county_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another county's report, made up, that has material for every question but those on neighbours.

    No county has the code in its name, so that none has published figures.
    """
    path = tmp_path_factory.mktemp("county") / "349999-2024H1.txt"
    path.write_text(WORDS, encoding="utf-8")
    return path
