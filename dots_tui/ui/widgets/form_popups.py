"""The popups over a row of the settings form: a list to pick from, or a line to type in.

A popup posts the value to the form, and opens at once, so that no key typed after enter is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from dots_tui.ui.widgets.early_keys import EarlyKeys
from dots_tui.ui.widgets.form_messages import give
from dots_tui.ui.widgets.own_list import OwnList
from dots_tui.ui.widgets.pick_list import PickList
from dots_tui.ui.widgets.quick_input import QuickInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult
    from textual.geometry import Offset
    from textual.widget import Widget

    from dots_tui.ui.widgets.form_rows import FormRow
    from dots_tui.ui.widgets.own_list import Own

NARROWEST = 24


class Popup(EarlyKeys[None]):
    """A box for the value of `row` of `form`, at `place` or as near to it as it fits. Escape changes nothing."""

    DEFAULT_CSS = """
    Popup {
        background: $background 30%;
        #box {
            height: auto;
            max-height: 100%;
            padding: 0 1;
            border: round $primary;
            border-title-color: $text-primary;
            background: $surface;
        }
        Input { background: $panel; }
        #hint { height: auto; color: $text-error; }
        &:ansi #box { background: $background; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

    def __init__(self, form: Widget, row: FormRow, place: Offset, width: int) -> None:
        super().__init__()
        self._form, self._row = form, row
        self._place, self._width = place, max(NARROWEST, width)

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = self._row.label or self._row.name
            box.styles.width = self._width
            yield from self.parts()

    def parts(self) -> Iterable[Widget]:
        """Return the widgets in the box."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.call_after_refresh(self._settle)

    def on_resize(self) -> None:
        self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        """Put the box where it was asked for, or as near as it fits."""
        box = self.query_one("#box")
        size = self.app.size
        box.styles.width = min(self._width, size.width)
        x = max(0, min(self._place.x, size.width - box.outer_size.width))
        y = max(0, min(self._place.y, size.height - box.outer_size.height))
        box.styles.offset = (x, y)

    def on_click(self, event: object) -> None:
        if getattr(event, "widget", None) is self:
            self.left()

    def left(self) -> None:
        """Handle a click beside the box."""
        self.dismiss()

    def give(self, value: str) -> None:
        """Give `value` to the row, and close."""
        give(self._form, self._row, value)
        self.dismiss()

    def action_cancel(self) -> None:
        self.dismiss()


class PickValue(Popup):
    """Pick one of the choices of the row, or with `judge` type another value."""

    def __init__(
        self, form: Widget, row: FormRow, place: Offset, width: int, judge: Callable[[str], Own] | None = None
    ) -> None:
        super().__init__(form, row, place, width)
        options = [(choice, choice) for choice in row.choices]
        self._list = PickList(options, row.shown) if judge is None else OwnList(options, judge, row.shown)

    def parts(self) -> Iterable[Widget]:
        yield self._list

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        self.give(event.value)


class TypeValue(Popup):
    """Type a value. Enter, or a click beside the box, is accepted only if `validate` returns "" (no problem)."""

    def __init__(self, form: Widget, row: FormRow, place: Offset, width: int, validate: Callable[[str], str]) -> None:
        super().__init__(form, row, place, width)
        self._validate = validate

    def parts(self) -> Iterable[Widget]:
        yield QuickInput(self._row.shown, compact=True)
        yield Static("", id="hint", markup=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one("#hint", Static).update(self._validate(event.value))

    def on_input_submitted(self) -> None:
        self._accept()

    def left(self) -> None:
        """Keep typed text: a click that missed must not lose it; an untouched value stays as it is."""
        if self.query_one(Input).value == self._row.shown:
            self.dismiss()
        else:
            self._accept()

    def _accept(self) -> None:
        value = self.query_one(Input).value
        problem = self._validate(value)
        if problem:
            self.query_one("#hint", Static).update(problem)
        else:
            self.give(value)
