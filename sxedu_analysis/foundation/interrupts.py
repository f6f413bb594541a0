"""Ctrl-C, once: the first stops the work, further ones do not disturb what it takes to stop.

Ctrl-C reaches a program as often as somebody presses it, and twice at once where a wrapper such as `timeout`
passes it on. One that comes while the first is being dealt with would break off just that: processes would be
left behind, and waited for.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """What to do on SIGINT: see `one_interrupt`."""

    def __init__(self) -> None:
        self.came = False
        self._held_back = False

    def handle(self, _signal: int, _frame: FrameType | None) -> None:
        """Raise KeyboardInterrupt the first time, unless it is held back."""
        if not self.came:
            self.came = True
            if not self._held_back:
                raise KeyboardInterrupt

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Let nothing be raised between two lines, but where `check` is called, and at the end."""
        before, self._held_back = self._held_back, True
        try:
            yield
            self.check()
        finally:
            self._held_back = before

    def check(self) -> None:
        """Raise what was held back."""
        if self.came:
            raise KeyboardInterrupt


@contextmanager
def one_interrupt(*, for_good: bool = False) -> Iterator[Interrupts]:
    """Within it the first SIGINT raises KeyboardInterrupt and all others do nothing.

    A caller who handles SIGINT in a way of their own, or ignores it, keeps that; so does any thread but the
    first, which cannot set a handler. Within another `one_interrupt` it is that one.

    Parameters
    ----------
    for_good : bool
        Whether SIGINT is still ignored when the interrupt leaves this block: for a process that then ends.

    Examples
    --------
    >>> with one_interrupt() as interrupts, interrupts.held_back():
    ...     interrupts.came
    False
    """
    before = signal.getsignal(signal.SIGINT)
    outer = getattr(before, "__self__", None)
    if isinstance(outer, Interrupts):
        yield outer
        return
    interrupts = Interrupts()
    if before is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield interrupts
        return
    signal.signal(signal.SIGINT, interrupts.handle)
    try:
        yield interrupts
    finally:
        # Ignored, not handled: Python takes its handlers away before the process has ended.
        signal.signal(signal.SIGINT, signal.SIG_IGN if for_good and interrupts.came else before)
