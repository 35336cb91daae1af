"""The line below the list of stacks: base stacks, address, unlisted regions and orphans."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Static

from dots_tui.app.orphan_search import OrphanSearch
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.base import Part
from dots_tui.ui.panes.stacks import stack_words

if TYPE_CHECKING:
    from dots_tui.app.stack_listing import StackListing
    from dots_tui.app.workspace import Workspace
    from dots_tui.ui.panes.stacks.port import StacksPort

ORPHANS = Command(
    "stacks.orphans",
    "Orphans",
    "Find resources of ended trainings in all regions, and how to remove them.",
    "o",
    "orphans",
)


class StackSummary(Part, Static):
    """The summary of the account in one line. It owns the search for orphans."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (ORPHANS,)

    def __init__(self, workspace: Workspace, listing: StackListing, port: StacksPort) -> None:
        super().__init__(id="stacks-line", markup=False)
        self._listing, self._port = listing, port
        self.orphans = OrphanSearch(workspace.aws)

    def update_line(self) -> None:
        """Show the current facts, and search for orphans if that has not been done yet."""
        listing = self._listing
        if listing.region and self.orphans.result is None:
            self.look_for_orphans()
        self._draw()

    def _draw(self) -> None:
        listing = self._listing
        words = stack_words.line_below(listing.stacks, listing.region, self.workspace.settings.address, listing.dark)
        self.update("   ".join([*words, *([self.orphans.words] if listing.region else [])]))
        self.set_class(self.orphans.costs or bool(listing.dark), "-warning")

    def look_for_orphans(self) -> None:
        """Search for orphans in all regions and count them in the line."""
        self._port.start(self._search(), group="orphans", exclusive=True)

    async def _search(self) -> None:
        from dots_tui.aws.problems import AwsProblem

        try:
            await self.orphans.search(self._port)
        except AwsProblem:
            self.log("orphans", self.orphans.problem)  # the line shows it
        self._draw()

    def action_orphans(self) -> None:
        """List the current orphans; the command that deletes the chosen one is copied."""
        self._port.start(self._choose(), group="orphans", exclusive=True)

    async def _choose(self) -> None:
        try:
            command = await self.orphans.choose_command(self._port)
        finally:
            self._draw()
        if command:
            self.app.copy_to_clipboard(command)
            self.notify(command, title="Sent to the terminal's clipboard", timeout=8)
