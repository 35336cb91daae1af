"""Phase reports of training stacks: small objects in the bucket, read without SSH."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dots_tui.aws.parallel import in_parallel
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.run_objects import place_of, read_from
from dots_tui.training.run_phases import MOST_BYTES, RunPhases, read_phases

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws
    from dots_tui.aws.stacks import Stack

KEY = "dots-tui/phases.json"
"""Key of the report, below the run's prefix."""
_AT_ONCE = 8


def report_of(aws: Aws, stack: Stack) -> RunPhases | None:
    """Return the report of a training stack's instance; None if there is none (yet). Raises AwsProblem."""
    if stack.kind != "training" or not stack.ours:
        return None
    regional = aws.in_region(stack.region)
    try:
        place = place_of(regional, stack.id)
        data, _ = read_from(regional, place.bucket, f"{place.prefix}/{KEY}", 0, MOST_BYTES + 1)
    except AwsProblem as problem:
        if problem.code in ("no-place", "no-object", "no-bucket", "no-such-stack"):
            return None
        raise
    return read_phases(data, stack.name, stack.id)


def reports_of(aws: Aws, stacks: Iterable[Stack]) -> dict[str, RunPhases]:
    """Return the reports of several stacks by stack id. Stacks whose report cannot be read are left out."""
    by_id = {stack.id: stack for stack in stacks}
    results = in_parallel(by_id, lambda stack_id: report_of(aws, by_id[stack_id]), _AT_ONCE)
    return {stack_id: found for stack_id, found in results if isinstance(found, RunPhases)}
