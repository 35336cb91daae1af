"""Rules about a key that stands in more than one place: twice in a file, in both, or where a search finds it too."""

from __future__ import annotations

from collections.abc import Iterator

from dots_tui.custom_files.env_file import EnvEntry, EnvFile
from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding, automatic, found, kind, listed_lines, shown
from dots_tui.custom_files.folder import RUN_ENV, SYSTEM_ENV
from dots_tui.custom_files.rules.spoilt_values import spoilt
from dots_tui.problems import INFO, WARNING

READ_BY_AWK = {
    RUN_ENV: {
        "DR_LOCAL_S3_MODEL_PREFIX": (WARNING, "a spot instance that was interrupted is then not continued"),
        "DR_UPLOAD_S3_PREFIX": (WARNING, "after an interruption the upload goes to the old place"),
        "DR_WORLD_NAME": (INFO, "the analysis in the browser fails"),
    },
    SYSTEM_ENV: {"DR_WORKERS": (INFO, "the analysis in the browser fails")},
}
"""What DeepRacer on the Spot's scripts look for with grep KEY= (interrupt_spot.sh, start_analysis.sh), and the harm."""
_BLOCK = 4
"""So many keys that are set again were pasted, and are one finding."""
_MOST_KEYS = 3


def duplicate_keys(facts: FileFacts) -> Iterator[Finding]:
    """The same key twice in one file."""
    for name in (*facts.sourced, *facts.worker_files.values()):
        again = _set_again(facts.env[name])
        if not again:
            continue
        fix = automatic("Delete the lines that do not count.")
        if len(again) >= _BLOCK:
            lines = tuple(sorted(entries[-1].line for entries in again.values()))
            keys = list(again)
            message = (
                f"{len(again)} keys are set twice ({', '.join(keys[:_MOST_KEYS])} and {len(keys) - _MOST_KEYS} more), "
                f"the second time on lines {listed_lines(lines)}: {_who_counts(facts, name)}."
            )
            yield Finding(name, lines[0], keys[0], WARNING, "duplicate-key", message, fix, lines)
            continue
        for key, entries in again.items():
            above = listed_lines(tuple(entry.line for entry in entries[:-1]))
            message = f"{key} is set on line {above} as well: {_who_counts(facts, name)}."
            yield found(name, entries[-1].line, key, WARNING, "duplicate-key", message, fix)


def _set_again(env: EnvFile) -> dict[str, list[EnvEntry]]:
    """The entries of each key that the file's reader gets more than once."""
    by_key: dict[str, list[EnvEntry]] = {}
    for entry in env.entries:
        if not entry.commented:
            by_key.setdefault(entry.key, []).append(entry)
    return {key: entries for key, entries in by_key.items() if len(entries) > 1}


def _who_counts(facts: FileFacts, name: str) -> str:
    if name in facts.sourced:
        return "bash takes this last one, DeepRacer on the Spot's menu the first, its scripts both"
    return "only this last one counts"


def found_by_grep(facts: FileFacts) -> Iterator[Finding]:
    """KEY= elsewhere than in its own line: in comments, and at the end of longer names."""
    for name, env in facts.sourced.items():
        for key, (severity, harm) in READ_BY_AWK[name].items():
            if f"{key}=" not in env.text or env.entry(key) is None:
                continue
            for line in env.lines:
                entry = line.entry if line.entry is not None and not line.entry.commented else None
                own = entry.key if entry is not None else None
                if f"{key}=" not in line.text or own == key or (entry is not None and spoilt(entry)):
                    continue
                alike = own is not None and own.endswith(key)
                what, code = ("this line", "name-ends-alike") if alike else ("this comment", "commented-duplicate")
                message = f"The scripts on the instance find {key}= in {what} too and mix the values up: {harm}."
                fix = "Give the variable another name." if alike else "Delete the line, or reword it."
                yield found(name, line.number, own if alike else key, severity, code, message, fix)


def set_in_both_files(facts: FileFacts) -> Iterator[Finding]:
    """run.env is read after system.env."""
    if len(facts.sourced) < 2:
        return
    system, run = ({entry.key: entry for entry in env.entries if not entry.commented} for env in facts.sourced.values())
    for key, entry in system.items():
        other = run.get(key)
        if other is not None and entry.value != other.value:
            message = f"run.env sets {key} to {shown(other.value) or 'nothing'} on line {other.line}, and that counts."
            fix = "Delete one of the two lines."
            yield found(SYSTEM_ENV, entry.line, key, INFO, "set-in-both-files", message, fix)


RULES = (duplicate_keys, found_by_grep, set_in_both_files)
KINDS = (
    kind(
        "duplicate-key",
        "warning",
        "A key is set twice in one file. The last line counts for shells and the worker files' reader.",
        "Delete the lines that do not count; F makes comments of them.",
    ),
    kind(
        "commented-duplicate",
        "warning, info",
        "A comment has KEY= of a key in it that scripts on the instance search the file for.",
        "Delete the line, or reword it.",
    ),
    kind(
        "name-ends-alike",
        "warning, info",
        "A longer name ends in a key that scripts on the instance search the file for.",
        "Give the variable another name.",
    ),
    kind(
        "set-in-both-files",
        "info",
        "run.env and system.env set the key to different values; run.env counts.",
        "Delete one of the two lines.",
    ),
)
