"""The texts around the action space: title, head of the table, findings, keys."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from dots_tui.custom_files.action_space import ActionSpace, Continuous, Discrete
from dots_tui.custom_files.findings import Finding
from dots_tui.problems import SEVERITIES
from dots_tui.ui.commands import Command
from dots_tui.ui.widgets.glyphs import clean, glyph

_TINTS = dict(zip(SEVERITIES, ("$text-error", "$text-warning", "$text-primary")))


def title_text(space: ActionSpace | None) -> str:
    """Return the kind of the space and the number of its actions."""
    count = f" ─ {len(space.actions)} actions" if isinstance(space, Discrete) else ""
    return f"{'continuous' if isinstance(space, Continuous) else 'discrete'}{count}"


def head_text(space: ActionSpace | None) -> str:
    """Return the head of the columns of a list of actions."""
    return "    # steering   m/s" if isinstance(space, Discrete) else ""


def findings_text(findings: Iterable[Finding], plain: bool) -> Content:
    """Return the findings with their fixes, the worst first; a message that all is well if there are none."""
    parts: list[Content | str | tuple[str, str]] = []
    for one in sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)):
        parts += ["\n" if parts else "", (f"{glyph(one.severity, plain)} {one.severity}", _TINTS[one.severity])]
        parts.append(f" {clean(one.message)} {clean(one.advice)}")
    if not parts:
        parts = [(glyph("good", plain), "$text-success"), " Nothing is wrong with this action space."]
    return Content.assemble(*parts)


def keys_text(commands: Iterable[Command], width: int, plain: bool) -> Content:
    """Return the keys, each beside its effect, in lines of at most `width` cells."""
    lines = [""]
    for key in ["enter edit", *(f"{one.key_display or one.keys} {one.title}" for one in commands if one.show)]:
        key = key.replace("←→", "left/right") if plain else key
        joint = (" | " if plain else " · ") if lines[-1] else ""
        if len(lines[-1]) + len(joint) + len(key) > width:
            lines.append("")
            joint = ""
        lines[-1] += joint + key
    return Content("\n".join(lines))
