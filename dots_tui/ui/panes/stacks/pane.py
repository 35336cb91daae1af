"""The Stacks pane: the stacks of the account, and the preparation of a launch."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from dots_tui.ui.commands import Command, bindings
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.panes.requests import StopTraining
from dots_tui.ui.panes.stacks.best_prices import PRICES, BestPrices, PriceChosen
from dots_tui.ui.panes.stacks.launch_board import CheckChosen
from dots_tui.ui.panes.stacks.overview import REFRESH, StackOverview, StacksListed
from dots_tui.ui.panes.stacks.plan_box import CLI, PlanBox
from dots_tui.ui.panes.stacks.preparation import FOLD, GO, NEW, LaunchPreparation, PreparationChanged
from dots_tui.ui.panes.stacks.progress import IMAGES, StackProgress
from dots_tui.ui.panes.stacks.selected_check import FIX, FixElsewhere, SelectedCheck
from dots_tui.ui.panes.stacks.selected_stack import BASE, DELETE, EXTEND, STOP, WATCH, SelectedStack
from dots_tui.ui.panes.stacks.stack_list import StackChosen, StackList
from dots_tui.ui.panes.stacks.summary import ORPHANS, StackSummary

_OF_LAUNCH, _OF_LIST = (GO, FIX, FOLD, CLI), (EXTEND, STOP, DELETE, WATCH)
"""Commands of the two states of the pane: a launch is prepared, or none is."""
_LIST_PARTS = (StackOverview, StackSummary, SelectedStack, StackProgress)
_LAUNCH_PARTS = (LaunchPreparation, SelectedCheck, BestPrices, PlanBox)


class StacksPane(Pane):
    """The overview of the stacks, and below it the launch that is prepared."""

    TITLE = "Stacks"
    HELP_TEXT = (
        "The base stack is created once: a bucket, a role, and access for your address. A training stack rents the "
        "GPU instance of one run. Before a launch you see what is created and what it can cost at most; nothing is "
        "created before you confirm. Stop saves the model first; delete saves nothing."
    )
    # In the order of the footer, where a narrow terminal shows only the first ones.
    ACTIONS: ClassVar[tuple[Command, ...]] = (
        *_OF_LAUNCH,
        NEW,
        *_OF_LIST,
        BASE,
        PRICES,
        ORPHANS,
        IMAGES,
        REFRESH,
    )
    BINDINGS = bindings(ACTIONS)
    PARTS = (*_LIST_PARTS, *_LAUNCH_PARTS)

    def __init__(self) -> None:
        super().__init__()
        self._when_listed: Command | None = None

    def compose(self) -> ComposeResult:
        overview = StackOverview(self.workspace)
        yield overview
        yield LaunchPreparation(overview.listing, overview.prices, overview.port)

    @property
    def overview(self) -> StackOverview:
        """The list of stacks and everything about them."""
        return self.query_one(StackOverview)

    @property
    def preparation(self) -> LaunchPreparation:
        """The launch that is prepared."""
        return self.query_one(LaunchPreparation)

    def shown(self) -> None:
        self.preparation.focus_board() if self.preparing else self.query_one(StackList).focus()
        self.overview.update_stacks()

    def account_changed(self) -> None:
        if self.preparing:
            self.preparation.drop()
        self.overview.forget()

    def budget_changed(self) -> None:
        self.preparation.again()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the commands of a launch while one is prepared, and those of the list while none is."""
        for command in (*_OF_LAUNCH, *_OF_LIST):
            if parameters == (command.id,) and (command in _OF_LAUNCH) != self.preparing:
                return False
        return super().check_action(action, parameters)

    @property
    def preparing(self) -> bool:
        """True if a launch is prepared."""
        return any(preparation.choices is not None for preparation in self.query(LaunchPreparation))

    def key_escape(self) -> None:
        """Leave the preparation of a launch, else hide the events of an operation that has ended."""
        if self.preparing:
            self.preparation.back()
        elif not self.query_one(StackProgress).busy:
            self.query_one(StackProgress).close()

    @on(PreparationChanged)
    def _show_preparation(self) -> None:
        self.set_class(self.preparing, "-launching")
        self.refresh_bindings()
        if not self.preparing and self.display:
            self.shown()

    @on(StacksListed)
    def _use_stacks(self) -> None:
        self.refresh_bindings()
        if self.overview.needs_prices:
            self.query_one(BestPrices).update_prices()
        if self._when_listed is not None and self.overview.listing.region:
            command, self._when_listed = self._when_listed, None
            self.run_command(command)

    @on(PriceChosen)
    def _use_price(self, chosen: PriceChosen) -> None:
        """Use a price in the launch that is prepared, else in a new one; in another region, go there first."""
        price, choices = chosen.price, self.preparation.choices
        self.workspace.settings_file.update(instance_type=price.type, market=chosen.market)
        if price.region != self.overview.listing.region:
            self._when_listed = NEW
            self.notify(f"Launches go to {price.region} now; @ changes that.", timeout=6)
            self.host.use_account(region=price.region)
        elif choices is not None:
            self.preparation.begin(replace(choices, instance_type=price.type, market=chosen.market))
        else:
            self.run_command(NEW)

    @on(FixElsewhere)
    def _fix(self, fix: FixElsewhere) -> None:
        if fix.remedy.kind == "bake":
            self.preparation.drop()
            self.query_one(StackProgress).bake(fix.base)
        elif fix.remedy.kind == "type":
            self.run_command(PRICES)
        elif fix.remedy.kind == "base":
            self.run_command(BASE)

    @on(CheckChosen)
    def _fix_check(self) -> None:
        self.run_command(FIX)

    @on(StackChosen)
    def _watch_stack(self) -> None:
        stack = self.overview.selected
        if stack is not None and stack.kind == "training":
            self.run_command(WATCH)

    @on(StopTraining)
    def _stop_training(self, request: StopTraining) -> None:
        self.query_one(SelectedStack).stop(request.name, request.asked_in)
