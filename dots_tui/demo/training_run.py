"""One training of the embedded cloud: workers and trainer in parallel, in simulated time."""

from __future__ import annotations

import sys
from random import Random
from typing import TYPE_CHECKING

from dots_tui.demo.best_model import BestModel
from dots_tui.demo.checkpoints import CheckpointStore
from dots_tui.demo.metrics import METRICS_FOLDER
from dots_tui.demo.scheduler import Scheduler
from dots_tui.demo.simulated_worker import SimulatedWorker
from dots_tui.demo.trainer_process import TrainerProcess
from dots_tui.demo.training_setup import TrainingSetup
from dots_tui.tracks.builtin import track_for

if TYPE_CHECKING:
    from pathlib import Path

    from dots_tui.demo.checkpoints import Checkpoint
    from dots_tui.demo.mishaps import Mishap
    from dots_tui.demo.paced_output import PacedOutput
    from dots_tui.demo.run_config import RunConfig

ITERATION_SECONDS = 7.0
"""Seconds of real time that an iteration takes if no speed is requested."""
MOST_ROWS = 2500.0
"""Maximum number of trace rows per second: the app that reads them shares the machine."""
_ROWS_PER_SECOND = 15.0
_FIRST_EPISODE_SECONDS = 5.0
MOST_GROWTH = 1.5
"""Maximum expected growth of an iteration's duration compared with the previous one."""
SLOWEST_SPEED = 1.0
START_SPEED = 6.0
"""Speed while the containers start, slow enough to watch."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class TrainingRun:
    """A training. `seed` determines all randomness; `model_folder` is the place for checkpoints, if any.

    `start` is a pretrained checkpoint, `mishap` the mishap in the second iteration.
    """

    def __init__(
        self,
        config: RunConfig,
        reward_file: Path,
        output: PacedOutput,
        seed: str,
        model_folder: Path | None,
        start: Checkpoint | None = None,
        mishap: Mishap | None = None,
    ) -> None:
        random = Random(f"{seed} names")
        workers = min(config.workers, config.episodes)
        self._shared = TrainingSetup(
            config=config,
            track=track_for(config.world),
            scheduler=Scheduler(),
            output=output,
            store=CheckpointStore(model_folder),
            reward_file=reward_file,
            seed=seed,
            workers=workers,
            metrics_folder=model_folder.parent / METRICS_FOLDER if model_folder is not None else None,
            mishap=mishap,
        )
        self._last_seconds = 0.0
        name = trainer_name(random)
        self._best = BestModel(config.best_model_metric, self._shared.store)
        self.trainer = TrainerProcess(self._shared, name, self._best, start)
        # The container's start decides its worker number, not its name.
        shift = random.randrange(1, config.workers) if config.workers > 1 else 0
        self.workers = [
            SimulatedWorker(
                self._shared, self.trainer, slot % config.workers, f"deepracer-{config.run_id}-robomaker-{number}"
            )
            for number, slot in enumerate(range(shift, shift + config.workers), start=1)
        ]

    def run(self, speed: float | None, iterations: int | None) -> None:
        """Train until `iterations` are done, or as long as the hyperparameters say.

        `speed` is in simulated seconds per real second: 0 is as fast as possible, None takes about seven real seconds
        per iteration. Raises RunFailed, and Closed if the output has no reader.
        """
        shared = self._shared
        self.trainer.iterations = min(
            iterations or sys.maxsize, max(1, int(shared.config.hyperparameters["term_cond_max_episodes"]))
        )
        if speed is None:
            shared.output.speed = START_SPEED
            self.trainer.on_published = self._adjust
        else:
            shared.output.speed = speed
        for worker in self.workers:
            shared.scheduler.start(worker.process(self._best), delay=0.2 * worker.index)
        shared.scheduler.start(self.trainer.process(), delay=1.0)
        try:
            shared.scheduler.run(before=shared.output.wait_until)
        finally:
            for worker in self.workers:
                worker.close()
        if shared.hangs:
            shared.output.hold()
        shared.output.flush()

    def _adjust(self, seconds: float | None) -> None:
        """Set the speed for an iteration; `seconds` is the simulated duration of the previous one."""
        if seconds is None:
            expected = self._first_iteration()
        else:
            # A learning driver stays on the track longer each time.
            growth = seconds / self._last_seconds if self._last_seconds else MOST_GROWTH
            expected = seconds * max(1.0, min(growth, MOST_GROWTH))
            self._last_seconds = seconds
        most = MOST_ROWS / (_ROWS_PER_SECOND * self._shared.workers)
        self._shared.output.speed = max(SLOWEST_SPEED, min(expected / ITERATION_SECONDS, most))

    def _first_iteration(self) -> float:
        """Return the expected simulated seconds of the first iteration: an untrained driver soon leaves the track."""
        return _FIRST_EPISODE_SECONDS * (self._shared.share(0) + self._shared.config.min_eval_trials)


def trainer_name(random: Random) -> str:
    """Return a container name like those of SageMaker's local mode."""
    return f"{_word(random, 10)}-algo-1-{_word(random, 5)}"


def _word(random: Random, length: int) -> str:
    return "".join(random.choice(_LETTERS) for _ in range(length))
