"""The messages of the parts of the Reward pane. The pane connects the parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from dots_tui.reward.lessons import Learned
    from dots_tui.reward.subject import Subject


class RewardShown(Message):
    """The document changed and is shown: its findings are outdated."""


class TunnelWanted(Message):
    """The user asked for results: the wind tunnel must be visible."""


class PictureDrawn(Message):
    """There is a picture to point at now."""


class ViewChanged(Message):
    """Other results are visible now."""


class FaultsFound(Message):
    """The faults of the rehearsal changed."""


class LineWanted(Message):
    """The user wants to edit `line`."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


class LapLearned(Message):
    """A lap was learned from `subject`."""

    def __init__(self, subject: Subject, learned: Learned) -> None:
        super().__init__()
        self.subject, self.learned = subject, learned
