"""Calling the racer's function for a training: the child's side of `dots_tui.reward.call_session`.

The function is called as simapp calls it: `float(reward_function(params))`, where everything the file raises is a
failure, and so are numbers that are not finite or beyond 1e5.
"""

from __future__ import annotations

import json
import math
import random
from time import monotonic  # by name: the racer's code may replace that of the module
from typing import TYPE_CHECKING, Any

from dots_tui.reward.answers import MOST_WORDS, Answer, Failure
from dots_tui.reward.calling import REWARD_LIMIT, causes_of, text_of
from dots_tui.reward.fence import NotAllowed, more_memory
from dots_tui.reward.reward_module import NAME
from dots_tui.reward.states import FIRST_TIME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dots_tui.reward.answers import FailureKind
    from dots_tui.reward.bench import Bench

_LOADED_BEFORE_S = 5.0
"""A worker loads the file so long before its first step."""
_KEPT_OF_A_CALL = 16_000
"""Characters of output."""
_KEPT_OF_ALL = 256_000
_BATCH_SECONDS = 0.1
"""A batch that takes longer is answered in parts."""


def serve(bench: Bench, job: Mapping[str, Any]) -> Iterator[Answer]:
    """Load the file, then answer each request on the descriptor `requests` until that is closed.

    A request is a line of JSON: `calls`, a list of params without waypoints, and `waypoints` if they have changed.
    """
    bench.prints.keeps = _KEPT_OF_A_CALL
    random.seed(job["seed"])
    service = _CallService(bench)
    yield service.load()
    waypoints: list[tuple[float, ...]] = []
    with open(job["requests"], "rb") as requests:  # noqa: PTH123 - a descriptor
        while True:
            with bench.waiting():
                line = requests.readline()
            if not line:
                return
            request = json.loads(line)
            waypoints = [*map(tuple, request.get("waypoints", waypoints))]
            yield service.answer(request["calls"], waypoints)


class _CallService:
    """The loaded function."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._module = bench.function.module
        self._function: Callable[[dict[str, Any]], Any] | None = None

    def load(self) -> Answer:
        """Load the file and return what it printed."""
        self._module.clock.set(FIRST_TIME - _LOADED_BEFORE_S)
        failure = None
        try:
            self._function = self._bench.watched(self._loaded)
        except BaseException as error:  # noqa: BLE001 - also SystemExit; it becomes a failure
            failure = _failure_of(error, "load")
        return Answer((), (self._bench.prints.take(),), failure)

    def answer(self, calls: Sequence[dict[str, Any]], waypoints: Sequence[tuple[float, ...]]) -> Answer:
        """Call the function with each of `calls`, up to the first failure or until it takes long."""
        rewards: list[float] = []
        printed: list[str] = []
        failure = None
        until, room = monotonic() + _BATCH_SECONDS, _KEPT_OF_ALL
        for params in calls:
            params["waypoints"] = list(waypoints)
            params["objects_location"] = [*map(tuple, params["objects_location"])]  # JSON knows only lists
            self._module.clock.set(params["sim_time"])
            failure = self._call(params, rewards)
            printed.append(self._bench.prints.take())
            room -= len(printed[-1])
            if failure is not None or room < 0 or monotonic() > until:
                break
        return Answer(tuple(rewards), tuple(printed), failure)

    def _call(self, params: dict[str, Any], rewards: list[float]) -> Failure | None:
        """Add the reward of a call, or return the failure."""
        try:
            reward = self._bench.watched(self._paid, params)
        except BaseException as error:  # noqa: BLE001 - nothing a racer's code raises may end the child
            return _failure_of(error, "exception")
        if not math.isfinite(reward):
            return Failure("not-finite", str(reward))
        if abs(reward) > REWARD_LIMIT:
            return Failure("out-of-range", str(reward))
        rewards.append(reward)
        return None

    def _loaded(self) -> Callable[[dict[str, Any]], Any]:
        function: Callable[[dict[str, Any]], Any] = getattr(self._module.load(), NAME)
        return function

    def _paid(self, params: dict[str, Any]) -> float:
        assert self._function is not None, "load() comes first"
        return float(self._function(params))


def _failure_of(error: BaseException, kind: FailureKind) -> Failure:
    if isinstance(error, MemoryError):
        more_memory()
    for cause in causes_of(error):
        if isinstance(cause, NotAllowed):
            return Failure("not-allowed", cause.deed[:MOST_WORDS])
        if isinstance(cause, PermissionError):  # the wall refuses what the fence does not know
            return Failure("not-allowed", text_of(cause)[:MOST_WORDS])
    missing = (error.name or "").split(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    return Failure(kind, text_of(error)[:MOST_WORDS], missing[:MOST_WORDS])
