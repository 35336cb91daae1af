"""The racer's file as a module that reads the simulated clock."""

from __future__ import annotations

import builtins
import sys
import types
from typing import TYPE_CHECKING, Any

from dots_tui.reward.clock import SimulatedClock, simulated_modules

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "reward_function.py"
NAME = "reward_function"
MODULE = "customer_reward_function"


class RewardModule:
    """The file of a reward function; `load` runs it anew, as in a new worker's process."""

    def __init__(self, source: bytes) -> None:
        self.clock = SimulatedClock()
        self._source = source
        self._code: types.CodeType | None = None
        self._modules = simulated_modules(self.clock)

    def load(self) -> types.ModuleType:
        """Return the module after its code ran. Raises whatever that raises."""
        module = types.ModuleType(MODULE)
        module.__dict__.update({"__file__": FILE, "__builtins__": _with_modules(self._modules)})
        if self._code is None:
            self._code = compile(self._source, FILE, "exec", dont_inherit=True)
        # A dataclass in the file looks its module up there.
        sys.modules[module.__name__] = module
        exec(self._code, module.__dict__)  # noqa: S102 - what a rehearsal is for
        return module


def _with_modules(modules: Mapping[str, types.ModuleType]) -> dict[str, Any]:
    """Return the built-ins for the racer's code, whose imports find `modules` instead of the real ones."""
    real = builtins.__import__

    def load(name: str, *arguments: Any, **options: Any) -> Any:
        found = real(name, *arguments, **options)
        level = options.get("level", arguments[3] if len(arguments) > 3 else 0)
        return modules.get(name, found) if not level else found

    return {**builtins.__dict__, "__import__": load}
