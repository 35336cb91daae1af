"""Finding and replacing in an editor: two short lines below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from dots_tui.ui.widgets.glyphs import ascii_only, glyph
from dots_tui.ui.widgets.text_search import Query, SearchProblem, find_hits, step_from

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from dots_tui.ui.widgets.code_editor import CodeEditor
    from dots_tui.ui.widgets.text_search import Hit


class _FindField(Input):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "Next")]


class _ReplaceField(Input):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "Replace")]


class FindBar(Vertical):
    """Looks for what is typed in `editor`, which shows all matches and has its cursor on the one found last.

    Enter and down go to the next, `shift+enter` and up to the one before; `tab` goes to the replacement, where
    enter replaces; `ctrl+l` replaces all. Escape closes: the cursor stays, and the keys go where they went before.
    """

    DEFAULT_CSS = """
    FindBar {
        display: none;
        height: auto;
        background: $panel;
        & > Horizontal { height: 1; }
        .find-bar--label { width: 9; padding-left: 1; color: $text-muted; }
        Input { width: 1fr; background: $surface; }
        .find-bar--told { width: auto; min-width: 12; max-width: 50%; padding: 0 1; height: 1; text-align: right; }
        .find-bar--told.-bad { color: $text-error; }
        #find-rules { color: $text-muted; }
        &.-open { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close"),
        Binding("up", "step(-1)", "Previous"),
        Binding("shift+enter", "step(-1)", "Previous", show=False),
        Binding("down", "step(1)", "Next", show=False),
        Binding("ctrl+r", "rule('regex')", "Text/pattern"),
        Binding("ctrl+o", "rule('exact')", "Case"),
        Binding("ctrl+l", "replace_all", "Replace all"),
        Binding("tab,shift+tab", "other_field", "Replacement", show=False),
    ]

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__()
        self.editor = editor
        self._find = _FindField(placeholder="text to find", compact=True)
        self._replace = _ReplaceField(placeholder="what to put in its place", compact=True)
        self._regex = self._exact = False
        self._before: Widget | None = None
        self._origin = (0, 0)
        self._hits: list[Hit] = []

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static("find", classes="find-bar--label")
            yield self._find
            yield Static(id="find-count", classes="find-bar--told", markup=False)
        with Horizontal():
            yield Static("replace", classes="find-bar--label")
            yield self._replace
            yield Static(id="find-rules", classes="find-bar--told", markup=False)

    def on_mount(self) -> None:
        self.watch(self.editor, "revision", self._look_again, init=False)

    # -- open and closed --------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """True if the bar is visible."""
        return self.has_class("-open")

    def open(self) -> None:
        """Let a text be typed; what is selected in the editor, or was looked for last, is there to begin with."""
        if not self.is_open:
            self._before = self.screen.focused
            self._origin = min(self.editor.selection)
        selected = self.editor.selected_text
        if selected and "\n" not in selected:
            self._regex = False
            self._find.value = selected
        self.add_class("-open")
        # At once, not when the queue is empty: the next key may be there already.
        self.screen.set_focus(self._find)
        self._find.action_select_all()
        self._search(0, self._origin)

    def action_close(self) -> None:
        """Close the bar; the cursor keeps its position."""
        self.remove_class("-open")
        self.editor.show_matches(None)
        before, self._before = self._before, None
        (before if before is not None and before.is_attached else self.editor).focus()

    def action_other_field(self) -> None:
        """Move the focus to the other field."""
        (self._replace if self._find.has_focus else self._find).focus()

    def action_rule(self, rule: str) -> None:
        """Toggle between text and regular expression, or between ignoring and matching case."""
        if rule == "regex":
            self._regex = not self._regex
        else:
            self._exact = not self._exact
        self._search(0, self._origin)

    # -- finding ----------------------------------------------------------------------------------

    @property
    def wanted(self) -> Query:
        """The query that the bar holds."""
        return Query(self._find.value, self._regex, self._exact)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input is self._find and self.is_open:
            self._search(0, self._origin)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input is self._find:
            self.action_step(1)
        else:
            self.action_replace()

    def action_step(self, step: int) -> None:
        """Go to the next (1) or previous (-1) match, around the end; also while the bar is closed."""
        self._search(step, self.editor.cursor_location)
        self._origin = self.editor.cursor_location

    def _search(self, step: int, place: tuple[int, int]) -> None:
        """Go to the match after, at or before `place`, and show its number."""
        problem, hit, pattern = "", None, None
        self._hits = []
        if self.wanted.text:
            try:
                pattern = self.wanted.pattern()
            except SearchProblem as error:
                problem = str(error)
            else:
                self._hits = find_hits(self.editor.document.lines, pattern)
        if self._hits:
            hit = self._hits[step_from(self._hits, place, step)]
        self.editor.show_matches(pattern, hit)
        self._tell(hit, problem)

    def _look_again(self) -> None:
        """Count the matches again after the text changed; the cursor keeps its position."""
        if not self.is_open or not self.wanted.text:
            return
        try:
            self._hits = find_hits(self.editor.document.lines, self.wanted.pattern())
        except SearchProblem:
            return
        self._tell(None, "")

    def _tell(self, hit: Hit | None, problem: str, done: str = "") -> None:
        if done or problem or not self.wanted.text:
            text = done or problem
        elif hit is not None:
            text = f"{self._hits.index(hit) + 1} of {len(self._hits)}"
        else:
            text = f"{len(self._hits)} matches" if self._hits else "not found"
        count = self.query_one("#find-count", Static)
        count.update(text)
        count.set_class(bool(problem) or text == "not found", "-bad")
        case = "either case" if self.wanted.either_case else "this case"
        rules = f"{'pattern' if self._regex else 'text'} {glyph('dot', ascii_only(self.app))} {case}"
        self.query_one("#find-rules", Static).update(rules)

    # -- replacing --------------------------------------------------------------------------------

    def action_replace(self) -> None:
        """Replace the match under the cursor and go to the next one; without a match, only go to the next one."""
        here = self.editor.marks.hit_at(self.editor.cursor_location)
        if here is not None:
            count, end = self._put(here)
            if count:
                self._search(0, end)
                self._origin = self.editor.cursor_location
        elif self.wanted.text:
            self._search(0, self.editor.cursor_location)

    def action_replace_all(self) -> None:
        """Replace all matches as one step."""
        if self.wanted.text:
            count, _ = self._put(None)
            if count:
                self._tell(None, "", done=f"replaced {count}")

    def _put(self, only: Hit | None) -> tuple[int, tuple[int, int]]:
        """Replace matches. Return their number and the place where the text after `only` now begins."""
        editor, query = self.editor, self.wanted
        lines = list(editor.document.lines)
        try:
            new, count = query.replaced(lines, self._replace.value, only)
        except SearchProblem as error:
            self._tell(None, str(error))
            return 0, (0, 0)
        place = editor.cursor_location
        if only is not None:
            tail = len(lines[only.row]) - only.end
            last = new[only.row].split("\n")
            place = only.row + len(last) - 1, len(last[-1]) - tail
        if count and not editor.read_only:
            with editor.one_step():
                editor.put_text("\n".join(new))
            editor.move_cursor(place)
        return count, place
