"""Silence is only judged where it would be heard if a container said something."""

from __future__ import annotations

import time

import pytest

from dots_tui.app.runs.book import SETTLED_S, _hears_all
from dots_tui.app.runs.snapshot import CONNECTED, LOST, FeedState, TransportState

NOW = time.time()
SINCE = NOW - SETTLED_S


def feed(state: str = "following", share: float = 1.0) -> FeedState:
    """A followed container."""
    return FeedState("id", "name", "robomaker", state, "", 1, 0, NOW, share=share)


@pytest.mark.parametrize(
    ("transport", "feeds", "hears"),
    [
        (TransportState(CONNECTED, "", SINCE, rung="direct"), [feed(), feed("ended")], True),
        (TransportState(CONNECTED, "", SINCE + 1, rung="direct"), [feed()], False),  # it may still be reading
        (TransportState(LOST, "", SINCE), [feed()], False),
        (TransportState(CONNECTED, "", SINCE, rung="bucket"), [], False),  # copies come every two minutes
        (TransportState(CONNECTED, "", SINCE, rung="direct"), [feed(), feed(share=0.4)], False),
        (TransportState(CONNECTED, "", SINCE, rung="direct"), [feed(), feed("failed")], False),
    ],
)
def test_when_silence_means_something(transport: TransportState, feeds: list[FeedState], hears: bool) -> None:
    assert _hears_all(transport, feeds, NOW) is hears
