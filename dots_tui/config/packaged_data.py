"""The location of packaged files: themes, the default custom files, templates of reward functions.

In a wheel they are in `dots_tui/_data`; in a checkout at the top level, where people look for them.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def data_folder(name: str) -> Path:
    """Return the folder `name` ("themes", "custom-files" or "reward-templates") of this installation.

    Raise FileNotFoundError if the installation is incomplete.
    """
    for parent in (_PACKAGE / "_data", _PACKAGE.parent):
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(f"this installation of dots-tui has no {name} folder; install it again")
