"""Flows for machine images: list, bake, copy, delete, and clean up after an interrupted bake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from dots_tui.app.port import Confirmation, FlowNote, FlowResult, Operation, Port, Selection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dots_tui.aws.baking import BakePlan, Builder
    from dots_tui.aws.events import StackEvent
    from dots_tui.aws.images import Image
    from dots_tui.aws.session import Aws

_BAKE, _COPY, _DELETE, _CLEAN = "bake", "copy", "delete", "clean"
COPY_MINUTES = 10


@dataclass(frozen=True)
class ImageShelf:
    """The images of a region that can be launched or managed, and its builders."""

    region: str
    images: tuple[Image, ...]
    builders: tuple[Builder, ...]

    @property
    def private(self) -> tuple[Image, ...]:
        """The images that dots-tui baked."""
        return tuple(one for one in self.images if one.kind == "private")


def shelf(aws: Aws) -> ImageShelf:
    """Return the images and builders of the region, private images first. Raises AwsProblem."""
    from dots_tui.aws.baking import builders
    from dots_tui.aws.images import community_images, private_images

    found = [*private_images(aws), *community_images(aws)]
    found.sort(key=lambda one: (one.kind == "private", one.created), reverse=True)
    return ImageShelf(aws.region, tuple(found), tuple(builders(aws)))


def chosen_image(aws: Aws, text: str) -> Image:
    """Return the private image with an id or a name; "" is the newest available one. Raises AwsProblem `no-image`."""
    from dots_tui.aws.images import newest, private_images
    from dots_tui.aws.problems import AwsProblem

    found = private_images(aws)
    image = next((one for one in found if text in (one.id, one.name)), None) if text else newest(found)
    if image is None:
        which = f"no private image {text}" if text else "no private image"
        raise AwsProblem("no-image", f"There is {which} in {aws.region}.", "dots-tui image list shows them.")
    return image


# -- the flows ----------------------------------------------------------------------------------------


async def bake(
    port: Port, aws_of: Callable[[], Aws], base: str, *, subnet: str = "", poll_s: float = 3.0
) -> BakePlan | None:
    """Bake a private image after confirmation. Return the executed plan, None if declined. Raises AwsProblem."""
    from dots_tui.aws import baking

    port.tell(FlowResult("Asking AWS what a bake needs …"))
    plan = await port.work(lambda: baking.plan_bake(aws_of(), base, subnet))
    port.tell(FlowResult(""))
    if not await port.ask(Confirmation(f"Bake an image in {plan.region}?", bake_words(plan), yes="Bake")):
        return None

    def events(stopped: Callable[[], bool]) -> Iterator[StackEvent]:
        return baking.bake(aws_of(), plan, poll_s=poll_s, stopped=stopped)

    await port.follow(Operation(f"Baking {plan.name}", plan.stack, events, lambda: plan.resource_count))
    port.tell(FlowResult(f"The image {plan.name} is ready. A launch in {plan.region} takes it from now on."))
    return plan


def bake_words(plan: BakePlan) -> str:
    """Return sentences about the steps, duration and maximum cost of a bake."""
    from dots_tui.aws.baking import BUILDER_TYPE, DELETE_AFTER_MINUTES, MOST_MINUTES, USUAL_MINUTES
    from dots_tui.aws.recipe import recipe

    cost = f"at most {plan.cost.usd:.2f} USD ({plan.cost.basis})" if plan.cost else "an amount no price is known for"
    pinned = recipe()
    return (
        f"A {BUILDER_TYPE} instance installs DRFC {pinned.drfc_version} ({pinned.drfc_commit[:7]}) and simapp "
        f"{pinned.simapp} on {plan.stock.name or plan.stock.id} and makes the image {plan.name}. It takes about "
        f"{USUAL_MINUTES} min. The builder ends by itself, after {MOST_MINUTES} min at the latest, and costs {cost}, "
        f"counted for {DELETE_AFTER_MINUTES} min. The image is stored for at most {plan.monthly_usd:.2f} USD a month."
    )


async def copy(port: Port, aws_of: Callable[[], Aws], image: Image, region: str, *, poll_s: float = 3.0) -> bool:
    """Copy an image to another region after confirmation. Return False if declined. Raises AwsProblem."""
    from dots_tui.aws import image_copies
    from dots_tui.aws.baking import SNAPSHOT_USD_PER_GB_MONTH

    transfer, monthly = (image.size_gb * usd for usd in (image_copies.TRANSFER_USD_PER_GB, SNAPSHOT_USD_PER_GB_MONTH))
    body = (
        f"{image.name or image.id} is sent to {region} once for at most {transfer:.2f} USD and stored there for at "
        f"most {monthly:.2f} USD a month. It takes about {COPY_MINUTES} min; AWS goes on with it if dots-tui ends."
    )
    if not await port.ask(Confirmation(f"Copy {image.id} to {region}?", body, yes="Copy")):
        return False

    def events(stopped: Callable[[], bool]) -> Iterator[StackEvent]:
        return image_copies.copy(aws_of(), image, region, poll_s=poll_s, stopped=stopped)

    await port.follow(Operation(f"Copying {image.id} to {region}", image.id, events))
    port.tell(FlowResult(f"{image.name or image.id} is in {region} too."))
    return True


async def delete(port: Port, aws_of: Callable[[], Aws], image: Image) -> bool:
    """Delete a private image after confirmation. Return False if declined. Raises AwsProblem."""
    from dots_tui.aws import image_copies

    body = f"{image.name or image.id} and its snapshots are deleted. Launches need another image then."
    question = Confirmation(f"Delete the image {image.id}?", body, yes="Delete", no="Keep", danger=True)
    if not await port.ask(question):
        return False
    await port.follow(
        Operation(f"Deleting {image.id}", image.id, lambda _stopped: image_copies.delete(aws_of(), image))
    )
    port.tell(FlowResult(f"{image.id} is gone."))
    return True


async def clean(port: Port, aws_of: Callable[[], Aws], *, offer: bool = False, poll_s: float = 3.0) -> Sequence[str]:
    """Delete the builder stacks that bakes left, each after confirmation. Return their names. Raises AwsProblem.

    With `offer`, the program proposes the cleanup when it first sees the stacks.
    """
    from dots_tui.aws import baking

    gone = []
    for builder in await port.work(lambda: baking.left_over(aws_of())):
        body = (
            f"The builder stack {builder.name} of the image {builder.image} is {builder.status}, and nothing works on "
            "it. Deleting it ends what it may cost; an image it has made stays."
        )
        title = f"Delete what baking {builder.image} left?"
        if not await port.ask(Confirmation(title, body, yes="Delete", no="Leave it", offer=offer)):
            continue

        def events(stopped: Callable[[], bool], one: Builder = builder) -> Iterator[StackEvent]:
            return baking.clean(aws_of(), one, poll_s=poll_s, stopped=stopped)

        await port.follow(Operation(f"Deleting {builder.name}", builder.name, events))
        gone.append(builder.name)
    return gone


async def manage(port: Port, aws_of: Callable[[], Aws], base: str, *, poll_s: float = 3.0) -> None:
    """Show the images of the region and execute the chosen action.

    `base` is the base stack for a bake, "" if none. Raises AwsProblem.
    """
    from dots_tui.aws.account import regions_or_known

    port.tell(FlowResult("Asking AWS for the images …"))
    found = await port.work(lambda: shelf(aws_of()))
    port.tell(FlowResult(""))
    options = [(_BAKE, "Bake a new private image")] if base else []
    for image in found.private:
        if image.state == "available":
            options.append((f"{_COPY} {image.id}", f"Copy {image.name} to another region"))
        options.append((f"{_DELETE} {image.id}", f"Delete {image.name}"))
    if any(not one.at_work for one in found.builders):
        options.append((_CLEAN, "Delete what a bake that was cut short has left"))
    if not options:
        port.tell(FlowNote(f"{shelf_words(found)} Baking one needs a base stack: b creates it.", title="Images"))
        return
    choice = await port.ask(Selection(f"Images in {found.region}", options, shelf_words(found)))
    if choice is None:
        return
    what, _, image_id = choice.partition(" ")
    chosen = next((one for one in found.images if one.id == image_id), None)
    if what == _BAKE:
        await bake(port, aws_of, base, poll_s=poll_s)
    elif what == _CLEAN:
        await clean(port, aws_of, poll_s=poll_s)
    elif what == _DELETE and chosen is not None:
        await delete(port, aws_of, chosen)
    elif chosen is not None:
        regions, _ = await port.work(lambda: regions_or_known(aws_of()))
        others = [(region, region) for region in regions if region != found.region]
        region = await port.ask(Selection(f"Copy {chosen.name} to", others))
        if region is not None:
            await copy(port, aws_of, chosen, region, poll_s=poll_s)


def shelf_words(found: ImageShelf) -> str:
    """Return sentences about the images of a region."""
    lines = [
        f"{one.kind}: {one.name or one.id}, {one.created[:10]} ({one.age_days} days old)"
        + ("" if one.state == "available" else f", {one.state}")
        for one in found.images
    ]
    lines += [f"builder {one.name}: {one.status}" for one in found.builders]
    return "\n".join(lines) or f"No image in {found.region}."
