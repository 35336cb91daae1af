"""What is known about the selected model: its checkpoints as a table and a chart, its family and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.containers import Vertical
from textual.widgets import Static

from dots_tui.app.blocking import in_thread
from dots_tui.app.models import model_words as words
from dots_tui.app.models.model_detail import read_detail
from dots_tui.custom_files.diff import changed_lines
from dots_tui.problems import problem_of
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.base import Part
from dots_tui.ui.panes.diff_screen import DiffScreen
from dots_tui.ui.widgets.chart import Chart, Series
from dots_tui.ui.widgets.dialogs import Choose
from dots_tui.ui.widgets.glyphs import clean
from dots_tui.ui.widgets.lines_view import LinesView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult
    from textual.timer import Timer

    from dots_tui.app.models.bucket_model import BucketModel, ModelKey
    from dots_tui.app.models.model_detail import CheckpointRow, ModelDetail

SETTLE_S = 0.15
"""Seconds that a model must be selected before its details are read."""
MOST_DETAILS = 30
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


def _needs_detail(view: ModelDetailView) -> str:
    if view.model is None:
        return "no model is selected"
    return "" if view.detail is not None else "its files are not read yet"


class ModelDetailView(Part, Vertical):
    """The details of one model, read when it has been selected for a moment."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command(
            "models.diff",
            "Diff",
            "Show how a file that the model was trained with differs from the open one.",
            "d",
            "diff",
            needs=_needs_detail,
        ),
    )

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self.model: BucketModel | None = None
        """The shown model."""
        self.detail: ModelDetail | None = None
        """Its details; None while they are read."""
        self._known: dict[ModelKey, ModelDetail] = {}
        self._settling: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="model-about", markup=False)
        yield Chart(id="model-chart")
        yield CheckpointTable(id="model-checkpoints")
        yield Static(id="model-files", markup=False)

    def on_mount(self) -> None:
        self.query_one(Chart).y_range = (0.0, 100.0)

    def show_model(self, model: BucketModel | None, models: Sequence[BucketModel]) -> None:
        """Show a model: its facts now, its details when they are read."""
        if self._settling is not None:
            self._settling.stop()
        self.model = model
        self.detail = self._known.get(model.key) if model is not None else None
        if model is None:
            return
        self.border_title = Text(clean(model.key.name))
        lines = words.about(model, models) or ["reading ..."]
        self.query_one("#model-about", Static).update("\n".join(map(clean, lines)))
        self._show_detail()
        self._settling = self.set_timer(SETTLE_S, self._read)

    def forget(self) -> None:
        """Forget what was read: it may be outdated."""
        self._known.clear()

    @work(exclusive=True, group="detail")
    async def _read(self) -> None:
        """Read the details of the shown model."""
        model = self.model
        if model is None:
            return
        try:
            detail = await in_thread(lambda: read_detail(self.workspace.aws(), model), name="model")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            self.notify(str(problem_of(error)), title=model.key.name, severity="warning")
            return
        while len(self._known) >= MOST_DETAILS:
            del self._known[next(iter(self._known))]
        if detail is not None:
            self._known[model.key] = detail
        if self.model is not None and self.model.key == model.key:
            self.detail = detail
            self._show_detail()
            self.refresh_bindings()

    def _show_detail(self) -> None:
        """Show checkpoints and files, or nothing while they are read."""
        detail, chart = self.detail, self.query_one(Chart)
        self.query_one(CheckpointTable).show(detail.rows if detail is not None else ())
        points = _points(detail.rows) if detail is not None else ()
        chart.series = (Series("mean progress, per cent", points),) if len(points) >= _FEWEST_POINTS else ()
        chart.display = bool(chart.series)
        files = _files(detail, self.workspace.sources()) if detail is not None else ""
        self.query_one("#model-files", Static).update(files)

    @work(exclusive=True, group="dialog")
    async def action_diff(self) -> None:
        """Show the diff of one file; ask which if several differ."""
        detail = self.detail
        assert detail is not None
        differing = detail.differing(self.workspace.sources())
        if not differing:
            self.notify("The open files are those it was trained with." if detail.files else "It has no files.")
            return
        name: str | None = next(iter(differing))
        if len(differing) > 1:
            name = await self.app.push_screen_wait(Choose("Which file?", [(one, one) for one in differing]))
        if name is not None:
            title = f"{name}: {detail.model.key.name} → open now"
            await self.app.push_screen_wait(DiffScreen(title, differing[name]))


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
