"""Scenarios of an instance on a machine with real systemd: user data, scripts, DRFC, AWS CLI.

DRFC is a small stand-in, or the checkout named by DRFC_CHECKOUT. Docker, the X server and cfn-signal are stand-ins; AWS
is emulated by moto.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dots_tui.aws import packaged
from dots_tui.aws.trial import UNTIL_COMMAND
from tests.system.instance_world.machine import BUCKET, CHECKED, FILES, PREFIX, UNTIL, Machine, checkout
from tests.system.instance_world.root import NoMachineError, make_root, obstacle

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("instance-world"),  # one machine for all
    pytest.mark.skipif(obstacle() is not None, reason=obstacle() or ""),
]

SOON_S, ENDLESS_S = 660.0, 1e9  # after a deletion the machine shuts down within ten minutes
SUCCESS, FAILURE = "cfn-signal --success true", "cfn-signal --success false"
RUNNING = "deepracer-0-robomaker-1"
TRAINER_LOG = f"{PREFIX}/logs/tm4b1x7q2c-algo-1-8xk2p.log"


@pytest.fixture(scope="module")
def booted() -> Iterator[Machine]:
    folder = Path(tempfile.mkdtemp(prefix="dots-tui-instance-world-"))
    machine = Machine(folder)
    try:
        try:
            make_root(machine.root, checkout())
            machine.boot()
        except (NoMachineError, AssertionError) as reason:
            pytest.skip(f"no machine can be booted here: {reason}")
        yield machine
    finally:
        machine.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def machine(booted: Machine) -> Machine:
    booted.fresh()
    return booted


def _version(machine: Machine) -> str:
    """Return the version of the simulation image that belongs to the machine's DRFC."""
    text = (machine.root / "opt/drfc/defaults/dependencies.json").read_text()
    return str(json.loads(text)["containers"]["simapp"])


def _trains(machine: Machine, market: str = "standard", **settings: str) -> None:
    machine.launch(market, {"DR_SIMAPP_VERSION": f"{_version(machine)}-gpu", **settings})
    machine.reaches("training")


def _ends(machine: Machine) -> None:
    """Wait until the machine is off, or its shutdown is nearer than any time to live."""
    machine.until(lambda: machine.is_off() or (machine.shutdown_in() or ENDLESS_S) < SOON_S, "the machine ends")


def _messages(machine: Machine) -> list[str]:
    return machine.calls("aws sns publish")


def test_a_healthy_run_starts_reports_its_phases_and_saves_when_it_is_asked_to_stop(machine: Machine) -> None:
    machine.tell("apt-locked", "1")  # an upgrade is in progress
    machine.tell("x-delay", "3")  # longer than start-xorg.sh waits
    _trains(machine)
    order = ["files", "machine", "x", "pull", "start", "simulations", "trainer", "training"]
    assert list(machine.phases()) == order
    assert len(machine.calls(SUCCESS)) == 1
    assert (machine.shutdown_in() or 0) > SOON_S
    machine.checkpoint()
    machine.run("systemctl --no-block start dots-tui-stop")
    machine.reaches("deleted")
    assert list(machine.phases()) == [*order, "stopping", "saved", "deleted"]
    assert not machine.ask("stack_exists")
    saved = machine.ask("keys", "upload/first-model/model/")
    assert "upload/first-model/model/4_Step-700.ckpt.index" in saved
    # The last lines were printed while DRFC removed the containers.
    for name in (TRAINER_LOG, f"{PREFIX}/logs/{RUNNING}.log"):
        assert "last words of" in (machine.ask("get", name) or ""), name
    machine.until(lambda: "asked to stop" in machine.ask("get", f"{PREFIX}/dots-tui/journal.log"), "the journal is up")
    assert "dr-start-training" in machine.ask("get", f"{PREFIX}/dots-tui/drfc.log")
    assert f"DR_LOCAL_S3_MODEL_PREFIX={PREFIX}\n" in machine.ask("get", f"{PREFIX}/dots-tui/files/run.env")
    assert len(_messages(machine)) == 1


def test_an_expired_swarm_is_mended_and_the_run_starts(machine: Machine) -> None:
    machine.tell("swarm", "error")
    _trains(machine)
    steps = ("docker swarm leave --force", "docker swarm init", "docker node update", "docker network create")
    calls = machine.calls("docker")
    order = [next(n for n, call in enumerate(calls) if call.startswith(step)) for step in steps]
    assert order == sorted(order)
    assert len(machine.calls(SUCCESS)) == 1


