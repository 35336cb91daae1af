"""Safe stop of a training, and deletion of a stack: each flow serves both app and commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from dots_tui.app.port import Confirmation, FlowResult, Operation, Port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dots_tui.aws.events import StackEvent
    from dots_tui.aws.saved_model import SeenCheckpoint
    from dots_tui.aws.session import Aws
    from dots_tui.aws.stacks import Stack
    from dots_tui.training.run_record import RunRecord

STOPPING = (
    "Its instance saves the model and the logs in the bucket; that is looked for there, and the stack goes. "
    "That takes minutes."
)


async def stop(
    port: Port,
    aws_of: Callable[[], Aws],
    name: str,
    state: Path,
    *,
    live: Callable[[str], RunRecord | None] | None = None,
    poll_s: float = 3.0,
) -> bool:
    """Stop the training `name` safely. Return False if the user declines.

    The checkpoints that the log mentions come from the run's record in the folder `state` and, for a watched run, from
    `live`, which returns the record for a stack id, None if that run is not watched. Missing proof is reported before
    the instance is asked to stop. Raises AwsProblem.
    """
    from dots_tui.aws import stopping

    def seen_of(stack: Stack) -> SeenCheckpoint:
        return _seen(state, stack, live)

    doubt = await port.work(lambda: stopping.doubt(aws_of(), name, seen_of))
    question = Confirmation(f"Stop {name}?", STOPPING, yes="Stop safely", no="Go on")
    if doubt:
        body = f"{doubt}\n\n{STOPPING}"
        question = Confirmation(f"Stop {name} without proof?", body, yes="Stop anyway", no="Go on", danger=True)
    if not await port.ask(question):
        return False
    told: list[str] = []

    def events(stopped: Callable[[], bool]) -> Iterator[StackEvent]:
        for event in stopping.stop(aws_of(), name, poll_s=poll_s, stopped=stopped, seen_of=seen_of):
            if event.status in ("SAVED", "NOTHING_TO_SAVE"):
                told.append(event.reason)
            yield event

    await port.follow(Operation(f"Stopping {name}", name, events, lambda: _count(aws_of, name)))
    port.tell(FlowResult(f"{name} is gone: {told[-1]}." if told else f"{name} is gone."))
    return True


def _seen(state: Path, stack: Stack, live: Callable[[str], RunRecord | None] | None) -> SeenCheckpoint:
    """Return the last checkpoint in the log of a run, as far as the run was or is watched.

    The two records are merged, so a restart that only one of them contains counts for both.
    """
    from dots_tui.app.runs.record_store import RecordStore
    from dots_tui.aws.saved_model import NOTHING_SEEN, SeenCheckpoint

    kept = RecordStore(state).read(stack.id)
    record = live(stack.id) if live is not None else None
    if record is None:
        record = kept
    elif kept is not None:
        record.merge(kept)
    return NOTHING_SEEN if record is None else SeenCheckpoint(record.last_checkpoint, record.prefix)


async def delete(
    port: Port,
    aws_of: Callable[[], Aws],
    name: str,
    warning: str,
    *,
    with_content: bool = False,
    ask_again: bool = False,
    poll_s: float = 3.0,
) -> bool:
    """Delete the stack `name` at once; `warning` explains the consequences. Return False if the user declines.

    A base stack's bucket is deleted `with_content`; with `ask_again`, a bucket that is not empty needs a second
    confirmation. Raises AwsProblem.
    """
    from dots_tui.aws.stacks import NotEmpty

    question = Confirmation(f"Delete {name}?", warning, yes="Delete", typed=name, danger=True)
    if not await port.ask(question):
        return False
    try:
        await port.follow(_deletion(aws_of, name, with_content, poll_s))
    except NotEmpty as problem:
        if not ask_again:
            raise
        port.tell(FlowResult(""))
        body = (
            f"The bucket {problem.bucket} is not empty. It holds the models, logs and custom files of all your "
            f"trainings with {name}. Delete all of that for good? Nobody can bring it back."
        )
        title = f"Delete all models of {name}?"
        if not await port.ask(Confirmation(title, body, yes="Delete all", typed=name, danger=True)):
            port.tell(FlowResult(f"{name} and what is in its bucket stay as they are."))
            return False
        await port.follow(_deletion(aws_of, name, True, poll_s))
    return True


def _deletion(aws_of: Callable[[], Aws], name: str, with_content: bool, poll_s: float) -> Operation:
    def events(stopped: Callable[[], bool]) -> Iterator[StackEvent]:
        from dots_tui.aws import stacks

        return stacks.delete(aws_of(), name, with_content, poll_s=poll_s, stopped=stopped)

    what = f"Deleting {name}" + (" and the content of its bucket" if with_content else "")
    return Operation(what, name, events, lambda: _count(aws_of, name))


def _count(aws_of: Callable[[], Aws], stack: str) -> int:
    """Return the number of resources of the stack (name or id)."""
    from dots_tui.aws.stacks import resource_count

    return resource_count(aws_of(), stack)
