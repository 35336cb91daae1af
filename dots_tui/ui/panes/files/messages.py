"""The messages of the parts of the Files pane."""

from __future__ import annotations

from textual.message import Message


class FileHighlighted(Message):
    """The cursor of the list is on the file `name`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class FileEntered(Message):
    """The user chose the highlighted file."""


class FolderOpened(Message):
    """Another folder is open, or its files were created."""


class DocumentsChanged(Message):
    """The documents changed. `show` is a file to bring to the front; `reloaded` if bytes came from elsewhere."""

    def __init__(self, show: str = "", *, reloaded: bool = False) -> None:
        super().__init__()
        self.show, self.reloaded = show, reloaded


class FileEdited(Message):
    """The user changed the displayed document: in the text if `typed`, else in the form."""

    def __init__(self, *, typed: bool) -> None:
        super().__init__()
        self.typed = typed


class KeyNamed(Message):
    """The user chose the key `name` to add to the displayed file."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
