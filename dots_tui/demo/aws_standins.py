"""Resources of types that moto's CloudFormation does not know, created with the service they belong to.

They make a schedule readable, occupy a rule number of a network ACL, and answer for a custom resource without a Lambda.
"""

from __future__ import annotations

import contextlib
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

from moto.autoscaling.models import autoscaling_backends
from moto.ec2.exceptions import InvalidPermissionNotFoundError
from moto.ec2.models import ec2_backends
from moto.scheduler.models import scheduler_backends
from moto.sns.models import sns_backends

ACL_ENTRIES = 20
"""Maximum number of entries per direction of a network ACL (VPC quotas)."""


class StandIn:
    """A resource with a name. `apply` receives its properties at its creation and at each update."""

    def __init__(self, stack: Any, logical: str, kind: str, physical: str = "") -> None:
        self.logical_resource_id = logical
        self.cf_resource_type = kind
        self.physical_resource_id = physical or f"{stack.name}-{logical}-{uuid.uuid4().hex[:12].upper()}"
        self.account, self.region = stack.account_id, stack.region_name
        self.data: dict[str, str] = {}

    def is_created(self) -> bool:
        return True

    def apply(self, properties: dict[str, Any]) -> None:
        """Do nothing: there is no real resource."""

    def delete(self, *_where: str) -> None:
        """Do nothing: there is no real resource."""

    def get_cfn_attribute(self, name: str) -> str:
        return self.data.get(name, f"{self.physical_resource_id}/{name}")


class _Schedule(StandIn):
    _made = False

    def apply(self, properties: dict[str, Any]) -> None:
        if self._made:
            self.delete()
        scheduler_backends[self.account][self.region].create_schedule(
            description="",
            end_date=None,
            flexible_time_window=properties["FlexibleTimeWindow"],
            group_name="default",
            kms_key_arn="",
            name=self.physical_resource_id,
            schedule_expression=properties["ScheduleExpression"],
            schedule_expression_timezone="UTC",
            start_date=None,
            state="ENABLED",
            target=properties["Target"],
            action_after_completion=None,
        )
        self._made = True

    def delete(self, *_where: str) -> None:
        scheduler_backends[self.account][self.region].delete_schedule(None, self.physical_resource_id)


class _AclEntry(StandIn):
    _made: tuple[str, int] | None = None

    def apply(self, properties: dict[str, Any]) -> None:
        backend = ec2_backends[self.account][self.region]
        acl, number = properties["NetworkAclId"], int(properties["RuleNumber"])
        if self._made is not None:
            self.delete()
        entries = [entry for entry in backend.get_network_acl(acl).network_acl_entries if not entry.egress]
        if len(entries) >= ACL_ENTRIES + 1:  # the last one, *, does not count
            raise RuntimeError(
                "The maximum number of network acl entries has been reached. (Service: Ec2, Status Code: 400, "
                "Error Code: NetworkAclEntryLimitExceeded)"
            )
        if any(int(entry.rule_number) == number for entry in entries):
            raise RuntimeError(f"The network acl entry identified by {number} already exists.")
        ports = properties.get("PortRange") or {}
        backend.create_network_acl_entry(
            acl,
            number,
            str(properties["Protocol"]),
            properties["RuleAction"],
            False,
            properties["CidrBlock"],
            None,
            None,
            ports.get("From"),
            ports.get("To"),
            None,
        )
        self._made = (acl, number)

    def delete(self, *_where: str) -> None:
        if self._made is not None:
            acl, number = self._made
            ec2_backends[self.account][self.region].delete_network_acl_entry(acl, number, False)
            self._made = None


class _Ingress(StandIn):
    """A rule of a security group. moto creates it but does not remove it, and accepts no id as its name."""

    _made: dict[str, Any] | None = None

    def apply(self, properties: dict[str, Any]) -> None:
        self.delete()
        self._made = {
            "group_name_or_id": properties.get("GroupId") or properties.get("GroupName"),
            "ip_protocol": str(properties["IpProtocol"]),
            "from_port": properties.get("FromPort"),
            "to_port": properties.get("ToPort"),
            "ip_ranges": [{"CidrIp": properties["CidrIp"]}],
        }
        ec2_backends[self.account][self.region].authorize_security_group_ingress(**self._made)

    def delete(self, *_where: str) -> None:
        if self._made is not None:
            with contextlib.suppress(InvalidPermissionNotFoundError):  # removed by hand, which AWS accepts
                ec2_backends[self.account][self.region].revoke_security_group_ingress(**self._made)
            self._made = None


class _Subscription(StandIn):
    def apply(self, properties: dict[str, Any]) -> None:
        backend = sns_backends[self.account][self.region]
        subscribed = backend.subscribe(properties["TopicArn"], properties["Endpoint"], properties["Protocol"])
        self.physical_resource_id = subscribed.arn

    def delete(self, *_where: str) -> None:
        sns_backends[self.account][self.region].unsubscribe(self.physical_resource_id)


class _ScheduledAction(StandIn):
    """A scheduled action, which moto knows but cannot update."""

    def apply(self, properties: dict[str, Any]) -> None:
        autoscaling_backends[self.account][self.region].put_scheduled_update_group_action(
            name=properties["AutoScalingGroupName"],
            desired_capacity=properties.get("DesiredCapacity"),
            max_size=properties.get("MaxSize"),
            min_size=properties.get("MinSize"),
            scheduled_action_name=self.physical_resource_id,
            start_time=properties.get("StartTime"),
            end_time=None,
            recurrence=None,
            timezone=None,
        )


class _TerminationCron(StandIn):
    """The result of DeepRacer on the Spot's Lambda: a cron expression for the end of the time to live."""

    def apply(self, properties: dict[str, Any]) -> None:
        ends = datetime.now(timezone.utc) + timedelta(minutes=int(properties.get("ttl", 720)))
        self.data["cron_expression"] = f"cron({ends.minute} {ends.hour} {ends.day} {ends.month} ? {ends.year})"


_KINDS: dict[str, Callable[..., StandIn]] = {
    "AWS::Scheduler::Schedule": _Schedule,
    "AWS::EC2::NetworkAclEntry": _AclEntry,
    "AWS::EC2::SecurityGroupIngress": _Ingress,
    "AWS::SNS::Subscription": _Subscription,
    "AWS::AutoScaling::ScheduledAction": _ScheduledAction,
    "Custom::TerminationCronExpression": _TerminationCron,
}


def stand_in(stack: Any, logical: str, kind: str, known: bool) -> StandIn | None:
    """Return a stand-in for a resource of this kind, None if moto creates it. `known` is true if moto has the kind."""
    if kind in _KINDS:
        return _KINDS[kind](stack, logical, kind)
    if not known or kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource":
        return StandIn(stack, logical, kind)
    return None
