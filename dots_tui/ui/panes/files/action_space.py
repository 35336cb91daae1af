"""The editor of the action space: a table of the actions, their picture, and the findings."""

from __future__ import annotations

from typing import ClassVar, Optional

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from dots_tui.custom_files.action_draft import (
    ENDS,
    ActionDraft,
    mirrored,
    nudged,
    other_kind,
    values_at,
    with_copy,
    with_values,
    without_action,
)
from dots_tui.custom_files.action_space import (
    ActionSpace,
    ActionSpaceProblem,
    Continuous,
    Discrete,
    numbers_of,
    validate,
)
from dots_tui.custom_files.folder import FolderProblem
from dots_tui.ui.commands import Command, CommandHost, bindings
from dots_tui.ui.panes.files.action_dialogs import Generate, ask_for_file, ask_for_values, space_from
from dots_tui.ui.panes.files.action_table import ActionTable
from dots_tui.ui.panes.files.action_words import findings_text, head_text, keys_text, title_text
from dots_tui.ui.widgets.action_fan import ActionFan
from dots_tui.ui.widgets.dialogs import Confirm
from dots_tui.ui.widgets.glyphs import ascii_only


def _needs_list(editor: ActionSpaceEditor) -> str:
    return "" if isinstance(editor.draft.space, Discrete) else "a continuous action space has ranges, not actions"


def _needs_row(editor: ActionSpaceEditor) -> str:
    return "" if editor.draft.space is not None else "there is no action space yet: g generates one, i imports one"


def _needs_change(editor: ActionSpaceEditor) -> str:
    return "" if editor.draft.undoable else "nothing to undo"


def _command(name: str, title: str, text: str, keys: str, **more: object) -> Command:
    return Command(f"actions.{name}", title, text, keys, name.replace("-", "_"), **more)  # type: ignore[arg-type]


ACTION_COMMANDS = (
    _command("take", "done", "Write the actions into the file.", "s,ctrl+s", key_display="s"),
    _command("add", "add", "Add an action like the one shown.", "a", needs=_needs_list),
    _command("delete", "delete", "Delete the action.", "d,delete", needs=_needs_list, key_display="d"),
    _command("left", "steer", "One degree to the left.", "left", needs=_needs_row, key_display="←→"),
    _command("right", "", "One degree to the right.", "right", needs=_needs_row, show=False),
    _command("faster", "speed", "0.1 m/s faster.", "plus,equals_sign", needs=_needs_row, key_display="+-"),
    _command("slower", "", "0.1 m/s slower.", "minus", needs=_needs_row, show=False),
    _command("generate", "generate", "Combine angles and speeds into actions.", "g"),
    _command("order", "order", "Sort by steering angle and speed.", "o", needs=_needs_list),
    _command("mirror", "mirror", "Add the mirror image of every action.", "m", needs=_needs_list),
    _command("kind", "list/ranges", "Switch between discrete and continuous.", "c", needs=_needs_row),
    _command("import", "import", "Import the actions of another model_metadata.json.", "i"),
    _command("undo", "undo", "Undo the last change.", "u", needs=_needs_change),
    _command("fan", "picture", "In a small terminal: picture or table.", "f", show=False),
    _command("cancel", "cancel", "Leave without changing the file.", "escape", key_display="esc"),
)


class ActionSpaceEditor(CommandHost, ModalScreen[Optional[bytes]]):
    """An editor for the bytes of a model_metadata.json. Returns the new bytes, or None if nothing changed."""

    ACTIONS: ClassVar[tuple[Command, ...]] = ACTION_COMMANDS
    BINDINGS = bindings(ACTION_COMMANDS)
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
        self.draft = ActionDraft(data)
        self._source = source

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
        """Refresh all widgets after a change; move the cursor to `row` (-1: it stays)."""
        draft = self.draft
        self.table.empty = draft.problem
        self.table.show(draft.space, row)
        self._draw()
        self.query_one("#actions-head", Static).update(head_text(draft.space))
        star = " *" if draft.changed else ""
        self.query_one("#actions-box").border_title = f"{self._source}{star} ─ {title_text(draft.space)}"
        self.query_one("#actions-findings", Static).update(findings_text(validate(draft.data), ascii_only(self.app)))

    @on(ActionTable.ActionMoved)
    def _draw(self) -> None:
        here = self.table.cursor if isinstance(self.draft.space, Discrete) else -1
        self.query_one(ActionFan).show(self.draft.space, here)

    # -- changes ----------------------------------------------------------------------------------

    def _put(self, space: ActionSpace, row: int = -1) -> None:
        try:
            self.draft.put(space)
        except ActionSpaceProblem as problem:
            self.notify(str(problem), title="Not changed", severity="error")
        else:
            self._refresh(row)

    @on(ActionTable.ActionChosen)
    @work
    async def _edit(self) -> None:
        space, row = self.draft.space, self.table.cursor
        if space is not None and row >= 0:
            title = ENDS[row] if isinstance(space, Continuous) else f"Action {row}"
            text = await self.app.push_screen_wait(ask_for_values(title, values_at(space, row), space))
            if text is not None:
                self._put(with_values(space, row, numbers_of(text)))

    def _nudge(self, steering: float, speed: float) -> None:
        if self.draft.space is not None and self.table.cursor >= 0:
            self._put(nudged(self.draft.space, self.table.cursor, steering, speed))

    def action_left(self) -> None:
        self._nudge(1.0, 0.0)

    def action_right(self) -> None:
        self._nudge(-1.0, 0.0)

    def action_faster(self) -> None:
        self._nudge(0.0, 0.1)

    def action_slower(self) -> None:
        self._nudge(0.0, -0.1)

    def action_add(self) -> None:
        if isinstance(self.draft.space, Discrete):
            self._put(with_copy(self.draft.space, self.table.cursor), self.table.cursor + 1)

    def action_delete(self) -> None:
        space, row = self.draft.space, self.table.cursor
        if isinstance(space, Discrete):
            try:
                self._put(without_action(space, row), min(row, len(space.actions) - 2))
            except ActionSpaceProblem as problem:
                self.notify(str(problem), severity="warning")

    def action_order(self) -> None:
        if isinstance(self.draft.space, Discrete):
            self._put(Discrete(tuple(sorted(self.draft.space.actions))), 0)

    def action_mirror(self) -> None:
        if isinstance(self.draft.space, Discrete):
            self._put(mirrored(self.draft.space))

    def action_kind(self) -> None:
        if self.draft.space is not None:
            self._put(other_kind(self.draft.space), 0)

    @work
    async def action_generate(self) -> None:
        space = await self.app.push_screen_wait(Generate(self.draft.space))
        if space is not None:
            self._put(space, 0)

    @work
    async def action_import(self) -> None:
        path = await self.app.push_screen_wait(ask_for_file())
        if path is not None:
            try:
                self._put(space_from(path), 0)
            except (ActionSpaceProblem, FolderProblem) as problem:
                self.notify(str(problem), title="Not imported", severity="error", timeout=10)

    def action_undo(self) -> None:
        self.draft.undo()
        self._refresh()

    def action_fan(self) -> None:
        self.toggle_class("-fan")

    # -- leaving ----------------------------------------------------------------------------------

    def action_take(self) -> None:
        self.dismiss(self.draft.data if self.draft.changed else None)

    @work
    async def action_cancel(self) -> None:
        body = "The file stays unchanged. To write the changes into the file, press s."
        dialog = Confirm("Discard the changes?", body, yes="Discard", no="Continue editing", danger=True)
        if not self.draft.changed or await self.app.push_screen_wait(dialog):
            self.dismiss(None)
