"""A model by its name, as a command gets it: a prefix, the end of one, or a URL of S3. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from dots_tui.app.models.bucket_model import BucketModel
from dots_tui.aws.problems import AwsProblem

_MOST_NAMED = 6


def find_model(models: Sequence[BucketModel], name: str) -> BucketModel:
    """Return the model called `name`: its whole prefix, its last parts, or its address.

    A name is compared whole, so `run-1` is never `run-10`. Raises AwsProblem `no-model`, or `several-models` if the
    name fits several.
    """
    wanted = name.strip().strip("/")
    exact = [one for one in models if wanted in (one.key.prefix, one.key.address.rstrip("/"))]
    found = exact or [one for one in models if f"/{one.key.prefix}".endswith(f"/{wanted}")]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(one.key.address for one in found[:_MOST_NAMED])
        raise AwsProblem(
            "several-models", f"{len(found)} models are called {name}: {names}.", "Give the whole address."
        )
    near = difflib.get_close_matches(wanted, [one.key.prefix for one in models], n=3) or difflib.get_close_matches(
        wanted, [one.key.name for one in models], n=3
    )
    advice = f"Similar names: {', '.join(near)}." if near else "dots-tui models lists all."
    raise AwsProblem("no-model", f"There is no model {name} in the buckets of the base stacks.", advice)
