"""The document commands of both panes that edit files: save, undo, compare, find, edit lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from textual import work
from textual.containers import Vertical

from dots_tui.ui.commands import Command
from dots_tui.ui.panes.base import Part
from dots_tui.ui.panes.notification_port import NotificationPort

if TYPE_CHECKING:
    from dots_tui.custom_files.documents import Document
    from dots_tui.ui.panes.step_editor import StepEditor
    from dots_tui.ui.widgets.find_bar import FindBar

Needs = Callable[[Any], str]


def document_commands(pane: str, needs: Needs) -> tuple[Command, ...]:
    """Return the commands of a document in `pane` ("files"), available as `needs` determines."""
    return (
        Command(f"{pane}.save", "Save", "Save the file shown.", "s,ctrl+s", "save", needs=needs),
        Command(f"{pane}.undo", "Undo", "Undo the last change of the file.", "u,ctrl+z", "undo", needs=needs),
        Command(f"{pane}.redo", "Redo", "Redo the last undone change.", "U,ctrl+y", "redo", show=False, needs=needs),
        Command(f"{pane}.diff", "Diff", "Show what saving would change.", "d", "diff", show=False, needs=needs),
        Command(
            f"{pane}.history",
            "Earlier versions",
            "View a version saved earlier, and restore it as an unsaved change.",
            "H",
            "history",
            show=False,
            needs=needs,
        ),
        Command(f"{pane}.reload", "Reload", "Read the file again.", "r,f5", "reload", show=False, needs=needs),
        Command(
            f"{pane}.outside",
            "Open in $EDITOR",
            "Edit the file in the program set in VISUAL or EDITOR. The result is one step to undo.",
            "v,ctrl+o",
            "outside",
            show=False,
            needs=needs,
        ),
    )


_TEXT_COMMANDS = (
    ("next-match", "Next match", "Go to the next match.", "n,f3"),
    ("previous-match", "Previous match", "Go to the previous match.", "N,shift+f3"),
    (
        "comment-lines",
        "Comment lines",
        "Comment the selected lines out, or uncomment them.",
        "number_sign,ctrl+underscore,ctrl+slash",
    ),
    (
        "indent",
        "Indent",
        "Indent the selected lines by four spaces. In the text, press tab.",
        "greater_than_sign",
    ),
    (
        "outdent",
        "Outdent",
        "Outdent the selected lines by four spaces. In the text, press shift+tab.",
        "less_than_sign",
    ),
    ("definition", "Definition", "Go to the definition of the name under the cursor.", "D,ctrl+g"),
)


def text_commands(pane: str, needs: Needs) -> tuple[Command, ...]:
    """Return the commands of a file shown as text; plain letters have a second key for use while typing."""
    return tuple(
        Command(f"{pane}.{name}", title, text, keys, name.replace("-", "_"), show=False, needs=needs)
        for name, title, text, keys in _TEXT_COMMANDS
    )


class DocumentCommands(Part, Vertical):
    """A part with a document. The concrete part displays it."""

    @property
    def document(self) -> Document | None:
        """The displayed document, or None."""
        raise NotImplementedError

    def refresh_all(self) -> None:
        """Refresh the document and its findings after a change."""
        raise NotImplementedError

    def read_again(self) -> None:
        """Handle that the document was reloaded from disk, or an earlier version was restored."""
        self.refresh_all()

    def show_change(self, before: bytes) -> None:
        """Show where the document differs from its previous content `before`."""

    def take_typed(self) -> None:
        """Move typed text into the document."""
        raise NotImplementedError

    def _typed(self) -> Document:
        """Return the document with the typed text; the commands need one."""
        self.take_typed()
        assert self.document is not None
        return self.document

    @work
    async def action_save(self) -> None:
        from dots_tui.app.document_flow import save

        if await save(NotificationPort(self), self.workspace, self._typed()):
            self.refresh_all()

    @work
    async def action_reload(self) -> None:
        from dots_tui.app.document_flow import reload

        if await reload(NotificationPort(self), self._typed()):
            self.read_again()

    @work
    async def action_diff(self) -> None:
        from dots_tui.app.document_flow import show_changes

        await show_changes(NotificationPort(self), self._typed())

    @work
    async def action_history(self) -> None:
        from dots_tui.app.document_flow import restore_version

        if await restore_version(NotificationPort(self), self.workspace, self._typed()):
            self.read_again()

    def action_outside(self) -> None:
        from dots_tui.ui.panes.outside_editor import OutsideEditor

        if OutsideEditor(self.app, self.workspace, NotificationPort(self)).edit(self._typed()):
            self.refresh_all()

    def action_undo(self) -> None:
        self._step(forward=False)

    def action_redo(self) -> None:
        self._step(forward=True)

    def on_step_editor_step_wanted(self, message: object) -> None:
        """Handle the message by name: importing the editor for a decorator would load it at the start."""
        if self.document is not None:
            self._step(forward=getattr(message, "forward", False))

    def _step(self, *, forward: bool) -> None:
        document = self._typed()
        before = document.data
        if document.redo() if forward else document.undo():
            self.refresh_all()
            self.show_change(before)
        else:
            self.notify("Nothing to redo." if forward else "Nothing to undo.")


class TextCommands(Part, Vertical):
    """A part with a text editor and a search line."""

    @property
    def text_editor(self) -> StepEditor | None:
        """The editor, if it is in front with a document."""
        raise NotImplementedError

    @property
    def find_bar(self) -> FindBar:
        """The search line of the text."""
        raise NotImplementedError

    def action_find(self) -> None:
        self.find_bar.open()

    def action_next_match(self) -> None:
        self._match(1)

    def action_previous_match(self) -> None:
        self._match(-1)

    def _match(self, step: int) -> None:
        if self.find_bar.wanted.text:
            self.find_bar.action_step(step)
        else:
            self.action_find()

    def action_comment_lines(self) -> None:
        if self.text_editor is not None:
            self.text_editor.action_toggle_comment()

    def action_indent(self) -> None:
        if self.text_editor is not None:
            self.text_editor.action_indent()

    def action_outdent(self) -> None:
        if self.text_editor is not None:
            self.text_editor.action_outdent()

    def action_definition(self) -> None:
        problem = self.text_editor.go_to_definition() if self.text_editor is not None else ""
        if problem:
            self.notify(problem)
