"""Leaving ends, whatever hangs on the way out."""

from __future__ import annotations

import subprocess
import sys

import pytest

HANGS = """
import sys, threading
from dots_tui.ui.leaving import end_after
done = end_after(int(sys.argv[1]), 0.2)
if sys.argv[2] == "well":
    done()
    sys.exit(7)
threading.Event().wait()
"""


@pytest.mark.parametrize(("how", "code"), [("hangs", 143), ("well", 7)])
def test_a_process_that_hangs_is_ended_with_its_code(how: str, code: int) -> None:
    assert subprocess.run([sys.executable, "-c", HANGS, "143", how], timeout=30, check=False).returncode == code
