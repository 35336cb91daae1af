"""What a racer can have done on the embedded cloud's instance: saving the model and stopping are real here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.demo.docker_engine import NO_COMMAND
from dots_tui.demo.shell_line import NotUnderstood, read_line
from dots_tui.monitor.actions import ACTIONS, SAVE, STOP, Action, activated

if TYPE_CHECKING:
    from dots_tui.demo.instance import EmbeddedInstance
    from dots_tui.demo.ssh_host import Writer


def answer(instance: EmbeddedInstance, command: str, out: Writer) -> int:
    """Answer one command line that came over SSH; returns its exit status."""
    action = _action(command)
    if action is None:
        return instance.engine.handle(command, out)
    if action is SAVE:
        out.write(f"Model and checkpoints copied to {instance.save_model()}\n")
    elif action is STOP:
        instance.end_training()
        out.write("Training stopped.\n")
    else:
        out.write(f"{action.shown}: the embedded cloud cannot do this; an instance on AWS can.\n")
        return NO_COMMAND
    return 0


def _action(command: str) -> Action | None:
    """The action that *command* asks for; None when it is another command."""
    try:
        words = read_line(command).words
    except NotUnderstood:
        return None
    return next((one for one in ACTIONS if words[0] == "timeout" and words[-1] == activated(one.shown)), None)
