"""The mishap of a demo, injected into its embedded cloud."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Callable

from dots_tui.demo.aws_http import AwsError
from dots_tui.demo.mishaps import Mishap

if TYPE_CHECKING:
    from dots_tui.demo.aws import LoopbackAws
    from dots_tui.demo.ssh_host import SshHost

INSTANCE_KEY = "instance"
"""Access key of the embedded instances: their credentials do not expire together with those of the user."""
NOTICE_S = 30.0
"""Lifetime of a spot instance in seconds."""
CUT_AFTER_S, CUT_S = 20.0, 40.0
EXPIRED_AFTER_S, EXPIRED_S = 15.0, 60.0


class Injected:
    """Lets one mishap happen once. `after` runs a function later; `close` cancels functions that have not run."""

    def __init__(self, mishap: Mishap | None, aws: LoopbackAws, ssh: SshHost) -> None:
        self._mishap = mishap
        self._aws, self._ssh = aws, ssh
        self._lock = threading.Lock()
        self._timers: list[threading.Timer] = []
        self._no_capacity = ""
        if mishap is Mishap.QUOTA:
            aws.quotas.update(dict.fromkeys(aws.quotas, 0.0))

    def close(self) -> None:
        """Cancel the remaining mishaps."""
        with self._lock:
            self._mishap = None
            for timer in self._timers:
                timer.cancel()

    def refuse_capacity(self, instance_type: str, market: str) -> None:
        """Raise RuntimeError with AWS's message for a lack of capacity."""
        if self._mishap is not Mishap.NO_CAPACITY or self._no_capacity not in ("", instance_type):
            return
        self._no_capacity = instance_type
        if market == "spot":
            raise RuntimeError(
                "Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity due to your "
                "request configuration. There is no Spot capacity available that matches your request. "
                "Launching EC2 instance failed."
            )
        raise RuntimeError(
            f"We currently do not have sufficient {instance_type} capacity in the Availability Zone you requested "
            "(us-east-1a). Our system will be working on provisioning additional capacity. (Service: Ec2, Status "
            "Code: 500, Error Code: InsufficientInstanceCapacity)"
        )

    def of_instance(self) -> Mishap | None:
        """Return the mishap of the instance that is being created; each mishap is returned once."""
        with self._lock:
            if self._mishap is not None and (self._mishap.of_trainer or self._mishap is Mishap.START_FAILS):
                mishap, self._mishap = self._mishap, None
                return mishap
        return None

    def instance_made(self, market: str, take_away: Callable[[], None]) -> None:
        """Schedule external events of an instance. `take_away` interrupts it."""
        mishap = self._mishap
        if mishap is Mishap.SPOT_NOTICE and market == "spot":
            self._once(NOTICE_S, take_away)
        elif mishap is Mishap.CONNECTION_LOST:
            self._once(CUT_AFTER_S, lambda: self._ssh.cut(CUT_S))
        elif mishap is Mishap.EXPIRED_LOGIN:
            self._once(EXPIRED_AFTER_S, self._expire)

    def _expire(self) -> None:
        self._aws.refuses = _expired
        self._after(EXPIRED_S, self._log_in_again)

    def _log_in_again(self) -> None:
        self._aws.refuses = lambda _: None

    def _once(self, seconds: float, call: Callable[[], None]) -> None:
        self._mishap = None
        self._after(seconds, call)

    def _after(self, seconds: float, call: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, call)
        timer.daemon = True
        with self._lock:
            self._timers.append(timer)
        timer.start()


def _expired(access_key: str) -> AwsError | None:
    if access_key in ("", INSTANCE_KEY):
        return None
    return AwsError("ExpiredToken", "The security token included in the request is expired", 403)
