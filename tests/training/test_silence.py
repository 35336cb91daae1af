"""Workers that hang, die or wait for nothing are told within two minutes; silence that is normal never is."""

from __future__ import annotations

import pytest

from dots_tui.custom_files.findings import ERROR, WARNING
from dots_tui.training.parser import Parser
from dots_tui.training.state import RunState
from tests.training.diagnosed import (
    ALGO,
    EXTRA,
    ONE,
    THREE,
    TWO,
    Story,
    begin,
    codes,
    exists,
    finish_driving,
    only,
    snapshot,
)


def evaluate_for(story: Story, seconds: float, line: str | None = None) -> None:
    """Worker 0 evaluates, an episode every 30 s, with this line before each."""
    until = story.now + seconds
    while story.now < until:
        story.now += 27 if line else 28
        if line:
            story.line(ONE, line)
        story.evaluation(ONE, 5.0)


# -- a worker that hangs ------------------------------------------------------------------------------


def test_a_worker_silent_in_an_episode_is_stalled_within_two_minutes(story: Story) -> None:
    begin(story)
    story.episode(THREE, 1, [0.0, 5.0], done=False)
    since = story.now
    for name in (ONE, TWO):
        story.episode(name, 1, [0.0, 12.0])
    assert codes(story, 60) == []
    found = only(story, since + 100 - story.now)
    assert (found.code, found.severity, found.worker, found.container) == ("worker-stalled", ERROR, 2, THREE)
    assert found.at == since
    assert found.sentence == (
        "STALLED: worker 2 silent for 100 s in the middle of an episode; the trainer waits for it."
    )
    assert snapshot(story, since + 100 - story.now).verdict == found.sentence
    assert found.actions[:2] == ("restart-from-checkpoint", "stop-safely")


def test_it_is_stalled_as_well_while_worker_0_evaluates(story: Story) -> None:
    begin(story)
    story.episode(ONE, 1, [0.0, 12.0])
    story.episode(TWO, 1, [0.0, 12.0])
    story.episode(THREE, 1, [0.0, 5.0], done=False)
    evaluate_for(story, 60, EXTRA)
    assert codes(story) == []
    evaluate_for(story, 60, EXTRA)
    assert only(story).worker == 2


def test_a_worker_that_has_episodes_left_is_stalled_between_them(story: Story) -> None:
    begin(story)
    story.episode(ONE, 1, [0.0, 12.0])
    story.episode(TWO, 1, [0.0, 12.0])
    evaluate_for(story, 120)
    assert (only(story).worker, "between two episodes" in only(story).title) == (2, True)


def test_without_a_known_share_a_worker_far_behind_the_others_is_stalled(story: Story) -> None:
    begin(story, share=False)
    for number in range(1, 26):
        story.episode(ONE, number, [0.0, 10.0])
        story.episode(TWO, number, [0.0, 10.0])
    assert [one.worker for one in snapshot(story).diagnoses] == [2]


def test_without_a_known_share_a_worker_as_far_as_the_others_may_wait(story: Story) -> None:
    begin(story, share=False)
    story.episode(ONE, 1, [0.0, 10.0])
    story.episode(TWO, 1, [0.0, 10.0])
    for step in range(2, 40):
        story.episode(THREE, 1, [20.0], first_step=step, done=False)
        story.now += 5
    assert codes(story) == []


def test_a_worker_that_goes_on_is_stalled_no_more(story: Story) -> None:
    begin(story)
    story.episode(THREE, 1, [0.0, 5.0], done=False)
    story.episode(ONE, 1, [0.0, 12.0])
    story.now += 100
    assert "worker-stalled" in codes(story)
    story.episode(THREE, 1, [7.0], first_step=3)
    story.episode(TWO, 1, [0.0, 12.0])
    assert codes(story) == []


def test_a_worker_that_does_not_load_the_new_checkpoint_is_stalled(story: Story) -> None:
    begin(story)
    finish_driving(story)
    story.save(ALGO, 1, 12)
    story.line(ALGO, "Uploaded 3 files for checkpoint 1")
    for name in (ONE, TWO):
        story.restore(name, 1, 12)
    for step in range(1, 130):
        for name in (ONE, TWO):
            story.episode(name, 2, [5.0], first_step=step, done=False)
    assert only(story).worker == 2
    assert "checkpoint 1 is there" in only(story).title


def test_worker_0_may_be_silent_for_a_long_evaluation_episode_but_not_for_ever(story: Story) -> None:
    begin(story)
    finish_driving(story)
    story.line(ONE, "## agent: Starting evaluation phase")
    story.epoch(ALGO, 0)
    assert codes(story, 290) == []
    story.now += 320
    story.epoch(ALGO, 1)
    assert only(story).code == "worker-stalled"


