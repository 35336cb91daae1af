"""The keys of system.env: display, logs, DeepRacer on AWS.

Facts from DRFC (bin/activate.sh, scripts/training/start.sh, docker/*.yml, defaults/template-system.env) and
DeepRacer on the Spot's custom-files/system.env and validation.sh.
"""

from __future__ import annotations

from dots_tui.custom_files.catalogue.model import EXACTLY_TRUE, SHELL_TRUE, SYSTEM, choice, group, switch, text, whole
from dots_tui.custom_files.catalogue.read_by import (
    COMPOSE,
    SHELL_SWITCH,
)

DISPLAY = group(
    SYSTEM,
    "Display",
    switch(
        "DR_HOST_X",
        "True",
        "Draws the simulation on the instance's GPU through its X server (OpenGL), which takes work off the CPU. "
        "Needs compose, DR_DISPLAY and both CUDA keys set to 0.",
        fallback="False",
        truth=EXACTLY_TRUE,
        read_by="DRFC's scripts: true in any case. DeepRacer on the Spot's start of the X server: only exactly True.",
    ),
    text(
        "DR_DISPLAY",
        ":99",
        "The X display used with DR_HOST_X.",
        optional=True,
        read_by="DRFC's start scripts, with DR_HOST_X=True.",
    ),
    switch(
        "DR_GUI_ENABLE",
        "False",
        "Starts Gazebo's own window. Slow; for looking for faults on the spot.",
        truth=EXACTLY_TRUE,
        read_by="The simulation: true in any case starts an X server, only exactly True the window.",
    ),
    whole(
        "DR_WEBVIEWER_PORT",
        "8100",
        1,
        "The port of the viewer in the browser.",
        maximum=65535,
        read_by="DRFC's viewer.",
    ),
    text(
        "DR_KINESIS_STREAM_NAME",
        "",
        "The Kinesis video stream to send the picture to. Empty unless that service is used.",
        read_by="The simulation, from its environment.",
    ),
    switch(
        "DR_ENABLE_EXTRA_KVS_OVERLAY",
        "False",
        "Draws more numbers on the streamed picture.",
        per_worker=True,
        since="DRFC 5.3",
        truth=SHELL_TRUE,
        read_by="The simapp, from the parameters file: true in any case is true, everything else is false.",
    ),
    choice(
        "DR_GAZEBO_RENDER_ENGINE",
        "ogre2",
        ("ogre2", "ogre"),
        "What draws the simulation: ogre2, or the older ogre, which needs an X server.",
        optional=True,
        since="simapp 6.0",
        read_by="Gazebo, when the simulation starts; ogre also starts an X server.",
    ),
    text(
        "DR_GAZEBO_ARGS",
        "",
        "More arguments for Gazebo, with simapp 5 only.",
        optional=True,
        since="simapp 5.2",
        until="simapp 5.3",
        read_by="Gazebo, when the simulation starts. DRFC 6 still hands it on; simapp 6 does not read it.",
    ),
)

LOGS = group(
    SYSTEM,
    "Logs & metrics",
    switch(
        "DR_CLOUD_WATCH_ENABLE",
        "False",
        "Sends the containers' logs to CloudWatch, which costs extra.",
        truth=SHELL_TRUE,
        read_by=SHELL_SWITCH,
    ),
    text(
        "DR_CLOUD_WATCH_LOG_STREAM_PREFIX",
        "",
        "Put before the names of the log streams in CloudWatch.",
        optional=True,
        since="DRFC 5.1.1",
        read_by="Docker's log driver.",
    ),
    text(
        "DR_TELEGRAF_HOST",
        "telegraf",
        "Where the simulations send their live numbers. Harmless when nothing listens there; without "
        "DR_TELEGRAF_PORT the simulations fail to start.",
        optional=True,
        since="DRFC 5.2.2",
        read_by=COMPOSE,
    ),
    whole(
        "DR_TELEGRAF_PORT",
        "8092",
        1,
        "The port of DR_TELEGRAF_HOST.",
        maximum=65535,
        optional=True,
        since="DRFC 5.2.2",
        read_by="The simulations, as a whole number: with a host and no port they fail to start.",
    ),
)

DROA = group(
    SYSTEM,
    "DeepRacer on AWS",
    text(
        "DR_DROA_URL",
        "",
        "The address of a DeepRacer on AWS installation to import models into.",
        optional=True,
        since="DRFC 6.0.4",
    ),
    text(
        "DR_DROA_USERNAME",
        "",
        "The user to log in as there.",
        optional=True,
        since="DRFC 6.0.4",
    ),
    text(
        "DR_DROA_DEBUG",
        "",
        "Any text makes the scripts print more of what they do there. For looking for faults.",
        optional=True,
        since="DRFC 6.0.4",
    ),
    read_by="DRFC's scripts for DeepRacer on AWS (droa).",
)

KEYS = DISPLAY + LOGS + DROA
