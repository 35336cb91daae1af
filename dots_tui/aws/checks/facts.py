"""Facts that several checks need, each requested once on first use and shared between threads."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from dots_tui.aws import prices
from dots_tui.aws.base_stack import BaseStack, base_of
from dots_tui.aws.images import Image, find
from dots_tui.aws.launch_plan import DELETE_AFTER_MINUTES, LaunchChoices
from dots_tui.aws.market import most
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.stacks import Stack, list_stacks
from dots_tui.aws.subnets import Subnet, default_subnets, pick, subnet_of, zones_with
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.folder import RUN_ENV, CustomFiles, FolderProblem

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws, Identity
    from dots_tui.reward.outcome import RehearsalOutcome

T = TypeVar("T")
GONE = ("DELETE_COMPLETE", "ROLLBACK_COMPLETE")
MODEL, CUSTOM = "DR_LOCAL_S3_MODEL_PREFIX", "DR_LOCAL_S3_CUSTOM_FILES_PREFIX"


@dataclass(frozen=True)
class Known:
    """Facts that do not come from AWS. `address` is the IPv4 address of the viewer ("" if unknown)."""

    address: str = ""
    rehearse: Callable[[Mapping[str, bytes]], RehearsalOutcome] | None = None
    """Rehearses the reward function in files, given by name; blocks. None if not available."""
    budget: float | None = None
    """Maximum cost of the run in USD; None for no limit."""


class LaunchFacts:
    """The files, the choices, and facts from AWS. A request that raised AwsProblem is repeated on the next use."""

    def __init__(self, aws: Aws, files: CustomFiles, choices: LaunchChoices, known: Known) -> None:
        self.aws, self.files, self.choices, self.known = aws, files, choices, known
        self.contents: Mapping[str, bytes] = {name: files.read(name) for name in files.names()}
        self.values: Mapping[str, str] = files.values()
        self.model = self.values.get(MODEL, "").rstrip("/")
        self.custom = self.values.get(CUSTOM, "custom_files").strip("/")
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._found: dict[str, Any] = {}

    @property
    def stacks(self) -> list[Stack]:
        """The base and training stacks of the region."""
        return self._once("stacks", lambda: list_stacks(self.aws))

    @property
    def base(self) -> BaseStack | None:
        """The chosen base stack; None if no stack has that name."""
        name = self.choices.base
        return next((base_of(stack) for stack in self.stacks if stack.kind == "base" and stack.name == name), None)

    @property
    def image(self) -> Image | None:
        """The image of the instance."""
        return self._once("image", lambda: find(self.aws, self.choices.image))

    @property
    def zones(self) -> frozenset[str]:
        """The zones of the region that offer the instance type."""
        return self._once("zones", lambda: zones_with(self.aws, self.choices.instance_type))

    @property
    def subnet(self) -> Subnet | None:
        """The subnet to name in the launch; None lets AWS choose.

        If the racer chose none, a single instance gets one if the default VPC also has subnets in zones without the
        type: EC2 might choose such a zone and then refuse the instance. An Auto Scaling group tries its other zones.
        """
        return self._once("subnet", self._subnet)

    def _subnet(self) -> Subnet | None:
        choices = self.choices
        if choices.subnet:
            return subnet_of(self.aws, choices.subnet)
        if choices.market != "standard" or choices.templates:
            return None
        fitting = self.fitting_subnets
        return pick(fitting, choices.name) if len(fitting) < len(self.default_subnets) else None

    @property
    def fitting_subnets(self) -> list[Subnet]:
        """The default subnets in zones that offer the instance type."""
        return [one for one in self.default_subnets if one.zone in self.zones]

    @property
    def default_subnets(self) -> list[Subnet]:
        """The subnets of the default VPC; empty without one."""
        return self._once("subnets", lambda: default_subnets(self.aws))

    @property
    def identity(self) -> Identity:
        """The AWS identity in use."""
        return self._once("identity", self.aws.identity)

    @property
    def cost(self) -> prices.Cost | None:
        """The maximum cost of the launch; None without an end time, or if no price is known."""
        return self._once("cost", self._most)

    def _most(self) -> prices.Cost | None:
        choices = self.choices
        if choices.ttl_minutes <= 0:
            return None
        minutes = choices.ttl_minutes + DELETE_AFTER_MINUTES
        cost = most(self.aws, choices.instance_type, minutes, self._disk_gb())
        if cost is None or choices.market != "spot":
            return cost
        return replace(cost, basis=f"a spot instance costs less, and never more than on demand: {cost.basis}")

    def _disk_gb(self) -> int:
        try:
            image = self.image
        except AwsProblem:
            image = None  # the check of the image reports it
        return image.disk_gb if image is not None else prices.DISK_GB

    def neighbours(self) -> list[Stack]:
        """The other existing trainings of the same base stack."""
        base = self.choices.base
        return [
            other
            for other in self.stacks
            if other.kind == "training" and other.base == base and other.status not in GONE
        ]

    def written(self, key: str) -> str:
        """Return the raw value of a key of run.env, with unresolved references; "" if missing."""
        try:
            entry = EnvFile.parse(self.files.read(RUN_ENV)).entry(key)
        except FolderProblem:
            return ""
        return entry.value if entry is not None else ""

    def _once(self, name: str, ask: Callable[[], T]) -> T:
        with self._lock:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._found:
                self._found[name] = ask()
            found: T = self._found[name]
        return found
