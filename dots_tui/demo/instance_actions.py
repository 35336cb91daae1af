"""Requests of a racer that the embedded cloud's instance executes, and readings of its machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.app.runs.actions import ACTIONS, EVALUATE, RESTART, SAVE, STOP, InstanceAction, activated
from dots_tui.app.runs.restart import PLACE
from dots_tui.custom_files.folder import FolderProblem
from dots_tui.demo.shell_line import NotUnderstood, read_line
from dots_tui.remote.gauges import COMMAND

if TYPE_CHECKING:
    from dots_tui.demo.instance import EmbeddedInstance
    from dots_tui.demo.ssh_host import Writer


def answer(instance: EmbeddedInstance, command: str, out: Writer) -> int:
    """Answer one command line that came over SSH. Return its exit status."""
    action = _action(command)
    if action is None and command != COMMAND:
        return instance.engine.handle(command, out)
    try:
        out.write(_done(instance, action) if action is not None else instance.gauges())
    except (OSError, FolderProblem) as problem:
        out.write(f"{problem}\n")
        return 1
    return 0


def _done(instance: EmbeddedInstance, action: InstanceAction) -> str:
    """Execute the action. Return its output."""
    if action is SAVE:
        return f"Model and checkpoints copied to {instance.save_model()}\n"
    if action is RESTART:
        return f"Training stopped.\nTraining of {instance.restart()} started from the last checkpoint.\n"
    if action is EVALUATE:
        return f"Evaluation of {instance.evaluate()} started.\n"
    if action is PLACE:
        return f"{instance.model_prefix}\n"
    assert action is STOP
    instance.end_training()
    return "Training stopped.\n"


def _action(command: str) -> InstanceAction | None:
    """Return the action that `command` requests; None for other commands."""
    try:
        words = read_line(command).words
    except NotUnderstood:
        return None
    return next((one for one in (*ACTIONS, PLACE) if words[0] == "timeout" and words[-1] == activated(one.shown)), None)
