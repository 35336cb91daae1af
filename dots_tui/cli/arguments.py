"""The arguments of dots-tui's commands. `dots_tui.cli` does the work."""

from __future__ import annotations

import argparse
import math
import re
from pathlib import Path
from typing import Any

from dots_tui import __version__
from dots_tui.cli.model_arguments import add_model_commands
from dots_tui.cli.stack_arguments import DIR_HELP, add_command, add_stack_commands
from dots_tui.demo.mishaps import help_text


def parser() -> argparse.ArgumentParser:
    """Return the argument parser; a chosen command sets `run` to a function from options to the exit code."""
    top = argparse.ArgumentParser(
        prog="dots-tui",
        description="Edit, launch, watch and stop AWS DeepRacer trainings.",
        epilog="Without a command: dots-tui [DIR] opens the app, dots-tui --demo opens it on the embedded cloud.\n\n"
        f"mishaps of the demo, each happens once:\n{help_text()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"dots-tui {__version__}")
    top.add_argument(
        "--demo",
        action="store_true",
        help="the app on the embedded cloud: no account needed, nothing left behind",
    )
    top.add_argument("--mishap", metavar="NAME", help="with --demo: let something go wrong, as it does at AWS (below)")
    # The command line has removed the flag already: it can stand anywhere, also beside the folder.
    top.add_argument("--read-only", action="store_true", help="change nothing in the account, whatever is pressed")
    top.add_argument("--tracks", metavar="DIR", help="a folder with route files of your own, NAME.npy")
    top.set_defaults(folder=None)
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    _files_commands(commands)
    _rehearse_command(commands)
    _replay_command(commands)
    add_stack_commands(commands)
    add_model_commands(commands)
    return top


def _files_commands(commands: Any) -> None:
    """Add the commands for the custom files."""
    check = add_command(commands, "check", "print what is wrong with the custom files")
    check.add_argument("folder", nargs="?", type=Path, metavar="DIR", help=DIR_HELP)
    check.add_argument("--json", action="store_true", help="one JSON document on standard output")
    check.add_argument("--fix", action="store_true", help="put right what can be put right without asking, and save it")
    check.add_argument(
        "--no-rehearsal", action="store_true", help="do not rehearse the reward function, which takes seconds"
    )
    check.set_defaults(run=_check)

    lens = add_command(commands, "lens", "print what each program that reads the env files makes of a key")
    lens.add_argument("folder", nargs="?", metavar="DIR", help=DIR_HELP)
    lens.add_argument("keys", nargs="*", metavar="KEY", help="the keys to look at (default: all)")
    lens.add_argument("--json", action="store_true", help="one JSON document on standard output")
    lens.set_defaults(run=_lens)

    change = add_command(commands, "set", "change values in the env files and nothing else in them")
    change.add_argument("folder", type=Path, metavar="DIR", help="the custom-files folder")
    change.add_argument("assignments", nargs="+", metavar="KEY=VALUE")
    change.add_argument("--file", metavar="NAME", help="the env file to write to (default: the one that has the key)")
    change.add_argument("--force", action="store_true", help="write what is known not to work, too")
    change.add_argument("--json", action="store_true", help="one JSON document on standard output")
    change.set_defaults(run=_set)


def _rehearse_command(commands: Any) -> None:
    rehearsal = add_command(commands, "rehearse", "try the reward function on a track and print what it pays for")
    rehearsal.add_argument("folder", nargs="?", type=Path, metavar="DIR", help=DIR_HELP)
    rehearsal.add_argument(
        "--track", metavar="NAME|FILE.npy", help="the track to drive on (default: DR_WORLD_NAME of the folder)"
    )
    rehearsal.add_argument(
        "--learn", action="store_true", help="also let a small controller learn from it for some seconds: a sketch"
    )
    rehearsal.add_argument(
        "--against",
        nargs="+",
        metavar="LOG",
        default=(),
        help="also pay for the steps of recorded logs or traces: does it rank laps as lap time does?",
    )
    rehearsal.add_argument(
        "--min-rank",
        type=_rank,
        metavar="R",
        help="exit 4 unless return and lap time have at least this rank correlation, -1 to 1",
    )
    rehearsal.add_argument("--json", action="store_true", help="one JSON document on standard output")
    rehearsal.set_defaults(run=_rehearse)


def _replay_command(commands: Any) -> None:
    replay = add_command(commands, "replay", "show what the recorded logs of one run tell, in the app or in print")
    replay.add_argument("logs", nargs="+", metavar="LOG", help="logs of simulations and trainer; - is standard input")
    replay.add_argument("--summary", action="store_true", help="print the summary, in a terminal too")
    replay.add_argument("--json", action="store_true", help="one JSON document on standard output")
    replay.add_argument("--play", action="store_true", help="in the app: play the run along its own time at once")
    replay.set_defaults(run=_replay)


def _rank(text: str) -> float:
    """Return a rank correlation. Raise ArgumentTypeError."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not -1.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"{text} is no number from -1 to 1")
    return value


# The command functions import their package when they run: `dots-tui check` never waits for boto3.


def _check(options: argparse.Namespace) -> int:
    from dots_tui.cli.files import check_command

    return check_command(options.folder, as_json=options.json, fix=options.fix, rehearse=not options.no_rehearsal)


def _lens(options: argparse.Namespace) -> int:
    from dots_tui.cli.files import lens_command

    first: str | None = options.folder
    if first is not None and re.fullmatch(r"[A-Z_][A-Z0-9_]*", first) and not Path(first).is_dir():
        return lens_command(None, [first, *options.keys], as_json=options.json)  # no folder given
    return lens_command(None if first is None else Path(first), options.keys, as_json=options.json)


def _set(options: argparse.Namespace) -> int:
    from dots_tui.cli.files import set_command

    return set_command(options.folder, options.assignments, options.file, as_json=options.json, force=options.force)


def _rehearse(options: argparse.Namespace) -> int:
    from dots_tui.cli.rehearse import rehearse_command

    return rehearse_command(
        options.folder,
        options.track,
        as_json=options.json,
        practice=options.learn,
        logs=options.against,
        min_rank=options.min_rank,
    )


def _replay(options: argparse.Namespace) -> int:
    if not (options.summary or options.json) and all(Path(log).is_file() for log in options.logs):
        from dots_tui.cli.screen import show_recorded

        code = show_recorded(options.logs, play=options.play)
        if code is not None:
            return code
    from dots_tui.cli.replay import replay_command

    return replay_command(options.logs, as_json=options.json)
