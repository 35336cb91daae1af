"""The commands for the custom files: check, lens and set. Each returns its exit code.

0 is success, 1 findings that matter (errors and warnings) or a failed write, 2 wrong use. Results
go to standard output (one JSON document with `as_json`), everything else to standard error.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dots_tui.cli.lens_table import table
from dots_tui.custom_files.catalogue import KEYS, RETIRED, close_names, did_you_mean, value_problem
from dots_tui.custom_files.check import check_sources, read_all
from dots_tui.custom_files.env_file import NAME, EnvFile
from dots_tui.custom_files.facts import unfit
from dots_tui.custom_files.findings import Finding, shown
from dots_tui.custom_files.fixes import fix_all, fixable
from dots_tui.custom_files.folder import (
    REWARD_FUNCTION,
    RUN_ENV,
    SYSTEM_ENV,
    CustomFiles,
    FolderProblem,
    find_folder,
    is_env_file,
    is_run_file,
)
from dots_tui.custom_files.lens import KeyReading, lens
from dots_tui.custom_files.rules.spoilt_values import placeholder_in
from dots_tui.custom_files.spare_files import check_folder
from dots_tui.plain_text import harmless_line
from dots_tui.problems import ERROR, SEVERITIES, WARNING

FINE, FAILED, WRONG_USE = 0, 1, 2


def check_command(directory: Path | None, as_json: bool, fix: bool = False, *, rehearse: bool = False) -> int:
    """Print the findings of the custom files in `directory` (default: ./custom-files, then .).

    With `rehearse` the reward function is also executed if the static check finds no error. With
    `fix`, all safe mechanical fixes are applied first, each file is saved atomically, and the fixes
    and the remaining findings are printed. Return 1 if an error or a warning remains or a file
    cannot be saved, 2 if there is no such folder.
    """
    try:
        files = CustomFiles.open(directory if directory is not None else find_folder(Path.cwd()), templates=True)
        sources, unreadable = read_all(files)
        fixed = _fix(files, sources) if fix else []
        findings = check_folder(files, sources, unreadable)
        if rehearse:
            findings = [*findings, *_rehearsed(findings, sources)]
    except FolderProblem as problem:
        _say(str(problem))
        return WRONG_USE
    except NotSaved as problem:
        _say(str(problem))
        return FAILED
    if as_json:
        _print_json(
            {
                **({"fixed": [finding.as_json() for finding in fixed]} if fix else {}),
                "findings": [finding.as_json() for finding in findings],
            }
        )
    else:
        _print_findings(findings, fixed)
        if not fix and any(is_run_file(finding.file) and fixable(finding) for finding in findings):
            _say("dots-tui check --fix fixes what has a safe fix.")
    return FAILED if any(finding.severity in (ERROR, WARNING) for finding in findings) else FINE


def _rehearsed(findings: Sequence[Finding], sources: Mapping[str, bytes]) -> list[Finding]:
    """Return the findings of a rehearsal; report if the function could not be rehearsed."""
    if REWARD_FUNCTION not in sources or any(one.file == REWARD_FUNCTION and one.severity == ERROR for one in findings):
        return []
    from dots_tui.app.rehearsals import findings_of
    from dots_tui.cli.rehearsed import rehearsed

    outcome = rehearsed(sources)
    if outcome.not_rehearsed:
        _say(f"The reward function was not rehearsed: {outcome.not_rehearsed}")
    return findings_of(outcome)


class NotSaved(Exception):
    """Fixed files were not saved; the message gives the reason."""


def _fix(files: CustomFiles, sources: dict[str, bytes]) -> list[Finding]:
    """Fix and save what is possible; `sources` then holds the content on disk. Raise NotSaved."""
    after, fixed = fix_all(sources)
    saved: list[str] = []
    try:
        for name, data in after.items():
            if data != sources[name]:
                if files.read(name) != sources[name]:
                    raise FolderProblem(f"{name} was changed by another program just now. Try again.")
                files.write(name, data)
                sources[name] = data
                saved.append(name)
    except FolderProblem as problem:
        raise NotSaved(f"{problem} {'Saved: ' + ', '.join(saved) if saved else 'Nothing was saved'}.") from problem
    return fixed


def _print_findings(findings: Sequence[Finding], fixed: Sequence[Finding]) -> None:
    for finding in fixed:
        _print(f"fixed: {_line(finding)}")
    for finding in findings:
        _print(_line(finding))
        if finding.advice:
            _print(f"    {finding.advice}")
    _print((f"{len(fixed)} fixed. " if fixed else "") + _summary(findings))


def lens_command(directory: Path | None, keys: Sequence[str], as_json: bool) -> int:
    """Print the value that each reader of the env files in `directory` sees for `keys` (default: all set keys).

    Return 1 if a file cannot be read or none contains one of `keys`, 2 if there is no such folder
    or name.
    """
    wrong = next((key for key in keys if not NAME.fullmatch(key)), None)
    if wrong is not None:
        _say(f"{shown(wrong)} is no name of a key. Give names such as DR_WORLD_NAME.")
        return WRONG_USE
    try:
        files = CustomFiles.open(directory if directory is not None else find_folder(Path.cwd()))
        sources, unreadable = read_all(files)
    except FolderProblem as problem:
        _say(str(problem))
        return WRONG_USE
    readings = lens(sources, keys or None)
    problems = _not_read(sources, unreadable)
    for key in keys:
        if not any(_is_set(by_key[key]) for by_key in readings.values()):
            problems.append(f"No file sets {key}{did_you_mean(close_names(key, KEYS))}.".replace("?.", "?"))
    if as_json:
        _print_json({name: {key: asdict(one) for key, one in by_key.items()} for name, by_key in readings.items()})
    else:
        for name, by_key in readings.items():
            shown_keys = {key: one for key, one in by_key.items() if not keys or _is_set(one)}
            for line in table(name, shown_keys) if shown_keys else ():
                _print(line)
    for words in problems:
        _say(words)
    return FAILED if problems else FINE


def _not_read(sources: Mapping[str, bytes], unreadable: Mapping[str, str]) -> list[str]:
    """Return the reasons why env files are skipped."""
    reasons = {name: unfit(name, data) for name, data in sources.items() if is_env_file(name)}
    return [
        *(reason for name, reason in unreadable.items() if is_env_file(name)),
        *(f"{name} {reason}." for name, reason in reasons.items() if reason),
    ]


def _is_set(reading: KeyReading) -> bool:
    """Return True if any reader finds the key."""
    return bool(reading.awk) or any(value is not None for value in (reading.source, reading.drfc, reading.dotenv))


def _line(finding: Finding) -> str:
    place = f"{finding.file}:{finding.line}" if finding.line else finding.file
    return f"{place}: {finding.severity}: {finding.message} [{finding.code}]"


def _summary(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    words = [
        f"{counts[severity]} {severity}{'s' if counts[severity] > 1 else ''}"
        for severity in SEVERITIES
        if counts[severity]
    ]
    return ", ".join(words) or "No findings."


@dataclass(frozen=True)
class _Change:
    """One assignment and its file."""

    file: str
    key: str
    old: str | None
    new: str


class _SetRefused(Exception):
    """A refused assignment; the message gives the reason and the solution."""


def set_command(
    directory: Path, assignments: Sequence[str], file: str | None, as_json: bool, force: bool = False
) -> int:
    """Apply `assignments` ("KEY=VALUE") to the env files of `directory` and change nothing else in them.

    A key is set in the file that contains it (run.env before system.env, because run.env wins),
    else in the file it belongs to, or in `file`. Refused are a value that is invalid by the
    catalogue or the check, and, unless `file` is given, a key without a known reader; `force`
    refuses nothing. If one assignment is refused, none is applied. Return 1 if a file cannot be
    read or written, 2 if an assignment is refused.
    """
    try:
        files = CustomFiles.open(directory)
    except FolderProblem as problem:
        _say(str(problem))
        return WRONG_USE
    try:
        before = _read(files, file)
        after, changes = _carried_out(before, assignments, file, force)
        around = {name: data for name, data in read_all(files)[0].items() if name not in before}
        new = _new_findings(changes, before, after, around)
        errors = [finding for finding in new if finding.severity == ERROR]
        if errors and not force:
            raise _SetRefused(_because(errors[0]))
        for name, env in after.items():
            if env.data != before[name].data:
                files.write(name, env.data)
    except _SetRefused as problem:
        return _not_set(str(problem), as_json, WRONG_USE)
    except FolderProblem as problem:
        return _not_set(str(problem), as_json, FAILED)
    for finding in new:
        _say(_line(finding))
    if as_json:
        _print_json({"set": [asdict(change) for change in changes]})
    else:
        for change in changes:
            old = "not set" if change.old is None else shown(change.old) or "empty"
            what = "stays" if change.old == change.new else f"{old} ->"
            _print(f"{change.file}: {change.key}: {what} {shown(change.new) or 'empty'}")
    return FINE


def _because(finding: Finding) -> str:
    """Return the reason for refusing a value: the message of the check."""
    advice = f" {finding.advice}" if finding.advice else ""
    return f"{finding.key} will not work: {finding.message}{advice} {_FORCE}"


def _read(files: CustomFiles, file: str | None) -> dict[str, EnvFile]:
    """Return the env files an assignment can go to. Raise FolderProblem, or _Refused for an invalid name."""
    if file is None:
        return {name: files.env(name) for name in (RUN_ENV, SYSTEM_ENV) if name in files.names()}
    if not is_env_file(file):
        raise _SetRefused(f"{shown(file)} is no env file. Give run.env, system.env or worker-N.env.")
    return {file: files.env(file)}


def _carried_out(
    before: Mapping[str, EnvFile], assignments: Sequence[str], file: str | None, force: bool
) -> tuple[dict[str, EnvFile], list[_Change]]:
    """Return the files with the assignments applied, in order. Raise _Refused."""
    after = dict(before)
    changes: list[_Change] = []
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals or not NAME.fullmatch(key):
            raise _SetRefused(f"{shown(assignment)} is no assignment. Write KEY=VALUE.")
        if not force:
            _refuse_value(key, value)
        name = file if file is not None else _home(key, after, force)
        if name not in after:
            raise _SetRefused(f"{key} belongs in {name}, which does not exist. Create it, or name another with --file.")
        try:
            new = after[name].set(key, value)
        except ValueError as error:
            raise _SetRefused(f"{key}: {error}.") from error
        changes.append(_Change(name, key, after[name].get(key), value))
        after[name] = new
    return after, changes


_FORCE = "To write it all the same, add --force."


def _refuse_value(key: str, value: str) -> None:
    """Raise _Refused if no reader accepts such a value."""
    known = KEYS.get(key)
    problem = value_problem(known, value) if known is not None and not placeholder_in(key, value) else None
    if problem is not None:
        raise _SetRefused(f"{key} {problem}. {_FORCE}".replace("?.", "?"))


def _home(key: str, files: Mapping[str, EnvFile], force: bool) -> str:
    """Return the file that `key` belongs to. Raise _Refused if nothing reads the key."""
    known = KEYS.get(key)
    for name in (RUN_ENV, SYSTEM_ENV):
        if name in files and files[name].entry(key) is not None:
            return name
    if known is not None:
        return known.file
    if force:
        return RUN_ENV
    if key in RETIRED:
        reason = f"{key}: {RETIRED[key].why}; use {RETIRED[key].instead}" if RETIRED[key].instead else RETIRED[key].why
    else:
        reason = f"Nothing is known to read {key}{did_you_mean(close_names(key, KEYS, 3))}"
    raise _SetRefused(f"{reason}. To write it all the same, name the file with --file.".replace("?.", "?"))


def _new_findings(
    changes: Sequence[_Change],
    before: Mapping[str, EnvFile],
    after: Mapping[str, EnvFile],
    around: Mapping[str, bytes],
) -> list[Finding]:
    """Return the new findings about the changed keys; `around` are the other files."""
    keys = {change.key for change in changes}
    unchanged = {(change.file, change.key) for change in changes if change.old == change.new}
    old, new = (
        {
            (finding.file, finding.key, finding.code): finding
            for finding in check_sources({**around, **{name: env.data for name, env in files.items()}})
            if finding.key in keys and finding.line
        }
        for files in (before, after)
    )
    return [
        finding
        for place, finding in new.items()
        # An existing error does not block another value that has the same error.
        if place not in old or (finding.severity == ERROR and (finding.file, finding.key) not in unchanged)
    ]


def _not_set(reason: str, as_json: bool, code: int) -> int:
    _say(reason)
    if as_json:
        _print_json({"set": [], "problem": reason})
    return code


def _print_json(document: Mapping[str, Any]) -> None:
    print(json.dumps(document, indent=2))


def _print(text: str) -> None:
    """Print `text` as one line; escape characters that the terminal's encoding does not support."""
    encoding = sys.stdout.encoding or "utf-8"
    print(harmless_line(text).encode(encoding, "backslashreplace").decode(encoding))


def _say(text: str) -> None:
    print(harmless_line(text), file=sys.stderr, flush=True)
