"""One file being edited: what is on disk, what is on the screen, and whether the disk has changed under it."""

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
    """One of the files of an open folder, with unsaved changes or without."""

    files: CustomFiles
    name: str
    saved: bytes
    """The bytes on disk as they were loaded or saved last."""
    data: bytes
    """The bytes as edited."""
    _seen: tuple[int, int] | None = None
    """Modification time and size of the file when ``saved`` was on disk."""
    _told: tuple[tuple[int, int] | None] | None = None
    """The stamp of the change on disk that the user was told of, in a tuple of its own; None: of none."""
    steps: UndoSteps = field(default_factory=UndoSteps, compare=False, repr=False)
    on_edit: Callable[[], None] = field(default=_nothing, compare=False, repr=False)
    """Called after an edit."""
    on_save: Callable[[], None] = field(default=_nothing, compare=False, repr=False)
    """Called after the file was saved."""

    @classmethod
    def load(cls, files: CustomFiles, name: str) -> Document:
        """Load ``name``. Raises FolderProblem when it cannot be read."""
        data, seen = _load(files, name)
        return cls(files, name, data, data, seen)

    @property
    def dirty(self) -> bool:
        """Whether there is something to save."""
        return self.data != self.saved

    @property
    def text(self) -> str:
        """The edited content as an editor shows it (lines joined by newlines, no byte order mark)."""
        return to_text(self.data)

    def edit(self, data: bytes, *, step: bool = False) -> None:
        """Take over new content; the disk is not touched.

        A ``step`` is taken back by itself, as a change in the form is; other edits are typing, which is taken back
        up to a pause or a new line.
        """
        if data != self.data:
            self.steps.record(self.data, data, step=step)
            self.data = data
            self.on_edit()

    def undo(self) -> bool:
        """Take the last step back. False when there is none."""
        return self._go_to(self.steps.undo(self.data))

    def redo(self) -> bool:
        """Do the step again that was taken back last. False when there is none."""
        return self._go_to(self.steps.redo(self.data))

    def _go_to(self, data: bytes | None) -> bool:
        if data is None:
            return False
        self.data = data
        return True

    def changed_on_disk(self) -> bool:
        """Whether the file on disk is another than the one loaded or saved last.

        Cheap enough to ask once a second: time and size are looked at first; only when they differ the content
        decides, so that a mere touch is no change.
        """
        return self._seen != _stamp(self.files, self.name) and self._differs_on_disk()

    def news_on_disk(self) -> bool:
        """Whether the file on disk has changed since it was loaded, saved, or since this was asked last."""
        stamp = _stamp(self.files, self.name)
        if self._told == (stamp,) or not self.changed_on_disk():
            return False
        self._told = (stamp,)
        return True

    def save(self, force: bool = False) -> None:
        """Write the edited bytes to disk. Raises FolderProblem when that fails; the edits stay.

        Raises ChangedOnDisk, and writes nothing, when another program has changed the file, unless ``force``.
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
        # Looked at again: another program may have written it in the very same moment.
        self._differs_on_disk()
        self.steps.end_step()
        self.on_save()

    def rebase(self) -> None:
        """What is on disk now counts as saved; the edits stay. Raises FolderProblem when it cannot be read."""
        self.saved, self._seen = _load(self.files, self.name)
        self._told = None

    def reload(self) -> None:
        """Take over what is on disk; undo brings the edits back. Raises FolderProblem when it cannot be read."""
        self.rebase()
        self.edit(self.saved, step=True)

    def _differs_on_disk(self) -> bool:
        """Whether the content on disk is another; remembers time and size when it is not."""
        try:
            data, seen = _load(self.files, self.name)
        except FolderProblem:
            return True
        if data != self.saved:
            return True
        self._seen = seen
        return False


def _load(files: CustomFiles, name: str) -> tuple[bytes, tuple[int, int] | None]:
    """Content and stamp. The stamp is taken first: a change in between is then noticed later, not never."""
    stamp = _stamp(files, name)
    return files.read(name), stamp


def _stamp(files: CustomFiles, name: str) -> tuple[int, int] | None:
    """Modification time (ns) and size of the file, or None when it cannot be looked at."""
    try:
        status = files.path(name).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
