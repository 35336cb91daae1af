"""`dots-tui rehearse`: try the reward function on a track before paying for a training. Return the exit code.

0 is success, 1 an error of the function (found by running it or by the check), 2 wrong use, 3 not
rehearsed because something is missing on this machine, 4 a rank correlation below the required one.
The result goes to standard output, assumptions go to standard error.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dots_tui.app.logged_steps import Logged, logged_steps
from dots_tui.app.recorded_files import NotRead
from dots_tui.config.settings import Folders, SettingsFile, tracks_of
from dots_tui.custom_files.check import check_sources, read_all
from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.folder import REWARD_FUNCTION, CustomFiles, FolderProblem, find_folder
from dots_tui.plain_text import harmless_line
from dots_tui.problems import ERROR
from dots_tui.reward.rehearsal import learn, rehearse, score
from dots_tui.reward.report import Report
from dots_tui.reward.results import FunctionFault
from dots_tui.reward.subject import Subject, subject_of
from dots_tui.tracks.geometry import Track
from dots_tui.tracks.ground import ground_for
from dots_tui.tracks.npy import RouteProblem, read_route, track_of
from dots_tui.tracks.sources import TrackStore

FINE, FAILED, WRONG_USE, NOT_REHEARSED, LOW_RANK = 0, 1, 2, 3, 4
_ADVICE = "--tracks DIR names a folder with route files; --track takes one."


class _RehearsalRefused(Exception):
    """The command cannot be executed; the message gives the reason and the solution."""


def rehearse_command(
    directory: Path | None,
    track: str | None,
    as_json: bool,
    *,
    practice: bool = False,
    logs: Sequence[str] = (),
    min_rank: float | None = None,
) -> int:
    """Rehearse the reward function in `directory` (default: ./custom-files, then .) and print what it rewards.

    `track` is a name or a route file (.npy); None is the folder's DR_WORLD_NAME. `practice` also
    trains a small controller with it. `logs` are recorded logs or simulation traces whose steps are
    rewarded. With `min_rank`, return and lap time must have at least that rank correlation.
    """
    try:
        files = CustomFiles.open(directory if directory is not None else find_folder(Path.cwd()))
        sources, unreadable = read_all(files)
        chosen, remarks = _track(track, sources)
        logged = _logged(logs, chosen)
    except (FolderProblem, NotRead, _RehearsalRefused) as problem:
        _say(str(problem))
        return WRONG_USE
    report = Report(chosen)
    remarks += logged.remarks if logged is not None else ()
    if REWARD_FUNCTION in sources:
        subject = subject_of(sources, chosen, _store().all_known)
        remarks += subject.remarks
        try:
            report = _tried(subject, report, practice, logged)
        except OSError as error:
            report = report.after(FunctionFault("not-rehearsed", f"No process could be started for it: {error}."))
    for finding in check_sources(sources, unreadable):
        if finding.file == REWARD_FUNCTION and finding.severity == ERROR and not _known(report, finding.code):
            report = report.after(FunctionFault(finding.code, finding.message, finding.line or None))
    for remark in remarks:
        _say(remark)
    if as_json:
        print(json.dumps(report.document(), indent=2))
    else:
        for line in lines_of(report):
            _print(line)
    return _exit_code(report, min_rank)


def _exit_code(report: Report, min_rank: float | None) -> int:
    if report.faults:
        return FAILED
    if report.not_rehearsed:
        return NOT_REHEARSED
    if min_rank is None:
        return FINE
    if any(note.kind == "needs-shape" for note in report.notes) or report.ranked is None:
        _say("There is no rank correlation to hold against --min-rank.")
        return NOT_REHEARSED
    rank = report.ranked.spearman
    if rank is not None and rank >= min_rank:
        return FINE
    found = "There is none" if rank is None else f"It is {rank:+.2f}"
    _say(f"The rank correlation of return and lap time must be at least {min_rank:+.2f}. {found}.")
    return LOW_RANK


def _known(report: Report, code: str) -> bool:
    """Return True if the rehearsal already reported the same finding."""
    return any(fault.kind == code for fault in report.faults)


def _tried(subject: Subject, report: Report, practice: bool, logged: Logged | None) -> Report:
    """Return the rehearsal and the requested extras; extras are skipped after an error. Can raise OSError."""
    for event in rehearse(subject):
        report = report.after(event)
    if practice and not report.faults and not report.not_rehearsed:
        for event in learn(subject):
            report = report.after(event)
    if logged is not None and not report.faults and not report.not_rehearsed:
        for event in score(subject, logged.attempts):
            report = report.after(event)
    return report


def _logged(logs: Sequence[str], track: Track) -> Logged | None:
    """Return the logged steps, if logs are given. Raise NotRead, and _Refused if they are from another track."""
    if not logs:
        return None
    found = logged_steps(logs)
    other = found.other_than(track)
    if other:
        raise _RehearsalRefused(f"{other} --track takes a name or a route file (NAME.npy), --tracks a folder of those.")
    return found


def _track(wanted: str | None, sources: Mapping[str, bytes]) -> tuple[Track, list[str]]:
    """Return the track to drive on, and remarks about it. Raise _Refused."""
    if wanted is not None and (wanted.endswith(".npy") or os.sep in wanted):
        path = Path(wanted).expanduser()
        try:
            return track_of(read_route(path), path.stem, "file", wanted), []
        except FileNotFoundError as error:
            raise _RehearsalRefused(
                f"{wanted} does not exist. Give a route file (NAME.npy) or the name of a track."
            ) from error
        except RouteProblem as problem:
            raise _RehearsalRefused(f"{problem}.") from problem
    ground = ground_for(wanted or FileFacts(sources).value("DR_WORLD_NAME") or "", _store(), _ADVICE)
    if wanted is not None and ground.unknown:
        raise _RehearsalRefused(ground.unknown)
    return ground.track, [ground.remark] if ground.remark else []


def _store() -> TrackStore:
    folders = Folders.of_user()
    return tracks_of(folders, SettingsFile.load(folders).settings)


def lines_of(report: Report) -> list[str]:
    """Return the report as text."""
    track, sweep = report.track, report.sweep
    made_up = ", made-up shape" if track.source == "formula" else ""
    lines = [
        (
            f"{track.name}: {track.length_m:.2f} m, {track.width_m:.2f} m wide, {track.direction}, "
            f"{len(track.centre)} waypoints{made_up}"
        )
    ]
    if sweep is not None and sweep.minimum is not None:
        lines += ["", *_of_sweep(report)]
    if report.drivers:
        lines += ["", *_of_drivers(report)]
    if report.faults:
        lines += ["", *(line for fault in report.faults for line in _of_fault(fault))]
    if report.ended is not None and not report.ended.complete and report.drivers:
        lines += ["", "The rehearsal was cut short; what is above is what was tried."]
    if report.confinement is not None:
        lines += ["", report.confinement.words]
    said = report.verdict
    lines += ["", said]
    if report.rank_words and not report.faults:
        lines += ["", report.rank_words]
    for note in report.notes:
        if note.message not in said:
            lines += ["", f"{REWARD_FUNCTION}:{note.line}: {note.message}" if note.line else note.message]
    if report.learned is not None:
        lines += ["", report.learned.words]
    if report.against is not None:
        lines += ["", report.against.words]
    return lines


def _of_sweep(report: Report) -> list[str]:
    sweep = report.sweep
    assert sweep is not None
    lines = [
        (
            f"{sweep.states:,} {'steps of drives' if sweep.along_drives else 'states'} tried in {sweep.seconds:.1f} s: "
            f"reward {sweep.minimum:.4g} to {sweep.maximum:.4g}, mean {sweep.mean:.4g}"
        )
    ]
    for words, spot in (("pays most ", sweep.best), ("pays least", sweep.worst)):
        if spot is not None and sweep.minimum != sweep.maximum:
            side = "left" if spot.offset_m > 0 else "right"
            beside = f"{abs(spot.offset_m):.2f} m {side}" if abs(spot.offset_m) >= 0.005 else "on the center line"
            lines.append(
                f"  {words}  {spot.reward:10.4g}  near waypoint {spot.waypoint}, {beside}, "
                f"heading {spot.heading:+.0f} degrees, {spot.speed:.1f} m/s"
            )
    cells = [cell for cell in report.cells if cell.states]
    if cells and sweep.minimum != sweep.maximum:
        low, high = min(cells, key=lambda cell: cell.mean), max(cells, key=lambda cell: cell.mean)
        lines.append(
            f"  along the lap the mean goes from {low.mean:.4g} (waypoint {low.waypoint}) "
            f"to {high.mean:.4g} (waypoint {high.waypoint})"
        )
    return lines


def _of_drivers(report: Report) -> list[str]:
    lines = [f"{'driver':20} {'lap':>9} {'steps':>6} {'reward':>11} {'a step':>10} {'a second':>10}"]
    learned = report.learned.row if report.learned is not None else None
    for one in (*report.drivers, *([learned] if learned is not None else ())):
        lap = f"{one.lap_time_s:.1f} s" if one.lap_time_s is not None else "-"
        notes = [*([] if one.finished else [_END[one.end]]), *([f"{one.unpaid} steps fail"] if one.unpaid else [])]
        notes += ["a sketch"] if one is learned else []
        numbers = f"{one.total_reward:11.4g} {one.per_step:10.4g} {one.per_second:10.4g}"
        lines.append(f"{one.name:20} {lap:>9} {one.steps:6} {numbers}  {', '.join(notes)}".rstrip())
    return lines


_END = {
    "off-track": "ends off the track",
    "wrong-way": "ends going the wrong way",
    "stopped": "ends without a lap",
    "immobilized": "ended by simapp",
    "crashed": "ends at an object",
}


def _of_fault(fault: FunctionFault) -> Sequence[str]:
    place = f"{REWARD_FUNCTION}:{fault.line}" if fault.line else REWARD_FUNCTION
    lines = [f"{place}: {fault.message} [{fault.kind}]"]
    if fault.params:
        lists = ("waypoints", "closest_objects")
        shown = {
            key: round(value, 3) if isinstance(value, float) else value
            for key, value in fault.params.items()
            if key not in lists and not key.startswith("object")
        }
        lines.append("    with " + ", ".join(f"{key}={value}" for key, value in shown.items()))
    return lines


def _print(text: str) -> None:
    """Print `text` as one line; escape characters that the terminal's encoding does not support."""
    encoding = sys.stdout.encoding or "utf-8"
    print(harmless_line(text).encode(encoding, "backslashreplace").decode(encoding))


def _say(text: str) -> None:
    print(harmless_line(text), file=sys.stderr, flush=True)
