"""Names that are not read, or no longer: what to write in their place.

From DRFC's history and code (to 2eb1a1f, after 6.0.4) and DeepRacer on the Spot's files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dots_tui.problems import INFO, WARNING, Severity


@dataclass(frozen=True)
class Retired:
    """A key that does nothing, or not what its name says."""

    severity: Severity
    """An info where nothing is lost by it."""
    why: str
    instead: str = ""
    """The key to use, or "" when there is none."""
    since: str = ""
    """The first version in which that is so: "DRFC 5.3"; "" when it has been so always."""
    harmless: str | None = None
    """A value with which nothing is lost, because it is what happens anyway."""
    same_value: bool = False
    """Whether its value is what the new key wants."""
    still_read: bool = False
    """Something does read it: taking it away is for the racer to decide."""

    @property
    def fix(self) -> str:
        """What to do about the line."""
        return f"Use {self.instead}, and delete this line." if self.instead else "Delete this line."


_IMAGE = "DR_SIMAPP_SOURCE and DR_SIMAPP_VERSION"
_OLD_NAME = "it is an old name that only the first worker still reads"
_ONE_IMAGE = "it is not read since DRFC 5.3"

RETIRED: Mapping[str, Retired] = MappingProxyType(
    {
        "DR_TRAIN_ROUND_ROBIN_ADVANCE_DISTANCE": Retired(
            WARNING,
            "only the documentation has this name; the code reads DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST",
            "DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST",
            same_value=True,
        ),
        "DR_EVAL_COLLISION_PENALTY": Retired(
            WARNING,
            "the templates have it, but the code reads DR_COLLISION_PENALTY",
            "DR_COLLISION_PENALTY",
            harmless="5.0",
            same_value=True,
        ),
        "DR_EVAL_OPP_MODEL_PREFIX": Retired(
            WARNING,
            "only the saving of videos reads this name; everything else reads DR_EVAL_OPP_S3_MODEL_PREFIX",
            "DR_EVAL_OPP_S3_MODEL_PREFIX",
            still_read=True,
        ),
        "DR_CHANGE_START_POSITION": Retired(
            WARNING, _OLD_NAME, "DR_TRAIN_CHANGE_START_POSITION", since="DRFC 3.0", same_value=True
        ),
        "DR_ALTERNATE_DRIVING_DIRECTION": Retired(
            WARNING, _OLD_NAME, "DR_TRAIN_ALTERNATE_DRIVING_DIRECTION", since="DRFC 3.0", same_value=True
        ),
        "DR_SAGEMAKER_IMAGE": Retired(WARNING, _ONE_IMAGE, _IMAGE, since="DRFC 5.3"),
        "DR_ROBOMAKER_IMAGE": Retired(WARNING, _ONE_IMAGE, _IMAGE, since="DRFC 5.3"),
        "DR_COACH_IMAGE": Retired(WARNING, _ONE_IMAGE, _IMAGE, since="DRFC 5.3"),
        "CUDA_VISIBLE_DEVICES": Retired(
            WARNING,
            "it hides GPUs from every container at once",
            "DR_ROBOMAKER_CUDA_DEVICES and DR_SAGEMAKER_CUDA_DEVICES",
            since="DRFC 5.1",
            harmless="",
        ),
        "DR_USE_GUI": Retired(
            INFO, "only a warning of DRFC on Windows looks at it; the simulation reads DR_GUI_ENABLE", "DR_GUI_ENABLE"
        ),
        "DR_KINESIS_STREAM_ENABLE": Retired(
            INFO, "nothing reads it since the end of 2022", "DR_CAMERA_KVS_ENABLE", since="DRFC 5.1"
        ),
        "DR_UPLOAD_S3_ROLE": Retired(
            INFO, "nothing reads it since DRFC 6.0; it was for importing models into the AWS console", since="DRFC 6.0"
        ),
        "DR_IMPORT_MODEL_REGULAR_UPLOAD": Retired(INFO, "nothing reads it"),
        "DR_LOGS_COPY_S3_BUCKET": Retired(INFO, "nothing on an instance reads it"),
    }
)

SCRIPT_KEYS = frozenset(
    {
        "DR_DIR",
        "DR_CONFIG",
        "DR_ROBOMAKER_TRAIN_PORT",
        "DR_ROBOMAKER_EVAL_PORT",
        "DR_ROBOMAKER_GUI_PORT",
        "DR_DOCKER_FILE_SEP",
        "DR_DOCKER_MAJOR_VERSION",
        "DR_TRAIN_COMPOSE_FILE",
        "DR_EVAL_COMPOSE_FILE",
        "DR_MINIO_COMPOSE_FILE",
        "DR_LOCAL_PROFILE_ENDPOINT_URL",
        "DR_LOCAL_S3_ENDPOINT_URL",
        "DR_MINIO_URL",
        "DR_LOCAL_ACCESS_KEY_ID",
        "DR_LOCAL_SECRET_ACCESS_KEY",
        "DR_LOCAL_S3_AUTH_MODE",
        "DR_UPLOAD_PROFILE",
        "DR_CURRENT_PARAMS_FILE",
        "DR_MOUNT_DIR",
        "DR_VIEWER_HTML",
        "DR_NGINX_CONF",
    }
)
"""What DRFC's scripts set themselves; a line in a file is overruled or does harm."""
