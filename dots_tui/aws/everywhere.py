"""The stacks of several regions at once."""

from __future__ import annotations

from collections.abc import Sequence

from dots_tui.aws.parallel import in_parallel
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import Stack, list_stacks


def stacks_of(aws: Aws, regions: Sequence[str]) -> tuple[list[Stack], dict[str, AwsProblem]]:
    """The stacks of ``regions``, newest first, and why some regions could not be looked into.

    The first region is the one in use: raises AwsProblem when that one cannot be looked into.
    """
    found: list[Stack] = []
    problems: dict[str, AwsProblem] = {}
    for region, result in in_parallel(regions, lambda region: list_stacks(aws.in_region(region))):
        if isinstance(result, AwsProblem):
            problems[region] = result
        else:
            found += result
    if regions and regions[0] in problems:
        raise problems[regions[0]]
    return sorted(found, key=lambda stack: stack.created, reverse=True), problems
