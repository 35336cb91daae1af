"""What the draft would teach, beside what the version before it would: two controllers learn while one looks on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    from dots_tui.ui.panes.base import Pane


class Pupil(NamedTuple):
    """A version of the function."""

    label: str
    subject: Subject


class LearnedMap(Drawing):
    """The track with the way that was learned."""

    DEFAULT_CSS = "LearnedMap { height: 1fr; min-height: 3; overflow: hidden; }"

    def __init__(self, track: Track) -> None:
        super().__init__()
        self._track = track
        self._path: Sequence[tuple[float, float]] = ()

    def show(self, path: Sequence[tuple[float, float]]) -> None:
        """Draw this way, points in meters."""
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


class Side(Vertical):
    """One version: its words above its way."""

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
        self._say("waits for the other")

    def begin(self) -> None:
        """Its turn has come."""
        self._say("practising ...")

    def take(self, event: Event) -> None:
        """What the child process told."""
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
    """Practises with one version after the other; leaving it ends that. Its result is what the first has learned."""

    DEFAULT_CSS = """
    LearningScreen {
        #learning-box { width: 100%; max-width: 150; height: 100%; max-height: 44; }
        #learning-sides { height: 1fr; }
        Side { width: 1fr; padding-right: 1; }
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
            box.border_title = f"what it would teach on {self._pupils[0].subject.track.name}"
            with Horizontal(id="learning-sides"):
                for pupil in self._pupils:
                    yield Side(pupil)
            yield Static(
                f"{SKETCH} esc leaves; the lap joins the drivers.",
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

    def _sides(self) -> list[Side]:
        return list(self.query(Side))

    def _came(self, index: int, event: Event) -> None:
        if self.is_attached:
            self._sides()[index].take(event)

    def _failed(self, error: Exception) -> None:
        self.notify(f"The practice could not be started: {error}.", severity="error", timeout=10)
        self.dismiss(None)

    def action_leave(self) -> None:
        self.dismiss(self._sides()[0].report.learned)


def show_learning(
    pane: Pane, document: Document, draft: Subject, learned: Callable[[Subject, Learned], object]
) -> None:
    """Let the draft teach, and beside it what is saved, or when nothing was changed the version before that.

    `learned` is told what came of the draft, if anything did, when that is left.
    """
    label = "the draft" if document.dirty else "the saved text"
    pupils = [Pupil(label, draft)]
    before = _before(pane.workspace, document)
    if before is not None:
        pupils.append(Pupil(before[0], replace(draft, source=before[1])))

    def left(result: Learned | None) -> None:
        if result is not None:
            learned(draft, result)

    pane.app.push_screen(LearningScreen(pupils), left)


def _before(workspace: Workspace, document: Document) -> tuple[str, bytes] | None:
    """Name and content of the draft's predecessor."""
    if document.dirty:
        return "as it is saved", document.saved
    from dots_tui.app.saved_versions import history_of

    try:
        for version in history_of(workspace).versions(document.files.root, document.name):
            data = version.read()
            if data != document.data:
                return "the version before", data
    except OSError:
        return None  # then there is nothing to compare with; the list of versions (H) says why
    return None


def _words(report: Report) -> list[str]:
    """How the practice stands, or what was learned."""
    if report.faults:
        fault = report.faults[0]
        return [f"line {fault.line}: {fault.message}" if fault.line else fault.message]
    if report.learned is None:
        return _so_far(report.lessons[-1]) if report.lessons else ["practising ..."]
    done, lap = report.learned, report.learned.lap
    time = f"lap {lap.lap_time_s:.1f} s" if lap.lap_time_s is not None else f"{lap.progress:.0f} % of a lap"
    rule = f", by rule {done.fastest_s:.1f} s" if done.fastest_s is not None else ""
    short = "" if done.complete else ", cut short by the time limit"
    return [
        f"learned to drive: {done.manner}",
        f"{time}{rule}",
        f"reward {lap.total_reward:.4g}, {lap.per_second:.4g} a second",
        f"{done.episodes:,} episodes in {done.seconds:.1f} s{short}",
    ]


def _so_far(lesson: Lesson) -> list[str]:
    return [
        f"practising: {lesson.share:.0%}, {lesson.episodes:,} episodes",
        f"on average {lesson.progress:.0f} % of a lap, {lesson.laps} laps",
        f"an episode is worth {lesson.mean:.4g}, the best {lesson.best:.4g}",
    ]
