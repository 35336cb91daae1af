"""The command line: the app, or a command that prints. Imports nothing heavy.

The app is by far the most frequent call, so its way is short: paint the splash, then import Textual.
Commands that print are in :mod:`dots_tui.headless`, imported one at a time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

_COMMANDS = frozenset({"check", "set", "base", "plan", "launch", "stacks", "stop", "delete"})


def main(argv: Sequence[str] | None = None) -> int:
    """Run dots-tui with the arguments ``argv`` (without the program's name). Returns the exit code.

    0 is fine, 1 findings or failure, 2 wrong use.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if not arguments or (
            len(arguments) == 1 and not arguments[0].startswith("-") and arguments[0] not in _COMMANDS
        ):
            return _app(arguments[0] if arguments else None)
        if arguments[0] == "--demo":
            return _demo(arguments[1:])
        return _command(arguments)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has gone (`dots-tui stacks | head -1`): nothing is left to say.
        sys.stderr.close()
        return 1


def _no_screen() -> str:
    """Why the app cannot be shown here; "" when it can."""
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        return "dots-tui needs a terminal."
    if os.environ.get("TERM") == "dumb":
        return "dots-tui needs a terminal that can show more than lines of text; this one says TERM=dumb."
    return ""


def _app(folder: str | None) -> int:
    """The app on ``folder``, or on the one found from here."""
    if folder is not None and not os.path.isdir(folder):  # noqa: PTH112 - pathlib would be loaded before the splash
        print(f"{folder} is neither a folder nor a command. dots-tui --help lists the commands.", file=sys.stderr)
        return 2
    problem = _no_screen()
    if problem:
        print(f"{problem} Without one use a command that prints: dots-tui --help", file=sys.stderr)
        return 2
    leave = _first_frame()
    try:
        from dots_tui.start import run_app

        return run_app(folder)
    except BaseException:
        leave()
        raise


def _first_frame() -> Callable[[], None]:
    """Paint it. The function that is returned gives the terminal back; so does a signal before the app runs."""
    from dots_tui import splash

    splash.show()
    from dots_tui.early_signals import EarlySignals

    leave = splash.remember()
    EarlySignals().end_with(leave)
    return leave


def _demo(rest: Sequence[str]) -> int:
    """The app on the embedded cloud, or the same loop in print when there is no terminal."""
    if rest:
        print(f"dots-tui --demo takes no further arguments, but got: {' '.join(rest)}", file=sys.stderr)
        return 2
    leave = None if _no_screen() else _first_frame()
    try:
        from dots_tui.demo.main import run_demo

        return run_demo(leave)
    except BaseException:
        if leave is not None:
            leave()
        raise


def _command(arguments: Sequence[str]) -> int:
    from dots_tui.command_line import parser

    options = parser().parse_args(arguments)
    run = getattr(options, "run", None)
    if run is None:
        return _app(options.folder)
    code: int = run(options)
    return code
