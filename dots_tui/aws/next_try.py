"""Alternatives to a failed launch: the same launch with one change, ready to start."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dots_tui.aws import prices
from dots_tui.aws.failure_reasons import CAPACITY, QUOTA_ON_DEMAND, QUOTA_SPOT

if TYPE_CHECKING:
    from dots_tui.aws.launch_plan import LaunchChoices
    from dots_tui.aws.problems import AwsProblem

_SIZES = ("xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")
_FAMILIES = ("g4dn", "g5", "g6")
_IMAGE = r"InvalidAMI|image id .* does not exist"
_MOST = 3


@dataclass(frozen=True)
class NextTry:
    """An alternative launch: its choices, and the change in words."""

    words: str
    choices: LaunchChoices

    @property
    def command(self) -> str:
        """Return the equivalent command line; the folder is that of the failed launch."""
        choices = self.choices
        words = ["dots-tui", "launch", "--base", choices.base, "--name", choices.name, f"--{choices.market}"]
        words += ["--type", choices.instance_type, "--ttl", str(choices.ttl_minutes)]
        if choices.endless:
            words.append("--without-end")
        if choices.even_so:
            words.append("--even-so")
        if choices.templates:
            words += ["--templates", choices.templates]
        if choices.image:
            words += ["--image", choices.image]
        if choices.subnet:
            words += ["--subnet", choices.subnet]
        return shlex.join(words)


def next_tries(problem: AwsProblem, choices: LaunchChoices, taken: Collection[str]) -> list[NextTry]:
    """Return the most promising alternatives after `problem`, best first; none if another launch would not help.

    `taken` are the names of existing stacks; a failed stack may keep its name.
    """
    again = replace(choices, name=_free_name(choices.name, {*taken, choices.name}))
    reason = f"{problem.detail} {problem.what}"
    if re.search(QUOTA_SPOT, reason, re.IGNORECASE) or re.search(QUOTA_ON_DEMAND, reason, re.IGNORECASE):
        found = [_market(again), *_smaller(again)]
    elif re.search(CAPACITY, reason, re.IGNORECASE):
        found = [*_like(again), _market(again)]
    elif re.search(_IMAGE, reason, re.IGNORECASE):
        found = [NextTry("with the newest image there is now", again)]
    elif problem.code == "name-taken":
        found = [NextTry(f"as {again.name}", again)]
    else:
        found = []
    return found[:_MOST]


def _market(choices: LaunchChoices) -> NextTry:
    """Return the launch in the other market, which has its own capacity and quota."""
    if choices.market == "spot":
        return NextTry(f"on demand, {choices.instance_type}", replace(choices, market="standard"))
    return NextTry(f"as a spot instance, {choices.instance_type}", replace(choices, market="spot"))


def _smaller(choices: LaunchChoices) -> list[NextTry]:
    family, _, size = choices.instance_type.partition(".")
    smaller = _SIZES[: _SIZES.index(size)] if size in _SIZES else ()
    kinds = [f"{family}.{one}" for one in reversed(smaller)]
    return [_kind(choices, kind) for kind in kinds if kind in prices.ON_DEMAND_USD_PER_HOUR]


def _like(choices: LaunchChoices) -> list[NextTry]:
    """Return launches with another GPU of the same size, cheapest first."""
    family, _, size = choices.instance_type.partition(".")
    kinds = [f"{one}.{size}" for one in _FAMILIES if one != family]
    known = prices.ON_DEMAND_USD_PER_HOUR
    return [_kind(choices, kind) for kind in sorted(filter(known.__contains__, kinds), key=lambda kind: known[kind])]


def _kind(choices: LaunchChoices, kind: str) -> NextTry:
    return NextTry(f"with a {kind}", replace(choices, instance_type=kind))


def _free_name(name: str, taken: Collection[str]) -> str:
    """Return `name` with the next free number."""
    match = re.fullmatch(r"(.*?)-(\d+)", name)
    stem, number = (match[1], int(match[2]) + 1) if match else (name, 2)
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
