"""Writes constraints.txt: the version of each package that any extra pulls in, as a new environment has it.

Run by ``make constraints``. In an environment of its own, because .venv may hold packages that someone tried.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADER = "# Written by `make constraints`: what the tests ran with. Bounds are in pyproject.toml.\n"


def main() -> None:
    """Install all extras in a temporary environment and write down what came."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        wanted = f"{ROOT}[lab,cluster,teach,dev]"
        subprocess.run([python, "-m", "pip", "install", "--quiet", wanted], check=True)
        # nbgrader needs setuptools, which pip by itself leaves out of the list.
        freeze = [python, "-m", "pip", "freeze", "--all", "--exclude", "pip", "--exclude", "sxedu_analysis"]
        pins = subprocess.run(freeze, check=True, capture_output=True, text=True).stdout
    # "name @ file://..." is a package from this machine's disk: no pin for others.
    lines = sorted((line for line in pins.splitlines() if "==" in line), key=str.lower)
    (ROOT / "constraints.txt").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"constraints.txt: {len(lines)} packages\n")


if __name__ == "__main__":
    main()
