"""Planning a launch: what will be made, what it can cost at most, and what is in the way. Changes nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from dots_tui.aws import packaged, prices
from dots_tui.aws.base_stack import BaseStack, base_of, check_name, tag_value
from dots_tui.aws.bucket import Upload, prefix_in_use, uploads
from dots_tui.aws.instances import Image, is_offered, newest_image
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws, Identity
from dots_tui.aws.stacks import Stack, list_stacks
from dots_tui.custom_files.check import check
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.folder import CustomFiles

DELETE_AFTER_MINUTES = 15
"""How long after its time to live a stack is deleted by its schedule, if the instance did not do it."""
LONGEST_MINUTES = 1440
_PREFIX = re.compile(r"[A-Za-z0-9_.+@=-]+(/[A-Za-z0-9_.+@=-]+)*")
_GONE = ("DELETE_COMPLETE", "ROLLBACK_COMPLETE")


@dataclass(frozen=True)
class LaunchChoices:
    """What a racer chooses. ``market`` is standard or spot, ``ttl_minutes`` the time to live; 0 is without end, which
    has to be said twice (``endless``)."""

    base: str
    name: str
    market: str = "standard"
    instance_type: str = "g4dn.2xlarge"
    ttl_minutes: int = 60
    endless: bool = False
    templates: str = ""
    """Folder of a deepracer-on-the-spot checkout whose templates are deployed; "" is our own."""


@dataclass(frozen=True)
class Obstacle:
    """Something in the way of a launch. An error forbids it, a warning and an info are good to know."""

    severity: str
    code: str
    message: str
    fix: str = ""
    finding: Finding | None = None
    """The finding in the custom files it comes from, if it does."""


@dataclass(frozen=True)
class Plan:
    """What a launch would do. ``parameters`` lack the times, which are known at the launch."""

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
    cost: prices.Cost | None
    obstacles: tuple[Obstacle, ...]
    digest: str
    """Of the files' content, so that a launch does not send other files than were checked."""

    @property
    def blocked(self) -> bool:
        """Whether an error forbids the launch."""
        return any(obstacle.severity == "error" for obstacle in self.obstacles)


def plan(aws: Aws, files: CustomFiles, choices: LaunchChoices) -> Plan:
    """Plan a launch of ``files``. Raises AwsProblem only when AWS cannot be asked; all else is in the obstacles."""
    contents = {name: files.read(name) for name in files.names()}
    values = files.values()
    model = values.get("DR_LOCAL_S3_MODEL_PREFIX", "").rstrip("/")
    custom = values.get("DR_LOCAL_S3_CUSTOM_FILES_PREFIX", "custom_files").strip("/")
    stacks = list_stacks(aws)
    found = next((base_of(stack) for stack in stacks if stack.kind == "base" and stack.name == choices.base), None)
    image = newest_image(aws)
    cost = _most(choices, aws.region)
    obstacles = [
        *_choices(aws, choices, stacks),
        *_base(choices.base, found),
        *_findings(files),
        *_prefixes(model, custom),
        *_neighbours(choices, stacks, model, custom),
        *_bucket(aws, found, values, model),
        *_machine(aws, choices, image, cost),
    ]
    identity = aws.identity()
    planned = Plan(
        choices=choices,
        region=aws.region,
        identity=identity,
        base=found,
        image=image,
        model_prefix=model,
        custom_files_prefix=custom,
        uploads=uploads(custom, contents),
        creates=_creates(choices, found),
        resource_count=len(packaged.resource_names(packaged.template("training.yaml"), _conditions(choices, found))),
        parameters={
            **_parameters(choices, found, image, custom),
            "Run": tag_value(model),
            "Racer": tag_value(identity.user),
        },
        cost=cost,
        obstacles=tuple(sorted(obstacles, key=lambda one: ("error", "warning", "info").index(one.severity))),
        digest=digest(contents),
    )
    if not choices.templates:
        return planned
    from dots_tui.aws.checkout_plan import of_checkout  # it needs what is here

    return of_checkout(planned, stacks)


