"""One reward function against another, tried on the very same states and drivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dots_tui.reward.verdict import best_honest, cheats, doing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dots_tui.reward.episode import DriverEpisode
    from dots_tui.reward.report import Report

_SAME = 1e-9


@dataclass(frozen=True)
class Comparison:
    """``now`` against ``before``; both of the same track and actions."""

    before: Report
    now: Report

    def differences(self, heading: int, speed: int) -> Mapping[int, Sequence[float | None]]:
        """By position: how much more each offset pays now. Positions that one of them lacks are left out."""
        known = {cell.index: cell for cell in self.before.cells}
        return {
            cell.index: [
                _less(now[heading][speed], before[heading][speed])
                for now, before in zip(cell.rewards, known[cell.index].rewards)
            ]
            for cell in self.now.cells
            if cell.index in known
        }

    def driver_before(self, name: str) -> DriverEpisode | None:
        """How the driver of that name was paid before."""
        return next((one for one in self.before.drivers if one.name == name), None)

    @property
    def words(self) -> str:
        """What has changed, in a few sentences."""
        if self.before.faults and not self.now.faults:
            return "The other version has faults, so only part of it can be compared. This one has none."
        if self.now.faults:
            return "This version has faults: fix them first."
        pairs = self._pairs()
        if not pairs or len(self.now.drivers) < len(self.before.drivers) or not self.before.drivers:
            return "Both versions are being rehearsed."
        changed = [now - before for now, before in pairs if abs(now - before) > _SAME * max(1.0, abs(before))]
        totals = [(one, self.driver_before(one.name)) for one in self.now.drivers]
        if not changed and all(was is not None and one.total_reward == was.total_reward for one, was in totals):
            return f"Both versions pay the same in all {len(pairs):,} states and for every driver."
        return " ".join(filter(None, (_of_states(changed, len(pairs)), self._of_laps(), self._of_cheats())))

    def _pairs(self) -> list[tuple[float, float]]:
        """What the same states pay now and before, where both have a number."""
        known = {cell.index: cell for cell in self.before.cells}
        return [
            (now, before)
            for cell in self.now.cells
            if cell.index in known
            for of_now, of_before in zip(cell.rewards, known[cell.index].rewards)
            for speeds_now, speeds_before in zip(of_now, of_before)
            for now, before in zip(speeds_now, speeds_before)
            if now is not None and before is not None
        ]

    def _of_laps(self) -> str:
        best, was = best_honest(self.now.drivers), best_honest(self.before.drivers)
        if best is None or was is None:
            return ""
        if best.name == was.name:
            return f"The best-paid honest lap is still {doing(best.name)}."
        return f"The best-paid honest lap is {doing(best.name)} now, not {doing(was.name)}."

    def _of_cheats(self) -> str:
        now, before = ({one.name for one in cheats(report.drivers)} for report in (self.now, self.before))
        new, gone = sorted(now - before), sorted(before - now)
        words = []
        if new:
            words.append(f"New: {' and '.join(map(doing, new))} {'pays' if len(new) == 1 else 'pay'} as a cheat.")
        if gone:
            words.append(f"No longer {'a cheat' if len(gone) == 1 else 'cheats'}: {' and '.join(map(doing, gone))}.")
        return " ".join(words)


def _of_states(changed: Sequence[float], states: int) -> str:
    if not changed:
        return "All states pay the same."
    more, less = sum(one > 0 for one in changed) / states, sum(one < 0 for one in changed) / states
    if not less:
        return f"{more:.0%} of the states pay more, none less."
    return (
        f"{more:.0%} of the states pay more, {less:.0%} less."
        if more
        else f"{less:.0%} of the states pay less, none more."
    )


def _less(now: float | None, before: float | None) -> float | None:
    return now - before if now is not None and before is not None else None
