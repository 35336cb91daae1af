"""What the readers of a switch make of anything but True and False.

The simapp (markov/utils.py, str2bool) takes true and false in any case, and every other text for true. Scripts test
for true in any case, or for exactly True; two of DeepRacer on the Spot's are on unless they are exactly False.
"""

from __future__ import annotations

from dots_tui.custom_files.findings import ERROR, INFO, Severity, shown

_EXACTLY_TRUE = frozenset({"DR_TRAIN_MULTI_CONFIG", "DR_GUI_ENABLE", "DR_HOST_X", "DR_LOCAL_S3_PRETRAINED"})
_UNLESS_FALSE = frozenset({"DR_CONTINUE_ON_SPOT_INTERRUPTION", "DR_IMPORT_MODEL_ON_COMPLETION"})
_BY_SCRIPTS = frozenset({"DR_ROBOMAKER_MOUNT_LOGS", "DR_CLOUD_WATCH_ENABLE", "DR_QUIET_ACTIVATE"})


def switch_problem(key: str, value: str) -> tuple[Severity, str]:
    """Severity and message about ``value``, which is neither True nor False, of the switch ``key``."""
    meant = value.lower() if value.lower() in ("true", "false") else ""
    if not value:
        return ERROR, f"{key} is empty; write True or False."
    if meant and _means(key, value) == meant:
        return INFO, f"{key} is {shown(value)}, which its readers understand; all others are written True or False."
    taken = "on" if _means(key, value) == "true" else "off"
    return ERROR, f"{key} is {shown(value)}, which counts as {taken}; write True or False."


def _means(key: str, value: str) -> str:
    """What the reader of ``key`` takes ``value`` for: "true" or "false"."""
    if key in _EXACTLY_TRUE:
        true = value == "True"
    elif key in _UNLESS_FALSE:
        true = value != "False"
    elif key in _BY_SCRIPTS:
        true = value.lower() == "true"
    else:
        true = value.lower() != "false"
    return "true" if true else "false"
