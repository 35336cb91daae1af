"""The plan of a launch with the templates of a checkout of DeepRacer on the Spot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dots_tui.aws import checkout
from dots_tui.aws.stacks import Stack
from dots_tui.aws.training_plan import Obstacle, Plan


def of_checkout(planned: Plan, stacks: Iterable[Stack]) -> Plan:
    """The same launch with the templates of a checkout: other resources, and what these need of the base stack."""
    choices, base = planned.choices, planned.base
    text = checkout.training_template(choices.templates, choices.market)
    exports = next((dict(one.exports) for one in stacks if one.kind == "base" and one.name == choices.base), {})
    missing = checkout.missing_exports(text, choices.base, exports) if base is not None and base.complete else []
    obstacles = [one for one in planned.obstacles if one.code != "no-schedule"]
    if missing:
        fix = (
            f"Make one with these templates (dots-tui base create NAME --templates {choices.templates}), or launch "
            "with those of dots-tui: --templates own."
        )
        what = f"The templates in {choices.templates} need {', '.join(missing)}, which {choices.base} does not export."
        obstacles.insert(0, Obstacle("error", "export-missing", what, fix))
    names = checkout.resources(text)
    return replace(
        planned,
        creates=(f"{len(names)} resources of {choices.templates}: {', '.join(names)}",),
        resource_count=len(names),
        parameters=checkout.parameters(planned),
        obstacles=tuple(obstacles),
    )
