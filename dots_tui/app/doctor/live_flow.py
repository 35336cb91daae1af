"""`dots-tui doctor --live`: creates a base stack and a small instance, checks them, and deletes them.

It always deletes what it created; if that fails, it reports the command that does it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Callable

from dots_tui.app.doctor.account import problem_line
from dots_tui.app.doctor.line import Line, good
from dots_tui.app.port import Confirmation, FlowNote, Operation, Port
from dots_tui.aws import base_stack, images, trial
from dots_tui.aws.base_stack import BaseStack, base_of
from dots_tui.aws.instances import find_instance, send_ssh_key
from dots_tui.aws.phase_reports import report_of
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.stacks import delete, delete_stack, get_stack, list_stacks
from dots_tui.aws.trial import TrialStack
from dots_tui.remote.keys import one_time_key

if TYPE_CHECKING:
    from dots_tui.aws.events import StackEvent
    from dots_tui.aws.session import Aws

NAME = "dots-doctor"
MINUTES = 15
"""Typical duration."""
OWN_END_S = 15 * 60.0
"""Seconds after its time to live in which the stack must be gone."""


@dataclass(frozen=True)
class Pace:
    """Intervals: seconds between two requests to AWS, the trial's time to live, and the time limit for its own end."""

    poll_s: float = 3.0
    lives: timedelta = trial.LIVES
    own_end_s: float = OWN_END_S


