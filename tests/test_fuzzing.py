"""Some hundreds of seeded cases of each fuzzer."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.fuzzing import FUZZERS, mutated, run

CASES = 300


@pytest.mark.parametrize("name", FUZZERS)
def test_nothing_but_declared_errors(name: str, tmp_path: Path) -> None:
    broken = run(name, range(CASES), tmp_path)
    assert {seed: repr(error) for seed, error in broken.items()} == {}


def test_a_seed_gives_the_same_case() -> None:
    assert mutated(random.Random(7), b"abc" * 50) == mutated(random.Random(7), b"abc" * 50)
