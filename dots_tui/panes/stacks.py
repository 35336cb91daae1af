"""The Stacks pane: what there is, launching, following what happens, stopping and deleting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Callable, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import DataTable, Static

from dots_tui.background import Job, in_background
from dots_tui.commands import Command, bindings
from dots_tui.milestones import Milestone
from dots_tui.panes import stacks_view as view
from dots_tui.panes.base import Pane
from dots_tui.panes.stack_forms import BaseAnswers, BaseForm, LaunchAnswers, LaunchForm
from dots_tui.widgets.dialogs import Confirm, TypeName
from dots_tui.widgets.event_tree import StackEvents

if TYPE_CHECKING:
    from dots_tui.aws.events import StackEvent
    from dots_tui.aws.stacks import Stack
    from dots_tui.aws.training_plan import LaunchChoices, Plan

    Events = Callable[[Job], Iterator[StackEvent]]

_REFRESH_SECONDS = 15.0
POLL_SECONDS = 1.0
_LOADING = "Asking AWS …"
_NO_STACKS = (
    "No base stack here yet. [b]b[/b] creates one, free until you launch: a bucket, a role, access for one address."
)
_NO_RUNS = "No training. [b]n[/b] launches one with the files of pane 1."


def _needs_idle(pane: StacksPane) -> str:
    return f"{pane.busy} is still under way" if pane.busy else ""


def _needs_base(pane: StacksPane) -> str:
    if pane.workspace.files is None:
        return "no custom files are open (1 opens them)"
    return _needs_idle(pane) or ("" if pane.bases else "there is no complete base stack yet (b creates one)")


def _needs_training(pane: StacksPane) -> str:
    stack = pane.selected
    return _needs_idle(pane) or ("" if stack is not None and stack.kind == "training" else "no training is selected")


def _needs_stack(pane: StacksPane) -> str:
    return _needs_idle(pane) or ("" if pane.selected is not None else "no stack is selected")


class StacksPane(Pane):
    """Table of stacks above, the operation under way below."""

    TITLE = "Stacks"
    HELP_TEXT = (
        "A base stack is made once: a bucket, a role and access for one address. A training stack rents the GPU "
        "instance of one run. Before a launch you see what will be made and what it can cost at most; nothing is "
        "made before yes. Stopping saves the model first; deleting saves nothing."
    )
    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("stacks.base", "Base stack", "Create a base stack.", "b", "base", needs=_needs_idle),
        Command(
            "stacks.new", "New run", "Plan and launch a training with the open files.", "n", "new", needs=_needs_base
        ),
        Command("stacks.watch", "Watch", "Watch the selected training.", "w", "watch", needs=_needs_training),
        Command(
            "stacks.stop", "Stop safely", "Save the model, then delete the stack.", "S", "stop", needs=_needs_training
        ),
        Command("stacks.delete", "Delete", "Delete the selected stack at once.", "D", "delete", needs=_needs_stack),
        Command("stacks.refresh", "Refresh", "Ask AWS again.", "r", "refresh", show=False),
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self) -> None:
        super().__init__()
        self.busy = ""
        self._stacks: list[Stack] = []
        self._job: Job | None = None

    def compose(self) -> ComposeResult:
        yield DataTable(id="stacks-table", classes="box", cursor_type="row", zebra_stripes=False)
        yield Static(_LOADING, id="stacks-said")
        yield StackEvents(id="stacks-events", classes="box")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.border_title = "stacks"
        self.query_one(StackEvents).border_title = "events"
        for column in view.COLUMNS:
            table.add_column(column, key=column)
        self.refresh_stacks()
        self.set_interval(_REFRESH_SECONDS, self._refresh_if_shown)
        self.set_interval(1.0, self._tick)

    def on_unmount(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def shown(self) -> None:
        self.query_one(DataTable).focus()
        if not self.busy:
            self.refresh_stacks()

    # -- the list ---------------------------------------------------------------------------------

    @property
    def selected(self) -> Stack | None:
        """The stack under the cursor."""
        row = self.query_one(DataTable).cursor_row
        return self._stacks[row] if 0 <= row < len(self._stacks) else None

    @property
    def bases(self) -> list[str]:
        """Names of the base stacks that are complete."""
        return [stack.name for stack in self._stacks if stack.kind == "base" and stack.status.endswith("_COMPLETE")]

    def _refresh_if_shown(self) -> None:
        if self.display and not self.busy:
            self.refresh_stacks()

    def refresh_stacks(self) -> None:
        """Ask AWS for the stacks, beside the interface."""

        def ask(_: Job) -> list[Stack]:
            from dots_tui.aws.stacks import list_stacks

            return list_stacks(self.workspace.aws())

        in_background(self, ask, self._show_stacks, self._failed, name="stacks")

    def _show_stacks(self, stacks: list[Stack]) -> None:
        self._stacks = stacks
        table = self.query_one(DataTable)
        row = table.cursor_row
        table.clear()
        for stack in stacks:
            table.add_row(*view.row(stack), key=stack.id)
        table.move_cursor(row=min(row, max(0, len(stacks) - 1)))
        if self.bases:
            self.workspace.milestones.add(Milestone.BASE_READY)
        if not self.busy:
            trainings = [stack for stack in stacks if stack.kind == "training"]
            self._say("" if trainings else _NO_RUNS if self.bases else _NO_STACKS)
        self._tick()

    def _tick(self) -> None:
        """The time left runs on between two answers of AWS."""
        self.host.set_status("run", view.run_status(self._stacks))
        table = self.query_one(DataTable)
        for stack in self._stacks:
            if stack.id in table.rows:
                table.update_cell(stack.id, "left", view.time_left(stack))

    def _say(self, text: str, *, bad: bool = False) -> None:
        said = self.query_one("#stacks-said", Static)
        said.set_class(bad, "-bad")
        said.update(view.plain(text) if bad else text)
        said.display = bool(text)

    def _failed(self, error: Exception) -> None:
        self.busy = ""
        self._say(str(error), bad=True)

    # -- an operation: events come in a thread, one by one ------------------------------------------

    def operate(self, what: str, events: Events, expected: int = 0, done: Callable[[], None] | None = None) -> None:
        """Run a stack operation and show its events. ``what`` says in words what is under way."""
        self.busy = what
        listing = self.query_one(StackEvents)
        listing.clear(expected)
        listing.border_title = what
        self._say(f"{what} …")

        def run(job: Job) -> None:
            for event in events(job):
                if not job.cancelled():
                    self.app.call_later(listing.add, [event])

        def finished(_: Any) -> None:
            self.busy = ""
            self._say(f"{what}: done.")
            if done is not None:
                done()
            self.refresh_stacks()

        def failed(error: Exception) -> None:
            self._failed(error)
            self.refresh_stacks()

        self._job = in_background(self, run, finished, failed, name="operation")
        self.set_timer(POLL_SECONDS, self.refresh_stacks)

    # -- commands ---------------------------------------------------------------------------------

    def action_refresh(self) -> None:
        self._say(_LOADING)
        self.refresh_stacks()

    def action_base(self) -> None:
        settings = self.workspace.settings
        self.app.push_screen(BaseForm(settings.base_stack or "dots-base", settings.address), self._create_base)

    def _create_base(self, answers: BaseAnswers | None) -> None:
        if answers is None:
            return
        self.workspace.settings_file.update(base_stack=answers.name, address=answers.address)

        def events(job: Job) -> Iterator[StackEvent]:
            from dots_tui.aws.base_stack import create

            return create(
                self.workspace.aws(), answers.name, answers.address, poll_s=POLL_SECONDS, stopped=job.cancelled
            )

        self.operate(f"Creating the base stack {answers.name}", events, view.BASE_RESOURCES)

    def action_new(self) -> None:
        settings = self.workspace.settings
        unsaved = self.workspace.unsaved()
        if unsaved:
            self.notify(f"{', '.join(unsaved)}: unsaved changes. Save them first; the launch sends what is on disk.")
            return
        base = settings.base_stack if settings.base_stack in self.bases else self.bases[0]
        name = view.suggest_name(self.workspace.model_name(), [stack.name for stack in self._stacks])
        preset = LaunchAnswers(base, name, settings.instance_type, settings.ttl_minutes)
        self.app.push_screen(LaunchForm(self.bases, view.instance_types(settings.instance_type), preset), self._plan)

    def _plan(self, answers: LaunchAnswers | None) -> None:
        if answers is None:
            return
        self.workspace.settings_file.update(
            base_stack=answers.base, instance_type=answers.instance_type, ttl_minutes=answers.ttl_minutes
        )
        self._say("Planning …")

        def make(_: Job) -> Plan:
            from dots_tui.aws.training_plan import LaunchChoices, plan

            files = self.workspace.files
            assert files is not None
            choices: LaunchChoices = LaunchChoices(
                answers.base, answers.name, "standard", answers.instance_type, answers.ttl_minutes
            )
            return plan(self.workspace.aws(), files, choices)

        in_background(self, make, self._show_plan, self._failed, name="plan")

    def _show_plan(self, planned: Plan) -> None:
        from dots_tui.headless.stack_views import plan_lines

        self._say("")
        name, body = planned.choices.name, "\n".join(plan_lines(planned))
        if planned.blocked:
            self.app.push_screen(Confirm(f"{name} cannot be launched yet", body, yes="Close", no="Back"))
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._launch(planned)

        self.app.push_screen(Confirm(f"Launch {name}?", body, yes="Launch", no="Cancel"), answered)

    def _launch(self, planned: Plan) -> None:
        name = planned.choices.name

        def events(job: Job) -> Iterator[StackEvent]:
            from dots_tui.aws.training_stack import launch

            files = self.workspace.files
            assert files is not None
            return launch(self.workspace.aws(), planned, files, poll_s=POLL_SECONDS, stopped=job.cancelled)

        def launched() -> None:
            self.workspace.milestones.add(Milestone.LAUNCHED)
            self.workspace.watched = name
            self.notify(f"{name} is up. 4 watches it.", title="Launched")

        self.operate(f"Launching {name}", events, planned.resource_count, launched)

    @on(DataTable.RowSelected)
    def action_watch(self) -> None:
        stack = self.selected
        if stack is None or stack.kind != "training":
            return
        self.workspace.watched = stack.name
        self.host.show_pane(3)

    def action_stop(self) -> None:
        if self.selected is not None:
            self.ask_and_stop(self.selected.name)

    def ask_and_stop(self, name: str) -> None:
        """Ask, then stop the training ``name`` safely."""

        def events(job: Job) -> Iterator[StackEvent]:
            from dots_tui.aws.training_stack import stop

            return stop(self.workspace.aws(), name, poll_s=POLL_SECONDS, stopped=job.cancelled)

        def answered(yes: bool | None) -> None:
            if yes:
                self.host.show_pane(2)
                self.operate(f"Stopping {name}", events, done=lambda: self.workspace.ended(name))

        body = "Its instance saves the model and the logs in the bucket, then deletes the stack. That takes minutes."
        self.app.push_screen(Confirm(f"Stop {name}?", body, yes="Stop safely", no="Go on"), answered)

    def action_delete(self) -> None:
        stack = self.selected
        if stack is None:
            return

        def events(job: Job) -> Iterator[StackEvent]:
            from dots_tui.aws.stacks import delete

            return delete(self.workspace.aws(), stack.name, poll_s=POLL_SECONDS, stopped=job.cancelled)

        def answered(yes: bool | None) -> None:
            if yes:
                self.operate(f"Deleting {stack.name}", events, done=lambda: self.workspace.ended(stack.name))

        self.app.push_screen(TypeName(f"Delete {stack.name}?", view.delete_warning(stack), stack.name), answered)
