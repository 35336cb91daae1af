"""Stopping a training safely: its model is saved, that is proven in the bucket, and then the stack goes.

An instance of ours saves, and deletes its stack itself, so that a run ends with nobody looking; here it is asked to,
and the bucket is looked into. An instance of DeepRacer on the Spot is asked to run its own safe_termination.sh, as
its TerminationLambda does; its stack is deleted from here, and only when the model is proven to be there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Callable

from dots_tui.aws.events import Progress, StackEvent, follow, newest_event
from dots_tui.aws.instances import run_command
from dots_tui.aws.problems import AwsProblem
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
    """Stop a training so that its model is saved, and follow it until its stack is gone.

    ``seen_of`` tells what its log has told of checkpoints.

    The first event is ours (``dots-tui::Stop``); another of ours (``dots-tui::Model``, SAVED) says what is proven to
    be in the bucket. Raises AwsProblem: ``no-instance``, ``stop-failed`` when the instance cannot be asked,
    ``stop-timeout`` when it has not begun to delete the stack after ``saving_s``, ``not-saved`` when the stack is
    gone, or for one of DeepRacer on the Spot still there, and the last checkpoint is not in the bucket. ``delete``
    remains then.
    """
    stack = get_stack(aws, name)
    if stack.kind != "training":
        raise AwsProblem("not-training", f"{stack.name} is a base stack; there is no training in it to stop.", "")
    if stack.status == "DELETE_IN_PROGRESS":
        yield from _followed(aws, stack, None, newest_event(aws, stack.id), poll_s, stopped, saving_s)
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
    """Return why it cannot be proved that a stop saves the model, before it is asked for; "" when it can.

    Raises AwsProblem when there is no such training.
    """
    stack = get_stack(aws, name)
    if stack.kind != "training" or not stack.instance_id or stack.status == "DELETE_IN_PROGRESS":
        return ""  # the stop itself says what is the matter
    saving = _look(aws, stack, seen_of(stack))
    if saving is None:
        return f"It is not known where {name} keeps its model in the bucket, so nothing will prove that it is saved."
    return saving.doubt


def _look(aws: Aws, stack: Stack, seen: SeenCheckpoint) -> Saving | None:
    """What is in the bucket now; None when nobody knows where the model goes, and so nothing can be proven."""
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
    """The events of a deletion the instance begins, with the proof among them as soon as there is one."""
    deadline, progress, proof = time.monotonic() + saving_s, Progress(0), None
    events: list[StackEvent] = []

    def give_up() -> bool:
        return stopped() or (not events and time.monotonic() > deadline)

    for event in follow(aws, stack.id, poll_s=poll_s, stopped=give_up, after=after):
        if proof is None and saving is not None and event.of_stack:
            # At the deletion's beginning all should be saved; at its end there is nothing more to come.
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
    """Have the instance run a command, and wait for its end. Raises AwsProblem ``stop-failed``."""
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
