"""Safe stop of a training: the model is saved, the save is proved in the bucket, then the stack is deleted.

A dots-tui instance saves and deletes its stack itself, so that a run can end unattended; this module requests the stop
and reads the bucket. A DeepRacer on the Spot instance runs its own safe_termination.sh, as its TerminationLambda does;
this module deletes its stack, and only after the model is proved to be saved.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Callable

from dots_tui.aws.events import Progress, StackEvent, follow, newest_event
from dots_tui.aws.instances import run_command
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.resuming import event_before_operation
from dots_tui.aws.saved_model import NOTHING_SEEN, Proof, Saving, SeenCheckpoint
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import Stack, delete, get_stack, own_event

_STOP_COMMAND = "systemctl start --no-block dots-tui-stop.service"
_SPOT_COMMAND = "su - ubuntu bash -lc /home/ubuntu/bin/safe_termination.sh"
_SAVING_SECONDS = 20 * 60.0
_ASKING_SECONDS = 90.0


def stop(
    aws: Aws,
    name: str,
    poll_s: float = 3.0,
    stopped: Callable[[], bool] = lambda: False,
    saving_s: float = _SAVING_SECONDS,
    seen_of: Callable[[Stack], SeenCheckpoint] = lambda _: NOTHING_SEEN,
) -> Iterator[StackEvent]:
    """Stop a training so that its model is saved, and yield its events until its stack is gone.

    `seen_of` returns the checkpoints that its log mentions.

    The first event is from dots-tui (`dots-tui::Stop`); another one (`dots-tui::Model`, SAVED) reports the proof in the
    bucket. Raises AwsProblem: `no-instance`, `stop-failed` if the instance cannot be asked, `stop-timeout` if it has
    not started to delete the stack after `saving_s`, `not-saved` if the last checkpoint is not in the bucket although
    the stack is gone (or, with DeepRacer on the Spot, still exists). `delete` is the remaining option then.
    """
    stack = get_stack(aws, name)
    if stack.kind != "training":
        raise AwsProblem("not-training", f"{stack.name} is a base stack; there is no training in it to stop.", "")
    if stack.status == "DELETE_IN_PROGRESS":
        yield from _followed(aws, stack, None, event_before_operation(aws, stack.id), poll_s, stopped, saving_s)
        return
    if not stack.instance_id:
        raise AwsProblem(
            "no-instance", f"{stack.name} has no instance that could save a model.", _delete_instead(stack.name)
        )
    saving = _look(aws, stack, seen_of(stack))
    if not stack.ours:
        yield from _stop_of_the_spot(aws, stack, saving, poll_s, stopped, saving_s)
        return
    after = newest_event(aws, stack.id)
    _ask(aws, stack, _STOP_COMMAND, _ASKING_SECONDS, poll_s, stopped)
    yield own_event(name, "Stop", "STOP_REQUESTED", "the instance saves the model and its logs, then deletes the stack")
    yield from _followed(aws, stack, saving, after, poll_s, stopped, saving_s)


def doubt(aws: Aws, name: str, seen_of: Callable[[Stack], SeenCheckpoint] = lambda _: NOTHING_SEEN) -> str:
    """Return the reason it cannot be proved that a stop saves the model, before the stop; "" if it can.

    Raises AwsProblem if there is no such training.
    """
    stack = get_stack(aws, name)
    if stack.kind != "training" or not stack.instance_id or stack.status == "DELETE_IN_PROGRESS":
        return ""  # the stop itself reports the problem
    saving = _look(aws, stack, seen_of(stack))
    if saving is None:
        return f"It is not known where {name} keeps its model in the bucket, so nothing will prove that it is saved."
    return saving.doubt


def _look(aws: Aws, stack: Stack, seen: SeenCheckpoint) -> Saving | None:
    """Return the state of the bucket; None if the place of the model is unknown, so nothing can be proved."""
    try:
        return Saving(aws, stack, seen)
    except AwsProblem as problem:
        if problem.code in ("no-place", "no-bucket"):
            return None
        raise


def _followed(
    aws: Aws,
    stack: Stack,
    saving: Saving | None,
    after: str,
    poll_s: float,
    stopped: Callable[[], bool],
    saving_s: float,
) -> Iterator[StackEvent]:
    """Yield the events of a deletion that the instance starts, and the proof as soon as it exists."""
    deadline, progress, proof = time.monotonic() + saving_s, Progress(0), None
    events: list[StackEvent] = []

    def give_up() -> bool:
        return stopped() or (not events and time.monotonic() > deadline)

    for event in follow(aws, stack.id, poll_s=poll_s, stopped=give_up, after=after, deleting=True):
        if proof is None and saving is not None and event.of_stack:
            # All should be saved when the deletion starts; nothing more arrives after it ends.
            proof = saving.proof()
            if proof is not None:
                yield _told(proof)
        events.append(event)
        progress.apply(event)
        yield event
    if stopped():
        return
    if not events:
        raise AwsProblem(
            "stop-timeout",
            f"The instance of {stack.name} has not begun to delete its stack within {saving_s / 60:.0f} minutes.",
            _delete_instead(stack.name),
        )
    if progress.status != "DELETE_COMPLETE":
        raise progress.problem(stack.name, "delete")
    if saving is not None and proof is None:
        raise _not_saved(stack.name, saving, "The stack is gone; look into the bucket for what there is.")


def _stop_of_the_spot(
    aws: Aws,
    stack: Stack,
    saving: Saving | None,
    poll_s: float,
    stopped: Callable[[], bool],
    saving_s: float,
) -> Iterator[StackEvent]:
    yield own_event(stack.name, "Stop", "STOP_REQUESTED", "the instance runs its safe_termination.sh")
    _ask(aws, stack, _SPOT_COMMAND, saving_s, poll_s, stopped)
    if stopped():
        return
    if saving is None:
        raise AwsProblem(
            "not-saved",
            f"{stack.name} has stopped, but it is not known where its model goes, so nothing proves that it is saved.",
            f"Look into its bucket, then: {_delete_instead(stack.name)}",
        )
    proof = saving.proof()
    if proof is None:
        raise _not_saved(stack.name, saving, f"Its instance still runs and costs money. {_delete_instead(stack.name)}")
    yield _told(proof)
    yield from delete(aws, stack.name, poll_s=poll_s, stopped=stopped)


def _told(proof: Proof) -> StackEvent:
    return own_event(proof.place.prefix, "Model", "SAVED" if proof.checkpoint else "NOTHING_TO_SAVE", proof.words)


def _not_saved(name: str, saving: Saving, advice: str) -> AwsProblem:
    what = f"{name} was stopped, but nothing proves that the end of its training is saved: {saving.lacking()}."
    return AwsProblem("not-saved", what, advice)


def _ask(aws: Aws, stack: Stack, command: str, timeout_s: float, poll_s: float, stopped: Callable[[], bool]) -> None:
    """Run a command on the instance and wait for its end. Raises AwsProblem `stop-failed`."""
    try:
        output = run_command(
            aws, stack.instance_id, [command], timeout_s=timeout_s, poll_s=min(2.0, poll_s), stopped=stopped
        )
    except AwsProblem as problem:
        if stopped():
            return
        raise AwsProblem(
            "stop-failed",
            f"The instance of {stack.name} could not be asked to stop: {problem.what}",
            f"{problem.advice} {_delete_instead(stack.name)}".strip(),
            problem.detail,
        ) from problem
    if output.status != "Success":
        said = (output.error or output.output).strip() or "it said nothing"
        raise AwsProblem(
            "stop-failed",
            f"The instance of {stack.name} did not stop its training ({output.status}): {said}.",
            _delete_instead(stack.name),
            said,
        )


def _delete_instead(name: str) -> str:
    return (
        f"dots-tui delete {name} ends the cost at once; "
        "checkpoints that are in the bucket stay there, what came after the last one is lost."
    )
