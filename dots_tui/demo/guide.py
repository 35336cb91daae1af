"""One line of guidance at each step of the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.app.milestones import Milestone
from dots_tui.demo.session import DemoProblem, EmbeddedCloud

if TYPE_CHECKING:
    from dots_tui.ui.shell import DotsApp

_STEPS = (
    (Milestone.EDITED, 0, "These are the files of a run. Select a key with ↑↓ and change it with enter."),
    (Milestone.SAVED, 0, "The changed value is not saved yet: s saves the file."),
    (Milestone.BASE_READY, 2, "A base stack holds the bucket and the access rules: b creates one."),
    (Milestone.LAUNCHED, 2, "Launch a training with your files: n."),
    (Milestone.WATCHED, 3, "The workers are starting. Watch them here: episode, progress and reward of each."),
    (
        Milestone.STOPPED,
        3,
        "The run trains on your reward function: watch the progress rise. S stops it safely.",
    ),
)
_UNDER_WAY = "{operation} is under way. Wait until it is done; the events show each step."
_FINISHED = (
    "{run} has ended: its stack is deleted, its checkpoints stay in the bucket. "
    "Next: 3 then n launches another training; q quits and removes the demo."
)
_GO_TO = ("1 shows the files.", "2 shows the reward function.", "3 shows the stacks.", "4 shows the training.")


class Guide:
    """Tracks what the user has done and returns the next step."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self._cloud = cloud
        self._problem = ""
        self._seen: set[Milestone] = set()

    def note(self, milestone: Milestone) -> None:
        """Note an event of the app."""
        self._seen.add(milestone)

    def cloud_ready(self) -> int:
        """Wait (in a thread) until the embedded cloud answers. Return its SSH port."""
        try:
            return self._cloud.wait().ssh_port
        except DemoProblem as problem:
            self._problem = str(problem)
            raise

    def line(self, app: DotsApp) -> str:
        """Return the guidance for the current state of the app."""
        if self._problem:
            return self._problem
        reached = [number for number, (milestone, _, _) in enumerate(_STEPS) if milestone in self._seen]
        following = max(reached, default=-1) + 1  # do not return to a skipped step
        if following == len(_STEPS):
            return _FINISHED.format(run=app.workspace.last_ended)
        _, pane, text = _STEPS[following]
        if app.workspace.operation:
            pane, text = 2, _UNDER_WAY.format(operation=app.workspace.operation)
        where = "" if app.current_pane == pane else f"{_GO_TO[pane]} · "
        return f"Step {following + 1} of {len(_STEPS)} · {where}{text}"
