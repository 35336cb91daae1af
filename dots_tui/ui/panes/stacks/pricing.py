"""The prices of the Stacks pane: asked for beside the interface, kept for a while, chosen from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from dots_tui.app.runs.stack_facts import price
from dots_tui.ui.background import Job, in_background
from dots_tui.ui.panes.stacks.prices import PricesScreen

if TYPE_CHECKING:
    from dots_tui.aws.market import Market, Price
    from dots_tui.aws.stacks import Stack
    from dots_tui.ui.panes.stacks.pane import StacksPane

_GOOD_FOR = timedelta(minutes=5)
"""Spot prices change a few times a day; asking again sooner tells nothing new."""
NEARBY = ("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1")
"""Looked at beside the region in use when no regions were chosen: where GPU instances are had and often cheap."""


class Prices:
    """What ``pane`` knows of prices. ``market`` is None until they are there; ``word`` says why."""

    def __init__(self, pane: StacksPane) -> None:
        self._pane = pane
        self._job: Job | None = None
        self._showing = False
        self.market: Market | None = None
        self.word = "Prices are asked for …"

    def want(self) -> None:
        """See to it that there are prices that are not old."""
        fresh = self.market is not None and datetime.now(timezone.utc) - self.market.asked < _GOOD_FOR
        if fresh or self._job is not None:
            return
        pane = self._pane

        def ask(_: Job) -> Market:
            from dots_tui.aws.account import chosen_regions
            from dots_tui.aws.market import look

            aws = pane.workspace.aws()
            setting = pane.workspace.settings.regions or ",".join(NEARBY)
            return look(aws, chosen_regions(setting, aws.region))

        self._job = in_background(pane, ask, self._known, self._unknown, name="prices")

    def forget(self) -> None:
        """Another account or other regions: what is known is another's."""
        if self._job is not None:
            self._job.cancel()
        self._job, self.market = None, None

    def show(self) -> None:
        """The table, as soon as there are prices."""
        self._showing = True
        self.want()
        if self.market is not None:
            self._open(self.market)
        else:
            self._pane.say(self.word)

    def _known(self, market: Market) -> None:
        self._job, self.market = None, market
        self._pane.launching.show_prices()
        if self._showing:
            self._pane.say("")
            self._open(market)

    def _unknown(self, error: Exception) -> None:
        self._job = None
        self.word = f"No prices: {getattr(error, 'what', '') or error}"
        self._pane.launching.show_prices()
        if self._showing:
            self._showing = False
            self._pane.blame(error)

    def _open(self, market: Market) -> None:
        self._showing = False
        answers = self._pane.launching.answers
        wanted = answers.market if answers is not None else "spot"
        self._pane.app.push_screen(PricesScreen(market, wanted), self._chosen)

    def _chosen(self, answer: tuple[Price, str] | None) -> None:
        """The row fills the launch form, or the launch that is prepared; in another region after going there."""
        if answer is None:
            return
        (row, wanted), pane = answer, self._pane
        pane.workspace.settings_file.update(instance_type=row.type, market=wanted)
        answers = pane.launching.answers
        if row.region != pane.aws_region:
            pane.when_asked = lambda: pane.action_command("stacks.new")
            pane.notify(f"Launches go to {row.region} now; @ changes that.", timeout=6)
            pane.host.use_account(region=row.region)
        elif answers is not None:
            pane.launching.begin(replace(answers, instance_type=row.type, market=wanted))
        else:
            pane.action_command("stacks.new")

    def of(self, stack: Stack) -> float | None:
        """What a training costs an hour: the list price, else that of now; None when neither is known."""
        if stack.kind != "training":
            return None
        listed = price(stack)
        return listed if listed is not None else self.usd_per_hour(stack.region, stack.instance_type, stack.market)

    def usd_per_hour(self, region: str, instance_type: str, market: str) -> float | None:
        """What an instance costs an hour now, with its disk and address; None when that is not known."""
        from dots_tui.aws import prices

        row = self.market.row(region, instance_type, market) if self.market is not None else None
        price = row.of(market) if row is not None else None
        if price is not None:
            return prices.per_hour(price)
        if market == "spot" or region != prices.REGION or instance_type not in prices.ON_DEMAND_USD_PER_HOUR:
            return None
        return prices.per_hour(prices.ON_DEMAND_USD_PER_HOUR[instance_type])
