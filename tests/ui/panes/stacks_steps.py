"""What the tests of the Stacks pane do again and again."""

from __future__ import annotations

import threading
from typing import Any, Callable

from textual.pilot import Pilot
from textual.widgets import Input, Static

from dots_tui.app.stack_listing import StackListing
from dots_tui.aws import training_stack
from dots_tui.aws.session import Aws
from dots_tui.aws.training_plan import LaunchChoices
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.ui.panes.stacks.forms import LaunchForm
from dots_tui.ui.panes.stacks.pane import StacksPane
from dots_tui.ui.panes.stacks.progress import StackProgress
from dots_tui.ui.panes.stacks.stack_list import StackList
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.dialogs import TypeName
from dots_tui.ui.widgets.event_tree import StackEvents

Until = Callable[..., Any]
"""The fixture of conftest.py."""
SIZE = (118, 36)


async def show(pilot: Pilot[int], until: Until) -> StacksPane:
    """Go to the pane and wait for what AWS says."""
    await pilot.press("3")
    await pilot.pause()
    pane = pilot.app.pane  # type: ignore[attr-defined]
    assert isinstance(pane, StacksPane)
    await until(pilot, lambda: listing(pane).answered)
    return pane


def listing(pane: StacksPane) -> StackListing:
    """The stacks that AWS listed last."""
    return pane.overview.listing


def selected(pane: StacksPane) -> str:
    """The name of the stack under the cursor; "" if there is none."""
    stack = pane.overview.selected
    return stack.name if stack is not None else ""


def said(pane: StacksPane) -> str:
    """What the pane tells, wherever it does."""
    shown = [one for one in pane.query(Static) if one.display and one.id in ("stacks-empty", "stacks-said")]
    return " ".join(str(one.render()) for one in shown)


def rows(pane: StacksPane) -> list[str]:
    """The lines of the list, the heading first."""
    listing = pane.query_one(StackList)
    return [listing.line_text(index, 114).plain for index in range(listing.line_count())]


def events(pane: StacksPane) -> list[str]:
    """The lines of the events."""
    listing = pane.query_one(StackEvents)
    return [listing.line_text(index, 114).plain for index in range(listing.line_count())]


def on_screen(app: DotsApp) -> str:
    """Everything that is on the screen, as text."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def launch(aws: Aws, files: CustomFiles, name: str = "run-1") -> None:
    """A training as another program would have launched it."""
    planned = training_stack.plan(aws, files, LaunchChoices("base", name))
    assert not planned.blocked
    for _ in training_stack.launch(aws, planned, files, poll_s=0.01):
        pass


async def type_name(pilot: Pilot[int], until: Until, name: str) -> None:
    """Type the name a dialog asks for."""
    await until(pilot, lambda: isinstance(pilot.app.screen, TypeName))
    pilot.app.screen.query_one(Input).value = name
    await pilot.press("enter")
    await pilot.pause()


def busy(pane: StacksPane) -> str:
    """The operation in progress, in words."""
    return pane.query_one(StackProgress).busy


def waits(go_on: threading.Event) -> None:
    """Hold up AWS until ``go_on`` is set."""
    go_on.wait(20)


async def plan(pilot: Pilot[int], until: Until, **fields: str) -> StacksPane:
    """Fill in the form, which opens with ``n``, and wait until everything on the board is known."""
    await pilot.press("n")
    await until(pilot, lambda: isinstance(pilot.app.screen, LaunchForm))
    for name, value in fields.items():
        pilot.app.screen.query_one(f"#form-{name}", Input).value = value
    await pilot.press("enter")
    pane = pilot.app.pane  # type: ignore[attr-defined]
    assert isinstance(pane, StacksPane)
    await until(pilot, lambda: pane.preparation.plan is not None)
    return pane
