"""The Stacks pane: what there is and what it costs, launching, stopping, deleting, and the events of all that."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from dots_tui.background import Job, in_background
from dots_tui.commands import Command, bindings
from dots_tui.milestones import Milestone
from dots_tui.panes import stacks_after, stacks_base, stacks_ending, stacks_extending, stacks_launch
from dots_tui.panes import stacks_view as view
from dots_tui.panes.base import Pane
from dots_tui.panes.stacks_list import StackDetails, StackList
from dots_tui.panes.stacks_operations import Operation, Operations
from dots_tui.widgets.event_tree import StackEvents

if TYPE_CHECKING:
    from dots_tui.aws.stacks import Stack

_REFRESH_SECONDS = 15.0
_HIDDEN_REFRESH = 4
"""Every so many refreshes the stacks are read while another pane is in front: the status bar tells their cost."""
_LOADING = "Asking AWS …"
_NO_STACKS = (
    "No base stack{where} yet.\n\n[b]b[/b] creates one, free until you launch:\n"
    "a bucket, a role, and access for one address."
)
_NO_RUNS = "No training. [b]n[/b] launches one with the files of pane 1."
_NO_BASE = "No complete base stack. [b]b[/b] creates one; a training needs it."


def _needs_idle(pane: StacksPane) -> str:
    return f"{pane.busy} is still under way" if pane.busy else ""


def _needs_base(pane: StacksPane) -> str:
    if pane.workspace.files is None:
        return "no custom files are open (1 opens them)"
    return _needs_idle(pane) or ("" if pane.bases else "there is no complete base stack yet (b creates one)")


def _needs_training(pane: StacksPane) -> str:
    stack = pane.selected
    return "" if stack is not None and stack.kind == "training" else "no training is selected"


def _needs_stoppable(pane: StacksPane) -> str:
    return _needs_training(pane) or _needs_idle_or_selected(pane)


def _needs_extendable(pane: StacksPane) -> str:
    return stacks_extending.reason_against(pane.selected) or _needs_idle(pane)


def _needs_stack(pane: StacksPane) -> str:
    return _needs_idle_or_selected(pane) if pane.selected is not None else "no stack is selected"


def _needs_idle_or_selected(pane: StacksPane) -> str:
    """What is being made may be given up at any time."""
    stack = pane.selected
    return "" if stack is not None and stack.name == pane.operations.stack else _needs_idle(pane)


class StacksPane(Pane):
    """The stacks above; below the events of what is under way, and what is known about the selected stack."""

    TITLE = "Stacks"
    HELP_TEXT = (
        "A base stack is made once: a bucket, a role and access for one address. A training stack rents the GPU "
        "instance of one run. Before a launch you see what will be made and what it can cost at most; nothing is "
        "made before yes. Stopping saves the model first; deleting saves nothing."
    )
    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command(
            "stacks.new", "New run", "Plan and launch a training with the open files.", "n", "new", needs=_needs_base
        ),
        Command("stacks.watch", "Watch", "Watch the selected training.", "w", "watch", needs=_needs_training),
        Command(
            "stacks.stop", "Stop safely", "Save the model, then delete the stack.", "S", "stop", needs=_needs_stoppable
        ),
        Command(
            "stacks.extend",
            "Extend",
            "Give the selected training more time.",
            "plus",
            "extend",
            needs=_needs_extendable,
            key_display="+",
        ),
        Command("stacks.delete", "Delete", "Delete the selected stack at once.", "D", "delete", needs=_needs_stack),
        Command("stacks.base", "Base", "Create a base stack, or change this one.", "b", "base", needs=_needs_idle),
        Command("stacks.refresh", "Refresh", "Ask AWS again.", "r", "refresh", show=False),
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self) -> None:
        super().__init__()
        self.stacks: list[Stack] = []
        self.aws_region = ""
        self._said: tuple[str, str, bool] = ("", "", False)
        self._trouble: Exception | None = None
        self._asked = self._picked_up = False
        self._wanted = ""
        self._asking: Job | None = None
        self._turns = 0
        self._events = StackEvents(id="stacks-events", classes="box")
        self.operations = Operations(self, self._events, self.say, self.blame, self.refresh_stacks)
        """What is under way."""

    def compose(self) -> ComposeResult:
        yield Static(_LOADING, id="stacks-empty")
        yield StackList(id="stacks-list", classes="box")
        yield Static(id="stacks-said")
        with Horizontal(id="stacks-below"):
            yield self._events
            yield StackDetails(id="stacks-details", classes="box")

    def on_mount(self) -> None:
        self.query_one(StackList).border_title = "stacks"
        self._arrange()
        self.refresh_stacks()
        self.set_interval(_REFRESH_SECONDS, self._refresh_now_and_then)
        self.set_interval(1.0, self._tick)

    def on_unmount(self) -> None:
        self.operations.cancel()

    def shown(self) -> None:
        self.query_one(StackList).focus()
        self.refresh_stacks()

    # -- what is there --------------------------------------------------------------------------------

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
        """Names of the base stacks that are complete."""
        return [stack.name for stack in self.stacks if stack.kind == "base" and view.state(stack).word == "ready"]

    def _refresh_now_and_then(self) -> None:
        self._turns += 1
        if self.display or (self.stacks and self._turns % _HIDDEN_REFRESH == 0):
            self.refresh_stacks()

    def refresh_stacks(self) -> None:
        """Ask AWS for the stacks, beside the interface. An older question is not waited for."""

        def ask(_: Job) -> tuple[str, list[Stack]]:
            from dots_tui.aws.stacks import list_stacks

            aws = self.workspace.aws()
            return aws.region, list_stacks(aws)

        if self._asking is not None:
            self._asking.cancel()
        self._asking = in_background(self, ask, self._show_stacks, self._cannot_ask, name="stacks")

    def _show_stacks(self, found: tuple[str, list[Stack]]) -> None:
        self.aws_region, self.stacks = found
        self._trouble, self._asked = None, True
        first, self._picked_up = not self._picked_up, True
        listing = self.query_one(StackList)
        listing.set_stacks(self.stacks)
        if self._wanted and listing.select(self._wanted):
            self._wanted = ""
        if self.bases:
            self.workspace.milestones.add(Milestone.BASE_READY)
        self._arrange()
        self._tick()
        if first:
            stacks_after.pick_up(self, self.stacks)

    def _cannot_ask(self, error: Exception) -> None:
        self._trouble, self._asked = error, True
        self._arrange()

    def _tick(self) -> None:
        """The time left runs on between two answers of AWS."""
        self.host.set_status("run", view.run_status(self.stacks, datetime.now(timezone.utc)))
        self.query_one(StackList).tick()
        self._show_details()

    # -- what is shown --------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Tell something below the list; it stays until something else is told. "" takes it away."""
        self._said = (text, "", False)
        self._arrange()

    def blame(self, error: Exception) -> None:
        """Tell what went wrong and what to do about it."""
        self._said = (*view.problem_words(error), True)
        self._arrange()

    def _arrange(self) -> None:
        """Show what there is to show, and leave the rest of the pane to it."""
        operating = bool(self._events.border_title)
        empty = not self.stacks and not operating
        self.set_class(empty, "-empty")
        self.set_class(operating, "-operating")
        self._events.border_subtitle = "" if self.busy else "esc closes"
        message = self._message()
        self.query_one("#stacks-empty" if empty else "#stacks-said", Static).update(message)
        self.query_one("#stacks-said").display = bool(message) and not empty

    def _message(self) -> Content:
        """What was told last, else what is in the way of asking AWS, else what to do next."""
        what, advice, bad = self._said
        if not what and self._trouble is not None:
            what, advice = view.problem_words(self._trouble)
            advice, bad = f"{advice} r asks again.".strip(), True
        if what:
            return Content.assemble((what, "bold $text-error" if bad else ""), f" {advice}" if advice else "")
        return Content.from_markup(self._hint())

    def _hint(self) -> str:
        """What to do next."""
        if not self._asked:
            return _LOADING
        if not self.stacks:
            return _NO_STACKS.format(where=f" in {self.aws_region}" if self.aws_region else "")
        if any(stack.kind == "training" for stack in self.stacks):
            return ""
        return _NO_RUNS if self.bases else _NO_BASE

    @on(StackList.Moved)
    def _show_details(self) -> None:
        stack = self.selected
        self.set_class(stack is not None, "-selected")
        self.query_one(StackDetails).show(stack, self.stacks)

    def key_escape(self) -> None:
        """What has ended need not be shown any longer."""
        if not self.busy:
            self._events.border_title = ""
            self.say("")

    # -- commands -------------------------------------------------------------------------------------

    def operate(self, operation: Operation) -> None:
        """Begin an operation and show its events; the cursor goes to its stack."""
        self._wanted = operation.stack
        self.operations.run(operation)

    def action_refresh(self) -> None:
        self._trouble, self._asked = None, False
        self.say("")
        self.refresh_stacks()

    def action_base(self) -> None:
        stack = self.selected
        if stack is not None and stack.kind == "base" and stack.name in self.bases:
            stacks_base.manage(self, stack.name)
        else:
            stacks_launch.create_base(self)

    def action_new(self) -> None:
        stacks_launch.launch(self)

    @on(StackList.Chosen)
    def action_watch(self) -> None:
        stack = self.selected
        if stack is not None and stack.kind == "training":
            self.workspace.watched = stack.name
            self.host.show_pane(3)

    def action_stop(self) -> None:
        if self.selected is not None:
            stacks_ending.ask_and_stop(self, self.selected.name)

    def action_extend(self) -> None:
        if self.selected is not None:
            stacks_extending.ask_and_extend(self, self.selected)

    def action_delete(self) -> None:
        if self.selected is not None:
            stacks_ending.ask_and_delete(self, self.selected)
