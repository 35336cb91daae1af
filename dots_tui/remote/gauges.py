"""The load of the machine: one cheap remote command, and the parsing of its output. Pure.

The values come from /proc, df and nvidia-smi; a value that a machine lacks is None, never 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

COMMAND = (
    "echo @time; date -u +%s.%N; "
    "echo @gpu; timeout 5 nvidia-smi "
    "--query-gpu=utilization.gpu,memory.used,memory.total,temperature.gpu --format=csv,noheader,nounits 2>/dev/null; "
    "echo @cpu; head -n 1 /proc/stat; cat /proc/loadavg; "
    "echo @memory; head -n 3 /proc/meminfo; "
    "echo @disk; df -P -k / 2>/dev/null; "
    "echo @prefix; cat /var/lib/dots-tui/model-prefix 2>/dev/null "
    "|| sed -n 's/^DR_LOCAL_S3_MODEL_PREFIX=//p' ~/deepracer-for-cloud/run.env 2>/dev/null"
)
_CPU = re.compile(r"^cpu +([\d ]+)$", re.MULTILINE)
_LOAD = re.compile(r"^([\d.]+) [\d.]+ [\d.]+ \d+/\d+ \d+$", re.MULTILINE)
_MEMORY = re.compile(r"^(MemTotal|MemAvailable): +(\d+) kB$", re.MULTILINE)
_DISK = re.compile(r"^\S+ +(\d+) +(\d+) +(\d+) +\d+% ", re.MULTILINE)
_IDLE, _IO_WAIT, _OWN = 3, 4, 8
KIB = 1024
MIB = 1 << 20


@dataclass(frozen=True)
class Gpu:
    """One graphics card: percent, bytes and degrees Celsius; None if the driver does not report it."""

    busy: float | None
    memory_used: int | None
    memory_total: int | None
    temperature: float | None


@dataclass(frozen=True)
class Gauges:
    """One reading. Bytes; percent of all cores; `at` is Unix seconds by the local clock."""

    at: float
    gpus: tuple[Gpu, ...] = ()
    cpu: float | None = None
    """Percent since the previous reading; None in the first."""
    load: float | None = None
    """Load average of the last minute."""
    memory_used: int | None = None
    memory_total: int | None = None
    disk_used: int | None = None
    disk_total: int | None = None
    clock_ahead_s: float | None = None
    """Seconds by which the machine's clock is ahead of the local clock (its logs use the machine's clock)."""
    model_prefix: str = ""
    """The configured model prefix in the bucket; "" if unknown."""
    ticks: tuple[int, int] | None = None
    """Processor ticks since the boot, busy and total."""


def parse(text: str, at: float, before: Gauges | None = None) -> Gauges:
    """Return the reading in the output of COMMAND; `before` is the previous reading of the same machine."""
    part = _parts(text)
    cpu, ticks = _cpu(part.get("cpu", ""), before)
    load = _LOAD.search(part.get("cpu", ""))
    memory = {name: int(value) * KIB for name, value in _MEMORY.findall(part.get("memory", ""))}
    total, free = memory.get("MemTotal"), memory.get("MemAvailable")
    disk = _DISK.search(part.get("disk", ""))
    clock = _number(part.get("time", ""))
    return Gauges(
        at=at,
        gpus=tuple(_gpu(row) for row in part.get("gpu", "").splitlines() if row.count(",") == 3),
        cpu=cpu,
        load=float(load[1]) if load is not None else None,
        memory_used=total - free if total is not None and free is not None else None,
        memory_total=total,
        disk_used=int(disk[2]) * KIB if disk is not None else None,
        # The reserve of root is neither used nor available.
        disk_total=(int(disk[2]) + int(disk[3])) * KIB if disk is not None else None,
        clock_ahead_s=clock - at if clock is not None else None,
        model_prefix=part.get("prefix", "").strip().strip("\"'").rstrip("/"),
        ticks=ticks,
    )


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith("@"):
            name = line[1:].strip()
            parts[name] = ""
        elif name:
            parts[name] += line + "\n"
    return parts


def _cpu(text: str, before: Gauges | None) -> tuple[float | None, tuple[int, int] | None]:
    match = _CPU.search(text)
    if match is None:
        return None, None
    numbers = [int(word) for word in match[1].split()][:_OWN]
    if len(numbers) <= _IO_WAIT:
        return None, None
    whole = sum(numbers)
    busy = whole - numbers[_IDLE] - numbers[_IO_WAIT]
    last = before.ticks if before is not None else None
    if last is None or whole <= last[1] or busy < last[0]:
        return None, (busy, whole)
    return 100.0 * (busy - last[0]) / (whole - last[1]), (busy, whole)


def _gpu(row: str) -> Gpu:
    busy, used, total, temperature = (_number(cell) for cell in row.split(","))
    return Gpu(busy, _mib(used), _mib(total), temperature)


def _mib(value: float | None) -> int | None:
    return None if value is None else int(value * MIB)


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:  # "[N/A]", "[Not Supported]"
        return None
