"""The status of runs without a screen: one line of facts per run, from SSH or else from the bucket."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from dots_tui.app.runs import snapshot as transport_words
from dots_tui.app.runs.ladder import BUCKET
from dots_tui.app.runs.record_store import RecordKeeper, RecordStore
from dots_tui.app.runs.run_verdict import verdict
from dots_tui.app.runs.stack_facts import cost_so_far, is_running, price
from dots_tui.app.runs.stack_monitor import watch_stack
from dots_tui.aws.everywhere import stacks_of
from dots_tui.aws.phase_reports import reports_of
from dots_tui.aws.problems import AwsProblem
from dots_tui.spool.store import Spool
from dots_tui.training.snapshot import OVER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dots_tui.app.runs.run_monitor import RunMonitor
    from dots_tui.app.runs.snapshot import MonitorSnapshot
    from dots_tui.aws.session import Aws
    from dots_tui.aws.stacks import Stack
    from dots_tui.training.run_phases import RunPhases
    from dots_tui.training.snapshot import IterationSnapshot, RunSnapshot

SETTLED_S = 2.0
"""Seconds without news after which a run counts as read."""
SSH, NOTHING = "ssh", "none"
_LOOK_S = 0.1


@dataclass(frozen=True)
class RunStatus:
    """The status of one run. Progress in percent, times in seconds, money in USD; None if unknown."""

    name: str
    region: str
    stack_status: str
    verdict: str
    """One word, as in the Training pane: LEARNING, FAILED, STARTING."""
    tone: str
    """good, warning, bad, info or ""."""
    text: str
    """The evidence, in sentences."""
    iteration: int | None
    """The number of the checkpoint plus 1, as everywhere."""
    checkpoint: str | None
    progress: float | None
    """Mean of the last complete iteration; of the current one if none is complete."""
    evaluation_progress: float | None
    best_lap_s: float | None
    workers: int
    driving: int
    episodes: int
    cost_usd: float | None
    usd_per_hour: float | None
    created: datetime
    ends: datetime | None
    source: str
    """The source of the facts: SSH, BUCKET or NOTHING."""
    data_age_s: float | None

    @property
    def failed(self) -> bool:
        """True if something is wrong that does not end by itself."""
        return self.tone == "bad"


class RunEye:
    """Watches one training stack until `close`. Its record is restored from, and saved in, the state folder."""

    def __init__(self, aws: Aws, stack: Stack, state: Path, ssh_port: int) -> None:
        self.stack = stack
        self.spool = Spool()
        self.monitor: RunMonitor = watch_stack(aws.in_region(stack.region), stack.name, state, self.spool, ssh_port)
        self._keeper = RecordKeeper(RecordStore(state), stack.name)
        self._keeper.begin(stack.id, self.monitor)
        self._begun = time.monotonic()
        self._seen: tuple[object, float] = (None, self._begun)
        self.monitor.start()

    @property
    def read(self) -> bool:
        """True if everything was read, or the run cannot be reached."""
        snapshot = self.monitor.snapshot()
        transport = snapshot.transport
        if transport.state not in (transport_words.CONNECTED, transport_words.CONNECTING):
            return True
        if transport.state != transport_words.CONNECTED:
            return False
        told = (snapshot.run.totals.steps, len(snapshot.run.iterations), len(snapshot.containers), len(self.spool))
        if told != self._seen[0]:
            self._seen = told, time.monotonic()
        quiet = time.monotonic() - self._seen[1] >= SETTLED_S
        caught_up = snapshot.history is None and bool(snapshot.run.workers)
        return (caught_up and time.monotonic() - self._begun >= SETTLED_S) or quiet

    def status(self, phases: RunPhases | None = None) -> RunStatus:
        """Return the current status."""
        return status_of(self.stack, self.monitor.snapshot(), datetime.now(timezone.utc), phases)

    def close(self) -> None:
        """End the watch and save the record. Raises OSError."""
        self.monitor.stop()
        try:
            self._keeper.keep(self.stack.id, self.monitor)
        finally:
            self.spool.close()


def status_of(
    stack: Stack, snapshot: MonitorSnapshot | None, now: datetime, phases: RunPhases | None = None
) -> RunStatus:
    """Return the status of the run of a stack."""
    ending = stack.status == "DELETE_IN_PROGRESS"
    found = verdict(snapshot, stack, now, ending=ending, phases=phases)
    run = snapshot.run if snapshot is not None else None
    transport = snapshot.transport if snapshot is not None else None
    connected = transport is not None and transport.state == transport_words.CONNECTED
    workers = run.workers if run is not None else ()
    last = run.iterations[-1] if run is not None and run.iterations else None
    complete = _last_driven(run) if run is not None else None
    return RunStatus(
        name=stack.name,
        region=stack.region,
        stack_status=stack.status,
        verdict=found.word,
        tone=found.tone,
        text=found.text,
        iteration=last.ordinal if last is not None else None,
        checkpoint=last.checkpoint if last is not None else None,
        progress=complete.mean_progress if complete is not None else None,
        evaluation_progress=complete.evaluation_progress if complete is not None else None,
        best_lap_s=run.totals.best_lap_s if run is not None else None,
        workers=len(workers),
        driving=sum(worker.phase not in OVER for worker in workers),
        episodes=sum(one.episodes_done for one in run.iterations) if run is not None else 0,
        cost_usd=cost_so_far(stack, now),
        usd_per_hour=price(stack),
        created=stack.created,
        ends=stack.expires,
        source=NOTHING if not connected or transport is None else BUCKET if transport.rung == BUCKET else SSH,
        data_age_s=transport.data_age_s if transport is not None else None,
    )


def _last_driven(run: RunSnapshot) -> IterationSnapshot | None:
    """Return the last complete iteration with an episode, else the current one."""
    driven = [one for one in run.iterations if one.mean_progress is not None]
    complete = [one for one in run.iterations[:-1] if one.mean_progress is not None]
    return complete[-1] if complete else driven[-1] if driven else None


def running(aws: Aws, regions: Sequence[str], names: Sequence[str] = ()) -> tuple[list[Stack], dict[str, AwsProblem]]:
    """Return the training stacks to watch, and the problems of regions that did not answer.

    Without names, all that run or are being created; with names, those stacks in any state. Raises AwsProblem
    `no-such-stack` if no training stack has a name.
    """
    found, problems = stacks_of(aws, list(regions))
    trainings = [stack for stack in found if stack.kind == "training"]
    if not names:
        return [stack for stack in trainings if is_running(stack) or stack.status == "DELETE_IN_PROGRESS"], problems
    missing = [name for name in names if not any(stack.name == name for stack in trainings)]
    if missing:
        where = ", ".join(regions)
        raise AwsProblem(
            "no-such-stack",
            f"There is no training stack {missing[0]} in {where}.",
            "dots-tui stacks lists them; --region R looks in another region.",
        )
    return [stack for name in names for stack in trainings if stack.name == name], problems


def look(
    aws: Aws, stacks: Sequence[Stack], state: Path, ssh_port: int, patience_s: float
) -> tuple[list[RunEye], dict[str, RunPhases]]:
    """Watch runs, all at once, and wait until each was read or `patience_s` has passed."""
    reports = reports_of(aws, stacks)
    eyes = [RunEye(aws, stack, state, ssh_port) for stack in stacks]
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and not all(eye.read for eye in eyes):
        time.sleep(_LOOK_S)
    return eyes, reports
