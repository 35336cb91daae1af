"""Checks of the instance: where its type is offered, and the quota."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dots_tui.aws import gpu_types
from dots_tui.aws.checks.result import CheckRemedy, CheckResult, error, good, warning
from dots_tui.aws.problems import AwsProblem, explained

if TYPE_CHECKING:
    from dots_tui.aws.checks.facts import LaunchFacts


def offered(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Check the zones of the region that offer the type."""
    wanted = facts.choices.instance_type
    zones = sorted(facts.zones)
    if not zones:
        yield error(
            "type-not-offered",
            f"{facts.aws.region} has no instances of type {wanted}.",
            "Choose a GPU type like g4dn.2xlarge, or another region.",
            CheckRemedy("type", "another type"),
        )
        return
    letters = ", ".join([zones[0], *(zone[-1] for zone in zones[1:])])
    carried, asked = gpu_types.workers(wanted), facts.values.get("DR_WORKERS", "")
    if gpu_types.vcpus(wanted) is None:
        yield good("type", f"{wanted} is offered in {letters}")
    elif asked.isdecimal() and int(asked) > carried:
        yield warning(
            "too-many-workers",
            f"The files ask for {asked} workers; {wanted} carries {carried} well (offered in {letters}).",
            f"Set DR_WORKERS={carried} in system.env, or choose a larger type: with too many, all of them stall.",
            CheckRemedy("type", "another type"),
        )
    else:
        yield good("type", f"{wanted} is offered in {letters}: {carried} workers")


def quota(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Compare the account's vCPU quota for this kind of instance with current use."""
    choices = facts.choices
    known, wanted = gpu_types.quota_of(choices.instance_type, choices.market), gpu_types.vcpus(choices.instance_type)
    if known is None or wanted is None:
        return
    code, title = known
    limit = _limit(facts, code)
    used, market = _used(facts), "spot" if choices.market == "spot" else "on-demand"
    if used + wanted > limit:
        running = f", {used} used" if used else ""
        yield error(
            "quota",
            f"{market} quota: {limit:.0f} vCPU{running}, {wanted} needed ({title}).",
            f"Ask AWS for at least {used + wanted} (Service Quotas, {code}), or choose a smaller type.",
            CheckRemedy("quota", "ask for more", key=code, value=str(used + wanted)),
            CheckRemedy("type", "another type"),
        )
    else:
        yield good("quota", f"{market} quota: {limit:.0f} vCPU, {used} used, {wanted} needed")


def _limit(facts: LaunchFacts, code: str) -> float:
    client = facts.aws.client("service-quotas")
    try:
        with explained():
            row = client.get_service_quota(ServiceCode="ec2", QuotaCode=code)["Quota"]
    except AwsProblem as problem:
        if "NoSuchResource" not in problem.detail:  # the account has no quota of its own: the default applies
            raise
        with explained():
            row = client.get_aws_default_service_quota(ServiceCode="ec2", QuotaCode=code)["Quota"]
    return float(row["Value"])


def _used(facts: LaunchFacts) -> int:
    """Return the vCPUs of running instances that count toward the same quota."""
    group, spot = gpu_types.quota_group(facts.choices.instance_type), facts.choices.market == "spot"
    used = 0
    states = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    with explained():
        for page in facts.aws.client("ec2").get_paginator("describe_instances").paginate(Filters=states):
            for row in (one for reservation in page["Reservations"] for one in reservation["Instances"]):
                kind = row["InstanceType"]
                if gpu_types.quota_group(kind) == group and (row.get("InstanceLifecycle") == "spot") == spot:
                    cpu = row.get("CpuOptions", {})
                    told = cpu.get("CoreCount", 0) * cpu.get("ThreadsPerCore", 0)
                    used += gpu_types.vcpus(kind) or told
    return used


def quota_page(region: str, code: str, vcpus: str) -> str:
    """Return how to request a larger quota: the page, and the equivalent command."""
    return (
        f"https://{region}.console.aws.amazon.com/servicequotas/home/services/ec2/quotas/{code}\n\n"
        f"aws service-quotas request-service-quota-increase --region {region} \\\n"
        f"  --service-code ec2 --quota-code {code} --desired-value {vcpus}"
    )
