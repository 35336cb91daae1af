"""The results of a rehearsal: the rewards on the track and along the lap, the drivers, and the verdict in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from textual.containers import Vertical
from textual.widgets import Static

from dots_tui.ui.panes.base import Part
from dots_tui.ui.panes.reward import tunnel_words as words
from dots_tui.ui.panes.reward.commands import PICTURE_COMMANDS, REPORT_COMMANDS
from dots_tui.ui.panes.reward.driver_table import DriverTable
from dots_tui.ui.panes.reward.messages import LineWanted, ViewChanged
from dots_tui.ui.panes.reward.tunnel_picture import TunnelPicture
from dots_tui.ui.widgets.glyphs import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult

    from dots_tui.app.wind_tunnel import TunnelResults
    from dots_tui.reward.report import Report
    from dots_tui.reward.subject import Subject
    from dots_tui.ui.commands import Command

TunnelView = Literal["both", "picture", "drivers"]
_LOW = 14
"""Rows below which the verdict must be short."""
_ROOM = 24
"""Rows from which picture and drivers fit below each other."""


class TunnelReport(Part, Vertical):
    """A view of `results`, drawn again after each event."""

    PARTS = (TunnelPicture,)
    ACTIONS: ClassVar[Sequence[Command]] = (*REPORT_COMMANDS, *PICTURE_COMMANDS)

    def __init__(self, results: TunnelResults) -> None:
        super().__init__()
        self._results = results
        self._chosen: TunnelView = "both"
        self._old_picture = False

    def compose(self) -> ComposeResult:
        yield Static(id="tunnel-empty")
        yield TunnelPicture()
        yield DriverTable(id="tunnel-drivers")
        yield Static(id="tunnel-verdict", markup=False)
        yield Static(id="tunnel-remarks", markup=False)

    @property
    def picture(self) -> TunnelPicture:
        """Map, pointer and profile."""
        return self.query_one(TunnelPicture)

    @property
    def drivers_hidden(self) -> bool:
        """True if there are drivers that are not shown."""
        report = self._results.report
        return report is not None and bool(report.drivers) and not self.query_one(DriverTable).display

    def begin(self, subject: Subject) -> None:
        """Prepare for a rehearsal of `subject`. The old picture stays until there is a new one of the same track."""
        drawn = self._drawn
        self._old_picture = not self.picture.set_subject(subject) and drawn

    def explain(self, text: str) -> None:
        """Set the text shown before the first rehearsal."""
        self.query_one("#tunnel-empty", Static).update(text)

    def params(self) -> tuple[str, Mapping[str, Any]] | None:
        """Return a heading and the parameters at the pointer; without a picture, those of the failed call."""
        there, report = self.picture.params(), self._results.report
        if there is None and report is not None:
            fault = next((fault for fault in report.faults if fault.params), None)
            if fault is not None and fault.params is not None:
                return clean(fault.message), fault.params
        return there

    @property
    def report(self) -> Report | None:
        """The results of the draft."""
        return self._results.report

    def on_resize(self) -> None:
        self.draw()

    # -- drawing ----------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the current results."""
        report, results = self._results.report, self._results
        self._arrange(report)
        if report is None:
            return
        self.picture.show(report, results.comparison)
        drivers = self.query_one(DriverTable)
        drivers.empty = (
            "The drivers start when the whole track has been tried." if results.running else "No driver has driven."
        )
        drivers.show(report.drivers, results.comparison, report.learned)
        self.query_one("#tunnel-verdict", Static).update(clean(self._verdict(report)))
        self.query_one("#tunnel-remarks", Static).update(clean(" ".join(self._remarks(report))))

    def _arrange(self, report: Report | None) -> None:
        """Show the parts that fit."""
        view, drawn = self._view, self._drawn
        self.set_class(view == "picture", "-picture")
        self.set_class(self.content_size.height < _LOW, "-low")
        self.query_one("#tunnel-empty").display = report is None
        self.picture.display = drawn and view != "drivers"
        drivers = self.query_one(DriverTable)
        drivers.display = drawn and view != "picture"
        rows = len(report.drivers) if report is not None else 0
        drivers.styles.height = rows + 1 + (report.learned is not None) if report is not None and rows else 9
        self.query_one("#tunnel-verdict").display = report is not None
        self.query_one("#tunnel-remarks").display = report is not None and bool(self._remarks(report))

    @property
    def _drawn(self) -> bool:
        """True if there is a picture to show."""
        results = self._results
        return results.report is not None and (bool(results.report.cells) or (results.running and self._old_picture))

    @property
    def _view(self) -> TunnelView:
        """The view that fits: only the picture if there is no room for both."""
        return "picture" if self._chosen == "both" and self.content_size.height < _ROOM else self._chosen

    @property
    def _brief(self) -> bool:
        """True if each row of text takes a row from the picture."""
        return self._view == "picture" and self._drawn and self.content_size.height < _ROOM

    def _verdict(self, report: Report) -> str:
        results = self._results
        if results.comparison is not None and results.other is not None:
            return f"Against {results.other.name}: {results.comparison.words}"
        if report.faults or report.not_rehearsed:
            return report.verdict
        if results.running:
            return "Rehearsing …"
        if report.ended is None:
            return "Cancelled before its end."
        if self._brief and report.ended.complete:
            return report.in_short
        return report.verdict if report.ended.complete else "Cut short: the results above are incomplete."

    def _remarks(self, report: Report) -> list[str]:
        """Return the assumptions, and the parameters of the first failed call."""
        # The title says that a shape is made up: enough if there is a picture and little room.
        subject = self._results.subject
        remarks = list(subject.remarks if subject is not None and not self._brief else ())
        if not self._brief and not self._results.running and not report.faults:
            verdict = self._verdict(report)
            notes = [note.message for note in report.notes if note.message not in verdict]
            remarks = [*filter(None, [report.rank_words]), *notes, *remarks]
        first = next((fault for fault in report.faults if fault.params), None)
        if first is not None and first.params is not None:
            remarks.insert(0, f"g goes to the line, p shows all parameters: {words.with_params(first.params)}.")
        if report.learned is not None:
            remarks.insert(0, words.learned(report.learned))
        return remarks

    # -- commands ---------------------------------------------------------------------------------

    def action_view(self) -> None:
        views: list[TunnelView] = ["both", "picture", "drivers"]
        if self.content_size.height < _ROOM:
            views.remove("both")
        self._chosen = views[(views.index(self._chosen) + 1) % len(views)] if self._chosen in views else "drivers"
        self.draw()
        self.post_message(ViewChanged())

    def action_fault(self) -> None:
        lines = [fault.line for fault in self.report.faults if fault.line] if self.report is not None else []
        if lines:
            self.post_message(LineWanted(lines[0]))

    def action_params(self) -> None:
        from dots_tui.ui.panes.reward.params_screen import ParamsScreen

        there = self.params()
        if there is not None:
            self.app.push_screen(ParamsScreen(*there))
