"""The go/no-go board of a launch: one row per check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual.message import Message

from dots_tui.ui.widgets.glyphs import clean
from dots_tui.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from dots_tui.aws.checks.result import CheckResult
    from dots_tui.aws.launch_plan import LaunchPlan

WORDS = {"good": "go", "info": "note", "warning": "look", "error": "no-go"}
"""The word beside the sign of a check: neither sign nor color is the only carrier."""
_TINTS = {"good": "good", "info": "info", "warning": "warning", "error": "bad"}
_WORD = 5
FIX = "F"


class CheckHighlighted(Message):
    """The cursor of the board is on another check, or the check under it has a result."""


class CheckChosen(Message):
    """Enter, or a second click, on a check."""


class LaunchBoard(RowList):
    """The checks of a launch in their order, each as soon as its result is known. Enter or a second click fixes it."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self._titles: dict[str, str] = {}
        self._told: dict[str, list[CheckResult]] = {}
        self._rows: list[tuple[str, CheckResult | None]] = []

    def begin(self, titles: Sequence[tuple[str, str]]) -> None:
        """Start again: a row for each check (topic, title) without a result."""
        self._titles, self._told = dict(titles), {}
        self._arrange()
        self.cursor = 0

    def tell(self, line: CheckResult) -> None:
        """Show a result."""
        self._told.setdefault(line.topic, []).append(line)
        self._arrange()

    def show(self, lines: Sequence[CheckResult]) -> None:
        """Show all results, and remove the checks without one."""
        self._told = {}
        for line in lines:
            self._told.setdefault(line.topic, []).append(line)
        self._titles = {topic: title for topic, title in self._titles.items() if topic in self._told}
        self._arrange()
        worst = [index for index, (_, line) in enumerate(self._rows) if line is not None and line.severity == "error"]
        if worst:
            self.cursor = worst[0]

    @property
    def here(self) -> CheckResult | None:
        """The result under the cursor; None if it is not known yet."""
        return self._rows[self.cursor][1] if 0 <= self.cursor < len(self._rows) else None

    @property
    def known(self) -> tuple[int, int]:
        """The number of checks with a result, and of all checks."""
        return len(self._told), len(self._titles)

    def _arrange(self) -> None:
        topic = self._rows[self.cursor][0] if 0 <= self.cursor < len(self._rows) else ""
        self._rows = [(name, line) for name in self._titles for line in self._told.get(name, [None])]
        self.redraw()
        topics = [name for name, _ in self._rows]
        if topic in topics:
            self.cursor = topics.index(topic)
        self.post_message(CheckHighlighted())

    # -- rows -----------------------------------------------------------------------------------------

    def line_count(self) -> int:
        return len(self._rows)

    def choose(self, index: int) -> None:  # noqa: ARG002 - `here` returns it
        self.post_message(CheckChosen())

    def highlight(self, index: int) -> None:  # noqa: ARG002 - `here` returns it
        self.post_message(CheckHighlighted())

    def line_text(self, index: int, width: int) -> Text:
        topic, line = self._rows[index]
        if line is None:
            text = Text(f"{self.glyph('waiting')} {'…':<{_WORD}} {self._titles[topic]}", self.tint("muted"))
            text.truncate(width, overflow="ellipsis")
            return text
        tint = self.tint(_TINTS[line.severity])
        text = Text(end="", no_wrap=True).append(f"{self.glyph(line.severity)} {WORDS[line.severity]:<{_WORD}} ", tint)
        hint = f"  {FIX} {line.remedies[0].label}" if line.remedies else ""
        message = Text(clean(line.message), tint if line.severity == "error" else "")
        message.truncate(max(8, width - text.cell_len - len(hint)), overflow="ellipsis", pad=bool(hint))
        text.append_text(message)
        text.append(hint, self.tint("accent"))
        text.truncate(width, overflow="ellipsis")
        return text


def verdict(plan: LaunchPlan | None, known: tuple[int, int]) -> str:
    """Return go, no-go, or the progress of the checks, in a few words."""
    if plan is None:
        return f"{known[0]} of {known[1]} checked"
    errors = sum(one.severity == "error" for one in plan.obstacles)
    if errors:
        return "NO-GO: 1 thing is in the way" if errors == 1 else f"NO-GO: {errors} things are in the way"
    warnings = sum(one.severity == "warning" for one in plan.obstacles)
    looks = "" if not warnings else ", 1 to look at" if warnings == 1 else f", {warnings} to look at"
    return f"GO{looks}: y launches"
