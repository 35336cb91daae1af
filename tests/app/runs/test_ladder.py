"""The best rung that works is taken, a cut is no fall, and better ones are tried again, less and less often."""

from __future__ import annotations

from dots_tui.app.runs.ladder import (
    BUCKET,
    FAILED,
    HOST,
    IN_USE,
    NOT_POSSIBLE,
    NOT_TRIED,
    TUNNEL,
    WAY,
    Ladder,
    RungInfo,
)

RUNGS = [
    RungInfo("own", "own key"),
    RungInfo("once", "one-time key"),
    RungInfo("installed", "installed key"),
    RungInfo("tunnel", "tunnel", TUNNEL),
    RungInfo("bucket", "bucket", BUCKET),
]
OWN, ONCE, INSTALLED, THROUGH, FLOOR = range(5)


def ladder(patience: int = 2) -> Ladder:
    made = Ladder(RUNGS, climb_s=(10, 20, 40), patience=patience)
    made.begin()
    return made


def states(made: Ladder) -> list[str]:
    return [state.state for state in made.states()]


def test_it_goes_down_one_rung_at_a_time_and_says_why() -> None:
    made = ladder()
    assert made.next() == OWN
    made.skip(OWN, "no key of your own", "add one to ssh-agent")
    assert made.next() == ONCE
    made.fail(ONCE, "the key was not taken", "install the package")
    assert made.next() == INSTALLED
    made.hold(INSTALLED, now=0)
    assert states(made) == [NOT_POSSIBLE, FAILED, IN_USE, NOT_TRIED, NOT_TRIED]
    assert (made.states()[ONCE].reason, made.states()[ONCE].advice) == ("the key was not taken", "install the package")


def test_a_closed_port_is_not_knocked_at_twice() -> None:
    made = ladder()
    made.skip(OWN, "none")
    made.fail(ONCE, "no answer from port 22", "your address changed", closes=WAY)
    assert made.next() == THROUGH
    assert made.states()[INSTALLED].reason == "no answer from port 22"


def test_a_host_that_is_not_trusted_is_not_logged_in_to_by_any_way() -> None:
    made = ladder()
    made.skip(OWN, "none")
    made.fail(ONCE, "its host key changed", closes=HOST)
    assert made.next() == FLOOR


def test_after_a_cut_the_same_rung_is_tried_before_the_next_one_down() -> None:
    made = ladder(patience=2)
    made.skip(OWN, "none")
    made.hold(ONCE, now=0)
    made.lost()
    for _ in range(2):
        made.begin()
        assert made.next() == ONCE
        made.fail(ONCE, "no network", closes=WAY)
        assert made.next() is None  # a pause, then again
    made.begin()
    assert made.next() == ONCE
    made.fail(ONCE, "no network", closes=WAY)
    assert made.next() == THROUGH


def test_when_none_holds_the_next_pass_begins_at_the_top() -> None:
    made = ladder(patience=0)
    made.skip(OWN, "none")
    made.hold(ONCE, now=0)
    made.lost()
    made.begin()
    assert made.next() == ONCE
    made.fail(ONCE, "no network", closes=HOST)
    made.fail(FLOOR, "no network")
    assert made.next() is None
    made.begin()
    assert made.next() == OWN


def test_a_better_rung_is_looked_for_less_and_less_often_until_one_holds() -> None:
    made = ladder()
    made.fail(OWN, "no", closes=HOST)
    made.hold(FLOOR, now=0)
    waits, now = [], 0.0
    for _ in range(4):
        wait = made.climb_in(now)
        assert wait is not None
        waits.append(wait)
        now += wait
        assert made.climb_due(now)
        made.climb()
        while (index := made.next()) is not None:
            made.fail(index, "still not")
        assert made.held == FLOOR
        made.stay(now)
    assert waits == [10, 20, 40, 40]
    made.climb()
    assert made.next() == OWN
    made.hold(OWN, now)
    assert made.held == OWN
    assert made.climb_in(now) is None
    assert not made.climb_due(now + 1e6)


def test_only_better_rungs_are_tried_when_climbing() -> None:
    made = ladder()
    made.skip(OWN, "none")
    made.fail(ONCE, "refused")
    made.hold(INSTALLED, now=0)
    made.climb()
    tried = []
    while (index := made.next()) is not None:
        tried.append(index)
        made.skip(index, "none")
    assert tried == [OWN, ONCE]
    assert states(made)[INSTALLED] == IN_USE


def test_a_failure_while_climbing_does_not_mark_the_rung_in_use() -> None:
    made = ladder()
    made.fail(OWN, "no", closes=WAY)
    made.hold(THROUGH, now=0)
    made.climb()
    made.fail(OWN, "its host key changed", closes=HOST)
    assert states(made)[THROUGH] == IN_USE
