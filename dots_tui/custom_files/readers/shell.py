"""A small model of bash: what lines of shell code set, and what else they would do. Nothing is executed.

A command that is not one of a few builtins is taken to fail, as a word that got into an env file by mistake does.
Of builtins, only those that bear on variables or on the reading are modelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Callable

from dots_tui.custom_files.expand import MOST_IN_A_VALUE, MOST_IN_ALL
from dots_tui.custom_files.readers.shell_expand import Discarded, ShellEnded, fields_of, text_of, with_braces
from dots_tui.custom_files.readers.shell_syntax import (
    DECLARING,
    Assignment,
    Chain,
    Command,
    NotFollowed,
    Pipeline,
    ShellCode,
    Simple,
    as_assignment,
)
from dots_tui.custom_files.readers.shell_words import Other, ShellSyntaxError, ShellWord, Substitution, Text
from dots_tui.custom_files.readers.trace import ERROR, LISTS, PRINTS, READS, RUNS, SETS, WRITES, Event, Trace

DEEPEST = 10
"""Commands within commands are followed this far."""

_SET = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:(\+?)=(.*))?", re.DOTALL)
_READ_ONLY = frozenset({"UID", "EUID", "PPID", "BASHOPTS", "BASH_VERSINFO", "SHELLOPTS"})
_LEAVING = frozenset({"exit", "return", "exec", "logout"})
_NOT_FOUND = 127


class Shell:
    """A shell's variables, and what happened to them. Satisfies ``shell_expand.Setting``."""

    def __init__(self, variables: Mapping[str, str], all_exported: bool = False, depth: int = 0) -> None:
        self.variables = dict(variables)
        self._size = sum(map(len, self.variables.values()))
        self.exported = set(variables)
        self.lists: set[str] = set()
        self.read_only = set(_READ_ONLY)
        self.all_exported = all_exported
        self.depth = depth
        """How many subshells this one is in; what they set is lost."""
        self.status = 0
        self.line = 0
        """The line of the command that is being run."""
        self.events: list[Event] = []
        self.printed: list[str] | None = None
        """What was printed in a command substitution; None when that is not known."""

    def run(self, code: str, line: int = 1) -> None:
        """Run ``code``, which starts on ``line`` of its file.

        Raises ShellSyntaxError, NotFollowed or Ended where it is not read to its end; what stands above counts.
        """
        reader = ShellCode(code, line)
        try:
            for chains in reader.lines():
                self._line_of_commands(chains)
        except (ShellSyntaxError, NotFollowed) as problem:
            self.line, self.status = reader.line, 2
            if isinstance(problem, NotFollowed):
                self.event(RUNS, str(problem))
            raise

    def _line_of_commands(self, chains: Iterable[Chain]) -> None:
        try:
            for chain in chains:
                self.chain(chain)
        except Discarded as problem:
            self.status = 1
            self.event(ERROR, str(problem))

    def environment(self) -> dict[str, str]:
        """The variables a program started now would see."""
        return {name: value for name, value in self.variables.items() if name in self.exported - self.lists}

    # -- for expansion ---------------------------------------------------------------------------

    def output(self, piece: Substitution) -> str:
        """What the commands of ``piece`` print, or its text when that is not known."""
        if self.depth >= DEEPEST:
            return piece.source
        child = self._child(capturing=True)
        try:
            child.run(piece.code, self.line)
        except ShellEnded:
            child.status = child.status or 1
        except ShellSyntaxError as problem:
            # Backticks are read when they are run, $( ) with the line it stands in.
            if piece.source.startswith("$("):
                raise ShellEnded(str(problem)) from problem
            self.event(ERROR, str(problem))
        self.status = child.status
        return piece.source if child.printed is None else "".join(child.printed).rstrip("\n")

    def assign(self, name: str, value: str) -> None:
        """Set a variable. Raises Discarded when it cannot be changed."""
        if name in self.read_only:
            raise Discarded(f"{name} cannot be changed")
        old = len(self.variables.get(name, ""))
        if len(value) > MOST_IN_A_VALUE or self._size - old + len(value) > MOST_IN_ALL:
            raise NotFollowed(f"a value grows to more than {MOST_IN_A_VALUE // 1024} KiB")
        self._size += len(value) - old
        self.variables[name] = value
        self.lists.discard(name)
        if self.all_exported:
            self.exported.add(name)
        self.event(SETS, name)

    # -- running ---------------------------------------------------------------------------------

    def event(self, kind: str, detail: str) -> None:
        """Note that something happened on the line that is being read."""
        if kind != SETS or self.depth == 0:
            self.events.append(Event(self.line, kind, detail))

    def chain(self, chain: Chain) -> None:
        """Run pipelines with && and || between them."""
        if chain.background:
            self._apart((chain._replace(background=False),))
            self.status = 0
            return
        self._pipeline(chain.pipelines[0])
        for operator, pipeline in zip(chain.operators, chain.pipelines[1:]):
            if (operator == "&&") == (self.status == 0):
                self._pipeline(pipeline)

    def _child(self, capturing: bool = False) -> Shell:
        """A subshell: it knows what this one knows, and tells what happens."""
        child = Shell(self.variables, self.all_exported, self.depth + 1)
        child.exported, child.lists, child.read_only = set(self.exported), set(self.lists), set(self.read_only)
        child.status, child.line, child.events = self.status, self.line, self.events
        child.printed = [] if capturing else self.printed
        return child

    def _apart(self, chains: Iterable[Chain], printed: bool = True) -> None:
        """Run ``chains`` in a subshell: what they set is lost."""
        child = self._child()
        child.printed = child.printed if printed else None
        try:
            for chain in chains:
                child.chain(chain)
        except (Discarded, ShellEnded) as problem:
            child.status = 1
            self.event(ERROR, str(problem))
        self.status = child.status
        self.printed = child.printed if printed else self.printed

    def _pipeline(self, pipeline: Pipeline) -> None:
        self.status = 0
        if len(pipeline.commands) == 1:
            self._command(pipeline.commands[0])
        else:
            for command in pipeline.commands:
                alone = Chain((Pipeline((command,), False),), ())
                self._apart((alone,), printed=command is pipeline.commands[-1])
        if pipeline.negated:
            self.status = int(self.status == 0)

    def _command(self, command: Command) -> None:
        self.line = command.line
        if isinstance(command, Simple):
            self._simple(command)
        elif command.subshell:
            self._apart(command.chains)
        else:
            for chain in command.chains:
                self.chain(chain)

    def _simple(self, command: Simple) -> None:
        opened = self._redirect(command)
        arguments = self._arguments(command.words)
        if not arguments:
            self.status = 0
            for assignment in command.assignments:
                self._assign(assignment)
            self.status = self.status if opened else 1
        elif opened:
            self._call(arguments)
        else:
            self.status = 1

    def _redirect(self, command: Simple) -> bool:
        """Note the files that would be opened; whether all of them could be. One that is only read is not there."""
        opened = True
        for operator, target in command.redirections:
            name = text_of(target, self)
            if operator in ("<", "<>"):
                self.event(READS, name)
                opened = False
            elif operator not in ("<<", "<<-", "<<<", "<&", ">&"):
                self.event(WRITES, name)
        return opened

    def _assign(self, assignment: Assignment) -> None:
        value = assignment.value
        if assignment.element or _is_list(value):
            self.assign(assignment.name, value.source)
            self.lists.add(assignment.name)
            self.event(LISTS, assignment.name)
            return
        old = self.variables.get(assignment.name, "") if assignment.append else ""
        self.assign(assignment.name, old + text_of(value, self))

    def _arguments(self, words: tuple[ShellWord, ...]) -> list[Assignment | str]:
        """The words of a command, expanded; those that are assignments to a declaring builtin as such."""
        declares = bool(words) and words[0].source in DECLARING
        arguments: list[Assignment | str] = []
        for word in words:
            singles = list(with_braces(word))
            # What comes out of braces is no assignment any more: it is split, and only a tilde in front counts.
            assignment = as_assignment(word) if declares and len(singles) == 1 else None
            if assignment is not None and not assignment.element:
                arguments.append(assignment._replace(value=self._computed(assignment.value)))
                continue
            for single in singles:
                arguments += fields_of(single, self)
        return arguments

    def _computed(self, value: ShellWord) -> ShellWord:
        """``value`` expanded: all arguments are, before the first of them is assigned."""
        if _is_list(value):
            return value
        text = text_of(value, self)
        return ShellWord((Text(text, True),), text)

    def _call(self, arguments: list[Assignment | str]) -> None:
        name = arguments[0]
        assert isinstance(name, str)  # the first word is never taken for an argument of itself
        self.status = 0
        if name in DECLARING:
            _declare(self, name, arguments[1:], self._assign)
        elif name == "unset":
            for argument in arguments[1:]:
                self._size -= len(self.variables.pop(str(argument), ""))
                self.event(SETS, str(argument))
        elif name in _LEAVING:
            self.event(RUNS, name)
            raise ShellEnded(f"{name} ends it")
        else:
            self.event(RUNS, name)
            self._print(name, [str(argument) for argument in arguments[1:]])

    def _print(self, name: str, arguments: list[str]) -> None:
        """Note what a command prints as far as that is known, and whether it succeeds."""
        if name == "echo" and not (arguments and arguments[0].startswith("-")):
            if self.printed is not None:
                self.printed.append(" ".join(arguments) + "\n")
        elif name not in (":", "true"):
            self.status = _NOT_FOUND
            self.printed = None


