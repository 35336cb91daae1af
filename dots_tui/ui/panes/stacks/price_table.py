"""The table of prices: every GPU type in every zone of the chosen regions, to sort, filter and choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from dots_tui.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from dots_tui.aws.market import Market, Price

SORTS = ("$/worker-h", "spot", "on demand", "type", "zone", "interrupted")
_COLUMNS = (
    ("zone", 15, False),
    ("type", 13, False),
    ("workers", 7, True),
    ("spot", 8, True),
    ("on demand", 9, True),
    ("$/worker-h", 10, True),
    ("interrupted", 10, False),
)
_NARROW_WITHOUT = "on demand"
_BETWEEN = 2
_UNKNOWN = float("inf")


def sort_key(row: Price, by: str, market: str) -> tuple[object, ...]:
    """Return the sort key of a row; unknown values come last."""
    per_worker = row.per_worker(market)
    worker = _UNKNOWN if per_worker is None else per_worker
    keys: dict[str, object] = {
        "$/worker-h": worker,
        "spot": _UNKNOWN if row.spot is None else row.spot,
        "on demand": _UNKNOWN if row.on_demand is None else row.on_demand,
        "type": row.type,
        "zone": row.zone,
        "interrupted": _band(row.band),
    }
    return (keys[by], worker, row.zone, row.type)


def _band(label: str) -> float:
    digits = "".join(char if char.isdigit() else " " for char in label).split()
    if not digits:
        return _UNKNOWN
    return float(digits[0]) + (0.5 if label.startswith(">") else -1 if label.startswith("<") else 0)


def cells(row: Price, market: str) -> dict[str, str]:
    """Return a row of the table by column. `~` marks a price of the dated list."""
    per_worker = row.per_worker(market)
    on_demand = "" if row.on_demand is None else f"{'~' if row.listed else ''}{row.on_demand:.3f}"
    return {
        "zone": row.zone,
        "type": row.type,
        "workers": str(row.workers),
        "spot": "" if row.spot is None else f"{row.spot:.3f}",
        "on demand": on_demand,
        "$/worker-h": "" if per_worker is None else f"{per_worker:.3f}",
        "interrupted": row.band,
    }


def matching(rows: Sequence[Price], words: str) -> list[Price]:
    """Return the rows that contain every word in zone, type or band."""
    wanted = words.lower().split()
    return [row for row in rows if all(word in f"{row.zone} {row.type} {row.band}".lower() for word in wanted)]


class PriceRowChosen(Message):
    """Enter, or a second click, on a row."""

    def __init__(self, row: Price) -> None:
        super().__init__()
        self.row = row


class PriceTable(RowList):
    """The rows below a heading. Enter or a second click chooses one."""

    def __init__(self) -> None:
        super().__init__(id="prices-table")
        self.rows: list[Price] = []
        self.market = "spot"
        self.by = SORTS[0]

    def show(self, rows: Sequence[Price], market: str, by: str) -> None:
        """Show these rows; the cursor goes to the first."""
        self.rows, self.market, self.by = list(rows), market, by
        self.redraw()
        self.cursor = 1 if self.rows else -1

    def line_count(self) -> int:
        return len(self.rows) + 1 if self.rows else 0

    def selectable(self, index: int) -> bool:
        return index > 0

    def choose(self, index: int) -> None:
        self.post_message(PriceRowChosen(self.rows[index - 1]))

    def line_text(self, index: int, width: int) -> Text:
        whole = sum(size for _, size, _ in _COLUMNS) + _BETWEEN * (len(_COLUMNS) - 1)
        values = {name: name for name, _, _ in _COLUMNS} if index == 0 else cells(self.rows[index - 1], self.market)
        pieces = []
        for name, size, right in _COLUMNS:
            if name == _NARROW_WITHOUT and width < whole:
                continue
            piece = Text(values[name], self.tint("heading" if name == self.by else "muted") if index == 0 else "")
            if right:
                piece.pad_left(max(0, size - piece.cell_len))
            piece.truncate(size, overflow="ellipsis", pad=True)
            pieces.append(piece)
        return Text(" " * _BETWEEN, end="", no_wrap=True).join(pieces)


class PricesScreen(ModalScreen["tuple[Price, str] | None"]):
    """The table with its sources. The answer is a row and the market it was chosen in."""

    DEFAULT_CSS = """
    PricesScreen { align: center middle; }
    PricesScreen > Vertical {
        width: 100%; max-width: 100; height: 92%;
        border: round $border; border-title-color: $text; border-subtitle-color: $text-muted;
        background: $surface; padding: 0 1;
    }
    PricesScreen PriceTable { height: 1fr; }
    PricesScreen #prices-filter { display: none; background: $panel; }
    PricesScreen.-filtering #prices-filter { display: block; }
    PricesScreen #prices-notes { height: auto; max-height: 4; color: $text-muted; }
    """
    BINDINGS = [
        Binding("escape", "close", "Close", key_display="esc"),
        Binding("q,p", "dismiss(None)", "Close", show=False),
        Binding("s", "sort", "Sort"),
        Binding("m", "market", "Market"),
        Binding("slash", "filter", "Filter"),
    ]

    def __init__(self, market: Market, wanted: str, words: str = "") -> None:
        super().__init__()
        self._market, self._wanted, self._words = market, wanted, words
        self._by = SORTS[0]

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "prices ─ USD an hour"
            yield Input(self._words, placeholder="words in zone, type or band", compact=True, id="prices-filter")
            yield PriceTable()
            yield Static(id="prices-notes", markup=False)

    def on_mount(self) -> None:
        notes = "; ".join(self._market.gaps)
        asked = f"Spot prices of {self._market.asked:%H:%M} UTC. "
        self.query_one("#prices-notes", Static).update(asked + (f"Not complete: {notes}." if notes else ""))
        self.set_class(bool(self._words), "-filtering")
        self.query_one(PriceTable).focus()
        self._arrange()

    def _arrange(self) -> None:
        every = self._market.rows
        if self._wanted != "spot":  # on demand a type costs the same in all zones of a region
            best = self._market.cheapest(self._wanted, len(every))
            every = [replace(row, zone=row.region, spot=None) for row in best]
        rows = matching(every, self.query_one(Input).value)
        rows.sort(key=lambda row: sort_key(row, self._by, self._wanted))
        table = self.query_one(PriceTable)
        table.empty = "No price matches." if self._market.rows else "No price could be had."
        table.show(rows, self._wanted, self._by)
        hints = f"{self._wanted} by {self._by}   enter chooses  s sort  m market  / filter  esc closes"
        self.query_one(Vertical).border_subtitle = hints

    @on(Input.Changed)
    def _filtered(self) -> None:
        self._arrange()

    @on(Input.Submitted)
    def _to_table(self) -> None:
        self.query_one(PriceTable).focus()

    @on(PriceRowChosen)
    def _chosen(self, message: PriceRowChosen) -> None:
        self.dismiss((message.row, self._wanted))

    def action_sort(self) -> None:
        self._by = SORTS[(SORTS.index(self._by) + 1) % len(SORTS)]
        self._arrange()

    def action_market(self) -> None:
        self._wanted = "standard" if self._wanted == "spot" else "spot"
        self._arrange()

    def action_filter(self) -> None:
        self.add_class("-filtering")
        self.query_one(Input).focus()

    def action_close(self) -> None:
        """Close the filter if it is open, else the table."""
        field = self.query_one(Input)
        if self.has_class("-filtering"):
            field.value = ""
            self.remove_class("-filtering")
            self.query_one(PriceTable).focus()
        else:
            self.dismiss(None)