def test_a_simulation_image_of_another_version_is_refused_before_anything_starts(machine: Machine) -> None:
    other = "5.3.3" if _version(machine).startswith("6") else "6.0.4"
    machine.launch(settings={"DR_SIMAPP_VERSION": f"{other}-gpu"})
    machine.reaches("failed")
    failed = machine.phases()["failed"]
    assert failed["reason"] == "wrong-version"
    assert f"DR_SIMAPP_VERSION={_version(machine)}-gpu" in failed["message"]
    machine.until(lambda: machine.calls(FAILURE), "the report to CloudFormation")
    assert failed["message"] in machine.calls(FAILURE)[0]
    _ends(machine)
    assert not machine.calls("docker compose")
    assert failed["message"] in _messages(machine)[0]


def test_without_an_x_server_the_start_fails_and_explains_itself(machine: Machine) -> None:
    machine.tell("no-x")
    machine.launch(settings={"DR_SIMAPP_VERSION": f"{_version(machine)}-gpu"})
    machine.reaches("failed")
    assert machine.phases()["failed"]["reason"] == "no-x-server"
    machine.until(lambda: machine.calls(FAILURE), "the report to CloudFormation")
    _ends(machine)
    assert not machine.calls(SUCCESS)
    assert len(_messages(machine)) == 1


def test_a_start_that_drfc_ends_at_once_is_a_failure_with_its_last_words(machine: Machine) -> None:
    # DRFC does not find a file that was deleted after the launch.
    settings = {"DR_LOCAL_S3_REWARD_KEY": "nowhere/reward_function.py"}
    machine.launch(settings={"DR_SIMAPP_VERSION": f"{_version(machine)}-gpu", **settings})
    machine.reaches("failed")
    failed = machine.phases()["failed"]
    assert failed["reason"] == "start-refused"
    assert "Training aborted" in failed["last_words"]
    machine.until(lambda: machine.calls(FAILURE), "the report to CloudFormation")
    _ends(machine)
    assert "Training aborted" in machine.ask("get", f"{PREFIX}/dots-tui/drfc.log")


@pytest.mark.parametrize("how", ["none", "dies"])
def test_a_start_without_a_running_container_is_a_failure(machine: Machine, how: str) -> None:
    machine.tell("start", how)
    machine.launch(settings={"DR_SIMAPP_VERSION": f"{_version(machine)}-gpu"})
    machine.reaches("failed")
    assert machine.phases()["failed"]["reason"] == "no-container"
    _ends(machine)
    logs = machine.ask("keys", f"{PREFIX}/logs/")
    assert bool(logs) == (how == "dies")
    if logs:
        assert "reward function has an error" in machine.ask("get", f"{PREFIX}/logs/{RUNNING}.log")


def test_metadata_without_tags_fails_and_late_tags_are_waited_for(machine: Machine) -> None:
    machine.ask("metadata", UNTIL, None)
    machine.launch()
    machine.until(lambda: machine.calls(FAILURE), "the report to CloudFormation")
    assert "the time to live cannot be read" in machine.calls(FAILURE)[0]
    _ends(machine)

    machine.fresh()
    machine.ask("metadata", UNTIL, None)
    machine.launch(settings={"DR_SIMAPP_VERSION": f"{_version(machine)}-gpu"})
    time.sleep(2)
    machine.lives(60)
    machine.reaches("files")
    assert not machine.calls(FAILURE)


def test_after_a_reboot_the_model_is_saved_and_the_training_does_not_begin_again(machine: Machine) -> None:
    _trains(machine)
    machine.checkpoint()
    starts = len(machine.calls("docker compose"))
    machine.reboot()
    machine.reaches("deleted")
    assert machine.phases()["failed"]["reason"] == "restarted"
    assert machine.ask("keys", "upload/first-model/model/")
    assert not [call for call in machine.calls("docker compose")[starts:] if " up " in call and "viewer" not in call]


def test_an_upload_that_is_refused_does_not_keep_the_machine_running(machine: Machine) -> None:
    _trains(machine)
    machine.checkpoint()
    machine.tell("refused", "*upload/first-model/*")
    machine.run("systemctl --no-block start dots-tui-stop")
    machine.reaches("deleted")
    assert "could not be copied" in machine.phases()["saved"]["message"]
    assert "could not be copied" in _messages(machine)[0]
    assert not machine.ask("stack_exists")


def test_a_run_whose_time_is_over_is_saved_once_and_mailed_once(machine: Machine) -> None:
    _trains(machine)
    machine.checkpoint()
    machine.lives(-1)
    machine.reaches("deleted")
    assert machine.phases()["stopping"]["message"] == "the time to live is over"
    # In this time the timer would check twice, and so would a training that is still monitored.
    time.sleep(5)
    units = "dots-tui-lifetime.timer dots-tui-logs.timer dots-tui-model.timer dots-tui-training.service"
    assert set(machine.run(f"systemctl is-active {units}", check=False).split()) <= {"inactive", "failed"}
    assert len(_messages(machine)) == 1
    assert len(machine.calls("aws cloudformation delete-stack")) == 1
    _ends(machine)  # in case the deletion fails


