"""The state of the wind tunnel: the draft that is rehearsed, and the results of it and of another version."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.reward.comparison import Comparison
from dots_tui.reward.report import Report
from dots_tui.reward.subject import subject_of
from dots_tui.tracks.ground import Ground, ground_for

if TYPE_CHECKING:
    from pathlib import Path

    from dots_tui.app.workspace import Workspace
    from dots_tui.reward.lessons import Learned
    from dots_tui.reward.results import Event
    from dots_tui.reward.subject import Subject

RehearsedVersion = Literal["draft", "other"]
DRAFT: RehearsedVersion = "draft"
OTHER: RehearsedVersion = "other"


def ground_of(workspace: Workspace) -> Ground:
    """Return the track of the files in their current, perhaps unsaved, state."""
    name = FileFacts(workspace.sources()).value("DR_WORLD_NAME") or ""
    return ground_for(name, workspace.track_store(), "f fetches its own.")


def draft_subject(workspace: Workspace) -> Subject | None:
    """Return the subject of a rehearsal of the current, perhaps unsaved, files; None without a reward function."""
    if REWARD_FUNCTION not in workspace.documents:
        return None
    ground, store = ground_of(workspace), workspace.track_store()
    subject = subject_of(
        workspace.sources(),
        ground.track,
        store.all_known if store is not None else tuple,
        made_up=None if store is not None else False,
    )
    return replace(subject, remarks=(*subject.remarks, ground.remark)) if ground.remark else subject


class OtherVersion(NamedTuple):
    """A version to compare the draft with."""

    name: str
    source: bytes


class TunnelResults:
    """The results of a rehearsal as they arrive."""

    def __init__(self) -> None:
        self.subject: Subject | None = None
        """The subject of `report`; None before the first rehearsal."""
        self.report: Report | None = None
        self.running = False
        self.other: OtherVersion | None = None
        self._other_report: Report | None = None
        self._learned: tuple[Subject, Learned] | None = None
        """The last learned lap and its subject."""
        self._root: Path | None = None
        """The folder of the reward function."""

    def begin(self, subject: Subject) -> list[tuple[RehearsedVersion, Subject]]:
        """Begin a rehearsal. Return the versions to rehearse, in order: results of the other one may be known."""
        if self.subject is None or replace(self.subject, source=subject.source) != subject:
            self._other_report = None  # its results belong to another track or other settings
        self.subject, self.report, self.running = subject, Report(subject.track), True
        if self._learned is not None and self._learned[0] == subject:
            self.take(DRAFT, self._learned[1])
        versions = [(DRAFT, subject)]
        if self.other is not None and (self._other_report is None or self._other_report.ended is None):
            self._other_report = None
            versions.append((OTHER, replace(subject, source=self.other.source)))
        return versions

    def take(self, version: RehearsedVersion, event: Event) -> None:
        """Add an event of a version."""
        if version == OTHER and self.subject is not None:
            self._other_report = (self._other_report or Report(self.subject.track)).after(event)
        elif self.report is not None:
            self.report = self.report.after(event)

    def take_learned(self, subject: Subject, learned: Learned) -> bool:
        """Add the lap learned from `subject` to the drivers. Return False if the report is of another subject."""
        self._learned = subject, learned
        if subject != self.subject:
            return False
        self.take(DRAFT, learned)
        return True

    def compare_with(self, other: OtherVersion | None) -> None:
        """Compare with this version from the next rehearsal on, or with none."""
        self.other, self._other_report = other, None

    def forget_other_folder(self, root: Path | None) -> bool:
        """Drop all results if the reward function is not in the folder `root`. Return True if they were dropped."""
        if root == self._root:
            return False
        self._root, self.subject, self.report, self.running = root, None, None, False
        self.compare_with(None)
        return True

    @property
    def comparison(self) -> Comparison | None:
        """The comparison with the other version, as far as its results are known."""
        if self.other is None or self._other_report is None or self.report is None:
            return None
        return Comparison(self._other_report, self.report)

    @property
    def in_other_version(self) -> bool:
        """True while the other version is rehearsed."""
        return self.running and self.report is not None and self.report.ended is not None
