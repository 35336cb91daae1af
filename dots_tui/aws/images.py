"""Machine images for trainings: how to find them, and facts about each.

There are four kinds: the community images that DeepRacer on the Spot publishes, which its users can also build in their
own account with its pipeline (same name, owner `self`); private images that dots-tui has baked; AWS's stock image, on
which DRFC is installed at launch (from scratch); and any image given by id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any, Literal

from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws
from dots_tui.aws.tag_names import TAG_KIND

ImageKind = Literal["community", "private", "scratch", "given"]
COMMUNITY_OWNER = "975050138619"
"""Account that publishes the images of DeepRacer on the Spot (from its create-*-instance.sh)."""
COMMUNITY_NAME = "deepracer-ami-dist-config-"
"""Name prefix that its image recipe (EC2 Image Builder) uses, in any account."""
STOCK_PARAMETER = "/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-ubuntu-22.04/latest/ami-id"
"""Public parameter with the id of AWS's Deep Learning Base GPU image (AWS Deep Learning AMIs developer guide)."""
STOCK_NAME = "Deep Learning Base OSS Nvidia Driver GPU AMI (Ubuntu 22.04)*"
ARCHITECTURE = "x86_64"
KIND_IMAGE = "image"
TAG_DRFC, TAG_SIMAPP, TAG_MADE_BY = "dots-tui:drfc", "dots-tui:simapp", "dots-tui:version"
AUTOMATIC, COMMUNITY, PRIVATE, SCRATCH = "", "community", "private", "scratch"
"""The choices besides an id; automatic is the newest private image, else the community image."""
SMALLEST_DISK_GB = 40
_ID = re.compile(r"ami-[0-9a-zA-Z]+")


@dataclass(frozen=True)
class Image:
    """A machine image.

    `created` is ISO 8601 in UTC, `size_gb` the size of its root disk (0 if unknown), `state` available, pending, failed
    or another EC2 state. `drfc` (a commit), `simapp` (a tag) and `made_by` (a dots-tui version) are "" if no tag names
    them.
    """

    id: str
    name: str
    created: str
    kind: ImageKind = "community"
    architecture: str = ARCHITECTURE
    size_gb: int = 0
    root_device: str = "/dev/sda1"
    state: str = "available"
    drfc: str = ""
    simapp: str = ""
    made_by: str = ""
    snapshots: tuple[str, ...] = ()
    platform: str = ""
    """"windows" for such images, else ""."""
    owner: str = ""
    """The owner's account, or "amazon" for AWS."""

    @property
    def age_days(self) -> int:
        """Whole days since creation."""
        made = datetime.fromisoformat(self.created[:19]).replace(tzinfo=timezone.utc)
        return (datetime.now(timezone.utc) - made).days

    @property
    def disk_gb(self) -> int:
        """The disk size an instance needs: the size of the image plus space for a training."""
        return max(SMALLEST_DISK_GB, self.size_gb + (20 if self.kind == "scratch" else 5))


def check_choice(text: str) -> str:
    """Return `text` if it names an image: "", community, private, scratch or an id. Raises AwsProblem `bad-image`."""
    if text in (AUTOMATIC, COMMUNITY, PRIVATE, SCRATCH) or _ID.fullmatch(text):
        return text
    raise AwsProblem(
        "bad-image",
        f'"{text}" is not an image.',
        "Use community, private, scratch, or an id such as ami-0123456789abcdef0. dots-tui image list shows the ids.",
    )


def find(aws: Aws, choice: str) -> Image | None:
    """Return the image of a choice (see `check_choice`); None if the region has none. Raises AwsProblem."""
    if choice == SCRATCH:
        return stock_image(aws)
    if choice == COMMUNITY:
        return newest(community_images(aws))
    if choice == PRIVATE:
        return newest(private_images(aws))
    if choice:
        return image_of(aws, check_choice(choice))
    own = own_images(aws)
    return newest([one for one in own if one.kind == "private"]) or newest([*own, *_published(aws)])


def newest(images: list[Image]) -> Image | None:
    """Return the newest image that can be launched."""
    usable = [one for one in images if one.state == "available" and one.architecture == ARCHITECTURE]
    return max(usable, key=lambda one: one.created, default=None)


def private_images(aws: Aws) -> list[Image]:
    """Return the images that dots-tui baked in this account and region, also unfinished ones. Raises AwsProblem."""
    return [one for one in own_images(aws) if one.kind == "private"]


