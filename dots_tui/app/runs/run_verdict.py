"""The verdict on a run in words, for the Training pane, the list of stacks and `status`. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.app.runs import phase_words
from dots_tui.app.runs import snapshot as transport_words
from dots_tui.app.runs.stack_facts import SOON_MINUTES, minutes_left, price
from dots_tui.problems import ERROR, INFO, WARNING
from dots_tui.remote.problems import NOT_STARTED
from dots_tui.training.diagnosis import FILES, RESTART, REWARD, SAVE, STOP
from dots_tui.training.outlook import outlook
from dots_tui.training.snapshot import OVER

if TYPE_CHECKING:
    from dots_tui.app.runs.snapshot import MonitorSnapshot, TransportState
    from dots_tui.aws.stacks import Stack
    from dots_tui.training.diagnosis import Diagnosis
    from dots_tui.training.run_phases import RunPhases
    from dots_tui.training.snapshot import RunSnapshot

_MINUTE_AND_HALF = 90.0
_SOON = ((20.0, "some seconds"), (45.0, "half a minute"), (_MINUTE_AND_HALF, "about a minute"))
_NO_CONTAINERS = "Connected. The containers come when the instance has fetched its images and files."


_SILENCES = ("worker-stalled", "hang", "no-new-checkpoint", "trainer-late")
"""Diagnoses of silence: after the end of a run they are no evidence of a crash."""
_GONE = ("worker-gone", "host-out-of-memory", "trainer-gone")
"""Diagnoses of containers that are gone: those that stop with the instance are gone too."""
_EXITED = re.compile(r"container exited (\d+)")
_TOLD_TO_STOP = ("0", "137", "143")
"""Exit codes of a container that ended well, or was killed or asked to end."""
_TONES = {WARNING: "warning", INFO: "info"}
WAYS = {
    RESTART: "R restart from the last checkpoint",
    SAVE: "a save the model",
    STOP: "S stop safely",
    REWARD: "2 look at the reward",
    FILES: "1 look at the files",
}
"""Keys for what can be done about a diagnosis."""


class RunWords(NamedTuple):
    """A short status of a run.

    `workers` is "2/3" (driving, total), "" before any was seen; `verdict` is the word in the Training pane and `tone`
    its tone; `lost` is true if its instance was reached before and is not now.
    """

    workers: str
    verdict: str
    tone: str
    lost: bool


class Verdict(NamedTuple):
    """The verdict line of the pane. `tone` is good, warning, bad, info or "" (nothing to point out)."""

    tone: str
    word: str
    text: str
    keys: str = ""
    """Keys for what can be done; they come last and are never cut."""


def verdict(
    snapshot: MonitorSnapshot | None,
    stack: Stack | None,
    now: datetime,
    *,
    ending: bool = False,
    phases: RunPhases | None = None,
    plain: bool = False,
) -> Verdict:
    """Return the verdict on a live run: problems first, then whether it learns.

    `phases` is the report of the instance in the bucket; it counts until there are workers.
    """
    reported = _reported(snapshot, phases, now, plain)
    if reported is not None:
        return reported
    if snapshot is None:
        return Verdict("info", "LOOKING", "Looking for the instance …")
    run, transport = snapshot.run, snapshot.transport
    if ending:
        return Verdict("warning", "ENDING", "Its stack is being deleted; what the instance has saved is in the bucket.")
    if transport.state != transport_words.CONNECTED:
        return _unreached(transport)
    trouble = _trouble(run)
    if trouble is not None:
        return _troubled(trouble, run, stack)
    if _all_over(run):
        return Verdict(
            "warning", "ENDED", "All containers have ended: the training was stopped, or something ended it."
        )
    if transport.message and not transport.message.startswith("Connected"):
        word = "NO ANSWER" if NOT_STARTED in transport.message else "NO DOCKER"
        return Verdict("warning", word, transport.message)
    left = minutes_left(stack, now) if stack is not None else None
    soon = left is not None and 0 <= left < SOON_MINUTES
    return _going_on(run, _catching_up(snapshot) + (f" It ends in {left} min." if soon else ""))


def short_status(snapshot: MonitorSnapshot, now: datetime, *, ending: bool) -> RunWords:
    """Return the status of a live run for one row of a list."""
    found = verdict(snapshot, None, now, ending=ending)
    workers = snapshot.run.workers
    driving = sum(worker.phase not in OVER for worker in workers)
    lost = snapshot.transport.state == transport_words.LOST
    return RunWords(f"{driving}/{len(workers)}" if workers else "", found.word.lower(), found.tone, lost)


def over(snapshot: MonitorSnapshot | None, reason: str, phases: RunPhases | None = None) -> Verdict:
    """Return the verdict on a run that is no longer watched, for `reason` (sentences).

    The run has failed if its instance reported so, or if the log or Docker last reported a crash.
    """
    if phases is not None and phases.failure is not None:
        return Verdict("bad", "FAILED", reason)
    cause = next((one for one in snapshot.run.diagnoses if _is_crash(one)), None) if snapshot is not None else None
    if cause is None:
        return Verdict("", "ENDED", reason)
    return Verdict("bad", "FAILED", f"{_sentence(cause.title)} {reason}", "p why")


def _is_crash(one: Diagnosis) -> bool:
    """Return true if a program failed. Silence is no crash, nor is an exit code of a stopped container."""
    if one.severity != ERROR or one.code in _SILENCES:
        return False
    if one.code not in _GONE:
        return True
    exited = _EXITED.search(one.evidence)
    return exited is not None and exited[1] not in _TOLD_TO_STOP


def _reported(snapshot: MonitorSnapshot | None, phases: RunPhases | None, now: datetime, plain: bool) -> Verdict | None:
    """Return what the instance reports about its start, end or failure; None if the logs say more."""
    if phases is None or (snapshot is not None and _trouble(snapshot.run) is not None):
        return None
    if phases.failure is not None:
        line = phase_words.last_line(phases)
        said = f" It printed: {line}" if line else ""
        return Verdict("bad", "FAILED", f"{phase_words.failure(phases)}{said} The run then ends.")
    if phases.ending:
        return Verdict("warning", "ENDING", phase_words.sentence(phases, now, plain))
    if phases.starting and (snapshot is None or not snapshot.run.totals.steps):
        return Verdict("info", "STARTING", phase_words.sentence(phases, now, plain))
    return None


def _catching_up(snapshot: MonitorSnapshot) -> str:
    """Return how much of the old log was read; "" once lines are read as they come."""
    history = snapshot.history
    if history is None:
        return ""
    return f" The log so far is being read: {history.share:.0%} of {history.about_bytes / 1e6:.0f} MB."


def recorded(run: RunSnapshot, how: str) -> Verdict:
    """Return the verdict on a recorded run: the problem at its end, else how it went. `how` is a sentence to append."""
    worst = run.diagnoses[0] if run.diagnoses else None
    if worst is not None and worst.severity == ERROR:
        return Verdict("bad", worst.word, f"{_sentence(worst.title)} {worst.advice} {how}", "p why")
    if outlook(run) is None:
        return Verdict("info", "RECORDED", f"{run.verdict} {how}")
    return _going_on(replace(run, next_iteration_at=None), f" {how}")


def _unreached(transport: TransportState) -> Verdict:
    failing = transport.state in (transport_words.LOST, transport_words.UNREACHED)
    return Verdict("warning" if failing else "info", transport.state.upper(), transport.message)


def _trouble(run: RunSnapshot) -> Diagnosis | None:
    """Return the diagnosis to show first: an error, or any diagnosis while no worker drives."""
    worst = run.diagnoses[0] if run.diagnoses else None
    if worst is None or worst.severity == ERROR:
        return worst
    driving = run.totals.steps and any(worker.phase not in OVER for worker in run.workers)
    return None if driving else worst


def _troubled(one: Diagnosis, run: RunSnapshot, stack: Stack | None) -> Verdict:
    bad = one.severity == ERROR
    text = f"{_sentence(one.title)}{_billing(stack) if bad else ''} {one.advice}".strip()
    ways = [WAYS[action] for action in one.actions if action in WAYS]
    others = len(run.diagnoses) - 1
    ways.append("p why" + (f", and {others} more" if others else ""))
    # What is over does not stall: a crash has ended it.
    word = "FAILED" if one.code in _GONE and _is_crash(one) and _all_over(run) else one.word
    return Verdict("bad" if bad else _TONES.get(one.severity, "info"), word, text, "   ".join(ways))


def _all_over(run: RunSnapshot) -> bool:
    phases = [worker.phase for worker in run.workers] + ([run.trainer.phase] if run.trainer is not None else [])
    return bool(run.workers) and all(phase in OVER for phase in phases)


def _going_on(run: RunSnapshot, note: str) -> Verdict:
    note = _next_iteration(run) + note
    count = len(run.diagnoses)
    keys = f"p {count} note{'' if count == 1 else 's'}" if count else ""
    found = outlook(run)
    if found is not None:
        return Verdict(found.tone, found.word, found.text + note, keys)
    if run.iterations and run.totals.steps:
        return Verdict("info", "DRIVING", run.verdict + note, keys)
    return Verdict("info", "STARTING", run.verdict if run.workers else _NO_CONTAINERS, keys)


def _next_iteration(run: RunSnapshot) -> str:
    """Return when the next iteration is expected; "" if unknown. Once known it is always shown: a line that comes and
    goes would move everything below it."""
    if run.next_iteration_at is None:
        return ""
    left = run.next_iteration_at - run.at
    if left < 0:
        return " Next iteration any moment."
    if left >= _MINUTE_AND_HALF:
        return f" Next iteration in {left / 60:.0f} min."
    # Not to the second: a number that changes in each frame looks like an event.
    return f" Next iteration in {next(words for most, words in _SOON if left < most)}."


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _billing(stack: Stack | None) -> str:
    usd = price(stack) if stack is not None else None
    return f" It goes on costing {usd:.2f} USD an hour." if usd is not None else ""
