"""The columns of the list of stacks: what stands in them, and which a terminal has room for. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dots_tui.app.runs.stack_facts import is_running, price
from dots_tui.ui.panes.stacks import stack_words
from dots_tui.ui.widgets.glyphs import age

if TYPE_CHECKING:
    from dots_tui.app.runs.run_verdict import RunWords
    from dots_tui.aws.stacks import Stack

COLUMNS = (
    "name",
    "market",
    "type",
    "region",
    "state",
    "workers",
    "verdict",
    "$/h",
    "left",
    "ends as",
    "address",
    "age",
)
RIGHT = ("workers", "$/h", "left")
"""Numbers stand on the right of their column."""
_DROPPED_FIRST = ("age", "address", "ends as", "market", "type", "region", "workers", "$/h", "verdict", "left")
"""What a narrow terminal does without, in this order."""
_BETWEEN = 2
NOT_WATCHED = "-"


def cells(
    stack: Stack,
    now: datetime,
    price_of: stack_words.PriceOf = price,
    words: RunWords | None = None,
    progress: str = "",
) -> dict[str, str]:
    """A row of the list: what stands in each of COLUMNS. The state is a word without its sign.

    ``words`` tell of the run where it is watched, ``progress`` of a stack that is being made or deleted: "3 of 9".
    """
    training, running = stack.kind == "training", is_running(stack)
    usd = price_of(stack) if running else None
    verdict = words.verdict if words is not None else NOT_WATCHED if running else ""
    return {
        "name": stack.name,
        "market": stack.market,
        "type": stack.instance_type if training else "base stack",
        "region": stack.region,
        "state": stack_words.health(stack, now, words).word,
        "workers": (words.workers if words is not None else "") or (NOT_WATCHED if running else ""),
        "verdict": progress or verdict,
        "$/h": f"{usd:.2f}" if usd is not None else "",
        "left": stack_words.time_left(stack, now) if running else "",
        "ends as": ends_as(stack) if running else "",
        "address": stack.ip,
        "age": age(max(0.0, (now - stack.created).total_seconds())) if training else "",
    }


def ends_as(stack: Stack) -> str:
    """What happens to a training at the end of its time: both kinds of template save the model before they go."""
    return "saves & deletes" if stack.expires is not None else "never by itself"


def fitting(rows: Sequence[Mapping[str, str]], width: int) -> dict[str, int]:
    """The columns that fit in ``width`` cells with the width of each; the state has two cells for its sign.

    Columns in which nothing stands are left out; a long name is cut before a column goes that says more. A region
    that is that of all goes early: it is in the status bar.
    """
    widths = {name: max((len(row[name]) for row in rows), default=0) for name in COLUMNS}
    widths = {name: max(cell, len(name)) + 2 * (name == "state") for name, cell in widths.items() if cell}
    if "name" in widths:
        widths["name"] = min(widths["name"], max(12, width // 3))
    dropped = list(_DROPPED_FIRST)
    if len({row["region"] for row in rows}) < 2:
        dropped.insert(dropped.index("ends as"), "region")
    for name in dropped:
        if sum(widths.values()) + _BETWEEN * (len(widths) - 1) <= width:
            break
        widths.pop(name, None)
    return widths
