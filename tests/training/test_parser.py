"""Log bytes to records: every known form of every line, in any pieces, with anything around it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dots_tui.training import records as r
from dots_tui.training.parser import LONGEST_LINE, Parser

if TYPE_CHECKING:
    from collections.abc import Sequence

PREFIX = "[download_params_and_roslaunch_agent_node-1] [agent-9] "
ROW = (
    "SIM_TRACE_LOG:3,15,-3.6271,0.9517,138.8198,1.33,1.37,{action},0.1356,False,True,8.0037,14,16.60,41.125,in_progress"
)
PLAIN = ROW.format(action="2")


def read(text: str | bytes) -> list[r.Record]:
    """All records of a complete log."""
    parser = Parser()
    data = text.encode() if isinstance(text, str) else text
    found = parser.feed(data) + parser.close()
    assert parser.failures == 0
    return found


def one(text: str) -> r.Record:
    """The only record of a log."""
    (record,) = read(text)
    return record


@pytest.mark.parametrize(
    ("tail", "wall"),
    [("", None), (",0.00", None), (",0.00,0", None), (",0.00,0,1773215994.9256", 1773215994.9256)],
    ids=["16 columns", "17", "18", "19"],
)
@pytest.mark.parametrize(
    "action", ["2", "[-24.62170029   0.97231483]", "[-25.0 1.3310375874989868]", "[ 1.33e-01 -2. ]"]
)
@pytest.mark.parametrize("around", ["{}", PREFIX + "{}", "printed without newline {}", "{}\r"])
def test_a_row_of_any_version(tail: str, wall: float | None, action: str, around: str) -> None:
    assert one(around.format(ROW.format(action=action) + tail)) == r.Step(
        episode=3,
        step=15,
        x=-3.6271,
        y=0.9517,
        heading=138.8198,
        steering=1.33,
        speed=1.37,
        reward=0.1356,
        done=False,
        on_track=True,
        progress=8.0037,
        waypoint=14,
        track_length=16.60,
        time=41.125,
        status="in_progress",
        wall_clock=wall,
    )


@pytest.mark.parametrize("column", [0, 1, 2, 3, 4, 5, 6, 8, 11, 12, 13, 14])
@pytest.mark.parametrize("value", ["nan", "-inf", "1e999", "Infinity", "9" * 40, "-1e300", "1.2.3", "x"])
def test_a_row_with_a_number_no_simulation_prints_is_dropped_and_counted(column: int, value: str) -> None:
    start, _, payload = PLAIN.partition("SIM_TRACE_LOG:")
    cells = payload.split(",")
    cells[column] = value
    parser = Parser()
    odd = f"{start}SIM_TRACE_LOG:{','.join(cells)}"
    found = [*parser.feed(f"{PLAIN}\n{odd}\n{PLAIN}\n".encode()), *parser.close()]
    assert len(found) == 2
    assert parser.failures == 1
    assert found[0] == found[1]


EPISODE = "Training> Name=main_level/agent, Worker=0, Episode=4, Total reward=7.26, Steps=76, Training iteration=0"
LINES: list[tuple[str, r.Record]] = [
    (EPISODE, r.EpisodeEnd("training", 4, 7.26, 76, 0)),
    (
        "Testing> Name=main_level/agent, Worker=0, Episode=10, Total reward=14152.2, Steps=2053, Training iteration=0",
        r.EpisodeEnd("evaluation", 10, 14152.2, 2053, 0),
    ),
    (
        (
            "Training> Name=main_level/agent, Worker=0, Episode=4, Total reward=-inf, Exploration=0.1, Steps=76, "
            "Training iteration=40"
        ),
        r.EpisodeEnd("training", 4, -math.inf, 76, 40),
    ),
    (
        (
            "Policy training> Surrogate loss=-0.0229, KL divergence=1.1e-05, Entropy=2.837, training epoch=0, "
            "learning_rate=0.0003"
        ),
        r.PolicyEpoch(-0.0229, 1.1e-05, 2.837, 0, 0.0003),
    ),
    ("Checkpoint> Saving in path=['./checkpoint_sagemaker/agent/1_Step-397.ckpt']", r.CheckpointSaved(1, 397)),
    (
        "Checkpoint> Restoring from path=./checkpoint_robomaker/agent/309_Step-8349.ckpt",
        r.CheckpointRestored(309, 8349, pretrained=False),
    ),
    (
        "Checkpoint - Restoring from path: ./checkpoint/agent/27_Step-40129.ckpt ",
        r.CheckpointRestored(27, 40129, pretrained=False),
    ),
    (
        "Checkpoint> Restoring from path=./pretrained_checkpoint_sagemaker/agent/1_Step-590.ckpt",
        r.CheckpointRestored(1, 590, pretrained=True),
    ),
    ("Uploaded 3 files for checkpoint 12", r.CheckpointUploaded(12)),
    ("Best checkpoint number: -1, Last checkpoint number: -1", r.BestCheckpoint(-1, -1)),
    ("## agent: Starting evaluation phase", r.EvaluationPhase(started=True, reward=None)),
    (
        "## agent: Finished evaluation phase. Success rate = 0.0, Avg Total Reward = 72.02",
        r.EvaluationPhase(started=False, reward=72.02),
    ),
    (
        "[BestModelSelection] Number of evaluations: 2 Evaluation episode progress: [12.453, 10.75]",
        r.EvaluationScores("progress", (12.453, 10.75)),
    ),
    (
        "[BestModelSelection] Number of evaluations: 0 Evaluation episode progress: []",
        r.EvaluationScores("progress", ()),
    ),
    (
        "[BestModelSelection] Evaluation episode progress mean: 65.49",
        r.EvaluationMean("progress", 65.49),
    ),
    ("[BestModelSelection] Evaluation episode reward mean: None", r.EvaluationMean("reward", None)),
    (
        '[BestModelSelection] Updating the best checkpoint to "308_Step-0.ckpt" from "None".',
        r.BestUpdated("308_Step-0.ckpt", "None"),
    ),
    ("Additional evaluation. New Checkpoint: -1, Last Checkpoint: 308", r.ExtraEvaluation(-1, 308)),
    (
        "Starting as worker 12, using world FS_June2020 and configuration training_params.yaml.",
        r.WorkerStarted(12, "FS_June2020", "training_params.yaml"),
    ),
    ("Waiting for SageMaker Redis server IP: Time elapsed: 75 seconds", r.WaitingForTrainer(75)),
    ("DoorMan: installing SIGINT, SIGTERM", r.TrainerReady()),
    ("Excess worker allocated. Reducing from 4 to 1...", r.ExcessWorker(exiting=False)),
    ("Exiting excess worker...(rollout_idx[3] >= num_workers[1]", r.ExcessWorker(exiting=True)),
    ("Received termination signal from trainer. Goodbye.", r.JobEnded("the trainer ended the run")),
    ("Evaluation job complete", r.JobEnded("the evaluation is complete")),
    ("ERROR: FAULT_CODE: 41", r.FaultCode(41)),
    (
        (
            '{"simapp_exception": {"date": "d", "function": "a.py::b::1", "message": "Reward function error: \\"x\\"", '
            '"exceptionType": "simulation_worker.exceptions", "eventType": "user_error", "errorCode": "400"}}'
        ),
        r.SimulationFault('Reward function error: "x"', "a.py::b::1", "simulation_worker.exceptions", user_error=True),
    ),
    (
        '{"log_and_exit_exception": {"message": "m", "eventType": "system_error", "errorCode": "500"}}',
        r.SimulationFault("m", "", "", user_error=False),
    ),
    (
        (
            "Sensor list ['FRONT_FACING_CAMERA', 'LIDAR'], network DEEP_CONVOLUTIONAL_NETWORK, simapp_version 5.0, "
            "training_algorithm clipped_ppo, action_space_type discrete lidar_config {'num_sectors': 8}"
        ),
        r.ModelInfo("FRONT_FACING_CAMERA, LIDAR", "DEEP_CONVOLUTIONAL_NETWORK", "clipped_ppo", "discrete"),
    ),
    ('  "num_episodes_between_training": 20,', r.Setting("num_episodes_between_training", 20)),
    ('  "num_epochs": 3,', r.Setting("num_epochs", 3)),
    ("{'RACE_TYPE': 'x', 'MIN_EVAL_TRIALS': '2'}", r.Setting("MIN_EVAL_TRIALS", 2)),
    ("{'RACE_TYPE': 'x', 'NUMBER_OF_TRIALS': ['3']}", r.Setting("NUMBER_OF_TRIALS", 3)),
    ("{'RACE_TYPE': 'x', 'WORLD_NAME': 'reinvent_base'}", r.World("reinvent_base")),
    ('  "batch_size": 64,', r.HyperParameter("batch_size", 64)),
    ('  "lr": 2e-05,', r.HyperParameter("lr", 2e-05)),
    ('  "loss_type": "mean squared error",', r.HyperParameter("loss_type", "mean squared error")),
    (
        '{"multi_config": [{"config_file": "a.yaml", "world_name": "W"}, {"config_file": "b.yaml"}]}',
        r.MultiConfig((("a.yaml", "W"), ("b.yaml", ""))),
    ),
    (" * /JOB_TYPE: EVALUATION", r.JobType(evaluation=True)),
    ("{'JOB_TYPE': 'TRAINING', 'X': 1}", r.JobType(evaluation=False)),
    ("ros2 launch process exited with code 0", r.JobEnded("the launch process ended with code 0")),
    ("ros2 launch process exited with code -11", r.JobEnded("the launch process ended with code -11", well=False)),
    ("Reward function error: division by zero", r.Notice("reward-error", "Reward function error: division by zero")),
    (
        "RLException: [x.launch] requires the 'racecar_xacro_file' arg to be set",
        r.Notice("no-car-model", "RLException: [x.launch] requires the 'racecar_xacro_file' arg to be set"),
    ),
    ("Capping iteration steps at: 10000", r.Notice("steps-capped", "Capping iteration steps at: 10000")),
    (
        "tensorflow: ran out of memory trying to allocate",
        r.OutOfMemory("tensorflow: ran out of memory trying to allocate"),
    ),
    (
        "ResourceExhaustedError: OOM when allocating tensor",
        r.OutOfMemory("ResourceExhaustedError: OOM when allocating tensor"),
    ),
]


STAMP = "2026-01-01T10:00:00.123456789Z "
COPY = "vecmd-algo-1-vecmd  | "


@pytest.mark.parametrize(("text", "record"), LINES, ids=[text[:40] for text, _ in LINES])
@pytest.mark.parametrize(
    "around",
    [STAMP + "{}\n", COPY + "{}\n", "{}\n", PREFIX + "{}\r\n", "\x1b[1;31m{}\x1b[0m\n", "#033[95m{}#033[0m\n", "{}"],
)
def test_every_known_line(text: str, record: r.Record, around: str) -> None:
    found = one(around.replace("{}", text))
    if isinstance(record, (r.Notice, r.OutOfMemory)):  # they are the line as it is, but for launch prefixes
        assert isinstance(found, type(record))
        assert found.text.endswith(record.text)
    else:
        assert found == record


def test_a_trainer_that_diverged() -> None:
    record = one(
        "Policy training> Surrogate loss=nan, KL divergence=nan, Entropy=nan, training epoch=2, learning_rate=0.0003"
    )
    assert isinstance(record, r.PolicyEpoch)
    assert math.isnan(record.loss)


@pytest.mark.parametrize(
    "noise",
    [
        "Checkpoint",
        "my best checkpoint",
        "I am training> hard",
        "s3 failed, retry after 1.9 seconds. Re-try count: 1/5: An error occurred (404)",
        "REWARD 1.0 progress 100.0",
        "",
        "\x00\xff",
        '"lr": {"a": 1}',
        '"multi_config": [1, 2]',
        "DEEPRACER_JOB_TYPE_ENV 'LOCAL' is not a valid DeepRacerJobType",
        " * /VIDEO_JOB_TYPE: EVALUATION",
        "s3 failed, retry after 16.3 seconds. Re-try count: 4/5: An error occurred (404)",
    ],
)
def test_noise_is_no_record(noise: str) -> None:
    assert read(noise + "\n") == []


@pytest.mark.parametrize(
    "broken",
    [
        "SIM_TRACE_LOG:",
        PLAIN.replace("0.1356", "much"),
        PLAIN[:60],
        "SIM_TRACE_LOG:" + "9" * 5000 + PLAIN[15:],
        EPISODE[:70],
        "Policy training> Surrogate loss=?",
        '{"simapp_exception": {"message": ',
        '{"simapp_exception": ' + "[" * 20000,
    ],
)
def test_what_cannot_be_read_is_counted_and_the_next_line_still_read(broken: str) -> None:
    parser = Parser()
    assert parser.feed((broken + "\n" + PLAIN + "\n").encode()) == read(PLAIN)
    assert parser.failures >= (0 if broken.startswith("SIM_TRACE_LOG:9") and _old_integers() else 1)


def _old_integers() -> bool:
    """Python before 3.11 reads integers of any length."""
    try:
        int("9" * 5000)
    except ValueError:
        return False
    return True


def test_an_endless_line_grows_no_memory_and_does_not_hide_the_next() -> None:
    parser = Parser()
    for _ in range(50):
        assert parser.feed(b"x" * 40_000) == []
        assert len(parser._carry) <= LONGEST_LINE
    assert parser.feed(b"SIM_TRACE\n" + PLAIN.encode() + b"\n") == read(PLAIN)


def test_nul_bytes_and_ten_megabytes_on_one_line() -> None:
    parser = Parser()
    endless = b"\x00" * 5_000_000 + b"\xff" * 5_000_000 + PLAIN.encode() + b"\n"
    assert parser.feed(endless + PLAIN.encode() + b"\n" + b"\x00" + PLAIN.encode() + b"\n") == read(PLAIN) * 2
    assert parser.failures == 0


def test_records_come_in_the_order_of_the_log() -> None:
    log = "\n".join([LINES[12][0], PLAIN, EPISODE, PLAIN, LINES[10][0], LINES[1][0], LINES[11][0]])
    kinds = [type(record).__name__ for record in read(log)]
    assert kinds == [
        "EvaluationScores",
        "Step",
        "EpisodeEnd",
        "Step",
        "EvaluationPhase",
        "EpisodeEnd",
        "EvaluationPhase",
    ]


pieces = st.sampled_from(
    [text for text, _ in LINES]
    + [
        PLAIN,
        PLAIN + ",0.00,0,1773215994.9256",
        PREFIX,
        "\x1b[0m",
        "\r",
        "SIM_TRACE_LOG:",
        "noise",
        "Checkpoint>",
        ",",
        "\x1b[",
    ]
)


@given(
    log=st.lists(st.tuples(pieces, st.sampled_from(["\n", "", "\r\n", "\n\n"]))),
    cuts=st.lists(st.integers(0, 3000)),
)
def test_any_pieces_give_the_same_records(log: Sequence[tuple[str, str]], cuts: list[int]) -> None:
    data = "".join(text + end for text, end in log).encode()
    whole = Parser()
    expected = whole.feed(data) + whole.close()
    parser = Parser()
    found: list[r.Record] = []
    edges = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    for start, end in zip(edges, edges[1:]):
        found += parser.feed(data[start:end])
    found += parser.close()
    assert repr(found) == repr(expected)  # as text, because nan is not equal to itself
    assert parser.failures == whole.failures


@given(st.lists(st.binary()))
def test_garbage_never_raises(chunks: list[bytes]) -> None:
    parser = Parser()
    for chunk in chunks:
        parser.feed(chunk)
    parser.close()


@given(
    st.lists(
        st.sampled_from(
            [
                b"SIM_TRACE_LOG:",
                b",",
                b"1",
                b"True",
                b"Training> Name=",
                b"Episode=",
                b"\n",
                b"-",
                b".ckpt",
                b"_Step-",
                b"Checkpoint> Restoring from path=",
                b"e",
                b"nan",
                b'{"simapp_exception": {',
                b'"',
                b"[BestModelSelection] Evaluation episode a mean: ",
                b" ",
            ]
        )
    )
)
def test_pieces_of_records_never_raise(tokens: list[bytes]) -> None:
    parser = Parser()
    parser.feed(b"".join(tokens))
    parser.close()
