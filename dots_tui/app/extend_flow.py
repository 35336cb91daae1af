"""Extension of a running training: duration, cost, changes in AWS, and confirmation."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Callable

from dots_tui.app.durations import clock, local_time, parse_minutes
from dots_tui.app.port import Confirmation, FlowResult, NobodyToAsk, Operation, Port, TextEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dots_tui.aws.events import StackEvent
    from dots_tui.aws.extending import Extension
    from dots_tui.aws.session import Aws
    from dots_tui.aws.stacks import Stack

USUAL_MINUTES = 60


async def ask_minutes(port: Port, stack: Stack, now: datetime) -> int | None:
    """Ask how much longer `stack` should run. Return None if the user cancels."""
    left = _left(stack, now)
    label = f"It ends in {clock(max(0, left))}. How much longer? 90, 1:30, 1h30 and 1.5 h are understood."
    entry = TextEntry(f"Extend {stack.name}", label, str(USUAL_MINUTES), lambda text: problem(text, left), yes="Look")
    answer = await port.ask(entry)
    return None if answer is None else parse_minutes(answer)


def _left(stack: Stack, now: datetime) -> int:
    assert stack.expires is not None
    return int((stack.expires - now).total_seconds() // 60)


def problem(text: str, left: int) -> str:
    """Return the problem of a typed extension of a training with `left` minutes, "" if there is none."""
    from dots_tui.aws.launch_plan import LONGEST_MINUTES

    try:
        minutes = parse_minutes(text)
    except ValueError as wrong:
        return str(wrong)
    most = LONGEST_MINUTES - max(0, left)
    if 0 < minutes <= most:
        return ""
    return f"{minutes} minutes cannot be added: it may have up to {clock(most)} ({most} min) more."


async def extend(
    port: Port,
    aws_of: Callable[[], Aws],
    name: str,
    minutes: int,
    *,
    price_of: Callable[[Stack], float | None],
    planned: Callable[[Extension], object] = lambda _: None,
    poll_s: float = 3.0,
) -> bool:
    """Show changes and cost of `minutes` more for the training `name`, and extend it after confirmation.

    `price_of` returns USD per hour, None if unknown; it may block. `planned` gets the extension before the question.
    Returns False if the user declines. Raises AwsProblem.
    """
    from dots_tui.aws import change_set, extending

    poll = min(poll_s, 1.0)
    found = await port.work(lambda: extending.plan_extension(aws_of(), name, minutes, poll_s=poll))
    planned(found)
    usd = await port.work(lambda: price_of(found.stack))
    try:
        agreed = await port.ask(_question(found, usd))
    except NobodyToAsk:
        await port.work(lambda: change_set.discard(aws_of(), found.preview.id))
        raise
    if not agreed:
        await port.work(lambda: change_set.discard(aws_of(), found.preview.id))
        return False
    told: list[str] = []

    def events(stopped: Callable[[], bool]) -> Iterator[StackEvent]:
        for event in extending.extend(aws_of(), found, poll_s=poll_s, stopped=stopped):
            if event.status == "EXTENDED":
                told.append(event.reason)
            yield event

    await port.follow(Operation(f"Extending {name}", name, events, lambda: len(found.preview.changes)))
    port.tell(FlowResult(f"{name} is extended: {told[-1]}." if told else f"{name} is extended."))
    return True


def _question(found: Extension, usd_per_hour: float | None) -> Confirmation:
    changes = "; ".join(change.words for change in found.preview.changes) or "only tags change"
    now = datetime.now(timezone.utc)
    ends = f"It would end {local_time(found.expires, now)}, in {clock(found.left)}."
    cost = "What that costs more is not known."
    if usd_per_hour is not None:
        more = usd_per_hour * found.minutes / 60
        cost = f"That costs up to {more:.2f} USD more, at {usd_per_hour:.2f} USD an hour."
    body = f"{ends} {cost} The instance goes on. In the stack: {changes}."
    title = f"Give {found.stack.name} {clock(found.minutes)} ({found.minutes} min) more?"
    return Confirmation(title, body, yes="Extend", no="Leave it")
