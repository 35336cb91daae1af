"""The frame of the wind tunnel says how much was tried, and how laps rank."""

from __future__ import annotations

from dataclasses import replace

from dots_tui.reward.report import Report
from dots_tui.reward.results import Ranked, Sweep
from dots_tui.tracks.builtin import builtin_tracks
from dots_tui.ui.panes.reward.tunnel_words import tried

SWEEP = Sweep(10_752, 10_752, 0.0, 1.0, 0.5, 0.31, None, None, (), complete=True)
REPORT = Report(builtin_tracks()["kidney"], sweep=SWEEP)


def test_states_or_steps_of_drives_and_the_rank() -> None:
    assert tried(Report(REPORT.track)) == ""
    assert tried(REPORT) == "10,752 states in 0.3 s"
    assert tried(replace(REPORT, sweep=replace(SWEEP, states=500, complete=False))) == "500 of 10,752 states"
    along = replace(REPORT, sweep=replace(SWEEP, states=9_100, along_drives=True), ranked=Ranked(60, 51, 0.874, 0.7))
    assert tried(along) == "9,100 steps of drives ─ rank +0.87"
    assert tried(replace(REPORT, ranked=Ranked(60, 3, None, None))) == "10,752 states in 0.3 s"
