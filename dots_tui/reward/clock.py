"""The clock a racer's code reads: it runs with the simulated steps, not with the seconds a rehearsal takes."""

from __future__ import annotations

import datetime  # noqa: ICN001 - the module itself is what is stood in for
import time
from types import ModuleType
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Mapping

_READING_S = 1e-6
"""By which the clock goes on with each look at it: the time that a call takes is never nothing."""


class SimulatedClock:
    """Seconds of the simulation, on the calendar of today."""

    def __init__(self) -> None:
        self._epoch = time.time()
        self._now = self._looks = 0.0

    def set(self, seconds: float) -> None:
        """It is so many seconds after the simulation began."""
        self._now, self._looks = seconds, 0.0

    def seconds(self) -> float:
        """Since the simulation began: ``time.monotonic`` and ``time.perf_counter``."""
        self._looks += _READING_S
        return self._now + self._looks

    def calendar(self) -> float:
        """Since 1970: ``time.time``."""
        return self._epoch + self.seconds()


def simulated_modules(clock: SimulatedClock) -> Mapping[str, ModuleType]:
    """``time`` and ``datetime`` as the racer's code gets them when it imports them."""
    own_time = _copy(time)
    readings: tuple[tuple[str, Callable[[], float]], ...] = (
        ("time", clock.calendar),
        ("monotonic", clock.seconds),
        ("perf_counter", clock.seconds),
        ("process_time", clock.seconds),
    )
    for name, reading in readings:
        setattr(own_time, name, reading)
        setattr(own_time, f"{name}_ns", _in_nanoseconds(reading))

    class SimulatedDate(datetime.date):
        @classmethod
        def today(cls) -> Any:
            return cls.fromtimestamp(clock.calendar())

    class SimulatedDatetime(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return cls.fromtimestamp(clock.calendar(), tz)

        @classmethod
        def utcnow(cls) -> Any:
            return cls.fromtimestamp(clock.calendar(), datetime.timezone.utc).replace(tzinfo=None)

        @classmethod
        def today(cls) -> Any:
            return cls.now()

    own_datetime = _copy(datetime)
    own_datetime.date, own_datetime.datetime = SimulatedDate, SimulatedDatetime  # type: ignore[attr-defined]
    return {"time": own_time, "datetime": own_datetime}


def _in_nanoseconds(reading: Callable[[], float]) -> Callable[[], int]:
    return lambda: int(reading() * 1e9)


def _copy(module: ModuleType) -> ModuleType:
    copy = ModuleType(module.__name__, module.__doc__)
    copy.__dict__.update(module.__dict__)
    return copy
