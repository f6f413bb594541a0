"""No committed text holds a path of somebody's machine or a registry's address."""

from __future__ import annotations

import re
import subprocess

import pytest

# Home folders and the like, of any system; a URL's path does not count.
MACHINE_PATH = re.compile(
    r"(?<![\w.:/-])/(?:work|root|tmp|home|Users|mnt|opt)/[\w.]|\b[A-Z]:\\\\?(?:Users|work)\b"
)
# Package registries and mirrors: an installer is set up where it runs, not in here.
REGISTRY = re.compile(
    r"(?:pythonhosted|pypi|npmjs|anaconda|debian)\.(?:org|com|net)|pypi\.|/simple/?(?=[\s\"'])"
)


@pytest.fixture(scope="module")
def committed_texts(repository) -> dict[str, str]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"],
        cwd=repository,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if listing.returncode:
        pytest.skip("not a git clone: there is no list of committed files")
    texts = {}
    for name in filter(None, listing.stdout.split("\0")):
        path = repository / name
        try:
            texts[name] = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):  # a picture; a file deleted but not yet committed
            continue
    return texts


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["machine path", "registry"])
def test_no_committed_text_has(pattern, committed_texts):
    found = [
        f"{name}: {match.group()}"
        for name, text in committed_texts.items()
        if name != "tests/project/test_texts.py"
        for match in pattern.finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize("text", ["see /home/" + "ann/report.txt", "C:" + r"\Users\ann", "'/tmp/" + "x'"])
def test_a_machine_path_is_recognised(text):
    assert MACHINE_PATH.search(text)


@pytest.mark.parametrize("text", ["data/reports/341324-2023H1", "https://www.example.org/home/page", "1/tmp"])
def test_other_texts_are_left_alone(text):
    assert not MACHINE_PATH.search(text)


def test_texts_end_with_one_line_feed_and_use_no_carriage_return(committed_texts):
    for name, text in committed_texts.items():
        if name.endswith((".py", ".md", ".csv", ".yaml", ".yml", ".toml", ".txt", ".json")) and text:
            assert "\r" not in text, name
            assert text.endswith("\n"), name
