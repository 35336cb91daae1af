"""The crash message of dots-tui: plain words, and the location of the details for its developers."""

from __future__ import annotations

import platform
import time
import traceback
from importlib.metadata import version
from pathlib import Path

_PROGRAMS = ("dots-tui", "textual", "boto3", "paramiko")


def words_for(error: BaseException, folder: Path) -> str:
    """Return the message for the unhandled `error`; write its traceback to a file in `folder`."""
    what = f"dots-tui has ended because of a fault of its own: {type(error).__name__}: {error}"
    kept = "Unsaved changes are kept as drafts and come back at the next start. Trainings on AWS go on."
    report = _report(error)
    path = folder / time.strftime("crash-%Y%m%d-%H%M%S.txt")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(report, "utf-8")
    except OSError as problem:
        # The traceback can only go to the screen.
        return f"{what}\n{kept}\n{path} could not be written ({problem.strerror or problem}). Please report:\n{report}"
    return f"{what}\n{kept}\nPlease report it with the file {path}"


def _report(error: BaseException) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in _PROGRAMS)
    details = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return f"{versions}, Python {platform.python_version()} on {platform.platform()}\n\n{details}"
