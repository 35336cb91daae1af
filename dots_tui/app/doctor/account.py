"""The doctor's checks of the AWS account: region, credentials, clock, endpoints, quota, image. They change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import TYPE_CHECKING, cast

from dots_tui.app.doctor.line import Line, good
from dots_tui.aws import account, service_access
from dots_tui.aws.checks import image as image_check
from dots_tui.aws.checks import machine as machine_check
from dots_tui.aws.checks.facts import Known, LaunchFacts
from dots_tui.aws.launch_plan import LaunchChoices
from dots_tui.aws.problems import AwsProblem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dots_tui.aws.checks.result import CheckResult
    from dots_tui.aws.session import Aws
    from dots_tui.custom_files.folder import CustomFiles

SKEW_S, WRONG_S = 30.0, 240.0
"""Clock difference in seconds that is reported, and the one at which AWS refuses requests (300)."""
SOON_MINUTES = 15
SLOW_S = 2.0
_NOTHING_LAUNCHED = "so nothing can be launched"


def problem_line(topic: str, problem: AwsProblem) -> Line:
    """Return the line for a refusal of AWS."""
    return Line(topic, "error", problem.code, problem.what, problem.advice)


def region(aws: Aws) -> Iterator[Line]:
    """Check that a region is set. Raises AwsProblem."""
    name = aws.region
    yield good("region", name)


def credentials(aws: Aws, now: datetime) -> Iterator[Line]:
    """Check the identity and the expiry of its credentials. Raises AwsProblem."""
    held = account.credentials(aws)
    who = aws.identity()
    left = held.minutes_left(now)
    said = f"{who.user} in account {who.account} ({held.method})"
    if left is not None and left < SOON_MINUTES and not held.renewed:
        what = f"{said}: the login ends in {max(left, 0)} min."
        yield Line("credentials", "warning", "expires-soon", what, f"Log in again: {account.login_command(aws)}")
    elif left is not None and not held.renewed:
        yield good("credentials", f"{said}, good for {left} min")
    else:
        yield good("credentials", f"{said}, {'renewed by themselves' if held.renewed else 'do not expire'}")


def clock(aws: Aws) -> Iterator[Line]:
    """Compare this machine's clock with that of AWS. Raises AwsProblem."""
    try:
        ahead = service_access.clock_ahead(aws)
    except OSError as error:
        what = f"AWS could not be asked for the time: {error}."
        yield Line("clock", "warning", "no-time", what, "Look at the line about the endpoints.")
        return
    if ahead is None:
        yield Line("clock", "warning", "no-time", "AWS did not tell the time.", "Compare your clock with another one.")
        return
    off = f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} AWS"
    if abs(ahead) >= WRONG_S:
        what = f"This machine's clock is {off}: AWS refuses requests that are five minutes off."
        yield Line("clock", "error", "clock-wrong", what, "Set the clock, or switch time synchronization on.")
    elif abs(ahead) >= SKEW_S:
        what = f"This machine's clock is {off}."
        yield Line("clock", "warning", "clock-skew", what, "Switch time synchronization on.")
    else:
        yield good("clock", f"{off}" if abs(ahead) >= 1 else "agrees with AWS")


def endpoints(aws: Aws) -> Iterator[Line]:
    """Check that the services are reachable. Raises AwsProblem."""
    found = service_access.endpoints(aws)
    failed = [one for one in found if one.problem]
    slow = [one for one in found if not one.problem and one.seconds > SLOW_S]
    if failed:
        names = ", ".join(f"{one.service} ({one.host}: {one.problem})" for one in failed)
        fix = "Check network, VPN, proxy and firewall (port 443), the region's name and AWS_ENDPOINT_URL."
        yield Line("endpoints", "error", "unreachable", f"These services cannot be reached: {names}.", fix)
    elif slow:
        names = ", ".join(f"{one.service} {one.seconds:.1f} s" for one in slow)
        what = f"Connecting to AWS is slow: {names}."
        yield Line("endpoints", "warning", "slow", what, "A region that is nearer, or another network, is faster.")
    else:
        slowest = max((one.seconds for one in found), default=0.0)
        yield good("endpoints", f"{len(found)} services reached, each in {1000 * slowest:.0f} ms or less")


def quota(aws: Aws, instance_type: str) -> Iterator[Line]:
    """Check the quotas of both markets for the current instance type. Raises AwsProblem."""
    found = {market: list(machine_check.quota(_facts(aws, instance_type, market))) for market in ("standard", "spot")}
    blocked = [market for market, rows in found.items() if any(row.severity == "error" for row in rows)]
    for market, rows in found.items():
        for row in rows:
            line = _line("quota", row, f"{market}: ")
            # One market is enough to train.
            few = line.severity == "error" and len(blocked) == 1
            yield Line(line.topic, "warning", line.code, line.message, line.fix) if few else line


def image(aws: Aws, instance_type: str) -> Iterator[Line]:
    """Check the image that a launch would use. Raises AwsProblem."""
    for row in image_check.image(_facts(aws, instance_type, "standard")):
        yield _line("image", row)


class _NoFiles:
    """Stands for the custom files, which the checks of the account do not need."""

    def names(self) -> list[str]:
        return []

    def values(self) -> dict[str, str]:
        return {}


def _facts(aws: Aws, instance_type: str, market: str) -> LaunchFacts:
    choices = LaunchChoices(base="", name="doctor", market=market, instance_type=instance_type)
    return LaunchFacts(aws, cast("CustomFiles", _NoFiles()), choices, Known())


def _line(topic: str, row: CheckResult, prefix: str = "") -> Line:
    severity = "error" if row.severity == "error" else "warning" if row.severity == "warning" else "good"
    return Line(topic, severity, row.code, f"{prefix}{row.message}", row.fix)  # type: ignore[arg-type]


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(timezone.utc)


def first_error(lines: Iterable[Line]) -> Line | None:
    """Return the first error; None if there is none."""
    return next((line for line in lines if line.severity == "error"), None)
