"""The verdict of the Training pane, with the commands that act on what it says."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from textual import work
from textual.content import Content
from textual.widgets import Static

from dots_tui.app.blocking import in_thread
from dots_tui.app.runs.actions import ACTIONS, RESTART
from dots_tui.problems import problem_of
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.requests import StopTraining
from dots_tui.ui.panes.training.output import OutputScreen
from dots_tui.ui.panes.training.problems import ProblemsScreen
from dots_tui.ui.panes.training.run_part import RunPart, needs_run
from dots_tui.ui.splash import PANES
from dots_tui.ui.widgets.dialogs import Choose, Confirm
from dots_tui.ui.widgets.glyphs import clean

if TYPE_CHECKING:
    from dots_tui.app.runs.actions import InstanceAction
    from dots_tui.app.runs.run import Run
    from dots_tui.app.runs.run_verdict import Verdict
    from dots_tui.training.diagnosis import Diagnosis

LOW = 18
"""Rows below which a terminal is low (the app's breakpoint)."""
_INKS = {"good": "$text-success", "warning": "$text-warning", "bad": "$text-error", "info": "$text-primary"}
_MARGINS = 2
_ROWS, _ROWS_LOW, _WRAP = 3, 2, 8
"""Rows of the verdict, in a low terminal too, and cells a row loses by wrapping."""


def _needs_problems(line: VerdictLine) -> str:
    return needs_run(line) or ("" if line.diagnoses else "nothing is known to be wrong")


_on_instance = partial(Command, needs=lambda line: line.limits.commands, changes=True)


VERDICT_COMMANDS = (
    Command(
        "training.problems",
        "Problems",
        "List the problems of the run: cause, evidence, advice.",
        "p",
        "problems",
        show=False,
        needs=_needs_problems,
    ),
    _on_instance(
        "training.actions",
        "Actions",
        "Save the model, evaluate, restart or stop on the instance. Shows the command before it runs.",
        "a",
        "actions",
    ),
    _on_instance(
        "training.restart",
        "Restart",
        "Stop the training and restart it from its last checkpoint; asks first.",
        "R",
        "restart",
        show=False,
    ),
    Command(
        "training.stop",
        "Stop safely",
        "Save the model, then delete the stack.",
        "S",
        "stop",
        needs=lambda line: line.limits.stop,
        changes=True,
    ),
)


class VerdictLine(RunPart, Static):
    """The verdict in up to three rows. A click lists the problems."""

    ACTIONS = VERDICT_COMMANDS

    def __init__(self) -> None:
        super().__init__(id="training-verdict", classes="line")

    def draw(self, verdict: Verdict) -> None:
        """Show a verdict."""
        self.set_class(verdict.tone == "bad", "-bad")
        self.set_class(verdict.tone in ("bad", "warning"), "-trouble")
        ink, rows = f"bold {_INKS.get(verdict.tone, '')}".strip(), _ROWS
        if self.app.size.height < LOW:
            rows = _ROWS_LOW if verdict.tone in ("bad", "warning") else 1
        text, keys = Text(clean(verdict.text)), f"   {verdict.keys}" if verdict.keys else ""
        # Whole words are wrapped: some cells at the end of each row but the last stay empty.
        room = self.content_size.width * rows - len(verdict.word) - len(keys) - _MARGINS - _WRAP * (rows - 1)
        text.truncate(max(_WRAP, room), overflow="ellipsis")
        self.update(Content.assemble((verdict.word, ink), "  ", text.plain, (keys, ink)))

    @property
    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """The diagnoses of the run, the worst first."""
        snapshot = self.run_snapshot
        return snapshot.run.diagnoses if snapshot is not None else ()

    def on_click(self) -> None:
        if self.diagnoses:
            self.action_problems()

    @work
    async def action_problems(self) -> None:
        name = await self.app.push_screen_wait(ProblemsScreen(self.diagnoses))
        if name is not None:
            self.action_command(f"training.{name}")

    def action_stop(self) -> None:
        if self.run is not None:
            stacks = self.host.show_pane(PANES.index("Stacks"))
            stacks.post_message(StopTraining(self.run.name, PANES.index("Training")))

    # -- on the instance --------------------------------------------------------------------------

    @work
    async def action_actions(self) -> None:
        by_id = {action.id: action for action in ACTIONS}
        options = [(action.id, action.title) for action in ACTIONS]
        chosen = await self.app.push_screen_wait(Choose("On the instance", options))
        if chosen is not None:
            await self._ask(by_id[chosen])

    @work
    async def action_restart(self) -> None:
        await self._ask(RESTART)

    async def _ask(self, action: InstanceAction) -> None:
        """Show the effect of `action` and the exact command; run it after confirmation."""
        run = self.run
        if run is None:
            return
        body = f"{action.effect}\n\nOn the instance:  {action.shown}\n\nSent over SSH as:\n{action.command}"
        title, danger = f"{action.title}: {run.name}?", action.danger
        if not await self.app.push_screen_wait(Confirm(title, body, yes=action.title, no="Cancel", danger=danger)):
            return
        reason = run.limits.commands
        if reason:
            self.notify(f"It was not run: {reason}.", title=action.title, severity="error", timeout=10)
            return
        self.notify(f"{action.shown}\nThe output is shown when it ends.", title=f"{action.title} …", timeout=6)
        self.app.push_screen(await _performed(run, action))


async def _performed(run: Run, action: InstanceAction) -> OutputScreen:
    """Run `action` on the instance and return the screen with its output."""
    try:
        output = await in_thread(lambda: run.perform(action), name="action")
    except Exception as error:  # noqa: BLE001 - whatever keeps the answer away; it is shown
        head = "The answer did not arrive, so it is unknown whether the command ran."
        return OutputScreen(action, head, str(problem_of(error)), bad=True)
    failed = output.status != 0
    head = f"It failed with status {output.status}. The output says why." if failed else "Done."
    return OutputScreen(action, head, output.text or "There is no output.", bad=failed)
