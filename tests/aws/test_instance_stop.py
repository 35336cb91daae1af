"""stop.sh on the instance, run by a real bash with a small stand-in for each program it calls."""

from __future__ import annotations

import pytest

from tests.aws.instance_world import AWS, ENV, World, needs_bash, world

__all__ = ["world"]

pytestmark = needs_bash


def _trained(world: World) -> None:
    world.write("state/model-prefix", "training/model-1\n")
    world.write("state/claimed", "training/model-1\n")
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
    assert world.said("sudo shutdown") == ["sudo shutdown -h now"]


def test_an_instance_that_was_never_prepared_can_be_stopped(world: World) -> None:
    (world.root / "drfc/bin/activate.sh").unlink()
    world.run("stop.sh")
    assert world.said("aws cloudformation delete-stack")


def test_the_logs_are_read_before_and_while_the_containers_are_removed(world: World) -> None:
    _trained(world)
    world.answer("docker", "[[ $1 == ps ]] && echo abc-algo-1-xyz || echo a line\n")
    world.run("stop.sh")
    stopped = world.journal.index("dr-stop-training")
    logs = [n for n, line in enumerate(world.journal) if line.startswith("docker logs")]
    assert min(logs) < stopped
    assert any("--follow" in world.journal[n] for n in logs)
    assert world.read("log-abc-algo-1-xyz.log").count("a line") >= 2


def test_what_is_done_is_not_done_again(world: World) -> None:
    _trained(world)
    world.run("stop.sh")
    world.run("stop.sh")
    assert len(world.said("aws sns publish")) == 1
    assert len(world.said("dr-stop-training")) == 1
    assert len(world.said("aws cloudformation delete-stack")) == 2


def test_timers_and_training_are_stopped_and_a_shutdown_follows_the_deletion(world: World) -> None:
    _trained(world)
    world.run("stop.sh")
    assert world.said("sudo systemctl stop") == [
        "sudo systemctl stop dots-tui-logs.timer dots-tui-model.timer dots-tui-training.service",
        "sudo systemctl stop dots-tui-lifetime.timer",
    ]
    assert world.said("sudo shutdown") == ["sudo shutdown -h +10"]
    assert list(world.phases) == ["stopping", "saved", "deleted"]


def test_a_failed_start_is_reported_to_cloudformation_and_mailed_with_its_reason(world: World) -> None:
    world.write("state/problem", "no X server answers on :99\n")
    world.run("stop.sh")
    assert world.said("cfn-signal")[0].endswith(
        "--success false --region us-east-1 --stack run-1 --resource Instance --reason no X server answers on :99"
    )
    assert "failed: no X server answers on :99" in world.said("aws sns publish")[0]
    assert not world.said("aws cloudformation delete-stack")
    assert world.said("sudo shutdown") == ["sudo shutdown -h +2"]


def test_a_failure_that_nobody_waits_for_deletes_the_stack(world: World) -> None:
    world.write("state/problem", "the training ended before its first checkpoint\n")
    world.answer("cfn-signal", "exit 1\n")
    world.run("stop.sh")
    assert world.said("aws cloudformation delete-stack")


@pytest.mark.parametrize("refused", [False, True])
def test_a_spot_instance_leaves_its_group_so_that_none_comes_in_its_place(world: World, refused: bool) -> None:
    _trained(world)
    world.write("no-delete", "")
    world.write("etc/env", ENV + "MARKET=spot\n")
    world.write("state/instance-id", "i-0abc\n")
    if refused:
        world.answer("aws", AWS.replace('"cloudformation', '"autoscaling"*) exit 1 ;;\n  "cloudformation'))
    done = world.run("stop.sh")
    [leave] = world.said("aws autoscaling terminate-instance-in-auto-scaling-group")
    assert leave.endswith("--instance-id i-0abc --should-decrement-desired-capacity")
    # Refused, the service tries again later; a shutdown would only bring the next instance.
    assert (done.returncode != 0) == refused
    assert bool(world.said("sudo shutdown")) != refused
