"""An action on the instance, and the new model prefix after a restart."""

from __future__ import annotations

import re
from typing import Callable

from dots_tui.app.runs.actions import RESTART, InstanceAction
from dots_tui.remote.connection import Output

PLACE = InstanceAction(
    "place",
    "Read the model prefix",
    "DR_LOCAL_S3_MODEL_PREFIX is read on the instance and stored for its scripts.",
    # The folder of something below the prefix: the prefix without a slash at its end.
    "printenv DR_LOCAL_S3_MODEL_PREFIX | xargs -I{} dirname {}/x "
    "| tee /var/lib/dots-tui/model-prefix 2> /dev/null || true",
    60.0,
)
_PREFIX = re.compile(r"[A-Za-z0-9_.+@=-]+(/[A-Za-z0-9_.+@=-]+)*")


def perform(
    run: Callable[[InstanceAction], Output], action: InstanceAction, moved: Callable[[str], None] | None
) -> Output:
    """Run `action` on the instance. After a restart `moved` is called with the prefix of the model that is written now.

    Blocks. Raises RemoteProblem and what `moved` raises.
    """
    output = run(action)
    if action is not RESTART or output.status != 0 or moved is None:
        return output
    told = run(PLACE)
    prefix = (told.text.strip().splitlines() or [""])[-1].strip()
    if told.status != 0 or not _PREFIX.fullmatch(prefix):
        what = "The prefix of the new model could not be read, so a safe stop cannot prove that the model is saved."
        return Output(output.status, f"{output.text}\n{what}\n{told.text}")
    moved(prefix)
    return Output(output.status, f"{output.text}\nThe model goes to {prefix}/ from now on.")
