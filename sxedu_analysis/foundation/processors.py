"""How many processors there are to work on."""

from __future__ import annotations

import os


def cores() -> int:
    """How many processors this process may use: a container may have fewer than its machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
