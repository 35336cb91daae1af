"""The best prices beside the board of a launch, and the table of all prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.message import Message
from textual.widgets import Static

from dots_tui.ui.commands import Command
from dots_tui.ui.panes.base import Part
from dots_tui.ui.panes.stacks.price_table import PricesScreen
from dots_tui.ui.widgets.glyphs import ascii_only, glyph

if TYPE_CHECKING:
    from dots_tui.app.price_book import PriceBook
    from dots_tui.app.stack_listing import StackListing
    from dots_tui.aws.launch_plan import LaunchChoices
    from dots_tui.aws.market import Price
    from dots_tui.ui.panes.stacks.port import StacksPort

PRICES = Command(
    "stacks.prices", "Prices", "Show current GPU prices by zone; the chosen one fills the form.", "p", "prices"
)
_BEST = 5


class PriceChosen(Message):
    """The user has chosen `price` in `market` (standard or spot)."""

    def __init__(self, price: Price, market: str) -> None:
        super().__init__()
        self.price, self.market = price, market


class BestPrices(Part, Static):
    """The cheapest instance types per worker and hour. It owns the table of prices."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (PRICES,)

    def __init__(self, listing: StackListing, prices: PriceBook, port: StacksPort) -> None:
        super().__init__(id="launch-prices", classes="box")
        self._listing, self._prices, self._port = listing, prices, port
        self._choices: LaunchChoices | None = None

    def show_for(self, choices: LaunchChoices | None) -> None:
        """Show the best prices for a launch with these choices; None if no launch is prepared."""
        self._choices = choices
        market = self._prices.market
        if choices is None:
            return
        self.border_title = f"{choices.market}, USD per worker-hour"
        if market is None:
            self._show([], None, choices.market)
            return
        chosen = market.row(self._listing.region, choices.instance_type, choices.market)
        self._show(market.cheapest(choices.market, _BEST), chosen, choices.market)

    def _show(self, rows: list[Price], chosen: Price | None, market: str) -> None:
        every = [*rows, *([chosen] if chosen is not None and chosen not in rows else [])]
        mark = glyph("cursor", ascii_only(self.app))
        places = [row.zone if market == "spot" else row.region for row in every]
        widths = max(map(len, places), default=0), max((len(row.type) for row in every), default=0)
        lines = []
        for row, place in zip(every, places):
            per_worker = row.per_worker(market)
            price = "" if per_worker is None else f"{per_worker:.3f}"
            band = row.band if market == "spot" else ""
            line = f"{place:<{widths[0]}} {row.type:<{widths[1]}} {row.workers:>2} w {price:>6} {band}".rstrip()
            lines.append((f"{mark if row == chosen else ' '}{line}\n", "bold" if row == chosen else ""))
        self.border_subtitle = f"{mark} chosen" if chosen is not None else ""
        text = Text.assemble(*lines) if lines else Text(self._prices.state, "dim")
        text.rstrip()
        self.styles.text_wrap = "nowrap" if lines else "wrap"
        self.update(text)

    def update_prices(self) -> None:
        """Ask for prices if the known ones are old."""
        self._port.start(self._update(), group="prices")

    async def _update(self) -> None:
        try:
            await self._prices.refresh()
        except Exception:  # noqa: BLE001 - `state` has the reason, which is shown
            self.log("prices", self._prices.state)
        self.show_for(self._choices)

    def action_prices(self) -> None:
        self._port.start(self._choose(), group="prices-table", exclusive=True)

    async def _choose(self) -> None:
        if self._prices.market is None:
            self._port.say(self._prices.state)
        try:
            market = await self._prices.refresh()
        except Exception as error:  # noqa: BLE001 - shown, whatever it is
            self._port.blame(error)
            return
        finally:
            self.show_for(self._choices)
        self._port.say("")
        wanted = self._choices.market if self._choices is not None else "spot"
        answer = await self.app.push_screen_wait(PricesScreen(market, wanted))
        if answer is not None:
            self.post_message(PriceChosen(*answer))
