"""The words of the Stacks pane. Pure functions; times are aware, money is in USD at list prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Callable, NamedTuple, Optional

from dots_tui.app.durations import clock
from dots_tui.app.runs.stack_facts import SOON_MINUTES, is_running, minutes_left, price
from dots_tui.aws import prices
from dots_tui.aws.launch_plan import DELETE_AFTER_MINUTES
from dots_tui.ui.widgets.glyphs import age

if TYPE_CHECKING:
    from dots_tui.app.runs.run_verdict import RunWords
    from dots_tui.aws.problems import AwsProblem
    from dots_tui.aws.stacks import Stack

_MINUTE = 60

_TYPES = ("g4dn.xlarge", "g4dn.2xlarge", "g4dn.4xlarge", "g4dn.8xlarge", "g5.2xlarge", "g5.4xlarge", "g6.2xlarge")
_FAILED = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED")


class StackState(NamedTuple):
    """The state of a stack: a sign, a tint, and the word next to them."""

    sign: str
    tint: str
    word: str


_STATES = {
    "CREATE_IN_PROGRESS": StackState("busy", "info", "creating"),
    "UPDATE_IN_PROGRESS": StackState("busy", "info", "updating"),
    "DELETE_IN_PROGRESS": StackState("busy", "warning", "deleting"),
    "DELETE_COMPLETE": StackState("waiting", "muted", "deleted"),
    "DELETE_FAILED": StackState("error", "bad", "not deleted"),
    "ROLLBACK_IN_PROGRESS": StackState("warning", "warning", "failed, taking back"),
    "ROLLBACK_COMPLETE": StackState("error", "bad", "failed, rolled back"),
    "ROLLBACK_FAILED": StackState("error", "bad", "failed, rollback failed"),
    "CREATE_FAILED": StackState("error", "bad", "failed"),
}


def state(stack: Stack) -> StackState:
    """Return the state of a stack in one or two words."""
    known = _STATES.get(stack.status)
    if known is not None:
        return known
    if stack.status.endswith("_COMPLETE") and stack.kind == "training" and not stack.instance_id:
        return StackState("warning", "warning", "no instance")
    if stack.status.endswith("_COMPLETE"):
        return (
            StackState("active", "good", "running") if stack.kind == "training" else StackState("good", "good", "ready")
        )
    sign = "error" if stack.status.endswith("_FAILED") else "busy"
    return StackState(sign, "warning", stack.status.replace("_", " ").lower())


def health(stack: Stack, now: datetime, words: RunWords | None = None) -> StackState:
    """Return the state of a stack, or the problem of a running training; `words` is the status of a watched run."""
    found = state(stack)
    if found.tint != "good" or stack.kind != "training":
        return found
    if words is not None and words.lost:
        return StackState("warning", "warning", "unreachable")
    minutes = minutes_left(stack, now)
    if minutes is None or minutes >= SOON_MINUTES:
        return found
    return StackState("warning", "warning", "ends soon" if minutes >= 0 else "overdue")


def in_order(stacks: Sequence[Stack]) -> list[Stack]:
    """Return the trainings, then the base stacks, each in the given order."""
    return sorted(stacks, key=lambda stack: stack.kind != "training")


def time_left(stack: Stack, now: datetime) -> str:
    """Return the remaining time to live as h:mm; "" without one."""
    minutes = minutes_left(stack, now)
    if minutes is None:
        return ""
    return clock(minutes) if minutes >= 0 else "over"


PriceOf = Callable[["Stack"], Optional[float]]
"""Returns the hourly price of a training; None if unknown."""


def line_below(stacks: Sequence[Stack], region: str, address: str, dark: Mapping[str, AwsProblem]) -> list[str]:
    """Return the parts of the line below the list: base stacks of the region, the racer's address, unlisted regions."""
    bases = [stack for stack in stacks if stack.kind == "base" and stack.region == region]
    words = [f"base: {', '.join(f'{stack.name} {state(stack).word}' for stack in bases) or 'none'}"] if region else []
    if address and bases:
        words.append(f"you: {address}")
    words += [f"{name}: {problem.what}" for name, problem in sorted(dark.items())]
    return words


def run_status(stacks: Sequence[Stack], now: datetime, price_of: PriceOf = price) -> str:
    """Return the trainings for the status bar: number, hourly cost, and the first end."""
    running = [stack for stack in stacks if is_running(stack)]
    if not running:
        return ""
    parts = ["1 run" if len(running) == 1 else f"{len(running)} runs"]
    known = [usd for usd in map(price_of, running) if usd is not None]
    if known:
        parts.append(f"{'' if len(known) == len(running) else 'at least '}${sum(known):.2f}/h")
    left = [minutes for minutes in (minutes_left(stack, now) for stack in running) if minutes is not None]
    if left:
        parts.append(clock(min(left)) if min(left) >= 0 else "over")
    return " · ".join(parts)


