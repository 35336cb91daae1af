"""The arguments of the commands that use AWS: stacks from launch to deletion, prices, orphans."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws
    from dots_tui.cli.launch import LaunchRequest

_IMAGE_ACTIONS = ("list", "bake", "copy", "delete", "clean")
_BASE_ACTIONS = ("create", "update", "delete", "addresses", "add-address", "remove-address", "subscribe")
_TIMES = "90 (minutes), 1:30, 1h30 or 1.5h"
DIR_HELP = "the custom-files folder (default: ./custom-files, then .)"


def add_command(commands: Any, name: str, text: str) -> argparse.ArgumentParser:
    """Return a command with its one-sentence help."""
    added: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
    added.set_defaults(command=name)
    return added


def add_stack_commands(commands: Any) -> None:
    """Add all stack commands."""
    base = add_command(
        commands, "base", "create, change or delete a base stack: a bucket, roles and access for addresses"
    )
    base.add_argument("action", choices=_BASE_ACTIONS)
    base.add_argument("name", metavar="NAME")
    base.add_argument("--ip", metavar="A.B.C.D", help="the IPv4 address that may look at the instances")
    base.add_argument("--my-ip", action="store_true", help="addresses: look this machine's address up and check it")
    _templates(base)
    base.add_argument("--mail", metavar="ADDRESS", help="subscribe: who is told of stops and interruptions")
    yes_json_flags(base)
    _empty_bucket(base)
    account_flags(base)
    base.set_defaults(run=_base)

    plan = add_command(commands, "plan", "say what a launch would make, what it can cost and what is in the way")
    _launch_choices(plan)
    json_flag(plan)
    account_flags(plan)
    plan.set_defaults(run=_plan)

    launch = add_command(commands, "launch", "launch a training stack with the custom files")
    _launch_choices(launch)
    yes_json_flags(launch)
    account_flags(launch)
    launch.set_defaults(run=_launch)

    _looking_commands(commands)
    _image_command(commands)
    _doctor_command(commands)

    _change_commands(commands)


def _change_commands(commands: Any) -> None:
    """Add the commands that change or end a training."""
    extend = add_command(commands, "extend", "give a running training more time")
    extend.add_argument("name", metavar="NAME")
    extend.add_argument("minutes", type=_minutes, metavar="TIME", help=f"how much more: {_TIMES}")
    yes_json_flags(extend)
    account_flags(extend)
    extend.set_defaults(run=_extend)

    for name, text, run in (
        ("stop", "stop a training: save the model and delete the stack", _stop),
        ("delete", "delete a stack at once, saving nothing", _delete),
        ("clean", "take away what a launch that was cut short has left in the bucket", _clean),
    ):
        command = add_command(commands, name, text)
        command.add_argument("name", metavar="NAME")
        yes_json_flags(command)
        account_flags(command)
        if run is _delete:
            _empty_bucket(command)
        command.set_defaults(run=run)


def _doctor_command(commands: Any) -> None:
    doctor = add_command(commands, "doctor", "check this machine, the terminal and the AWS account")
    doctor.add_argument("--terminal", action="store_true", help="print a test page: colors, signs, clipboard, mouse")
    doctor.add_argument(
        "--live", action="store_true", help="make a base stack and a small instance, check them and delete them: a cent"
    )
    doctor.add_argument("--record", type=Path, metavar="FILE", help="with --live: where AWS's replies are recorded")
    doctor.add_argument("--yes", action="store_true", help="with --live: do not ask")
    json_flag(doctor)
    account_flags(doctor)
    doctor.set_defaults(run=_doctor)


def _image_command(commands: Any) -> None:
    image = add_command(commands, "image", "list, bake, copy or delete private machine images with DRFC")
    image.add_argument("action", choices=_IMAGE_ACTIONS)
    image.add_argument("what", nargs="?", default="", metavar="WHAT", help="copy: the region; delete: the image")
    image.add_argument("--base", default="", metavar="B", help="bake: the base stack (default: the only one)")
    image.add_argument("--image", default="", metavar="I", help="copy: the image (default: the newest private one)")
    image.add_argument("--subnet", default="", metavar="S", help="bake: the builder's subnet")
    yes_json_flags(image)
    account_flags(image)
    image.set_defaults(run=_image)


def _looking_commands(commands: Any) -> None:
    """Add the commands that list several regions and change nothing."""
    stacks = add_command(commands, "stacks", "list base and training stacks of the regions chosen in the app")
    prices = add_command(commands, "prices", "list what an hour of each GPU type costs now, the best by worker first")
    orphans = add_command(commands, "orphans", "list what trainings left behind, over all regions of the account")
    for command, run in ((stacks, _stacks), (prices, _prices), (orphans, _orphans)):
        json_flag(command)
        account_flags(command, several=True)
        command.set_defaults(run=run)
    _run_commands(commands)
    market = prices.add_mutually_exclusive_group()
    market.add_argument("--standard", dest="market", action="store_const", const="standard", default="spot")
    market.add_argument("--spot", dest="market", action="store_const", const="spot")
    prices.add_argument("--count", type=int, default=20, metavar="N", help="so many rows (default: %(default)s)")


def _run_commands(commands: Any) -> None:
    """Add the commands for runs: their state and their logs."""
    status = add_command(commands, "status", "say how trainings are doing: verdict, iteration, progress, cost, end")
    status.add_argument("names", nargs="*", metavar="NAME", help="training stacks (default: all that run)")
    status.add_argument("--watch", action="store_true", help="again and again; with --json one document a line")
    json_flag(status)
    account_flags(status, several=True)
    status.set_defaults(run=_status)

    logs = add_command(commands, "logs", "print the log of a training's containers")
    logs.add_argument("name", metavar="NAME", help="the training stack")
    logs.add_argument("--worker", metavar="N", default="", help="of this worker only, or of the trainer")
    logs.add_argument("--follow", action="store_true", help="go on with the lines as they come")
    logs.add_argument("--grep", metavar="RE", default="", help="only lines in which this regular expression is found")
    account_flags(logs, several=True)
    logs.set_defaults(run=_logs)


def _launch_choices(launch: argparse.ArgumentParser) -> None:
    launch.add_argument("folder", nargs="?", type=Path, metavar="DIR", help=DIR_HELP)
    launch.add_argument("--base", required=True, metavar="B", help="the base stack")
    launch.add_argument("--name", required=True, metavar="N", help="the training stack's name")
    market = launch.add_mutually_exclusive_group(required=True)
    market.add_argument("--standard", dest="market", action="store_const", const="standard")
    market.add_argument("--spot", dest="market", action="store_const", const="spot")
    launch.add_argument("--type", default="g4dn.2xlarge", metavar="T", help="EC2 instance type (default: %(default)s)")
    launch.add_argument(
        "--ttl",
        type=_minutes,
        metavar="TIME",
        help=f"time to live: {_TIMES} (default: what the budget pays for, else 60)",
    )
    launch.add_argument(
        "--budget", type=float, metavar="USD", help="what it may cost at most: becomes the time to live"
    )
    launch.add_argument(
        "--image",
        default="",
        metavar="I",
        help="community, private, scratch, or an image id (default: the newest private one, else the community's)",
    )
    launch.add_argument("--subnet", default="", metavar="S", help="the instance's subnet (default: of the default VPC)")
    _templates(launch)
    launch.add_argument(
        "--even-so", action="store_true", help="launch although the rehearsal of the reward function found a fault"
    )
    launch.add_argument("--without-end", action="store_true", help="with --ttl 0: it is meant, nothing ends the cost")


def _minutes(text: str) -> int:
    """Return the minutes of a duration, as an argparse type."""
    from dots_tui.app.durations import parse_minutes

    try:
        return parse_minutes(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from problem


def _templates(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--templates",
        metavar="DIR",
        help="a deepracer-on-the-spot checkout whose templates are used (default: its own)",
    )


def yes_json_flags(command: argparse.ArgumentParser) -> None:
    """Add the flags of a command that changes the account: it asks first, and read-only mode refuses it."""
    command.set_defaults(changes=True)
    command.add_argument("--yes", action="store_true", help="do not ask")
    json_flag(command)


def json_flag(command: argparse.ArgumentParser) -> None:
    """Add `--json`."""
    command.add_argument("--json", action="store_true", help="one JSON document on standard output")


def account_flags(command: argparse.ArgumentParser, *, several: bool = False) -> None:
    """Add the account flags. They override the environment, which overrides the app's settings."""
    command.add_argument("--profile", metavar="P", help="the AWS profile (default: the environment's, the app's)")
    if several:
        command.add_argument("--region", nargs="+", default=(), metavar="R", help="the regions to look into")
    else:
        command.add_argument("--region", metavar="R", help="the AWS region (default: the environment's, the app's)")


