"""The log in the Training pane: lines of all containers or of one, and the line in which a search is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from dots_tui.panes import training_lines as lines
from dots_tui.panes import training_view as view
from dots_tui.widgets.log_view import LogView

if TYPE_CHECKING:
    from dots_tui.spool import Spool
    from dots_tui.training.snapshot import RunSnapshot

_HINT = "text or regular expression, enter searches"


class RunLogView(LogView):
    """The footer shows its first key, as it does when the log has not the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "follow", "Follow", tooltip="Show the newest lines of the log, or pause.", id="log.follow"),
    ]


class TrainingLog(Vertical):
    """A `LogView` with its search line. The class ``-searching`` shows that line."""

    def __init__(self) -> None:
        super().__init__(id="training-below")
        self._run: RunSnapshot | None = None
        self.source: str | None = None
        """Name of the container whose lines are shown; None: those of all."""
        self.raw = False
        """Whether lines are shown as they were printed."""
        self._labels: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        yield RunLogView(
            label=self._label, shorten=self._shorten, highlights=lines.HIGHLIGHTS, id="training-log", classes="box"
        )
        yield Input(placeholder=_HINT, id="training-search", compact=True)

    @property
    def log_view(self) -> LogView:
        """The lines."""
        return self.query_one(LogView)

    def follow(self, spool: Spool | None) -> None:
        """Show the lines of another run, all of them; None: of none."""
        self._run = None
        self.log_view.set_spool(spool)
        self.show_source(None)

    def draw(self, run: RunSnapshot | None) -> None:
        """The containers are those of ``run``."""
        self._run = run
        log = self.log_view
        labels = tuple(self._label(worker.container) for worker in run.workers) if run is not None else ()
        if labels != self._labels:
            self._labels = labels
            log.redraw()
        which = self._label(self.source) if self.source else "all containers"
        log.border_title = f"log ─ {which} ─ {'following' if log.following else 'paused (f follows)'}"

    def _label(self, container: str) -> str:
        return view.container_label(self._run, container)

    def _shorten(self, line: str) -> str:
        return lines.without_prefix(line) if self.raw else lines.in_words(line)

    # -- which lines ----------------------------------------------------------------------------------

    def show_source(self, container: str | None) -> None:
        """Show the lines of one container, or of all."""
        self.source = container
        self.log_view.show_sources({container} if container else None)

    def next_source(self) -> None:
        """From all containers to each worker, then the trainer, then all again."""
        if self._run is None:
            return
        sources: list[str | None] = [None, *(worker.container for _, worker in view.numbered(self._run))]
        if self._run.trainer is not None:
            sources.append(self._run.trainer.container)
        at = sources.index(self.source) if self.source in sources else 0
        self.show_source(sources[(at + 1) % len(sources)])

    def toggle_raw(self) -> None:
        """Records in words, or all lines as they were printed."""
        self.raw = not self.raw
        self.log_view.redraw()

    # -- searching ------------------------------------------------------------------------------------

    def search(self) -> None:
        """Let a search be typed."""
        self.add_class("-searching")
        self.query_one(Input).focus()

    def end_search(self) -> bool:
        """Put the search line away; False when there was none."""
        searching = self.has_class("-searching")
        self.remove_class("-searching")
        if searching:
            self.log_view.focus()
        return searching

    @on(Input.Submitted)
    def _searched(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value:
            self.log_view.search(event.value, forward=False)
        else:
            self.log_view.clear_search()
        self.end_search()

    @on(LogView.Found)
    def _found(self, event: LogView.Found) -> None:
        if event.number is None:
            self.notify(f"Not in the log: {event.pattern}", severity="warning")
        elif event.wrapped:
            self.notify("Continued from the other end of the log.", timeout=2)

    @on(LogView.Copied)
    def _copied(self, event: LogView.Copied) -> None:
        self.notify(f"{len(event.text.splitlines())} lines sent to the terminal's clipboard.")
