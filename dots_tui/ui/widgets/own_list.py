"""A list that also accepts a typed value that is not an option."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.widgets import Static

from dots_tui.ui.widgets.pick_list import Options, PickList
from dots_tui.ui.widgets.quick_input import QuickInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.widgets import Input


class Own(NamedTuple):
    """The response to a text that is not an option."""

    hint: str = ""
    """Shown below the list."""
    taken: bool = True
    """True if the text can be picked."""
    label: str = ""
    """Shown after the text in the list."""


class OwnOptions(Options):
    """The matching options, and the typed text itself."""

    def __init__(self, options: Sequence[tuple[str, str]], current: str, judge: Callable[[str], Own]) -> None:
        super().__init__(options, current)
        self._judge = judge

    def search(self, wanted: str) -> None:
        super().search(wanted)
        text = wanted.strip()
        if text and all(text != value for value, _ in self.all):
            own = self._judge(text)
            if own.taken:
                self.shown = (*self.shown, (text, f"{text}  {own.label}".rstrip()))
                self.redraw()
                self.cursor = 0


class OwnList(PickList):
    """A list of options (value, label). `judge` returns the response to any other typed text."""

    DEFAULT_CSS = """
    OwnList #own-hint { height: auto; color: $text-warning; }
    OwnList #own-hint.-refused { color: $text-error; }
    """

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        judge: Callable[[str], Own],
        current: str = "",
        own: str = "a value of your own",
    ) -> None:
        super().__init__(options, current)
        self._own = own
        self.remove_class("-few")  # the line to type in is never left out
        self._judge = judge
        self._options = OwnOptions(options, current, judge)

    def compose(self) -> ComposeResult:
        yield QuickInput(placeholder=f"type to search, or {self._own}", compact=True)
        yield self._options
        yield Static("", id="own-hint", markup=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        super().on_input_changed(event)
        text = event.value.strip()
        own = self._judge(text) if text and all(text != value for value, _ in self._options.all) else Own()
        hint = self.query_one("#own-hint", Static)
        hint.update(own.hint)
        hint.set_class(not own.taken, "-refused")
