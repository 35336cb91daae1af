"""Time and requests of the catalog of models: 500 models with 100,000 objects in all.

Usage: python -m benchmarks.model_catalog [MODELS] [OBJECTS]. The loopback AWS runs in this process and takes most of
the time (it looks at every object for each list); what counts are the requests, and the time against that of a bare
list of the bucket.
"""

from __future__ import annotations

import os
import sys
import time


def main() -> int:
    models = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    objects = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    from dots_tui.app.models.family import tree
    from dots_tui.app.models.model_catalog import ModelCatalog
    from dots_tui.aws import base_stack
    from dots_tui.aws.run_objects import list_objects
    from dots_tui.aws.session import Aws
    from dots_tui.demo.aws import LoopbackAws
    from tests import bucket_models

    server = LoopbackAws(step=0.0).start()
    os.environ.update(
        AWS_ENDPOINT_URL=server.url,
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_DEFAULT_REGION="us-east-1",
    )
    aws = Aws()
    for _ in base_stack.create(aws, "base", "203.0.113.7", poll_s=0.01):
        pass
    bucket = bucket_models.bucket_of(aws)
    each = max(0, objects // models - len(bucket_models.model("x")))
    for one in bucket_models.many(models, objects=each):
        bucket_models.put(bucket, one)
    list_objects(aws, bucket, "training/reInvent2019_track/run-1")  # the connection

    del server.calls[:]
    begun = time.perf_counter()
    first = 0.0
    snapshot = None
    for snapshot in ModelCatalog(aws, ["us-east-1"]).read():
        if not first and len(snapshot.models) >= 40:
            first = time.perf_counter() - begun
            print(f"first 40 rows: {first:.2f} s, {len(server.calls)} requests")
        if not snapshot.searching and snapshot.unread == len(snapshot.models):
            print(
                f"all {len(snapshot.models)} names: {time.perf_counter() - begun:.2f} s, {len(server.calls)} requests"
            )
    print(f"all facts: {time.perf_counter() - begun:.2f} s, {len(server.calls)} requests")
    assert snapshot is not None
    begun = time.perf_counter()
    rows = tree(snapshot.models)
    print(f"tree of {len(rows)} rows: {(time.perf_counter() - begun) * 1000:.1f} ms")
    begun = time.perf_counter()
    found = list_objects(aws, bucket, "training")
    print(f"a bare list of {len(found)} objects: {time.perf_counter() - begun:.2f} s")
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
