"""What AWS says of a training stack, as facts about its run: whether it is there, its end, its price. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.aws import prices

if TYPE_CHECKING:
    from datetime import datetime

    from dots_tui.aws.stacks import Stack

SOON_MINUTES = 10
"""With less time left than that it is pointed out."""
_MINUTE = 60
_GONE = (
    "CREATE_FAILED",
    "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED",
    "DELETE_FAILED",
    "ROLLBACK_IN_PROGRESS",
    "DELETE_IN_PROGRESS",
    "DELETE_COMPLETE",
)


def is_running(stack: Stack) -> bool:
    """Whether a training is there or coming: what may cost money and can be watched."""
    return stack.kind == "training" and stack.status not in _GONE


def minutes_left(stack: Stack, now: datetime) -> int | None:
    """Whole minutes until a training ends by itself; negative when that should have happened, None without end."""
    return None if stack.expires is None else int((stack.expires - now).total_seconds() // 60)


def price(stack: Stack) -> float | None:
    """What a training costs an hour at the list price; None when that is not known (spot prices change)."""
    if stack.kind != "training" or stack.market == "spot":
        return None
    region = stack.id.split(":")[3] if stack.id.startswith("arn:") else ""
    cost = prices.most(stack.instance_type, region, _MINUTE)
    return None if cost is None else cost.usd_per_hour


def cost_so_far(stack: Stack, now: datetime) -> float | None:
    """What a training has cost until now at the list price, USD; None when the price is not known."""
    usd = price(stack)
    return None if usd is None else usd * max(0.0, (now - stack.created).total_seconds()) / 3600
