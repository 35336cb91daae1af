"""A run in short: its iterations for charts, to keep and to compare with another run. Pure; text in, text out."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from dots_tui.bounded_files import parse_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.training.snapshot import IterationSnapshot, RunSnapshot

VERSION = 1
MOST_ITERATIONS = 1000
"""Maximum number of iterations of a kept run, spread evenly: no chart has more columns."""
_DIGITS = 5


@dataclass(frozen=True)
class KeptIteration:
    """One iteration. Progress in percent, rewards per episode, times in seconds; None is unknown."""

    index: int
    """From 0."""
    progress: float | None = None
    reward: float | None = None
    evaluation_progress: float | None = None
    evaluation_reward: float | None = None
    lap_s: float | None = None
    """The best lap."""
    entropy: float | None = None
    kl: float | None = None

    @classmethod
    def of(cls, one: IterationSnapshot) -> KeptIteration:
        """Return the values of an iteration that charts show."""
        policy = one.policy
        return cls(
            one.index,
            one.mean_progress,
            one.mean_reward,
            one.evaluation_progress,
            one.evaluation_reward,
            one.best_lap_s,
            policy.entropy if policy is not None else None,
            policy.kl if policy is not None else None,
        )


@dataclass(frozen=True)
class KeptRun:
    """A run that was watched, or read from its logs."""

    name: str
    world: str
    kept_at: float
    """Unix seconds."""
    episodes: int
    best_lap_s: float | None
    iterations: tuple[KeptIteration, ...]

    @classmethod
    def of(cls, name: str, run: RunSnapshot, kept_at: float) -> KeptRun:
        """Return the current values of a run."""
        return kept_run(name, run.world or "", kept_at, run.iterations)


def kept_run(name: str, world: str, kept_at: float, iterations: Sequence[IterationSnapshot]) -> KeptRun:
    """Return a run in short; `kept_at` is Unix seconds."""
    laps = [one.best_lap_s for one in iterations if one.best_lap_s is not None]
    return KeptRun(
        name,
        world,
        kept_at,
        sum(one.episodes_done for one in iterations),
        min(laps, default=None),
        tuple(KeptIteration.of(one) for one in _thinned(iterations)),
    )


class NotKept(ValueError):
    """A text that is not a kept run; the message gives the reason."""


def to_text(run: KeptRun) -> str:
    """Return the run as JSON, with short numbers and without unknown values."""
    document = {"version": VERSION, **asdict(run)}
    document["iterations"] = [
        {key: _short(value) for key, value in asdict(one).items() if value is not None} for one in run.iterations
    ]
    return json.dumps(document, separators=(",", ":"), allow_nan=False)


def from_text(text: str) -> KeptRun:
    """Return the run that `to_text` wrote. Raise NotKept."""
    try:
        document = parse_json(text)
        if document["version"] != VERSION:
            raise NotKept(f"it was written by another version ({document['version']})")
        return KeptRun(
            str(document["name"]),
            str(document["world"]),
            float(document["kept_at"]),
            int(document["episodes"]),
            _number(document.get("best_lap_s")),
            tuple(_iteration(row) for row in document["iterations"]),
        )
    except NotKept:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise NotKept(f"it is damaged ({type(error).__name__})") from error


def _iteration(row: dict[str, Any]) -> KeptIteration:
    numbers = {field.name: _number(row.get(field.name)) for field in fields(KeptIteration) if field.name != "index"}
    return KeptIteration(int(row["index"]), **numbers)


def _number(value: Any) -> float | None:
    number = float(value) if value is not None else None
    return number if number is not None and math.isfinite(number) else None


def _short(value: float) -> float | None:
    if isinstance(value, int):
        return value
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None


def _thinned(iterations: Sequence[IterationSnapshot]) -> Sequence[IterationSnapshot]:
    """Return all iterations, or an even selection of a long run that includes the last one."""
    step = math.ceil(len(iterations) / MOST_ITERATIONS)
    return iterations if step < 2 else iterations[::-1][::step][::-1]
