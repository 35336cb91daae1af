"""The saved reward function is rehearsed before a launch, once for each content and setting."""

from __future__ import annotations

import pytest

from dots_tui.app.rehearsals import Rehearsals, findings_of
from dots_tui.reward import rehearsal
from dots_tui.reward.outcome import RehearsalOutcome
from dots_tui.reward.report import Report
from dots_tui.reward.results import RehearsalEnd
from dots_tui.tracks.builtin import builtin_tracks
from tests.cloud import FILES

SOUND = {name: text.encode() for name, text in FILES.items()}
BROKEN = {
    **SOUND,
    "reward_function.py": b"def reward_function(params):\n    x = params['steps']\n    return 1 / (x - x)\n",
}


def test_a_division_by_zero_is_a_fault_with_its_line() -> None:
    outcome = Rehearsals().outcome(BROKEN, None)
    assert not outcome.sound
    assert "ZeroDivisionError" in outcome.words
    [found] = findings_of(outcome)
    assert (found.file, found.line, found.severity) == ("reward_function.py", 3, "error")


def test_a_sound_function_is_rehearsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rehearsals = Rehearsals()
    assert rehearsals.known(SOUND, None) is None
    first = rehearsals.outcome(SOUND, None)
    assert first.sound
    assert findings_of(first) == []
    monkeypatch.setattr(rehearsal, "rehearse", None)
    assert rehearsals.outcome(SOUND, None) is first
    assert rehearsals.known(SOUND, None) is first


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("run.env", "reInvent2019_track", "Oval_track"),
        ("model_metadata.json", "20", "25"),
        ("reward_function.py", "progress", "steps"),
        ("system.env", "DR_SIMAPP_VERSION=", "DR_SIMAPP_VERSION=1"),
    ],
)
def test_what_a_rehearsal_depends_on_makes_it_another(name: str, old: str, new: str) -> None:
    rehearsals = Rehearsals()
    rehearsals.outcome(SOUND, None)
    changed = {**SOUND, name: SOUND[name].replace(old.encode(), new.encode())}
    assert rehearsals.known(changed, None) is None


def test_what_a_rehearsal_does_not_depend_on_keeps_it() -> None:
    rehearsals = Rehearsals()
    first = rehearsals.outcome(SOUND, None)
    renamed = {**SOUND, "run.env": SOUND["run.env"].replace(b"run-1", b"run-2")}
    assert rehearsals.known(renamed, None) is first


def test_what_cannot_be_rehearsed_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    rehearsals = Rehearsals()
    nothing = {name: data for name, data in SOUND.items() if name != "reward_function.py"}
    assert "no reward_function.py" in rehearsals.outcome(nothing, None).not_rehearsed
    given_up = rehearsals.outcome(SOUND, None, cancelled=lambda: True)
    assert (given_up.faults, given_up.sound) == ((), False)
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    outcome = rehearsals.outcome(SOUND, None)
    assert "No process could be started" in outcome.not_rehearsed
    monkeypatch.undo()
    assert rehearsals.outcome(SOUND, None).sound  # what was in the way is not kept


def test_an_end_that_no_driver_has_come_before_is_no_proof() -> None:
    report = Report(builtin_tracks()["oval"]).after(RehearsalEnd(True, 1.0))
    assert not RehearsalOutcome.of(report).sound
