"""Machine images of the loopback AWS: community and stock images with realistic names and ages."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Callable

from moto.ec2.models import amis, ec2_backends

from dots_tui.aws.images import COMMUNITY_NAME, COMMUNITY_OWNER, STOCK_PARAMETER

if TYPE_CHECKING:
    from dots_tui.demo.aws_http import Gate
    from dots_tui.demo.aws_patches import Patches

COMMUNITY_IMAGES = (("ami-0d075dots00000001", 402), ("ami-0d075dots00000002", 216))
"""Ids and ages in days, on any date. Both are older than a swarm certificate can be; the newest image has DRFC 6."""
OLD_IMAGES = (("ami-0d075dots00000003", "2025-07-14"), ("ami-0d075dots00000004", "2025-10-30"))
"""The images of a region without later publications: they have DRFC 5."""
STOCK_IMAGE, STOCK_DAYS = "ami-0d075dots00000009", 9
_STOCK_GB, _COMMUNITY_GB = 75, 40


def apply(patches: Patches, step: Callable[[], float], *, old: bool = False) -> None:
    """Replace moto's list of public images by these. `step` is the time in seconds that a resource of a stack takes.

    With `old` the community has published no image since 2025.
    """
    # moto would create 1300 others again after every reset, which takes a second.
    community = [(image_id, _made(days)) for image_id, days in COMMUNITY_IMAGES]
    rows = [_row(image_id, day, "T07-12-45.316Z") for image_id, day in (OLD_IMAGES if old else community)]
    patches.set(amis, "AMIS", [*rows, _stock()])
    patches.set(amis, "load_resource", lambda *_path: [])
    state = _State(step)
    patches.set(amis.Ami, "__init__", state.init(amis.Ami.__init__))
    patches.set(amis.Ami, "state", property(state.get, state.set))
    patches.set(amis.Ami, "block_device_mappings", property(_disks))
    patches.set(amis.AmiBackend, "copy_image", _copy(amis.AmiBackend.copy_image))


def open_images(gate: Gate) -> None:
    """Answer the public parameter with the id of the stock image, which moto does not have."""

    def parameter(request: dict[str, Any], _region: str) -> dict[str, Any] | None:
        if request.get("Name") != STOCK_PARAMETER:
            return None
        return {"Parameter": {"Name": STOCK_PARAMETER, "Type": "String", "Value": STOCK_IMAGE, "Version": 1}}

    gate.market["ssm", "GetParameter"] = parameter


class _State:
    """An image's state: a new image is pending for the duration of five stack resources."""

    def __init__(self, step: Callable[[], float]) -> None:
        self._step = step

    def get(self, image: Any) -> str:
        """Return the current EC2 state."""
        ready = getattr(image, "ready_at", 0.0)
        return "pending" if time.monotonic() < ready else str(vars(image)["_state"])

    def set(self, image: Any, state: str) -> None:
        """Store a state."""
        vars(image)["_state"] = state

    def init(self, real: Callable[..., None]) -> Callable[..., None]:
        """The constructor of images: it stores when an image made from an instance or by a copy becomes available."""

        def init(image: Any, *arguments: Any, **values: Any) -> None:
            real(image, *arguments, **values)
            source = values.get("source_ami")
            if source is not None or values.get("instance") is not None:
                image.ready_at = time.monotonic() + 5 * self._step()
            image.from_stock = values.get("instance") is not None or getattr(source, "from_stock", False)

        return init


def _disks(image: Any) -> list[dict[str, Any]]:
    """Return the disk of an image in its real size; moto gives all images 15 GB."""
    large = image.owner_id == "amazon" or getattr(image, "from_stock", False)
    ebs = {
        "SnapshotId": image.ebs_snapshot.id,
        "VolumeSize": _STOCK_GB if large else _COMMUNITY_GB,
        "DeleteOnTermination": True,
        "VolumeType": "gp3",
    }
    return [{"DeviceName": image.root_device_name, "Ebs": ebs}]


def _copy(real: Callable[..., Any]) -> Callable[..., Any]:
    """CopyImage with the tags of the source; moto drops them, as AWS did before CopyImageTags."""

    def copy_image(self: Any, source_image_id: str, source_region: str, *rest: Any, **values: Any) -> Any:
        copied = real(self, source_image_id, source_region, *rest, **values)
        source = ec2_backends[self.account_id][source_region].describe_images(ami_ids=[source_image_id])[0]
        for tag in source.get_tags():
            copied.add_tag(tag["key"], tag["value"])
        return copied

    return copy_image


def _made(days: int) -> str:
    """Return the date of `days` days ago."""
    return f"{datetime.now(timezone.utc) - timedelta(days=days):%Y-%m-%d}"


def _stock() -> dict[str, Any]:
    day = _made(STOCK_DAYS)
    name = f"Deep Learning Base OSS Nvidia Driver GPU AMI (Ubuntu 22.04) {day.replace('-', '')}"
    return {**_row(STOCK_IMAGE, day, ""), "name": name, "owner_id": "amazon", "description": name}


def _row(image_id: str, day: str, clock: str) -> dict[str, Any]:
    """Return a row of moto's list of public images. EC2 Image Builder puts the time into the name."""
    name = f"{COMMUNITY_NAME}{day}{clock}"
    return {
        "ami_id": image_id,
        "name": name,
        "creation_date": f"{day}T06:12:31.000Z",
        "owner_id": COMMUNITY_OWNER,
        "public": True,
        "state": "available",
        "description": "DeepRacer on the Spot",
        "architecture": "x86_64",
        "image_location": f"{COMMUNITY_OWNER}/{name}",
        "image_type": "machine",
        "hypervisor": "xen",
        "virtualization_type": "hvm",
        "root_device_name": "/dev/sda1",
        "root_device_type": "ebs",
        "platform": None,
        "sriov": "simple",
    }
