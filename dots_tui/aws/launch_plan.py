"""The choices of a launch and the plan made from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dots_tui.aws.base_stack import BaseStack
    from dots_tui.aws.bucket import Upload
    from dots_tui.aws.checks.result import CheckResult
    from dots_tui.aws.images import Image
    from dots_tui.aws.prices import Cost
    from dots_tui.aws.session import Identity

DELETE_AFTER_MINUTES = 15
"""Minutes after its time to live at which the schedule deletes a stack, if the instance did not."""
LONGEST_MINUTES = 1440
"""The longest time to live, in minutes."""


@dataclass(frozen=True)
class LaunchChoices:
    """The choices of a racer.

    `market` is standard or spot, `ttl_minutes` the time to live; 0 means no end time and requires `endless` too.
    """

    base: str
    name: str
    market: str = "standard"
    instance_type: str = "g4dn.2xlarge"
    ttl_minutes: int = 60
    endless: bool = False
    templates: str = ""
    """Folder of a deepracer-on-the-spot checkout with the templates to deploy; "" uses those of dots-tui."""
    reuse: bool = False
    """True to overwrite an existing model; it requires a second confirmation too."""
    image: str = ""
    """The machine image: "" (newest private image, else the community image), community, private, scratch, or an id."""
    subnet: str = ""
    """Subnet of the instance; "" selects one of the default VPC."""
    even_so: bool = False
    """True if an error that the rehearsal found does not block the launch."""


@dataclass(frozen=True)
class LaunchPlan:
    """The plan of a launch. `parameters` omit the times, which are set at the launch."""

    choices: LaunchChoices
    region: str
    identity: Identity
    base: BaseStack | None
    image: Image | None
    model_prefix: str
    custom_files_prefix: str
    uploads: tuple[Upload, ...]
    creates: tuple[str, ...]
    resource_count: int
    parameters: Mapping[str, str]
    cost: Cost | None
    obstacles: tuple[CheckResult, ...]
    digest: str
    """Digest of the files' content, so that a launch sends only files that were checked."""
    lines: tuple[CheckResult, ...] = ()
    """All checks of the board in its order, including those that pass."""

    @property
    def blocked(self) -> bool:
        """True if an error blocks the launch."""
        return any(obstacle.severity == "error" for obstacle in self.obstacles)
