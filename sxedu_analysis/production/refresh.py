"""Run the project's own notebooks on their default parameters and keep the outputs; export the figures.

    python -m sxedu_analysis.production.refresh

Two runs give the same bytes, so that a change of the outputs is a change of the numbers.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat

from sxedu_analysis.foundation.paths import USER_DATA, home, notebooks_dir
from sxedu_analysis.production.execute import drop_injected, execute_file, execute_notebook
from sxedu_analysis.production.figures import export_figures
from sxedu_analysis.production.parameters import list_notebooks
from sxedu_analysis.production.publish import take_charts


def refresh_notebooks(folder: Path | None = None) -> list[Path]:
    """Execute every notebook with its default parameters and write it back (or to another folder)."""
    written = []
    for name in list_notebooks():
        executed = drop_injected(execute_notebook(name, {}))
        take_charts(executed)
        path = (folder or notebooks_dir()) / f"{name}.ipynb"
        nbformat.write(executed, path)
        written.append(path)
    return written


def guides() -> list[Path]:
    """The notebooks that no report is made of, without typed parameters: the tour, the teaching unit."""
    found = sorted(notebooks_dir().rglob("*.ipynb"))
    return [
        path for path in found if path.stem not in list_notebooks() and ".ipynb_checkpoints" not in path.parts
    ]


def refresh_guides(folder: Path | None = None) -> list[Path]:
    """Execute every guide as it stands and write it back (or to another folder)."""
    written = []
    for guide in guides():
        executed = execute_file(guide)
        take_charts(executed)
        path = (folder or notebooks_dir()) / guide.relative_to(notebooks_dir())
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(executed, path)
        written.append(path)
    return written


def refresh_figures(folder: Path | None = None) -> list[Path]:
    """Export the charts of the default report, as `sxedu figures` does, to figures/ (or another folder)."""
    report_id = next(iter(list_notebooks().values())).defaults["report_id"]
    return export_figures(report_id, folder or home() / "figures")


def main() -> int:
    """Refresh notebooks and figures, and say which files were written."""
    import matplotlib

    matplotlib.use("agg")
    with tempfile.TemporaryDirectory(prefix="sxedu-") as empty:
        # What a developer registered or keeps for himself is no part of the repository's own results.
        before = os.environ.get(USER_DATA)
        os.environ[USER_DATA] = empty
        try:
            written = [*refresh_notebooks(), *refresh_guides(), *refresh_figures()]
        finally:
            os.environ.pop(USER_DATA)
            if before is not None:
                os.environ[USER_DATA] = before
    for path in written:
        print(path.relative_to(home()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
