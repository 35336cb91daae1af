"""A rehearsal as a whole: events gathered into what is shown, printed or compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dots_tui.reward.lessons import Learned, Lesson
from dots_tui.reward.logged import Rescored
from dots_tui.reward.ranking import Against, against
from dots_tui.reward.results import Cell, Driven, Ended, Event, Fault, Sweep
from dots_tui.reward.verdict import in_short, verdict
from dots_tui.reward.wall import Confinement

if TYPE_CHECKING:
    from dots_tui.tracks.geometry import Track


@dataclass(frozen=True)
class Report:
    """What is known so far. ``after`` gives the next one; none ever changes."""

    track: Track
    faults: tuple[Fault, ...] = ()
    sweep: Sweep | None = None
    """The newest; its cells are all in ``cells``."""
    cells: tuple[Cell, ...] = ()
    """In order along the lap."""
    drivers: tuple[Driven, ...] = ()
    ended: Ended | None = None
    lessons: tuple[Lesson, ...] = ()
    learned: Learned | None = None
    rescored: tuple[Rescored, ...] = ()
    confinement: Confinement | None = None
    """How the function was held; None before it was loaded."""

    @property
    def against(self) -> Against | None:
        """The draft against a log, once something of one is scored."""
        return against(self.rescored) if self.rescored else None

    def after(self, event: Event) -> Report:
        """This and one event more."""
        if isinstance(event, Fault):
            same = any((known.kind, known.line) == (event.kind, event.line) for known in self.faults)
            return self if same else replace(self, faults=(*self.faults, event))
        if isinstance(event, Sweep):
            cells = sorted((*self.cells, *event.cells), key=lambda cell: cell.index)
            return replace(self, sweep=event, cells=tuple(cells))
        if isinstance(event, Driven):
            return replace(self, drivers=(*self.drivers, event))
        if isinstance(event, Lesson):
            return replace(self, lessons=(*self.lessons, event))
        if isinstance(event, Learned):
            return replace(self, learned=event)
        if isinstance(event, Rescored):
            return replace(self, rescored=(*self.rescored, event))
        if isinstance(event, Confinement):
            return replace(self, confinement=event)
        if not isinstance(event, Ended):
            return self
        before = self.ended
        return replace(self, ended=event if before is None or before.complete else before)

    @property
    def verdict(self) -> str:
        """In plain words."""
        return verdict(self.faults, self.sweep, self.drivers)

    @property
    def in_short(self) -> str:
        """The verdict where there is little room."""
        return in_short(self.faults, self.sweep, self.drivers)

    def document(self) -> dict[str, Any]:
        """The document of ``dots-tui rehearse --json``."""
        sweep = self.sweep
        return {
            "track": {
                "name": self.track.name,
                "length_m": round(self.track.length_m, 3),
                "width_m": round(self.track.width_m, 3),
                "direction": self.track.direction,
                "waypoints": len(self.track.centre),
                "made_up": self.track.source == "formula",
            },
            "faults": [
                {"kind": fault.kind, "message": fault.message, "line": fault.line, "params": fault.params}
                for fault in self.faults
            ],
            "sweep": {
                "states": sweep.states if sweep else 0,
                "min": sweep.minimum if sweep else None,
                "max": sweep.maximum if sweep else None,
                "mean": sweep.mean if sweep else None,
                "seconds": sweep.seconds if sweep else 0.0,
                "best": vars(sweep.best) if sweep and sweep.best else None,
                "worst": vars(sweep.worst) if sweep and sweep.worst else None,
                "profile": [
                    {
                        "distance_m": round(c.distance_m, 3),
                        "waypoint": c.waypoint,
                        "min": c.low,
                        "max": c.high,
                        "mean": c.mean,
                    }
                    for c in self.cells
                    if c.states
                ],
            },
            "drivers": [_driven(one) for one in self.drivers],
            **({"learned": _learned(self.learned)} if self.learned else {}),
            **({"against": self.against.document()} if self.against else {}),
            "verdict": self.verdict,
            "confinement": vars(self.confinement) if self.confinement else None,
        }


def _driven(one: Driven) -> dict[str, Any]:
    return {
        "name": one.name,
        "finished": one.finished,
        "lap_time_s": one.lap_time_s,
        "steps": one.steps,
        "total_reward": one.total_reward,
        "per_step": one.per_step,
        "per_second": one.per_second,
        "end": one.end,
        "clean": one.clean,
        "unpaid_steps": one.unpaid,
    }


def _learned(one: Learned) -> dict[str, Any]:
    """The lap as a driver has one, and what it is like. Where it went is for drawing, not for a document."""
    return {
        **_driven(one.lap),
        "progress": one.lap.progress,
        "manner": one.manner,
        "practice_s": one.seconds,
        "practice_episodes": one.episodes,
        "practice_steps": one.steps,
        "practice_complete": one.complete,
        "fastest_by_rule_s": one.fastest_s,
        "words": one.words,
    }
