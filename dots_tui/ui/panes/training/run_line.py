"""The first line of the Training pane: the run and its connection, with the commands that concern the instance."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual import work
from textual.widgets import Static

from dots_tui.app.runs.host_run import wrong_host
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.training import head
from dots_tui.ui.panes.training.connection import ConnectionScreen
from dots_tui.ui.panes.training.instance_pages import PagesDialog, pages_of
from dots_tui.ui.panes.training.run_part import RunPart, needs_run
from dots_tui.ui.widgets.dialogs import Prompt
from dots_tui.ui.widgets.glyphs import ascii_only, clean

if TYPE_CHECKING:
    from dots_tui.app.runs.run import Run

BETWEEN = 2
"""Cells between the run and its connection."""
_HOST = "A host of ~/.ssh/config, or user@address[:port], on which DeepRacer for Cloud runs"


def has_browser() -> bool:
    """Return True if a page can be opened from here: not over SSH and not in a cloud shell."""
    if sys.platform in ("darwin", "win32"):
        return not os.environ.get("SSH_CONNECTION")
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _needs_address(line: RunLine) -> str:
    return needs_run(line) or ("" if line.run is not None and line.run.address else "the instance has no address yet")


def _needs_history(line: RunLine) -> str:
    snapshot = line.run_snapshot
    reading = snapshot is not None and snapshot.history is not None
    return needs_run(line) or ("" if reading else "no old lines are being read")


_command = partial(Command, show=False)


INSTANCE_COMMANDS = (
    _command(
        "training.links",
        "Links",
        "Open or copy a web page of the instance: cameras, stream, Grafana.",
        "o",
        "links",
        needs=_needs_address,
    ),
    _command(
        "training.connection",
        "Connection",
        "Show the transports to the instance: the one in use, and why others are not.",
        "d",
        "connection",
        needs=lambda line: line.limits.connection,
    ),
    _command(
        "training.host",
        "Watch host",
        "Watch any host that runs DeepRacer for Cloud, over SSH.",
        "H",
        "host",
    ),
    _command(
        "training.skip-history",
        "Skip old lines",
        "Skip log lines from before you started watching.",
        "",
        "skip_history",
        needs=_needs_history,
    ),
)


class RunLine(RunPart, Static):
    """The run on the left, its connection on the right."""

    ACTIONS = INSTANCE_COMMANDS

    def __init__(self) -> None:
        super().__init__(id="training-head", classes="line")

    def draw(self, run: Run, now: datetime) -> None:
        """Show the current state of `run`."""
        plain, snapshot = ascii_only(self.app), run.snapshot()
        transport = head.transport_line(run.transport, plain, short=True) if run.transport is not None else ""
        room = self.content_size.width - len(transport) - BETWEEN
        shown = snapshot.run if snapshot is not None else None
        line = head.headline(clean(run.name), shown, run.stack, now, room, ended=bool(run.ended))
        line.pad_right(max(0, room + BETWEEN - line.cell_len))
        self.update(line.append(transport, "dim"))

    def action_connection(self) -> None:
        snapshot = self.run_snapshot
        if snapshot is not None:
            self.app.push_screen(ConnectionScreen(snapshot))

    def action_skip_history(self) -> None:
        if self.run is not None:
            self.run.skip_history()

    @work
    async def action_host(self) -> None:
        host = await self.app.push_screen_wait(Prompt("Watch host", _HOST, "", wrong_host, yes="Watch"))
        if host is not None:
            self.workspace.watch_host(host.strip())

    @work
    async def action_links(self) -> None:
        run = self.run
        if run is None:
            return
        browser = has_browser()
        pages = pages_of(run.address, ours=run.stack is None or run.stack.ours)
        value = await self.app.push_screen_wait(PagesDialog(pages, browser=browser))
        if value is None:
            return
        url = value.rpartition(" ")[2]
        if browser and not value.startswith("copy "):
            self.app.open_url(url)
            return
        self.app.copy_to_clipboard(url)
        self.notify(url, title="Sent to the terminal's clipboard")
