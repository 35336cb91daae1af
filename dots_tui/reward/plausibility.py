"""Well-typed events that cannot be true: the racer's code can send such events, and nobody should have to show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.reward.course import CRASHED, IMMOBILIZED, LAP, OFF_TRACK, STOPPED, WRONG_WAY
from dots_tui.reward.drivers import DRIVERS, HITTING
from dots_tui.reward.episode import DriverEpisode
from dots_tui.reward.lessons import MANNERS, Learned
from dots_tui.reward.results import Sweep
from dots_tui.reward.sweep import HEADINGS, OFFSETS, POSITIONS
from dots_tui.reward.tasks import LEARNED

if TYPE_CHECKING:
    from dots_tui.reward.results import Cell, Event

_NAMES = frozenset({driver.name for driver in DRIVERS} | {HITTING, LEARNED})
_ENDS = frozenset({LAP, OFF_TRACK, WRONG_WAY, STOPPED, CRASHED, IMMOBILIZED})


def contradiction(event: Event) -> str:
    """Return why an event cannot be true; "" if it can."""
    if isinstance(event, Sweep):
        return _of_sweep(event)
    if isinstance(event, DriverEpisode):
        return _of_drive(event)
    if isinstance(event, Learned):
        return _of_drive(event.lap) or ("" if event.manner in MANNERS else "an unknown manner")
    return ""


def _of_sweep(sweep: Sweep) -> str:
    numbers = {sweep.minimum is None, sweep.maximum is None, sweep.mean is None}
    if len(numbers) > 1:
        return "some of minimum, maximum and mean are missing"
    if not all(_is_whole(cell, len(sweep.speeds)) for cell in sweep.cells):
        return "a position without all its states"
    return ""


def _is_whole(cell: Cell, speeds: int) -> bool:
    """Whether a cell is on the lap and has a place for the reward of each state."""
    return (
        0 <= cell.index < POSITIONS
        and speeds > 0
        and len(cell.rewards) == len(OFFSETS)
        and all(len(headings) == len(HEADINGS) for headings in cell.rewards)
        and all(len(paid) == speeds for headings in cell.rewards for paid in headings)
    )


def _of_drive(drive: DriverEpisode) -> str:
    if drive.name not in _NAMES or drive.end not in _ENDS:
        return "an unknown driver or end"
    if drive.finished != (drive.end == LAP) or drive.finished != (drive.lap_time_s is not None):
        return "a drive that both finished and did not"
    if min(drive.seconds, drive.steps, drive.unpaid, drive.lap_time_s or 0.0) < 0:
        return "less than nothing"
    return ""
