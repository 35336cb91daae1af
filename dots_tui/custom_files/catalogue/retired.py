"""Names that are not read, or no longer: what to write in their place.

From DRFC's release notes and code (2eb1a1f, master 6.0) and DeepRacer on the Spot's files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dots_tui.custom_files.findings import INFO, WARNING, Severity


@dataclass(frozen=True)
class Retired:
    """A key that does nothing, or not what its name says."""

    severity: Severity
    """An info where nothing is lost by it."""
    why: str
    instead: str
    """The key to use, or "" when there is none."""
    harmless: str | None = None
    """A value with which nothing is lost, because it is what happens anyway."""

    @property
    def fix(self) -> str:
        """What to do about the line."""
        return f"Use {self.instead}, and delete this line." if self.instead else "Delete this line."


_IMAGE = "DR_SIMAPP_SOURCE and DR_SIMAPP_VERSION"

RETIRED: Mapping[str, Retired] = MappingProxyType(
    {
        "DR_TRAIN_ROUND_ROBIN_ADVANCE_DISTANCE": Retired(
            WARNING,
            "only the documentation has this name; the code reads DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST",
            "DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST",
        ),
        "DR_EVAL_COLLISION_PENALTY": Retired(
            WARNING, "the templates have it, but the code reads DR_COLLISION_PENALTY", "DR_COLLISION_PENALTY", "5.0"
        ),
        "DR_EVAL_OPP_MODEL_PREFIX": Retired(
            WARNING,
            "only the saving of videos reads this name; everything else reads DR_EVAL_OPP_S3_MODEL_PREFIX",
            "DR_EVAL_OPP_S3_MODEL_PREFIX",
        ),
        "DR_CHANGE_START_POSITION": Retired(
            WARNING, "it is an old name that only the first worker still reads", "DR_TRAIN_CHANGE_START_POSITION"
        ),
        "DR_ALTERNATE_DRIVING_DIRECTION": Retired(
            WARNING, "it is an old name that only the first worker still reads", "DR_TRAIN_ALTERNATE_DRIVING_DIRECTION"
        ),
        "DR_SAGEMAKER_IMAGE": Retired(WARNING, "it is not read since DRFC 5.3", _IMAGE),
        "DR_ROBOMAKER_IMAGE": Retired(WARNING, "it is not read since DRFC 5.3", _IMAGE),
        "DR_COACH_IMAGE": Retired(WARNING, "it is not read since DRFC 5.3", _IMAGE),
        "CUDA_VISIBLE_DEVICES": Retired(
            WARNING,
            "it hides GPUs from every container at once",
            "DR_ROBOMAKER_CUDA_DEVICES and DR_SAGEMAKER_CUDA_DEVICES",
            "",
        ),
        "DR_KINESIS_STREAM_ENABLE": Retired(INFO, "nothing reads it since the end of 2022", "DR_CAMERA_KVS_ENABLE"),
        "DR_UPLOAD_S3_ROLE": Retired(INFO, "nothing reads it", ""),
        "DR_IMPORT_MODEL_REGULAR_UPLOAD": Retired(INFO, "nothing reads it", ""),
        "DR_LOGS_COPY_S3_BUCKET": Retired(INFO, "nothing reads it", ""),
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
