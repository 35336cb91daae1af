"""What the panes share: the open folder, its documents, the AWS session, the run being watched.

No screen in here. What costs time to import (boto3, paramiko) is imported where it is first used,
which the app does in a thread after the first frame.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Callable, NamedTuple

from dots_tui.app.milestones import Milestone
from dots_tui.app.rehearsals import Rehearsals
from dots_tui.config.settings import Folders, Settings, SettingsFile, tracks_of
from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.folder import CustomFiles, FolderProblem

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws, Identity
    from dots_tui.reward.outcome import Outcome
    from dots_tui.tracks.sources import TrackStore
    from dots_tui.training.run_record import RunRecord


class RunWords(NamedTuple):
    """How a run that is watched is doing. ``workers`` is "2/3", those that drive of those there are, "" while none was
    seen; ``verdict`` is the Training pane's word and ``tone`` its tone; ``lost`` says that its instance was reached
    and is not any more."""

    workers: str
    verdict: str
    tone: str
    lost: bool


@dataclass
class Workspace:
    """Everything a session of the app works on.

    ``start`` is the folder given on the command line, or None. ``problem`` says why no folder is open.
    """

    folders: Folders
    settings_file: SettingsFile
    start: Path | None = None
    files: CustomFiles | None = None
    documents: dict[str, Document] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    beside: list[str] = field(default_factory=list)
    """Names of what else is in the folder: a misnamed file is among them."""
    problem: str = ""
    identity: Identity | None = None
    aws_trouble: Exception | None = None
    """Why it is not known whose account this is; None when it is, or was not asked yet."""
    watched: str = ""
    """Name of the training stack shown in the Training pane."""
    run_words: dict[str, RunWords] = field(default_factory=dict)
    """How the run of a stack is doing, by the stack's id: only that of the run that is watched."""
    live_record: Callable[[str], RunRecord | None] | None = None
    """Returns the record of the run of the stack with an id, as it is now; None when that run is not watched."""
    recorded: tuple[str, ...] = ()
    """Recorded logs to show in the Training pane from the start."""
    plays: bool = False
    """Whether they are played at once."""
    rehearsals: Rehearsals = field(default_factory=Rehearsals)
    """How rehearsals ended."""
    milestones: set[Milestone] = field(default_factory=set)
    operation: str = ""
    """The operation on a stack that is under way, in words ("Stopping run-1"); "" when there is none."""
    last_ended: str = ""
    """Name of the training stack that ended last and is no longer listed by AWS."""
    before_aws: Callable[[], int | None] | None = None
    """Called in a thread before AWS is first used; may return the port of the instances' SSH server."""
    ssh_port: int = 0
    """Port of the instances' SSH server when ``before_aws`` told one; else the setting counts."""

    def __post_init__(self) -> None:
        self._aws: Aws | None = None
        self._checked: tuple[object, list[Finding]] | None = None
        self._aws_lock = threading.Lock()
        self._unlisted: set[str] = set()

    @property
    def settings(self) -> Settings:
        """The user's settings as they are now."""
        return self.settings_file.settings

    # -- the custom files -------------------------------------------------------------------------

    def open_folder(self, path: Path) -> None:
        """Open ``path`` and load its files. Raises FolderProblem and leaves the open folder as it is."""
        files = CustomFiles.open(path)
        documents: dict[str, Document] = {}
        unreadable: dict[str, str] = {}
        for name in files.names():
            try:
                documents[name] = Document.load(files, name)
            except FolderProblem as problem:
                unreadable[name] = str(problem)
        beside = files.others()
        self.files, self.documents, self.unreadable, self.problem = files, documents, unreadable, ""
        self.beside = beside

    def reload_names(self) -> None:
        """Load files that have appeared in the folder since it was opened; edited ones are left alone."""
        if self.files is None:
            return
        self.beside = self.files.others()
        for name in self.files.names():
            if name not in self.documents:
                try:
                    self.documents[name] = Document.load(self.files, name)
                    self.unreadable.pop(name, None)
                except FolderProblem as problem:
                    self.unreadable[name] = str(problem)

    def sources(self) -> dict[str, bytes]:
        """The current text of every readable file, saved or not."""
        return {name: document.data for name, document in self.documents.items()}

    def findings(self) -> list[Finding]:
        """What is wrong with the files as they are on the screen; unreadable files are findings too."""
        state = (self.sources(), dict(self.unreadable), self.beside)
        if self._checked is None or self._checked[0] != state:
            from dots_tui.custom_files.check import check_sources

            self._checked = (state, check_sources(state[0], state[1], beside=state[2]))
        return self._checked[1]

    def unsaved(self) -> list[str]:
        """Names of the files with unsaved changes."""
        return [name for name, document in self.documents.items() if document.dirty]

    def track_store(self) -> TrackStore | None:
        """Where the shapes of tracks are; None on the embedded cloud, whose cars drive formula-made tracks."""
        return tracks_of(self.folders, self.settings) if self.before_aws is None else None

    def rehearsed(self) -> Outcome | None:
        """How the last rehearsal of the files as they are saved ended; None when they were not rehearsed."""
        saved = {name: document.saved for name, document in self.documents.items()}
        return self.rehearsals.known(saved, self.track_store())

    # -- the cloud --------------------------------------------------------------------------------

    def aws(self) -> Aws:
        """The AWS session; made at the first call, which imports boto3 (call it from a thread)."""
        with self._aws_lock:
            if self._aws is None:
                if self.before_aws is not None:
                    self.ssh_port = self.before_aws() or 0
                from dots_tui.aws.session import Aws

                self._aws = Aws(self.settings.profile or None, self.settings.region or None)
            return self._aws

    @property
    def read_only(self) -> bool:
        """Whether nothing in the account may be changed."""
        from dots_tui.aws import read_only

        return read_only.wanted()

    def use(self, *, profile: str | None = None, region: str | None = None) -> None:
        """Go on with another profile, or in another region, and remember it; "" is what boto3 finds by itself."""
        changes = {name: value for name, value in (("profile", profile), ("region", region)) if value is not None}
        with self._aws_lock:
            self.settings_file.update(**changes)
            if profile is None and region and self._aws is not None:
                self._aws = self._aws.in_region(region)
            else:
                self._aws = None
        self.identity = None

    def log_in_again(self) -> None:
        """Forget the session: the next one reads ~/.aws and the environment again."""
        with self._aws_lock:
            self._aws = None

    def port(self) -> int:
        """Port of the instances' SSH server."""
        return self.ssh_port or self.settings.ssh_port

    def model_name(self) -> str:
        """The model prefix of the saved files; "" when there is none."""
        return self.files.value("DR_LOCAL_S3_MODEL_PREFIX") if self.files is not None else ""

    def ended(self, name: str) -> None:
        """Stop watching the training stack `name`, whose last event said that it is deleted."""
        self._unlisted.add(name)
        if self.watched == name:
            self.watched = ""

    def stacks_listed(self, names: Collection[str]) -> None:
        """Take note of a new list of stacks: a training has ended when AWS no longer lists its stack."""
        gone = self._unlisted.difference(names)
        if gone:
            self._unlisted -= gone
            self.last_ended = min(gone)
            self.milestones.add(Milestone.STOPPED)