def _empty_bucket(command: argparse.ArgumentParser) -> None:
    command.add_argument("--empty-bucket", action="store_true", help="delete a base stack's models and logs with it")


# The command functions import their package when they run.


def _base(options: argparse.Namespace) -> int:
    from dots_tui.cli import base

    if options.action == "delete":
        return _delete(options)
    if options.action == "addresses":
        return base.addresses(
            name=options.name, ip=options.ip, my_ip=options.my_ip, as_json=options.json, aws=chosen_aws(options)
        )
    more: dict[str, Any] = {
        "name": options.name,
        "yes": options.yes,
        "as_json": options.json,
        "aws": chosen_aws(options),
    }
    if options.action == "subscribe":
        return base.subscribe(mail=options.mail, **more)
    if options.action in ("create", "update"):
        more["templates"] = options.templates
    by_address = {
        "create": base.create,
        "update": base.update,
        "add-address": base.add_address,
        "remove-address": base.remove_address,
    }
    return by_address[options.action](ip=options.ip, **more)


def _request(options: argparse.Namespace) -> LaunchRequest:
    from dots_tui.aws.launch_plan import LaunchChoices
    from dots_tui.cli.launch import LaunchRequest

    choices = LaunchChoices(
        options.base,
        options.name,
        options.market,
        options.type,
        endless=options.without_end,
        image=options.image,
        subnet=options.subnet,
        even_so=options.even_so,
    )
    return LaunchRequest(options.folder, choices, options.ttl, options.budget, options.templates)


