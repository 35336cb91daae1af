"""The stacks of the account: the list, its summary, the selected stack, and the operation in progress."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from dots_tui.app.price_book import PriceBook
from dots_tui.app.runs.stack_facts import is_running
from dots_tui.app.stack_listing import StackListing
from dots_tui.app.stack_phases import StackPhases
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.base import Part
from dots_tui.ui.panes.stacks import stack_words
from dots_tui.ui.panes.stacks.notice import StacksNotice
from dots_tui.ui.panes.stacks.port import StacksPort
from dots_tui.ui.panes.stacks.progress import OperationEnded, OperationStarted, StackProgress
from dots_tui.ui.panes.stacks.selected_stack import SelectedStack
from dots_tui.ui.panes.stacks.stack_list import StackHighlighted, StackList
from dots_tui.ui.panes.stacks.summary import StackSummary

if TYPE_CHECKING:
    from dots_tui.app.port import Operation
    from dots_tui.app.workspace import Workspace
    from dots_tui.aws.stacks import Stack

REFRESH_SECONDS = 15.0
_PATIENCE_S = 60.0
"""Seconds without an answer after which the question is repeated."""
_HIDDEN_REFRESH = 4
"""The stacks are listed every Nth time while another pane is active, because the status bar shows their cost."""

REFRESH = Command("stacks.refresh", "Refresh", "Ask AWS again.", "r", "refresh", show=False)


class StacksListed(Message):
    """AWS has listed the stacks."""


class StackOverview(Part, Vertical):
    """The list of stacks with everything about them. It asks AWS for the list again and again."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (REFRESH,)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(id="stacks-overview")
        self.listing, self.prices = StackListing(workspace), PriceBook(workspace)
        self._phases = StackPhases(workspace)
        self._notice = StacksNotice(self.listing)
        self.port = StacksPort(self, self._follow, self.say, self.blame)
        self._list = StackList(id="stacks-list", classes="box")
        self.summary = StackSummary(workspace, self.listing, self.port)
        self.progress = StackProgress(self.listing, self.port, self.refresh_stacks)
        self._details = SelectedStack(self._list, self.listing, self.prices, self.port, self.progress)
        self._wanted = ""
        self._turns = 0
        self._was_listed = False

    def compose(self) -> ComposeResult:
        yield Static(id="stacks-empty")
        yield self._list
        yield self.summary
        yield Static(id="stacks-said")
        with Horizontal(id="stacks-below"):
            yield self.progress
            yield self._details

    def on_mount(self) -> None:
        self._list.border_title = "stacks"
        self._list.price_of, self._list.progress_of = self.prices.usd_of, self._progress_of
        self._list.words_of = lambda stack: self.workspace.runs.words(stack.id)
        self._arrange()
        self.set_interval(REFRESH_SECONDS, self._refresh_now_and_then)
        self.set_interval(1.0, self._tick)

    @property
    def selected(self) -> Stack | None:
        """The stack under the cursor."""
        return self._list.selected

    def _progress_of(self, stack: Stack) -> str:
        """Return how far AWS is with a stack ("3 of 9"), else the phase that its instance reports."""
        done, total = self.progress.events.progress
        if stack.name == self.progress.stack and done < total:
            return f"{done} of {total}"
        return self._phases.cell(stack)

    # -- the list -------------------------------------------------------------------------------------

    async def refresh_stacks(self) -> None:
        """List the stacks and show them. A problem is shown, not raised."""
        await self.listing.refresh()
        if not self.is_running:
            return
        if self.listing.problem is None:
            self.show_stacks()
        self._arrange()

    def update_stacks(self) -> None:
        """List the stacks in the background."""
        self.port.start(self.refresh_stacks())

    @property
    def needs_prices(self) -> bool:
        """True if the hourly price of a training is unknown."""
        return any(is_running(stack) and self.prices.usd_of(stack) is None for stack in self.listing.stacks)

    def show_stacks(self) -> None:
        """Show the stacks as they were listed last."""
        stacks = self.listing.stacks
        self._list.set_stacks(stacks)
        self.summary.update_line()
        if self._wanted and self._list.select(self._wanted):
            self._wanted = ""
        if self.listing.region:
            self.workspace.stacks_listed([stack.name for stack in stacks], base_ready=bool(self.listing.bases))
        self._tick()
        self.post_message(StacksListed())
        if self.listing.region and not self._was_listed:
            self._was_listed = True
            self.progress.continue_operations()

    def _refresh_now_and_then(self) -> None:
        self._turns += 1
        if not self.listing.answered and self.listing.waiting_s < _PATIENCE_S:
            return
        pane_shown = bool(self.parent and self.parent.display)
        if pane_shown or (self.listing.stacks and self._turns % _HIDDEN_REFRESH == 0):
            self.update_stacks()

    def _tick(self) -> None:
        """Update the remaining time and the phases, which change between two answers of AWS."""
        now, stacks, price_of = datetime.now(timezone.utc), self.listing.stacks, self.prices.usd_of
        self.host.set_status("run", stack_words.run_status(stacks, now, price_of))
        self.host.set_status("cost", stack_words.cost_in_all(stacks, now, price_of))
        self._list.tick()
        if self._phases.due(stacks):
            self.port.start(self._look_at_phases())
        self._show_details()
        if not self.listing.answered:
            self._arrange()  # shows the seconds without an answer

    async def _look_at_phases(self) -> None:
        for stack, reason in await self._phases.refresh(self.listing.stacks):
            self.progress.report_failure(stack, reason)

    @on(StackHighlighted)
    def _show_details(self) -> None:
        self.set_class(self.selected is not None, "-selected")
        self._details.show(self._phases)

    # -- messages -------------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Show a message below the list until another one replaces it; "" removes it."""
        self._notice.say(text)
        self._arrange()

    def blame(self, error: Exception) -> None:
        """Show a problem and its advice below the list."""
        self._notice.blame(error)
        self._arrange()

    def _arrange(self) -> None:
        """Show the parts that have content, and give them the space of the others."""
        empty = not self.listing.stacks and not self.progress.shown
        self.set_class(empty, "-empty")
        self.set_class(self.progress.shown, "-operating")
        self.progress.events.border_subtitle = "" if self.progress.busy else "esc closes"
        content = self._notice.content()
        self.query_one("#stacks-empty" if empty else "#stacks-said", Static).update(content)
        said = self.query_one("#stacks-said")
        said.set_class(not content, "-nothing")
        said.set_class(self._notice.only_a_hint, "-hint")

    # -- operations -----------------------------------------------------------------------------------

    async def _follow(self, operation: Operation) -> None:
        await self.progress.follow(operation)

    @on(OperationStarted)
    def _select_stack(self, started: OperationStarted) -> None:
        self._wanted = started.stack

    @on(OperationEnded)
    def _look_for_orphans(self) -> None:
        self.summary.look_for_orphans()

    def action_refresh(self) -> None:
        if self.listing.problem is not None:
            self.workspace.log_in_again()  # credentials and region may have been set in another terminal
        self.listing.retry()
        self.say("")
        self.update_stacks()

    def forget(self) -> None:
        """Forget everything about the account, because another one is in use, and list its stacks."""
        self.prices.forget()
        self.summary.orphans.forget()
        self.listing.forget()
        self.show_stacks()
        self.action_refresh()
