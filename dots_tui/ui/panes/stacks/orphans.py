"""What trainings left behind, as a list: what it is, how that is known, and the command that ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.ui.background import Job, in_background
from dots_tui.ui.widgets.dialogs import Choose, Confirm

if TYPE_CHECKING:
    from dots_tui.aws.orphans import Orphan, Orphans
    from dots_tui.ui.panes.stacks.pane import StacksPane


class OrphanWatch:
    """What ``pane`` knows of orphans. ``result`` is None until it was looked."""

    def __init__(self, pane: StacksPane) -> None:
        self._pane = pane
        self._job: Job | None = None
        self._showing = False
        self._problem = ""
        self.result: Orphans | None = None

    def look(self) -> None:
        """Look into all regions of the account, beside the interface."""
        if self._job is not None:
            return

        def ask(_: Job) -> Orphans:
            from dots_tui.aws.account import regions_or_known
            from dots_tui.aws.orphans import look

            aws = self._pane.workspace.aws()
            return look(aws, regions_or_known(aws)[0])

        self._job = in_background(self._pane, ask, self._known, self._unknown, name="orphans")

    def forget(self) -> None:
        """Another account: what is known is another's."""
        if self._job is not None:
            self._job.cancel()
        self._job, self.result, self._problem = None, None, ""

    @property
    def words(self) -> str:
        """What is known, in a few words."""
        if self._problem:
            return f"orphans: not known, {self._problem}"
        if self.result is None:
            return "orphans: looking …"
        beside = f", {len(self.result.problems)} regions not looked into" if self.result.problems else ""
        found = self.result.found
        if not found:
            return f"orphans: none in {len(self.result.regions)} regions{beside}"
        costing = sum(one.costs for one in found)
        cost = f", {costing} of them cost money" if costing and costing < len(found) else ", which cost money"
        return f"orphans: {len(found)}{cost if costing else ''}{beside} (o shows them)"

    @property
    def bad(self) -> bool:
        """Whether something costs money nobody looks after."""
        return self.result is not None and any(one.costs for one in self.result.found)

    def show(self) -> None:
        """The list, as soon as it is known; it is looked for anew."""
        self._showing = True
        self.look()
        self._pane.notify("Looking into all regions of the account …", timeout=4)

    def _known(self, result: Orphans) -> None:
        self._job, self.result, self._problem = None, result, ""
        self._pane.show_line()
        if self._showing:
            self._showing = False
            self._open(result)

    def _unknown(self, error: Exception) -> None:
        self._job, self._problem = None, str(getattr(error, "what", "") or error)
        self._pane.show_line()
        if self._showing:
            self._showing = False
            self._pane.blame(error)

    def _open(self, result: Orphans) -> None:
        where = f"Looked into {len(result.regions)} regions."
        if result.problems:
            where += " Not into " + "; ".join(f"{name}: {one.what}" for name, one in sorted(result.problems.items()))
        if not result.found:
            self._pane.notify(f"{where} Nothing is left behind.", title="Orphans", timeout=8)
            return
        options = [
            (str(index), f"{one.region:<14} {one.kind:<9} {one.id}  {one.why}")
            for index, one in enumerate(result.found)
        ]

        def chosen(value: str | None) -> None:
            if value is not None:
                self._advise(result.found[int(value)])

        self._pane.app.push_screen(OrphanList("Left behind", options, body=where), chosen)

    def _advise(self, orphan: Orphan) -> None:
        body = f"{orphan.kind} {orphan.id} in {orphan.region}: {orphan.why}.\n\n{orphan.advice}\n\n{orphan.command}"

        def answered(yes: bool | None) -> None:
            if yes:
                self._pane.app.copy_to_clipboard(orphan.command)
                self._pane.notify(orphan.command, title="Sent to the terminal's clipboard", timeout=8)

        self._pane.app.push_screen(Confirm("What to do", body, yes="Copy the command", no="Close"), answered)


class OrphanList(Choose):
    """Wider than a choice usually is: each line has to say what it is."""

    DEFAULT_CSS = """
    OrphanList #box { width: 110; }
    """