def community_images(aws: Aws) -> list[Image]:
    """Return the images of the community recipe: published ones and those built in this account. Raises AwsProblem."""
    return [*_published(aws), *(one for one in own_images(aws) if one.kind == "community")]


def own_images(aws: Aws) -> list[Image]:
    """Return the images of this account that contain DRFC: baked by dots-tui (private) or by the community recipe."""
    with explained():
        rows = aws.client("ec2").describe_images(Owners=["self"])["Images"]
    found = [_image(row, "private" if _tags(row).get(TAG_KIND) == KIND_IMAGE else "community") for row in rows]
    return [one for one in found if one.kind == "private" or one.name.startswith(COMMUNITY_NAME)]


def _published(aws: Aws) -> list[Image]:
    with explained():
        rows = aws.client("ec2").describe_images(
            Owners=[COMMUNITY_OWNER],
            Filters=[
                {"Name": "state", "Values": ["available"]},
                {"Name": "is-public", "Values": ["true"]},
                {"Name": "architecture", "Values": [ARCHITECTURE]},
            ],
        )["Images"]
    return [_image(row, "community") for row in rows]


def image_of(aws: Aws, image_id: str) -> Image | None:
    """Return an image by id; None if this account cannot see it in this region. Raises AwsProblem."""
    try:
        with explained():
            rows = aws.client("ec2").describe_images(ImageIds=[image_id])["Images"]
    except AwsProblem as problem:
        if "InvalidAMIID" in problem.detail:
            return None
        raise
    return _image(rows[0], _kind(rows[0])) if rows else None


def stock_image(aws: Aws) -> Image | None:
    """Return AWS's Ubuntu image with NVIDIA driver and Docker, by its public parameter or else by name."""
    try:
        with explained():
            value = aws.client("ssm").get_parameter(Name=STOCK_PARAMETER)["Parameter"]["Value"]
        found = image_of(aws, value)
    except AwsProblem as problem:
        if problem.code not in ("access-denied", "no-parameter"):
            raise
        found = None
    return _scratch(found or _stock_by_name(aws))


def _stock_by_name(aws: Aws) -> Image | None:
    with explained():
        rows = aws.client("ec2").describe_images(
            Owners=["amazon"],
            Filters=[
                {"Name": "name", "Values": [STOCK_NAME]},
                {"Name": "state", "Values": ["available"]},
                {"Name": "architecture", "Values": [ARCHITECTURE]},
            ],
        )["Images"]
    return newest([_image(row, "scratch") for row in rows])


def _scratch(image: Image | None) -> Image | None:
    return replace(image, kind="scratch") if image is not None else None


def _kind(row: dict[str, Any]) -> ImageKind:
    """Return the kind of an image given by id."""
    if _tags(row).get(TAG_KIND) == KIND_IMAGE:
        return "private"
    named = str(row.get("Name") or "").startswith(COMMUNITY_NAME)
    return "community" if named or row.get("OwnerId") == COMMUNITY_OWNER else "given"


def _image(row: dict[str, Any], kind: ImageKind) -> Image:
    tags = _tags(row)
    root = row.get("RootDeviceName") or "/dev/sda1"
    disks = [(one.get("DeviceName"), one["Ebs"]) for one in row.get("BlockDeviceMappings", ()) if one.get("Ebs")]
    return Image(
        id=row["ImageId"],
        name=row.get("Name") or "",
        created=row.get("CreationDate") or "1970-01-01T00:00:00.000Z",
        kind=kind,
        architecture=row.get("Architecture") or ARCHITECTURE,
        size_gb=next((int(disk.get("VolumeSize") or 0) for device, disk in disks if device == root), 0),
        root_device=root,
        state=row.get("State") or "available",
        drfc=tags.get(TAG_DRFC, ""),
        simapp=tags.get(TAG_SIMAPP, ""),
        made_by=tags.get(TAG_MADE_BY, ""),
        snapshots=tuple(disk["SnapshotId"] for _, disk in disks if disk.get("SnapshotId")),
        platform=str(row.get("Platform") or "").lower(),
        owner=row.get("ImageOwnerAlias") or row.get("OwnerId") or "",
    )


def _tags(row: dict[str, Any]) -> dict[str, str]:
    return {one["Key"]: one["Value"] for one in row.get("Tags", ())}
