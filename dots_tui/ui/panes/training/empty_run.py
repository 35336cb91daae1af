"""The Training pane without a run: it looks for one and says how to open one."""

from __future__ import annotations

from rich.text import Text
from textual import work
from textual.widgets import Static

from dots_tui.app.blocking import in_thread
from dots_tui.app.runs.stack_run import newest_training
from dots_tui.ui.panes.training.run_part import RunPart

_NOTHING = (
    "No training is watched.\n\n[b]3[/b] shows the stacks: [b]n[/b] launches a training, [b]enter[/b] watches one.\n"
    "[b]H[/b] watches any host that runs DeepRacer for Cloud, over SSH."
)


class EmptyRun(RunPart, Static):
    """The text that is shown while no run is selected."""

    def __init__(self) -> None:
        super().__init__(_NOTHING, id="training-empty")

    @work
    async def look(self) -> None:
        """Watch the newest training stack, if there is one."""
        message = Text.from_markup(_NOTHING)
        try:
            name = await in_thread(lambda: newest_training(self.workspace.aws()), name="find-run")
        except Exception as error:  # noqa: BLE001 - without AWS there is still something to do here
            message.append(f"\n\n{error}", "italic")
        else:
            if name and self.run is None:
                self.workspace.watch_stack(name)
        self.update(message)
