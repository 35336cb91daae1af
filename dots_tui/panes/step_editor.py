"""The editor of the Files pane: undo and redo are the document's, so that form and text share one history."""

from __future__ import annotations

from textual.message import Message

from dots_tui.widgets.code_editor import CodeEditor


class StepEditor(CodeEditor):
    """Asks for undo and redo instead of doing them, and takes over a text without losing its place."""

    class StepWanted(Message):
        """The user wants a step taken back or, ``forward``, done again."""

        def __init__(self, forward: bool) -> None:
            super().__init__()
            self.forward = forward

    def action_undo(self) -> None:
        self.post_message(self.StepWanted(forward=False))

    def action_redo(self) -> None:
        self.post_message(self.StepWanted(forward=True))

    def put_text(self, text: str) -> None:
        """Show ``text`` instead: what is the same stays where it is, the cursor goes to what is not."""
        start, end, insert = difference(self.text, text)
        if start < end or insert:
            self.replace(insert, _place(self.text, start), _place(self.text, end), maintain_selection_offset=False)


def difference(old: str, new: str) -> tuple[int, int, str]:
    """``start``, ``end`` and a text: ``old[:start] + text + old[end:]`` is ``new``, with as little text as it takes."""
    start = _same(old, new)
    same = _same(old[start:][::-1], new[start:][::-1])
    return start, len(old) - same, new[start : len(new) - same]


def _same(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((index for index, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))


def _place(text: str, offset: int) -> tuple[int, int]:
    """Row and column of ``offset``, both from 0."""
    return text.count("\n", 0, offset), offset - text.rfind("\n", 0, offset) - 1
