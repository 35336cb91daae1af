"""Everything that is wrong with a run, with its cause, what to do, and the line of the log that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from dots_tui.app.runs.run_verdict import WAYS
from dots_tui.problems import ERROR, WARNING
from dots_tui.ui.widgets.glyphs import ascii_only, clean, glyph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.training.diagnosis import Diagnosis

_INKS = {ERROR: "bold $text-error", WARNING: "bold $text-warning"}
_KEYS = {"R": "restart", "S": "stop", "a": "actions"}


class ProblemsScreen(ModalScreen["str | None"]):
    """The diagnoses, the worst first. A key for what can be done closes it with the name of the command."""

    DEFAULT_CSS = """
    ProblemsScreen { align: center middle; }
    ProblemsScreen > VerticalScroll {
        width: 92%; max-width: 110; height: auto; max-height: 90%;
        border: round $border; border-title-color: $text; border-subtitle-color: $text-muted;
        background: $surface; padding: 0 2;
    }
    ProblemsScreen Static { height: auto; margin-bottom: 1; }
    """
    BINDINGS = [
        Binding("escape,p,q", "close", "Close", key_display="esc"),
        Binding("R", "choose('restart')", "Restart", show=False),
        Binding("S", "choose('stop')", "Stop safely", show=False),
        Binding("a", "choose('actions')", "Actions", show=False),
    ]

    def __init__(self, diagnoses: Sequence[Diagnosis]) -> None:
        super().__init__()
        self._diagnoses = tuple(diagnoses)

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = f"problems ─ {len(self._diagnoses)}"
            box.border_subtitle = "esc closes"
            plain = ascii_only(self.app)
            for one in self._diagnoses:
                yield Static(described(one, plain), markup=False, classes=f"-{one.severity}")

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_close(self) -> None:
        self.dismiss(None)

    def action_choose(self, name: str) -> None:
        self.dismiss(name)


def described(one: Diagnosis, plain: bool = False) -> Text:
    """Return a diagnosis in full: what happened, why, what to do, and the evidence."""
    signs: Callable[[str], str] = lambda name: glyph(name, plain)  # noqa: E731
    sign = signs("error" if one.severity == ERROR else "warning" if one.severity == WARNING else "info")
    title = clean(one.title[:1].upper() + one.title[1:])
    text = Text.assemble((f"{sign} {one.word}  ", "bold"), (title, "bold"))
    for label, words in (("Why", one.cause), ("Do", one.advice)):
        if words:
            text.append(f"\n  {label:<4} {clean(words)}")
    if one.evidence:
        text.append(f"\n  Log  {clean(one.evidence)}", "dim")
    ways = [WAYS[action] for action in one.actions if action in WAYS]
    if ways:
        text.append("\n  Keys " + "   ".join(ways), "bold")
    return text
