"""The commands of the Files pane: their declarations, and the actions on the displayed document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.ui.commands import Command
from dots_tui.ui.panes.document_commands import DocumentCommands, document_commands, text_commands

if TYPE_CHECKING:
    from dots_tui.ui.panes.files.pane import FilesPane
    from dots_tui.ui.panes.files.view import FileView
    from dots_tui.ui.panes.step_editor import StepEditor
    from dots_tui.ui.widgets.find_bar import FindBar


def _needs_file(pane: FilesPane) -> str:
    return "" if pane.document is not None else "no file is open"


def _needs_nothing_open(pane: FilesPane) -> str:
    return "the open folder has files already" if pane.workspace.documents else ""


def _needs_form(pane: FilesPane) -> str:
    return _needs_file(pane) or pane.view.no_form_because


def _needs_text(pane: FilesPane) -> str:
    return _needs_file(pane) or ("" if pane.view.shows_text else "t shows the text first")


def _needs_key(pane: FilesPane) -> str:
    return _needs_form(pane) or ("t shows the form first" if pane.view.shows_text else "")


def _needs_env(pane: FilesPane) -> str:
    return _needs_key(pane) or ("" if pane.name_shown.endswith(".env") else "only env files have that")


def _needs_missing_workers(pane: FilesPane) -> str:
    from dots_tui.custom_files.facts import FileFacts
    from dots_tui.custom_files.worker_files import why_none_missing

    return why_none_missing(FileFacts(pane.workspace.sources(), pane.workspace.unreadable))


FILES_COMMANDS = (
    *document_commands("files", _needs_file),
    Command("files.text", "Text/form", "Show the file as text or as a form.", "t", "text", needs=_needs_form),
    Command(
        "files.filter",
        "Find",
        "Filter the keys of the form by name; find and replace in the text.",
        "slash,ctrl+f",
        "filter",
        needs=_needs_file,
    ),
    *text_commands("files", _needs_text),
    Command("files.next-problem", "Next problem", "Go to the next finding.", "e,f8", "next_problem", show=False),
    Command(
        "files.previous-problem",
        "Previous problem",
        "Go to the previous finding.",
        "E,shift+f8",
        "previous_problem",
        show=False,
    ),
    Command(
        "files.comment",
        "Comment key",
        "Comment the key out, or uncomment it.",
        "x",
        "comment_key",
        show=False,
        needs=_needs_env,
    ),
    Command(
        "files.add-key",
        "Add key",
        "Add a key that is not in the file yet: a known one or one of your own.",
        "A",
        "add_key",
        show=False,
        needs=_needs_key,
    ),
    Command(
        "files.remove",
        "Remove key",
        "Remove the line of the key from the file; asks first.",
        "delete",
        "remove_key",
        show=False,
        needs=_needs_key,
    ),
    Command(
        "files.workers",
        "Create worker files",
        "Create the worker-N.env files that DR_TRAIN_MULTI_CONFIG=True needs, with the settings of run.env.",
        "W",
        "create_workers",
        show=False,
        needs=_needs_missing_workers,
    ),
    Command(
        "files.create",
        "Create defaults",
        "Create the custom files that are missing, with default values.",
        "c",
        "create",
        show=False,
        needs=_needs_nothing_open,
    ),
    Command("files.open", "Open folder", "Open another custom-files folder.", "o", "open_folder", show=False),
    Command("files.leave", "Leave", "Return from a text or field to the list of files.", "escape", "leave", show=False),
    Command("files.details", "Details", "Show details of the key in a narrow terminal.", "i", "details", show=False),
    Command(
        "files.track",
        "Choose track",
        "Choose DR_WORLD_NAME from the track catalog: length, width, direction, versions.",
        "T",
        "track",
        show=False,
        needs=_needs_env,
    ),
    Command(
        "files.even",
        "Even coverage",
        "Choose episodes, workers and advance distance so that starts cover the track evenly.",
        "R",
        "even",
        show=False,
        needs=_needs_file,
    ),
    Command(
        "files.actions",
        "Actions",
        "Edit the action space of model_metadata.json.",
        "a",
        "actions",
        show=False,
        needs=_needs_file,
    ),
)


class FileCommands(DocumentCommands):
    """The actions on the displayed document. The concrete pane displays the result."""

    @property
    def view(self) -> FileView:
        """The displayed file."""
        raise NotImplementedError

    def show_file(self, name: str) -> None:
        """Show the file `name`."""
        raise NotImplementedError

    @property
    def text_editor(self) -> StepEditor | None:
        return self.view.editor if self.view.shows_text and self.document is not None else None

    @property
    def find_bar(self) -> FindBar:
        return self.view.find_bar

    def show_change(self, before: bytes) -> None:
        self.view.show_change(before)

    def action_comment_key(self) -> None:
        from dots_tui.ui.panes.files.keys import comment_key

        comment_key(self, self.view)

    def action_remove_key(self) -> None:
        from dots_tui.ui.panes.files.keys import remove_key

        remove_key(self, self.view)

    def action_add_key(self) -> None:
        from dots_tui.ui.panes.files.add_key import add_key

        add_key(self, self.view)

    def on_editor_wanted(self) -> None:
        """Open the action space editor from its row in the form."""
        self.action_actions()

    def action_create_workers(self) -> None:
        from dots_tui.ui.panes.files.keys import create_worker_files

        create_worker_files(self, self.show_file)

    def action_track(self) -> None:
        """Choose the track from the catalogue."""
        from dots_tui.ui.panes.files.tools import pick_track

        pick_track(self, self.view)

    def action_even(self) -> None:
        """Offer values with which the starts cover the track evenly; the highlighted one of the three is kept."""
        from dots_tui.ui.panes.files.tools import solve

        self.view.take_typed()
        solve(self, "" if self.view.shows_text else self.view.form.key, self.refresh_all)

    def action_actions(self) -> None:
        """Edit the action space."""
        from dots_tui.ui.panes.files.tools import edit_actions

        self.view.take_typed()
        edit_actions(self, self.refresh_all)
