"""Containers that end are told with why, except where that is how a training ends or begins again."""

from __future__ import annotations

import pytest

from dots_tui.custom_files.findings import ERROR, INFO, WARNING
from dots_tui.training.containers import Container
from tests.training.diagnosed import ALGO, ONE, THREE, TWO, Story, begin, codes, exists, finish_driving, only, snapshot

# -- containers that end ------------------------------------------------------------------------------


def test_a_worker_that_was_killed_is_told_with_why_and_for_how_long(story: Story) -> None:
    begin(story)
    story.now += 400
    for name in (ONE, TWO):
        story.episode(name, 1, [0.0, 12.0])
    story.episode(THREE, 1, [0.0, 5.0], done=False)
    story.run.container(exists(THREE, "exited", 137))
    found = only(story, 95)
    assert (found.code, found.severity, found.worker, found.container) == ("host-out-of-memory", ERROR, 2, THREE)
    assert snapshot(story, 95).verdict == (
        "STALLED: worker 2 gone for 95 s (container exited 137: out of memory); the trainer waits for it."
    )


@pytest.mark.parametrize(("code", "how"), [(1, "container exited 1"), (139, "it crashed"), (143, "told to stop")])
def test_a_worker_that_ended_otherwise_is_told(story: Story, code: int, how: str) -> None:
    begin(story)
    story.run.container(exists(TWO, "exited", code))
    found = only(story, 30)
    assert (found.code, found.worker) == ("worker-gone", 1)
    assert how in found.title


def test_a_swarm_task_that_vanished_is_told(story: Story) -> None:
    tasks = [f"deepracer-0_robomaker.{slot}.{'abcdefghijklmnopqrstuvwxy'}" for slot in (1, 2)]
    listed = [Container(name + "id", name, "robomaker", index + 1, "running", "") for index, name in enumerate(tasks)]
    story.run.containers([*listed, exists(ALGO)])
    for name in tasks:
        story.restore(name, 0)
        story.episode(name, 0, [0.0, 5.0], done=False)
    story.run.containers([listed[0], exists(ALGO)])
    found = only(story, 10)
    assert (found.code, found.worker) == ("worker-gone", 1)
    assert "swarm task vanished" in found.title


def test_a_worker_that_said_why_it_ends_is_told_once(story: Story) -> None:
    begin(story)
    story.line(THREE, "ERROR: FAULT_CODE: 43")
    story.run.container(exists(THREE, "exited", 1))
    assert codes(story, 20) == ["worker-failed"]


def test_a_worker_that_leaves_without_an_error_is_a_warning(story: Story) -> None:
    begin(story)
    story.run.container(exists(THREE, "exited", 0))
    assert [(one.code, one.severity) for one in snapshot(story).diagnoses] == [("worker-ended", WARNING)]


def test_an_excess_worker_that_leaves_is_no_loss(story: Story) -> None:
    begin(story)
    story.line(THREE, "Exiting excess worker...")
    story.run.container(exists(THREE, "exited", 0))
    assert codes(story) == ["excess-worker"]


def test_a_trainer_that_ended_ends_the_training(story: Story) -> None:
    begin(story)
    story.run.container(exists(ALGO, "exited", 1))
    found = only(story)
    assert (found.code, found.severity, found.container, found.worker) == ("trainer-gone", ERROR, ALGO, None)
    assert "container exited 1" in found.title
    assert codes(story, 1000) == ["trainer-gone"]


def test_containers_that_end_together_are_the_end_of_the_run(story: Story) -> None:
    begin(story)
    story.now += 400
    finish_driving(story)
    for name in (ONE, TWO, THREE, ALGO):
        story.run.container(exists(name, "exited", 137))
    assert [(one.code, one.severity) for one in snapshot(story, 600).diagnoses] == [("ended", INFO)]


def test_what_ended_a_run_is_told_even_when_all_is_over(story: Story) -> None:
    begin(story)
    story.now += 400
    finish_driving(story)
    story.run.containers([exists(ALGO, "exited", 1)])
    assert codes(story) == ["trainer-gone"]
    story.run.containers([exists(ONE, "exited", 0), exists(THREE, "exited", 137), exists(ALGO, "exited", 1)])
    assert codes(story) == ["trainer-gone", "host-out-of-memory"]


def test_a_training_that_is_told_to_stop_does_not_stall_on_the_way(story: Story) -> None:
    begin(story)
    story.now += 400
    finish_driving(story)
    story.line(ALGO, "ERROR: FAULT_CODE: 26")
    story.run.containers([exists(ONE), exists(ALGO, "exited", 137)])
    assert [one.severity for one in snapshot(story).diagnoses] == [INFO]
    assert [one.severity for one in snapshot(story, 1000).diagnoses] == [INFO]


