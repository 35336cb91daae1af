"""Rules about runs where each worker has its own file (DR_TRAIN_MULTI_CONFIG).

The files' reader is Python code in DRFC (scripts/training/prepare-config.py): it wants exactly one ``=`` in every
line that does not start with ``#``, takes values literally, and one bad line makes it give up. The training then
starts without its settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from dots_tui.custom_files.catalogue import KEYS, RETIRED, close_names, did_you_mean
from dots_tui.custom_files.env_file import Entry, Line
from dots_tui.custom_files.facts import Facts, is_per_worker
from dots_tui.custom_files.findings import ERROR, INFO, WARNING, Finding, shown
from dots_tui.custom_files.folder import worker_number
from dots_tui.custom_files.rules.files import misnamed
from dots_tui.custom_files.rules.keys import value_findings

_POSITIONS = "DR_OA_OBJECT_POSITIONS"


def multi_config(facts: Facts) -> Iterator[Finding]:
    """One file a worker, from the second on."""
    if not facts.multi_config or facts.workers is None:
        return
    there = {worker_number(name) for name in facts.names}
    if facts.workers < 2:
        message = "DR_TRAIN_MULTI_CONFIG=True gives each worker its own settings, but there is only one worker."
        fix = "Raise DR_WORKERS, or set DR_TRAIN_MULTI_CONFIG=False."
        yield facts.about("DR_TRAIN_MULTI_CONFIG", ERROR, "multi-config-one-worker", message, fix)
    first = next(number for number in count(2) if number not in there)
    if first <= facts.workers:
        message = (
            f"DR_TRAIN_MULTI_CONFIG=True needs a file for each of the {facts.workers} workers but the first; "
            f"without worker-{first}.env no worker gets settings."
        )
        slip = misnamed(f"worker-{first}.env", (name for name in facts.beside if str(first) in name))
        what = f"Rename {shown(slip)} to" if slip else "Create"
        fix = f"{what} worker-{first}.env, or set DR_TRAIN_MULTI_CONFIG=False."
        yield Finding(f"worker-{first}.env", 0, None, ERROR, "worker-file-missing", message, fix)
    if facts.value("DR_LOCAL_S3_TRAINING_PARAMS_FILE").count(".") > 1:
        message = "The name may have one dot only: what stands before the first gets the worker's number."
        fix = "Write DR_LOCAL_S3_TRAINING_PARAMS_FILE=training_params.yaml"
        yield facts.about("DR_LOCAL_S3_TRAINING_PARAMS_FILE", ERROR, "params-file-dots", message, fix)


def unused_worker_files(facts: Facts) -> Iterator[Finding]:
    """Files of workers this run does not have."""
    for name in facts.names:
        number = worker_number(name)
        if number is None or number in facts.worker_files or name not in facts.texts:
            continue
        if not facts.multi_config:
            why = "DR_TRAIN_MULTI_CONFIG is not True"
        elif number == 1:
            why = "the first worker takes its settings from run.env"
        else:
            why = f"there are only {facts.workers} workers"
        message = f"This run does not use the file, because {why}. It is not checked."
        yield Finding(name, 0, None, INFO, "unused-worker-file", message, None)


def worker_lines(facts: Facts) -> Iterator[Finding]:
    """What the reader of the worker files gives up on or takes literally."""
    for name in facts.worker_files.values():
        for line in facts.env[name].lines:
            problem = _line_problem(line)
            if problem is not None:
                key = line.entry.key if line.entry is not None else None
                severity, code, message, fix = problem
                yield Finding(name, line.number, key, severity, code, message, fix)


def _line_problem(line: Line) -> tuple[str, str, str, str] | None:
    text, entry = line.text, line.entry
    if text and text.splitlines() != [text]:
        message = "The line has an invisible character that the reader of this file takes for a line end."
        return ERROR, "worker-line", message, "Type the line again."
    if text.startswith("#"):
        return None
    if text.count("=") != 1:
        what = "An empty line" if not text.strip() else "A line without exactly one equals sign"
        message = f"{what} makes the reader of this file give up, and the training starts without settings."
        return ERROR, "worker-line", message, "Delete it, or start it with # to make it a comment."
    if entry is None or line.kind != "entry" or entry.indent or entry.exported or any(entry.spaces):
        message = "The reader of this file takes the line literally, blanks included: the key is not set."
        return ERROR, "worker-line", message, "Write KEY=value without blanks, from column 1."
    if entry.comment:
        message = "The reader of this file takes the comment for a part of the value."
        return ERROR, "worker-comment", message, "Put the comment on a line of its own above, with # in column 1."
    if ("'" in entry.raw or '"' in entry.raw) and not (entry.key == _POSITIONS and entry.quote == '"'):
        message = "The reader of this file takes the quotes for a part of the value."
        return ERROR, "worker-quotes", message, "Write the value without quotes."
    if "\\" in entry.raw and is_per_worker(entry.key):
        message = "The reader of this file takes the backslash for a part of the value."
        return ERROR, "worker-line", message, "Use a value without backslash."
    if "$" in entry.raw and is_per_worker(entry.key):
        return ERROR, "worker-reference", "The reader of this file does not expand $.", "Write the value itself."
    if entry.trailing:
        message = "The reader of this file takes the blanks at the end of the line for a part of the value."
        return ERROR, "worker-line", message, "Delete the blanks at the end of the line."
    return None


def worker_keys(facts: Facts) -> Iterator[Finding]:
    """Values of a worker, and keys a worker cannot have for itself."""
    for name in facts.worker_files.values():
        ignored = []
        for entry in facts.env[name].entries:
            if entry.commented:
                continue
            if is_per_worker(entry.key):
                if not entry.problem and not entry.comment:
                    yield from value_findings(KEYS[entry.key], entry.value, name, entry.line)
            elif not (slips := list(_misnamed_key(name, entry))):
                ignored.append(entry)
            else:
                yield from slips
        if ignored:
            listed = ", ".join(entry.key for entry in ignored[:3])
            more = f" and {len(ignored) - 3} more" if len(ignored) > 3 else ""
            message = f"{listed}{more}: the same for all workers, so what this file says of it is ignored."
            yield Finding(
                name, ignored[0].line, ignored[0].key, INFO, "ignored-in-worker-file", message, "Set it in run.env."
            )


def _misnamed_key(name: str, entry: Entry) -> Iterator[Finding]:
    """An old or misspelt name of a key that a worker can have for itself."""
    if entry.key in KEYS and entry.key not in RETIRED:
        return
    retired = RETIRED.get(entry.key)
    close = close_names(entry.key, filter(is_per_worker, KEYS))
    if retired is not None and is_per_worker(retired.instead):
        message = f"{entry.key}: {retired.why}."
        yield Finding(name, entry.line, entry.key, WARNING, "deprecated-key", message, retired.fix)
    elif retired is None and close:
        message = f"Nothing reads {entry.key}{did_you_mean(close)}"
        yield Finding(name, entry.line, entry.key, WARNING, "unknown-key", message, f"Write {close[0]}=")


def duplicate_keys(facts: Facts) -> Iterator[Finding]:
    """The same key twice."""
    for name in facts.worker_files.values():
        last: dict[str, int] = {}
        for entry in facts.env[name].entries:
            if not entry.commented:
                if entry.key in last:
                    message = f"{entry.key} is set on line {last[entry.key]} as well; only this last one counts."
                    fix = "Delete one of the two lines."
                    yield Finding(name, entry.line, entry.key, WARNING, "duplicate-key", message, fix)
                last[entry.key] = entry.line


def inherited_keys(facts: Facts) -> Iterator[Finding]:
    """A key one worker's file leaves out is the worker's before it, not run.env's."""
    seen: set[str] = set()
    for name in facts.worker_files.values():
        own = {entry.key for entry in facts.env[name].entries if not entry.commented and is_per_worker(entry.key)}
        missing = sorted(seen - own)
        if missing:
            listed = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
            message = (
                f"{listed}: not set here, so this worker takes what the worker before it has, not run.env's value."
            )
            fix = f"Add {missing[0]}= with the value this worker should have."
            yield Finding(name, 0, missing[0], WARNING, "inherited-from-worker", message, fix)
        seen |= own


RULES = (multi_config, unused_worker_files, worker_lines, worker_keys, duplicate_keys, inherited_keys)
