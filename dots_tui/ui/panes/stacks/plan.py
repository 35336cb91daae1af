"""The plan of a launch in words: what it costs at most, when it ends, what it makes and where it puts things."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dots_tui.aws.launch_plan import LaunchPlan


def summary(planned: LaunchPlan) -> list[tuple[str, str]]:
    """What the launch would do, as labels and values; a label that comes again goes on with the one before."""
    choices, cost = planned.choices, planned.cost
    rows = [("costs", f"at most {cost.usd:.2f} USD"), ("costs", cost.basis)] if cost is not None else []
    rows += [
        ("ends", _ends(choices.ttl_minutes)),
        *(("creates", what) for what in planned.creates),
        ("uploads", f"{len(planned.uploads)} files to {planned.custom_files_prefix}/"),
        ("model", f"{planned.model_prefix}/"),
    ]
    return rows


def _ends(minutes: int) -> str:
    return f"after {minutes} min, when the model is saved" if minutes else "never by itself: stop it yourself"
