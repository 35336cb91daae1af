"""Listing of the stacks of several regions in parallel."""

from __future__ import annotations

from collections.abc import Sequence

from dots_tui.aws.parallel import in_parallel
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import Stack, list_stacks


def stacks_of(aws: Aws, regions: Sequence[str]) -> tuple[list[Stack], dict[str, AwsProblem]]:
    """Return the stacks of `regions`, newest first, and the problems of regions that could not be read.

    The first region is the one in use. Raises AwsProblem if it cannot be read.
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
