"""`dots-tui --demo` without a terminal: the whole loop in print, and nothing left behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.system.conftest import Program

pytestmark = pytest.mark.system

STEPS = ("starting the embedded cloud", "edited", "created the base stack", "launched", "watching", "stopped")


@pytest.mark.timeout(240)
def test_the_whole_loop_is_printed_and_leaves_nothing(
    start: Callable[..., Program], until: Callable[..., None]
) -> None:
    demo = start("--demo")
    until(lambda: demo.printed("iteration  1"), "the first iteration is complete", 120)
    assert len(demo.traces.ports()) == 2, "AWS and SSH answer on a port each"
    assert demo.wait(180) == 0, (demo.lines, demo.errors)
    assert demo.errors == ""

    text = "\n".join(demo.lines)
    for number, words in enumerate(STEPS, start=1):
        assert re.search(rf"^\[{number}/6\] .*{words}", text, re.MULTILINE), text
    assert "3 workers drove" in text
    assert ", 0 training stacks left" in text
    rewards = [float(value) for value in re.findall(r"^ +iteration .* reward +([\d.]+)", text, re.MULTILINE)]
    assert len(rewards) >= 5, text
    assert sum(rewards[-2:]) > 1.5 * sum(rewards[:2]), "it does not learn"
    curve = re.search(r"^reward +(\S+) +([\d.]+) to ([\d.]+)$", text, re.MULTILINE)
    assert curve is not None, text
    assert len(curve[1]) == len(rewards)
    assert re.search(r"^progress +\S+ +[\d.]+ % to [\d.]+ %$", text, re.MULTILINE), text

    demo.traces.assert_nothing_left(5)
