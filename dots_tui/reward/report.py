"""A rehearsal as a whole: events gathered into what is shown, printed or compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dots_tui.reward.episode import DriverEpisode
from dots_tui.reward.lessons import Learned, Lesson
from dots_tui.reward.logged import Rescored
from dots_tui.reward.ranking import Against, against
from dots_tui.reward.results import Cell, Event, FunctionFault, Ranked, Reads, RehearsalEnd, RehearsalNote, Sweep
from dots_tui.reward.verdict import Found, in_short, rank_words, verdict
from dots_tui.reward.wall import Confinement

if TYPE_CHECKING:
    from dots_tui.tracks.geometry import Track


@dataclass(frozen=True)
class Report:
    """What is known so far. ``after`` gives the next one; none ever changes."""

    track: Track
    faults: tuple[FunctionFault, ...] = ()
    sweep: Sweep | None = None
    """The newest; its cells are all in ``cells``."""
    cells: tuple[Cell, ...] = ()
    """In order along the lap."""
    drivers: tuple[DriverEpisode, ...] = ()
    ended: RehearsalEnd | None = None
    lessons: tuple[Lesson, ...] = ()
    learned: Learned | None = None
    rescored: tuple[Rescored, ...] = ()
    confinement: Confinement | None = None
    """How the function was held; None before it was loaded."""
    notes: tuple[RehearsalNote, ...] = ()
    reads: tuple[str, ...] = ()
    """The parameters that the text names."""
    ranked: Ranked | None = None

    @property
    def against(self) -> Against | None:
        """The draft against a log, once something of one is scored."""
        return against(self.rescored) if self.rescored else None

    def after(self, event: Event) -> Report:
        """This and one event more."""
        if isinstance(event, FunctionFault):
            same = any((known.kind, known.line) == (event.kind, event.line) for known in self.faults)
            return self if same else replace(self, faults=(*self.faults, event))
        if isinstance(event, Sweep):
            before = () if event.along_drives else self.cells
            cells = {cell.index: cell for cell in (*before, *event.cells)}
            return replace(self, sweep=event, cells=tuple(cells[index] for index in sorted(cells)))
        if isinstance(event, DriverEpisode):
            return replace(self, drivers=(*self.drivers, event))
        if isinstance(event, Lesson):
            return replace(self, lessons=(*self.lessons, event))
        if isinstance(event, Learned):
            return replace(self, learned=event)
        if isinstance(event, Rescored):
            return replace(self, rescored=(*self.rescored, event))
        if isinstance(event, Confinement):
            return replace(self, confinement=event)
        if isinstance(event, RehearsalNote):
            return self if event in self.notes else replace(self, notes=(*self.notes, event))
        if isinstance(event, Reads):
            return replace(self, reads=event.parameters)
        if isinstance(event, Ranked):
            return replace(self, ranked=event)
        if not isinstance(event, RehearsalEnd):
            return self
        ended = self.ended
        return replace(self, ended=event if ended is None or ended.complete else ended)

    @property
    def verdict(self) -> str:
        """In plain words."""
        return verdict(self.found)

    @property
    def in_short(self) -> str:
        """The verdict where there is little room."""
        return in_short(self.found)

    @property
    def found(self) -> Found:
        """What a verdict is made of."""
        return Found(self.faults, self.sweep, self.drivers, self.notes, self.reads)

    @property
    def not_rehearsed(self) -> str:
        """Why the function could not be tried on this machine; "" when it was."""
        return next((note.message for note in self.notes if note.kind == "not-rehearsed"), "")

    @property
    def rank_words(self) -> str:
        """How return and lap time go together, in a sentence; "" when that was not tried."""
        return rank_words(self.ranked) if self.ranked is not None else ""

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
            "notes": [{"kind": one.kind, "message": one.message, "line": one.line} for one in self.notes],
            "sweep": {
                "states": sweep.states if sweep else 0,
                "min": sweep.minimum if sweep else None,
                "max": sweep.maximum if sweep else None,
                "mean": sweep.mean if sweep else None,
                "seconds": sweep.seconds if sweep else 0.0,
                "along_drives": sweep.along_drives if sweep else False,
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
            "rank": vars(self.ranked) if self.ranked else None,
            "rank_words": self.rank_words,
            "verdict": self.verdict,
            "confinement": vars(self.confinement) if self.confinement else None,
        }


def _driven(one: DriverEpisode) -> dict[str, Any]:
    return {
        "name": one.name,
        "finished": one.finished,
        "lap_time_s": one.lap_time_s,
        "steps": one.steps,
        "total_reward": one.total_reward,
        "per_step": one.per_step,
        "per_second": one.per_second,
        "discounted": one.discounted,
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
