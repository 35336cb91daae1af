"""``python -m dots_tui`` is the command ``dots-tui``."""

from __future__ import annotations

import sys

from dots_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
