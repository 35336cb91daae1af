"""One robomaker container of a simulated run."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING

from dots_tui.demo import simapp_log as log
from dots_tui.demo import simapp_start as start
from dots_tui.demo.driver import Driver
from dots_tui.demo.metrics import METRICS_FOLDER, Metrics
from dots_tui.demo.mishaps import Mishap
from dots_tui.demo.reward_call import RewardCrash, RewardFault, RewardHang, WorkerReward
from dots_tui.demo.rollout import Rollout
from dots_tui.demo.trainer_process import Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dots_tui.demo.best_model import BestModel
    from dots_tui.demo.checkpoints import Checkpoint
    from dots_tui.demo.rollout import Row
    from dots_tui.demo.scheduler import Process
    from dots_tui.demo.trainer_process import TrainerProcess
    from dots_tui.demo.training_setup import TrainingSetup

WORLD_SECONDS = 4.0
REDIS_SECONDS = 5.0
RESET_SECONDS = 0.4
CHECKPOINT_SECONDS = 0.5
CRASHED = 139
"""Exit code after a segmentation fault."""


class RunFailed(Exception):
    """The run ended with a fault, which the log already contains."""


class SimulatedWorker:
    """A worker that drives, evaluates (worker 0 only) and prints the output of a simulation."""

    def __init__(self, shared: TrainingSetup, trainer: TrainerProcess, index: int, container: str) -> None:
        self.index = index
        self.container = container
        self._shared = shared
        self._trainer = trainer
        config = shared.config
        self._reward = WorkerReward(shared.reward_file, shared.track, f"{shared.seed} reward {index}")
        self._rollout = Rollout(
            shared.track,
            self._reward,
            Random(f"{shared.seed} worker {index}"),
            config.objects,
            scattered=config.objects_random,
        )
        self._metrics = Metrics(shared.metrics_folder, index)
        self._unfinished = ""  # printed without a newline
        self._episodes = 0
        self._steps = 0
        self._start = config.start_offset
        self._against = config.reverse

    def process(self, best: BestModel) -> Process:
        """Run from the container's start to the end of the run. Raises RunFailed."""
        try:
            yield from self._boot()
            number = self._trainer.first
            while self.index < self._shared.workers:
                yield self._trainer.published(number)
                if self._trainer.finished:
                    self._print(log.GOODBYE)
                    return
                if number > self._trainer.first and self._last and self._shared.mishap is Mishap.DEAD_WORKER:
                    self._crash()
                    return
                yield from self._iteration(self._trainer.checkpoint, best)
                number += 1
        except RewardFault as fault:
            self._user_printed(fault.printed)
            self._print(
                *log.fault(str(fault), fault.code, source="simulation_worker"),
                "simapp_exit_gracefully: simapp_exit--1",
                "Killing ros2 and cancelling job because of failure",
            )
            self._die(1)
            raise RunFailed(str(fault)) from fault
        except RewardCrash as crash:
            self._print(str(crash))
            self._die(crash.code)
            raise RunFailed(str(crash)) from crash
        except RewardHang as hang:
            self._print(str(hang))
            self._shared.hang()
        finally:
            self.close()

    def close(self) -> None:
        """End the process of the reward function."""
        self._reward.close()

    @property
    def _last(self) -> bool:
        """True if no participating worker has a higher number."""
        return self.index == self._shared.workers - 1

    # -- start ------------------------------------------------------------------------------------

    def _boot(self) -> Process:
        config, scheduler = self._shared.config, self._shared.scheduler
        self._reward.start()
        self._raw(*start.simulation_boot(config, self.index))
        yield scheduler.now + WORLD_SECONDS
        self._user_printed(self._reward.load())
        self._print(*start.simulation_agent(config))
        waited = 0.0
        while not self._trainer.ready.is_open:
            yield scheduler.now + REDIS_SECONDS
            waited += REDIS_SECONDS
            self._print(f"Waiting for SageMaker Redis server IP: Time elapsed: {waited:.0f} seconds")
        if self._shared.workers < config.workers:
            self._print(f"Excess worker allocated. Reducing from {config.workers} to {self._shared.workers}...")
        if self.index >= self._shared.workers:
            self._print(
                f"Exiting excess worker...(rollout_idx[{self.index}] >= num_workers[{self._shared.workers}] or "
                f"num_episodes_between_training[{config.episodes}])"
            )
            return
        yield self._trainer.published(self._trainer.first)
        self._print(*start.simulation_graph(config, self._trainer.checkpoint.name))

    # -- an iteration -----------------------------------------------------------------------------

    def _iteration(self, checkpoint: Checkpoint, best: BestModel) -> Process:
        config, scheduler = self._shared.config, self._shared.scheduler
        yield scheduler.now + CHECKPOINT_SECONDS
        self._print(log.restoring(checkpoint.name))
        if self.index == 0:
            self._print(*best.select(checkpoint))
            key = f"{config.model_prefix}/model/deepracer_checkpoints.json"
            self._print(log.uploaded("deepracer checkpoint", config.bucket, key))
        self._print(*log.RESET)
        for number in range(self._shared.share(self.index)):
            yield from self._train(number)
        if self.index == 0:
            yield from self._evaluate_all(checkpoint, best)

    def _train(self, number: int) -> Process:
        scheduler, length = self._shared.scheduler, self._shared.track.length_m
        values = self._trainer.draw()
        rewards: list[float] = []
        rows = []
        for row in self._episode(values):
            yield scheduler.now + row.seconds
            if self._steps and self._trainer.updates and self._last and self._shared.mishap is Mishap.REWARD_ERROR:
                raise RewardFault(41, "Reward function error: Reward function exception division by zero")
            self._user_printed(row.printed)
            self._print(log.trace(self._episodes, row, length, time.time()))
            rewards.append(row.reward)
            rows.append(row)
        self._episodes += 1
        self._steps += len(rewards)
        total = sum(rewards)
        self._upload_metrics(rows, number + 1 if self.index == 0 else self._episodes, training=True)
        self._print(log.episode_end("Training", self._episodes, total, self._steps))
        # The reward of the first row was not requested.
        self._trainer.collect(self.index, number, Result(values, rewards[1:], total, len(rewards)))
        yield scheduler.now + RESET_SECONDS
        self._print(*log.RESET)

    def _evaluate_all(self, checkpoint: Checkpoint, best: BestModel) -> Process:
        """Run the configured number of evaluations, then more until the trainer is ready."""
        for _ in range(self._shared.config.min_eval_trials):
            yield from self._evaluate(checkpoint, best)
        new = -1
        while not self._trainer.published(checkpoint.number + 1).is_open:
            self._print(log.additional_evaluation(new, checkpoint.number))
            new = checkpoint.number
            yield from self._evaluate(checkpoint, best)

    def _evaluate(self, checkpoint: Checkpoint, best: BestModel) -> Process:
        """Run one evaluation with the mean of the distribution. It has no trace."""
        scheduler = self._shared.scheduler
        self._print(log.STARTING_EVALUATION, *log.RESET)
        rows = []
        for row in self._episode(checkpoint.policy.mean):
            yield scheduler.now + row.seconds
            self._user_printed(row.printed)
            rows.append(row)
        total = sum(row.reward for row in rows)
        best.evaluated(rows)
        self._upload_metrics(rows, self._shared.share(0), training=False)
        self._print(log.episode_end("Testing", self._episodes, total, self._steps), log.evaluation_finished(total))
        yield scheduler.now + RESET_SECONDS

    def _episode(self, values: tuple[float, ...]) -> Iterator[Row]:
        """Return the rows of the next episode; the start position advances round-robin."""
        config = self._shared.config
        driver = Driver(values, config.metadata.actions)
        rows = self._rollout.episode(driver, self._start, against=self._against)
        if config.change_start:
            self._start = (self._start + config.advance) % 1.0
        if config.alternate_direction:
            self._against = not self._against
        return rows

    # -- the log ----------------------------------------------------------------------------------

    def _upload_metrics(self, rows: Sequence[Row], trial: int, *, training: bool) -> None:
        config = self._shared.config
        self._metrics.add(rows, self._episodes, trial, training=training)
        key = f"{config.model_prefix}/{METRICS_FOLDER}/{self._metrics.name}"
        self._print(log.uploaded("metrics", config.bucket, key))

    def _user_printed(self, text: str) -> None:
        """Print the output of the reward function; an unfinished line continues with the worker's next output."""
        if not text:
            return
        *lines, rest = text.split("\n")
        self._print(*lines)
        self._unfinished += rest

    def _print(self, *lines: str) -> None:
        for line in lines:
            self._shared.output.line(self.container, f"{log.AGENT}{self._unfinished}{line}")
            self._unfinished = ""

    def _raw(self, *lines: str) -> None:
        """Print lines that have their own prefix, or none."""
        for line in lines:
            self._shared.output.line(self.container, line)

    def _crash(self) -> None:
        """End the container without a fault message, as after a segmentation fault in the simulator."""
        self._raw(
            "[gzserver-3] Segmentation fault (core dumped)",
            "[ERROR] [gzserver-3]: process has died [pid 118, exit code 139, cmd 'gzserver'].",
        )
        self._shared.output.exit(self.container, CRASHED)

    def _die(self, exit_code: int) -> None:
        """Print the end of the agent's process, which ends the launch."""
        self._raw(
            f"{log.LAUNCH}[ERROR] [agent-9]: process has died [pid 165, exit code {exit_code}]",
            f"ros2 launch process exited with code {exit_code}",
        )
