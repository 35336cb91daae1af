"""The arguments of the commands for models."""

from __future__ import annotations

import argparse
from typing import Any

from dots_tui.cli.stack_arguments import account_flags, add_command, chosen_aws, json_flag


def add_model_commands(commands: Any) -> None:
    """Add all commands for models."""
    models = add_command(commands, "models", "list the models in the buckets of the base stacks, or show one")
    models.add_argument("name", nargs="?", default="", metavar="MODEL", help="show the checkpoints of this model")
    json_flag(models)
    account_flags(models, several=True)
    models.set_defaults(run=_models)


def _models(options: argparse.Namespace) -> int:
    from dots_tui.cli import models

    more: dict[str, Any] = {"aws": chosen_aws(options), "regions": options.region, "as_json": options.json}
    return models.show_model(options.name, **more) if options.name else models.list_models(**more)
