"""Plans and stacks as lines and as JSON, for the commands that print them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any

from dots_tui.app.runs import phase_words
from dots_tui.aws.launch_plan import LaunchPlan
from dots_tui.aws.stacks import Stack
from dots_tui.training.run_phases import RunPhases


def plan_lines(planned: LaunchPlan) -> Iterator[str]:
    """Yield the actions, the costs and the blockers of a launch, line by line."""
    choices, cost = planned.choices, planned.cost
    yield f"Training stack {choices.name} on {choices.base} in {planned.region}, account {planned.identity.account}:"
    for what in planned.creates:
        yield f"  creates {what}"
    if planned.image is not None:
        yield f"  uses the {planned.image.kind} image {planned.image.id}"
    yield f"  uploads {len(planned.uploads)} files to {planned.custom_files_prefix}/"
    ends = f"time to live {choices.ttl_minutes} min" if choices.ttl_minutes else "without end"
    yield f"  model goes to {planned.model_prefix}/, {ends}"
    if cost is not None:
        yield f"  costs at most {cost.usd:.2f} USD ({cost.basis})"
    for line in planned.lines:
        yield f"{line.severity}: {line.message}"
        if line.fix:
            yield f"  {line.fix}"


def plan_document(planned: LaunchPlan) -> dict[str, Any]:
    """Return the plan for a JSON document: its actions, costs and blockers."""
    choices, cost = planned.choices, planned.cost
    return {
        "max_cost_usd": cost.usd if cost else None,
        "cost": asdict(cost) if cost else None,
        "ttl_minutes": choices.ttl_minutes,
        "base": choices.base,
        "market": choices.market,
        "instance_type": choices.instance_type,
        "region": planned.region,
        "account": planned.identity.account,
        "image": planned.image.id if planned.image else None,
        "image_kind": planned.image.kind if planned.image else None,
        "model_prefix": planned.model_prefix,
        "custom_files_prefix": planned.custom_files_prefix,
        "uploads": [upload.key for upload in planned.uploads],
        "creates": list(planned.creates),
        "parameters": dict(planned.parameters),
        "blocked": planned.blocked,
        "checks": [
            {
                "topic": one.topic,
                "severity": one.severity,
                "code": one.code,
                "message": one.message,
                "fix": one.fix or None,
            }
            for one in planned.lines
        ],
        "obstacles": [
            {"severity": one.severity, "code": one.code, "message": one.message, "fix": one.fix or None}
            for one in planned.obstacles
        ],
    }


def stack_document(stack: Stack, report: RunPhases | None = None) -> dict[str, Any]:
    """Return a stack for a JSON document; times as ISO 8601 in UTC, null if not applicable.

    `report` is the phase report of a training's instance.
    """
    return {
        "name": stack.name,
        "kind": stack.kind,
        "status": stack.status,
        "market": stack.market or None,
        "instance_type": stack.instance_type or None,
        "instance_id": stack.instance_id or None,
        "ip": stack.ip or None,
        "created": _iso(stack.created),
        "expires": _iso(stack.expires) if stack.expires else None,
        "base": stack.base or None,
        "run": stack.run or None,
        "region": stack.region or None,
        **(phase_words.document(report) if stack.kind == "training" else {}),
    }


def _iso(time: datetime) -> str:
    return time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _row(stack: Stack, report: RunPhases | None) -> tuple[str, ...]:
    ends = ""
    if stack.expires is not None:
        minutes = (stack.expires - datetime.now(timezone.utc)).total_seconds() / 60
        ends = f"in {minutes:.0f} min" if minutes > 0 else "over"
    phase = report.current.title if report is not None else ""
    return (stack.name, stack.kind, stack.status, stack.market, stack.instance_type, stack.ip, ends, phase)


def stack_table(stacks: Sequence[Stack], reports: Mapping[str, RunPhases], *, with_region: bool = False) -> str:
    """Return the stacks as a table, one per line; with a region column if there is more than one region."""
    heading = ("NAME", "KIND", "STATUS", "MARKET", "TYPE", "ADDRESS", "ENDS", "PHASE")
    rows = [heading, *(_row(stack, reports.get(stack.id)) for stack in stacks)]
    if with_region:
        regions = ("REGION", *(stack.region for stack in stacks))
        return table([(*row, region) for row, region in zip(rows, regions)])
    return table(rows)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows in columns, the heading first."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)
    return "\n".join(lines)
