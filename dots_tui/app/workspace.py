"""State shared by the panes: open folder, documents, AWS session, runs.

This module has no screen code. Slow imports (boto3, paramiko) happen on first use, which the app does in a thread after
the first frame.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from dots_tui.app.milestones import Milestone, Milestones
from dots_tui.app.rehearsals import Rehearsals
from dots_tui.app.runs.registry import RunRegistry
from dots_tui.config.settings import Folders, Settings, SettingsFile, tracks_of
from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.folder import CustomFiles, FolderProblem

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws, Identity
    from dots_tui.reward.outcome import RehearsalOutcome
    from dots_tui.tracks.sources import TrackStore


@dataclass
class Workspace:
    """The state of a session of the app.

    `start` is the folder given on the command line, or None. `problem` is the reason no folder is open.
    """

    folders: Folders
    settings_file: SettingsFile
    start: Path | None = None
    files: CustomFiles | None = None
    documents: dict[str, Document] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    beside: list[str] = field(default_factory=list)
    """Names of other files in the folder, for example a misnamed file."""
    problem: str = ""
    identity: Identity | None = None
    aws_trouble: Exception | None = None
    """The error that hides the account's identity; None if known or not yet requested."""
    runs: RunRegistry = field(default_factory=RunRegistry)
    """The runs that are watched, and the one shown in the Training pane."""
    rehearsals: Rehearsals = field(default_factory=Rehearsals)
    """Outcomes of the rehearsals."""
    milestones: Milestones = field(default_factory=Milestones)
    operation: str = ""
    """The stack operation in progress ("Stopping run-1"); "" if none."""
    last_ended: str = ""
    """Name of the training stack that ended last and is no longer listed by AWS."""
    before_aws: Callable[[], int | None] | None = None
    """Called in a thread before AWS is first used; may return the port of the instances' SSH server."""
    ssh_port: int = 0
    """Port of the instances' SSH server if `before_aws` returned one; else the setting applies."""

    def __post_init__(self) -> None:
        self._aws: Aws | None = None
        self._checked: tuple[object, list[Finding]] | None = None
        self._aws_lock = threading.Lock()
        self._unlisted: set[str] = set()

    @property
    def settings(self) -> Settings:
        """The current user settings."""
        return self.settings_file.settings

    # -- the custom files -------------------------------------------------------------------------

    def open_folder(self, path: Path) -> None:
        """Open `path` and load its files. Raises FolderProblem and keeps the open folder."""
        files = CustomFiles.open(path)
        documents: dict[str, Document] = {}
        unreadable: dict[str, str] = {}
        for name in files.names():
            try:
                documents[name] = self._document(files, name)
            except FolderProblem as problem:
                unreadable[name] = str(problem)
        beside = files.others()
        self.files, self.documents, self.unreadable, self.problem = files, documents, unreadable, ""
        self.beside = beside

    def reload_names(self) -> None:
        """Load files that appeared in the folder since it was opened; edited files are not changed."""
        if self.files is None:
            return
        self.beside = self.files.others()
        for name in self.files.names():
            if name not in self.documents:
                try:
                    self.documents[name] = self._document(self.files, name)
                    self.unreadable.pop(name, None)
                except FolderProblem as problem:
                    self.unreadable[name] = str(problem)

    def _document(self, files: CustomFiles, name: str) -> Document:
        document = Document.load(files, name)
        document.on_edit = partial(self.milestones.announce, Milestone.EDITED)
        document.on_save = partial(self.milestones.announce, Milestone.SAVED)
        return document

    def sources(self) -> dict[str, bytes]:
        """Return the current text of every readable file, saved or not."""
        return {name: document.data for name, document in self.documents.items()}

    def findings(self) -> list[Finding]:
        """Return the findings in the files as shown on the screen; unreadable files are findings too."""
        state = (self.sources(), dict(self.unreadable), self.beside)
        if self._checked is None or self._checked[0] != state:
            from dots_tui.custom_files.check import check_sources

            self._checked = (state, check_sources(state[0], state[1], beside=state[2]))
        return self._checked[1]

    def unsaved(self) -> list[str]:
        """Return the names of files with unsaved changes."""
        return [name for name, document in self.documents.items() if document.dirty]

    def track_store(self) -> TrackStore | None:
        """Return the store of track shapes; None on the embedded cloud, whose tracks are generated by a formula."""
        return tracks_of(self.folders, self.settings) if self.before_aws is None else None

    def rehearsed(self) -> RehearsalOutcome | None:
        """Return the outcome of the last rehearsal of the saved files; None if they were not rehearsed."""
        saved = {name: document.saved for name, document in self.documents.items()}
        return self.rehearsals.known(saved, self.track_store())

    # -- the cloud --------------------------------------------------------------------------------

    def aws(self) -> Aws:
        """Return the AWS session; the first call imports boto3, so call it from a thread."""
        with self._aws_lock:
            if self._aws is None:
                if self.before_aws is not None:
                    self.ssh_port = self.before_aws() or 0
                from dots_tui.aws.session import Aws

                self._aws = Aws(self.settings.profile or None, self.settings.region or None)
            return self._aws

    @property
    def read_only(self) -> bool:
        """True if nothing in the account may be changed."""
        from dots_tui.aws import read_only

        return read_only.wanted()

    def use(self, *, profile: str | None = None, region: str | None = None) -> None:
        """Switch to another profile or region and save the choice; "" selects boto3's default."""
        changes = {name: value for name, value in (("profile", profile), ("region", region)) if value is not None}
        with self._aws_lock:
            self.settings_file.update(**changes)
            if profile is None and region and self._aws is not None:
                self._aws = self._aws.in_region(region)
            else:
                self._aws = None
        self.identity = None

    def log_in_again(self) -> None:
        """Discard the session: the next one reads ~/.aws and the environment again."""
        with self._aws_lock:
            self._aws = None

    def port(self) -> int:
        """Return the port of the instances' SSH server."""
        return self.ssh_port or self.settings.ssh_port

    def model_name(self) -> str:
        """Return the model prefix of the saved files; "" if there is none."""
        return self.files.value("DR_LOCAL_S3_MODEL_PREFIX") if self.files is not None else ""

    # -- the runs -----------------------------------------------------------------------------------

    def watch_stack(self, name: str) -> None:
        """Select the run of the training stack `name`."""
        from dots_tui.app.runs.stack_run import StackRun

        self.runs.select(StackRun(name, self.aws, self.port, self.folders.state, self.track_store()))

    def watch_host(self, host: str) -> None:
        """Select the run on a host that is no training stack."""
        from dots_tui.app.runs.host_run import HostRun

        self.runs.select(HostRun(host, self.folders.state, tracks_of(self.folders, self.settings)))

    def watch_logs(self, logs: Sequence[str], *, plays: bool = False) -> None:
        """Select the run of recorded logs; with `plays` it is played from its start."""
        from dots_tui.app.runs.recording_run import RecordingRun

        self.runs.select(RecordingRun(logs, plays=plays))

    def launched(self, name: str) -> None:
        """Select the run of the training stack `name`, which has just been launched."""
        self.milestones.announce(Milestone.LAUNCHED)
        self.watch_stack(name)

    def ended(self, name: str) -> None:
        """Stop watching the training stack `name`, whose last event reported its deletion."""
        from dots_tui.app.runs.stack_run import stack_key

        self._unlisted.add(name)
        saved = "what its instance has saved is in the bucket. 3 shows the stacks."
        self.runs.end(stack_key(name), f"{name} was stopped; {saved}")

    def stacks_listed(self, names: Collection[str], *, base_ready: bool = False) -> None:
        """Update the watched training from a new list of stacks: it has ended if AWS no longer lists its stack.

        `base_ready` is true if a base stack is among them that a training can use.
        """
        if base_ready:
            self.milestones.announce(Milestone.BASE_READY)
        gone = self._unlisted.difference(names)
        if gone:
            self._unlisted -= gone
            self.last_ended = min(gone)
            self.milestones.announce(Milestone.STOPPED)
