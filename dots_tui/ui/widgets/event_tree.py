"""The progress of a stack: one row per resource with its latest state, and the first failure with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from rich.text import Text

from dots_tui.ui.widgets.chart import bar
from dots_tui.ui.widgets.drawing import Drawing
from dots_tui.ui.widgets.glyphs import ascii_only, clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.style import Style

STACK = "AWS::CloudFormation::Stack"
BAR = 30
# CloudFormation reports these for resources it gave up because another one failed.
FOLLOWED = ("creation cancelled", "update cancelled", "deletion cancelled")


class StackEventLike(Protocol):
    """The fields of a stack event that the list needs (CloudFormation DescribeStackEvents)."""

    @property
    def resource(self) -> str:
        """The logical id."""

    @property
    def type(self) -> str: ...
    @property
    def status(self) -> str:
        """For example CREATE_IN_PROGRESS."""

    @property
    def reason(self) -> str: ...


class StackEvents(Drawing, can_focus=True):
    """Live events of one stack. Arrows and pages scroll when there are more rows than lines."""

    DEFAULT_CSS = """
    StackEvents { height: 1fr; min-height: 3; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self._latest: dict[str, StackEventLike] = {}
        self._failure: StackEventLike | None = None
        self._expected = 0

    def clear(self, expected: int = 0) -> None:
        """Start again. `expected` is the number of resources, 0 if unknown."""
        self._latest, self._failure, self._expected = {}, None, expected
        self.redraw()

    def add(self, events: Iterable[StackEventLike]) -> None:
        """Add `events`, oldest first."""
        for event in events:
            self._latest[event.resource] = event
            if self._failure is None and is_failure(event):
                self._failure = event
        self.redraw()

    @property
    def first_failure(self) -> StackEventLike | None:
        """The first failure, which caused the other ones."""
        return self._failure

    @property
    def progress(self) -> tuple[int, int]:
        """The number of finished resources and the total; the stack itself does not count."""
        # Events of our own (an upload, say) are shown but are no resources of the stack.
        resources = [event for event in self._latest.values() if event.type.startswith("AWS::") and event.type != STACK]
        done = sum(event.status.endswith(("_COMPLETE", "_SKIPPED")) for event in resources)
        return done, max(self._expected, len(resources))

    def draw(self, width: int, height: int) -> list[Text]:
        del height
        if not self._latest:
            return []
        done, total = self.progress
        plain = ascii_only(self.app)
        cells = max(0, min(BAR, width - 16))
        progress = bar(done / total if total else 0.0, cells, plain)
        tint = self.tint("good" if self._failure is None else "bad")
        lines = [Text.assemble((progress, tint), f"  {done} of {total} done")] if total else []
        if self._failure is not None:
            lines += self._because(self._failure, width)
        events = sorted(self._latest.values(), key=lambda event: event.type != STACK)
        names = min(max(len(event.resource) for event in events), max(8, width // 3))
        words = max(len(_words(event.status)) for event in events)
        return lines + [self._row(event, names, words, width) for event in events]

    def _because(self, failure: StackEventLike, width: int) -> list[Text]:
        """Return the first failure, wrapped to as many lines as its reason needs."""
        reason = clean(failure.reason) or "no reason given"
        text = Text(f"{self.glyph('error')} {clean(failure.resource)} failed first: {reason}", self.tint("bad"))
        return list(text.wrap(self.app.console, max(10, width)))

    def _row(self, event: StackEventLike, names: int, words: int, width: int) -> Text:
        sign, style = self._sign(event)
        row = Text(end="", no_wrap=True).append(f"{self.glyph(sign)} {_words(event.status):<{words}}  ", style)
        name = Text(clean(event.resource), style="bold" if event is self._failure else "")
        name.truncate(names, overflow="ellipsis", pad=True)
        row.append_text(name).append(f"  {event.type.replace('AWS::', '')}", self.tint("muted"))
        if event.reason and event is not self._failure:
            row.append(f"  {clean(event.reason)}", self.tint("muted"))
        row.truncate(width, overflow="ellipsis")
        return row

    def _sign(self, event: StackEventLike) -> tuple[str, Style]:
        status = event.status
        if status.endswith("_FAILED"):
            return "error", self.tint("bad")
        if "ROLLBACK" in status:
            return "warning", self.tint("warning")
        if status.endswith("_IN_PROGRESS"):
            return "busy", self.tint("info")
        return "good", self.tint("good")


def is_failure(event: StackEventLike) -> bool:
    """Return True if `event` failed by itself, not because another resource failed."""
    return event.status.endswith("_FAILED") and not any(word in event.reason.lower() for word in FOLLOWED)


def _words(status: str) -> str:
    """CREATE_IN_PROGRESS -> "creating", CREATE_COMPLETE -> "create complete"."""
    verb, _, rest = status.partition("_")
    doing = {"CREATE": "creating", "DELETE": "deleting", "UPDATE": "updating", "ROLLBACK": "rolling back"}
    if rest == "IN_PROGRESS" and verb in doing:
        return doing[verb]
    return clean(status).replace("_", " ").lower()
