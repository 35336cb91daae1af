"""The state of a run at one moment, as immutable values for panes, charts and scripts.

Definitions: an episode is done when its last row says so. A lap is progress reaching 100 in an
episode. The progress of an episode is its maximum over all rows except `prepare`. Means are over
done episodes and omit values that are not numbers (a reward of NaN). Rewards are sums over an
episode.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dots_tui.training.diagnosis import Diagnosis

STARTING = "starting"
RESTARTING = "restarting"
"""All containers ended in the first minutes: DeepRacer on the Spot starts each training twice."""
WAITING = "waiting"
"""The worker waits for the trainer to start."""
DRIVING = "driving"
"""The worker collects episodes."""
EVALUATING = "evaluating"
UPDATING = "training"
"""The worker has completed its episodes: the trainer updates the policy, or other workers still drive."""
EXCESS = "excess"
"""More workers than episodes: this worker has nothing to do. Harmless."""
FINISHED = "finished"
GONE = "gone"
"""The container ended with an error or no longer exists."""
OVER = (FINISHED, GONE, EXCESS)
"""Phases of a worker that does not drive any more."""
PHASES = (STARTING, RESTARTING, WAITING, DRIVING, EVALUATING, UPDATING, EXCESS, FINISHED, GONE)


@dataclass(frozen=True)
class PolicySummary:
    """One policy update, with the values of its last epoch so far."""

    loss: float
    kl: float
    entropy: float
    learning_rate: float
    epochs: int


@dataclass(frozen=True)
class IterationSnapshot:
    """The episodes of one checkpoint, by one worker or by all workers."""

    index: int
    """Position from 0, where 0 is the first iteration of this run that was seen."""
    number: int | None
    """Number of the checkpoint; None if the log was joined in the middle of the iteration."""
    checkpoint: str | None
    """Name of the checkpoint, `<number>_Step-<steps>.ckpt`."""
    episodes_done: int
    steps: int
    mean_reward: float | None
    mean_progress: float | None
    laps: int
    best_lap_s: float | None
    statuses: Mapping[str, int]
    """Number of done episodes by end status."""
    evaluations: int
    evaluation_reward: float | None
    """Mean total reward of its evaluation episodes."""
    evaluation_progress: float | None
    """Mean progress; known once the next checkpoint is loaded, if progress decides the best model."""
    policy: PolicySummary | None
    """The update after the iteration. None for SAC, which prints none, and in the history of one worker."""
    began_at: float | None = None
    """Unix seconds when its checkpoint was loaded, if a wall clock is known."""
    seconds: float | None = None
    """Wall-clock seconds until the next checkpoint was loaded; None for the last iteration."""
    simulated_s: float = 0.0
    """Seconds driven in its done episodes, by the simulation clock."""

    @property
    def ordinal(self) -> int:
        """The displayed number: an iteration with a checkpoint keeps the same number everywhere."""
        return (self.index if self.number is None else self.number) + 1


@dataclass(frozen=True)
class WorkerSnapshot:
    """One simulation."""

    worker: int | None
    """Its index among the workers; None while unknown."""
    container: str
    phase: str
    episode: int
    """1-based number of the current episode; 0 before the first."""
    step: int
    progress: float
    """Percent, from the last row other than `prepare`."""
    reward: float
    """Reward so far in the current episode."""
    last_reward: float | None
    """Reward of the last done episode."""
    episodes_seen: int
    episodes_done: int
    steps: int
    laps: int
    best_lap_s: float | None
    mean_reward: float | None
    mean_progress: float | None
    last_status: str
    """Status of the last row; empty before the first."""
    last_seen_s: float | None
    """Seconds since its last record."""
    x: float | None
    y: float | None
    heading: float | None
    """Degrees."""
    statuses: Mapping[str, int]
    evaluations: int
    """Evaluations in the current iteration."""
    extra_evaluations: int
    """Evaluations in the whole run made only because the trainer was not ready."""
    training_lines: int
    testing_lines: int
    world: str | None
    iterations: tuple[IterationSnapshot, ...]
    configuration: str | None = None
    """Its training_params file, which differs between workers in a training with several configurations."""
    starts: int = 1
    """The number of starts of its simulation."""
    waited_s: int = 0
    """Seconds it waited for the trainer at its last start, as far as it printed them."""
    simulated_s: float = 0.0
    """Seconds driven in done episodes, by the simulation clock."""
    steps_per_s: float | None = None
    """Steps per second while driving; None without a wall clock."""
    real_time_factor: float | None = None
    """Simulated seconds per wall-clock second while driving; None without a wall clock."""
    job: bool = False
    """True for an evaluation job, which drives trials and has no trainer."""
    trials: int | None = None
    """The number of trials of an evaluation job; None while unknown."""
    trial: int = 0
    """The current or last trial of an evaluation job, from 1; in a continuous evaluation each lap is a trial."""
    trials_done: int = 0
    resets: int = 0
    """How often the car of an evaluation job was reset to the track; each reset costs a penalty."""


@dataclass(frozen=True)
class TrainerSnapshot:
    """The container that updates the policy."""

    container: str
    phase: str
    """STARTING, DRIVING (collecting), UPDATING, FINISHED or GONE."""
    episodes: int
    """Episodes of all workers, as counted by the trainer."""
    steps: int
    epoch: int
    """Completed epochs of the current update; 0 while collecting."""
    last_seen_s: float | None


@dataclass(frozen=True)
class PolicySnapshot:
    """The policy lines of the whole run."""

    lines: int
    updates: int
    first: PolicyValues | None
    last: PolicyValues | None


@dataclass(frozen=True)
class PolicyValues:
    """One `Policy training>` line."""

    loss: float
    kl: float
    entropy: float
    epoch: int
    learning_rate: float


@dataclass(frozen=True)
class CheckpointsSnapshot:
    """Names of checkpoints; None while there is none."""

    best: str | None
    last: str | None
    saved: tuple[str, ...]
    """The newest few hundred, oldest first."""


@dataclass(frozen=True)
class Exit:
    """An off-track spot: where an episode ended without a complete lap."""

    worker: int | None
    x: float
    y: float
    waypoint: int
    status: str
    progress: float
    checkpoint: int | None


@dataclass(frozen=True)
class FaultSnapshot:
    """A fatal error a container reported."""

    container: str
    at: float
    """Unix seconds when it was read."""
    code: int | None
    message: str
    function: str
    exception: str
    user_error: bool
    """True if the racer's files are the cause."""


