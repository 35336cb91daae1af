"""What is known about the selected model: its checkpoints as a table and a chart, its family and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Vertical
from textual.widgets import Static

from dots_tui.app.models import model_words as words
from dots_tui.custom_files.diff import changed_lines
from dots_tui.ui.widgets.chart import Chart, Series
from dots_tui.ui.widgets.glyphs import clean
from dots_tui.ui.widgets.lines_view import LinesView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult

    from dots_tui.app.models.bucket_model import BucketModel
    from dots_tui.app.models.model_detail import CheckpointRow, ModelDetail

_FEWEST_POINTS = 2
_NARROW_COLUMNS = (0, 1, 2, 4, 7)
"""Columns of the table of checkpoints that stay in a narrow box."""


class CheckpointTable(LinesView, can_focus=True):
    """The checkpoints of a model, newest first."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self._rows: tuple[CheckpointRow, ...] = ()
        self._cells: list[tuple[str, ...]] = []

    def show(self, rows: Sequence[CheckpointRow]) -> None:
        """Show these checkpoints."""
        self._rows = tuple(reversed(rows))
        self._cells = [words.CHECKPOINT_COLUMNS, *map(words.checkpoint_cells, self._rows)]
        self.scroll_home(animate=False)
        self.redraw()

    def line_count(self) -> int:
        return len(self._cells) if self._rows else 0

    def line_text(self, index: int, width: int) -> Text:
        widths = [max(len(row[column]) for row in self._cells) for column in range(len(words.CHECKPOINT_COLUMNS))]
        columns = list(range(len(widths)))
        if sum(widths) + 2 * len(widths) > width:
            columns = list(_NARROW_COLUMNS)
        cells = self._cells[index]
        pieces = [cells[at].ljust(widths[at]) if at == columns[-1] else cells[at].rjust(widths[at]) for at in columns]
        text = Text("  ".join(pieces), end="", no_wrap=True)
        if index == 0 or self._rows[index - 1].stored is None:
            text.stylize(self.tint("muted"))
        elif self._rows[index - 1].best:
            text.stylize(self.tint("good"))
        text.truncate(width, overflow="ellipsis")
        return text


class ModelDetailView(Vertical):
    """The details of one model."""

    def compose(self) -> ComposeResult:
        yield Static(id="model-about", markup=False)
        yield Chart(id="model-chart")
        yield CheckpointTable(id="model-checkpoints")
        yield Static(id="model-files", markup=False)

    def on_mount(self) -> None:
        self.query_one(Chart).y_range = (0.0, 100.0)

    def show_model(self, model: BucketModel, models: Sequence[BucketModel]) -> None:
        """Show the facts of the list, before the details were read."""
        self.border_title = Text(clean(model.key.name))
        lines = words.about(model, models) or ["reading ..."]
        self.query_one("#model-about", Static).update("\n".join(map(clean, lines)))

    def show_detail(self, detail: ModelDetail, now: Mapping[str, bytes]) -> None:
        """Show checkpoints and files; `now` are the files that are open."""
        self.query_one(CheckpointTable).show(detail.rows)
        progress = Series("mean progress, per cent", _points(detail.rows))
        chart = self.query_one(Chart)
        chart.series = (progress,) if len(progress.points) >= _FEWEST_POINTS else ()
        chart.display = bool(chart.series)
        self.query_one("#model-files", Static).update(_files(detail, now))

    def clear(self) -> None:
        """Show that the details are not read yet."""
        self.query_one(CheckpointTable).show(())
        self.query_one(Chart).display = False
        self.query_one("#model-files", Static).update("")


def _points(rows: Sequence[CheckpointRow]) -> tuple[tuple[float, float], ...]:
    return tuple(
        (float(row.number), row.iteration.mean_progress)
        for row in rows
        if row.iteration is not None and row.iteration.mean_progress is not None
    )


def _files(detail: ModelDetail, now: Mapping[str, bytes]) -> str:
    """Return one line on the files the model was trained with."""
    if not detail.files:
        return "The files it was trained with are not in the bucket."
    differing = detail.differing(now)
    same = [name for name in detail.files if name in now and name not in differing]
    parts = [f"{name}: {changed_lines(lines)}" for name, lines in differing.items()]
    if same:
        parts.append(f"{', '.join(same)}: as open now")
    return "Trained with " + ("; ".join(parts) if parts else ", ".join(detail.files))
