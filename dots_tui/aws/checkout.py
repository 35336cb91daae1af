"""Templates of a DeepRacer on the Spot checkout, deployed with the parameters that its scripts pass.

Its own scripts also change two defaults of the whole account (instance metadata without tokens, encrypted disks). The
templates do not need this, so dots-tui does not do it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from dots_tui.aws import network, packaged
from dots_tui.aws.base_stack import check_address, check_name, tags
from dots_tui.aws.events import Progress, StackEvent, follow
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.tag_names import TAG_BASE, TAG_RACER, TAG_RUN

if TYPE_CHECKING:
    from dots_tui.aws.launch_plan import LaunchPlan
    from dots_tui.aws.session import Aws

BASE, STANDARD, SPOT = "base-resources.yaml", "standard-instance.yaml", "spot-instance.yaml"
INLINE_BYTES = 51_200
"""Size limit in bytes of a template in a CloudFormation request; a larger one goes through the bucket."""
_TEMPLATE_PREFIX = "cf_templates"
_EXPORT = re.compile(r"\$\{ResourcesStackName\}-(\w+)")
_PARENTS = 3
_WEBSITE = "website/website.zip"
"""The page its instances serve on port 8100; its scripts upload it next to the custom files."""


def find_checkout(*starts: Path) -> Path | None:
    """Return the checkout that contains (or is) one of these folders; None if none of them is in a checkout."""
    for start in starts:
        here = start.resolve()
        for folder in [here, *here.parents][: _PARENTS + 1]:
            if all((folder / name).is_file() for name in (BASE, STANDARD, SPOT)):
                return folder
    return None


def read_template(folder: str | Path, name: str) -> str:
    """Return the text of a template of a checkout. Raises AwsProblem `no-template`."""
    path = Path(folder) / name
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AwsProblem(
            "no-template",
            f"There is no template {path} that can be read ({getattr(error, 'strerror', None) or error}).",
            f"--templates is the folder of a deepracer-on-the-spot checkout: {BASE}, {STANDARD} and {SPOT} are in it.",
        ) from error


def training_template(folder: str | Path, market: str) -> str:
    """Return the text of the checkout's template for a market. Raises AwsProblem `no-template`."""
    return read_template(folder, SPOT if market == "spot" else STANDARD)


def resources(text: str) -> list[str]:
    """Return the logical ids of a template of the checkout; it has no conditions."""
    return packaged.resource_names(text, {})


def missing_exports(text: str, base: str, exports: Collection[str]) -> list[str]:
    """Return the exports that a training template imports from the base stack and that do not exist."""
    wanted = dict.fromkeys(_EXPORT.findall(text))
    return [name for name in wanted if f"{base}-{name}" not in exports]


def parameters(plan: LaunchPlan) -> dict[str, str]:
    """Return the parameters that the checkout's create scripts pass."""
    names = (
        "InstanceType",
        "ResourcesStackName",
        "DeepRacerImportName",
        "TimeToLiveInMinutes",
        "AmiId",
        "BUCKET",
        "CUSTOMFILELOCATION",
    )
    return {name: plan.parameters[name] for name in names}


def create_training(aws: Aws, plan: LaunchPlan) -> str:
    """Request the training stack of a plan with the checkout's template. Return its id. Raises AwsProblem."""
    assert plan.base is not None
    folder = Path(plan.choices.templates)
    text = training_template(folder, plan.choices.market)
    _upload_website(aws, folder, plan.base.bucket)
    # Without dots-tui:kind: its own scripts stop it, so dots-tui must not treat it as its own stack.
    labels = {TAG_BASE: plan.choices.base, TAG_RUN: plan.model_prefix, TAG_RACER: plan.identity.user}
    return _create(aws, plan.choices.name, source(aws, text, plan.base.bucket), parameters(plan), labels)


def _upload_website(aws: Aws, folder: Path, bucket: str) -> None:
    path = folder / _WEBSITE
    if path.is_file():
        with explained():
            aws.client("s3").upload_file(str(path), bucket, _WEBSITE)


def create_base(
    aws: Aws,
    name: str,
    address: str,
    folder: str | Path,
    poll_s: float = 3.0,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[StackEvent]:
    """Create a base stack of the checkout and yield its events. Raises AwsProblem like `base_stack.create`.

    Its network ACL rule gets a free number.
    """
    text = read_template(folder, BASE)
    values = {"MyIPAddress": check_address(address)}
    acl = network.default_acl(aws)
    if acl is None:
        raise AwsProblem(
            "no-vpc",
            "There is no default VPC in this region.",
            "Make one: aws ec2 create-default-vpc.",
        )
    values.update(NetworkAclId=acl.id, RuleNumber=str(acl.free_number(start=1)))
    labels = {TAG_RACER: aws.identity().user}
    stack_id = _create(aws, check_name(name), source(aws, text, ""), values, labels)
    progress = Progress(len(resources(text)))
    for event in follow(aws, stack_id, poll_s=poll_s, stopped=stopped):
        progress.apply(event)
        yield event
    if not stopped() and progress.status != "CREATE_COMPLETE":
        raise progress.problem(name, "create")


def source(aws: Aws, text: str, bucket: str) -> dict[str, str]:
    """Return the template argument of a request: the text, or the bucket address if the text is too large.

    Raises AwsProblem `template-too-large` if there is no bucket for it.
    """
    body = text.encode("utf-8")
    if len(body) <= INLINE_BYTES:
        return {"TemplateBody": text}
    if not bucket:
        raise AwsProblem(
            "template-too-large",
            f"The template has {len(body)} bytes; AWS takes {INLINE_BYTES} without a bucket to put it into.",
            "Use the templates of dots-tui for the base stack: leave --templates out.",
        )
    key = f"{_TEMPLATE_PREFIX}/{hashlib.sha256(body).hexdigest()[:32]}.template"
    client = aws.client("s3")
    with explained():
        client.put_object(Bucket=bucket, Key=key, Body=body)
    suffix = "amazonaws.com.cn" if aws.region.startswith("cn-") else "amazonaws.com"
    return {"TemplateURL": f"https://{bucket}.s3.{aws.region}.{suffix}/{key}"}


def _create(
    aws: Aws, name: str, template: Mapping[str, str], values: Mapping[str, str], labels: Mapping[str, str]
) -> str:
    client = aws.client("cloudformation")
    with explained():
        summary: dict[str, Any] = client.get_template_summary(**template)
    known = {one["ParameterKey"] for one in summary.get("Parameters", ())}
    with explained():
        answer = client.create_stack(
            StackName=name,
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in values.items() if key in known
            ],
            Capabilities=["CAPABILITY_IAM"],
            Tags=tags(labels),
            **template,
        )
    return str(answer["StackId"])
