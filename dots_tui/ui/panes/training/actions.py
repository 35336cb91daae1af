"""Things to do on the instance: chosen, shown as the exact command, asked about, run, and their output shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from dots_tui.app.runs.actions import ACTIONS, Action
from dots_tui.ui.background import in_background
from dots_tui.ui.widgets.dialogs import Choose, Confirm
from dots_tui.ui.widgets.glyphs import clean

if TYPE_CHECKING:
    from dots_tui.remote.connection import Output
    from dots_tui.ui.panes.training.pane import TrainingPane


def choose(pane: TrainingPane) -> None:
    """Let the user choose an action, then ask for confirmation."""
    by_id = {action.id: action for action in ACTIONS}

    def chosen(value: str | None) -> None:
        if value is not None:
            ask(pane, by_id[value])

    pane.app.push_screen(Choose("On the instance", [(action.id, action.title) for action in ACTIONS]), chosen)


def ask(pane: TrainingPane, action: Action) -> None:
    """Show the effect of the action and the exact command; run it after confirmation."""
    name = pane.run.name if pane.run is not None else ""

    def answered(yes: bool | None) -> None:
        if yes:
            _run(pane, action)

    body = f"{action.effect}\n\nOn the instance:  {action.shown}\n\nSent over SSH as:\n{action.command}"
    question = Confirm(f"{action.title}: {name}?", body, yes=action.title, no="Cancel", danger=action.danger)
    pane.app.push_screen(question, answered)


def _run(pane: TrainingPane, action: Action) -> None:
    run = pane.run
    reason = run.limits.commands if run is not None else "no training is watched"
    if run is None or reason:
        pane.notify(f"It was not run: {reason}.", title=action.title, severity="error", timeout=10)
        return

    def done(output: Output) -> None:
        well = output.status == 0
        head = "Done." if well else f"It failed with status {output.status}; what it printed tells why."
        pane.app.push_screen(OutputScreen(action, head, output.text or "It printed nothing.", bad=not well))

    def failed(error: Exception) -> None:
        head = "It cannot be told whether it was done: the answer did not come."
        pane.app.push_screen(OutputScreen(action, head, str(error) or type(error).__name__, bad=True))

    pane.notify(f"{action.shown}\nIts output is shown when it is over.", title=f"{action.title} …", timeout=6)
    in_background(pane, lambda _: run.perform(action), done, failed, name="action")


class OutputScreen(ModalScreen[None]):
    """The output of a command that ran on the instance."""

    DEFAULT_CSS = """
    OutputScreen { align: center middle; }
    OutputScreen > VerticalScroll {
        width: 92%; max-width: 110; height: auto; max-height: 90%;
        border: round $border; border-title-color: $text; border-subtitle-color: $text-muted;
        background: $surface; padding: 0 2;
    }
    OutputScreen.-bad > VerticalScroll { border: round $error; }
    OutputScreen Static { height: auto; margin-bottom: 1; }
    """
    BINDINGS = [
        Binding("escape,enter,q", "close", "Close", key_display="esc"),
        Binding("y", "copy", "Copy", show=False),
    ]

    def __init__(self, action: Action, head: str, output: str, *, bad: bool) -> None:
        super().__init__(classes="-bad" if bad else "")
        self._action, self._head = action, head
        self._output = "\n".join(clean(line) for line in output.splitlines())

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = self._action.title
            box.border_subtitle = "y copies   esc closes"
            yield Static(Text(self._head, "bold"), markup=False)
            yield Static(Text(f"$ {self._action.shown}", "dim"), markup=False)
            yield Static(Text(self._output), markup=False)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_close(self) -> None:
        self.dismiss(None)

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self._output)
        self.notify("The output was sent to the terminal's clipboard.", timeout=3)
