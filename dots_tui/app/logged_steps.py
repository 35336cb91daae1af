"""The recorded steps of cars, from logs and from the simulation traces (CSV) of a bucket."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.app.recorded_files import NotRead, log_files
from dots_tui.reward.logged import Attempt, LoggedStep, attempts_of
from dots_tui.tracks.catalogue import TRACKS
from dots_tui.training.parser import Parser
from dots_tui.training.records import Step
from dots_tui.training.rows import Rows

if TYPE_CHECKING:
    from dots_tui.app.recorded_files import LogFile
    from dots_tui.tracks.geometry import Track

MOST_STEPS = 200_000
"""Maximum number of scored steps; of more, the last ones are used, which the newest model drove."""
_SUFFIXES = (".csv", ".log")
_SAME_LENGTH_M = 0.02
_LOOKED_AT = 200
_ROOM_M = 0.05


@dataclass(frozen=True)
class Logged:
    """The attempts and track data of logs."""

    attempts: tuple[Attempt, ...]
    track_length_m: float
    """Length of the logs' track, to the centimeter."""
    remarks: tuple[str, ...]

    def fits(self, length_m: float) -> bool:
        """Return true if a track of this length may be the one of the logs."""
        return abs(self.track_length_m - length_m) <= _SAME_LENGTH_M

    def other_than(self, track: Track) -> str:
        """Return the reason the logs cannot be from `track`; "" if they can."""
        if not self.fits(track.length_m):
            same = [name for name, known in TRACKS.items() if self.fits(known.length_m)]
            some = f" That long are {', '.join(same[:6])}." if same else ""
            return (
                f"The log is of a track of {self.track_length_m:.2f} m, and {track.name} has {track.length_m:.2f} m: "
                f"choose its track.{some}"
            )
        if not self.is_on(track):
            return f"The steps of the log are not on {track.name} as its shape is known here."
        return ""

    def is_on(self, track: Track) -> bool:
        """Return true if at least 90% of the steps with all wheels on the track are on this one."""
        steps = [step for one in self.attempts for step in one.steps if step.paid and step.on_track]
        some = steps[:: max(1, len(steps) // _LOOKED_AT)]
        near = 0
        for step in some:
            at = track.locate(step.x, step.y)
            near += abs(at.offset_m) <= track.width_at(at.distance_m) / 2.0 + _ROOM_M
        return near >= 0.9 * len(some)


def logged_steps(names: Sequence[str]) -> Logged:
    """Return the attempts in logs, log archives, simulation traces and folders of these.

    Raises NotRead if a file cannot be read, has no steps, or is from another track than the one before.
    """
    return _collected((file.name, _rows_of(file)) for file in log_files(_spread(names)))


def steps_in(logs: Iterable[tuple[str, Iterable[bytes]]]) -> Logged:
    """Return the attempts in the lines of named logs, for example of an active run; a log without steps is skipped.

    Raises NotRead like `logged_steps`.
    """
    return _collected(((name, _of_log(lines)) for name, lines in logs), patient=True)


def _collected(logs: Iterable[tuple[str, Iterator[Step]]], *, patient: bool = False) -> Logged:
    attempts: list[Attempt] = []
    length: float | None = None
    for name, steps in logs:
        rows = list(steps)
        if not rows and patient:
            continue
        if not rows:
            raise NotRead(f"{name} has no steps of a car (SIM_TRACE_LOG lines, or a simulation trace as CSV).")
        theirs = rows[0].track_length
        length = theirs if length is None else length
        if abs(theirs - length) > _SAME_LENGTH_M:
            raise NotRead(
                f"{name} is of a track of {theirs:.2f} m, the logs before it of one of {length:.2f} m: "
                "give those of one track."
            )
        attempts += attempts_of(name, ((row.episode, _logged(row)) for row in rows))
    if length is None:
        raise NotRead("No step of a car is in these logs yet.")
    kept = _newest(attempts)
    cut = f"The logs have more than {MOST_STEPS:,} steps; the last ones are scored."
    return Logged(tuple(kept), length, (cut,) if len(kept) < len(attempts) else ())


def _spread(names: Iterable[str]) -> Iterator[str]:
    """Yield the names, with folders replaced by their logs and traces; 2-iteration comes before 10-iteration."""
    for name in names:
        path = Path(name)
        if not path.is_dir():
            yield name
            continue
        found = [one for one in path.rglob("*") if one.suffix in _SUFFIXES and one.is_file()]
        if not found:
            raise NotRead(f"{name} has no logs (*.log) and no simulation traces (*.csv) in it.")
        yield from (str(one) for one in sorted(found, key=_natural))


def _natural(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", str(path))]


def _rows_of(file: LogFile) -> Iterator[Step]:
    if file.base.endswith(".csv"):
        yield from _of_trace(file)
    else:
        yield from _of_log(file.chunks())


def _of_log(chunks: Iterable[bytes]) -> Iterator[Step]:
    parser = Parser()
    for chunk in chunks:
        yield from _steps(parser.batches(chunk))
    yield from _steps(parser.rest())


def _steps(batches: Iterable[object]) -> Iterator[Step]:
    for batch in batches:
        if isinstance(batch, Rows):
            yield from batch.steps()


def _of_trace(file: LogFile) -> Iterator[Step]:
    """Yield the rows of a simulation trace: columns named as in the log, numbers not rounded."""
    text = io.StringIO(b"".join(file.chunks()).decode("utf-8", "replace"), newline="")
    for number, row in enumerate(csv.DictReader(text), 2):
        try:
            yield Step(
                episode=int(float(row["episode"])),
                step=int(float(row["steps"])),
                x=float(row["X"]),
                y=float(row["Y"]),
                heading=float(row["yaw"]),
                steering=float(row["steer"]),
                speed=float(row["throttle"]),
                reward=float(row["reward"]),
                done=row["done"] == "True",
                on_track=row["all_wheels_on_track"] == "True",
                progress=float(row["progress"]),
                waypoint=int(float(row["closest_waypoint"])),
                track_length=float(row["track_len"]),
                time=float(row["tstamp"]),
                status=row["episode_status"],
                wall_clock=None,
            )
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise NotRead(f"{file.name}, line {number}: this is no row of a simulation trace.") from error


def _logged(row: Step) -> LoggedStep:
    return LoggedStep(
        step=row.step,
        x=row.x,
        y=row.y,
        heading=row.heading,
        steering=row.steering,
        speed=row.speed,
        reward=row.reward,
        on_track=row.on_track,
        progress=row.progress,
        time=row.time,
        status=row.status,
    )


def _newest(attempts: Sequence[Attempt]) -> list[Attempt]:
    """Return the last attempts that together have at most MOST_STEPS steps."""
    left, first = MOST_STEPS, len(attempts)
    while first and len(attempts[first - 1].steps) <= left:
        first -= 1
        left -= len(attempts[first].steps)
    return list(attempts[first:])
