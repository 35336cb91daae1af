"""The wind tunnel of the Reward pane: what a function pays on the drawn track, along the lap, and to the drivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from dots_tui.reward.comparison import Comparison
from dots_tui.reward.report import Report
from dots_tui.ui.panes.reward import tunnel_words as words
from dots_tui.ui.panes.reward.driver_table import DriverTable
from dots_tui.ui.panes.reward.tunnel_picture import TunnelPicture
from dots_tui.ui.widgets.glyphs import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dots_tui.reward.results import Event
    from dots_tui.reward.subject import Subject

NOW, BEFORE = "now", "before"
"""The parts of a rehearsal: the text in the editor, and the version it is compared with."""
BOTH, PICTURE, DRIVERS = "both", "picture", "drivers"
"""The views of the wind tunnel."""
_FRAME = 6
"""The columns of the frame that its text cannot use."""
_LOW = 14
"""Rows below which the verdict must be short."""
_ROOM = 24
"""Rows in which picture and drivers fit below each other."""


class WindTunnel(Vertical):
    """Shows a rehearsal as its events come. What is run, and when, is the pane's business."""

    def __init__(self) -> None:
        super().__init__(id="reward-tunnel", classes="-empty")
        self.subject: Subject | None = None
        """The subject of the results shown; None before the first rehearsal."""
        self.report: Report | None = None
        self.before: Report | None = None
        self.before_name = ""
        """The name of the version to compare with; "" if there is none."""
        self.view = BOTH
        self.running = False
        self._old_picture = False
        self.note = ""
        """The note in the frame: results are stale, or the key that cancels."""

    def compose(self) -> ComposeResult:
        yield Static(id="tunnel-empty")
        yield TunnelPicture()
        yield DriverTable(id="tunnel-drivers")
        yield Static(id="tunnel-verdict", markup=False)
        yield Static(id="tunnel-remarks", markup=False)

    def on_mount(self) -> None:
        self.draw()

    @property
    def picture(self) -> TunnelPicture:
        """Map, pointer and profile."""
        return self.query_one(TunnelPicture)

    @property
    def _drawn(self) -> bool:
        """True if there is a picture to show."""
        return self.report is not None and (bool(self.report.cells) or (self.running and self._old_picture))

    # -- what is rehearsed ------------------------------------------------------------------------

    def begin(self, subject: Subject) -> None:
        """A rehearsal of `subject` begins. On other ground, what was known of another version counts no more."""
        other_ground = self.picture.set_subject(subject)
        if other_ground:
            self.before = None
        # The old picture stays until there is a new one, so that nothing flickers while one types.
        self._old_picture = not other_ground and self._drawn
        self.subject, self.report, self.running = subject, Report(subject.track), True
        self.draw()

    def begin_before(self, name: str) -> None:
        """Prepare for results of the version `name` on the same track."""
        self.before_name, self.before = name, None

    def take(self, part: str, event: Event) -> None:
        """Add an event of one of the two versions."""
        if part == BEFORE and self.subject is not None:
            self.before = (self.before or Report(self.subject.track)).after(event)
        elif self.report is not None:
            self.report = self.report.after(event)
        self.draw()

    def end(self) -> None:
        """Mark the rehearsal as ended."""
        self.running = False
        self.draw()

    def forget_before(self) -> None:
        """Drop the comparison."""
        self.before_name, self.before = "", None
        self.draw()

    def forget(self) -> None:
        """Clear the view: its file is no longer open."""
        self.subject = self.report = None
        self.running = False
        self.forget_before()

    @property
    def comparison(self) -> Comparison | None:
        """The comparison with the other version, as far as its results are known."""
        if self.before is None or self.report is None or not self.before_name:
            return None
        return Comparison(self.before, self.report)

    def params(self) -> tuple[str, Mapping[str, Any]] | None:
        """What the function was given at the pointer, under a heading; where nothing is drawn, when it failed."""
        there = self.picture.params()
        if there is None and self.report is not None:
            fault = next((fault for fault in self.report.faults if fault.params), None)
            if fault is not None and fault.params is not None:
                return clean(fault.message), fault.params
        return there

    @property
    def drivers_hidden(self) -> bool:
        """True if there are drivers that are not shown."""
        return self.report is not None and bool(self.report.drivers) and not self.query_one(DriverTable).display

    # -- drawing ----------------------------------------------------------------------------------

    def next_view(self) -> None:
        """Show the next view."""
        views = (BOTH, PICTURE, DRIVERS) if self.content_size.height >= _ROOM else (PICTURE, DRIVERS)
        self.view = views[(views.index(self.view) + 1) % len(views)] if self.view in views else DRIVERS
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    def _arrange(self) -> None:
        """Show the parts that fit."""
        view = self._view
        self.set_class(view == PICTURE, "-picture")
        self.set_class(self.content_size.height < _LOW, "-low")
        drawn = self._drawn
        self.query_one("#tunnel-empty").display = self.report is None
        self.picture.display = drawn and view != DRIVERS
        drivers = self.query_one(DriverTable)
        drivers.display = drawn and view != PICTURE
        rows = len(self.report.drivers) if self.report is not None else 0
        drivers.styles.height = rows + 1 + (self.report.learned is not None) if self.report is not None and rows else 9
        self.query_one("#tunnel-verdict").display = self.report is not None
        self.query_one("#tunnel-remarks").display = self.report is not None and bool(self._remarks(self.report))

    def draw(self) -> None:
        """Draw the current state."""
        self._arrange()
        self.border_title = words.title(self.report.track) if self.report is not None else "wind tunnel"
        tried = words.tried(self.report) if self.report is not None else ""
        if tried and self.report is not None and self.report.confinement is not None:
            tried = f"{tried}, {self.report.confinement.held}"
        told = " ─ ".join(filter(None, (tried, self.note)))
        # Where there is no room for both, the note is what one can do something about.
        self.border_subtitle = (told if len(told) <= self.size.width - _FRAME else self.note or tried).replace(
            "[", r"\["
        )
        if self.report is None:
            return
        self.picture.show(self.report, self.comparison)
        drivers = self.query_one(DriverTable)
        drivers.empty = (
            "The drivers start when the whole track has been tried." if self.running else "Nobody has driven."
        )
        drivers.show(self.report.drivers, self.comparison, self.report.learned)
        self.query_one("#tunnel-verdict", Static).update(clean(self._verdict(self.report)))
        self.query_one("#tunnel-remarks", Static).update(clean(" ".join(self._remarks(self.report))))

    @property
    def _view(self) -> str:
        """What is shown of both: the picture alone where there is no room for more."""
        return PICTURE if self.view == BOTH and self.content_size.height < _ROOM else self.view

    @property
    def _brief(self) -> bool:
        """Whether each row that is said is one less for the picture."""
        return self._view == PICTURE and self._drawn and self.content_size.height < _ROOM

    def _verdict(self, report: Report) -> str:
        if self.comparison is not None:
            return f"Against {self.before_name}: {self.comparison.words}"
        if report.faults or report.not_rehearsed:
            return report.verdict
        if self.running:
            return "Trying it …"
        if report.ended is None:
            return "Given up before its end."
        if self._brief and report.ended.complete:
            return report.in_short
        return report.verdict if report.ended.complete else "Cut short; what is above is what was tried."

    def _remarks(self, report: Report) -> list[str]:
        """What was assumed, and what the first fault's call was given."""
        # The title says that a shape is made up; where room is short that is enough as long as there is a picture.
        remarks = list(self.subject.remarks if self.subject is not None and not self._brief else ())
        if not self._brief and not self.running and not report.faults:
            said = self._verdict(report)
            remarks[:0] = [
                *filter(None, [report.rank_words]),
                *(n.message for n in report.notes if n.message not in said),
            ]
        first = next((fault for fault in report.faults if fault.params), None)
        if first is not None and first.params is not None:
            remarks.insert(0, f"g goes to the line, p shows all it was given: {words.with_params(first.params)}.")
        if report.learned is not None:
            remarks.insert(0, words.learned(report.learned))
        return remarks
