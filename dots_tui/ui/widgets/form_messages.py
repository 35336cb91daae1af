"""The messages of the settings form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.widget import Widget

    from dots_tui.ui.widgets.form_rows import FormRow


class FormMessage(Message):
    """A message about the key `key` of `form`."""

    def __init__(self, form: Widget, key: str) -> None:
        super().__init__()
        self.form, self.key = form, key

    @property
    def control(self) -> Widget:
        """The form, for the selector of a handler."""
        return self.form


class KeyHighlighted(FormMessage):
    """The cursor moved to another key."""


class TrackWanted(FormMessage):
    """The user wants to change a track: the pane has a picker that knows tracks."""


class EditorWanted(FormMessage):
    """The user wants to change a value that is too large for a row: the pane has an editor for it."""


class ValueGiven(FormMessage):
    """The user gave a key a value; not posted for the value that the file already has."""

    def __init__(self, form: Widget, key: str, value: str) -> None:
        super().__init__(form, key)
        self.value = value


def give(form: Widget, row: FormRow, value: str) -> None:
    """Post `ValueGiven` for `row` of `form`, unless that is its value already."""
    if value != row.value or row.commented:
        form.post_message(ValueGiven(form, row.name, value))
