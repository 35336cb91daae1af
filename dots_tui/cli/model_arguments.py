"""The arguments of the commands for models."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from dots_tui.cli.stack_arguments import DIR_HELP, account_flags, add_command, chosen_aws, json_flag, yes_json_flags


def add_model_commands(commands: Any) -> None:
    """Add all commands for models."""
    models = add_command(commands, "models", "list the models in the buckets of the base stacks, or show one")
    models.add_argument("name", nargs="?", default="", metavar="MODEL", help="show the checkpoints of this model")
    json_flag(models)
    account_flags(models, several=True)
    models.set_defaults(run=_models)

    more = add_command(commands, "continue", "set the custom files up to train a model on, under the next free name")
    more.add_argument("name", metavar="MODEL", help="its prefix in the bucket, or the last part of it")
    more.add_argument("folder", nargs="?", type=Path, metavar="DIR", help=DIR_HELP)
    more.add_argument(
        "--checkpoint", default="last", metavar="C", help="best, last, or a number (default: %(default)s)"
    )
    more.add_argument("--as", dest="new_name", default="", metavar="NAME", help="the new name (default: the next free)")
    more.add_argument(
        "--own-files",
        action="store_true",
        help="also use the reward function, action space and hyperparameters the model was trained with",
    )
    more.add_argument("--yes", action="store_true", help="do not ask")
    json_flag(more)
    account_flags(more, several=True)
    more.set_defaults(run=_continue)
    _transfer_commands(commands)


def _transfer_commands(commands: Any) -> None:
    down = add_command(commands, "download", "download a model, verified; goes on where an earlier download ended")
    down.add_argument("name", metavar="MODEL", help="its prefix in the bucket, or the last part of it")
    down.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="where its folder is made (default: here)")
    down.add_argument(
        "--checkpoint",
        default="",
        metavar="C",
        help="best, last, or a number: only this one, without logs, traces and videos (default: everything)",
    )
    json_flag(down)
    account_flags(down, several=True)
    down.set_defaults(run=_download)

    prune = add_command(commands, "prune", "delete the superseded checkpoints of a model, or the whole model")
    prune.add_argument("name", metavar="MODEL", help="its prefix in the bucket, or the last part of it")
    prune.add_argument("--whole-model", action="store_true", help="delete everything of it")
    yes_json_flags(prune)
    account_flags(prune, several=True)
    prune.set_defaults(run=_prune)

    up = add_command(commands, "upload", "upload the folder of a model, so that a training can continue it")
    up.add_argument("folder", type=Path, metavar="DIR", help="a folder with model/ in it")
    up.add_argument("--as", dest="new_name", default="", metavar="NAME", help="its prefix (default: training/FOLDER)")
    up.add_argument("--base", default="", metavar="B", help="the base stack with the bucket (default: the only one)")
    yes_json_flags(up)
    account_flags(up, several=True)
    up.set_defaults(run=_upload)


def _models(options: argparse.Namespace) -> int:
    from dots_tui.cli import models

    more: dict[str, Any] = {"aws": chosen_aws(options), "regions": options.region, "as_json": options.json}
    return models.show_model(options.name, **more) if options.name else models.list_models(**more)


def _continue(options: argparse.Namespace) -> int:
    from dots_tui.cli.model_changes import continue_command

    return continue_command(
        options.name,
        folder=options.folder,
        checkpoint=options.checkpoint,
        new_name=options.new_name,
        own=options.own_files,
        yes=options.yes,
        as_json=options.json,
        regions=options.region,
        aws=chosen_aws(options),
    )


def _download(options: argparse.Namespace) -> int:
    from dots_tui.cli.model_transfers import download_command

    return download_command(
        options.name,
        folder=options.folder,
        checkpoint=options.checkpoint,
        as_json=options.json,
        regions=options.region,
        aws=chosen_aws(options),
    )


def _upload(options: argparse.Namespace) -> int:
    from dots_tui.cli.model_transfers import upload_command

    return upload_command(
        options.folder,
        new_name=options.new_name,
        base=options.base,
        yes=options.yes,
        as_json=options.json,
        regions=options.region,
        aws=chosen_aws(options),
    )


def _prune(options: argparse.Namespace) -> int:
    from dots_tui.cli.model_changes import prune_command

    return prune_command(
        options.name,
        whole=options.whole_model,
        yes=options.yes,
        as_json=options.json,
        regions=options.region,
        aws=chosen_aws(options),
    )
