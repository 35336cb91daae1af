"""Objects that a launch left in the bucket when it failed before its stack existed, and their removal."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dots_tui.aws import launch_notes
from dots_tui.aws.bucket import delete_keys
from dots_tui.aws.launch_notes import LaunchNote
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws


class LaunchRefused(AwsProblem):
    """A launch that failed before its stack existed.

    `left` are new keys of `bucket`; `replaced` is the number of uploaded files that existed before.
    """

    def __init__(
        self,
        cause: AwsProblem,
        bucket: str,
        uploaded: Sequence[str],
        before: Collection[str],
        note: LaunchNote | None = None,
    ) -> None:
        self.note = note
        self.left = tuple(key for key in uploaded if key not in before)
        self.replaced = len(uploaded) - len(self.left)
        self.bucket = bucket
        super().__init__(cause.code, cause.what, f"{cause.advice} {self._words()}".strip(), cause.detail)

    def _words(self) -> str:
        """Return a description of the objects that are left."""
        parts = []
        if self.left:
            parts.append(f"{len(self.left)} custom files were uploaded to {self.bucket} and are still there.")
        if self.replaced:
            parts.append(f"{self.replaced} that were there have the new content.")
        return " ".join(["No stack was made.", *parts])


def clean(aws: Aws, problem: LaunchRefused) -> int:
    """Delete only the objects that the launch added. Return their number. Raises AwsProblem."""
    count = delete_keys(aws, problem.bucket, problem.left)
    if problem.note is not None:
        launch_notes.drop(problem.note)
    return count
