"""`dots-tui status` and `dots-tui logs`: the state of runs and the output of their containers, without a screen."""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dots_tui.app.runs.log_reader import LogReader, NoSuchWorker
from dots_tui.app.runs.run_status import RunEye, RunStatus, look, running
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.cli.chosen_account import regions_of
from dots_tui.cli.stack_views import table
from dots_tui.cli.telling import FAILED, FINE, WRONG_USE, failed, say
from dots_tui.config.settings import Folders, SettingsFile
from dots_tui.plain_text import harmless_line
from dots_tui.spool.store import SpoolProblem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dots_tui.training.run_phases import RunPhases

PATIENCE_S = 45.0
"""Seconds to read a run: the SSH transports are tried before the bucket."""
WATCH_S = 10.0
_HEAD = ("NAME", "VERDICT", "ITERATION", "PROGRESS", "BEST LAP", "WORKERS", "COST", "ENDS", "DATA")
"""Control, direction and invisible characters: a container must not control the terminal."""


def status_command(
    names: Sequence[str],
    *,
    regions: Sequence[str] = (),
    as_json: bool = False,
    watch: bool = False,
    aws: Aws | None = None,
    ssh_port: int = 0,
    patience_s: float = PATIENCE_S,
    rounds: int = 0,
) -> int:
    """Print the state of the training stacks `names` (none: all running ones); with `watch`, repeat.

    `rounds` ends the watching after this many rounds (0: never). Return 1 if a run has failed.
    """
    aws = aws or Aws()
    folders = Folders.of_user()
    port = ssh_port or SettingsFile.load(folders).settings.ssh_port
    count = 0
    while True:
        try:
            code = _round(aws, names, regions, folders.state, port, patience_s, as_json=as_json, lines=watch)
        except AwsProblem as problem:
            return failed(problem, {"runs": []}, as_json)
        count += 1
        if not watch or count == rounds:
            return code
        time.sleep(WATCH_S)


def _round(
    aws: Aws,
    names: Sequence[str],
    regions: Sequence[str],
    state: Path,
    port: int,
    patience_s: float,
    *,
    as_json: bool,
    lines: bool,
) -> int:
    """Read all runs once and print them; as one JSON document, in one line if more follow."""
    stacks, problems = running(aws, regions_of(aws, regions), names)
    eyes, reports = look(aws, stacks, state, port, patience_s)
    try:
        found = _statuses(eyes, reports)
    finally:
        _close(eyes)
    if as_json:
        document = {"runs": [_document(one) for one in found], "problems": {r: str(p) for r, p in problems.items()}}
        print(json.dumps(document) if lines else json.dumps(document, indent=2), flush=True)
    else:
        _print(found, stamped=lines)
    for region, problem in problems.items():
        say(f"{region}: {problem}")
    return FAILED if problems or any(one.failed for one in found) else FINE


def _statuses(eyes: Sequence[RunEye], reports: Mapping[str, RunPhases]) -> list[RunStatus]:
    return [eye.status(reports.get(eye.stack.id)) for eye in eyes]


def _close(eyes: Sequence[RunEye]) -> None:
    for eye in eyes:
        try:
            eye.close()
        except OSError as error:
            say(f"The record of {eye.stack.name} could not be kept: {error}.")


def _document(one: RunStatus) -> dict[str, Any]:
    return {
        **asdict(one),
        "created": one.created.isoformat(),
        "ends": one.ends.isoformat() if one.ends is not None else None,
        "failed": one.failed,
    }


def _print(found: Sequence[RunStatus], *, stamped: bool) -> None:
    if stamped:
        print(datetime.now().astimezone().strftime("%H:%M:%S %Z"))
    if not found:
        print("No training is running. dots-tui launch starts one; dots-tui stacks lists all stacks.", flush=True)
        return
    print(table([_HEAD, *(_cells(one) for one in found)]))
    for one in found:
        print(harmless_line(f"{one.name}: {one.text}"), flush=True)


def _cells(one: RunStatus) -> tuple[str, ...]:
    cost = f"{one.cost_usd:.2f} USD" if one.cost_usd is not None else ""
    ends = one.ends.astimezone().strftime("%H:%M %Z") if one.ends is not None else "never"
    age = f"{one.source}, {one.data_age_s:.0f} s old" if one.data_age_s is not None else one.source
    return (
        harmless_line(one.name),
        one.verdict,
        "" if one.iteration is None else str(one.iteration),
        "" if one.progress is None else f"{one.progress:.0f} %",
        "" if one.best_lap_s is None else f"{one.best_lap_s:.2f} s",
        f"{one.driving}/{one.workers}" if one.workers else "",
        cost,
        ends,
        age,
    )


def logs_command(
    name: str,
    *,
    worker: str = "",
    follow: bool = False,
    grep: str = "",
    regions: Sequence[str] = (),
    aws: Aws | None = None,
    ssh_port: int = 0,
    patience_s: float = PATIENCE_S,
    most: int = 0,
) -> int:
    """Print the log of a training stack's run: of all containers, or of one `worker` (a number, or trainer).

    `grep` is a regular expression. With `follow`, lines are printed as they arrive, until
    interrupted or `most` lines. Return 1 if there is no line.
    """
    try:
        re.compile(grep)
    except re.error as error:
        say(f"--grep {grep!r} is no regular expression: {error}.")
        return WRONG_USE
    aws = aws or Aws()
    folders = Folders.of_user()
    port = ssh_port or SettingsFile.load(folders).settings.ssh_port
    try:
        stacks, _ = running(aws, regions_of(aws, regions), [name])
        eyes, _ = look(aws, stacks[:1], folders.state, port, patience_s)
    except AwsProblem as problem:
        return failed(problem, {}, as_json=False)
    except SpoolProblem as problem:
        say(str(problem))
        return FAILED
    try:
        return _read(eyes[0], LogReader(eyes[0], worker, grep), follow=follow, alone=bool(worker), most=most)
    except NoSuchWorker as problem:
        say(str(problem))
        return WRONG_USE
    finally:
        _close(eyes)


def _read(eye: RunEye, reader: LogReader, *, follow: bool, alone: bool, most: int) -> int:
    reader.check()
    count = 0
    for line in reader.follow() if follow else reader.new():
        print(harmless_line(line.text if alone else f"{line.who} | {line.text}"), flush=follow)
        count += 1
        if count == most:
            break
    if not count:
        say(eye.monitor.snapshot().transport.message if not len(eye.spool) else "No line matches.")
    return FINE if count else FAILED
