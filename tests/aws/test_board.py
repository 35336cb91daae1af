"""The go/no-go board: each line with its evidence, whatever AWS says, and what can be done about it."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import replace

import pytest

from dots_tui.aws import base_changes, base_stack, change_set, packaged, stacks, training_stack
from dots_tui.aws.bucket import list_below
from dots_tui.aws.checks import CHECKS
from dots_tui.aws.checks.facts import Known
from dots_tui.aws.checks.machine import quota_page
from dots_tui.aws.checks.result import CheckResult
from dots_tui.aws.launch_plan import LaunchChoices, LaunchPlan
from dots_tui.aws.session import Aws
from dots_tui.aws.training_plan import plan
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import Fault as CloudFault
from dots_tui.demo.aws import LoopbackAws
from dots_tui.reward.outcome import RehearsalOutcome
from dots_tui.reward.results import FunctionFault
from tests.cloud import MODEL_METADATA

CHOICES = LaunchChoices("base", "run-1")
POLL_S = 0.01
MODEL = "training/reInvent2019_track/run-1"


def line(planned: LaunchPlan, topic: str) -> CheckResult:
    """The one line of a topic."""
    [found] = [one for one in planned.lines if one.topic == topic]
    return found


def bucket_of(aws: Aws) -> str:
    return dict(stacks.get_stack(aws, "base").outputs)["Bucket"]


def put(aws: Aws, key: str, body: bytes = b"x") -> None:
    aws.client("s3").put_object(Bucket=bucket_of(aws), Key=key, Body=body)


def change(files: CustomFiles, name: str, old: str, new: str) -> None:
    files.write(name, files.read(name).replace(old.encode(), new.encode()))


def run(aws: Aws, files: CustomFiles, choices: LaunchChoices) -> None:
    list(training_stack.launch(aws, plan(aws, files, choices), files, poll_s=POLL_S))


def test_each_check_has_a_line_with_its_evidence(aws: Aws, base: str, files: CustomFiles) -> None:
    planned = plan(aws, files, CHOICES, Known("203.0.113.7", lambda _: RehearsalOutcome("reInvent2019_track")))
    assert [one.topic for one in planned.lines] == [check.topic for check in CHECKS]
    assert {one.topic: one.severity for one in planned.lines if one.severity != "good"} == {"image": "info"}
    words = {one.topic: one.message for one in planned.lines}
    assert words["identity"] == "account 123456789012 as moto, credentials do not expire"
    assert words["region"] == "region us-east-1"
    assert "days old" in words["image"]
    assert words["type"].startswith("g4dn.2xlarge is offered in us-east-1")
    assert "2 workers" in words["type"]
    assert words["quota"] == "on-demand quota: 64 vCPU, 0 used, 8 needed"
    assert words["model"] == f"model prefix {MODEL} is free"
    assert words["files"] == "5 files without errors, no warning"
    assert words["reward"] == "reward function rehearsed: no fault on reInvent2019_track"
    assert words["access"] == "203.0.113.7 may reach ports 22, 8080, 8100"


def test_lines_are_told_as_they_are_known(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    told: list[str] = []
    known = threading.Event()

    def tell(one: CheckResult) -> None:
        told.append(one.topic)
        if one.topic == "files":
            known.set()

    def hold(_: dict[str, str]) -> None:
        assert known.wait(20), "a line that needs nothing of AWS waited for AWS"

    cloud.hooks["ec2", "DescribeImages"] = hold
    plan(aws, files, CHOICES, tell=tell)
    assert told.index("files") < told.index("image")
    assert sorted(told) == sorted(check.topic for check in CHECKS)


# -- quota, type, image -------------------------------------------------------------------------------


def test_a_quota_that_is_too_small_says_what_to_ask_for(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    cloud.quotas["L-DB2E81BA"] = 16
    run(aws, files, CHOICES)
    change(files, "run.env", "/run-1", "/run-2")
    found = line(plan(aws, files, LaunchChoices("base", "run-2", instance_type="g4dn.4xlarge")), "quota")
    assert found.severity == "error"
    assert "on-demand quota: 16 vCPU, 8 used, 16 needed" in found.message
    remedy = found.remedies[0]
    assert (remedy.kind, remedy.key, remedy.value) == ("quota", "L-DB2E81BA", "24")
    page = quota_page("us-east-1", remedy.key, remedy.value)
    assert "--quota-code L-DB2E81BA --desired-value 24" in page
    assert page.startswith("https://us-east-1.console.aws.amazon.com/")


def test_spot_has_a_quota_of_its_own(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    cloud.quotas["L-3819A6DF"] = 4
    assert line(plan(aws, files, CHOICES), "quota").severity == "good"
    spot = line(plan(aws, files, LaunchChoices("base", "run-1", market="spot")), "quota")
    assert "spot quota: 4 vCPU, 8 needed (All G and VT Spot Instance Requests)" in spot.message


def test_an_account_that_never_asked_has_the_default_quota(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    del cloud.quotas["L-DB2E81BA"]
    assert "quota: 0 vCPU, 8 needed" in line(plan(aws, files, CHOICES), "quota").message


@pytest.mark.parametrize(
    ("service", "action", "topic"),
    [("servicequotas", "GetServiceQuota", "quota"), ("ec2", "DescribeSecurityGroups", "access")],
)
def test_what_may_not_be_looked_at_is_a_warning_and_the_rest_is_there(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, service: str, action: str, topic: str
) -> None:
    cloud.faults.append(CloudFault(service, action, "AccessDeniedException", "no", 400, times=99))
    planned = plan(aws, files, CHOICES)
    assert line(planned, topic).severity == "warning"
    assert "You are not allowed to" in line(planned, topic).message
    assert not planned.blocked
    assert len(planned.lines) == len(CHECKS)


# -- the model and what it begins from ----------------------------------------------------------------


def test_a_prefix_in_use_comes_with_the_next_free_one_as_it_would_be_written(
    aws: Aws, base: str, files: CustomFiles
) -> None:
    for number in (1, 2):
        put(aws, f"training/reInvent2019_track/run-{number}/model/0.ckpt")
    found = line(plan(aws, files, CHOICES), "model")
    assert [one.kind for one in found.remedies] == ["set", "reuse"]
    assert found.remedies[0].value == "training/$DR_WORLD_NAME/run-3"
    assert found.remedies[0].label == "use run-3"


def test_a_model_is_trained_over_when_that_is_said_twice(aws: Aws, base: str, files: CustomFiles) -> None:
    put(aws, f"{MODEL}/model/0.ckpt")
    put(aws, f"{MODEL}0/model/0.ckpt")
    planned = plan(aws, files, LaunchChoices("base", "run-1", reuse=True))
    assert line(planned, "model").severity == "warning"
    assert not planned.blocked
    events = list(training_stack.launch(aws, planned, files, poll_s=POLL_S))
    assert any(event.status == "MOVED" for event in events)
    assert list_below(aws, bucket_of(aws), MODEL) == []
    assert len(list_below(aws, bucket_of(aws), f"{MODEL}0")) == 1


def test_a_run_never_wipes_the_model_it_begins_from(aws: Aws, base: str, files: CustomFiles) -> None:
    _continue(files, MODEL)
    put(aws, f"{MODEL}/model/0.ckpt")
    found = line(plan(aws, files, LaunchChoices("base", "run-1", reuse=True)), "model")
    assert found.severity == "error"
    assert [one.kind for one in found.remedies] == ["set"]


def _continue(files: CustomFiles, parent: str) -> None:
    new = f"DR_LOCAL_S3_PRETRAINED=True\nDR_LOCAL_S3_PRETRAINED_PREFIX={parent}\nDR_LOCAL_S3_PRETRAINED_CHECKPOINT=last"
    change(files, "run.env", "DR_LOCAL_S3_PRETRAINED=False", new)


@pytest.mark.parametrize(
    ("there", "severity", "words"),
    [
        (MODEL_METADATA, "good", "continues first, which has the same action space"),
        (MODEL_METADATA.replace('"speed": 1.0}]', '"speed": 1.0}, {"steering_angle": 0, "speed": 1}]'), "error", "3"),
        (MODEL_METADATA.replace("1.0", "2.0"), "warning", "as many actions"),
        (MODEL_METADATA.replace("FRONT_FACING_CAMERA", "STEREO_CAMERAS"), "error", "sensors STEREO_CAMERAS"),
        ("{", "warning", "cannot be compared"),
    ],
)
def test_a_pretrained_model_must_have_the_same_action_space(
    aws: Aws, base: str, files: CustomFiles, there: str, severity: str, words: str
) -> None:
    _continue(files, "first")
    put(aws, "first/model/1.ckpt")
    put(aws, "first/model/model_metadata.json", there.encode())
    found = line(plan(aws, files, CHOICES), "pretrained")
    assert found.severity == severity
    assert words in found.message


def test_a_continuous_model_cannot_be_continued_with_discrete_actions(aws: Aws, base: str, files: CustomFiles) -> None:
    _continue(files, "first")
    put(aws, "first/model/1.ckpt")
    ends = {"high": 1, "low": 0.5}
    space = {"action_space_type": "continuous", "action_space": {"speed": ends, "steering_angle": ends}}
    put(aws, "first/model/model_metadata.json", json.dumps({**json.loads(MODEL_METADATA), **space}).encode())
    assert "continuous action space, your files a discrete one" in line(plan(aws, files, CHOICES), "pretrained").message


def test_custom_files_of_a_running_spot_training_are_not_replaced(aws: Aws, base: str, files: CustomFiles) -> None:
    run(aws, files, LaunchChoices("base", "run-1", market="spot"))
    change(files, "run.env", "/run-1", "/run-2")
    found = line(plan(aws, files, LaunchChoices("base", "run-2")), "custom")
    assert found.severity == "error"
    assert "after an interruption" in found.message
    assert (found.remedies[0].key, found.remedies[0].value) == (
        "DR_LOCAL_S3_CUSTOM_FILES_PREFIX",
        "custom_files-run-2",
    )


# -- access, reward, login ----------------------------------------------------------------------------


def test_a_base_stack_of_an_older_version_is_a_warning_until_its_update(
    aws: Aws, files: CustomFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = packaged.template("base.yaml")
    builder = r"^  Builder\w+:\n(?:    .*\n|\n)+"  # its resources and its export
    older = re.sub(builder, "", current, flags=re.MULTILINE).replace("BuilderRole", "InstanceRole")
    with monkeypatch.context() as patch:
        patch.setattr(packaged, "template", lambda _: older)
        list(base_stack.create(aws, "base", "203.0.113.7", poll_s=POLL_S))
    found = line(plan(aws, files, CHOICES), "base")
    assert (found.severity, found.code, found.fix) == ("warning", "base-outdated", "dots-tui base update base")
    update = base_changes.preview_update(aws, "base", poll_s=POLL_S)
    assert update is not None
    list(change_set.execute(aws, update, poll_s=POLL_S))
    assert line(plan(aws, files, CHOICES), "base").severity == "good"


def test_an_address_that_is_not_let_in_is_told(aws: Aws, base: str, files: CustomFiles) -> None:
    found = line(plan(aws, files, CHOICES, Known("198.51.100.4")), "access")
    assert found.severity == "warning"
    assert "No rule lets 198.51.100.4 reach port 22, 8080, 8100; open for 203.0.113.7" in found.message


def test_a_reward_function_that_was_not_rehearsed_is_told(aws: Aws, base: str, files: CustomFiles) -> None:
    unknown = Known(rehearse=lambda _: RehearsalOutcome("track", not_rehearsed="numpy is not installed here."))
    found = line(plan(aws, files, CHOICES, unknown), "reward")
    assert (found.severity, found.code) == ("warning", "not-rehearsed")
    assert "numpy is not installed here." in found.message


def test_a_fault_of_the_rehearsal_forbids_the_launch(aws: Aws, base: str, files: CustomFiles) -> None:
    faults = (FunctionFault("exception", "division by zero", 3), FunctionFault("exception", "no key", 7))
    known = Known(rehearse=lambda _: RehearsalOutcome("track", faults=faults))
    planned = plan(aws, files, CHOICES, known)
    faulty = line(planned, "reward")
    assert (faulty.severity, faulty.code) == ("error", "rehearsal-fault")
    assert planned.blocked
    assert "line 3: division by zero (2 faults in total)" in faulty.message
    even_so = plan(aws, files, replace(CHOICES, even_so=True), known)
    assert (line(even_so, "reward").severity, even_so.blocked) == ("warning", False)


def test_a_reward_function_that_cannot_be_read_is_not_rehearsed(aws: Aws, base: str, files: CustomFiles) -> None:
    files.write("reward_function.py", b"def reward_function(params)\n    return 1.0\n")
    found = line(plan(aws, files, CHOICES), "reward")
    assert found.severity == "error"
    assert found.remedies[0].value == "reward_function.py"


def test_a_bucket_that_is_gone_is_told(aws: Aws, base: str, files: CustomFiles) -> None:
    name = bucket_of(aws)
    aws.client("s3").delete_bucket(Bucket=name)
    planned = plan(aws, files, CHOICES)
    assert "does not exist any more" in line(planned, "bucket").message
    assert planned.blocked


def test_a_budget_becomes_the_time_to_live(aws: Aws, base: str, files: CustomFiles) -> None:
    found = line(plan(aws, files, CHOICES, Known(budget=0.5)), "cost")
    assert found.code == "over-budget"
    minutes = int(found.remedies[0].value)
    fits = plan(aws, files, LaunchChoices("base", "run-1", ttl_minutes=minutes), Known(budget=0.5))
    assert line(fits, "cost").severity == "good"
    assert fits.cost is not None
    assert 0.45 < fits.cost.usd <= 0.5
    assert not line(plan(aws, files, CHOICES, Known(budget=0.05)), "cost").remedies


@pytest.mark.parametrize(("workers", "severity"), [("1", "good"), ("2", "good"), ("3", "warning"), ("${N}", "good")])
def test_more_workers_than_the_type_carries_are_told(
    aws: Aws, base: str, files: CustomFiles, workers: str, severity: str
) -> None:
    change(files, "system.env", "DR_WORKERS=1", f"DR_WORKERS={workers}")
    found = line(plan(aws, files, CHOICES), "type")
    assert found.severity == severity
    if severity == "warning":
        assert "ask for 3 workers; g4dn.2xlarge carries 2" in found.message


def _quota_used(cloud: LoopbackAws, aws: Aws, files: CustomFiles, market: str) -> str:
    return line(plan(aws, files, LaunchChoices("base", "run-2", market)), "quota").message


def test_only_instances_of_the_market_count_to_its_quota(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    run(aws, files, LaunchChoices("base", "run-1", "standard"))
    assert "8 used" in _quota_used(cloud, aws, files, "standard")
    assert "0 used" in _quota_used(cloud, aws, files, "spot")
    aws.client("ec2").run_instances(
        ImageId="ami-1",
        InstanceType="g4dn.2xlarge",
        MinCount=1,
        MaxCount=1,
        InstanceMarketOptions={"MarketType": "spot"},
    )
    assert "8 used" in _quota_used(cloud, aws, files, "standard")