def _is_list(value: ShellWord) -> bool:
    return any(isinstance(piece, Other) and piece.kind == "list" for piece in value.pieces)


def _declare(
    shell: Shell, builtin: str, arguments: list[Assignment | str], assign: Callable[[Assignment], None]
) -> None:
    """export and its kin. Options are refused but for -p and --."""
    if not arguments:
        shell.event(PRINTS, builtin)
    first = arguments[0] if arguments else ""
    if isinstance(first, str) and first.startswith("-") and first != "--":
        shell.event(PRINTS if first == "-p" else ERROR, f"{builtin} {first}")
        shell.status = int(first != "-p")
        return
    for argument in arguments[1:] if first == "--" else arguments:
        if isinstance(argument, Assignment):
            assign(argument)
            name = argument.name
        else:
            match = _SET.fullmatch(argument)
            if match is None:
                shell.status = 1
                shell.event(ERROR, f"{argument} is no name of a variable")
                continue
            name, append, value = match.groups()
            if value is not None:
                shell.assign(name, (shell.variables.get(name, "") if append else "") + value)
        if builtin == "export":
            shell.exported.add(name)
        elif builtin == "readonly":
            shell.read_only.add(name)


def of_shell(shell: Shell, start: int) -> Trace:
    """What a shell has done since ``start``, a number of events."""
    events = shell.events[start:]
    seen = shell.environment()
    names = dict.fromkeys(event.detail for event in events if event.kind == SETS)
    return Trace({name: seen[name] for name in names if name in seen}, events)
