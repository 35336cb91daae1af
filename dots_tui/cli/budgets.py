"""Conversion of a budget to the time to live it pays for, for the commands that launch."""

from __future__ import annotations

from dots_tui.aws import market
from dots_tui.aws.launch_plan import DELETE_AFTER_MINUTES, LONGEST_MINUTES
from dots_tui.aws.prices import minutes_for
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.cli.telling import say

DEFAULT_MINUTES = 60


def time_to_live(aws: Aws, instance_type: str, ttl: int | None, budget: float | None) -> int:
    """Return the minutes of a launch: `ttl` if given, else the time that `budget` (USD) pays for, else an hour.

    The price is on-demand, the maximum for a spot instance, and includes the minutes until the
    stack's last safety stop. Raise AwsProblem `bad-budget` if the budget pays for no minute,
    `no-price` if no price is known.
    """
    if budget is None:
        return DEFAULT_MINUTES if ttl is None else ttl
    if not 0 < budget < float("inf"):
        raise AwsProblem(
            "bad-budget", f"A budget of {budget:g} USD is none.", "Give more than 0, such as --budget 2.50."
        )
    if ttl is not None:
        return ttl  # the board reports whether the budget is sufficient
    cost = market.most(aws, instance_type, 60)
    if cost is None:
        raise AwsProblem(
            "no-price",
            f"It is not known what {instance_type} costs in {aws.region}, so the budget cannot become a time to live.",
            "Say how long it may run: --ttl MIN.",
        )
    minutes = min(minutes_for(budget, cost.usd_per_hour, DELETE_AFTER_MINUTES), LONGEST_MINUTES)
    if minutes < 1:
        least = (DELETE_AFTER_MINUTES + 1) * cost.usd_per_hour / 60
        raise AwsProblem(
            "bad-budget",
            f"{budget:.2f} USD pay for no minute of {instance_type}: the least is {least:.2f} USD.",
            "Raise the budget or choose a cheaper type: dots-tui prices lists them.",
        )
    say(f"The budget of {budget:.2f} USD pays for {minutes} min at {cost.usd_per_hour:.3f} USD an hour ({cost.basis}).")
    return minutes
