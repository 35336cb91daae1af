"""The DRFC version of an image, and the evidence for it.

DRFC 5.x starts `/opt/code/ml/rl_coach/start.py` in the simapp, DRFC 6 `/opt/ml/code/...`: the major versions of DRFC
and simapp must be the same. The dates are those of DRFC's `defaults/dependencies.json` on master, which the community's
image recipe checks out: `master_version` became 6 with the commits of 2026-02-05 to 2026-03-12.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dots_tui.aws.images import Image
from dots_tui.aws.recipe import recipe

SIX_BEGINS, SIX_IS_THERE = "2026-02-05", "2026-03-12"
_NAMED = re.compile(r"(?:drfc|deepracer-for-cloud)[\s_-]*v?(\d+)(?:\.(\d+))?", re.IGNORECASE)


@dataclass(frozen=True)
class DrfcVersion:
    """The major version of DRFC in an image. `basis` is the evidence; `sure` is true if it is conclusive."""

    major: int
    basis: str
    sure: bool


def drfc_of(image: Image) -> DrfcVersion | None:
    """Return the DRFC version of an image; None if there is no evidence."""
    if image.kind == "scratch":
        return DrfcVersion(_major(recipe().drfc_version), f"it installs DRFC {recipe().drfc_version}", sure=True)
    if image.simapp and image.simapp[:1].isdigit():
        return DrfcVersion(_major(image.simapp), f"its tags say simapp {image.simapp}", sure=True)
    named = _NAMED.search(image.name)
    if named:
        return DrfcVersion(int(named.group(1)), "its name says so", sure=True)
    if image.kind != "community":
        return None
    made = image.created[:10]
    if made < SIX_BEGINS:
        return DrfcVersion(5, f"it was made on {made}, before DRFC 6 ({SIX_BEGINS})", sure=True)
    if made > SIX_IS_THERE:
        # A custom pipeline may still have checked out an older DRFC.
        return DrfcVersion(6, f"it was made on {made}, after DRFC 6 ({SIX_IS_THERE})", sure=False)
    return None


def fits(version: DrfcVersion, simapp: str) -> bool:
    """Return true if a simapp tag such as 6.0.4-gpu fits a DRFC version. The tag must begin with a number."""
    return version.major == _major(simapp)


def _major(text: str) -> int:
    found = re.match(r"\d+", text)
    return int(found.group(0)) if found else 0
