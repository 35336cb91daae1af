"""The commands of the Files pane: their declarations, and what those do that concern the document shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from dots_tui.commands import Command
from dots_tui.panes.saving import reload_document, save_document

if TYPE_CHECKING:
    from dots_tui.custom_files.documents import Document
    from dots_tui.panes.base import Pane as _Pane
    from dots_tui.panes.file_view import FileView
    from dots_tui.panes.files import FilesPane
else:
    _Pane = object


def _needs_file(pane: FilesPane) -> str:
    return "" if pane.document is not None else "no file is open"


def _needs_nothing_open(pane: FilesPane) -> str:
    return "the open folder has files already" if pane.workspace.documents else ""


def _needs_form(pane: FilesPane) -> str:
    return "" if pane.name_shown.endswith(".env") else "only env files have a form"


def _needs_key(pane: FilesPane) -> str:
    if pane.document is None or not pane.name_shown.endswith(".env"):
        return "only env files have a form"
    return "t shows the form first" if pane.view.shows_text else ""


def _needs_missing_workers(pane: FilesPane) -> str:
    from dots_tui.custom_files.facts import Facts
    from dots_tui.custom_files.worker_files import why_none_missing

    return why_none_missing(Facts(pane.workspace.sources(), pane.workspace.unreadable))


FILES_COMMANDS = (
    Command("files.save", "Save", "Save the file shown.", "s,ctrl+s", "save", needs=_needs_file),
    Command("files.text", "Text/form", "Show the file as text or as a form.", "t", "text", needs=_needs_form),
    Command("files.undo", "Undo", "Take back the last change of the file.", "u,ctrl+z", "undo", needs=_needs_file),
    Command("files.redo", "Redo", "Do again what was taken back.", "U,ctrl+y", "redo", show=False, needs=_needs_file),
    Command("files.filter", "Find", "Find a key by a part of its name.", "slash", "filter", needs=_needs_form),
    Command("files.next-problem", "Next problem", "Go to the next finding.", "e", "next_problem", show=False),
    Command("files.last-problem", "Last problem", "Go to the finding before.", "E", "previous_problem", show=False),
    Command(
        "files.comment",
        "Comment key",
        "Comment the key out, or bring it back into effect.",
        "x",
        "comment_key",
        show=False,
        needs=_needs_key,
    ),
    Command(
        "files.remove",
        "Remove key",
        "Remove the key's line from the file; asks first.",
        "delete",
        "remove_key",
        show=False,
        needs=_needs_key,
    ),
    Command(
        "files.workers",
        "Create workers' files",
        "Create the worker-2.env and so on that DR_TRAIN_MULTI_CONFIG=True needs, with the settings of run.env.",
        "W",
        "create_workers",
        show=False,
        needs=_needs_missing_workers,
    ),
    Command("files.diff", "Diff", "Show what saving would change.", "d", "diff", show=False, needs=_needs_file),
    Command(
        "files.history",
        "Earlier versions",
        "Look at a version that was saved before, and bring it back as an unsaved change.",
        "H",
        "history",
        show=False,
        needs=_needs_file,
    ),
    Command("files.reload", "Reload", "Read the file again.", "r", "reload", show=False, needs=_needs_file),
    Command(
        "files.create",
        "Create defaults",
        "Create the default custom files where there are none.",
        "c",
        "create",
        show=False,
        needs=_needs_nothing_open,
    ),
    Command("files.open", "Open folder", "Open another custom-files folder.", "o", "open_folder", show=False),
    Command(
        "files.leave", "Leave", "From the text or a field back to the list of files.", "escape", "leave", show=False
    ),
    Command("files.details", "Details", "Details of the key, in a narrow terminal.", "i", "details", show=False),
    Command(
        "files.track",
        "Choose track",
        "Choose DR_WORLD_NAME from the catalogue: length, width, direction, versions.",
        "T",
        "track",
        show=False,
        needs=_needs_key,
    ),
    Command(
        "files.even",
        "Even coverage",
        "Values of episodes, workers and advance distance with which starts cover the track evenly.",
        "R",
        "even",
        show=False,
        needs=_needs_file,
    ),
    Command(
        "files.actions",
        "Actions",
        "Edit the action space of model_metadata.json: table, picture, generator.",
        "a",
        "actions",
        show=False,
        needs=_needs_file,
    ),
)


class FileCommands(_Pane):
    """What the commands do to the document shown. The pane they belong to shows what comes of it."""

    @property
    def document(self) -> Document | None:
        """The document shown, or None."""
        raise NotImplementedError

    @property
    def view(self) -> FileView:
        """The file shown."""
        raise NotImplementedError

    def refresh_all(self) -> None:
        """After a change: list, marks, findings, tabs."""
        raise NotImplementedError

    def show_file(self, name: str) -> None:
        """Show the file ``name``."""
        raise NotImplementedError

    def read_again(self) -> None:
        """The document shown was read from the disk again."""
        raise NotImplementedError

    def action_save(self) -> None:
        self.view.take_typed()
        if self.document is not None:
            save_document(self, self.document, self.refresh_all)

    def action_reload(self) -> None:
        if self.document is not None:
            reload_document(self, self.document, self.read_again)

    def action_comment_key(self) -> None:
        from dots_tui.panes.files_keys import comment_key

        comment_key(self, self.view)

    def action_remove_key(self) -> None:
        from dots_tui.panes.files_keys import remove_key

        remove_key(self, self.view)

    def action_create_workers(self) -> None:
        from dots_tui.panes.files_keys import create_worker_files

        create_worker_files(self, self.show_file)

    def action_diff(self) -> None:
        from dots_tui.panes.versions import show_diff

        self.view.take_typed()
        if self.document is not None:
            show_diff(self, self.document)

    def action_history(self) -> None:
        from dots_tui.panes.versions import choose_version

        self.view.take_typed()
        if self.document is not None:
            choose_version(self, self.document, self.read_again)

    def action_undo(self) -> None:
        if self.document is not None:
            self._step(self.document, self.document.undo, "Nothing to take back.")

    def action_redo(self) -> None:
        if self.document is not None:
            self._step(self.document, self.document.redo, "Nothing was taken back.")

    def on_step_editor_step_wanted(self, message: object) -> None:
        """By name: importing the editor for a decorator would load it at the start."""
        self.action_redo() if getattr(message, "forward", False) else self.action_undo()

    def _step(self, document: Document, move: Callable[[], bool], nothing: str) -> None:
        self.view.take_typed()
        before = document.data
        if move():
            self.refresh_all()
            self.view.show_change(before)
        else:
            self.notify(nothing)

    def action_track(self) -> None:
        """Choose the track in the catalogue."""
        from dots_tui.panes.files_tools import pick_track

        pick_track(self, self.view)

    def action_even(self) -> None:
        """Offer values with which the starts cover the track evenly; the highlighted one of the three stays."""
        from dots_tui.panes.files_tools import solve

        self.view.take_typed()
        solve(self, "" if self.view.shows_text else self.view.form.key, self.refresh_all)

    def action_actions(self) -> None:
        """Edit the action space."""
        from dots_tui.panes.files_tools import edit_actions

        self.view.take_typed()
        edit_actions(self, self.refresh_all)
