"""The commands of the Stacks pane: their declarations, why they are not available, and what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dots_tui.ui.commands import Command
from dots_tui.ui.panes.stacks import launch as stacks_launch
from dots_tui.ui.panes.stacks import view
from dots_tui.ui.panes.stacks.launch_board import LaunchBoard

if TYPE_CHECKING:
    from dots_tui.aws.stacks import Stack
    from dots_tui.ui.panes.stacks.pane import StacksPane

OF_LAUNCH = ("stacks.go", "stacks.fix", "stacks.cli", "stacks.fold")
OF_LIST = ("stacks.watch", "stacks.stop", "stacks.extend", "stacks.delete")
"""Commands of the two states of the pane: a launch is prepared, or none is."""


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
    return view.reason_against_extending(pane.selected) or _needs_idle(pane)


def _needs_stack(pane: StacksPane) -> str:
    return _needs_idle_or_selected(pane) if pane.selected is not None else "no stack is selected"


def _needs_idle_or_selected(pane: StacksPane) -> str:
    """What is being made may be given up at any time."""
    stack = pane.selected
    return "" if stack is not None and stack.name == pane.operations.stack else _needs_idle(pane)


def _needs_plan(pane: StacksPane) -> str:
    launching = pane.launching
    if not launching.active:
        return "no launch is prepared (n prepares one)"
    return "" if launching.plan is not None else "not everything has been looked at yet"


def _needs_go(pane: StacksPane) -> str:
    plan = pane.launching.plan
    return _needs_plan(pane) or ("something is in the way: a line says no-go" if plan and plan.blocked else "")


def _needs_remedy(pane: StacksPane) -> str:
    if not pane.launching.active:
        return "no launch is prepared (n prepares one)"
    line = pane.launching.board.here
    return "" if line is not None and line.remedies else "nothing can be put right from this line"


# In the order of the footer, where a narrow terminal shows the first ones only.
STACK_COMMANDS = (
    Command("stacks.go", "Launch", "Launch the planned training.", "y", "go", needs=_needs_go, changes=True),
    Command("stacks.fix", "Fix", "Fix the selected check.", "F", "fix", needs=_needs_remedy),
    Command(
        "stacks.fold",
        "Plan",
        "Switch between the checks and the plan if there is no room for both.",
        "v",
        "fold",
        needs=_needs_plan,
    ),
    Command(
        "stacks.cli",
        "Copy as CLI",
        "Copy the plan as AWS CLI commands.",
        "c",
        "cli",
        needs=_needs_plan,
    ),
    Command("stacks.new", "New run", "Plan and launch a training with the open files.", "n", "new", needs=_needs_base),
    Command(
        "stacks.extend",
        "Extend",
        "Add time to the selected training.",
        "plus",
        "extend",
        needs=_needs_extendable,
        key_display="+",
        changes=True,
    ),
    Command(
        "stacks.stop",
        "Stop safely",
        "Save the model, then delete the stack.",
        "S",
        "stop",
        needs=_needs_stoppable,
        changes=True,
    ),
    Command(
        "stacks.delete",
        "Delete",
        "Delete the selected stack at once.",
        "D",
        "delete",
        needs=_needs_stack,
        changes=True,
    ),
    Command("stacks.watch", "Watch", "Watch the selected training.", "w", "watch", needs=_needs_training),
    Command(
        "stacks.base",
        "Base",
        "Create a base stack, or change the selected one.",
        "b",
        "base",
        needs=_needs_idle,
        changes=True,
    ),
    Command(
        "stacks.prices",
        "Prices",
        "Show current GPU prices by zone; the chosen one fills the form.",
        "p",
        "prices",
    ),
    Command(
        "stacks.orphans",
        "Orphans",
        "Find resources of ended trainings in all regions, and how to remove them.",
        "o",
        "orphans",
    ),
    Command(
        "stacks.images",
        "Images",
        "List machine images; bake, copy or delete a private one.",
        "i",
        "images",
        needs=_needs_idle,
        changes=True,
    ),
    Command("stacks.refresh", "Refresh", "Ask AWS again.", "r", "refresh", show=False),
)


class StackActions:
    """The actions of `STACK_COMMANDS`, for the Stacks pane."""

    @property
    def _pane(self) -> StacksPane:
        return cast("StacksPane", self)

    # -- the launch that is prepared ------------------------------------------------------------------

    def action_new(self) -> None:
        self._pane.run_flow(stacks_launch.prepare(self._pane))

    def action_go(self) -> None:
        self._pane.launching.go()

    def action_fix(self) -> None:
        self._pane.launching.fix()

    def action_cli(self) -> None:
        self._pane.launching.copy()

    def action_fold(self) -> None:
        self._pane.toggle_class("-plan")
        self.focus_launch()

    def focus_launch(self) -> None:
        """The board is hidden behind the plan where there is no room for both: its keys are then the pane's."""
        pane = self._pane
        hidden = pane.has_class("-plan") and not pane.screen.has_class("-wide")
        pane.focus() if hidden else pane.query_one(LaunchBoard).focus()

    # -- all regions ----------------------------------------------------------------------------------

    def action_prices(self) -> None:
        self._pane.prices.show()

    def action_orphans(self) -> None:
        self._pane.show_orphans()

    def action_images(self) -> None:
        self._pane.run_flow(stacks_launch.manage_images(self._pane))

    # -- the stack under the cursor -------------------------------------------------------------------

    def selected_there(self) -> Stack | None:
        """The selected stack, after its region has become the one in use: what is done to it is asked for there.

        The region that is left goes on being looked at.
        """
        pane, stack = self._pane, self._pane.selected
        if stack is None or not pane.aws_region or stack.region in ("", pane.aws_region):
            return stack
        looked_at = [name for name in pane.workspace.settings.regions.split(",") if name not in ("", stack.region)]
        pane.workspace.settings_file.update(regions=",".join(dict.fromkeys([*looked_at, pane.aws_region])))
        pane.workspace.use(region=stack.region)
        pane.asking.region = stack.region
        pane.host.set_status("region", stack.region)
        pane.notify(f"{stack.region} is the region in use now.", timeout=4)
        return stack

    def action_watch(self) -> None:
        stack = self._pane.selected
        if stack is not None and stack.kind == "training":
            self.selected_there()
            self._pane.workspace.watch_stack(stack.name)
            self._pane.host.show_pane(3)

    def action_base(self) -> None:
        stack = self._pane.selected
        if stack is not None and stack.kind == "base":
            self.selected_there()
        if stack is not None and stack.kind == "base" and stack.name in self._pane.bases:
            self._pane.run_flow(self._pane.manage_base(stack.name))
        else:
            self._pane.run_flow(stacks_launch.create_base(self._pane))

    def action_stop(self) -> None:
        stack = self.selected_there()
        if stack is not None:
            self._pane.stop(stack.name)

    def action_extend(self) -> None:
        stack = self.selected_there()
        if stack is not None:
            self._pane.run_flow(self._pane.extend(stack))

    def action_delete(self) -> None:
        stack = self.selected_there()
        if stack is not None:
            self._pane.run_flow(self._pane.delete(stack))
