"""What opens over a row of the settings form: a list to pick from, or a line to type in."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from dots_tui.ui.widgets.early_keys import EarlyKeys
from dots_tui.ui.widgets.own_list import OwnList
from dots_tui.ui.widgets.pick_list import PickList
from dots_tui.ui.widgets.quick_input import QuickInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.app import ComposeResult
    from textual.geometry import Offset
    from textual.widget import Widget

    from dots_tui.ui.widgets.own_list import Own

NARROWEST = 24


class Popup(EarlyKeys["str | None"]):
    """A box at a place of the screen, moved so far that it fits. Escape gives None."""

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

    def __init__(self, title: str, place: Offset, width: int) -> None:
        super().__init__()
        self._heading, self._place, self._width = title, place, max(NARROWEST, width)

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = self._heading
            box.styles.width = self._width
            yield from self.parts()

    def parts(self) -> Iterable[Widget]:
        """What is in the box."""
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
        """A click beside the box."""
        self.dismiss(None)

    def action_cancel(self) -> None:
        self.dismiss(None)


class PickValue(Popup):
    """Pick one of `choices`, or with `judge` type another value."""

    def __init__(
        self,
        title: str,
        choices: Sequence[str],
        current: str,
        place: Offset,
        width: int,
        judge: Callable[[str], Own] | None = None,
    ) -> None:
        super().__init__(title, place, width)
        options = [(choice, choice) for choice in choices]
        self._list = PickList(options, current) if judge is None else OwnList(options, judge, current)

    def parts(self) -> Iterable[Widget]:
        yield self._list

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        self.dismiss(event.value)


class TypeValue(Popup):
    """Type a value; enter, or a click beside the box, is taken only when `validate` finds nothing wrong ("")."""

    def __init__(self, title: str, value: str, validate: Callable[[str], str], place: Offset, width: int) -> None:
        super().__init__(title, place, width)
        self._value, self._validate = value, validate

    def parts(self) -> Iterable[Widget]:
        yield QuickInput(self._value, compact=True)
        yield Static("", id="hint", markup=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one("#hint", Static).update(self._validate(event.value))

    def on_input_submitted(self) -> None:
        self._take()

    def left(self) -> None:
        """What was typed is not lost to a click that missed; a value nobody touched stays as it is."""
        if self.query_one(Input).value == self._value:
            self.dismiss(None)
        else:
            self._take()

    def _take(self) -> None:
        value = self.query_one(Input).value
        wrong = self._validate(value)
        if wrong:
            self.query_one("#hint", Static).update(wrong)
        else:
            self.dismiss(value)
