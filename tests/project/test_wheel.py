"""The wheel does the main job in an empty environment, far from the clone."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(repository),
    ]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def scripts(wheel: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of a new environment with the wheel and what it needs, at the pinned versions."""
    folder = tmp_path_factory.mktemp("empty") / "environment"
    uv = [sys.executable, "-m", "uv"]
    with_uv = subprocess.run([*uv, "--version"], capture_output=True, check=False).returncode == 0
    venv.create(folder, with_pip=not with_uv)
    bin_folder = folder / ("Scripts" if os.name == "nt" else "bin")
    python = str(bin_folder / "python")
    installer = [*uv, "pip", "install", "--python", python] if with_uv else [python, "-m", "pip", "install"]
    pins = ["-c", str(repository / "constraints.txt")]
    done = subprocess.run([*installer, *pins, str(wheel)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return bin_folder


def run(scripts: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Nothing of this run's environment may help: no module path, no environment that happens to be active.
    clean = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV", "COV_", "PYTEST"))
    }
    clean["PATH"] = os.pathsep.join([str(scripts), clean["PATH"]])
    return subprocess.run(
        [str(scripts / "sxedu"), *arguments],
        cwd=folder,
        env=clean,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_wheel_carries_data_and_notebooks_and_nothing_else(wheel, repository):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("data", "notebooks"):
        committed = {
            p for p in (repository / folder).rglob("*") if p.is_file() and ".ipynb_checkpoints" not in p.parts
        }
        assert {f"sxedu_analysis/{p.relative_to(repository).as_posix()}" for p in committed} <= names
    tops = {name.split("/")[0].partition("-")[0] for name in names}
    assert tops == {"sxedu_analysis"}
    assert not [name for name in names if "__pycache__" in name or name.startswith("sxedu_analysis/tests")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_main_job_runs_from_the_wheel(language, scripts, tmp_path):
    done = run(scripts, tmp_path, "report", "341324-2023H1", "--lang", language, "--out", "pages")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "pages" / "index.html").read_text(encoding="utf-8")
    # The page prints what the bounds allow to be said; the table keeps all of it.
    assert "92.8–94.7" in page
    with (tmp_path / "pages" / "tables" / "measures.csv").open(encoding="utf-8", newline="") as file:
        values = {row["measure"]: row["value"] for row in csv.DictReader(file)}
    assert float(values["after_school_participation"]) == 93.75
    assert (tmp_path / "pages" / "tables" / "facts.csv").is_file()
    assert (tmp_path / "pages" / "run_card.json").is_file()
    assert len(list((tmp_path / "pages" / "notebooks").glob("*.ipynb"))) >= 4


def test_a_file_of_ones_own_is_analysed(scripts, tmp_path, repository):
    shutil.copy(repository / "data/reports/341324-2023H1/restated.txt", tmp_path / "county.txt")
    done = run(scripts, tmp_path, "facts", "county.txt", "--format", "csv")
    assert done.returncode == 0, done.stderr
    assert "compulsory_enrolment" in done.stdout


def test_a_mistake_is_one_line(scripts, tmp_path):
    done = run(scripts, tmp_path, "report", "no_such_file.txt")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
