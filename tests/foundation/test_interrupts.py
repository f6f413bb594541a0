from __future__ import annotations

import signal
import threading

import pytest

from sxedu_analysis.foundation.interrupts import Interrupts, one_interrupt

pytestmark = pytest.mark.usefixtures("interruptible")


def test_the_first_is_raised_and_no_other() -> None:
    before = signal.getsignal(signal.SIGINT)
    with one_interrupt():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_one_that_is_held_back_comes_at_the_end() -> None:
    reached = []
    with one_interrupt() as interrupts, pytest.raises(KeyboardInterrupt), interrupts.held_back():  # noqa: PT012
        signal.raise_signal(signal.SIGINT)
        reached.append("the end")
    assert reached == ["the end"]


def test_for_good_means_until_the_process_has_ended() -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        with one_interrupt(for_good=True):
            pass
        assert signal.getsignal(signal.SIGINT) is before
        with pytest.raises(KeyboardInterrupt), one_interrupt(for_good=True), one_interrupt():
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_handler_of_the_callers_own_is_kept() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with one_interrupt():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_thread_has_no_handler_to_set() -> None:
    got: list[Interrupts] = []

    def run() -> None:
        with one_interrupt() as interrupts, interrupts.held_back():
            got.append(interrupts)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert not got[0].came
