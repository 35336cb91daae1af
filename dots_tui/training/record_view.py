"""The iterations of a run for charts and verdicts: its record, overlaid with the live iterations. Pure."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from dots_tui.training.snapshot import IterationSnapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.training.run_record import IterationRecord, RunRecord


class RecordView:
    """Iterations of a record as snapshots, rebuilt only when the record changes."""

    def __init__(self, record: RunRecord) -> None:
        self.record = record
        self._made: tuple[int, dict[int, IterationSnapshot]] = (-1, {})

    def iterations(self, live: Sequence[IterationSnapshot], newest: int | None = None) -> tuple[IterationSnapshot, ...]:
        """Return all iterations, oldest first. `newest` is the checkpoint in use if the live iterations do not
        contain it.

        A live iteration takes precedence unless the record knows more of its episodes.
        """
        found = dict(self._kept())
        unnumbered = [one for one in live if one.number is None]
        for one in live:
            known = found.get(one.number) if one.number is not None else None
            if one.number is not None and (known is None or one.episodes_done >= known.episodes_done):
                found[one.number] = one
            elif one.number is not None and known is not None:
                found[one.number] = replace(
                    known,
                    checkpoint=one.checkpoint,
                    policy=one.policy or known.policy,
                    began_at=one.began_at if known.began_at is None else known.began_at,
                    seconds=one.seconds if one.seconds is not None else known.seconds,
                    steps=max(one.steps, known.steps),
                )
        if unnumbered and len(unnumbered) == len(live):
            # The log was joined in the middle of an iteration, and no checkpoint has been loaded
            # since.
            number = newest if newest is not None else max(found, default=None)
            known = found.get(number) if number is not None else None
            if number is None:
                return tuple(unnumbered)
            if known is None or known.episodes_done <= unnumbered[-1].episodes_done:
                found[number] = replace(unnumbered[-1], number=number)
        if not found:
            return tuple(live)
        known_first = self.record.first
        first = min(found) if known_first is None else min(*found, known_first)
        ordered = [found[number] for number in sorted(found)]
        return tuple(
            one if one.index == (index := (one.number or 0) - first) else replace(one, index=index) for one in ordered
        )

    def _kept(self) -> dict[int, IterationSnapshot]:
        changes, made = self._made
        if changes != self.record.changes:
            current = self.record.current()
            made = {one.number: _snapshot(one, after) for one, after in zip(current, [*current[1:], None])}
            self._made = (self.record.changes, made)
        return made


def _snapshot(one: IterationRecord, after: IterationRecord | None) -> IterationSnapshot:
    sums = one.sums
    evaluations, reward, progress = one.evaluation
    ended = after.began_at if after is not None and after.number == one.number + 1 else None
    return IterationSnapshot(
        index=0,
        number=one.number,
        checkpoint=f"{one.number}_Step-{one.steps}.ckpt" if one.steps is not None else None,
        episodes_done=sums.episodes,
        steps=one.driven,
        mean_reward=sums.reward / sums.rewarded if sums.rewarded else None,
        mean_progress=sums.progress / sums.episodes if sums.episodes else None,
        laps=sums.laps,
        best_lap_s=sums.best_lap_s,
        statuses=MappingProxyType(sums.statuses),
        evaluations=evaluations,
        evaluation_reward=reward,
        evaluation_progress=progress,
        policy=one.policy,
        began_at=one.began_at,
        seconds=max(0.0, ended - one.began_at) if ended is not None and one.began_at is not None else None,
    )
