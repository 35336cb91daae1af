"""Sums over episodes: all that is kept of the rows of a run, so that twelve hours fit in little memory."""

from __future__ import annotations

import math


class Mean:
    """A running mean of the finite values it is given."""

    __slots__ = ("count", "total")

    def __init__(self) -> None:
        self.total = 0.0
        self.count = 0

    def add(self, value: float) -> None:
        """Take one more value in; one that is no finite number is left out."""
        if math.isfinite(value):
            self.total += value
            self.count += 1

    def merge(self, other: Mean) -> None:
        """Take in what another one has."""
        self.total += other.total
        self.count += other.count

    @property
    def value(self) -> float | None:
        """None before the first value."""
        return self.total / self.count if self.count else None


class Tally:
    """Numbers of a set of episodes: those of a worker, or those of an iteration."""

    __slots__ = (
        "best_lap_s",
        "changes",
        "episodes_done",
        "episodes_seen",
        "evaluation_progress",
        "evaluation_rewards",
        "evaluations",
        "laps",
        "progress",
        "rewards",
        "simulated_s",
        "statuses",
        "steps",
        "timed_s",
        "timed_steps",
        "wall_s",
    )

    def __init__(self) -> None:
        self.changes = 0
        """Grows with every change, so that a snapshot can be kept until then."""
        self.steps = 0
        self.episodes_seen = 0
        self.episodes_done = 0
        self.laps = 0
        self.best_lap_s: float | None = None
        self.rewards = Mean()
        self.progress = Mean()
        self.statuses: dict[str, int] = {}
        self.evaluations = 0
        self.evaluation_rewards = Mean()
        self.evaluation_progress: float | None = None
        self.simulated_s = 0.0
        """Of all done episodes."""
        self.timed_s = 0.0
        """Of the done episodes whose wall-clock time is known."""
        self.timed_steps = 0
        self.wall_s = 0.0

    def rows(self, count: int, *, first: bool) -> None:
        """More rows of an episode; *first* when they begin it."""
        self.changes += 1
        self.steps += count
        if first:
            self.episodes_seen += 1

    def drove(self, simulated_s: float, wall_s: float | None, steps: int) -> None:
        """How long a done episode took, by the clock of the simulation and by ours."""
        self.changes += 1
        if not math.isfinite(simulated_s):
            return
        self.simulated_s += simulated_s
        if wall_s is not None and wall_s >= 0:
            self.timed_s += simulated_s
            self.timed_steps += steps
            self.wall_s += wall_s

    @property
    def real_time_factor(self) -> float | None:
        """Simulated seconds a second while driving; None while no wall clock is known."""
        return self.timed_s / self.wall_s if self.wall_s else None

    @property
    def steps_per_s(self) -> float | None:
        """Steps a second of wall-clock time while driving; None while no wall clock is known."""
        return self.timed_steps / self.wall_s if self.wall_s else None

    def lap(self, seconds: float | None) -> None:
        """A complete lap; None when its start was not seen."""
        self.changes += 1
        self.laps += 1
        if seconds is not None and math.isfinite(seconds):
            self.lap_time(seconds)

    def lap_time(self, seconds: float) -> None:
        """The time of a lap that is counted already."""
        if self.best_lap_s is None or seconds < self.best_lap_s:
            self.best_lap_s = seconds

    def episode(self, reward: float | None, progress: float, status: str) -> None:
        """A done episode; its reward may follow with ``reward``."""
        self.changes += 1
        self.episodes_done += 1
        self.progress.add(progress)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if reward is not None:
            self.rewards.add(reward)

    def reward(self, reward: float) -> None:
        """The total reward of an episode whose rows were not all seen."""
        self.changes += 1
        self.rewards.add(reward)

    def evaluation(self, reward: float) -> None:
        """An evaluation episode inside the training."""
        self.changes += 1
        self.evaluations += 1
        self.evaluation_rewards.add(reward)

    def evaluated(self, mean_progress: float) -> None:
        """The mean progress of all evaluations, as the best model is chosen by it."""
        self.changes += 1
        self.evaluation_progress = mean_progress

    def merge(self, other: Tally) -> None:
        """Take in the episodes of another tally."""
        self.changes += 1
        self.steps += other.steps
        self.episodes_seen += other.episodes_seen
        self.episodes_done += other.episodes_done
        self.laps += other.laps
        if other.best_lap_s is not None:
            self.lap_time(other.best_lap_s)
        self.rewards.merge(other.rewards)
        self.progress.merge(other.progress)
        self.evaluations += other.evaluations
        self.evaluation_rewards.merge(other.evaluation_rewards)
        self.simulated_s += other.simulated_s
        self.timed_s += other.timed_s
        self.timed_steps += other.timed_steps
        self.wall_s += other.wall_s
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count
