"""Fixing what can be fixed without asking: each fix changes the bytes it must, and is tried out before it is given.

A fix counts only when the check afterwards has that finding no more and no finding it did not have before, and when
the reader of the file reads what it read before, except for what the finding is about. The reader is bash for run.env
and system.env, and prepare-config.py for worker-N.env (:mod:`dots_tui.custom_files.readers`; nothing is run).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.encodings import as_utf8
from dots_tui.custom_files.env_file import NAME, EnvFile, read_line
from dots_tui.custom_files.facts import FileFacts, unfit
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.fix_lines import FORMAT, VALUE
from dots_tui.custom_files.fix_names import (
    KEYS_CHANGE,
    SAME_FOR_BASH,
    VALUES_CHANGE,
    LineEdits,
    fix_json,
    move_json,
)
from dots_tui.custom_files.folder import house_order, is_env_file, parse_env, worker_number
from dots_tui.custom_files.json_fault import repaired
from dots_tui.custom_files.lens import sourced
from dots_tui.custom_files.readers import worker
from dots_tui.custom_files.readers.trace import ABORTS, PRINTS, RUNS, UNKNOWN, WRITES, Trace

_WHOLE_FILE = ("utf-16", "byte-order-mark", "windows-line-ends", "no-final-newline")
_NAMES = {**VALUES_CHANGE, **KEYS_CHANGE, **SAME_FOR_BASH}
_ORDER = (*_WHOLE_FILE, "broken-json", "misplaced-key", *FORMAT, *VALUE, *_NAMES)
"""The codes with a fix, in the order in which they are gone through."""
_BASH_READS_THE_SAME = frozenset({"no-final-newline", *FORMAT, *SAME_FOR_BASH})
_READS_ON = frozenset({"utf-16", "byte-order-mark", "shell-character"})
"""Codes after whose fix bash may read lines it did not get to before, for better or worse."""
_HARMFUL = frozenset({ABORTS, PRINTS, RUNS, UNKNOWN, WRITES})
_REVEALS = frozenset({"utf-16", "broken-json"})
"""Codes after whose fix the content is looked into for the first time: what is found there is not new."""
_MOST_LINES = 40_000
"""A fix of everything looks at so many lines at most, each attempt at all of them; an ordinary folder needs 3,000."""
_BOM = b"\xef\xbb\xbf"


def fixable(finding: Finding, sources: Mapping[str, bytes] | None = None) -> bool:
    """Whether :func:`fix` has a fix for ``finding`` in ``sources``.

    Without ``sources`` the finding's own word counts: quick enough for a long list, and sometimes too hopeful.
    """
    if sources is not None:
        return fix(sources, finding) is not None
    return finding.fix is not None and finding.fix.automatic


def fix(sources: Mapping[str, bytes], finding: Finding) -> Mapping[str, bytes] | None:
    """``sources`` with ``finding`` fixed, or None when there is no safe mechanical way."""
    if not fixable(finding):
        return None
    after, fixed = _fixed(sources, [finding], check_sources(sources))
    return after if fixed else None


def fix_all(sources: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[Finding]]:
    """``sources`` with everything fixed that can be, and the findings that were. Doing it again changes nothing."""
    current: dict[str, bytes] = dict(sources)
    done: list[Finding] = []
    tries = _MOST_LINES // (1 + sum(data.count(b"\n") for name, data in current.items() if is_env_file(name)))
    found = findings = check_sources(current)
    progress = True
    while progress:
        progress = False
        for code in _ORDER:
            groups = [[finding for finding in findings if finding.code == code and fixable(finding)]]
            while groups and tries > 0:
                group = groups.pop()
                if not group:
                    continue
                tries -= 1
                after, fixed = _fixed(current, group, findings)
                if fixed:
                    current, findings, progress = dict(after), check_sources(after), True
                    done += fixed
                elif len(group) > 1:
                    # The lower half first: fixing it does not move the lines of the upper one.
                    middle = len(group) // 2
                    groups += [group[:middle], group[middle:]]
    return current, _as_found(done, found)


def _as_found(done: Sequence[Finding], found: Sequence[Finding]) -> list[Finding]:
    """``done`` in order, with the lines as they were when the findings were ``found``: fixes move lines."""
    first: dict[tuple[str, ...], list[Finding]] = {}
    for finding in reversed(found):
        first.setdefault(_whatever_line(finding), []).append(finding)
    result = []
    for finding in sorted(done, key=lambda finding: (house_order(finding.file), finding.line)):
        same = first.get(_whatever_line(finding))
        result.append(same.pop() if same else finding)
    return result


def _whatever_line(finding: Finding) -> tuple[str, ...]:
    """``finding`` without the numbers of lines."""
    return finding.file, finding.code, finding.key or "", re.sub(r"\bline \d+", "", finding.message)


def _fixed(
    sources: Mapping[str, bytes], group: Sequence[Finding], findings: Sequence[Finding]
) -> tuple[Mapping[str, bytes], list[Finding]]:
    """``sources`` with the findings of ``group`` fixed, all of one code, and those of them that have a fix.

    All or nothing: when something is wrong with the outcome, nothing is fixed. ``findings`` are those of ``sources``.
    """
    after, fixed = _edited(sources, group)
    if not fixed or after == sources:
        return sources, []
    before, now = (Counter(map(_kind, some)) for some in (findings, check_sources(after)))
    solved = before - now
    if (now - before and fixed[0].code not in _REVEALS) or Counter(map(_kind, fixed)) - solved:
        return sources, []
    return (after, fixed) if _still_read(sources, after, fixed) else (sources, [])


def same_for_bash(sources: Mapping[str, bytes], after: Mapping[str, bytes]) -> bool:
    """Whether bash reads from ``after`` what it read from ``sources``, and does no more harm on the way."""
    old, new = sourced(sources), sourced(after)
    return _harm(new) <= _harm(old) and _reads_the_same(sources, after, old, new)


def _reads_the_same(
    sources: Mapping[str, bytes], after: Mapping[str, bytes], old: Mapping[str, Trace], new: Mapping[str, Trace]
) -> bool:
    """Whether the values are the same. A changed file that is not followed to its end cannot be judged."""
    return all(
        trace.values == new[file].values
        and (sources[file] == after[file] or all(event.kind != UNKNOWN for event in trace.events))
        for file, trace in old.items()
    )


def _kind(finding: Finding) -> tuple[str, str, str | None]:
    """What makes two findings the same although lines have moved."""
    return finding.file, finding.code, finding.key


def _still_read(sources: Mapping[str, bytes], after: Mapping[str, bytes], fixed: Sequence[Finding]) -> bool:
    """Whether the files' readers read ``after`` as they read ``sources``, but for what the findings are about."""
    return _workers_still_read(sources, after, fixed) and _bash_still_reads(sources, after, fixed)


