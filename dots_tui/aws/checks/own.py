"""Checks of the racer's side: identity, region, duration, cost and custom files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from dots_tui.aws import account, prices
from dots_tui.aws.checks.result import CheckRemedy, CheckResult, error, good, warning
from dots_tui.aws.launch_plan import DELETE_AFTER_MINUTES, LONGEST_MINUTES
from dots_tui.custom_files.check import check
from dots_tui.custom_files.folder import REWARD_FUNCTION

if TYPE_CHECKING:
    from dots_tui.aws.checks.facts import LaunchFacts
    from dots_tui.reward.outcome import RehearsalOutcome

LAUNCH_MINUTES = 15
"""Minutes for which a launch needs the login; the run itself does not need it."""


def identity(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Check the identity, and that the login lasts until the stack exists."""
    who = f"account {facts.identity.account} as {facts.identity.user}"
    held = account.credentials(facts.aws)
    minutes = held.minutes_left(datetime.now(timezone.utc))
    if minutes is None:
        lasts = "temporary credentials, expiry unknown" if held.temporary else "credentials do not expire"
        yield good("identity", f"{who}, {lasts}")
    elif minutes < LAUNCH_MINUTES and not held.renewed:
        what = f"{who}, but the credentials end in {max(0, minutes)} min, before the launch is over."
        yield warning("login-ends", what, account.login_command(facts.aws) or "Log in again first.")
    else:
        yield good("identity", f"{who}, credentials good for {minutes} min")


def region(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Report the region."""
    where = " of AWS CloudShell" if account.in_cloudshell() else ""
    yield good("region", f"region {facts.aws.region}{where}")


def ends(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Check the market and the time to live."""
    choices = facts.choices
    if choices.market not in ("standard", "spot"):
        yield error("bad-market", f"{choices.market} is not a market.", "Choose standard or spot.")
    minutes = choices.ttl_minutes
    if minutes == 0:
        yield _without_end(choices.endless)
    elif not 0 < minutes <= LONGEST_MINUTES:
        what = f"A time to live of {minutes} minutes cannot be set."
        yield error("bad-ttl", what, f"Give it 1 to {LONGEST_MINUTES} minutes.")
    elif choices.market in ("standard", "spot"):
        yield good("ends", f"{choices.market}, ends after {minutes} min")


def _without_end(said_twice: bool) -> CheckResult:
    what = "Without a time to live a forgotten training costs money for ever."
    if said_twice:
        return warning("no-ttl", what, "Stop it yourself when it has learned enough.")
    fix = f"Give it 1 to {LONGEST_MINUTES} minutes. To mean it, say it twice: --ttl 0 --without-end."
    return error("no-ttl", what, fix)


def cost(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Check that the budget covers the maximum cost."""
    choices, most, budget = facts.choices, facts.cost, facts.known.budget
    if choices.ttl_minutes <= 0:
        return
    if most is None:
        what = f"No price is known for {choices.instance_type} in {facts.aws.region}."
        yield CheckResult("info", "no-price", what)
    elif budget is not None and most.usd > budget:
        minutes = prices.minutes_for(budget, most.usd_per_hour, DELETE_AFTER_MINUTES)
        what = f"It can cost {most.usd:.2f} USD, which is more than your budget of {budget:.2f} USD."
        if minutes:
            fix = f"{minutes} min are within it."
            yield warning("over-budget", what, fix, CheckRemedy("ttl", f"{minutes} min", value=str(minutes)))
        else:
            yield warning("over-budget", what, "Not even the launch is within it: choose a cheaper type.")
    else:
        within = f", within your budget of {budget:.2f} USD" if budget is not None else ""
        yield good("cost", f"at most {most.usd:.2f} USD{within}")


def files(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Check the custom files; the reward function has its own check."""
    findings = [one for one in check(facts.files) if one.file != REWARD_FUNCTION]
    errors = [one for one in findings if one.severity == "error"]
    for one in errors:
        place = f"{one.file}:{one.line}" if one.line else one.file
        go = (CheckRemedy("finding", "go there", value=one.file),)
        yield CheckResult("error", one.code, f"{place}: {one.message}", one.advice, one, remedies=go)
    if not errors:
        warnings = sum(one.severity == "warning" for one in findings)
        count = {0: "no warning", 1: "1 warning"}.get(warnings, f"{warnings} warnings")
        yield good("files", f"{len(facts.contents)} files without errors, {count}")


def reward(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Check that the reward function is usable, and report its rehearsal."""
    wrong = [one for one in check(facts.files) if one.file == REWARD_FUNCTION and one.severity == "error"]
    for one in wrong:
        place = f"{one.file}:{one.line}" if one.line else one.file
        go = (CheckRemedy("finding", "go there", value=one.file),)
        yield CheckResult("error", one.code, f"{place}: {one.message}", one.advice, one, remedies=go)
    if wrong:
        return
    rehearse = facts.known.rehearse
    if rehearse is None:
        yield good("reward", "reward function is readable")
        return
    outcome = rehearse(facts.contents)
    if outcome.faults:
        yield _faulty(outcome, facts.choices.even_so)
    elif outcome.not_rehearsed:
        what = f"The reward function could not be rehearsed: {outcome.not_rehearsed}"
        yield warning("not-rehearsed", what, "What it does in a training is not known.")
    else:
        yield good("reward", f"reward function rehearsed: {outcome.words}")


def _faulty(outcome: RehearsalOutcome, even_so: bool) -> CheckResult:
    what = f"The rehearsal of the reward function found a fault: {outcome.words}"
    go = CheckRemedy("finding", "go there", value=REWARD_FUNCTION)
    if even_so:
        return warning("rehearsal-fault", what, "It is launched even so, as you said.", go)
    fix = "The training would end there, and the bill would not: correct it. To launch it even so: --even-so."
    return error("rehearsal-fault", what, fix, go, CheckRemedy("even-so", "launch even so"))
