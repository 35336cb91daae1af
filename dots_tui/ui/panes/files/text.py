"""The text of the displayed file: editor and search line."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dots_tui.ui.commands import Command
from dots_tui.ui.panes.document_commands import TextCommands, text_commands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.ui.panes.step_editor import StepEditor
    from dots_tui.ui.widgets.find_bar import FindBar


def _needs_text(text: FileText) -> str:
    return "" if text.text_editor is not None else "t shows the text first"


class FileText(TextCommands):
    """The editor, created when text is first shown: most sessions only use the form."""

    ACTIONS: ClassVar[Sequence[Command]] = text_commands("files", _needs_text)

    _editor: StepEditor | None = None

    @property
    def editor(self) -> StepEditor:
        """The editor."""
        if self._editor is None:
            from dots_tui.ui.panes.step_editor import StepEditor
            from dots_tui.ui.widgets.find_bar import FindBar

            self._editor = StepEditor(id="file-editor")
            self.mount(self._editor, FindBar(self._editor))
        return self._editor

    @property
    def text_editor(self) -> StepEditor | None:
        return self._editor if self.display else None

    @property
    def find_bar(self) -> FindBar:
        from dots_tui.ui.widgets.find_bar import FindBar

        return self.query_one(FindBar)

    @property
    def typing(self) -> bool:
        """True if keys go into the text or its search line."""
        return self.display and any(widget.has_focus for widget in self.query("*"))

    @property
    def line(self) -> int:
        """The line of the cursor, from 1."""
        return self.editor.cursor_location[0] + 1
