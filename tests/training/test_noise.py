"""Harmless lines are known as such; lines that tell of trouble never are."""

from __future__ import annotations

import pytest

from dots_tui.training.noise import NOISES, counted, noise_in, noise_places

HARMLESS_LINES = [
    ("job-type", b"Exception when checking for DEEPRACER_JOB_TYPE_ENV 'LOCAL' is not a valid DeepRacerJobType"),
    (
        "retry",
        b"s3 failed, retry after 1.2 seconds. Re-try count: 1/5: An error occurred (404) when calling HeadObject",
    ),
    ("retry", b"s3 failed, retry after 9.9 seconds. Re-try count: 4/5: An error occurred (503) when calling PutObject"),
    ("retry", b"[agent-9] ROS Service /deepracer/get_car failed, Re-try count: 2/5: Service call timed out after 1s"),
    ("ros-timeout", b"ROS Service /deepracer/get_car call timed out after 1.0s. Re-try"),
    ("no-checkpoint-yet", b"Unable to find deepracer checkpoint json"),
    ("desktop", b"24/02/2023 00:00:01 x11vnc version: 0.9.13 lastmod: error"),
    ("desktop", b"JWM: warning: /etc/jwm/some.jwmrc[1]: invalid include"),
    ("xacro", b"xacro: in-order processing became default; error in option"),
    ("gazebo", b"[gazebo_server-4] \x1b[1;31m[Err] [Scene.cc:1] Sky not supported"),
    ("topic", b"Topic [Albert//racecar/camera/image] is not valid."),
    ("gazebo", b"[31m[ERROR] [1.5, 0.2]: GetModelStates: model [racecar] does not exist"),
    ("video", b"AgentsVideoEditor._mp4_queue['0'] is empty. Retrying"),
    ("python-warning", b"dtypes.py:523: FutureWarning: Passing (type, 1) is deprecated"),
    ("python-warning", b"pkgdata.py:25: UserWarning: pkg_resources is deprecated as an API."),
    ("tensorflow-start", b"could not open file to read NUMA node: /sys/bus/pci/devices/0/numa_node"),
    ("tensorflow-start", b"Could not load dynamic library 'libcuda.so.1'; dlerror: libcuda.so.1: cannot open"),
]
LINES_THAT_TELL = [
    b"",
    b"s3 failed, retry after 25.1 seconds. Re-try count: 5/5: An error occurred (403) when calling the GetObject",
    b"xacro arguments: requires the 'racecar_xacro_file' arg to be set",
    b"ERROR: FAULT_CODE: 43",
    b'{"simapp_exception": {"message": "Topic [a] is not valid", "errorCode": "500"}}',
    b"Reward function error: FutureWarning",
    b"Allocator (GPU_0_bfc) ran out of memory trying to allocate 2GiB",
    b"OOM when allocating tensor on NUMA node 0",
    b"Traceback (most recent call last):",
    b"ERROR - Wrong side of track",
    b"SIM_TRACE_LOG:0,1,1.2,3.4,0.0,0.00,4.00,0,0.0000,False,True,0.2,1,52.87,35.3,prepare,0.00 x11vnc",
    b"Waiting for SageMaker Redis server IP: Time elapsed: 5 seconds",
]


@pytest.mark.parametrize(("code", "line"), HARMLESS_LINES)
def test_a_harmless_line_is_known(code: str, line: bytes) -> None:
    found = noise_in(line)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("line", LINES_THAT_TELL)
def test_what_tells_of_trouble_is_no_noise(line: bytes) -> None:
    assert noise_in(line) is None


def test_each_kind_has_a_line_of_its_own_here_or_is_seen_in_the_samples() -> None:
    assert {code for code, _ in HARMLESS_LINES} | {"credentials-order"} == {one.code for one in NOISES}
    assert noise_in(b"[ERROR] [1.1]: [ProcessCredentialsProvider] Failed to find profile: default") is not None
    assert all(one.why.endswith(".") for one in NOISES)


def test_noise_can_be_counted() -> None:
    lines = [line for _, line in HARMLESS_LINES] + LINES_THAT_TELL
    found = counted(lines)
    assert found["retry"] == 3
    assert sum(found.values()) == len(HARMLESS_LINES)


def test_noise_is_found_in_a_block_of_lines() -> None:
    lines = [line for _, line in HARMLESS_LINES] + LINES_THAT_TELL
    text = b"\n".join(lines)
    rows = {text.count(b"\n", 0, place) for place in noise_places(text)}
    assert rows == set(range(len(HARMLESS_LINES)))
    assert list(noise_places(b"")) == []
    assert list(noise_places(b"JWM: warning")) == [0]
