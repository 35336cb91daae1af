"""The selected stack: its details and its commands."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, ClassVar

from rich.table import Table
from rich.text import Text
from textual.widgets import Static

from dots_tui.app import extend_flow, launch_flow, stop_flow
from dots_tui.app.base_flow import NEW, BaseFlow
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.base import Part
from dots_tui.ui.panes.stacks import port as stacks_port
from dots_tui.ui.panes.stacks import stack_words
from dots_tui.ui.panes.stacks.forms import BaseForm
from dots_tui.ui.widgets.glyphs import ascii_only, clean

if TYPE_CHECKING:
    from dots_tui.app.price_book import PriceBook
    from dots_tui.app.stack_listing import StackListing
    from dots_tui.app.stack_phases import StackPhases
    from dots_tui.aws.stacks import Stack
    from dots_tui.ui.panes.stacks.port import StacksPort
    from dots_tui.ui.panes.stacks.progress import StackProgress
    from dots_tui.ui.panes.stacks.stack_list import StackList

_DEFAULT_BASE = "dots-base"


def _needs_idle(part: SelectedStack) -> str:
    return f"{part.progress.busy} is still under way" if part.progress.busy else ""


def _needs_training(part: SelectedStack) -> str:
    return "" if part.stack is not None and part.stack.kind == "training" else "no training is selected"


def _needs_idle_or_selected(part: SelectedStack) -> str:
    """Allow the stack that is being created or changed: its operation may be given up at any time."""
    stack = part.stack
    return "" if stack is not None and stack.name == part.progress.stack else _needs_idle(part)


def _needs_stoppable(part: SelectedStack) -> str:
    return _needs_training(part) or _needs_idle_or_selected(part)


def _needs_extendable(part: SelectedStack) -> str:
    return stack_words.reason_against_extending(part.stack) or _needs_idle(part)


def _needs_stack(part: SelectedStack) -> str:
    return _needs_idle_or_selected(part) if part.stack is not None else "no stack is selected"


WATCH = Command("stacks.watch", "Watch", "Watch the selected training.", "w", "watch", needs=_needs_training)
EXTEND = Command(
    "stacks.extend",
    "Extend",
    "Add time to the selected training.",
    "plus",
    "extend",
    needs=_needs_extendable,
    key_display="+",
    changes=True,
)
STOP = Command(
    "stacks.stop",
    "Stop safely",
    "Save the model, then delete the stack.",
    "S",
    "stop",
    needs=_needs_stoppable,
    changes=True,
)
DELETE = Command(
    "stacks.delete", "Delete", "Delete the selected stack at once.", "D", "delete", needs=_needs_stack, changes=True
)
BASE = Command(
    "stacks.base",
    "Base",
    "Create a base stack, or change the selected one.",
    "b",
    "base",
    needs=_needs_idle,
    changes=True,
)


class SelectedStack(Part, Static):
    """The details of the stack under the cursor of `stacks`, and the commands that act on it."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (EXTEND, STOP, DELETE, WATCH, BASE)

    def __init__(
        self, stacks: StackList, listing: StackListing, prices: PriceBook, port: StacksPort, progress: StackProgress
    ) -> None:
        super().__init__(id="stacks-details", classes="box")
        self._stacks, self._listing, self._prices, self._port = stacks, listing, prices, port
        self.progress = progress

    @property
    def stack(self) -> Stack | None:
        """The stack under the cursor."""
        return self._stacks.selected

    def offers(self, command: Command) -> bool:
        return command is BASE or bool(self._listing.stacks)

    def show(self, phases: StackPhases) -> None:
        """Show the details of the stack and the phase of its run; nothing without a stack."""
        stack = self.stack
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True, style="dim")
        table.add_column(overflow="fold")
        if stack is not None:
            self.border_title = Text(clean(stack.name))
            now, price_of = datetime.now(timezone.utc), self._prices.usd_of
            state, *rest = stack_words.details(stack, self._listing.stacks, now, price_of)
            for label, value in (state, *phases.details(stack, plain=ascii_only(self.app)), *rest):
                table.add_row(label, Text(clean(value)))
        self.update(table)

    # -- commands -------------------------------------------------------------------------------------

    def action_watch(self) -> None:
        self.workspace.watch_stack(self._chosen().name)
        self.host.show_pane(3)

    def _use_region_of(self, stack: Stack) -> None:
        """Make the region of `stack` the one in use; what is done to the stack is requested there."""
        if self._listing.use_region_of(stack):
            self.host.set_status("region", stack.region)
            self.notify(f"{stack.region} is the region in use now.", timeout=4)

    def _chosen(self) -> Stack:
        stack = self.stack
        assert stack is not None  # the command needs it
        self._use_region_of(stack)
        return stack

    def action_base(self) -> None:
        stack = self.stack
        if stack is None or stack.kind != "base":
            self._port.start(self._create_base())
            return
        self._use_region_of(stack)
        ready = stack.name in self._listing.bases
        self._port.start(self._manage_base(stack.name) if ready else self._create_base())

    async def _create_base(self) -> None:
        settings, taken = self.workspace.settings, self._listing.names
        name = launch_flow.suggest_name(settings.base_stack or _DEFAULT_BASE, taken)
        answers = await self.app.push_screen_wait(BaseForm(name, settings.address, taken))
        if answers is not None:
            self.workspace.settings_file.update(base_stack=answers.name, address=answers.address)
            await self._base_flow().create(answers.name, answers.address, agreed=True)

    async def _manage_base(self, name: str) -> None:
        flow = self._base_flow()
        if await flow.manage(name) == NEW:
            await self._create_base()
        elif flow.address != self.workspace.settings.address:
            self.workspace.settings_file.update(address=flow.address)

    def _base_flow(self) -> BaseFlow:
        return BaseFlow(self._port, self.workspace.aws, self.workspace.settings.address, stacks_port.POLL_SECONDS)

    def action_stop(self) -> None:
        self.stop(self._chosen().name)

    def stop(self, name: str, asked_in: int | None = None) -> None:
        """Stop the training `name` safely after confirmation; if declined, return to the pane `asked_in`."""
        if self.progress.busy and self.progress.stack != name:
            what = f"{self.progress.busy} is still under way."
            self.notify(what, title=f"{name} is not stopped", severity="warning")
            return
        self._port.start(self._stop(name, asked_in))

    async def _stop(self, name: str, asked_in: int | None) -> None:
        workspace, poll_s = self.workspace, stacks_port.POLL_SECONDS
        state, live = workspace.folders.state, workspace.runs.record
        if await stop_flow.stop(self._port, workspace.aws, name, state, live=live, poll_s=poll_s):
            workspace.ended(name)
        elif asked_in is not None:
            self.host.show_pane(asked_in)

    def action_delete(self) -> None:
        self._port.start(self._delete(self._chosen()))

    async def _delete(self, stack: Stack) -> None:
        warning, aws_of, poll_s = stack_words.delete_warning(stack), self.workspace.aws, stacks_port.POLL_SECONDS
        gone = await stop_flow.delete(self._port, aws_of, stack.name, warning, ask_again=True, poll_s=poll_s)
        if gone and stack.kind == "training":
            self.workspace.ended(stack.name)

    def action_extend(self) -> None:
        self._port.start(self._extend(self._chosen()))

    async def _extend(self, stack: Stack) -> None:
        minutes = await extend_flow.ask_minutes(self._port, stack, datetime.now(timezone.utc))
        if minutes is None:
            return
        self._port.say(f"Asking AWS what {minutes} minutes more would change in {stack.name} …")
        await extend_flow.extend(
            self._port,
            self.workspace.aws,
            stack.name,
            minutes,
            price_of=self._prices.usd_of,
            planned=lambda _: self._port.say(""),
            poll_s=stacks_port.POLL_SECONDS,
        )
