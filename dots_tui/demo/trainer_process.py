"""The trainer of a simulated run: collects episodes, updates the policy, publishes checkpoints."""

from __future__ import annotations

import contextlib
import sys
from random import Random
from typing import TYPE_CHECKING, Callable, NamedTuple

from dots_tui.demo import simapp_log as log
from dots_tui.demo.checkpoints import Checkpoint
from dots_tui.demo.learner import Epoch, Learner, untrained
from dots_tui.demo.mishaps import Mishap
from dots_tui.demo.scheduler import WorkGate
from dots_tui.demo.simapp_start import trainer_boot
from dots_tui.reward.cross_entropy import Draw, worth

if TYPE_CHECKING:
    from dots_tui.demo.best_model import BestModel
    from dots_tui.demo.scheduler import Process
    from dots_tui.demo.training_setup import TrainingSetup

BOOT_SECONDS, GRAPH_SECONDS = 6.0, 5.0
UPLOAD_SECONDS = 1.0
EPOCH_SECONDS, EPOCH_SECONDS_PER_STEP = 0.4, 0.0004


class Result(NamedTuple):
    """A training episode of a worker."""

    values: tuple[float, ...]
    """The driver parameters of the episode."""
    rewards: list[float]
    """Number of steps, without the prepare row."""
    total: float
    rows: int


