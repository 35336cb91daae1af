"""The commands that change a running stack: extend. Each returns its exit code, as in `stacks`."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from dots_tui.app import extend_flow
from dots_tui.app.durations import local_time
from dots_tui.app.port import NobodyToAsk, run_blocking
from dots_tui.aws.market import usd_per_hour
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import Stack, get_stack
from dots_tui.cli.console_port import ConsolePort
from dots_tui.cli.telling import POLL_S, done, failed, not_agreed

if TYPE_CHECKING:
    from dots_tui.aws.extending import Extension


def extend(
    *,
    name: str,
    minutes: int,
    yes: bool = False,
    as_json: bool = False,
    aws: Aws | None = None,
    poll_s: float = POLL_S,
) -> int:
    """Extend the training `name` by `minutes`; show the changes in AWS first."""
    aws = aws or Aws()
    document: dict[str, Any] = {"stack": name, "status": None, "minutes": minutes, "expires": None, "changes": []}
    port, ends = ConsolePort(yes=yes), []

    def planned(found: Extension) -> None:
        document["changes"] = [change.words for change in found.preview.changes]
        ends.append(found.expires)

    def price_of(stack: Stack) -> float | None:
        usd = usd_per_hour(aws, stack)
        document["usd_per_hour"] = usd
        return usd

    flow = extend_flow.extend(port, lambda: aws, name, minutes, price_of=price_of, planned=planned, poll_s=poll_s)
    try:
        if not run_blocking(flow):
            return not_agreed(document, as_json)
        document["status"] = port.status
        ends.append(get_stack(aws, name).expires or ends[-1])
    except NobodyToAsk:
        return not_agreed(document, as_json)
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    document["expires"] = ends[-1].astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return done(document, as_json, f"{name} ends at {local_time(ends[-1], datetime.now(timezone.utc))}.")
