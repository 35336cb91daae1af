"""The command line: the app, or a command that prints. Imports nothing heavy.

The app is by far the most frequent call, so it starts fast: paint the splash, then import Textual.
Commands that print are in `dots_tui.cli`, imported one at a time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dots_tui.cli.output import clean_streams, raw_streams
from dots_tui.cli.screen import missing_screen, show_splash

if TYPE_CHECKING:
    from dots_tui.demo.mishaps import Mishap

_COMMANDS = frozenset(
    {"check", "lens", "set", "rehearse", "replay", "base", "plan", "launch"}
    | {"status", "logs", "stacks", "prices", "orphans", "doctor", "extend", "stop", "delete", "clean", "image"}
    | {"models", "continue", "download", "upload", "prune"}
)
_ONLY_LOOK = ("addresses", "list")
"""Actions that change nothing, of commands whose other actions do."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run dots-tui with the arguments `argv` (without the program's name). Return the exit code.

    0 is success, 1 findings or failure, 2 wrong use.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    _prepare_streams()
    clean_streams()
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()  # report an error of the stream here, not when the interpreter ends
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _stop_printing()  # the reader of the output has ended (`dots-tui stacks | head -1`)
        return 1
    except OSError as error:
        _stop_printing()
        print(f"dots-tui: {error}", file=sys.stderr)
        return 1
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told in words, with the details in a file
        from dots_tui.config.settings import Folders
        from dots_tui.ui.crash import words_for

        print(words_for(error, Folders.of_user().state), file=sys.stderr)
        return 1
    finally:
        raw_streams()


def _run(arguments: Sequence[str]) -> int:
    arguments = _take_read_only(arguments)
    if "--demo" not in arguments:  # the demo has its own tracks
        arguments, problem = _take_tracks(arguments)
        if problem:
            print(problem, file=sys.stderr)
            return 2
    if not arguments or (len(arguments) == 1 and not arguments[0].startswith("-") and arguments[0] not in _COMMANDS):
        return _app(arguments[0] if arguments else None)
    if "--demo" in arguments:
        return _demo([argument for argument in arguments if argument != "--demo"])
    return _command(arguments)


def _take_read_only(arguments: Sequence[str]) -> Sequence[str]:
    """Return the arguments without `--read-only`, and store the flag where the AWS access reads it."""
    if "--read-only" in arguments:
        os.environ["DOTS_TUI_READ_ONLY"] = "1"
    return [argument for argument in arguments if argument != "--read-only"]


def _take_tracks(arguments: Sequence[str]) -> tuple[Sequence[str], str]:
    """Return the arguments without `--tracks DIR`, and an error message; store the folder where the settings
    read it.
    """
    rest = list(arguments)
    for index, argument in enumerate(arguments):
        option, equals, folder = argument.partition("=")
        if option != "--tracks":
            continue
        del rest[index : index + (1 if equals else 2)]
        if not equals:
            folder = next(iter(arguments[index + 1 : index + 2]), "")
        if not os.path.isdir(folder):  # noqa: PTH112 - pathlib would be loaded before the splash
            return rest, f"--tracks needs a folder with route files (NAME.npy), and {folder!r} is none."
        os.environ["DOTS_TUI_TRACKS"] = os.path.abspath(folder)  # noqa: PTH100
        break
    return rest, ""


def _prepare_streams() -> None:
    """Configure the streams so that printing never fails on a closed stream (`>&-`) or a missing character."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - before the splash
        elif mode == "w" and "utf" not in (stream.encoding or "utf").lower():
            from dots_tui.cli import plain_signs

            stream.reconfigure(errors=plain_signs.NAME)


def _stop_printing() -> None:
    """Drop pending output, so that the interpreter does not try to print it again."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError:
        return  # not a file


def _app(folder: str | None) -> int:
    """Run the app on `folder`, or on the folder found from the current one."""
    if folder is not None and not os.path.isdir(folder):  # noqa: PTH112 - pathlib would be loaded before the splash
        print(f"{folder} is neither a folder nor a command. dots-tui --help lists the commands.", file=sys.stderr)
        return 2
    problem = missing_screen()
    if problem:
        print(f"{problem} Without one use a command that prints: dots-tui --help", file=sys.stderr)
        return 2
    leave = show_splash()
    try:
        from dots_tui.ui.start import run_app

        return run_app(folder)
    except BaseException:
        leave()
        raise


def _demo(rest: Sequence[str]) -> int:
    """Run the app on the embedded cloud, or the same loop in print if there is no terminal."""
    mishap, problem = _mishap(rest)
    if problem:
        print(problem, file=sys.stderr)
        return 2
    leave = None if missing_screen() else show_splash()
    try:
        from dots_tui.demo.main import run_demo

        return run_demo(leave, mishap)
    except BaseException:
        if leave is not None:
            leave()
        raise


def _mishap(rest: Sequence[str]) -> tuple[Mishap | None, str]:
    """Return the mishap that the arguments after `--demo` name, and an error message."""
    if not rest:
        return None, ""
    option, equals, name = rest[0].partition("=")
    given = [name, *rest[1:]] if equals else list(rest[1:])
    if option != "--mishap" or len(given) != 1:
        return None, f"dots-tui --demo takes --mishap NAME and nothing else, but got: {' '.join(rest)}"
    from dots_tui.demo.mishaps import help_text, named

    found = named(given[0])
    return found, "" if found is not None else f"There is no mishap {given[0]!r}. The mishaps are:\n{help_text()}"


def _command(arguments: Sequence[str]) -> int:
    from dots_tui.cli.arguments import parser

    options = parser().parse_args(arguments)
    if options.mishap:
        print("--mishap NAME goes with --demo: dots-tui --demo --mishap NAME", file=sys.stderr)
        return 2
    run = getattr(options, "run", None)
    if run is None:
        return _app(options.folder)
    from dots_tui.aws import read_only
    from dots_tui.config.settings import Folders, SettingsFile

    if SettingsFile.load(Folders.of_user()).settings.read_only:
        read_only.switch_on()
    if read_only.wanted() and getattr(options, "changes", False) and getattr(options, "action", "") not in _ONLY_LOOK:
        from dots_tui.cli.telling import refused

        return refused(options)
    code: int = run(options)
    return code