def _most(choices: LaunchChoices, region: str) -> prices.Cost | None:
    """What the launch can cost at most. AWS takes no more for a spot instance than for one on demand."""
    cost = prices.most(choices.instance_type, region, choices.ttl_minutes + DELETE_AFTER_MINUTES)
    if cost is None or choices.ttl_minutes == 0:
        return None
    if choices.market != "spot":
        return cost
    return replace(cost, basis=f"a spot instance costs less, and never more than on demand: {cost.basis}")


def digest(contents: Mapping[str, bytes]) -> str:
    """A fingerprint of the files' names and content."""
    whole = hashlib.sha256()
    for name, content in sorted(contents.items()):
        whole.update(f"{name}\0{len(content)}\0".encode())
        whole.update(content)
    return whole.hexdigest()


def _error(code: str, message: str, fix: str = "") -> Obstacle:
    return Obstacle("error", code, message, fix)


def _choices(aws: Aws, choices: LaunchChoices, stacks: Iterable[Stack]) -> Iterable[Obstacle]:
    """The name, the market and the time to live."""
    try:
        check_name(choices.name)
        with explained():
            row = aws.client("cloudformation").describe_stacks(StackName=choices.name)["Stacks"][0]
        yield _taken(choices.name, row["StackStatus"], any(stack.name == choices.name for stack in stacks))
    except AwsProblem as problem:
        if problem.code != "no-such-stack":
            if problem.code != "bad-name":
                raise
            yield _error(problem.code, problem.what, problem.advice)
    if choices.market not in ("standard", "spot"):
        yield _error("bad-market", f"{choices.market} is not a market.", "Choose standard or spot.")
    if choices.ttl_minutes == 0:
        yield _without_end(choices.endless)
    elif not 0 < choices.ttl_minutes <= LONGEST_MINUTES:
        yield _error(
            "bad-ttl",
            f"A time to live of {choices.ttl_minutes} minutes cannot be set.",
            f"Give it 1 to {LONGEST_MINUTES} minutes.",
        )


def _without_end(said_twice: bool) -> Obstacle:
    what = "Without a time to live a forgotten training costs money for ever."
    if said_twice:
        return Obstacle("warning", "no-ttl", what, "Stop it yourself when it has learned enough.")
    fix = f"Give it 1 to {LONGEST_MINUTES} minutes. To mean it, say it twice: --ttl 0 --without-end."
    return _error("no-ttl", what, fix)


def _taken(name: str, status: str, ours: bool) -> Obstacle:
    if ours and status in _GONE:
        return _error(
            "name-taken", f"{name} is left from a launch that failed.", f"dots-tui delete {name} frees the name."
        )
    return _error("name-taken", f"There is already a stack {name} ({status}).", "Choose another name.")


def _base(name: str, base: BaseStack | None) -> Iterable[Obstacle]:
    if base is None:
        yield _error(
            "no-base", f"There is no base stack {name} in this region.", f"dots-tui base create {name} --ip A.B.C.D"
        )
    elif not base.complete:
        missing = f"; it does not export {', '.join(base.missing)}" if base.missing else ""
        yield _error(
            "base-not-complete",
            f"The base stack {name} is {base.status}{missing}.",
            "Wait until it is complete, or make another one.",
        )
    elif not base.scheduler_role:
        yield Obstacle(
            "warning",
            "no-schedule",
            f"{name} was made by DeepRacer on the Spot and has no role for a schedule: the time to live is kept by "
            "the instance alone, with a shutdown as second line of defence.",
            "A base stack of dots-tui has one.",
        )


def _findings(files: CustomFiles) -> Iterable[Obstacle]:
    for finding in check(files):
        if finding.severity == "error":
            place = f"{finding.file}:{finding.line}" if finding.line else finding.file
            yield Obstacle("error", finding.code, f"{place}: {finding.message}", finding.fix or "", finding)


def _prefixes(model: str, custom: str) -> Iterable[Obstacle]:
    for key, value in (("DR_LOCAL_S3_MODEL_PREFIX", model), ("DR_LOCAL_S3_CUSTOM_FILES_PREFIX", custom)):
        if not _PREFIX.fullmatch(value):
            yield _error(
                "bad-prefix",
                f'{key} is "{value}", which is no place in a bucket all readers agree on.',
                "Use letters, digits, hyphens and single slashes between them.",
            )


