"""Harmless lines that look like problems. They are muted and counted, and never raise an alarm.

Containers print them in every healthy run. They are matched by plain byte strings, like records,
including launch prefix and colors, because a log view scans many megabytes. All views use this one
list.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from re import Pattern


class Noise(NamedTuple):
    """One kind of harmless line."""

    code: str
    """Kebab-case; stable."""
    markers: tuple[bytes, ...]
    """A line of this kind contains one of them."""
    why: str
    """Why it is harmless, for the racer."""
    pattern: Pattern[bytes] | None = None
    """A pattern that must also match, where the marker alone is not specific enough."""


NOISES: tuple[Noise, ...] = (
    Noise(
        "job-type",
        (b"when checking for DEEPRACER_JOB_TYPE_ENV", b"'LOCAL' is not a valid DeepRacerJobType"),
        "The simulation asks for a kind of job that only the AWS console has.",
    ),
    Noise(
        "retry",
        (b"Re-try count: ",),
        "It is tried again; only the last try counts.",
        re.compile(rb"Re-try count: (?!(\d{1,6})/\1(?!\d))\d{1,6}/\d"),
    ),
    Noise("no-checkpoint-yet", (b"Unable to find deepracer checkpoint json",), "A new model has no checkpoint yet."),
    Noise(
        "desktop",
        (b"x11vnc", b"JWM: "),
        "The desktop for looking at the simulation is not needed for training.",
    ),
    Noise("xacro", (b"xacro: ", b"xacro.py is deprecated"), "How the car's model is read has changed."),
    Noise(
        "topic",
        (b" is not valid",),
        "The video of a camera that is not there yet is asked for.",
        re.compile(rb"\bTopic \S{1,300} is not valid"),
    ),
    Noise(
        "gazebo",
        (
            b"[Err] [",
            b"GetModelStates: model [",
            b"not defined in SDF",
            b"gz_ros_control]",
            b"controller_manager]",
            b"gz_frame_id",
        ),
        "The simulator grumbles while it starts.",
    ),
    Noise(
        "video",
        (b"_mp4_queue[", b"[open_codec]", b"[KinesisVideoFrameTransportCallback]", b"[kinesis_video_streamer]"),
        "Only the video stream is concerned.",
    ),
    Noise(
        "credentials-order",
        (
            b"[ProcessCredentialsProvider]",
            b"WebIdentityCredentialsProvider]",
            b"[ClientConfiguration] Retry Strategy",
        ),
        "It looks for credentials in several places and finds them in another.",
    ),
    Noise(
        "python-warning",
        (
            b"FutureWarning",
            b"DeprecationWarning",
            b"DependencyWarning",
            b"np_resource = np.dtype",
            b"pkg_resources is deprecated",
            b"from pkg_resources import",
        ),
        "A Python library tells its authors what will change some day.",
    ),
    Noise(
        "ros-timeout",
        (b"ROS Service ",),
        "The simulator was slow to answer; it is asked again.",
        re.compile(rb"ROS Service [^\n]{1,300}timed out"),
    ),
    Noise(
        "tensorflow-start",
        (
            b"NUMA node",
            b"Could not load dynamic library",
            b"libcuda.so",
            b"libcudart.so",
            b"failed call to cuInit",
            b"kernel driver does not appear to be running",
            b"Failed to place the graph without",
            b"absl::InitializeLog",
            b"WARNING:tensorflow:",
        ),
        "TensorFlow tells what the machine has and has not; on the processor it trains all the same.",
    ),
)

_TELLS_MORE = re.compile(
    rb'_exception"|FAULT_CODE|SIM_TRACE_LOG|Training>|Reward function e|ran out of memory|OOM when|racecar_xacro_file'
)
"""Texts that keep a line from being muted."""


def noise_in(line: bytes) -> Noise | None:
    """Return the kind of noise of a line; None if it is not noise, or reports a fault."""
    for one in NOISES:
        if any(marker in line for marker in one.markers) and (one.pattern is None or one.pattern.search(line)):
            return None if _TELLS_MORE.search(line) else one
    return None


def noise_places(lines: bytes) -> Iterator[int]:
    """Yield a position in each noise line of a text, in no order; a line can occur more than once."""
    for one in NOISES:
        for marker in one.markers:
            place = lines.find(marker)
            while place >= 0:
                end = lines.find(b"\n", place)
                end = end if end >= 0 else len(lines)
                if noise_in(lines[lines.rfind(b"\n", 0, place) + 1 : end]) is not None:
                    yield place
                place = lines.find(marker, end)


def counted(lines: Iterable[bytes]) -> Counter[str]:
    """Return the number of noise lines, by code."""
    found = (noise_in(line) for line in lines)
    return Counter(one.code for one in found if one is not None)
