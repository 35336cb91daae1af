"""Stopping a training from the pane that watches it: the Stacks pane does it, and shows how it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dots_tui.panes.base import Pane

if TYPE_CHECKING:
    from dots_tui.panes.stacks import StacksPane


def ask_and_stop(pane: Pane, name: str) -> None:
    """Go to the Stacks pane and ask there whether to stop ``name``."""
    stacks = cast("StacksPane", pane.host.show_pane(2))
    stacks.call_after_refresh(stacks.ask_and_stop, name)
