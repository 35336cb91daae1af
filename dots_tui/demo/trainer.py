"""`python -m dots_tui.demo.trainer FOLDER`: a small but real training on the custom files of a folder.

Simulated workers drive a simulated car, and the cross-entropy method improves their driver with the user's reward
function. Standard output is the output of the containers of a simapp 6 run, each line as `<container name>TAB<line>`;
checkpoints go to `FOLDER/model` (`--no-model` omits them). With `DR_LOCAL_S3_PRETRAINED`, training continues from a
checkpoint in `FOLDER/pretrained` if that folder exists.

The program ends with status 0 when its iterations are done, when standard input (if it is a pipe) or standard output is
closed, and on SIGTERM; with 1 after a fault, which is in the log; with 2 for wrong arguments.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import stat
import sys
import threading
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from dots_tui.custom_files.folder import REWARD_FUNCTION, CustomFiles, FolderProblem
from dots_tui.demo import simapp_log as log
from dots_tui.demo.checkpoints import NoCheckpoint, load_checkpoint
from dots_tui.demo.mishaps import Mishap
from dots_tui.demo.paced_output import Closed, PacedOutput
from dots_tui.demo.run_config import ConfigFault, read_config
from dots_tui.demo.simulated_worker import RunFailed
from dots_tui.demo.training_run import TrainingRun, trainer_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.demo.checkpoints import Checkpoint

MODEL_FOLDER, PRETRAINED_FOLDER = "model", "pretrained"


def main(arguments: Sequence[str] | None = None) -> int:
    """Train. Return the exit status."""
    options = _options(arguments)
    end_with_parent()
    output = PacedOutput(take_stdout(), speed=0.0)
    seed = str(options.seed) if options.seed is not None else secrets.token_hex(8)
    try:
        return _train(options, output, seed)
    except FolderProblem as problem:
        print(f"dots-tui demo trainer: {problem}", file=sys.stderr)
        return 2
    except Closed:
        return 0
    except KeyboardInterrupt:
        return 130


def _train(options: argparse.Namespace, output: PacedOutput, seed: str) -> int:
    files = CustomFiles.open(options.folder)
    try:
        config = read_config(files)
        start = _pretrained(options.folder / PRETRAINED_FOLDER, config.pretrained)
    except ConfigFault as fault:
        name = trainer_name(Random(f"{seed} names"))
        for line in log.fault(str(fault), fault.code, source="training_worker"):
            output.line(name, line)
        output.flush()
        return 1
    model = None if options.no_model else options.folder / MODEL_FOLDER
    run = TrainingRun(config, files.path(REWARD_FUNCTION), output, seed, model, start, options.mishap)
    try:
        run.run(options.speed, options.iterations)
    except RunFailed:
        output.flush()
        return 1
    return 0


def _pretrained(folder: Path, which: str) -> Checkpoint | None:
    """Return the checkpoint to continue from, if one is requested and the folder exists."""
    if not which or not folder.is_dir():
        return None
    try:
        return load_checkpoint(folder, which)
    except NoCheckpoint as error:
        raise ConfigFault(60, f"No checkpoint found: {error}") from error


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m dots_tui.demo.trainer",
        description="Train a simulated car on the reward function of a custom-files folder.",
    )
    parser.add_argument("folder", type=Path, help="the folder with run.env, reward_function.py and the others")
    parser.add_argument("--seed", type=int, help="makes two trainings alike")
    parser.add_argument(
        "--speed",
        type=_speed,
        help="simulated seconds in a real one; 0 is as fast as possible (default: about 7 s an iteration)",
    )
    parser.add_argument("--iterations", type=_count, help="end after so many (default: as the hyperparameters say)")
    parser.add_argument("--no-model", action="store_true", help="write no checkpoints")
    parser.add_argument(
        "--mishap",
        type=Mishap,
        choices=[mishap for mishap in Mishap if mishap.of_trainer],
        metavar="NAME",
        help="let something go wrong in the second iteration",
    )
    return parser.parse_args(arguments)


def _speed(text: str) -> float:
    value = float(text)
    if not 0.0 <= value <= 1e6:
        raise argparse.ArgumentTypeError("give a number from 0 up")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("give a number from 1 up")
    return value


def take_stdout() -> int:
    """Reserve standard output for the log: output of libraries goes to standard error."""
    sys.stdout.flush()
    descriptor = os.dup(1)
    os.dup2(2, 1)
    return descriptor


def end_with_parent() -> None:
    """End immediately on SIGTERM and when the parent is gone, even while a reward function does not return."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    try:
        mode = os.fstat(0).st_mode
    except OSError:  # no standard input
        return
    # A terminal or /dev/null says nothing about the parent.
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        threading.Thread(target=_until_input_ends, name="parent-watch", daemon=True).start()


def _until_input_ends() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
