"""A demo cloud with a mishap, and the steps of a run on it without a screen."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Callable

from dots_tui.app.runs.stack_monitor import watch_stack
from dots_tui.aws import base_stack, training_stack
from dots_tui.aws.launch_plan import LaunchChoices, LaunchPlan
from dots_tui.aws.session import Aws
from dots_tui.config.settings import Folders
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.spool.store import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dots_tui.app.runs.run_monitor import RunMonitor
    from dots_tui.app.runs.snapshot import MonitorSnapshot
    from dots_tui.demo.session import EmbeddedCloud

BASE = "base"


class DemoAccount:
    """The account of a demo cloud: plan, launch and watch in it."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self.port = cloud.wait().ssh_port
        self.aws = Aws()
        self.files = CustomFiles.open(cloud.folder)

    def create_base(self) -> None:
        for _ in base_stack.create(self.aws, BASE, "127.0.0.1", poll_s=0.2):
            pass

    def plan(self, name: str = "run-1", **choices: str) -> LaunchPlan:
        return training_stack.plan(self.aws, self.files, LaunchChoices(BASE, name, **choices))  # type: ignore[arg-type]

    def place(self, name: str) -> None:
        """Give a run places in the bucket that no other run has."""
        env = self.files.env("run.env").set("DR_LOCAL_S3_MODEL_PREFIX", f"models/{name}")
        self.files.write("run.env", env.set("DR_LOCAL_S3_CUSTOM_FILES_PREFIX", f"custom_files/{name}").data)

    def launch(self, name: str = "run-1", **choices: str) -> None:
        """Launch a run whose model and files have a place of their own. Raises AwsProblem."""
        self.place(name)
        for _ in training_stack.launch(self.aws, self.plan(name, **choices), self.files, poll_s=0.2):
            pass

    @contextmanager
    def watched(self, name: str = "run-1") -> Iterator[RunMonitor]:
        spool = Spool()
        monitor = watch_stack(self.aws, name, Folders.of_user().state, spool, self.port)
        monitor.start()
        try:
            yield monitor
        finally:
            monitor.stop()
            spool.close()


def until(monitor: RunMonitor, condition: Callable[[MonitorSnapshot], object], what: str, seconds: float = 60) -> None:
    """Wait until a snapshot of the run is as wanted."""
    deadline = time.monotonic() + seconds
    while not condition(monitor.snapshot()):
        assert time.monotonic() < deadline, f"it did not come to this: {what}; {monitor.snapshot().transport}"
        time.sleep(0.1)


def diagnosed(snapshot: MonitorSnapshot, code: str) -> bool:
    """Whether the run has this diagnosis."""
    return any(diagnosis.code == code for diagnosis in snapshot.run.diagnoses)
