"""The editor of the action space: a table of the actions, their picture, and the findings."""

from __future__ import annotations

from typing import ClassVar, Optional

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from dots_tui.custom_files.action_space import (
    Action,
    ActionSpace,
    ActionSpaceProblem,
    Continuous,
    Discrete,
    numbers_of,
    parse,
    to_continuous,
    to_discrete,
    validate,
)
from dots_tui.custom_files.action_space_text import write
from dots_tui.custom_files.folder import FolderProblem
from dots_tui.ui.commands import Command, CommandHost, bindings
from dots_tui.ui.panes.files.action_dialogs import Generate, ask_for_file, ask_for_values, space_from
from dots_tui.ui.panes.files.action_table import ENDS, ActionTable, nudged, values_at, with_values
from dots_tui.ui.panes.files.action_words import findings_text, keys_text
from dots_tui.ui.widgets.action_fan import ActionFan
from dots_tui.ui.widgets.dialogs import Confirm
from dots_tui.ui.widgets.glyphs import ascii_only

_NEW = Action(0.0, 1.0)


def _needs_list(editor: ActionSpaceEditor) -> str:
    return "" if isinstance(editor.space, Discrete) else "a continuous action space has ranges, not actions"


def _needs_row(editor: ActionSpaceEditor) -> str:
    return "" if editor.space is not None else "there is no action space yet: g makes one, i imports one"


def _needs_change(editor: ActionSpaceEditor) -> str:
    return "" if editor.undone else "nothing to undo"


def _command(name: str, title: str, text: str, keys: str, **more: object) -> Command:
    return Command(f"actions.{name}", title, text, keys, name.replace("-", "_"), **more)  # type: ignore[arg-type]


