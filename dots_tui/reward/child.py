"""The child process of a rehearsal: it takes one job from standard input and writes events as lines of JSON.

Started by :mod:`dots_tui.reward.rehearsal` with nothing of the user's environment, behind a keeper
(:mod:`dots_tui.reward.keeper`). The racer's code shares the process with this module and can change it at will; the
system holds the process (:mod:`dots_tui.reward.wall`), and the parent accepts nothing that is not an event.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import signal
import sys
import traceback
from time import monotonic, process_time  # by name: the racer's code may replace those of the module
from typing import TYPE_CHECKING, Any, Callable

from dots_tui.reward.actions import actions_of
from dots_tui.reward.bench import Bench
from dots_tui.reward.calling import NOT_HERE, Broken, Prints, RewardFunction, line_of
from dots_tui.reward.fence import more_memory, refuse, set_limits
from dots_tui.reward.keeper import keep
from dots_tui.reward.memory_files import MemoryFiles
from dots_tui.reward.results import Event, FunctionFault, Pulse, RehearsalEnd, RehearsalNote, encode
from dots_tui.reward.states import SimulatedWorld
from dots_tui.reward.tasks import TASKS
from dots_tui.reward.traffic import plan_of
from dots_tui.reward.trial import RewardTrial, TrialSettings
from dots_tui.reward.wall import build
from dots_tui.tracks.geometry import Track

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_TICK = 0.1
_PULSE = 0.5
_KEEPS = "The function keeps more memory than a rehearsal allows."
_WALL_FACTOR = 3.0
"""A call that sleeps, or hangs in C code, is given so many times the limit of one that calculates."""


class Child:
    """One rehearsal. ``out`` takes the events, ``stuck`` what faulthandler says of code that hangs in C."""

    def __init__(self, job: dict[str, Any], out: int, stuck: int) -> None:
        self._limits = job["limits"]
        self._tasks = {name: job[name] for name in TASKS if name in job}
        self._out, self._stuck = out, stuck
        self._begun = monotonic()
        self._pulse_at, self._telling = 0.0, False
        self._simapp = tuple(job["simapp"])
        track = Track.from_rows(job["track"]["name"], job["track"]["rows"], job["track"]["source"])
        plan = plan_of(job["traffic"])
        self._world = SimulatedWorld(track, self._simapp, against=job["against"], plan=plan)
        other = (
            SimulatedWorld(track, self._simapp, against=not job["against"], plan=plan) if job["alternating"] else None
        )
        self._plan = TrialSettings(job["discount"], self._limits["seconds"], self._limits["policies"], other)
        self._install = job["install"]
        self._actions = actions_of(job["actions"])
        self._function = RewardFunction(
            job["source"].encode("latin-1"), self._world, self._simapp, self._fault, more_memory
        )
        self._prints = Prints(self._too_much_printed)
        self._guarded = self._writes = False
        self._failed = False
        self._call: tuple[tuple[int, bool] | None, float, float] = (None, 0.0, 0.0)

    def run(self) -> None:
        """All of it."""
        self._limit()
        try:
            complete = self._do_tasks() if self._tasks else self._rehearse()
        except Broken as broken:
            self._fault(broken.fault)
            complete = False
        self._end(complete=complete)

    @property
    def _bench(self) -> Bench:
        return Bench(
            self._world,
            self._actions,
            self._pay,
            self._load,
            self._function,
            self._watched,
            self._waiting,
            self._prints,
        )

    def _rehearse(self) -> bool:
        """Try the function in all ways; return whether all of it could be done. Raises Broken."""
        self._load()
        return RewardTrial(self._bench, self._plan, self._tell).run()

    def _do_tasks(self) -> bool:
        """Do what was asked for instead; return whether all of it could be done. Raises Broken."""
        for name, asked in self._tasks.items():
            for event in TASKS[name](self._bench, asked):
                self._tell(event)
        return not self._failed

    # -- the racer's code, watched ----------------------------------------------------------------

    def _load(self) -> None:
        self._watched(self._function.load)

    def _watched(self, work: Callable[..., Any], *arguments: Any) -> Any:
        self._prints.renew()
        self._function.calls += 1
        self._guarded = True
        try:
            return work(*arguments)
        finally:
            self._guarded = False

    @contextlib.contextmanager
    def _waiting(self) -> Iterator[None]:
        """The program gives no orders: without a sign of life, since nobody may be reading."""
        telling, self._telling = self._telling, True
        try:
            yield
        finally:
            self._telling = telling

    def _pay(self, state: Any) -> float | None:
        self._prints.renew()
        self._guarded = True
        reward = self._function(state)
        self._guarded = False
        self._failed = self._failed or reward is None
        return reward

    def _limit(self) -> None:
        """Limits of the system, the clock that looks at long calls, and what the racer's code may not have."""
        set_limits(int(self._limits["memory_mb"]), int(self._limits["seconds"]))
        empty = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(empty, descriptor)
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - as long as the process
        sys.stdout = sys.stderr = self._prints
        sys.argv = ["reward_function.py"]
        self._tell(build())  # before there is a thread, after the last file that is opened for writing
        faulthandler.enable(self._stuck)
        signal.signal(signal.SIGALRM, self._tick)
        signal.setitimer(signal.ITIMER_REAL, _TICK, _TICK)
        self._arm()
        MemoryFiles(lambda: self._guarded, self._written).install()
        sys.addaudithook(self._audit)

    def _arm(self, frame: FrameType | None = None) -> None:
        """From C code that never comes back no signal gets through to Python: faulthandler's own thread ends it."""
        try:
            faulthandler.dump_traceback_later(self._limits["call_seconds"] * _WALL_FACTOR, exit=True, file=self._stuck)
        except RuntimeError:  # there is no memory left for that thread
            more_memory()
            self._give_up("memory", _KEEPS, frame)

    def _tick(self, _number: int, frame: FrameType | None) -> None:
        """Some times a second: has a call run too long? And a sign of life for the parent, which has its own clock."""
        self._arm(frame)
        if not self._telling and monotonic() - self._pulse_at > _PULSE:
            self._pulse_at = monotonic()
            self._tell(Pulse(self._function.calls, self._guarded, line_of(frame) if self._guarded else None))
        if not self._guarded:
            self._call = (None, 0.0, 0.0)
            return
        known, wall, used = self._call
        now, cpu = monotonic(), process_time()
        running = (self._function.calls, self._function.state is None)
        if known != running:
            self._call = (running, now, cpu)
            return
        limit = self._limits["call_seconds"]
        if cpu - used > limit or now - wall > limit * _WALL_FACTOR:
            what = "loading the file" if self._function.state is None else "one call"
            message = f"The function does not end: {what} ran for more than {limit:g} seconds."
            self._give_up("endless-loop", message, frame)

    def _too_much_printed(self) -> None:
        message = "The function prints without end in one call. On an instance, its log would fill the disk."
        self._give_up("endless-output", message, sys._getframe())  # noqa: SLF001 - the documented way to the line

    def _give_up(self, kind: str, message: str, frame: FrameType | None) -> None:
        """Say what runs, and end: an exception could be caught by the code that does not end."""
        state = self._function.state
        self._tell(
            FunctionFault(kind, message, line_of(frame), None if state is None else self._function.world.params(state))
        )
        self._end(complete=False)
        os._exit(0)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._guarded:
            refuse(event, arguments)

    def _written(self, name: str) -> None:
        """The racer's code changes a file."""
        if not self._writes:
            self._writes = True
            words = f"The function writes files ({name}). A rehearsal keeps them in memory and then discards them."
            self._tell(RehearsalNote("writes-files", words))

    # -- telling ----------------------------------------------------------------------------------

    def tell_of_memory(self) -> None:
        """Memory is used up outside of a call."""
        self._fault(FunctionFault("memory", _KEEPS))

    def _fault(self, fault: FunctionFault) -> None:
        if fault.kind == NOT_HERE:
            self._tell(RehearsalNote("not-rehearsed", f"{fault.message} {self._install}", fault.line))
            self._end(complete=False)
            os._exit(0)
        self._tell(fault)
        if fault.kind == "memory":  # what it keeps may be there for good, and the next call would fail for nothing else
            self._end(complete=False)
            os._exit(0)

    def _end(self, *, complete: bool) -> None:
        self._tell(RehearsalEnd(complete, round(monotonic() - self._begun, 3)))

    def _tell(self, event: Event) -> None:
        guarded, self._guarded = self._guarded, False
        telling, self._telling = self._telling, True  # a sign of life must not get into the midst of a line
        data = encode(event)
        try:
            while data:
                data = data[os.write(self._out, data) :]
        except BrokenPipeError:  # the parent has gone
            os._exit(1)
        self._guarded, self._telling = guarded, telling


def main(out: int, stuck: int, lifeline: int) -> None:
    """Rehearse the job on standard input, until the other end of *lifeline* is closed."""
    keep(lambda: _work(out, stuck), lifeline, stuck)


def _work(out: int, stuck: int) -> None:
    child = Child(json.loads(sys.stdin.buffer.read()), out, stuck)
    try:
        child.run()
    except MemoryError:  # the racer's code keeps so much that there is none left for this
        more_memory()
        child.tell_of_memory()
    except BaseException:  # noqa: BLE001 - a mistake of ours, told to the parent beside the events
        os.write(stuck, traceback.format_exc().encode())
        os._exit(1)
    # Without waiting for what the racer's code may have left: threads, exit handlers.
    os._exit(0)
