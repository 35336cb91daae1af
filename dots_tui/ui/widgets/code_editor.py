"""A text editor with syntax colors from Pygments and marks on the lines that have problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.reactive import var
from textual.strip import Strip
from textual.widgets.text_area import TextAreaTheme

from dots_tui.ui.widgets.code_typing import CodeTyping
from dots_tui.ui.widgets.glyphs import ascii_only, clean, glyph
from dots_tui.ui.widgets.highlight import Highlighter
from dots_tui.ui.widgets.line_edits import INDENT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from re import Pattern

    from rich.text import Text
    from textual.widgets import TextArea
    from textual.widgets.text_area import Edit, EditResult

    from dots_tui.ui.widgets.text_search import Hit

KINDS = ("keyword", "definition", "builtin", "string", "number", "constant", "comment", "key", "variable", "invalid")
SEVERITIES = ("error", "warning", "info")
SEARCH = ("match", "hit")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line: a sentence, and "error", "warning" or "info"."""

    message: str
    severity: str = "error"


class _Theme(TextAreaTheme):
    """The colors of the app's theme; the cursor's line keeps the colors of its text."""

    def apply_css(self, text_area: TextArea) -> None:
        super().apply_css(text_area)
        if self.cursor_line_style is not None:
            self.cursor_line_style = Style(bgcolor=self.cursor_line_style.bgcolor)


class CodeEditor(CodeTyping):
    """Edits one file. The colors follow its name: Python, JSON and env files have some, others none.

    `f8`/`shift+f8` go to the next/previous problem; `problem_here` is that of the line the cursor is in.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"code-editor--{name}" for name in KINDS + SEVERITIES + SEARCH}
    DEFAULT_CSS = """
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
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "problem(1)", "Next problem", show=False, id="editor.next-problem"),
        Binding("shift+f8", "problem(-1)", "Previous problem", show=False, id="editor.previous-problem"),
    ]

    revision = var(0)
    """Goes up with every change of the text."""

    _changed = True  # the document is not what the highlighter last saw
    _searched: Pattern[str] | None = None
    _hit: Hit | None = None

    def __init__(
        self,
        text: str = "",
        *,
        file_name: str = "",
        read_only: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's word
        classes: str | None = None,
    ) -> None:
        self._problems: dict[int, Problem] = {}
        self._highlighter = Highlighter(file_name)
        super().__init__(
            text,
            soft_wrap=False,
            tab_behavior="indent",
            read_only=read_only,
            show_line_numbers=True,
            id=id,
            classes=classes,
        )
        self.register_theme(_Theme("code-editor"))
        self.theme = "code-editor"
        self.file_name = file_name
        self.indent_width = INDENT

    def open_text(self, text: str, file_name: str) -> None:
        """Edit `text` as the contents of a file called `file_name`; undo begins anew and no line has problems."""
        self.file_name = file_name
        self._highlighter = Highlighter(file_name)
        self._problems = {}
        self.load_text(text)

    # problems

    def set_problems(self, problems: Mapping[int, str | Problem]) -> None:
        """Mark lines (counted from 1) with what is wrong with them, instead of those marked before."""
        self._problems = {
            line: Problem(problem) if isinstance(problem, str) else problem for line, problem in problems.items()
        }
        self.refresh()

    @property
    def problem_here(self) -> Problem | None:
        """The problem of the line the cursor is in."""
        return self._problems.get(self.cursor_location[0] + 1)

    def action_problem(self, step: int) -> None:
        """Go to the next (1) or the previous (-1) line with a problem, round the end if need be."""
        here = self.cursor_location[0] + 1
        lines = sorted(line for line in self._problems if 1 <= line <= self.document.line_count)
        if not lines:
            return
        if step > 0:
            line = next((line for line in lines if line > here), lines[0])
        else:
            line = next((line for line in reversed(lines) if line < here), lines[-1])
        self.go_to(line)

    def go_to(self, line: int) -> None:
        """Put the cursor on the first character of `line` (counted from 1) and show it."""
        row = max(0, min(line, self.document.line_count) - 1)
        text = self.document.get_line(row)
        self.move_cursor((row, len(text) - len(text.lstrip())), center=True)

    def go_to_definition(self) -> str:
        """Go to what defines the name the cursor is on. Returns why that cannot be done, or ""."""
        from dots_tui.ui.widgets.definitions import definition_of, word_at

        row, column = self.cursor_location
        word = word_at(self.document.get_line(row), column)
        if not word:
            return "The cursor is on no name."
        place = definition_of(word, self.document.lines, row, self.file_name)
        if place is None:
            return f"{word} is not defined in this file."
        self.move_cursor(place, center=True)
        return ""

    # what was looked for

    def show_matches(self, searched: Pattern[str] | None, hit: Hit | None = None) -> None:
        """Mark all matches of `searched`, and `hit` among them, on which the cursor is put."""
        self._searched, self._hit = searched, hit
        if hit is not None:
            row, start, _ = hit
            self.move_cursor((row, start), center=True)
        self.notify_style_update()  # the lines painted so far are kept otherwise

    @property
    def hit(self) -> Hit | None:
        """The match shown last, as long as neither the text has changed nor the cursor gone elsewhere."""
        return self._hit if self._hit is not None and self._hit[:2] == self.cursor_location else None

    # colors

    def get_line(self, line_index: int) -> Text:
        if self._changed:
            self._highlighter.update(self.document.lines)
            self._changed = False
        text = super().get_line(line_index)
        for span in self._highlighter.spans(line_index, text.plain):
            text.stylize(self._tint(span.name), span.start, span.end)
        if self._searched is not None:
            for match in self._searched.finditer(text.plain):
                # The hit is reversed: the cursor's line has a background of its own.
                here = self._hit == (line_index, *match.span())
                style = self._tint("hit") if here else self.get_component_rich_style("code-editor--match")
                text.stylize(style, *match.span())
        return text

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        row = y + self.scroll_offset.y  # lines are not wrapped
        problem = self._problems.get(row + 1)
        if problem is None or row >= self.document.line_count:
            return strip
        # The gutter ends with two blanks: the first becomes the mark.
        severity = problem.severity if problem.severity in SEVERITIES else "error"
        mark = Segment(glyph(severity, ascii_only(self.app)), self.rich_style + self._tint(severity))
        place = self.gutter_width - 2
        return Strip.join([strip.crop(0, place), Strip([mark], 1), strip.crop(place + 1)])

    def _tint(self, name: str) -> Style:
        style = self.get_component_rich_style(f"code-editor--{name}")
        return style.without_color + Style(color=style.color)

    # every way the document can change

    def _touched(self) -> None:
        self._changed = True
        self._hit = None
        self.revision += 1

    def edit(self, edit: Edit) -> EditResult:
        result = super().edit(edit)
        self._touched()
        return result

    def undo(self) -> None:
        super().undo()
        self._touched()

    def redo(self) -> None:
        super().redo()
        self._touched()

    def load_text(self, text: str) -> None:
        super().load_text(text)
        self._touched()

    def status(self) -> str:
        """Where the cursor is and what is wrong there, e.g. for a status line: "line 3, column 7 · message"."""
        row, column = self.cursor_location
        place = f"line {row + 1}, column {column + 1}"
        problem = self.problem_here
        return place if problem is None else f"{place} {glyph('dot', ascii_only(self.app))} {clean(problem.message)}"
