"""The keys of model_metadata.json.

Facts from the simapp's parser (markov/boto/s3/files/model_metadata.py) and what its agents do with the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dots_tui.custom_files.catalogue.model import Key, choice, group, number, whole
from dots_tui.custom_files.folder import MODEL_METADATA

CAMERAS = ("FRONT_FACING_CAMERA", "STEREO_CAMERAS", "LEFT_CAMERA", "observation")
LIDARS = ("LIDAR", "SECTOR_LIDAR", "DISCRETIZED_SECTOR_LIDAR")

_STEERING, _SPEED = (-30.0, 30.0), (0.1, 4.0)
LIMITS = MappingProxyType({"steering_angle": (*_STEERING, "degrees"), "speed": (*_SPEED, "m/s")})
"""What the simapp clips actions to, without a word: lowest, highest, unit."""

ACTIONS = group(
    MODEL_METADATA,
    "Actions",
    choice(
        "action_space_type",
        "discrete",
        ("discrete", "continuous"),
        "Whether the model picks from a list of actions (discrete) or takes any steering angle and speed from two "
        "ranges (continuous).",
        any_case=True,
        read_by="The simapp, in any case; anything else ends the training (fault 95).",
    ),
    Key(
        "action_space",
        "object",
        "What the car can do in a step. Discrete: a list of actions with a steering_angle in degrees, positive to "
        "the left, and a speed in m/s; the place in the list is what the model learns, an index in the action is "
        "ignored. Continuous: a low and a high for each of the two. Steering beyond 30 degrees and speeds outside "
        "0.1 to 4 m/s are cut off without a word.",
        required=True,
        read_by="The simapp; without it the training ends. A pretrained model needs the same number of actions.",
    ),
)

MEMBERS: Mapping[str, Key] = MappingProxyType(
    {
        key.name: key
        for key in group(
            MODEL_METADATA,
            "Actions",
            number(
                "steering_angle",
                "",
                "The angle of the front wheels, positive to the left.",
                unit="degrees",
                sensible=_STEERING,
            ),
            number("speed", "", "The speed the car is told to drive at.", unit="m/s", sensible=_SPEED),
            read_by="The simapp, which cuts off what is outside of the range without a word.",
        )
    }
)
"""What an action has, in the order the simapp's own files write it."""

MODEL = group(
    MODEL_METADATA,
    "Model",
    choice(
        "training_algorithm",
        "clipped_ppo",
        ("clipped_ppo", "sac"),
        "How the model learns. clipped_ppo works with any number of workers and both kinds of action space. sac "
        "needs a continuous action space and DR_WORKERS=1.",
        any_case=True,
        read_by="The simapp, in any case; anything else ends the training (fault 94).",
    ),
    choice(
        "neural_network",
        "DEEP_CONVOLUTIONAL_NETWORK_SHALLOW",
        (
            "DEEP_CONVOLUTIONAL_NETWORK_SHALLOW",
            "DEEP_CONVOLUTIONAL_NETWORK",
            "DEEP_CONVOLUTIONAL_NETWORK_DEEP",
        ),
        "The size of the network. The shallow one is what nearly everybody trains and what the car runs well; the "
        "deeper ones learn more slowly and keep fewer steps of an iteration unless DR_TRAIN_MAX_STEPS_PER_ITERATION "
        "says otherwise. A pretrained model needs the network it was made with.",
        read_by="The simapp, exactly as written here.",
    ),
    whole(
        "version",
        "5",
        1,
        "The version of this file's format, as a number or a text. simapp 5 accepts 1 to 5 only and picks the car's "
        "physics by it, 5 being the usual; for simapp 6 everything from 5 on is fine. From 2 on, sensor must be "
        "there. The log shows it under the name simapp_version.",
        sensible=(1, 5),
        read_by="The simapp, which turns it into a number; simapp 5 fails on one it does not know when it loads the "
        "car (racecar_xacro_file).",
    ),
)

SENSORS = group(
    MODEL_METADATA,
    "Sensors",
    Key(
        "sensor",
        "list",
        "What the car sees with: exactly one camera (FRONT_FACING_CAMERA, LEFT_CAMERA, STEREO_CAMERAS, or observation, "
        "the old name of the front camera) and at most one lidar. A lidar is of use against obstacles and other "
        "cars only. A pretrained model needs the sensors it was made with.",
        default='["FRONT_FACING_CAMERA"]',
        choices=(*CAMERAS, *LIDARS),
        read_by="The simapp. With a version of 2 or more the key must be there; without a version a missing one means "
        "observation.",
    ),
)

LIDAR = group(
    MODEL_METADATA,
    "Lidar",
    whole(
        "lidar_config.num_sectors",
        "8",
        1,
        "Into how many sectors the lidar's 64 rays are divided; it must divide 64 evenly.",
        maximum=64,
        suggested=("1", "2", "4", "8", "16", "32", "64"),
        optional=True,
    ),
    whole(
        "lidar_config.num_values_per_sector",
        "8",
        1,
        "How many steps of distance a sector tells apart.",
        optional=True,
    ),
    number(
        "lidar_config.clipping_dist",
        "2.0",
        "How far the lidar sees; what is farther away counts as this far.",
        unit="m",
        minimum=0.15,
        maximum=12,
        optional=True,
    ),
    read_by="The simapp, for DISCRETIZED_SECTOR_LIDAR; SECTOR_LIDAR always has 8 sectors. Its test of the distance can "
    "never fail, so a wrong one breaks the run later.",
)

KEYS = ACTIONS + MODEL + SENSORS + LIDAR
