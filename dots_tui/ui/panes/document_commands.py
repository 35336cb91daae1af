"""The document commands of both panes that edit files: save, undo, compare, find, edit lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from dots_tui.ui.commands import Command
from dots_tui.ui.panes.saving import reload_document, save_document

if TYPE_CHECKING:
    from dots_tui.custom_files.documents import Document
    from dots_tui.ui.panes.base import Pane as _Pane
    from dots_tui.ui.panes.step_editor import StepEditor
    from dots_tui.ui.widgets.find_bar import FindBar
else:
    _Pane = object

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


def text_commands(pane: str, needs: Needs) -> tuple[Command, ...]:
    """Return the commands of a file shown as text; plain letters have a second key for use while typing."""

    def command(name: str, title: str, text: str, keys: str, action: str) -> Command:
        return Command(f"{pane}.{name}", title, text, keys, action, show=False, needs=needs)

    return (
        command("next-match", "Next match", "Go to the next match.", "n,f3", "next_match"),
        command(
            "previous-match",
            "Previous match",
            "Go to the previous match.",
            "N,shift+f3",
            "previous_match",
        ),
        command(
            "comment-lines",
            "Comment lines",
            "Comment the selected lines out, or uncomment them.",
            "number_sign,ctrl+underscore,ctrl+slash",
            "comment_lines",
        ),
        command(
            "indent",
            "Indent",
            "Indent the selected lines by four spaces. In the text, press tab.",
            "greater_than_sign",
            "indent",
        ),
        command(
            "outdent",
            "Outdent",
            "Outdent the selected lines by four spaces. In the text, press shift+tab.",
            "less_than_sign",
            "outdent",
        ),
        command(
            "definition",
            "Definition",
            "Go to the definition of the name under the cursor.",
            "D,ctrl+g",
            "definition",
        ),
    )


class DocumentCommands(_Pane):
    """A pane with a document. The concrete pane displays it."""

    @property
    def document(self) -> Document | None:
        """The displayed document, or None."""
        raise NotImplementedError

    @property
    def text_editor(self) -> StepEditor | None:
        """The editor, if it is in front with the document."""
        raise NotImplementedError

    @property
    def find_bar(self) -> FindBar:
        """The search line of the text."""
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
        if self.text_editor is not None:
            self.text_editor.take_typed()

    # -- the document -----------------------------------------------------------------------------

    def action_save(self) -> None:
        self.take_typed()
        if self.document is not None:
            save_document(self, self.document, self.refresh_all)

    def action_reload(self) -> None:
        self.take_typed()
        if self.document is not None:
            reload_document(self, self.document, self.read_again)

    def action_diff(self) -> None:
        from dots_tui.ui.panes.versions import show_diff

        self.take_typed()
        if self.document is not None:
            show_diff(self, self.document)

    def action_history(self) -> None:
        from dots_tui.ui.panes.versions import choose_version

        self.take_typed()
        if self.document is not None:
            choose_version(self, self.document, self.read_again)

    def action_outside(self) -> None:
        from dots_tui.ui.panes.outside_editor import edit_outside

        self.take_typed()
        if self.document is not None:
            edit_outside(self, self.document, self.refresh_all)

    def action_undo(self) -> None:
        if self.document is not None:
            self._step(self.document, self.document.undo, "Nothing to undo.")

    def action_redo(self) -> None:
        if self.document is not None:
            self._step(self.document, self.document.redo, "Nothing to redo.")

    def on_step_editor_step_wanted(self, message: object) -> None:
        """Handle the message by name: importing the editor for a decorator would load it at the start."""
        self.action_redo() if getattr(message, "forward", False) else self.action_undo()

    def _step(self, document: Document, move: Callable[[], bool], nothing: str) -> None:
        self.take_typed()
        before = document.data
        if move():
            self.refresh_all()
            self.show_change(before)
        else:
            self.notify(nothing)

    # -- its text ---------------------------------------------------------------------------------

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
        if self.text_editor is not None:
            problem = self.text_editor.go_to_definition()
            if problem:
                self.notify(problem)
