"""The filter line of the form."""

from __future__ import annotations

from textual import on
from textual.widgets import Input

from dots_tui.ui.widgets.form import EnvForm
from dots_tui.ui.widgets.quick_input import QuickInput

_HINT = "part of a name, a comment or the help; enter keeps it, esc shows all"


class FormFilter(QuickInput):
    """Filters the rows of `form` while the user types; hidden until it is started."""

    def __init__(self, form: EnvForm, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(placeholder=_HINT, id=id, compact=True)
        self._form = form

    def start(self) -> None:
        """Show the filter line."""
        self.add_class("-open")
        self.screen.set_focus(self)

    def end(self) -> bool:
        """Show all rows again. Return False if all rows were shown already."""
        if not self.has_class("-open"):
            return False
        self.remove_class("-open")
        self.value = ""
        self._form.set_filter("")
        self.screen.set_focus(self._form)
        return True

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        # Through the form: a message posted while a handler of this widget runs would not reach
        # other widgets.
        self._form.call_later(self._form.set_filter, event.value)

    @on(Input.Submitted)
    def _kept(self, event: Input.Submitted) -> None:
        event.stop()
        self.screen.set_focus(self._form)
