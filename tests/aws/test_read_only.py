"""Read-only mode: whatever is tried, nothing in the account is changed."""

from __future__ import annotations

from collections.abc import Callable

import boto3
import pytest

from dots_tui.aws import base_stack, bucket, instances, read_only, stacks, training_stack
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.training_plan import LaunchChoices
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import LoopbackAws

READS = ("Describe", "Get", "List", "Head")
Doing = Callable[[Aws, CustomFiles], object]

DOINGS: dict[str, Doing] = {
    "create a base stack": lambda aws, _: list(base_stack.create(aws, "other", "203.0.113.7", poll_s=0.01)),
    "launch": lambda aws, files: list(
        training_stack.launch(aws, training_stack.plan(aws, files, LaunchChoices("base", "run-2")), files, poll_s=0.01)
    ),
    "stop": lambda aws, _: list(training_stack.stop(aws, "run-1", poll_s=0.01)),
    "delete": lambda aws, _: list(stacks.delete(aws, "run-1", poll_s=0.01)),
    "upload": lambda aws, _: list(bucket.upload(aws, "any-bucket", "there", {"a": b"b"})),
    "empty a bucket": lambda aws, _: aws.client("s3").delete_objects(Bucket="b", Delete={"Objects": [{"Key": "k"}]}),
    "run a command": lambda aws, _: instances.run_command(aws, "i-1", ["reboot"]),
    "send a key": lambda aws, _: instances.send_ssh_key(
        aws, instances.Instance("i-1", "", "us-east-1a", "running", "g4dn.xlarge"), "ubuntu", "ssh-ed25519 AAAA"
    ),
}


@pytest.fixture
def watching(cloud: LoopbackAws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """An account that is only looked at."""
    monkeypatch.setenv(read_only.VARIABLE, "1")
    return Aws()


@pytest.fixture
def running(aws: Aws, base: str, files: CustomFiles) -> str:
    """A training to do harm to."""
    planned = training_stack.plan(aws, files, LaunchChoices("base", "run-1"))
    list(training_stack.launch(aws, planned, files, poll_s=0.01))
    files.write("run.env", files.read("run.env").replace(b"/run-1", b"/run-2"))
    return "run-1"


@pytest.mark.parametrize("doing", DOINGS)
def test_nothing_is_sent_that_changes_anything(
    cloud: LoopbackAws, running: str, files: CustomFiles, watching: Aws, doing: str
) -> None:
    cloud.calls.clear()
    with pytest.raises(AwsProblem) as caught:
        DOINGS[doing](watching, files)
    assert "read-only" in str(caught.value)
    assert [call for call in cloud.calls if not call[1].startswith(READS)] == []


def test_looking_goes_on(cloud: LoopbackAws, running: str, files: CustomFiles, watching: Aws) -> None:
    assert {stack.name for stack in stacks.list_stacks(watching)} == {"base", "run-1"}
    assert not training_stack.plan(watching, files, LaunchChoices("base", "run-2")).blocked
    assert watching.in_region("eu-west-1").read_only


def test_every_operation_of_the_services_used_is_either_a_read_or_refused() -> None:
    harmful = ("Create", "Delete", "Update", "Put", "Run", "Send", "Terminate", "Start", "Stop", "Modify", "Request")
    session = boto3.session.Session()._session
    for service in ("cloudformation", "ec2", "s3", "ssm", "autoscaling", "ec2-instance-connect", "service-quotas"):
        for operation in session.get_service_model(service).operation_names:
            if operation.startswith(harmful):
                assert not read_only.only_reads(service, operation), f"{service}:{operation}"


def test_a_login_may_be_renewed() -> None:
    assert read_only.only_reads("sts", "AssumeRole")
    assert read_only.only_reads("sso-oidc", "CreateToken")
    assert not read_only.only_reads("iam", "CreateRole")