# -- the two starts of DeepRacer on the Spot ----------------------------------------------------------


def alarms(story: Story, later: float = 0.0) -> list[str]:
    """What is worse than good to know."""
    return [one.code for one in snapshot(story, later).diagnoses if one.severity != INFO]


def first_start(story: Story) -> None:
    """Two minutes in which the workers wait, begin to drive, and are stopped."""
    story.run.containers([exists(name) for name in (ONE, TWO, ALGO)])
    for index, name in enumerate((ONE, TWO)):
        story.line(name, f"Starting as worker {index}, using world Albert and configuration training_params.yaml.")
    for waited in range(5, 70, 5):
        story.now += 3
        for name in (ONE, TWO):
            story.line(name, f"Waiting for SageMaker Redis server IP: Time elapsed: {waited} seconds")
        assert alarms(story) == []
    story.line(ALGO, "DoorMan: installing SIGINT, SIGTERM")
    for name in (ONE, TWO):
        story.restore(name, 0)
        story.episode(name, 0, [0.0, 10.0], done=False)
    story.now += 20
    story.episode(ONE, 0, [12.0], first_step=3, done=False)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("trainer_first", [True, False])
def test_a_training_that_is_started_twice_is_no_alarm(story: Story, at_once: bool, trainer_first: bool) -> None:
    first_start(story)
    story.line(ALGO, "ERROR: FAULT_CODE: 26")
    assert alarms(story) == []
    if not at_once:  # they are listed while they are stopped one after the other
        story.run.containers([exists(ONE), exists(TWO, "exited", 137), exists(ALGO)])
        assert alarms(story, 5) == []
        story.run.containers([exists(TWO, "exited", 137), exists(ALGO, "exited", 143)])
        assert alarms(story, 5) == []
    story.run.containers([])
    for second in range(0, 60, 5):
        assert alarms(story, second) == []
        assert snapshot(story, second).verdict.startswith("RESTARTING")
    story.now += 60
    new = {name: exists(name, ident=name + "-new") for name in (ONE, TWO)}
    trainer = exists("y2lq1usrh0-algo-1-b2c3d", started="2026-01-01 10:03:00 +0000 UTC")
    listings = (
        [[trainer], [trainer, *new.values()]] if trainer_first else [list(new.values()), [*new.values(), trainer]]
    )
    for listed in ([listings[0][0]], *listings):
        story.run.containers(listed)
        story.now += 10
        assert alarms(story) == []
    for index, name in enumerate((ONE, TWO)):
        story.line(name, f"Starting as worker {index}, using world Albert and configuration training_params.yaml.")
        story.line(name, "Waiting for SageMaker Redis server IP: Time elapsed: 60 seconds")
    story.line(trainer.name, "DoorMan: installing SIGINT, SIGTERM")
    for name in (ONE, TWO):
        story.restore(name, 0)
        story.episode(name, 0, [0.0, 10.0])
    assert codes(story) == []


@pytest.mark.parametrize(
    "line",
    [
        "ERROR: FAULT_CODE: 53",
        "Sagemaker is not running.",
        "Reward function error: boom",
        "ran out of memory trying to allocate 1GiB",
        "ros2 launch process exited with code 1",
    ],
)
def test_an_error_of_the_first_start_is_void_once_it_is_stopped(story: Story, line: str) -> None:
    first_start(story)
    story.line(ONE, line)
    story.run.containers([])
    assert alarms(story) == []
    story.now += 60
    story.run.containers([exists(ONE, ident="new"), exists(TWO, ident="new2"), exists("y2lq1usrh0-algo-1-b2c3d")])
    assert alarms(story) == []


def test_a_start_that_does_not_come_back_is_a_warning(story: Story) -> None:
    first_start(story)
    story.run.containers([])
    assert alarms(story, 300) == ["ended"]


def test_a_fault_of_a_container_that_is_still_there_is_an_alarm(story: Story) -> None:
    first_start(story)
    story.line(ONE, "ERROR: FAULT_CODE: 41")
    for name in (ONE, TWO, ALGO):
        story.run.container(exists(name, "exited", 1))
    assert "reward-error" in alarms(story)


def test_what_was_said_before_a_restart_is_void_after_it(story: Story) -> None:
    begin(story)
    story.line(ONE, "ERROR: FAULT_CODE: 43")
    assert codes(story) == ["worker-failed"]
    story.run.restarted(ONE)
    assert codes(story) == []
