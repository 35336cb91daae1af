"""The columns of the list of stacks: their content, and those that fit the width. Pure functions."""

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
"""Columns with numbers, aligned right."""
_DROPPED_FIRST = ("age", "address", "ends as", "market", "type", "region", "workers", "$/h", "verdict", "left")
"""The columns that a narrow terminal leaves out, in this order."""
_BETWEEN = 2
NOT_WATCHED = "-"


def cells(
    stack: Stack,
    now: datetime,
    price_of: stack_words.PriceOf = price,
    words: RunWords | None = None,
    progress: str = "",
) -> dict[str, str]:
    """Return a row of the list by column. The state is a word without its sign.

    `words` is the status of a watched run, `progress` that of a creation or deletion: "3 of 9".
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
    """Return what happens at the end of a training's time. Both kinds of template save the model before deletion."""
    return "saves & deletes" if stack.expires is not None else "never by itself"


def fitting(rows: Sequence[Mapping[str, str]], width: int) -> dict[str, int]:
    """Return the columns that fit in `width` cells, with the width of each; the state includes two cells for its sign.

    Empty columns are left out, and a long name is cut before an informative column is left out. A region that all
    stacks share is left out early, because the status bar shows it.
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
