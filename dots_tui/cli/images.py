"""The command `image`: list, bake, copy, delete and clean. Each function returns its exit code."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

from dots_tui.app import image_flow
from dots_tui.app.image_flow import ImageShelf
from dots_tui.app.port import NobodyToAsk, run_blocking
from dots_tui.aws.baking import Builder
from dots_tui.aws.images import Image, newest, private_images
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import list_stacks
from dots_tui.cli.console_port import ConsolePort
from dots_tui.cli.stack_views import table
from dots_tui.cli.telling import FINE, POLL_S, WRONG_USE, failed, not_agreed, say, tell

T = TypeVar("T")


def list_images(*, as_json: bool = False, aws: Aws | None = None) -> int:
    """List the images available for a launch in the region, the private ones first, and the builders."""
    try:
        shelf = image_flow.shelf(aws or Aws())
    except AwsProblem as problem:
        return failed(problem, {"images": []}, as_json)
    if as_json:
        tell(_shelf_document(shelf), as_json)
        return FINE
    if shelf.images:
        print(table([("IMAGE", "KIND", "STATE", "MADE", "GB", "SIMAPP", "NAME"), *map(_row, shelf.images)]))
    else:
        say(f"No image in {shelf.region}. dots-tui image bake makes one, image copy REGION copies one to REGION.")
    for builder in shelf.builders:
        more = "" if builder.at_work else ": nothing works on it, dots-tui image clean deletes it"
        say(f"Builder {builder.name} of {builder.image}: {builder.status}{more}.")
    return FINE


def bake(
    *,
    base: str = "",
    subnet: str = "",
    yes: bool = False,
    as_json: bool = False,
    aws: Aws | None = None,
    poll_s: float = POLL_S,
) -> int:
    """Bake a private image with the base stack `base`; "" selects the only one."""
    aws = aws or Aws()
    document: dict[str, Any] = {"image": None, "name": None, "stack": None}
    try:
        name = base or _only_base(aws)
        plan = _run(image_flow.bake(ConsolePort(yes=yes), lambda: aws, name, subnet=subnet, poll_s=poll_s))
        if plan is None:
            return not_agreed(document, as_json)
        made = newest([one for one in private_images(aws) if one.name == plan.name])
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    except KeyboardInterrupt:
        say("The builder continues on its own and then ends. dots-tui image list shows it.")
        raise
    document.update(image=made.id if made else None, name=plan.name, stack=plan.stack)
    tell(document, as_json)
    return FINE


def copy(
    *,
    region: str,
    image: str = "",
    yes: bool = False,
    as_json: bool = False,
    aws: Aws | None = None,
    poll_s: float = POLL_S,
) -> int:
    """Copy a private image of the current region to another region."""
    aws = aws or Aws()
    document: dict[str, Any] = {"image": image or None, "region": region or None}
    if not region:
        say("Which region is it to be copied to? dots-tui image copy eu-central-1")
        return WRONG_USE
    try:
        found = image_flow.chosen_image(aws, image)
        document["image"] = found.id
        if not _run(image_flow.copy(ConsolePort(yes=yes), lambda: aws, found, region, poll_s=poll_s)):
            return not_agreed(document, as_json)
        copied = newest([one for one in private_images(aws.in_region(region)) if one.name == found.name])
        document["copy"] = copied.id if copied else None
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    tell(document, as_json)
    return FINE


def delete(*, image: str, yes: bool = False, as_json: bool = False, aws: Aws | None = None) -> int:
    """Delete a private image, given by its id or its name, and its snapshots."""
    aws = aws or Aws()
    document: dict[str, Any] = {"image": image or None}
    if not image:
        say("Which image is to be deleted? dots-tui image list shows their ids.")
        return WRONG_USE
    try:
        found = image_flow.chosen_image(aws, image)
        document["image"] = found.id
        if not _run(image_flow.delete(ConsolePort(yes=yes), lambda: aws, found)):
            return not_agreed(document, as_json)
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    tell(document, as_json)
    return FINE


def clean(*, yes: bool = False, as_json: bool = False, aws: Aws | None = None, poll_s: float = POLL_S) -> int:
    """Delete the builder stacks left by bakes."""
    aws = aws or Aws()
    document: dict[str, Any] = {"deleted": []}
    try:
        gone = _run(image_flow.clean(ConsolePort(yes=yes), lambda: aws, poll_s=poll_s))
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    if gone is None:
        return not_agreed(document, as_json)
    say(f"{len(gone)} builder stacks are gone.")
    tell({"deleted": list(gone)}, as_json)
    return FINE


def _run(flow: Coroutine[Any, Any, T]) -> T | None:
    """Return the result of a flow; None if it needs an answer and there is nobody to ask."""
    try:
        return run_blocking(flow)
    except NobodyToAsk:
        return None


def _only_base(aws: Aws) -> str:
    """Return the name of the base stack, if there is exactly one. Raise AwsProblem `which-base`."""
    names = [stack.name for stack in list_stacks(aws) if stack.kind == "base"]
    if len(names) != 1:
        there = f"There are several base stacks ({', '.join(names)})" if names else "There is no base stack"
        fix = "Name one: --base NAME." if names else "dots-tui base create NAME --ip A.B.C.D makes one."
        raise AwsProblem("which-base", f"{there} in {aws.region}.", fix)
    return names[0]


def _row(image: Image) -> tuple[str, ...]:
    return (
        image.id,
        image.kind,
        image.state,
        f"{image.created[:10]} ({image.age_days} d)",
        str(image.size_gb),
        image.simapp or "-",
        image.name,
    )


def _shelf_document(shelf: ImageShelf) -> dict[str, Any]:
    return {
        "region": shelf.region,
        "images": [_image_document(one) for one in shelf.images],
        "builders": [_builder_document(one) for one in shelf.builders],
    }


def _image_document(image: Image) -> dict[str, Any]:
    return {
        "id": image.id,
        "name": image.name,
        "kind": image.kind,
        "state": image.state,
        "created": image.created,
        "age_days": image.age_days,
        "size_gb": image.size_gb,
        "drfc": image.drfc or None,
        "simapp": image.simapp or None,
        "made_by": image.made_by or None,
    }


def _builder_document(builder: Builder) -> dict[str, Any]:
    return {
        "stack": builder.name,
        "status": builder.status,
        "image": builder.image,
        "base": builder.base,
        "at_work": builder.at_work,
    }
