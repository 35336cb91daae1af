"""The reward function templates: choose one, and read its explanation and text."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Optional

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.custom_files.reward_templates import Template
from dots_tui.ui.widgets.box_screen import BoxScreen
from dots_tui.ui.widgets.code_editor import CodeEditor
from dots_tui.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Sequence


class TemplateRows(RowList):
    """The list of template titles."""

    def __init__(self, found: Sequence[Template]) -> None:
        super().__init__(id="template-rows")
        self._found = found

    def line_count(self) -> int:
        return len(self._found)

    def line_text(self, index: int, width: int) -> Text:
        text = Text(self._found[index].title)
        text.truncate(width, overflow="ellipsis")
        return text

    def highlight(self, index: int) -> None:
        if isinstance(self.screen, TemplatePicker) and index >= 0:
            self.screen.look_at(self._found[index])

    def choose(self, index: int) -> None:
        self.screen.dismiss(self._found[index])


class TemplatePicker(BoxScreen[Optional[Template]]):
    """The template picker. Returns the chosen template or None."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    DEFAULT_CSS = """
    TemplatePicker {
        #template-box { width: 95%; max-width: 150; height: 95%; }
        #template-rows { width: 36; height: 100%; }
        #template-side { width: 1fr; padding-left: 1; }
        #template-about { height: auto; max-height: 8; padding-bottom: 1; }
        #template-text { height: 1fr; border: none; }
        &.-narrow Horizontal { layout: vertical; }
        &.-narrow #template-rows { width: 100%; height: 6; }
        &.-narrow #template-side { height: 1fr; width: 100%; padding-left: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,m", "cancel", "Cancel"),
        Binding("enter", "take", "Take"),
    ]

    def __init__(self, found: Sequence[Template]) -> None:
        super().__init__()
        self._found = found

    def compose(self) -> ComposeResult:
        with Vertical(id="template-box", classes="screen-box") as box:
            box.border_title = "reward function templates"
            with Horizontal():
                yield TemplateRows(self._found)
                with Vertical(id="template-side"):
                    yield Static(id="template-about", markup=False)
                    yield CodeEditor(id="template-text", file_name=REWARD_FUNCTION, read_only=True)
            yield Static(
                "enter replaces your text by the template (undo restores it), tab goes to its text, esc closes",
                id="template-hint",
                classes="screen-hint",
            )

    def on_mount(self) -> None:
        rows = self.query_one(TemplateRows)
        rows.focus()
        rows.redraw()
        if self._found:
            self.look_at(self._found[0])

    def look_at(self, template: Template) -> None:
        """Show a template."""
        self.query_one("#template-about", Static).update(template.teaches)
        self.query_one(CodeEditor).open_text(template.text, REWARD_FUNCTION)

    def action_take(self) -> None:
        """Choose the template when the user presses enter in the text."""
        self.query_one(TemplateRows).action_choose()

    def action_cancel(self) -> None:
        self.dismiss(None)
