"""One file being edited: its content on disk, its edited content, and changes of the disk by other programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable

from dots_tui.custom_files.folder import CustomFiles, FolderProblem
from dots_tui.custom_files.text_view import to_text
from dots_tui.custom_files.undo import UndoSteps


class ChangedOnDisk(FolderProblem):
    """Another program has changed the file since it was loaded; saving would undo that."""


def _nothing() -> None:
    return


@dataclass
class Document:
    """A file of an open folder, with or without unsaved changes."""

    files: CustomFiles
    name: str
    saved: bytes
    """The bytes last loaded from or saved to disk."""
    data: bytes
    """The edited bytes."""
    _seen: tuple[int, int] | None = None
    """Modification time and size of the file when `saved` was on disk."""
    _told: tuple[tuple[int, int] | None] | None = None
    """The stamp of the change on disk that was last reported, in a tuple; None if none was reported."""
    steps: UndoSteps = field(default_factory=UndoSteps, compare=False, repr=False)
    on_edit: Callable[[], None] = field(default=_nothing, compare=False, repr=False)
    """Called after an edit."""
    on_save: Callable[[], None] = field(default=_nothing, compare=False, repr=False)
    """Called after the file was saved."""

    @classmethod
    def load(cls, files: CustomFiles, name: str) -> Document:
        """Load the file `name`. Raise FolderProblem if it cannot be read."""
        data, seen = _load(files, name)
        return cls(files, name, data, data, seen)

    @property
    def dirty(self) -> bool:
        """True if there is something to save."""
        return self.data != self.saved

    @property
    def text(self) -> str:
        """The edited content as an editor shows it (lines joined by newlines, no byte order mark)."""
        return to_text(self.data)

    def edit(self, data: bytes, *, step: bool = False) -> None:
        """Set new content; the disk is not changed.

        A `step` has an undo step of its own, as a change in the form has. Other edits are typing, which is undone
        up to a pause or a new line.
        """
        if data != self.data:
            self.steps.record(self.data, data, step=step)
            self.data = data
            self.on_edit()

    def undo(self) -> bool:
        """Undo the last step. Return False if there is none."""
        return self._go_to(self.steps.undo(self.data))

    def redo(self) -> bool:
        """Redo the last undone step. Return False if there is none."""
        return self._go_to(self.steps.redo(self.data))

    def _go_to(self, data: bytes | None) -> bool:
        if data is None:
            return False
        self.data = data
        return True

    def changed_on_disk(self) -> bool:
        """Return True if the file on disk differs from the content last loaded or saved.

        Cheap enough for a call each second: time and size are compared first. Only if they differ, the content
        decides, so that touching a file is not a change.
        """
        return self._seen != _stamp(self.files, self.name) and self._differs_on_disk()

    def news_on_disk(self) -> bool:
        """Return True if the file on disk has changed since it was loaded or saved, or since the last call."""
        stamp = _stamp(self.files, self.name)
        if self._told == (stamp,) or not self.changed_on_disk():
            return False
        self._told = (stamp,)
        return True

    def save(self, force: bool = False) -> None:
        """Write the edited bytes to disk. Raise FolderProblem if that fails; the edits stay.

        Raise ChangedOnDisk, and write nothing, if another program has changed the file, unless `force`.
        """
        # The content is compared here even when time and size are the same: some programs keep the time.
        if not force and self._differs_on_disk():
            raise ChangedOnDisk(
                f"{self.files.path(self.name)} was changed or removed by another program.",
                "Reload it to see that version, or replace it with yours.",
            )
        self.files.write(self.name, self.data)
        self.saved = self.data
        self._seen = self._told = None
        # Compare again: another program may have written the file at the same moment.
        self._differs_on_disk()
        self.steps.end_step()
        self.on_save()

    def rebase(self) -> None:
        """Take the content on disk as saved; the edits stay. Raise FolderProblem if it cannot be read."""
        self.saved, self._seen = _load(self.files, self.name)
        self._told = None

    def reload(self) -> None:
        """Set the content on disk; undo restores the edits. Raise FolderProblem if it cannot be read."""
        self.rebase()
        self.edit(self.saved, step=True)

    def _differs_on_disk(self) -> bool:
        """Return True if the content on disk differs; store its time and size if it does not."""
        try:
            data, seen = _load(self.files, self.name)
        except FolderProblem:
            return True
        if data != self.saved:
            return True
        self._seen = seen
        return False


def _load(files: CustomFiles, name: str) -> tuple[bytes, tuple[int, int] | None]:
    """Return content and stamp. The stamp is read first, so that a change in between is noticed later."""
    stamp = _stamp(files, name)
    return files.read(name), stamp


def _stamp(files: CustomFiles, name: str) -> tuple[int, int] | None:
    """Return modification time (ns) and size of the file, None if they cannot be read."""
    try:
        status = files.path(name).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
