"""Each mishap of the demo leads, through the real client, to the words a racer is told."""

from __future__ import annotations

import json
import os
import tempfile
import time
from typing import TYPE_CHECKING, Callable

import pytest

from dots_tui.aws.next_try import next_tries
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.stacks import get_stack, list_stacks
from dots_tui.aws.training_plan import LaunchChoices
from dots_tui.demo.mishaps import Mishap
from dots_tui.demo.session import EmbeddedCloud
from tests.system.mishap_steps import BASE, DemoAccount, diagnosed, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.system.conftest import Traces

    Account = Callable[..., DemoAccount]

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]


@pytest.fixture
def account(make_traces: Callable[[], Traces], monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """Start a demo cloud with a mishap and a base stack. Nothing of it is left behind."""
    traces, before = make_traces(), dict(os.environ)
    monkeypatch.setattr(tempfile, "tempdir", str(traces.folder))
    os.environ["TMPDIR"] = str(traces.folder)
    clouds: list[EmbeddedCloud] = []

    def start(mishap: Mishap | None) -> DemoAccount:
        cloud = EmbeddedCloud(mishap)
        clouds.append(cloud)
        os.environ["DOTS_TUI_HOME"] = str(cloud.home / "user")
        made = DemoAccount(cloud)
        made.create_base()
        return made

    yield start
    for cloud in clouds:
        cloud.close()
    os.environ.clear()
    os.environ.update(before)
    traces.assert_nothing_left()


def test_quota_of_a_new_account_forbids_the_launch(account: Account) -> None:
    planned = account(Mishap.QUOTA).plan()
    assert planned.blocked
    found = [one for one in planned.obstacles if one.code.startswith("quota")]
    assert "0 vCPU" in found[0].message
    assert "Service Quotas" in found[0].fix


def test_no_capacity_offers_a_type_that_can_be_launched(account: Account) -> None:
    demo = account(Mishap.NO_CAPACITY)
    with pytest.raises(AwsProblem, match="no such machine free now") as caught:
        demo.launch()
    other = next_tries(caught.value, LaunchChoices(BASE, "run-1"), {"run-1"})[0].choices
    assert other.instance_type != "g4dn.2xlarge"
    demo.launch(other.name, instance_type=other.instance_type)
    assert get_stack(demo.aws, other.name).status == "CREATE_COMPLETE"


def test_no_spot_capacity_is_told_as_capacity(account: Account) -> None:
    with pytest.raises(AwsProblem, match="no such machine free now"):
        account(Mishap.NO_CAPACITY).launch(market="spot")


def test_old_image_is_named_with_its_age(account: Account) -> None:
    planned = account(Mishap.OLD_IMAGE).plan()
    lines = {line.topic: line for line in planned.lines}
    assert "deepracer-ami-dist-config-2025-10-30" in lines["image"].message
    assert "days old" in lines["image"].message
    assert lines["image"].severity == "warning"
    # It has DRFC 5, which cannot start the simapp of the default files.
    assert lines["versions"].severity == "error"
    assert [one.kind for one in lines["versions"].remedies] == ["image", "bake", "finding"]


def test_a_start_that_fails_is_explained_and_ends_by_itself(account: Account) -> None:
    demo = account(Mishap.START_FAILS)
    with pytest.raises(AwsProblem, match="The instance reported: DRFC did not start the training") as caught:
        demo.launch()
    assert "FAILURE signal" in caught.value.what
    assert get_stack(demo.aws, "run-1").status == "ROLLBACK_COMPLETE"
    bucket = dict(get_stack(demo.aws, BASE).outputs)["Bucket"]
    kept = demo.aws.client("s3").get_object(Bucket=bucket, Key="models/run-1/dots-tui/phases.json")["Body"].read()
    phases = json.loads(kept)["phases"]
    failed = next(phase for phase in phases if phase["name"] == "failed")
    assert "did not start" in failed["message"]
    assert failed["reason"] == "no-x-server"
    assert "X server" in failed["last_words"]
    assert [phase["name"] for phase in phases[:5]] == ["files", "machine", "x", "pull", "start"]
    demo.launch("run-2")  # it happens once
    with demo.watched("run-2") as monitor:
        until(monitor, lambda now: now.run.workers and now.run.workers[0].steps, "the next run drives")


@pytest.mark.parametrize(
    ("mishap", "code"),
    [
        (Mishap.REWARD_ERROR, "reward-error"),
        (Mishap.OUT_OF_MEMORY, "out-of-memory"),
        (Mishap.DEAD_WORKER, "process-crashed"),
        (Mishap.STALLED_TRAINER, "no-new-checkpoint"),
    ],
)
def test_what_goes_wrong_in_a_training_is_diagnosed(account: Account, mishap: Mishap, code: str) -> None:
    demo = account(mishap)
    demo.launch()
    with demo.watched() as monitor:
        until(monitor, lambda now: diagnosed(now, code), code, 120)
        snapshot = monitor.snapshot()
    assert next(one for one in snapshot.run.diagnoses if one.severity == "error").code == code


def test_a_healthy_demo_has_no_errors(account: Account) -> None:
    demo = account(None)
    demo.launch()
    with demo.watched() as monitor:
        until(monitor, lambda now: len(now.run.iterations) > 2, "the third iteration", 90)
        assert [one.code for one in monitor.snapshot().run.diagnoses if one.severity == "error"] == []


def test_a_spot_notice_leads_to_a_second_instance_that_goes_on(account: Account) -> None:
    demo = account(Mishap.SPOT_NOTICE)
    demo.launch(market="spot")
    with demo.watched() as monitor:
        until(monitor, lambda now: len(now.segments) == 2, "another instance", 120)
        until(monitor, lambda now: now.segments[1].model_prefix == "models/run-2", "its model's place", 60)
        until(monitor, lambda now: any(one.steps for one in now.run.workers), "it drives", 60)


def test_a_lost_connection_comes_back(account: Account) -> None:
    demo = account(Mishap.CONNECTION_LOST)
    demo.launch()
    states: set[str] = set()
    with demo.watched() as monitor:
        until(monitor, lambda now: now.transport.state == "connected" and now.run.iterations, "it drives")
        until(monitor, lambda now: now.transport.rung != "one-time-key", "the network is cut", 60)
        states.add(monitor.snapshot().transport.state)
        until(monitor, lambda now: now.transport.rung == "one-time-key", "it is connected again", 120)


def test_an_expired_login_is_told_and_can_be_renewed(account: Account) -> None:
    demo = account(Mishap.EXPIRED_LOGIN)
    demo.launch()
    _wait(lambda: _code(lambda: list_stacks(demo.aws)) == "expired", "the login expires")
    assert _code(demo.aws.identity) == "expired"
    assert _code(lambda: demo.aws.client("s3").list_buckets()) == "expired"
    _wait(lambda: _code(demo.aws.identity) == "", "the login is renewed", 90)


def test_two_runs_at_once_and_a_no_go_for_the_third(account: Account) -> None:
    demo = account(None)
    demo.launch("run-1", market="spot", instance_type="g4dn.4xlarge")
    demo.launch("run-2", market="spot", instance_type="g4dn.4xlarge")
    with demo.watched("run-1") as one, demo.watched("run-2") as two:
        for monitor in (one, two):
            until(monitor, lambda now: any(worker.steps for worker in now.run.workers), "both runs drive", 90)
        until(
            one, lambda now: now.gauges and now.gauges.model_prefix == "models/run-1", "the first instance is reachable"
        )
        until(
            two,
            lambda now: now.gauges and now.gauges.model_prefix == "models/run-2",
            "the second instance is reachable",
        )
    demo.place("run-3")
    third = demo.plan("run-3", market="spot", instance_type="g4dn.4xlarge")
    assert third.blocked
    assert any("32 vCPU" in one.message and "Spot" in one.message for one in third.obstacles if one.topic == "quota")
    assert not any(one.topic == "quota" for one in demo.plan("run-3").obstacles)  # another market, another quota


def _wait(condition: Callable[[], object], what: str, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"it did not come to this: {what}"
        time.sleep(0.2)


def _code(call: Callable[[], object]) -> str:
    """The code of the problem that a call ends with; "" without one."""
    from dots_tui.aws.problems import explained

    try:
        with explained():
            call()
    except AwsProblem as problem:
        return problem.code
    return ""
