"""`dots-tui doctor`: the printed report, and the test page of the terminal."""

from __future__ import annotations

import shutil
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.app.doctor.line import Line, document, text
from dots_tui.app.doctor.live_flow import LiveCheck
from dots_tui.app.doctor.machine import terminal_facts
from dots_tui.app.doctor.report import account_report, local_report
from dots_tui.app.port import NobodyToAsk, run_blocking
from dots_tui.aws import gpu_types
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.reply_record import ReplyRecorder
from dots_tui.cli.console_port import ConsolePort
from dots_tui.cli.output import raw_streams
from dots_tui.cli.screen import missing_screen
from dots_tui.cli.telling import FAILED, FINE, WRONG_USE, failed, not_agreed, say, tell
from dots_tui.config.settings import Folders, SettingsFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dots_tui.aws.session import Aws

NO_ADDRESS = "127.0.0.1"
"""The allowed address of the base stack if no address is known: nobody can connect."""


def doctor_command(aws: Aws, *, as_json: bool = False) -> int:
    """Check machine, terminal and account. Return 1 if there are errors, else 0; warnings are not errors."""
    lines = []
    for line in _report(aws):
        lines.append(line)
        if not as_json:
            print_line(line)
    tell(document(lines), as_json)
    errors = sum(line.severity == "error" for line in lines)
    if not as_json:
        warnings = sum(line.severity == "warning" for line in lines)
        print(f"errors: {errors}, warnings: {warnings}", flush=True)
    return FAILED if errors else FINE


def live_command(aws: Aws, *, yes: bool = False, as_json: bool = False, record: Path | None = None) -> int:
    """Check the account with a small instance, and write a record of AWS's replies. Return the exit code."""
    folders = Folders.of_user()
    recorder = ReplyRecorder(aws)
    check = LiveCheck(aws, ConsolePort(yes=yes), SettingsFile.load(folders).settings.address or NO_ADDRESS)
    path = record or folders.state / f"doctor-{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}.json"
    try:
        run_blocking(check.run())
    except NobodyToAsk:
        return not_agreed(document(()), as_json)
    except AwsProblem as problem:
        return failed(problem, document(()), as_json)
    finally:
        kept = _keep(recorder, path) if check.agreed else ""
    if not check.agreed:
        return not_agreed(document(()), as_json)
    tell({**document(check.lines), "record": kept or None}, as_json)
    for line in check.lines if not as_json else ():
        print_line(line)
    return FAILED if any(line.severity == "error" for line in check.lines) else FINE


def _keep(recorder: ReplyRecorder, path: Path) -> str:
    """Write the record and return its path; "" if it could not be written."""
    try:
        count = recorder.write(path)
    except (OSError, RuntimeError) as error:
        say(f"The record was not written: {error}")
        return ""
    say(f"{count} replies of AWS, without keys, account and addresses, are recorded in {path}.")
    return str(path)


def _report(aws: Aws) -> Iterator[Line]:
    folders = Folders.of_user()
    yield from local_report(terminal_facts(), folders)
    yield from account_report(aws, SettingsFile.load(folders).settings.instance_type or gpu_types.DEFAULT)


def print_line(line: Line) -> None:
    """Print a line of the report, followed by its advice."""
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    print(text(line, columns), flush=True)


def terminal_command() -> int:
    """Show the test page of the terminal. Return the exit code: 1 if the clipboard or the mouse does not work."""
    problem = missing_screen()
    if problem:
        print(problem, file=sys.stderr)
        return WRONG_USE
    from dots_tui.cli.terminal_page import show_page

    raw_streams()  # the page is ours alone, and without its escape sequences it would test nothing
    return FINE if show_page() else FAILED
