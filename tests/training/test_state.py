"""A run as its containers tell it: who is who, what an iteration was, and what a new start does to it."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from dots_tui.training.containers import Container
from dots_tui.training.parser import Parser
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


# -- one worker -----------------------------------------------------------------------------------


def test_a_single_worker_is_worker_0(story: Story) -> None:
    story.restore(ONE, 0)
    story.episode(ONE, 0, [34.8, 1.1, 20.0, 15.0], reward=2.0)
    story.episode(ONE, 1, [0.0, 50.0, 100.0], status="lap_complete")
    story.episode(ONE, 2, [0.0, 3.0, 9.5], done=False)
    found = worker(story)
    assert found.worker == 0
    assert (found.episode, found.step, found.progress, found.reward) == (3, 3, 9.5, 2.0)
    assert (found.episodes_seen, found.episodes_done, found.steps) == (3, 2, 10)
    assert found.mean_reward == pytest.approx((6.0 + 2.0) / 2)
    # 20 is the most of the first episode: 34.8 is left over from another, 15 only where it ended.
    assert found.mean_progress == pytest.approx(60.0)
    assert found.laps == 1
    assert found.best_lap_s == pytest.approx(0.2)
    assert found.statuses == {"off_track": 1, "lap_complete": 1}
    assert (found.last_reward, found.last_status) == (2.0, "in_progress")
    assert (found.x, found.y, found.heading) == (1.5, -2.5, 90.0)
    assert found.training_lines == 2


def test_the_age_of_what_is_known(story: Story) -> None:
    story.restore(ONE, 0)
    assert story.run.snapshot(story.now + 30.0).workers[0].last_seen_s == 30.0


def test_an_episode_joined_in_its_middle_takes_its_reward_from_its_last_line(story: Story) -> None:
    story.episode(ONE, 7, [80.0, 90.0, 100.0], status="lap_complete", first_step=100)
    found = worker(story)
    assert found.mean_reward == found.last_reward == 102.0
    assert (found.laps, found.best_lap_s) == (1, None)


def test_rows_with_a_reward_that_is_no_number_are_left_out(story: Story) -> None:
    story.episode(ONE, 0, [0.0, 5.0], reward=float("nan"))
    story.episode(ONE, 1, [0.0, 5.0], reward=4.0)
    assert worker(story).episodes_done == 1
    assert worker(story).mean_reward == 4.0


def test_a_continuous_evaluation_completes_a_lap_in_each_episode(story: Story) -> None:
    name = "deepracer-eval-0-robomaker-1"
    story.episode(name, 0, [0.0, 60.0, 100.0], status="in_progress", done=False)
    story.episode(name, 1, [1.0, 70.0, 100.0], status="in_progress", first_step=4, done=False)
    story.episode(name, 2, [1.0, 70.0, 100.0], status="lap_complete", first_step=7)
    run = snapshot(story)
    assert run.workers == ()
    assert run.totals.steps == 0
    (found,) = run.evaluations
    assert (found.phase, found.laps, found.episodes_seen, found.episodes_done) == ("evaluating", 3, 3, 1)
    assert found.best_lap_s == pytest.approx(0.2)


# -- who is who -----------------------------------------------------------------------------------


def test_compose_workers_say_which_they_are(story: Story) -> None:
    for index, name in ((1, ONE), (2, TWO), (0, THREE)):
        story.line(name, f"Starting as worker {index}, using world Albert and configuration training_params.yaml.")
    run = snapshot(story)
    assert [(w.worker, w.container) for w in run.workers] == [(0, THREE), (1, ONE), (2, TWO)]
    assert run.world == "Albert"


def test_swarm_workers_are_their_slot() -> None:
    run = RunState()
    for slot in (2, 1):
        run.container(exists(f"deepracer-0_robomaker.{slot}.abc", slot=slot))
    assert [w.worker for w in run.snapshot(0.0).workers] == [0, 1]


def test_workers_that_have_not_said_are_not_guessed(story: Story) -> None:
    story.restore(ONE, 0)
    story.restore(TWO, 0)
    assert [w.worker for w in snapshot(story).workers] == [None, None]
    story.restore(TWO, 1)
    story.selection(TWO, 12.0)  # only worker 0 selects
    assert [(w.worker, w.container) for w in snapshot(story).workers] == [(0, TWO), (None, ONE)]


def test_the_copy_of_the_trainers_log_is_not_counted(story: Story) -> None:
    story.save(ALGO, 0)
    story.epoch(ALGO, 0)
    story.epoch("deepracer-0-rl_coach-1", 0)
    assert snapshot(story).policy.lines == 1


def test_recorded_logs_may_be_called_anything(story: Story) -> None:
    story.line(
        "mine.log", "Sensor list ['A'], network N, simapp_version 5, training_algorithm sac, action_space_type x"
    )
    story.training("mine.log", 1, 0.0)
    assert snapshot(story).trainer is None
    story.save("mine.log", 0)
    story.restore("other.log", 0)
    run = snapshot(story)
    assert run.trainer is not None
    assert (run.trainer.container, run.trainer.episodes) == ("mine.log", 1)
    assert [w.container for w in run.workers] == ["other.log"]
    assert run.algorithm == "sac"


# -- iterations -----------------------------------------------------------------------------------


def two_iterations(story: Story) -> None:
    """Two workers, two iterations of four episodes, from checkpoint 308."""
    story.line(ONE, "Starting as worker 1, using world Albert and configuration training_params.yaml.")
    story.line(TWO, "Starting as worker 0, using world Albert and configuration training_params.yaml.")
    story.line(ONE, '"num_episodes_between_training": 4,')
    story.save(ALGO, 308, 0)
    for name in (ONE, TWO):
        story.restore(name, 308, 0)
        story.episode(name, 0, [0.0, 10.0], reward=1.0)
        story.episode(name, 1, [0.0, 30.0], reward=3.0)
    story.evaluation(TWO, 5.0)
    story.evaluation(TWO, 7.0)
    story.epoch(ALGO, 0, 2.0)
    story.epoch(ALGO, 1, 1.9)
    story.save(ALGO, 309, 8)
    for name in (TWO, ONE):
        story.restore(name, 309, 8)
    story.selection(TWO, 61.5)
    story.line(TWO, '[BestModelSelection] Updating the best checkpoint to "308_Step-0.ckpt" from "None".')
    story.episode(TWO, 2, [0.0, 50.0, 100.0], status="lap_complete", reward=5.0)


def test_an_iteration_over_all_workers(story: Story) -> None:
    two_iterations(story)
    run = snapshot(story)
    first, second = run.iterations
    assert (first.index, first.number, first.checkpoint) == (0, 308, "308_Step-0.ckpt")
    assert (first.episodes_done, first.steps, first.laps, first.best_lap_s) == (4, 8, 0, None)
    assert (first.mean_reward, first.mean_progress) == (2.0, 20.0)
    assert (first.evaluations, first.evaluation_reward, first.evaluation_progress) == (2, 6.0, 61.5)
    assert first.statuses == {"off_track": 4}
    assert first.policy is not None
    assert (first.policy.entropy, first.policy.epochs, first.policy.learning_rate) == (1.9, 2, 0.0003)
    assert (second.index, second.checkpoint, second.episodes_done, second.laps) == (1, "309_Step-8.ckpt", 1, 1)
    assert second.policy is None
    assert (run.totals.episodes_done, run.totals.steps, run.totals.laps) == (5, 11, 1)
    assert run.totals.best_lap_s == second.best_lap_s == pytest.approx(0.2)


def test_an_iteration_of_one_worker(story: Story) -> None:
    two_iterations(story)
    first, second = worker(story, ONE).iterations
    assert (first.index, first.episodes_done, first.evaluations, first.mean_reward) == (0, 2, 0, 2.0)
    assert (second.index, second.episodes_done) == (1, 0)


def test_checkpoints_best_and_last(story: Story) -> None:
    two_iterations(story)
    checkpoints = snapshot(story).checkpoints
    assert checkpoints.saved == ("308_Step-0.ckpt", "309_Step-8.ckpt")
    assert (checkpoints.best, checkpoints.last) == ("308_Step-0.ckpt", "309_Step-8.ckpt")


def test_the_policy_over_the_run(story: Story) -> None:
    two_iterations(story)
    policy = snapshot(story).policy
    assert (policy.lines, policy.updates) == (2, 1)
    assert policy.first is not None
    assert policy.last is not None
    assert (policy.first.entropy, policy.last.entropy, policy.last.epoch) == (2.0, 1.9, 1)


def test_a_snapshot_does_not_change_and_is_kept_while_nothing_does(story: Story) -> None:
    two_iterations(story)
    before = snapshot(story)
    again = snapshot(story)
    assert [a is b for a, b in zip(before.iterations, again.iterations)] == [True, True]
    story.episode(ONE, 2, [0.0, 9.0])
    after = snapshot(story)
    assert before.iterations[0] is after.iterations[0]
    assert (before.iterations[1].episodes_done, after.iterations[1].episodes_done) == (1, 2)


def test_a_log_joined_in_the_middle_of_an_iteration(story: Story) -> None:
    story.episode(ONE, 40, [0.0, 10.0])
    story.epoch(ALGO, 4)
    story.save(ALGO, 13, 900)
    story.restore(ONE, 13, 900)
    first, second = snapshot(story).iterations
    assert (first.index, first.number, first.checkpoint, first.episodes_done) == (0, 12, None, 1)
    assert (second.index, second.number) == (1, 13)


def test_a_trainer_joined_in_the_middle_of_an_update(story: Story) -> None:
    story.restore(ONE, 12, 800)
    story.epoch(ALGO, 4, 1.5)
    story.save(ALGO, 13, 900)
    (iteration,) = snapshot(story).iterations
    assert iteration.policy is not None
    assert iteration.policy.entropy == 1.5


# -- starting again -------------------------------------------------------------------------------


def test_a_replaced_container_begins_again_and_nothing_counts_twice(story: Story) -> None:
    """The instance starts the training twice: after two minutes all containers are removed and made anew."""
    for name, slot in ((ONE, 1), (TWO, 2)):
        story.run.container(exists(name, slot=slot))
        story.restore(name, 0)
        story.episode(name, 0, [0.0, 10.0])
    assert snapshot(story).totals.episodes_done == 2
    for name, slot in ((ONE, 1), (TWO, 2)):
        story.run.container(exists(name, slot=slot, id="new-" + name))
        story.restore(name, 0)
        story.episode(name, 0, [0.0, 20.0])
    run = snapshot(story)
    assert [(w.episode, w.episodes_done) for w in run.workers] == [(1, 1), (1, 1)]
    (iteration,) = run.iterations
    assert (iteration.episodes_done, iteration.mean_progress) == (2, 20.0)


def test_a_restarted_container_keeps_its_totals(story: Story) -> None:
    story.restore(ONE, 0)
    story.episode(ONE, 0, [0.0, 10.0])
    story.episode(ONE, 1, [0.0, 10.0], done=False)
    story.line(ONE, "Starting as worker 0, using world Albert and configuration training_params.yaml.")
    assert worker(story).phase == "starting"
    story.restore(ONE, 1)
    story.episode(ONE, 0, [0.0, 30.0])
    found = worker(story)
    assert (found.episode, found.episodes_seen, found.episodes_done) == (1, 3, 2)
    assert found.mean_progress == 20.0


def test_a_swarm_task_that_was_scheduled_again_takes_the_slot(story: Story) -> None:
    old, new = "deepracer-0_robomaker.1.aaa", "deepracer-0_robomaker.1.bbb"
    story.run.container(exists(old, started="2026-01-01 10:00"))
    story.restore(old, 0)
    story.run.containers(
        [exists(old, "exited", started="2026-01-01 10:00", exit_code=1), exists(new, started="2026-01-01 11:00")]
    )
    story.episode(old, 0, [0.0, 5.0])
    story.run.containers([exists(new, started="2026-01-01 11:00"), exists(old, "exited", started="2026-01-01 10:00")])
    assert [(w.container, w.worker, w.steps) for w in snapshot(story).workers] == [(new, 0, 0)]


def test_a_training_begun_anew_drops_the_iterations_after_it(story: Story) -> None:
    two_iterations(story)
    story.run.container(exists(ONE, id="a"))
    story.run.container(exists(ONE, id="b"))
    story.restore(ONE, 308)
    assert [(i.number, i.episodes_done) for i in snapshot(story).iterations] == [(308, 0)]
    story.save(ALGO, 308)
    assert snapshot(story).checkpoints.saved == ("308_Step-0.ckpt",)


def test_a_new_trainer_goes_on_with_the_history(story: Story) -> None:
    two_iterations(story)
    story.run.container(exists(ALGO, role="trainer", slot=None, started="1"))
    other = "zzzzzzzzzz-algo-1-zzzzz"
    story.run.container(exists(other, role="trainer", slot=None, started="2"))
    story.save(other, 309, 0)
    run = snapshot(story)
    assert run.trainer is not None
    assert run.trainer.container == other
    assert run.iterations[0].policy is not None
    assert run.policy.lines == 0


def test_a_run_that_was_moved_to_another_instance_goes_on(story: Story) -> None:
    """After a spot replacement containers are new, episodes count from 0, checkpoints go on."""
    story.run.container(exists(ONE))
    story.restore(ONE, 0)
    story.episode(ONE, 0, [0.0, 10.0])
    story.episode(ONE, 1, [0.0, 10.0])
    story.save(ALGO, 0)
    story.epoch(ALGO, 0)
    story.run.container(exists(ONE, id="new"))
    story.restore(ONE, 1)
    story.episode(ONE, 0, [0.0, 40.0])
    (found,) = snapshot(story).workers
    assert (found.starts, found.episode, found.episodes_done, found.mean_progress) == (2, 1, 3, 20.0)
    assert [(i.number, i.episodes_done) for i in found.iterations] == [(0, 2), (1, 1)]
    assert [(i.number, i.episodes_done) for i in snapshot(story).iterations] == [(0, 2), (1, 1)]


def test_a_simulation_that_loads_its_checkpoint_again_loses_nothing(story: Story) -> None:
    story.restore(ONE, 4, 900)
    story.episode(ONE, 0, [0.0, 10.0])
    story.line(ONE, "Waiting for SageMaker Redis server IP: Time elapsed: 5 seconds")
    story.restore(ONE, 4, 900)
    story.episode(ONE, 0, [0.0, 30.0])
    (iteration,) = snapshot(story).iterations
    assert (iteration.episodes_done, iteration.mean_progress) == (2, 20.0)
    assert worker(story).starts == 2


def test_the_comms_file_says_who_is_who(story: Story) -> None:
    for slot, (name, host) in enumerate(((ONE, "aaaaaaaaaaaa"), (TWO, "bbbbbbbbbbbb")), start=1):
        story.run.container(exists(name, slot=slot, id=host + "0123456789"))
        story.restore(name, 0)
    story.run.elected("bbbbbbbbbbbb\naaaaaaaaaaaa\n")
    assert [(w.worker, w.container) for w in snapshot(story).workers] == [(0, TWO), (1, ONE)]


def test_laps_within_one_episode_are_counted_each(story: Story) -> None:
    story.episode(ONE, 0, [0.0, 60.0, 100.0, 0.5, 70.0, 100.0, 1.0, 100.0], status="lap_complete")
    found = worker(story)
    assert (found.laps, found.episodes_done) == (3, 1)
    assert found.best_lap_s == pytest.approx(0.1)


def test_how_fast_it_goes(story: Story) -> None:
    """The story prints a line a second; a row is a tenth of a simulated second."""
    story.line(ONE, '"num_episodes_between_training": 2,')
    story.restore(ONE, 0)
    began = story.now
    story.episode(ONE, 0, [0.0, 5.0, 10.0])
    run = snapshot(story)
    assert (run.workers[0].steps_per_s, run.steps_per_s) == (1.0, 1.0)
    assert run.real_time_factor == pytest.approx(0.1)
    assert (run.iteration_s, run.next_iteration_at) == (None, began + 2 * (story.now - began))
    story.episode(ONE, 1, [0.0, 5.0, 10.0])
    story.restore(ONE, 1)
    run = snapshot(story)
    assert run.iterations[0].seconds == run.iteration_s == story.now - run.iterations[0].began_at
    assert run.iterations[0].simulated_s == pytest.approx(0.4)
    assert run.next_iteration_at == story.now + run.iteration_s


def test_where_no_clock_is_known_nothing_is_said_about_speed(story: Story) -> None:
    run = RunState()
    for row in (1, 2):
        for record in Parser().feed(
            f"SIM_TRACE_LOG:0,{row},1,2,3,0,1,0,1.0,{row == 2},True,5.0,7,16.6,{row}.5,off_track,0.00\n".encode()
        ):
            run.apply(ONE, record, None)
    found = run.snapshot(0.0)
    assert (found.workers[0].simulated_s, found.workers[0].last_seen_s) == (1.0, None)
    assert (found.steps_per_s, found.real_time_factor, found.iteration_s, found.next_iteration_at) == (None,) * 4


def test_a_recorded_run_keeps_the_iterations_of_all_attempts(story: Story) -> None:
    story.run = RunState(keeps_attempts=True)
    for progress in (10.0, 20.0):
        story.restore(ONE, 0)
        story.episode(ONE, 0, [0.0, progress])
    assert [(i.number, i.mean_progress) for i in snapshot(story).iterations] == [(0, 10.0), (0, 20.0)]


def test_exits_are_counted_by_waypoint_and_how(story: Story) -> None:
    story.restore(ONE, 0)
    for number, status in enumerate(["off_track", "off_track", "crashed", "lap_complete"]):
        story.episode(ONE, number, [0.0, 10.0], status=status)
    assert snapshot(story).exits_by_waypoint == {"off_track": {7: 2}, "crashed": {7: 1}}


def test_what_the_containers_print_about_themselves(story: Story) -> None:
    story.line(
        ONE,
        "Sensor list ['A'], network N, simapp_version 5, training_algorithm sac, action_space_type discrete",
        '  "batch_size": 64,',
        '  "lr": 0.0003,',
    )
    story.restore(ONE, 0)
    story.line(ONE, "Reward function error: boom", "Reward function error: again")
    run = snapshot(story)
    assert run.model == {"sensors": "A", "network": "N", "algorithm": "sac", "action_space": "discrete"}
    assert run.hyperparameters == {"batch_size": 64, "lr": 0.0003}
    (notice,) = run.notices
    assert (notice.kind, notice.container, notice.count) == ("reward-error", ONE, 2)
    assert notice.text == "Reward function error: again"


def test_memory_does_not_grow_with_the_rows(story: Story) -> None:
    """Rows come for hours; of each episode only its result is kept."""
    run, parser = RunState(), Parser()

    def drive(first: int, last: int) -> int:
        for number in range(first, last):
            rows = (
                f"SIM_TRACE_LOG:{number},{step},1,2,3,0,1,0,1.0,{step == 50},True,{step},{step},16.6,{number}.{step},"
                f"{'off_track' if step == 50 else 'in_progress'},0.00\n"
                for step in range(1, 51)
            )
            for batch in parser.batches("".join(rows).encode()):
                run.apply(ONE, batch, float(number))
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before = drive(0, 600)
        after = drive(600, 2600)
    finally:
        tracemalloc.stop()
    assert run.snapshot(0.0).totals.steps == 2600 * 50
    assert after - before < 20_000 + 2000 * 250


def test_a_loss_that_is_no_number_is_noted(story: Story) -> None:
    story.save(ALGO, 0)
    story.epoch(ALGO, 3, entropy=float("nan"))
    assert [notice.kind for notice in snapshot(story).notices] == ["loss-nan"]