class ActionSpaceEditor(CommandHost, ModalScreen[Optional[bytes]]):
    """An editor for the bytes of a model_metadata.json. Returns the new bytes, or None if nothing changed."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        _command("take", "done", "Take the actions over into the file.", "s,ctrl+s", key_display="s"),
        _command("add", "add", "Add an action like the one shown.", "a", needs=_needs_list),
        _command("delete", "delete", "Delete the action.", "d,delete", needs=_needs_list, key_display="d"),
        _command("left", "steer", "One degree to the left.", "left", needs=_needs_row, key_display="←→"),
        _command("right", "", "One degree to the right.", "right", needs=_needs_row, show=False),
        _command("faster", "speed", "0.1 m/s faster.", "plus,equals_sign", needs=_needs_row, key_display="+-"),
        _command("slower", "", "0.1 m/s slower.", "minus", needs=_needs_row, show=False),
        _command("generate", "generate", "Make actions of angles and speeds.", "g"),
        _command("order", "order", "Sort by steering angle and speed.", "o", needs=_needs_list),
        _command("mirror", "mirror", "Add the mirror image of every action.", "m", needs=_needs_list),
        _command("kind", "list/ranges", "Switch between discrete and continuous.", "c", needs=_needs_row),
        _command("import", "import", "Take the actions of another model_metadata.json.", "i"),
        _command("undo", "undo", "Undo the last change.", "u", needs=_needs_change),
        _command("fan", "picture", "In a small terminal: picture or table.", "f", show=False),
        _command("cancel", "cancel", "Leave the file as it is.", "escape", key_display="esc"),
    )
    BINDINGS = bindings(ACTIONS)
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]
    DEFAULT_CSS = """
    ActionSpaceEditor {
        align: center middle;
        #actions-box {
            width: 100%; max-width: 120; height: 100%; max-height: 40;
            border: round $primary; border-title-color: $text-primary; background: $surface; padding: 0 1;
        }
        #actions-main { height: 1fr; }
        #actions-left { width: 34; }
        ActionFan { margin-left: 1; }
        #actions-head { height: 1; color: $text-muted; }
        #actions-findings { height: auto; max-height: 5; }
        #actions-keys { height: auto; color: $text-muted; }
        &.-tiny #actions-main { layout: vertical; }
        &.-tiny #actions-left { width: 1fr; height: 1fr; }
        &.-short #actions-box { border: none; padding: 0; }
        &.-short #actions-findings { max-height: 2; }
        &.-short #actions-keys { height: 1; }
        &.-tiny.-short ActionFan { display: none; }
        &.-tiny.-short.-fan ActionFan { display: block; }
        &.-tiny.-short.-fan #actions-left { display: none; }
        &:ansi #actions-box { background: $background; }
    }
    """

    def __init__(self, data: bytes, source: str) -> None:
        super().__init__()
        self._before = self.data = data
        self._source = source
        self.undone: list[bytes] = []
        """The content of the file before each change."""
        self.space: ActionSpace | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="actions-box"):
            with Horizontal(id="actions-main"):
                with Vertical(id="actions-left"):
                    yield Static(id="actions-head")
                    yield ActionTable()
                yield ActionFan()
            yield Static(id="actions-findings")
            yield Static(id="actions-keys")

    def on_mount(self) -> None:
        self.table.focus()
        self._refresh(0)

    def on_resize(self) -> None:
        """Lay out the keys with their effects for the available width; on one line in a low terminal."""
        room = max(20, min(self.size.width, 120) - 4)
        self.query_one("#actions-keys", Static).update(keys_text(self.ACTIONS, room, ascii_only(self.app)))

    @property
    def table(self) -> ActionTable:
        """The table of actions."""
        return self.query_one(ActionTable)

    # -- what is shown ----------------------------------------------------------------------------

    def _refresh(self, row: int = -1) -> None:
        """Parse the changed bytes and refresh all widgets."""
        problem = ""
        try:
            self.space = parse(self.data)
        except ActionSpaceProblem as wrong:
            self.space, problem = None, str(wrong)
        self.table.empty = problem
        self.table.show(self.space, row)
        self._draw()
        kind = "continuous" if isinstance(self.space, Continuous) else "discrete"
        count = f" ─ {len(self.space.actions)} actions" if isinstance(self.space, Discrete) else ""
        head = "    # steering   m/s" if isinstance(self.space, Discrete) else ""
        self.query_one("#actions-head", Static).update(head)
        star = " *" if self.data != self._before else ""
        self.query_one("#actions-box").border_title = f"{self._source}{star} ─ {kind}{count}"
        self.query_one("#actions-findings", Static).update(findings_text(validate(self.data), ascii_only(self.app)))

    @on(ActionTable.Moved)
    def _draw(self) -> None:
        here = self.table.cursor if isinstance(self.space, Discrete) else -1
        self.query_one(ActionFan).show(self.space, here)

    # -- changes ----------------------------------------------------------------------------------

    def _take(self, space: ActionSpace, row: int = -1) -> None:
        """Write `space` into the file's bytes."""
        try:
            data = write(self.data, space)
        except ActionSpaceProblem as problem:
            self.notify(str(problem), title="Not changed", severity="error")
            return
        if data != self.data:
            self.undone.append(self.data)
            self.data = data
        self._refresh(row)

    @on(ActionTable.Edit)
    def _edit(self) -> None:
        space, row = self.space, self.table.cursor
        if space is None or row < 0:
            return
        title = ENDS[row] if isinstance(space, Continuous) else f"Action {row}"

        def typed(text: str | None) -> None:
            if text is not None:
                self._take(with_values(space, row, numbers_of(text)))

        self.app.push_screen(ask_for_values(title, values_at(space, row), space), typed)

    def _nudge(self, steering: float, speed: float) -> None:
        if self.space is not None and self.table.cursor >= 0:
            self._take(nudged(self.space, self.table.cursor, steering, speed))

    def action_left(self) -> None:
        self._nudge(1.0, 0.0)

    def action_right(self) -> None:
        self._nudge(-1.0, 0.0)

    def action_faster(self) -> None:
        self._nudge(0.0, 0.1)

    def action_slower(self) -> None:
        self._nudge(0.0, -0.1)

    def action_add(self) -> None:
        if isinstance(self.space, Discrete):
            row, actions = self.table.cursor, self.space.actions
            new = actions[row] if 0 <= row < len(actions) else _NEW
            self._take(Discrete((*actions[: row + 1], new, *actions[row + 1 :])), row + 1)

    def action_delete(self) -> None:
        if isinstance(self.space, Discrete):
            row, actions = self.table.cursor, self.space.actions
            if len(actions) == 1:
                self.notify("The last action stays: a car without one cannot be trained.", severity="warning")
            else:
                self._take(Discrete((*actions[:row], *actions[row + 1 :])), min(row, len(actions) - 2))

    def action_order(self) -> None:
        if isinstance(self.space, Discrete):
            self._take(Discrete(tuple(sorted(self.space.actions))), 0)

    def action_mirror(self) -> None:
        if isinstance(self.space, Discrete):
            there = dict.fromkeys(self.space.actions)
            mirrored = dict.fromkeys(Action(-one.steering + 0.0, one.speed) for one in there)
            self._take(Discrete((*self.space.actions, *(one for one in mirrored if one not in there))))

    def action_kind(self) -> None:
        if isinstance(self.space, Discrete):
            self._take(to_continuous(self.space), 0)
        elif self.space is not None:
            self._take(to_discrete(self.space), 0)

    def action_generate(self) -> None:
        def made(space: Discrete | None) -> None:
            if space is not None:
                self._take(space, 0)

        self.app.push_screen(Generate(self.space), made)

    def action_import(self) -> None:
        def given(path: str | None) -> None:
            if path is None:
                return
            try:
                space = space_from(path)
            except (ActionSpaceProblem, FolderProblem) as problem:
                self.notify(str(problem), title="Not imported", severity="error", timeout=10)
            else:
                self._take(space, 0)

        self.app.push_screen(ask_for_file(), given)

    def action_undo(self) -> None:
        self.data = self.undone.pop()
        self._refresh()

    def action_fan(self) -> None:
        self.toggle_class("-fan")

    # -- leaving ----------------------------------------------------------------------------------

    def action_take(self) -> None:
        self.dismiss(self.data if self.data != self._before else None)

    def action_cancel(self) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self.dismiss(None)

        if self.data == self._before:
            self.dismiss(None)
        else:
            body = "The file stays as it was. To take the changes over, press s."
            dialog = Confirm("Give up the changes?", body, yes="Cancel", no="Go on editing", danger=True)
            self.app.push_screen(dialog, answered)
