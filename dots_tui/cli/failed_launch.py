"""Telling why a launch failed, what it has left, and what to try instead."""

from __future__ import annotations

from typing import Any

from dots_tui.aws import stacks as aws_stacks
from dots_tui.aws.leftovers import LaunchRefused, clean
from dots_tui.aws.next_try import NextTry, next_tries
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.training_plan import LaunchChoices
from dots_tui.cli.telling import agreed, failed, say


def launch_failed(
    aws: Aws,
    problem: AwsProblem,
    choices: LaunchChoices,
    document: dict[str, Any],
    as_json: bool,
    *,
    yes: bool,
) -> int:
    """Tell it, offer to take away what is left (with ``yes`` it is only told), and name the next tries."""
    tries = _tries(aws, problem, choices)
    document["next_tries"] = [{"words": one.words, "command": one.command} for one in tries]
    document["left"] = list(problem.left) if isinstance(problem, LaunchRefused) else []
    code = failed(problem, document, as_json)
    for one in tries:
        say(f"To try it {one.words}: {one.command}")
    if isinstance(problem, LaunchRefused) and problem.left and not yes and agreed(False, "Take the files away again?"):
        try:
            say(f"{clean(aws, problem)} files are gone from {problem.bucket}.")
        except AwsProblem as other:
            say(str(other))
    return code


def _tries(aws: Aws, problem: AwsProblem, choices: LaunchChoices) -> list[NextTry]:
    try:
        taken = {stack.name for stack in aws_stacks.list_stacks(aws)}
    except AwsProblem:
        taken = set()  # what was the problem with the launch may be one with the list as well
    return next_tries(problem, choices, taken)