def cost_in_all(stacks: Sequence[Stack], now: datetime, price_of: PriceOf = price) -> str:
    """Return the cost of all trainings by their ends, for the status bar; "" unless it is known for each."""
    by_end = [cost_by_end(stack, now, price_of) for stack in stacks if is_running(stack)]
    known = [usd for usd in by_end if usd is not None]
    return f"${sum(known):.2f} by the end" if known and len(known) == len(by_end) else ""


def details(stack: Stack, stacks: Sequence[Stack], now: datetime, price_of: PriceOf = price) -> list[tuple[str, str]]:
    """Return the details of a stack as labels and values."""
    rows = [("state", f"{state(stack).word}, made {_ago(now - stack.created)}")]
    if stack.kind == "base":
        bucket = next((value for key, value in stack.outputs if key == "Bucket"), "")
        users = [other.name for other in stacks if other.base == stack.name]
        rows += [("bucket", bucket), ("used by", ", ".join(users) or "no training")]
    else:
        instance = [stack.instance_type, stack.market, stack.instance_id, stack.ip]
        rows += [
            ("instance", "  ".join(filter(None, instance))),
            ("ends", _ends(stack, now)),
            ("cost", _cost(stack, now, price_of)),
            ("model", f"{stack.run}/" if stack.run else ""),
            ("base", stack.base),
        ]
    if not stack.ours:
        rows.append(("made by", "DeepRacer on the Spot"))
    return [(label, value) for label, value in rows if value]


def _ago(span: timedelta) -> str:
    seconds = span.total_seconds()
    return f"{age(seconds)} ago" if seconds >= _MINUTE else "a moment ago"


def _ends(stack: Stack, now: datetime) -> str:
    minutes = minutes_left(stack, now)
    if minutes is None or not is_running(stack):
        return ""
    if minutes < 0:
        return "its time to live is over: it should be gone by now. S stops it, D deletes it"
    return f"in {clock(minutes)}, after saving the model"


def cost_by_end(stack: Stack, now: datetime, price_of: PriceOf = price) -> float | None:
    """Return the cost of a training by its end, in USD; None if price or end is unknown, or if it is overdue."""
    usd, left = price_of(stack), minutes_left(stack, now)
    if usd is None or left is None or left < 0:
        return None
    return usd * ((now - stack.created).total_seconds() / 3600 + left / 60)


def _cost(stack: Stack, now: datetime, price_of: PriceOf) -> str:
    usd = price_of(stack)
    if usd is None or not is_running(stack):
        return ""
    so_far = usd * (now - stack.created).total_seconds() / 3600
    whole = cost_by_end(stack, now, price_of)
    by_end = f", {whole:.2f} USD by its end" if whole is not None else ""
    rests_on = "spot price of now" if stack.market == "spot" else "list price"
    return f"about {so_far:.2f} USD so far{by_end}; {usd:.2f} USD an hour ({rests_on})"


def instance_types(wanted: str) -> list[str]:
    """Return the instance types to choose from, including `wanted`."""
    return [*_TYPES] if wanted in _TYPES else [wanted, *_TYPES]


def maximum_cost(region: str, instance_type: str, minutes: int) -> str:
    """Return the maximum cost of a launch as a sentence; "" if no price is known."""
    cost = prices.most(instance_type, region, minutes + DELETE_AFTER_MINUTES)
    return "" if cost is None else f"At most {cost.usd:.2f} USD at the list price, {cost.usd_per_hour:.2f} USD an hour."


def delete_warning(stack: Stack) -> str:
    """Return the consequences of deleting a stack."""
    if stack.kind == "base":
        return "The role and the access rules go. When the bucket still holds something you are asked again."
    if not is_running(stack):
        return "Nothing of it runs any more; deleting it frees its name."
    return (
        "The instance ends at once and nothing more of this training is saved: checkpoints that are in the bucket "
        "stay, what came after the last one is lost. S stops safely instead."
    )


def reason_against_extending(stack: Stack | None) -> str:
    """Return why a stack cannot be extended; "" if it can."""
    if stack is None or stack.kind != "training":
        return "no training is selected"
    if not is_running(stack):
        return f"{stack.name} does not run any more"
    return "" if stack.expires is not None else f"{stack.name} has no time to live"


def is_up(name: str) -> str:
    """Return the message about a training that runs now."""
    return f"{name} is up: 4 watches it."
