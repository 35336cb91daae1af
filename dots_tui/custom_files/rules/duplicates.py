"""Rules about a key that stands in more than one place: twice in a file, in both, or where a search finds it too."""

from __future__ import annotations

from collections.abc import Iterator

from dots_tui.custom_files.env_file import Entry
from dots_tui.custom_files.facts import Facts
from dots_tui.custom_files.findings import INFO, WARNING, Finding, shown
from dots_tui.custom_files.folder import RUN_ENV, SYSTEM_ENV

_READ_BY_AWK = {
    RUN_ENV: {
        "DR_LOCAL_S3_MODEL_PREFIX": (WARNING, "a spot instance that was interrupted is then not continued"),
        "DR_UPLOAD_S3_PREFIX": (WARNING, "after an interruption the upload goes to the old place"),
        "DR_WORLD_NAME": (INFO, "the analysis in the browser fails"),
    },
    SYSTEM_ENV: {"DR_WORKERS": (INFO, "the analysis in the browser fails")},
}
"""What DeepRacer on the Spot's scripts look for with grep KEY= (interrupt_spot.sh, start_analysis.sh), and the harm."""


def duplicate_keys(facts: Facts) -> Iterator[Finding]:
    """The same key twice."""
    for name, env in facts.sourced.items():
        last: dict[str, Entry] = {}
        for entry in env.entries:
            if entry.commented:
                continue
            if entry.key in last:
                message = (
                    f"{entry.key} is set on line {last[entry.key].line} as well: bash takes this last one, "
                    "DeepRacer on the Spot's menu the first, its scripts both."
                )
                yield Finding(
                    name, entry.line, entry.key, WARNING, "duplicate-key", message, "Delete one of the two lines."
                )
            last[entry.key] = entry


def found_by_grep(facts: Facts) -> Iterator[Finding]:
    """KEY= elsewhere than in its own line: in comments, and at the end of longer names."""
    for name, env in facts.sourced.items():
        for key, (severity, harm) in _READ_BY_AWK[name].items():
            if env.entry(key) is None:
                continue
            for line in env.lines:
                own = line.entry.key if line.entry is not None and not line.entry.commented else None
                if f"{key}=" not in line.text or own == key:
                    continue
                what, code = ("this line", "name-ends-alike") if own else ("this comment", "commented-duplicate")
                message = f"The scripts on the instance find {key}= in {what} too and mix the values up: {harm}."
                fix = "Give the variable another name." if own else "Delete the line, or reword it."
                yield Finding(name, line.number, own or key, severity, code, message, fix)


def set_in_both_files(facts: Facts) -> Iterator[Finding]:
    """run.env is read after system.env."""
    if len(facts.sourced) < 2:
        return
    system, run = ({entry.key: entry for entry in env.entries if not entry.commented} for env in facts.sourced.values())
    for key, entry in system.items():
        other = run.get(key)
        if other is not None and entry.value != other.value:
            message = f"run.env sets {key} to {shown(other.value) or 'nothing'} on line {other.line}, and that counts."
            fix = "Delete one of the two lines."
            yield Finding(SYSTEM_ENV, entry.line, key, INFO, "set-in-both-files", message, fix)


RULES = (duplicate_keys, found_by_grep, set_in_both_files)
