"""A signal that comes before the app runs ends the program in order, whatever it is doing at that moment."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

_START = """
import os, signal, sys, time
from dots_tui.early_signals import EarlySignals
def clear_up():
    os.kill(os.getpid(), signal.SIGTERM)  # a second one, by somebody impatient
    print("cleared up", flush=True)
"""


def _run(code: str, ignored: int = 0) -> subprocess.CompletedProcess[str]:
    before = f"import signal; signal.signal({ignored}, signal.SIG_IGN)\n" if ignored else ""
    command = [sys.executable, "-c", before + _START + code]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_it_clears_up_and_ends(number: signal.Signals) -> None:
    done = _run(f"""
EarlySignals().end_with(clear_up)
try:
    os.kill(os.getpid(), {int(number)})
    time.sleep(30)
except BaseException:
    print("nothing is raised")
""")
    assert (done.returncode, done.stdout, done.stderr) == (128 + number, "cleared up\n", "")


def test_one_that_comes_too_early_waits() -> None:
    done = _run("""
signals = EarlySignals()
os.kill(os.getpid(), signal.SIGTERM)
print("made", flush=True)
signals.end_with(clear_up)
print("not reached")
""")
    assert (done.returncode, done.stdout, done.stderr) == (143, "made\ncleared up\n", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_one_that_does_not_wake_the_main_thread_is_heard_all_the_same(number: signal.Signals) -> None:
    """Here another thread gets it; one that comes just before the main thread waits does not wake it either."""
    done = _run(f"""
import threading
from dots_tui.early_signals import wait_for
EarlySignals().end_with(clear_up)
main = threading.get_ident()
def work():
    while sys._current_frames()[main].f_code.co_name in ("<module>", "start", "wait", "wait_for"):
        time.sleep(0.01)
    time.sleep(0.5)  # it waits in the join by now
    signal.pthread_kill(threading.get_ident(), {int(number)})
    time.sleep(30)
    print("not heard", flush=True)
thread = threading.Thread(target=work, daemon=True)
thread.start()
wait_for(thread)
print("not reached")
""")
    assert (done.returncode, done.stdout, done.stderr) == (128 + number, "cleared up\n", "")


def test_it_ends_also_when_clearing_up_fails() -> None:
    done = _run("""
EarlySignals().end_with(lambda: 1 / 0)
os.kill(os.getpid(), signal.SIGTERM)
print("not reached")
""")
    assert (done.returncode, done.stdout) == (143, "")


def test_what_is_ignored_stays_ignored() -> None:
    """As under nohup."""
    done = _run(
        """
EarlySignals().end_with(clear_up)
os.kill(os.getpid(), signal.SIGHUP)
print("goes on")
""",
        ignored=signal.SIGHUP,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "goes on\n", "")
