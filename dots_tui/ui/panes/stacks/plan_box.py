"""The plan of a launch: its effects, and the command that copies it as AWS CLI commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.table import Table
from rich.text import Text
from textual.widgets import Static

from dots_tui.app import launch_flow
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.base import Part
from dots_tui.ui.widgets.glyphs import clean

if TYPE_CHECKING:
    from dots_tui.aws.launch_plan import LaunchPlan


def _needs_plan(part: PlanBox) -> str:
    return "" if part.plan is not None else "no launch is planned, or its checks have not all ended yet"


CLI = Command("stacks.cli", "Copy as CLI", "Copy the plan as AWS CLI commands.", "c", "cli", needs=_needs_plan)


class PlanBox(Part, Static):
    """The effects of a launch, when they are known."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (CLI,)

    def __init__(self) -> None:
        super().__init__(id="launch-plan", classes="box")
        self.border_title = "plan"
        self.plan: LaunchPlan | None = None

    def show(self, plan: LaunchPlan | None) -> None:
        """Show the effects of `plan` as labels and values; a repeated label is left out. None shows nothing."""
        self.plan = plan
        rows = plan_rows(plan) if plan is not None else []
        table = Table.grid(padding=(0, 1))
        table.add_column(no_wrap=True, style="dim", min_width=8)
        table.add_column(overflow="fold")
        before = ""
        for label, value in rows:
            again = label == before
            table.add_row("" if again else label, Text(clean(value), "bold" if label == "costs" and not again else ""))
            before = label
        self.update(table)

    def action_cli(self) -> None:
        from dots_tui.aws.as_cli import commands

        files = self.workspace.files
        if self.plan is None or files is None:
            return
        text = commands(self.plan, files.root)
        self.app.copy_to_clipboard(text)
        target = self.workspace.folders.state / f"launch-{self.plan.choices.name}.sh"
        self.notify(launch_flow.save_script(target, text), title="Sent to the terminal's clipboard", timeout=8)


def plan_rows(plan: LaunchPlan) -> list[tuple[str, str]]:
    """Return the effects of a launch as labels and values; a label can be repeated."""
    choices, cost = plan.choices, plan.cost
    minutes = choices.ttl_minutes
    ends = f"after {minutes} min, when the model is saved" if minutes else "never by itself: stop it yourself"
    rows = [("costs", f"at most {cost.usd:.2f} USD"), ("costs", cost.basis)] if cost is not None else []
    return [
        *rows,
        ("ends", ends),
        *(("creates", what) for what in plan.creates),
        ("uploads", f"{len(plan.uploads)} files to {plan.custom_files_prefix}/"),
        ("model", f"{plan.model_prefix}/"),
    ]