class TrainerProcess:
    """The process of the algo container. Workers call `draw` and `collect`, and wait at its gates."""

    def __init__(self, shared: TrainingSetup, name: str, best: BestModel, start: Checkpoint | None = None) -> None:
        self.name = name
        self.ready = WorkGate()
        """Opens when the trainer's address is published."""
        self.iterations = sys.maxsize
        """Number of updates to make."""
        self.on_published: Callable[[float | None], None] | None = None
        """Called with the simulated seconds of the previous iteration; None with the first checkpoint."""
        self._shared = shared
        self._best = best
        config = shared.config
        parameters = config.hyperparameters
        self._random = Random(f"{shared.seed} trainer")
        policy = start.policy if start is not None else untrained(self._random)
        self._learner = Learner(policy, float(parameters["lr"]), config.epochs, float(parameters["beta_entropy"]))
        self._gates: dict[int, WorkGate] = {}
        self._results: dict[tuple[int, int], Result] = {}
        self._learned: list[Result] = []
        self._updates = 0
        self._episodes = 0
        self._steps = 0
        self._begun = 0.0
        self._start = start
        self.first = start.number + 1 if start is not None else 0
        """Number of the first checkpoint; a pretrained model continues its numbering."""
        self.checkpoint = Checkpoint(self.first, 0, policy)

    @property
    def updates(self) -> int:
        """Number of updates made."""
        return self._updates

    @property
    def finished(self) -> bool:
        """True if the last update is made."""
        return self._updates >= self.iterations

    def published(self, number: int) -> WorkGate:
        """Return the gate that opens when a checkpoint can be loaded."""
        return self._gates.setdefault(number, WorkGate())

    def draw(self) -> tuple[float, ...]:
        """Return the parameters for one training episode."""
        return self.checkpoint.policy.draw(self._random)

    def process(self) -> Process:
        """Run from the start to the first checkpoint; updates are processes of their own."""
        scheduler = self._shared.scheduler
        yield scheduler.now + BOOT_SECONDS
        self._print(*trainer_boot(self._shared.config))
        if self._start is not None:
            self._print(log.restoring_pretrained(self._start.name))
        elif self._shared.config.pretrained:
            self._print("The embedded cloud has no pretrained model for this run: it starts from scratch.")
        yield scheduler.now + GRAPH_SECONDS
        scheduler.open(self.ready)
        yield scheduler.now + UPLOAD_SECONDS
        yield from self._publish()
        self._print("DoorMan: installing SIGINT, SIGTERM")

    def collect(self, index: int, number: int, result: Result) -> None:
        """Collect an episode of a worker; `number` counts its episodes in this iteration from 0.

        The trainer takes episodes from the workers in turn, so one slow worker delays all.
        """
        self._results[index, number] = result
        workers = self._shared.workers
        while True:
            taken = len(self._learned)
            result_of = (taken % workers, taken // workers)
            if result_of not in self._results:
                break
            self._take(self._results.pop(result_of))
        if len(self._learned) == self._shared.config.episodes:
            self._shared.scheduler.start(self._update(), delay=0.5)

    def _take(self, result: Result) -> None:
        self._learned.append(result)
        self._episodes += 1
        self._steps += result.rows
        self._print(log.episode_end("Training", self._episodes, result.total, self._steps, self._updates))

    def _update(self) -> Process:
        config, scheduler = self._shared.config, self._shared.scheduler
        steps = sum(result.rows for result in self._learned)
        if self.updates and self._shared.mishap in (Mishap.STALLED_TRAINER, Mishap.OUT_OF_MEMORY):
            self._fail()
            return
        epochs = self._learner.update(self._draws())
        self._learned.clear()
        if config.sac:
            # SAC prints none; its iteration counts gradient steps, one per step of the episode.
            yield scheduler.now + EPOCH_SECONDS * config.epochs
        else:
            idle = Epoch(0.0, 0.0, self._learner.policy.entropy)  # too few episodes so far
            for epoch in range(config.epochs):
                yield scheduler.now + EPOCH_SECONDS + EPOCH_SECONDS_PER_STEP * steps
                rate = config.hyperparameters["lr"]
                self._print(log.policy_training(epoch, epochs[epoch] if epochs else idle, rate))
        self._updates += 1
        self.checkpoint = Checkpoint(self.checkpoint.number + 1, self._steps, self._learner.policy)
        yield from self._publish()

    def _fail(self) -> None:
        """Fail in the update, by a hang or for lack of memory; the workers keep waiting for a checkpoint."""
        if self._shared.mishap is Mishap.STALLED_TRAINER:
            self._shared.hang()
            return
        self._print(
            "tensorflow.python.framework.errors_impl.ResourceExhaustedError: OOM when allocating tensor with "
            "shape[64,38,58,32] and type float on /job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc",
            *log.fault("Resource exhausted: OOM when allocating tensor", 27, source="training_worker", user=False),
        )
        self._shared.output.exit(self.name, 1)

    def _draws(self) -> list[Draw]:
        """Return the episodes with their scores; those beyond the limit of steps are dropped."""
        discount = float(self._shared.config.hyperparameters["discount_factor"])
        draws: list[Draw] = []
        steps = 0
        for result in self._learned:
            steps += result.rows
            if draws and steps > self._shared.config.max_steps:
                break
            draws.append(Draw(result.values, worth(result.rewards, discount)))
        return draws

    def _publish(self) -> Process:
        """Save the checkpoint and publish it to the workers."""
        checkpoint, shared = self.checkpoint, self._shared
        prefix = f"{shared.config.model_prefix}/model"
        deleted: list[int] = []
        with contextlib.suppress(OSError):  # the training does not need the files
            deleted = shared.store.save(checkpoint, self._best.number)
        self._print(
            log.saving(checkpoint.name),
            log.uploaded(".lock", shared.config.bucket, f"{prefix}/.lock"),
            f"Uploaded 3 files for checkpoint {checkpoint.number}",
            f"saved intermediate frozen graph: {prefix}/model_{checkpoint.number}.pb",
            f"Best checkpoint number: {self._best.number}, Last checkpoint number: {self._best.last}",
        )
        if deleted:
            numbers = "{" + ", ".join(f"'{number}'" for number in deleted) + "}"
            self._print(f"Deleting the frozen models in s3 for the iterations: {numbers}")
        yield shared.scheduler.now + UPLOAD_SECONDS
        now = shared.scheduler.now
        if self.on_published is not None:
            self.on_published(now - self._begun if self._updates else None)
        self._begun = now
        shared.scheduler.open(self.published(checkpoint.number))

    def _print(self, *lines: str) -> None:
        for line in lines:
            self._shared.output.line(self.name, line)
