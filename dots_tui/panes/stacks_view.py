"""How the Stacks pane words what it shows. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from dots_tui.aws.stacks import Stack

COLUMNS = ("name", "kind", "market", "type", "status", "ip", "left")
BASE_RESOURCES = 0
"""How many resources a base stack has is told by its events."""

_TYPES = ("g4dn.xlarge", "g4dn.2xlarge", "g4dn.4xlarge", "g4dn.8xlarge", "g5.2xlarge", "g5.4xlarge", "g6.2xlarge")
_SIGNS = (("_FAILED", "✗"), ("ROLLBACK", "▲"), ("_IN_PROGRESS", "◐"), ("_COMPLETE", "●"))


def plain(text: str) -> Text:
    """Text from outside, in which brackets are brackets."""
    return Text(text)


def row(stack: Stack) -> tuple[Text, ...]:
    """A row of the table, in the order of COLUMNS."""
    sign = next((sign for word, sign in _SIGNS if word in stack.status), "?")
    status = f"{sign} {stack.status.replace('_', ' ').lower()}"
    cells = (stack.name, stack.kind, stack.market, stack.instance_type, status, stack.ip, time_left(stack))
    return tuple(Text(str(cell)) for cell in cells)


def time_left(stack: Stack) -> str:
    """Time to live left, as h:mm; "" for what has none."""
    if stack.expires is None:
        return ""
    minutes = int((stack.expires - datetime.now(timezone.utc)).total_seconds() // 60)
    return f"{minutes // 60}:{minutes % 60:02}" if minutes >= 0 else "over"


def run_status(stacks: Sequence[Stack]) -> str:
    """The trainings in a few words for the status bar; "" when there are none."""
    running = [stack for stack in stacks if stack.kind == "training" and "DELETE" not in stack.status]
    if not running:
        return ""
    left = min((time_left(stack) for stack in running if stack.expires), default="")
    runs = "1 run" if len(running) == 1 else f"{len(running)} runs"
    return f"{runs}, {left} left" if left else runs


def suggest_name(model: str, taken: Sequence[str]) -> str:
    """A free stack name from the model's prefix: letters, digits and hyphens, a letter first."""
    base = re.sub(r"[^A-Za-z0-9]+", "-", model.rstrip("/").rpartition("/")[2]).strip("-") or "training"
    if not base[0].isalpha():
        base = f"run-{base}"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def instance_types(wanted: str) -> list[str]:
    """The instance types to choose from, with the one used last."""
    return [*_TYPES] if wanted in _TYPES else [wanted, *_TYPES]


def delete_warning(stack: Stack) -> str:
    """What deleting a stack means."""
    if stack.kind == "base":
        return "The role and the access rules go. A bucket that holds models is not deleted."
    return "The instance ends at once and nothing of the running training is saved. S stops safely instead."
