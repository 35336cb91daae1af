"""The Stacks pane: what there is and what it costs, launching, stopping, deleting, and the events of all that."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Callable, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from dots_tui.app import extend_flow, stop_flow
from dots_tui.app.base_flow import NEW, BaseFlow
from dots_tui.app.milestones import Milestone
from dots_tui.app.orphan_search import OrphanSearch
from dots_tui.app.runs.stack_facts import is_running
from dots_tui.ui.commands import Command, bindings
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.panes.requests import StopTraining
from dots_tui.ui.panes.stacks import after as stacks_after
from dots_tui.ui.panes.stacks import operations as stacks_operations
from dots_tui.ui.panes.stacks import view
from dots_tui.ui.panes.stacks.asking import REFRESH_SECONDS, Asking
from dots_tui.ui.panes.stacks.commands import OF_LAUNCH, OF_LIST, STACK_COMMANDS, StackActions
from dots_tui.ui.panes.stacks.launch import create_base
from dots_tui.ui.panes.stacks.launch_board import BestPrices, LaunchBoard, LineDetails, PlanBox
from dots_tui.ui.panes.stacks.launching import Launching
from dots_tui.ui.panes.stacks.list import StackDetails, StackList
from dots_tui.ui.panes.stacks.operations import Operations
from dots_tui.ui.panes.stacks.phases import StackPhases
from dots_tui.ui.panes.stacks.port import StacksPort
from dots_tui.ui.panes.stacks.pricing import Prices
from dots_tui.ui.panes.stacks.telling import Telling
from dots_tui.ui.widgets.event_tree import StackEvents

if TYPE_CHECKING:
    from dots_tui.app.port import Operation
    from dots_tui.aws.session import Aws
    from dots_tui.aws.stacks import Stack


class StacksPane(StackActions, Pane):
    """The stacks above; below the events of what is under way, and what is known about the selected stack."""

    TITLE = "Stacks"
    HELP_TEXT = (
        "The base stack is created once: a bucket, a role, and access for your address. A training stack rents the "
        "GPU instance of one run. Before a launch you see what is created and what it can cost at most; nothing is "
        "created before you confirm. Stop saves the model first; delete saves nothing."
    )
    ACTIONS: ClassVar[tuple[Command, ...]] = STACK_COMMANDS
    BINDINGS = bindings(ACTIONS)

    def __init__(self) -> None:
        super().__init__()
        self.asking = Asking(self, self._show_stacks, self._arrange)
        """The stacks, as AWS told them last."""
        self.telling = Telling(self)
        self._picked_up = False
        self._wanted = ""
        self.when_asked: Callable[[], None] | None = None
        """Called once, after the next answer of AWS."""
        self.launching = Launching(self)
        """The launch that is prepared."""
        self.prices = Prices(self)
        self.port = StacksPort(self)
        """How flows ask, work and tell here."""
        self.orphans = OrphanSearch(self._aws)
        self._events = StackEvents(id="stacks-events", classes="box")
        self.phases = StackPhases(self, self._events)
        self.operations = Operations(self._events, self.say, self.refresh_stacks, self._under_way)
        """What is under way."""

    def compose(self) -> ComposeResult:
        yield Static(id="stacks-empty")
        yield StackList(id="stacks-list", classes="box")
        yield Static(id="stacks-line", markup=False)
        yield Static(id="stacks-said")
        with Horizontal(id="stacks-below"):
            yield self._events
            yield StackDetails(id="stacks-details", classes="box")
        with Horizontal(id="launch"):
            with Vertical(id="launch-left"):
                yield LaunchBoard(id="launch-board", classes="box")
                yield LineDetails(id="launch-line", markup=False)
            with Vertical(id="launch-right"):
                yield BestPrices(id="launch-prices", classes="box")
                yield PlanBox(id="launch-plan", classes="box")

    def on_mount(self) -> None:
        listing = self.query_one(StackList)
        listing.border_title = "stacks"
        listing.price_of, listing.progress_of = self.prices.of, self._progress
        listing.words_of = lambda stack: self.workspace.runs.words(stack.id)
        self.query_one(PlanBox).border_title = "plan"
        self._arrange()
        self.refresh_stacks()
        self.set_interval(REFRESH_SECONDS, self.asking.now_and_then)
        self.set_interval(1.0, self._tick)

    def on_unmount(self) -> None:
        self.operations.cancel()
        self.launching.cancel()

    def shown(self) -> None:
        (self.query_one(LaunchBoard) if self.launching.active else self.query_one(StackList)).focus()
        self.refresh_stacks()

    def account_changed(self) -> None:
        self.prices.forget()
        if self.launching.active:
            self.launching.drop()
        self.orphans.forget()
        self.asking.forget()
        self.action_refresh()

    def budget_changed(self) -> None:
        if self.launching.answers is not None:
            self.launching.again(self.launching.answers)

    # -- what is there --------------------------------------------------------------------------------

    @property
    def stacks(self) -> list[Stack]:
        """The stacks of the regions looked into."""
        return self.asking.stacks

    @property
    def aws_region(self) -> str:
        """The region in use; "" while that is not known."""
        return self.asking.region

    @property
    def busy(self) -> str:
        """What is under way, in words; "" when nothing is."""
        return self.operations.busy

    @property
    def selected(self) -> Stack | None:
        """The stack under the cursor."""
        return self.query_one(StackList).selected

    @property
    def bases(self) -> list[str]:
        """Names of the base stacks of the region in use that are complete."""
        here = [stack for stack in self.stacks if stack.kind == "base" and stack.region == self.aws_region]
        return [stack.name for stack in here if view.state(stack).word == "ready"]

    def _progress(self, stack: Stack) -> str:
        """How far AWS is with the stack that is worked on ("3 of 9"), else the phase that its instance reports."""
        done, total = self._events.progress
        if self.busy and stack.name == self.operations.stack and done < total:
            return f"{done} of {total}"
        return self.phases.cell(stack)

    def refresh_stacks(self) -> None:
        """Ask AWS for the stacks, beside the interface."""
        self.asking.ask()

    def _show_stacks(self) -> None:
        first, self._picked_up = not self._picked_up, True
        self.refresh_bindings()
        listing = self.query_one(StackList)
        listing.set_stacks(self.stacks)
        if self.aws_region and self.orphans.result is None:
            self.look_for_orphans()
        self.show_line()
        if any(is_running(stack) and self.prices.of(stack) is None for stack in self.stacks):
            self.prices.want()
        if self._wanted and listing.select(self._wanted):
            self._wanted = ""
        if self.aws_region:
            self.workspace.stacks_listed([stack.name for stack in self.stacks])
        if self.bases:
            self.workspace.milestones.add(Milestone.BASE_READY)
        self._arrange()
        self._tick()
        wanted, self.when_asked = self.when_asked, None
        if wanted is not None and self.aws_region:
            wanted()
        elif wanted is not None:
            self.when_asked = wanted
        if first:
            self.run_flow(stacks_after.pick_up(self, self.stacks))
            self.run_flow(stacks_after.name_cut_short(self))

    def _tick(self) -> None:
        """The time left runs on between two answers of AWS."""
        now = datetime.now(timezone.utc)
        self.host.set_status("run", view.run_status(self.stacks, now, self.prices.of))
        self.host.set_status("cost", view.cost_in_all(self.stacks, now, self.prices.of))
        self.query_one(StackList).tick()
        self.phases.look()
        self._show_details()
        if not self.asking.asked:
            self._arrange()  # which says for how long there has been no answer

    # -- what is shown --------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Tell something below the list; it stays until something else is told. "" takes it away."""
        self.telling.say(text)
        self._arrange()

    def show_line(self) -> None:
        """Base stack, access, orphans, and regions that are dark: one line below the list."""
        line = self.query_one("#stacks-line", Static)
        words = view.line_below(self.stacks, self.aws_region, self.workspace.settings.address, self.asking.dark)
        parts = [*words, *([self.orphans.words] if self.aws_region else [])]
        line.update("   ".join(parts))
        line.set_class(self.orphans.costs or bool(self.asking.dark), "-warning")

    def blame(self, error: Exception) -> None:
        """Tell what went wrong and what to do about it."""
        self.telling.blame(error)
        self._arrange()

    def _arrange(self) -> None:
        """Show what there is to show, and leave the rest of the pane to it."""
        operating = bool(self._events.border_title)
        empty = not self.stacks and not operating and not self.launching.active
        self.set_class(empty, "-empty")
        self.set_class(operating, "-operating")
        self._events.border_subtitle = "" if self.busy else "esc closes"
        message = self.telling.message()
        self.query_one("#stacks-empty" if empty else "#stacks-said", Static).update(message)
        said = self.query_one("#stacks-said")
        said.display = bool(message) and not empty and not (self.telling.only_a_hint and self.launching.active)

    @on(StackList.Moved)
    def _show_details(self) -> None:
        stack = self.selected
        self.set_class(stack is not None, "-selected")
        self.query_one(StackDetails).show(stack, self.stacks, self.prices.of, self.phases.details(stack))

    @on(LaunchBoard.Moved)
    def _show_line(self) -> None:
        self.launching.show_details()

    def key_escape(self) -> None:
        """What is prepared is dropped; what has ended need not be shown any longer."""
        if self.has_class("-plan"):
            self.remove_class("-plan")
            self.focus_launch()
        elif self.launching.active:
            self.launching.drop()
        elif not self.busy:
            self._events.border_title = ""
            self.say("")

    # -- flows ----------------------------------------------------------------------------------------

    @work()
    async def run_flow(self, flow: Coroutine[Any, Any, object]) -> None:
        """Run a flow to its end; what went wrong is told."""
        from dots_tui.aws.problems import AwsProblem

        try:
            await flow
        except AwsProblem as problem:
            self.blame(problem)

    async def operate(self, operation: Operation) -> None:
        """Follow an operation and show its events; the cursor goes to its stack. Then orphans are looked for anew."""
        self._wanted = operation.stack
        try:
            await self.operations.follow(operation)
        except Exception:
            self.look_for_orphans()
            raise
        self.look_for_orphans()

    @work(exclusive=True, group="orphans")
    async def look_for_orphans(self) -> None:
        """Look for orphans in all regions, and count them below the list."""
        from dots_tui.aws.problems import AwsProblem

        try:
            await self.orphans.search(self.port)
        except AwsProblem:
            self.log("orphans", self.orphans.problem)  # it is told in the line below the list
        self.show_line()

    @work(exclusive=True, group="orphans")
    async def show_orphans(self) -> None:
        """List the orphans as of now; the command that ends one is copied."""
        from dots_tui.aws.problems import AwsProblem

        try:
            command = await self.orphans.choose_command(self.port)
        except AwsProblem as problem:
            self.blame(problem)
            command = ""
        self.show_line()
        if command:
            self.app.copy_to_clipboard(command)
            self.notify(command, title="Sent to the terminal's clipboard", timeout=8)

    def _under_way(self, what: str) -> None:
        self.workspace.operation = what

    def _aws(self) -> Aws:
        return self.workspace.aws()

    def base_flow(self) -> BaseFlow:
        """The flows of base stacks."""
        return BaseFlow(self.port, self.workspace.aws, self.workspace.settings.address, stacks_operations.POLL_SECONDS)

    async def manage_base(self, name: str) -> None:
        """Change the base stack `name`, or create another one."""
        flow = self.base_flow()
        if await flow.manage(name) == NEW:
            await create_base(self)
        elif flow.address != self.workspace.settings.address:
            self.workspace.settings_file.update(address=flow.address)

    def stop(self, name: str, asked_in: int | None = None) -> None:
        """Stop the training `name` safely, after yes; after no, back to the pane it was `asked_in`."""
        if self.busy and self.operations.stack != name:
            what = f"{self.busy} is still under way."
            self.notify(what, title=f"{name} is not stopped", severity="warning")
            return
        self.run_flow(self._stop(name, asked_in))

    async def _stop(self, name: str, asked_in: int | None) -> None:
        poll = stacks_operations.POLL_SECONDS
        state, live = self.workspace.folders.state, self.workspace.runs.record
        if await stop_flow.stop(self.port, self.workspace.aws, name, state, live=live, poll_s=poll):
            self.workspace.ended(name)
        elif asked_in is not None:
            self.host.show_pane(asked_in)

    @on(StopTraining)
    def _stop_watched(self, request: StopTraining) -> None:
        self.stop(request.name, request.asked_in)

    async def delete(self, stack: Stack) -> None:
        """Delete a stack at once, after its name was typed out."""
        poll, warning = stacks_operations.POLL_SECONDS, view.delete_warning(stack)
        aws_of = self.workspace.aws
        gone = await stop_flow.delete(self.port, aws_of, stack.name, warning, ask_again=True, poll_s=poll)
        if gone and stack.kind == "training":
            self.workspace.ended(stack.name)

    async def extend(self, stack: Stack) -> None:
        """Give a training more time, after showing what that changes and costs."""
        minutes = await extend_flow.ask_minutes(self.port, stack, datetime.now(timezone.utc))
        if minutes is None:
            return
        self.say(f"Asking AWS what {minutes} minutes more would change in {stack.name} …")
        await extend_flow.extend(
            self.port,
            self.workspace.aws,
            stack.name,
            minutes,
            price_of=self.prices.of,
            planned=lambda _: self.say(""),
            poll_s=stacks_operations.POLL_SECONDS,
        )

    # -- commands -------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys of a launch are there while one is prepared, those of the list while none is."""
        if parameters and parameters[0] in OF_LAUNCH:
            return self.launching.active
        if parameters and parameters[0] in OF_LIST:
            return bool(self.stacks) and not self.launching.active
        return super().check_action(action, parameters)

    @on(LaunchBoard.Chosen)
    def _fix(self) -> None:
        self.action_fix()

    @on(StackList.Chosen)
    def _watch(self) -> None:
        self.action_watch()

    def action_refresh(self) -> None:
        if self.asking.trouble is not None:
            self.workspace.log_in_again()  # credentials and region may have been set in another terminal
        self.asking.anew()
        self.say("")
        self.refresh_stacks()