def _plan(options: argparse.Namespace) -> int:
    from dots_tui.cli import launch

    return launch.plan(_request(options), as_json=options.json, aws=chosen_aws(options))


def _launch(options: argparse.Namespace) -> int:
    from dots_tui.cli import launch

    return launch.launch(_request(options), yes=options.yes, as_json=options.json, aws=chosen_aws(options))


def _doctor(options: argparse.Namespace) -> int:
    from dots_tui.cli.doctor import doctor_command, live_command, terminal_command

    if options.live:
        from dots_tui.aws import read_only

        if read_only.wanted():
            from dots_tui.cli.telling import refused

            return refused(options)
        return live_command(chosen_aws(options), yes=options.yes, as_json=options.json, record=options.record)
    if options.terminal:
        return terminal_command()
    return doctor_command(chosen_aws(options), as_json=options.json)


def _image(options: argparse.Namespace) -> int:
    from dots_tui.cli import images

    aws = chosen_aws(options)
    if options.action == "list":
        return images.list_images(as_json=options.json, aws=aws)
    more: dict[str, Any] = {"yes": options.yes, "as_json": options.json, "aws": aws}
    if options.action == "bake":
        return images.bake(base=options.base, subnet=options.subnet, **more)
    if options.action == "copy":
        return images.copy(region=options.what, image=options.image, **more)
    if options.action == "delete":
        return images.delete(image=options.what, **more)
    return images.clean(**more)


def _status(options: argparse.Namespace) -> int:
    from dots_tui.cli.run_commands import status_command

    return status_command(
        options.names, regions=options.region, as_json=options.json, watch=options.watch, aws=chosen_aws(options)
    )


def _logs(options: argparse.Namespace) -> int:
    from dots_tui.cli.run_commands import logs_command

    return logs_command(
        options.name,
        worker=options.worker,
        follow=options.follow,
        grep=options.grep,
        regions=options.region,
        aws=chosen_aws(options),
    )


def _stacks(options: argparse.Namespace) -> int:
    from dots_tui.cli import stack_list

    return stack_list.list_stacks(regions=options.region, as_json=options.json, aws=chosen_aws(options))


def _prices(options: argparse.Namespace) -> int:
    from dots_tui.cli import stack_list

    more: dict[str, Any] = {"regions": options.region, "count": options.count, "as_json": options.json}
    return stack_list.list_prices(market_name=options.market, **more, aws=chosen_aws(options))


def _orphans(options: argparse.Namespace) -> int:
    from dots_tui.cli import stack_list

    return stack_list.list_orphans(regions=options.region, as_json=options.json, aws=chosen_aws(options))


def _clean(options: argparse.Namespace) -> int:
    from dots_tui.cli import stack_list

    return stack_list.clean(**_named(options))


def _extend(options: argparse.Namespace) -> int:
    from dots_tui.cli import stack_changes

    return stack_changes.extend(minutes=options.minutes, **_named(options))


def _stop(options: argparse.Namespace) -> int:
    from dots_tui.cli import stacks

    return stacks.stop(**_named(options))


def _delete(options: argparse.Namespace) -> int:
    from dots_tui.cli import stacks

    return stacks.delete(**_named(options), empty_bucket=options.empty_bucket)


def _named(options: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of every command that changes one stack."""
    return {"name": options.name, "yes": options.yes, "as_json": options.json, "aws": chosen_aws(options)}


def chosen_aws(options: argparse.Namespace) -> Aws:
    """Return the access to the account and region that the options name."""
    from dots_tui.cli.chosen_account import chosen

    region = options.region if isinstance(options.region, str) else next(iter(options.region or ()), None)
    return chosen(options.profile, region)
