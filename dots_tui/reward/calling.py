"""Calling a racer's function in the child process: every way it can fail gets a name and a line.

simapp calls ``float(reward_function(copy of params))`` and ends the training for an exception, NaN, an infinite number
and, from 6 on, a number beyond 1e5.
"""

from __future__ import annotations

import contextlib
import io
import math
import random
import sys
import types
from typing import TYPE_CHECKING, Any, Callable

from dots_tui.reward.fence import NotAllowed
from dots_tui.reward.results import FunctionFault
from dots_tui.reward.reward_module import FILE, NAME, RewardModule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType, TracebackType

    from dots_tui.reward.states import CarState, SimulatedWorld

REWARD_LIMIT = 1e5
MOST_PRINTED = 1_000_000
"""Characters one call may print; nobody means to print more at every step."""
NOT_HERE = "not-here"
"""The fault of this machine, not of the function."""
SIMULATION_HAS = frozenset({"numpy", "scipy", "shapely"})
"""Modules the simulation has and this machine need not have."""
_SEED = 1
_MOST_CAUSES = 100
_LOADED_BEFORE_S = 5.0
"""A worker loads the file so long before its first step."""


class Broken(Exception):
    """The function cannot be loaded; ``fault`` says why."""

    def __init__(self, fault: FunctionFault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class Prints(io.TextIOBase):
    """Standard output of the racer's code. It is thrown away, but for the beginning of each call if `keeps` says so."""

    def __init__(self, too_much: Callable[[], None]) -> None:
        """`too_much` is called when one call prints without end."""
        self.keeps = 0
        """Characters to keep of each call."""
        self._left = MOST_PRINTED
        self._kept: list[str] = []
        self._too_much = too_much

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        room = self.keeps - (MOST_PRINTED - self._left)
        if room > 0:
            self._kept.append("".join([text])[:room])
        self._left -= len(text)
        if self._left < 0:
            self._too_much()
        return len(text)

    def renew(self) -> None:
        """Count anew: another call begins."""
        self._left = MOST_PRINTED

    def take(self) -> str:
        """Return what was kept since the last time."""
        text = "".join(self._kept)
        self._kept.clear()
        return text


class RewardFunction:
    """A function and the faults found in it. ``load`` makes its module anew, as in a new worker's process."""

    def __init__(
        self,
        source: bytes,
        world: SimulatedWorld,
        simapp: tuple[int, ...],
        told: Callable[[FunctionFault], None],
        more_memory: Callable[[], None] = lambda: None,
    ) -> None:
        """*told* takes the faults; *more_memory* gives way when memory is used up, so that this can be told."""
        self.world = world
        """What the params of the next call are of."""
        self.module = RewardModule(source)
        self._limited = not simapp or simapp[0] >= 6
        self._told = told
        self._more_memory = more_memory
        self._seen: set[tuple[str, int | None]] = set()
        self._function: Callable[[dict[str, Any]], Any] | None = None
        self.calls = 0
        self.state: CarState | None = None
        """What the call that runs is about; None while the module is loaded."""

    def load(self) -> None:
        """Run the module. Raises Broken."""
        self.state = None
        self.begin_episode()
        self.module.clock.set(self.world.begins - _LOADED_BEFORE_S)
        try:
            module = self.module.load()
        except BaseException as error:  # noqa: BLE001 - also SystemExit; it becomes a fault
            if isinstance(error, MemoryError):
                self._more_memory()
            raise Broken(fault_of(error, None, loading=True)) from None
        self._function = getattr(module, NAME, None)
        if not callable(self._function):
            message = "The file does not define reward_function; the training ends when it looks for it."
            raise Broken(FunctionFault("no-reward-function", message))

    @staticmethod
    def begin_episode() -> None:
        """An episode begins: chance takes the same course in each, so that two of them can be compared."""
        random.seed(_SEED)
        numpy = sys.modules.get("numpy.random")
        if numpy is not None:
            numpy.seed(_SEED)

    @contextlib.contextmanager
    def heard_by(self, told: Callable[[FunctionFault], None]) -> Iterator[None]:
        """Meanwhile *told* takes the faults, each once more."""
        before = self._told, self._seen
        self._told, self._seen = told, set()
        try:
            yield
        finally:
            self._told, self._seen = before

    def __call__(self, state: CarState) -> float | None:
        """The reward of a state. A fault is told once for each kind and line, and gives None."""
        assert self._function is not None, "load() comes first"
        self.state = state
        self.calls += 1
        self.module.clock.set(self.world.time_of(state))
        try:
            value = self._function(self.world.params(state))
        except BaseException as error:  # noqa: BLE001 - nothing a racer's code raises may end the rehearsal
            if isinstance(error, MemoryError):
                self._more_memory()
            self._fail(fault_of(error, self.world.params(state)))
            return None
        try:
            reward = value if type(value) is float else _number(value)
        except BaseException as error:  # noqa: BLE001 - an object's own __float__ may raise anything
            self._bad_value("not-a-number", _no_number(value, error))
            return None
        if not math.isfinite(reward):
            self._bad_value("not-finite", f"The function returns {reward}; the training ends then.")
            return None
        if abs(reward) > REWARD_LIMIT:
            what = "simapp 6 ends the training then" if self._limited else "simapp 6 would end the training then"
            message = f"The function returns {reward:g}, beyond -100000 to 100000; {what}."
            self._bad_value("out-of-range", message)
            return None
        return reward

    def _bad_value(self, kind: str, message: str) -> None:
        """A value that is no reward; told once for each kind, because its line is costly to find."""
        assert self.state is not None
        if (kind, None) not in self._seen:
            self._seen.add((kind, None))
            self._told(FunctionFault(kind, message, self._line_of_return(), self.world.params(self.state)))

    def _line_of_return(self) -> int | None:
        """The line that returns, found by calling once more."""
        code, found = getattr(self._function, "__code__", None), None
        if not isinstance(code, types.CodeType) or code.co_filename != FILE:
            return None

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            nonlocal found
            if frame.f_code is code and event == "return":
                found = frame.f_lineno
            return trace if frame.f_code is code else None

        assert self._function is not None
        assert self.state is not None
        sys.settrace(trace)
        try:
            self._function(self.world.params(self.state))
        except BaseException:  # noqa: BLE001 - another fault than the one looked for, which will be met again
            return code.co_firstlineno
        finally:
            sys.settrace(None)
        return found

    def _fail(self, fault: FunctionFault) -> None:
        if (fault.kind, fault.line) not in self._seen:
            self._seen.add((fault.kind, fault.line))
            self._told(fault)


def fault_of(error: BaseException, params: dict[str, Any] | None, *, loading: bool = False) -> FunctionFault:
    """The fault in an exception of the racer's code."""
    line = line_in(error.__traceback__)
    where = "while it is loaded" if loading else "when it is called"
    if isinstance(error, SyntaxError) and error.filename in (FILE, None):
        return FunctionFault("syntax-error", f"Python cannot read the file: {error.msg}.", error.lineno)
    if isinstance(error, MemoryError):
        return FunctionFault("memory", f"The function uses more memory than a rehearsal allows, {where}.", line, params)
    if isinstance(error, SystemExit):
        return FunctionFault(
            "sys-exit", f"The function ends the program (sys.exit) {where}; the training ends then.", line, params
        )
    for cause in causes_of(error):
        if isinstance(cause, NotAllowed):
            return FunctionFault("not-allowed", str(cause), line, params)
        if isinstance(cause, PermissionError):  # the wall says no where the fence does not reach
            return FunctionFault("not-allowed", _not_allowed(cause), line, params)
    if isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0] in SIMULATION_HAS:
        return FunctionFault(NOT_HERE, _not_here(str(error.name)), line, params)
    if isinstance(error, ImportError):
        return FunctionFault(
            "missing-import", f"An import fails: {text_of(error)}. The training ends then.", line, params
        )
    if loading and line is None and isinstance(error, (ValueError, LookupError, RecursionError, OverflowError)):
        return FunctionFault("syntax-error", f"Python cannot read the file: {text_of(error)}.", None)
    text = text_of(error)
    words = f"{type(error).__name__}: {text}" if text else type(error).__name__
    if isinstance(error, KeyError):
        words = f"there is no key {text} (KeyError)"
    message = f"The function fails {where}: {words}. The training ends then."
    return FunctionFault("exception", message[:2000], line, params)


