"""Last words: a traceback, a dead process or a refusal is named with its cause; what the run survives is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from dots_tui.training.containers import ROBOMAKER, TRAINER, Container
from dots_tui.training.diagnosis import Diagnosis
from dots_tui.training.failure_table import kind_of, kind_of_exit
from dots_tui.training.parser import Parser
from dots_tui.training.state import RunState

WORKER, ALGO = "deepracer-0-robomaker-1", "a1b2c3d4e5-algo-1-x9y8z"
LAUNCH = "[download_params_and_roslaunch_agent_node-1]"
SIX = f"{LAUNCH} [agent-9] "
ROW = "SIM_TRACE_LOG:{n},{s},1.2,-2.8,17.9,0.00,1.40,2,0.5,{d},True,{p},7,23.12,{t},{w},0.00"

# Wordings of the programs themselves, as they stand in public threads about them: code and message in a line.
MESSAGES = [
    (message, code)
    for code, message in (
        line.split("\t", 1)
        for line in (Path(__file__).parent / "fixtures" / "messages.tsv").read_text(encoding="utf-8").splitlines()
    )
]


@pytest.mark.parametrize(("message", "code"), MESSAGES, ids=[f"{code}-{at}" for at, (_, code) in enumerate(MESSAGES)])
def test_a_message_has_its_cause(message: str, code: str) -> None:
    kind = kind_of(message)
    assert kind is not None
    assert kind.code == code
    assert kind.cause.endswith(".")
    assert kind.advice.endswith((".", ")"))


def test_the_table_knows_many_kinds() -> None:
    assert len({code for _, code in MESSAGES}) >= 40


@pytest.mark.parametrize(
    "words",
    ["ValueError: math domain error", "AssertionError", "RuntimeError: cannot schedule new futures", "lane 3, speed 2"],
)
def test_words_nobody_knows_have_no_cause(words: str) -> None:
    assert kind_of(words) is None


@pytest.mark.parametrize(
    ("code", "kind"),
    [(132, "no-avx"), (-4, "no-avx"), (137, "host-out-of-memory"), (-9, "host-out-of-memory"), (139, "process-crashed"),
     (-11, "process-crashed"), (134, "process-crashed"), (-6, "process-crashed"), (1, "process-died"),
     (255, "process-died"),
     (127, "no-command"), (None, "process-died")],
)  # fmt: skip
def test_an_exit_code_says_how_a_process_ended(code: int | None, kind: str) -> None:
    assert kind_of_exit(code).code == kind


# -- whole logs -----------------------------------------------------------------------------------------


def driven(first: int = 0, episodes: int = 2) -> list[str]:
    lines = []
    for n in range(first, first + episodes):
        for s in range(1, 6):
            word = "prepare" if s == 1 else "off_track" if s == 5 else "in_progress"
            lines.append(ROW.format(n=n, s=s, d=s == 5, p=s * 2.0, t=30 + n + s / 15, w=word))
        lines.append(EPISODE.format(n=n + 1, reward=2.0, steps=9))
    return lines  # fmt: skip


EPISODE = (
    "Training> Name=main_level/agent, Worker=0, Episode={n}, Total reward={reward}, Steps={steps}, Training iteration=0"
)
START = ["Starting as worker 0, using world reInvent2019_track and configuration training_params.yaml."]


def found(lines: list[str], name: str = WORKER, pieces: int = 0, run: RunState | None = None) -> list[Diagnosis]:
    run, parser = run or RunState(), Parser()
    role = ROBOMAKER if name == WORKER else TRAINER
    run.container(Container("id", name, role, 1, "running", "", worker=0 if role == ROBOMAKER else None))
    data = ("\n".join(lines) + "\n").encode()
    for at in range(0, len(data), pieces or len(data)):
        for record in parser.batches(data[at : at + (pieces or len(data))]):
            run.apply(name, record, None)
    for record in parser.rest():
        run.apply(name, record, None)
    return [one for one in run.snapshot(0.0, 0.0).diagnoses if one.severity in ("error", "warning")]


def traceback(error: str, *frames: str) -> list[str]:
    lines = ["Traceback (most recent call last):"]
    for frame in frames or ("/opt/simapp/markov/rollout_worker.py",):
        lines += [f'  File "{frame}", line 388, in main', "    graph_manager.act(EnvironmentEpisodes(num_steps=1))"]
    return [*lines, error]


def died(code: int, name: str = "agent-9") -> list[str]:
    line = "=" * 80
    return [
        f"{line}REQUIRED process [{name}] has died!",
        f"process has died [pid 1391, exit code {code}, cmd /opt/simapp/run_rollout_rl_agent.sh __name:=agent].",
        f"log file: .ros/log/1/{name}*.log",
        "Initiating shutdown!",
        line,
    ]


def died_in_ros2(code: int, name: str = "gazebo_server-4") -> list[str]:
    return [
        f"{LAUNCH} [ERROR] [{name}]: process has died [pid 154, exit code {code}, cmd 'gz sim x.world'].",
        f"{LAUNCH} [INFO] [launch]: process[{name}] was required: shutting down launched system",
    ]  # fmt: skip


@pytest.mark.parametrize("pieces", [0, 1, 7, 200])
def test_an_uncaught_traceback_is_a_finding_with_its_last_words(pieces: int) -> None:
    (one,) = found([*START, *driven(), *traceback("ValueError: math domain error")], pieces=pieces)
    assert (one.code, one.severity, one.word) == ("uncaught-exception", "error", "FAILED")
    assert "ValueError: math domain error" in one.title
    assert one.worker == 0


@pytest.mark.parametrize("prefix", ["", SIX, "2026-01-01T10:00:00.123456789Z ", "a1b2c3d4e5-algo-1-x9y8z  | "])
def test_a_traceback_is_found_behind_any_prefix(prefix: str) -> None:
    words = traceback("botocore.exceptions.NoCredentialsError: Unable to locate credentials")
    (one,) = found([*START, *driven(), *(f"{prefix}{line}" for line in words)])
    assert one.code == "no-credentials"


def test_the_first_of_chained_exceptions_names_the_cause() -> None:
    words = [
        *traceback("OSError: [Errno 28] No space left on device"),
        "",
        "During handling of the above exception, another exception occurred:",
        "",
        *traceback("RuntimeError: generator raised StopIteration"),
    ]
    (one,) = found([*START, *words])
    assert one.code == "disk-full"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (died(132), "no-avx"),
        (died(137), "host-out-of-memory"),
        (died(139, "gazebo-2"), "process-crashed"),
        (died(1), "process-died"),
        (died_in_ros2(-11), "process-crashed"),
        (died_in_ros2(-9), "host-out-of-memory"),
        (died_in_ros2(1, "agent-9"), "process-died"),
        (["[gazebo-1] process has died [pid 4, exit code 255, cmd /opt/ros/noetic/lib/gzserver]."], "process-died"),
    ],
)
def test_a_dead_process_is_a_finding(lines: list[str], code: str) -> None:
    (one,) = found([*START, *driven(), *lines])
    assert one.code == code
    assert "has died (exit code" in one.title


def test_the_words_before_a_death_stand_in_its_title() -> None:
    (one,) = found([*START, *driven(), "agent: cannot draw the camera image any more", *died(1)])
    assert "cannot draw the camera image any more" in one.title


def test_a_traceback_explains_the_death_that_follows() -> None:
    words = traceback("redis.exceptions.ConnectionError: Error 111 connecting to 172.19.0.5:6379. Connection refused.")
    (one,) = found([*START, *driven(), *words, *died(1)])
    assert one.code == "trainer-unreachable"
    assert "agent-9" in one.title


@pytest.mark.parametrize(
    "lines",
    [
        traceback("ZeroDivisionError: division by zero", "/opt/ml/code/customer_reward_function.py"),
        traceback("ValueError: once", "/opt/simapp/markov/reset.py"),
        died(1, "gazebo_gui-3"),
        ["DEBUG Out of memory: Killed process lane", "ERROR: An error occurred (403) when calling me"],
        ["Segmentation fault (core dumped)?", "CUDA_ERROR_OUT_OF_MEMORY: out of memory, says the racer"],
    ],
)
@pytest.mark.parametrize("pieces", [0, 13])
def test_what_a_run_survives_is_no_finding(lines: list[str], pieces: int) -> None:
    assert found([*START, *driven(), *lines, *driven(2)], pieces=pieces) == []


def test_a_traceback_that_begins_in_the_reward_function_was_caught_there() -> None:
    words = traceback("ZeroDivisionError: division by zero", "/opt/ml/code/customer_reward_function.py")
    assert found([*START, *driven(), *words]) == []


@pytest.mark.parametrize(
    "lines",
    [
        ["Received termination signal from trainer. Goodbye.", *died(137)],
        ["[WARNING] [launch]: user interrupted with ctrl-c (SIGINT)", *died_in_ros2(-9)],
        ["[gazebo-2] killing on exit", *died(139, "gazebo-2")],
        died(-15),
        died(143),
        traceback("KeyboardInterrupt"),
        traceback("SystemExit: 0"),
        ["Evaluation job complete", *traceback("ConnectionResetError: [Errno 104] Connection reset by peer")],
    ],
)
def test_what_is_said_at_an_orderly_end_is_no_finding(lines: list[str]) -> None:
    assert found([*START, *driven(), *lines]) == []


def test_a_car_that_is_never_there_is_a_finding_and_a_late_one_is_not() -> None:
    missing = "[ERROR] [1739092.2]: GetModelState: model [racecar] does not exist"
    (one,) = found([*START, *[missing] * 20])
    assert one.code == "no-car"
    assert found([*START, *[missing] * 3]) == []
    assert found([*START, *[missing] * 20, *driven()]) == []


def test_waiting_for_a_checkpoint_is_a_finding_only_after_long() -> None:
    waits = "Expecting checkpoint >= 3. Waiting."
    assert [one.code for one in found([*START, *driven(), *[waits] * 45])] == ["waits-for-checkpoint"]
    assert found([*START, *driven(), *[waits] * 6]) == []


def trained(count: int = 2, reward: float = 7.0) -> list[str]:
    lines = ["DoorMan: installing SIGINT, SIGTERM"]
    for n in range(count):
        lines += [
            EPISODE.format(n=n + 1, reward=reward, steps=9 * n + 9),
            "Policy training> Surrogate loss=0.1, KL divergence=0.1, Entropy=2.7, training epoch=0, learning_rate=3e-4",
            f"Checkpoint> Saving in path=['./checkpoint_sagemaker/agent/{n}_Step-{n * 90}.ckpt']",
        ]
    return lines


def test_a_trainer_without_gpu_is_warned_of_although_it_goes_on() -> None:
    line = (
        "2025-02-09 07:42:05: E cuda_driver.cc:318] failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device"
    )
    (one,) = found([line, *trained()], ALGO)
    assert (one.code, one.severity) == ("no-gpu", "warning")
    assert found([*START, line, *driven()]) == []  # simulations draw on the processor


def test_a_trainer_that_dies_is_a_finding() -> None:
    (one,) = found([*trained(), *traceback("ValueError: too many values to unpack", "training_worker.py")], ALGO)
    assert one.code == "uncaught-exception"
    assert "the trainer" in one.title


@pytest.mark.parametrize(("reward", "codes"), [(1e30, ["reward-extreme"]), (-3e12, ["reward-extreme"]), (8e6, [])])
def test_rewards_that_overflow_are_warned_of(reward: float, codes: list[str]) -> None:
    assert [one.code for one in found(trained(reward=reward), ALGO)] == codes


FAULT = (
    '{{"simapp_exception": {{"date": "2025", "function": "x.py::f::1", "message": "{message}", "exceptionType": '
    '"training_worker.exceptions", "eventType": "system_error", "errorCode": "500"}}}}'
)


@pytest.mark.parametrize(
    ("message", "fault", "code"),
    [
        ("An error occured while training: [Errno 28] No space left on device", 27, "disk-full"),
        ("An error occured while training: Blas GEMM launch failed : a.shape=(1, 2304)", 27, "gpu-libraries"),
        ("An error occured while training: OOM when allocating tensor with shape[64,32]", 27, "out-of-memory"),
        ("Exception [An error occurred (403) when calling the HeadObject operation] on download", 10, "no-rights"),
        ("Exception [An error occurred (404) when calling the HeadObject operation] on download", 10, "reward-missing"),
        ("Assign requires shapes of both tensors to match. lhs shape= [512,3] rhs shape= [512,21]", 61, "other-model"),
        ("division by zero", 41, "reward-error"),
        ("MemoryError: lane out of memory", 41, "reward-error"),
        ("No module named 'scipy'", 9, "reward-not-loaded"),
        ("something nobody has seen", 43, "worker-failed"),
    ],
)  # fmt: skip
def test_the_text_inside_a_fault_says_more_than_its_code(message: str, fault: int, code: str) -> None:
    lines = [*START, *driven(), FAULT.format(message=message), f"ERROR: FAULT_CODE: {fault}"]
    (one,) = found(lines)
    assert (one.code, one.fault) == (code, fault)


def test_a_fault_explains_the_death_of_its_process() -> None:
    lines = [FAULT.format(message="division by zero"), "ERROR: FAULT_CODE: 41", *died(1)]
    assert [one.code for one in found([*START, *driven(), *lines])] == ["reward-error"]


def test_why_the_trainer_does_not_run_stands_before_that_it_does_not() -> None:
    lines = [
        "fatal error: An error occurred (NoSuchBucket) when calling the ListObjectsV2 operation: no bucket",
        "Sagemaker is not running.",
    ]
    assert [one.code for one in found(lines)] == ["no-bucket"]
    assert [one.code for one in found(lines[1:])] == ["trainer-not-running"]


def test_a_trainer_that_waits_in_the_manner_of_2019_is_no_failure_at_once() -> None:
    waits = "Checkpoint not found. Waiting..."
    assert found([*START, *[waits] * 5]) == []
    assert [one.code for one in found([*START, *[waits] * 40])] == ["waits-for-checkpoint"]
