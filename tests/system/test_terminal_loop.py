"""The whole loop once by hand in a real terminal, on the embedded cloud: keys in, characters out."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.system.conftest import Terminal

    Until = Callable[..., None]
    Open = Callable[[int, int], Terminal]

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

WORKERS = {"0", "1", "2"}
LANE = re.compile(r"(?m)^│.([0-9]) +\S+ +\w+ +ep (\d+)")
"""A worker's lane: its number, what it does, its episode."""


def test_the_whole_loop(open_terminal: Open, until: Until) -> None:
    terminal = open_terminal(100, 30)
    _start(terminal)
    colour = _edit(terminal)
    saved = next(terminal.traces.folder.glob("*/custom-files/run.env")).read_text(encoding="utf-8")
    assert re.search(rf"(?m)^DR_CAR_COLOR={colour}$", saved)
    _create_base(terminal)
    _launch(terminal)
    _watch(terminal, until)
    _search(terminal)
    _stop(terminal)
    terminal.press("q")
    assert terminal.wait_for_end() == 0
    terminal.traces.assert_nothing_left(5)


def test_in_a_small_terminal_that_is_closed_while_it_trains(open_terminal: Open, until: Until) -> None:
    terminal = open_terminal(80, 24)
    _start(terminal)
    _create_base(terminal)
    _launch(terminal)
    _watch(terminal, until)
    assert terminal.traces.running("dots_tui.demo.trainer")
    terminal.close()
    terminal.traces.assert_nothing_left()


def _start(terminal: Terminal) -> None:
    terminal.run("--demo")
    terminal.wait_for("Step 1 of 6")
    terminal.wait_for("DR_WORLD_NAME")


def _edit(terminal: Terminal) -> str:
    """Choose another colour for the car and save the file. Returns the colour."""
    terminal.press("/")
    terminal.wait_for("part of a name")
    terminal.type("car_color")
    terminal.wait_for(r"▸ DR_CAR_COLOR +\w+")
    terminal.press("Enter")
    terminal.wait_for(r"\? Help")  # the keys go to the form again
    terminal.press("Enter")
    shown = terminal.wait_for(r"(?s)─ DR_CAR_COLOR ─.*?│ ▸ (\w+)")
    terminal.press("Down")
    chosen = terminal.wait_for(rf"▸ (?!{shown[1]}\b|DR_)(\w+)")[1]
    terminal.press("Enter")
    terminal.wait_for("Step 2 of 6")
    terminal.wait_for(rf"DR_CAR_COLOR +{chosen}")
    terminal.press("s")
    terminal.wait_for("run.env saved")
    terminal.wait_for("Step 3 of 6")
    return chosen


def _create_base(terminal: Terminal) -> None:
    terminal.press("3")
    terminal.wait_for("No base stack", 60)
    terminal.press("b")
    terminal.wait_for(r"Create a base stack[^┘╯]*127\.0\.0\.1")
    terminal.type("team-base")
    terminal.wait_for(r"Name +team-base")
    terminal.press("Enter")
    terminal.wait_for(r"\d of \d+ done")
    terminal.wait_for("team-base: done", 60)
    terminal.wait_for(r"team-base +base stack .*ready")  # the list knows it: only then can it be launched with


def _launch(terminal: Terminal) -> None:
    """With what the form proposes; the plan says what it can cost before anything is made."""
    terminal.press("n")
    terminal.wait_for(r"Time to live +60")  # in the form; the guide says "Launch a training" before it is open
    terminal.press("Enter")
    terminal.wait_for(r"GO(, \d+ to look at)?: y launches", 60)
    terminal.press("v")
    terminal.wait_for(r"at most \d+\.\d\d USD")
    terminal.press("y")
    terminal.wait_for("first-model is up", 60)


def _watch(terminal: Terminal, until: Until) -> None:
    """Three lanes whose episodes go on, the log, and one iteration after the other."""
    terminal.press("4")
    seen: dict[str, set[int]] = defaultdict(set)

    def all_go_on() -> bool:
        for worker, episode in LANE.findall(terminal.screen()):
            seen[worker].add(int(episode))
        return set(seen) == WORKERS and all(max(episodes) > min(episodes) for episodes in seen.values())

    until(all_go_on, "the episodes of three workers go on", 90)
    first = int(terminal.wait_for(r"iteration (\d+)", 60)[1])
    terminal.wait_for(rf"iteration {first + 1}\b", 60)
    terminal.wait_for(r"│[\d:]+ W\d.*\bep \d+ +step \d+")
    assert "Step 6 of 6" in terminal.screen()


def _search(terminal: Terminal) -> None:
    """The newest line with the text is marked and the log stands still, until it follows again."""
    terminal.wait_for("─ following ─")
    terminal.press("/")
    terminal.wait_for("regular expression")
    terminal.type("Reset agent fin")
    terminal.press("Enter")
    terminal.wait_for(r"▸[^│]*Reset agent finished")
    terminal.wait_for("─ paused")
    terminal.press("f")
    terminal.wait_for("─ following ─")


def _stop(terminal: Terminal) -> None:
    terminal.press("S")
    terminal.wait_for(r"Stop first-model\?")
    terminal.press("Enter")
    terminal.wait_for("first-model has ended: its stack is deleted", 90)
    stacks = terminal.wait_for(r"(?s)─ stacks ─.*?╰")[0]
    assert "team-base" in stacks
    assert "first-model" not in stacks
