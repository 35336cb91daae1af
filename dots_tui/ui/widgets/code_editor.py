"""A text editor for code: syntax colors from Pygments, and marks on the lines that have problems."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.keys import KEY_NAME_REPLACEMENTS
from textual.reactive import var
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from dots_tui.ui.widgets.code_lines import CodeLines
from dots_tui.ui.widgets.code_marks import KINDS, SEARCH, SEVERITIES, CodeMarks, LineProblem
from dots_tui.ui.widgets.glyphs import ascii_only, clean, glyph
from dots_tui.ui.widgets.line_edits import INDENT, has_comments, indent, outdent, toggle_comment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from re import Pattern

    from rich.text import Text
    from textual import events
    from textual.strip import Strip
    from textual.widgets.text_area import Edit, EditResult

    from dots_tui.ui.widgets.text_search import Hit

_KEYS: tuple[BindingType, ...] = (
    Binding("shift+tab", "outdent", "Outdent", show=False, id="editor.outdent"),
    Binding("f8", "problem(1)", "Next problem", show=False, id="editor.next-problem"),
    Binding("shift+f8", "problem(-1)", "Previous problem", show=False, id="editor.previous-problem"),
    # Usual keys that Textual's text area does not have.
    Binding("ctrl+home", "text_end(-1)", "To the first line", show=False, id="editor.text-start"),
    Binding("ctrl+end", "text_end(1)", "To the last line", show=False, id="editor.text-end"),
    Binding("ctrl+shift+home", "text_end(-1, True)", "Select to the first line", show=False),
    Binding("ctrl+shift+end", "text_end(1, True)", "Select to the last line", show=False),
    Binding("shift+pageup", "select_page(-1)", "Select a page up", show=False),
    Binding("shift+pagedown", "select_page(1)", "Select a page down", show=False),
    Binding("ctrl+delete", "delete_word_right", "Delete to the end of the word", show=False),
)
_COLORS = """
CodeEditor {
    scrollbar-size: 1 1;
    .code-editor--keyword { color: $text-accent; text-style: bold; }
    .code-editor--definition { color: $text-primary; text-style: bold; }
    .code-editor--builtin { color: $text-primary; }
    .code-editor--string { color: $text-success; }
    .code-editor--number { color: $text-warning; }
    .code-editor--constant { color: $text-warning; text-style: bold; }
    .code-editor--comment { color: $text-muted; text-style: italic; }
    .code-editor--key { color: $text-primary; }
    .code-editor--variable { color: $text-accent; }
    .code-editor--invalid { color: $text-error; text-style: underline; }
    .code-editor--error { color: $text-error; text-style: bold; }
    .code-editor--warning { color: $text-warning; text-style: bold; }
    .code-editor--info { color: $text-primary; text-style: bold; }
    .code-editor--match { background: $warning 35%; text-style: underline; }
    .code-editor--hit { color: $warning; text-style: bold reverse; }
    .text-area--matching-bracket { background: $foreground 30%; text-style: bold underline; }
    &:ansi .code-editor--match { background: transparent; }
    &:ansi .code-editor--comment { text-style: dim italic; }
    &:ansi .code-editor--definition, &:ansi .code-editor--builtin, &:ansi .code-editor--key {
        color: $text-secondary;
    }
}
"""


class _EditorTheme(TextAreaTheme):
    """The colors of the app's theme; the cursor's line keeps the colors of its text."""

    def apply_css(self, text_area: TextArea) -> None:
        super().apply_css(text_area)
        if self.cursor_line_style is not None:
            self.cursor_line_style = Style(bgcolor=self.cursor_line_style.bgcolor)


class CodeEditor(TextArea):
    """An editor of one file. The name of the file determines its syntax: Python, JSON, env, or none.

    Enter keeps the indentation, tab and `shift+tab` indent and outdent selected lines, and `f8` and `shift+f8` go to
    the next and previous problem. Escape is left to the pane.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"code-editor--{name}" for name in KINDS + SEVERITIES + SEARCH}
    DEFAULT_CSS = _COLORS
    BINDINGS: ClassVar[list[BindingType]] = [*_KEYS]

    revision = var(0)
    """Incremented by every change of the text."""

    def __init__(
        self,
        text: str = "",
        *,
        file_name: str = "",
        read_only: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's word
    ) -> None:
        self.file_name = file_name
        self.marks = CodeMarks(file_name, self._component_style)
        self._lines = CodeLines(self, self.one_step)
        super().__init__(
            text, soft_wrap=False, tab_behavior="indent", read_only=read_only, show_line_numbers=True, id=id
        )
        self.register_theme(_EditorTheme("code-editor"))
        self.theme = "code-editor"
        self.indent_width = INDENT

    def open_text(self, text: str, file_name: str) -> None:
        """Edit `text` as the content of the file `file_name`, without problems and without a history."""
        self.file_name = file_name
        self.marks.open(file_name)
        self.load_text(text)

    def put_text(self, text: str) -> None:
        """Replace the text. Unchanged parts keep their place."""
        self._lines.put_text(text)

    # -- problems and places ----------------------------------------------------------------------

    def set_problems(self, problems: Mapping[int, LineProblem]) -> None:
        """Mark these lines (from 1) instead of the previous ones."""
        self.marks.problems = dict(problems)
        self.refresh()

    def action_problem(self, step: int) -> None:
        """Go to the next (1) or previous (-1) line with a problem, around the end."""
        line = self.marks.next_problem(self.cursor_location[0] + 1, step, self.document.line_count)
        if line is not None:
            self.go_to(line)

    def go_to(self, line: int) -> None:
        """Move the cursor to the first character of `line` (from 1) and show it."""
        row = max(0, min(line, self.document.line_count) - 1)
        text = self.document.get_line(row)
        self.move_cursor((row, len(text) - len(text.lstrip())), center=True)

    def go_to_definition(self) -> str:
        """Go to the definition of the name under the cursor. Return why this is impossible, or ""."""
        from dots_tui.ui.widgets.definitions import find_definition

        found = find_definition(self.document.lines, self.cursor_location, self.file_name)
        if isinstance(found, str):
            return found
        self.move_cursor(found, center=True)
        return ""

    def show_matches(self, searched: Pattern[str] | None, hit: Hit | None = None) -> None:
        """Mark all matches of `searched`, and move the cursor to `hit`, one of them."""
        self.marks.search(searched, hit)
        if hit is not None:
            self.move_cursor((hit[0], hit[1]), center=True)
        self.notify_style_update()  # drops the painted lines

    def status(self) -> str:
        """Return the place of the cursor and the problem there: "line 3, column 7 · message"."""
        row, column = self.cursor_location
        place = f"line {row + 1}, column {column + 1}"
        problem = self.marks.problems.get(row + 1)
        return place if problem is None else f"{place} {glyph('dot', ascii_only(self.app))} {clean(problem.message)}"

    # -- keys -------------------------------------------------------------------------------------

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        # Textual does not know the character of "slash" and similar keys, and would show them as keys to press.
        typed = key == "enter" or key in KEY_NAME_REPLACEMENTS.values()
        return (typed and not self.read_only) or super().check_consume_key(key, character)

    def on_key(self, event: events.Key) -> None:
        """Handle keys before Textual's text area, where escape moves the focus and tab replaces the selection."""
        if event.key == "escape":
            event.prevent_default()  # not stopped: the pane has a command for it
        elif not self.read_only and self._lines.take_key(event.key, python=self.file_name.endswith(".py")):
            event.prevent_default().stop()

    @contextmanager
    def one_step(self) -> Iterator[None]:
        """Group the changes inside the block into one step of the history."""
        self.history.checkpoint()
        yield
        self.history.checkpoint()

    def action_text_end(self, way: int, select: bool = False) -> None:
        """Move to the beginning (-1) or the end (1) of the text; `select` extends the selection."""
        self.move_cursor((0, 0) if way < 0 else self.document.end, select=select)

    def action_select_page(self, way: int) -> None:
        """Select a page up (-1) or down (1)."""
        self._lines.select_page(way * max(1, self.content_size.height))

    def action_indent(self) -> None:
        """Indent the selected lines by four spaces."""
        self._lines.change(indent)

    def action_outdent(self) -> None:
        """Outdent the selected lines by up to four spaces."""
        self._lines.change(outdent)

    def action_toggle_comment(self) -> None:
        """Comment the selected lines out, or uncomment them."""
        if has_comments(self.file_name):
            self._lines.change(toggle_comment)

    # -- painting ---------------------------------------------------------------------------------

    def _component_style(self, name: str) -> Style:
        return self.get_component_rich_style(f"code-editor--{name}")

    def get_line(self, line_index: int) -> Text:
        return self.marks.color(super().get_line(line_index), line_index, self.document.lines)

    def render_line(self, y: int) -> Strip:
        strip, row = super().render_line(y), y + self.scroll_offset.y  # lines are not wrapped
        if row >= self.document.line_count:
            return strip
        return self.marks.in_gutter(strip, row, self.gutter_width, self.rich_style, plain=ascii_only(self.app))

    # -- every way in which the text can change ---------------------------------------------------

    def _text_changed(self) -> None:
        self.marks.text_changed()
        self.revision += 1

    def edit(self, edit: Edit) -> EditResult:
        result = super().edit(edit)
        self._text_changed()
        return result

    def undo(self) -> None:
        super().undo()
        self._text_changed()

    def redo(self) -> None:
        super().redo()
        self._text_changed()

    def load_text(self, text: str) -> None:
        super().load_text(text)
        self._text_changed()
