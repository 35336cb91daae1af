"""The commands `stop` and `delete`. Each returns its exit code.

0 is success, 1 a failure or a blocker, 2 wrong use. Results go to standard output (one JSON
document with `as_json`), everything else to standard error. A command that costs money or deletes
something asks first, and refuses to run without a terminal unless `yes`.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from dots_tui.app import stop_flow
from dots_tui.app.port import NobodyToAsk, run_blocking
from dots_tui.app.runs.live_record import LiveRecord
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.cli.console_port import ConsolePort
from dots_tui.cli.telling import (
    FINE,
    POLL_S,
    failed,
    not_agreed,
    result,
    say,
    tell,
)
from dots_tui.config.settings import Folders, SettingsFile


def stop(
    *,
    name: str,
    yes: bool = False,
    as_json: bool = False,
    aws: Aws | None = None,
    poll_s: float = POLL_S,
    ssh_port: int = 0,
) -> int:
    """Stop a training: its instance saves model and logs and deletes the stack. The proof is compared with its log."""
    aws, folders = aws or Aws(), Folders.of_user()
    live = LiveRecord(aws, folders.state, ssh_port or SettingsFile.load(folders).settings.ssh_port, say)
    port = ConsolePort(yes=yes)
    flow = stop_flow.stop(port, lambda: aws, name, folders.state, live=live.record, poll_s=poll_s)
    try:
        return _end(port, flow, name, as_json)
    finally:
        _close(live, name)


def _close(live: LiveRecord, name: str) -> None:
    try:
        live.close()
    except OSError as error:
        say(f"The record of {name} could not be kept: {error}.")


def delete(
    *,
    name: str,
    yes: bool = False,
    as_json: bool = False,
    empty_bucket: bool = False,
    aws: Aws | None = None,
    poll_s: float = POLL_S,
) -> int:
    """Delete a stack at once without saving. `empty_bucket`: delete a base stack with all objects in its bucket."""
    aws = aws or Aws()
    lost = " and EVERYTHING in its bucket: models, logs, custom files" if empty_bucket else ""
    warning = f"This deletes the stack {name}{lost}. Nothing is saved first."
    port = ConsolePort(yes=yes)
    flow = stop_flow.delete(port, lambda: aws, name, warning, with_content=empty_bucket, poll_s=poll_s)
    return _end(port, flow, name, as_json, f"{name} is gone.")


def _end(port: ConsolePort, flow: Coroutine[Any, Any, bool], name: str, as_json: bool, sentence: str = "") -> int:
    """Run the flow that ends a stack; print `sentence` at the end, unless the flow has printed its own."""
    document: dict[str, Any] = {"stack": name, "status": None}
    try:
        if not run_blocking(flow):
            return not_agreed(document, as_json)
    except NobodyToAsk:
        return not_agreed(document, as_json)
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    except KeyboardInterrupt:
        say("What was asked for goes on without us; dots-tui stacks shows how far it is.")
        raise
    document["status"] = port.status
    if sentence:
        result(sentence, as_json)
    tell(document, as_json)
    return FINE
