"""Whose a recorded log is: by what it says, else by its name, else by its place."""

from __future__ import annotations

import pytest

from dots_tui.training.log_origin import Look, Origin, workers

ROW = "SIM_TRACE_LOG:0,1,1.0,2.0,3.0,0.0,1.0,0,0.0,False,True,0.5,1,16.60,5.0,prepare,0.00,0,1773215994.5\n"
RESTORE = "Checkpoint> Restoring from path=./checkpoint_robomaker/agent/3_Step-90.ckpt\n"
SAVE = "Checkpoint> Saving in path=['./checkpoint_sagemaker/agent/1_Step-397.ckpt']\n"
INFO = "Sensor list ['A'], network N, simapp_version 5, training_algorithm clipped_ppo, action_space_type discrete\n"
START = "Starting as worker 2, using world Albert and configuration training_params.yaml.\n"


def origin(text: str, name: str = "some.log") -> Origin:
    """Of a log that has only this."""
    look = Look(name)
    look.feed(text.encode())
    look.close()
    return look.origin


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        (ROW, "x.log", "robomaker"),
        (INFO + RESTORE, "x.log", "robomaker"),
        (INFO + SAVE, "x.log", "trainer"),
        (INFO + SAVE, "deepracer-0_robomaker.1.abc.log", "trainer"),
        (INFO, "3nza2031w3-algo-1-vecmd.log", "trainer"),
        (INFO, "x.log", "robomaker"),
        (ROW, "deepracer-eval-0-robomaker-1.log", "evaluation"),
        (" * /JOB_TYPE: EVALUATION\n" + ROW, "x.log", "evaluation"),
        (" * /JOB_TYPE: TRAINING\n" + ROW, "x.log", "robomaker"),
        (" * /VIDEO_JOB_TYPE: EVALUATION\n" + ROW, "x.log", "robomaker"),
        ("nothing\n", "deepracer-0_robomaker.1.abc.log", "other"),
        ("", "x.log", "other"),
    ],
)
def test_what_it_is(text: str, name: str, role: str) -> None:
    assert origin(text, name).role == role


def test_what_its_beginning_says() -> None:
    found = origin(INFO + START + RESTORE + ROW)
    assert (found.worker, found.whole, found.checkpoint, found.began_at) == (2, True, 3, 1773215994.5)
    assert not found.copy
    assert not found.stamped


def test_stamps_and_copies_are_seen() -> None:
    assert origin("2026-01-01T00:00:00.123456789Z " + ROW).stamped
    for around in (
        "vecmd-algo-1-vecmd  | ",
        "2026-01-01T00:00:00.1Z vecmd-algo-1-vecmd | ",
        "\x1b[36mx-algo-1-ab  |\x1b[0m ",
    ):
        assert origin(around + SAVE).copy


def test_only_as_much_is_read_as_is_needed() -> None:
    look = Look("x.log")
    look.feed((INFO + RESTORE).encode())
    assert not look.clear
    look.feed(ROW.encode())
    assert look.clear


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        ([Origin(worker=2), Origin(worker=0), Origin(worker=2)], [2, 0, 2]),
        ([Origin(whole=True), Origin(whole=True)], [0, 0]),
        ([Origin(worker_by_name=1), Origin(worker_by_name=0)], [1, 0]),
        ([Origin(worker=0), Origin(worker_by_name=0), Origin()], [0, 1, 2]),
        ([], []),
    ],
    ids=["they say so", "one worker, twice", "by their names", "by their place", "none"],
)
def test_which_worker(origins: list[Origin], expected: list[int]) -> None:
    assert workers(origins) == expected
