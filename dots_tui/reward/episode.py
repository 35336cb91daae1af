"""The episode of one driver of a rehearsal: how it ended and what it was paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dots_tui.reward.course import LAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.reward.course import Drive


@dataclass(frozen=True)
class DriverEpisode:
    """The episode of one driver."""

    name: str
    honest: bool
    """True if a model should learn this."""
    finished: bool
    """True if the driver finished a lap."""
    end: str
    """"lap", "off-track", "wrong-way", "immobilized", "crashed" or "stopped"."""
    clean: bool
    """True if all wheels stayed on the track."""
    lap_time_s: float | None
    seconds: float
    steps: int
    """Rewarded steps; the first row of simapp is not one."""
    progress: float
    total_reward: float
    unpaid: int = 0
    """Steps without a number; the first one would end a training."""
    discounted: float = 0.0
    """The return at the start of the episode, with the discount factor of the run."""

    @property
    def per_step(self) -> float:
        """The mean reward of a step."""
        return self.total_reward / max(self.steps, 1)

    @property
    def per_second(self) -> float:
        """The reward for a second of driving."""
        return self.total_reward / max(self.seconds, 1e-9)

    @classmethod
    def of(cls, name: str, drive: Drive, rewards: Sequence[float | None], *, honest: bool) -> DriverEpisode:
        """Return the episode of a drive and the rewards of its steps; None for a step without a number."""
        finished = drive.end == LAP
        return cls(
            name=name,
            honest=honest,
            finished=finished,
            end=drive.end,
            clean=drive.clean,
            lap_time_s=round(drive.seconds, 3) if finished else None,
            seconds=round(drive.seconds, 3),
            steps=len(drive.moments),
            progress=round(drive.moments[-1].progress, 3),
            total_reward=sum(reward for reward in rewards if reward is not None),
            unpaid=rewards.count(None),
        )
