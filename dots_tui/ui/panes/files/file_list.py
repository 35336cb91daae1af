"""The list of files in the open folder. It opens and creates folders, and protects unsaved changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.markup import escape
from textual import on, work
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from dots_tui.app.folder_flow import ask_for_folder, create_default, create_folder, create_workers, folder_to_create
from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.base import Part
from dots_tui.ui.panes.files.messages import DocumentsChanged, FileEntered, FileHighlighted, FolderOpened
from dots_tui.ui.panes.files.rows import mark_of
from dots_tui.ui.panes.notification_port import NotificationPort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.app.draft_keeper import DraftKeeper
    from dots_tui.custom_files.documents import Document
    from dots_tui.custom_files.findings import Finding

_LOOK_SECONDS = 1.0
"""Seconds between checks of the disk."""
_DRAFT_SECONDS = 2.0
"""Seconds between drafts: a killed terminal loses at most this much work."""


def _needs_nothing_open(files: FileList) -> str:
    return "the open folder has files already" if files.workspace.documents else ""


def _needs_missing_workers(files: FileList) -> str:
    from dots_tui.custom_files.facts import FileFacts
    from dots_tui.custom_files.worker_files import why_none_missing

    return why_none_missing(FileFacts(files.workspace.sources(), files.workspace.unreadable))


FOLDER_COMMANDS = (
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
)


class FileList(Part, OptionList):
    """The files of the folder, with marks for unsaved changes and findings."""

    ACTIONS: ClassVar[Sequence[Command]] = FOLDER_COMMANDS

    def __init__(self) -> None:
        super().__init__(id="files-list", classes="box")
        self._drafts: DraftKeeper | None = None

    def on_mount(self) -> None:
        self.set_interval(_LOOK_SECONDS, self.look_at_disk)
        self.set_interval(_DRAFT_SECONDS, self.keep_drafts)
        self.call_after_refresh(self._restore_drafts)

    def on_unmount(self) -> None:
        self.keep_drafts()

    def fill(self, shown: str, findings: Sequence[Finding] | None) -> None:
        """List the files with the cursor on `shown`. `findings` is None before the first check."""
        documents = self.workspace.documents
        names = [*documents, *self.workspace.unreadable]
        root = self.workspace.files.root.name if self.workspace.files is not None else ""
        self.border_title = root or "custom files"
        with self.prevent(OptionList.OptionHighlighted):
            self.set_options(Option(mark_of(name, documents.get(name), findings), id=name) for name in names)
            self.highlighted = names.index(shown) if shown in names else None

    @property
    def nothing_here(self) -> str:
        """The message, in markup, while the folder has no files."""
        start = self.workspace.start or Path.cwd()
        reason = escape(self.workspace.problem or f"{start} has no custom files yet.")
        create = f"[b]c[/b] creates the defaults in {escape(str(folder_to_create(start)))}"
        return f"{reason}\n\n{create}\n[b]o[/b] opens another folder"

    @on(OptionList.OptionHighlighted)
    def _file_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.post_message(FileHighlighted(event.option.id or ""))

    @on(OptionList.OptionSelected)
    def _file_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(FileEntered())

    # -- the folder -------------------------------------------------------------------------------

    @work
    async def action_open_folder(self) -> None:
        if await ask_for_folder(NotificationPort(self), self.workspace):
            self.folder_opened()

    def action_create(self) -> None:
        if create_folder(NotificationPort(self), self.workspace):
            self.folder_opened()

    def folder_opened(self) -> None:
        """Take over a newly opened folder: drop the drafts of the previous one, restore those of this one."""
        self.post_message(FolderOpened())
        self.keep_drafts()  # drops those of the previous folder
        self._restore_drafts()

    @work
    async def action_create_workers(self) -> None:
        name = await create_workers(NotificationPort(self), self.workspace)
        self.post_message(DocumentsChanged(name))

    def create(self, finding: Finding) -> bool:
        """Create the missing file of `finding` after a confirmation. Return False if it has no default content."""
        from dots_tui.custom_files.defaults import default_files

        if finding.code == "worker-file-missing":
            self.action_create_workers()
        elif self.workspace.files is not None and finding.file in default_files():
            self._create_default(finding.file)
        else:
            return False
        return True

    @work
    async def _create_default(self, name: str) -> None:
        self.post_message(DocumentsChanged(await create_default(NotificationPort(self), self.workspace, name)))

    # -- unsaved changes, and changes by other programs -------------------------------------------

    def look_at_disk(self) -> None:
        """Load, or ask about, changes by other programs."""
        reward_in_front = any(pane.display for pane in self.app.query("RewardPane"))
        # The Reward pane handles its file in its own editor while it is in front.
        skipped = REWARD_FUNCTION if reward_in_front else ""
        self._follow_disk([one for name, one in self.workspace.documents.items() if name != skipped])

    @work
    async def _follow_disk(self, documents: Sequence[Document]) -> None:
        from dots_tui.app.document_flow import follow_disk

        for document in documents:
            # A question on top of another one could be answered by mistake: it waits for the next check.
            if await follow_disk(NotificationPort(self), document, may_ask=len(self.app.screen_stack) == 1):
                self.post_message(DocumentsChanged(reloaded=True))

    def keep_drafts(self) -> None:
        """Store drafts of unsaved changes; report once if that is impossible."""
        if self._drafts is not None or self.workspace.unsaved():
            problem = self._keeper().keep()
            if problem:
                self.notify(problem, severity="warning", timeout=10)

    @work
    async def _restore_drafts(self) -> None:
        if (self.workspace.folders.state / "drafts").is_dir() and await self._keeper().restore(NotificationPort(self)):
            self.post_message(DocumentsChanged(reloaded=True))

    def _keeper(self) -> DraftKeeper:
        """Return the draft keeper; it is created, and its modules imported, on first use."""
        if self._drafts is None:
            from dots_tui.app.draft_keeper import DraftKeeper

            self._drafts = DraftKeeper(self.workspace)
        return self._drafts
