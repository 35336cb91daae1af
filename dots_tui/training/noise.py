"""Lines that look like trouble and are none: known, to be muted and counted, never to alarm anybody.

Containers print them in every healthy run. Patterns are for the bytes of one line as it was printed, launch prefix,
colours and all; nothing is anchored. Whoever looks at lines asks here, so that there is one list.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from re import Pattern


class Noise(NamedTuple):
    """One kind of harmless line."""

    code: str
    """Kebab-case; stable."""
    pattern: Pattern[bytes]
    why: str
    """Why it is harmless, for the racer."""


def _noise(code: str, pattern: bytes, why: str) -> Noise:
    return Noise(code, re.compile(pattern), why)


NOISES: tuple[Noise, ...] = (
    _noise(
        "job-type",
        rb"Exception when checking for DEEPRACER_JOB_TYPE_ENV",
        "The simulation asks for a kind of job that only the AWS console has.",
    ),
    _noise(
        "retry",
        rb"Re-try count: (?!(?P<try>\d{1,6})/(?P=try)(?!\d))\d{1,6}/\d",
        "It is tried again; only the last try counts.",
    ),
    _noise(
        "no-checkpoint-yet",
        rb"Unable to find deepracer checkpoint json",
        "A new model has no checkpoint yet.",
    ),
    _noise(
        "desktop",
        rb"x11vnc|\bJWM: |\bXOpenDisplay\b|\bxauth: |xdg-menu",
        "The desktop for looking at the simulation is not needed for training.",
    ),
    _noise(
        "xacro", rb"\bxacro: |(?:[Xx]acro|xacro\.py)\b.{0,80}deprecated", "How the car's model is read has changed."
    ),
    _noise(
        "gazebo",
        rb"\[Err\]|\bTopic \[?[^\s\]]{0,200}\]? ?is not valid|GetModelStates: model \[\w+\] does not exist"
        rb"|not defined in SDF|[\[.](?:gz_ros_control|controller_manager)\]|gz_frame_id",
        "The simulator grumbles while it starts.",
    ),
    _noise(
        "video",
        rb"_mp4_queue\[[^\]\n]{0,20}\] is empty|\[open_codec\]|\[KinesisVideoFrameTransportCallback\]"
        rb"|\[kinesis_video_streamer\]",
        "Only the video stream is concerned.",
    ),
    _noise(
        "credentials-order",
        rb"\[ProcessCredentialsProvider\]|\[STSAssumeRole\w*CredentialsProvider\]"
        rb"|\[ClientConfiguration\] Retry Strategy",
        "It looks for credentials in several places and finds them in another.",
    ),
    _noise(
        "python-warning",
        rb"\b(?:Future|Deprecation|PendingDeprecation|RequestsDependency|User)Warning\b|np_resource = |_np_q\w+ = "
        rb"|pkg_resources is deprecated|from pkg_resources import",
        "A Python library tells its authors what will change some day.",
    ),
    _noise(
        "ros-timeout",
        rb"ROS Service \S{1,200} .{0,80}timed out",
        "The simulator was slow to answer; it is asked again.",
    ),
    _noise(
        "tensorflow-start",
        rb"NUMA node|Could not load dynamic library 'lib(?:cu|nv)|libcuda\.so|failed call to cuInit"
        rb"|\bno NVIDIA GPU device\b|kernel driver does not appear to be running|Failed to place the graph without"
        rb"|absl::InitializeLog|WARNING:tensorflow:|colocation_graph",
        "TensorFlow tells what the machine has and has not; on the processor it trains all the same.",
    ),
)

HARMLESS: Pattern[bytes] = re.compile(b"|".join(b"(?:" + one.pattern.pattern + b")" for one in NOISES))
"""Finds any of them; for views that only want to know whether a line is one."""


def noise_in(line: bytes) -> Noise | None:
    """Which kind of noise a line is; None when it is none, as is every line that tells of a fault."""
    if HARMLESS.search(line) is None or _TELLS_MORE.search(line) is not None:
        return None
    return next((one for one in NOISES if one.pattern.search(line) is not None), None)


_TELLS_MORE = re.compile(
    rb'_exception"|FAULT_CODE|SIM_TRACE_LOG|Training>|Reward function e|ran out of memory|OOM when'
)
"""What else stands in a line that is not to be muted."""


def counted(lines: Iterable[bytes]) -> Counter[str]:
    """How many of the lines are noise, by code."""
    found = (noise_in(line) for line in lines)
    return Counter(one.code for one in found if one is not None)
