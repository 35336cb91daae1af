"""The current prices of GPU instances, kept for a few minutes."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from dots_tui.app.blocking import in_thread
from dots_tui.app.runs.stack_facts import price
from dots_tui.problems import problem_of

if TYPE_CHECKING:
    from dots_tui.app.workspace import Workspace
    from dots_tui.aws.market import Market
    from dots_tui.aws.stacks import Stack

_GOOD_FOR = timedelta(minutes=5)
"""Spot prices change a few times a day, so a new request sooner would return the same prices."""
NEARBY = ("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1")
"""Regions to compare if the user has chosen none: GPU instances are available and often cheap there."""


class PriceBook:
    """The prices of the chosen regions. It changes only on the event loop."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._request: asyncio.Task[Market] | None = None
        self.market: Market | None = None
        """The last known prices; None before the first answer."""
        self.state = "Asking for prices …"
        """Why `market` is None, as a sentence."""

    async def refresh(self) -> Market:
        """Return prices at most five minutes old; several callers share one request. Raises AwsProblem."""
        if self.market is not None and datetime.now(timezone.utc) - self.market.asked < _GOOD_FOR:
            return self.market
        if self._request is None:
            self._request = asyncio.create_task(in_thread(self._ask, name="prices"))
        request = self._request
        try:
            market = await asyncio.shield(request)
        except Exception as error:
            if self._request is request:
                self._request, self.state = None, f"No prices: {problem_of(error).what}"
            raise
        if self._request is request:
            self._request, self.market = None, market
        return market

    def _ask(self) -> Market:
        from dots_tui.aws.account import chosen_regions
        from dots_tui.aws.market import look

        aws = self._workspace.aws()
        return look(aws, chosen_regions(self._workspace.settings.regions or ",".join(NEARBY), aws.region))

    def forget(self) -> None:
        """Forget the prices, because they belong to another account or to other regions."""
        self._request, self.market = None, None

    def usd_of(self, stack: Stack) -> float | None:
        """Return the hourly price of a training: the list price, else the current one; None if neither is known."""
        if stack.kind != "training":
            return None
        listed = price(stack)
        return listed if listed is not None else self.usd_per_hour(stack.region, stack.instance_type, stack.market)

    def usd_per_hour(self, region: str, instance_type: str, market: str) -> float | None:
        """Return the current hourly price of an instance with its disk and address; None if unknown."""
        from dots_tui.aws import prices

        row = self.market.row(region, instance_type, market) if self.market is not None else None
        usd = row.of(market) if row is not None else None
        if usd is None and market != "spot" and region == prices.REGION:
            usd = prices.ON_DEMAND_USD_PER_HOUR.get(instance_type)
        return None if usd is None else prices.per_hour(usd)

    def budget_minutes(self, region: str, instance_type: str) -> int:
        """Return the time to live in minutes that the user's budget pays for; 0 without a budget or a price.

        The price is on-demand, the maximum for a spot instance.
        """
        from dots_tui.aws.launch_plan import DELETE_AFTER_MINUTES, LONGEST_MINUTES
        from dots_tui.aws.prices import minutes_for

        budget = self._workspace.settings.budget
        usd = self.usd_per_hour(region, instance_type, "standard") if budget else None
        return min(minutes_for(float(budget), usd, DELETE_AFTER_MINUTES), LONGEST_MINUTES) if usd else 0
