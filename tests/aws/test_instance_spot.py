"""What a spot instance does when AWS takes it away: save, and let the next one go on where it was."""

from __future__ import annotations

import subprocess

import pytest

from tests.aws.instance_world import AWS, RUN_ENV, World, needs_bash, world

__all__ = ["world"]

pytestmark = needs_bash

NOTICE = '{"action":"terminate","time":"2030-01-01T12:02:00Z"}'
BUCKET_RUN_ENV = 'case "$*" in "s3 cp"*run.env*) cp "$4" "$WORLD/sent.env" ;; esac\n'


@pytest.fixture
def spot(world: World) -> World:
    """A spot instance that has trained for a while and gets the notice at the third look."""
    world.answer("aws", BUCKET_RUN_ENV + AWS)
    world.answer(
        "curl",
        'case "$*" in */api/token) echo t ;; *spot/instance-action)\n'
        '  n=$(cat "$WORLD/looks" 2> /dev/null || echo 0); echo $((n + 1)) > "$WORLD/looks"\n'
        f"  ((n < 2)) && exit 22; printf %s '{NOTICE}' ;; esac\n",
    )
    world.write("state/model-prefix", "training/model-1\n")
    world.write("drfc/custom_files/run.env", RUN_ENV)
    world.write("keys", "training/model-1/model/1_Step-9.ckpt.index\n")
    return world


def _run(spot: World) -> subprocess.CompletedProcess[str]:
    return spot.run("spot.sh", {"DOTS_TUI_SPOT_TICK": "0"})


def _sent(spot: World) -> dict[str, str]:
    lines = spot.read("sent.env").splitlines()
    assert all("=" in line or line.startswith("#") for line in lines)
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def test_the_next_instance_goes_on_under_the_next_prefix(spot: World) -> None:
    done = _run(spot)
    assert done.returncode == 0, done.stderr
    assert _sent(spot) == {
        "DR_LOCAL_S3_MODEL_PREFIX": "training/model-2",
        "DR_UPLOAD_S3_PREFIX": "upload/run-2",
        "DR_LOCAL_S3_PRETRAINED": "True",
        "DR_LOCAL_S3_PRETRAINED_PREFIX": "training/model-1",
        "DR_LOCAL_S3_PRETRAINED_CHECKPOINT": "last",
    }
    assert "goes on from s3://bucket/training/model-1/" in done.stdout
    assert not spot.said("aws cloudformation delete-stack")


def test_what_the_next_one_needs_comes_before_what_is_nice_to_have(spot: World) -> None:
    _run(spot)
    steps = ("dr-stop-training", "aws s3 cp --only-show-errors", "aws sns publish", "dr-upload-model -bf")
    order = [spot.journal.index(spot.said(step)[0]) for step in steps]
    assert order == sorted(order)


def test_the_replacement_starts_with_what_the_first_one_left(spot: World) -> None:
    _run(spot)
    (spot.root / "s3/custom_files/run.env").write_text(spot.read("sent.env"))
    (spot.root / "state/model-prefix").unlink()
    done = spot.run("prepare.sh")
    assert done.returncode == 0, done.stderr
    assert spot.read("state/model-prefix") == "training/model-2\n"


def test_a_prefix_that_is_taken_is_passed_over(spot: World) -> None:
    spot.write("keys", "training/model-1/model/1.ckpt.index\ntraining/model-2/x\ntraining/model-3/x\n")
    _run(spot)
    assert _sent(spot)["DR_LOCAL_S3_MODEL_PREFIX"] == "training/model-4"


def test_a_run_taken_before_its_first_checkpoint_begins_anew(spot: World) -> None:
    spot.write("keys", "training/model-1/training_params.yaml\n")
    _run(spot)
    assert _sent(spot)["DR_LOCAL_S3_MODEL_PREFIX"] == "training/model-2"
    assert "DR_LOCAL_S3_PRETRAINED" not in _sent(spot)


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("model", "model-1"),
        ("model-09", "model-10"),
        ("model-099", "model-100"),
        ("a/b-7", "a/b-8"),
        ("2024/m", "2024/m-1"),
    ],
)
def test_numbers_go_up_and_keep_their_width(spot: World, prefix: str, expected: str) -> None:
    spot.write("state/model-prefix", f"{prefix}\n")
    spot.write("keys", f"{prefix}/model/x\n")
    _run(spot)
    assert _sent(spot)["DR_LOCAL_S3_MODEL_PREFIX"] == expected


