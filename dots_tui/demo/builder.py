"""The image builder of the embedded cloud: the steps of bake.sh in seconds instead of minutes."""

from __future__ import annotations

import json
import threading
import time
from datetime import datetime, timezone
from typing import Any

from dots_tui.aws.recipe import recipe

_PHASES = (
    ("machine", "installing DRFC {drfc}"),
    ("pull", "downloading {simapp}"),
    ("machine", "DRFC {drfc} and simapp {simapp} are installed"),
    ("start", "making the image {name}"),
)
_GIVE_UP_S = 60.0


def is_builder(parameters: dict[str, str]) -> bool:
    """Return true if the parameters of a stack are those of a builder."""
    return "ImageName" in parameters


class EmbeddedBuilder:
    """One builder instance. `pause_s` is the duration of each phase; `failure`, if given, is its error."""

    def __init__(
        self,
        instance_id: str,
        stack: str,
        parameters: dict[str, str],
        endpoint: str,
        pause_s: float = 0.5,
        failure: str = "",
    ) -> None:
        self._instance_id, self._stack, self._parameters = instance_id, stack, parameters
        self._endpoint, self._pause_s, self._failure = endpoint, pause_s, failure
        self._phases: list[dict[str, str]] = []

    def build(self) -> None:
        """Create the image; return when it is available. Raises RuntimeError with the reason of a failure."""
        words = {
            "drfc": recipe().drfc_version,
            "simapp": recipe().simapp,
            "name": self._parameters["ImageName"],
        }
        for name, text in _PHASES:
            self._report(name, text.format(**words))
            time.sleep(self._pause_s)
        if self._failure:
            self._report("failed", self._failure)
            raise RuntimeError(f"Received FAILURE signal: {self._failure}")
        image = self._make_image()
        self._report("saved", f"the image {image} is available")
        threading.Thread(target=self._delete_stack, name=f"builder-{self._stack}", daemon=True).start()

    def _make_image(self) -> str:
        ec2 = self._client("ec2")
        tags = {
            "Name": self._parameters["ImageName"],
            "dots-tui:kind": "image",
            "dots-tui:owner": self._parameters["ResourcesStackName"],
            "dots-tui:drfc": recipe().drfc_commit,
            "dots-tui:simapp": recipe().simapp,
            "dots-tui:version": self._parameters["MadeBy"],
        }
        rows = [{"Key": key, "Value": value} for key, value in tags.items()]
        image: str = ec2.create_image(
            InstanceId=self._instance_id,
            Name=self._parameters["ImageName"],
            NoReboot=True,
            TagSpecifications=[{"ResourceType": "image", "Tags": rows}],
        )["ImageId"]
        until = time.monotonic() + _GIVE_UP_S
        while ec2.describe_images(ImageIds=[image])["Images"][0]["State"] != "available":
            if time.monotonic() > until:
                raise RuntimeError(f"the image {image} did not become available")
            time.sleep(0.1)
        return image

    def _report(self, name: str, message: str) -> None:
        at = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._phases.append({"name": name, "at": at, "message": message})
        record = {"version": 1, "stack": self._stack, "instance": self._instance_id, "phases": self._phases}
        key = f"dots-tui/bakes/{self._stack}/dots-tui/phases.json"
        self._client("s3").put_object(Bucket=self._parameters["BUCKET"], Key=key, Body=json.dumps(record).encode())

    def _delete_stack(self) -> None:
        """Delete the builder's own stack once it is complete, even if nobody follows it."""
        cloudformation = self._client("cloudformation")
        until = time.monotonic() + _GIVE_UP_S
        while time.monotonic() < until:
            time.sleep(max(self._pause_s, 0.05))
            try:
                [row] = cloudformation.describe_stacks(StackName=self._stack)["Stacks"]
            except Exception:  # noqa: BLE001 - it is gone, or the embedded cloud is
                return
            if not row["StackStatus"].startswith("CREATE_IN_PROGRESS"):
                cloudformation.delete_stack(StackName=self._stack)
                return

    def _client(self, service: str) -> Any:
        import boto3

        return boto3.client(
            service,
            endpoint_url=self._endpoint,
            region_name="us-east-1",
            aws_access_key_id="builder",
            aws_secret_access_key="builder",  # noqa: S106 - nobody checks it
        )
