"""Facts about a run from its AWS stack: existence, end time, price. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.aws import prices

if TYPE_CHECKING:
    from datetime import datetime

    from dots_tui.aws.stacks import Stack

SOON_MINUTES = 10
"""Remaining minutes below which the end time is highlighted."""
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
    """Return true if a training exists or is being created, so that it may cost money and can be watched."""
    return stack.kind == "training" and stack.status not in _GONE


def minutes_left(stack: Stack, now: datetime) -> int | None:
    """Return the minutes until a training ends; negative if overdue, None without an end time."""
    return None if stack.expires is None else int((stack.expires - now).total_seconds() // 60)


def price(stack: Stack) -> float | None:
    """Return the hourly list price of a training; None if unknown (spot prices change)."""
    if stack.kind != "training" or stack.market == "spot":
        return None
    region = stack.id.split(":")[3] if stack.id.startswith("arn:") else ""
    cost = prices.most(stack.instance_type, region, _MINUTE)
    return None if cost is None else cost.usd_per_hour


def cost_so_far(stack: Stack, now: datetime) -> float | None:
    """Return the cost of a training so far at the list price, USD; None if the price is unknown."""
    usd = price(stack)
    return None if usd is None else usd * max(0.0, (now - stack.created).total_seconds()) / 3600
