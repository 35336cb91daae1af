"""Asking AWS for the stacks of the Stacks pane, beside the interface, again and again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Callable

from dots_tui.ui.background import Job, in_background

if TYPE_CHECKING:
    from dots_tui.aws.problems import AwsProblem
    from dots_tui.aws.stacks import Stack
    from dots_tui.ui.panes.stacks.pane import StacksPane

REFRESH_SECONDS = 15.0
_PATIENCE_S = 60.0
"""For so long an answer is awaited before the question is put again."""
_HIDDEN_REFRESH = 4
"""Every so many refreshes the stacks are read while another pane is in front: the status bar tells their cost."""


class Asking:
    """Asks for ``pane``; ``told`` is called after an answer, ``failed`` when there is none."""

    def __init__(self, pane: StacksPane, told: Callable[[], None], failed: Callable[[], None]) -> None:
        self._pane, self._told, self._failed = pane, told, failed
        self._job: Job | None = None
        self._turns = 0
        self.region = ""
        """The region in use when AWS answered last; "" before that."""
        self.stacks: list[Stack] = []
        self.dark: dict[str, AwsProblem] = {}
        """Regions that could not be looked into, and why."""
        self.asked = False
        """Whether there was an answer since it was asked anew."""
        self.since = time.monotonic()
        """When the question was put that has no answer yet."""
        self.trouble: Exception | None = None
        """Why AWS could not be asked; None when it could."""

    def now_and_then(self) -> None:
        """Call it every REFRESH_SECONDS."""
        self._turns += 1
        if not self.asked and self.waiting_s < _PATIENCE_S:
            return  # a question put anew would throw a late answer away
        if self._pane.display or (self.stacks and self._turns % _HIDDEN_REFRESH == 0):
            self.ask()

    def ask(self) -> None:
        """Ask; an older question is not waited for."""
        workspace = self._pane.workspace

        def ask(_: Job) -> tuple[str, list[Stack], dict[str, AwsProblem]]:
            from dots_tui.aws.account import chosen_regions
            from dots_tui.aws.everywhere import stacks_of

            aws = workspace.aws()
            return aws.region, *stacks_of(aws, chosen_regions(workspace.settings.regions, aws.region))

        if self._job is not None:
            self._job.cancel()
        self._job = in_background(self._pane, ask, self._answered, self._refused, name="stacks")

    def anew(self) -> None:
        """What was in the way may be over: ask again and say that it is asked."""
        self.trouble, self.asked, self.since = None, False, time.monotonic()

    @property
    def waiting_s(self) -> float:
        """For how long there has been no answer, while there is none."""
        return 0.0 if self.asked else time.monotonic() - self.since

    def forget(self) -> None:
        """Another account: what is known is another's."""
        self._answered(("", [], {}))

    def _answered(self, found: tuple[str, list[Stack], dict[str, AwsProblem]]) -> None:
        self.region, self.stacks, self.dark = found
        self.trouble, self.asked = None, True
        self._told()

    def _refused(self, error: Exception) -> None:
        self.trouble, self.asked = error, True
        self._failed()
