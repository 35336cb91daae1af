"""Answers of DescribeImages, for tests that need other images than the loopback AWS has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

OURS, COMMUNITY, AMAZON = "123456789012", "975050138619", "amazon"


def made(days: int) -> str:
    """The creation date of an image that is so many days old, as AWS writes it."""
    return f"{datetime.now(timezone.utc) - timedelta(days=days, minutes=5):%Y-%m-%dT%H:%M:%S}.000Z"


@dataclass
class ImageRow:
    """One image of an account."""

    id: str
    name: str
    created: str
    owner: str = COMMUNITY
    architecture: str = "x86_64"
    state: str = "available"
    size_gb: int = 40
    platform: str = ""
    tags: dict[str, str] = field(default_factory=dict)

    def xml(self) -> str:
        """The row of the answer."""
        tags = "".join(f"<item><key>{key}</key><value>{value}</value></item>" for key, value in self.tags.items())
        platform = f"<platform>{self.platform}</platform>" if self.platform else ""
        return (
            f"<item><imageId>{self.id}</imageId><name>{self.name}</name><creationDate>{self.created}</creationDate>"
            f"<imageOwnerId>{self.owner}</imageOwnerId><imageState>{self.state}</imageState>{platform}"
            f"<architecture>{self.architecture}</architecture><rootDeviceName>/dev/sda1</rootDeviceName>"
            "<blockDeviceMapping><item><deviceName>/dev/sda1</deviceName><ebs>"
            f"<snapshotId>snap-{self.id[4:]}</snapshotId><volumeSize>{self.size_gb}</volumeSize></ebs></item>"
            f"</blockDeviceMapping><tagSet>{tags}</tagSet></item>"
        )


class ImageShelf:
    """A hook for DescribeImages: it answers by owner or by id, as the request asks."""

    def __init__(self, rows: Sequence[ImageRow]) -> None:
        self.rows = list(rows)

    def __call__(self, request: dict[str, str]) -> str:
        owners = {OURS if value == "self" else value for key, value in request.items() if key.startswith("Owner.")}
        ids = {value for key, value in request.items() if key.startswith("ImageId.")}
        found = [one for one in self.rows if (not owners or one.owner in owners) and (not ids or one.id in ids)]
        body = "".join(one.xml() for one in found)
        return f"<DescribeImagesResponse><imagesSet>{body}</imagesSet></DescribeImagesResponse>"
