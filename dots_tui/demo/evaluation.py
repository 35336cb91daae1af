"""`python -m dots_tui.demo.evaluation FOLDER`: the evaluation job of the model in `FOLDER/evaluated`.

It drives the checkpoint DR_EVAL_CHECKPOINT for DR_EVAL_NUMBER_OF_TRIALS trials, faster than real time, and prints the
output of an evaluation's simulation, with a trace of each trial. A trial ends when the car leaves the track, as with
DR_EVAL_MAX_RESETS=0; a real evaluation can put the car back. The program ends like the trainer does.
"""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from dots_tui.custom_files.folder import REWARD_FUNCTION, CustomFiles, FolderProblem
from dots_tui.demo import simapp_log as log
from dots_tui.demo import simapp_start as start
from dots_tui.demo.checkpoints import Checkpoint, NoCheckpoint, load_checkpoint
from dots_tui.demo.driver import Driver
from dots_tui.demo.paced_output import Closed, PacedOutput
from dots_tui.demo.reward_call import RewardCrash, RewardFault, RewardHang, WorkerReward
from dots_tui.demo.rollout import Rollout
from dots_tui.demo.run_config import ConfigFault, RunConfig, read_config
from dots_tui.demo.trainer import end_with_parent, take_stdout
from dots_tui.tracks.builtin import track_for

if TYPE_CHECKING:
    from collections.abc import Sequence

EVALUATED_FOLDER = "evaluated"
SPEED = 4.0
"""Simulated seconds per real second."""
_WORLD_SECONDS = 4.0
_RESET_SECONDS = 0.5
_MOST_TRIALS = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate. Return the exit status."""
    folder, *more = map(Path, sys.argv[1:] if arguments is None else arguments)
    end_with_parent()
    output = PacedOutput(take_stdout(), speed=float(str(more[0])) if more else SPEED)
    try:
        return _evaluate(folder, output)
    except FolderProblem as problem:
        print(f"dots-tui demo evaluation: {problem}", file=sys.stderr)
        return 2
    except Closed:
        return 0


def _evaluate(folder: Path, output: PacedOutput) -> int:
    files = CustomFiles.open(folder)
    name = f"deepracer-eval-{files.value('DR_RUN_ID') or '0'}-robomaker-1"
    job = _Job(output, name)
    try:
        config = read_config(files)
        checkpoint = load_checkpoint(folder / EVALUATED_FOLDER, files.value("DR_EVAL_CHECKPOINT") or "last")
        with contextlib.closing(WorkerReward(files.path(REWARD_FUNCTION), track_for(config.world), name)) as reward:
            job.drive(config, reward, checkpoint, _trials(files))
        return 0
    except NoCheckpoint as error:
        job.print(*log.fault(f"No checkpoint found: {error}", 61, source="simulation_worker"))
    except (ConfigFault, RewardFault) as fault:
        job.print(*log.fault(str(fault), fault.code, source="simulation_worker"))
    except RewardCrash as crash:
        job.print(str(crash), f"[ERROR] [agent-9]: process has died [pid 165, exit code {crash.code}]")
    except RewardHang as hang:
        job.print(str(hang))
        output.hold()
    finally:
        output.flush()
    return 1


def _trials(files: CustomFiles) -> int:
    text = files.value("DR_EVAL_NUMBER_OF_TRIALS")
    return min(int(text), _MOST_TRIALS) if text.isdigit() and int(text) else 3


class _Job:
    """A container that drives and prints."""

    def __init__(self, output: PacedOutput, name: str) -> None:
        self._output = output
        self._name = name
        self._moment = 0.0

    def drive(self, config: RunConfig, reward: WorkerReward, checkpoint: Checkpoint, trials: int) -> None:
        """Run all trials. Raises RewardFault, RewardCrash and RewardHang."""
        track = track_for(config.world)
        reward.start()
        self._wait(_WORLD_SECONDS)
        self._printed(reward.load())
        self.print(start.evaluation_parameters(config, trials), *start.simulation_agent(config))
        self.print(f"Checkpoint - Restoring from path: ./checkpoint/agent/{checkpoint.name}", *log.RESET)
        rollout = Rollout(track, reward, Random(), config.objects, scattered=config.objects_random)
        driver = Driver(checkpoint.policy.mean, config.metadata.actions, steady=True)
        for trial in range(trials):
            self.print("agent: Starting evaluation phase")
            total = 0.0
            for row in rollout.episode(driver, config.start_offset, against=config.reverse):
                self._wait(row.seconds)
                self._printed(row.printed)
                self.print(log.trace(trial, row, track.length_m, time.time()))
                total += row.reward
            self.print(log.evaluation_finished(total).replace("## ", "", 1), *log.RESET)
            self._wait(_RESET_SECONDS)
        self.print("Evaluation job complete")

    def print(self, *lines: str) -> None:
        """Print lines of the agent."""
        for line in lines:
            self._output.line(self._name, f"{log.AGENT}{line}")

    def _printed(self, text: str) -> None:
        if text:
            self.print(*text.rstrip("\n").split("\n"))

    def _wait(self, seconds: float) -> None:
        self._moment += seconds
        self._output.wait_until(self._moment)


if __name__ == "__main__":
    sys.exit(main())
