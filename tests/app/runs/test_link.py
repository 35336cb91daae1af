"""Pauses grow to a limit, and the state of the transport tells how old it is."""

from __future__ import annotations

from dots_tui.app.runs import snapshot as words
from dots_tui.app.runs.link import BackOff, Link


def test_pauses_grow_to_fifteen_seconds_and_start_again_when_it_worked() -> None:
    back_off = BackOff()
    assert [back_off.next() for _ in range(7)] == [1, 2, 4, 8, 15, 15, 15]
    back_off.reset()
    assert back_off.next() == 1


def test_the_state_is_new_only_when_something_changed() -> None:
    link = Link()
    assert link.set(words.LOST, "cut", retry_in=100)
    assert not link.set(words.LOST, "cut", retry_in=100)
    assert link.set(words.LOST, "refused", retry_in=100)


def test_since_moves_with_the_state_not_with_the_message() -> None:
    link = Link()
    link.set(words.LOST, "cut")
    since = link.snapshot().since
    link.set(words.LOST, "refused")
    assert link.snapshot().since == since
    link.set(words.CONNECTED, "fine")
    assert link.snapshot().since >= since


def test_ages_and_pauses_are_counted_from_now() -> None:
    link = Link()
    assert link.snapshot().data_age_s is None
    assert link.snapshot().retry_in_s is None
    link.data()
    link.set(words.LOST, "cut", retry_in=100)
    first, second = link.snapshot(), link.snapshot()
    assert first.data_age_s is not None
    assert second.data_age_s is not None
    assert 0 <= first.data_age_s <= second.data_age_s
    assert first.retry_in_s is not None
    assert second.retry_in_s is not None
    assert 0 < second.retry_in_s <= first.retry_in_s <= 100
    link.set(words.CONNECTED, "fine")
    assert link.snapshot().retry_in_s is None
