"""The scripts on the instance, run by a real bash with a small stand-in for each program they call."""

from __future__ import annotations

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
    assert done.stderr.splitlines()[-1] == "there is already a model in s3://bucket/training/model-1/"


def test_a_missing_file_is_named(world: World) -> None:
    (world.root / "s3/custom_files/reward_function.py").unlink()
    done = world.run("prepare.sh")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "reward_function.py is missing in s3://bucket/custom_files/"


def test_without_an_answer_from_the_bucket_nothing_is_started(world: World) -> None:
    world.answer("aws", AWS.replace('grep -m1 "^$prefix" "$WORLD/keys" || echo None', "exit 255"))
    assert world.run("prepare.sh").returncode == 1


# -- train.sh -----------------------------------------------------------------------------------------


def test_a_training_is_started_and_watched_until_the_trainer_is_gone(world: World) -> None:
    world.answer(
        "docker",
        'n=$(cat "$WORLD/n" 2>/dev/null || echo 0); echo $((n + 1)) > "$WORLD/n"\n'
        "((n < 5)) && echo deepracer-0-robomaker-1 && ((n > 1)) && echo abc-algo-1-xyz\nexit 0\n",
    )
    done = world.run("train.sh", {"DOTS_TUI_START_LOOKS": "9", "DOTS_TUI_END_LOOKS": "2"})
    assert done.returncode == 1
    assert "the training is over" in done.stdout
    assert world.said("dr-start-training") == ["dr-start-training -qw"]
    assert world.said("dr-update-viewer") == ["dr-update-viewer"]
    assert not world.said("dr-stop-training")


def test_a_training_that_does_not_come_up_is_tried_three_times(world: World) -> None:
    done = world.run("train.sh", {"DOTS_TUI_START_LOOKS": "1", "DOTS_TUI_END_LOOKS": "1"})
    assert done.returncode == 1
    assert len(world.said("dr-start-training")) == 3
    assert len(world.said("dr-stop-training")) == 3


def test_after_a_reboot_the_training_does_not_begin_again(world: World) -> None:
    world.write("state/started", "")
    assert world.run("train.sh").returncode == 1
    assert not world.said("dr-start-training")


# -- logs.sh ------------------------------------------------------------------------------------------


def test_logs_are_uploaded_when_they_grew(world: World) -> None:
    world.write("state/model-prefix", "training/model-1\n")
    world.write("new", "first\n")
    world.answer("docker", 'if [[ $1 == ps ]]; then echo deepracer-0-robomaker-1; else cat "$WORLD/new"; fi\n')
    assert world.run("logs.sh").returncode == 0
    assert world.read("log-deepracer-0-robomaker-1.log") == "first\n"
    target = "s3://bucket/training/model-1/logs/deepracer-0-robomaker-1.log"
    assert world.said("aws s3 cp")[0].endswith(target)
    world.write("new", "")
    assert world.run("logs.sh").returncode == 0
    assert len(world.said("aws s3 cp")) == 1
    world.write("new", "second\n")
    assert world.run("logs.sh").returncode == 0
    assert world.read("log-deepracer-0-robomaker-1.log") == "first\nsecond\n"
    since = world.said("docker logs")
    assert since[0].startswith("docker logs --since 1970-01-01T00:00:00Z --until ")
    assert since[0].split()[5] == since[1].split()[3]


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


@pytest.mark.parametrize("text", ["''", "soon", "t", "2026-13-01T00:00:00Z"])
def test_a_time_that_cannot_be_read_is_an_error(world: World, text: str) -> None:
    _until(world, text)
    assert world.run("lifetime.sh").returncode == 1


# -- stop.sh ------------------------------------------------------------------------------------------


def _trained(world: World) -> None:
    world.write("state/model-prefix", "training/model-1\n")
    world.write("keys", "training/model-1/model/1_Step-9.ckpt.index\n")


def test_stopping_saves_checks_uploads_and_deletes_in_this_order(world: World) -> None:
    _trained(world)
    world.answer("docker", "[[ $1 == ps ]] && echo abc-algo-1-xyz || echo a line\n")
    done = world.run("stop.sh")
    assert done.returncode == 0, done.stderr
    steps = (
        "dr-stop-training",
        "dr-upload-model -bf",
        "aws s3 ls",
        "aws s3 cp",
        "aws sns",
        "aws cloudformation delete",
    )
    order = [world.journal.index(world.said(step)[0]) for step in steps]
    assert order == sorted(order)
    assert world.said("aws cloudformation")[0].endswith("arn:aws:cloudformation:us-east-1:1:stack/run-1/x")
    assert "its best checkpoint in s3://bucket/upload/run-1/" in done.stdout


def test_without_a_checkpoint_there_is_nothing_to_save(world: World) -> None:
    world.write("state/model-prefix", "training/model-1\n")
    done = world.run("stop.sh")
    assert "no checkpoint was written" in done.stdout
    assert not world.said("dr-upload-model")
    assert world.said("aws cloudformation delete-stack")


def test_a_model_that_could_not_be_copied_does_not_keep_the_cost_going(world: World) -> None:
    _trained(world)
    world.write("no-upload", "")
    done = world.run("stop.sh")
    assert len(world.said("dr-upload-model")) == 2
    assert "all checkpoints are in s3://bucket/training/model-1/" in done.stdout
    assert world.said("aws cloudformation delete-stack")


def test_half_a_model_counts_as_not_saved(world: World) -> None:
    _trained(world)
    world.write("uploaded", "deepracer_checkpoints.json\n")
    assert "could not be copied" in world.run("stop.sh").stdout


def test_a_stack_that_cannot_be_deleted_is_shut_down(world: World) -> None:
    _trained(world)
    world.write("no-delete", "")
    world.run("stop.sh")
    assert len(world.said("aws cloudformation delete-stack")) == 5
    assert world.said("sudo") == ["sudo shutdown -h now"]


def test_an_instance_that_was_never_prepared_can_be_stopped(world: World) -> None:
    (world.root / "drfc/bin/activate.sh").unlink()
    world.run("stop.sh")
    assert world.said("aws cloudformation delete-stack")


# -- install.sh ---------------------------------------------------------------------------------------


def _install(world: World) -> subprocess.CompletedProcess[str]:
    world.answer("sudo", 'shift 3; exec "$@"\n')  # sudo -u OWNER -H PROGRAM
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
    assert world.read("etc/problem") == "there is already a model in s3://bucket/training/model-1/\n"
    assert not world.said("systemctl enable --now --no-block")


def test_no_time_to_live_no_training(world: World) -> None:
    (world.root / "units").mkdir()
    assert _install(world).returncode != 0
    assert "time to live" in world.read("etc/problem")
    assert not world.said("sudo")
