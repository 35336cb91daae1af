"""The log in the Training pane: which lines are shown, what its title says, and the line a pattern is typed in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Input

from dots_tui.ui.panes.training import lines, view
from dots_tui.ui.panes.training.log_saving import ask_and_save, keep_copy
from dots_tui.ui.widgets.log_columns import AGE, CLOCK, NO_TIMES
from dots_tui.ui.widgets.log_messages import LogBookmarked, LogCopied, LogFound
from dots_tui.ui.widgets.log_sieve import EVERYTHING, LEVELS, Sieve
from dots_tui.ui.widgets.log_view import LogView

if TYPE_CHECKING:
    from dots_tui.spool.store import Spool
    from dots_tui.training.snapshot import RunSnapshot

_SEARCH_HINT = "text or regular expression, enter searches"
_FILTER_HINT = "only lines with this text or regular expression; !text: without it; esc shows all again"
_TYPING_S = 0.25
"""So long a pause in typing a filter takes it."""


class TrainingLog(Vertical):
    """A `LogView` with the line in which a search or a filter is typed. The class `-searching` shows that line."""

    def __init__(self) -> None:
        super().__init__(id="training-below")
        self._run: RunSnapshot | None = None
        self.source: str | None = None
        """Name of the container whose lines are shown; None: those of all."""
        self.raw = False
        """True if lines are shown as they were printed."""
        self.sieve = Sieve()
        """What is let through, the container aside."""
        self._labels: tuple[str, ...] = ()
        self._filtering = False
        self._typed: Timer | None = None

    def compose(self) -> ComposeResult:
        yield LogView(
            label=self._label, shorten=self._shorten, highlights=lines.HIGHLIGHTS, id="training-log", classes="box"
        )
        yield Input(placeholder=_SEARCH_HINT, id="training-search", compact=True)

    def on_mount(self) -> None:
        self.log_view.set_times(CLOCK)

    @property
    def log_view(self) -> LogView:
        """The lines."""
        return self.query_one(LogView)

    def follow(self, spool: Spool | None) -> None:
        """Show the lines of another run, all of them; None: of none."""
        self._run, self.source, self.sieve = None, None, Sieve()
        self.log_view.clear_search()
        self.log_view.set_spool(spool)

    @property
    def spool(self) -> Spool | None:
        """Where its lines are."""
        rows = self.log_view.rows
        return rows.spool if rows is not None else None

    def go_on_with(self, spool: Spool) -> None:
        """The lines of the same run, from its start again; what was chosen to be shown of them stays chosen."""
        before = self.spool
        self.log_view.set_spool(spool)
        self._sift()
        if before is not None:
            before.close()

    def draw(self, run: RunSnapshot | None) -> None:
        """The containers are those of `run`."""
        self._run = run
        log = self.log_view
        labels = (
            tuple(self._label(one.container) for one in (*run.workers, *run.evaluations)) if run is not None else ()
        )
        if labels != self._labels:
            self._labels = labels
            log.lines.redraw()
        filters = lines.filters_in_words(self.sieve, log.searched)
        which = self._label(self.source) if self.source else "all containers"
        log.border_title = lines.title(log, which, filters).replace("[", r"\[")
        framed = log.styles.border_top[0] not in ("", "none", "hidden")
        log.lines.remark = "" if framed else " ─ ".join([which, *filters] if self.source else filters)

    def _label(self, container: str) -> str:
        return view.container_label(self._run, container)

    def _shorten(self, line: str) -> str:
        return lines.without_prefix(line) if self.raw else lines.in_words(line)

    # -- which lines ----------------------------------------------------------------------------------

    def show_source(self, container: str | None) -> None:
        """Show the lines of one container, or of all."""
        self.source = container
        self._sift()

    def next_source(self) -> None:
        """From all containers to each worker and evaluation, then the trainer, then all again."""
        if self._run is None:
            return
        sources: list[str | None] = [None, *(worker.container for _, worker in view.numbered(self._run))]
        sources += [job.container for job in self._run.evaluations]
        if self._run.trainer is not None:
            sources.append(self._run.trainer.container)
        at = sources.index(self.source) if self.source in sources else 0
        self.show_source(sources[(at + 1) % len(sources)])

    def next_level(self) -> None:
        """Everything, records, warnings and errors, errors; then everything again."""
        self._sift(level=LEVELS[(LEVELS.index(self.sieve.level) + 1) % len(LEVELS)])

    def toggle_noise(self) -> None:
        """Hide harmless noise, or show it muted."""
        self._sift(noise=not self.sieve.noise)

    def toggle_inverse(self) -> None:
        """The lines without the filter's text, or those with it."""
        if self.sieve.pattern:
            self._sift(inverse=not self.sieve.inverse)
        else:
            self.notify("There is no filter to turn round. F types one.", timeout=3)

    def _sift(self, **changes: object) -> None:
        self.sieve = replace(self.sieve, **changes)  # type: ignore[arg-type]
        self.log_view.sift(replace(self.sieve, sources=frozenset({self.source}) if self.source else None))
        self.draw(self._run)

    def clear(self) -> bool:
        """Put the line for typing away, else end all filters and the search; False when there was nothing."""
        if self.has_class("-searching"):
            if self._filtering:
                self._sift(pattern="", inverse=False)
            self._put_away()
            return True
        if self.sieve.open and self.source is None and not self.log_view.searched:
            return False
        self.source = None
        self.log_view.clear_search()
        self._sift(pattern="", inverse=False, level=EVERYTHING, noise=True)
        return True

    # -- how they look --------------------------------------------------------------------------------

    def toggle_raw(self) -> None:
        """Records in words, or all lines as they were printed."""
        self.raw = not self.raw
        self.log_view.lines.redraw()

    def next_times(self) -> None:
        """The local time of each line, how long ago it was, or none."""
        order = (CLOCK, AGE, NO_TIMES)
        log = self.log_view
        log.set_times(order[(order.index(log.columns.times) + 1) % len(order)])

    # -- typing ---------------------------------------------------------------------------------------

    def search(self) -> None:
        """Let a search be typed."""
        self._type(_SEARCH_HINT, self.log_view.searched, filtering=False)

    def filter(self) -> None:
        """Let a filter be typed; the lines follow the typing."""
        self._type(_FILTER_HINT, "!" * self.sieve.inverse + self.sieve.pattern, filtering=True)

    def _type(self, hint: str, value: str, *, filtering: bool) -> None:
        typing = self.query_one(Input)
        self._filtering = filtering
        with typing.prevent(Input.Changed):
            typing.value = value
        typing.placeholder = hint
        typing.select_all()
        self.add_class("-searching")
        typing.focus()

    def _put_away(self) -> None:
        self._stop_waiting()
        self.remove_class("-searching")
        self.log_view.lines.focus()

    def _stop_waiting(self) -> None:
        if self._typed is not None:
            self._typed.stop()
            self._typed = None

    def _take_filter(self) -> None:
        self._stop_waiting()
        value = self.query_one(Input).value
        inverse = value.startswith("!") and len(value) > 1
        self._sift(pattern=value[1:] if inverse else "" if value == "!" else value, inverse=inverse)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._filtering and self.has_class("-searching"):
            self._stop_waiting()
            self._typed = self.set_timer(_TYPING_S, self._take_filter)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._filtering:
            self._take_filter()
        elif event.value:
            self.log_view.search(event.value, forward=False)
        else:
            self.log_view.clear_search()
        self._put_away()

    # -- what is told ---------------------------------------------------------------------------------

    def save(self) -> None:
        """Ask which lines go to which file, and save them."""
        rows = self.log_view.rows
        if rows is not None:
            ask_and_save(self, rows.spool, rows.sieve)

    @on(LogFound)
    def _found(self, event: LogFound) -> None:
        if event.number is None:
            among = "" if self.sieve.open and self.source is None else " among the lines shown"
            self.notify(f"Not in the log{among}: {event.pattern}", severity="warning")
        elif event.wrapped:
            self.notify("Continued from the other end of the log.", timeout=2)

    @on(LogBookmarked)
    def _bookmarked(self, event: LogBookmarked) -> None:
        if event.none_here:
            self.notify(
                "No bookmark is among the lines shown." if event.count else "There is no bookmark yet. m sets one.",
                timeout=3,
            )

    @on(LogCopied)
    def _copied(self, event: LogCopied) -> None:
        keep_copy(self, event.text)
