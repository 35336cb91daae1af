"""The software that dots-tui installs on a stock image: DRFC at a pinned commit and the matching simapp.

The versions are in `templates/instance/recipe.env`, which the scripts also read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from dots_tui.aws import packaged

_FILE = "recipe.env"


@dataclass(frozen=True)
class Recipe:
    """The pinned versions. `drfc_commit` is a full SHA-1, `simapp` a tag such as 6.0.4-gpu."""

    drfc_repository: str
    drfc_commit: str
    drfc_version: str
    simapp_source: str
    simapp: str


@cache
def recipe() -> Recipe:
    """Return the recipe of this version of dots-tui."""
    rows = packaged.instance_files()[_FILE].decode("utf-8").splitlines()
    values = dict(row.split("=", 1) for row in rows if row and not row.startswith("#"))
    return Recipe(
        values["DRFC_REPOSITORY"],
        values["DRFC_COMMIT"],
        values["DRFC_VERSION"],
        values["SIMAPP_SOURCE"],
        values["SIMAPP_VERSION"],
    )
