"""What a rehearsal tells, as values that never change; each can be sent as a line of JSON."""

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
    """Something that would end a training, or keeps the function from being rehearsed."""

    kind: str
    """In kebab-case, as the codes of findings are; the same code where the check finds the same."""
    message: str
    line: int | None = None
    """Of reward_function.py."""
    params: Mapping[str, Any] | None = None
    """What the function was given, where it was called."""


@dataclass(frozen=True)
class RehearsalNote:
    """Something to know of a rehearsal that ends no training."""

    kind: NoteKind
    message: str
    line: int | None = None
    """Of reward_function.py."""


@dataclass(frozen=True)
class Reads:
    """The parameters that the text of the function names."""

    parameters: tuple[str, ...]


@dataclass(frozen=True)
class Ranked:
    """How policies of all kinds rank by what they earn and by their lap time."""

    policies: int
    laps: int
    """Policies that finish a lap; the others are not ranked."""
    spearman: float | None
    """1 when the quickest lap earns most, -1 when the slowest does; None for too few laps or one reward for all."""
    kendall: float | None


@dataclass(frozen=True)
class Spot:
    """One state of the sweep and what it pays."""

    reward: float
    distance_m: float
    """Along the center line."""
    waypoint: int
    offset_m: float
    """From the center line, positive to the left."""
    heading: float
    """Degrees off the track's direction, positive to the left."""
    speed: float
    x: float
    y: float


@dataclass(frozen=True)
class Cell:
    """What the states at one position along the lap pay."""

    index: int
    """Of the position, in order along the lap."""
    distance_m: float
    waypoint: int
    x: float
    y: float
    states: int
    low: float
    high: float
    mean: float
    rewards: tuple[tuple[tuple[float | None, ...], ...], ...]
    """What each state pays: by offset (from left to right), then heading, then speed; None without a number."""

    @property
    def by_offset(self) -> tuple[float | None, ...]:
        """The mean for each offset of a car that drives on along the track; None without a number."""
        onward = [[reward for reward in headings[0] if reward is not None] for headings in self.rewards]
        return tuple(sum(paid) / len(paid) if paid else None for paid in onward)


@dataclass(frozen=True)
class Sweep:
    """The sweep so far: states tried, what they pay, and the positions that are new since the last one."""

    states: int
    planned: int
    minimum: float | None
    maximum: float | None
    mean: float | None
    """None as long as no state has a number."""
    seconds: float
    best: Spot | None
    worst: Spot | None
    cells: tuple[Cell, ...]
    complete: bool
    speeds: tuple[float, ...] = ()
    """The commanded speeds tried, m/s; a cell's rewards are in this order."""
    along_drives: bool = False
    """Whether the states are those of the drives, because the function remembers what came before."""


@dataclass(frozen=True)
class RehearsalEnd:
    """The last event. *complete* is False when the rehearsal was cut short: by a fault, the time limit or a user."""

    complete: bool
    seconds: float


@dataclass(frozen=True)
class Pulse:
    """The child lives; the parent measures with it how long a call runs."""

    calls: int
    """Of the function so far."""
    running: bool
    """Whether the racer's code runs."""
    line: int | None
    """Of reward_function.py, if that runs."""


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
    """One line of JSON."""
    name = next(name for name, kind in _KINDS.items() if isinstance(event, kind))
    return json.dumps({"event": name, **asdict(event)}, default=repr).encode() + b"\n"


def decode(line: bytes) -> Event:
    """The event of such a line. Raises WrongShape for anything else."""
    value = parse(line)
    if not isinstance(value, dict):
        raise WrongShape("no object")
    kind = _KINDS.get(name) if isinstance(name := value.pop("event", None), str) else None
    if kind is None:
        raise WrongShape("an unknown event")
    event: Event = build(kind, value, __name__)
    return event
