"""From the snapshot of a run to what the Training pane draws."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from dots_tui.app.runs.snapshot import CONNECTED, LOST, WAITING, LogHistory, MonitorSnapshot, TransportState
from dots_tui.aws.stacks import Stack
from dots_tui.custom_files.findings import INFO
from dots_tui.training.containers import Container
from dots_tui.training.diagnosis import Diagnosis
from dots_tui.training.state import RunState
from dots_tui.ui.panes.training import view
from tests.ui.panes.told import ALGO, NOW, ONE, TWO, snapshot, started, step, told


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


def driving() -> RunState:
    lines = [started(0), '"num_episodes_between_training": 20,']
    restored = "Checkpoint> Restoring from path=./checkpoint_robomaker/agent/{}_Step-0.ckpt"
    for number in range(2):
        lines += [restored.format(number), step(number, 1, 0.0), step(number, 2, 24.0, done=True)]
    return told(one=lines)


# -- the verdict --------------------------------------------------------------------------------------


def verdict(shot: MonitorSnapshot | None, one: Stack | None = None, **more: Any) -> tuple[str, str, str]:
    return view.verdict(shot, one, NOW, **more)[:3]


def test_trouble_with_the_connection_comes_first() -> None:
    assert verdict(None)[:2] == ("info", "LOOKING")
    lost = transport(LOST, "The connection was lost.", retry_in_s=2.0)
    assert verdict(watched(driving(), lost)) == ("warning", "LOST", "The connection was lost.")
    waiting = transport(WAITING, "run-1 has no instance yet.")
    assert verdict(watched(driving(), waiting)) == ("info", "WAITING", "run-1 has no instance yet.")
    assert verdict(watched(driving(), lost), ending=True)[:2] == ("warning", "ENDING")
    docker = transport(message="Docker does not answer.")
    assert verdict(watched(driving(), docker)) == ("warning", "NO DOCKER", "Docker does not answer.")
    frozen = replace(docker, message="i-1 does not start the command 'docker ps': timed out. It is tried again.")
    assert verdict(watched(driving(), frozen))[1] == "NO ANSWER"


def test_a_run_that_begins() -> None:
    tone, word, text = verdict(watched(RunState()))
    assert (tone, word) == ("info", "STARTING")
    assert "The containers come when" in text
    assert verdict(watched(told(one=[started(0)]))) == ("info", "STARTING", "The simulations are starting.")
    assert verdict(watched(driving()))[:2] == ("info", "DRIVING")


def test_whether_it_learns() -> None:
    shot = watched(driving())
    one = shot.run.iterations[0]
    percents = (10.0, 20.0, 30.0, 40.0, 50.0)
    rising = [replace(one, index=i, number=i, mean_progress=percent) for i, percent in enumerate(percents)]
    shot = replace(shot, run=replace(shot.run, iterations=tuple(rising), next_iteration_at=shot.run.at + 200))
    assert verdict(shot) == ("good", "LEARNING", "progress 15 → 35 % (iterations 1-2 → 3-4). Next iteration in 3 min.")
    soon = stack(expires=NOW + timedelta(minutes=4))
    assert verdict(shot, soon)[2].endswith("Next iteration in 3 min. It ends in 4 min.")
    for left, words in (
        (60, "in about a minute"),
        (40, "in half a minute"),
        (7, "in some seconds"),
        (-1, "any moment"),
    ):
        shot = replace(shot, run=replace(shot.run, next_iteration_at=shot.run.at + left))
        assert verdict(shot)[2].endswith(f"Next iteration {words}.")
    shot = replace(shot, run=replace(shot.run, next_iteration_at=shot.run.at - 40))
    assert verdict(shot)[2].endswith("Next iteration any moment.")


def test_how_far_old_lines_are_read_is_told() -> None:
    reading = replace(watched(driving()), history=LogHistory(100, 1000, 0.43, 52_000_000))
    assert verdict(reading)[2].endswith("The log so far is being read: 43% of 52 MB.")


def test_a_fault_is_told_with_what_it_costs_and_the_way_out() -> None:
    found = view.verdict(watched(told(one=[started(0), "ERROR: FAULT_CODE: 43"])), stack(), NOW)
    assert (found.tone, found.word) == ("bad", "FAULT")
    assert "It goes on costing 0.76 USD an hour." in found.text
    assert "S stop safely" in found.keys
    assert found.keys.endswith("p why")


def test_what_is_no_error_does_not_hide_how_it_learns() -> None:
    shot = watched(driving())
    note = Diagnosis("excess", INFO, "IDLE", "worker 3 has no episodes", "", "")
    found = view.verdict(replace(shot, run=replace(shot.run, diagnoses=(note,))), None, NOW)
    assert (found.word, found.keys) == ("DRIVING", "p 1 note")
    still = replace(shot.run, diagnoses=(note,), totals=replace(shot.run.totals, steps=0))
    assert view.verdict(replace(shot, run=still), None, NOW).word == "IDLE"


def test_memory_that_ran_out_is_told() -> None:
    run = told(
        one=[started(0), step(0, 1, 0.0)],
        algo=["DoorMan: installing SIGINT, SIGTERM", "Allocator (GPU_0_bfc) ran out of memory trying to allocate 1GiB"],
    )
    assert verdict(watched(run))[:2] == ("bad", "OUT OF MEMORY")


def ended(run: RunState, *names: str, code: int = 137) -> RunState:
    for name in names:
        role, slot = ("trainer", None) if name == ALGO else ("robomaker", int(name[-1]))
        run.container(Container(name + "-id", name, role, slot, "exited", "2030-01-01", code))
    return run


def test_one_worker_gone_stalls_the_run_all_gone_ends_it() -> None:
    lines = {"one": [started(0)], "two": [started(1)], "algo": ["DoorMan: installing SIGINT, SIGTERM"]}
    tone, word, text = verdict(watched(ended(told(**lines), TWO)))
    assert (tone, word) == ("bad", "STALLED")
    assert text.startswith("worker 1 gone for 2 s (container exited 137: out of memory); the trainer waits for it.")
    tone, word, text = verdict(watched(ended(told(**lines), ONE, TWO, ALGO)))
    assert word == "ENDED"
    assert "ll containers have ended" in text


def test_a_run_that_crashed_has_failed_and_one_that_was_stopped_has_ended() -> None:
    reason = "The stack of run-1 is gone."

    def over(run: RunState) -> tuple[str, str, str]:
        return view.over(watched(run), reason)[:3]

    def two() -> RunState:
        return told(one=[started(0)], two=[started(1)], algo=["DoorMan: installing SIGINT, SIGTERM"])

    assert view.over(None, reason)[:3] == ("", "ENDED", reason)
    assert over(two()) == ("", "ENDED", reason)
    for code in (0, 137, 143):
        for gone in ((TWO,), (ALGO,), (ONE, TWO, ALGO)):  # the instance was stopped while it was looked at
            assert over(ended(two(), *gone, code=code)) == ("", "ENDED", reason)
    for gone in ((TWO,), (ALGO,), (ONE, TWO, ALGO)):
        tone, word, text = over(ended(two(), *gone, code=1))
        assert (tone, word) == ("bad", "FAILED")
        assert "container exited 1" in text
        assert text.endswith(reason)
    tone, word, text = over(told(one=[started(0), "ERROR: FAULT_CODE: 43"]))
    assert (tone, word) == ("bad", "FAILED")
    assert "43" in text
    assert view.verdict(watched(ended(two(), ONE, TWO, ALGO, code=1)), None, NOW).word == "FAILED"


# -- the rest -----------------------------------------------------------------------------------------


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
