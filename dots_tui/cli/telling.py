"""Input and output of the commands for stacks: results on standard output, everything else on standard error."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dots_tui.aws import checkout, read_only
from dots_tui.aws import stacks as aws_stacks
from dots_tui.aws.events import Progress, StackEvent
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import Stack
from dots_tui.custom_files.folder import CustomFiles, FolderProblem, find_folder

FINE, FAILED, WRONG_USE = 0, 1, 2
POLL_S = 3.0
WRONG_USE_CODES = frozenset(
    {
        "bad-name",
        "bad-address",
        "bad-input",
        "bad-mail",
        "bad-budget",
        "bad-ttl",
        "bad-image",
        "not-training",
        "no-template",
    }
)


def say(text: str) -> None:
    """Print a message on standard error."""
    print(text, file=sys.stderr, flush=True)


def agreed(yes: bool, question: str, wanted: str = "") -> bool | None:
    """Return True if the user agrees, None if there is nobody to ask. `wanted`: the text to type, else y or yes."""
    if yes:
        return True
    if not sys.stdin.isatty():
        return None
    print(f"{question} " if wanted else f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().strip()
    return answer == wanted if wanted else answer.lower() in ("y", "yes")


def not_agreed(document: Mapping[str, Any], as_json: bool) -> int:
    """Report that nothing was done; return the code for wrong use if there was nobody to ask."""
    tell(document, as_json)
    if sys.stdin.isatty():
        say("Nothing was done.")
        return FAILED
    say("There is no terminal to ask on, so nothing was done. Add --yes to do it without asking.")
    return WRONG_USE


def say_problem(problem: AwsProblem) -> None:
    """Print a problem on standard error."""
    say(problem.what)
    if problem.advice:
        say(problem.advice)
    if problem.code == "bucket-not-empty":
        say("Add --empty-bucket to delete the content with it.")
    if problem.detail and problem.detail not in problem.what:
        say(f"AWS said: {problem.detail}")


def problem_document(problem: AwsProblem) -> dict[str, str]:
    """Return a problem for a JSON document."""
    return {"code": problem.code, "what": problem.what, "advice": problem.advice, "detail": problem.detail}


def problem_code(problem: AwsProblem) -> int:
    """Return the exit code of a problem."""
    return WRONG_USE if problem.code in WRONG_USE_CODES else FAILED


def failed(problem: AwsProblem, document: dict[str, Any], as_json: bool) -> int:
    """Report a problem, also on standard output if that is JSON; return its exit code."""
    say_problem(problem)
    tell({**document, "problem": problem_document(problem)}, as_json)
    return problem_code(problem)


def refused(options: argparse.Namespace) -> int:
    """Report that read-only mode refuses a command, before the command asks anything."""
    doing = " ".join(filter(None, (options.command, getattr(options, "action", ""))))
    return failed(
        read_only.refusal(f"run `{doing}`"), {"stack": getattr(options, "name", None), "status": None}, options.json
    )


def folder_failed(problem: FolderProblem) -> int:
    """Report that there are no custom files."""
    say(str(problem))
    return WRONG_USE


def result(text: str, as_json: bool) -> None:
    """Print a result: on standard output, or on standard error if the JSON document is the result."""
    if as_json:
        say(text)
    else:
        print(text, flush=True)


def done(document: Mapping[str, Any], as_json: bool, sentence: str) -> int:
    """Report success."""
    result(sentence, as_json)
    tell(document, as_json)
    return FINE


def tell(document: Mapping[str, Any], as_json: bool) -> None:
    """Print the one document of a command."""
    if as_json:
        print(json.dumps(document, indent=2))


def shown(events: Iterator[StackEvent], progress: Progress) -> Iterator[StackEvent]:
    """Yield the same events and print each on standard error."""
    for event in events:
        progress.apply(event)
        count = f"{progress.done:>2}/{progress.total} " if progress.total else ""
        reason = f"  {event.reason}" if event.reason else ""
        say(f"{count}{event.status:<20} {event.resource}{reason}")
        yield event


def files(folder: Path | None) -> CustomFiles:
    """Return the custom files of `folder`, None: of the current folder. Raise FolderProblem."""
    return CustomFiles.open(folder if folder is not None else find_folder(Path.cwd()))


def finish(aws: Aws, name: str, document: dict[str, Any]) -> Stack:
    """Put the current state of a stack into `document`."""
    stack = aws_stacks.get_stack(aws, name)
    document.update(status=stack.status, outputs=dict(stack.outputs))
    return stack


def templates_of(folder: str | None) -> str:
    """Return the folder of the templates to deploy: the named one, else the current checkout, else "".

    "own" means none: the templates of dots-tui are deployed.
    """
    if folder == "own":
        return ""
    found = Path(folder) if folder else checkout.find_checkout(Path.cwd())
    if found is None:
        return ""
    say(f"The templates are those of {found}.")
    return str(found)
