"""Score driven steps with the draft: steps from recorded logs, or of the run in the Training pane."""

from __future__ import annotations

import glob
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from dots_tui.app.logged_steps import Logged, logged_steps, steps_in
from dots_tui.problems import problem_of
from dots_tui.reward.child_process import RehearsalCancelled
from dots_tui.reward.rehearsal import score
from dots_tui.reward.report import Report
from dots_tui.ui.background import Job, in_background
from dots_tui.ui.widgets.box_screen import BoxScreen
from dots_tui.ui.widgets.dialogs import Choose, Prompt
from dots_tui.ui.widgets.glyphs import clean

if TYPE_CHECKING:
    from textual.app import App

    from dots_tui.app.runs.run import Run
    from dots_tui.reward.ranking import Against
    from dots_tui.reward.subject import Subject
    from dots_tui.spool.store import Spool

_WATCHED, _FILES = "watched", "files"
_MOST_ROWS = 200
_ROW = "SIM_TRACE_LOG:"
_AT_A_TIME = 20_000


class DrivenSteps(NamedTuple):
    """The steps of runs: a title, and the blocking call that reads them."""

    title: str
    read: Callable[[], Logged]


class AgainstScreen(BoxScreen[None]):
    """A screen that scores in the background and shows the result. Leaving it cancels the scoring."""

    DEFAULT_CSS = """
    AgainstScreen {
        #against-box { width: 95%; max-width: 110; height: 90%; }
        #against-words { height: auto; padding-bottom: 1; }
        #against-rows { height: auto; color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,l,enter", "leave", "Close")]

    def __init__(self, steps: DrivenSteps, subject: Subject) -> None:
        super().__init__()
        self._steps, self._subject = steps, subject
        self._job: Job | None = None
        self.report: Report | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="against-box", classes="screen-box") as box:
            box.border_title = f"rewards for {clean(self._steps.title)}"
            yield Static("reading and scoring ...", id="against-words", markup=False)
            with VerticalScroll():
                yield Static(id="against-rows", markup=False)
            yield Static("esc closes", id="against-hint", classes="screen-hint", markup=False)

    def on_mount(self) -> None:
        self._job = in_background(self, self._work, self._done, self._failed, name="against-log")

    def on_unmount(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _work(self, job: Job) -> Report | str:
        logged = self._steps.read()
        other = logged.other_than(self._subject.track)
        if other:
            return f"{other} The track is that of DR_WORLD_NAME in the Files pane."
        report = Report(self._subject.track)
        for event in score(self._subject, logged.attempts, cancelled=job.cancelled):
            report = report.after(event)
        return report

    def _done(self, found: Report | str) -> None:
        words, rows = self.query_one("#against-words", Static), self.query_one("#against-rows", Static)
        if isinstance(found, str):
            words.update(found)
            return
        self.report = found
        if found.faults:
            fault = found.faults[0]
            words.update(f"line {fault.line}: {fault.message}" if fault.line else fault.message)
        elif found.against is not None:
            words.update(found.against.words)
            rows.update("\n".join(rows_of(found.against)))

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, RehearsalCancelled):
            self.query_one("#against-words", Static).update(str(problem_of(error)))

    def action_leave(self) -> None:
        self.dismiss()


def rows_of(found: Against) -> list[str]:
    """Return the laps by lap time, then the other episodes by progress."""
    ordered = sorted(found.attempts, key=lambda one: (one.lap_time_s or 1e9, -one.progress))
    rows = [f"{'lap':>8}  {'progress':>8}  {'steps':>6}  {'paid then':>11}  {'draft':>11}  log, episode"]
    for one in ordered[:_MOST_ROWS]:
        lap = f"{one.lap_time_s:.2f} s" if one.lap_time_s is not None else "-"
        rows.append(
            f"{lap:>8}  {one.progress:>6.1f} %  {one.steps:>6}  {one.logged:>11.5g}  {one.draft:>11.5g}  "
            f"{clean(Path(one.source).name)}, {one.episode}"
        )
    if len(ordered) > _MOST_ROWS:
        rows.append(f"and {len(ordered) - _MOST_ROWS} more")
    return rows


async def choose_steps(app: App[Any], run: Run | None) -> DrivenSteps | None:
    """Ask for the source of the steps: the selected `run`, if it has any, or files."""
    spool = run.spool if run is not None else None
    if run is not None and spool is not None and len(spool):
        options = [(_WATCHED, f"the run in the Training pane: {run.name}"), (_FILES, "recorded logs or traces")]
        which = await app.push_screen_wait(Choose("Steps of which run?", options))
        if which == _WATCHED:
            return DrivenSteps(run.name, lambda: steps_in(_lines(spool)))
        if which is None:
            return None
    label = "Recorded logs, simulation traces (CSV) or a folder of those"
    text = await app.push_screen_wait(Prompt("Score driven steps", label, "", _wrong_names, yes="Score"))
    return DrivenSteps(text, lambda: logged_steps(_names(text))) if text is not None else None


def _wrong_names(text: str) -> str:
    """Return what is wrong with the answer, in words, or ""."""
    try:
        names = _names(text)
    except ValueError:
        return "A quote is not closed."
    if not names:
        return "Enter logs (*.log), simulation traces (*.csv), archives, or folders of those."
    missing = next((name for name in names if not Path(name).exists()), "")
    return f"{missing} is not there." if missing else ""


def _names(text: str) -> list[str]:
    """Return the paths in a line; ~ and * work as in a shell. Raise ValueError for a quote that is not closed."""
    found: list[str] = []
    for word in shlex.split(text):
        name = str(Path(word).expanduser())
        found += sorted(glob.glob(name)) or [name]  # noqa: PTH207 - a pattern with any root
    return found


def _lines(spool: Spool) -> Iterator[tuple[str, list[bytes]]]:
    """Yield the held trace rows, by source."""
    found: dict[str, list[bytes]] = {}
    for start in range(spool.first, len(spool), _AT_A_TIME):
        for line in spool.lines(start, start + _AT_A_TIME):
            if _ROW in line.text:
                found.setdefault(line.source, []).append(line.text.encode() + b"\n")
    yield from found.items()
