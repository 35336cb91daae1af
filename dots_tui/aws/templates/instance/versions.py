#!/usr/bin/env python3
"""Compare the DRFC of an image with the simulation image that a run asks for.

DRFC 5 starts /opt/simapp, DRFC 6 starts /opt/ml: a simulation image of another major version does not start. Prints one
sentence. The status is 1 only if the pair is wrong; it is 0 if one of the two versions is unknown.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

# A tag of DRFC's publisher: 5.3.3-gpu, 6.0.4-cpu. Another publisher may number its images as it likes.
_TAG = re.compile(r"^(\d+)\.(\d+)(?:\.\d+)?(?:-(.+))?$")
_SOURCE = re.compile(r"(?:^|/)deepracer-simapp$")
_VERSION = re.compile(r"^(\d+)\.(\d+)")


def drfc_versions(text: bytes) -> tuple[str, str]:
    """Return DRFC's own version and the version of its simulation image; "" for what is not said."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return "", ""
    containers = found.get("containers") if isinstance(found, dict) else None
    own = found.get("master_version") if isinstance(found, dict) else None
    image = containers.get("simapp") if isinstance(containers, dict) else None
    return (own if isinstance(own, str) else ""), (image if isinstance(image, str) else "")


def compared(drfc: str, image: str, source: str, tag: str, label: str) -> tuple[bool, str]:
    """Return whether the pair can train, and a sentence. `label` is the version that the image itself gives, or ""."""
    known = _VERSION.match(label) or (_TAG.match(tag) if _SOURCE.search(source) else None)
    own = _VERSION.match(drfc)
    if own is None or known is None:
        return True, f"the versions cannot be compared: DRFC {drfc or 'unknown'}, {source}:{tag}"
    if own[1] == known[1]:
        return True, f"DRFC {drfc} with {source}:{tag}"
    told = f"DRFC {drfc} of this image cannot start {source}:{tag}"
    if not _VERSION.match(image):
        return False, f"{told}: choose an image with DRFC 5.3 or newer"
    return False, f"{told}: set DR_SIMAPP_VERSION={image}-{_flavor(tag)} in system.env, or choose another image"


def _flavor(tag: str) -> str:
    """Return `gpu` or `cpu`, as the tag says; newer versions have no other."""
    found: re.Match[str] | None = _TAG.match(tag)
    return "cpu" if found and (found[3] or "").startswith("cpu") else "gpu"


def main(arguments: list[str]) -> int:
    file, source, tag, label = arguments
    try:
        text = Path(file).read_bytes()
    except OSError:
        text = b""
    fits, told = compared(*drfc_versions(text), source, tag, label)
    sys.stdout.write(told + "\n")
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
