"""The command line: the app, or a command that prints. Imports nothing heavy.

The app is by far the most frequent call, so its way is short: paint the splash, then import Textual.
Commands that print are in :mod:`dots_tui.headless`, imported one at a time.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

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


def _app(folder: str | None) -> int:
    """The app on ``folder``, or on the one found from here."""
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        print(
            "dots-tui needs a terminal. Without one use a command that prints: dots-tui --help",
            file=sys.stderr,
        )
        return 2
    from dots_tui import splash

    painted = splash.show()
    try:
        from dots_tui.start import run_app

        return run_app(folder)
    except BaseException:
        if painted:
            splash.leave()
        raise


def _demo(rest: Sequence[str]) -> int:
    """The app on the embedded cloud, or the same loop in print when there is no terminal."""
    if rest:
        print(f"dots-tui --demo takes no further arguments, but got: {' '.join(rest)}", file=sys.stderr)
        return 2
    if sys.stdin.isatty() and sys.stdout.isatty():
        from dots_tui import splash

        splash.show()
    from dots_tui.demo.main import run_demo

    return run_demo()


def _command(arguments: Sequence[str]) -> int:
    from dots_tui.command_line import parser

    options = parser().parse_args(arguments)
    run = getattr(options, "run", None)
    if run is None:
        return _app(options.folder)
    code: int = run(options)
    return code