# -- silence that is normal ---------------------------------------------------------------------------


def test_workers_whose_episodes_are_in_may_be_silent_while_worker_0_evaluates(story: Story) -> None:
    begin(story)
    finish_driving(story)
    for _ in range(20):
        evaluate_for(story, 30)
        assert codes(story) == []


def test_and_while_the_trainer_trains(story: Story) -> None:
    begin(story)
    finish_driving(story)
    for epoch in range(10):
        story.now += 120
        story.epoch(ALGO, epoch)
        assert codes(story) == []
    story.save(ALGO, 1, 12)
    for name in (ONE, TWO, THREE):
        story.restore(name, 1, 12)
    assert codes(story) == []


def test_workers_of_which_no_time_is_known_are_not_judged() -> None:
    run, parser = RunState(), Parser()
    log = f"Checkpoint> Restoring from path=./agent/0_Step-0.ckpt\n{EXTRA}\n{EXTRA}\n"
    for record in parser.feed(log.encode()):
        run.apply(ONE, record, None)
    assert run.snapshot(0.0).diagnoses == run.snapshot(10000.0).diagnoses == ()


def test_what_cannot_be_heard_is_not_judged(story: Story) -> None:
    begin(story)
    story.episode(THREE, 1, [0.0, 5.0], done=False)
    for name in (ONE, TWO):
        story.episode(name, 1, [0.0, 12.0])
    cut = story.run.snapshot(story.now + 600, heard=0.0)
    assert cut.diagnoses == ()
    evaluate_for(story, 120)
    cut = story.run.snapshot(story.now + 600, heard=0.0)
    assert [one.worker for one in cut.diagnoses] == [2], "the others went on for longer than it may be silent"


def test_a_run_that_ended_is_silent(story: Story) -> None:
    begin(story)
    for name in (ONE, TWO, THREE):
        story.line(name, "Received termination signal from trainer. Goodbye.")
    assert codes(story, 3600) == []


# -- everything is silent ----------------------------------------------------------------------------


def test_silence_of_all_containers_is_a_hang_after_five_minutes(story: Story) -> None:
    begin(story)
    finish_driving(story)
    assert codes(story, 290) == []
    found = only(story, 310)
    assert (found.code, found.severity, found.container, found.at) == ("hang", ERROR, "", story.now)
    assert "5 min" in snapshot(story, 310).verdict or "310 s" in snapshot(story, 310).verdict


def test_containers_that_never_print_anything_hang_since_they_were_made(story: Story) -> None:
    made = 1767261600.0  # 2026-01-01 10:00 UTC
    story.now = made
    story.run.containers([exists(ONE, started="2026-01-01 11:00:00 +0100 CET"), exists(ALGO)])
    assert codes(story, 290) == []
    assert codes(story, 310) == ["hang"]


# -- the trainer does not come, or no checkpoint does -------------------------------------------------


@pytest.mark.parametrize(
    ("waited", "found"),
    [(120, []), (295, []), (300, ["trainer-late"]), (1195, ["trainer-late"]), (1200, ["trainer-never-came"])],
)
def test_waiting_for_the_trainer(story: Story, waited: int, found: list[str]) -> None:
    story.line(ONE, f"Waiting for SageMaker Redis server IP: Time elapsed: {waited} seconds")
    assert codes(story) == found
    assert [one.severity for one in snapshot(story).diagnoses] == [WARNING if waited < 1200 else ERROR][: len(found)]
    story.restore(ONE, 0)
    assert codes(story) == []


def test_evaluations_without_end_are_told_after_ten_minutes(story: Story) -> None:
    begin(story)
    finish_driving(story)
    evaluate_for(story, 540, EXTRA)
    assert codes(story) == []
    evaluate_for(story, 120, EXTRA)
    found = only(story)
    assert (found.code, found.severity, found.worker) == ("no-new-checkpoint", ERROR, 0)
    assert "restart-from-checkpoint" in found.actions


def test_evaluations_go_on_while_the_trainer_gets_on(story: Story) -> None:
    begin(story)
    finish_driving(story)
    for epoch in range(4):
        evaluate_for(story, 300, EXTRA)
        story.epoch(ALGO, epoch)
    assert codes(story) == []


def test_evaluations_begin_anew_with_each_checkpoint(story: Story) -> None:
    begin(story)
    finish_driving(story)
    for number in range(1, 4):
        evaluate_for(story, 400, EXTRA)
        story.save(ALGO, number, 12)
        for name in (ONE, TWO, THREE):
            story.restore(name, number, 12)
        for name in (ONE, TWO, THREE):
            story.episode(name, 2 * number, [0.0, 12.0])
            story.episode(name, 2 * number + 1, [0.0, 12.0])
        assert codes(story) == []
