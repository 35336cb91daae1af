"""Images: which one a launch takes, how the board judges it, and on what that is based."""

from __future__ import annotations

import pytest

from dots_tui.aws import images, training_stack
from dots_tui.aws.checks.result import CheckResult
from dots_tui.aws.image_versions import drfc_of
from dots_tui.aws.images import Image
from dots_tui.aws.launch_plan import LaunchChoices, LaunchPlan
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.recipe import recipe
from dots_tui.aws.session import Aws
from dots_tui.aws.training_plan import plan
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import Fault, LoopbackAws
from tests.aws.image_rows import AMAZON, OURS, ImageRow, ImageShelf, made

POLL_S = 0.01
COMMUNITY = "deepracer-ami-dist-config-"
BAKED = {"dots-tui:kind": "image", "dots-tui:drfc": recipe().drfc_commit, "dots-tui:simapp": "6.0.4-gpu"}


def _shelve(cloud: LoopbackAws, *rows: ImageRow) -> None:
    cloud.hooks["ec2", "DescribeImages"] = ImageShelf(rows)


def _line(planned: LaunchPlan, topic: str) -> CheckResult:
    [found] = [one for one in planned.lines if one.topic == topic]
    return found


def _planned(aws: Aws, files: CustomFiles, image: str = "", **more: str) -> LaunchPlan:
    return plan(aws, files, LaunchChoices("base", "run-1", image=image, **more))  # type: ignore[arg-type]


# -- which one ----------------------------------------------------------------------------------------


def test_the_community_image_is_the_newest_of_its_owner(aws: Aws) -> None:
    found = images.find(aws, "")
    assert found is not None
    assert (found.id, found.kind, found.size_gb) == ("ami-0d075dots00000002", "community", 40)
    assert found.name.startswith(COMMUNITY)


def test_an_image_of_the_communitys_pipeline_in_the_own_account_counts(cloud: LoopbackAws, aws: Aws) -> None:
    _shelve(
        cloud,
        ImageRow("ami-old", f"{COMMUNITY}2026-04-26", made(200)),
        ImageRow("ami-mine", f"{COMMUNITY}2026-11-01", made(20), owner=OURS),
        ImageRow("ami-other", "backup-of-a-server", made(1), owner=OURS),
    )
    found = images.find(aws, "community")
    assert found is not None
    assert (found.id, found.kind) == ("ami-mine", "community")


def test_a_private_image_goes_before_a_newer_community_image(cloud: LoopbackAws, aws: Aws) -> None:
    _shelve(
        cloud,
        ImageRow("ami-community", f"{COMMUNITY}2026-11-20", made(5)),
        ImageRow("ami-baked", "dots-tui-drfc-6.0", made(40), owner=OURS, tags=BAKED),
        ImageRow("ami-baking", "dots-tui-drfc-6.0-2", made(0), owner=OURS, tags=BAKED, state="pending"),
    )
    automatic, community = images.find(aws, ""), images.find(aws, "community")
    assert automatic is not None
    assert community is not None
    assert (automatic.id, automatic.kind, automatic.simapp) == ("ami-baked", "private", "6.0.4-gpu")
    assert community.id == "ami-community"


def test_the_stock_image_is_found_by_its_parameter_and_else_by_its_name(cloud: LoopbackAws, aws: Aws) -> None:
    by_parameter = images.find(aws, "scratch")
    assert by_parameter is not None
    assert by_parameter.kind == "scratch"
    assert by_parameter.disk_gb > by_parameter.size_gb
    cloud.faults.append(Fault("ssm", "GetParameter", "AccessDeniedException", "no", 400))
    assert images.find(aws, "scratch") == by_parameter


@pytest.mark.parametrize("text", ["newest", "ami-", "ami 12", "--yes"])
def test_a_choice_that_is_no_image_is_refused(aws: Aws, base: str, files: CustomFiles, text: str) -> None:
    with pytest.raises(AwsProblem) as caught:
        _planned(aws, files, text)
    assert caught.value.code == "bad-image"