def same_for_workers(sources: Mapping[str, bytes], after: Mapping[str, bytes]) -> bool:
    """Whether the same lines count for the reader of worker-N.env, however they are written."""
    for name, data in sources.items():
        if worker_number(name) is None or data == after[name] or unfit(name, data):
            continue
        old, new = (_meant(content) for content in (data, after[name]))
        if any(new.get(key) != value for key, value in old.items()):
            return False
    return True


def _meant(data: bytes) -> dict[str, str]:
    """What the lines that count for the reader of worker-N.env would mean to a shell, by key."""
    env = EnvFile.parse(data, literal=True)
    lines = {entry.key: entry.line for entry in env.entries if not entry.commented}
    entries = {key: read_line(env.lines[line - 1].text).entry for key, line in lines.items()}
    return {key: entry.value for key, entry in entries.items() if entry is not None}


def _workers_still_read(sources: Mapping[str, bytes], after: Mapping[str, bytes], fixed: Sequence[Finding]) -> bool:
    for name, data in sources.items():
        if worker_number(name) is None or data == after[name] or unfit(name, data):
            continue
        about = {key for finding in fixed if finding.file == name for key in _keys_about(finding, data)}
        old, new = (literal_values(content) for content in (data, after[name]))
        if old is None:
            continue  # the reader gave up on the file, which the finding says
        if new is None or any(new.get(key) != value for key, value in old.items() if key not in about):
            return False
    return True


def _keys_about(finding: Finding, data: bytes) -> set[str]:
    """The keys of a worker's file that the fix of ``finding`` may change. A comment never counts."""
    lines = EnvFile.parse(data).lines
    entries = (lines[number - 1].entry for number in finding.places if 1 <= number <= len(lines))
    keys = {entry.key for entry in entries if entry is not None and not entry.commented}
    if finding.code == "duplicate-key":
        return set()
    literal = EnvFile.parse(data, literal=True)
    own = {entry.line for key in keys if (entry := literal.entry(key)) is not None}
    # A line that does not count for the reader must not take the place of the one that does.
    return {key for key in keys if literal.entry(key) is None or own & set(finding.places)}


