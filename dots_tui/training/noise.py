"""Lines that look like trouble and are none: known, to be muted and counted, never to alarm anybody.

Containers print them in every healthy run. They are found by plain byte strings, as records are, launch prefix, colours
and all: a log view looks through many megabytes. Whoever looks at lines asks here, so that there is one list.
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
    """A line has one of them."""
    why: str
    """Why it is harmless, for the racer."""
    pattern: Pattern[bytes] | None = None
    """What it must match besides, where the marker alone says too little."""


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
"""What else stands in a line that is not to be muted."""


def noise_in(line: bytes) -> Noise | None:
    """Which kind of noise a line is; None when it is none, as is every line that tells of a fault."""
    for one in NOISES:
        if any(marker in line for marker in one.markers) and (one.pattern is None or one.pattern.search(line)):
            return None if _TELLS_MORE.search(line) else one
    return None


def noise_places(lines: bytes) -> Iterator[int]:
    """A place in each line of a text that is noise; a line may come more than once, and they are in no order."""
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
    """How many of the lines are noise, by code."""
    found = (noise_in(line) for line in lines)
    return Counter(one.code for one in found if one is not None)
