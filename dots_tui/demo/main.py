"""``dots-tui --demo``: the app, or the same loop in print, on the embedded cloud."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from dots_tui.demo.session import DemoProblem, EmbeddedCloud


def run_demo() -> int:
    """Run the demo in the terminal, or headless when there is none. Returns the exit code.

    Whatever ends it - quitting, ctrl+c, SIGTERM, a closed terminal - the embedded cloud and its folder go too.
    """
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    _end_in_order()
    try:
        cloud = EmbeddedCloud()
    except DemoProblem as problem:
        if terminal:
            from dots_tui import splash

            splash.leave()
        print(f"dots-tui: {problem}", file=sys.stderr)
        return 1
    try:
        return _in_terminal(cloud) if terminal else _in_print(cloud)
    finally:
        # A second signal must not interrupt the clearing up.
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        cloud.close()


def _end_in_order() -> None:
    """Let SIGTERM and SIGHUP unwind the program as ctrl+c does, so that ``finally`` runs."""

    def interrupted(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)


def _in_terminal(cloud: EmbeddedCloud) -> int:
    # The user's own settings, host keys and folders are not touched by a demo.
    os.environ["DOTS_TUI_HOME"] = str(cloud.home / "user")
    from dots_tui.demo.guide import Guide
    from dots_tui.start import make_workspace, run_workspace

    workspace = make_workspace(str(cloud.folder))
    workspace.settings_file.update(address="127.0.0.1")
    guide = Guide(cloud)
    workspace.before_aws = guide.cloud_ready
    return run_workspace(workspace, guide.line)


def _in_print(cloud: EmbeddedCloud) -> int:
    os.environ["DOTS_TUI_HOME"] = str(cloud.home / "user")
    from dots_tui.demo.printed import run_in_print

    return run_in_print(cloud)
