"""From the snapshot of a run to what the Training pane draws."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dots_tui.aws.stacks import Stack
from dots_tui.monitor.snapshot import CONNECTED, CONNECTING, LOST, WAITING, MonitorSnapshot, TransportState
from dots_tui.panes import training_view as view
from dots_tui.training import snapshot as words
from dots_tui.training.containers import Container
from dots_tui.training.state import RunState
from dots_tui.widgets.lanes import PHASES
from tests.panes.told import ALGO, NOW, ONE, THREE, TWO, snapshot, started, step, told


def transport(state: str = CONNECTED, message: str = "Connected to i-1.", **more: Any) -> TransportState:
    return TransportState(state, message, 0.0, **more)


def watched(run: RunState, state: TransportState | None = None) -> MonitorSnapshot:
    return MonitorSnapshot(state or transport(), snapshot(run), (), ())


def stack(**more: Any) -> Stack:
    values: dict[str, Any] = {
        "id": "arn:aws:cloudformation:us-east-1:123456789012:stack/run-1/1",
        "name": "run-1",
        "kind": "training",
        "status": "CREATE_COMPLETE",
        "created": NOW - timedelta(minutes=72),
        "ours": True,
        "market": "standard",
        "instance_type": "g4dn.2xlarge",
        "expires": NOW + timedelta(minutes=48),
    }
    return Stack(**{**values, **more})


# -- lanes --------------------------------------------------------------------------------------------


def test_lanes_are_in_the_order_of_the_workers_numbers() -> None:
    run = told(one=[started(2)], two=[started(0), step(0, 1, 0.0), step(0, 2, 24.0)], three=[started(1)])
    lanes = view.lanes(snapshot(run))
    assert [lane.worker for lane in lanes] == [0, 1, 2]
    assert (lanes[0].phase, lanes[0].episode, lanes[0].progress, lanes[0].age_s) == ("driving", "ep 1", 24.0, 2.0)
    assert (lanes[1].phase, lanes[1].episode, lanes[1].progress, lanes[1].reward) == ("starting", "", None, None)


def test_workers_that_have_not_said_who_they_are_get_numbers_nobody_has() -> None:
    run = told(one=["hello"], two=[started(0)], three=["hello"])
    numbers = view.numbered(snapshot(run))
    assert [(number, worker.container) for number, worker in numbers] == [(0, TWO), (1, ONE), (2, THREE)]
    assert len({number for number, _ in view.numbered(snapshot(told(one=["x"], two=[started(7)], three=["x"])))}) == 3


def test_an_evaluation_is_counted() -> None:
    lines = [started(0), "{'MIN_EVAL_TRIALS': '5'}", step(0, 1, 0.0), "## agent: Starting evaluation phase"]
    (lane,) = view.lanes(snapshot(told(one=lines)))
    assert (lane.phase, lane.episode, lane.progress) == ("evaluating", "0/5", None)
    (lane,) = view.lanes(snapshot(told(one=[started(0), step(0, 1, 0.0), "## agent: Starting evaluation phase"])))
    assert lane.episode == "0"


def test_what_has_ended_drives_no_more() -> None:
    (lane,) = view.lanes(snapshot(told(one=[started(0), step(0, 1, 0.0), step(0, 2, 24.0)])), ended=True)
    assert (lane.phase, lane.age_s, lane.progress) == ("stopped", None, 24.0)


def test_every_phase_has_a_sign() -> None:
    assert {*words.PHASES, view.STOPPED} <= set(PHASES)


# -- the first line -----------------------------------------------------------------------------------


def driving() -> RunState:
    lines = [started(0), '"num_episodes_between_training": 20,']
    restored = "Checkpoint> Restoring from path=./checkpoint_robomaker/agent/{}_Step-0.ckpt"
    for number in range(2):
        lines += [restored.format(number), step(number, 1, 0.0), step(number, 2, 24.0, done=True)]
    return told(one=lines)


def test_the_headline_says_less_in_less_room() -> None:
    run = snapshot(driving())
    full = "run-1 ─ standard g4dn.2xlarge ─ reInvent2019_track ─ iteration 2 (1/20) ─ 1:12, ends in 0:48"
    assert view.headline("run-1", run, stack(), NOW, 200).plain == full
    shorter = {view.headline("run-1", run, stack(), NOW, room).plain for room in range(5, 120)}
    assert shorter == {
        full,
        "run-1 ─ reInvent2019_track ─ iteration 2 (1/20) ─ 1:12, ends in 0:48",
        "run-1 ─ iteration 2 (1/20) ─ 1:12, ends in 0:48",
        "run-1 ─ iteration 2 (1/20)",
        "run-1",
    }
    assert view.headline("run-1", None, None, NOW, 3).plain == "ru…"


def test_times_of_a_run() -> None:
    assert view.headline("r", None, stack(expires=None, market="", instance_type=""), NOW, 80).plain == "r ─ 1:12"
    late = view.headline("r", None, stack(expires=NOW - timedelta(minutes=1)), NOW, 80).plain
    assert "its time is over" in late
    assert "ends in" not in view.headline("r", None, stack(), NOW, 80, ended=True).plain


@pytest.mark.parametrize(
    ("state", "full", "short"),
    [
        (transport(data_age_s=0.4), "ssh ● data 0.4 s old", "ssh ● 0.4 s"),
        (transport(), "ssh ● no data yet", "ssh ● no data yet"),
        (transport(LOST, retry_in_s=3.2), "ssh ✗ lost, next try in 3 s", "ssh ✗ lost, next try in 3 s"),
        (transport(CONNECTING), "ssh ◐ connecting", "ssh ◐ connecting"),
    ],
)
def test_how_the_instance_is_reached(state: TransportState, full: str, short: str) -> None:
    assert view.transport_line(state) == full
    assert view.transport_line(state, short=True) == short
    assert view.transport_line(state, True).isascii()


# -- the verdict --------------------------------------------------------------------------------------


def verdict(shot: MonitorSnapshot | None, one: Stack | None = None, **more: Any) -> tuple[str, str, str]:
    return view.verdict(shot, one, NOW, **more)


def test_trouble_with_the_connection_comes_first() -> None:
    assert verdict(None)[:2] == ("info", "LOOKING")
    lost = transport(LOST, "The connection was lost.", retry_in_s=2.0)
    assert verdict(watched(driving(), lost)) == ("warning", "LOST", "The connection was lost.")
    waiting = transport(WAITING, "run-1 has no instance yet.")
    assert verdict(watched(driving(), waiting)) == ("info", "WAITING", "run-1 has no instance yet.")
    assert verdict(watched(driving(), lost), ending=True)[:2] == ("warning", "ENDING")
    docker = transport(message="Docker does not answer.")
    assert verdict(watched(driving(), docker)) == ("warning", "NO DOCKER", "Docker does not answer.")


def test_a_run_that_begins() -> None:
    tone, word, text = verdict(watched(RunState()))
    assert (tone, word) == ("info", "STARTING")
    assert "The containers come when" in text
    assert verdict(watched(told(one=[started(0)]))) == ("info", "STARTING", "The simulations are starting.")
    assert verdict(watched(driving()))[:2] == ("info", "DRIVING")


@pytest.mark.parametrize(
    ("said", "tone", "word", "text"),
    [
        (
            "Learning: progress 14 -> 58 % over 6 iterations.",
            "good",
            "LEARNING",
            "progress 14 -> 58 % over 6 iterations.",
        ),
        ("Steady: progress 96 -> 97 %.", "good", "STEADY", "progress 96 -> 97 %."),
        ("No progress yet: progress 4 -> 5 %.", "warning", "NO PROGRESS YET", "progress 4 -> 5 %."),
        ("Getting worse: progress 80 -> 40 %.", "warning", "GETTING WORSE", "progress 80 -> 40 %."),
    ],
)
def test_whether_it_learns(said: str, tone: str, word: str, text: str) -> None:
    shot = watched(driving())
    shot = replace(shot, run=replace(shot.run, verdict=said))
    assert verdict(shot) == (tone, word, text)
    assert verdict(shot, stack(expires=NOW + timedelta(minutes=4)))[2] == text + " It ends in 4 min."


def test_a_fault_is_told_with_what_it_costs() -> None:
    tone, word, text = verdict(watched(told(one=[started(0), "ERROR: FAULT_CODE: 43"])), stack())
    assert (tone, word) == ("bad", "FAULT")
    assert text == f"43 in {ONE}: no message. It goes on costing 0.76 USD an hour."


def test_memory_that_ran_out_is_told() -> None:
    run = told(
        one=[started(0), step(0, 1, 0.0)],
        algo=["DoorMan: installing SIGINT, SIGTERM", "Allocator (GPU_0_bfc) ran out of memory trying to allocate 1GiB"],
    )
    assert verdict(watched(run))[:2] == ("bad", "OUT OF MEMORY")


def ended(run: RunState, *names: str) -> RunState:
    for name in names:
        role, slot = ("trainer", None) if name == ALGO else ("robomaker", int(name[-1]))
        run.container(Container(name + "-id", name, role, slot, "exited", "2030-01-01", 137))
    return run


def test_one_worker_gone_stalls_the_run_all_gone_ends_it() -> None:
    lines = {"one": [started(0)], "two": [started(1)], "algo": ["DoorMan: installing SIGINT, SIGTERM"]}
    tone, word, text = verdict(watched(ended(told(**lines), TWO)))
    assert (tone, word) == ("bad", "STALLED")
    assert "Worker 1 is gone; the trainer waits for it. S stops safely." in text
    tone, word, text = verdict(watched(ended(told(**lines), ONE, TWO, ALGO)))
    assert (tone, word) == ("warning", "ENDED")
    assert "All containers have ended" in text


# -- the rest -----------------------------------------------------------------------------------------


def test_charts_count_iterations_from_one() -> None:
    run = snapshot(driving())
    (training,) = view.progress_series(run.iterations)
    assert (training.name, training.points) == ("training %", ((1.0, 24.0), (2.0, 24.0)))
    (rewards,) = view.reward_series(run.iterations)
    assert rewards.name == "training reward"
    assert view.progress_series(()) == view.reward_series(()) == ()


def test_the_policy_in_one_line() -> None:
    policy = (
        "Policy training> Surrogate loss=-0.02, KL divergence=0.004, Entropy={}, training epoch=0, learning_rate=0.1"
    )
    saving = "Checkpoint> Saving in path=['./checkpoint_sagemaker/agent/{}_Step-0.ckpt']"
    restored = [f"Checkpoint> Restoring from path=./checkpoint_robomaker/agent/{n}_Step-0.ckpt" for n in range(3)]
    algo = [saving.format(0), policy.format(2.0), saving.format(1), policy.format(1.0)]
    run = snapshot(told(one=[started(0), *restored], algo=algo))
    assert view.policy_line(run) == "trainer training epoch 1 · loss -0.02  KL 0.004  entropy 1.000 █▁"
    assert view.policy_line(run, True).replace("·", "").isascii()
    assert view.policy_line(snapshot(RunState())) == ""


def test_short_names_of_containers() -> None:
    run = snapshot(told(one=[started(2)], two=["x"], algo=["DoorMan: installing SIGINT, SIGTERM"]))
    assert [view.container_label(run, name) for name in (ONE, TWO, ALGO)] == ["W2", "W?", "SM"]
    assert view.container_label(None, ALGO) == "SM"
    assert view.container_label(None, "deepracer-0-viewer") == "viewer"
