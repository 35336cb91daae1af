"""`dots-tui doctor`: the report in print, and the test page of the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dots_tui.app.doctor.line import Line, document
from dots_tui.app.doctor.machine import terminal_facts
from dots_tui.app.doctor.report import account_report, local_report
from dots_tui.cli.telling import FAILED, FINE, tell
from dots_tui.config.settings import Folders, SettingsFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dots_tui.aws.session import Aws

_WORDS = {"good": "good", "warning": "WARNING", "error": "ERROR"}


def doctor_command(aws: Aws, *, as_json: bool = False) -> int:
    """Check machine, terminal and account. Returns 0 without errors, 1 with; warnings are no errors."""
    lines = []
    for line in _report(aws):
        lines.append(line)
        if not as_json:
            print_line(line)
    tell(document(lines), as_json)
    errors = sum(line.severity == "error" for line in lines)
    if not as_json:
        warnings = sum(line.severity == "warning" for line in lines)
        print(f"{errors} errors, {warnings} warnings", flush=True)
    return FAILED if errors else FINE


def _report(aws: Aws) -> Iterator[Line]:
    folders = Folders.of_user()
    yield from local_report(terminal_facts(), folders)
    yield from account_report(aws, SettingsFile.load(folders).settings.instance_type)


def print_line(line: Line) -> None:
    """Print a line of the report, and what to do below it."""
    print(f"{_WORDS[line.severity]:<7}  {line.topic:<12} {line.message}", flush=True)
    if line.fix and line.severity != "good":
        print(f"{'':<7}  {'':<12} {line.fix}", flush=True)


def terminal_command() -> int:
    """Print the test page of the terminal and say what must be seen on it. Returns the exit code."""
    from dots_tui.cli.terminal_page import show_page

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("dots-tui doctor --terminal needs a terminal.", file=sys.stderr)
        return 2
    return FINE if show_page() else FAILED
