"""Rows read as a block are the rows read one by one, whatever stands among them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dots_tui.training.parser import Parser
from dots_tui.training.records import Step
from dots_tui.training.rows import STEP, STEP_MARKER, Rows, one
from dots_tui.training.state import RunState

PLAIN = b"3,15,-3.6271,0.9517,138.8198,1.33,1.37,[-24.6   0.97],0.1356,False,True,8.0037,14,16.60,41.125,in_progress"
TAILS = {16: b"", 17: b",0.00", 18: b",0.00,0", 19: b",0.00,0,1773215994.9256", 20: b",0.00,0,1773215994.9256,7"}
ODD = st.sampled_from(
    [
        b"",
        b"nan",
        b"-inf",
        b"x",
        b" 1",
        b"1_0",
        b"1e3",
        b"+7",
        b"True",
        b"off_track",
        b"1.2.3",
        b"## agent: a",
        b"1,2",
        b"\xff",
    ]
)


def one_by_one(payloads: Sequence[bytes]) -> list[Step]:
    """What the expression for a single row makes of them; ValueError where it refuses one."""
    found = []
    for payload in payloads:
        match = STEP.match(payload)
        if match is None:
            raise ValueError(payload)
        found.append(one(match))
    return found


@pytest.mark.parametrize("tail", TAILS.values(), ids=[f"{columns} columns" for columns in TAILS])
def test_a_block_is_its_rows(tail: bytes) -> None:
    payloads = [PLAIN + tail, PLAIN.replace(b"3,15", b"3,16").replace(b"False,True", b"True,False") + tail]
    rows = Rows.block(payloads)
    assert rows is not None
    assert rows.size == 2
    assert list(rows.steps()) == one_by_one(payloads) == [rows.row(0), rows.row(-1)]
    assert list(rows.part(1, 2).steps()) == list(Rows.of([rows.row(1)]).steps())


def test_rows_of_two_versions_are_no_block() -> None:
    assert Rows.block([PLAIN + TAILS[17], PLAIN + TAILS[18]]) is None


@pytest.mark.parametrize("columns", [(18, 17, 19), (18, 19, 17), (18, 16, 20), (17, 18, 17, 16), (18, 20, 18, 16)])
def test_rows_that_make_up_for_each_other_are_no_block(columns: tuple[int, ...]) -> None:
    assert sum(columns) == columns[0] * len(columns)
    assert Rows.block([PLAIN + TAILS[count] for count in columns]) is None


@pytest.mark.parametrize("glued", [b"## agent: Starting evaluation phase", b" Evaluation job complete", b'"lr": 1'])
def test_what_is_glued_to_a_row_is_not_lost(glued: bytes) -> None:
    assert Rows.block([PLAIN + TAILS[17] + glued]) is None
    found = Parser().feed(STEP_MARKER + PLAIN + TAILS[17] + glued + b"\n")
    assert [type(record) is Step for record in found] == [True, False]


@given(st.sampled_from(sorted(TAILS)), st.lists(st.tuples(st.integers(0, 19), ODD), max_size=2), st.integers(1, 3))
def test_a_block_is_refused_or_read_as_one_by_one(columns: int, changes: list[tuple[int, bytes]], count: int) -> None:
    cells = (PLAIN + TAILS[columns]).split(b",")
    for place, odd in changes:
        cells[place % columns] = odd
    payloads = [PLAIN + TAILS[columns]] * (count - 1) + [b",".join(cells)]
    rows = Rows.block(payloads)
    if rows is not None:
        assert repr(list(rows.steps())) == repr(one_by_one(payloads))  # as text: nan is not equal to itself


noise = st.sampled_from(
    [
        b"printed\n",
        b"no newline ",
        b"\n",
        b"Training> Name=main_level/agent, Worker=0, Episode=4, Total reward=7.2, Steps=76, Training iteration=0\n",
        b"Checkpoint> Restoring from path=./checkpoint_robomaker/agent/309_Step-8349.ckpt\n",
        b"SIM_TRACE_LOG:\n",
        b"SIM_TRACE_LOG:1,2,SIM_TRACE_LOG:3\n",
    ]
)


@st.composite
def logs(draw: st.DrawFn) -> bytes:
    """Rows of episodes, some done, some begun again, with other lines among them."""
    parts = []
    for _ in range(draw(st.integers(0, 12))):
        if draw(st.booleans()):
            parts.append(draw(noise))
        episode, first = draw(st.integers(0, 2)), draw(st.integers(1, 3))
        for number in range(first, first + draw(st.integers(1, 4))):
            status = draw(st.sampled_from(["prepare", "in_progress", "off_track", "lap_complete"]))
            progress = draw(st.sampled_from(["0.1", "-3.0", "40.25", "100.0", "nan"]))
            reward = draw(st.sampled_from(["0.1", "0.7", "1e-3", "nan"]))
            wall = draw(st.sampled_from([b",0.00", b",0.00,0,1773215994.9"]))
            done = status in ("off_track", "lap_complete")
            row = f"{episode},{number},1.5,2.5,90.0,0.0,1.0,0,{reward},{done},True,{progress},7,9.5,{number / 10}"
            parts.append(STEP_MARKER + f"{row},{status}".encode() + wall + b"\n")
    return b"".join(parts)


@given(logs(), st.lists(st.integers(0, 4000), max_size=6))
def test_a_run_is_the_same_however_its_rows_come(log: bytes, cuts: list[int]) -> None:
    alone, together = RunState(), RunState()
    parser = Parser()
    for record in parser.feed(log) + parser.close():
        alone.apply("deepracer-0_robomaker.1.a", record, 5.0)
    again = Parser()
    edges = [0, *sorted(cut for cut in cuts if cut < len(log)), len(log)]
    for start, end in zip(edges, edges[1:]):
        for batch in again.batches(log[start:end]):
            together.apply("deepracer-0_robomaker.1.a", batch, 5.0)
    for batch in again.rest():
        together.apply("deepracer-0_robomaker.1.a", batch, 5.0)
    assert again.failures == parser.failures
    assert repr(together.snapshot(9.0)) == repr(alone.snapshot(9.0))
