"""The instance types for a training: vCPUs and number of workers.

The image requires x86 and NVIDIA, so only such types are listed. Workers: 2xlarge 2, 4xlarge 5, 8xlarge 10 are the
experience of racers with DeepRacer on the Spot; the others get one per three vCPUs, the same ratio.
"""

from __future__ import annotations

import re

TYPES = (
    "g4dn.xlarge",
    "g4dn.2xlarge",
    "g4dn.4xlarge",
    "g4dn.8xlarge",
    "g4dn.12xlarge",
    "g5.2xlarge",
    "g5.4xlarge",
    "g5.8xlarge",
    "g6.2xlarge",
    "g6.4xlarge",
    "g6.8xlarge",
    "g6e.2xlarge",
)
DEFAULT = "g4dn.2xlarge"
_SUGGESTED = (DEFAULT, "g4dn.4xlarge", "g4dn.8xlarge")
"""The types to suggest, the cheapest first."""
_SIZE = re.compile(r"(\d*)xlarge")
_VCPUS_PER_XLARGE = 4
_VCPUS_PER_WORKER = 3
_QUOTAS = {
    ("g", "standard"): ("L-DB2E81BA", "Running On-Demand G and VT instances"),
    ("g", "spot"): ("L-3819A6DF", "All G and VT Spot Instance Requests"),
    ("p", "standard"): ("L-417A185B", "Running On-Demand P instances"),
    ("p", "spot"): ("L-7212CCBC", "All P4, P3 and P2 Spot Instance Requests"),
}


def vcpus(instance_type: str) -> int | None:
    """Return the vCPUs of a type from its size; None for sizes without a fixed number (metal)."""
    size = _SIZE.fullmatch(instance_type.partition(".")[2])
    return _VCPUS_PER_XLARGE * int(size.group(1) or 1) if size else None


def workers(instance_type: str) -> int:
    """Return how many workers (DR_WORKERS) the type supports well; at least one."""
    return max(1, (vcpus(instance_type) or 0) // _VCPUS_PER_WORKER)


def suggested(wanted: str) -> str:
    """Return the cheapest suggested type for a number of workers, as DR_WORKERS has it; a wrong number gets DEFAULT."""
    count = int(wanted) if wanted.isdecimal() else 1
    return next((name for name in _SUGGESTED if workers(name) >= count), _SUGGESTED[-1])


def quota_group(instance_type: str) -> str:
    """Return the quota group of the type: g (with vt) or p; "" for others."""
    letters = re.match(r"[a-z]+", instance_type)
    name = letters.group(0) if letters else ""
    return "g" if name in ("g", "gr", "vt") else name if name == "p" else ""


def quota_of(instance_type: str, market: str) -> tuple[str, str] | None:
    """Return code and name of the vCPU quota that a launch needs; None if unknown."""
    return _QUOTAS.get((quota_group(instance_type), market))
