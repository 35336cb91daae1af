"""Every failure containers can report is recognised at once, with what to do; what only looks like one is not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dots_tui.custom_files.findings import ERROR, INFO, SEVERITIES, WARNING, Severity
from dots_tui.training.diagnosis import ACTIONS, Diagnosis, ranked
from dots_tui.training.fault_codes import FAULTS, fault_kind
from dots_tui.training.output_diagnoses import reward_line

if TYPE_CHECKING:
    from dots_tui.training.snapshot import RunSnapshot

Story = Any
"""The fixture of conftest.py, which no module can import."""

ONE, TWO = "deepracer-0-robomaker-1", "deepracer-0-robomaker-2"
ALGO = "x1kp0trgq9-algo-1-a1b2c"


def snapshot(story: Story) -> RunSnapshot:
    """The state now."""
    run: RunSnapshot = story.run.snapshot(story.now)
    return run


def codes(story: Story) -> list[str]:
    """What is wrong now."""
    return [one.code for one in snapshot(story).diagnoses]


def the(story: Story, code: str) -> Diagnosis:
    """The diagnosis with this code."""
    return next(one for one in snapshot(story).diagnoses if one.code == code)


def fault(message: str, *, user: bool = False, key: str = "simapp_exception") -> str:
    """The line in which simapp says what went wrong."""
    kind, number = ("user_error", "400") if user else ("system_error", "500")
    about = {"date": "d", "function": "f.py::g::1", "message": message, "exceptionType": "environment.exceptions"}
    return json.dumps({key: {**about, "eventType": kind, "errorCode": number}})


# -- fault codes --------------------------------------------------------------------------------------

BY_CODE = [
    ("reward-missing", (10, 11, 78)),
    ("reward-not-loaded", (9, 12)),
    ("reward-error", (41,)),
    ("model-metadata", (36, 48, 71)),
    ("model-metadata-differs", (13, 65)),
    ("checkpoint-missing", (7, 8, 33, 60)),
    ("checkpoint-incompatible", (34, 61)),
    ("hyperparameters", (69, 70, 76, 96)),
    ("action-space", (92, 93, 94, 95, 97, 98, 99)),
    ("trainer-never-came", (20, 21, 77)),
    ("no-rollouts", (24,)),
    ("loss-nan", (25,)),
    ("stopped", (26,)),
    ("training-failed", (27, 42)),
    ("worker-failed", (43,)),
    ("checkpoint-never-came", (35, 89)),
    ("storage", (31, 38, 39, 51, 53, 66, 67, 68, 79, 80, 81, 82, 83, 91)),
    ("training-params", (54, 72)),
    ("fault", (0, 1, 12345)),
]


@pytest.mark.parametrize(("code", "number"), [(code, number) for code, numbers in BY_CODE for number in numbers])
def test_each_fault_code_is_known_at_once(story: Story, code: str, number: int) -> None:
    story.restore(ONE, 0)
    story.episode(ONE, 0, [0.0, 10.0])
    assert codes(story) == []
    story.line(ONE, fault("it broke"), f"ERROR: FAULT_CODE: {number}")
    (found,) = snapshot(story).diagnoses
    assert (found.code, found.fault, found.severity) == (code, number, INFO if number == 26 else ERROR)
    assert (found.container, found.worker, found.at) == (ONE, 0, story.now - 1)
    assert str(number) in found.evidence
    assert "it broke" in found.evidence
    assert "it broke" in found.title
    assert (found.severity == ERROR) == (snapshot(story).verdict == found.sentence)


def test_each_kind_of_fault_says_what_to_do() -> None:
    for number, kind in [*FAULTS.items(), (0, fault_kind(0))]:
        assert kind.severity in SEVERITIES, number
        assert kind.cause.endswith("."), number
        assert kind.advice.endswith("."), number
        assert set(kind.actions) <= set(ACTIONS), number
        assert bool(kind.actions) == (kind.severity == ERROR), number


def test_a_fault_is_told_before_its_code_comes_and_without_its_message(story: Story) -> None:
    story.line(ONE, fault("it broke"))
    assert codes(story) == ["fault"]
    story.line(TWO, "ERROR: FAULT_CODE: 43")
    assert codes(story) == ["fault", "worker-failed"]
    story.line(ONE, "ERROR: FAULT_CODE: 25")
    assert codes(story) == ["loss-nan", "worker-failed"]


def test_a_failure_while_failing_does_not_hide_the_first(story: Story) -> None:
    story.line(ONE, fault("boom", user=True), "ERROR: FAULT_CODE: 41")
    story.line(ONE, fault("and again", key="log_and_exit_exception"), "ERROR: FAULT_CODE: 1")
    assert codes(story) == ["reward-error", "fault"]
    assert snapshot(story).verdict.startswith("FAULT: fault 41 in worker 0: the reward function failed: boom")


def test_the_line_of_the_reward_function_is_told(story: Story) -> None:
    trace = (
        "Reward function error: Traceback (most recent call last):\n"
        '  File "/opt/simapp/rollout.py", line 310, in step\n'
        '  File "./custom_files/agent/customer_reward_function.py", line 12, in reward_function\n'
        "ZeroDivisionError: float division by zero"
    )
    story.line(ONE, fault(trace, user=True), "ERROR: FAULT_CODE: 41")
    found = the(story, "reward-error")
    assert found.line == 12
    assert found.actions[0] == "open-reward"
    assert found.title == (
        "fault 41 in worker 0: the reward function failed (line 12): ZeroDivisionError: float division by zero"
    )


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("invalid syntax (customer_reward_function.py, line 7)", 7),
        ('File "/a/reward_function.py", line 3, in reward_function\nFile "/a/reward_function.py", line 9, in help', 9),
        ('File "/opt/rollout_worker.py", line 310, in step', None),
        ("name 'speed' is not defined", None),
        ("", None),
    ],
)
def test_only_a_line_of_the_racers_file_counts(message: str, line: int | None) -> None:
    assert reward_line(message) == line


def test_a_user_error_of_no_known_kind_is_the_racers_to_mend(story: Story) -> None:
    story.line(ONE, fault("something is off", user=True), "ERROR: FAULT_CODE: 0")
    assert "own files" in the(story, "fault").cause
    story.line(TWO, fault("Exception in reward function: name 'x' is not defined", user=True), "ERROR: FAULT_CODE: 0")
    assert the(story, "reward-error").container == TWO


@pytest.mark.parametrize("number", [27, 42])
def test_memory_of_the_gpu_is_seen_in_the_message(story: Story, number: int) -> None:
    story.save(ALGO, 1)
    story.line(ALGO, fault("Resource exhausted: OOM when allocating tensor"), f"ERROR: FAULT_CODE: {number}")
    found = the(story, "out-of-memory")
    assert "batch_size" in found.advice
    assert "the trainer" in found.title
    assert found.worker is None


def test_an_evaluation_that_fails_does_not_stop_the_training(story: Story) -> None:
    story.line("deepracer-eval-0-robomaker-1", "ERROR: FAULT_CODE: 43")
    assert [one.severity for one in snapshot(story).diagnoses] == [ERROR]
    story.restore(ONE, 0)
    story.episode(ONE, 0, [0.0, 10.0])
    (found,) = snapshot(story).diagnoses
    assert (found.severity, found.worker) == (WARNING, None)
    assert "the training, which goes on" in found.cause
    assert snapshot(story).verdict.startswith("Iteration 1")


# -- texts without a code, each with a near miss -----------------------------------------------------

SAID = [
    ("out-of-memory", ERROR, "Allocator (GPU_0_bfc) ran out of memory trying to allocate 1.5GiB"),
    ("out-of-memory", ERROR, "Resource exhausted: OOM when allocating tensor with shape[64,84]"),
    ("no-car-model", ERROR, "RLException: requires the 'racecar_xacro_file' arg to be set"),
    ("reward-error", ERROR, "Reward function error: unsupported operand"),
    ("reward-error", ERROR, "Reward function exception: list index out of range"),
    ("excess-worker", WARNING, "Excess worker allocated. Reducing from 4 to 1..."),
    ("excess-worker", WARNING, "Exiting excess worker..."),
    ("trainer-not-running", ERROR, "Sagemaker is not running."),
    (
        "loss-nan",
        ERROR,
        "Policy training> Surrogate loss=nan, KL divergence=nan, Entropy=nan, training epoch=2, learning_rate=0.0003",
    ),
    ("storage-gave-up", WARNING, "s3 failed. Re-try count: 5/5: An error occurred (403) when calling GetObject"),
]
NEAR_MISSES = [
    "Allocator has plenty; nothing ran out",
    "No OOM so far",
    "xacro: racecar_xacro_file:=/opt/racecar.xacro",
    "my reward function has no error",
    "Exception when checking for DEEPRACER_JOB_TYPE_ENV 'LOCAL' is not a valid DeepRacerJobType",
    "No excess here, worker",
    "Sagemaker is running",
    "Policy training> Surrogate loss=-0.02, KL divergence=1.1e-05, Entropy=2.8, training epoch=0, learning_rate=0.0003",
    "s3 failed. Re-try count: 4/5: An error occurred (403) when calling GetObject",
    "s3 failed. Re-try count: 5/5: An error occurred (404) when calling the HeadObject operation: Not Found",
    "Waiting for SageMaker Redis server IP: Time elapsed: 295 seconds",
    "ERROR: FAULT_CODE: none",
    "Capping iteration steps at: 10000",
    "ERROR - Wrong side of track",
    "Traceback (most recent call last):",
    "ros2 launch process exited with code 1",  # as it does when it is stopped; a container that ends is seen
]


@pytest.mark.parametrize(("code", "severity", "line"), SAID)
def test_a_text_without_a_code_is_known_at_once(story: Story, code: str, severity: str, line: str) -> None:
    story.line(ONE, line)
    (found,) = snapshot(story).diagnoses
    assert (found.code, found.severity, found.container, found.at) == (code, severity, ONE, story.now)
    assert line.partition(",")[0][:40] in found.evidence or found.evidence in line
    assert found.title
    assert found.cause.endswith(".")
    assert found.advice.endswith(".")


@pytest.mark.parametrize("line", NEAR_MISSES)
def test_what_only_looks_like_it_is_none(story: Story, line: str) -> None:
    story.line(ONE, line)
    story.line(ALGO, line)
    assert codes(story) == []


def test_memory_that_is_short_but_enough_is_a_warning(story: Story) -> None:
    story.line(
        ONE, "ran out of memory trying to allocate 2.2GiB. The caller indicates that this is not a failure, but may"
    )
    assert [(one.code, one.severity) for one in snapshot(story).diagnoses] == [("little-memory", WARNING)]


def test_an_object_that_is_missing_matters_once_there_are_checkpoints(story: Story) -> None:
    gone = "s3 failed. Re-try count: 5/5: An error occurred (404) when calling the HeadObject operation: Not Found"
    story.line(ONE, gone)
    assert codes(story) == []
    story.restore(ONE, 0)
    story.line(ONE, gone)
    assert codes(story) == ["storage-gave-up"]
    story.restore(ONE, 1)
    assert codes(story) == []


def test_a_trainer_that_came_after_all_is_running(story: Story) -> None:
    story.line(ONE, "Sagemaker is not running.")
    assert codes(story) == ["trainer-not-running"]
    story.line(ALGO, "DoorMan: installing SIGINT, SIGTERM")
    assert codes(story) == []


def test_a_loss_that_recovers_is_forgotten(story: Story) -> None:
    story.epoch(ALGO, 0, entropy=float("nan"))
    assert codes(story) == ["loss-nan"]
    story.epoch(ALGO, 1)
    assert codes(story) == []


def test_what_is_said_again_and_again_is_told_once_since_the_first_time(story: Story) -> None:
    story.line(ONE, "Reward function error: boom")
    since = story.now
    story.line(ONE, *["Reward function error: boom"] * 5)
    (found,) = snapshot(story).diagnoses
    assert found.at == since


# -- the order, and the verdict -----------------------------------------------------------------------


def test_the_worst_comes_first_and_causes_before_effects() -> None:
    def one(code: str, severity: Severity, container: str = "") -> Diagnosis:
        return Diagnosis(code, severity, "W", "t", "c.", "a.", container)

    found = ranked([one("a", INFO), one("b", ERROR), one("c", WARNING), one("d", ERROR), one("b", ERROR)])
    assert [each.code for each in found] == ["b", "d", "c", "a"]
    assert len(ranked([one("b", ERROR, "x"), one("b", ERROR, "y")])) == 2


def test_a_warning_does_not_hide_whether_the_run_learns(story: Story) -> None:
    story.line(TWO, "Exiting excess worker...")
    for number in range(5):
        story.restore(ONE, number)
        story.episode(ONE, number, [0.0, 10.0 * number])
    assert codes(story) == ["excess-worker"]
    assert not snapshot(story).verdict.startswith("WARNING")
