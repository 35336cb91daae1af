"""The doctor's report on this machine and its terminal, in a box that scrolls."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from dots_tui.app.doctor.line import text
from dots_tui.app.doctor.machine import TerminalFacts
from dots_tui.app.doctor.report import local_report
from dots_tui.ui.widgets.glyphs import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from dots_tui.app.doctor.line import Line
    from dots_tui.config.settings import Folders

_HINT = "dots-tui doctor checks the AWS account as well."


def report_of(size: tuple[int, int], encoding: str, folders: Folders) -> list[Line]:
    """Check the machine and the terminal that shows the app, of `size` (columns, rows). Blocks."""
    return list(local_report(TerminalFacts(True, size, encoding, os.environ), folders))


class DoctorReport(ModalScreen[None]):
    """Closed by esc or q."""

    DEFAULT_CSS = """
    DoctorReport { align: center middle; }
    DoctorReport > VerticalScroll {
        width: 90%; max-width: 110; height: auto; max-height: 90%;
        border: round $border; background: $surface; padding: 1 2;
    }
    DoctorReport Static { height: auto; }
    """
    BINDINGS = [("escape,q", "dismiss", "Close")]

    def __init__(self, lines: Sequence[Line]) -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = "Doctor"
            for line in self._lines:
                yield Static("\n".join(clean(row) for row in text(line).splitlines()), markup=False)
            yield Static(_HINT, markup=False)
