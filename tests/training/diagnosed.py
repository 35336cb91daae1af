"""Stories of a run of three workers, and what is said to be wrong with it: for the tests of the diagnosis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dots_tui.training.containers import Container
from dots_tui.training.diagnosis import Diagnosis

if TYPE_CHECKING:
    from dots_tui.training.snapshot import RunSnapshot

Story = Any
"""The fixture of conftest.py, which no module can import."""

ONE, TWO, THREE = (f"deepracer-0-robomaker-{n}" for n in (1, 2, 3))
ALGO = "x1kp0trgq9-algo-1-a1b2c"
MADE = "2026-01-01 10:00:00 +0000 UTC"
EXTRA = "Additional evaluation. New Checkpoint: 0, Last Checkpoint: 0"


def snapshot(story: Story, later: float = 0.0) -> RunSnapshot:
    """The state some seconds after the last line."""
    run: RunSnapshot = story.run.snapshot(story.now + later)
    return run


def codes(story: Story, later: float = 0.0) -> list[str]:
    """What is wrong some seconds after the last line."""
    return [one.code for one in snapshot(story, later).diagnoses]


def only(story: Story, later: float = 0.0) -> Diagnosis:
    """The one thing that is wrong."""
    (found,) = snapshot(story, later).diagnoses
    return found


def exists(
    name: str, state: str = "running", code: int | None = None, ident: str = "", started: str = MADE
) -> Container:
    """A container as docker ps lists it."""
    role, slot = ("trainer", None) if "algo" in name else ("robomaker", int(name[-1]))
    return Container(ident or name + "-id", name, role, slot, state, started, code)


def begin(story: Story, *, share: bool = True) -> None:
    """Three workers drive the first of two episodes each; a trainer collects."""
    story.run.containers([exists(name) for name in (ONE, TWO, THREE, ALGO)])
    for index, name in enumerate((ONE, TWO, THREE)):
        story.line(name, f"Starting as worker {index}, using world Albert and configuration training_params.yaml.")
        if share:
            story.line(name, '"num_episodes_between_training": 6,')
    story.line(ALGO, "DoorMan: installing SIGINT, SIGTERM")
    for name in (ONE, TWO, THREE):
        story.restore(name, 0)
        story.episode(name, 0, [0.0, 10.0])


def finish_driving(story: Story) -> None:
    """They drive the second one: their share of the iteration is in."""
    for name in (ONE, TWO, THREE):
        story.episode(name, 1, [0.0, 12.0])