@dataclass
class LiveCheck:
    """The flow. `lines` are the results; `agreed` is true after confirmation. `address` may reach the instance."""

    aws: Aws
    port: Port
    address: str
    pace: Pace = field(default_factory=Pace)
    lines: list[Line] = field(default_factory=list)
    agreed: bool = False

    def __post_init__(self) -> None:
        token = secrets.token_hex(3)
        self._base_name, self._name = f"{NAME}-base-{token}", f"{NAME}-{token}"
        self._trial: TrialStack | None = None
        self._base_asked = False

    async def run(self) -> None:
        """Ask, create, check, delete. Raises AwsProblem only before anything was created."""
        image = await self.port.work(lambda: images.find(self.aws, images.AUTOMATIC))
        if image is None:
            what = f"There is no image with DRFC in {self.aws.region} to start an instance from."
            raise AwsProblem("no-image", what, "dots-tui image bake makes one; or choose another region.")
        self.agreed = await self.port.ask(self._question(image.disk_gb))
        if not self.agreed:
            return
        try:
            await self._check(image)
        except AwsProblem as problem:
            self._say(problem_line("live", problem))
        finally:
            await self._clean()

    def _question(self, disk_gb: int) -> Confirmation:
        cost = trial.max_cost_usd(disk_gb)
        body = (
            f"This makes a base stack {self._base_name} and a {trial.INSTANCE_TYPE} instance in {self.aws.region}, "
            "with the templates and scripts of a training but without a training. It takes about "
            f"{MINUTES} minutes, costs at most {cost:.2f} USD, and deletes everything it made."
        )
        return Confirmation("Check the account with a small instance?", body, yes="Check it", no="Cancel")

    def _say(self, line: Line) -> None:
        self.lines.append(line)
        self.port.tell(FlowNote(f"{line.severity}: {line.topic}: {line.message} {line.fix}".rstrip()))

    # -- creation and checks ----------------------------------------------------------------------------

    async def _check(self, image: images.Image) -> None:
        base = await self._make_base()
        made = await self.port.work(lambda: trial.create(self.aws, base, image, self._name, self.pace.lives))
        self._trial = made
        await self._follow(
            f"Creating {self._name}", lambda stopped: trial.made(self.aws, made, self.pace.poll_s, stopped)
        )
        self._say(good("signal", "the instance reported to CloudFormation that it is ready"))
        newest = await self.port.work(lambda: trial.newest(self.aws, made))
        looks = (self._phases, self._lifetime, self._connect, self._schedule)
        for look in looks:
            for line in await self.port.work(partial(self._looked, look, made)):
                self._say(line)
        await self._own_end(made, newest)

    async def _make_base(self) -> BaseStack:
        self._base_asked = True
        poll = self.pace.poll_s
        await self._follow(
            f"Creating {self._base_name}",
            lambda stopped: base_stack.create(self.aws, self._base_name, self.address, poll_s=poll, stopped=stopped),
        )
        base = base_of(await self.port.work(lambda: get_stack(self.aws, self._base_name)))
        self._say(good("base", f"the base stack {self._base_name} was made"))
        return base

    async def _follow(
        self, what: str, events: Callable[[Callable[[], bool]], Iterator[StackEvent]], stack: str = ""
    ) -> None:
        await self.port.follow(Operation(what, stack or self._name, events))

    def _looked(self, look: Callable[[TrialStack], Iterator[Line]], made: TrialStack) -> list[Line]:
        """Return the lines of one check; a refused call becomes a line, so that the other checks continue."""
        try:
            return list(look(made))
        except AwsProblem as problem:
            return [problem_line(look.__name__.strip("_"), problem)]

    def _phases(self, made: TrialStack) -> Iterator[Line]:
        report = report_of(self.aws, get_stack(self.aws, made.stack_id))
        if report is None:
            what = "The instance did not report its phases in the bucket."
            yield Line("phases", "error", "no-phases", what, "Look at the role of the instance in the base stack.")
        else:
            yield good(
                "phases", f"the instance reports in the bucket: {report.current.message or report.current.title}"
            )

    def _lifetime(self, made: TrialStack) -> Iterator[Line]:
        instance = find_instance(self.aws, made.stack_id)
        if instance is None:
            yield Line("ssm", "error", "no-instance", "The stack has no instance.", "Look at its events.")
            return
        until, timer = trial.lifetime_of(self.aws, instance, self.pace.poll_s)
        yield good("ssm", "Systems Manager runs commands on the instance")
        if until == made.expires and timer == "active":
            yield good("metadata", f"the instance read its end from its tags: {until}, and looks every minute")
        else:
            what = f"The instance knows {until or 'no end'} as its end instead of {made.expires} (timer: {timer})."
            yield Line("metadata", "error", "no-tags", what, "Tags in the instance's metadata may be forbidden.")

    def _connect(self, made: TrialStack) -> Iterator[Line]:
        instance = find_instance(self.aws, made.stack_id)
        if instance is not None:
            send_ssh_key(self.aws, instance, "ubuntu", one_time_key().public_line)
            yield good("connect", "EC2 Instance Connect takes a one-time key")

    def _schedule(self, made: TrialStack) -> Iterator[Line]:
        expression, state = trial.schedule_of(self.aws, made)
        wanted = f"at({made.delete_at})"
        if (expression, state) == (wanted, "ENABLED"):
            yield good("schedule", f"the stack would be deleted {expression} if the instance did not do it")
        else:
            what = f"The schedule that deletes the stack is {expression or 'missing'} {state}, not {wanted}."
            yield Line("schedule", "error", "no-schedule", what, "Look at the scheduler role of the base stack.")

    async def _own_end(self, made: TrialStack, newest: str) -> None:
        seconds = self.pace.lives.total_seconds() + self.pace.own_end_s
        events: list[str] = []

        def follow(_: Callable[[], bool]) -> Iterator[StackEvent]:
            for event in trial.ended(self.aws, made, newest, self.pace.poll_s, seconds):
                if event.of_stack:
                    events.append(event.status)
                yield event

        await self._follow(f"Waiting for {self._name} to end itself", follow)
        if events and events[-1] == "DELETE_COMPLETE":
            self._say(good("self-delete", "the instance deleted its stack at the end of its time to live"))
        else:
            what = f"The stack did not delete itself ({events[-1] if events else 'nothing happened'})."
            self._say(Line("self-delete", "error", "no-self-delete", what, "It is deleted from here now."))

    # -- deletion ---------------------------------------------------------------------------------------

    async def _clean(self) -> None:
        """Delete what was created, and report what is left."""
        poll = self.pace.poll_s
        left: list[str] = []
        made = self._trial
        if made is not None and not await self._deleted(
            self._name, lambda stopped: delete_stack(self.aws, made.stack_id, self._name, poll, stopped)
        ):
            left.append(self._name)
        if self._base_asked and not await self._deleted(
            self._base_name, lambda stopped: delete(self.aws, self._base_name, True, poll, stopped)
        ):
            left.append(self._base_name)
        left += await self.port.work(self._found)
        if left:
            names = ", ".join(dict.fromkeys(left))
            fix = "; ".join(self._command(name) for name in dict.fromkeys(left))
            self._say(Line("clean", "error", "left-behind", f"This is still there and may cost money: {names}.", fix))
        else:
            self._say(good("clean", "everything that was made is gone"))

    async def _deleted(self, name: str, events: Callable[[Callable[[], bool]], Iterator[StackEvent]]) -> bool:
        try:
            await self._follow(f"Deleting {name}", events, name)
        except AwsProblem as problem:
            if problem.code != "no-such-stack":
                self._say(problem_line("clean", problem))
                return False
        return True

    def _command(self, name: str) -> str:
        """Return the command that deletes a stack, or ends an instance, that is left."""
        if name == self._base_name:
            return f"dots-tui delete {name} --empty-bucket"
        if name == self._name:
            return f"dots-tui delete {name}"
        return f"aws ec2 terminate-instances --region {self.aws.region} --instance-ids {name}"

    def _found(self) -> list[str]:
        """Return the names and ids that AWS still lists."""
        try:
            names = [stack.name for stack in list_stacks(self.aws) if stack.name in (self._name, self._base_name)]
            return names + (trial.left_running(self.aws, self._trial) if self._trial is not None else [])
        except AwsProblem:
            return [self._name, self._base_name]  # unknown, so do not report it as gone
