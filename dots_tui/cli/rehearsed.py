"""The rehearsal of a reward function for the commands: on the user's own tracks, once per content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dots_tui.app.rehearsals import Rehearsals
from dots_tui.config.settings import Folders, SettingsFile, tracks_of

if TYPE_CHECKING:
    from dots_tui.reward.outcome import RehearsalOutcome

_REHEARSALS = Rehearsals()


def rehearsed(sources: Mapping[str, bytes]) -> RehearsalOutcome:
    """Return the outcome of rehearsing the reward function in `sources`. Block for seconds."""
    folders = Folders.of_user()
    return _REHEARSALS.outcome(sources, tracks_of(folders, SettingsFile.load(folders).settings))
