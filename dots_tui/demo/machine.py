"""The load of the embedded instance: the answer to the gauges' command, computed from what runs on it.

The sizes are those of the chosen machine; the load follows the simulated training: each simulation uses processors,
memory and some of the graphics card; the trainer uses the card during updates.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Callable

TICKS_PER_SECOND = 100
"""Ticks per second in /proc/stat."""
EPOCH_S = 0.5
"""Maximum seconds of work that a printed epoch stands for."""
EASE_S = 2.0
"""Time constant in seconds with which a reading follows the load, like a load average."""
_CORES = {"xlarge": 4, "2xlarge": 8, "4xlarge": 16, "8xlarge": 32, "12xlarge": 48, "16xlarge": 64}
_CARD_MIB = {"g4dn": 15360, "g5": 23028, "g6": 23034}
_GIB_PER_CORE = 4
_KIB_PER_GIB = 1 << 20
_DISK_KIB = 40 * _KIB_PER_GIB


@dataclass(frozen=True)
class Load:
    """The load's sources: simulations, trainers, and the bytes of logs on the disk."""

    simulations: int
    trainers: int
    disk_bytes: int


class Machine:
    """An instance of `instance_type`. `clock` returns seconds that only increase, `time_of_day` Unix seconds."""

    def __init__(
        self,
        instance_type: str,
        clock: Callable[[], float] = time.monotonic,
        time_of_day: Callable[[], float] = time.time,
    ) -> None:
        self._time_of_day = time_of_day
        family, _, size = instance_type.partition(".")
        self.cores = _CORES.get(size, 8)
        self.card_mib = _CARD_MIB.get(family, 15360)
        self._clock = clock
        self._lock = threading.Lock()
        self._read = clock()
        self._epoch = self._read
        self._updating = 0.0  # seconds of updates since the previous reading
        self._cpu = self._gpu = 0.0  # shares from 0 to 1
        self._load_average = 0.0
        self._busy = self._whole = 1000.0 * TICKS_PER_SECOND

    def heard(self, line: bytes) -> None:
        """Handle a line that a container printed."""
        if line.startswith(b"Policy training>"):
            with self._lock:
                now = self._clock()
                self._updating += min(now - self._epoch, EPOCH_S)
                self._epoch = now

    def reading(self, load: Load, prefix: str) -> str:
        """Return the output of the gauges' command; `prefix` is the model's prefix in the bucket."""
        with self._lock:
            self._go_on(load)
            return self._text(load, prefix)

    def _go_on(self, load: Load) -> None:
        """Update the load for the time since the previous reading."""
        now = self._clock()
        passed, self._read = max(now - self._read, 0.0), now
        updating = min(self._updating / passed, 1.0) * load.trainers if passed else 0.0
        self._updating = 0.0
        cpu = min(0.03 + (1.4 * load.simulations + 0.2 * load.trainers + 1.3 * updating) / self.cores, 0.98)
        gpu = min(0.09 * load.simulations + 0.02 * load.trainers + 0.66 * updating, 0.97)
        share = min(passed / EASE_S, 1.0)
        self._cpu += (cpu - self._cpu) * share
        self._gpu += (gpu - self._gpu) * share
        self._load_average += (self._cpu * self.cores - self._load_average) * min(passed / 60.0, 1.0)
        ticks = passed * self.cores * TICKS_PER_SECOND
        self._whole += ticks
        self._busy += ticks * self._cpu

    def _text(self, load: Load, prefix: str) -> str:
        running = bool(load.simulations or load.trainers)
        card = round(310 + 480 * load.simulations + 3900 * load.trainers) if running else 3
        heat = round(34 + 38 * self._gpu)
        total = round(self.cores * _GIB_PER_CORE * 0.965 * _KIB_PER_GIB)
        used = (1.6 + 2.3 * load.simulations + 4.2 * load.trainers) * _KIB_PER_GIB
        free = max(total - round(used), total // 20)
        busy, idle = round(self._busy), round(self._whole - self._busy)
        disk = min(round(24.5 * _KIB_PER_GIB) + load.disk_bytes // 1024, _DISK_KIB)
        return (
            f"@time\n{self._time_of_day():.9f}\n"
            f"@gpu\n{round(100 * self._gpu)}, {min(card, self.card_mib)}, {self.card_mib}, {heat}\n"
            f"@cpu\ncpu  {busy} 0 0 {idle} 0 0 0 0 0 0\n"
            f"{self._load_average:.2f} {self._load_average:.2f} {self._load_average:.2f} 2/400 4711\n"
            f"@memory\nMemTotal: {total:>14} kB\nMemFree: {free // 2:>15} kB\nMemAvailable: {free:>10} kB\n"
            "@disk\nFilesystem     1024-blocks     Used Available Capacity Mounted on\n"
            f"/dev/root {_DISK_KIB} {disk} {_DISK_KIB - disk} {round(100 * disk / _DISK_KIB)}% /\n"
            f"@prefix\n{prefix}\n"
        )
