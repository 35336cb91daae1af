"""The scripts on the instance, run by a real bash with a small stand-in for each program they call."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from dots_tui.aws import packaged
from tests.aws.instance_world import AWS, RUN_ENV, World, needs_bash, world

__all__ = ["world"]

pytestmark = needs_bash


def test_shellcheck_has_nothing_to_say() -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    folder = Path(packaged.__file__).parent / "templates" / "instance"
    scripts = sorted(str(path) for path in folder.glob("*.sh"))
    done = subprocess.run(
        ["shellcheck", "-x", "-P", "SCRIPTDIR", *scripts], capture_output=True, text=True, check=False
    )
    assert done.stdout == ""


@pytest.mark.parametrize("name", [name for name in packaged.instance_files() if name.endswith(".sh")])
def test_every_script_is_bash(name: str) -> None:
    text = packaged.instance_files()[name]
    assert subprocess.run(["bash", "-n"], input=text, check=False).returncode == 0


# -- prepare.sh ---------------------------------------------------------------------------------------


def test_the_custom_files_are_put_in_place(world: World) -> None:
    world.write("drfc/custom_files/worker-9.env", "of an earlier run\n")
    world.write("keys", "training/model-10/model/x\n")
    done = world.run("prepare.sh")
    assert done.returncode == 0, done.stderr
    assert world.read("state/model-prefix") == "training/model-1\n"
    assert world.read("drfc/run.env") == RUN_ENV
    assert not (world.root / "drfc/custom_files/worker-9.env").exists()
    assert "DR_LOCAL_S3_BUCKET=bucket" in world.read("drfc/system.env")
    assert "DR_AWS_APP_REGION=us-east-1" in world.read("drfc/system.env")


def test_a_system_env_of_the_racers_own_counts(world: World) -> None:
    world.write("s3/custom_files/system.env", "DR_LOCAL_S3_BUCKET=$DEEPRACER_S3_URI\nDR_WORKERS=3\n")
    assert world.run("prepare.sh").returncode == 0
    assert world.read("drfc/system.env") == "DR_LOCAL_S3_BUCKET=$DEEPRACER_S3_URI\nDR_WORKERS=3\n"


def test_a_model_that_is_there_is_not_wiped(world: World) -> None:
    world.write("keys", "training/model-1/model/1_Step-9.ckpt.index\n")
    done = world.run("prepare.sh")
    assert done.returncode == 1
    assert world.read("state/problem") == "there is already a model in s3://bucket/training/model-1/\n"
    assert world.phases["failed"]["reason"] == "model-exists"
    assert not (world.root / "sent-phases.json").exists()  # the record beside that model is of another run


def test_a_missing_file_is_named(world: World) -> None:
    (world.root / "s3/custom_files/reward_function.py").unlink()
    done = world.run("prepare.sh")
    assert done.returncode == 1
    assert world.read("state/problem") == "reward_function.py is missing in s3://bucket/custom_files/\n"
    assert json.loads(world.read("sent-phases.json"))["phases"][-1]["reason"] == "files-missing"


def test_without_an_answer_from_the_bucket_nothing_is_started(world: World) -> None:
    world.answer("aws", AWS.replace('grep -m1 "^$prefix" "$WORLD/keys" || echo None', "exit 255"))
    assert world.run("prepare.sh").returncode == 1


def test_a_record_of_a_failed_start_is_not_in_the_way(world: World) -> None:
    world.write("keys", "training/model-1/dots-tui/\n")
    assert world.run("prepare.sh").returncode == 0
    assert list(world.phases) == ["files", "machine"]
    assert json.loads(world.read("sent-phases.json"))["stack"] == "run-1"


def test_files_that_cannot_be_read_are_tried_three_times(world: World) -> None:
    world.answer("aws", AWS.replace('cp "$WORLD"/s3/custom_files/* custom_files/', "exit 1"))
    assert world.run("prepare.sh").returncode == 1
    assert len(world.said("aws s3 cp --recursive")) == 3
    assert world.phases["failed"]["reason"] == "files-unreadable"


def test_settings_that_drfc_refuses_are_told_with_its_words(world: World) -> None:
    world.write("drfc/bin/activate.sh", "echo 'ERROR: Variable DR_SIMAPP_VERSION not defined.'; return\n")
    assert world.run("prepare.sh").returncode == 1
    assert world.phases["failed"]["reason"] == "settings-refused"
    assert "DR_SIMAPP_VERSION not defined" in world.phases["failed"]["last_words"]


# -- prepare.sh: the swarm and the version of DRFC ------------------------------------------------------

DOCKER = """\
case "$*" in
  "info --format"*) [[ -e $WORLD/swarm ]] && echo active true || echo {state}; exit {status} ;;
  "swarm leave"*) ;;
  "swarm init"*) touch "$WORLD/swarm" ;;
  "node inspect"*) echo n1 ;;
  "network ls"*) [[ -e $WORLD/network ]] && echo sagemaker-local ;;
  "network create"*) touch "$WORLD/network" ;;
