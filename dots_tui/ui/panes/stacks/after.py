"""When the stacks are first known: what is under way is followed, and a launch that was cut short is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from dots_tui.app import image_flow, launch_flow
from dots_tui.app.port import Operation
from dots_tui.ui.panes.stacks import operations
from dots_tui.ui.panes.stacks.launch import launched

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dots_tui.aws.events import StackEvent
    from dots_tui.aws.launch_notes import LaunchNote
    from dots_tui.aws.stacks import Stack
    from dots_tui.ui.panes.stacks.pane import StacksPane

_DOING = {"create": "Launching", "update": "Updating", "delete": "Deleting"}


async def name_cut_short(pane: StacksPane) -> None:
    """Offer to take away what a launch left that was cut short before there was a stack, and what a bake left."""
    settings, aws_of = pane.workspace.settings, pane.workspace.aws

    def look() -> LaunchNote | None:
        from dots_tui.aws.account import chosen_regions

        aws = aws_of()
        return launch_flow.cut_short(aws, chosen_regions(settings.regions, aws.region))

    note = await pane.port.work(look)
    if note is not None and not pane.busy:
        await launch_flow.clean_up(pane.port, aws_of, note, offer=True)
    if not pane.busy:
        await image_flow.clean(pane.port, aws_of, offer=True, poll_s=operations.POLL_SECONDS)


async def pick_up(pane: StacksPane, stacks: Sequence[Stack]) -> None:
    """Follow what is under way with a stack since before the app was started: the newest of them."""
    from dots_tui.aws.resuming import doing

    stack = next((one for one in stacks if doing(one)), None)
    if stack is None or pane.busy:
        return
    what, name = doing(stack), stack.name

    def events(stopped: Callable[[], bool]) -> Iterator[StackEvent]:
        from dots_tui.aws.resuming import resume

        return resume(pane.workspace.aws(), stack, poll_s=operations.POLL_SECONDS, stopped=stopped)

    await pane.port.follow(Operation(f"{_DOING[what]} {name}", name, events))
    if stack.kind == "training" and what == "create":
        launched(pane, name)
    elif stack.kind == "training" and what == "delete":
        pane.workspace.ended(name)
