"""The record of a run: any part of its log, in any order, together with the metrics, gives the same history."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dots_tui.training import records as r
from dots_tui.training.containers import ROBOMAKER, Container
from dots_tui.training.kept_runs import NotKept
from dots_tui.training.metric_rows import MetricRow, first_number, shares
from dots_tui.training.record_text import read_record, record_text
from dots_tui.training.run_record import (
    LOGGED,
    METRICS,
    MOST_DETAILED,
    EpisodeKey,
    EpisodeResult,
    RunRecord,
    steps_of,
)
from dots_tui.training.state import RunState

PREFIX = "models/north-1"
NAMES = ("deepracer-0-robomaker-1", "deepracer-0-robomaker-2")
SHARE = (6, 5)
FIRST, ITERATIONS = 4, 7
LAP_S = 3.0
Event = tuple[float, str, r.Record]
"""Time, container, record."""


@dataclass
class Story:
    """A made-up run of two workers: its log in the order of time, and its metrics."""

    events: list[Event] = field(default_factory=list)
    metrics: dict[int, list[MetricRow]] = field(default_factory=lambda: {0: [], 1: []})


def row(episode: int, step: int, progress: float, reward: float, status: str, *, done: bool) -> r.Step:
    return r.Step(
        episode, step, 0.0, 0.0, 0.0, 0.0, 1.0, reward, done, True, progress, step, 16.6, episode * 9.0 + step, status,
        None,
    )  # fmt: skip


def made() -> Story:
    story, chance = Story(), random.Random(7)
    at, steps, driven = 1000.0, 0, [0, 0]
    for number in range(FIRST, FIRST + ITERATIONS):
        loaded, steps = at, steps + 100 * (number > FIRST)
        for worker, name in enumerate(NAMES):
            at = loaded + worker
            story.events.append((at, name, r.CheckpointRestored(number, steps if number > FIRST else 0, False)))
            for trial in range(1, SHARE[worker] + 1):
                episode = driven[worker]
                driven[worker] += 1
                laps = chance.random() < (number - FIRST) / ITERATIONS
                percent = 100.0 if laps else float(chance.randrange(5, 90))
                reward = float(chance.randrange(1, 50))
                status = "lap_complete" if laps else "off_track"
                rows = ((1, 0.0, 0.0, "prepare"), (2, percent / 2, reward, "in_progress"), (4, percent, 0.0, status))
                for step, progress, paid, word in rows:
                    at += 0.5
                    story.events.append((at, name, row(episode, step, progress, paid, word, done=step == 4)))
                story.events.append((at, name, r.EpisodeEnd(r.TRAINING, episode + 1, reward, driven[worker] * 3, 0)))
                story.events.append((at, name, r.MetricsUploaded(PREFIX, worker)))
                numbered = trial if worker == 0 else episode + 1
                story.metrics[worker].append(MetricRow(episode + 1, numbered, True, percent, reward, LAP_S, status))
            if worker == 0:
                story.metrics[0].append(MetricRow(driven[0], trial, False, 50.0, 1.0, LAP_S, "off_track"))
        at += 30.0
    story.events.sort(key=lambda event: event[0])
    return story


STORY = made()


def watched(parts: list[Event], kept: str = "", *, with_metrics: bool = True) -> RunState:
    """A session that saw only `parts` of the log, with what an earlier one kept."""
    run = RunState()
    if kept:
        run.record.merge(read_record(kept))
    for number, name in enumerate(NAMES):
        run.container(Container(f"id{number}", name, ROBOMAKER, number + 1, "running", ""))
    for at, name, record in parts:
        run.apply(name, record, at)
    if with_metrics:
        run.record.measured(PREFIX, STORY.metrics, None)
    return run


def history(run: RunState) -> list[tuple[object, ...]]:
    return [
        (one.number, one.ordinal, one.episodes_done, one.mean_progress, one.mean_reward, one.laps, one.best_lap_s)
        for one in run.snapshot(5000.0, 0.0).iterations
    ]


def numbered(run: RunState) -> bool:
    """Whether anything that was seen says which iteration an episode belongs to."""
    return bool(run.record.starts) or any(one.episodes for one in run.record.iterations.values())


WHOLE = history(watched(STORY.events))


def test_history_is_that_of_the_log() -> None:
    numbers = [(number, ordinal, episodes) for number, ordinal, episodes, *_ in WHOLE]
    assert numbers == [(number, number + 1, sum(SHARE)) for number in range(FIRST, FIRST + ITERATIONS)]
    assert history(watched(STORY.events, with_metrics=False)) == WHOLE


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(STORY.events)), st.integers(0, len(STORY.events)), st.booleans())
def test_any_part_of_a_log_with_the_metrics_gives_the_same_history(one: int, other: int, twice: bool) -> None:
    """Join late, leave early, or both; keep it and come back to any other part of the log."""
    start, end = min(one, other), max(one, other)
    first = watched(STORY.events[start:end])
    if numbered(first):
        assert history(first) == WHOLE
    parts = STORY.events[:start] if twice else STORY.events[end:]
    second = watched(parts, record_text(first.record, 1.0))
    if numbered(second):
        assert history(second) == WHOLE


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, len(STORY.events) - 1), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_parts_of_a_log_merge_in_any_order_without_metrics(cuts: list[int], chance: random.Random) -> None:
    """Cuts at the ends of episodes: each part is seen by a session of its own."""
    ends = [at for at, event in enumerate(STORY.events) if isinstance(event[2], r.MetricsUploaded)]
    places = sorted({0, len(STORY.events), *(min(ends, key=lambda end: abs(end - cut)) + 1 for cut in cuts)})
    parts = [STORY.events[start:end] for start, end in zip(places, places[1:])]
    parts = [
        part
        for part in parts
        if {event[1] for event in part if isinstance(event[2], r.CheckpointRestored)} == {event[1] for event in part}
    ]
    kept = [watched(part, with_metrics=False).record for part in parts]
    one, other = RunRecord(), RunRecord()
    for record in kept:
        one.merge(record)
    chance.shuffle(kept)
    for record in [*kept, *kept]:
        other.merge(read_record(record_text(record, 2.0)))
    assert one.current() == other.current()


def test_a_shorter_history_never_replaces_a_longer_one() -> None:
    kept = record_text(watched(STORY.events).record, 1.0)
    late = watched(STORY.events[-20:], kept, with_metrics=False)
    assert history(late) == WHOLE
    assert late.snapshot(5000.0, 0.0).last_checkpoint == FIRST + ITERATIONS - 1


def test_a_restart_from_an_earlier_checkpoint_replaces_what_came_after_it() -> None:
    record = RunRecord()
    for number, steps, at in ((0, 0, 100.0), (1, 400, 200.0), (2, 800, 300.0)):
        record.loaded(number, steps, at)
        record.episode(number, steps, EpisodeKey(0, number + 1), EpisodeResult(50.0, 1.0, None, "off_track", LOGGED))
    record.loaded(1, 0, 900.0)  # another prefix: the run goes on from checkpoint 0
    record.episode(1, 0, EpisodeKey(0, 1), EpisodeResult(70.0, 1.0, None, "off_track", LOGGED))
    assert [(one.number, one.steps, one.count) for one in record.current()] == [(0, 0, 1), (1, 0, 1)]
    assert record.last_checkpoint == 1


def test_the_second_start_of_a_training_replaces_the_first() -> None:
    """DeepRacer on the Spot starts each training twice, three minutes apart, under the same names."""
    first, second = RunRecord(), RunRecord()
    first.loaded(0, 0, 100.0)
    for episode in range(1, 9):
        first.episode(0, 0, EpisodeKey(0, episode), EpisodeResult(9.0, 1.0, None, "off_track", LOGGED))
    second.loaded(0, 0, 290.0)
    second.episode(0, 0, EpisodeKey(0, 1), EpisodeResult(5.0, 1.0, None, "off_track", LOGGED))
    for one, other in ((first, second), (second, first)):
        both = RunRecord()
        both.merge(one)
        both.merge(other)
        assert [(it.number, it.count, it.sums.progress) for it in both.current()] == [(0, 1, 5.0)]


def test_old_iterations_are_folded_and_the_record_stays_small() -> None:
    record = RunRecord("long")
    for number in range(MOST_DETAILED + 100):
        for episode in range(20):
            result = EpisodeResult(40.0, 2.0, None, "off_track", LOGGED)
            record.episode(number, number * 10, EpisodeKey(0, number * 20 + episode), result)
    assert [one.count for one in record.current()] == [20] * (MOST_DETAILED + 100)
    assert sum(bool(one.episodes) for one in record.iterations.values()) == MOST_DETAILED
    again = read_record(record_text(record, 3.0))
    assert again.current() == record.current()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"version": 2}', '{"version": 9}', "[" * 5000, "null"])
def test_a_damaged_record_is_refused_in_words(text: str) -> None:
    with pytest.raises(NotKept, match=r"^it "):
        read_record(text)


def test_metrics_of_worker_0_show_where_iterations_begin() -> None:
    rows = [
        MetricRow(episode, trial, training, 10.0, 1.0, 2.0, "off_track")
        for episode, trial, training in (
            (1, 1, True), (2, 2, True), (2, 2, False), (3, 1, True), (4, 2, True), (5, 1, True),
        )
    ]  # fmt: skip
    assert [[row.episode for row in part] for part in shares(rows)] == [[1, 2], [3, 4], [5]]


@pytest.mark.parametrize(("last", "first"), [(None, 0), (2, 0), (1, 0), (3, 0), (308, 306), (9, 7)])
def test_first_number_comes_from_the_list_of_checkpoints_without_a_log(last: int | None, first: int) -> None:
    assert first_number(Counter(), 2, last) == first


def test_metrics_fill_what_a_log_lacks_and_never_replace_it() -> None:
    record = RunRecord()
    record.episode(3, 30, EpisodeKey(0, 1), EpisodeResult(41.7, 2.5, None, "off_track", LOGGED))
    rows = [MetricRow(episode, episode, True, 41.0, 3.0, 9.0, "off_track") for episode in (1, 2)]
    record.measured("p", {0: rows}, None)
    (one,) = record.current()
    assert [(one.episodes[key].progress, one.episodes[key].source) for key in sorted(one.episodes)] == [
        (41.7, LOGGED),
        (41.0, METRICS),
    ]


@pytest.mark.parametrize(
    ("name", "steps"), [("12_Step-3400.ckpt", 3400), ("12", None), (None, None), ("1_Step-x", None)]
)
def test_steps_stand_in_the_name_of_a_checkpoint(name: str | None, steps: int | None) -> None:
    assert steps_of(name) == steps