esac
exit 0
"""


@pytest.mark.parametrize("state", ["error false", "locked false", "pending false", "active false"])
def test_an_expired_swarm_is_made_anew(world: World, state: str) -> None:
    world.answer("docker", DOCKER.format(state=state, status=0))
    done = world.run("prepare.sh")
    assert done.returncode == 0, done.stderr
    steps = ("docker swarm leave --force", "docker swarm init", "docker node update", "docker network create")
    order = [world.journal.index(world.said(step)[0]) for step in steps]
    assert order == sorted(order)
    assert "--label-add Sagemaker=true --label-add Robomaker=true n1" in world.said("docker node update")[0]
    create = world.said("docker network create")[0]
    assert "--driver overlay --attachable --scope swarm" in create
    assert "com.docker.compose.network=sagemaker-local" in create


def test_a_swarm_in_order_is_left_alone(world: World) -> None:
    world.write("network", "")
    world.answer("docker", DOCKER.format(state="active true", status=0))
    assert world.run("prepare.sh").returncode == 0
    assert not world.said("docker swarm")
    assert not world.said("docker network create")


@pytest.mark.parametrize(("style", "swarms"), [("compose", 0), ("swarm", 1)])
def test_an_image_without_a_swarm_gets_what_its_style_needs(world: World, style: str, swarms: int) -> None:
    world.write("drfc/system.env", f"DR_DOCKER_STYLE={style}\n")
    world.answer("docker", DOCKER.format(state="inactive", status=0))
    assert world.run("prepare.sh").returncode == 0
    assert len(world.said("docker swarm init")) == swarms
    assert len(world.said("docker network create")) == 1
    assert ("overlay" in world.said("docker network create")[0]) == bool(swarms)


def test_docker_that_does_not_answer_is_restarted_once_and_told(world: World) -> None:
    world.answer("docker", DOCKER.format(state="", status=1))
    assert world.run("prepare.sh").returncode == 1
    assert world.said("sudo systemctl restart docker") == ["sudo systemctl restart docker"]
    assert world.phases["failed"]["reason"] == "no-docker"


@pytest.mark.parametrize(
    ("drfc", "image", "tag", "fits"),
    [
        ("5.3", "5.3.3", "6.0.4-gpu", False),
        ("6.0", "6.0.4", "5.3.3-gpu", False),
        ("6.0", "6.0.4", "6.0.2-cpu", True),
        ("5.3", "5.3.3", "5.3.1-gpu", True),
    ],
)
def test_a_wrong_pair_of_versions_is_refused(world: World, drfc: str, image: str, tag: str, fits: bool) -> None:
    dependencies = {"master_version": drfc, "containers": {"simapp": image}}
    world.write("drfc/defaults/dependencies.json", json.dumps(dependencies, indent=4))
    source = "awsdeepracercommunity/deepracer-simapp"
    world.write("s3/custom_files/system.env", f"DR_SIMAPP_SOURCE={source}\nDR_SIMAPP_VERSION={tag}\n")
    assert (world.run("prepare.sh").returncode == 0) == fits
    assert ("failed" in world.phases) != fits
    if not fits:
        assert world.phases["failed"]["reason"] == "wrong-version"
        assert f"set DR_SIMAPP_VERSION={image}-gpu" in world.phases["failed"]["message"]


# -- logs.sh ------------------------------------------------------------------------------------------


def test_logs_are_uploaded_when_they_grew(world: World) -> None:
    world.write("state/claimed", "training/model-1\n")
    world.write("new", "first\n")
    world.answer("docker", 'if [[ $1 == ps ]]; then echo deepracer-0-robomaker-1; else cat "$WORLD/new"; fi\n')
    assert world.run("logs.sh").returncode == 0
    assert world.read("log-deepracer-0-robomaker-1.log") == "first\n"
    target = "s3://bucket/training/model-1/logs/deepracer-0-robomaker-1.log"
    assert len([line for line in world.said("aws s3 cp") if line.endswith(target)]) == 1
    world.write("new", "")
    assert world.run("logs.sh").returncode == 0
    assert len([line for line in world.said("aws s3 cp") if line.endswith(target)]) == 1
    world.write("new", "second\n")
    assert world.run("logs.sh").returncode == 0
    assert world.read("log-deepracer-0-robomaker-1.log") == "first\nsecond\n"
    since = world.said("docker logs")
    assert since[0].startswith("docker logs --since 1970-01-01T00:00:00Z --until ")
    assert since[0].split()[5] == since[1].split()[3]


def test_the_journal_and_the_output_of_drfc_are_uploaded_beside_the_model(world: World) -> None:
    world.write("state/claimed", "training/model-1\n")
    world.write("state/drfc.log", "No X Server\n")
    world.answer("sudo", 'exec "$@"\n')
    world.answer("journalctl", "echo a line of ours\n")
    assert world.run("logs.sh").returncode == 0
    assert world.read("log-drfc.log") == "No X Server\n"
    journal = "s3://bucket/training/model-1/dots-tui/journal.log"
    assert [line for line in world.said("aws s3 cp") if line.endswith(journal)]
    assert "a line of ours" in (world.root / "state/logs/journal").read_text()


def test_custom_files_are_kept_beside_the_model_once_containers_run(world: World) -> None:
    world.write("state/claimed", "training/model-1\n")
    world.write("drfc/custom_files/run.env", "DR_LOCAL_S3_MODEL_PREFIX=training/model-1\n")
    target = "s3://bucket/training/model-1/dots-tui/files/run.env"
    world.answer("docker", ":\n")
    assert world.run("logs.sh").returncode == 0
    assert [line for line in world.said("aws s3 cp") if line.endswith(target)] == []
    world.answer("docker", "if [[ $1 == ps ]]; then echo deepracer-0-robomaker-1; else echo a line; fi\n")
    for _ in range(2):
        assert world.run("logs.sh").returncode == 0
        assert len([line for line in world.said("aws s3 cp") if line.endswith(target)]) == 1


# -- lifetime.sh --------------------------------------------------------------------------------------


def _until(world: World, text: str) -> None:
    world.answer("curl", f'case "$*" in */api/token) echo t ;; *dots-tui:until) printf %s {text} ;; esac\n')


def test_while_there_is_time_only_the_shutdown_is_armed_and_only_once(world: World) -> None:
    _until(world, "2999-01-01T00:00:00Z")
    assert world.run("lifetime.sh").returncode == 0
    assert world.run("lifetime.sh").returncode == 0
    assert len(world.said("shutdown -h +")) == 1
    assert not world.said("systemctl")
    assert world.read("state/until") == "2999-01-01T00:00:00Z\n"


def test_a_changed_time_to_live_arms_the_shutdown_anew(world: World) -> None:
    _until(world, "2999-01-01T00:00:00Z")
    world.run("lifetime.sh")
    _until(world, "2999-01-01T01:00:00Z")
    world.run("lifetime.sh")
    armed = [int(line.rpartition("+")[2]) for line in world.said("shutdown -h +")]
    assert len(armed) == 2
    assert 59 <= armed[1] - armed[0] <= 60
    assert world.said("shutdown -c")


def test_when_the_time_is_over_the_stop_is_started(world: World) -> None:
    _until(world, "2020-01-01T00:00:00Z")
    assert world.run("lifetime.sh").returncode == 0
    assert world.said("systemctl") == ["systemctl start --no-block dots-tui-stop.service"]
    assert world.said("shutdown -h") == ["shutdown -h +0"]


def test_without_the_tag_the_last_known_time_counts(world: World) -> None:
    world.answer("curl", "exit 22\n")
    world.write("state/until", "2020-01-01T00:00:00Z\n")
    assert world.run("lifetime.sh").returncode == 0
    assert world.said("systemctl")


def test_a_tag_that_comes_late_is_waited_for(world: World) -> None:
    world.answer(
        "curl",
        'case "$*" in */api/token) echo t ;; *dots-tui:until)\n'
        '  n=$(cat "$WORLD/looks" 2> /dev/null || echo 0); echo $((n + 1)) > "$WORLD/looks"\n'
        "  ((n < 9)) && exit 22; printf %s 2999-01-01T00:00:00Z ;; esac\n",
    )
    assert world.run("lifetime.sh").returncode == 0
    assert world.read("looks") == "10\n"
    assert len(world.said("shutdown -h +")) == 1


def test_a_run_that_is_stopped_is_not_stopped_again(world: World) -> None:
    _until(world, "2020-01-01T00:00:00Z")
    world.write("state/stopping", "")
    assert world.run("lifetime.sh").returncode == 0
    assert not world.said("systemctl")


@pytest.mark.parametrize("text", ["''", "soon", "t", "2026-13-01T00:00:00Z"])
def test_a_time_that_cannot_be_read_is_an_error(world: World, text: str) -> None:
    _until(world, text)
    assert world.run("lifetime.sh").returncode == 1


# -- install.sh ---------------------------------------------------------------------------------------


def _install(world: World) -> subprocess.CompletedProcess[str]:
    world.answer("sudo", '[[ $1 == -u ]] && shift 3; exec "$@"\n')  # sudo -u OWNER -H PROGRAM
    return world.run("install.sh", {"DOTS_TUI_UNITS": str(world.root / "units"), "DOTS_TUI_OWNER": "nobody"})


def test_installing_arms_the_time_to_live_before_anything_else(world: World) -> None:
    (world.root / "units").mkdir()
    _until(world, "2999-01-01T00:00:00Z")
    done = _install(world)
    assert done.returncode == 0, done.stderr
    steps = (
        "shutdown -h +",
        "systemctl enable --now dots-tui-lifetime.timer",
        "sudo -u",
        "systemctl enable --now --no-block",
    )
    order = [world.journal.index(world.said(step)[0]) for step in steps]
    assert order == sorted(order)
    assert "export DEEPRACER_S3_URI=bucket" in world.read("etc/profile.sh")
    units = {path.name for path in (world.root / "units").iterdir()}
    assert units == {name for name in packaged.instance_files() if name.endswith((".service", ".timer"))}


def test_what_cannot_train_fails_with_its_reason(world: World) -> None:
    (world.root / "units").mkdir()
    _until(world, "2999-01-01T00:00:00Z")
    world.write("keys", "training/model-1/x\n")
    assert _install(world).returncode != 0
    assert world.read("state/problem") == "there is already a model in s3://bucket/training/model-1/\n"
    assert not world.said("systemctl enable --now --no-block")
    assert len(world.said("aws sns publish")) == 1


def test_no_time_to_live_no_training(world: World) -> None:
    (world.root / "units").mkdir()
    assert _install(world).returncode != 0
    assert "time to live" in world.read("state/problem")
    assert not any("prepare.sh" in line for line in world.said("sudo"))
