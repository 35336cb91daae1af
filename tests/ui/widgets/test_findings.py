"""Findings are listed with severity, place and message, and the cursor leads to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dots_tui.ui.widgets.findings import FindingsList

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Finding:
    file: str
    line: int
    severity: str
    code: str
    message: str
    fix: str | None = None


FINDINGS = [
    Finding("run.env", 2, "warning", "inline-comment", "DRFC runs the words of this comment", "remove it"),
    Finding("system.env", 0, "error", "deprecated-key", "DR_SAGEMAKER_IMAGE is not read"),
    Finding("hyperparameters.json", 31, "info", "round-robin", "a rather long message " * 10),
]


async def test_wide_rows_say_everything(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    findings = FindingsList()
    findings.hint = lambda finding: "F fix" if finding.code == "inline-comment" else ""
    async with stage(findings).run_here(100, 6):
        findings.set_findings(FINDINGS)
        assert lines(findings)[:2] == [
            "▸ ▲ warning run.env:2                inline-comment  DRFC runs the words of this comment       F fix",
            "  ✗ error   system.env               deprecated-key  DR_SAGEMAKER_IMAGE is not read",
        ]
        assert lines(findings)[2].endswith("…")


async def test_narrow_rows_keep_place_and_message(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    findings = FindingsList()
    app = stage(findings)
    async with app.run_here(40, 6):
        findings.set_findings(FINDINGS)
        assert lines(findings)[0] == "▸ ▲ warning run.env:2     DRFC runs the…"
        assert "json:31  a rather" in lines(findings)[2]
        app.ascii_only = True
        findings.redraw()
        assert lines(findings)[0] == "> ! warning run.env:2     DRFC runs the~"


async def test_without_findings_it_says_so(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    findings = FindingsList()
    findings.empty = "No findings: nothing speaks against a launch."
    app = stage(findings)
    async with app.run_here(30, 6) as pilot:
        findings.focus()
        await pilot.press("enter", "e", "down", "pagedown", "end")
        assert lines(findings)[:2] == ["No findings: nothing speaks", "against a launch."]
        assert app.seen(FindingsList.FindingChosen) == []
        assert findings.here is None


async def test_keys_and_clicks_choose(stage: Any) -> None:
    findings = FindingsList()
    app = stage(findings)
    async with app.run_here(80, 10) as pilot:
        findings.set_findings(FINDINGS)
        findings.focus()
        await pilot.press("enter", "e", "e", "e", "E", "up", "down")
        await pilot.click(findings, offset=(9, 0))
        await pilot.click(findings, offset=(9, 0))
        await pilot.click(findings, offset=(9, 7))
        chosen = [FINDINGS.index(message.finding) for message in app.seen(FindingsList.FindingChosen)]
        assert chosen == [0, 1, 2, 0, 2, 0]
        highlighted = [FINDINGS.index(message.finding) for message in app.seen(FindingsList.FindingHighlighted)]
        assert highlighted == [0, 1, 2, 0, 2, 1, 2, 0]


async def test_the_cursor_stays_on_its_finding(stage: Any) -> None:
    findings = FindingsList()
    async with stage(findings).run_here(80, 10) as pilot:
        findings.set_findings(FINDINGS)
        findings.focus()
        await pilot.press("end")
        assert findings.here == FINDINGS[2]
        findings.set_findings(FINDINGS[1:])
        assert findings.here == FINDINGS[2]
        findings.set_findings(FINDINGS[:1])
        assert findings.here == FINDINGS[0]
        findings.set_findings([])
        assert findings.here is None


async def test_many_findings_scroll(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    findings = FindingsList()
    async with stage(findings).run_here(60, 5) as pilot:
        findings.set_findings([Finding("run.env", line, "info", "x", f"number {line}") for line in range(1, 301)])
        findings.focus()
        await pilot.press("end")
        assert "number 300" in lines(findings)[-1]
        await pilot.press("pageup", "pageup")
        assert findings.here == Finding("run.env", 292, "info", "x", "number 292")
        await pilot.press("home")
        assert "number 1" in lines(findings)[0]
