from __future__ import annotations

from pathlib import Path

import pytest

HOSTILE = '<script>alert(1)</script>"><img onerror=x>{{7*7}}{% raw %}'


@pytest.fixture(scope="session")
def county_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's own file: three figures that the codebook knows, one that it does not, and hostile text."""
    path = tmp_path_factory.mktemp("county") / "甲县.txt"
    path.write_text(
        "甲县教育局2024年上半年工作总结\n一、工作情况\n"
        f"全县有义务教育学校45所，义务阶段学校学生总数3.5万人，参加课后服务3.2万人。{HOSTILE}今年种树200余棵。\n",
        encoding="utf-8",
    )
    return path
