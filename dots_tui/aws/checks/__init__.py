"""The checks before a launch, in the order of the board: each with its evidence and a fix.

Every check examines one thing, is independent of the others, and changes nothing; all run in parallel.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Callable

from dots_tui.aws.checks import image, machine, model, own, stack, subnet
from dots_tui.aws.checks.result import CheckResult
from dots_tui.aws.parallel import in_parallel
from dots_tui.aws.problems import AwsProblem

if TYPE_CHECKING:
    from dots_tui.aws.checks.facts import LaunchFacts


@dataclass(frozen=True)
class Check:
    """A check before a launch. `title` is shown while the result is unknown.

    If an `essential` check cannot be made, it blocks the launch; for other checks that is a warning.
    """

    topic: str
    title: str
    run: Callable[[LaunchFacts], Iterable[CheckResult]]
    essential: bool = False


CHECKS = (
    Check("identity", "identity", own.identity, essential=True),
    Check("region", "region", own.region, essential=True),
    Check("base", "base stack", stack.base, essential=True),
    Check("bucket", "bucket", model.bucket, essential=True),
    Check("image", "machine image", image.image, essential=True),
    Check("versions", "versions", image.versions),
    Check("type", "instance type", machine.offered, essential=True),
    Check("subnet", "subnet", subnet.subnet, essential=True),
    Check("quota", "quota", machine.quota),
    Check("name", "stack name", stack.name, essential=True),
    Check("ends", "time to live", own.ends, essential=True),
    Check("cost", "cost", own.cost),
    Check("model", "model prefix", model.prefix, essential=True),
    Check("pretrained", "pretrained model", model.pretrained, essential=True),
    Check("custom", "custom files", model.custom_files, essential=True),
    Check("files", "findings", own.files),
    Check("reward", "reward function", own.reward),
    Check("access", "access", stack.access),
)
"""The checks in display order."""
CANNOT_ASK = frozenset(
    {
        "expired",
        "no-credentials",
        "partial-credentials",
        "invalid-keys",
        "no-region",
        "profile",
        "clock",
        "unreachable",
        "bad-input",
    }
)
"""Codes of problems that affect all other AWS calls too."""


def look(facts: LaunchFacts, tell: Callable[[CheckResult], object] = lambda _: None) -> list[CheckResult]:
    """Run all checks in parallel and return the results in the order of CHECKS.

    `tell` gets each result as soon as it is known. Raises AwsProblem if AWS cannot be reached at all.
    """
    found: dict[str, list[CheckResult]] = {}
    for check, result in in_parallel(CHECKS, lambda check: list(check.run(facts))):
        lines = _cannot_tell(check, result) if isinstance(result, AwsProblem) else result
        # The topic belongs to the check, so that a check need not set it in every line.
        found[check.topic] = [replace(line, topic=check.topic) for line in lines]
        for line in found[check.topic]:
            tell(line)
    return [line for check in CHECKS for line in found[check.topic]]


def _cannot_tell(check: Check, problem: AwsProblem) -> Iterable[CheckResult]:
    if problem.code in CANNOT_ASK:
        raise problem
    severity = "error" if check.essential else "warning"
    yield CheckResult(severity, problem.code, f"{check.title}: not known. {problem.what}", problem.advice)
