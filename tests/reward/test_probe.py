"""A look at a state of the sweep tells exactly what the function was given there, and what it paid."""

from __future__ import annotations

import pytest

from dots_tui.custom_files.action_space import Action, Discrete
from dots_tui.reward.actions import actions_of
from dots_tui.reward.probe import Probe, reward_at
from dots_tui.reward.report import Report
from dots_tui.reward.states import CarState, SimulatedWorld
from dots_tui.reward.subject import Subject
from dots_tui.reward.sweep import HEADINGS, OFFSETS, POSITIONS, Knot, sweep
from dots_tui.tracks.builtin import builtin_tracks, track_for

ACTIONS = Discrete(tuple(Action(float(angle), speed) for angle in (-30, 0, 30) for speed in (0.8, 1.6)))
SUBJECT = Subject(b"", builtin_tracks()["kidney"], ACTIONS)


def swept(subject: Subject) -> tuple[Report, dict[float, CarState]]:
    """A sweep that pays every state another number, and the states by those numbers."""
    world = SimulatedWorld(subject.track, subject.simapp, against=subject.against)
    states: dict[float, CarState] = {}

    def pay(state: CarState) -> float | None:
        number = float(len(states))
        states[number] = state
        return number

    report = Report(subject.track)
    for part in sweep(world, actions_of(subject.job()["actions"]), pay, lambda: False):
        report = report.after(part)
    return report, states


@pytest.mark.parametrize("against", [False, True])
def test_params_and_reward_are_those_of_the_very_state(against: bool) -> None:
    subject = Subject(b"", SUBJECT.track, ACTIONS, against=against)
    report, states = swept(subject)
    probe, world = Probe(subject), SimulatedWorld(subject.track, against=against)
    for knot in (Knot(0, 3, 0, 2), Knot(17, 0, 1, 0), Knot(POSITIONS - 1, 6, 3, 1), Knot(64, 2, 2, 2)):
        reading = probe.read(knot, report)
        assert reading.reward is not None
        state = states[reading.reward]
        assert probe.params(knot) == world.params(state)
        assert (reading.x, reading.y) == pytest.approx((state.x, state.y))
        assert reading.speed == state.speed
        assert reading.heading == HEADINGS[knot.heading]
        assert reading.off_track == (abs(OFFSETS[knot.offset]) > 1.0)


def test_what_was_not_tried_yet_has_no_reward() -> None:
    probe = Probe(SUBJECT)
    assert probe.read(probe.start(), Report(SUBJECT.track)).reward is None
    assert reward_at(Report(SUBJECT.track), Knot(5, 0, 0, 0)) is None


def test_the_pointer_goes_round_a_loop_and_ends_at_the_borders() -> None:
    probe = Probe(SUBJECT)
    start = probe.start()
    assert (OFFSETS[start.offset], HEADINGS[start.heading], probe.speeds[start.speed]) == (0.0, 0.0, 1.6)
    assert probe.moved(start, along=-1).position == POSITIONS - 1
    assert probe.moved(start, left=1).offset == start.offset - 1
    assert OFFSETS[probe.moved(start, left=99).offset] == max(OFFSETS)
    assert probe.moved(start, turn=len(HEADINGS)) == start
    assert probe.moved(start, faster=-9).speed == 0
    straight = Probe(Subject(b"", track_for("Straight_track"), ACTIONS))
    assert straight.moved(straight.start(), along=-1).position == 0


def test_a_point_of_the_map_is_the_state_nearest_to_it() -> None:
    report, _ = swept(SUBJECT)
    probe = Probe(SUBJECT)
    for knot in (Knot(3, 1, 2, 0), Knot(90, 5, 0, 1), Knot(127, 3, 1, 2)):
        there = probe.read(knot, report)
        assert probe.nearest(there.x, there.y, knot._replace(position=0, offset=0)) == knot
