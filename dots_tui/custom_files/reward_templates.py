"""Reward functions to begin with: packaged text files that say in their first lines what they teach."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from dots_tui.config.packaged_data import data_folder


@dataclass(frozen=True)
class Template:
    """One of them."""

    name: str
    """Of its file, without ending."""
    title: str
    teaches: str
    """A few sentences."""
    data: bytes
    """The file's content, for reward_function.py."""

    @property
    def text(self) -> str:
        """The content as text."""
        return self.data.decode("utf-8")


def templates() -> tuple[Template, ...]:
    """All of them, the simplest first. Raises FileNotFoundError in a broken installation."""
    found = []
    for path in sorted(data_folder("reward-templates").glob("*.py")):
        data = path.read_bytes()
        title, _, teaches = (ast.get_docstring(ast.parse(data)) or path.stem).partition("\n")
        found.append(Template(path.stem, title.rstrip("."), " ".join(teaches.split()), data))
    return tuple(found)
