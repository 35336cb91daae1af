"""Simulated learning: two controllers learn side by side, from the draft and from its previous version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from dots_tui.reward.lessons import SKETCH, Learned, Lesson
from dots_tui.reward.rehearsal import learn
from dots_tui.reward.report import Report
from dots_tui.ui.background import Job, in_background
from dots_tui.ui.widgets.box_screen import BoxScreen
from dots_tui.ui.widgets.drawing import Drawing
from dots_tui.ui.widgets.glyphs import ascii_only, clean
from dots_tui.ui.widgets.track_map import outline

if TYPE_CHECKING:
    from dots_tui.app.workspace import Workspace
    from dots_tui.custom_files.documents import Document
    from dots_tui.reward.results import Event
    from dots_tui.reward.subject import Subject
    from dots_tui.tracks.geometry import Track


class Pupil(NamedTuple):
    """A version of the function to learn from."""

    label: str
    subject: Subject


class LearnedMap(Drawing):
    """The track with the learned lap."""

    DEFAULT_CSS = "LearnedMap { height: 1fr; min-height: 3; overflow: hidden; }"

    def __init__(self, track: Track) -> None:
        super().__init__()
        self._track = track
        self._path: Sequence[tuple[float, float]] = ()

    def show(self, path: Sequence[tuple[float, float]]) -> None:
        """Draw this lap, points in meters."""
        self._path = path
        self.redraw()

    def draw(self, width: int, height: int) -> list[Text]:
        background = outline(self._track, width, height)
        canvas = background.canvas.copy()
        dots = [background.view.dot(point) for point in self._path]
        for start, end in zip(dots, dots[1:]):
            canvas.line(start, end, layer=0)
        styles = [self.tint("accent") + Style(bold=True), self.tint("muted")]
        return canvas.rows(styles, ascii_only(self.app))


class PupilView(Vertical):
    """One version: its progress above the map of its lap."""

    def __init__(self, pupil: Pupil) -> None:
        super().__init__()
        self._pupil = pupil
        self.report = Report(pupil.subject.track)
        self._said = Static(markup=False, classes="learning-words")
        self.map = LearnedMap(pupil.subject.track)

    def compose(self) -> ComposeResult:
        yield self._said
        yield self.map

    def on_mount(self) -> None:
        self._say("waiting for the other version")

    def begin(self) -> None:
        """Show that learning begins."""
        self._say("learning ...")

    def take(self, event: Event) -> None:
        """Take an event of the child process."""
        self.report = self.report.after(event)
        if isinstance(event, Learned):
            self.map.show(event.path)
        self._say(*_words(self.report))

    def _say(self, *lines: str) -> None:
        text = Text(clean(self._pupil.label), style="bold")
        for line in lines:
            text.append(f"\n{clean(line)}", style="not bold")
        self._said.update(text)


class LearningScreen(BoxScreen["Learned | None"]):
    """Learning from one version after the other. Closing it ends the learning; the result is the lap of the first."""

    DEFAULT_CSS = """
    LearningScreen {
        #learning-box { width: 100%; max-width: 150; height: 100%; max-height: 44; }
        #learning-sides { height: 1fr; }
        PupilView { width: 1fr; padding-right: 1; }
        .learning-words { height: 6; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,L,enter", "leave", "Close")]

    def __init__(self, pupils: Sequence[Pupil]) -> None:
        super().__init__()
        self._pupils = tuple(pupils)
        self._job: Job | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="learning-box", classes="screen-box") as box:
            box.border_title = f"simulated learning on {self._pupils[0].subject.track.name}"
            with Horizontal(id="learning-sides"):
                for pupil in self._pupils:
                    yield PupilView(pupil)
            yield Static(
                f"{SKETCH} Esc closes and adds the learned lap to the drivers.",
                id="learning-hint",
                classes="screen-hint",
                markup=False,
            )

    def on_mount(self) -> None:
        self._job = in_background(self, self._work, failed=self._failed, name="learning")

    def on_unmount(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _work(self, job: Job) -> None:
        for index, pupil in enumerate(self._pupils):
            self.call_later(self._sides()[index].begin)
            for event in learn(pupil.subject, cancelled=job.cancelled):
                self.call_later(self._came, index, event)

    def _sides(self) -> list[PupilView]:
        return list(self.query(PupilView))

    def _came(self, index: int, event: Event) -> None:
        if self.is_attached:
            self._sides()[index].take(event)

    def _failed(self, error: Exception) -> None:
        self.notify(f"The learning could not be started: {error}.", severity="error", timeout=10)
        self.dismiss(None)

    def action_leave(self) -> None:
        self.dismiss(self._sides()[0].report.learned)


def pupils_of(workspace: Workspace, document: Document, draft: Subject) -> list[Pupil]:
    """Return the draft, and its previous version if there is one."""
    pupils = [Pupil("the draft" if document.dirty else "the saved text", draft)]
    before = _before(workspace, document)
    if before is not None:
        pupils.append(Pupil(before[0], replace(draft, source=before[1])))
    return pupils


def _before(workspace: Workspace, document: Document) -> tuple[str, bytes] | None:
    """Return name and content of the previous version."""
    if document.dirty:
        return "the saved text", document.saved
    from dots_tui.app.saved_versions import history_of

    try:
        for version in history_of(workspace).versions(document.files.root, document.name):
            data = version.read()
            if data != document.data:
                return "the version before", data
    except OSError:
        return None  # learning goes on without it; the list of versions (H) shows the reason
    return None


def _words(report: Report) -> list[str]:
    """Return the progress, or the learned lap, as lines."""
    if report.faults:
        fault = report.faults[0]
        return [f"line {fault.line}: {fault.message}" if fault.line else fault.message]
    if report.learned is None:
        return _so_far(report.lessons[-1]) if report.lessons else ["learning ..."]
    done, lap = report.learned, report.learned.lap
    time = f"lap {lap.lap_time_s:.1f} s" if lap.lap_time_s is not None else f"{lap.progress:.0f} % of a lap"
    rule = f", fastest scripted driver {done.fastest_s:.1f} s" if done.fastest_s is not None else ""
    short = "" if done.complete else ", cut short by the time limit"
    return [
        f"learned to drive: {done.manner}",
        f"{time}{rule}",
        f"reward {lap.total_reward:.4g}, {lap.per_second:.4g} a second",
        f"{done.episodes:,} episodes in {done.seconds:.1f} s{short}",
    ]


def _so_far(lesson: Lesson) -> list[str]:
    return [
        f"learning: {lesson.share:.0%}, {lesson.episodes:,} episodes",
        f"on average {lesson.progress:.0f} % of a lap, {lesson.laps} laps",
        f"an episode is worth {lesson.mean:.4g}, the best {lesson.best:.4g}",
    ]
