"""The model of bash against real bash: the same text, the same variables."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from dots_tui.custom_files.readers import bash_source, drfc
from dots_tui.custom_files.readers.shell import Shell
from dots_tui.custom_files.readers.trace import ABORTS, ERROR, LISTS, PRINTS, READS, RUNS, UNKNOWN, WRITES


def _load_real_bash() -> ModuleType:
    # Test folders are no packages (import mode importlib), so the helper is loaded by its path.
    spec = importlib.util.spec_from_file_location("real_bash", Path(__file__).with_name("real_bash.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REAL = _load_real_bash()
needs_bash = pytest.mark.skipif(REAL.BASH is None, reason="bash is not installed")


def modelled_source(text: str) -> dict[str, str]:
    trace = bash_source.read(text, Shell(REAL.ENVIRONMENT, all_exported=True))
    return {name: value for name, value in trace.values.items() if name not in REAL.OWN}


def modelled_load(text: str) -> dict[str, str]:
    trace = drfc.read(text, Shell(REAL.ENVIRONMENT))
    return {name: value for name, value in trace.values.items() if name not in REAL.OWN}


TOKENS = [
    "DR_X=", "DR_Y=", "DR_X", "DR_Y", "q", "z", "7", "Q", " ", "  ", "\t", "\n", "\n", "#", "'", '"', "\\", "$",
    "$DR_Y", "${DR_Y}", "${DR_Y}_q", "$DR_NOPE", "${DR_NOPE:-q7}", "${DR_NOPE-q}", "${DR_Y:+z}", "${DR_Y:-'q z'}",
    "${#DR_Y}", "${", "{", "}", ",", "{q,z}", ";", "&", "|", "&&", "||", "~", "~/q", ":", "/", ".", "!", "*", "?",
    "[q]", "%", "^", "@", "+", "-", "=", "=", "+=", "q=", "export ", "\r", "é", "\\\n", "-n",
]  # fmt: skip
"""What texts are made of. No command can come of them: there is no builtin spelt with q, z and Q, and PATH is empty.
export and the harmless ``!``, ``:``, ``{`` and ``}`` are wanted. Left out are parentheses and backticks (commands in
commands), < and > (files), and by the pattern below what only the running shell knows."""
_NOT_IN_A_FILE = re.compile(
    r"\$[?#@*!$_0-9\[-]"  # the shell's own parameters, arithmetic
    r"|\$\{[?#@*!$_0-9\[-](?!DR_Y\})"
    r"|~[-+0-9]"  # the shell's folders
    r"|\.\."  # sequences in braces, which have rules of their own for signs and widths
    r"|(?<![^\s;&|])\.(?=[\s;&|])"  # the builtin that is spelt with a dot
    r"|\{[^\n]*[\"'\\]|[\"'\\][^\n]*\{(?!DR_)"  # braces and quotes in one word: not modelled
)
TEXTS = st.builds(
    lambda first, tokens: first + "".join(tokens),
    st.sampled_from(["", "DR_Y=base\n"]),
    st.lists(st.sampled_from(TOKENS), min_size=1, max_size=14),
).filter(lambda text: not _NOT_IN_A_FILE.search(text))


@needs_bash
@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_source_is_modelled_as_bash_does_it(text: str) -> None:
    trace = bash_source.read(text, Shell(REAL.ENVIRONMENT, all_exported=True))
    # What is not worked out is said to be so; everything else must be right.
    assume(all(event.kind != UNKNOWN for event in trace.events))
    assert modelled_source(text) == REAL.sourced(text)


@needs_bash
@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_drfcs_loop_is_modelled_as_bash_does_it(text: str) -> None:
    assert modelled_load(text) == REAL.loaded(text)


@needs_bash
@settings(max_examples=80, deadline=None)
@given(TEXTS, TEXTS, st.booleans())
@example("DR_X=$DR_Y/m\n", "DR_Y=base\n", True)
@example("DR_Y=system\n", "DR_X=$DR_Y\nDR_Y=run\n", True)
@example("export DR_Y=1 DR_X=$DR_Y\n", "DR_Y=\n", False)
def test_two_files_read_twice_in_one_shell_are_modelled_as_bash_does_it(system: str, run: str, sourcing: bool) -> None:
    texts = [system, run, system, run]
    shell = Shell(REAL.ENVIRONMENT, all_exported=sourcing)
    for text in texts:
        (bash_source if sourcing else drfc).read(text, shell)
    assume(all(event.kind not in (UNKNOWN, ABORTS) for event in shell.events))
    expected = (REAL.sourced if sourcing else REAL.loaded)(*texts)
    assert {name: value for name, value in shell.environment().items() if name not in REAL.OWN} == {
        name: value for name, value in expected.items() if name not in REAL.OWN
    }


LINES = [
    "A=1 && B=2\nq && C=3\nq || D=4\n! q && E=5\n",
    "A=1 | B=2\nC=3\nA=4 &\n",
    "{ A=1; }\n(B=2)\n( C=3\n)\n{ D=4\n}\n",
    "A=~:~/x:y~\nB=a:~\nC=\"~\"\nD=~\"x\"\nE=~$A\nF=~/\"x\"\nG=~no-such-user/x\nH=a~\nexport I=~/x:~ J~\n",
    "A=$\nB=$.\nC=\"$\"\nD=$\"x\"\nE=$'a\\tb\\x41\\'c'\n",
    "A=1;\n;\nB=2\n",
    "A=1;;\nB=2\n",
    "A=1 &&\n\n# note\nB=2\n",
    "A=1 &&",
    "}\nB=1\n",
    "A='x\ny' B=2\nC=3\n",
    "A=\"x\nB=2\n",
    "A=1 # it's\nB=2\n",
    "A=(b c)\nB=2\nexport C=(d)\n",
    "A=1 $NOPE\nB=2\n",
    "A=${}\nB=2\n",
    "A=1; B=${a b}; C=3\nD=4\n",
    "A=${q?no}\nB=1\n",
    "A=${A:=x}y\nB=$A${C=}\n",
    "A=${A:-${B:-\"c  d\"}}\nexport q$A\n",
    "A+=1 B+=2\nA+=3\nexport A+=4\n",
    "readonly A=1\nA=2\nB=3\n",
    "export A=1 B 'C=2' \"D\"=3 1A=2\nexport -- E=5\n",
    "export -z B=3\n",
    "export A={b,c}{1..3} {x,y}=1\nB={b,c}\n",
    "A=a&>x\nB=1 2>y\nC=a<nofile\n",
    "A=1 >\nB=1\n",
    "A=a<<q\nfoo\nq\nB=1\n",
    "A=$(echo a  b; echo c)\nB=`echo \\`echo x\\``\nC=\"$(echo \"x y\")\"\n",
    "A=$(echo a # b)\n)\nB=1\n",
    "A=`;`\nB=1\n",
    "A=`echo a\nB=1\n",
    "A=1 \\\n # c\nB=a\\\nb\n",
    "A=a\\",
    "!A=1\nB=1\n",
    "unset HOME\nA=1\nunset A\n",
    "q()\nA=1\n",
    "A[0]=1 B=2\n",
    "DR_X=my car # is DR_Y=1\n   # DR_Z=2\n",
    "-n\n-e=1\n=\n=1\n",
    "time A=1\nB=2\n",
    "export A=1 B=$A\nexport A=2 B=${A}3 A=$B\n",
    "export A={q,z}$A C={q,z}~\nexport {q,z}B=~/x\n",
    "A=(b)c\nB=()z\nC=1\n",
    "A=1\nAB=2\nC=$A\\\nB\n",
    "A=\x0b \x0cB=1\u00a0x\nC=\u2028y\n",
]  # fmt: skip


@needs_bash
@pytest.mark.parametrize("text", LINES)
def test_what_the_generated_texts_leave_out(text: str) -> None:
    assert modelled_source(text) == REAL.sourced(text)
    assert modelled_load(text) == REAL.loaded(text)


@pytest.mark.parametrize(
    ("text", "kind", "line", "detail"),
    [
        ("A=1\nA=b c\n", RUNS, 2, "c"),
        ("A=1\nexport\n", PRINTS, 2, "export"),
        ("A=1\n\nA=it's\n", ABORTS, 3, "open quote"),
        ("A=(b)\n", LISTS, 1, "A"),
        ("A=1>b\n", WRITES, 1, "b"),
        ("A=<b\n", READS, 1, "b"),
        ("A=1;exit;B=2\n", ABORTS, 1, "exit ends it"),
        ("if q; then\nA=1\nfi\n", UNKNOWN, 1, "if"),
        ("q() { A=1; }\n", UNKNOWN, 1, "q()"),
        ("A=${}\n", ERROR, 1, "bad substitution"),
        ("UID=5\n", ERROR, 1, "UID cannot be changed"),
        ("A=$(q)\n", RUNS, 1, "q"),
        ("A=1\nB=$\\\nA\n", UNKNOWN, 2, "a name goes on in the next line"),
        ("A\\\nB=1\n", UNKNOWN, 1, "a name goes on in the next line"),
        ("DR_X=a b\\\nDR_X=abc\n", UNKNOWN, 1, "a name goes on in the next line"),
    ],
)
def test_what_else_happens_is_told(text: str, kind: str, line: int, detail: str) -> None:
    assert (line, kind, detail) in bash_source.read(text, Shell({}, all_exported=True)).events


def test_what_only_the_machine_knows_stays_visible() -> None:
    text = "A=$((1+1))\nB=$RANDOM\nC=$$\nD=$(date -u)\nE=${HOME%/*}\nF=`date`\n"
    assert modelled_source(text) == {
        "A": "$((1+1))",
        "B": "$RANDOM",
        "C": "$$",
        "D": "$(date -u)",
        "E": "${HOME%/*}",
        "F": "`date`",
    }


@pytest.mark.parametrize(
    "text",
    ["$(" * 3000, "`" * 3001, "${A:-" * 1000, "(" * 3000, "{ " * 3000, "{a,b}" * 300, "A=" + "$(echo " * 50 + ")" * 50],
)
def test_no_depth_breaks_the_model(text: str) -> None:
    for value in (f"export A={text}", f"A={text}", text):
        bash_source.read(value, Shell({}, all_exported=True))
        drfc.read(value, Shell({}))


@settings(deadline=None)
@given(st.text("A=1 \t\n'\"\\$`(){}[];&|<>#!~*?,.-_+x\r\0é", max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    for trace in (bash_source.read(text, Shell({}, all_exported=True)), drfc.read(text, Shell({}))):
        assert all(1 <= event.line <= text.count("\n") + 1 for event in trace.events)
