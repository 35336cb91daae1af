"""Each packaged template: nothing is wrong with it, it can be rehearsed, and it pays for what it says."""

from __future__ import annotations

import pytest

from dots_tui.custom_files.action_space import Action, Continuous
from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.reward_templates import Template, templates
from dots_tui.reward.child_process import Limits
from dots_tui.reward.drivers import BACKWARDS, CENTRE, CRAWLER, LEAVING, RACING, ZIG_ZAG
from dots_tui.reward.rehearsal import rehearse
from dots_tui.reward.report import Report
from dots_tui.reward.subject import Subject
from dots_tui.tracks.builtin import builtin_tracks

FOUND = templates()
ACTIONS = Continuous(Action(-30.0, 0.8), Action(30.0, 2.0))
LIMITS = Limits(seconds=90.0, call_seconds=20.0, policies=0)


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    found = {}
    for template in FOUND:
        track = builtin_tracks()["kidney"]
        report = Report(track)
        for event in rehearse(Subject(template.data, track, ACTIONS), LIMITS):
            report = report.after(event)
        found[template.name] = report
    return found


def test_there_are_five_and_each_says_what_it_teaches() -> None:
    assert [one.title for one in FOUND] == [
        "Follow the center line",
        "Stay on the track",
        "Fast on straights, slower in bends",
        "Point at a waypoint ahead",
        "Progress for each step",
    ]
    assert all("Teaches the car" in one.teaches for one in FOUND)
    assert all(one.text.isascii() for one in FOUND)


@pytest.mark.parametrize("template", FOUND, ids=[one.name for one in FOUND])
@pytest.mark.parametrize("simapp", ["5.3.3-gpu", "6.0.4-gpu"])
def test_the_check_finds_nothing_in_it(template: Template, simapp: str) -> None:
    sources = {"system.env": f"DR_SIMAPP_VERSION={simapp}\n".encode(), "reward_function.py": template.data}
    assert [one for one in check_sources(sources) if one.file == "reward_function.py"] == []


@pytest.mark.parametrize("template", FOUND, ids=[one.name for one in FOUND])
def test_it_is_rehearsed_without_a_fault(template: Template, reports: dict[str, Report]) -> None:
    report = reports[template.name]
    assert report.faults == ()
    assert report.sweep is not None
    assert report.sweep.complete
    assert report.sweep.minimum != report.sweep.maximum
    paid = {one.name: one for one in report.drivers}
    # Nobody earns by driving the wrong way or off the road.
    for name in (BACKWARDS, LEAVING):
        assert paid[name].total_reward < 0.5 * paid[CENTRE].total_reward


def test_they_pay_for_what_they_say(reports: dict[str, Report]) -> None:
    def second(template: str, driver: str) -> float:
        name = next(one.name for one in FOUND if template in one.name)
        return next(one.per_second for one in reports[name].drivers if one.name == driver)

    assert second("centre-line", CENTRE) > second("centre-line", ZIG_ZAG)
    assert second("stay-on-track", CENTRE) == pytest.approx(second("stay-on-track", CRAWLER), rel=0.05)
    assert second("speed-on-straights", CENTRE) > 1.5 * second("speed-on-straights", CRAWLER)
    assert second("waypoint-heading", CENTRE) > 2.0 * second("waypoint-heading", CRAWLER)
    assert second("waypoint-heading", CENTRE) > second("waypoint-heading", ZIG_ZAG)
    assert (
        second("progress-per-step", RACING) > second("progress-per-step", CENTRE) > second("progress-per-step", CRAWLER)
    )
