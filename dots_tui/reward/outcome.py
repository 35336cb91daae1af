"""What is left to know of a rehearsal when a training is launched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dots_tui.reward.verdict import WARNINGS

if TYPE_CHECKING:
    from dots_tui.reward.report import Report
    from dots_tui.reward.results import FunctionFault

_OF_THE_REHEARSAL = frozenset({"not-rehearsed", "too-slow", "not-allowed", "memory"})
"""Kinds of faults that may be due to this machine or to the limits of a rehearsal: a training may go on with them."""
_OUT_OF_RANGE, _LIMITED_SINCE = "out-of-range", (6,)
"""Older simapps do not limit the reward."""


@dataclass(frozen=True)
class RehearsalOutcome:
    """How a rehearsal ended. With neither faults nor a reason in `not_rehearsed` the function is sound."""

    track: str
    made_up: bool = False
    """Whether the shape was not the track's own."""
    faults: tuple[FunctionFault, ...] = ()
    """What would end the training."""
    not_rehearsed: str = ""
    """Why nothing is known of the function, or not of all of it; "" when it was tried as a whole."""
    warnings: tuple[str, ...] = ()
    """What is wrong with the function although it ends no training: a table of another track, state that is kept."""

    @property
    def sound(self) -> bool:
        """Whether all of it was tried and no fault was found."""
        return not self.faults and not self.not_rehearsed

    @property
    def words(self) -> str:
        """What came of it, in a few words."""
        shape = " (a made-up shape)" if self.made_up else ""
        if self.faults:
            more = f" ({len(self.faults)} faults in total)" if len(self.faults) > 1 else ""
            return f"{place_of_fault(self.faults[0])}{self.faults[0].message}{more}"
        return self.not_rehearsed or f"no fault on {self.track}{shape}"

    @classmethod
    def of(cls, report: Report, simapp: tuple[int, ...] = ()) -> RehearsalOutcome:
        """The outcome of a rehearsal for a version of the simapp; () if unknown."""
        limited = simapp >= _LIMITED_SINCE
        faults = tuple(
            one for one in report.faults if one.kind not in _OF_THE_REHEARSAL and (one.kind != _OUT_OF_RANGE or limited)
        )
        doubt = next((one for one in report.faults if one.kind in _OF_THE_REHEARSAL), None)
        reason = f"{place_of_fault(doubt)}{doubt.message}" if doubt is not None else ""
        reason = reason or report.not_rehearsed
        if not reason and not faults and (report.ended is None or not report.ended.complete or not report.drivers):
            reason = "The rehearsal did not finish."
        warnings = tuple(note.message for note in report.notes if note.kind in WARNINGS)
        return cls(report.track.name, report.track.source == "formula", faults, "" if faults else reason, warnings)


def place_of_fault(fault: FunctionFault) -> str:
    """Return the line of a fault as the beginning of a sentence; "" when it has none."""
    return f"line {fault.line}: " if fault.line else ""
