"""Rehearsals before a launch: the saved reward function runs on its track, once per content and setting."""

from __future__ import annotations

import hashlib
import json
import threading
from typing import TYPE_CHECKING, Callable

from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding, Fix
from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.problems import ERROR
from dots_tui.reward.outcome import RehearsalOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dots_tui.reward.report import Report
    from dots_tui.reward.subject import Subject
    from dots_tui.tracks.sources import TrackStore

FAULT = "rehearsal-fault"


class Rehearsals:
    """The outcomes of rehearsals in this session. Safe to use from any thread.

    The key of an outcome is everything the rehearsal depends on: content, track and its shape, action space, version
    and the other settings of a subject.
    """

    def __init__(self) -> None:
        self._outcomes: dict[str, RehearsalOutcome] = {}
        self._lock = threading.Lock()

    def keep(self, subject: Subject, report: Report) -> None:
        """Store the result of a rehearsal of `subject`."""
        with self._lock:
            self._outcomes[_key(subject)] = RehearsalOutcome.of(report, subject.simapp)

    def known(self, sources: Mapping[str, bytes], store: TrackStore | None) -> RehearsalOutcome | None:
        """Return the outcome for the custom files `sources`; None if they were not rehearsed with these settings."""
        subject = _subject(sources, store)
        with self._lock:
            return self._outcomes.get(_key(subject)) if subject is not None else None

    def outcome(
        self,
        sources: Mapping[str, bytes],
        store: TrackStore | None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> RehearsalOutcome:
        """Rehearse the reward function in `sources` on their track, unless the outcome is known. Blocks for seconds.

        If it cannot be rehearsed, the outcome contains the reason.
        """
        from dots_tui.reward.child_process import RehearsalCancelled
        from dots_tui.reward.rehearsal import rehearse
        from dots_tui.reward.report import Report

        subject = _subject(sources, store)
        if subject is None:
            return RehearsalOutcome("", not_rehearsed=f"There is no {REWARD_FUNCTION}.")
        key = _key(subject)
        with self._lock:
            if key in self._outcomes:
                return self._outcomes[key]
        report = Report(subject.track)
        try:
            for event in rehearse(subject, cancelled=cancelled):
                report = report.after(event)
        except RehearsalCancelled:
            return RehearsalOutcome(subject.track.name, not_rehearsed="The rehearsal was given up.")
        except OSError as error:
            return RehearsalOutcome(subject.track.name, not_rehearsed=f"No process could be started for it: {error}.")
        found = RehearsalOutcome.of(report, subject.simapp)
        if not found.not_rehearsed:  # the obstacle may be gone next time
            with self._lock:
                self._outcomes[key] = found
        return found


def _subject(sources: Mapping[str, bytes], store: TrackStore | None) -> Subject | None:
    """Return the subject of a rehearsal on DR_WORLD_NAME; None if there is no reward function."""
    from dots_tui.reward.subject import subject_of
    from dots_tui.tracks.ground import ground_for

    if REWARD_FUNCTION not in sources:
        return None
    track = ground_for(FileFacts(sources).value("DR_WORLD_NAME") or "", store).track
    if store is None:  # the cars of the embedded cloud drive on a generated shape
        return subject_of(sources, track, made_up=False)
    return subject_of(sources, track, store.all_known)


def _key(subject: Subject) -> str:
    return hashlib.sha256(json.dumps(subject.job(), sort_keys=True, default=repr).encode()).hexdigest()


def findings_of(outcome: RehearsalOutcome) -> list[Finding]:
    """Return the problems of a rehearsal as findings."""
    return [
        Finding(
            REWARD_FUNCTION,
            one.line or 0,
            None,
            ERROR,
            FAULT,
            f"Rehearsed on {outcome.track}: {one.message}",
            Fix("Correct it; dots-tui rehearse shows the values it was given."),
        )
        for one in outcome.faults
    ]
