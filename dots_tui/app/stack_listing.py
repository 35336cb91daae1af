"""The stacks of the chosen regions, as AWS last listed them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dots_tui.app.blocking import in_thread

if TYPE_CHECKING:
    from dots_tui.app.workspace import Workspace
    from dots_tui.aws.problems import AwsProblem
    from dots_tui.aws.stacks import Stack

_NOT_READY = ("DELETE_COMPLETE", "ROLLBACK_COMPLETE")
_Answer = tuple["str", "list[Stack]", "dict[str, AwsProblem]"]


class StackListing:
    """The stacks of the regions that the user has chosen. It changes only on the event loop."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._asked = self._answers = 0
        self.region = ""
        """The region in use at the last answer; "" before that."""
        self.stacks: list[Stack] = []
        self.dark: dict[str, AwsProblem] = {}
        """Regions that could not be listed, with the reason."""
        self.answered = False
        """True if AWS has answered since `retry`."""
        self.problem: Exception | None = None
        """Why AWS could not be asked; None if it could."""
        self._since = time.monotonic()

    @property
    def waiting_s(self) -> float:
        """Seconds since the first question that has no answer yet; 0 if there is an answer."""
        return 0.0 if self.answered else time.monotonic() - self._since

    @property
    def bases(self) -> list[str]:
        """Names of the complete base stacks in the region in use."""
        here = [stack for stack in self.stacks if stack.kind == "base" and stack.region == self.region]
        return [stack.name for stack in here if is_ready(stack)]

    @property
    def names(self) -> set[str]:
        """Names of all stacks."""
        return {stack.name for stack in self.stacks}

    async def refresh(self) -> None:
        """List the stacks. An answer that arrives after the one to a later question is dropped."""
        self._asked += 1
        number = self._asked
        try:
            found, problem = await in_thread(self._list, name="stacks"), None
        except Exception as error:  # noqa: BLE001 - the pane shows it, whatever it is
            found, problem = None, error
        if number <= self._answers:
            return
        self._answers = number
        self.problem, self.answered = problem, True
        if found is not None:
            self.region, self.stacks, self.dark = found

    def _list(self) -> _Answer:
        from dots_tui.aws.account import chosen_regions
        from dots_tui.aws.everywhere import stacks_of

        aws = self._workspace.aws()
        return aws.region, *stacks_of(aws, chosen_regions(self._workspace.settings.regions, aws.region))

    def retry(self) -> None:
        """Forget the last problem: its cause may be gone."""
        self.problem, self.answered, self._since = None, False, time.monotonic()

    def forget(self) -> None:
        """Forget everything, because it belongs to another account; an answer on its way is dropped."""
        self.region, self.stacks, self.dark = "", [], {}
        self._answers = self._asked
        self.retry()

    def use_region_of(self, stack: Stack) -> bool:
        """Make the region of `stack` the one in use; the previous one stays listed. Return False if it was in use."""
        workspace = self._workspace
        if not self.region or stack.region in ("", self.region):
            return False
        listed = [name for name in workspace.settings.regions.split(",") if name not in ("", stack.region)]
        workspace.settings_file.update(regions=",".join(dict.fromkeys([*listed, self.region])))
        workspace.use(region=stack.region)
        self.region = stack.region
        return True


def is_ready(stack: Stack) -> bool:
    """Return True if a base stack is complete."""
    return stack.status.endswith("_COMPLETE") and stack.status not in _NOT_READY
