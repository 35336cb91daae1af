"""The keys of run.env about cameras, and those of DeepRacer on the Spot.

Facts from DRFC (docker/*.yml), the simapp, and DeepRacer on the Spot's templates and menu.
"""

from __future__ import annotations

from dots_tui.custom_files.catalogue.model import RUN, UNLESS_FALSE, group, switch, text, whole
from dots_tui.custom_files.catalogue.read_by import (
    NOT_FALSE,
    SIMAPP_SWITCH,
)

CAMERAS = group(
    RUN,
    "Cameras",
    switch(
        "DR_CAMERA_MAIN_ENABLE",
        "True",
        "Streams the camera that follows the car. DRFC's own templates have the cameras in system.env.",
        per_worker=True,
        read_by=SIMAPP_SWITCH,
        since="DRFC 5.1",
    ),
    switch(
        "DR_CAMERA_SUB_ENABLE",
        "False",
        "Streams the map of the track.",
        per_worker=True,
        read_by=SIMAPP_SWITCH,
        since="DRFC 5.1",
        fallback="True",
    ),
    switch(
        "DR_CAMERA_KVS_ENABLE",
        "True",
        "Streams the picture with the racer's name and lap time on it. The viewer in the browser shows this one.",
        since="DRFC 5.1",
        read_by="The simulation, from its environment: true or false in any case. The viewer needs it.",
    ),
)

ON_THE_SPOT = group(
    RUN,
    "DeepRacer on the Spot",
    switch(
        "DR_CONTINUE_ON_SPOT_INTERRUPTION",
        "True",
        "Lets a spot training that AWS interrupts go on on another instance. Anything but False counts as True.",
        truth=UNLESS_FALSE,
        read_by=NOT_FALSE,
    ),
    switch(
        "DR_IMPORT_MODEL_ON_COMPLETION",
        "False",
        "Imports the model into the AWS DeepRacer console when the training ends (us-east-1). Anything but False "
        "counts as True.",
        truth=UNLESS_FALSE,
        read_by=NOT_FALSE,
        fallback="True",
    ),
    switch(
        "DR_IMPORT_MODEL_REGULAR_UPLOAD",
        "False",
        "Nothing reads it; it is only in an example of DeepRacer on the Spot.",
        optional=True,
        read_by="Nothing.",
    ),
    whole(
        "DR_REGULAR_UPLOAD",
        "0",
        0,
        "Uploads the model every so many minutes while it trains; 0 is never.",
        unit="min",
        read_by="DeepRacer on the Spot's script on the instance, which bash calculates with: 08 and 09 are errors.",
    ),
    whole(
        "DR_REGULAR_PHYSICAL_MODEL_UPLOAD",
        "0",
        0,
        "Uploads the model packed for the car every so many minutes while it trains; 0 is never.",
        unit="min",
        read_by="DeepRacer on the Spot's script on the instance, which bash calculates with: 08 and 09 are errors.",
    ),
    text(
        "BASE_STACK_NAME",
        "",
        "The base stack DeepRacer on the Spot's menu remembers. Nothing else reads it.",
        optional=True,
        read_by="DeepRacer on the Spot's menu, on the racer's own machine.",
    ),
)

KEYS = CAMERAS + ON_THE_SPOT
