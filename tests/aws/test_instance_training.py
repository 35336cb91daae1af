"""train.sh and x.sh on the instance, run by a real bash with a small stand-in for each program they call."""

from __future__ import annotations

from tests.aws.instance_world import ACTIVATE, World, needs_bash, world

__all__ = ["world"]

pytestmark = needs_bash


def test_a_training_is_started_and_watched_until_the_trainer_is_gone(world: World) -> None:
    world.write("state/model-prefix", "training/model-1\n")
    world.write("keys", "training/model-1/model/1_Step-9.ckpt.index\n")
    world.answer(
        "docker",
        '[[ $1 == ps ]] || exit 0; n=$(cat "$WORLD/n" 2>/dev/null || echo 0); echo $((n + 1)) > "$WORLD/n"\n'
        "((n < 9)) && echo deepracer-0-robomaker-1 && ((n > 1)) && echo abc-algo-1-xyz\nexit 0\n",
    )
    done = world.run("train.sh", {"DOTS_TUI_START_LOOKS": "9", "DOTS_TUI_END_LOOKS": "2"})
    assert done.returncode == 1
    assert "the training is over" in done.stdout
    assert world.said("cfn-signal") == [
        "cfn-signal --success true --region us-east-1 --stack run-1 --resource Instance --reason the training starts"
    ]
    assert list(world.phases) == ["x", "pull", "start", "simulations", "trainer"]
    assert world.said("dr-start-training") == ["dr-start-training -qw"]
    assert world.said("dr-update-viewer") == ["dr-update-viewer"]
    assert not world.said("dr-stop-training")


def test_a_trainer_that_does_not_come_up_is_tried_twice_and_its_logs_are_kept(world: World) -> None:
    world.write("state/claimed", "training/model-1\n")
    world.answer("docker", 'case "$1" in ps) echo deepracer-0-rl_coach-1 ;; logs) echo Traceback of rl_coach ;; esac\n')
    done = world.run("train.sh", {"DOTS_TUI_START_LOOKS": "1"})
    assert done.returncode == 1
    assert len(world.said("dr-start-training")) == 2
    assert len(world.said("dr-stop-training")) == 2
    assert world.journal.index(world.said("docker logs")[0]) < world.journal.index("dr-stop-training")
    assert world.phases["failed"]["reason"] == "no-trainer"
    assert "Traceback of rl_coach" in world.phases["failed"]["last_words"]


def test_a_start_that_drfc_refuses_is_a_failure_at_once(world: World) -> None:
    world.write("drfc/bin/activate.sh", ACTIVATE + 'dr-start-training() { echo "No X Server on :99"; return 1; }\n')
    done = world.run("train.sh")
    assert done.returncode == 1
    assert not world.said("docker ps")
    assert not world.said("cfn-signal")
    failed = world.phases["failed"]
    assert failed["reason"] == "start-refused"
    assert failed["message"] == "dr-start-training ended with status 1: No X Server on :99"
    assert failed["last_words"].endswith("No X Server on :99")


def test_a_start_without_a_container_is_a_failure(world: World) -> None:
    world.write("drfc/bin/activate.sh", ACTIVATE + "dr-start-training() { echo network sagemaker-local not found; }\n")
    assert world.run("train.sh").returncode == 1
    assert len(world.said("docker ps")) == 2
    assert world.phases["failed"]["reason"] == "no-container"
    assert "sagemaker-local" in world.phases["failed"]["message"]