def test_the_racers_lines_stay_and_a_missing_last_newline_swallows_nothing(spot: World) -> None:
    text = (
        "# DR_LOCAL_S3_MODEL_PREFIX=old\nDR_WORLD_NAME=track\nDR_LOCAL_S3_MODEL_PREFIX=training/$DR_WORLD_NAME/m-1\n"
        "DR_LOCAL_S3_METRICS_PREFIX=$DR_LOCAL_S3_MODEL_PREFIX/metrics\nDR_CAR_NAME=Last"
    )
    spot.write("drfc/custom_files/run.env", text)
    spot.write("state/model-prefix", "training/track/m-1\n")
    spot.write("keys", "training/track/m-1/model/x\n")
    _run(spot)
    lines = spot.read("sent.env").splitlines()
    assert lines[:5] == [
        "# DR_LOCAL_S3_MODEL_PREFIX=old",
        "DR_WORLD_NAME=track",
        "DR_LOCAL_S3_MODEL_PREFIX=training/track/m-2",
        "DR_LOCAL_S3_METRICS_PREFIX=$DR_LOCAL_S3_MODEL_PREFIX/metrics",
        "DR_CAR_NAME=Last",
    ]
    assert "DR_LOCAL_S3_PRETRAINED_PREFIX=training/track/m-1" in lines


def test_a_run_that_is_not_to_go_on_is_saved_and_ends(spot: World) -> None:
    env = RUN_ENV + "DR_CONTINUE_ON_SPOT_INTERRUPTION=False\n"
    spot.write("drfc/run.env", env)
    assert _run(spot).returncode == 0
    assert not (spot.root / "sent.env").exists()
    assert len(spot.said("dr-upload-model")) == 1
    assert spot.said("aws cloudformation delete-stack")


def test_files_that_cannot_be_sent_are_told(spot: World) -> None:
    spot.answer("aws", BUCKET_RUN_ENV.replace('cp "$4" "$WORLD/sent.env"', "exit 1") + AWS)
    done = _run(spot)
    assert "could not be made to go on" in done.stdout
    assert "could not be made to go on" in spot.said("aws sns publish")[0]


def test_an_interrupted_training_does_not_end_the_run(world: World) -> None:
    world.answer("docker", "echo deepracer-0-rl_coach-1; echo abc-algo-1-xyz\n")
    world.answer("sleep", 'touch "$WORLD/state/interrupted"\n')
    world.write("bin/sleep", (world.root / "bin" / "aws").read_text())
    (world.root / "bin" / "sleep").chmod(0o755)
    done = world.run("train.sh", {"DOTS_TUI_START_LOOKS": "2", "DOTS_TUI_END_LOOKS": "2"})
    assert done.returncode == 0
    assert "interrupted" in done.stdout


# -- the best model, regularly ------------------------------------------------------------------------


def _best(world: World, name: str) -> None:
    index = f'{{"best_checkpoint": {{"name": "{name}", "avg_eval_metric": 61.2}}, "last_checkpoint": {{"name": "9"}}}}'
    world.answer("aws", f"case \"$*\" in *deepracer_checkpoints.json*) echo '{index}' ;; esac\n")


def test_the_best_model_is_copied_when_there_is_a_better_one(world: World) -> None:
    world.write("state/model-prefix", "training/model-1\n")
    _best(world, "4_Step-400.ckpt")
    assert world.run("model.sh").returncode == 0
    assert world.run("model.sh").returncode == 0
    assert world.said("dr-upload-model") == ["dr-upload-model -bf"]
    _best(world, "7_Step-700.ckpt")
    assert world.run("model.sh").returncode == 0
    assert len(world.said("dr-upload-model")) == 2


def test_a_copy_that_failed_is_tried_again(world: World) -> None:
    world.write("state/model-prefix", "training/model-1\n")
    _best(world, "4_Step-400.ckpt")
    world.write("no-upload", "")
    world.run("model.sh")
    (world.root / "no-upload").unlink()
    world.run("model.sh")
    assert len(world.said("dr-upload-model")) == 2


def test_without_an_evaluated_checkpoint_there_is_nothing_to_copy(world: World) -> None:
    world.write("state/model-prefix", "training/model-1\n")
    _best(world, "None")
    assert world.run("model.sh").returncode == 0
    assert not world.said("dr-upload-model")


# -- a training without an end ------------------------------------------------------------------------


def test_without_an_end_the_shutdown_of_the_boot_is_taken_back_and_nothing_stops(world: World) -> None:
    world.answer("curl", 'case "$*" in */api/token) echo t ;; *dots-tui:until) printf never ;; esac\n')
    assert world.run("lifetime.sh").returncode == 0
    assert world.run("lifetime.sh").returncode == 0
    assert world.said("shutdown") == ["shutdown -c"]
    assert not world.said("systemctl")