def literal_values(data: bytes) -> dict[str, str] | None:
    """What the reader of worker-N.env gets for each key; None when it gives up on the file or cannot read it."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    trace = worker.read(text.replace("\r\n", "\n").replace("\r", "\n"))
    if trace.every is not None:
        return None
    return {key: value for key, value in trace.values.items() if NAME.fullmatch(key)}


def _shells_only(traces: Mapping[str, Trace]) -> dict[str, Trace]:
    return {name: trace for name, trace in traces.items() if worker_number(name) is None}


def _bash_still_reads(sources: Mapping[str, bytes], after: Mapping[str, bytes], fixed: Sequence[Finding]) -> bool:
    code = fixed[0].code
    about = {finding.key for finding in fixed}
    old, new = _shells_only(sourced(sources)), _shells_only(sourced(after))
    if code not in _READS_ON and _harm(new) > _harm(old):
        return False
    if code in _BASH_READS_THE_SAME:
        return _reads_the_same(sources, after, old, new)
    meant = FileFacts(after).values
    for file, trace in old.items():
        for key, value in trace.values.items():
            if key in about:
                continue
            now = new[file].values.get(key)
            if now is None or (code in KEYS_CHANGE and now != value):
                return False
            # A carriage return may have been a command of its own; then the key is now what its line says.
            if code == "windows-line-ends" and now not in (value.replace("\r", ""), meant.get(key)):
                return False
    return True


def _harm(traces: Mapping[str, Trace]) -> int:
    """How often something happens that must not."""
    return sum(event.kind in _HARMFUL for trace in traces.values() for event in trace.events)


def _edited(sources: Mapping[str, bytes], group: Sequence[Finding]) -> tuple[dict[str, bytes], list[Finding]]:
    """``sources`` with the edits for ``group`` made, unchecked, and the findings there was an edit for."""
    facts = FileFacts(sources)
    result = dict(sources)
    edits: dict[str, dict[int, tuple[str, ...]]] = {}
    fixed = []
    for finding in group:
        if finding.file not in facts.texts and (finding.code != "utf-16" or finding.file not in sources):
            continue
        if finding.code == "misplaced-key":
            moved = move_json(FileFacts(result), finding)
            if moved is not None:
                result.update(moved)
                fixed.append(finding)
            continue
        if finding.code in _WHOLE_FILE or finding.file not in facts.env:
            data = _whole_file(FileFacts(result), finding)
            if data is not None:
                result[finding.file] = data
                fixed.append(finding)
            continue
        lines = _line_edits(facts, finding)
        if lines is not None:
            edits.setdefault(finding.file, {}).update(lines)
            fixed.append(finding)
    for file, lines in edits.items():
        result[file] = facts.env[file].replace_lines(lines).data
    return result, fixed


def _whole_file(facts: FileFacts, finding: Finding) -> bytes | None:
    data = facts.sources[finding.file]
    if finding.code == "utf-16":
        return as_utf8(data)
    if finding.code == "byte-order-mark":
        while data.startswith(_BOM):
            data = data[len(_BOM) :]
        return data
    if finding.code == "windows-line-ends":
        return re.sub(rb"\r\n?", b"\n", data)
    if finding.code == "no-final-newline":
        return data + parse_env(finding.file, data).newline.encode()
    if finding.code == "broken-json":
        return repaired(data)
    return fix_json(facts, finding)


def _line_edits(facts: FileFacts, finding: Finding) -> LineEdits | None:
    env = facts.env[finding.file]
    edits: dict[int, tuple[str, ...]] = {}
    for number in finding.places:
        own = _edits_of_line(facts, env, number, finding) if 1 <= number <= len(env.lines) else None
        if own is None:
            return None
        edits.update(own)
    return edits


def _edits_of_line(facts: FileFacts, env: EnvFile, number: int, finding: Finding) -> LineEdits | None:
    line = env.lines[number - 1]
    if finding.code in _NAMES:
        return _NAMES[finding.code](facts, env, line, finding)
    fixer = FORMAT.get(finding.code) or VALUE.get(finding.code)
    # How a line is written is told by the shells' reading of it, in a worker's file too.
    keys = {entry.key for entry in env.entries if not entry.commented} if env.literal else facts.effective
    lines = fixer(read_line(line.text, line.number, line.start), keys) if fixer is not None else None
    return None if lines is None else {line.number: lines}
