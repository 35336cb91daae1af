"""The AWS account in use: its identity, the expiry of its credentials, and login problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from dots_tui.problems import Problem, problem_of

if TYPE_CHECKING:
    from datetime import datetime

    from dots_tui.aws.account import Credentials
    from dots_tui.aws.session import Aws, Identity

_SHORT = {
    "expired": "AWS login expired",
    "no-credentials": "no AWS credentials",
    "partial-credentials": "no AWS credentials",
    "no-region": "no AWS region",
    "profile": "AWS profile unusable",
    "invalid-keys": "AWS keys refused",
    "access-denied": "AWS permission missing",
    "throttled": "AWS busy",
    "unreachable": "AWS not reached",
    "clock": "clock is wrong",
}


@dataclass(frozen=True)
class AccountFacts:
    """Facts about the account. `problem` is the error that prevented further facts, None if there was none."""

    region: str
    identity: Identity | None
    credentials: Credentials | None
    cloudshell: bool
    login: str
    problem: Problem | None


def look(aws_of: Callable[[], Aws]) -> AccountFacts:
    """Ask AWS for the facts. Blocks; an AWS error becomes part of the facts."""
    from dots_tui.aws import account
    from dots_tui.aws.problems import AwsProblem

    aws, identity, held, region, problem = None, None, None, "", None
    try:
        aws = aws_of()
        region = aws.region
        held = account.credentials(aws)
        identity = aws.identity()
    except AwsProblem as caught:
        problem = caught
    login = account.login_command(aws) if aws is not None and problem is not None else ""
    return AccountFacts(region, identity, held, account.in_cloudshell(), login, problem)


def short(error: Exception) -> str:
    """Return the account problem in a few words, for the status bar."""
    return _SHORT.get(problem_of(error).code, "no AWS account")


def described(facts: AccountFacts, now: datetime, *, read_only: bool, saved_region: str = "") -> str:
    """Return the facts as lines: account, credentials, problem and advice.

    `saved_region` is the region chosen in the app, which takes precedence over the environment.
    """
    from dots_tui.aws.session import region_of_environment

    lines = []
    if facts.identity is not None:
        lines.append(f"Account {facts.identity.account} as {facts.identity.user}")
        lines.append(facts.identity.arn)
    if facts.credentials is not None:
        lines.append(f"Credentials {lasting(facts.credentials, now)}")
    if facts.cloudshell:
        lines.append("AWS CloudShell: its own credentials and region are used.")
    elsewhere = region_of_environment()
    if saved_region and elsewhere and elsewhere != saved_region:
        lines.append(f"The environment names {elsewhere}; {saved_region}, chosen here, is used.")
    if read_only:
        lines.append("Read-only: nothing in the account can be changed.")
    if facts.problem is not None:
        lines.append(str(facts.problem))
        if facts.login and facts.problem.code in ("expired", "no-credentials"):
            lines.append(f"In another terminal:  {facts.login}")
    return "\n".join(lines)


def lasting(held: Credentials, now: datetime) -> str:
    """Return the remaining lifetime of credentials, as the end of a sentence that begins with "Credentials"."""
    minutes = held.minutes_left(now)
    if minutes is None:
        return "are temporary; when they expire is unknown" if held.temporary else "do not expire"
    if minutes < 0:
        return "have expired"
    again = ", then they are renewed automatically" if held.renewed else ""
    return f"expire in {minutes} min{again}"


def budget_problem(text: str) -> str:
    """Return the problem of a typed budget, "" if there is none."""
    text = text.strip()
    if not text:
        return ""
    try:
        value = float(text)
    except ValueError:
        return "Enter a number, such as 2.50."
    return "" if 0 < value < 100_000 else "Enter a number above 0 and below 100,000."
