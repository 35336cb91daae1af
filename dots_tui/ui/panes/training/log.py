"""The log in the Training pane: the lines that are shown, and the commands that choose, save and copy them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical

from dots_tui.ui.commands import Command
from dots_tui.ui.panes.training import lines, view
from dots_tui.ui.panes.training.log_files import LogFiles
from dots_tui.ui.panes.training.log_input import LogInput
from dots_tui.ui.panes.training.run_part import RunPart, needs_run
from dots_tui.ui.widgets.log_columns import AGE, CLOCK, NO_TIMES
from dots_tui.ui.widgets.log_messages import LogBookmarked, LogCopied, LogFound, LogSourceShown
from dots_tui.ui.widgets.log_sieve import LEVELS, Sieve
from dots_tui.ui.widgets.log_view import LogView

if TYPE_CHECKING:
    from dots_tui.spool.store import Spool
    from dots_tui.training.snapshot import RunSnapshot

_TIMES = (CLOCK, AGE, NO_TIMES)
_command = partial(Command, needs=needs_run)
_hidden = partial(Command, needs=needs_run, show=False)


LOG_COMMANDS = (
    _command("training.search", "Find", "Search the log for text or a regular expression.", "slash", "search"),
    _command("training.filter", "Filter", "Show only matching log lines; a leading ! shows the others.", "F", "filter"),
    _hidden(
        "training.inverse",
        "Inverse filter",
        "Invert the filter: show the lines that do not match.",
        "I",
        "inverse",
    ),
    _hidden("training.level", "Level", "Cycle: all log lines, records, warnings and errors, errors.", "l", "level"),
    _hidden("training.noise", "Noise", "Hide harmless lines that look like errors, or show them muted.", "h", "noise"),
    _command("training.worker", "Worker", "Cycle through the logs: all containers, then each one.", "w", "worker"),
    _hidden("training.raw", "Raw lines", "Show log records as printed, or in readable form.", "x", "raw"),
    _hidden("training.times", "Times", "Cycle the times of log lines: local, age, none.", "T", "times"),
    _hidden("training.save", "Save log", "Save the log to a file: all lines, or those shown.", "s", "save"),
)


class TrainingLog(RunPart, Vertical):
    """A `LogView` of the selected run, with the line in which a search or a filter is typed."""

    ACTIONS = LOG_COMMANDS

    def __init__(self) -> None:
        super().__init__(id="training-below")
        self._wording = lines.LogWording()
        self.source: str | None = None
        """Name of the container whose lines are shown; None: those of all."""
        self.sieve = Sieve()
        """What is let through, the container aside."""
        self._files = LogFiles(self)

    def compose(self) -> ComposeResult:
        label, shorten = self._wording.label, self._wording.shorten
        yield LogView(label=label, shorten=shorten, highlights=lines.HIGHLIGHTS, id="training-log", classes="box")
        yield LogInput()

    def on_mount(self) -> None:
        self.log_view.set_times(CLOCK)

    @property
    def log_view(self) -> LogView:
        """The lines."""
        return self.query_one(LogView)

    @property
    def spool(self) -> Spool | None:
        """The spool with the lines."""
        rows = self.log_view.rows
        return rows.spool if rows is not None else None

    # -- which run --------------------------------------------------------------------------------

    def follow(self, spool: Spool | None) -> None:
        """Show all lines of another run; None shows none."""
        self.source, self.sieve = None, Sieve()
        self._wording.use(None)
        self.log_view.clear_search()
        self.log_view.set_spool(spool)

    def go_on_with(self, spool: Spool) -> None:
        """Show the lines of the same run from its start again, with the same filters; close the old ones."""
        before = self.spool
        self.log_view.set_spool(spool)
        self._sift()
        if before is not None:
            before.close()

    def draw(self, run: RunSnapshot | None) -> None:
        """Show the containers of `run` and the filters in the title."""
        log = self.log_view
        if self._wording.use(run):
            log.lines.redraw()
        filters = lines.filters_in_words(self.sieve, log.searched)
        which = self._wording.label(self.source) if self.source else "all containers"
        log.border_title = lines.title(log, which, filters).replace("[", r"\[")
        framed = log.styles.border_top[0] not in ("", "none", "hidden")
        log.lines.remark = "" if framed else " ─ ".join([which, *filters] if self.source else filters)

    # -- which lines ------------------------------------------------------------------------------

    def show_source(self, container: str | None) -> None:
        """Show the lines of one container, or of all."""
        self.source = container
        self._sift()
        self.post_message(LogSourceShown(container))

    def _sift(self, **changes: object) -> None:
        self.sieve = replace(self.sieve, **changes)  # type: ignore[arg-type]
        self.log_view.sift(replace(self.sieve, sources=frozenset({self.source}) if self.source else None))
        self.draw(self._wording.run)

    def clear(self) -> bool:
        """Close the line for typing, else end all filters and the search. Return False if there was nothing."""
        typing = self.query_one(LogInput)
        if typing.is_open:
            typing.cancel()
            return True
        if self.sieve.open and self.source is None and not self.log_view.searched:
            return False
        self.sieve = Sieve()
        self.log_view.clear_search()
        self.show_source(None)
        return True

    def action_worker(self) -> None:
        sources: list[str | None] = view.log_sources(self._wording.run) if self._wording.run is not None else [None]
        at = sources.index(self.source) if self.source in sources else 0
        self.show_source(sources[(at + 1) % len(sources)])

    def action_level(self) -> None:
        self._sift(level=LEVELS[(LEVELS.index(self.sieve.level) + 1) % len(LEVELS)])

    def action_noise(self) -> None:
        self._sift(noise=not self.sieve.noise)

    def action_inverse(self) -> None:
        if self.sieve.pattern:
            self._sift(inverse=not self.sieve.inverse)
        else:
            self.notify("There is no filter to invert. F types one.", timeout=3)

    def action_search(self) -> None:
        self.query_one(LogInput).search(self.log_view.searched)

    def action_filter(self) -> None:
        self.query_one(LogInput).filter(self.sieve.pattern, self.sieve.inverse)

    @on(LogInput.LogFilterTyped)
    def _filter(self, event: LogInput.LogFilterTyped) -> None:
        self._sift(pattern=event.pattern, inverse=event.inverse)

    @on(LogInput.LogSearchEntered)
    def _search(self, event: LogInput.LogSearchEntered) -> None:
        if event.pattern:
            self.log_view.search(event.pattern, forward=False)
        else:
            self.log_view.clear_search()

    @on(LogInput.LogInputClosed)
    def _focus_lines(self) -> None:
        self.log_view.lines.focus()

    # -- how they look ----------------------------------------------------------------------------

    def action_raw(self) -> None:
        self._wording.raw = not self._wording.raw
        self.log_view.lines.redraw()

    def action_times(self) -> None:
        log = self.log_view
        log.set_times(_TIMES[(_TIMES.index(log.columns.times) + 1) % len(_TIMES)])

    # -- files and notices ------------------------------------------------------------------------

    @work
    async def action_save(self) -> None:
        if self.log_view.rows is not None:
            await self._files.save(self.log_view.rows)

    @on(LogCopied)
    @work
    async def _keep_copy(self, event: LogCopied) -> None:
        await self._files.keep_copy(event.text, self.workspace.folders.state)

    @on(LogFound)
    @on(LogBookmarked)
    def _tell(self, event: LogFound | LogBookmarked) -> None:
        notice = event.notice(not self.sieve.open or self.source is not None)
        if notice:
            self.notify(notice, timeout=4)
