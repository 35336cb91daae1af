"""The demo without a terminal: the same loop, printed step by step, with the learning curve."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dots_tui.config.settings import Folders
from dots_tui.demo.session import EmbeddedCloud

if TYPE_CHECKING:
    from dots_tui.app.runs.run_monitor import RunMonitor
    from dots_tui.aws.session import Aws
    from dots_tui.aws.stacks import StackEvent
    from dots_tui.training.snapshot import IterationSnapshot

BASE, RUN = "demo-base", "demo-run"
MOST_ITERATIONS = 8
MOST_SECONDS = 60.0


def run_in_print(cloud: EmbeddedCloud) -> int:
    """Run the whole loop on `cloud`. Return 0 if every step succeeded, else 1."""
    from dots_tui.aws.problems import AwsProblem
    from dots_tui.aws.session import Aws
    from dots_tui.custom_files.folder import FolderProblem
    from dots_tui.demo.session import DemoProblem
    from dots_tui.spool.store import SpoolProblem

    try:
        _say(1, "starting the embedded cloud: AWS, an SSH host and an instance on this machine")
        port = cloud.wait().ssh_port
        aws = Aws()
        _edit(cloud)
        _create_base(aws)
        _launch(aws, cloud)
        finished = _watch(aws, port)
        _stop(aws)
    except (AwsProblem, DemoProblem, FolderProblem, SpoolProblem) as problem:
        print(f"failed: {problem}", flush=True)
        return 1
    return _curve(finished)


def _say(step: int, text: str) -> None:
    print(f"[{step}/6] {text}", flush=True)


def _edit(cloud: EmbeddedCloud) -> None:
    from dots_tui.custom_files.check import check
    from dots_tui.custom_files.folder import CustomFiles

    files = CustomFiles.open(cloud.folder)
    files.write("run.env", files.env("run.env").set("DR_CAR_COLOR", "Blue").data)
    _say(2, f"edited a copy of the custom files: DR_CAR_COLOR=Blue, {len(check(files))} findings")


def _follow(events: Iterable[StackEvent]) -> int:
    """Follow a stack operation to its end. Return the number of its events."""
    return sum(1 for _ in events)


def _create_base(aws: Aws) -> None:
    from dots_tui.aws.base_stack import create

    count = _follow(create(aws, BASE, "127.0.0.1", poll_s=0.3))
    _say(3, f"created the base stack {BASE} ({count} events)")


def _launch(aws: Aws, cloud: EmbeddedCloud) -> None:
    from dots_tui.aws.gpu_types import suggested
    from dots_tui.aws.launch_plan import LaunchChoices
    from dots_tui.aws.training_plan import plan
    from dots_tui.aws.training_stack import launch
    from dots_tui.custom_files.folder import CustomFiles

    files = CustomFiles.open(cloud.folder)
    choices = LaunchChoices(BASE, RUN, instance_type=suggested(files.value("DR_WORKERS")), ttl_minutes=30)
    planned = plan(aws, files, choices)
    count = _follow(launch(aws, planned, files, poll_s=0.3))
    _say(4, f"launched the training stack {RUN} ({count} events)")


@contextmanager
def _monitor(aws: Aws, port: int) -> Iterator[RunMonitor]:
    from dots_tui.app.runs.stack_monitor import watch_stack
    from dots_tui.spool.store import Spool

    spool = Spool()
    monitor = watch_stack(aws, RUN, Folders.of_user().state, spool, port)
    monitor.start()
    try:
        yield monitor
    finally:
        monitor.stop()
        spool.close()


def _watch(aws: Aws, port: int) -> list[IterationSnapshot]:
    """Watch until enough iterations are complete, and print each. Return the complete ones."""
    _say(5, "watching the workers over SSH")
    deadline = time.monotonic() + MOST_SECONDS
    printed = 0
    workers: set[int | None] = set()
    with _monitor(aws, port) as monitor:
        while True:
            run = monitor.snapshot().run
            workers |= {worker.worker for worker in run.workers if worker.steps}
            complete = list(run.iterations[:-1])  # the last one is in progress
            for iteration in complete[printed:]:
                print(f"      {_row(iteration)}", flush=True)
            printed = len(complete)
            if printed >= MOST_ITERATIONS or time.monotonic() > deadline:
                break
            time.sleep(0.25)
    print(f"      {len(workers)} workers drove", flush=True)
    return complete


def _row(iteration: IterationSnapshot) -> str:
    best = f"  best lap {iteration.best_lap_s:6.2f} s" if iteration.best_lap_s is not None else ""
    entropy = f"  entropy {iteration.policy.entropy:5.2f}" if iteration.policy is not None else ""
    return (
        f"iteration {iteration.index + 1:2}  episodes {iteration.episodes_done:3}"
        f"  reward {iteration.mean_reward or 0.0:8.2f}  progress {iteration.mean_progress or 0.0:5.1f} %"
        f"  laps {iteration.laps:2}{best}{entropy}"
    )


def _stop(aws: Aws) -> None:
    from dots_tui.aws.stacks import list_stacks
    from dots_tui.aws.stopping import stop

    count = _follow(stop(aws, RUN, poll_s=0.3))
    left = [stack.name for stack in list_stacks(aws) if stack.kind == "training"]
    _say(6, f"stopped {RUN}: model saved, stack deleted ({count} events), {len(left)} training stacks left")


def _curve(iterations: list[IterationSnapshot]) -> int:
    from dots_tui.ui.widgets.chart import sparkline

    rewards = [iteration.mean_reward or 0.0 for iteration in iterations]
    progress = [iteration.mean_progress or 0.0 for iteration in iterations]
    if not rewards:
        print("no iteration was completed in time", flush=True)
        return 1
    plain = "utf" not in (sys.stdout.encoding or "").lower()
    for name, values, unit in (("reward", rewards, ""), ("progress", progress, " %")):
        curve = sparkline(values, len(values), plain)
        print(f"{name:8}  {curve}  {values[0]:.1f}{unit} to {values[-1]:.1f}{unit}", flush=True)
    return 0