def test_a_training_that_ends_before_its_first_checkpoint_is_a_failure_with_the_error_of_the_simulation(
    world: World,
) -> None:
    world.write("state/model-prefix", "training/model-1\n")
    world.write("state/claimed", "training/model-1\n")
    world.answer(
        "docker",
        'n=$(cat "$WORLD/n" 2>/dev/null || echo 0); [[ $1 == logs ]] && { echo "simapp_exception in $5"; exit; }\n'
        '[[ $1 == ps ]] || exit 0; echo $((n + 1)) > "$WORLD/n"; [[ $2 == -a ]] && echo deepracer-0-robomaker-1\n'
        "((n < 6)) && echo deepracer-0-robomaker-1 && echo abc-algo-1-xyz\nexit 0\n",
    )
    assert world.run("train.sh", {"DOTS_TUI_END_LOOKS": "2"}).returncode == 1
    assert world.phases["failed"]["reason"] == "ended-early"
    assert "simapp_exception" in world.phases["failed"]["last_words"]


def test_a_missing_image_is_pulled_and_a_refused_pull_is_tried_three_times(world: World) -> None:
    world.write("drfc/system.env", "DR_SIMAPP_SOURCE=a/deepracer-simapp\nDR_SIMAPP_VERSION=6.0.4-gpu\n")
    world.answer("docker", 'case "$1" in image) exit 1 ;; pull) echo toomanyrequests >&2; exit 1 ;; esac\n')
    assert world.run("train.sh").returncode == 1
    assert world.said("docker pull") == ["docker pull -q a/deepracer-simapp:6.0.4-gpu"] * 3
    assert world.phases["failed"]["reason"] == "pull-failed"
    assert "toomanyrequests" in world.phases["failed"]["last_words"]
    assert not world.said("dr-start-training")


def test_after_a_reboot_the_training_does_not_begin_again(world: World) -> None:
    world.write("state/started", "")
    assert world.run("train.sh").returncode == 1
    assert not world.said("dr-start-training")
    assert world.phases["failed"]["reason"] == "restarted"


def test_a_stopped_training_does_not_count_as_restarted(world: World) -> None:
    world.write("state/started", "")
    world.write("state/stopping", "")
    assert world.run("train.sh").returncode == 1
    assert not world.phases


# -- x.sh ----------------------------------------------------------------------------------------------


def _with_x(world: World, answers_at: int) -> None:
    """DRFC's scripts for X, and a server that answers at that look."""
    world.write("drfc/system.env", "DR_HOST_X=True\nDR_DISPLAY=:99\n")
    for name in ("xset", "xauth", "screen", "apt-get"):
        program = world.root / "bin" / name
        program.write_text((world.root / "bin" / "docker").read_text())
        program.chmod(0o755)
    world.answer("sudo", '[[ $1 == systemctl ]] || exec "$@"; exec "$WORLD/opt/x.sh"\n')
    world.answer(
        "xset",
        f'n=$(cat "$WORLD/x" 2>/dev/null || echo 0); echo $((n + 1)) > "$WORLD/x"; ((n >= {answers_at}))\n',
    )
    for name in ("setup-xorg.sh", "start-xorg.sh"):
        world.write(f"drfc/utils/{name}", f'#!/bin/bash\necho "{name}" >> "$WORLD/journal"\nexit 1\n')
        (world.root / "drfc/utils" / name).chmod(0o755)


def test_x_is_started_again_until_it_answers(world: World) -> None:
    _with_x(world, answers_at=8)
    world.run("train.sh", {"DOTS_TUI_X_LOOKS": "2"})
    assert len(world.said("start-xorg.sh")) == 3
    assert world.said("apt-get update")  # setup-xorg.sh failed without
    assert world.said("xauth generate :99")
    assert world.said("dr-start-training")


def test_a_server_that_is_there_is_not_started_again(world: World) -> None:
    _with_x(world, answers_at=0)
    world.run("train.sh")
    assert not world.said("start-xorg.sh")
    assert world.said("dr-start-training")


def test_without_a_server_the_start_fails_and_says_so(world: World) -> None:
    _with_x(world, answers_at=999)
    assert world.run("train.sh", {"DOTS_TUI_X_LOOKS": "1"}).returncode == 1
    assert len(world.said("start-xorg.sh")) == 5
    assert world.phases["failed"]["reason"] == "no-x-server"
    assert not world.said("dr-start-training")
