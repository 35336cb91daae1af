"""The preparation of a launch: its form, the checks of the board, their fixes, and the confirmation."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from dots_tui.app import launch_flow
from dots_tui.app.blocking import in_thread
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.base import Part
from dots_tui.ui.panes.stacks import launch_fixes, stack_words
from dots_tui.ui.panes.stacks import port as stacks_port
from dots_tui.ui.panes.stacks.best_prices import BestPrices
from dots_tui.ui.panes.stacks.forms import LaunchForm
from dots_tui.ui.panes.stacks.launch_board import CheckHighlighted, LaunchBoard, verdict
from dots_tui.ui.panes.stacks.plan_box import PlanBox
from dots_tui.ui.panes.stacks.selected_check import ChoicesChanged, SelectedCheck
from dots_tui.ui.widgets.dialogs import Choose

if TYPE_CHECKING:
    from dots_tui.app.price_book import PriceBook
    from dots_tui.app.stack_listing import StackListing
    from dots_tui.aws.checks.result import CheckResult
    from dots_tui.aws.launch_plan import LaunchChoices, LaunchPlan
    from dots_tui.ui.panes.stacks.port import StacksPort

_SAVE, _AS_SAVED, _CANCEL = "Save all and continue", "Continue with the saved files", "Cancel"


def _needs_base(part: LaunchPreparation) -> str:
    if part.workspace.files is None:
        return "no custom files are open (1 opens them)"
    if part.workspace.operation:
        return f"{part.workspace.operation} is still under way"
    return "" if part.listing.bases else "there is no complete base stack yet (b creates one)"


def _needs_plan(part: LaunchPreparation) -> str:
    if part.choices is None:
        return "no launch is prepared (n prepares one)"
    return "" if part.plan is not None else "the checks have not all ended yet"


def _needs_go(part: LaunchPreparation) -> str:
    return _needs_plan(part) or ("a check says no-go" if part.plan is not None and part.plan.blocked else "")


GO = Command("stacks.go", "Launch", "Launch the planned training.", "y", "go", needs=_needs_go, changes=True)
FOLD = Command(
    "stacks.fold",
    "Plan",
    "Switch between the checks and the plan if there is no room for both.",
    "v",
    "fold",
    needs=_needs_plan,
)
NEW = Command("stacks.new", "New run", "Plan and launch a training with the open files.", "n", "new", needs=_needs_base)


class PreparationChanged(Message):
    """A launch is prepared now, or none is prepared any more."""


class LaunchPreparation(Part, Horizontal):
    """The launch that is prepared. It creates nothing before the command `stacks.go`."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (GO, FOLD, NEW)

    def __init__(self, listing: StackListing, prices: PriceBook, port: StacksPort) -> None:
        super().__init__(id="launch")
        self.listing, self._prices, self._port = listing, prices, port
        self._turn = 0
        self.board = LaunchBoard(id="launch-board", classes="box")
        self._best = BestPrices(listing, prices, port)
        self._plan_box = PlanBox()
        self._selected = SelectedCheck(self.board, listing, port)
        self.choices: LaunchChoices | None = None
        """The choices; None if no launch is prepared."""
        self.plan: LaunchPlan | None = None
        """The plan; None before all checks have ended."""

    def compose(self) -> ComposeResult:
        with Vertical(id="launch-left"):
            yield self.board
            yield self._selected
        with Vertical(id="launch-right"):
            yield self._best
            yield self._plan_box

    # -- the board ------------------------------------------------------------------------------------

    def begin(self, choices: LaunchChoices) -> None:
        """Run the checks of a launch with these choices; each result is shown as soon as it is known."""
        from dots_tui.aws.checks import CHECKS

        self._turn += 1
        self.choices, self.plan = choices, None
        self.board.begin([(check.topic, check.title) for check in CHECKS])
        self.board.border_title = f"launch {choices.name} ─ go / no-go"
        self._port.say("")
        self.post_message(PreparationChanged())
        self.board.focus()
        self._show_verdict()
        self._check(choices, self._turn)
        self._best.update_prices()

    def again(self) -> None:
        """Run the checks again, for example after a change of the budget."""
        if self.choices is not None:
            self.begin(self.choices)

    @work(exclusive=True, group="checks")
    async def _check(self, choices: LaunchChoices, turn: int) -> None:
        own_base = any(stack.ours for stack in self.listing.stacks if stack.name == choices.base)
        try:
            plan = await in_thread(
                partial(
                    launch_flow.plan_launch,
                    self.workspace,
                    choices,
                    folder=None if own_base else Path.cwd(),
                    tell=partial(self.call_later, self._show_result, turn),
                    cancelled=lambda: self._turn != turn,
                ),
                name="plan",
            )
        except Exception as error:  # noqa: BLE001 - shown, whatever it is
            self.drop()
            self._port.blame(error)
            return
        self.plan = plan
        self.board.show(plan.lines)
        self._show_verdict()

    def _show_result(self, turn: int, line: CheckResult) -> None:
        if self._turn == turn and self.plan is None and self.choices is not None:
            self.board.tell(line)
            self._show_verdict()

    def _show_verdict(self) -> None:
        self.board.border_subtitle = verdict(self.plan, self.board.known)
        self.set_class(self.plan is not None and not self.plan.blocked, "-go")
        self.set_class(self.plan is not None and self.plan.blocked, "-no-go")
        self._show_parts()

    def _show_parts(self) -> None:
        self._best.show_for(self.choices)
        self._plan_box.show(self.plan)
        self._selected.show(self.choices, self.plan)

    @on(CheckHighlighted)
    def _show_details(self) -> None:
        self._selected.show(self.choices, self.plan)

    @on(ChoicesChanged)
    def _begin_again(self, changed: ChoicesChanged) -> None:
        self.begin(changed.choices)

    def drop(self) -> None:
        """Cancel the preparation."""
        self._turn += 1
        self.choices = self.plan = None
        self.remove_class("-go", "-no-go", "-plan")
        self._show_parts()
        self._port.say("")
        self.post_message(PreparationChanged())

    def back(self) -> None:
        """Return from the plan to the checks, else cancel the preparation."""
        if self.has_class("-plan"):
            self.action_fold()
        else:
            self.drop()

    # -- commands -------------------------------------------------------------------------------------

    def action_new(self) -> None:
        self._port.start(self._prepare())

    async def _prepare(self) -> None:
        """Ask about unsaved files and for the choices, then run the checks."""
        settings, unsaved = self.workspace.settings, self.workspace.unsaved()
        if unsaved:
            body = f"{', '.join(unsaved)}: the launch uploads the saved files."
            options = [(word, word) for word in (_SAVE, _AS_SAVED, _CANCEL)]
            choice = await self.app.push_screen_wait(Choose("Unsaved changes", options, body=body))
            if choice not in (_SAVE, _AS_SAVED) or (choice == _SAVE and not self._saved(unsaved)):
                return
        bases, region, taken = self.listing.bases, self.listing.region, self.listing.names
        kind = launch_flow.instance_type(self.workspace)
        budget = self._prices.budget_minutes(region, kind)
        preset = launch_flow.preset(self.workspace, bases, taken, budget or settings.ttl_minutes)
        types = stack_words.instance_types(kind)
        choices = await self.app.push_screen_wait(
            LaunchForm(bases, types, preset, taken, partial(stack_words.maximum_cost, region))
        )
        if choices is not None:
            launch_flow.remember(self.workspace, choices)
            self.begin(choices)

    def _saved(self, names: list[str]) -> bool:
        """Save these files. Return False, and show the problem, if one cannot be saved."""
        problem = launch_fixes.save_files(self.workspace, names)
        if problem:
            self.notify(problem, title="Not saved", severity="error", timeout=10)
        self.host.refresh_marks()
        return not problem

    def action_go(self) -> None:
        plan = self.plan
        if plan is not None and not plan.blocked:
            self.drop()
            self._port.start(self._launch(plan))

    async def _launch(self, plan: LaunchPlan) -> None:
        name, workspace, poll_s = plan.choices.name, self.workspace, stacks_port.POLL_SECONDS
        assert workspace.files is not None
        port = self._port
        end = await launch_flow.launch(port, workspace.aws, plan, workspace.files, failed=port.blame, poll_s=poll_s)
        if end.problem is None:
            workspace.launched(name)
            port.say(stack_words.is_up(name))
        elif end.again is not None:
            self.begin(replace(end.again, even_so=False, templates=""))

    def action_fold(self) -> None:
        self.toggle_class("-plan")
        self.focus_board()

    def focus_board(self) -> None:
        """Focus the board, or this container if the plan hides the board: the keys of the pane stay active."""
        hidden = self.has_class("-plan") and not self.screen.has_class("-wide")
        self.can_focus = hidden
        (self if hidden else self.board).focus()
