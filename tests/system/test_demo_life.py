"""However the demo ends, and whenever: no process, no open port and no file of it is left."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.system.conftest import Program, Terminal

pytestmark = pytest.mark.system

STATUS = {signal.SIGTERM: 143, signal.SIGINT: 130, signal.SIGHUP: 129, signal.SIGKILL: -signal.SIGKILL}
CLOUD, TRAINER = "dots_tui.demo.cloud", "dots_tui.demo.trainer"

MOMENTS: dict[str, Callable[[Program], object]] = {
    # Not any file: Python itself tries the folder for temporary files out with one.
    "its folder is there": lambda demo: any(path.is_dir() for path in demo.traces.folder.iterdir()),
    "the cloud starts": lambda demo: demo.traces.running(CLOUD),
    "the cloud listens": lambda demo: demo.traces.ports(),
    "a stack is being created": lambda demo: demo.printed("[2/6]"),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_signal_while_it_starts(start: Callable[..., Program], until: Callable[..., None], moment: str) -> None:
    demos = {}
    for number in STATUS:
        demo = demos[number] = start("--demo")
        until(lambda demo=demo: MOMENTS[moment](demo), moment)
        demo.signal(number)
    _all_end(demos)


@pytest.mark.timeout(180)
def test_a_signal_while_it_trains(start: Callable[..., Program], until: Callable[..., None]) -> None:
    demos = {number: start("--demo") for number in STATUS}
    for demo in demos.values():
        until(lambda demo=demo: demo.traces.running(TRAINER), "the trainer runs", 90)
    for number, demo in demos.items():
        until(lambda demo=demo: demo.printed("iteration  1"), "the first iteration is complete", 90)
        assert len(demo.traces.ports()) == 2
        assert len(demo.traces.processes()) == 3, "the program, the cloud, the trainer"
        demo.signal(number)
    _all_end(demos)


def _all_end(demos: dict[signal.Signals, Program]) -> None:
    """Each ends as its signal says, without a traceback, and leaves nothing."""
    for number, demo in demos.items():
        assert demo.wait(30) == STATUS[number], (number, demo.lines, demo.errors)
        assert demo.errors == "", number
        demo.traces.assert_nothing_left()


# -- the app in a terminal ------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("moment", ["first frame", "app"])
def test_a_signal_gives_the_terminal_back(
    open_terminal: Callable[[int, int], Terminal], until: Callable[..., None], moment: str, number: signal.Signals
) -> None:
    terminal = _demo_in(open_terminal(80, 24), until, moment)
    terminal.traces.signal(number)
    terminal.wait_for_end()
    terminal.traces.assert_nothing_left()


@pytest.mark.parametrize("moment", ["first frame", "app"])
def test_ctrl_c_leaves(open_terminal: Callable[[int, int], Terminal], until: Callable[..., None], moment: str) -> None:
    terminal = _demo_in(open_terminal(80, 24), until, moment)
    terminal.press("C-c")
    terminal.wait_for_end()
    terminal.traces.assert_nothing_left()


@pytest.mark.parametrize("moment", ["first frame", "app"])
def test_a_killed_app_is_cleared_up_after(
    open_terminal: Callable[[int, int], Terminal], until: Callable[..., None], moment: str
) -> None:
    terminal = _demo_in(open_terminal(80, 24), until, moment)
    terminal.traces.signal(signal.SIGKILL)
    terminal.traces.assert_nothing_left()


@pytest.mark.parametrize("moment", ["first frame", "app"])
def test_a_closed_terminal_ends_it(
    open_terminal: Callable[[int, int], Terminal], until: Callable[..., None], moment: str
) -> None:
    terminal = _demo_in(open_terminal(80, 24), until, moment)
    terminal.close()
    terminal.traces.assert_nothing_left()


def _demo_in(terminal: Terminal, until: Callable[..., None], moment: str) -> Terminal:
    """The demo in ``terminal`` at a moment: with its first frame on the screen, or with the app and a cloud."""
    terminal.run("--demo")
    terminal.wait_for("1 Files")
    if moment == "app":
        terminal.wait_for("Step 1 of")
        until(terminal.traces.ports, "the cloud listens")
    return terminal
