"""The commands that list several regions: stacks, prices, orphans, and clean. Each returns its exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dots_tui.app import launch_flow
from dots_tui.app.port import NobodyToAsk, run_blocking
from dots_tui.app.runs.phase_words import failure
from dots_tui.aws import account, launch_notes, market, orphans
from dots_tui.aws.everywhere import stacks_of
from dots_tui.aws.orphans import Orphan
from dots_tui.aws.phase_reports import reports_of
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import Stack
from dots_tui.cli.chosen_account import regions_of
from dots_tui.cli.console_port import ConsolePort
from dots_tui.cli.stack_views import stack_document, stack_table, table
from dots_tui.cli.telling import FAILED, FINE, failed, not_agreed, say, tell


def list_stacks(*, regions: Sequence[str] = (), as_json: bool = False, aws: Aws | None = None) -> int:
    """List the base and training stacks of `regions` (none: those chosen in the app), and interrupted launches."""
    aws = aws or Aws()
    try:
        wanted = regions_of(aws, regions)
        found, problems = stacks_of(aws, wanted)
        looked = [region for region in wanted if region not in problems]
        reports = reports_of(aws, found)
        notes = launch_notes.cut_short(aws.identity().account, found, looked) if any(launch_notes.read()) else []
    except AwsProblem as problem:
        return failed(problem, {"stacks": []}, as_json)
    if as_json:
        tell(
            {
                "stacks": [stack_document(stack, reports.get(stack.id)) for stack in found],
                "regions": {**_counted(found, looked), **_told(problems)},
                "cut_short": [asdict(note) for note in notes],
            },
            as_json,
        )
    elif found:
        print(stack_table(found, reports, with_region=len(wanted) > 1))
        for stack in found:
            if stack.id in reports and reports[stack.id].failure is not None:
                print(f"{stack.name} failed: {failure(reports[stack.id])}")
    else:
        print("No stacks. Begin with a base stack: dots-tui base create NAME --ip A.B.C.D")
    _say_problems(problems)
    for note in notes:
        say(f"{launch_notes.words(note)} To clean up: dots-tui clean {note.stack} --region {note.region}")
    return FAILED if problems else FINE


def clean(*, name: str, yes: bool = False, as_json: bool = False, aws: Aws | None = None) -> int:
    """Delete the objects in the bucket left by the launch of `name`, which was interrupted before the stack
    existed.
    """
    aws = aws or Aws()
    document: dict[str, Any] = {"stack": name, "deleted": 0}
    try:
        note = launch_flow.cut_short(aws, [aws.region], name)
        if note is None:
            raise AwsProblem(
                "no-note",
                f"No launch of {name} in {aws.region} is known to have been cut short.",
                "dots-tui stacks names those that are; --region R looks in another region.",
            )
        count = run_blocking(launch_flow.clean_up(ConsolePort(yes=yes), lambda: aws, note))
        if count is None:
            return not_agreed(document, as_json)
        document["deleted"] = count
    except NobodyToAsk:
        return not_agreed(document, as_json)
    except AwsProblem as problem:
        return failed(problem, document, as_json)
    tell(document, as_json)
    return FINE


def list_prices(
    *,
    market_name: str = "spot",
    regions: Sequence[str] = (),
    count: int = 20,
    as_json: bool = False,
    aws: Aws | None = None,
) -> int:
    """Print the current hourly price of each GPU type, the best per worker first: a row for each type and
    region.
    """
    aws = aws or Aws()
    try:
        found = market.look(aws, regions_of(aws, regions))
    except AwsProblem as problem:
        return failed(problem, {"prices": []}, as_json)
    rows = found.cheapest(market_name, count)
    documents = [{**asdict(row), "usd_per_worker_hour": row.per_worker(market_name)} for row in rows]
    tell({"market": market_name, "prices": documents, "gaps": found.gaps}, as_json)
    if not as_json:
        lines = [("TYPE", "ZONE", "SPOT", "ON DEMAND", "WORKERS", "PER WORKER", "TAKEN BACK")]
        for row in rows:
            listed = "~" if row.listed else ""
            per = _usd(row.per_worker(market_name))
            lines.append(
                (row.type, row.zone, _usd(row.spot), listed + _usd(row.on_demand), str(row.workers), per, row.band)
            )
        print(table(lines))
    for gap in found.gaps:
        say(gap)
    return FINE


def list_orphans(*, regions: Sequence[str] = (), as_json: bool = False, aws: Aws | None = None) -> int:
    """List the orphans of trainings in `regions` (none: all enabled regions). Return 1 if there is a definite
    orphan.
    """
    aws = aws or Aws()
    try:
        where, why = (list(regions), None) if regions else account.regions_or_known(aws)
        found = orphans.look(aws, where)
    except AwsProblem as problem:
        return failed(problem, {"orphans": [], "unsure": []}, as_json)
    if why is not None:
        say(f"Which regions the account has could not be asked ({why.what}): well-known ones were looked into.")
    sure, unsure = [one for one in found.found if one.sure], [one for one in found.found if not one.sure]
    tell(
        {
            "orphans": [asdict(one) for one in sure],
            "unsure": [asdict(one) for one in unsure],
            "regions": found.regions,
            "problems": _told(found.problems),
        },
        as_json,
    )
    if not as_json:
        _print_orphans(sure, unsure, len(found.regions))
    _say_problems(found.problems)
    return FAILED if sure or found.problems else FINE


def _print_orphans(sure: Sequence[Orphan], unsure: Sequence[Orphan], regions: int) -> None:
    if sure:
        print(table([("KIND", "ID", "REGION", "WHY"), *((o.kind, o.id, o.region, o.why) for o in sure)]))
        for one in sure:
            say(f"{one.id}: {one.advice} {one.command}".rstrip())
    else:
        print(f"Nothing was left behind in {regions} regions.")
    for one in unsure:
        say(f"Not sure: {one.kind} {one.id} in {one.region}: {one.why}. {one.advice}")


def _counted(stacks: Sequence[Stack], regions: Sequence[str]) -> dict[str, Any]:
    return {region: {"stacks": sum(one.region == region for one in stacks), "problem": None} for region in regions}


def _told(problems: Mapping[str, AwsProblem]) -> dict[str, Any]:
    return {
        region: {"stacks": None, "problem": {"code": one.code, "what": one.what, "advice": one.advice}}
        for region, one in problems.items()
    }


def _say_problems(problems: Mapping[str, AwsProblem]) -> None:
    for region, problem in problems.items():
        say(f"{region}: {problem}")


def _usd(price: float | None) -> str:
    return "" if price is None else f"{price:.4f}"
