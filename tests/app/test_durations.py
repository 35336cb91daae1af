"""Lengths of time as people type them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from dots_tui.app.durations import clock, local_time, parse_minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90", 90),
        (" 90 ", 90),
        ("0", 0),
        ("90m", 90),
        ("90 min", 90),
        ("90 Minutes", 90),
        ("1:30", 90),
        ("0:45", 45),
        ("1h30", 90),
        ("1h30m", 90),
        ("1 h 30 min", 90),
        ("1h5", 65),
        ("1h", 60),
        ("2 hours", 120),
        ("1.5h", 90),
        ("1.5 h", 90),
        ("1,5 h", 90),
        ("1.25 hours", 75),
        ("1.333h", 80),
    ],
)
def test_what_people_type_is_understood(text: str, minutes: int) -> None:
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize(
    "text",
    ["", " ", "soon", "1:75", "1h75", "1h30x", "-5", "1.5", "1:30:00", "h", "9" * 30, "1 30", "٣", "1e3", "nan h"],
)
def test_the_rest_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="h"):
        parse_minutes(text)


def test_a_moment_of_another_day_names_it() -> None:
    now = datetime(2026, 5, 1, 12, tzinfo=timezone.utc)
    zone = f"{now.astimezone():%Z}"
    assert local_time(now, now).endswith(zone)
    assert "-" not in local_time(now, now).replace(zone, "")
    assert f"{(now + timedelta(days=1)).astimezone():%Y-%m-%d}" in local_time(now + timedelta(days=1), now)


def test_minutes_are_read_as_hours_and_minutes() -> None:
    assert (clock(90), clock(5), clock(1440)) == ("1:30", "0:05", "24:00")
