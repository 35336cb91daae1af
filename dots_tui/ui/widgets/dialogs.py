"""Modal questions: yes or no, a name to type, a choice, a value.

In a worker: `await app.push_screen_wait(Confirm(...))`. Escape always gives the answer that changes nothing. The
dialogs fit a terminal of 40 by 10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Input, Static

from dots_tui.ui.widgets.early_keys import EarlyKeys
from dots_tui.ui.widgets.pick_list import PickList
from dots_tui.ui.widgets.quick_input import QuickInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget

Answer = TypeVar("Answer")
LOW = 16  # lines of a terminal


class Dialog(EarlyKeys[Answer]):
    """A box in the middle of the screen: a title, a text that scrolls if it is long, the fields, the buttons."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        #box {
            width: 64;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            padding: 0 1;
            border: round $primary;
            border-title-color: $text-primary;
            border-title-style: bold;
            background: $surface;
        }
        #body { height: auto; max-height: 50vh; margin-bottom: 1; }
        #body Static { width: 100%; height: auto; }
        #hint { height: auto; color: $text-error; }
        #buttons { height: 1; margin-top: 1; align-horizontal: right; }
        #buttons Button { margin-left: 2; min-width: 8; }
        Input { background: $panel; }
        &.-low #body { max-height: 3; margin-bottom: 0; }
        &.-low #buttons { margin-top: 0; }
        &.-low PickList Input { margin-bottom: 0; }
        &.-danger #box { border: round $error; border-title-color: $text-error; }
        &:ansi #box { background: $background; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel"),
        Binding("left,up", "app.focus_previous", "Previous", show=False),
        Binding("right,down", "app.focus_next", "Next", show=False),
    ]

    def __init__(
        self, title: str, body: str = "", *, yes: str = "OK", no: str = "Cancel", danger: bool = False
    ) -> None:
        super().__init__(classes="-danger" if danger else "")
        self._heading, self._body, self._yes, self._no, self._danger = title, body, yes, no, danger

    def on_mount(self) -> None:
        self.on_resize()

    def on_resize(self) -> None:
        """Leave out blank lines in a low terminal."""
        self.set_class(self.app.size.height < LOW, "-low")

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = self._heading
            if self._body:
                with VerticalScroll(id="body", can_focus=False):
                    yield Static(self._body, markup=False)
            yield from self.parts()
            with Horizontal(id="buttons"):
                if self._yes:
                    variant = "error" if self._danger else "primary"
                    yield Button(self._yes, id="yes", variant=variant, compact=True)  # type: ignore[arg-type]
                yield Button(self._no, id="no", compact=True)

    def parts(self) -> Iterable[Widget]:
        """Return the widgets between the text and the buttons of the dialog."""
        return ()

    def confirm(self) -> None:
        """Answer yes."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Give the answer that changes nothing."""
        raise NotImplementedError

    def action_cancel(self) -> None:
        self.cancel()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.confirm() if event.button.id == "yes" else self.cancel()


class Confirm(Dialog[bool]):
    """A yes-or-no question; `y` and `n` answer it too. True for yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "confirm", "Yes", show=False),
        Binding("n", "cancel", "No", show=False),
    ]

    def on_mount(self) -> None:
        self.query_one("#yes" if self._yes else "#no").focus()

    def action_confirm(self) -> None:
        if self._yes:
            self.confirm()

    def confirm(self) -> None:
        self.dismiss(True)

    def cancel(self) -> None:
        self.dismiss(False)


class TypeName(Dialog[bool]):
    """A confirmation of something that cannot be undone: the user must type `name`. True for yes."""

    def __init__(self, title: str, body: str, name: str, *, yes: str = "Delete", no: str = "Cancel") -> None:
        super().__init__(title, body, yes=yes, no=no, danger=True)
        self._wanted = name

    def parts(self) -> Iterable[Widget]:
        yield Static(f"Type {self._wanted} to continue:", markup=False)
        yield QuickInput(compact=True, id="value")
        yield Static("", id="hint", markup=False)

    def on_mount(self) -> None:
        self.query_one("#yes", Button).disabled = True
        self.query_one("#value").focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one("#yes", Button).disabled = event.value != self._wanted
        self.query_one("#hint", Static).update("")

    def on_input_submitted(self) -> None:
        self.confirm()

    def confirm(self) -> None:
        if self.query_one("#value", Input).value == self._wanted:
            self.dismiss(True)
        else:
            self.query_one("#hint", Static).update("That is not the name.")

    def cancel(self) -> None:
        self.dismiss(False)


class Choose(Dialog["str | None"]):
    """A choice of one of `options` (value, label). Typing searches a long list. None if canceled."""

    def __init__(self, title: str, options: Sequence[tuple[str, str]], *, body: str = "", current: str = "") -> None:
        super().__init__(title, body, yes="")
        self._list = PickList(options, current)

    def parts(self) -> Iterable[Widget]:
        yield self._list

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        self.dismiss(event.value)

    def confirm(self) -> None:
        self.cancel()

    def cancel(self) -> None:
        self.dismiss(None)


class Prompt(Dialog["str | None"]):
    """A value to type. `validate` returns an error message, or "" for a valid text. None if canceled."""

    def __init__(
        self, title: str, label: str, value: str = "", validate: Callable[[str], str] | None = None, *, yes: str = "OK"
    ) -> None:
        super().__init__(title, label, yes=yes)
        self._value = value
        self._validate = validate

    def parts(self) -> Iterable[Widget]:
        yield QuickInput(self._value, compact=True, id="value")
        yield Static("", id="hint", markup=False)

    def on_mount(self) -> None:
        self.query_one("#value").focus()

    def on_input_changed(self) -> None:
        self._wrong()

    def on_input_submitted(self) -> None:
        self.confirm()

    def _wrong(self) -> str:
        """Show and return the error message for the current value."""
        value = self.query_one("#value", Input).value
        wrong = "" if self._validate is None else self._validate(value)
        self.query_one("#hint", Static).update(wrong)
        return wrong

    def confirm(self) -> None:
        if not self._wrong():
            self.dismiss(self.query_one("#value", Input).value)

    def cancel(self) -> None:
        self.dismiss(None)