# -- how it is judged ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "severity", "code"),
    [
        (ImageRow("ami-1", f"{COMMUNITY}x", made(30)), "good", "image"),
        (ImageRow("ami-1", f"{COMMUNITY}x", made(90)), "good", "image"),
        (ImageRow("ami-1", f"{COMMUNITY}x", made(91)), "info", "image-certificate"),
        (ImageRow("ami-1", f"{COMMUNITY}x", made(366)), "warning", "old-image"),
        (ImageRow("ami-1", "dots-tui-x", made(300), owner=OURS, tags=BAKED), "good", "image"),
        (
            ImageRow("ami-1", "x", made(9), owner=OURS, tags={**BAKED, "dots-tui:drfc": "0" * 40}),
            "info",
            "image-recipe",
        ),
        (ImageRow("ami-1", "dots-tui-x", made(9), owner=OURS, tags=BAKED, state="pending"), "error", "image-not-ready"),
        (ImageRow("ami-1", f"{COMMUNITY}x", made(3), architecture="arm64"), "error", "image-architecture"),
        (ImageRow("ami-1", "my server", made(3), owner=OURS), "warning", "image-unknown"),
        (ImageRow("ami-1", "my server", made(3), owner=OURS, platform="windows"), "error", "image-platform"),
        (ImageRow("ami-1", "ubuntu/images/hvm-ssd/jammy", made(3), owner="099720109477"), "error", "image-no-driver"),
        (ImageRow("ami-1", "al2023-ami-2023.6", made(3), owner=AMAZON), "error", "image-no-driver"),
        (ImageRow("ami-1", "Deep Learning Base OSS Nvidia", made(3), owner=AMAZON), "error", "image-no-drfc"),
    ],
)
def test_a_given_image_is_judged_by_what_is_known_of_it(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, row: ImageRow, severity: str, code: str
) -> None:
    _shelve(cloud, row)
    found = _line(_planned(aws, files, "ami-1"), "image")
    assert (found.severity, found.code) == (severity, code), found.message


def test_an_image_id_that_is_not_there_is_an_error(aws: Aws, base: str, files: CustomFiles) -> None:
    planned = _planned(aws, files, "ami-0123456789abcdef0")
    assert planned.blocked
    assert _line(planned, "image").code == "no-such-image"
    assert "ami-0123456789abcdef0" in _line(planned, "image").message


def test_from_scratch_says_the_minutes_and_their_price(aws: Aws, base: str, files: CustomFiles) -> None:
    planned = _planned(aws, files, "scratch")
    assert not planned.blocked
    line = _line(planned, "image")
    assert line.code == "image-scratch"
    assert "12 min" in line.message
    assert "USD" in line.message
    assert planned.parameters["Setup"] == "scratch"
    assert planned.parameters["SignalTimeout"] == "PT45M"
    assert planned.parameters["VolumeSize"] == "95"
    assert "95 GB of encrypted disk" in " ".join(planned.creates)


def test_the_disk_is_as_large_as_the_image(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    _shelve(cloud, ImageRow("ami-1", f"{COMMUNITY}x", made(30), size_gb=80))
    assert int(_planned(aws, files).parameters["VolumeSize"]) >= 80


# -- versions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "major", "sure"),
    [
        (Image("ami-1", f"{COMMUNITY}x", "2026-01-20T00:00:00.000Z"), 5, True),
        (Image("ami-1", f"{COMMUNITY}x", "2026-02-20T00:00:00.000Z"), None, False),
        (Image("ami-1", f"{COMMUNITY}x", "2026-04-26T00:00:00.000Z"), 6, False),
        (Image("ami-1", "dots-drfc-6.0", "2024-01-01T00:00:00.000Z"), 6, True),
        (Image("ami-1", "x", "2024-01-01T00:00:00.000Z", "private", simapp="6.0.4-gpu"), 6, True),
        (Image("ami-1", "x", "2024-01-01T00:00:00.000Z", "scratch"), 6, True),
        (Image("ami-1", "x", "2024-01-01T00:00:00.000Z", "given"), None, False),
    ],
)
def test_the_drfc_of_an_image_is_inferred_only_from_evidence(image: Image, major: int | None, sure: bool) -> None:
    found = drfc_of(image)
    assert (found.major if found else None) == major
    assert bool(found and found.sure) == sure
    assert found is None or found.basis


