"""The process of the embedded cloud.

`python -m dots_tui.demo.cloud HOME [MISHAP]` prints one JSON line with its addresses when it answers, and ends with its
standard input or on SIGTERM and SIGINT. It removes `HOME` when it ends, so nothing is left behind even if the parent
program was killed, also during the import of this module.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
import threading
from pathlib import Path

from dots_tui.demo.left_over import ParentWatch, remove


def main() -> int:
    """Run until standard input ends or a signal arrives."""
    home = Path(sys.argv[1])
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: ended.set())
    watch = ParentWatch(home)
    # This import takes seconds on a busy machine; the parent program may end before it is done.
    from dots_tui.demo.cloud_parts import Cloud
    from dots_tui.demo.mishaps import named

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    watch.hand_over(ended.set)
    try:
        cloud = Cloud(home, named(sys.argv[2]) if len(sys.argv) > 2 else None)
        try:
            if not ended.is_set():
                print(json.dumps(cloud.addresses()), flush=True)
            ended.wait()
        except BrokenPipeError:
            pass  # the parent program was killed during the start
        finally:
            cloud.close()
    finally:
        remove(home)
    return 0


if __name__ == "__main__":
    sys.exit(main())
