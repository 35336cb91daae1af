"""A run as its containers tell it, without a machine."""

from __future__ import annotations

from datetime import datetime, timezone

from dots_tui.training.containers import Container
from dots_tui.training.parser import Parser
from dots_tui.training.snapshot import RunSnapshot
from dots_tui.training.state import RunState

NOW = datetime(2030, 1, 1, 12, 0, tzinfo=timezone.utc)
ONE, TWO, THREE = (f"deepracer-0-robomaker-{n}" for n in (1, 2, 3))
ALGO = "x1kp0trgq9-algo-1-a1b2c"
WORLD = "reInvent2019_track"


def step(episode: int, number: int, progress: float, *, done: bool = False) -> str:
    """A trace row; the first of an episode prepares."""
    status = "prepare" if number == 1 else "off_track" if done else "in_progress"
    return (
        f"SIM_TRACE_LOG:{episode},{number},1.5,0.5,10.0,15.00,2.00,3,2.5,{done},True,{progress},7,17.67,"
        f"{number / 15:.3f},{status},0.00"
    )


def told(**containers: list[str]) -> RunState:
    """A run of the containers ONE, TWO, THREE and ALGO, which printed these lines."""
    run = RunState()
    names = {"one": ONE, "two": TWO, "three": THREE, "algo": ALGO}
    for short, lines in containers.items():
        name = names[short]
        role, slot = ("trainer", None) if name == ALGO else ("robomaker", int(name[-1]))
        run.container(Container(name + "-id", name, role, slot, "running", "2030-01-01"))
        for record in Parser().feed("".join(f"{line}\n" for line in lines).encode()):
            run.apply(name, record, NOW.timestamp() - 2)
    return run


def snapshot(run: RunState) -> RunSnapshot:
    return run.snapshot(NOW.timestamp())


def started(number: int) -> str:
    return f"Starting as worker {number}, using world {WORLD} and configuration training_params.yaml."
