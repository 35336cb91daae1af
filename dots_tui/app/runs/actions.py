"""What a racer can have done on the instance: each the exact command that will run, to be shown before it does.

The commands are DeepRacer for Cloud's (bin/scripts_wrapper.sh, scripts/training/*.sh, scripts/upload/upload-model.sh,
scripts/evaluation/start.sh). They need its settings sourced first; the status of that says nothing, because
activate.sh ends in a test for a terminal.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from dots_tui.remote.guard import guarded

FOLDER = "~/deepracer-for-cloud"


@dataclass(frozen=True)
class InstanceAction:
    """One thing to do. `shown` is the command as a racer would type it there, `command` what is sent.

    `effect` says what it changes, `danger` whether it ends or replaces what runs.
    """

    id: str
    title: str
    effect: str
    shown: str
    timeout_s: float
    danger: bool = False

    @property
    def command(self) -> str:
        """The whole line: in a login shell, with DRFC's settings, and over when the connection is."""
        return guarded(f"timeout {self.timeout_s:.0f} bash -lc {shlex.quote(activated(self.shown))} 2>&1")


def activated(command: str) -> str:
    """*command* with DRFC's settings and functions; fails when they are not there."""
    return (
        f"cd {FOLDER} && {{ source bin/activate.sh run.env > /dev/null; "
        "declare -F dr-stop-training > /dev/null || { echo 'deepracer-for-cloud cannot be activated'; exit 1; }; "
        f"{command}; }}"
    )


STOP = InstanceAction(
    "stop",
    "Stop the training",
    "The trainer writes a last checkpoint and the containers end. The instance goes on running, and costing, until "
    "its stack is deleted; one launched by dots-tui saves its model and deletes itself about 15 minutes later.",
    "dr-stop-training",
    180.0,
    danger=True,
)
SAVE = InstanceAction(
    "save",
    "Save the model",
    "The last checkpoint is copied to the place named by DR_UPLOAD_S3_PREFIX. The training goes on.",
    "dr-upload-model -f",
    300.0,
)
RESTART = InstanceAction(
    "restart",
    "Restart from the last checkpoint",
    "The training is stopped and begun again from its last checkpoint, as a new model: DR_LOCAL_S3_MODEL_PREFIX in "
    "run.env on the instance gets the next number. The old one stays as it is.",
    "dr-stop-training; dr-increment-training -f && dr-start-training -q",
    900.0,
    danger=True,
)
EVALUATE = InstanceAction(
    "evaluate",
    "Start an evaluation",
    "A copy of the model (its prefix with -E) is driven as run.env says; the training goes on.",
    "dr-start-evaluation -q -c",
    300.0,
)
ACTIONS = (SAVE, EVALUATE, RESTART, STOP)
