"""The go/no-go board of a launch: one row a check, from "not known yet" to its evidence, and the plan beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text
from textual.message import Message
from textual.widgets import Static

from dots_tui.ui.widgets.glyphs import ascii_only, clean, glyph
from dots_tui.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from dots_tui.aws.checks.result import CheckResult
    from dots_tui.aws.launch_plan import LaunchPlan
    from dots_tui.aws.market import Price

WORDS = {"good": "go", "info": "note", "warning": "look", "error": "no-go"}
"""What a line says beside its sign, so that neither sign nor colour carries it alone."""
_TINTS = {"good": "good", "info": "info", "warning": "warning", "error": "bad"}
_WORD = 5
FIX = "F"


class LaunchBoard(RowList):
    """The checks of a launch in their order, each as soon as it is known. Enter or a second click asks for its fix."""

    class Moved(Message):
        """The cursor is on another line, or the line under it was told."""

    class Chosen(Message):
        """Enter, or a second click, on a line."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self._titles: dict[str, str] = {}
        self._told: dict[str, list[CheckResult]] = {}
        self._rows: list[tuple[str, CheckResult | None]] = []

    def begin(self, titles: Sequence[tuple[str, str]]) -> None:
        """Nothing is known yet: a row for each check (topic, what it is about)."""
        self._titles, self._told = dict(titles), {}
        self._arrange()
        self.cursor = 0

    def tell(self, line: CheckResult) -> None:
        """A line is known."""
        self._told.setdefault(line.topic, []).append(line)
        self._arrange()

    def show(self, lines: Sequence[CheckResult]) -> None:
        """All lines are known; what could not be told goes."""
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
        """The line under the cursor; None while it is not known."""
        return self._rows[self.cursor][1] if 0 <= self.cursor < len(self._rows) else None

    @property
    def known(self) -> tuple[int, int]:
        """How many checks have told, of how many."""
        return len(self._told), len(self._titles)

    def _arrange(self) -> None:
        topic = self._rows[self.cursor][0] if 0 <= self.cursor < len(self._rows) else ""
        self._rows = [(name, line) for name in self._titles for line in self._told.get(name, [None])]
        self.redraw()
        topics = [name for name, _ in self._rows]
        if topic in topics:
            self.cursor = topics.index(topic)
        self.post_message(self.Moved())

    # -- rows -----------------------------------------------------------------------------------------

    def line_count(self) -> int:
        return len(self._rows)

    def choose(self, index: int) -> None:  # noqa: ARG002 - it is the one under the cursor
        self.post_message(self.Chosen())

    def highlight(self, index: int) -> None:  # noqa: ARG002 - asked for with `here`
        self.post_message(self.Moved())

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


class LineDetails(Static):
    """The whole of a line that is longer than its row, and what to do about it."""

    def show(self, line: CheckResult | None) -> None:
        """Show ``line``; None shows nothing."""
        if line is None:
            self.update("")
            return
        text = Text(clean(line.message))
        if line.fix:
            text.append(f"\n{clean(line.fix)}", "dim")
        self.update(text)


class PlanBox(Static):
    """What a launch would do, once it is known."""

    def show(self, rows: Sequence[tuple[str, str]]) -> None:
        """Labels and values; a label that comes again goes on with the one before."""
        table = Table.grid(padding=(0, 1))
        table.add_column(no_wrap=True, style="dim", min_width=8)
        table.add_column(overflow="fold")
        before = ""
        for label, value in rows:
            again = label == before
            table.add_row("" if again else label, Text(clean(value), "bold" if label == "costs" and not again else ""))
            before = label
        self.update(table)


class BestPrices(Static):
    """The cheapest types for a worker and hour, and the one that was chosen."""

    def show(self, rows: Sequence[Price], chosen: Price | None, market: str, gap: str = "") -> None:
        """Rows in their order; ``chosen`` is put below them when it is not one of them."""
        every = [*rows, *([chosen] if chosen is not None and chosen not in rows else [])]
        mark = glyph("cursor", ascii_only(self.app))
        lines = []
        places = max((len(row.zone if market == "spot" else row.region) for row in every), default=0)
        types = max((len(row.type) for row in every), default=0)
        for row in every:
            per_worker = row.per_worker(market)
            price = "" if per_worker is None else f"{per_worker:.3f}"
            place = row.zone if market == "spot" else row.region
            band = row.band if market == "spot" else ""
            line = f"{place:<{places}} {row.type:<{types}} {row.workers:>2} w {price:>6} {band}".rstrip()
            lines.append((f"{mark if row == chosen else ' '}{line}\n", "bold" if row == chosen else ""))
        self.border_subtitle = f"{mark} chosen" if chosen is not None else ""
        text = Text.assemble(*lines) if lines else Text(gap or "No price is known.", "dim")
        text.rstrip()
        self.styles.text_wrap = "nowrap" if lines else "wrap"
        self.update(text)


def verdict(plan: LaunchPlan | None, known: tuple[int, int]) -> str:
    """Go, no-go, or how far the looking is, in a few words."""
    if plan is None:
        return f"{known[0]} of {known[1]} checked"
    errors = sum(one.severity == "error" for one in plan.obstacles)
    if errors:
        return "NO-GO: 1 thing is in the way" if errors == 1 else f"NO-GO: {errors} things are in the way"
    warnings = sum(one.severity == "warning" for one in plan.obstacles)
    looks = "" if not warnings else ", 1 to look at" if warnings == 1 else f", {warnings} to look at"
    return f"GO{looks}: y launches"
