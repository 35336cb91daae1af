"""The commands that change a running stack: extend. Each returns its exit code, as those of ``stacks`` do."""

from __future__ import annotations

from datetime import timezone
from typing import Any

from dots_tui.aws import change_set, extending
from dots_tui.aws.events import Progress
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import get_stack
from dots_tui.cli.telling import POLL_S, agreed, done, failed, not_agreed, say, watch


def extend(
    *,
    name: str,
    minutes: int,
    yes: bool = False,
    as_json: bool = False,
    aws: Aws | None = None,
    poll_s: float = POLL_S,
) -> int:
    """Give the training ``name`` so many ``minutes`` more; what AWS would change for it is shown first."""
    aws = aws or Aws()
    document: dict[str, Any] = {"stack": name, "status": None, "minutes": minutes, "expires": None, "changes": []}
    try:
        planned = extending.plan_extension(aws, name, minutes, poll_s=min(poll_s, 1.0))
        document["changes"] = [change.words for change in planned.preview.changes]
        expires = planned.expires.astimezone(timezone.utc)
        say(f"{name} would end at {expires:%Y-%m-%d %H:%M} UTC, {planned.left} minutes from now. In the stack:")
        for words in document["changes"] or ["only its tags change"]:
            say(f"  {words}")
        agreement = agreed(yes, "Extend it?")
        if not agreement:
            change_set.discard(aws, planned.preview.id)
            return not_agreed(document, as_json)
        progress = Progress(len(planned.preview.changes))
        document["status"] = watch(extending.extend(aws, planned, poll_s=poll_s), progress).status
        stack = get_stack(aws, name)
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    ends = stack.expires or planned.expires
    document["expires"] = ends.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return done(document, as_json, f"{name} ends at {document['expires']}.")
