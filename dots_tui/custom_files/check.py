"""The check: what is wrong with the files of a run, before it costs money."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding, folded
from dots_tui.custom_files.folder import CustomFiles, FolderProblem, house_order, is_run_file
from dots_tui.custom_files.rules import RULES


def check(files: CustomFiles) -> list[Finding]:
    """The findings about the files on disk, in house order and by line.

    A file that cannot be read is a finding. Raises FolderProblem only when the folder cannot be listed.
    """
    return check_sources(*read_all(files), files.others())


def read_all(files: CustomFiles) -> tuple[dict[str, bytes], dict[str, str]]:
    """The content of the run's files in ``files``, and the reasons why others cannot be read.

    Raises FolderProblem only when the folder cannot be listed.
    """
    sources: dict[str, bytes] = {}
    unreadable: dict[str, str] = {}
    for name in files.names():
        try:
            sources[name] = files.read(name)
        except FolderProblem as problem:
            unreadable[name] = str(problem)
    return sources, unreadable


def check_sources(
    sources: Mapping[str, bytes],
    unreadable: Mapping[str, str] | None = None,
    beside: Collection[str] = (),
    drafts_of_workers: frozenset[str] = frozenset(),
) -> list[Finding]:
    """The findings about files given as bytes by name, saved or not; names that are no run's are passed over.

    ``unreadable`` are files that are there and could not be read, with the reason; ``beside`` the names of what else
    is in the folder; ``drafts_of_workers`` worker files to be looked into although the run does not use them.
    """
    facts = FileFacts(sources, unreadable or {}, frozenset(beside), drafts_of_workers)
    findings = folded([finding for rule in RULES for finding in rule(facts)])
    return sorted(findings, key=lambda finding: (place(finding.file), finding.line))


def place(name: str) -> tuple[int, int]:
    """The place of the file ``name`` in a list of findings, as a sort key."""
    return house_order(name) if is_run_file(name) else (9, 0)
