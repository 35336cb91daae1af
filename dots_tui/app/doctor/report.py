"""The doctor's report: all checks without cost, each reported as soon as it is done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from dots_tui.app.doctor import machine
from dots_tui.app.doctor.line import Line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dots_tui.app.doctor.machine import TerminalFacts
    from dots_tui.aws.session import Aws
    from dots_tui.config.settings import Folders


def local_report(terminal: TerminalFacts, folders: Folders) -> Iterator[Line]:
    """Check this machine and its terminal."""
    yield from machine.python()
    yield from machine.terminal(terminal)
    yield from machine.ssh(Path.home())
    yield from machine.free_space(machine.folders_of(folders.config, folders.state))


def account_report(aws: Aws, instance_type: str) -> Iterator[Line]:
    """Check the AWS account. Without a region or credentials, the other checks are skipped."""
    from dots_tui.app.doctor import account

    now = account.utc_now()
    region = list(_asked("region", lambda: account.region(aws)))
    yield from region
    if account.first_error(region) is not None:
        return
    yield from _asked("endpoints", lambda: account.endpoints(aws))
    yield from _asked("clock", lambda: account.clock(aws))
    held = list(_asked("credentials", lambda: account.credentials(aws, now)))
    yield from held
    if account.first_error(held) is not None:
        return
    yield from _asked("quota", lambda: account.quota(aws, instance_type))
    yield from _asked("image", lambda: account.image(aws, instance_type))


def _asked(topic: str, check: Callable[[], Iterable[Line]]) -> Iterator[Line]:
    """Return the lines of a check; a refused call becomes a line."""
    from dots_tui.app.doctor.account import problem_line
    from dots_tui.aws.problems import AwsProblem

    try:
        yield from check()
    except AwsProblem as problem:
        yield problem_line(topic, problem)