def test_a_machine_whose_stack_cannot_be_deleted_shuts_down(machine: Machine) -> None:
    _trains(machine)
    machine.tell("refused", "cloudformation delete-stack*")
    machine.run("systemctl --no-block start dots-tui-stop")
    machine.until(machine.is_off, "the machine is off")
    assert "could not be deleted" in machine.phases()["stopping"]["message"]
    assert len(_messages(machine)) == 1


def test_a_spot_machine_whose_stack_cannot_be_deleted_leaves_its_group_first(machine: Machine) -> None:
    machine.ask("metadata", UNTIL, "never")
    _trains(machine, "spot")
    machine.tell("refused", "cloudformation delete-stack*")
    machine.run("systemctl --no-block start dots-tui-stop")
    machine.until(machine.is_off, "the machine is off")
    leave = "aws autoscaling terminate-instance-in-auto-scaling-group --instance-id i-0abc"
    assert len(machine.calls(leave)) == 1


@pytest.mark.parametrize("trained", [False, True])
def test_a_spot_notice_hands_the_run_over(machine: Machine, trained: bool) -> None:
    _trains(machine, "spot")
    if trained:
        machine.checkpoint()
    machine.until(lambda: "active" in machine.run("systemctl is-active dots-tui-spot", False).split(), "the watch")
    time.sleep(2)  # it reads its settings first
    machine.ask("metadata", "spot/instance-action", '{"action": "terminate", "time": "2026-11-28T18:02:00Z"}')
    machine.reaches("saved")
    settings = machine.ask("get", f"{FILES}/run.env").splitlines()
    assert f"DR_LOCAL_S3_MODEL_PREFIX={PREFIX}-1" in settings
    assert (f"DR_LOCAL_S3_PRETRAINED_PREFIX={PREFIX}" in settings) == trained
    assert json.loads(machine.ask("get", f"{PREFIX}/dots-tui/phases.json"))["next"] == f"{PREFIX}-1"
    assert machine.ask("stack_exists")
    if trained:
        machine.until(lambda: machine.ask("keys", "upload/first-model/model/"), "the best checkpoint is copied")


def test_a_checked_instance_reports_knows_its_end_and_deletes_its_stack_without_a_training(machine: Machine) -> None:
    machine.tell("swarm", "error")  # the check does not need the swarm
    until = machine.lives(8)
    machine.check()
    machine.until(lambda: machine.calls(SUCCESS), "the report to CloudFormation")
    assert list(machine.phases(CHECKED)) == ["machine"]
    assert machine.run(UNTIL_COMMAND).split() == [until, "active"]
    machine.lives(-1)
    machine.reaches("deleted", CHECKED)
    phases = machine.phases(CHECKED)
    assert list(phases) == ["machine", "stopping", "saved", "deleted"]
    assert phases["stopping"]["message"] == "the time to live is over"
    assert phases["saved"]["message"] == "no checkpoint was written"
    assert not machine.ask("stack_exists")
    assert len(_messages(machine)) == 1
    assert not [call for call in machine.calls("docker compose") if " up " in call]
    _ends(machine)


def test_a_checked_instance_whose_place_is_taken_reports_a_failure(machine: Machine) -> None:
    machine.ask("put", f"{CHECKED}/model/1_Step-9.ckpt.index", "x")
    machine.check()
    machine.until(lambda: machine.calls(FAILURE), "the report to CloudFormation")
    assert f"s3://{BUCKET}/{CHECKED}/ already" in machine.calls(FAILURE)[0]
    _ends(machine)
    assert not machine.calls(SUCCESS)
    assert machine.ask("get", f"{CHECKED}/model/1_Step-9.ckpt.index") == "x"


@pytest.mark.parametrize("key", ["install.sh", "common.sh", "planted.sh", "json/__init__.py"])
def test_scripts_that_are_not_those_of_the_launch_do_not_run(machine: Machine, key: str) -> None:
    machine.ask("put", f"{packaged.instance_prefix()}/{key}", "touch /var/lib/world/planted\n")
    machine.launch()
    machine.until(lambda: machine.calls(FAILURE), "the report to CloudFormation")
    assert "not those of the launch" in machine.calls(FAILURE)[0]
    _ends(machine)
    if not machine.is_off():
        assert machine.run("ls /var/lib/world").split() == []
        assert machine.run("systemctl list-unit-files 'dots-tui*' --no-legend", check=False).strip() == ""
    assert BUCKET not in "".join(machine.calls("docker"))
