"""`dots-tui --demo`: the app, or the same loop printed, on the embedded cloud."""

from __future__ import annotations

import io
import os
import sys
import threading
from typing import Callable

from dots_tui.demo.mishaps import Mishap
from dots_tui.demo.session import DemoProblem, EmbeddedCloud
from dots_tui.early_signals import EarlySignals, ignore, wait_for


def run_demo(leave: Callable[[], None] | None, mishap: Mishap | None = None) -> int:
    """Run the demo in the terminal, or without a screen if `leave` is None. Return the exit code.

    `leave` restores the terminal. However the demo ends (quitting, ctrl+c, SIGTERM, a closed terminal), the embedded
    cloud and its folder are removed.
    """
    signals = EarlySignals()
    try:
        cloud = EmbeddedCloud(mishap)
    except DemoProblem as problem:
        if leave is not None:
            leave()
        print(f"dots-tui: {problem}", file=sys.stderr)
        return 1

    def clear_up() -> None:
        if leave is not None:
            leave()
        sys.stdout = io.StringIO()  # threads that are still working must not print
        cloud.close()

    signals.end_with(clear_up)
    try:
        return _in_print(cloud) if leave is None else _in_terminal(cloud)
    finally:
        ignore()
        cloud.close()


def _in_terminal(cloud: EmbeddedCloud) -> int:
    # A demo does not touch the user's settings, host keys and folders.
    os.environ["DOTS_TUI_HOME"] = str(cloud.home / "user")
    from dots_tui.demo.guide import Guide
    from dots_tui.ui.start import make_workspace, run_workspace

    workspace = make_workspace(str(cloud.folder))
    workspace.settings_file.update(address="127.0.0.1")
    guide = Guide(cloud)
    workspace.before_aws = guide.cloud_ready
    workspace.milestones.subscribe(guide.note)
    return run_workspace(workspace, guide.line)


def _in_print(cloud: EmbeddedCloud) -> int:
    """Run the loop in a thread, so that the main thread is free to clean up after a signal."""
    os.environ["DOTS_TUI_HOME"] = str(cloud.home / "user")
    from dots_tui.demo.printed import run_in_print

    codes: list[int] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            codes.append(run_in_print(cloud))
        except BaseException as failure:  # noqa: BLE001 - raised again, in the main thread
            failures.append(failure)

    thread = threading.Thread(target=run, name="demo", daemon=True)
    thread.start()
    wait_for(thread)
    if failures:
        raise failures[0]
    return codes[0]
