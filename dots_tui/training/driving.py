"""The driving of one simulation: its episodes, by iteration and in total."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.training import records as r
from dots_tui.training.aggregate import Tally
from dots_tui.training.episode import Episode, cut
from dots_tui.training.history import History, Iteration
from dots_tui.training.run_record import LAP, LOGGED, PARTLY_LOGGED, EpisodeResult, steps_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dots_tui.training.rows import Rows


class EndedOffRoad(NamedTuple):
    """The last row of a completed episode that was not a lap."""

    row: r.Step
    progress: float


class Told(NamedTuple):
    """A completed episode, for the record of the run."""

    number: int
    steps: int | None
    """Steps of its checkpoint; None for an episode seen before the first checkpoint."""
    episode: int
    """1-based."""
    result: EpisodeResult


MOST_TOLD = 2000
"""Maximum number of episodes that wait until their worker or checkpoint is known."""


class Driving:
    """Rows, episode lines and checkpoints of one worker.

    All workers of a run share the history `run`. A new container for the same worker `replaces` the
    old one: it continues the numbers if its first checkpoint comes after the last one of the old
    container. Otherwise the training has started over, and the old numbers are void.
    """

    def __init__(self, run: History, replaces: Driving | None = None) -> None:
        self.tally = Tally()
        self.history = History(keeps_attempts=run.keeps_attempts)
        self.episode: Episode | None = None
        """The current episode, or the last one."""
        self.last_reward: float | None = None
        self.clock: float | None = None
        """Time of the newest record (Unix seconds): the row's own clock if available, else the time of printing."""
        self.attempt: int = replaces.attempt if replaces is not None else 0
        """How often the training started over."""
        self.checkpoint_number: int | None = replaces.checkpoint_number if replaces is not None else None
        """Start of the checkpoint in use."""
        self.extra_evaluations = 0
        self.training_lines = 0
        self.testing_lines = 0
        self._run = run
        self._replaces = replaces
        self._checkpoint: str | None = None
        self._before: tuple[Iteration, Iteration] | None = None
        self._now: tuple[Iteration, Iteration] | None = None
        self._unpaid = False  # a completed episode without its total reward so far
        self.told: deque[Told] = deque(maxlen=MOST_TOLD)
        """Completed episodes that are not in the record of the run yet."""
        self._lap_s: float | None = None  # the best lap of the current episode
        self._early: deque[Told] = deque(maxlen=MOST_TOLD)  # episodes seen before the first checkpoint

    def _tallies(self) -> Iterable[Tally]:
        if self._now is None:
            self._now = self.history.current, self._run.current
        return self.tally, self._now[0].tally, self._now[1].tally

    @property
    def iteration(self) -> Tally:
        """The numbers of the current iteration."""
        return self._now[0].tally if self._now is not None else _NOTHING

    @property
    def between_episodes(self) -> bool:
        """True if the last row ended an episode."""
        return self.episode is not None and self.episode.last.done

    def rows(self, rows: Rows, at: float | None) -> list[EndedOffRoad]:
        """Add rows printed at `at`; return where episodes ended that were not laps."""
        ends = []
        for part in cut(rows):
            episode = self.episode
            first = episode is None or not episode.goes_on_with(part.episode[0], part.step[0])
            if episode is None or first:
                episode = self.episode = Episode(part.row(0), episode.last if episode is not None else None, at)
                self._unpaid, self._lap_s = False, None
            laps = episode.add(part)
            self._lap_s = min((lap for lap in (self._lap_s, *laps) if lap is not None), default=None)
            for tally in self._tallies():
                tally.rows(part.size, first=first)
                for seconds in laps:
                    tally.lap(seconds)
            if episode.last.done:
                self._done(episode, at)
                self._tell(episode)
                if episode.last.status != r.LAP_COMPLETE:
                    ends.append(EndedOffRoad(episode.last, episode.progress))
        assert self.episode is not None
        clock = self.episode.last.wall_clock
        self.clock = at if clock is None else clock
        return ends

    def _done(self, episode: Episode, at: float | None) -> None:
        row = episode.last
        for tally in self._tallies():
            tally.episode(episode.rewarded if episode.whole else None, episode.progress, row.status)
            tally.drove(row.time - episode.first.time, episode.wall_s(at), row.step - episode.first.step)
        self._unpaid = not episode.whole
        if episode.whole:
            self.last_reward = episode.rewarded

    def _tell(self, episode: Episode) -> None:
        row, reward = episode.last, round(episode.rewarded, 2) if episode.whole else None
        if reward is not None and not math.isfinite(reward):
            reward = None
        lap_s = self._lap_s if row.status == LAP else None
        source = LOGGED if episode.whole else PARTLY_LOGGED
        result = EpisodeResult(episode.progress, reward, lap_s, row.status, source)
        if self.checkpoint_number is None or self._checkpoint is None:
            self._early.append(Told(-1, None, row.episode + 1, result))
        else:
            self.told.append(Told(self.checkpoint_number, steps_of(self._checkpoint), row.episode + 1, result))

    def _pay(self, record: r.EpisodeEnd) -> None:
        """Add the printed reward to an episode whose first rows were not seen."""
        for waiting in (self.told, self._early):
            if waiting and waiting[-1].episode == record.episode and math.isfinite(record.reward):
                last = waiting.pop()
                waiting.append(last._replace(result=last.result._replace(reward=round(record.reward, 2))))

    def ended(self, record: r.EpisodeEnd) -> None:
        """Add a `Training>` or `Testing>` line."""
        if record.phase == r.EVALUATION:
            self.testing_lines += 1
            for tally in self._tallies():
                tally.evaluation(record.reward)
            return
        self.training_lines += 1
        if self._unpaid and self.episode is not None and record.episode == self.episode.number + 1:
            self._unpaid = False
            self._pay(record)
            self.last_reward = record.reward
            for tally in self._tallies():
                tally.reward(record.reward)

    def evaluated(self, record: r.EvaluationMean) -> None:
        """Add the mean of an evaluation.

        Only worker 0 prints it, after the next checkpoint is loaded; it belongs to the previous
        checkpoint.
        """
        if self._before is not None and record.metric == "progress" and record.mean is not None:
            for iteration in self._before:
                iteration.tally.evaluated(record.mean)

    def restored(self, record: r.CheckpointRestored) -> bool:
        """Begin the iteration of a loaded checkpoint; return False if the previous iteration continues."""
        if self._checkpoint is None and record.steps:
            # Episodes before the first seen checkpoint belong to the previous checkpoint.
            self.told.extend(one._replace(number=record.number - 1) for one in self._early)
        self._early.clear()
        if self._replaces is not None and self._now is None:
            self._go_on_from(self._replaces, record.number)
        if self.checkpoint_number is not None and record.number <= self.checkpoint_number:
            # A simulation that restarts in the middle of an iteration loads its checkpoint again.
            if record.steps and record.name == self._checkpoint and self._now is not None:
                return False
            self.attempt += 1
        self.checkpoint_number, self._checkpoint = record.number, record.name
        self._before = self._now
        self._now = (
            self.history.begin(record.number, record.name, self.attempt, self.clock),
            self._run.begin(record.number, record.name, self.attempt, self.clock),
        )
        return True

    def _go_on_from(self, older: Driving, number: int) -> None:
        if older.checkpoint_number is None or number <= older.checkpoint_number:
            return
        self.tally, self.history, self._now = older.tally, older.history, older._now
        self.extra_evaluations += older.extra_evaluations
        self.training_lines += older.training_lines
        self.testing_lines += older.testing_lines
        self._replaces = None

    def restarted(self) -> None:
        """Note a restart of the simulation: its episodes count from 0 again."""
        self.episode = None


_NOTHING = Tally()
