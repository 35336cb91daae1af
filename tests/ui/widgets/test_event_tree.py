"""The events of a stack: where each resource is, how far the whole is, and what failed first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dots_tui.ui.widgets.event_tree import STACK, StackEvents, is_failure

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Event:
    resource: str
    type: str
    status: str
    reason: str = ""


STARTED = [
    Event("night-run", STACK, "CREATE_IN_PROGRESS", "User Initiated"),
    Event("Role", "AWS::IAM::Role", "CREATE_IN_PROGRESS"),
    Event("Role", "AWS::IAM::Role", "CREATE_COMPLETE"),
    Event("Group", "AWS::EC2::SecurityGroup", "CREATE_IN_PROGRESS"),
]
FAILED = [
    Event("Instance", "AWS::EC2::Instance", "CREATE_FAILED", "You have requested more vCPU capacity than allowed."),
    Event("Group", "AWS::EC2::SecurityGroup", "CREATE_FAILED", "Resource creation cancelled"),
    Event("night-run", STACK, "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [Instance]."),
]


async def test_each_resource_has_one_row(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    events = StackEvents()
    events.empty = "Nothing has happened yet."
    async with stage(events).run_here(80, 10):
        assert lines(events)[0] == "Nothing has happened yet."
        events.clear(expected=4)
        events.add(STARTED)
        assert events.progress == (1, 4)
        picture = lines(events)
        assert picture[0] == "███████▌                        1 of 4 done"
        assert picture[1] == "◐ creating         night-run  CloudFormation::Stack  User Initiated"
        assert picture[2] == "✓ create complete  Role       IAM::Role"
        assert picture[3] == "◐ creating         Group      EC2::SecurityGroup"
        assert picture[4:] == [""] * 6


async def test_the_first_failure_is_on_top_with_its_reason(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    events = StackEvents()
    async with stage(events).run_here(40, 12):
        events.add(STARTED)
        events.add(FAILED)
        picture = lines(events)
        assert picture[1:4] == [
            "✗ Instance failed first: You have",
            "requested more vCPU capacity than",
            "allowed.",
        ]
        assert picture[4].startswith("▲ rolling back     night-run")
        red = events.tint("bad").color
        assert next(segment.style.color for segment in events.render_line(1) if segment.style) == red
        assert all(len(line) <= 40 for line in picture)
        assert events.first_failure == FAILED[0]
        events.clear()
        assert events.first_failure is None


async def test_what_does_not_fit_scrolls(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    events = StackEvents()
    async with stage(events).run_here(60, 4) as pilot:
        events.add([Event(f"Resource{index}", "AWS::S3::Bucket", "CREATE_COMPLETE") for index in range(20)])
        events.focus()
        await pilot.pause()
        await pilot.press("end")
        await pilot.pause()
        assert "Resource19" in lines(events)[-1]


def test_what_merely_followed_is_no_failure_of_its_own() -> None:
    assert [is_failure(event) for event in FAILED] == [True, False, False]


async def test_a_stack_without_resources_has_no_progress_bar(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    events = StackEvents()
    async with stage(events).run_here(80, 10):
        events.add([Event("night-run", STACK, "DELETE_COMPLETE")])
        assert lines(events)[0] == "✓ delete complete  night-run  CloudFormation::Stack"