@pytest.mark.parametrize(
    ("created", "simapp", "severity"),
    [
        ("2026-01-20T00:00:00.000Z", "6.0.4-gpu", "error"),
        ("2026-01-20T00:00:00.000Z", "5.3.3-gpu", "good"),
        ("2026-02-20T00:00:00.000Z", "6.0.4-gpu", "info"),
        ("2026-04-26T00:00:00.000Z", "5.3.3-gpu", "warning"),
        ("2026-04-26T00:00:00.000Z", "6.0.4-gpu", "good"),
    ],
)
def test_a_sure_wrong_pair_is_an_error_and_an_unsure_one_a_warning(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, created: str, simapp: str, severity: str
) -> None:
    _shelve(cloud, ImageRow("ami-1", f"{COMMUNITY}x", created))
    files.write("system.env", files.read("system.env").replace(b"6.0.4-gpu", simapp.encode()))
    found = _line(_planned(aws, files), "versions")
    assert found.severity == severity
    assert severity == "info" or "made on" in found.message
    kinds = [one.kind for one in found.remedies]
    assert kinds == {"error": ["image", "bake", "finding"], "warning": ["finding"]}.get(severity, [])


# -- subnets ------------------------------------------------------------------------------------------


def _subnets(aws: Aws) -> dict[str, str]:
    """Zone -> the default subnet in it."""
    rows = aws.client("ec2").describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
    return {row["AvailabilityZone"]: row["SubnetId"] for row in rows}


def _offer(cloud: LoopbackAws, *zones: str) -> None:
    rows = "".join(
        f"<item><instanceType>g4dn.2xlarge</instanceType><locationType>availability-zone</locationType>"
        f"<location>{zone}</location></item>"
        for zone in zones
    )
    name = "DescribeInstanceTypeOfferings"
    answer = f"<{name}Response><instanceTypeOfferingSet>{rows}</instanceTypeOfferingSet></{name}Response>"
    cloud.hooks["ec2", name] = lambda _: answer


def test_a_single_instance_gets_a_subnet_in_a_zone_with_its_type(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    _offer(cloud, "us-east-1c")
    planned = _planned(aws, files)
    assert planned.parameters["SubnetId"] == _subnets(aws)["us-east-1c"]
    list(training_stack.launch(aws, planned, files, poll_s=POLL_S))
    [row] = aws.client("ec2").describe_instances()["Reservations"][0]["Instances"]
    assert row["Placement"]["AvailabilityZone"] == "us-east-1c"


def test_aws_chooses_where_every_zone_will_do_and_in_a_group(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    _offer(cloud, "us-east-1c")
    assert _planned(aws, files, market="spot").parameters["SubnetId"] == ""
    _offer(cloud, *_subnets(aws))
    assert _planned(aws, files).parameters["SubnetId"] == ""


def test_a_vpc_without_a_subnet_in_a_zone_with_the_type_is_an_error(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    _offer(cloud, "us-east-1z")
    planned = _planned(aws, files)
    assert planned.blocked
    assert "us-east-1z" in _line(planned, "subnet").message


def test_no_default_vpc_is_an_error_that_names_both_ways_out(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    zone, subnet = next(iter(_subnets(aws).items()))
    cloud.hooks["ec2", "DescribeSubnets"] = lambda request: (
        None if "SubnetId.1" in request else "<DescribeSubnetsResponse><subnetSet/></DescribeSubnetsResponse>"
    )
    line = _line(_planned(aws, files), "subnet")
    assert (line.severity, line.code) == ("error", "no-subnet")
    assert "create-default-vpc" in line.fix
    assert "--subnet" in line.fix
    _offer(cloud, zone)
    named = _planned(aws, files, subnet=subnet)
    assert _line(named, "subnet").severity == "good"
    assert named.parameters["SubnetId"] == subnet


@pytest.mark.parametrize(
    ("change", "code"),
    [("none", "no-subnet"), ("zone", "subnet-zone"), ("vpc", "subnet-vpc"), ("private", "subnet-private")],
)
def test_a_subnet_that_does_not_do_is_refused_with_the_reason(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, change: str, code: str
) -> None:
    subnet = _subnets(aws)["us-east-1a"]
    _offer(cloud, "us-east-1b" if change == "zone" else "us-east-1a")
    ec2 = aws.client("ec2")
    if change == "none":
        subnet = "subnet-0123456789abcdef0"
    elif change == "vpc":
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        made_there = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", AvailabilityZone="us-east-1a")
        subnet = made_there["Subnet"]["SubnetId"]
    elif change == "private":
        ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": False})
    found = _line(_planned(aws, files, subnet=subnet), "subnet")
    assert found.code == code
    assert found.severity == ("warning" if change == "private" else "error")
