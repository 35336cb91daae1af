"""Rules about runs where each worker has its own file (DR_TRAIN_MULTI_CONFIG).

The files' reader is Python code in DRFC (scripts/training/prepare-config.py): it wants exactly one ``=`` in every
line that does not start with ``#``, takes values literally, and one bad line makes it give up. The training then
starts without its settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from dots_tui.custom_files.catalogue import KEYS, RETIRED, close_names, did_you_mean, only_near
from dots_tui.custom_files.env_file import POSITIONS_KEY, EnvEntry, EnvFile, EnvLine, read_line
from dots_tui.custom_files.facts import FileFacts, is_per_worker
from dots_tui.custom_files.findings import Advice, Finding, Fix, Remedy, automatic, found, kind, shown, write_value
from dots_tui.custom_files.folder import worker_number
from dots_tui.custom_files.rules.characters import odd_in
from dots_tui.custom_files.rules.files import misnamed
from dots_tui.custom_files.rules.keys import retired_fix, value_findings
from dots_tui.custom_files.rules.spoilt_values import spoilt
from dots_tui.problems import ERROR, INFO, WARNING, Severity


def multi_config(facts: FileFacts) -> Iterator[Finding]:
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
        create = Fix(f"{what} worker-{first}.env, or set DR_TRAIN_MULTI_CONFIG=False.", (Remedy.CREATE,))
        yield found(f"worker-{first}.env", 0, None, ERROR, "worker-file-missing", message, create)
    if facts.value("DR_LOCAL_S3_TRAINING_PARAMS_FILE").count(".") > 1:
        message = "The name may have one dot only: what stands before the first gets the worker's number."
        name = write_value("DR_LOCAL_S3_TRAINING_PARAMS_FILE", "training_params.yaml")
        yield facts.about("DR_LOCAL_S3_TRAINING_PARAMS_FILE", ERROR, "params-file-dots", message, name)


def unused_worker_files(facts: FileFacts) -> Iterator[Finding]:
    """Files of workers this run does not have."""
    if not facts.complete:
        return  # which workers there are is not known
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
        yield found(name, 0, None, INFO, "unused-worker-file", message, None)


def worker_lines(facts: FileFacts) -> Iterator[Finding]:
    """What the reader of the worker files gives up on or takes literally."""
    for name in facts.worker_files.values():
        env = facts.env[name]
        for line in env.lines:
            problem = _line_problem(_shell_line(line), env)
            if problem is not None:
                entry = _shell_line(line).entry
                severity, code, message, fix = problem
                yield found(name, line.number, entry.key if entry is not None else None, severity, code, message, fix)


def _shell_line(line: EnvLine) -> EnvLine:
    """The line as a shell would take it: what it is meant to be."""
    return read_line(line.text, line.number, line.start)


def _line_problem(line: EnvLine, env: EnvFile) -> tuple[Severity, str, str, Advice] | None:
    text, entry = line.text, line.entry
    if text and text.splitlines() != [text]:
        message = "The line has an invisible character that the reader of this file takes for a line end."
        return ERROR, "worker-line", message, "Type the line again."
    if text.startswith("#") or (entry is not None and not entry.commented and spoilt(entry)):
        return None
    if text.count("=") != 1:
        if odd_in(text) is not None:
            return None  # a finding of its own
        what = "An empty line" if not text.strip() else "A line without exactly one equals sign"
        message = f"{what} makes the reader of this file give up, and the training starts without settings."
        fix = "Delete it, or start it with # to make it a comment."
        return ERROR, "worker-line", message, Fix(fix) if text.strip() else automatic(fix)
    if entry is None or line.kind != "entry":
        message = "The reader of this file takes the line literally, blanks included: no key is set."
        return ERROR, "worker-line", message, "Write KEY=value without blanks, from column 1."
    if entry.indent or entry.exported or any(entry.spaces):
        return _other_name(text, entry, env)
    return _value_problem(entry)


def _other_name(text: str, entry: EnvEntry, env: EnvFile) -> tuple[Severity, str, str, Advice]:
    """A line whose name or value has blanks in it for the literal reader."""
    name = text.partition("=")[0]
    if name == entry.key:
        message = "The reader of this file takes the blank behind the = for a part of the value."
        return ERROR, "worker-line", message, automatic("Write KEY=value without blanks, from column 1.")
    there = env.entry(entry.key)
    if there is None:
        message = f'The reader of this file takes "{shown(name)}" for the name: {entry.key} is not set.'
        return ERROR, "worker-line", message, automatic("Write KEY=value without blanks, from column 1.")
    message = f'The reader of this file takes "{shown(name)}" for the name: the line changes nothing'
    message += f", line {there.line} counts."
    return WARNING, "worker-line", message, automatic("Delete the line, or start it with # to make it a comment.")


def _value_problem(entry: EnvEntry) -> tuple[Severity, str, str, Advice] | None:
    if entry.comment:
        message = "The reader of this file takes the comment for a part of the value."
        fix = automatic("Put the comment on a line of its own above, with # in column 1.")
        return ERROR, "worker-comment", message, fix
    if ("'" in entry.raw or '"' in entry.raw) and not (entry.key == POSITIONS_KEY and "'" not in entry.raw):
        message = "The reader of this file takes the quotes for a part of the value."
        return ERROR, "worker-quotes", message, automatic("Write the value without quotes.")
    if "\\" in entry.raw and is_per_worker(entry.key):
        message = "The reader of this file takes the backslash for a part of the value."
        return ERROR, "worker-line", message, "Use a value without backslash."
    if "$" in entry.raw and is_per_worker(entry.key):
        return ERROR, "worker-reference", "The reader of this file does not expand $.", "Write the value itself."
    if entry.trailing and entry.key != POSITIONS_KEY:
        message = "The reader of this file takes the blanks at the end of the line for a part of the value."
        return ERROR, "worker-line", message, automatic("Delete the blanks at the end of the line.")
    return None


def worker_keys(facts: FileFacts) -> Iterator[Finding]:
    """Values of a worker, and keys a worker cannot have for itself."""
    for name in facts.worker_files.values():
        ignored = []
        env = facts.env[name]
        for line in env.lines:
            entry = line.entry
            if entry is None or entry.commented:
                continue
            if is_per_worker(entry.key):
                if _line_problem(_shell_line(line), env) is None and not spoilt(entry):
                    yield from value_findings(KEYS[entry.key], entry.value, name, entry.line)
            elif not (slips := list(_misnamed_key(name, entry))):
                ignored.append(entry)
            else:
                yield from slips
        if ignored:
            listed = ", ".join(entry.key for entry in ignored[:3])
            more = f" and {len(ignored) - 3} more" if len(ignored) > 3 else ""
            message = f"{listed}{more}: the same for all workers, so what this file says of it is ignored."
            yield found(
                name, ignored[0].line, ignored[0].key, INFO, "ignored-in-worker-file", message, "Set it in run.env."
            )


def _misnamed_key(name: str, entry: EnvEntry) -> Iterator[Finding]:
    """An old or misspelt name of a key that a worker can have for itself."""
    if entry.key in KEYS and entry.key not in RETIRED:
        return
    retired = RETIRED.get(entry.key)
    names = tuple(filter(is_per_worker, KEYS))
    close = close_names(entry.key, names)
    if retired is not None and is_per_worker(retired.instead):
        message = f"{entry.key}: {retired.why}."
        yield found(name, entry.line, entry.key, WARNING, "deprecated-key", message, retired_fix(retired))
    elif retired is None and close:
        message = f"Nothing reads {entry.key}{did_you_mean(close)}"
        near = only_near(entry.key, names)
        fix = automatic(f"Write {near}=", near) if near is not None else Fix(f"Write {close[0]}=")
        yield found(name, entry.line, entry.key, WARNING, "unknown-key", message, fix)


def inherited_keys(facts: FileFacts) -> Iterator[Finding]:
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
            yield found(name, 0, missing[0], WARNING, "inherited-from-worker", message, fix)
        seen |= own


RULES = (multi_config, unused_worker_files, worker_lines, worker_keys, inherited_keys)
KINDS = (
    kind(
        "multi-config-one-worker",
        "error",
        "DR_TRAIN_MULTI_CONFIG=True gives each worker its own settings, but there is only one worker.",
        "Raise DR_WORKERS, or set DR_TRAIN_MULTI_CONFIG=False.",
    ),
    kind(
        "worker-file-missing",
        "error",
        "A worker has no file of its own; without it no worker gets settings.",
        "Create the file; F does it.",
    ),
    kind(
        "params-file-dots",
        "error",
        "The name of the parameters file has several dots; the worker's number goes before the first.",
        "Write training_params.yaml.",
    ),
    kind("unused-worker-file", "info", "This run does not use the file, and it is not checked.", "Nothing."),
    kind(
        "worker-line",
        "error, warning",
        "A line of a worker's file that its reader takes literally or gives up on.",
        "Write KEY=value without blanks, from column 1; no empty lines.",
    ),
    kind("worker-comment", "error", "A comment behind a value becomes a part of the value.", "Put it above the line."),
    kind("worker-quotes", "error", "Quotes become a part of the value.", "Write the value without quotes."),
    kind("worker-reference", "error", "The reader of worker files does not expand $.", "Write the value itself."),
    kind(
        "ignored-in-worker-file",
        "info",
        "The key is the same for all workers; what this file says is ignored.",
        "Set it in run.env.",
    ),
    kind(
        "inherited-from-worker",
        "warning",
        "A key that is left out here is taken from the worker before this one, not from run.env.",
        "Add the key with the value this worker should have.",
    ),
)
