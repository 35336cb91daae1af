"""What the readers of a switch make of anything but True and False.

The simapp (markov/utils.py, str2bool) takes true and false in any case, and every other text for true. Scripts test
for true in any case, or for exactly True; two of DeepRacer on the Spot's are on unless they are exactly False.
"""

from __future__ import annotations

from dots_tui.custom_files.catalogue import KEYS, is_on
from dots_tui.custom_files.findings import shown
from dots_tui.problems import ERROR, INFO, Severity


def switch_problem(key: str, value: str) -> tuple[Severity, str]:
    """Severity and message about ``value``, which is neither True nor False, of the switch ``key``."""
    meant = value.lower() if value.lower() in ("true", "false") else ""
    if not value:
        return ERROR, f"{key} is empty; write True or False."
    on = is_on(KEYS[key], value)
    if meant and on == (meant == "true"):
        return INFO, f"{key} is {shown(value)}, which its readers understand; all others are written True or False."
    taken = "on" if on else "off"
    return ERROR, f"{key} is {shown(value)}, which counts as {taken}; write True or False."