def text_of(error: BaseException) -> str:
    """Return the text of an exception; "" if the racer's own class has none, or fails when it is asked."""
    try:
        return str(error)
    except BaseException:  # noqa: BLE001 - whatever the racer's `__str__` raises
        return ""


def causes_of(error: BaseException) -> list[BaseException]:
    """An exception and those that led to it, each once: they may form a circle."""
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and len(found) < _MOST_CAUSES and all(one is not known for known in found):
        found.append(one)
        one = one.__cause__ or one.__context__
    return found


def _not_allowed(error: PermissionError) -> str:
    name = f" ({error.filename})" if isinstance(error.filename, str) else ""
    return f"The function reads data of this machine{name}, which a rehearsal does not allow."


def line_in(traceback: TracebackType | None) -> int | None:
    """The innermost line of the racer's file in a traceback."""
    line = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == FILE:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def line_of(frame: FrameType | None) -> int | None:
    """The line of the racer's file that runs in a frame or calls what runs there."""
    while frame is not None:
        if frame.f_code.co_filename == FILE:
            return frame.f_lineno
        frame = frame.f_back
    return None


def _number(value: object) -> float:
    if isinstance(value, (str, bytes)):
        raise TypeError("text")
    return float(value)  # type: ignore[arg-type]  # whatever is no number raises


def _no_number(value: object, error: BaseException) -> str:
    if value is None:
        return "The function returns None: it ends without a return statement. The training ends then."
    if isinstance(value, (str, bytes)):
        return f"The function returns the text {str(value)[:40]!r}; return a number."
    kind = type(value).__name__
    return f"The function returns {kind}, not a number ({text_of(error)[:100]}). The training ends then."


def _not_here(name: str) -> str:
    module = name.split(".", maxsplit=1)[0]
    return f"Not rehearsed, because the function imports {module}: no Python on this machine has it."
