"""The other side of the fork: a process that has imported everything, and the kernels made of it.

Imported by the standard library's fork server, which the client in `warm_kernel` starts; only the standard
library is imported at the top, so that neither side pays for what the other needs.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import sys
import threading
from dataclasses import dataclass

MARK = "SXEDU_ZYGOTE"
"""Set in the environment of the fork server alone: this module then warms the process that imports it."""

READY = b"r"

PRELOADED = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.iostream",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "encodings.idna",
    "sqlite3",
    "tornado.platform.asyncio",
    "zmq.utils.garbage",
    "numpy",
    "pandas",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "seaborn",
    "yaml",
    "pylopdf_fonts_zh_cn",
    "sxedu_analysis.analysis",
    "sxedu_analysis.production.parameters",
    "sxedu_analysis.reading.counties",
    "sxedu_analysis.reading.quantities",
)
"""Never `matplotlib_inline`: imported before there is a kernel, it turns every figure into text."""


_SET_BY_IMPORTS: dict[str, str] = {}
"""What a fresh kernel's imports would have put into its environment."""


def warm() -> None:
    """Import what notebooks import, read what they read, and make sure that this process may be forked."""
    # The kernel's debugger, imported and never used, would complain that it cannot see into frozen modules.
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    before = set(os.environ)
    for name in (*PRELOADED, *_rooms("charts", ""), *_rooms("production", "pages")):
        # What a version of a library no longer has, the kernel does without.
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    _SET_BY_IMPORTS.update({name: os.environ[name] for name in set(os.environ) - before})
    # What is wrong with a file is for the notebook to tell that needs it.
    with contextlib.suppress(Exception):
        _read()
    if threading.active_count() != 1:
        raise RuntimeError("a preloaded module started a thread: a fork would lose it")
    # The garbage collector writes to what it visits: frozen, the pages stay shared with the kernels.
    gc.collect()
    gc.freeze()


def _rooms(wing: str, ending: str) -> list[str]:
    """The modules of a wing of the package whose names end so: what notebooks draw and show with."""
    import pkgutil

    found = pkgutil.iter_modules(importlib.import_module(f"sxedu_analysis.{wing}").__path__)
    return [f"sxedu_analysis.{wing}.{one.name}" for one in found if one.name.endswith(ending)]


def _read() -> None:
    """Read the package's own files, which are the same for all reports, into the caches that hold them."""
    from sxedu_analysis.analysis import neighbours
    from sxedu_analysis.analysis.codebook import load_codebook
    from sxedu_analysis.analysis.gap_measures import load_gap_measures
    from sxedu_analysis.charts.theme import font_families
    from sxedu_analysis.production.parameters import list_notebooks
    from sxedu_analysis.reading.counties import guess_place
    from sxedu_analysis.reading.quantities import find_quantities

    list_notebooks()
    load_codebook()
    find_quantities("学生1人")
    guess_place("某县")
    font_families()
    load_gap_measures()
    neighbours.load_figures()
    neighbours.official_benchmarks()
    neighbours.load_places()


@dataclass(frozen=True, slots=True)
class KernelLaunch:
    """A kernel to be: what a command line would have told it, pickled to the child that becomes it.

    Parameters
    ----------
    arguments : list of str
        What follows ``python -m ipykernel_launcher``.
    environment : dict
        The whole environment, as a fresh process would have it.
    folder : str
        Working folder.
    """

    arguments: list[str]
    environment: dict[str, str]
    folder: str

    def _bootstrap(self, parent_sentinel: int) -> int:
        """Become a kernel; the fork server's child calls it and exits with what it returns."""
        from multiprocessing.forkserver import get_inherited_fds

        os.setsid()
        [tell, *_] = get_inherited_fds() or []
        _end_with(parent_sentinel)
        self._as_if_fresh()
        from ipykernel.kernelapp import IPKernelApp

        app = IPKernelApp.instance()
        # The kernel's own watch over its parent, which is the fork server.
        app.parent_handle = os.getppid()
        app.initialize(self.arguments)
        if "matplotlib" in sys.modules and (backend := os.environ.get("MPLBACKEND")):
            # matplotlib reads it when it is imported, which was before the kernel said what to use.
            sys.modules["matplotlib"].rcParams["backend"] = backend
        os.write(tell, READY)
        os.close(tell)
        app.start()
        return 0

    def _as_if_fresh(self) -> None:
        """Undo what a process that lives longer than one notebook brings along."""
        import random
        from importlib.util import find_spec

        os.environ.clear()
        os.environ.update(_SET_BY_IMPORTS | self.environment)
        os.chdir(self.folder)
        launcher = find_spec("ipykernel_launcher")
        sys.argv = [launcher.origin if launcher and launcher.origin else "", *self.arguments]
        sys.path[:] = [entry for entry in sys.path if entry]
        sys.path_importer_cache.clear()
        random.seed()
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end_with(parent_sentinel: int) -> None:
    """End this process, and what it started, once the client closes its end of a pipe or dies."""

    def watch() -> None:
        from multiprocessing.connection import wait

        wait([parent_sentinel])
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, name="client-watch", daemon=True).start()


if os.environ.pop(MARK, None):
    warm()
