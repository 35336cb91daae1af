"""What each container is doing, how it ends, and what goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dots_tui.training.containers import Container
from dots_tui.training.exits import MOST_EXITS
from dots_tui.training.history import MOST_ITERATIONS
from dots_tui.training.state import RunState

if TYPE_CHECKING:
    from dots_tui.training.snapshot import RunSnapshot, WorkerSnapshot

Story = Any
"""The fixture of conftest.py, which no module can import."""

ONE, TWO, THREE = (f"deepracer-0-robomaker-{n}" for n in (1, 2, 3))
ALGO = "x1kp0trgq9-algo-1-a1b2c"


def snapshot(story: Story) -> RunSnapshot:
    """The state now."""
    run = story.run
    assert isinstance(run, RunState)
    return run.snapshot(story.now)


def worker(story: Story, container: str = ONE) -> WorkerSnapshot:
    """The worker in a container."""
    return next(w for w in snapshot(story).workers if w.container == container)


def exists(name: str, state: str = "running", **more: object) -> Container:
    """A container as docker ps lists it."""
    values = {"id": name + "-id", "role": "robomaker", "slot": 1, "started": "2026-01-01", "exit_code": None}
    return Container(name=name, state=state, **{**values, **more})  # type: ignore[arg-type]


# -- what each is doing ---------------------------------------------------------------------------


def test_phases_of_an_iteration(story: Story) -> None:
    run = story.run
    for slot, (name, index) in enumerate(((ONE, 0), (TWO, 1)), start=1):
        run.container(exists(name, slot=slot))
        assert worker(story, name).phase == "starting"
        story.line(name, f"Starting as worker {index}, using world Albert and configuration training_params.yaml.")
        story.line(name, "Waiting for SageMaker Redis server IP: Time elapsed: 5 seconds")
        assert worker(story, name).phase == "waiting"
    story.line(ONE, '"num_episodes_between_training": 3,')
    story.line(ALGO, "DoorMan: installing SIGINT, SIGTERM")
    for name in (ONE, TWO):
        story.restore(name, 0)
        story.episode(name, 0, [0.0, 10.0])
    # Three episodes for two workers: worker 0 has two of them.
    assert (worker(story, ONE).phase, worker(story, TWO).phase) == ("driving", "training")
    story.episode(ONE, 1, [0.0, 10.0])
    assert worker(story, ONE).phase == "training"
    story.evaluation(ONE, 1.0)
    assert (worker(story, ONE).phase, worker(story, ONE).evaluations) == ("evaluating", 1)
    assert snapshot(story).trainer.phase == "driving"  # type: ignore[union-attr]
    story.epoch(ALGO, 0)
    assert snapshot(story).trainer.phase == "training"  # type: ignore[union-attr]
    story.line(ONE, "Additional evaluation. New Checkpoint: -1, Last Checkpoint: 0")
    assert (worker(story, ONE).phase, worker(story, ONE).extra_evaluations) == ("evaluating", 1)
    story.save(ALGO, 1, 6)
    for name in (ONE, TWO):
        story.restore(name, 1, 6)
        assert worker(story, name).phase == "driving"


def test_without_a_known_share_the_trainer_tells_that_workers_wait(story: Story) -> None:
    story.restore(ONE, 0)
    story.episode(ONE, 0, [0.0, 10.0])
    assert worker(story).phase == "driving"
    story.epoch(ALGO, 0)
    assert worker(story).phase == "training"


@pytest.mark.parametrize(
    ("state", "code", "phase"),
    [("exited", 0, "finished"), ("exited", 137, "gone"), ("dead", None, "gone"), ("running", None, "driving")],
)
def test_the_end_of_a_container(story: Story, state: str, code: int | None, phase: str) -> None:
    story.restore(ONE, 0)
    story.run.container(exists(ONE, state, exit_code=code))
    assert worker(story).phase == phase


def test_a_container_that_is_no_longer_listed_is_gone(story: Story) -> None:
    story.run.containers([exists(ONE)])
    story.restore(ONE, 0)
    story.run.containers([])
    assert worker(story).phase == "gone"
    assert "gone" in snapshot(story).verdict
    story.run.containers([exists(ONE)])
    assert worker(story).phase == "driving"


def test_a_run_that_was_ended_is_finished(story: Story) -> None:
    story.restore(ONE, 0)
    story.line(ONE, "Received termination signal from trainer. Goodbye.")
    assert worker(story).phase == "finished"


def test_an_excess_worker_is_harmless(story: Story) -> None:
    story.line(ONE, "Excess worker allocated. Reducing from 2 to 1...")
    story.line(TWO, "Excess worker allocated. Reducing from 2 to 1...", "Exiting excess worker...")
    story.run.container(exists(TWO, "exited", slot=2, exit_code=0))
    assert (worker(story, ONE).phase, worker(story, TWO).phase) == ("starting", "excess")
    assert "gone" not in snapshot(story).verdict


# -- what goes wrong ------------------------------------------------------------------------------


def test_a_fault_has_its_message_and_its_code(story: Story) -> None:
    story.line(
        ONE,
        '{"simapp_exception": {"date": "d", "function": "f.py::g::1", "message": "Reward function error: boom", '
        '"exceptionType": "simulation_worker.exceptions", "eventType": "user_error", "errorCode": "400"}}',
        "ERROR: FAULT_CODE: 41",
    )
    story.line(TWO, "ERROR: FAULT_CODE: 43")
    first, second = snapshot(story).faults
    assert (first.container, first.code, first.message) == (ONE, 41, "Reward function error: boom")
    assert first.user_error
    assert (second.container, second.code, second.message) == (TWO, 43, "")
    assert "41" in snapshot(story).verdict
    assert "boom" in snapshot(story).verdict


def test_memory_that_ran_out(story: Story) -> None:
    story.save(ALGO, 0)
    story.line(ALGO, "Allocator (GPU_0_bfc) ran out of memory trying to allocate 1.5GiB")
    assert len(snapshot(story).out_of_memory) == 1


def test_where_episodes_ended(story: Story) -> None:
    story.restore(ONE, 4)
    story.episode(ONE, 0, [0.0, 10.0], status="crashed")
    story.episode(ONE, 1, [0.0, 100.0], status="lap_complete")
    (left,) = snapshot(story).exits
    assert (left.worker, left.x, left.y, left.waypoint) == (0, 1.5, -2.5, 7)
    assert (left.status, left.progress, left.checkpoint) == ("crashed", 10.0, 4)


def test_a_long_run_stays_small(story: Story) -> None:
    for number in range(MOST_ITERATIONS + 20):
        story.restore(ONE, number, number)
        story.episode(ONE, number, [0.0, 5.0])
    run = snapshot(story)
    assert len(run.iterations) == len(run.workers[0].iterations) == MOST_ITERATIONS
    assert run.iterations[-1].index == MOST_ITERATIONS + 19
    assert len(run.exits) == MOST_EXITS
    assert run.totals.episodes_done == MOST_ITERATIONS + 20


def test_the_verdict_of_a_run_that_begins(story: Story) -> None:
    assert snapshot(story).verdict == "No simulation has been seen yet."
    story.line(ONE, "Waiting for SageMaker Redis server IP: Time elapsed: 5 seconds")
    assert snapshot(story).verdict == "The simulations wait for the trainer."
    story.restore(ONE, 0)
    story.episode(ONE, 0, [0.0, 40.0])
    assert snapshot(story).verdict == "Iteration 1: 1 episode, mean progress 40 %."


# -- started twice --------------------------------------------------------------------------------


def started_and_stopped(story: Story, seconds: int) -> None:
    """A run whose containers all vanish after this time."""
    story.run.containers([exists(ONE), exists(ALGO, role="trainer", slot=None)])
    story.line(ALGO, "DoorMan: installing SIGINT, SIGTERM")
    story.restore(ONE, 0)
    story.now += seconds
    story.episode(ONE, 0, [0.0, 10.0])
    story.run.containers([])


def test_the_pause_between_the_two_starts_of_an_instance_is_no_alarm(story: Story) -> None:
    started_and_stopped(story, 100)
    assert worker(story).phase == "restarting"
    assert "starts a training twice" in snapshot(story).verdict
    story.now += 300
    assert worker(story).phase == "gone"


def test_containers_that_come_back_are_starting(story: Story) -> None:
    started_and_stopped(story, 100)
    story.now += 60
    story.run.containers([exists(ONE, id="new"), exists(ALGO + "2", role="trainer", slot=None)])
    assert worker(story).phase == "starting"


def test_containers_that_end_later_are_gone(story: Story) -> None:
    started_and_stopped(story, 1000)
    assert worker(story).phase == "gone"
