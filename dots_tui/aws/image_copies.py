"""Copying a private image to another region, and deleting an image with its snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dots_tui.aws.events import StackEvent, wait
from dots_tui.aws.images import Image, image_of
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import list_stacks, own_event

TRANSFER_USD_PER_GB = 0.02
"""Maximum price of a transfer between two AWS regions (list prices of 2025, without Cape Town)."""
_MOST_LOOKS = 1200  # one hour at three seconds each
_BAD = ("failed", "error", "invalid", "deregistered")


def copy(
    aws: Aws, image: Image, region: str, poll_s: float = 3.0, stopped: Callable[[], bool] = lambda: False
) -> Iterator[StackEvent]:
    """Copy an image from the region of `aws` to `region` with its tags, and yield events until it is available.

    The last event names the new image. If `stopped()` is true, the events end and AWS continues to copy. Raises
    AwsProblem: `same-region`, `copy-failed` and others.
    """
    if region == aws.region:
        raise AwsProblem("same-region", f"{image.id} is in {region} already.", "Name another region.")
    there = aws.in_region(region)
    with explained():
        answer = there.client("ec2").copy_image(
            Name=image.name,
            SourceImageId=image.id,
            SourceRegion=aws.region,
            Description=f"Copy of {image.id} in {aws.region}",
            CopyImageTags=True,
        )
    copied = str(answer["ImageId"])
    yield own_event(copied, "Image", "PENDING", f"copy of {image.id} to {region}")
    for _ in range(_MOST_LOOKS):
        found = image_of(there, copied)
        if found is not None and found.state == "available":
            yield own_event(copied, "Image", "AVAILABLE", f"{found.name} in {region}, {found.size_gb} GB")
            return
        if found is not None and found.state in _BAD:
            what = f"The copy {copied} of {image.id} in {region} is {found.state}."
            raise AwsProblem("copy-failed", what, f"dots-tui image delete {copied} --region {region} takes it away.")
        if stopped():
            return
        wait(poll_s, stopped)
    raise AwsProblem("copy-failed", f"The copy {copied} in {region} is still pending.", "AWS goes on with it.")


def users(aws: Aws, image: Image) -> list[str]:
    """Return the names of existing stacks of the region that use an image. Raises AwsProblem."""
    names = []
    for stack in list_stacks(aws):
        if stack.kind != "training":
            continue
        with explained():
            row = aws.client("cloudformation").describe_stacks(StackName=stack.id)["Stacks"][0]
        values = {one["ParameterKey"]: one.get("ParameterValue", "") for one in row.get("Parameters", ())}
        if values.get("AmiId") == image.id:
            names.append(stack.name)
    return sorted(names)


def delete(aws: Aws, image: Image) -> Iterator[StackEvent]:
    """Delete a private image and its snapshots, which incur the cost. Raises AwsProblem `in-use`, `not-private`.

    A spot training needs its image when AWS replaces the instance, so an image is kept while a stack uses it.
    """
    if image.kind != "private":
        what = f"{image.id} was not baked by dots-tui."
        raise AwsProblem("not-private", what, "dots-tui deletes only its own images. The EC2 console deletes others.")
    using = users(aws, image)
    if using:
        raise AwsProblem("in-use", f"{image.id} is used by {', '.join(using)}.", "Stop these first.")
    client = aws.client("ec2")
    with explained():
        client.deregister_image(ImageId=image.id)
    yield own_event(image.id, "Image", "DELETED", image.name)
    for snapshot in image.snapshots:
        with explained():
            client.delete_snapshot(SnapshotId=snapshot)
        yield own_event(snapshot, "Snapshot", "DELETED", f"{image.size_gb} GB")
