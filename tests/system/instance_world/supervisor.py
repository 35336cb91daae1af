"""The surroundings of an instance, in their own network namespace: AWS, the metadata service, the machine.

`machine.py` starts it with `unshare --net`, and it ends with its parent: requests are JSON lines on standard input,
each answered by one line. At the end of the input it kills the machine and removes its folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable

METADATA = "169.254.169.254"
PORT = 4566
BUCKET = "racers"
CREDENTIALS = {
    "Code": "Success",
    "Type": "AWS-HMAC",
    "AccessKeyId": "ASIAINSTANCE",
    "SecretAccessKey": "secret",
    "Token": "token",
    "Expiration": "2099-01-01T00:00:00Z",
    "LastUpdated": "2026-01-01T00:00:00Z",
}
values: dict[str, str] = {}


class Metadata(BaseHTTPRequestHandler):
    """The metadata service, version 2: a request needs a token."""

    def do_PUT(self) -> None:
        self._answer(200, "token")

    def do_GET(self) -> None:
        path = self.path.partition("/latest/meta-data/")[2]
        if self.headers.get("X-aws-ec2-metadata-token") != "token":
            self._answer(401, "")
        elif path.rstrip("/") == "iam/security-credentials":
            self._answer(200, "instance-role")
        elif path.startswith("iam/security-credentials/"):
            self._answer(200, json.dumps(CREDENTIALS))
        elif path in values:
            self._answer(200, values[path])
        else:
            self._answer(404, "")

    def _answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Print nothing: the tests check the effects of an answer."""


class Supervisor:
    """One bucket, one stack, one machine. `folder` contains the machine's root."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._console = (folder / "console").open("ab")
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._boots = 0
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        subprocess.run(["ip", "address", "add", f"{METADATA}/32", "dev", "lo"], check=True)
        metadata = ThreadingHTTPServer((METADATA, 80), Metadata)
        threading.Thread(target=metadata.serve_forever, daemon=True).start()
        os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_DEFAULT_REGION="us-east-1")
        import boto3
        from moto.server import ThreadedMotoServer

        ThreadedMotoServer(ip_address="127.0.0.1", port=PORT, verbose=False).start()
        endpoint = f"http://127.0.0.1:{PORT}"
        self._s3, self._stacks, self._topics = (
            boto3.client(name, endpoint_url=endpoint) for name in ("s3", "cloudformation", "sns")
        )

    def fresh(self) -> dict[str, str]:
        """Reset AWS and the metadata; create a bucket, a topic and a stack."""
        values.clear()
        request = urllib.request.Request(f"http://127.0.0.1:{PORT}/moto-api/reset", method="POST")
        urllib.request.urlopen(request).close()
        self._s3.create_bucket(Bucket=BUCKET)
        topic = self._topics.create_topic(Name="topic")["TopicArn"]
        template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
        stack = self._stacks.create_stack(StackName="run-1", TemplateBody=template)["StackId"]
        return {"topic": topic, "stack": stack}

    def stack_exists(self) -> bool:
        try:
            found = self._stacks.describe_stacks(StackName="run-1")["Stacks"]
        except self._stacks.exceptions.ClientError:
            return False
        return bool(found)

    def put(self, key: str, text: str) -> None:
        self._s3.put_object(Bucket=BUCKET, Key=key, Body=text.encode())

    def get(self, key: str) -> str | None:
        try:
            return str(self._s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode())
        except self._s3.exceptions.NoSuchKey:
            return None

    def keys(self, prefix: str) -> list[str]:
        found = self._s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", ())
        return [str(one["Key"]) for one in found]

    def metadata(self, path: str, value: str | None) -> None:
        if value is None:
            values.pop(path, None)
        else:
            values[path] = value

    def boot(self) -> None:
        self._boots += 1
        # A unique name: machines with the same name conflict, even if one has just ended.
        name = f"--machine=dots-tui-{os.getpid()}-{self._boots}"
        root = str(self._folder / "root")
        self._nspawn = subprocess.Popen(
            ["systemd-nspawn", "-q", "-D", root, name, "--register=no", "--keep-unit", "-b"],
            stdin=subprocess.DEVNULL,
            stdout=self._console,
            stderr=self._console,
            env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
        )

    def running(self) -> bool:
        return self._nspawn is not None and self._nspawn.poll() is None

    def leader(self) -> int | None:
        """Return the process id of the machine's systemd outside of its namespace."""
        if self._nspawn is None or not self.running():
            return None
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children").read_text().split()
        found = [int(one) for one in children if Path(f"/proc/{one}/comm").read_text().strip() == "systemd"]
        return found[0] if found else None

    def console(self) -> str:
        return (self._folder / "console").read_bytes()[-3000:].decode("utf-8", "replace")

    def kill(self) -> None:
        if self._nspawn is None or not self.running():
            return
        leader = self.leader()
        if leader is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(leader, signal.SIGKILL)
        try:
            self._nspawn.wait(10)
        except subprocess.TimeoutExpired:
            self._nspawn.kill()
            self._nspawn.wait(10)


def main(folder: Path) -> None:
    supervisor = Supervisor(folder)
    try:
        for line in sys.stdin:
            name, arguments = json.loads(line)
            operation: Callable[..., Any] = getattr(supervisor, name)
            try:
                answer = {"value": operation(*arguments)}
            except Exception as error:  # noqa: BLE001 - the other side raises it
                answer = {"error": repr(error)}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
    finally:
        supervisor.kill()
        for _ in range(5):
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
            time.sleep(0.5)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    os._exit(0)  # the servers' threads would continue
