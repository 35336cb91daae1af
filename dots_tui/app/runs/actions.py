"""The actions on an instance, each with the exact command, which is shown before it runs.

The commands are those of DeepRacer for Cloud (bin/scripts_wrapper.sh, scripts/training/*.sh,
scripts/upload/upload-model.sh, scripts/evaluation/start.sh). Its settings must be sourced first; the exit status of
that has no meaning, because activate.sh ends with a test for a terminal.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from dots_tui.remote.guard import guarded

FOLDER = "~/deepracer-for-cloud"


@dataclass(frozen=True)
class InstanceAction:
    """One action. `shown` is the command as a racer would type it on the instance, `command` is what is sent.

    `effect` says what it changes, `danger` whether it ends or replaces the training.
    """

    id: str
    title: str
    effect: str
    shown: str
    timeout_s: float
    danger: bool = False

    @property
    def command(self) -> str:
        """The command line: in a login shell, with DRFC's settings. It ends when the connection does."""
        return guarded(f"timeout {self.timeout_s:.0f} bash -lc {shlex.quote(activated(self.shown))} 2>&1")


def activated(command: str) -> str:
    """Return `command` with DRFC's settings and functions; it fails if they are missing."""
    return (
        f"cd {FOLDER} && {{ source bin/activate.sh run.env > /dev/null; "
        "declare -F dr-stop-training > /dev/null || { echo 'deepracer-for-cloud cannot be activated'; exit 1; }; "
        f"{command}; }}"
    )


STOP = InstanceAction(
    "stop",
    "Stop the training",
    "The trainer writes a last checkpoint and the containers end. The instance keeps running, and costs money, until "
    "its stack is deleted. One launched by dots-tui saves its model and deletes itself about 15 minutes later.",
    "dr-stop-training",
    180.0,
    danger=True,
)
SAVE = InstanceAction(
    "save",
    "Save the model",
    "The last checkpoint is copied to DR_UPLOAD_S3_PREFIX. The training continues.",
    "dr-upload-model -f",
    300.0,
)
RESTART = InstanceAction(
    "restart",
    "Restart from the last checkpoint",
    "The training stops and starts again from its last checkpoint, as a new model: DR_LOCAL_S3_MODEL_PREFIX in "
    "run.env on the instance gets the next number. The old model does not change.",
    "dr-stop-training; dr-increment-training -f && dr-start-training -q",
    900.0,
    danger=True,
)
EVALUATE = InstanceAction(
    "evaluate",
    "Start an evaluation",
    "A copy of the model (its prefix with -E) drives with the settings of run.env. The training continues.",
    "dr-start-evaluation -q -c",
    300.0,
)
ACTIONS = (SAVE, EVALUATE, RESTART, STOP)
