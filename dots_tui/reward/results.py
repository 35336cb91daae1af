"""The events of a rehearsal: immutable values that are sent as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Union

from dots_tui.reward.answers import Answer
from dots_tui.reward.episode import DriverEpisode
from dots_tui.reward.lessons import Learned, Lesson
from dots_tui.reward.logged import Rescored
from dots_tui.reward.shapes import WrongShape, build, parse
from dots_tui.reward.wall import Confinement

NoteKind = Literal[
    "remembers", "kept-state", "slow", "writes-files", "other-direction", "other-track", "needs-shape", "not-rehearsed"
]


@dataclass(frozen=True)
class FunctionFault:
    """A fault of the function: it would end a training, or prevents the rehearsal."""

    kind: str
    """In kebab case, like the code of a finding; the same code if the check finds the same fault."""
    message: str
    line: int | None = None
    """The line of reward_function.py."""
    params: Mapping[str, Any] | None = None
    """The parameters of the failed call."""


@dataclass(frozen=True)
class RehearsalNote:
    """A remark on a rehearsal that would not end a training."""

    kind: NoteKind
    message: str
    line: int | None = None
    """The line of reward_function.py."""


@dataclass(frozen=True)
class Reads:
    """The parameters that occur in the text of the function."""

    parameters: tuple[str, ...]


@dataclass(frozen=True)
class Ranked:
    """The ranking of random policies by reward and by lap time."""

    policies: int
    laps: int
    """Policies that finish a lap; only they are ranked."""
    spearman: float | None
    """1 if the quickest lap earns most, -1 if the slowest does; None with too few laps or a constant reward."""
    kendall: float | None


@dataclass(frozen=True)
class Spot:
    """One state of the sweep and its reward."""

    reward: float
    distance_m: float
    """Along the center line."""
    waypoint: int
    offset_m: float
    """From the center line, positive to the left."""
    heading: float
    """Degrees relative to the direction of the track, positive to the left."""
    speed: float
    x: float
    y: float


@dataclass(frozen=True)
class Cell:
    """The rewards of the states at one position along the lap."""

    index: int
    """The index of the position along the lap."""
    distance_m: float
    waypoint: int
    x: float
    y: float
    states: int
    low: float
    high: float
    mean: float
    rewards: tuple[tuple[tuple[float | None, ...], ...], ...]
    """By offset (from left to right), then heading, then speed; None without a number."""

    @property
    def by_offset(self) -> tuple[float | None, ...]:
        """The mean for each offset of a car along the track; None without a number."""
        onward = [[reward for reward in headings[0] if reward is not None] for headings in self.rewards]
        return tuple(sum(paid) / len(paid) if paid else None for paid in onward)


@dataclass(frozen=True)
class Sweep:
    """The sweep so far: tried states, their rewards, and the positions that are new since the previous event."""

    states: int
    planned: int
    minimum: float | None
    maximum: float | None
    mean: float | None
    """None while no state has a number."""
    seconds: float
    best: Spot | None
    worst: Spot | None
    cells: tuple[Cell, ...]
    complete: bool
    speeds: tuple[float, ...] = ()
    """The tried speeds, m/s; the rewards of a cell are in this order."""
    along_drives: bool = False
    """True if the states are those of drives, because the function depends on earlier calls."""


@dataclass(frozen=True)
class RehearsalEnd:
    """The last event. `complete` is False if a fault, the time limit or the user cut the rehearsal short."""

    complete: bool
    seconds: float


@dataclass(frozen=True)
class Pulse:
    """A sign of life of the child; the parent measures the duration of a call with it."""

    calls: int
    """The number of calls so far."""
    running: bool
    """True while the racer's code runs."""
    line: int | None
    """The running line of reward_function.py."""


Event = Union[
    Confinement,
    Pulse,
    FunctionFault,
    RehearsalNote,
    Reads,
    Ranked,
    Sweep,
    DriverEpisode,
    Lesson,
    Learned,
    Rescored,
    Answer,
    RehearsalEnd,
]
_KINDS: Mapping[str, type[Any]] = {
    "confinement": Confinement,
    "pulse": Pulse,
    "fault": FunctionFault,
    "note": RehearsalNote,
    "reads": Reads,
    "ranked": Ranked,
    "sweep": Sweep,
    "driven": DriverEpisode,
    "lesson": Lesson,
    "learned": Learned,
    "rescored": Rescored,
    "answer": Answer,
    "ended": RehearsalEnd,
}


def encode(event: Event) -> bytes:
    """Return an event as one line of JSON."""
    name = next(name for name, kind in _KINDS.items() if isinstance(event, kind))
    return json.dumps({"event": name, **asdict(event)}, default=repr).encode() + b"\n"


def decode(line: bytes) -> Event:
    """Return the event of a line. Raise WrongShape if it is none."""
    value = parse(line)
    if not isinstance(value, dict):
        raise WrongShape("no object")
    kind = _KINDS.get(name) if isinstance(name := value.pop("event", None), str) else None
    if kind is None:
        raise WrongShape("an unknown event")
    event: Event = build(kind, value, __name__)
    return event
