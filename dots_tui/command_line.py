"""The arguments of dots-tui's commands. The work is done in :mod:`dots_tui.headless`."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from dots_tui import __version__

_BASE_ACTIONS = ("create", "update", "delete", "addresses", "add-address", "remove-address", "subscribe")
_DIR_HELP = "the custom-files folder (default: ./custom-files, then .)"


def parser() -> argparse.ArgumentParser:
    """The argument parser; a chosen command sets ``run`` to a function from options to the exit code."""
    top = argparse.ArgumentParser(
        prog="dots-tui",
        description="Edit, launch, watch and stop AWS DeepRacer trainings.",
        epilog="Without a command: dots-tui [DIR] opens the app, dots-tui --demo opens it on the embedded cloud.",
    )
    top.add_argument("--version", action="version", version=f"dots-tui {__version__}")
    top.add_argument(
        "--demo",
        action="store_true",
        help="the app on the embedded cloud: no account needed, nothing left behind",
    )
    # The command line has taken it out before: it may stand anywhere, beside the folder too.
    top.add_argument("--read-only", action="store_true", help="change nothing in the account, whatever is pressed")
    top.add_argument("--tracks", metavar="DIR", help="a folder with route files of your own, NAME.npy")
    top.set_defaults(folder=None)
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    _files_commands(commands)
    _stack_commands(commands)
    return top


def _add(commands: Any, name: str, text: str) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
    return added


def _files_commands(commands: Any) -> None:
    check = _add(commands, "check", "print what is wrong with the custom files")
    check.add_argument("folder", nargs="?", type=Path, metavar="DIR", help=_DIR_HELP)
    check.add_argument("--json", action="store_true", help="one JSON document on standard output")
    check.add_argument("--fix", action="store_true", help="put right what can be put right without asking, and save it")
    check.set_defaults(run=_check)

    lens = _add(commands, "lens", "print what each program that reads the env files makes of a key")
    lens.add_argument("folder", nargs="?", metavar="DIR", help=_DIR_HELP)
    lens.add_argument("keys", nargs="*", metavar="KEY", help="the keys to look at (default: all)")
    lens.add_argument("--json", action="store_true", help="one JSON document on standard output")
    lens.set_defaults(run=_lens)

    change = _add(commands, "set", "change values in the env files and nothing else in them")
    change.add_argument("folder", type=Path, metavar="DIR", help="the custom-files folder")
    change.add_argument("assignments", nargs="+", metavar="KEY=VALUE")
    change.add_argument("--file", metavar="NAME", help="the env file to write to (default: the one that has the key)")
    change.add_argument("--json", action="store_true", help="one JSON document on standard output")
    change.set_defaults(run=_set)

    rehearsal = _add(commands, "rehearse", "try the reward function on a track and print what it pays for")
    rehearsal.add_argument("folder", nargs="?", type=Path, metavar="DIR", help=_DIR_HELP)
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
    rehearsal.add_argument("--json", action="store_true", help="one JSON document on standard output")
    rehearsal.set_defaults(run=_rehearse)

    replay = _add(commands, "replay", "show what the recorded logs of one run tell, in the app or in print")
    replay.add_argument("logs", nargs="+", metavar="LOG", help="logs of simulations and trainer; - is standard input")
    replay.add_argument("--summary", action="store_true", help="print the summary, in a terminal too")
    replay.add_argument("--json", action="store_true", help="one JSON document on standard output")
    replay.add_argument("--play", action="store_true", help="in the app: play the run along its own time at once")
    replay.set_defaults(run=_replay)


def _stack_commands(commands: Any) -> None:
    base = _add(commands, "base", "create, change or delete a base stack: a bucket, roles and access for addresses")
    base.add_argument("action", choices=_BASE_ACTIONS)
    base.add_argument("name", metavar="NAME")
    base.add_argument("--ip", metavar="A.B.C.D", help="the IPv4 address that may look at the instances")
    base.add_argument("--my-ip", action="store_true", help="addresses: look this machine's address up and check it")
    _templates(base)
    base.add_argument("--mail", metavar="ADDRESS", help="subscribe: who is told of stops and interruptions")
    _yes_json(base)
    _empty_bucket(base)
    base.set_defaults(run=_base)

    plan = _add(commands, "plan", "say what a launch would make, what it can cost and what is in the way")
    _launch_choices(plan)
    plan.add_argument("--json", action="store_true", help="one JSON document on standard output")
    plan.set_defaults(run=_plan)

    launch = _add(commands, "launch", "launch a training stack with the custom files")
    _launch_choices(launch)
    _yes_json(launch)
    launch.set_defaults(run=_launch)

    stacks = _add(commands, "stacks", "list base and training stacks")
    stacks.add_argument("--json", action="store_true", help="one JSON document on standard output")
    stacks.set_defaults(run=_stacks)

    extend = _add(commands, "extend", "give a running training more time")
    extend.add_argument("name", metavar="NAME")
    extend.add_argument("minutes", type=int, metavar="MIN", help="so many minutes more")
    _yes_json(extend)
    extend.set_defaults(run=_extend)

    for name, text, run in (
        ("stop", "stop a training: save the model and delete the stack", _stop),
        ("delete", "delete a stack at once, saving nothing", _delete),
    ):
        command = _add(commands, name, text)
        command.add_argument("name", metavar="NAME")
        _yes_json(command)
        if run is _delete:
            _empty_bucket(command)
        command.set_defaults(run=run)


def _launch_choices(launch: argparse.ArgumentParser) -> None:
    launch.add_argument("folder", nargs="?", type=Path, metavar="DIR", help=_DIR_HELP)
    launch.add_argument("--base", required=True, metavar="B", help="the base stack")
    launch.add_argument("--name", required=True, metavar="N", help="the training stack's name")
    market = launch.add_mutually_exclusive_group(required=True)
    market.add_argument("--standard", dest="market", action="store_const", const="standard")
    market.add_argument("--spot", dest="market", action="store_const", const="spot")
    launch.add_argument("--type", default="g4dn.2xlarge", metavar="T", help="EC2 instance type (default: %(default)s)")
    launch.add_argument(
        "--ttl", type=int, default=60, metavar="MIN", help="time to live in minutes (default: %(default)s)"
    )
    _templates(launch)
    launch.add_argument("--without-end", action="store_true", help="with --ttl 0: it is meant, nothing ends the cost")


def _templates(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--templates",
        metavar="DIR",
        help="a deepracer-on-the-spot checkout whose templates are used (default: its own)",
    )


def _yes_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.add_argument("--json", action="store_true", help="one JSON document on standard output")


def _empty_bucket(command: argparse.ArgumentParser) -> None:
    command.add_argument("--empty-bucket", action="store_true", help="delete a base stack's models and logs with it")


# The functions behind the commands import their room when they run: `dots-tui check` never waits for boto3.


def _check(options: argparse.Namespace) -> int:
    from dots_tui.headless.files import check_command

    return check_command(options.folder, as_json=options.json, fix=options.fix)


def _lens(options: argparse.Namespace) -> int:
    from dots_tui.headless.files import lens_command

    first: str | None = options.folder
    if first is not None and re.fullmatch(r"[A-Z_][A-Z0-9_]*", first) and not Path(first).is_dir():
        return lens_command(None, [first, *options.keys], as_json=options.json)  # the folder was left out
    return lens_command(None if first is None else Path(first), options.keys, as_json=options.json)


def _set(options: argparse.Namespace) -> int:
    from dots_tui.headless.files import set_command

    return set_command(options.folder, options.assignments, file=options.file, as_json=options.json)


def _rehearse(options: argparse.Namespace) -> int:
    from dots_tui.headless.rehearse import rehearse_command

    return rehearse_command(
        options.folder, options.track, as_json=options.json, practice=options.learn, logs=options.against
    )


def _replay(options: argparse.Namespace) -> int:
    if not (options.summary or options.json) and all(Path(log).is_file() for log in options.logs):
        from dots_tui.cli import show_recorded

        code = show_recorded(options.logs, play=options.play)
        if code is not None:
            return code
    from dots_tui.headless.replay import replay_command

    return replay_command(options.logs, as_json=options.json)


def _base(options: argparse.Namespace) -> int:
    from dots_tui.headless import base, stacks

    if options.action == "delete":
        return _delete(options)
    if options.action == "addresses":
        return base.addresses(name=options.name, ip=options.ip, my_ip=options.my_ip, as_json=options.json)
    more: dict[str, Any] = {"name": options.name, "yes": options.yes, "as_json": options.json}
    if options.action == "subscribe":
        return base.subscribe(mail=options.mail, **more)
    if options.action in ("create", "update"):
        more["templates"] = options.templates
    by_address = {
        "create": stacks.base_create,
        "update": base.update,
        "add-address": base.add_address,
        "remove-address": base.remove_address,
    }
    return by_address[options.action](ip=options.ip, **more)


def _choices(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "folder": options.folder,
        "base": options.base,
        "name": options.name,
        "market": options.market,
        "instance_type": options.type,
        "ttl": options.ttl,
        "endless": options.without_end,
        "templates": options.templates,
        "as_json": options.json,
    }


def _plan(options: argparse.Namespace) -> int:
    from dots_tui.headless import stacks

    return stacks.plan(**_choices(options))


def _launch(options: argparse.Namespace) -> int:
    from dots_tui.headless import stacks

    return stacks.launch(**_choices(options), yes=options.yes)


def _stacks(options: argparse.Namespace) -> int:
    from dots_tui.headless import stacks

    return stacks.stacks(as_json=options.json)


def _extend(options: argparse.Namespace) -> int:
    from dots_tui.headless import stack_changes

    return stack_changes.extend(name=options.name, minutes=options.minutes, yes=options.yes, as_json=options.json)


def _stop(options: argparse.Namespace) -> int:
    from dots_tui.headless import stacks

    return stacks.stop(name=options.name, yes=options.yes, as_json=options.json)


def _delete(options: argparse.Namespace) -> int:
    from dots_tui.headless import stacks

    return stacks.delete(name=options.name, yes=options.yes, as_json=options.json, empty_bucket=options.empty_bucket)