@dataclass(frozen=True)
class NoticeSnapshot:
    """A line worth knowing that is not a fault, such as an error text without a code; the newest of its kind."""

    container: str
    at: float
    """Unix seconds when it was read."""
    kind: str
    """One of `records.NOTICES`."""
    text: str
    count: int


@dataclass(frozen=True)
class TotalsSnapshot:
    """All workers of the run together."""

    workers: int
    episodes_seen: int
    episodes_done: int
    steps: int
    laps: int
    best_lap_s: float | None
    mean_reward: float | None
    mean_progress: float | None
    statuses: Mapping[str, int]


@dataclass(frozen=True)
class RunSnapshot:
    """All known values of a run."""

    at: float
    workers: tuple[WorkerSnapshot, ...]
    evaluations: tuple[WorkerSnapshot, ...]
    """Evaluation jobs beside the training; not part of its numbers."""
    trainer: TrainerSnapshot | None
    totals: TotalsSnapshot
    policy: PolicySnapshot
    iterations: tuple[IterationSnapshot, ...]
    """Iterations over all workers, oldest first; the last one is in progress."""
    checkpoints: CheckpointsSnapshot
    exits: tuple[Exit, ...]
    """The newest few hundred, oldest first."""
    faults: tuple[FaultSnapshot, ...]
    out_of_memory: tuple[str, ...]
    """Lines in which TensorFlow reported a lack of memory."""
    settings: Mapping[str, int]
    """`num_episodes_between_training`, `num_epochs`, `MIN_EVAL_TRIALS` as printed by the containers."""
    algorithm: str | None
    world: str | None
    verdict: str
    exits_by_waypoint: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """Counts of episode ends without a complete lap, by the nearest waypoint: status -> waypoint -> count."""
    driven: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    """The driven line on each world ("" if unknown): points in meters, ordered by waypoint."""
    notices: tuple[NoticeSnapshot, ...] = ()
    hyperparameters: Mapping[str, float | str] = field(default_factory=dict)
    """Hyperparameters as printed by the containers."""
    model: Mapping[str, str] = field(default_factory=dict)
    """`sensors`, `network`, `algorithm`, `action_space` as printed by the containers."""
    steps_per_s: float | None = None
    """Steps per second of all workers together while they drive; None without a wall clock."""
    real_time_factor: float | None = None
    """The mean of all workers."""
    iteration_s: float | None = None
    """Wall-clock seconds of a complete iteration, from the last few; None while none is known."""
    next_iteration_at: float | None = None
    """The expected end of the current iteration (Unix seconds); in the past if it takes longer."""
    diagnoses: tuple[Diagnosis, ...] = ()
    """The diagnoses, the worst first."""
    last_checkpoint: int | None = None
    """The largest checkpoint number of the current run in logs, bucket or record."""
    model_prefix: str = ""
    """The model prefix in the bucket according to the logs; "" if they do not contain it."""
