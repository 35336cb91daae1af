"""What is let through: levels, noise, patterns, containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dots_tui.spool.store import Spool
from dots_tui.ui.widgets.log_sieve import ERRORS, RECORDS, WARNINGS, ErrorMatcher, Matcher, Sieve, sift

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dots_tui.spool.segment import Block

LINES = (
    "SIM_TRACE_LOG:0,1,1.0,2.0,3.0,0.00,4.00,0,0.0,False,True,0.2,1,52.87,35.3,prepare,0.00",
    "speed 2.0",
    "Exception when checking for DEEPRACER_JOB_TYPE_ENV 'LOCAL' is not a valid DeepRacerJobType",
    "NameError: name 'speed' is not defined",
    "WARNING: the loop is slow",
    "s3 failed, retry after 1.34 seconds. Re-try count: 1/5: An error occurred (404)",
    "s3 failed, retry after 1.34 seconds. Re-try count: 5/5: An error occurred (404)",
    "[agent-9] Training> Name=main_level/agent, Worker=0, Episode=1, Total reward=7.5, Steps=5, Training iteration=0",
    "Fatal Python error: Killed",
)
NOISE = {2, 5}


@pytest.fixture
def block() -> Iterator[Block]:
    spool = Spool()
    spool.append("a", [b"before"])
    spool.append("b", [line.encode() for line in LINES])
    found = spool.block(1, 99)
    assert found is not None
    yield found
    spool.close()


def kept(block: Block, sieve: Sieve, sources: frozenset[int] = frozenset()) -> list[int]:
    return [number - 1 for number in sift(sieve, block, sources).numbers]


def test_an_open_sieve_keeps_nothing_back(block: Block) -> None:
    assert Sieve().open
    assert kept(block, Sieve()) == list(range(len(LINES)))


@pytest.mark.parametrize(
    ("level", "rows", "noise"), [(RECORDS, [0, 7], 0), (WARNINGS, [3, 4, 6, 8], 2), (ERRORS, [3, 6, 8], 2)]
)
def test_levels_pass_over_noise_and_count_it(block: Block, level: str, rows: list[int], noise: int) -> None:
    assert kept(block, Sieve(level=level)) == rows
    assert sift(Sieve(level=level), block, frozenset()).noise == noise


def test_noise_alone_can_be_hidden(block: Block) -> None:
    assert set(kept(block, Sieve(noise=False))) == set(range(len(LINES))) - NOISE
    assert sift(Sieve(noise=False), block, frozenset()).noise == len(NOISE)


@pytest.mark.parametrize(
    ("pattern", "rows"),
    [
        ("speed", [1, 3]),
        ("fatal", [8]),
        ("FATAL", []),
        (r"re-try count: \d/5", [5, 6]),
        (r"^s3.*404\)$", [5, 6]),
        ("[agent", [7]),
        ("(404)", [5, 6]),
    ],
)
def test_patterns_and_their_inverse(block: Block, pattern: str, rows: list[int]) -> None:
    assert kept(block, Sieve(pattern=pattern)) == rows
    assert Matcher(pattern).rows(block) == rows
    assert kept(block, Sieve(pattern=pattern, inverse=True)) == [n for n in range(len(LINES)) if n not in rows]


def test_all_conditions_hold_together(block: Block) -> None:
    assert kept(block, Sieve(pattern="404", level=ERRORS, inverse=True)) == [3, 8]
    assert kept(block, Sieve(sources=frozenset({"a"})), frozenset({0})) == []
    assert len(kept(block, Sieve(sources=frozenset({"b"})), frozenset({1}))) == len(LINES)


def test_errors_that_are_noise_are_no_errors(block: Block) -> None:
    assert ErrorMatcher().rows(block) == [3, 6, 8]


def errors(*lines: str) -> list[str]:
    spool = Spool()
    spool.append("a", [line.encode() for line in lines])
    found = spool.block(0, 99)
    assert found is not None
    rows = ErrorMatcher().rows(found)
    spool.close()
    return [lines[row] for row in rows]


def test_a_word_in_a_setting_or_a_print_is_no_error() -> None:
    assert (
        errors(
            '  "loss_type": "mean squared error",',
            "loss_type: mean squared error",
            "Command training_worker.py --loss_type mean squared error --lr 0.0003",
            "heading error 3.2, lateral error 0.1",
            "no errors so far, error_count=0",
            "print_exception_info is off",
            "the rival was killed off the road",
        )
        == []
    )


def test_a_level_an_exception_or_a_known_failure_is_an_error() -> None:
    lines = (
        "[ERROR] [1739092.2]: GetModelState: model [racecar] does not exist",
        "ERROR: FAULT_CODE: 41",
        "2025-02-09 08:02:17,065 sagemaker-containers ERROR    Reporting training FAILURE",
        "2025-02-09 07:42:05.118213: E tensorflow/stream_executor/cuda_blas.cc:238] failed to create handle",
        "[launch_agent_node-1] [ERROR] [gazebo_server-4]: process has died [pid 154, exit code -11",
        "Traceback (most recent call last):",
        "ZeroDivisionError: division by zero",
        "botocore.exceptions.ClientError: An error occurred (403) when calling the HeadObject operation",
        "Reward function error: unsupported operand",
        "sh: error: no such file",
        "run.sh: line 8:   418 Killed                  python3 -m markov.rollout_worker",
        "Cannot create container for service algo-1: Unknown runtime specified nvidia",
        "process has died [pid 1391, exit code 1, cmd /opt/simapp/run.sh]",
    )
    assert errors(*lines) == list(lines)
