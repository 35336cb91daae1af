"""What is left to know of a rehearsal when a training is launched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dots_tui.reward.report import Report


@dataclass(frozen=True)
class Outcome:
    """How a rehearsal ended."""

    track: str
    made_up: bool
    """Whether the shape was not the track's own."""
    faults: tuple[str, ...]
    """In words, with their lines."""
    complete: bool
    """Whether all states and drivers were tried."""

    @property
    def sound(self) -> bool:
        """Whether all of it was tried and no fault was found."""
        return self.complete and not self.faults

    @classmethod
    def of(cls, report: Report) -> Outcome:
        """That of ``report``."""
        faults = tuple(f"line {one.line}: {one.message}" if one.line else one.message for one in report.faults)
        complete = report.ended is not None and report.ended.complete
        return cls(report.track.name, report.track.source == "formula", faults, complete)