def _neighbours(choices: LaunchChoices, stacks: Iterable[Stack], model: str, custom: str) -> Iterable[Obstacle]:
    """Other trainings of the same base, with which this one would get in conflict."""
    for other in stacks:
        if other.kind != "training" or other.base != choices.base or other.status in _GONE:
            continue
        if other.run and other.run == model:
            yield _error(
                "prefix-in-use",
                f"{other.name} is training the model {model} at this moment.",
                "Change DR_LOCAL_S3_MODEL_PREFIX.",
            )
        elif other.custom_files.strip("/") == custom and other.status == "CREATE_IN_PROGRESS":
            yield Obstacle(
                "warning",
                "custom-files-shared",
                f"{other.name} is starting and fetches its custom files from {custom}: it would get these.",
                "Wait until it is complete, or change DR_LOCAL_S3_CUSTOM_FILES_PREFIX.",
            )


def _bucket(aws: Aws, base: BaseStack | None, values: Mapping[str, str], model: str) -> Iterable[Obstacle]:
    """What is in the bucket already."""
    if base is None or not base.bucket:
        return
    if _PREFIX.fullmatch(model) and prefix_in_use(aws, base.bucket, model):
        yield _error(
            "prefix-in-use",
            f"There is already a model in {base.bucket}/{model}/; training there would wipe it.",
            "Change DR_LOCAL_S3_MODEL_PREFIX.",
        )
    parent = values.get("DR_LOCAL_S3_PRETRAINED_PREFIX", "").rstrip("/")
    if values.get("DR_LOCAL_S3_PRETRAINED") == "True" and not prefix_in_use(aws, base.bucket, f"{parent}/model"):
        yield _error(
            "no-pretrained-model",
            f"There is no model in {base.bucket}/{parent}/ to continue from.",
            "Correct DR_LOCAL_S3_PRETRAINED_PREFIX, or set DR_LOCAL_S3_PRETRAINED to False.",
        )


def _machine(aws: Aws, choices: LaunchChoices, image: Image | None, cost: prices.Cost | None) -> Iterable[Obstacle]:
    if image is None:
        yield _error(
            "no-image",
            f"DeepRacer on the Spot has no public image in {aws.region}.",
            "Choose another region, for example us-east-1.",
        )
    if not is_offered(aws, choices.instance_type):
        yield _error(
            "type-not-offered",
            f"{aws.region} has no instances of type {choices.instance_type}.",
            "Choose a GPU type like g4dn.2xlarge, or another region.",
        )
    elif cost is None and choices.ttl_minutes > 0:
        yield Obstacle("info", "no-price", f"No list price is known for {choices.instance_type} in {aws.region}.")


def _conditions(choices: LaunchChoices, base: BaseStack | None) -> dict[str, bool]:
    spot, ends = choices.market == "spot", choices.ttl_minutes > 0
    return {
        "Spot": spot,
        "Standard": not spot,
        "HasSchedule": ends and bool(base and base.scheduler_role),
        "EndsGroup": ends and spot,
    }


def _creates(choices: LaunchChoices, base: BaseStack | None) -> tuple[str, ...]:
    """What will be made, in words, by logical id; a test sees to it that none is missing."""
    words = {
        "LaunchTemplate": "a launch template",
        "Instance": f"an instance {choices.instance_type}, on demand, with 40 GB of encrypted disk",
        "Group": f"an Auto Scaling group with one spot instance {choices.instance_type}",
        "EndGroup": "a scheduled action that empties the group if the stack is still there then",
        "DeleteStack": "a schedule that deletes the stack if the instance did not",
    }
    return tuple(
        words[name] for name in packaged.resource_names(packaged.template("training.yaml"), _conditions(choices, base))
    )


def _parameters(choices: LaunchChoices, base: BaseStack | None, image: Image | None, custom: str) -> dict[str, str]:
    return {
        "ResourcesStackName": choices.base,
        "DeepRacerImportName": choices.name,
        "Market": choices.market,
        "InstanceType": choices.instance_type,
        "AmiId": image.id if image else "",
        "TimeToLiveInMinutes": str(choices.ttl_minutes),
        "SchedulerRoleArn": base.scheduler_role if base else "",
        "BUCKET": base.bucket if base else "",
        "CUSTOMFILELOCATION": custom,
        "InstanceFiles": packaged.instance_prefix(),
    }
