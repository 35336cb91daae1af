"""A run in short: what is kept of it comes back, and what is damaged is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dots_tui.training import kept_runs as k
from tests.training.test_outlook import RISING, run

RUN = k.KeptRun("run-1", "reInvent2019_track", 1000.0, 120, 9.57, (k.KeptIteration(0, 10.0, 2.5), k.KeptIteration(1)))


def test_a_run_comes_back_as_it_was() -> None:
    assert k.from_text(k.to_text(RUN)) == RUN


def test_what_is_no_number_is_not_known() -> None:
    odd = replace(RUN, iterations=(k.KeptIteration(0, float("nan"), 1 / 3, lap_s=float("inf")),))
    assert k.from_text(k.to_text(odd)).iterations == (k.KeptIteration(0, None, 0.33333),)


def test_iterations_are_those_of_the_snapshot() -> None:
    kept = k.KeptRun.of("run-1", run(RISING, entropy=(2.0, 1.9, 1.8, 1.7, 1.6, 1.5)), 5.0)
    assert [one.progress for one in kept.iterations[:6]] == list(RISING)
    assert [one.entropy for one in kept.iterations] == [2.0, 1.9, 1.8, 1.7, 1.6, 1.5, None]
    assert (kept.name, kept.world, kept.kept_at) == ("run-1", "", 5.0)


def test_a_long_run_is_thinned_and_keeps_its_end() -> None:
    long = run([float(at % 90) for at in range(2500)])
    kept = k.KeptRun.of("run-1", long, 0.0).iterations
    assert len(kept) <= k.MOST_ITERATIONS
    assert kept[-1].index == 2500
    assert len(k.to_text(k.KeptRun.of("run-1", long, 0.0))) < 200_000


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "1", '{"version": 2}', '{"version": 1}', k.to_text(RUN).replace("10.0", '"x"'), "[" * 5000],
)
def test_what_is_no_kept_run_is_refused_in_words(text: str) -> None:
    with pytest.raises(k.NotKept, match=r"^it "):
        k.from_text(text)
