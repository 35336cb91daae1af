"""A small recorded run of two workers (made by the embedded cloud), read whole and in every way it may arrive."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dots_tui.training.parser import Parser
from dots_tui.training.state import RunState

if TYPE_CHECKING:
    from dots_tui.training.snapshot import RunSnapshot

FOLDER = Path(__file__).parent / "fixtures" / "two-workers"
LOGS = {path.stem: path.read_bytes() for path in sorted(FOLDER.glob("*.log"))}
LINES = [(name, line + b"\n") for name, data in LOGS.items() for line in data.splitlines() if b"SIM_TRACE" not in line]


def told(order: list[tuple[str, bytes]]) -> RunSnapshot:
    """The run when its logs arrive in these pieces."""
    run = RunState()
    parsers = {name: Parser() for name in LOGS}
    for name, piece in order:
        for record in parsers[name].feed(piece):
            run.apply(name, record, 50.0)
    assert all(parser.failures == 0 for parser in parsers.values())
    return run.snapshot(60.0)


# Numbers counted in the files with other means.
def test_the_run_as_a_whole() -> None:
    run = told(list(LOGS.items()))
    assert [(w.worker, w.container) for w in run.workers] == [
        (0, "deepracer-0-robomaker-2"),
        (1, "deepracer-0-robomaker-1"),
    ]
    assert (run.totals.steps, run.totals.episodes_done, run.totals.laps) == (327, 6, 1)
    assert run.totals.best_lap_s == 12.577
    assert dict(run.totals.statuses) == {"off_track": 5, "lap_complete": 1}
    first, second = run.iterations
    assert (first.checkpoint, first.steps, first.episodes_done) == ("0_Step-0.ckpt", 88, 3)
    assert (second.checkpoint, second.steps, second.episodes_done) == ("1_Step-88.ckpt", 239, 3)
    assert run.checkpoints.saved == ("0_Step-0.ckpt", "1_Step-88.ckpt", "2_Step-327.ckpt")
    assert (run.policy.lines, run.policy.updates) == (6, 2)
    assert run.trainer is not None
    assert (run.trainer.container, run.trainer.episodes, run.trainer.steps) == ("3nza2031w3-algo-1-vecmd", 6, 327)
    assert len(run.exits) == 5


def test_each_worker() -> None:
    zero, one = told(list(LOGS.items())).workers
    assert (zero.steps, zero.training_lines, zero.testing_lines, zero.extra_evaluations) == (282, 4, 4, 2)
    assert zero.mean_reward == pytest.approx(49.6719)
    assert zero.mean_progress == pytest.approx(34.510275)
    assert (one.steps, one.training_lines, one.testing_lines) == (45, 2, 0)
    assert one.mean_reward == pytest.approx(4.35955)
    assert one.mean_progress == pytest.approx(6.0983)


@pytest.mark.parametrize("seed", range(5))
def test_logs_arrive_beside_each_other_in_any_pieces(seed: int) -> None:
    random = Random(seed)
    left = dict(LOGS)
    order = []
    while left:
        name = random.choice(sorted(left))
        size = random.randint(1, 5000)
        order.append((name, left[name][:size]))
        left[name] = left[name][size:]
        if not left[name]:
            del left[name]
    mixed, whole = told(order), told(list(LOGS.items()))
    assert mixed.workers == whole.workers
    assert mixed.iterations == whole.iterations
    assert mixed.policy == whole.policy
    assert mixed.checkpoints == whole.checkpoints


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from([*LOGS, "any.log", "deepracer-0_robomaker.2.abc"]), st.sampled_from(LINES))))
def test_lines_in_any_order_from_anywhere_never_raise(lines: list[tuple[str, tuple[str, bytes]]]) -> None:
    run = RunState()
    for name, (_, line) in lines:
        for record in Parser().feed(line):
            run.apply(name, record, 0.0)
    found = run.snapshot(1.0)
    assert found.verdict
    assert found.totals.episodes_done == sum(worker.episodes_done for worker in found.workers)
    numbers = [iteration.number for iteration in found.iterations if iteration.number is not None]
    assert numbers == sorted(set(numbers))
