"""The page docs/findings.md, made from the declarations beside the rules."""

from __future__ import annotations

from collections.abc import Mapping

from dots_tui.custom_files import action_space, spare_files
from dots_tui.custom_files.findings import FindingKind
from dots_tui.custom_files.rules import DECLARED

_INTRODUCTION = """\
# Findings

What `dots-tui check` and the Files pane say about the files of a run. This page is generated from the declarations
beside the rules in `dots_tui/custom_files/rules/`.

An **error** breaks or wastes the run. A **warning** may do so. An **info** is good to know. A kind with several
severities is judged by the values at hand. `check` exits with 1 when there is an error or a warning. The codes are
stable: scripts may rely on them (`check --json`).

Where a finding says "F does it", the key `F` in the Files pane puts it right; `P` and `check --fix` do that for all
findings at once where no question is needed. A fix never changes what the file's real reader gets, unless the finding
says so, and a line that a fix makes a comment of comes back when you delete the `#`.
"""


def every_kind() -> Mapping[str, FindingKind]:
    """All kinds of findings by code: those of the rules, and those about files beside the ones a run reads."""
    return {**DECLARED, **{one.code: one for one in (*spare_files.KINDS, *action_space.KINDS)}}


def findings_page() -> str:
    """The whole page as Markdown."""
    kinds = every_kind()
    rows = [_row(kinds[code]) for code in sorted(kinds)]
    table = "\n".join(["| code | severity | what is wrong | what to do |", "|---|---|---|---|", *rows])
    return f"{_INTRODUCTION}\n{table}\n"


def _row(one: FindingKind) -> str:
    severities = ", ".join(one.severities)
    return f"| `{one.code}` | {severities} | {_cell(one.meaning)} | {_cell(one.action)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
